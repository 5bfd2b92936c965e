//! Language pairs: filing is the pair's, or the lone post's, which is a pair of one.

use rusqlite::{Transaction, params};
use serde_json::json;

use crate::{Act, Error, Id, Library, Refusal, Result, journal, retention};

impl Library {
    /// Makes two posts of different languages a pair. The pair is filed where either was.
    pub fn link_pair(&mut self, act: &Act, post: Id, counterpart: Id) -> Result<()> {
        let tx = self.begin()?;
        let (one, other) = (crate::posts::get(&tx, post)?, crate::posts::get(&tx, counterpart)?);
        if one.pair == other.pair && post != counterpart {
            return Ok(());
        }
        if one.language == other.language {
            return Err(Refusal::SameLanguage.into());
        }
        if members(&tx, one.pair)? > 1 || members(&tx, other.pair)? > 1 {
            return Err(Refusal::LanguageTaken.into());
        }
        let held = retention::carry_holds(&tx, one.pair, other.pair)?;
        retention::carry_override(&tx, one.pair, other.pair)?;
        tx.execute(
            "INSERT OR IGNORE INTO filing (pair, category) SELECT ?1, category FROM filing WHERE pair = ?2",
            params![other.pair, one.pair],
        )?;
        tx.execute("DELETE FROM filing WHERE pair = ?1", [one.pair])?;
        tx.execute("UPDATE post SET pair = ?1 WHERE id = ?2", params![other.pair, post])?;
        tx.execute("DELETE FROM pair WHERE id = ?1", [one.pair])?;
        journal::append(
            &tx,
            act,
            "pair.linked",
            other.pair,
            json!({ "posts": [counterpart, post], "pair_before": one.pair, "filed": filing(&tx, other.pair)? }),
        )?;
        retention::keep_held(&tx, act, &held)?;
        tx.commit()?;
        Ok(())
    }

    /// Files a pair under exactly these categories.
    pub fn file_under(&mut self, act: &Act, pair: Id, categories: &[Id]) -> Result<()> {
        let tx = self.begin()?;
        if !tx.query_row("SELECT EXISTS (SELECT 1 FROM pair WHERE id = ?1)", [pair], |row| row.get(0))? {
            return Err(Error::not_found("pair", pair));
        }
        let held = retention::held_pairs(&tx, Some(pair))?;
        file(&tx, act, pair, categories)?;
        retention::keep_held(&tx, act, &held)?;
        tx.commit()?;
        Ok(())
    }

    /// The categories that a pair is filed under, by id.
    pub fn filing(&self, pair: Id) -> Result<Vec<Id>> {
        filing(&self.conn, pair)
    }

    /// Every pair, by id.
    pub fn pairs(&self) -> Result<Vec<Id>> {
        let mut statement = self.conn.prepare_cached("SELECT id FROM pair ORDER BY id")?;
        Ok(statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
    }

    /// The other post of a post's pair.
    pub fn counterpart(&self, post: Id) -> Result<Option<crate::Post>> {
        let own = self.post(post)?;
        Ok(self.posts_of_pair(own.pair)?.into_iter().find(|other| other.id != post))
    }
}

pub(crate) fn filing(conn: &rusqlite::Connection, pair: Id) -> Result<Vec<Id>> {
    let mut statement =
        conn.prepare_cached("SELECT category FROM filing WHERE pair = ?1 ORDER BY category")?;
    Ok(statement.query_map([pair], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
}

fn members(tx: &Transaction<'_>, pair: Id) -> Result<u32> {
    tx.query_row("SELECT count(*) FROM post WHERE pair = ?1", [pair], |row| row.get(0)).map_err(Error::from)
}

/// Files a pair under exactly these categories; nothing is journalled where it is so already.
pub(crate) fn file(tx: &Transaction<'_>, act: &Act, pair: Id, categories: &[Id]) -> Result<()> {
    let mut before = filing(tx, pair)?;
    let mut after = categories.to_vec();
    after.sort_unstable();
    after.dedup();
    before.sort_unstable();
    if before == after {
        return Ok(());
    }
    tx.execute("DELETE FROM filing WHERE pair = ?1", [pair])?;
    for category in &after {
        crate::categories::get(tx, *category)?;
        tx.execute("INSERT INTO filing (pair, category) VALUES (?1, ?2)", params![pair, category])?;
    }
    journal::append(tx, act, "pair.filed", pair, json!({ "before": before, "after": after }))
}
