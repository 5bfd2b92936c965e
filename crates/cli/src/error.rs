//! What could not be done: the app's errors, and those of reading arguments' files and writing answers.

use fonds_app::{ErrorReport, Language};

use crate::words::say;

/// The result of every verb.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a verb could not be done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The app's reason.
    #[error(transparent)]
    App(#[from] fonds_app::Error),
    /// A file or standard input that cannot be read.
    #[error("{path} cannot be read: {reason}")]
    Unreadable {
        /// The file, or `-`.
        path: String,
        /// The system's reason.
        reason: std::io::Error,
    },
    /// Input that is not UTF-8.
    #[error("{path} is not UTF-8 text")]
    NotUtf8 {
        /// The file, or `-`.
        path: String,
    },
    /// Input beyond [`crate::input::LARGEST`].
    #[error("{path} is too large")]
    TooLarge {
        /// The file, or `-`.
        path: String,
    },
    /// Input that should be JSON of a certain shape.
    #[error("not the JSON that was expected: {reason}")]
    Json {
        /// What is wrong with it.
        reason: serde_json::Error,
    },
    /// Standard output does not take the answer.
    #[error("the answer could not be written: {0}")]
    Output(#[source] std::io::Error),
}

impl Error {
    /// The error as it is shown or written as JSON.
    pub fn report(&self, language: Language) -> ErrorReport {
        let (code, key, message) = match self {
            Error::App(error) => return error.report(language),
            Error::Unreadable { path, reason } => (
                "input.unreadable",
                "input.unreadable_hint",
                say(language, "input.unreadable", &[("path", path), ("reason", reason)]),
            ),
            Error::NotUtf8 { path } => {
                ("input.not_utf8", "input.not_utf8_hint", say(language, "input.not_utf8", &[("path", path)]))
            }
            Error::TooLarge { path } => {
                let largest = crate::words::size(language, crate::input::LARGEST);
                let message = say(language, "input.too_large", &[("path", path), ("largest", &largest)]);
                ("input.too_large", "input.too_large_hint", message)
            }
            Error::Json { reason } => {
                ("input.json", "input.json_hint", say(language, "input.json", &[("reason", reason)]))
            }
            Error::Output(reason) => {
                ("output.failed", "output.failed_hint", say(language, "output.failed", &[("reason", reason)]))
            }
        };
        ErrorReport { code: code.into(), message, hints: vec![say(language, key, &[])], retryable: false }
    }
}
