//! Which file mirrors which post, and the base: the exact bytes last written or read.

use rusqlite::{OptionalExtension, Row, params};

use crate::{Id, Library, Result};

/// The Markdown file of a post.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MirroredFile {
    /// The post.
    pub post: Id,
    /// The path in the library, with forward slashes.
    pub path: String,
    /// The exact bytes last written or read.
    pub base: Vec<u8>,
    /// The file's size when they were.
    pub size: u64,
    /// Its modification time then, in nanoseconds since 1970.
    pub mtime: i64,
    /// Whether the file has vanished since.
    pub missing: bool,
}

impl Library {
    /// The files of every post that has one, by path.
    pub fn mirrored_files(&self) -> Result<Vec<MirroredFile>> {
        let mut statement = self.conn.prepare_cached("SELECT * FROM mirror ORDER BY path")?;
        Ok(statement.query_map([], read)?.collect::<rusqlite::Result<_>>()?)
    }

    /// The file of a post.
    pub fn mirrored_file(&self, post: Id) -> Result<Option<MirroredFile>> {
        let mut statement = self.conn.prepare_cached("SELECT * FROM mirror WHERE post = ?1")?;
        Ok(statement.query_row([post], read).optional()?)
    }

    /// Records what a post's file now is. Another post that had a file at this path has it no longer: it is missing.
    pub fn set_mirrored_file(&mut self, file: &MirroredFile) -> Result<()> {
        let tx = self.begin()?;
        if !file.missing {
            tx.execute(
                "UPDATE mirror SET missing = 1 WHERE path = ?1 AND missing = 0 AND post <> ?2",
                params![file.path, file.post],
            )?;
        }
        tx.execute(
            "INSERT INTO mirror (post, path, base, size, mtime, missing) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (post) DO UPDATE SET path = excluded.path, base = excluded.base, size = excluded.size,
               mtime = excluded.mtime, missing = excluded.missing",
            params![file.post, file.path, file.base, file.size, file.mtime, file.missing],
        )?;
        tx.commit()?;
        Ok(())
    }

    /// The size and modification time (nanoseconds) of an attachment's file when it was last read or written.
    pub fn attachment_file(&self, attachment: Id) -> Result<Option<(u64, i64)>> {
        let mut statement =
            self.conn.prepare_cached("SELECT size, mtime FROM attachment_mirror WHERE attachment = ?1")?;
        Ok(statement.query_row([attachment], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
    }

    /// Records them.
    pub fn set_attachment_file(&mut self, attachment: Id, size: u64, mtime: i64) -> Result<()> {
        let tx = self.begin()?;
        tx.execute(
            "INSERT OR REPLACE INTO attachment_mirror (attachment, size, mtime) VALUES (?1, ?2, ?3)",
            params![attachment, size, mtime],
        )?;
        tx.commit()?;
        Ok(())
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<MirroredFile> {
    Ok(MirroredFile {
        post: row.get("post")?,
        path: row.get("path")?,
        base: row.get("base")?,
        size: row.get("size")?,
        mtime: row.get("mtime")?,
        missing: row.get("missing")?,
    })
}
