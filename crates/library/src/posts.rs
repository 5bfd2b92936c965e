//! Posts: one text in one language each.

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use serde_json::json;

use crate::{
    Act, Content, Error, Id, Language, Library, Refusal, Result, Status, Timestamp, journal, listing,
};

pub(crate) const COLUMNS: &str =
    "id, pair, created_at, head, status, trashed_at, language, title, slug, updated_at,
    EXISTS (SELECT 1 FROM conflict WHERE conflict.post = post.id) AS conflict,
    EXISTS (SELECT 1 FROM mirror WHERE mirror.post = post.id AND mirror.missing) AS missing";

/// A post as a list shows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Post {
    /// Its id.
    pub id: Id,
    /// The pair it belongs to; alone in it where it has no counterpart.
    pub pair: Id,
    /// When it was made.
    pub created_at: Timestamp,
    /// The current revision; none until the first is sealed.
    pub head: Option<u32>,
    /// Where it stands.
    pub status: Status,
    /// When it was put into the trash.
    pub trashed_at: Option<Timestamp>,
    /// Language, title and slug as they now read, the working copy's where there is one.
    pub language: Language,
    /// See `language`.
    pub title: String,
    /// See `language`.
    pub slug: String,
    /// When the text last changed.
    pub updated_at: Timestamp,
    /// Whether two texts wait for a decision.
    pub conflict: bool,
    /// Whether its file has vanished.
    pub missing: bool,
}

/// What makes a post. Its text is saved afterwards.
#[derive(Clone, Debug)]
pub struct NewPost {
    /// The new post's id.
    pub id: Id,
    /// The id of its pair, used where `counterpart` is none.
    pub pair: Id,
    /// The post that it is to be the counterpart of.
    pub counterpart: Option<Id>,
    /// Its language.
    pub language: Language,
    /// Its title.
    pub title: String,
    /// Its slug; made unique in its language by a number where it is taken.
    pub slug: String,
}

impl Library {
    /// Makes an empty draft and its first working copy.
    pub fn create_post(&mut self, act: &Act, new: &NewPost) -> Result<Post> {
        let tx = self.begin()?;
        let pair = match new.counterpart {
            Some(counterpart) => pair_for(&tx, counterpart, new.language)?,
            None => {
                tx.execute("INSERT INTO pair (id) VALUES (?1)", [new.pair])?;
                new.pair
            }
        };
        let slug = free_slug(&tx, &new.slug, new.language, new.id)?;
        tx.execute(
            "INSERT INTO post (id, pair, created_at, status, language, title, slug, updated_at, title_key)
             VALUES (?1, ?2, ?3, 'draft', ?4, ?5, ?6, ?3, ?7)",
            params![new.id, pair, act.now, new.language, new.title, slug, listing::title_key(&new.title)],
        )?;
        tx.execute(
            "INSERT INTO working_copy (post, base, title, language, slug, body, front_matter, attachments, actor_name, actor_email, saved_at, begun_at)
             VALUES (?1, NULL, ?2, ?3, ?4, '', '', '[]', ?5, ?6, ?7, ?7)",
            params![new.id, new.title, new.language, slug, act.actor.name, act.actor.email, act.now],
        )?;
        let content = Content {
            title: new.title.clone(),
            language: new.language,
            slug,
            body: String::new(),
            front_matter: String::new(),
            attachments: vec![],
        };
        crate::search::index(&tx, new.id, &content)?;
        journal::append(
            &tx,
            act,
            "post.created",
            new.id,
            json!({ "language": new.language, "pair": pair, "title": new.title }),
        )?;
        let post = get(&tx, new.id)?;
        tx.commit()?;
        Ok(post)
    }

    /// One post.
    pub fn post(&self, id: Id) -> Result<Post> {
        get(&self.conn, id)
    }

    /// The posts in the trash, what was put there last first.
    pub fn trash(&self) -> Result<Vec<Post>> {
        self.select("WHERE trashed_at IS NOT NULL ORDER BY trashed_at DESC, id DESC", [])
    }

    /// Every post, in the trash or not, by id: the order of an export.
    pub fn all_posts(&self) -> Result<Vec<Post>> {
        self.select("ORDER BY id", [])
    }

