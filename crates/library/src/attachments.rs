//! Attachments: an identity with a path, and its versions. Blobs are deduplicated, attachments are not.

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use serde_json::json;

use crate::revisions::{self, Parentage};
use crate::{
    Act, Actor, AttachmentRef, Blob, Error, Id, Library, Origin, Result, Timestamp, journal, posts,
    working_copy,
};

/// An attachment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Attachment {
    /// Its id.
    pub id: Id,
    /// Its path in the library, such as `attachments/annual-report.pdf`.
    pub path: String,
    /// When it was added.
    pub created_at: Timestamp,
}

impl Attachment {
    /// The last part of its path.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }
}

/// One version of an attachment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AttachmentVersion {
    /// 1, 2, 3 …
    pub version: u32,
    /// The bytes.
    pub blob: Blob,
    /// Who brought it.
    pub actor: Actor,
    /// When.
    pub at: Timestamp,
}

impl Library {
    /// Every attachment, by id.
    pub fn attachments(&self) -> Result<Vec<Attachment>> {
        let mut statement =
            self.conn.prepare_cached("SELECT id, path, created_at FROM attachment ORDER BY id")?;
        Ok(statement.query_map([], read)?.collect::<rusqlite::Result<_>>()?)
    }

    /// One attachment.
    pub fn attachment(&self, id: Id) -> Result<Attachment> {
        self.conn
            .prepare_cached("SELECT id, path, created_at FROM attachment WHERE id = ?1")?
            .query_row([id], read)
            .optional()?
            .ok_or_else(|| Error::not_found("attachment", id))
    }

    /// The attachment at a path in the library.
    pub fn attachment_at(&self, path: &str) -> Result<Option<Attachment>> {
        let mut statement =
            self.conn.prepare_cached("SELECT id, path, created_at FROM attachment WHERE path = ?1")?;
        Ok(statement.query_row([path], read).optional()?)
    }

    /// An attachment's versions, 1 first.
    pub fn attachment_versions(&self, id: Id) -> Result<Vec<AttachmentVersion>> {
        let mut statement = self
            .conn
            .prepare_cached("SELECT * FROM attachment_version WHERE attachment = ?1 ORDER BY version")?;
        Ok(statement.query_map([id], read_version)?.collect::<rusqlite::Result<_>>()?)
    }

    /// One version of an attachment.
    pub fn attachment_version(&self, reference: AttachmentRef) -> Result<AttachmentVersion> {
        version(&self.conn, reference)
    }

    /// Adds an attachment with its first version. The blob has to be in the store.
    pub fn add_attachment(&mut self, act: &Act, id: Id, path: &str, blob: &Blob) -> Result<AttachmentRef> {
        let blobs = self.blobs.clone();
        let tx = self.begin()?;
        if tx
            .query_row("SELECT EXISTS (SELECT 1 FROM attachment WHERE path = ?1)", [path], |row| row.get(0))?
        {
            return Err(crate::Refusal::PathTaken(path.into()).into());
        }
        tx.execute(
            "INSERT INTO attachment (id, path, created_at) VALUES (?1, ?2, ?3)",
            params![id, path, act.now],
        )?;
        let first =
            AttachmentVersion { version: 1, blob: blob.clone(), actor: act.actor.clone(), at: act.now };
        blobs.require(&blob.sha256)?;
        insert_version(&tx, id, &first)?;
        let detail = json!({ "path": path, "version": 1, "sha256": blob.sha256, "size": blob.size });
        journal::append(&tx, act, "attachment.added", id, detail)?;
        tx.commit()?;
        Ok(AttachmentRef { id, version: 1 })
    }

