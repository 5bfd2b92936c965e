//! Errors as they cross to the window and the command line: `{code, message, hints, retryable}`.
//!
//! What always holds: whoever calls decides on `code` alone; message and hints are for people, in English or French,
//! from `locales/`. A code is never renamed once it has been released.

use std::borrow::Cow;

use serde::Serialize;
use ts_rs::TS;

use crate::Language;

/// The result of every use case.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What happened, by a stable code and the values that its message names.
#[derive(Debug)]
pub struct Error {
    code: &'static str,
    values: Vec<(&'static str, String)>,
    retryable: bool,
}

/// An error as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ErrorReport {
    /// What callers decide on, such as `library.not_found`.
    pub code: String,
    /// What happened, to what.
    pub message: String,
    /// What to do next; may be empty.
    pub hints: Vec<String>,
    /// Whether the same call may go through later.
    pub retryable: bool,
}

impl Error {
    pub(crate) fn new(code: &'static str) -> Self {
        Error { code, values: vec![], retryable: false }
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl std::fmt::Display) -> Self {
        self.values.push((name, value.to_string()));
        self
    }

    pub(crate) fn retryable(mut self) -> Self {
        self.retryable = true;
        self
    }

    /// What the system refused at a path.
    pub fn io(path: impl AsRef<std::path::Path>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.as_ref().display().to_string();
        move |source| io_error(&path, &source)
    }

    /// A password was asked for and none was given.
    pub fn password_needed() -> Self {
        Error::new("key.password_needed")
    }

    /// A time-stamp was asked for and no authority is configured.
    pub fn no_authority() -> Self {
        Error::new("timestamp.none")
    }

    /// The stable code.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// The error in words.
    pub fn report(&self, language: Language) -> ErrorReport {
        let hint = crate::_rust_i18n_try_translate(language.code(), format!("hint.{}", self.code));
        ErrorReport {
            code: self.code.into(),
            message: self.fill(crate::text(&format!("error.{}", self.code), language)),
            hints: hint.into_iter().map(|hint| self.fill(hint)).collect(),
            retryable: self.retryable,
        }
    }

    fn fill(&self, text: Cow<'static, str>) -> String {
        self.values
            .iter()
            .fold(text.into_owned(), |text, (name, value)| text.replace(&format!("%{{{name}}}"), value))
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.report(Language::En).message)
    }
}

impl std::error::Error for Error {}

fn io_error(path: &str, source: &std::io::Error) -> Error {
    use std::io::ErrorKind;
    let code = match source.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "disk.full",
        ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied => "disk.read_only",
        ErrorKind::NotFound => "file.not_found",
        _ => "disk.failed",
    };
    Error::new(code).with("path", path).with("reason", source).retryable()
}

impl From<fonds_library::Error> for Error {
    fn from(error: fonds_library::Error) -> Self {
        use fonds_library::{Error as E, Refusal as R};
        match error {
            E::NotALibrary { path } => Error::new("library.not_found").with("path", path.display()),
            E::AlreadyALibrary { path } => Error::new("library.exists").with("path", path.display()),
            E::InUse { path } => Error::new("library.in_use").with("path", path.display()).retryable(),
            E::NewerLibrary { path, found, known } => Error::new("library.newer")
                .with("path", path.display())
                .with("found", found)
                .with("known", known),
            E::NotFound { kind, name } => Error::new(match kind {
                "post" => "post.not_found",
                "revision" => "revision.not_found",
                "category" => "category.not_found",
                "attachment" => "attachment.not_found",
                "rule" => "retention.rule_not_found",
                "hold" => "hold.not_found",
                "saved search" => "search.not_found",
                "outbox item" => "outbox.not_found",
                _ => "blog.not_found",
            })
            .with("name", name),
            E::Ambiguous { name, candidates } => {
                Error::new("post.ambiguous").with("name", name).with("candidates", candidates.join(", "))
            }
            E::Refused(refusal) => match refusal {
                R::LanguageTaken => Error::new("pair.language_taken"),
                R::SameLanguage => Error::new("pair.same_language"),
                R::CategoryExists(name) => Error::new("category.exists").with("name", name),
                R::CategoryName(name) => Error::new("category.name").with("name", name),
                R::CategoryLoop => Error::new("category.loop"),
                R::CategoryInUse => Error::new("category.in_use"),
                R::CategoryHeld(name) => Error::new("category.held").with("name", name),
                R::NotUndoable => Error::new("category.not_undoable"),
                R::Blank(what) => Error::new(match what {
                    "number" => "retention.no_number",
                    "title" => "retention.no_title",
                    "name" => "hold.no_name",
                    "authority" => "hold.no_authority",
                    "search name" => "search.no_name",
                    _ => "retention.no_reason",
                }),
                R::RuleExists(name) => Error::new("retention.rule_exists").with("name", name),
                R::RuleInUse(name) => Error::new("retention.rule_in_use").with("name", name),
                R::RulesDiffer => Error::new("retention.rules_differ"),
                R::HoldExists(name) => Error::new("hold.exists").with("name", name),
                R::HoldOnNothing => Error::new("hold.on_nothing"),
                R::HoldReleased(name) => Error::new("hold.released").with("name", name),
                R::SearchExists(name) => Error::new("search.exists").with("name", name),
                R::SearchForNothing => Error::new("search.nothing"),
                R::SearchHeld(name) => Error::new("search.held").with("name", name),
                R::SearchNotForHolds => Error::new("search.not_for_holds"),
                R::NotTrashed(id) => Error::new("post.not_trashed").with("name", id),
                R::StillPublic(id) => Error::new("post.still_public").with("name", id),
                R::Trashed(id) => Error::new("post.trashed").with("name", id),
                R::RevisionName(name) => Error::new("revision.name").with("name", name),
                R::Conflict(id) => Error::new("post.conflict").with("name", id),
                R::NoConflict(id) => Error::new("post.no_conflict").with("name", id),
                R::BlogExists(name) => Error::new("blog.exists").with("name", name),
                R::BlogInUse(name) => Error::new("blog.in_use").with("name", name),
                R::PathTaken(path) => Error::new("attachment.path_taken").with("name", path),
            },
            E::Protected(protected) => protected_error(protected),
            E::DamagedBlob { sha256 } => Error::new("attachment.damaged").with("name", sha256),
            E::Stopped => Error::new("task.cancelled"),
            E::Damaged { what } => Error::new("library.damaged").with("reason", what),
            E::Io { path, source } => io_error(&path.display().to_string(), &source),
            E::Sqlite(source) => sqlite_error(&source),
        }
    }
}

