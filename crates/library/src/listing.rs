//! The list of posts by pages: one row a pair, in an order that is an index.
//!
//! What always holds: a page costs what it shows and not what the library holds. A condition that few posts meet is
//! looked for over several calls: each ends after a bounded time and says where the next one goes on.

use std::str::FromStr;
use std::time::{Duration, Instant};

use rusqlite::types::{Null, ToSql};
use rusqlite::{OptionalExtension, Row, params_from_iter};

use crate::posts::{self, COLUMNS};
use crate::search::Conditions;
use crate::{Id, Language, Library, Post, Query, Result, slug_of};

/// How many posts are looked at before the time is looked at.
const STEP: usize = 400;
/// How long one call looks.
const PATIENCE: Duration = Duration::from_millis(8);

/// How many titles are looked at for those that begin with some words.
const MOST_TITLED: usize = 400;
/// The first parameter of a page's conditions.
const FIRST: usize = 6;

/// What a list is sorted by. A pair stands where the first of its posts that meet the conditions stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    /// The newest text first.
    Newest,
    /// The oldest text first.
    Oldest,
    /// By title, whatever its accents and signs; a pair by its title in this language, where it has one.
    Title(Language),
}

/// Where a page ends: what the row there is sorted by, and the id of its post. As text, for whoever asks for pages:
/// `KEY.ID`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cursor {
    key: String,
    id: Id,
}

/// A row: a pair with its posts outside the trash.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    /// The post by which it is listed: one that meets the conditions.
    pub found: Id,
    /// Its posts, English first.
    pub posts: Vec<Post>,
}

/// A part of the list.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Page {
    /// Its rows; there may be fewer than asked for, even none, where more follow.
    pub rows: Vec<Listed>,
    /// Where the next page begins; none at the end.
    pub next: Option<Cursor>,
}

/// What a title is sorted by.
pub(crate) fn title_key(title: &str) -> String {
    if title.trim().is_empty() { String::new() } else { slug_of(title) }
}

impl Order {
    /// The column, the index that holds it, and whether it is read from its end.
    fn parts(self) -> (&'static str, &'static str, bool) {
        match self {
            Order::Newest => ("updated_at", "post_listed", true),
            Order::Oldest => ("updated_at", "post_listed", false),
            Order::Title(_) => ("title_key", "post_by_title", false),
        }
    }

    /// SQL that is true of `other` where its pair is listed by it and not by `post`.
    fn goes_first(self) -> String {
        match self {
            Order::Newest => "(other.updated_at, other.id) > (post.updated_at, post.id)".into(),
            Order::Oldest => "(other.updated_at, other.id) < (post.updated_at, post.id)".into(),
            Order::Title(language) => format!("other.language = '{}'", language.as_str()),
        }
    }

    fn value(self, cursor: &Cursor) -> Box<dyn ToSql> {
        match self {
            Order::Title(_) => Box::new(cursor.key.clone()),
            Order::Newest | Order::Oldest => Box::new(cursor.key.parse::<i64>().unwrap_or_default()),
        }
    }

    fn cursor(self, row: &Row<'_>) -> rusqlite::Result<Cursor> {
        let key = match self {
            Order::Title(_) => row.get("title_key")?,
            Order::Newest | Order::Oldest => row.get::<_, i64>("updated_at")?.to_string(),
        };
        Ok(Cursor { key, id: row.get("id")? })
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.key, self.id)
    }
}

impl FromStr for Cursor {
    type Err = ();

    fn from_str(text: &str) -> std::result::Result<Self, ()> {
        let (key, id) = text.rsplit_once('.').ok_or(())?;
        Ok(Cursor { key: key.into(), id: id.parse().map_err(drop)? })
    }
}

