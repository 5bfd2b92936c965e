//! Search in posts, in the pages of their PDFs and, when asked, in their earlier revisions.
//!
//! Posts and pages stand in SQLite's FTS5, accents folded. What always holds: any text may be searched for and is never
//! read as a query language; a search costs a bounded time however common its words are.

mod expression;
mod filter;
mod ranked;
mod saved;
mod snippet;
mod whole;

use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

use crate::posts::{self, COLUMNS};
use crate::{AttachmentRef, Content, Id, Language, Library, Post, Result, Status, Timestamp};
use expression::Words;
pub(crate) use filter::Conditions;
pub use saved::SavedSearch;
pub(crate) use saved::{get as get_saved, insert as insert_saved};
pub(crate) use whole::{has_unread_pdf, pairs_found};

/// What is searched for. Whatever is absent is no condition.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Query {
    /// Words and “phrases”: all of them have to be there, the last word as a beginning.
    pub words: String,
    /// Filed under this category or one below it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<Id>,
    /// In this language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// Standing there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// With a revision by somebody whose name or e-mail has this in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// Last changed at this time or later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// Last changed before this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Timestamp>,
    /// With a PDF, or without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pdf: Option<bool>,
    /// Under a hold in force, or under none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held: Option<bool>,
    /// Also in revisions that are not what the post says now.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub revisions: bool,
}

/// What was found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Found {
    /// The best first; without words the newest text first.
    pub hits: Vec<Hit>,
    /// Whether there is more than was asked for, or than was looked through.
    pub more: bool,
}

/// A post that was found. In every text matches stand between U+0002 and U+0003.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hit {
    /// Which post.
    pub post: Id,
    /// Its title.
    pub title: String,
    /// A few words around the best match in its text; empty where only a PDF or a revision has the words.
    pub snippet: String,
    /// Pages of its PDFs, the best first; at most three.
    pub pages: Vec<PageHit>,
    /// The newest earlier revision that has the words, where that was asked for and the post has them no more.
    pub revision: Option<RevisionHit>,
}

/// A page of a PDF that was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PageHit {
    /// The PDF, at the version that the post has.
    pub attachment: AttachmentRef,
    /// The page, from 1.
    pub page: u32,
    /// A few words around the match.
    pub snippet: String,
}

/// A revision that was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RevisionHit {
    /// Its number.
    pub number: u32,
    /// A few words around the match.
    pub snippet: String,
}

impl Library {
    /// The posts outside the trash that match, at most `most`.
    pub fn search(&self, query: &Query, most: usize) -> Result<Found> {
        let words = Words::of(&query.words);
        if words.is_empty() {
            if !query.words.trim().is_empty() {
                return Ok(Found::default());
            }
            return self.filtered(query, most);
        }
        let mut found = self.ranked(query, &words, most)?;
        if query.revisions && found.hits.len() < most {
            self.in_revisions(query, &words, most, &mut found)?;
        }
        Ok(found)
    }

    /// The posts outside the trash whose title has these words in a row, the last of which may be the beginning of one.
    pub(crate) fn with_words_in_title(&self, words: &str, most: usize) -> Result<Vec<Post>> {
        // A quotation mark that is not closed: one phrase, whose end may still be typed.
        let words = Words::of(&format!("\"{}", words.replace(['"', '“', '”', '»'], " ")));
        if words.is_empty() {
            return Ok(vec![]);
        }
        let sql = format!(
            "SELECT {COLUMNS} FROM post WHERE trashed_at IS NULL AND rowid IN (
               SELECT rowid FROM post_text WHERE post_text MATCH ?1 ORDER BY rowid DESC LIMIT {most})"
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let expression = format!("{{title}} : ({})", words.expression());
        Ok(statement.query_map([expression], posts::read)?.collect::<rusqlite::Result<_>>()?)
    }

    /// The posts, outside the trash or in it, that show a text with this attachment, whatever its version.
    pub fn posts_with(&self, attachment: Id) -> Result<Vec<Id>> {
        let sql = "SELECT post.id FROM attached JOIN post ON post.rowid = attached.post WHERE attachment = ?1
                   ORDER BY post.id";
        let mut statement = self.conn.prepare_cached(sql)?;
        Ok(statement.query_map([attachment], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
    }
}

/// How many posts the index lacks.
pub(crate) fn unindexed(conn: &Connection) -> Result<u64> {
    let sql = "SELECT count(*) FROM post WHERE rowid NOT IN (SELECT rowid FROM post_text)";
    Ok(conn.query_row(sql, [], |row| row.get(0))?)
}

/// Empties the indexes, also ones that are damaged. PDFs count as unread from then on.
pub(crate) fn clear(conn: &Connection) -> Result<()> {
    Ok(conn.execute_batch(
        "INSERT INTO post_text (post_text) VALUES ('delete-all');
         DELETE FROM attached;
         INSERT INTO pdf_text (pdf_text) VALUES ('rebuild');
         DELETE FROM pdf_text;
         DELETE FROM pdf;",
    )?)
}

/// Makes search find a post by `content`.
pub(crate) fn index(conn: &Connection, post: Id, content: &Content) -> Result<()> {
    let row: i64 =
        conn.prepare_cached("SELECT rowid FROM post WHERE id = ?1")?.query_row([post], |row| row.get(0))?;
    conn.prepare_cached("DELETE FROM post_text WHERE rowid = ?1")?.execute([row])?;
    conn.prepare_cached("INSERT INTO post_text (rowid, title, body) VALUES (?1, ?2, ?3)")?
        .execute(params![row, content.title, content.body])?;
    conn.prepare_cached("DELETE FROM attached WHERE post = ?1")?.execute([row])?;
    for attached in &content.attachments {
        conn.prepare_cached(
            "INSERT OR IGNORE INTO attached (post, attachment, version) VALUES (?1, ?2, ?3)",
        )?
        .execute(params![row, attached.id, attached.version])?;
    }
    Ok(())
}

/// The slug of a title: ASCII lower-case words joined by hyphens, at most 60 characters; `post` where nothing is left.
pub fn slug_of(title: &str) -> String {
    let mut slug = slug::slugify(title);
    if slug.len() > 60 {
        slug.truncate(60);
        if let Some(end) = slug.rfind('-').filter(|end| *end > 30) {
            slug.truncate(end);
        }
    }
    if slug.is_empty() { "post".into() } else { slug }
}
