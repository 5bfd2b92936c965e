//! Reads a library out of the exports that make it up: a full one and the incremental ones after it.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use crate::export::{Export, Journal};
use crate::sign::Proof;
use crate::v1::{
    AttachmentVersion, CaptureVersion, Changes, Header, JournalEntry, Library, Mode, Retention, Revision,
    rules,
};
use crate::{Error, Result};

/// The exports that make up a library, opened.
///
/// That they belong together, each by the digest of the one before, [`crate::verify_series`] judges; here each
/// is held against the changes that it names.
#[derive(Debug)]
pub struct ExportSet {
    /// From the last full export on.
    exports: Vec<Export>,
    /// The export that holds each object, and the SHA-256 of its inventory.
    objects: BTreeMap<String, (usize, String)>,
    library: Library,
    before: Option<Before>,
}

/// What the exports before the last make up, and what the last changes, where it is incremental.
#[derive(Debug, Clone, PartialEq)]
pub struct Before {
    /// Each object that the exports before had, with the SHA-256 of its `inventory.json`.
    pub objects: BTreeMap<String, String>,
    /// The records that the last export changes.
    pub change: Library,
    /// The objects that it changes.
    pub changes: Changes,
}

impl ExportSet {
    /// Opens exports of one series, in any order. What stands before the last full export is left out.
    ///
    /// # Errors
    /// As [`Export::open`]. [`Error::IncompleteSet`] where the set reaches back to no full export, or one between
    /// is missing or of another series.
    pub fn open<P: AsRef<Path>>(paths: &[P]) -> Result<Self> {
        let mut exports = paths.iter().map(|p| Export::open(p.as_ref())).collect::<Result<Vec<_>>>()?;
        exports.sort_by_key(|export| export.header().sequence);
        let full = exports.iter().rposition(|export| export.header().mode == Mode::Full);
        let first = exports.first().map_or(0, |export| export.header().sequence);
        let Some(full) = full else { return Err(Error::IncompleteSet { missing: first.saturating_sub(1) }) };
        let exports = exports.split_off(full);
        for pair in exports.windows(2) {
            let (one, two) = (pair[0].header(), pair[1].header());
            if one.series_id != two.series_id || one.sequence + 1 != two.sequence {
                return Err(Error::IncompleteSet { missing: one.sequence + 1 });
            }
        }
        let mut objects = BTreeMap::new();
        let mut library: Option<Library> = None;
        let mut before = None;
        for (number, export) in exports.iter().enumerate() {
            let own = export.library()?;
            if let (Some(changes), Some(earlier)) = (export.changes(), library.take()) {
                if number + 1 == exports.len() {
                    before = Some(Before {
                        objects: digests(&objects),
                        change: own.clone(),
                        changes: changes.clone(),
                    });
                }
                for object in &changes.removed {
                    objects.remove(&object.id);
                }
                let added = changes.added.iter().map(|o| (&o.id, &o.inventory));
                for (id, inventory) in added.chain(changes.changed.iter().map(|o| (&o.id, &o.inventory))) {
                    objects.insert(id.clone(), (number, inventory.clone()));
                }
                library = Some(earlier.merged(own));
            } else {
                let records = own.posts.iter().map(|p| &p.id).chain(own.attachments.iter().map(|a| &a.id));
                for id in records.chain(own.captures.iter().map(|c| &c.id)) {
                    objects.insert(id.clone(), (number, export.inventory_digest(id)?));
                }
                library = Some(own);
            }
        }
        let library = library.ok_or(Error::IncompleteSet { missing: 1 })?;
        Ok(Self { exports, objects, library, before })
    }

    /// The last export's header: where the library stands.
    #[must_use]
    pub fn header(&self) -> &Header {
        // A set has at least its full export.
        self.exports[self.exports.len() - 1].header()
    }

    /// The library's records after the last export.
    #[must_use]
    pub fn library(&self) -> &Library {
        &self.library
    }

