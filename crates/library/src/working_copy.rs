//! The working copy: what was typed since the last revision, durable at once.
//!
//! A save goes here; sealing makes it the next revision. An author loses no more than the keystrokes of the save that
//! had not returned yet.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::revisions::{self, Parentage};
use crate::{
    Act, Actor, Content, Id, Library, Origin, Result, Timestamp, from_json, listing, posts, retention,
    search, to_json,
};

/// The pause after which a revision is sealed, in milliseconds.
const PAUSE: i64 = 5 * 60 * 1000;
/// How long is typed without such a pause before one is sealed, in milliseconds.
const LONGEST: i64 = 60 * 60 * 1000;
/// What a new post begins with, which is no text that anybody wrote.
const BLANK: &str = "working_copy.base IS NULL AND working_copy.body = '' AND working_copy.front_matter = ''
    AND working_copy.attachments = '[]'";

/// The text between two revisions.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WorkingCopy {
    /// The revision it was begun on; none for a post without one.
    pub base: Option<u32>,
    /// The text as it stands.
    pub content: Content,
    /// Who typed.
    pub actor: Actor,
    /// When it was last saved.
    pub saved_at: Timestamp,
}

/// What a save answers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Saved {
    /// When the text reached the database.
    pub at: Timestamp,
    /// The slug that was kept; a taken one is given a number.
    pub slug: String,
}

impl Library {
    /// The working copy of a post, where it differs from the head.
    pub fn working_copy(&self, post: Id) -> Result<Option<WorkingCopy>> {
        get(&self.conn, post)
    }

    /// The post's text as it now stands: the working copy, or else the head.
    pub fn current(&self, post: Id) -> Result<Content> {
        current(&self.conn, post)
    }

    /// Keeps the text. It is on disk when this returns.
    pub fn save(&mut self, act: &Act, post: Id, content: &Content) -> Result<Saved> {
        let tx = self.begin()?;
        let saved = save(&tx, act, post, content)?;
        tx.commit()?;
        Ok(saved)
    }

    /// Makes the working copy the next revision, where it differs from the head, and gives the head's number.
    pub fn seal(&mut self, act: &Act, post: Id, origin: Origin) -> Result<u32> {
        let tx = self.begin()?;
        let number = seal(&tx, act, post, origin)?;
        tx.commit()?;
        Ok(number)
    }

    /// Seals every working copy: before an export, and when a library is closed.
    pub fn seal_all(&mut self, act: &Act) -> Result<()> {
        let tx = self.begin()?;
        let posts: Vec<Id> = {
            let mut statement = tx.prepare_cached("SELECT post FROM working_copy ORDER BY post")?;
            statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?
        };
        for post in posts {
            seal(&tx, act, post, Origin::Editor)?;
        }
        tx.commit()?;
        Ok(())
    }

