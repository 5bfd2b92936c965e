//! Holds: what they are on may not be destroyed until they are released.
//!
//! A hold on a category covers what is filed there and below, now and later; one on a saved search what that finds, now and
//! later, in the trash too. What leaves the category, or is found no more, stays under the hold, by name. A released hold stays in the library with the reason of its release.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params, params_from_iter};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::rules::given;
use crate::{
    Act, Actor, Error, Id, Library, Query, Refusal, Result, Timestamp, categories, from_json, journal, posts,
    search,
};

/// What a hold is on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "kind", content = "id")]
pub enum Target {
    /// A pair, or the lone post in it.
    Pair(Id),
    /// Whatever is filed under a category or below it.
    Category(Id),
    /// Whatever a saved search finds.
    Search(Id),
}

/// The end of a hold.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Release {
    /// Why.
    pub reason: String,
    /// Who released it.
    pub actor: Actor,
    /// When.
    pub at: Timestamp,
}

/// A hold.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hold {
    /// Its id.
    pub id: Id,
    /// Its name, such as the number of the request; no two holds have the same, released ones included.
    pub name: String,
    /// Why.
    pub reason: String,
    /// By whose authority.
    pub authority: String,
    /// Who placed it.
    pub actor: Actor,
    /// When.
    pub at: Timestamp,
    /// What it is on, in order.
    pub targets: Vec<Target>,
    /// Its end; none while it is in force.
    pub released: Option<Release>,
}

impl Target {
    fn parts(self) -> (&'static str, Id) {
        match self {
            Target::Pair(id) => ("pair", id),
            Target::Category(id) => ("category", id),
            Target::Search(id) => ("search", id),
        }
    }
}

impl Library {
    /// Every hold, by id, released ones too.
    pub fn holds(&self) -> Result<Vec<Hold>> {
        let mut targets = targets(&self.conn)?;
        let mut statement = self.conn.prepare_cached("SELECT * FROM hold ORDER BY id")?;
        let mut holds = statement.query_map([], read)?.collect::<rusqlite::Result<Vec<_>>>()?;
        for hold in &mut holds {
            hold.targets = targets.remove(&hold.id).unwrap_or_default();
        }
        Ok(holds)
    }

    /// The hold of an id or a name.
    pub fn find_hold(&self, name: &str) -> Result<Hold> {
        let found =
            self.holds()?.into_iter().find(|hold| hold.name == name.trim() || hold.id.to_string() == name);
        found.ok_or_else(|| Error::not_found("hold", name))
    }

    /// Places a hold on at least one thing.
    pub fn place_hold(&mut self, act: &Act, hold: &Hold) -> Result<()> {
        let hold = Hold {
            name: given(&hold.name, "name")?,
            reason: given(&hold.reason, "reason")?,
            authority: given(&hold.authority, "authority")?,
            actor: act.actor.clone(),
            at: act.now,
            released: None,
            ..hold.clone()
        };
        let tx = self.begin()?;
        if tx.prepare_cached("SELECT 1 FROM hold WHERE name = ?1")?.exists([&hold.name])? {
            return Err(Refusal::HoldExists(hold.name).into());
        }
        if hold.targets.is_empty() {
            return Err(Refusal::HoldOnNothing.into());
        }
        for target in &hold.targets {
            check_target(&tx, *target)?;
        }
        insert(&tx, &hold)?;
        let detail = json!({
            "name": hold.name, "reason": hold.reason, "authority": hold.authority,
            "on": hold.targets.iter().collect::<BTreeSet<_>>(),
        });
        journal::append(&tx, act, "hold.placed", hold.id, detail)?;
        tx.commit()?;
        Ok(())
    }

    /// Puts more under a hold that is in force.
    pub fn extend_hold(&mut self, act: &Act, id: Id, more: &[Target]) -> Result<()> {
        let tx = self.begin()?;
        in_force(&tx, id)?;
        for target in more {
            check_target(&tx, *target)?;
        }
        extend(&tx, act, id, more)?;
        tx.commit()?;
        Ok(())
    }

