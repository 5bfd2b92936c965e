//! Rebuilding a library from an archive, record by record, exactly as they were.
//!
//! A restore is journalled at the first change after it, which also begins a new series of exports. Until then the
//! library holds just what the archive held, so that making the same export again gives the same bytes.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::{OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::publishing::{self, Publication};
use crate::{
    Act, Actor, Attachment, AttachmentVersion, Blog, Category, Entry, Error, ExportMode, ExportRecord, Id,
    Library, NewLibrary, Result, Retention, Revision, Status, Timestamp, categories, conflicts, exports,
    from_json, history, increments, journal, posts, retention, revisions, selections, to_json, working_copy,
};

/// The export that a library was restored from.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RestoredFrom {
    /// The series' id.
    pub series_id: Id,
    /// The series' name.
    pub series: String,
    /// Its place in the series.
    pub sequence: u32,
    /// The zip's digest.
    pub sha256: String,
}

/// A restore that is not journalled yet.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Restoring {
    /// From which export.
    pub from: RestoredFrom,
    /// The time of that export.
    pub at: Timestamp,
    /// Its mode.
    pub mode: ExportMode,
    /// The id of the series that the first change begins.
    pub next_series_id: Id,
    /// When the restore was made.
    pub restored_at: Timestamp,
    /// By whom.
    pub restored_by: Actor,
}

/// A post as an archive holds it, without its revisions.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RestoredPost {
    /// See [`crate::Post`].
    pub id: Id,
    /// See [`crate::Post`].
    pub pair: Id,
    /// See [`crate::Post`].
    pub created_at: Timestamp,
    /// See [`crate::Post`].
    pub head: u32,
    /// See [`crate::Post`].
    pub status: Status,
    /// See [`crate::Post`].
    pub trashed_at: Option<Timestamp>,
    /// The revision that waits for a decision.
    pub conflict: Option<u32>,
    /// Its revisions.
    pub revisions: Vec<Revision>,
    /// The names that people gave to revisions.
    pub names: BTreeMap<u32, String>,
}

impl Library {
    /// An empty library in `root`, for a restore to fill. `created_at` and the ids are those of the archive.
    pub fn begin_restore(root: &Path, new: &NewLibrary, created_at: Timestamp) -> Result<Self> {
        let library = Self::create(root, new, created_at, |_| Ok(()))?;
        // A restore that is interrupted is begun anew: one sync at its end stands for one a record.
        library.conn.pragma_update(None, "synchronous", "OFF")?;
        Ok(library)
    }

    /// Ends a restore: from now on the library can be used.
    pub fn finish_restore(
        &mut self,
        series: &str,
        origin: Option<&RestoredFrom>,
        restoring: &Restoring,
    ) -> Result<()> {
        self.conn.pragma_update(None, "synchronous", "FULL")?;
        let tx = self.begin()?;
        tx.execute(
            "UPDATE library SET series_id = ?1, series = ?2, origin = ?3, restored = ?4",
            params![restoring.from.series_id, series, origin.map(to_json).transpose()?, to_json(restoring)?],
        )?;
        tx.commit()?;
        // Syncs the write-ahead log with all that was written before, then the database.
        self.conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(())
    }

    /// Brings the categories; parents may come after their children.
    pub fn restore_categories(&mut self, all: &[Category]) -> Result<()> {
        let tx = self.begin()?;
        tx.execute_batch("PRAGMA defer_foreign_keys = ON")?;
        for category in all {
            categories::insert(&tx, category)?;
        }
        categories::check_no_loop(&tx)?;
        tx.commit()?;
        Ok(())
    }

    /// Brings the blogs.
    pub fn restore_blogs(&mut self, all: &[Blog]) -> Result<()> {
        let tx = self.begin()?;
        for blog in all {
            publishing::insert_blog(&tx, blog)?;
        }
        tx.commit()?;
        Ok(())
    }

    /// Brings a pair and its filing.
    pub fn restore_pair(&mut self, pair: Id, filed_under: &[Id]) -> Result<()> {
        let tx = self.begin()?;
        tx.execute("INSERT INTO pair (id) VALUES (?1)", [pair])?;
        for category in filed_under {
            tx.execute("INSERT INTO filing (pair, category) VALUES (?1, ?2)", params![pair, category])?;
        }
        tx.commit()?;
        Ok(())
    }

    /// Brings rules, what has them, and holds; after the categories and the pairs.
    pub fn restore_retention(&mut self, all: &Retention) -> Result<()> {
        let tx = self.begin()?;
        retention::insert(&tx, all)?;
        tx.commit()?;
        Ok(())
    }

    /// Brings a post with its revisions.
    pub fn restore_post(&mut self, post: &RestoredPost) -> Result<()> {
        let head = post.revisions.iter().find(|revision| revision.number == post.head);
        let head =
            head.ok_or_else(|| Error::not_found("revision", format!("{} of {}", post.head, post.id)))?;
        let tx = self.begin()?;
        tx.execute(
            "INSERT INTO post (id, pair, created_at, head, status, trashed_at, language, title, slug, updated_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, '', '', ?8)",
            params![post.id, post.pair, post.created_at, post.head, post.status, post.trashed_at, head.content.language, head.at],
        )?;
        for revision in &post.revisions {
            revisions::insert(&tx, post.id, revision)?;
        }
        for (number, name) in &post.names {
            history::put_name(&tx, post.id, *number, Some(name))?;
        }
        conflicts::put(&tx, post.id, post.conflict)?;
        working_copy::put(&tx, post.id, &head.content, head.at)?;
        tx.commit()?;
        Ok(())
    }

