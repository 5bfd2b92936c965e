//! Which rule a pair is under, since when, and until when.
//!
//! A pair's own rule comes first. Else each of its categories gives the rule of the nearest category upwards that has
//! one, and of these the longest holds: keeping too long can be put right, destroying too early cannot. A period that
//! has not begun is the longest of all.

use std::cmp::Ordering;
use std::collections::HashMap;

use jiff::civil::Date;
use rusqlite::{Connection, params_from_iter};

use super::{Moments, Override, Rule, Running, rules, running};
use crate::{Id, Library, Result, Timestamp};

/// Where a pair has its rule from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RuleFrom {
    /// From this category, which the pair is filed under or below.
    Category(Id),
    /// It was given to the pair.
    Own(Override),
}

/// How long a pair is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Kept {
    /// Which pair.
    pub pair: Id,
    /// Its rule, and where it has it from; none where nothing says how long it is kept.
    pub rule: Option<(Rule, RuleFrom)>,
    /// The period, where it has begun.
    pub running: Option<Running>,
}

impl Kept {
    /// The last day on which it is kept, where the period has begun.
    pub fn until(&self) -> Option<Date> {
        self.running.map(|running| running.until)
    }
}

impl Library {
    /// How long a pair is kept.
    pub fn kept(&self, pair: Id) -> Result<Kept> {
        Ok(kept(&self.conn, Some(pair))?.pop().unwrap_or(Kept { pair, rule: None, running: None }))
    }

    /// How long every pair is kept, by pair.
    pub fn kept_all(&self) -> Result<Vec<Kept>> {
        kept(&self.conn, None)
    }
}

pub(super) fn kept(conn: &Connection, only: Option<Id>) -> Result<Vec<Kept>> {
    let tree = Tree::load(conn)?;
    let mut own: HashMap<Id, Override> = match only {
        Some(pair) => rules::own(conn, pair)?.map(|own| (pair, own)).into_iter().collect(),
        None => all_own(conn)?,
    };
    let filed = filed(conn, only)?;
    let moments = moments(conn, only)?;
    let none = Vec::new();
    let kept = moments.into_iter().map(|(pair, moments)| {
        let candidates: Vec<(Rule, RuleFrom)> = match own.remove(&pair) {
            Some(own) => tree.rule(own.rule).map(|rule| (rule, RuleFrom::Own(own))).into_iter().collect(),
            None => filed
                .get(&pair)
                .unwrap_or(&none)
                .iter()
                .filter_map(|category| tree.nearest(*category))
                .collect(),
        };
        let begun = candidates.into_iter().map(|(rule, from)| {
            let running = running(rule.trigger, rule.year_end, &rule.period, &moments);
            (rule, from, running)
        });
        match begun.max_by(longer) {
            Some((rule, from, running)) => Kept { pair, rule: Some((rule, from)), running },
            None => Kept { pair, rule: None, running: None },
        }
    });
    Ok(kept.collect())
}

type Begun = (Rule, RuleFrom, Option<Running>);

/// The longer of two, the earlier number where they are alike.
fn longer(a: &Begun, b: &Begun) -> Ordering {
    let end = |begun: &Begun| begun.2.map_or(Date::MAX, |running| running.until);
    let stands = |begun: &Begun| begun.2.is_none();
    stands(a).cmp(&stands(b)).then(end(a).cmp(&end(b))).then(b.0.number.cmp(&a.0.number))
}

/// The categories with their rules.
struct Tree {
    parents: HashMap<Id, Option<Id>>,
    bound: HashMap<Id, Id>,
    rules: HashMap<Id, Rule>,
}