    /// Ends a hold. It stays in the library, and its name is not given again.
    pub fn release_hold(&mut self, act: &Act, id: Id, reason: &str) -> Result<()> {
        let reason = given(reason, "reason")?;
        let tx = self.begin()?;
        let name = in_force(&tx, id)?;
        tx.execute(
            "UPDATE hold SET release_reason = ?2, release_name = ?3, release_email = ?4, released_at = ?5 WHERE id = ?1",
            params![id, reason, act.actor.name, act.actor.email, act.now],
        )?;
        journal::append(&tx, act, "hold.released", id, json!({ "name": name, "reason": reason }))?;
        tx.commit()?;
        Ok(())
    }

    /// Which holds in force each pair is under: `(hold, pair)`.
    pub fn held_pairs(&self) -> Result<BTreeSet<(Id, Id)>> {
        held_pairs(&self.conn, None)
    }

    /// The holds in force that a pair is under.
    pub fn holds_on(&self, pair: Id) -> Result<Vec<Hold>> {
        let on: BTreeSet<Id> =
            held_pairs(&self.conn, Some(pair))?.into_iter().map(|(hold, _)| hold).collect();
        Ok(if on.is_empty() {
            vec![]
        } else {
            self.holds()?.into_iter().filter(|hold| on.contains(&hold.id)).collect()
        })
    }
}

/// SQL that makes `held (hold, pair)`: which holds in force are on which pairs.
const HELD: &str = "WITH RECURSIVE force (hold, kind, id) AS (
    SELECT hold, kind, hold_target.id FROM hold_target JOIN hold ON hold.id = hold_target.hold
    WHERE released_at IS NULL
  ), under (hold, category) AS (
    SELECT hold, id FROM force WHERE kind = 'category'
    UNION SELECT under.hold, category.id FROM category JOIN under ON category.parent = under.category
  ), held (hold, pair) AS (
    SELECT hold, id FROM force WHERE kind = 'pair'
    UNION SELECT under.hold, filing.pair FROM under JOIN filing ON filing.category = under.category
  )";

/// SQL that says whether the row of `post` is under a hold in force.
pub(crate) const IS_HELD: &str = "EXISTS (SELECT 1 FROM hold_target JOIN hold ON hold.id = hold_target.hold
      WHERE kind = 'pair' AND hold_target.id = post.pair AND released_at IS NULL)
    OR EXISTS (SELECT 1 FROM filing WHERE filing.pair = post.pair AND +filing.category IN (
      WITH RECURSIVE under(id) AS (
        SELECT hold_target.id FROM hold_target JOIN hold ON hold.id = hold_target.hold
        WHERE kind = 'category' AND released_at IS NULL
        UNION SELECT category.id FROM category JOIN under ON category.parent = under.id)
      SELECT id FROM under))";

