//! What the writer asks of a library.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use super::{AttachmentVersion, CaptureVersion, JournalEnd, JournalEntry, Library, Retention, Revision};
use crate::SourceError;
use crate::sign::Proof;
use crate::viewer::{AsWritten, Render};

/// What an incremental export has to know of the one before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Increment {
    /// Ids of the posts, attachments and captures whose objects the export carries; all of them are in its library
    /// record.
    pub carried: BTreeSet<String>,
    /// SHA-256 of the `inventory.json` that each object had in the exports before, for every object that is
    /// carried or removed and was there. The writer of the export before answered it ([`Written`]).
    ///
    /// [`Written`]: crate::Written
    pub before: BTreeMap<String, String>,
    /// Where the journal of the export before ended.
    pub journal: JournalEnd,
}

/// A library as the writer sees it: one state, unchanged from the first call to the last (a read
/// transaction).
///
/// The writer calls [`increment`](Self::increment) where it has to, [`content_bytes`](Self::content_bytes),
/// [`library`](Self::library), [`retention`](Self::retention), [`journal`](Self::journal), then [`post`](Self::post) for each post whose object
/// the export carries by id ascending, then [`attachment`](Self::attachment) and [`open`](Self::open) for each
/// such attachment, then [`capture`](Self::capture) and [`open`](Self::open) for each such capture, then
/// [`journal`](Self::journal) once more. A post's captures are also asked for with the post.
///
/// `journal` and `post` hand records over one by one. Where `each` answers with an error, the source stops
/// and returns that error (`each(entry)?`): the writer remembers the cause.
pub trait Source {
    /// Bytes of the revisions' bodies and the attachment versions that the export carries; for progress alone.
    ///
    /// # Errors
    /// Whatever keeps the library from being read.
    fn content_bytes(&mut self) -> Result<u64, SourceError>;

    /// What changed since the export before. Asked for first, and only for an incremental export.
    ///
    /// # Errors
    /// Whatever keeps the library from being read.
    fn increment(&mut self) -> Result<Increment, SourceError>;

    /// Everything but texts, journal and blobs; each list by id ascending. For an incremental export what was
    /// added or changed, with `removed`.
    ///
    /// # Errors
    /// Whatever keeps the library from being read.
    fn library(&mut self) -> Result<Library, SourceError>;

    /// Retention rules, what has them, and holds: all of them, for an incremental export too.
    ///
    /// # Errors
    /// Whatever keeps the library from being read.
    fn retention(&mut self) -> Result<Retention, SourceError> {
        Ok(Retention::default())
    }

    /// Every journal entry after number `after` (0 is before the first), in order.
    ///
    /// # Errors
    /// Whatever keeps the library from being read, or the error of `each`.
    fn journal(
        &mut self,
        after: u64,
        each: &mut dyn FnMut(JournalEntry) -> Result<(), SourceError>,
    ) -> Result<(), SourceError>;

    /// How the viewer shows the posts' Markdown; as it is written where the source knows no better.
    fn renderer(&self) -> &'static dyn Render {
        &AsWritten
    }

    /// The proofs of the export before, as the library keeps them; none where there are none.
    ///
    /// # Errors
    /// Whatever keeps the library from being read.
    fn proofs(&mut self) -> Result<Vec<Proof>, SourceError> {
        Ok(Vec::new())
    }

    /// Every revision of the post with this id and its body, by number ascending.
    ///
    /// # Errors
    /// Whatever keeps the library from being read, or the error of `each`.
    fn post(
        &mut self,
        id: &str,
        each: &mut dyn FnMut(Revision, String) -> Result<(), SourceError>,
    ) -> Result<(), SourceError>;

    /// Every version of the attachment with this id, by number ascending.
    ///
    /// # Errors
    /// Whatever keeps the library from being read.
    fn attachment(&mut self, id: &str) -> Result<Vec<AttachmentVersion>, SourceError>;

    /// Every version of the capture with this id, by number ascending.
    ///
    /// # Errors
    /// Whatever keeps the library from being read.
    fn capture(&mut self, id: &str) -> Result<Vec<CaptureVersion>, SourceError>;

    /// The bytes of the blob with this digest, from the first. The writer hashes them itself.
    ///
    /// # Errors
    /// Whatever keeps the blob from being opened.
    fn open(&mut self, sha256: &str) -> Result<Box<dyn Read + '_>, SourceError>;
}