impl Library {
    /// The next rows of the list after `after`, at most `most`: pairs with a post outside the trash that meets the
    /// conditions of `query`, whose words are none of them.
    pub fn list(&self, query: &Query, order: Order, after: Option<&Cursor>, most: usize) -> Result<Page> {
        let begun = Instant::now();
        let anything = Query { words: query.words.clone(), ..Query::default() } == *query;
        let conditions = Conditions::of(&self.conn, query, FIRST)?;
        let mut page = Page { rows: vec![], next: after.cloned() };
        loop {
            let from = page.next.take();
            // Without conditions at least every second post is a row.
            let until = if anything { None } else { self.step_end(order, from.as_ref())? };
            let wanted = most - page.rows.len();
            let mut found = self.listed(&conditions, order, from.as_ref(), until.as_ref(), wanted + 1)?;
            if found.len() > wanted {
                found.truncate(wanted);
                page.next = found.last().map(|(cursor, _)| cursor.clone()).or(from);
            } else {
                page.next = until;
            }
            for (cursor, post) in found {
                let mut posts = self.posts_of_pair(post.pair)?;
                posts.retain(|post| post.trashed_at.is_none());
                page.rows.push(Listed { found: cursor.id, posts });
            }
            if page.next.is_none() || page.rows.len() >= most || begun.elapsed() > PATIENCE {
                return Ok(page);
            }
        }
    }