impl Tree {
    fn load(conn: &Connection) -> Result<Self> {
        let mut statement = conn.prepare_cached("SELECT category, rule FROM category_rule")?;
        let bound: HashMap<Id, Id> = statement
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        let mut parents = HashMap::new();
        if !bound.is_empty() {
            let mut statement = conn.prepare_cached("SELECT id, parent FROM category")?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            parents = rows.collect::<rusqlite::Result<_>>()?;
        }
        let mut statement = conn.prepare_cached("SELECT * FROM retention_rule")?;
        let rows = statement.query_map([], rules::read)?.collect::<rusqlite::Result<Vec<_>>>()?;
        Ok(Tree { parents, bound, rules: rows.into_iter().map(|rule| (rule.id, rule)).collect() })
    }

    fn rule(&self, id: Id) -> Option<Rule> {
        self.rules.get(&id).cloned()
    }

    /// The rule of the nearest category upwards that has one.
    fn nearest(&self, category: Id) -> Option<(Rule, RuleFrom)> {
        let mut at = Some(category);
        // A damaged tree may go round: no way up is longer than the tree is large.
        for _ in 0..=self.parents.len() {
            let here = at?;
            if let Some(rule) = self.bound.get(&here) {
                return Some((self.rule(*rule)?, RuleFrom::Category(here)));
            }
            at = self.parents.get(&here).copied().flatten();
        }
        None
    }
}

fn all_own(conn: &Connection) -> Result<HashMap<Id, Override>> {
    let mut statement = conn.prepare_cached("SELECT * FROM pair_rule")?;
    let rows = statement.query_map([], rules::read_override)?.collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(rows.into_iter().map(|own| (own.pair, own)).collect())
}

fn filed(conn: &Connection, only: Option<Id>) -> Result<HashMap<Id, Vec<Id>>> {
    let narrow = if only.is_some() { "WHERE pair = ?1" } else { "" };
    let mut statement = conn.prepare_cached(&format!("SELECT pair, category FROM filing {narrow}"))?;
    let mut rows = statement.query(params_from_iter(only))?;
    let mut filed: HashMap<Id, Vec<Id>> = HashMap::new();
    while let Some(row) = rows.next()? {
        filed.entry(row.get(0)?).or_default().push(row.get(1)?);
    }
    Ok(filed)
}

/// By pair. A post that another one of the pair outlives does not shorten what the pair has been through.
fn moments(conn: &Connection, only: Option<Id>) -> Result<Vec<(Id, Moments)>> {
    let narrow = if only.is_some() { "AND post.pair = ?1" } else { "" };
    // The index of the journal is found by these words alone.
    let indexed = "journal.action IN ('post.published','post.withdrawn','post.purged')";
    let published = latest(
        conn,
        &format!(
            "SELECT pair, max(first) FROM (
               SELECT post.pair AS pair, min(journal.at) AS first FROM post JOIN journal ON journal.subject = post.id
               WHERE {indexed} AND journal.action = 'post.published' {narrow} GROUP BY post.id
             ) GROUP BY pair"
        ),
        only,
    )?;
    let withdrawn = latest(
        conn,
        &format!(
            "SELECT post.pair, max(journal.at) FROM post JOIN journal ON journal.subject = post.id
             WHERE {indexed} AND journal.action = 'post.withdrawn' {narrow} AND post.pair NOT IN
               (SELECT out.pair FROM publication JOIN post AS out ON out.id = publication.post)
             GROUP BY post.pair"
        ),
        only,
    )?;
    let mut statement = conn.prepare_cached(&format!(
        "SELECT pair, max(created_at), max(updated_at) FROM post WHERE true {narrow} GROUP BY pair ORDER BY pair"
    ))?;
    let rows = statement.query_map(params_from_iter(only), |row| {
        let pair = row.get(0)?;
        let moments = Moments {
            created: row.get(1)?,
            revised: row.get(2)?,
            published: published.get(&pair).copied(),
            withdrawn: withdrawn.get(&pair).copied(),
        };
        Ok((pair, moments))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn latest(conn: &Connection, sql: &str, only: Option<Id>) -> Result<HashMap<Id, Timestamp>> {
    let mut statement = conn.prepare_cached(sql)?;
    let rows = statement.query_map(params_from_iter(only), |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