    /// The posts that have a working copy.
    pub fn working_copies(&self) -> Result<Vec<Id>> {
        let mut statement = self.conn.prepare_cached("SELECT post FROM working_copy ORDER BY post")?;
        Ok(statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
    }

    /// The posts whose working copy is to become a revision at `now`: after a pause of five minutes, after an hour of
    /// typing without one, and where the clock was set back behind the last save.
    pub fn due_for_sealing(&self, now: Timestamp) -> Result<Vec<Id>> {
        let sql = format!(
            "SELECT post FROM working_copy
             WHERE (saved_at <= ?1 - {PAUSE} OR begun_at <= ?1 - {LONGEST} OR saved_at > ?1) AND NOT ({BLANK}) ORDER BY post"
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        Ok(statement.query_map([now], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
    }

    /// When the next working copy will be due, if nothing is typed until then.
    pub fn next_sealing(&self) -> Result<Option<Timestamp>> {
        let sql = format!(
            "SELECT min(min(saved_at + {PAUSE}, begun_at + {LONGEST})) FROM working_copy WHERE NOT ({BLANK})"
        );
        Ok(self.conn.prepare_cached(&sql)?.query_row([], |row| row.get(0))?)
    }
}

fn get(conn: &Connection, post: Id) -> Result<Option<WorkingCopy>> {
    let row = conn
        .prepare_cached("SELECT * FROM working_copy WHERE post = ?1")?
        .query_row([post], |row| {
            Ok((
                WorkingCopy {
                    base: row.get("base")?,
                    content: Content {
                        title: row.get("title")?,
                        language: row.get("language")?,
                        slug: row.get("slug")?,
                        body: row.get("body")?,
                        front_matter: row.get("front_matter")?,
                        attachments: vec![],
                    },
                    actor: Actor { name: row.get("actor_name")?, email: row.get("actor_email")? },
                    saved_at: row.get("saved_at")?,
                },
                row.get::<_, String>("attachments")?,
            ))
        })
        .optional()?;
    let Some((mut copy, attachments)) = row else { return Ok(None) };
    copy.content.attachments = from_json(&attachments)?;
    Ok(Some(copy))
}

pub(crate) fn current(conn: &Connection, post: Id) -> Result<Content> {
    if let Some(copy) = get(conn, post)? {
        return Ok(copy.content);
    }
    let head =
        posts::get(conn, post)?.head.ok_or_else(|| crate::Error::damaged(format!("head of post {post}")))?;
    Ok(revisions::get(conn, post, head)?.content)
}

pub(crate) fn save(tx: &Transaction<'_>, act: &Act, id: Id, content: &Content) -> Result<Saved> {
    let post = posts::writable(tx, id)?;
    let content = posts::fit(tx, &post, content)?;
    let copy = get(tx, id)?;
    // What somebody else typed is sealed in their name before it is written over, and also where the same was typed
    // again: the next save of either must not take it from the other.
    let head = match &copy {
        Some(copy) if copy.actor != act.actor && !gives_way(&copy.content, &content) => {
            Some(seal(tx, act, id, Origin::Editor)?)
        }
        _ => post.head,
    };
    let sealed = head.map(|number| revisions::get(tx, id, number)).transpose()?.map(|head| head.content);
    if copy.map(|copy| copy.content).or_else(|| sealed.clone()).as_ref() == Some(&content) {
        return Ok(Saved { at: act.now, slug: content.slug });
    }
    if sealed.as_ref() == Some(&content) {
        tx.prepare_cached("DELETE FROM working_copy WHERE post = ?1")?.execute([id])?;
    } else {
        tx.prepare_cached(&format!(
            "INSERT INTO working_copy (post, base, title, language, slug, body, front_matter, attachments, actor_name, actor_email, saved_at, begun_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?11)
             ON CONFLICT (post) DO UPDATE SET title = excluded.title, language = excluded.language, slug = excluded.slug,
               body = excluded.body, front_matter = excluded.front_matter, attachments = excluded.attachments,
               actor_name = excluded.actor_name, actor_email = excluded.actor_email, saved_at = excluded.saved_at,
               begun_at = CASE WHEN {BLANK} THEN excluded.begun_at ELSE working_copy.begun_at END"
        ),
)?
        .execute(params![
            id,
            head,
            content.title,
            content.language,
            content.slug,
            content.body,
            content.front_matter,
            to_json(&content.attachments)?,
            act.actor.name,
            act.actor.email,
            act.now
        ])?;
    }
    show(tx, act, id, &content)?;
    Ok(Saved { at: act.now, slug: content.slug })
}

/// Whether `content` is what a new post begins with, and holds nothing that `next` does not.
pub(crate) fn gives_way(content: &Content, next: &Content) -> bool {
    let blank = content.body.is_empty() && content.front_matter.is_empty() && content.attachments.is_empty();
    blank && (content.title.is_empty() || content.title == next.title)
}

/// Makes lists and search show `content`. What a hold was on by a search stays under it.
pub(crate) fn show(tx: &Transaction<'_>, act: &Act, post: Id, content: &Content) -> Result<()> {
    retention::keep_found(tx, act, post, |tx| put(tx, post, content, act.now))
}

/// The same for a post that comes in with its library.
pub(crate) fn put(tx: &Transaction<'_>, post: Id, content: &Content, now: Timestamp) -> Result<()> {
    tx.prepare_cached(
        "UPDATE post SET title = ?1, slug = ?2, language = ?3, updated_at = ?4, title_key = ?5 WHERE id = ?6",
    )?
    .execute(params![
        content.title,
        content.slug,
        content.language,
        now,
        listing::title_key(&content.title),
        post
    ])?;
    search::index(tx, post, content)
}

pub(crate) fn seal(tx: &Transaction<'_>, act: &Act, id: Id, origin: Origin) -> Result<u32> {
    let post = posts::get(tx, id)?;
    let Some(copy) = get(tx, id)? else {
        return post.head.ok_or_else(|| crate::Error::damaged(format!("head of post {id}")));
    };
    tx.execute("DELETE FROM working_copy WHERE post = ?1", [id])?;
    // The revision is the typist's and of the time of typing; the act of sealing may come later and from a timer.
    let typed = Act { now: copy.saved_at, actor: copy.actor };
    if let Some(head) = post.head
        && revisions::get(tx, id, head)?.content == copy.content
    {
        return Ok(head);
    }
    let number =
        revisions::append(tx, &typed, act, id, &copy.content, Parentage::from_head(copy.base), origin)?;
    revisions::set_head(tx, id, number)?;
    Ok(number)
}
