//! A look at the folder's files. Only files whose size or times are not the recorded ones are read, and of those only
//! the id in the front matter is kept: a scan of changed files takes no more memory than one of others.

use std::collections::{BTreeSet, HashMap};
use std::ffi::OsStr;
use std::path::Path;

use fonds_library::{ATTACHMENTS, Id, Media, POSTS};
use fonds_markdown::front_matter;
use walkdir::{DirEntry, WalkDir};

use crate::disk::{self, Reading};
use crate::known::{Known, KnownFile};
use crate::{Refusal, attachments, names};

/// What to look at.
#[derive(Clone, Copy, Debug)]
pub enum Scope<'a> {
    /// `posts/` and `attachments/` with all their folders.
    Everything,
    /// These paths in the library, and all below them where they are folders.
    Only(&'a BTreeSet<String>),
}

/// Everything that is to be known of the folder to decide what happened.
#[derive(Clone, Debug, Default)]
pub struct Scan {
    /// The Markdown files, PDFs and images.
    pub files: Vec<FoundFile>,
    /// Folders that could not be listed: what was in them has not vanished.
    pub unlisted: Vec<String>,
}

/// A file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FoundFile {
    /// The path in the library, with forward slashes.
    pub path: String,
    /// What was found there.
    pub found: Found,
}

/// What a look at a file gave.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Found {
    /// A post's file that is as it was when it was last read or written.
    Unchanged {
        /// The post.
        post: Id,
    },
    /// A Markdown file that is new, or was touched.
    Markdown {
        /// The id in its front matter, as it stands.
        id: Option<String>,
    },
    /// An attachment's file that is as it was.
    UnchangedAttachment,
    /// A PDF or an image that is new, or was touched; whole as far as its beginning and end show.
    Attachment,
    /// Empty, or being written just now: it is there, and looked at again next time.
    Waiting,
    /// Not to be taken in.
    Refused(Refusal),
}

/// Looks at the files of a library's folder.
pub fn scan(root: &Path, known: &Known, scope: Scope<'_>) -> Scan {
    let mut look = Look {
        root,
        known,
        posts: known.files.iter().filter(|file| !file.missing).map(|f| (f.path.as_str(), f)).collect(),
        scan: Scan::default(),
    };
    match scope {
        Scope::Everything => {
            look.walk(&root.join(POSTS));
            look.walk(&root.join(ATTACHMENTS));
            look.refuse_clashes(&mut |_| vec![]);
        }
        Scope::Only(paths) => {
            for path in paths {
                if let Ok(place) = names::on_disk(root, path)
                    && !path.split('/').any(names::is_ignored)
                {
                    look.walk(&place);
                }
            }
            look.scan.files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
            look.scan.files.dedup_by(|a, b| a.path == b.path);
            look.refuse_clashes(&mut |path| siblings(root, path));
        }
    }
    look.scan
}

/// A look that is going on.
struct Look<'a> {
    root: &'a Path,
    known: &'a Known,
    posts: HashMap<&'a str, &'a KnownFile>,
    scan: Scan,
}

