//! What can go wrong around a reading. What is wrong with the PDF is an [`crate::Ending`].

use std::path::PathBuf;

/// The result of what this crate does.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why nothing could be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The reading program could not be started, or is none.
    #[error("{program} could not be started to read a PDF: {reason}. Install Fonds anew.")]
    NoReader {
        /// The program.
        program: PathBuf,
        /// The system's reason.
        reason: String,
    },
    /// Its answer could not be read.
    #[error("a PDF's reading was interrupted: {0}. It will be read again.")]
    Interrupted(#[from] std::io::Error),
}
