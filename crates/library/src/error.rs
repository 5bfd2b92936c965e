//! What can go wrong in storage, each with what happened, to what, and what to do next.

use std::path::PathBuf;

use crate::{Id, Protected};

/// The result of everything in this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// A storage error. None of them leaves a change half-made: each write is one transaction.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The folder has no `.fonds/library.db`.
    #[error("{} is not a Fonds library. Make one with `fonds init`, or choose the folder that holds `.fonds`.", path.display())]
    NotALibrary {
        /// The folder that was to be opened.
        path: PathBuf,
    },
    /// `init` found a library already there.
    #[error("{} is a Fonds library already. Open it instead.", path.display())]
    AlreadyALibrary {
        /// The folder that was to become a library.
        path: PathBuf,
    },
    /// Another program has the library open, on a network file system.
    #[error("{} is open in another program. On a network share one program has a library open at a time: close it there first.", path.display())]
    InUse {
        /// The library's folder.
        path: PathBuf,
    },
    /// The database was written by a later version of Fonds.
    #[error("{} was last opened by a newer Fonds (format {found}; this one knows {known}). Nothing was changed. Update Fonds to open it.", path.display())]
    NewerLibrary {
        /// The library's folder.
        path: PathBuf,
        /// The schema version found.
        found: i64,
        /// The newest schema version this build knows.
        known: i64,
    },
    /// No such post, category, attachment, blog or revision.
    #[error("There is no {kind} “{name}” in this library.")]
    NotFound {
        /// `post`, `pair`, `revision`, `category`, `attachment`, `blog`, `outbox item`, `rule`, `hold` or `saved search`.
        kind: &'static str,
        /// What was asked for.
        name: String,
    },
    /// A name that fits several posts.
    #[error("“{name}” fits several posts: {}. Give more of the id.", candidates.join(", "))]
    Ambiguous {
        /// What was asked for.
        name: String,
        /// `id (slug.lang)` of each that fits.
        candidates: Vec<String>,
    },
    /// The request goes against a rule of the library; the text says which.
    #[error("{0}")]
    Refused(Refusal),
    /// The post may not be destroyed; the text says what keeps it.
    #[error("{0}")]
    Protected(Protected),
    /// A blob's bytes are not those that the library recorded.
    #[error(
        "The stored bytes of {sha256} are damaged. Run `fonds check`, and restore this file from a backup or an export."
    )]
    DamagedBlob {
        /// The digest that the library knows.
        sha256: String,
    },
    /// Long work was told to stop. It has changed nothing.
    #[error("This was stopped before it was done. Nothing was changed.")]
    Stopped,
    /// A stored value does not read back.
    #[error("The library's database holds a value that cannot be read ({what}). Run `fonds check`.")]
    Damaged {
        /// Where, in the schema's words.
        what: String,
    },
    /// Reading or writing a file failed.
    #[error("{} could not be read or written: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: std::io::Error,
    },
    /// SQLite refused.
    #[error("The library's database answered: {0}")]
    Sqlite(#[from] rusqlite::Error),
}

/// Why a request was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A pair has one post a language.
    #[error("The post already has a counterpart in that language.")]
    LanguageTaken,
    /// A pair is one English and one French post.
    #[error("A post cannot be its own counterpart: a pair is one English and one French post.")]
    SameLanguage,
    /// Sibling categories have different names.
    #[error("There is a category “{0}” there already.")]
    CategoryExists(String),
    /// A category's name is empty or holds a slash.
    #[error("“{0}” cannot be a category's name: it is empty or holds a slash.")]
    CategoryName(String),
    /// A category cannot be moved below itself.
    #[error("A category cannot be moved below itself.")]
    CategoryLoop,
    /// A category with children or posts is not removed.
    #[error("The category still holds posts or categories. Move them first.")]
    CategoryInUse,
    /// A category that a hold is on is neither merged nor removed.
    #[error("The hold “{0}” is on this category. Release it first, or leave the category.")]
    CategoryHeld(String),
    /// What was done to the tree cannot be undone any more.
    #[error("This cannot be undone any more: the categories have changed since.")]
    NotUndoable,
    /// A text that has to be given is blank.
    #[error("The {0} is missing.")]
    Blank(&'static str),
    /// A disposition authority's number is that of one rule.
    #[error("There is a retention rule {0} already.")]
    RuleExists(String),
    /// A rule that something is under is not removed.
    #[error("The rule {0} is in use. Take it off its categories and posts first.")]
    RuleInUse(String),
    /// Two posts with different rules of their own are not made a pair.
    #[error("The two posts have different retention rules of their own. Give them the same one first.")]
    RulesDiffer,
    /// A hold of that name exists, or existed.
    #[error("There is a hold “{0}” already, in force or released. Choose another name.")]
    HoldExists(String),
    /// A hold is on something.
    #[error("A hold has to be on a post, a category or a saved search.")]
    HoldOnNothing,
    /// A saved search of that name exists.
    #[error("There is a saved search “{0}” already. Choose another name, or change that one.")]
    SearchExists(String),
    /// A search for nothing would find everything.
    #[error("This search asks for nothing. Give words or a condition.")]
    SearchForNothing,
    /// A saved search that a hold is on keeps its question.
    #[error("The hold “{0}” is on this search. Release it first, or save another search.")]
    SearchHeld(String),
    /// A hold is on what posts say now, and not on what is under a hold.
    #[error("A hold cannot be on a search that looks at earlier revisions or at holds. Save one without.")]
    SearchNotForHolds,
    /// The hold was released.
    #[error("The hold “{0}” was released already.")]
    HoldReleased(String),
    /// Only what is in the trash is destroyed.
    #[error("The post is not in the trash. Put it there first.")]
    NotTrashed(Id),
    /// What is public, or on its way there, is not destroyed.
    #[error("The post is still on a blog, or waits to be sent there. Withdraw it first.")]
    StillPublic(Id),
    /// The post is in the trash.
    #[error("The post is in the trash. Take it out first.")]
    Trashed(Id),
    /// A name for a revision is empty, long, or more than a line.
    #[error("“{0}” cannot be a revision's name: give one line of at most 120 characters.")]
    RevisionName(String),
    /// A conflict waits for a decision.
    #[error("Two texts of this post wait for a decision. Keep one of them first.")]
    Conflict(Id),
    /// There is nothing to decide.
    #[error("This post has no conflict.")]
    NoConflict(Id),
    /// A blog of that name exists.
    #[error("There is a blog “{0}” already.")]
    BlogExists(String),
    /// Something is public on the blog, or waits to be sent to it.
    #[error("Posts are public on the blog “{0}”, or wait to be sent to it.")]
    BlogInUse(String),
    /// An attachment's path is in use.
    #[error("There is a different file “{0}” among the attachments already.")]
    PathTaken(String),
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Error::Refused(refusal)
    }
}

impl From<Protected> for Error {
    fn from(protected: Protected) -> Self {
        Error::Protected(protected)
    }
}

impl Error {
    /// Wraps an I/O error with the path that it concerns.
    pub fn io(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Error::Io { path, source }
    }

    pub(crate) fn not_found(kind: &'static str, name: impl std::fmt::Display) -> Self {
        Error::NotFound { kind, name: name.to_string() }
    }

    pub(crate) fn damaged(what: impl Into<String>) -> Self {
        Error::Damaged { what: what.into() }
    }
}
