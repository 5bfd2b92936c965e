//! What changed since the last export of the series, so that an incremental export costs what changed.
//!
//! Triggers of the schema note every record that changes. The note is taken away when an export that holds the change
//! has been recorded.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{OptionalExtension, Transaction, params};

use crate::{ExportMode, ExportRecord, Id, Library, Result};

/// The export that an incremental one builds on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExportBase {
    /// Its series.
    pub series_id: Id,
    /// Its place in it.
    pub sequence: u32,
    /// The last journal entry in it: number and hash.
    pub journal: (u64, String),
}

/// Ids of what changed since the last export; what is no more among them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Changed {
    /// Categories.
    pub categories: BTreeSet<Id>,
    /// Blogs.
    pub blogs: BTreeSet<Id>,
    /// Pairs, by themselves or by their filing.
    pub pairs: BTreeSet<Id>,
    /// Posts, apart from their texts.
    pub posts: BTreeSet<Id>,
    /// Attachments, apart from their bytes.
    pub attachments: BTreeSet<Id>,
    /// Captures, apart from their bytes.
    pub captures: BTreeSet<Id>,
    /// Items of the outbox.
    pub outbox: BTreeSet<Id>,
    /// Posts that have a new revision, attachments and captures that have a new version.
    pub texts: BTreeSet<Id>,
}

/// What an export held, as its writer answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Held {
    /// The posts and attachments in it, each with the sha256 of its OCFL inventory.
    pub objects: BTreeMap<String, String>,
    /// The last journal entry in it: number and hash.
    pub journal: (u64, String),
    /// [`Library::change_mark`] of the state that was exported.
    pub mark: i64,
}

/// What a restore knows of the exports before an incremental one, and of that one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RestoredBase {
    /// The export before.
    pub base: ExportBase,
    /// What it and those before it held.
    pub objects: BTreeMap<String, String>,
    /// What the restored export changed.
    pub changed: Changed,
}

impl Changed {
    fn kinds(&self) -> [(&'static str, &BTreeSet<Id>); 8] {
        [
            ("category", &self.categories),
            ("blog", &self.blogs),
            ("pair", &self.pairs),
            ("post", &self.posts),
            ("attachment", &self.attachments),
            ("capture", &self.captures),
            ("outbox", &self.outbox),
            ("text", &self.texts),
        ]
    }

    fn of_kind(&mut self, kind: &str) -> &mut BTreeSet<Id> {
        match kind {
            "category" => &mut self.categories,
            "blog" => &mut self.blogs,
            "pair" => &mut self.pairs,
            "post" => &mut self.posts,
            "attachment" => &mut self.attachments,
            "capture" => &mut self.captures,
            "outbox" => &mut self.outbox,
            _ => &mut self.texts,
        }
    }
}

impl Library {
    /// The export that the next one can build on; none where nothing is known of it.
    pub fn export_base(&self) -> Result<Option<ExportBase>> {
        let sql = "SELECT series_id, sequence, journal_seq, journal_hash FROM export_base";
        let row = |row: &rusqlite::Row<'_>| {
            Ok(ExportBase {
                series_id: row.get(0)?,
                sequence: row.get(1)?,
                journal: (row.get(2)?, row.get(3)?),
            })
        };
        Ok(self.conn.query_row(sql, [], row).optional()?)
    }

