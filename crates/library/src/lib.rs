//! Storage: the record of a Fonds library in SQLite, and attachment bytes by sha256.
//!
//! What always holds: a change that returned is on disk (WAL, `synchronous=FULL`); each change is one transaction with
//! its journal entry in it; a revision never changes; the journal is only appended to. Times, ids and actors come in as
//! arguments. This crate knows SQLite and blobs; it reads no Markdown file and no zip.

mod attachments;
mod backup;
mod blobs;
mod captures;
mod categories;
mod check;
mod conflicts;
mod content;
mod error;
mod exports;
mod history;
mod identity;
mod increments;
mod journal;
mod listing;
mod media;
mod mirror;
mod outbox;
mod packing;
mod pairs;
mod pdfs;
mod posts;
mod publishing;
mod refiling;
mod remote;
mod repair;
mod restore;
mod retention;
mod revisions;
mod schema;
mod search;
mod selections;
mod storage;
mod working_copy;

#[cfg(unix)]
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension, Transaction, TransactionBehavior, params};

pub use attachments::{Attachment, AttachmentVersion};
pub use blobs::{Blob, Blobs};
pub use captures::{Capture, CaptureVersion, LeftOut, PageFound};
pub use categories::{Category, CategoryPath};
pub use check::{CheckStep, Finding, FindingKind, Interrupter, OnCheck};
pub use content::{AttachmentRef, Content, Language, Origin, Status};
pub use error::{Error, Refusal, Result};
pub use exports::{ExportMode, ExportRecord, NextExport, PreviousExport};
pub use history::{LONGEST_REVISION_NAME, RevisionRow, VersionUse};
pub use identity::{Act, Actor, Id, Timestamp};
pub use increments::{Changed, ExportBase, Held, RestoredBase};
pub use jiff::civil::Date;
pub use journal::{Entry, FIRST_PREVIOUS};
pub use listing::{Cursor, Listed, Order, Page};
pub use media::Media;
pub use mirror::{FileStamp, MirroredFile};
pub use outbox::{Intention, IntentionAction, IntentionState, Turn};
pub use posts::{NewPost, Post};
pub use publishing::{Blog, Publication};
pub use refiling::Leaving;
pub use restore::{RestoredFrom, RestoredPost, Restoring};
pub use retention::{
    Action, Hold, Kept, Moments, Override, Period, Protected, Release, Retention, Rule, RuleFrom, Running,
    Target, Trigger, running,
};
pub use revisions::{Parentage, Revision};
pub use search::{Found, Hit, PageHit, Query, RevisionHit, SavedSearch, slug_of};
pub use selections::{Selected, Wanted};
pub use storage::Storage;
pub use working_copy::{Saved, WorkingCopy};

/// The folder of Markdown files in a library.
pub const POSTS: &str = "posts";
/// The folder of PDFs and images in a library.
pub const ATTACHMENTS: &str = "attachments";
/// The folder of the record in a library.
pub const STATE: &str = ".fonds";

/// What `init` is told.
#[derive(Clone, Debug)]
pub struct NewLibrary {
    /// The library's id.
    pub id: Id,
    /// The name that people see.
    pub name: String,
    /// The id of its first series of exports.
    pub series_id: Id,
    /// The id of its first blog, the static site.
    pub blog: Id,
}

/// What a library is called, and its series.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Identity {
    /// The library's id.
    pub id: Id,
    /// The name that people see.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// The id of the series that the next export belongs to.
    pub series_id: Id,
    /// Its name, at most 24 of `[a-z0-9-]`.
    pub series: String,
    /// The export that the series goes back to, after a restore.
    pub origin: Option<RestoredFrom>,
}

/// An open library.
#[derive(Debug)]
pub struct Library {
    root: PathBuf,
    conn: Connection,
    blobs: Blobs,
    place: Place,
    storage: Storage,
    /// Held where no other program may have the library open.
    _alone: Option<storage::Alone>,
    /// The copy that a snapshot reads, where there is no write-ahead log to read beside.
    _copy: Option<tempfile::TempPath>,
}

/// Which file a path leads to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Place(Option<(u64, u64)>);