/// Which holds in force are on which pairs, of all or of one.
pub(crate) fn held_pairs(conn: &Connection, only: Option<Id>) -> Result<BTreeSet<(Id, Id)>> {
    let narrow = if only.is_some() { "WHERE pair = ?1" } else { "" };
    let mut statement = conn.prepare_cached(&format!("{HELD} SELECT hold, pair FROM held {narrow}"))?;
    let rows = statement.query_map(params_from_iter(only), |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut held: BTreeSet<(Id, Id)> = rows.collect::<rusqlite::Result<_>>()?;
    for (hold, _, query) in searches_in_force(conn)? {
        held.extend(search::pairs_found(conn, &query, only)?.into_iter().map(|pair| (hold, pair)));
    }
    Ok(held)
}

/// The pairs that holds in force are on by what saved searches find.
pub(crate) fn held_by_searches(conn: &Connection) -> Result<BTreeSet<Id>> {
    let mut held = BTreeSet::new();
    for (_, _, query) in searches_in_force(conn)? {
        held.append(&mut search::pairs_found(conn, &query, None)?);
    }
    Ok(held)
}

/// A hold on a search for words that a PDF of the pair, which nobody has read yet, may have.
pub(super) fn unread(conn: &Connection, pair: Id) -> Result<Option<Id>> {
    for (hold, _, query) in searches_in_force(conn)? {
        let asks = !query.words.trim().is_empty() && query.pdf != Some(false);
        if asks && search::has_unread_pdf(conn, &query, pair)? {
            return Ok(Some(hold));
        }
    }
    Ok(None)
}

/// Makes a change to the text or the state of a post. Where a hold in force was on it by what a saved search found, and
/// the search finds it no more, it stays under the hold, by name.
pub(crate) fn keep_found<T>(
    tx: &Transaction<'_>,
    act: &Act,
    post: Id,
    change: impl FnOnce(&Transaction<'_>) -> Result<T>,
) -> Result<T> {
    let searches = searches_in_force(tx)?;
    if searches.is_empty() {
        return change(tx);
    }
    let pair = posts::get(tx, post)?.pair;
    let mut found = Vec::new();
    for (hold, _, query) in searches {
        if search::pairs_found(tx, &query, Some(pair))?.contains(&pair) {
            found.push((hold, query));
        }
    }
    let done = change(tx)?;
    for (hold, query) in found {
        if !search::pairs_found(tx, &query, Some(pair))?.contains(&pair) {
            extend(tx, act, hold, &[Target::Pair(pair)])?;
        }
    }
    Ok(done)
}

/// The holds in force that are on saved searches, with the search and what it asks.
fn searches_in_force(conn: &Connection) -> Result<Vec<(Id, Id, Query)>> {
    let sql = "SELECT hold, saved_search.id, query FROM hold_target JOIN hold ON hold.id = hold_target.hold
        JOIN saved_search ON saved_search.id = hold_target.id WHERE kind = 'search' AND released_at IS NULL";
    let mut statement = conn.prepare_cached(sql)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, String>(2)?)))?;
    let rows: Vec<(Id, Id, String)> = rows.collect::<rusqlite::Result<_>>()?;
    rows.into_iter().map(|(hold, search, query)| Ok((hold, search, from_json(&query)?))).collect()
}

/// After a change of the filing: what was under a hold before stays under it, by name where it has to be.
pub(crate) fn keep_held(tx: &Transaction<'_>, act: &Act, before: &BTreeSet<(Id, Id)>) -> Result<()> {
    if before.is_empty() {
        return Ok(());
    }
    let after = held_pairs(tx, None)?;
    let mut lost: BTreeMap<Id, Vec<Target>> = BTreeMap::new();
    for (hold, pair) in before.difference(&after) {
        lost.entry(*hold).or_default().push(Target::Pair(*pair));
    }
    for (hold, pairs) in lost {
        extend(tx, act, hold, &pairs)?;
    }
    Ok(())
}

/// What a pair is under, given to the one that takes its post in; before the pair is removed.
pub(crate) fn carry(tx: &Transaction<'_>, from: Id, to: Id) -> Result<BTreeSet<(Id, Id)>> {
    let mut held = held_pairs(tx, Some(from))?;
    held.append(&mut held_pairs(tx, Some(to))?);
    tx.execute(
        "DELETE FROM hold_target WHERE kind = 'pair' AND id = ?1
           AND hold IN (SELECT id FROM hold WHERE released_at IS NULL)",
        [from],
    )?;
    Ok(held.into_iter().map(|(hold, _)| (hold, to)).collect())
}

/// Refuses to take away a category that a hold in force is on: what is filed there later would escape it.
pub(crate) fn check_category_free(conn: &Connection, category: Id) -> Result<()> {
    let mut statement = conn.prepare_cached(
        "SELECT name FROM hold JOIN hold_target ON hold.id = hold_target.hold
         WHERE released_at IS NULL AND kind = 'category' AND hold_target.id = ?1 ORDER BY name LIMIT 1",
    )?;
    if let Some(hold) = statement.query_row([category], |row| row.get(0)).optional()? {
        return Err(Refusal::CategoryHeld(hold).into());
    }
    match searches_in_force(conn)?.into_iter().find(|(_, _, query)| query.category == Some(category)) {
        Some((hold, _, _)) => Err(Refusal::CategoryHeld(name_of(conn, hold)?).into()),
        None => Ok(()),
    }
}

/// Refuses to change what a saved search asks, or to forget it, while a hold in force is on it.
pub(crate) fn check_search_free(conn: &Connection, search: Id) -> Result<()> {
    match searches_in_force(conn)?.into_iter().find(|(_, id, _)| *id == search) {
        Some((hold, _, _)) => Err(Refusal::SearchHeld(name_of(conn, hold)?).into()),
        None => Ok(()),
    }
}

