//! Which file mirrors which post, and the base: the exact bytes last written or read.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, Row, params};
use sha2::{Digest, Sha256};

use crate::content::hex;
use crate::{Error, Id, Library, Result, packing, posts, revisions};

const COLUMNS: &str = "post, path, size, mtime, changed, missing";

/// What tells, without reading it, that a file is as it was.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct FileStamp {
    /// Bytes.
    pub size: u64,
    /// Modification time, nanoseconds since 1970.
    pub mtime: i64,
    /// The time of the last change of the file or of what the system knows of it, which no program can set back;
    /// nanoseconds since 1970, 0 where the system keeps none.
    pub changed: i64,
}

/// The Markdown file of a post.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MirroredFile {
    /// The post.
    pub post: Id,
    /// The path in the library, with forward slashes.
    pub path: String,
    /// What it looked like when its bytes were last written or read.
    pub stamp: FileStamp,
    /// Whether the file has vanished since.
    pub missing: bool,
}

impl Library {
    /// The files of every post that has one, by path.
    pub fn mirrored_files(&self) -> Result<Vec<MirroredFile>> {
        let mut statement =
            self.conn.prepare_cached(&format!("SELECT {COLUMNS} FROM mirror ORDER BY path"))?;
        Ok(statement.query_map([], read)?.collect::<rusqlite::Result<_>>()?)
    }

