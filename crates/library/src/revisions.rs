//! Revisions: immutable, hashed, with parents, actor, time and origin.

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use serde_json::json;

use crate::{
    Act, Actor, Content, Error, Id, Library, Origin, Result, Timestamp, from_json, journal, posts, to_json,
    working_copy,
};

/// A revision, whole.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Revision {
    /// 1, 2, 3 … in the order in which they were made.
    pub number: u32,
    /// The content hash.
    pub hash: String,
    /// What it holds.
    pub content: Content,
    /// The revisions it was made from.
    pub parents: Parentage,
    /// Who wrote it.
    pub actor: Actor,
    /// When.
    pub at: Timestamp,
    /// From where.
    pub origin: Origin,
}

/// A revision without its text: a row of the history.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RevisionRow {
    /// See [`Revision`].
    pub number: u32,
    /// See [`Revision`].
    pub hash: String,
    /// See [`Content`].
    pub title: String,
    /// See [`Revision`].
    pub parents: Parentage,
    /// See [`Revision`].
    pub actor: Actor,
    /// See [`Revision`].
    pub at: Timestamp,
    /// See [`Revision`].
    pub origin: Origin,
}

/// None, one, or after a merge two revision numbers.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Parentage(Vec<u32>);

impl Parentage {
    /// The first revision has none; any other follows one.
    pub fn from_head(head: Option<u32>) -> Self {
        Parentage(head.into_iter().collect())
    }

    /// A merge of two revisions.
    pub fn merge(mine: u32, theirs: u32) -> Self {
        Parentage(vec![mine, theirs])
    }

    /// The numbers, the own text's first.
    pub fn numbers(&self) -> &[u32] {
        &self.0
    }

    /// As an archive lists them; more than two are refused.
    pub fn from_numbers(numbers: Vec<u32>) -> Option<Self> {
        (numbers.len() <= 2).then_some(Parentage(numbers))
    }
}

impl Library {
    /// One revision.
    pub fn revision(&self, post: Id, number: u32) -> Result<Revision> {
        get(&self.conn, post, number)
    }

    /// A post's revisions without their texts, the newest first.
    pub fn history(&self, post: Id) -> Result<Vec<RevisionRow>> {
        posts::get(&self.conn, post)?;
        let mut statement = self.conn.prepare_cached(
            "SELECT number, hash, title, parents, actor_name, actor_email, at, origin FROM revision WHERE post = ?1 ORDER BY number DESC",
        )?;
        let rows = statement.query_map([post], |row| {
            Ok((
                RevisionRow {
                    number: row.get("number")?,
                    hash: row.get("hash")?,
                    title: row.get("title")?,
                    parents: Parentage::default(),
                    actor: Actor { name: row.get("actor_name")?, email: row.get("actor_email")? },
                    at: row.get("at")?,
                    origin: row.get("origin")?,
                },
                row.get::<_, String>("parents")?,
            ))
        })?;
        rows.map(|row| {
            let (mut row, parents) = row?;
            row.parents = Parentage(from_json(&parents)?);
            Ok(row)
        })
        .collect()
    }

    /// How many revisions the library keeps.
    pub fn revision_count(&self) -> Result<u64> {
        Ok(self.conn.query_row("SELECT count(*) FROM revision", [], |row| row.get(0))?)
    }

    /// Bytes of all bodies and all attachment versions together, for an honest total of long work.
    pub fn content_bytes(&self) -> Result<u64> {
        Ok(self.conn.query_row(
            "SELECT (SELECT coalesce(sum(octet_length(body)), 0) FROM revision) + (SELECT coalesce(sum(size), 0) FROM attachment_version)",
            [],
            |row| row.get(0),
        )?)
    }

    /// Seals what is being written, then adds `content` as a revision that becomes the head.
    ///
    /// Where `content` is what the head holds already, nothing is added and the head's number comes back.
    pub fn add_revision(&mut self, act: &Act, post: Id, content: &Content, origin: Origin) -> Result<u32> {
        let tx = self.begin()?;
        let before = posts::writable(&tx, post)?;
        let content = posts::fit(&tx, &before, content)?;
        let current = working_copy::current(&tx, post)?;
        if current != content {
            // A first revision replaces the blank working copy that a new post begins with, under the same title.
            let head = if before.head.is_none() && working_copy::gives_way(&current, &content) {
                tx.execute("DELETE FROM working_copy WHERE post = ?1", [post])?;
                None
            } else {
                Some(working_copy::seal(&tx, act, post, Origin::Editor)?)
            };
            let number = append(&tx, act, act, post, &content, Parentage::from_head(head), origin)?;
            set_head(&tx, post, number)?;
            working_copy::show(&tx, post, &content, act.now)?;
        }
        let number = working_copy::seal(&tx, act, post, origin)?;
        tx.commit()?;
        Ok(number)
    }