    /// Retention rules, what has them, and holds, after the last export.
    ///
    /// # Errors
    /// As [`Export::retention`].
    pub fn retention(&self) -> Result<Retention> {
        self.exports[self.exports.len() - 1].retention()
    }

    /// Each object with the SHA-256 of its `inventory.json`.
    #[must_use]
    pub fn objects(&self) -> BTreeMap<String, String> {
        digests(&self.objects)
    }

    /// What the exports before the last make up; none where the last is full.
    #[must_use]
    pub fn before(&self) -> Option<&Before> {
        self.before.as_ref()
    }

    fn holder(&self, id: &str) -> Result<&Export> {
        let (number, _) = self.objects.get(id).ok_or_else(|| Error::NotFound(format!("object {id}")))?;
        Ok(&self.exports[*number])
    }

    /// The whole journal, entry by entry, through all the exports. Each entry's hash and place in the chain are
    /// checked.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Io`] from the iterator, which then ends.
    #[must_use]
    pub fn journal(&self) -> SetJournal<'_> {
        SetJournal { set: self, number: 0, chain: Some(rules::JournalChain::new()), part: None }
    }

    /// The proofs that travel in the exports.
    ///
    /// # Errors
    /// As [`Export::proofs`].
    pub fn proofs(&self) -> Result<Vec<Proof>> {
        let proofs = self.exports.iter().map(Export::proofs).collect::<Result<Vec<_>>>()?;
        Ok(proofs.into_iter().flatten().collect())
    }

    /// As [`Export::revisions`].
    ///
    /// # Errors
    /// As [`Export::revisions`].
    pub fn revisions(&self, post: &str) -> Result<impl Iterator<Item = Result<(Revision, String)>> + '_> {
        self.holder(post)?.revisions(post)
    }

    /// As [`Export::attachment_versions`].
    ///
    /// # Errors
    /// As [`Export::attachment_versions`].
    pub fn attachment_versions(&self, id: &str) -> Result<Vec<AttachmentVersion>> {
        self.holder(id)?.attachment_versions(id)
    }

    /// As [`Export::capture_versions`].
    ///
    /// # Errors
    /// As [`Export::capture_versions`].
    pub fn capture_versions(&self, id: &str) -> Result<Vec<CaptureVersion>> {
        self.holder(id)?.capture_versions(id)
    }

    /// As [`Export::open_page`].
    ///
    /// # Errors
    /// As [`Export::open_page`].
    pub fn open_page(&self, id: &str, version: u32) -> Result<impl Read + '_> {
        self.holder(id)?.open_page(id, version)
    }

    /// As [`Export::open_blob`].
    ///
    /// # Errors
    /// As [`Export::open_blob`].
    pub fn open_blob(&self, id: &str, version: u32) -> Result<impl Read + '_> {
        self.holder(id)?.open_blob(id, version)
    }
}

fn digests(objects: &BTreeMap<String, (usize, String)>) -> BTreeMap<String, String> {
    objects.iter().map(|(id, (_, digest))| (id.clone(), digest.clone())).collect()
}

/// The journal of a set of exports.
pub struct SetJournal<'a> {
    set: &'a ExportSet,
    number: usize,
    /// Where the journal stands between two exports.
    chain: Option<rules::JournalChain>,
    part: Option<Journal<'a>>,
}

impl Iterator for SetJournal<'_> {
    type Item = Result<JournalEntry>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(part) = &mut self.part {
                match part.next() {
                    Some(Ok(entry)) => return Some(Ok(entry)),
                    Some(Err(e)) => {
                        self.number = self.set.exports.len();
                        self.part = None;
                        return Some(Err(e));
                    }
                    None => self.chain = self.part.take().map(Journal::into_chain),
                }
            }
            let export = self.set.exports.get(self.number)?;
            self.number += 1;
            match export.journal_after(self.chain.take().unwrap_or_else(rules::JournalChain::new)) {
                Ok(part) => self.part = Some(part),
                Err(e) => {
                    self.number = self.set.exports.len();
                    return Some(Err(e));
                }
            }
        }
    }
}