impl Place {
    fn of(path: &Path) -> Self {
        #[cfg(unix)]
        let found = std::fs::metadata(path).map(|found| (found.dev(), found.ino()));
        // Where files have no number to tell them apart, that there is one has to do.
        #[cfg(not(unix))]
        let found = std::fs::metadata(path).map(|_| (0, 0));
        Place(found.ok())
    }

    fn is_some(self) -> bool {
        self.0.is_some()
    }
}

impl Library {
    /// Makes a library in `root`, which may exist and hold files, and opens it.
    ///
    /// The database is complete before it gets its name: an interrupted call leaves no half library.
    pub fn init(root: &Path, new: &NewLibrary, act: &Act) -> Result<Self> {
        Self::create(root, new, act.now, |tx| {
            journal::append(tx, act, "library.created", new.id, serde_json::json!({ "name": new.name }))?;
            publishing::insert_blog(tx, &Blog::static_site(new.blog))?;
            let site = serde_json::json!({ "kind": "static", "name": "site" });
            journal::append(tx, act, "blog.added", new.blog, site)
        })
    }

    /// A library that holds what `fill` puts in. A restore begins with nothing, not even a journal entry.
    fn create(
        root: &Path,
        new: &NewLibrary,
        now: Timestamp,
        fill: impl FnOnce(&Transaction<'_>) -> Result<()>,
    ) -> Result<Self> {
        let state = root.join(STATE);
        let database = state.join("library.db");
        if database.exists() {
            return Err(Error::AlreadyALibrary { path: root.into() });
        }
        for folder in [root.join(POSTS), root.join(ATTACHMENTS), state.clone()] {
            std::fs::create_dir_all(&folder).map_err(Error::io(&folder))?;
        }
        let unfinished = state.join("library.db.new");
        // An interrupted call may have left a rollback journal too, which SQLite would play back into the new file.
        for left in [unfinished.clone(), state.join("library.db.new-journal")] {
            if left.exists() {
                std::fs::remove_file(&left).map_err(Error::io(&left))?;
            }
        }
        {
            let mut conn = Connection::open(&unfinished)?;
            schema::migrate(&mut conn, root)?;
            let tx = conn.transaction()?;
            tx.execute(
                "INSERT INTO library (singleton, id, name, created_at, series_id, series) VALUES (1, ?1, ?2, ?3, ?4, ?5)",
                params![new.id, new.name, now, new.series_id, exports::series_name(&new.name, None)],
            )?;
            fill(&tx)?;
            tx.commit()?;
        }
        std::fs::rename(&unfinished, &database).map_err(Error::io(&database))?;
        blobs::sync_folder(&state)?;
        blobs::sync_folder(root)?;
        Self::open(root)
    }

    /// Opens the library in `root`, and brings its schema up to date.
    ///
    /// # Errors
    /// [`Error::NotALibrary`], [`Error::NewerLibrary`] (nothing is changed), [`Error::InUse`], or SQLite's.
    pub fn open(root: &Path) -> Result<Self> {
        Self::open_on(root, Storage::of(root))
    }

    /// The same, on a file system of this kind, whatever it is.
    pub fn open_on(root: &Path, storage: Storage) -> Result<Self> {
        let database = root.join(STATE).join("library.db");
        if !database.is_file() {
            return Err(Error::NotALibrary { path: root.into() });
        }
        let (alone, journal) = match storage {
            Storage::Local => (None, "WAL"),
            Storage::Network(_) => (Some(storage::alone(root)?), "TRUNCATE"),
        };
        let mut conn = Connection::open_with_flags(
            &database,
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?;
        conn.busy_timeout(Duration::from_secs(10))?;
        schema::check_owner(&conn, root)?;
        schema::check_version(&conn, root)?;
        conn.pragma_update(None, "journal_mode", journal)?;
        conn.pragma_update(None, "synchronous", "FULL")?;
        conn.pragma_update(None, "foreign_keys", true)?;
        conn.set_prepared_statement_cache_capacity(64);
        schema::migrate(&mut conn, root)?;
        let blobs = Blobs::open(root.join(STATE).join("blobs"))?;
        let place = Place::of(&database);
        Ok(Library { root: root.into(), conn, blobs, place, storage, _alone: alone, _copy: None })
    }

    /// A second, read-only view that stays at this moment however long it is used: what an export reads.
    pub fn snapshot(&self) -> Result<Self> {
        let database = self.root.join(STATE).join("library.db");
        // Without a write-ahead log whoever reads keeps others from writing: the moment is copied aside.
        let copy = match self.storage {
            Storage::Local => None,
            Storage::Network(_) => {
                let aside = tempfile::NamedTempFile::new().map_err(Error::io(std::env::temp_dir()))?;
                let path = aside.into_temp_path();
                self.back_up_database(&path)?;
                Some(path)
            }
        };
        let conn = Connection::open_with_flags(
            copy.as_deref().unwrap_or(&database),
            OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?;
        conn.busy_timeout(Duration::from_secs(10))?;
        conn.execute_batch("BEGIN")?;
        conn.query_row("SELECT id FROM library", [], |_| Ok(()))?;
        Ok(Library {
            root: self.root.clone(),
            conn,
            blobs: Blobs::open(self.root.join(STATE).join("blobs"))?,
            place: Place::of(&database),
            storage: self.storage,
            _alone: self._alone.clone(),
            _copy: copy,
        })
    }

    /// What kind of file system the library was opened on.
    pub fn storage(&self) -> Storage {
        self.storage
    }

    /// The folder that the owner sees.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Whether the database that was opened is still the one at its place: a share may vanish, a folder be moved away or
    /// put back from a copy. What is written to a database that is not would be found by nobody.
    pub fn is_in_place(&self) -> bool {
        self.place.is_some() && self.place == Place::of(&self.root.join(STATE).join("library.db"))
    }

    /// How long a change waits for another program that is writing; ten seconds unless told otherwise.
    pub fn set_patience(&self, patience: Duration) -> Result<()> {
        Ok(self.conn.busy_timeout(patience)?)
    }

    /// The attachment bytes.
    pub fn blobs(&self) -> &Blobs {
        &self.blobs
    }

    /// What the library is called, and its series.
    pub fn identity(&self) -> Result<Identity> {
        let row = self
            .conn
            .query_row("SELECT id, name, created_at, series_id, series, origin FROM library", [], |row| {
                Ok((
                    Identity {
                        id: row.get(0)?,
                        name: row.get(1)?,
                        created_at: row.get(2)?,
                        series_id: row.get(3)?,
                        series: row.get(4)?,
                        origin: None,
                    },
                    row.get::<_, Option<String>>(5)?,
                ))
            })
            .optional()?;
        let (mut identity, origin) = row.ok_or_else(|| Error::damaged("library"))?;
        identity.origin = origin.as_deref().map(from_json).transpose()?;
        Ok(identity)
    }

    /// Until [`Library::sync_now`], a change that returned is whole, and yet a power cut may take it back, with all
    /// that came after it. For many changes that can be made again, such as taking in the files of a folder.
    ///
    /// Without effect where the database has no write-ahead log.
    pub fn defer_sync(&mut self) -> Result<()> {
        let mode: String = self.conn.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
        if mode.eq_ignore_ascii_case("wal") {
            self.conn.pragma_update(None, "synchronous", "NORMAL")?;
        }
        Ok(())
    }

    /// Makes everything so far survive a power cut, and from now on every change before it returns.
    pub fn sync_now(&mut self) -> Result<()> {
        self.conn.pragma_update(None, "synchronous", "FULL")?;
        // Writing anything syncs the log with all that stands before it.
        let tx = self.begin()?;
        tx.prepare_cached("UPDATE library SET singleton = 1")?.execute([])?;
        tx.commit()?;
        Ok(())
    }

    /// A number that changes when another connection, of this or another program, has written.
    pub fn data_version(&self) -> Result<i64> {
        Ok(self.conn.pragma_query_value(None, "data_version", |row| row.get(0))?)
    }

    /// Begins a change. Immediate: two programs that write wait for each other instead of failing half-way.
    fn begin(&mut self) -> Result<Transaction<'_>> {
        Ok(self.conn.transaction_with_behavior(TransactionBehavior::Immediate)?)
    }
}

fn to_json(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|e| Error::damaged(e.to_string()))
}

fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|e| Error::damaged(e.to_string()))
}
