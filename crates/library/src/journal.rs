//! The journal: append-only, each entry carries the hash of the one before.

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::content::hex;
use crate::{Act, Actor, Error, Library, Result, Timestamp, restore};

/// The `previous` of the first entry: 64 zeros.
pub const FIRST_PREVIOUS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// One entry of the journal. `hash` is the sha256 of the RFC 8785 JSON of everything else in it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Entry {
    /// 1, 2, 3 …
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// What was done, such as `post.published`.
    pub action: String,
    /// To what: an id, mostly.
    pub subject: String,
    /// What else is to be known, by action.
    pub detail: Value,
    /// The hash of the entry before.
    pub previous: String,
    /// The hash of this one.
    pub hash: String,
}

impl Entry {
    /// The hash that the entry has to carry.
    pub fn expected_hash(&self) -> Result<String> {
        let mut value = serde_json::to_value(self).map_err(|e| Error::damaged(e.to_string()))?;
        if let Some(object) = value.as_object_mut() {
            object.remove("hash");
        }
        let json = serde_json_canonicalizer::to_vec(&value).map_err(|e| Error::damaged(e.to_string()))?;
        Ok(hex(&Sha256::digest(json)))
    }
}

/// Appends an entry. The first one after a restore is preceded by the record of that restore.
pub(crate) fn append(
    tx: &Transaction<'_>,
    act: &Act,
    action: &str,
    subject: impl std::fmt::Display,
    detail: Value,
) -> Result<()> {
    restore::settle(tx, act)?;
    append_plain(tx, act, action, &subject.to_string(), detail)
}

pub(crate) fn append_plain(
    tx: &Transaction<'_>,
    act: &Act,
    action: &str,
    subject: &str,
    detail: Value,
) -> Result<()> {
    let last = tx
        .query_row("SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1", [], |row| {
            Ok((row.get::<_, u64>(0)?, row.get::<_, String>(1)?))
        })
        .optional()?;
    let (seq, previous) = last.unwrap_or((0, FIRST_PREVIOUS.into()));
    let mut entry = Entry {
        seq: seq + 1,
        at: act.now,
        actor: act.actor.clone(),
        action: action.into(),
        subject: subject.into(),
        detail,
        previous,
        hash: String::new(),
    };
    entry.hash = entry.expected_hash()?;
    insert(tx, &entry)
}

/// Writes an entry as it is; a restore brings entries with their hashes.
pub(crate) fn insert(tx: &Transaction<'_>, entry: &Entry) -> Result<()> {
    let detail =
        serde_json_canonicalizer::to_string(&entry.detail).map_err(|e| Error::damaged(e.to_string()))?;
    tx.prepare_cached(
        "INSERT INTO journal (seq, at, actor_name, actor_email, action, subject, detail, previous, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?
    .execute(params![
        entry.seq,
        entry.at,
        entry.actor.name,
        entry.actor.email,
        entry.action,
        entry.subject,
        detail,
        entry.previous,
        entry.hash
    ])?;
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let detail: String = row.get("detail")?;
    Ok(Entry {
        seq: row.get("seq")?,
        at: row.get("at")?,
        actor: Actor { name: row.get("actor_name")?, email: row.get("actor_email")? },
        action: row.get("action")?,
        subject: row.get("subject")?,
        // A detail that is no JSON fails the chain's check below, which is where a damaged one is to be found.
        detail: serde_json::from_str(&detail).unwrap_or(Value::String(detail)),
        previous: row.get("previous")?,
        hash: row.get("hash")?,
    })
}

pub(crate) fn each(conn: &Connection, after: u64, mut visit: impl FnMut(Entry) -> Result<()>) -> Result<()> {
    let mut statement = conn.prepare("SELECT * FROM journal WHERE seq > ?1 ORDER BY seq")?;
    let mut rows = statement.query([after])?;
    while let Some(row) = rows.next()? {
        visit(read(row)?)?;
    }
    Ok(())
}

impl Library {
    /// Every entry after number `after`, in order, without holding them all in memory.
    pub fn each_journal_entry(&self, after: u64, visit: impl FnMut(Entry) -> Result<()>) -> Result<()> {
        each(&self.conn, after, visit)
    }

    /// The newest entries, newest first.
    pub fn newest_journal_entries(&self, most: u32) -> Result<Vec<Entry>> {
        let mut statement = self.conn.prepare_cached("SELECT * FROM journal ORDER BY seq DESC LIMIT ?1")?;
        Ok(statement.query_map([most], read)?.collect::<rusqlite::Result<_>>()?)
    }
}
