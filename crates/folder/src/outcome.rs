//! What came of a file, and why one was left alone.

use fonds_library::Id;

/// What happened to a post or a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// A file became a new draft.
    Created {
        /// The new post.
        post: Id,
    },
    /// An edit of the file became the head.
    Edited {
        /// The post.
        post: Id,
        /// The new head.
        revision: u32,
    },
    /// Both sides had changed, and both changes are in the new head.
    Merged {
        /// The post.
        post: Id,
        /// The new head, with two parents.
        revision: u32,
    },
    /// Both sides had changed the same place: both texts are kept, and the author decides.
    Conflicted {
        /// The post.
        post: Id,
        /// The revision of the file's text.
        theirs: u32,
    },
    /// A sync program's conflict copy holds a text that the post never had: both are kept, and the author decides.
    CopyFound {
        /// The post.
        post: Id,
        /// The revision of the copy's text.
        theirs: u32,
        /// The copy, which stays where it is.
        path: String,
    },
    /// The file has another name or folder.
    Renamed {
        /// The post.
        post: Id,
        /// The path before.
        from: String,
        /// The path now.
        to: String,
    },
    /// The file has vanished. The post has not.
    Missing {
        /// The post.
        post: Id,
    },
    /// More files than a handful have vanished at once. Nothing is recorded until somebody says so.
    Vanished {
        /// The posts.
        posts: Vec<Id>,
    },
    /// The file of a missing post is back.
    Returned {
        /// The post.
        post: Id,
    },
    /// A new PDF or image.
    AttachmentAdded {
        /// The new attachment, which no post has yet.
        attachment: Id,
        /// Its path in the library.
        path: String,
    },
    /// A PDF or an image has other bytes: its next version.
    AttachmentReplaced {
        /// The attachment.
        attachment: Id,
        /// The new version.
        version: u32,
        /// The posts that got a revision with it.
        posts: Vec<Id>,
    },
    /// A file, or a part of what it says, was not taken in. The file is left as it is.
    Refused {
        /// Its path in the library; readable, though not exact, where the name is not text.
        path: String,
        /// Why.
        reason: Refusal,
    },
}

/// Why a file was left alone.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    /// The bytes are not UTF-8.
    #[error("it is not UTF-8 text. Save it as UTF-8")]
    NotUtf8,
    /// The name is not text, holds a backslash, a colon or a control character, ends in a dot or a space, or is
    /// that of a device on Windows.
    #[error("its name cannot be kept on every computer. Give it a plain name")]
    Name,
    /// Some computers take its name for that of another file that is there.
    #[error(
        "some computers cannot keep it beside “{other}”: the names differ in capital letters or accents only. Rename one"
    )]
    NameClash {
        /// The path of the other file.
        other: String,
    },
    /// The front matter cannot be read.
    #[error("line {line} of its front matter cannot be read: {reason}")]
    FrontMatter {
        /// The line in the file, from 1.
        line: usize,
        /// What is wrong there.
        reason: String,
    },
    /// Longer than [`crate::MAX_MARKDOWN`].
    #[error("it is larger than {} MB", crate::MAX_MARKDOWN / 1_000_000)]
    TooLarge {
        /// Its size in bytes.
        size: u64,
    },
    /// The system would not give it out.
    #[error("it cannot be read ({reason})")]
    Unreadable {
        /// The system's reason.
        reason: String,
    },
    /// The system would not let it be written, or its place is not safe to write to.
    #[error("it cannot be written ({reason})")]
    NotWritable {
        /// The system's reason.
        reason: String,
    },
    /// Its `id` is not one that Fonds gave.
    #[error("its id “{value}” is not one that Fonds gave. Rename or remove that line")]
    ForeignId {
        /// The value.
        value: String,
    },
    /// It names a category that there is none of. Everything else was taken in.
    #[error("it names the category “{name}”, which does not exist. Add it, or choose another")]
    UnknownCategory {
        /// The category's path, as written.
        name: String,
    },
    /// It names an attachment that there is none of. Everything else was taken in.
    #[error("it names the attachment “{name}”, which is not in the attachments folder")]
    UnknownAttachment {
        /// The name, as written.
        name: String,
    },
    /// Its `lang` is neither English nor French.
    #[error("its language “{value}” is neither en nor fr")]
    UnknownLanguage {
        /// The value.
        value: String,
    },
    /// Its `lang` is the language of its counterpart. Everything else was taken in.
    #[error("its counterpart is in that language already")]
    LanguageTaken,
    /// The post is in the trash.
    #[error("its post is in the trash. Take it out first")]
    Trashed,
    /// A file that is not of the kind that its name says.
    #[error("it is not what its name says")]
    NotAsNamed,
    /// A file whose end is not there yet: it is taken in once it is whole.
    #[error("the end of the file is not there yet. It is taken in when the file is whole")]
    Unfinished,
}

impl Refusal {
    /// A stable code, such as `file.not_utf8`, for messages in the user's language.
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::NotUtf8 => "file.not_utf8",
            Refusal::Name => "file.name",
            Refusal::NameClash { .. } => "file.name_clash",
            Refusal::FrontMatter { .. } => "file.front_matter",
            Refusal::TooLarge { .. } => "file.too_large",
            Refusal::Unreadable { .. } => "file.unreadable",
            Refusal::NotWritable { .. } => "file.not_writable",
            Refusal::ForeignId { .. } => "file.foreign_id",
            Refusal::UnknownCategory { .. } => "file.unknown_category",
            Refusal::UnknownAttachment { .. } => "file.unknown_attachment",
            Refusal::UnknownLanguage { .. } => "file.unknown_language",
            Refusal::LanguageTaken => "file.language_taken",
            Refusal::Trashed => "file.trashed",
            Refusal::NotAsNamed => "file.not_as_named",
            Refusal::Unfinished => "file.unfinished",
        }
    }
}

impl From<fonds_markdown::Error> for Refusal {
    fn from(error: fonds_markdown::Error) -> Self {
        match error {
            fonds_markdown::Error::FrontMatter { line, reason } => Refusal::FrontMatter { line, reason },
            other => Refusal::FrontMatter { line: 1, reason: other.to_string() },
        }
    }
}
