//! Why an export could not be written, opened or looked at.

use std::io;
use std::path::{Path, PathBuf};

/// What an implementation of [`crate::Source`] may fail with; passed through unchanged.
pub type SourceError = Box<dyn std::error::Error + Send + Sync>;

/// Result of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why an export could not be written, opened or looked at. What is wrong *in* an export that can be read
/// is no error but a [`crate::Finding`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The library could not give what was asked of it.
    #[error("the library could not be read for the export: {0}")]
    Source(#[source] SourceError),
    /// The progress callback asked to stop. Nothing is left behind.
    #[error("the work was cancelled; nothing was left behind")]
    Cancelled,
    /// A blob's bytes are not those that the library recorded. Nothing was exported.
    #[error(
        "{item} is damaged: its bytes have the SHA-256 {actual} and {actual_size} bytes, the library recorded {expected} and \
         {expected_size} bytes; nothing was exported; bring the file back from a backup, then export again"
    )]
    WrongBlob {
        /// Which attachment and version, with its path.
        item: String,
        /// The digest that the library recorded.
        expected: String,
        /// The size that the library recorded.
        expected_size: u64,
        /// The digest of the bytes up to the recorded size.
        actual: String,
        /// How many bytes were read; at most one more than expected.
        actual_size: u64,
    },
    /// A record of the library contradicts itself or another one. Nothing was exported.
    #[error("{item} cannot be exported: {reason}; run `fonds check` on the library")]
    BadRecord {
        /// Which record.
        item: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A record is larger than the format allows. Nothing was exported.
    #[error(
        "{item} has more than {limit} bytes, the most that the format allows; shorten it, then export again"
    )]
    TooLarge {
        /// Which record.
        item: String,
        /// The limit in bytes.
        limit: u64,
    },
    /// The header's fields make no valid export.
    #[error("the export cannot be made: {0}")]
    BadHeader(String),
    /// A file of the export's name is there already. It was not touched.
    #[error("{} is there already and was left as it is; choose another folder or move it away", .0.display())]
    AlreadyExists(PathBuf),
    /// No room on the disk, or over quota. Nothing is left behind.
    #[error("there is no room left for {}; nothing was left behind; make room or choose another folder", .path.display())]
    NoSpace {
        /// What was being written.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The system refused to read or write.
    #[error("{} could not be read or written: {source}", .path.display())]
    Io {
        /// Where.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The file is no Fonds export, or too damaged to tell.
    #[error("{} is no Fonds export: {reason}", .path.display())]
    NotAnExport {
        /// The file.
        path: PathBuf,
        /// How it is known.
        reason: String,
    },
    /// Something in an export could not be read as what it has to be. `verify` says more.
    #[error("the export is damaged at {place}: {reason}; verify it to see everything that is wrong")]
    Damaged {
        /// The entry, or the record in it.
        place: String,
        /// What is wrong.
        reason: String,
    },
    /// Incremental exports without those that they build on.
    #[error(
        "the exports do not make up a library: number {missing} of the series is missing; give the last full export and \
         every one after it"
    )]
    IncompleteSet {
        /// Sequence of the first export that is missing.
        missing: u32,
    },
    /// The export holds no such post, attachment or version.
    #[error("the export holds no {0}")]
    NotFound(String),
    /// A key or certificate that cannot be used.
    #[error("the key cannot be used: {0}; give minisign's own file, or make a key with `fonds key new`")]
    BadKey(String),
    /// The password does not open the secret key.
    #[error("the password does not open the secret key; nothing was signed; try again")]
    WrongPassword,
    /// A time-stamp that proves nothing about the zip.
    #[error("the time-stamp cannot be used: {0}; ask for another with `fonds timestamp`")]
    BadTimeStamp(String),
    /// A value that has no JSON form.
    #[error("a record has no JSON form: {0}")]
    Json(#[source] serde_json::Error),
}

impl Error {
    /// An I/O error at a path; one that says the disk is full becomes [`Error::NoSpace`].
    pub(crate) fn io(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
                Self::NoSpace { path, source }
            }
            _ => Self::Io { path, source },
        }
    }
}
