//! What can stop a delivery.

use std::io;
use std::path::{Path, PathBuf};

/// A result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// What stopped a delivery. Each message says what happened, to what, and what to do next.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no connector of this kind.
    #[error("Fonds cannot publish to a blog of kind “{kind}”. Choose one of: {known}.")]
    UnknownKind {
        /// What was asked for.
        kind: String,
        /// The kinds there are.
        known: String,
    },
    /// The blog's settings cannot be used.
    #[error("The settings of the blog “{blog}” cannot be used: {reason}. Change them and publish again.")]
    Settings {
        /// The blog's name.
        blog: String,
        /// What is wrong.
        reason: String,
    },
    /// A post cannot be published as it is.
    #[error("The post “{title}” cannot be published: {reason}")]
    Post {
        /// The post's id.
        post: String,
        /// Its title.
        title: String,
        /// What is wrong and what to do.
        reason: String,
    },
    /// A category cannot be published as it is.
    #[error("The category “{name}” cannot be published: {reason}")]
    Category {
        /// The category's id.
        category: String,
        /// Its name.
        name: String,
        /// What is wrong and what to do.
        reason: String,
    },
    /// The bytes of an attachment are not in the library.
    #[error(
        "The attachment “{name}” of the post “{title}” is missing from the library. Attach the file again, then publish again."
    )]
    AttachmentMissing {
        /// The attachment's file name.
        name: String,
        /// Title of a post that carries it.
        title: String,
        /// Digest of the missing bytes.
        sha256: String,
    },
    /// The bytes of an attachment are not those that were recorded.
    #[error(
        "The attachment “{name}” of the post “{title}” is damaged: its bytes are not the recorded ones. Attach a good copy of the file, then publish again."
    )]
    AttachmentDamaged {
        /// The attachment's file name.
        name: String,
        /// Title of a post that carries it.
        title: String,
        /// Digest that was recorded.
        sha256: String,
    },
    /// A file that Fonds did not write, or that was changed since, stands where Fonds has to write or delete.
    #[error(
        "“{path}” was put there or changed outside Fonds and is in the way. Move or delete it, then publish again."
    )]
    InTheWay {
        /// The file, as a path from the library's folder.
        path: String,
    },
    /// The record of the files that Fonds wrote cannot be read.
    #[error(
        "“{path}”, which lists the files that Fonds wrote, cannot be read: {reason}. Put it back from a copy, or move the folder of the site away, then publish again."
    )]
    Manifest {
        /// The file, as a path from the library's folder.
        path: String,
        /// What is wrong.
        reason: String,
    },
    /// A page or feed could not be made.
    #[error("“{path}” could not be made: {reason}.")]
    Render {
        /// The page, as a path from the library's folder.
        path: String,
        /// What is wrong.
        reason: String,
    },
    /// The disk refused.
    #[error("“{}” could not be {doing}: {source}. What was published before is unchanged or will be completed by publishing again.", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What was tried, as a participle: `read`, `written`, `removed`.
        doing: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// The blog could not be reached, or something else answered in its place. It may go through later.
    #[error("The blog “{blog}” could not be reached: {reason}")]
    Unreachable {
        /// The blog's name.
        blog: String,
        /// What happened.
        reason: String,
        /// When the blog wants to be asked again, in seconds from now, where it said so.
        after: Option<u64>,
    },
    /// The blog was reached and said no.
    #[error("The blog “{blog}” refused: {reason}")]
    Refused {
        /// The blog's name.
        blog: String,
        /// What it said and what to do.
        reason: String,
    },
    /// The post was changed on the blog since Fonds last saw it.
    #[error("“{title}” was changed on the blog since it was last published.")]
    Changed {
        /// The post's id.
        post: String,
        /// Its title in the library.
        title: String,
        /// What the blog holds now.
        there: Box<There>,
    },
    /// Another post has the address, and no receipt says that it is this one.
    #[error(
        "The blog has another post with the address “{slug}” already ({address}). Change the address of “{title}”, or remove the other post, then publish again."
    )]
    Taken {
        /// The post's title.
        title: String,
        /// The last part of its address.
        slug: String,
        /// The other post's address.
        address: String,
    },
    /// A post that was public is not on the blog any more.
    #[error(
        "“{title}” was deleted on the blog, or moved to its trash. Withdraw it here too, or put it back there; then publish again."
    )]
    Gone {
        /// The post's title.
        title: String,
    },
    /// The library could not be read or written.
    #[error("{reason}")]
    Library {
        /// What happened.
        reason: String,
    },
    /// The person stopped it.
    #[error("Publishing was cancelled. Publish again to complete it.")]
    Cancelled,
}

/// A post as the blog holds it, after somebody changed it there.
#[derive(Debug, Clone, PartialEq)]
pub struct There {
    /// Its title.
    pub title: String,
    /// Its body as the blog stores it; [`crate::Connector::to_markdown`] makes Markdown of it.
    pub body: String,
    /// What the blog answered, in the form of a receipt's answer: with it remembered, an update goes through.
    pub answer: serde_json::Value,
}

impl Error {
    /// Whether the same delivery may go through later without a person's doing.
    #[must_use]
    pub fn retryable(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::Io { .. } | Self::Cancelled)
    }

    /// For `map_err`: the disk refused to have `path` `doing` (a participle).
    pub(crate) fn io(path: &Path, doing: &'static str) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { path, doing, source }
    }
}
