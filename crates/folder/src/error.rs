//! What stops a whole run. What is wrong with one file is a [`crate::Refusal`] and stops nothing else.

use std::path::PathBuf;

/// The result of everything in this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// An error of the folder. No file is half-written after one.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The library's storage answered with an error.
    #[error(transparent)]
    Library(#[from] fonds_library::Error),
    /// Reading or writing failed.
    #[error("{} could not be read or written: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: std::io::Error,
    },
    /// A path leads out of `posts/` and `attachments/`, or through a symbolic link.
    #[error(
        "“{path}” is not a place where Fonds writes: it leads out of the library’s folders, or through a symbolic link. Give the file another place."
    )]
    UnsafePath {
        /// The path, as it is known.
        path: String,
    },
    /// A different file stands where an attachment is to be written.
    #[error("A different file “{path}” is there already. It was not touched. Move it away, then try again.")]
    FileInTheWay {
        /// The path in the library.
        path: String,
    },
    /// A test asked for a stop between two steps.
    #[error("The work on the folder was stopped on the way.")]
    Stopped,
    /// The folder cannot be watched, not even by polling.
    #[error("The folder {} cannot be watched: {reason}. Changes of its files are taken in when the library is opened.", path.display())]
    Watch {
        /// The library's folder.
        path: PathBuf,
        /// The system's reason.
        reason: String,
    },
}

impl Error {
    pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Error::Io { path, source }
    }
}