    /// The files that are, or were, at a path or below the folder of that name.
    pub fn mirrored_at(&self, path: &str) -> Result<Vec<MirroredFile>> {
        let mut statement = self.conn.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM mirror WHERE path = ?1 OR (path > ?1 || '/' AND path < ?1 || '0')"
        ))?;
        Ok(statement.query_map([path], read)?.collect::<rusqlite::Result<_>>()?)
    }

    /// The file of a post.
    pub fn mirrored_file(&self, post: Id) -> Result<Option<MirroredFile>> {
        let mut statement =
            self.conn.prepare_cached(&format!("SELECT {COLUMNS} FROM mirror WHERE post = ?1"))?;
        Ok(statement.query_row([post], read).optional()?)
    }

    /// The base: the exact bytes that were last written to a post's file or read from it; empty where none ever were.
    pub fn mirror_base(&self, post: Id) -> Result<Vec<u8>> {
        let row = self
            .conn
            .prepare_cached("SELECT revision, bytes, base FROM mirror WHERE post = ?1")?
            .query_row([post], |row| {
                Ok((row.get::<_, Option<u32>>(0)?, row.get(1)?, row.get::<_, Vec<u8>>(2)?))
            })
            .optional()?;
        let Some((revision, bytes, packed)) = row else { return Ok(vec![]) };
        let against = near(&self.conn, post, revision)?;
        packing::unpack(&packed, &against, bytes)
            .map_err(|_| Error::damaged(format!("base of the file of {post}")))
    }

    /// Records what a post's file now is, and its base. Another post that had a file at this path has it no longer: it is missing.
    pub fn set_mirrored_file(&mut self, file: &MirroredFile, base: &[u8]) -> Result<()> {
        let tx = self.begin()?;
        let head = posts::get(&tx, file.post)?.head;
        let packed =
            packing::pack(base, &near(&tx, file.post, head)?).map_err(|e| Error::damaged(e.to_string()))?;
        if !file.missing {
            tx.execute(
                "UPDATE mirror SET missing = 1 WHERE path = ?1 AND missing = 0 AND post <> ?2",
                params![file.path, file.post],
            )?;
        }
        tx.execute(
            "INSERT INTO mirror (post, path, size, mtime, changed, missing, revision, bytes, base)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
             ON CONFLICT (post) DO UPDATE SET path = excluded.path, size = excluded.size, mtime = excluded.mtime, changed = excluded.changed,
               missing = excluded.missing, revision = excluded.revision, bytes = excluded.bytes, base = excluded.base,
               next = NULL",
            params![
                file.post,
                file.path,
                file.stamp.size,
                file.stamp.mtime,
                file.stamp.changed,
                file.missing,
                head,
                base.len(),
                packed
            ],
        )?;
        tx.commit()?;
        Ok(())
    }

    /// Says which bytes are about to be written to a post's file. [`Library::set_mirrored_file`] ends it.
    pub fn announce_file(&mut self, post: Id, path: &str, bytes: &[u8]) -> Result<()> {
        let tx = self.begin()?;
        let nothing = packing::pack(&[], &[]).map_err(|e| Error::damaged(e.to_string()))?;
        tx.execute(
            "INSERT INTO mirror (post, path, size, mtime, missing, bytes, base, next) VALUES (?1, ?2, 0, 0, 1, 0, ?3, ?4)
             ON CONFLICT (post) DO UPDATE SET next = excluded.next",
            params![post, path, nothing, hex(&Sha256::digest(bytes))],
        )?;
        tx.commit()?;
        Ok(())
    }

    /// The posts outside the trash whose first file was announced, and is not there: a stopped program was about to.
    pub fn unwritten_files(&self) -> Result<Vec<Id>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT post FROM mirror JOIN post ON post.id = mirror.post
             WHERE missing = 1 AND bytes = 0 AND trashed_at IS NULL ORDER BY post",
        )?;
        Ok(statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
    }

    /// Whether these are the bytes that were announced last, and not recorded since.
    pub fn is_announced(&self, post: Id, bytes: &[u8]) -> Result<bool> {
        let mut statement = self.conn.prepare_cached("SELECT next FROM mirror WHERE post = ?1")?;
        let next: Option<Option<String>> = statement.query_row([post], |row| row.get(0)).optional()?;
        Ok(next.flatten().is_some_and(|next| next == hex(&Sha256::digest(bytes))))
    }

    /// What an attachment's file looked like when it was last read or written.
    pub fn attachment_file(&self, attachment: Id) -> Result<Option<FileStamp>> {
        let mut statement = self
            .conn
            .prepare_cached("SELECT size, mtime, changed FROM attachment_mirror WHERE attachment = ?1")?;
        Ok(statement.query_row([attachment], stamp).optional()?)
    }

    /// That of every attachment that has been.
    pub fn attachment_files(&self) -> Result<HashMap<Id, FileStamp>> {
        let mut statement =
            self.conn.prepare_cached("SELECT size, mtime, changed, attachment FROM attachment_mirror")?;
        Ok(statement.query_map([], |row| Ok((row.get(3)?, stamp(row)?)))?.collect::<rusqlite::Result<_>>()?)
    }

    /// Records it.
    pub fn set_attachment_file(&mut self, attachment: Id, stamp: FileStamp) -> Result<()> {
        let tx = self.begin()?;
        tx.execute(
            "INSERT OR REPLACE INTO attachment_mirror (attachment, size, mtime, changed) VALUES (?1, ?2, ?3, ?4)",
            params![attachment, stamp.size, stamp.mtime, stamp.changed],
        )?;
        tx.commit()?;
        Ok(())
    }
}

/// What a base is packed against: the text of a revision, which mostly stands in the file.
fn near(conn: &Connection, post: Id, revision: Option<u32>) -> Result<Vec<u8>> {
    revision.map_or(Ok(vec![]), |number| Ok(revisions::stored(conn, post, number)?.bytes))
}

fn stamp(row: &Row<'_>) -> rusqlite::Result<FileStamp> {
    Ok(FileStamp { size: row.get("size")?, mtime: row.get("mtime")?, changed: row.get("changed")? })
}

fn read(row: &Row<'_>) -> rusqlite::Result<MirroredFile> {
    Ok(MirroredFile {
        post: row.get("post")?,
        path: row.get("path")?,
        stamp: stamp(row)?,
        missing: row.get("missing")?,
    })
}