pub(super) fn name_of(conn: &Connection, hold: Id) -> Result<String> {
    Ok(conn.query_row("SELECT name FROM hold WHERE id = ?1", [hold], |row| row.get(0))?)
}

fn extend(tx: &Transaction<'_>, act: &Act, hold: Id, more: &[Target]) -> Result<()> {
    let mut added = BTreeSet::new();
    for target in more {
        if insert_target(tx, hold, *target)? {
            added.insert(*target);
        }
    }
    if added.is_empty() {
        Ok(())
    } else {
        journal::append(tx, act, "hold.extended", hold, json!({ "on": added }))
    }
}

fn in_force(tx: &Transaction<'_>, id: Id) -> Result<String> {
    let found: Option<(String, bool)> = tx
        .prepare_cached("SELECT name, released_at IS NOT NULL FROM hold WHERE id = ?1")?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    match found {
        None => Err(Error::not_found("hold", id)),
        Some((name, true)) => Err(Refusal::HoldReleased(name).into()),
        Some((name, false)) => Ok(name),
    }
}

fn check_target(tx: &Transaction<'_>, target: Target) -> Result<()> {
    match target {
        Target::Category(id) => categories::get(tx, id).map(|_| ()),
        Target::Pair(id) if tx.prepare_cached("SELECT 1 FROM pair WHERE id = ?1")?.exists([id])? => Ok(()),
        Target::Pair(id) => Err(Error::not_found("pair", id)),
        Target::Search(id) => {
            let query = search::get_saved(tx, id)?.query;
            // What it finds has to be found again at once, whenever something is to be destroyed.
            if query.revisions || query.held.is_some() {
                return Err(Refusal::SearchNotForHolds.into());
            }
            Ok(())
        }
    }
}

/// Writes a hold as it is.
pub(super) fn insert(tx: &Transaction<'_>, hold: &Hold) -> Result<()> {
    let released = hold.released.as_ref();
    tx.execute(
        "INSERT INTO hold (id, name, reason, authority, actor_name, actor_email, at,
           release_reason, release_name, release_email, released_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        params![
            hold.id,
            hold.name,
            hold.reason,
            hold.authority,
            hold.actor.name,
            hold.actor.email,
            hold.at,
            released.map(|r| &r.reason),
            released.map(|r| &r.actor.name),
            released.map(|r| &r.actor.email),
            released.map(|r| r.at)
        ],
    )?;
    for target in &hold.targets {
        insert_target(tx, hold.id, *target)?;
    }
    Ok(())
}

fn insert_target(tx: &Transaction<'_>, hold: Id, target: Target) -> Result<bool> {
    let (kind, id) = target.parts();
    let written = tx.execute(
        "INSERT OR IGNORE INTO hold_target (hold, kind, id) VALUES (?1, ?2, ?3)",
        params![hold, kind, id],
    )?;
    Ok(written == 1)
}

fn targets(conn: &Connection) -> Result<BTreeMap<Id, Vec<Target>>> {
    let mut statement = conn.prepare_cached("SELECT hold, kind, id FROM hold_target")?;
    let mut rows = statement.query([])?;
    let mut targets: BTreeMap<Id, Vec<Target>> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let id = row.get(2)?;
        let target = match row.get_ref(1)?.as_str() {
            Ok("pair") => Target::Pair(id),
            Ok("category") => Target::Category(id),
            _ => Target::Search(id),
        };
        targets.entry(row.get(0)?).or_default().push(target);
    }
    targets.values_mut().for_each(|list| list.sort_unstable());
    Ok(targets)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Hold> {
    let released_at: Option<Timestamp> = row.get("released_at")?;
    let released = match released_at {
        None => None,
        Some(at) => Some(Release {
            reason: row.get("release_reason")?,
            actor: Actor { name: row.get("release_name")?, email: row.get("release_email")? },
            at,
        }),
    };
    Ok(Hold {
        id: row.get("id")?,
        name: row.get("name")?,
        reason: row.get("reason")?,
        authority: row.get("authority")?,
        actor: Actor { name: row.get("actor_name")?, email: row.get("actor_email")? },
        at: row.get("at")?,
        targets: vec![],
        released,
    })
}