fn protected_error(protected: fonds_library::Protected) -> Error {
    use fonds_library::Protected as P;
    match protected {
        P::Held { hold } => Error::new("protected.held").with("name", hold),
        P::NotDue { rule, until } => Error::new("protected.not_due").with("name", rule).with("until", until),
        P::NotRunning { rule } => Error::new("protected.not_running").with("name", rule),
        P::OtherAction { rule } => Error::new("protected.other_action").with("name", rule),
    }
}

fn sqlite_error(source: &rusqlite::Error) -> Error {
    use rusqlite::ErrorCode as C;
    if source
        .sqlite_error()
        .is_some_and(|error| error.extended_code == rusqlite::ffi::SQLITE_READONLY_DBMOVED)
    {
        return Error::new("library.vanished").with("path", "library.db").retryable();
    }
    let code = match source.sqlite_error_code() {
        Some(C::DiskFull) => "disk.full",
        Some(C::ReadOnly | C::PermissionDenied | C::CannotOpen) => "disk.read_only",
        Some(C::DatabaseBusy | C::DatabaseLocked) => "library.busy",
        Some(C::SystemIoFailure) => "disk.failed",
        Some(C::DatabaseCorrupt | C::NotADatabase) => "library.damaged",
        _ => "library.failed",
    };
    Error::new(code).with("path", "library.db").with("reason", source).retryable()
}

impl From<fonds_markdown::Error> for Error {
    fn from(error: fonds_markdown::Error) -> Self {
        use fonds_markdown::Error as E;
        match error {
            E::FrontMatter { line, reason } => {
                Error::new("markdown.front_matter").with("line", line).with("reason", reason)
            }
            other => Error::new("markdown.document").with("reason", other),
        }
    }
}

impl From<fonds_archive::Error> for Error {
    fn from(error: fonds_archive::Error) -> Self {
        use fonds_archive::Error as E;
        match error {
            E::Cancelled => Error::new("task.cancelled"),
            E::AlreadyExists(path) => Error::new("export.exists").with("path", path.display()),
            E::NoSpace { path, .. } => Error::new("disk.full").with("path", path.display()).retryable(),
            E::Io { path, source } => io_error(&path.display().to_string(), &source),
            E::WrongBlob { item, .. } => Error::new("attachment.damaged").with("name", item),
            E::Source(source) => match source.downcast::<Error>() {
                Ok(own) => *own,
                Err(other) => Error::new("export.failed").with("reason", other),
            },
            E::BadKey(reason) => Error::new("key.bad").with("reason", reason),
            E::WrongPassword => Error::new("key.wrong_password"),
            E::BadTimeStamp(reason) => Error::new("timestamp.bad").with("reason", reason),
            E::NotAnExport { path, .. } => Error::new("export.not_one").with("path", path.display()),
            other => Error::new("export.failed").with("reason", other),
        }
    }
}

impl From<fonds_publish::Error> for Error {
    fn from(error: fonds_publish::Error) -> Self {
        use fonds_publish::Error as E;
        match error {
            E::Cancelled => Error::new("task.cancelled"),
            E::Unreachable { blog, reason, .. } => {
                Error::new("blog.unreachable").with("name", blog).with("reason", reason).retryable()
            }
            E::Refused { blog, reason } => {
                Error::new("blog.refused").with("name", blog).with("reason", reason)
            }
            E::Changed { title, .. } => Error::new("publish.changed").with("name", title),
            E::Taken { title, slug, address } => {
                Error::new("publish.taken").with("name", title).with("slug", slug).with("address", address)
            }
            E::Gone { title } => Error::new("publish.gone").with("name", title),
            other => Error::new("publish.failed").with("reason", other).retryable(),
        }
    }
}

impl From<fonds_folder::Error> for Error {
    fn from(error: fonds_folder::Error) -> Self {
        use fonds_folder::Error as E;
        match error {
            E::Library(source) => source.into(),
            E::Io { path, source } => io_error(&path.display().to_string(), &source),
            E::FileInTheWay { path } => Error::new("folder.in_the_way").with("path", path),
            other => Error::new("folder.failed").with("reason", other),
        }
    }
}