    /// Seals what is being written, keeps `theirs` as a revision that follows `base`, and makes `merged` of the two the head.
    pub fn add_merge(
        &mut self,
        act: &Act,
        post: Id,
        base: Option<u32>,
        theirs: &Content,
        origin: Origin,
        merged: &Content,
    ) -> Result<u32> {
        let tx = self.begin()?;
        let merged = &posts::fit(&tx, &posts::writable(&tx, post)?, merged)?;
        let mine = working_copy::seal(&tx, act, post, Origin::Editor)?;
        let theirs = append(&tx, act, act, post, theirs, Parentage::from_head(base), origin)?;
        let number = append(&tx, act, act, post, merged, Parentage::merge(mine, theirs), Origin::Merge)?;
        set_head(&tx, post, number)?;
        working_copy::show(&tx, post, merged, act.now)?;
        tx.commit()?;
        Ok(number)
    }

    /// Makes an earlier revision's content current again, as a new revision.
    pub fn restore_revision(&mut self, act: &Act, post: Id, number: u32) -> Result<u32> {
        let content = self.revision(post, number)?.content;
        self.add_revision(act, post, &content, Origin::Restore)
    }
}

pub(crate) fn get(conn: &Connection, post: Id, number: u32) -> Result<Revision> {
    let row = conn
        .prepare_cached("SELECT * FROM revision WHERE post = ?1 AND number = ?2")?
        .query_row(params![post, number], read)
        .optional()?;
    let (mut revision, attachments, parents) =
        row.ok_or_else(|| Error::not_found("revision", format!("{number} of {post}")))?;
    revision.content.attachments = from_json(&attachments)?;
    revision.parents = Parentage(from_json(&parents)?);
    Ok(revision)
}

fn read(row: &Row<'_>) -> rusqlite::Result<(Revision, String, String)> {
    Ok((
        Revision {
            number: row.get("number")?,
            hash: row.get("hash")?,
            content: Content {
                title: row.get("title")?,
                language: row.get("language")?,
                slug: row.get("slug")?,
                body: row.get("body")?,
                front_matter: row.get("front_matter")?,
                attachments: vec![],
            },
            parents: Parentage::default(),
            actor: Actor { name: row.get("actor_name")?, email: row.get("actor_email")? },
            at: row.get("at")?,
            origin: row.get("origin")?,
        },
        row.get("attachments")?,
        row.get("parents")?,
    ))
}

/// Adds a revision by `author`, journalled as `act`. The head stays where it is.
pub(crate) fn append(
    tx: &Transaction<'_>,
    author: &Act,
    act: &Act,
    post: Id,
    content: &Content,
    parents: Parentage,
    origin: Origin,
) -> Result<u32> {
    let last: Option<u32> =
        tx.query_row("SELECT max(number) FROM revision WHERE post = ?1", [post], |row| row.get(0))?;
    let mut content = content.clone();
    content.attachments.sort_unstable();
    content.attachments.dedup();
    let revision = Revision {
        number: last.unwrap_or(0) + 1,
        hash: content.hash()?,
        content,
        parents,
        actor: author.actor.clone(),
        at: author.now,
        origin,
    };
    insert(tx, post, &revision)?;
    let detail = json!({
        "revision": revision.number, "hash": revision.hash, "parents": revision.parents.numbers(), "origin": origin,
    });
    journal::append(tx, act, "revision.sealed", post, detail)?;
    Ok(revision.number)
}

/// Writes a revision as it is; a restore brings revisions with their numbers.
pub(crate) fn insert(tx: &Transaction<'_>, post: Id, revision: &Revision) -> Result<()> {
    let content = &revision.content;
    tx.prepare_cached(
        "INSERT INTO revision (post, number, hash, title, language, slug, body, front_matter, attachments, parents, actor_name, actor_email, at, origin)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
    )?
    .execute(params![
        post,
        revision.number,
        revision.hash,
        content.title,
        content.language,
        content.slug,
        content.body,
        content.front_matter,
        to_json(&content.attachments)?,
        to_json(&revision.parents.0)?,
        revision.actor.name,
        revision.actor.email,
        revision.at,
        revision.origin
    ])?;
    Ok(())
}

pub(crate) fn set_head(tx: &Transaction<'_>, post: Id, number: u32) -> Result<()> {
    tx.execute("UPDATE post SET head = ?1 WHERE id = ?2", params![number, post])?;
    Ok(())
}
