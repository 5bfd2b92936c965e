//! Blogs, and what is public on them.

use rusqlite::{Transaction, params};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    Act, Actor, Error, Id, Library, Refusal, Result, Status, Timestamp, from_json, journal, to_json,
};

/// A configured target. Its secrets are not here.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Blog {
    /// Its id.
    pub id: Id,
    /// The connector: `static`, …
    pub kind: String,
    /// The name that people see and type.
    pub name: String,
    /// Its public address, where it has one.
    pub url: Option<String>,
    /// What the connector needs to know.
    pub settings: Value,
}

impl Blog {
    /// The static site that every library begins with.
    pub fn static_site(id: Id) -> Self {
        Blog { id, kind: "static".into(), name: "site".into(), url: None, settings: json!({}) }
    }
}

/// A post as it stands on a blog.
#[derive(Clone, PartialEq, Debug)]
pub struct Publication {
    /// The post.
    pub post: Id,
    /// The blog.
    pub blog: Id,
    /// The revision that is public.
    pub revision: u32,
    /// Where.
    pub address: String,
    /// What the blog answered.
    pub answer: Value,
    /// When it was first made public.
    pub first_at: Timestamp,
    /// When this revision was.
    pub at: Timestamp,
    /// By whom.
    pub actor: Actor,
}

impl Library {
    /// Every blog, by name.
    pub fn blogs(&self) -> Result<Vec<Blog>> {
        let mut statement =
            self.conn.prepare_cached("SELECT id, kind, name, url, settings FROM blog ORDER BY name")?;
        let rows = statement.query_map([], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get::<_, String>(4)?))
        })?;
        rows.map(|row| {
            let (id, kind, name, url, settings) = row?;
            Ok(Blog { id, kind, name, url, settings: from_json(&settings)? })
        })
        .collect()
    }

    /// The blog of that name or id.
    pub fn find_blog(&self, name: &str) -> Result<Blog> {
        let mut blogs = self.blogs()?.into_iter();
        blogs
            .find(|blog| blog.name == name || blog.id.to_string() == name)
            .ok_or_else(|| Error::not_found("blog", name))
    }

    /// Adds a blog.
    pub fn add_blog(&mut self, act: &Act, blog: &Blog) -> Result<()> {
        let tx = self.begin()?;
        if tx
            .query_row("SELECT EXISTS (SELECT 1 FROM blog WHERE name = ?1)", [&blog.name], |row| row.get(0))?
        {
            return Err(Refusal::BlogExists(blog.name.clone()).into());
        }
        insert_blog(&tx, blog)?;
        journal::append(
            &tx,
            act,
            "blog.added",
            blog.id,
            json!({ "kind": blog.kind, "name": blog.name, "url": blog.url }),
        )?;
        tx.commit()?;
        Ok(())
    }

    /// Sets the public address of a blog, or that it has none.
    pub fn set_blog_url(&mut self, act: &Act, blog: Id, url: Option<&str>) -> Result<()> {
        let tx = self.begin()?;
        tx.execute("UPDATE blog SET url = ?2 WHERE id = ?1", params![blog, url])?;
        journal::append(&tx, act, "blog.moved", blog, json!({ "url": url }))?;
        tx.commit()?;
        Ok(())
    }

    /// Removes a blog that nothing is public on and nothing waits for. Its receipts stay in the journal.
    ///
    /// # Errors
    /// [`Refusal::BlogInUse`].
    pub fn remove_blog(&mut self, act: &Act, blog: Id) -> Result<()> {
        let name = self.find_blog(&blog.to_string())?.name;
        let tx = self.begin()?;
        let used: bool = tx.query_row(
            "SELECT EXISTS (SELECT 1 FROM publication WHERE blog = ?1) OR EXISTS
               (SELECT 1 FROM outbox WHERE blog = ?1 AND state IN ('waiting','sending','failed','paused'))",
            [blog],
            |row| row.get(0),
        )?;
        if used {
            return Err(Refusal::BlogInUse(name).into());
        }
        for table in ["outbox", "remote"] {
            tx.execute(&format!("DELETE FROM {table} WHERE blog = ?1"), [blog])?;
        }
        tx.execute("DELETE FROM blog WHERE id = ?1", [blog])?;
        journal::append(&tx, act, "blog.removed", blog, json!({ "name": name }))?;
        tx.commit()?;
        Ok(())
    }

    /// Records a blog's answer to a publication: the receipt in the journal, what is public, and the item as done.
    ///
    /// An answer that is recorded already is not recorded again.
    pub fn record_publication(&mut self, act: &Act, intention: Id, publication: &Publication) -> Result<()> {
        let tx = self.begin()?;
        if is_done(&tx, intention)? {
            return Ok(());
        }
        insert_publication(&tx, publication)?;
        let first_at: Timestamp = tx.query_row(
            "SELECT first_at FROM publication WHERE post = ?1 AND blog = ?2",
            params![publication.post, publication.blog],
            |row| row.get(0),
        )?;
        set_status(&tx, act, publication.post, Status::Published)?;
        finish(&tx, act, intention)?;
        let revision = crate::revisions::get(&tx, publication.post, publication.revision)?;
        let detail = json!({
            "blog": publication.blog, "revision": publication.revision, "hash": revision.hash,
            "address": publication.address, "answer": publication.answer, "first_at": first_at,
        });
        // The receipt is the publisher's and of the time of the answer: a restore rebuilds what is public from it.
        let published = Act { now: publication.at, actor: publication.actor.clone() };
        journal::append(&tx, &published, "post.published", publication.post, detail)?;
        tx.commit()?;
        Ok(())
    }

    /// Records that a post is off a blog.
    pub fn record_withdrawal(&mut self, act: &Act, intention: Id, post: Id, blog: Id) -> Result<()> {
        let tx = self.begin()?;
        if is_done(&tx, intention)? {
            return Ok(());
        }
        forget_publication(&tx, act, post, blog)?;
        finish(&tx, act, intention)?;
        journal::append(&tx, act, "post.withdrawn", post, json!({ "blog": blog }))?;
        tx.commit()?;
        Ok(())
    }

    /// What is public of a post.
    pub fn publications(&self, post: Id) -> Result<Vec<Publication>> {
        self.select_publications("WHERE post = ?1 ORDER BY blog", post)
    }

    /// What is public on a blog, by post.
    pub fn published_on(&self, blog: Id) -> Result<Vec<Publication>> {
        self.select_publications("WHERE blog = ?1 ORDER BY post", blog)
    }

    fn select_publications(&self, tail: &str, id: Id) -> Result<Vec<Publication>> {
        let mut statement = self.conn.prepare_cached(&format!("SELECT * FROM publication {tail}"))?;
        let rows = statement.query_map([id], |row| {
            Ok((
                Publication {
                    post: row.get("post")?,
                    blog: row.get("blog")?,
                    revision: row.get("revision")?,
                    address: row.get("address")?,
                    answer: Value::Null,
                    first_at: row.get("first_at")?,
                    at: row.get("at")?,
                    actor: Actor { name: row.get("actor_name")?, email: row.get("actor_email")? },
                },
                row.get::<_, String>("answer")?,
            ))
        })?;
        rows.map(|row| {
            let (mut publication, answer) = row?;
            publication.answer = from_json(&answer)?;
            Ok(publication)
        })
        .collect()
    }
}

