//! Plain search over titles and bodies (SQLite's FTS5, accents folded), and slugs.

use rusqlite::{Connection, params};

use crate::{Id, Library, Result};

/// A post that holds every word.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hit {
    /// Which post.
    pub post: Id,
    /// A few words around the first match; matches stand between U+0002 and U+0003.
    pub snippet: String,
}

impl Library {
    /// The posts outside the trash that hold all `words` (the last one as a beginning), the best first, at most `most`.
    ///
    /// Any text may come in: it is searched for, never read as a query language.
    pub fn search(&self, words: &str, most: u32) -> Result<Vec<Hit>> {
        let query = match_expression(words);
        if query.is_empty() {
            return Ok(vec![]);
        }
        let mut statement = self.conn.prepare_cached(
            "SELECT post.id, snippet(post_text, -1, char(2), char(3), '…', 12)
             FROM post_text JOIN post ON post.rowid = post_text.rowid
             WHERE post_text MATCH ?1 AND post.trashed_at IS NULL ORDER BY bm25(post_text, 4.0, 1.0), post.id LIMIT ?2",
        )?;
        let hits = statement
            .query_map(params![query, most], |row| Ok(Hit { post: row.get(0)?, snippet: row.get(1)? }))?;
        Ok(hits.collect::<rusqlite::Result<_>>()?)
    }
}

/// More words than anybody types; FTS5 refuses an expression that is too large.
const MOST_WORDS: usize = 32;
/// Longer than any word; one made of many parts is a phrase, which costs by its length.
const LONGEST_WORD: usize = 100;

fn match_expression(words: &str) -> String {
    let quoted: Vec<String> = words
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .take(MOST_WORDS)
        .map(|word| word.chars().take(LONGEST_WORD).collect::<String>())
        .map(|word| format!("\"{}\"", word.replace('"', "\"\"")))
        .collect();
    if quoted.is_empty() { String::new() } else { format!("{}*", quoted.join(" ")) }
}

/// How many posts the index lacks.
pub(crate) fn unindexed(conn: &Connection) -> Result<u64> {
    let sql = "SELECT count(*) FROM post WHERE rowid NOT IN (SELECT rowid FROM post_text)";
    Ok(conn.query_row(sql, [], |row| row.get(0))?)
}

/// Empties the index, also one that is damaged.
pub(crate) fn clear(conn: &Connection) -> Result<()> {
    Ok(conn.execute_batch("INSERT INTO post_text (post_text) VALUES ('rebuild'); DELETE FROM post_text")?)
}

pub(crate) fn index(conn: &Connection, post: Id, title: &str, body: &str) -> Result<()> {
    let row: i64 =
        conn.prepare_cached("SELECT rowid FROM post WHERE id = ?1")?.query_row([post], |row| row.get(0))?;
    conn.prepare_cached("DELETE FROM post_text WHERE rowid = ?1")?.execute([row])?;
    conn.prepare_cached("INSERT INTO post_text (rowid, title, body) VALUES (?1, ?2, ?3)")?
        .execute(params![row, title, body])?;
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
