//! The history of a post: its revisions without their texts, the names that people gave them, and which version of a
//! file each of them has. A name is state of the post, journalled; the revision stays as it is.

use std::collections::BTreeMap;

use rusqlite::{Row, Transaction, params};
use serde_json::json;

use crate::{
    Act, Actor, AttachmentRef, Id, Library, Origin, Parentage, Refusal, Result, Timestamp, from_json,
    journal, posts, revisions,
};

/// The longest name of a revision, in characters.
pub const LONGEST_REVISION_NAME: usize = 120;

/// A revision without its text: a row of the history.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RevisionRow {
    /// See [`crate::Revision`].
    pub number: u32,
    /// See [`crate::Revision`].
    pub hash: String,
    /// See [`crate::Content`].
    pub title: String,
    /// See [`crate::Revision`].
    pub parents: Parentage,
    /// See [`crate::Revision`].
    pub actor: Actor,
    /// See [`crate::Revision`].
    pub at: Timestamp,
    /// See [`crate::Revision`].
    pub origin: Origin,
    /// The name that people gave it.
    pub name: Option<String>,
}

/// A stretch of a post's revisions that have the same version of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct VersionUse {
    /// The version.
    pub version: u32,
    /// The first revision of the stretch.
    pub first: u32,
    /// The last one.
    pub last: u32,
}

const COLUMNS: &str =
    "r.number, r.hash, r.title, r.parents, r.actor_name, r.actor_email, r.at, r.origin, n.name
    FROM revision r LEFT JOIN revision_name n ON n.post = r.post AND n.number = r.number";

impl Library {
    /// A post's revisions, the newest first.
    pub fn history(&self, post: Id) -> Result<Vec<RevisionRow>> {
        self.history_before(post, u32::MAX, u32::MAX)
    }

    /// At most `limit` of a post's revisions with numbers below `before`, the newest first.
    pub fn history_before(&self, post: Id, before: u32, limit: u32) -> Result<Vec<RevisionRow>> {
        posts::get(&self.conn, post)?;
        let mut statement = self.conn.prepare_cached(&format!(
            "SELECT {COLUMNS} WHERE r.post = ?1 AND r.number < ?2 ORDER BY r.number DESC LIMIT ?3"
        ))?;
        let rows = statement.query_map(params![post, before, limit], read)?;
        rows.map(|row| {
            let (mut row, parents) = row?;
            row.parents = Parentage(from_json(&parents)?);
            Ok(row)
        })
        .collect()
    }

    /// How many revisions a post has.
    pub fn revisions_of(&self, post: Id) -> Result<u32> {
        let mut statement = self.conn.prepare_cached("SELECT count(*) FROM revision WHERE post = ?1")?;
        Ok(statement.query_row([post], |row| row.get(0))?)
    }

    /// The revision that a restored one has the content of; none where it was not restored.
    pub fn earlier_twin(&self, post: Id, number: u32) -> Result<Option<u32>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT max(b.number) FROM revision a JOIN revision b ON b.post = a.post AND b.hash = a.hash AND b.number < a.number
             WHERE a.post = ?1 AND a.number = ?2 AND a.origin = 'restore'",
        )?;
        Ok(statement.query_row(params![post, number], |row| row.get(0))?)
    }

    /// The names of a post's revisions.
    pub fn revision_names(&self, post: Id) -> Result<BTreeMap<u32, String>> {
        let mut statement =
            self.conn.prepare_cached("SELECT number, name FROM revision_name WHERE post = ?1")?;
        Ok(statement
            .query_map([post], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?)
    }

    /// Names a revision, or takes its name away. The same name again changes nothing.
    pub fn name_revision(&mut self, act: &Act, post: Id, number: u32, name: Option<&str>) -> Result<()> {
        if let Some(name) = name {
            let fits = !name.trim().is_empty()
                && name.chars().count() <= LONGEST_REVISION_NAME
                && !name.chars().any(char::is_control);
            if !fits {
                return Err(Refusal::RevisionName(name.into()).into());
            }
        }
        let tx = self.begin()?;
        posts::writable(&tx, post)?;
        let hash = revisions::get(&tx, post, number)?.hash;
        let before: Option<String> = name_of(&tx, post, number)?;
        if before.as_deref() == name {
            return Ok(());
        }
        put_name(&tx, post, number, name)?;
        let detail = json!({ "revision": number, "hash": hash, "name": name, "before": before });
        journal::append(&tx, act, "revision.named", post, detail)?;
        tx.commit()?;
        Ok(())
    }

    /// Which versions of a file a post's revisions have, the oldest revision first.
    pub fn version_uses(&self, post: Id, attachment: Id) -> Result<Vec<VersionUse>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT number, attachments FROM revision WHERE post = ?1 AND instr(attachments, ?2) > 0 ORDER BY number",
        )?;
        let mut uses: Vec<VersionUse> = Vec::new();
        let mut rows = statement.query(params![post, attachment.to_string()])?;
        while let Some(row) = rows.next()? {
            let (number, attached): (u32, String) = (row.get(0)?, row.get(1)?);
            let attached: Vec<AttachmentRef> = from_json(&attached)?;
            for AttachmentRef { version, .. } in attached.into_iter().filter(|one| one.id == attachment) {
                match uses.last_mut() {
                    Some(last) if last.version == version && last.last + 1 == number => last.last = number,
                    _ => uses.push(VersionUse { version, first: number, last: number }),
                }
            }
        }
        Ok(uses)
    }
}

fn name_of(tx: &Transaction<'_>, post: Id, number: u32) -> Result<Option<String>> {
    let mut statement =
        tx.prepare_cached("SELECT name FROM revision_name WHERE post = ?1 AND number = ?2")?;
    let mut rows = statement.query(params![post, number])?;
    Ok(rows.next()?.map(|row| row.get(0)).transpose()?)
}

pub(crate) fn put_name(tx: &Transaction<'_>, post: Id, number: u32, name: Option<&str>) -> Result<()> {
    match name {
        Some(name) => tx.execute(
            "INSERT INTO revision_name (post, number, name) VALUES (?1, ?2, ?3)
             ON CONFLICT (post, number) DO UPDATE SET name = excluded.name",
            params![post, number, name],
        )?,
        None => {
            tx.execute("DELETE FROM revision_name WHERE post = ?1 AND number = ?2", params![post, number])?
        }
    };
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<(RevisionRow, String)> {
    Ok((
        RevisionRow {
            number: row.get("number")?,
            hash: row.get("hash")?,
            title: row.get("title")?,
            parents: Parentage::default(),
            actor: Actor { name: row.get("actor_name")?, email: row.get("actor_email")? },
            at: row.get("at")?,
            origin: row.get("origin")?,
            name: row.get("name")?,
        },
        row.get("parents")?,
    ))
}