pub(crate) fn insert_blog(tx: &Transaction<'_>, blog: &Blog) -> Result<()> {
    tx.execute(
        "INSERT INTO blog (id, kind, name, url, settings) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![blog.id, blog.kind, blog.name, blog.url, to_json(&blog.settings)?],
    )?;
    Ok(())
}

/// Writes what is public; the first time of an earlier publication stays.
pub(crate) fn insert_publication(tx: &Transaction<'_>, publication: &Publication) -> Result<()> {
    tx.execute(
        "INSERT INTO publication (post, blog, revision, address, answer, first_at, at, actor_name, actor_email)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
         ON CONFLICT (post, blog) DO UPDATE SET revision = excluded.revision, address = excluded.address,
           answer = excluded.answer, at = excluded.at, actor_name = excluded.actor_name, actor_email = excluded.actor_email",
        params![
            publication.post,
            publication.blog,
            publication.revision,
            publication.address,
            to_json(&publication.answer)?,
            publication.first_at,
            publication.at,
            publication.actor.name,
            publication.actor.email
        ],
    )?;
    Ok(())
}

/// Takes a post off a blog; where it was its last one the post is withdrawn. One that was never public there stays as it is.
pub(crate) fn forget_publication(tx: &Transaction<'_>, act: &Act, post: Id, blog: Id) -> Result<()> {
    if tx.execute("DELETE FROM publication WHERE post = ?1 AND blog = ?2", params![post, blog])? == 0 {
        return Ok(());
    }
    let elsewhere: bool =
        tx.query_row("SELECT EXISTS (SELECT 1 FROM publication WHERE post = ?1)", [post], |row| row.get(0))?;
    if elsewhere { Ok(()) } else { set_status(tx, act, post, Status::Withdrawn) }
}

fn set_status(tx: &Transaction<'_>, act: &Act, post: Id, status: Status) -> Result<()> {
    crate::retention::keep_found(tx, act, post, |tx| {
        tx.execute("UPDATE post SET status = ?1 WHERE id = ?2", params![status, post])?;
        Ok(())
    })
}

fn is_done(tx: &Transaction<'_>, intention: Id) -> Result<bool> {
    Ok(tx.query_row(
        "SELECT EXISTS (SELECT 1 FROM outbox WHERE id = ?1 AND state = 'done')",
        [intention],
        |row| row.get(0),
    )?)
}

fn finish(tx: &Transaction<'_>, act: &Act, intention: Id) -> Result<()> {
    tx.execute(
        "UPDATE outbox SET state = 'done', error = NULL, updated_at = ?2 WHERE id = ?1",
        params![intention, act.now],
    )?;
    Ok(())
}
