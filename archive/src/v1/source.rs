//! What the writer asks of a library.

use std::io::Read;

use super::{AttachmentVersion, JournalEntry, Library, Revision};
use crate::SourceError;
use crate::sign::Proof;

/// A library as the writer sees it: one state, unchanged from the first call to the last (a read
/// transaction).
///
/// The writer calls [`content_bytes`](Self::content_bytes), [`library`](Self::library),
/// [`journal`](Self::journal), then [`post`](Self::post) for each post of the library by id ascending, then
/// [`attachment`](Self::attachment) and [`open`](Self::open) for each attachment by id ascending, then
/// [`journal`](Self::journal) once more.
///
/// `journal` and `post` hand records over one by one. Where `each` answers with an error, the source stops
/// and returns that error (`each(entry)?`): the writer remembers the cause.
pub trait Source {
    /// Bytes of all revisions' bodies and all attachment versions together; for progress alone.
    ///
    /// # Errors
    /// Whatever keeps the library from being read.
    fn content_bytes(&mut self) -> Result<u64, SourceError>;

    /// Everything but texts, journal and blobs; each list by id ascending.
    ///
    /// # Errors
    /// Whatever keeps the library from being read.
    fn library(&mut self) -> Result<Library, SourceError>;

    /// Every journal entry, from the first.
    ///
    /// # Errors
    /// Whatever keeps the library from being read, or the error of `each`.
    fn journal(
        &mut self,
        each: &mut dyn FnMut(JournalEntry) -> Result<(), SourceError>,
    ) -> Result<(), SourceError>;

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

    /// The bytes of the blob with this digest, from the first. The writer hashes them itself.
    ///
    /// # Errors
    /// Whatever keeps the blob from being opened.
    fn open(&mut self, sha256: &str) -> Result<Box<dyn Read + '_>, SourceError>;
}
