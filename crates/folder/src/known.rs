//! What the library knows of its files: all of them, or those that a look at some paths needs.

use std::collections::{BTreeSet, HashMap, HashSet};

use fonds_library::{ATTACHMENTS, Id, Library, MirroredFile};

use crate::scan::{Found, Scan};
use crate::{Result, Stamp, copies};

/// What the library knows of its files.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The posts, in the trash or not, among the ids that files have.
    pub posts: HashSet<Id>,
    /// Ids of other things, which no post can have.
    pub taken: HashSet<Id>,
    /// The posts' files.
    pub files: Vec<KnownFile>,
    /// The attachments by path.
    pub attachments: HashMap<String, KnownAttachment>,
}

/// The recorded file of a post.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KnownFile {
    /// The post.
    pub post: Id,
    /// The path in the library.
    pub path: String,
    /// What it looked like when it was last read or written.
    pub stamp: Stamp,
    /// Whether it had vanished.
    pub missing: bool,
}

/// A recorded attachment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KnownAttachment {
    /// The attachment.
    pub id: Id,
    /// What its file looked like when it was last read or written; none where it never was.
    pub stamp: Option<Stamp>,
}

impl Known {
    /// Every file of the library. Texts are not loaded.
    pub fn of(library: &Library) -> Result<Self> {
        let files = library.mirrored_files()?.into_iter().map(KnownFile::from).collect();
        let mut known = Known { files, ..Known::default() };
        let stamps = library.attachment_files()?;
        for attachment in library.attachments()? {
            let stamp = stamps.get(&attachment.id).copied();
            known.attachments.insert(attachment.path, KnownAttachment { id: attachment.id, stamp });
        }
        Ok(known)
    }

    /// The files at these paths, below them where they are folders, and those that they may be copies of.
    pub(crate) fn at(library: &Library, paths: &BTreeSet<String>) -> Result<Self> {
        let mut known = Known::default();
        let mut added = HashSet::new();
        let mut add = |path: &str| -> Result<()> {
            let rows = library.mirrored_at(path)?.into_iter().filter(|row| added.insert(row.post));
            known.files.extend(rows.map(KnownFile::from));
            Ok(())
        };
        for path in paths {
            add(path)?;
            for (original, _) in copies::originals(path) {
                add(&original)?;
            }
        }
        if paths.iter().any(|path| path.starts_with(ATTACHMENTS)) {
            let stamps = library.attachment_files()?;
            for attachment in library.attachments()? {
                let stamp = stamps.get(&attachment.id).copied();
                known.attachments.insert(attachment.path, KnownAttachment { id: attachment.id, stamp });
            }
        }
        Ok(known)
    }

    /// Learns what is needed of the ids that the files of a scan have.
    pub fn meet(&mut self, library: &Library, scan: &Scan) -> Result<()> {
        let recorded: HashSet<Id> = self.files.iter().map(|file| file.post).collect();
        let mut categories: Option<HashSet<Id>> = None;
        for file in &scan.files {
            let id = match &file.found {
                Found::Markdown { id: Some(id) } => id.trim().parse::<Id>().ok(),
                _ => None,
            };
            let Some(id) = id.filter(|id| !self.posts.contains(id) && !self.taken.contains(id)) else {
                continue;
            };
            if recorded.contains(&id) || library.post(id).is_ok() {
                self.posts.insert(id);
                if !recorded.contains(&id)
                    && let Some(row) = library.mirrored_file(id)?
                {
                    self.files.push(row.into());
                }
                continue;
            }
            let categories = match &mut categories {
                Some(known) => known,
                None => categories.insert(library.categories()?.into_iter().map(|one| one.id).collect()),
            };
            if categories.contains(&id) || library.attachment(id).is_ok() {
                self.taken.insert(id);
            }
        }
        Ok(())
    }
}

impl From<MirroredFile> for KnownFile {
    fn from(row: MirroredFile) -> Self {
        KnownFile { post: row.post, path: row.path, stamp: row.stamp, missing: row.missing }
    }
}
