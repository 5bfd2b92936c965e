//! Searches under a name. A hold may be on one: what it finds is then held.

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use serde_json::json;

use super::Query;
use super::expression::Words;
use crate::retention::{check_search_free, given};
use crate::{Act, Error, Id, Library, Refusal, Result, categories, from_json, journal};

/// A search under a name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SavedSearch {
    /// Its id.
    pub id: Id,
    /// Its name; no two have the same.
    pub name: String,
    /// What it asks.
    pub query: Query,
}

impl Library {
    /// Every saved search, by id.
    pub fn saved_searches(&self) -> Result<Vec<SavedSearch>> {
        let mut statement =
            self.conn.prepare_cached("SELECT id, name, query FROM saved_search ORDER BY id")?;
        let rows = statement.query_map([], read)?.collect::<rusqlite::Result<Vec<_>>>()?;
        rows.into_iter().map(of_row).collect()
    }

    /// The saved search of a name or an id.
    pub fn find_search(&self, name: &str) -> Result<SavedSearch> {
        let sql = "SELECT id, name, query FROM saved_search WHERE name = ?1 OR id = ?1";
        let row = self.conn.prepare_cached(sql)?.query_row([name.trim()], read).optional()?;
        of_row(row.ok_or_else(|| Error::not_found("saved search", name))?)
    }

    /// Keeps a search under a name that no other has.
    pub fn save_search(&mut self, act: &Act, search: &SavedSearch) -> Result<()> {
        let tx = self.begin()?;
        let search = SavedSearch { name: given(&search.name, "search name")?, ..search.clone() };
        check_name(&tx, &search)?;
        check_query(&tx, &search.query)?;
        insert(&tx, &search)?;
        let detail = json!({ "name": search.name, "query": search.query });
        journal::append(&tx, act, "search.saved", search.id, detail)?;
        tx.commit()?;
        Ok(())
    }

    /// Gives a saved search another name or another question. One that a hold in force is on keeps its question.
    pub fn change_search(&mut self, act: &Act, search: &SavedSearch) -> Result<()> {
        let tx = self.begin()?;
        let search = SavedSearch { name: given(&search.name, "search name")?, ..search.clone() };
        let before = get(&tx, search.id)?;
        if before == search {
            return Ok(());
        }
        check_name(&tx, &search)?;
        if before.query != search.query {
            check_search_free(&tx, search.id)?;
            check_query(&tx, &search.query)?;
        }
        tx.execute(
            "UPDATE saved_search SET name = ?2, query = ?3 WHERE id = ?1",
            params![search.id, search.name, written(&search.query)?],
        )?;
        let state = |search: &SavedSearch| json!({ "name": search.name, "query": search.query });
        let detail = json!({ "before": state(&before), "after": state(&search) });
        journal::append(&tx, act, "search.changed", search.id, detail)?;
        tx.commit()?;
        Ok(())
    }

    /// Forgets a saved search that no hold in force is on.
    pub fn remove_search(&mut self, act: &Act, id: Id) -> Result<()> {
        let tx = self.begin()?;
        let search = get(&tx, id)?;
        check_search_free(&tx, id)?;
        tx.execute("DELETE FROM saved_search WHERE id = ?1", [id])?;
        let detail = json!({ "name": search.name, "query": search.query });
        journal::append(&tx, act, "search.removed", id, detail)?;
        tx.commit()?;
        Ok(())
    }
}

impl Query {
    /// Whether nothing is asked: such a query would find everything.
    fn is_empty(&self) -> bool {
        let nothing = Query { words: self.words.clone(), revisions: self.revisions, ..Query::default() };
        *self == nothing && Words::of(&self.words).is_empty()
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<(Id, String, String)> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?))
}

fn of_row((id, name, query): (Id, String, String)) -> Result<SavedSearch> {
    Ok(SavedSearch { id, name, query: from_json(&query)? })
}

pub(crate) fn get(conn: &Connection, id: Id) -> Result<SavedSearch> {
    let sql = "SELECT id, name, query FROM saved_search WHERE id = ?1";
    let row = conn.prepare_cached(sql)?.query_row([id], read).optional()?;
    of_row(row.ok_or_else(|| Error::not_found("saved search", id))?)
}

/// Writes a saved search as it is.
pub(crate) fn insert(tx: &Transaction<'_>, search: &SavedSearch) -> Result<()> {
    tx.execute(
        "INSERT INTO saved_search (id, name, query) VALUES (?1, ?2, ?3)",
        params![search.id, search.name, written(&search.query)?],
    )?;
    Ok(())
}

fn written(query: &Query) -> Result<String> {
    serde_json_canonicalizer::to_string(query).map_err(|e| Error::damaged(e.to_string()))
}

fn check_name(tx: &Transaction<'_>, search: &SavedSearch) -> Result<()> {
    let sql = "SELECT 1 FROM saved_search WHERE name = ?1 AND id <> ?2";
    if tx.prepare_cached(sql)?.exists(params![search.name, search.id])? {
        return Err(Refusal::SearchExists(search.name.clone()).into());
    }
    Ok(())
}

fn check_query(tx: &Transaction<'_>, query: &Query) -> Result<()> {
    if query.is_empty() {
        return Err(Refusal::SearchForNothing.into());
    }
    query.category.map_or(Ok(()), |category| categories::get(tx, category).map(drop))
}