    /// What changed since the last export of the series.
    pub fn changed_since_export(&self) -> Result<Changed> {
        let mut changed = Changed::default();
        let mut statement = self.conn.prepare("SELECT kind, id FROM changed_since_export")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            changed.of_kind(&row.get::<_, String>(0)?).insert(row.get(1)?);
        }
        Ok(changed)
    }

    /// How far the changes of this moment are counted.
    pub fn change_mark(&self) -> Result<i64> {
        let sql = "SELECT coalesce(max(number), 0) FROM changed_since_export";
        Ok(self.conn.query_row(sql, [], |row| row.get(0))?)
    }

    /// The sha256 of the OCFL inventory that a post or attachment had in the last export, if it was in it.
    pub fn exported_inventory(&self, id: Id) -> Result<Option<String>> {
        let sql = "SELECT inventory FROM exported_object WHERE id = ?1";
        Ok(self.conn.prepare_cached(sql)?.query_row([id], |row| row.get(0)).optional()?)
    }

    /// Bytes of the bodies of a post's revisions, or of an attachment's or a capture's versions.
    pub fn content_bytes_of(&self, id: Id) -> Result<u64> {
        let sql = "SELECT (SELECT coalesce(sum(bytes - front_matter_bytes), 0) FROM revision WHERE post = ?1)
                 + (SELECT coalesce(sum(size), 0) FROM attachment_version WHERE attachment = ?1)
                 + (SELECT coalesce(sum(size), 0) FROM capture_version WHERE capture = ?1)";
        Ok(self.conn.prepare_cached(sql)?.query_row([id], |row| row.get(0))?)
    }

    /// Whether there is such a pair.
    pub fn has_pair(&self, id: Id) -> Result<bool> {
        Ok(self.conn.prepare_cached("SELECT 1 FROM pair WHERE id = ?1")?.exists([id])?)
    }

    /// The last step of a restore: what the library holds is what was exported, and for an incremental export what it
    /// changed, so that it can be made once more.
    pub fn settle_export_base(&mut self, restored: Option<&RestoredBase>) -> Result<()> {
        let tx = self.begin()?;
        forget(&tx)?;
        tx.execute("DELETE FROM changed_since_export", [])?;
        if let Some(restored) = restored {
            put_base(&tx, &restored.base)?;
            put_objects(&tx, &restored.objects)?;
            let mut insert =
                tx.prepare("INSERT OR REPLACE INTO changed_since_export (kind, id) VALUES (?1, ?2)")?;
            for (kind, ids) in restored.changed.kinds() {
                for id in ids {
                    insert.execute(params![kind, id])?;
                }
            }
        }
        tx.commit()?;
        Ok(())
    }
}

/// Nothing is known of the export before any more: the next one is full.
pub(crate) fn forget(tx: &Transaction<'_>) -> Result<()> {
    tx.execute("DELETE FROM export_base", [])?;
    tx.execute("DELETE FROM exported_object", [])?;
    Ok(())
}

pub(crate) fn record(tx: &Transaction<'_>, export: &ExportRecord, held: &Held) -> Result<()> {
    if export.mode == ExportMode::Full {
        forget(tx)?;
    } else {
        tx.execute(
            "DELETE FROM exported_object WHERE id IN (SELECT id FROM changed_since_export WHERE number <= ?1)
               AND id NOT IN (SELECT id FROM post) AND id NOT IN (SELECT id FROM attachment)
               AND id NOT IN (SELECT id FROM capture)",
            [held.mark],
        )?;
    }
    put_objects(tx, &held.objects)?;
    put_base(
        tx,
        &ExportBase { series_id: export.series_id, sequence: export.sequence, journal: held.journal.clone() },
    )?;
    tx.execute("DELETE FROM changed_since_export WHERE number <= ?1", [held.mark])?;
    Ok(())
}

fn put_base(tx: &Transaction<'_>, base: &ExportBase) -> Result<()> {
    let (seq, hash) = &base.journal;
    tx.execute(
        "INSERT OR REPLACE INTO export_base (singleton, series_id, sequence, journal_seq, journal_hash)
         VALUES (1, ?1, ?2, ?3, ?4)",
        params![base.series_id, base.sequence, seq, hash],
    )?;
    Ok(())
}

fn put_objects(tx: &Transaction<'_>, objects: &BTreeMap<String, String>) -> Result<()> {
    let mut insert = tx.prepare("INSERT OR REPLACE INTO exported_object (id, inventory) VALUES (?1, ?2)")?;
    for (id, inventory) in objects {
        insert.execute(params![id, inventory])?;
    }
    Ok(())
}
