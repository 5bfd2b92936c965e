//! Revisions: immutable, hashed, with parents, actor, time and origin.

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use serde_json::json;

use crate::{
    Act, Actor, Content, Error, Id, Library, Origin, Result, Timestamp, from_json, journal, packing, posts,
    to_json, working_copy,
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

/// None, one, or after a merge two revision numbers.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Parentage(pub(crate) Vec<u32>);

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

    /// How many revisions the library keeps.
    pub fn revision_count(&self) -> Result<u64> {
        Ok(self.conn.query_row("SELECT count(*) FROM revision", [], |row| row.get(0))?)
    }

    /// Bytes of all bodies and all attachment versions together, for an honest total of long work.
    pub fn content_bytes(&self) -> Result<u64> {
        Ok(self.conn.query_row(
            "SELECT (SELECT coalesce(sum(bytes - front_matter_bytes), 0) FROM revision) + (SELECT coalesce(sum(size), 0) FROM attachment_version)
                    + (SELECT coalesce(sum(size), 0) FROM capture_version)",
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
            working_copy::show(&tx, act, post, &content)?;
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
        working_copy::show(&tx, act, post, merged)?;
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
        .prepare_cached(
            "SELECT number, hash, title, language, slug, attachments, parents, actor_name, actor_email, at, origin
             FROM revision WHERE post = ?1 AND number = ?2",
        )?
        .query_row(params![post, number], read)
        .optional()?;
    let (mut revision, attachments, parents) =
        row.ok_or_else(|| Error::not_found("revision", format!("{number} of {post}")))?;
    (revision.content.front_matter, revision.content.body) = text(conn, post, number)?;
    revision.content.attachments = from_json(&attachments)?;
    revision.parents = Parentage(from_json(&parents)?);
    Ok(revision)
}

/// A revision's text as it was before it was packed.
pub(crate) struct Stored {
    /// Front matter and body in a row.
    pub(crate) bytes: Vec<u8>,
    front_matter: usize,
}

/// Reads a revision's text: the one place that does.
pub(crate) fn stored(conn: &Connection, post: Id, number: u32) -> Result<Stored> {
    let mut statement = conn.prepare_cached(
        "SELECT base, bytes, front_matter_bytes, text FROM revision WHERE post = ?1 AND number = ?2",
    )?;
    let mut chain: Vec<(u64, Vec<u8>)> = Vec::new();
    let mut front_matter = None;
    let mut next = Some(number);
    while let Some(wanted) = next {
        let row = statement
            .query_row(params![post, wanted], |row| {
                Ok((row.get::<_, Option<u32>>(0)?, row.get(1)?, row.get::<_, usize>(2)?, row.get(3)?))
            })
            .optional()?;
        let (base, bytes, front, text) = row.ok_or_else(|| {
            let name = format!("{wanted} of {post}");
            if wanted == number {
                Error::not_found("revision", name)
            } else {
                Error::damaged(format!("revision {name}"))
            }
        })?;
        if base.is_some_and(|base| base >= wanted) {
            return Err(Error::damaged(format!("revision {wanted} of {post}")));
        }
        front_matter.get_or_insert(front);
        chain.push((bytes, text));
        next = base;
    }
    let mut read = Vec::new();
    let damaged = |_| Error::damaged(format!("revision {number} of {post}"));
    let mut unpacker = packing::Unpacker::new().map_err(damaged)?;
    for (bytes, packed) in chain.iter().rev() {
        read = unpacker.unpack(packed, &read, *bytes).map_err(damaged)?;
    }
    Ok(Stored { bytes: read, front_matter: front_matter.unwrap_or(0) })
}

/// A revision's front matter and body.
fn text(conn: &Connection, post: Id, number: u32) -> Result<(String, String)> {
    let Stored { bytes, front_matter } = stored(conn, post, number)?;
    let damaged = || Error::damaged(format!("revision {number} of {post}"));
    let mut front = String::from_utf8(bytes).map_err(|_| damaged())?;
    if !front.is_char_boundary(front_matter) {
        return Err(damaged());
    }
    let body = front.split_off(front_matter);
    Ok((front, body))
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
                body: String::new(),
                front_matter: String::new(),
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
    let text = [content.front_matter.as_bytes(), content.body.as_bytes()].concat();
    let base = packing::base_of(revision.number).map(|base| (base, stored(tx, post, base)));
    let base = match base {
        Some((number, Ok(stored))) => Some((number, stored.bytes)),
        Some((_, Err(Error::NotFound { .. }))) | None => None,
        Some((_, Err(other))) => return Err(other),
    };
    let against = base.as_ref().map_or(&[][..], |(_, bytes)| bytes);
    let packed = packing::pack(&text, against).map_err(|e| Error::damaged(e.to_string()))?;
    tx.prepare_cached(
        "INSERT INTO revision (post, number, hash, title, language, slug, attachments, parents, actor_name, actor_email, at, origin,
           base, bytes, front_matter_bytes, text)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
    )?
    .execute(params![
        post,
        revision.number,
        revision.hash,
        content.title,
        content.language,
        content.slug,
        to_json(&content.attachments)?,
        to_json(&revision.parents.0)?,
        revision.actor.name,
        revision.actor.email,
        revision.at,
        revision.origin,
        base.map(|(number, _)| number),
        text.len(),
        content.front_matter.len(),
        packed
    ])?;
    Ok(())
}

pub(crate) fn set_head(tx: &Transaction<'_>, post: Id, number: u32) -> Result<()> {
    tx.execute("UPDATE post SET head = ?1 WHERE id = ?2", params![number, post])?;
    Ok(())
}