    /// Brings an attachment with its versions. Their blobs have to be in the store.
    pub fn restore_attachment(
        &mut self,
        attachment: &Attachment,
        versions: &[AttachmentVersion],
    ) -> Result<()> {
        let tx = self.begin()?;
        tx.execute(
            "INSERT INTO attachment (id, path, created_at) VALUES (?1, ?2, ?3)",
            params![attachment.id, attachment.path, attachment.created_at],
        )?;
        for version in versions {
            crate::attachments::insert_version(&tx, attachment.id, version)?;
        }
        tx.commit()?;
        Ok(())
    }

    /// Brings journal entries in their order, and with them what only the journal holds: receipts and earlier exports.
    pub fn restore_journal(&mut self, entries: &[Entry]) -> Result<()> {
        let tx = self.begin()?;
        for entry in entries {
            journal::insert(&tx, entry)?;
            replay(&tx, entry)?;
        }
        tx.commit()?;
        Ok(())
    }

    /// Brings an open outbox item, paused: a person decides whether it still holds.
    pub fn restore_intention(&mut self, item: &crate::Intention) -> Result<()> {
        let tx = self.begin()?;
        let action = if item.action == crate::IntentionAction::Publish { "publish" } else { "withdraw" };
        tx.execute(
            "INSERT INTO outbox (id, post, blog, action, revision, state, attempts, actor_name, actor_email, created_at, updated_at, place)
             VALUES (?1, ?2, ?3, ?4, ?5, 'paused', ?6, ?7, ?8, ?9, ?10, (SELECT ifnull(max(place), 0) + 1 FROM outbox))",
            params![
                item.id, item.post, item.blog, action, item.revision, item.attempts, item.actor.name, item.actor.email,
                item.created_at, item.updated_at
            ],
        )?;
        tx.commit()?;
        Ok(())
    }
}

#[derive(Deserialize)]
struct Begun {
    series: String,
    wanted: serde_json::Value,
}

#[derive(Deserialize)]
struct Receipt {
    blog: Id,
    revision: u32,
    address: String,
    answer: serde_json::Value,
    first_at: Timestamp,
}

fn replay(tx: &Transaction<'_>, entry: &Entry) -> Result<()> {
    let detail = || entry.detail.clone();
    let unreadable = |e: serde_json::Error| Error::damaged(format!("journal entry {}: {e}", entry.seq));
    match entry.action.as_str() {
        "export.made" => {
            let record: ExportRecord = serde_json::from_value(detail()).map_err(unreadable)?;
            exports::insert(tx, &record)
        }
        "selection.begun" => {
            let begun: Begun = serde_json::from_value(detail()).map_err(unreadable)?;
            selections::insert(tx, subject(entry)?, &begun.series, &begun.wanted)
        }
        "library.restored" => selections::forget(tx),
        // A receipt of a post that was purged stands in the journal alone.
        "post.published" if posts::get(tx, subject(entry)?).is_ok() => {
            let receipt: Receipt = serde_json::from_value(detail()).map_err(unreadable)?;
            // A blog that was removed since has receipts, and nothing that is public.
            let known: bool =
                tx.query_row("SELECT EXISTS (SELECT 1 FROM blog WHERE id = ?1)", [receipt.blog], |row| {
                    row.get(0)
                })?;
            if !known {
                return Ok(());
            }
            publishing::insert_publication(
                tx,
                &Publication {
                    post: subject(entry)?,
                    blog: receipt.blog,
                    revision: receipt.revision,
                    address: receipt.address,
                    answer: receipt.answer,
                    first_at: receipt.first_at,
                    at: entry.at,
                    actor: entry.actor.clone(),
                },
            )
        }
        "post.withdrawn" => {
            let blog = entry.detail.get("blog").and_then(|blog| blog.as_str()).unwrap_or_default();
            tx.execute(
                "DELETE FROM publication WHERE post = ?1 AND blog = ?2",
                params![subject(entry)?, blog],
            )?;
            Ok(())
        }
        _ => Ok(()),
    }
}

fn subject(entry: &Entry) -> Result<Id> {
    entry.subject.parse().map_err(|_| Error::damaged(format!("subject of journal entry {}", entry.seq)))
}

pub(crate) fn pending(tx: &Transaction<'_>) -> Result<Option<Restoring>> {
    let text: Option<Option<String>> =
        tx.prepare_cached("SELECT restored FROM library")?.query_row([], |row| row.get(0)).optional()?;
    text.flatten().as_deref().map(from_json).transpose()
}

/// Journals a restore that is not journalled yet, and begins the new series.
pub(crate) fn settle(tx: &Transaction<'_>, act: &Act) -> Result<()> {
    let Some(restoring) = pending(tx)? else { return Ok(()) };
    let name: String = tx.query_row("SELECT name FROM library", [], |row| row.get(0))?;
    let series = exports::series_name(&name, Some(restoring.next_series_id));
    increments::forget(tx)?;
    selections::forget(tx)?;
    tx.execute(
        "UPDATE library SET restored = NULL, series_id = ?1, series = ?2, origin = ?3",
        params![restoring.next_series_id, series, to_json(&restoring.from)?],
    )?;
    let by = Act { now: act.now, actor: restoring.restored_by.clone() };
    let detail = json!({ "from": restoring.from, "restored_at": restoring.restored_at, "series": series });
    journal::append_plain(tx, &by, "library.restored", &restoring.next_series_id.to_string(), detail)
}
