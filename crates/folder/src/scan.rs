//! A look at the folder's files. Only files whose size or time is not the recorded one are read.

use std::collections::HashMap;
use std::path::Path;

use fonds_library::{ATTACHMENTS, Id, Library, Media, MirroredFile, POSTS};
use walkdir::{DirEntry, WalkDir};

use crate::disk::{self, Reading, Stamp};
use crate::{Refusal, Result, attachments, names};

/// Everything that is to be known of the folder to decide what happened.
#[derive(Clone, Debug, Default)]
pub struct Scan {
    /// The Markdown files, PDFs and images, by path.
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
    Text {
        /// Its stamp.
        stamp: Stamp,
        /// Its text.
        text: String,
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

/// Looks at `posts/` and `attachments/` with all their folders.
pub fn scan(library: &Library) -> Result<Scan> {
    let mut scan = Scan::default();
    let mirrored = library.mirrored_files()?;
    let by_path: HashMap<&str, &MirroredFile> =
        mirrored.iter().filter(|file| !file.missing).map(|file| (file.path.as_str(), file)).collect();
    walk(
        library.root(),
        POSTS,
        |name| names::has_extension(name, "md"),
        &mut scan,
        |path, place, entry| {
            let row = by_path.get(path).filter(|row| {
                entry.metadata().is_ok_and(|m| Stamp::of(&m) == Stamp { size: row.size, mtime: row.mtime })
            });
            Ok(row.map_or_else(|| read(place), |row| Found::Unchanged { post: row.post }))
        },
    )?;
    let mut stamps = HashMap::new();
    for attachment in library.attachments()? {
        let stamp = library.attachment_file(attachment.id)?;
        stamps.insert(attachment.path, stamp.map(|(size, mtime)| Stamp { size, mtime }));
    }
    walk(
        library.root(),
        ATTACHMENTS,
        |name| Media::of_name(name).is_some(),
        &mut scan,
        |path, place, entry| {
            let stamp = entry.metadata().ok().map(|metadata| Stamp::of(&metadata));
            let known = stamps.get(path).copied().flatten();
            Ok(if known.is_some() && known == stamp {
                Found::UnchangedAttachment
            } else {
                attachments::look(place)
            })
        },
    )?;
    Ok(scan)
}

fn read(place: &Path) -> Found {
    match disk::read_text(place) {
        Reading::Text(stamp, text) => Found::Text { stamp, text },
        Reading::Waiting => Found::Waiting,
        Reading::Refused(reason) => Found::Refused(reason),
    }
}

/// Adds each file of a kind below `folder` to the scan. A folder that is not there has no files.
fn walk(
    root: &Path,
    folder: &str,
    wanted: impl Fn(&str) -> bool,
    scan: &mut Scan,
    mut look: impl FnMut(&str, &Path, &DirEntry) -> Result<Found>,
) -> Result<()> {
    let top = root.join(folder);
    if top.symlink_metadata().is_err() {
        return Ok(());
    }
    let walk = WalkDir::new(&top).follow_links(false).follow_root_links(false).sort_by_file_name();
    let visible =
        |entry: &DirEntry| entry.depth() == 0 || !names::is_ignored(&entry.file_name().to_string_lossy());
    for entry in walk.into_iter().filter_entry(visible) {
        let entry = match entry {
            Ok(entry) => entry,
            Err(e) => {
                unlisted(root, &e, scan);
                continue;
            }
        };
        let name = entry.file_name().to_string_lossy();
        if !entry.file_type().is_file() || !wanted(&name) {
            continue;
        }
        let (path, plain) = library_path(root, entry.path());
        let found = if plain { look(&path, entry.path(), &entry)? } else { Found::Refused(Refusal::Name) };
        scan.files.push(FoundFile { path, found });
    }
    Ok(())
}

/// A file that vanished during the walk is no matter; a folder that cannot be listed hides its files.
fn unlisted(root: &Path, error: &walkdir::Error, scan: &mut Scan) {
    let gone = error.io_error().is_some_and(|e| e.kind() == std::io::ErrorKind::NotFound);
    if let Some(place) = error.path().filter(|_| !gone) {
        let (path, _) = library_path(root, place);
        let reason = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
        scan.files
            .push(FoundFile { path: path.clone(), found: Found::Refused(Refusal::Unreadable { reason }) });
        scan.unlisted.push(path);
    }
}

/// The path below the library with forward slashes, and whether it is exact and can be kept everywhere.
fn library_path(root: &Path, place: &Path) -> (String, bool) {
    let below = place.strip_prefix(root).unwrap_or(place);
    let mut plain = true;
    let parts: Vec<String> = below
        .iter()
        .map(|part| {
            plain &= part.to_str().is_some_and(names::is_plain);
            part.to_string_lossy().into_owned()
        })
        .collect();
    (parts.join("/"), plain)
}
