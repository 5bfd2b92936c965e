//! What a connector remembers of a blog between two requests: ids that the blog gave, what it was last seen to hold.
//!
//! What always holds: each value is on disk when the call returns, so that a process that is killed between two requests
//! is followed by one that knows where it was. None of it is part of a record: what a blog answered is in the receipts,
//! and a connector finds the rest again by asking the blog.

use rusqlite::{OptionalExtension, params};
use serde_json::Value;

use crate::{Id, Library, Result, from_json, to_json};

impl Library {
    /// What is remembered of a blog under this key.
    pub fn recall(&self, blog: Id, key: &str) -> Result<Option<Value>> {
        let text: Option<String> = self
            .conn
            .prepare_cached("SELECT value FROM remote WHERE blog = ?1 AND key = ?2")?
            .query_row(params![blog, key], |row| row.get(0))
            .optional()?;
        text.as_deref().map(from_json).transpose()
    }

    /// The keys that begin with `prefix` and what is remembered under them, by key.
    pub fn recall_all(&self, blog: Id, prefix: &str) -> Result<Vec<(String, Value)>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT key, value FROM remote WHERE blog = ?1 AND substr(key, 1, length(?2)) = ?2 ORDER BY key",
        )?;
        let rows = statement.query_map(params![blog, prefix], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
        })?;
        rows.map(|row| {
            let (key, value) = row?;
            Ok((key, from_json(&value)?))
        })
        .collect()
    }

    /// Remembers a value in place of what was there; nothing where it is null.
    pub fn remember(&mut self, blog: Id, key: &str, value: &Value) -> Result<()> {
        if value.is_null() {
            self.conn.execute("DELETE FROM remote WHERE blog = ?1 AND key = ?2", params![blog, key])?;
        } else {
            self.conn.execute(
                "INSERT INTO remote (blog, key, value) VALUES (?1, ?2, ?3)
                 ON CONFLICT (blog, key) DO UPDATE SET value = excluded.value",
                params![blog, key, to_json(value)?],
            )?;
        }
        Ok(())
    }
}
