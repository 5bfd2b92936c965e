//! Captures: the public page of a post on a blog, as it was seen, in WACZ files. Each look is a version.

use rusqlite::{OptionalExtension, Row, Transaction, params};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{Act, Actor, Blob, Error, Id, Library, Result, Timestamp, from_json, journal, to_json};

/// The captures of one post's page on one blog.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Capture {
    /// Its id.
    pub id: Id,
    /// The post.
    pub post: Id,
    /// The blog; it may have been removed since.
    pub blog: Id,
}

/// What a page was when it was captured.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PageFound {
    /// Its address, after redirects.
    pub address: String,
    /// The code that the server answered with, such as 200.
    pub status: u16,
    /// Its title.
    pub title: String,
    /// The revision that was public by the receipts.
    pub revision: u32,
    /// What it names and the capture does not hold, with the reason's code.
    pub left_out: Vec<LeftOut>,
}

/// Something that a capture does not hold.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LeftOut {
    /// Its address.
    pub address: String,
    /// Why: `elsewhere`, `unreachable`, `too-large` or `too-many`.
    pub why: String,
}

/// One look at a page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CaptureVersion {
    /// 1, 2, 3 …
    pub version: u32,
    /// The WACZ.
    pub blob: Blob,
    /// Who had it captured.
    pub actor: Actor,
    /// When it was captured.
    pub at: Timestamp,
    /// What was there.
    pub found: PageFound,
}

impl Library {
    /// Adds a version to the captures of a post's page on a blog; `fresh` is the id of the first one. The blob has to be
    /// in the store.
    pub fn add_capture(
        &mut self,
        act: &Act,
        fresh: Id,
        post: Id,
        blog: Id,
        blob: &Blob,
        found: &PageFound,
    ) -> Result<(Capture, u32)> {
        let blobs = self.blobs.clone();
        let tx = self.begin()?;
        let known: Option<Id> = tx
            .prepare_cached("SELECT id FROM capture WHERE post = ?1 AND blog = ?2")?
            .query_row(params![post, blog], |row| row.get(0))
            .optional()?;
        let capture = Capture { id: known.unwrap_or(fresh), post, blog };
        if known.is_none() {
            insert(&tx, &capture)?;
        }
        let version: u32 = tx.query_row(
            "SELECT coalesce(max(version), 0) + 1 FROM capture_version WHERE capture = ?1",
            [capture.id],
            |row| row.get(0),
        )?;
        blobs.require(&blob.sha256)?;
        let (blob, actor, found) = (blob.clone(), act.actor.clone(), found.clone());
        let row = CaptureVersion { version, blob, actor, at: act.now, found };
        insert_version(&tx, capture.id, &row)?;
        let detail = json!({
            "blog": blog, "capture": capture.id, "version": version, "sha256": row.blob.sha256, "size": row.blob.size,
            "address": row.found.address, "status": row.found.status, "revision": row.found.revision,
        });
        journal::append(&tx, act, "post.captured", post, detail)?;
        tx.commit()?;
        Ok((capture, version))
    }

    /// Every capture, by id.
    pub fn captures(&self) -> Result<Vec<Capture>> {
        let mut statement = self.conn.prepare_cached("SELECT id, post, blog FROM capture ORDER BY id")?;
        Ok(statement.query_map([], read)?.collect::<rusqlite::Result<_>>()?)
    }

    /// The captures of a post's pages, by blog.
    pub fn captures_of(&self, post: Id) -> Result<Vec<Capture>> {
        let mut statement =
            self.conn.prepare_cached("SELECT id, post, blog FROM capture WHERE post = ?1 ORDER BY blog")?;
        Ok(statement.query_map([post], read)?.collect::<rusqlite::Result<_>>()?)
    }

    /// One capture.
    pub fn capture(&self, id: Id) -> Result<Capture> {
        self.conn
            .prepare_cached("SELECT id, post, blog FROM capture WHERE id = ?1")?
            .query_row([id], read)
            .optional()?
            .ok_or_else(|| Error::not_found("capture", id))
    }

    /// A capture's versions, 1 first.
    pub fn capture_versions(&self, id: Id) -> Result<Vec<CaptureVersion>> {
        let mut statement =
            self.conn.prepare_cached("SELECT * FROM capture_version WHERE capture = ?1 ORDER BY version")?;
        let rows =
            statement.query_map([id], |row| Ok((read_version(row)?, row.get::<_, String>("found")?)))?;
        rows.map(|row| {
            let (version, found) = row?;
            Ok(version(from_json(&found)?))
        })
        .collect()
    }

    /// Brings a capture back with its versions, at a restore.
    pub fn restore_capture(&mut self, capture: &Capture, versions: &[CaptureVersion]) -> Result<()> {
        let tx = self.begin()?;
        insert(&tx, capture)?;
        versions.iter().try_for_each(|version| insert_version(&tx, capture.id, version))?;
        tx.commit()?;
        Ok(())
    }
}

fn insert(tx: &Transaction<'_>, capture: &Capture) -> Result<()> {
    tx.execute(
        "INSERT INTO capture (id, post, blog) VALUES (?1, ?2, ?3)",
        params![capture.id, capture.post, capture.blog],
    )?;
    Ok(())
}

fn insert_version(tx: &Transaction<'_>, capture: Id, row: &CaptureVersion) -> Result<()> {
    tx.execute(
        "INSERT INTO capture_version (capture, version, sha256, size, actor_name, actor_email, at, found)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            capture,
            row.version,
            row.blob.sha256,
            row.blob.size,
            row.actor.name,
            row.actor.email,
            row.at,
            to_json(&row.found)?
        ],
    )?;
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<Capture> {
    Ok(Capture { id: row.get("id")?, post: row.get("post")?, blog: row.get("blog")? })
}

/// A version but for what was found.
fn read_version(row: &Row<'_>) -> rusqlite::Result<impl FnOnce(PageFound) -> CaptureVersion + use<>> {
    let version = row.get("version")?;
    let blob = Blob { sha256: row.get("sha256")?, size: row.get("size")? };
    let actor = Actor { name: row.get("actor_name")?, email: row.get("actor_email")? };
    let at = row.get("at")?;
    Ok(move |found| CaptureVersion { version, blob, actor, at, found })
}