impl Look<'_> {
    /// Adds each file that is, or is below, `top`. What is not there has no files.
    fn walk(&mut self, top: &Path) {
        if top.symlink_metadata().is_err() {
            return;
        }
        let walk = WalkDir::new(top).follow_links(false).follow_root_links(false).sort_by_file_name();
        let visible =
            |entry: &DirEntry| entry.depth() == 0 || !names::is_ignored(&entry.file_name().to_string_lossy());
        for entry in walk.into_iter().filter_entry(visible) {
            match entry {
                Ok(entry) if entry.file_type().is_file() => self.file(&entry),
                Ok(_) => {}
                Err(error) => self.unlisted(&error),
            }
        }
    }

    fn file(&mut self, entry: &DirEntry) {
        let place = entry.path();
        let below = place.strip_prefix(self.root).unwrap_or(place);
        let is_post = below.starts_with(POSTS);
        let name = entry.file_name().to_string_lossy();
        if !(if is_post { names::is_markdown(&name) } else { Media::of_name(&name).is_some() }) {
            return;
        }
        let (path, exact) = library_path(below);
        let stamp = entry.metadata().ok().map(|metadata| disk::stamp_of(&metadata));
        let found = if is_post {
            match self.posts.get(path.as_str()).filter(|row| exact && Some(row.stamp) == stamp) {
                Some(row) => Found::Unchanged { post: row.post },
                None if !exact || !names::are_plain(&path) => Found::Refused(Refusal::Name),
                None => read(place),
            }
        } else {
            let recorded = self.known.attachments.get(&path).and_then(|known| known.stamp);
            match recorded.filter(|recorded| exact && Some(*recorded) == stamp) {
                Some(_) => Found::UnchangedAttachment,
                None if !exact || !names::are_plain(&path) => Found::Refused(Refusal::Name),
                None => attachments::look(place),
            }
        };
        self.scan.files.push(FoundFile { path, found });
    }

    /// A file that vanished during the walk is no matter; a folder that cannot be listed hides its files.
    fn unlisted(&mut self, error: &walkdir::Error) {
        let gone = error.io_error().is_some_and(|e| e.kind() == std::io::ErrorKind::NotFound);
        if let Some(place) = error.path().filter(|_| !gone) {
            let (path, _) = library_path(place.strip_prefix(self.root).unwrap_or(place));
            let reason = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
            let found = Found::Refused(Refusal::Unreadable { reason });
            self.scan.files.push(FoundFile { path: path.clone(), found });
            self.scan.unlisted.push(path);
        }
    }

    /// Two names that some computers take for one cannot both be kept: the one that came later is left alone.
    ///
    /// `others` gives what else lies in a file's folder, where the scan has not been there.
    fn refuse_clashes(&mut self, others: &mut dyn FnMut(&str) -> Vec<String>) {
        let recorded =
            |path: &str| self.posts.contains_key(path) || self.known.attachments.contains_key(path);
        let new: Vec<usize> =
            (0..self.scan.files.len()).filter(|at| !recorded(&self.scan.files[*at].path)).collect();
        if new.is_empty() {
            return;
        }
        let mut taken: HashMap<String, String> = HashMap::new();
        for file in self.scan.files.iter().filter(|file| recorded(&file.path)) {
            taken.entry(names::folded(&file.path)).or_insert_with(|| file.path.clone());
        }
        for at in &new {
            for path in others(&self.scan.files[*at].path) {
                if !new.iter().any(|at| self.scan.files[*at].path == path) {
                    taken.entry(names::folded(&path)).or_insert(path);
                }
            }
        }
        for at in new {
            let file = &mut self.scan.files[at];
            match taken.entry(names::folded(&file.path)) {
                std::collections::hash_map::Entry::Occupied(first) if *first.get() != file.path => {
                    file.found = Found::Refused(Refusal::NameClash { other: first.get().clone() });
                }
                std::collections::hash_map::Entry::Occupied(_) => {}
                std::collections::hash_map::Entry::Vacant(free) => {
                    free.insert(file.path.clone());
                }
            }
        }
    }
}

fn read(place: &Path) -> Found {
    match disk::read_text(place) {
        Reading::Text(_, text) => match front_matter::parse(&text) {
            Ok(document) => Found::Markdown { id: document.owned.id },
            Err(error) => Found::Refused(error.into()),
        },
        Reading::Waiting => Found::Waiting,
        Reading::Refused(reason) => Found::Refused(reason),
    }
}

/// What else lies in a file's folder.
fn siblings(root: &Path, path: &str) -> Vec<String> {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let Ok(entries) = std::fs::read_dir(root.join(folder)) else { return vec![] };
    let named = |name: &OsStr| Some(format!("{folder}/{}", name.to_str()?));
    entries.filter_map(|entry| named(&entry.ok()?.file_name())).collect()
}

/// A path below the library with forward slashes, and whether it is exact.
fn library_path(below: &Path) -> (String, bool) {
    let path = below.to_string_lossy();
    let exact = matches!(path, std::borrow::Cow::Borrowed(_));
    (if cfg!(windows) { path.replace('\\', "/") } else { path.into_owned() }, exact)
}