    /// Adds a version, and a revision to each post that has the attachment. The same bytes again change nothing.
    ///
    /// Gives the version and the posts that got a revision.
    pub fn replace_attachment(&mut self, act: &Act, id: Id, blob: &Blob) -> Result<(AttachmentRef, Vec<Id>)> {
        let blobs = self.blobs.clone();
        let tx = self.begin()?;
        let newest = newest_version(&tx, id)?.ok_or_else(|| Error::not_found("attachment", id))?;
        if newest.blob == *blob {
            return Ok((AttachmentRef { id, version: newest.version }, vec![]));
        }
        let next = AttachmentVersion {
            version: newest.version + 1,
            blob: blob.clone(),
            actor: act.actor.clone(),
            at: act.now,
        };
        blobs.require(&blob.sha256)?;
        insert_version(&tx, id, &next)?;
        let detail = json!({ "version": next.version, "sha256": blob.sha256, "size": blob.size });
        journal::append(&tx, act, "attachment.replaced", id, detail)?;
        let reference = AttachmentRef { id, version: next.version };
        let changed = follow_new_version(&tx, act, reference)?;
        tx.commit()?;
        Ok((reference, changed))
    }

    /// The path for a new attachment called `name`: its own, or `name-2.pdf` … where that is taken.
    pub fn free_attachment_path(&self, name: &str) -> Result<String> {
        let (stem, extension) =
            name.rsplit_once('.').map_or((name, String::new()), |(s, e)| (s, format!(".{e}")));
        let mut path = format!("{}/{name}", crate::ATTACHMENTS);
        for number in 2u32.. {
            if self.attachment_at(&path)?.is_none() && !self.root.join(&path).exists() {
                break;
            }
            path = format!("{}/{stem}-{number}{extension}", crate::ATTACHMENTS);
        }
        Ok(path)
    }
}

/// Seals every post that has the attachment, then gives it a revision with the new version.
fn follow_new_version(tx: &Transaction<'_>, act: &Act, reference: AttachmentRef) -> Result<Vec<Id>> {
    let candidates: Vec<Id> = {
        let mut statement = tx.prepare(
            "SELECT p.id FROM post p LEFT JOIN working_copy w ON w.post = p.id
             LEFT JOIN revision r ON r.post = p.id AND r.number = p.head
             WHERE instr(coalesce(w.attachments, r.attachments), ?1) > 0 ORDER BY p.id",
        )?;
        statement.query_map([reference.id.to_string()], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?
    };
    for post in &candidates {
        let head = working_copy::seal(tx, act, *post, Origin::Editor)?;
        let mut content = revisions::get(tx, *post, head)?.content;
        for attached in content.attachments.iter_mut().filter(|attached| attached.id == reference.id) {
            attached.version = reference.version;
        }
        let number =
            revisions::append(tx, act, act, *post, &content, Parentage::from_head(Some(head)), Origin::File)?;
        revisions::set_head(tx, *post, number)?;
        if posts::get(tx, *post)?.trashed_at.is_none() {
            working_copy::show(tx, act, *post, &content)?;
        }
    }
    Ok(candidates)
}

fn newest_version(conn: &Connection, id: Id) -> Result<Option<AttachmentVersion>> {
    Ok(conn
        .prepare_cached(
            "SELECT * FROM attachment_version WHERE attachment = ?1 ORDER BY version DESC LIMIT 1",
        )?
        .query_row([id], read_version)
        .optional()?)
}

fn version(conn: &Connection, reference: AttachmentRef) -> Result<AttachmentVersion> {
    conn.prepare_cached("SELECT * FROM attachment_version WHERE attachment = ?1 AND version = ?2")?
        .query_row(params![reference.id, reference.version], read_version)
        .optional()?
        .ok_or_else(|| {
            Error::not_found("attachment", format!("{} version {}", reference.id, reference.version))
        })
}

pub(crate) fn insert_version(tx: &Transaction<'_>, id: Id, version: &AttachmentVersion) -> Result<()> {
    tx.execute(
        "INSERT INTO attachment_version (attachment, version, sha256, size, actor_name, actor_email, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![id, version.version, version.blob.sha256, version.blob.size, version.actor.name, version.actor.email, version.at],
    )?;
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<Attachment> {
    Ok(Attachment { id: row.get("id")?, path: row.get("path")?, created_at: row.get("created_at")? })
}

fn read_version(row: &Row<'_>) -> rusqlite::Result<AttachmentVersion> {
    Ok(AttachmentVersion {
        version: row.get("version")?,
        blob: Blob { sha256: row.get("sha256")?, size: row.get("size")? },
        actor: Actor { name: row.get("actor_name")?, email: row.get("actor_email")? },
        at: row.get("at")?,
    })
}