    /// How many rows the list has without conditions.
    pub fn listed_pairs(&self) -> Result<u64> {
        let sql = "SELECT (SELECT count(*) FROM pair) - (SELECT count(DISTINCT pair) FROM post
              WHERE trashed_at IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM post AS other WHERE other.pair = post.pair AND other.trashed_at IS NULL))";
        Ok(self.conn.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
    }

    /// Posts outside the trash whose title begins with these words, the last of which may be the beginning of one, and then
    /// those with them further on: of either the newest first, at most `most`. Without words the newest posts.
    pub fn titled(&self, words: &str, most: usize) -> Result<Vec<Post>> {
        let key = title_key(words);
        if key.is_empty() {
            let rows = self.list(&Query::default(), Order::Newest, None, most)?.rows;
            return Ok(rows.into_iter().flat_map(|row| row.posts).take(most).collect());
        }
        let sql = format!(
            "SELECT {COLUMNS} FROM post INDEXED BY post_by_title
             WHERE trashed_at IS NULL AND title_key >= ?1 AND title_key < ?1 || '{{' LIMIT {MOST_TITLED}"
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let mut posts = statement.query_map([&key], posts::read)?.collect::<rusqlite::Result<Vec<_>>>()?;
        posts.sort_unstable_by_key(|post| std::cmp::Reverse((post.updated_at, post.id)));
        let mut later = self.with_words_in_title(words, MOST_TITLED)?;
        later.retain(|post| posts.iter().all(|first| first.id != post.id));
        later.sort_unstable_by_key(|post| std::cmp::Reverse((post.updated_at, post.id)));
        posts.append(&mut later);
        posts.truncate(most);
        Ok(posts)
    }

    /// Where a step from a place ends; none where the list does.
    fn step_end(&self, order: Order, from: Option<&Cursor>) -> Result<Option<Cursor>> {
        let (column, index, backwards) = order.parts();
        let direction = if backwards { "DESC" } else { "ASC" };
        let sql = format!(
            "SELECT {column}, id FROM post INDEXED BY {index} WHERE trashed_at IS NULL {}
             ORDER BY {column} {direction}, id {direction} LIMIT 1 OFFSET {}",
            beyond(order, from.is_some()),
            STEP - 1
        );
        let mut values = place(order, from);
        values.truncate(if from.is_some() { 2 } else { 0 });
        let mut statement = self.conn.prepare_cached(&sql)?;
        Ok(statement.query_row(params_from_iter(values), |row| order.cursor(row)).optional()?)
    }

    fn listed(
        &self,
        conditions: &Conditions,
        order: Order,
        from: Option<&Cursor>,
        until: Option<&Cursor>,
        most: usize,
    ) -> Result<Vec<(Cursor, Post)>> {
        let sql = page_sql(order, conditions, from.is_some(), until.is_some());
        let limit = i64::try_from(most).unwrap_or(i64::MAX);
        let (from, until) = (place(order, from), place(order, until));
        let mut values: Vec<&dyn ToSql> = from.iter().chain(&until).map(AsRef::as_ref).collect();
        values.push(&limit);
        values.extend(conditions.values.iter().map(AsRef::as_ref));
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows =
            statement.query_map(values.as_slice(), |row| Ok((order.cursor(row)?, posts::read(row)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

/// SQL for the rows between two places. Its parameters: the two places (1 to 4), how many rows (5), the conditions'.
fn page_sql(order: Order, conditions: &Conditions, from: bool, until: bool) -> String {
    let (column, index, backwards) = order.parts();
    let direction = if backwards { "DESC" } else { "ASC" };
    let before = match (until, backwards) {
        (false, _) => String::new(),
        (true, true) => format!("AND (post.{column}, post.id) >= (?3, ?4)"),
        (true, false) => format!("AND (post.{column}, post.id) <= (?3, ?4)"),
    };
    format!(
        "SELECT {COLUMNS}, title_key FROM post INDEXED BY {index} WHERE {} {} {before}
           AND NOT EXISTS (SELECT 1 FROM post AS other
             WHERE other.pair = post.pair AND other.id <> post.id AND {} AND {})
         ORDER BY post.{column} {direction}, post.id {direction} LIMIT ?5",
        conditions.sql(),
        beyond(order, from),
        order.goes_first(),
        conditions.on("other"),
    )
}

/// SQL for what stands behind the place of the parameters 1 and 2, where there is one.
fn beyond(order: Order, from: bool) -> String {
    let (column, _, backwards) = order.parts();
    match (from, backwards) {
        (false, _) => String::new(),
        (true, true) => format!("AND (post.{column}, post.id) < (?1, ?2)"),
        (true, false) => format!("AND (post.{column}, post.id) > (?1, ?2)"),
    }
}

fn place(order: Order, cursor: Option<&Cursor>) -> Vec<Box<dyn ToSql>> {
    match cursor {
        Some(cursor) => vec![order.value(cursor), Box::new(cursor.id)],
        None => vec![Box::new(Null), Box::new(Null)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Act, Actor, NewLibrary, Status, Timestamp};

    fn id(number: u32) -> Id {
        format!("019a9f3e-7c00-7000-8000-{number:012x}").parse().unwrap()
    }

    /// How SQLite makes a page, a line a step.
    fn plan(library: &Library, query: &Query, order: Order, from: bool, until: bool) -> Vec<String> {
        let conditions = Conditions::of(&library.conn, query, FIRST).unwrap();
        let sql = format!("EXPLAIN QUERY PLAN {}", page_sql(order, &conditions, from, until));
        let mut statement = library.conn.prepare(&sql).unwrap();
        let none = (0..statement.parameter_count()).map(|_| Null);
        statement
            .query_map(params_from_iter(none), |row| row.get::<_, String>("detail"))
            .unwrap()
            .map(std::result::Result::unwrap)
            .collect()
    }

    #[test]
    fn no_page_reads_the_whole_list_or_sorts_it() {
        let folder = tempfile::tempdir().unwrap();
        let actor = Actor { name: "Ada".into(), email: String::new() };
        let new = NewLibrary { id: id(1), name: "L".into(), series_id: id(2), blog: id(3) };
        let act = Act { now: Timestamp::from_millis(0), actor };
        let library = Library::init(folder.path(), &new, &act).unwrap();
        let queries = [
            Query::default(),
            Query {
                category: Some(id(9)),
                language: Some(Language::Fr),
                status: Some(Status::Draft),
                author: Some("ada".into()),
                since: Some(Timestamp::from_millis(1)),
                before: Some(Timestamp::from_millis(2)),
                pdf: Some(true),
                held: Some(false),
                ..Query::default()
            },
        ];
        for query in &queries {
            for order in [Order::Newest, Order::Oldest, Order::Title(Language::En)] {
                for (from, until) in [(false, false), (true, false), (false, true), (true, true)] {
                    let plan = plan(&library, query, order, from, until);
                    let (_, index, _) = order.parts();
                    // The first step walks along the order's index and ends with the page; the others look things up.
                    assert!(plan[0].contains(&format!("post USING INDEX {index}")), "{plan:#?}");
                    for line in &plan[1..] {
                        let whole = line.starts_with("SCAN")
                            && !["below", "under", "CONSTANT ROW", "json_each"]
                                .iter()
                                .any(|small| line.starts_with(&format!("SCAN {small}")));
                        assert!(!whole && !line.contains("FOR ORDER BY"), "{plan:#?}");
                    }
                    assert!(plan[0].starts_with("SEARCH") || !(from || until), "{plan:#?}");
                }
            }
        }
    }

    #[test]
    fn a_title_is_sorted_by_its_letters() {
        let mut titles = ["Zones", "« Été »", "eau", "Œuvres", "", "10 idées"];
        titles.sort_by_key(|title| title_key(title));
        assert_eq!(titles, ["", "10 idées", "eau", "« Été »", "Œuvres", "Zones"]);
    }
}
