//! All that a search finds, in the trash too, and not only the best of it: what a hold on it covers.

use std::collections::BTreeSet;

use rusqlite::Connection;
use rusqlite::types::ToSql;

use super::Query;
use super::expression::Words;
use super::filter::Conditions;
use super::snippet::has_all;
use crate::{Id, Result, working_copy};

/// The pairs with a post that the query finds, of all or of one. It does not look at earlier revisions, nor at holds.
pub(crate) fn pairs_found(conn: &Connection, query: &Query, only: Option<Id>) -> Result<BTreeSet<Id>> {
    // What is under a hold cannot depend on what is under a hold.
    let query = Query { held: None, ..query.clone() };
    let words = Words::of(&query.words);
    if words.is_empty() {
        if !query.words.trim().is_empty() {
            return Ok(BTreeSet::new());
        }
        return rows(conn, &query, only, None, "SELECT post.pair FROM post WHERE ");
    }
    let expression = words.expression();
    let mut found = rows(
        conn,
        &query,
        only,
        Some(&expression),
        "SELECT post.pair FROM post_text CROSS JOIN post ON post.rowid = post_text.rowid WHERE post_text MATCH ?1 AND ",
    )?;
    if query.pdf != Some(false) {
        found.append(&mut rows(
            conn,
            &query,
            only,
            Some(&expression),
            "SELECT post.pair FROM pdf_text
             CROSS JOIN pdf ON pdf.number = pdf_text.rowid >> 20
             CROSS JOIN attachment_version v ON v.sha256 = pdf.sha256
             CROSS JOIN attached ON attached.attachment = v.attachment AND attached.version = v.version
             CROSS JOIN post ON post.rowid = attached.post WHERE pdf_text MATCH ?1 AND ",
        )?);
    }
    // One pair's texts are read themselves: what its index lost is still found.
    if let Some(pair) = only.filter(|pair| !found.contains(pair)) {
        let unworded = Query { words: String::new(), ..query };
        let meets = rows(conn, &unworded, only, None, "SELECT post.id FROM post WHERE ")?;
        for post in meets {
            let content = working_copy::current(conn, post)?;
            if has_all(&format!("{}\n{}", content.title, content.body), &words) {
                found.insert(pair);
            }
        }
    }
    Ok(found)
}

/// Whether a post of the pair that meets the conditions has a PDF of which is not known yet what it says.
pub(crate) fn has_unread_pdf(conn: &Connection, query: &Query, pair: Id) -> Result<bool> {
    let select = "SELECT post.pair FROM post CROSS JOIN attached ON attached.post = post.rowid
        CROSS JOIN attachment_version v ON v.attachment = attached.attachment AND v.version = attached.version
        CROSS JOIN attachment ON attachment.id = v.attachment
        WHERE lower(attachment.path) LIKE '%.pdf'
          AND NOT EXISTS (SELECT 1 FROM pdf WHERE pdf.sha256 = v.sha256 AND reading IS NOT NULL) AND ";
    Ok(!rows(conn, query, Some(pair), None, select)?.is_empty())
}

fn rows(
    conn: &Connection,
    query: &Query,
    only: Option<Id>,
    expression: Option<&String>,
    select: &str,
) -> Result<BTreeSet<Id>> {
    let conditions = Conditions::in_trash_too(query, 3);
    let narrow = if only.is_some() { "post.pair = ?2" } else { "?2 IS NULL" };
    let sql = format!("{select}{} AND {narrow}", conditions.sql());
    let mut values: Vec<&dyn ToSql> = vec![&expression, &only];
    values.extend(conditions.values.iter().map(AsRef::as_ref));
    let mut statement = conn.prepare_cached(&sql)?;
    let rows = statement.query_map(values.as_slice(), |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