    /// The id of every post, in the trash or not.
    pub fn post_ids(&self) -> Result<Vec<Id>> {
        let mut statement = self.conn.prepare_cached("SELECT id FROM post")?;
        Ok(statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
    }

    /// The posts of one pair, English first.
    pub fn posts_of_pair(&self, pair: Id) -> Result<Vec<Post>> {
        self.select("WHERE pair = ?1 ORDER BY language", [pair])
    }

    /// The post that `name` means: an id, a unique beginning of one (at least 4 characters), a slug, or `slug.en`.
    pub fn find_post(&self, name: &str) -> Result<Post> {
        if let Ok(id) = name.parse()
            && let Ok(post) = self.post(id)
        {
            return Ok(post);
        }
        let (slug, language) = match name.rsplit_once('.') {
            Some((slug, language @ ("en" | "fr"))) => (slug, Some(language)),
            _ => (name, None),
        };
        let mut found = match language {
            Some(language) => self.select("WHERE slug = ?1 AND language = ?2", params![slug, language])?,
            None => self.select("WHERE slug = ?1", [slug])?,
        };
        let hexadecimal = name.len() >= 4 && name.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
        if found.is_empty() && hexadecimal {
            found =
                self.select("WHERE id >= ?1 AND id < ?1 || 'g' ORDER BY id LIMIT 20", [name.to_lowercase()])?;
        }
        match found.len() {
            1 => found.pop().ok_or_else(|| Error::not_found("post", name)),
            0 => Err(Error::not_found("post", name)),
            _ => Err(Error::Ambiguous {
                name: name.into(),
                candidates: found
                    .iter()
                    .map(|p| format!("{} ({}.{})", p.id, p.slug, p.language.as_str()))
                    .collect(),
            }),
        }
    }

    /// Puts a post into the trash, or takes it out. Its text, revisions and file records stay.
    pub fn set_trashed(&mut self, act: &Act, id: Id, trashed: bool) -> Result<()> {
        let tx = self.begin()?;
        let post = get(&tx, id)?;
        if post.trashed_at.is_some() == trashed {
            return Ok(());
        }
        tx.execute("UPDATE post SET trashed_at = ?1 WHERE id = ?2", params![trashed.then_some(act.now), id])?;
        journal::append(&tx, act, if trashed { "post.trashed" } else { "post.untrashed" }, id, json!({}))?;
        tx.commit()?;
        Ok(())
    }

    fn select(&self, tail: &str, params: impl rusqlite::Params) -> Result<Vec<Post>> {
        let mut statement = self.conn.prepare_cached(&format!("SELECT {COLUMNS} FROM post {tail}"))?;
        Ok(statement.query_map(params, read)?.collect::<rusqlite::Result<_>>()?)
    }
}

pub(crate) fn get(conn: &Connection, id: Id) -> Result<Post> {
    conn.prepare_cached(&format!("SELECT {COLUMNS} FROM post WHERE id = ?1"))?
        .query_row([id], read)
        .optional()?
        .ok_or_else(|| Error::not_found("post", id))
}

/// A post that may be changed.
pub(crate) fn writable(conn: &Connection, id: Id) -> Result<Post> {
    let post = get(conn, id)?;
    if post.trashed_at.is_some() { Err(Refusal::Trashed(id).into()) } else { Ok(post) }
}

pub(crate) fn read(row: &Row<'_>) -> rusqlite::Result<Post> {
    Ok(Post {
        id: row.get("id")?,
        pair: row.get("pair")?,
        created_at: row.get("created_at")?,
        head: row.get("head")?,
        status: row.get("status")?,
        trashed_at: row.get("trashed_at")?,
        language: row.get("language")?,
        title: row.get("title")?,
        slug: row.get("slug")?,
        updated_at: row.get("updated_at")?,
        conflict: row.get("conflict")?,
        missing: row.get("missing")?,
    })
}

fn pair_for(tx: &Transaction<'_>, counterpart: Id, language: Language) -> Result<Id> {
    let other = get(tx, counterpart)?;
    if other.language == language {
        return Err(Refusal::SameLanguage.into());
    }
    check_language(tx, other.pair, language, None)?;
    Ok(other.pair)
}

/// Refuses a language that another post of the pair has.
fn check_language(conn: &Connection, pair: Id, language: Language, own: Option<Id>) -> Result<()> {
    let taken: bool = conn
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM post WHERE pair = ?1 AND language = ?2 AND id IS NOT ?3)",
        )?
        .query_row(params![pair, language, own], |row| row.get(0))?;
    if taken { Err(Refusal::LanguageTaken.into()) } else { Ok(()) }
}

/// `content` as it can become the text of `post`: attachments in their order, a slug that is free, a language too.
pub(crate) fn fit(conn: &Connection, post: &Post, content: &Content) -> Result<Content> {
    check_language(conn, post.pair, content.language, Some(post.id))?;
    let mut content = content.clone();
    content.attachments.sort_unstable();
    content.attachments.dedup();
    content.slug = free_slug(conn, &content.slug, content.language, post.id)?;
    Ok(content)
}

/// `slug`, or `slug-2`, `slug-3` … where another post of that language has it. A number once given is kept while
/// `slug` is taken: it stands in addresses, and counting up to it again would cost more with every post of that title.
fn free_slug(conn: &Connection, slug: &str, language: Language, own: Id) -> Result<String> {
    let mut statement = conn.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM post WHERE slug = ?1 AND language = ?2 AND id <> ?3)",
    )?;
    let mut candidate = slug.to_owned();
    if !statement.query_row(params![candidate, language, own], |row| row.get::<_, bool>(0))? {
        return Ok(candidate);
    }
    let given: Option<String> = conn
        .prepare_cached("SELECT slug FROM post WHERE id = ?1 AND language = ?2")?
        .query_row(params![own, language], |row| row.get(0))
        .optional()?;
    let number =
        given.as_deref().and_then(|given| given.strip_prefix(slug)?.strip_prefix('-')?.parse::<u32>().ok());
    if let (Some(given), Some(2..)) = (given, number) {
        return Ok(given);
    }
    for number in 2u32.. {
        candidate = format!("{slug}-{number}");
        if !statement.query_row(params![candidate, language, own], |row| row.get::<_, bool>(0))? {
            break;
        }
    }
    Ok(candidate)
}
