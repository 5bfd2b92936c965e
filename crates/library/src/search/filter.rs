//! The conditions of a search that are not words.

use rusqlite::types::ToSql;
use rusqlite::{Connection, params_from_iter};

use super::{Found, Hit, Query};
use crate::retention::{IS_HELD, held_by_searches};
use crate::{Id, Library, Result, to_json};

/// SQL that stands behind `FROM post`, with the values of its parameters.
#[derive(Default)]
pub(crate) struct Conditions {
    sql: String,
    pub(crate) values: Vec<Box<dyn ToSql>>,
}

impl Conditions {
    /// The conditions of a query; the parameters are numbered from `first`. Each is looked up for one post at a time: what
    /// few posts cost is not what the library is large.
    pub(crate) fn of(conn: &Connection, query: &Query, first: usize) -> Result<Self> {
        let mut conditions = Self::in_trash_too(query, first);
        conditions.sql = format!("post.trashed_at IS NULL AND {}", conditions.sql);
        if let Some(held) = query.held {
            let number = first + conditions.values.len();
            let by_search = held_by_searches(conn)?;
            conditions.sql += &format!(
                " AND ({IS_HELD} OR post.pair IN (SELECT value FROM json_each(?{number}))) = ?{}",
                number + 1
            );
            conditions.values.push(Box::new(to_json(&by_search)?));
            conditions.values.push(Box::new(held));
        }
        Ok(conditions)
    }

    /// The same but for the trash and for holds.
    pub(super) fn in_trash_too(query: &Query, first: usize) -> Self {
        let mut conditions = Conditions { sql: "1".into(), values: vec![] };
        let mut and = |sql: &str, value: Option<Box<dyn ToSql>>| {
            let Some(value) = value else { return };
            let number = first + conditions.values.len();
            conditions.sql.push_str(" AND ");
            conditions.sql.push_str(&sql.replace('?', &format!("?{number}")));
            conditions.values.push(value);
        };
        and("post.language = ?", boxed(query.language));
        and("post.status = ?", boxed(query.status));
        and("post.updated_at >= ?", boxed(query.since));
        and("post.updated_at < ?", boxed(query.before));
        and(
            "EXISTS (SELECT 1 FROM filing WHERE filing.pair = post.pair AND +filing.category IN (
               WITH RECURSIVE below(id) AS (VALUES (?) UNION
                 SELECT category.id FROM category JOIN below ON category.parent = below.id)
               SELECT id FROM below))",
            boxed(query.category),
        );
        and(
            "EXISTS (SELECT 1 FROM attached JOIN attachment ON attachment.id = attached.attachment
               WHERE attached.post = post.rowid AND lower(attachment.path) LIKE '%.pdf') = ?",
            boxed(query.pdf),
        );
        and(
            "(EXISTS (SELECT 1 FROM revision WHERE revision.post = post.id
                AND instr(lower(revision.actor_name || ' ' || revision.actor_email), lower(?)))
              OR EXISTS (SELECT 1 FROM working_copy WHERE working_copy.post = post.id
                AND instr(lower(working_copy.actor_name || ' ' || working_copy.actor_email), lower(?))))",
            boxed(query.author.clone().filter(|author| !author.trim().is_empty())),
        );
        conditions
    }

    pub(crate) fn sql(&self) -> &str {
        &self.sql
    }

    /// The same conditions on the row of `post` that is named `other`.
    pub(crate) fn on(&self, other: &str) -> String {
        self.sql.replace("post.", &format!("{other}."))
    }
}

fn boxed<T: ToSql + 'static>(value: Option<T>) -> Option<Box<dyn ToSql>> {
    value.map(|value| Box::new(value) as Box<dyn ToSql>)
}

impl Library {
    /// The posts that meet the conditions of a query without words, the newest text first.
    pub(super) fn filtered(&self, query: &Query, most: usize) -> Result<Found> {
        let conditions = Conditions::of(&self.conn, query, 2)?;
        let sql = format!(
            "SELECT id, title FROM post WHERE {} ORDER BY updated_at DESC, id DESC LIMIT ?1",
            conditions.sql()
        );
        let limit = i64::try_from(most + 1).unwrap_or(i64::MAX);
        let values = std::iter::once(limit.to_sql()?)
            .chain(conditions.values.iter().map(ToSql::to_sql).collect::<rusqlite::Result<Vec<_>>>()?);
        let mut statement = self.conn.prepare_cached(&sql)?;
        let mut hits = statement
            .query_map(params_from_iter(values), |row| Ok(Hit::bare(row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<Vec<_>>>()?;
        let more = hits.len() > most;
        hits.truncate(most);
        Ok(Found { hits, more })
    }
}

impl Hit {
    pub(super) fn bare(post: Id, title: String) -> Self {
        Hit { post, title, snippet: String::new(), pages: vec![], revision: None }
    }
}
