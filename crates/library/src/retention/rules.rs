//! Retention rules, the categories that have them, and the posts that have another one.

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Period;
use crate::content::stored_as_word;
use crate::{Act, Actor, Error, Id, Library, Refusal, Result, Timestamp, categories, journal};

/// What begins a retention period.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Trigger {
    /// The post was made.
    Created,
    /// Its text last changed.
    Revised,
    /// It first was on a blog.
    Published,
    /// It was taken off its last blog.
    Withdrawn,
}

/// What is to be done when the period is over.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// The record is destroyed.
    Destroy,
    /// It goes to an archive.
    Transfer,
    /// Somebody decides.
    Review,
}

stored_as_word! {
    Trigger { Created = "created", Revised = "revised", Published = "published", Withdrawn = "withdrawn" }
    Action { Destroy = "destroy", Transfer = "transfer", Review = "review" }
}

/// How long records of a kind are kept, and by whose authority they go.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rule {
    /// Its id.
    pub id: Id,
    /// The disposition authority's number, as written in it; no two rules have the same.
    pub number: String,
    /// What it is about, in English.
    pub title_en: String,
    /// What it is about, in French.
    pub title_fr: String,
    /// What begins the period.
    pub trigger: Trigger,
    /// Whether the period counts from the end of the calendar year of the trigger.
    pub year_end: bool,
    /// How long.
    pub period: Period,
    /// What then.
    pub action: Action,
}

/// A rule that a pair has instead of its categories'.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Override {
    /// Which pair.
    pub pair: Id,
    /// Which rule.
    pub rule: Id,
    /// Why.
    pub reason: String,
    /// Who said so.
    pub actor: Actor,
    /// When.
    pub at: Timestamp,
}

impl Rule {
    fn to_json(&self) -> serde_json::Value {
        json!({
            "number": self.number, "title_en": self.title_en, "title_fr": self.title_fr, "trigger": self.trigger,
            "year_end": self.year_end, "period": self.period.to_string(), "action": self.action,
        })
    }
}

impl Library {
    /// Every rule, by id.
    pub fn rules(&self) -> Result<Vec<Rule>> {
        let mut statement = self.conn.prepare_cached("SELECT * FROM retention_rule ORDER BY id")?;
        Ok(statement.query_map([], read)?.collect::<rusqlite::Result<_>>()?)
    }

    /// The rule of an id or of a disposition authority's number.
    pub fn find_rule(&self, name: &str) -> Result<Rule> {
        let mut statement =
            self.conn.prepare_cached("SELECT * FROM retention_rule WHERE number = ?1 OR id = ?1")?;
        statement.query_row([name.trim()], read).optional()?.ok_or_else(|| Error::not_found("rule", name))
    }

    /// Adds a rule.
    pub fn add_rule(&mut self, act: &Act, rule: &Rule) -> Result<()> {
        let tx = self.begin()?;
        let rule = checked(&tx, rule)?;
        insert_rule(&tx, &rule)?;
        journal::append(&tx, act, "retention.rule_added", rule.id, rule.to_json())?;
        tx.commit()?;
        Ok(())
    }

    /// Changes a rule, and with it what is due for all that is under it.
    pub fn change_rule(&mut self, act: &Act, rule: &Rule) -> Result<()> {
        let tx = self.begin()?;
        let before = get(&tx, rule.id)?;
        let after = checked(&tx, rule)?;
        if before == after {
            return Ok(());
        }
        tx.execute(
            "UPDATE retention_rule SET number = ?2, title_en = ?3, title_fr = ?4, trigger = ?5, year_end = ?6,
               period = ?7, action = ?8 WHERE id = ?1",
            params![
                after.id, after.number, after.title_en, after.title_fr, after.trigger, after.year_end,
                after.period.to_string(), after.action
            ],
        )?;
        let detail = json!({ "before": before.to_json(), "after": after.to_json() });
        journal::append(&tx, act, "retention.rule_changed", after.id, detail)?;
        tx.commit()?;
        Ok(())
    }

    /// Removes a rule that no category and no post has.
    pub fn remove_rule(&mut self, act: &Act, id: Id) -> Result<()> {
        let tx = self.begin()?;
        let rule = get(&tx, id)?;
        let in_use: bool = tx.query_row(
            "SELECT EXISTS (SELECT 1 FROM category_rule WHERE rule = ?1) OR EXISTS (SELECT 1 FROM pair_rule WHERE rule = ?1)",
            [id],
            |row| row.get(0),
        )?;
        if in_use {
            return Err(Refusal::RuleInUse(rule.number).into());
        }
        tx.execute("DELETE FROM retention_rule WHERE id = ?1", [id])?;
        journal::append(&tx, act, "retention.rule_removed", id, rule.to_json())?;
        tx.commit()?;
        Ok(())
    }

    /// Gives a category a rule, or takes it away: then it has that of the category above.
    pub fn bind_rule(&mut self, act: &Act, category: Id, rule: Option<Id>) -> Result<()> {
        let tx = self.begin()?;
        categories::get(&tx, category)?;
        let before = bound(&tx, category)?;
        if before == rule {
            return Ok(());
        }
        set_bound(&tx, category, rule)?;
        let detail = json!({ "category": category, "before": before, "after": rule });
        journal::append(&tx, act, "retention.category_assigned", category, detail)?;
        tx.commit()?;
        Ok(())
    }

    /// Which categories have which rule, by category.
    pub fn bindings(&self) -> Result<Vec<(Id, Id)>> {
        let mut statement =
            self.conn.prepare_cached("SELECT category, rule FROM category_rule ORDER BY category")?;
        Ok(statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?)
    }

    /// Gives a pair a rule of its own, or takes it away: then it has those of its categories. The reason is not blank.
    pub fn assign_rule(&mut self, act: &Act, pair: Id, rule: Option<Id>, reason: &str) -> Result<()> {
        let reason = given(reason, "reason")?;
        let tx = self.begin()?;
        if !tx.prepare_cached("SELECT 1 FROM pair WHERE id = ?1")?.exists([pair])? {
            return Err(Error::not_found("pair", pair));
        }
        let before = own(&tx, pair)?;
        tx.execute("DELETE FROM pair_rule WHERE pair = ?1", [pair])?;
        if let Some(rule) = rule {
            get(&tx, rule)?;
            let made = Override { pair, rule, reason: reason.clone(), actor: act.actor.clone(), at: act.now };
            insert_override(&tx, &made)?;
        }
        let detail = json!({ "before": before.map(|o| o.rule), "after": rule, "reason": reason });
        journal::append(&tx, act, "retention.post_assigned", pair, detail)?;
        tx.commit()?;
        Ok(())
    }

    /// Every pair with a rule of its own, by pair.
    pub fn overrides(&self) -> Result<Vec<Override>> {
        let mut statement = self.conn.prepare_cached("SELECT * FROM pair_rule ORDER BY pair")?;
        Ok(statement.query_map([], read_override)?.collect::<rusqlite::Result<_>>()?)
    }
}

pub(super) fn get(conn: &Connection, id: Id) -> Result<Rule> {
    conn.prepare_cached("SELECT * FROM retention_rule WHERE id = ?1")?
        .query_row([id], read)
        .optional()?
        .ok_or_else(|| Error::not_found("rule", id))
}

/// A text that has to be there, trimmed.
pub(crate) fn given(text: &str, what: &'static str) -> Result<String> {
    let text = text.trim();
    if text.is_empty() || text.chars().any(|c| c.is_control() && c != '\n') {
        return Err(Refusal::Blank(what).into());
    }
    Ok(text.to_owned())
}

fn checked(tx: &Transaction<'_>, rule: &Rule) -> Result<Rule> {
    let rule = Rule {
        number: given(&rule.number, "number")?,
        title_en: given(&rule.title_en, "title")?,
        title_fr: given(&rule.title_fr, "title")?,
        ..rule.clone()
    };
    let taken = tx
        .prepare_cached("SELECT 1 FROM retention_rule WHERE number = ?1 AND id <> ?2")?
        .exists(params![rule.number, rule.id])?;
    if taken { Err(Refusal::RuleExists(rule.number).into()) } else { Ok(rule) }
}

/// Writes a rule as it is.
pub(super) fn insert_rule(tx: &Transaction<'_>, rule: &Rule) -> Result<()> {
    tx.execute(
        "INSERT INTO retention_rule (id, number, title_en, title_fr, trigger, year_end, period, action)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            rule.id,
            rule.number,
            rule.title_en,
            rule.title_fr,
            rule.trigger,
            rule.year_end,
            rule.period.to_string(),
            rule.action
        ],
    )?;
    Ok(())
}

/// Writes a pair's own rule as it is.
pub(super) fn insert_override(tx: &Transaction<'_>, made: &Override) -> Result<()> {
    tx.execute(
        "INSERT INTO pair_rule (pair, rule, reason, actor_name, actor_email, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![made.pair, made.rule, made.reason, made.actor.name, made.actor.email, made.at],
    )?;
    Ok(())
}

/// The rule that a category itself has.
pub(crate) fn bound(conn: &Connection, category: Id) -> Result<Option<Id>> {
    let mut statement = conn.prepare_cached("SELECT rule FROM category_rule WHERE category = ?1")?;
    Ok(statement.query_row([category], |row| row.get(0)).optional()?)
}

/// Writes the rule that a category itself has.
pub(crate) fn set_bound(tx: &Transaction<'_>, category: Id, rule: Option<Id>) -> Result<()> {
    tx.execute("DELETE FROM category_rule WHERE category = ?1", [category])?;
    if let Some(rule) = rule {
        get(tx, rule)?;
        tx.execute("INSERT INTO category_rule (category, rule) VALUES (?1, ?2)", params![category, rule])?;
    }
    Ok(())
}

/// The rule that a pair itself has.
pub(super) fn own(conn: &Connection, pair: Id) -> Result<Option<Override>> {
    let mut statement = conn.prepare_cached("SELECT * FROM pair_rule WHERE pair = ?1")?;
    Ok(statement.query_row([pair], read_override).optional()?)
}

/// Gives the rule of a pair that goes to the one that takes its post in. Two that differ are a question for a person.
pub(crate) fn carry_override(tx: &Transaction<'_>, from: Id, to: Id) -> Result<()> {
    let (going, staying) = (own(tx, from)?, own(tx, to)?);
    match (&going, &staying) {
        (Some(a), Some(b)) if a.rule != b.rule => return Err(Refusal::RulesDiffer.into()),
        (Some(a), None) => insert_override(tx, &Override { pair: to, ..a.clone() })?,
        _ => {}
    }
    tx.execute("DELETE FROM pair_rule WHERE pair = ?1", [from])?;
    Ok(())
}

pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Rule> {
    let period: String = row.get("period")?;
    Ok(Rule {
        id: row.get("id")?,
        number: row.get("number")?,
        title_en: row.get("title_en")?,
        title_fr: row.get("title_fr")?,
        trigger: row.get("trigger")?,
        year_end: row.get("year_end")?,
        period: period.parse().map_err(|reason: &str| {
            rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, reason.into())
        })?,
        action: row.get("action")?,
    })
}

pub(super) fn read_override(row: &Row<'_>) -> rusqlite::Result<Override> {
    Ok(Override {
        pair: row.get("pair")?,
        rule: row.get("rule")?,
        reason: row.get("reason")?,
        actor: Actor { name: row.get("actor_name")?, email: row.get("actor_email")? },
        at: row.get("at")?,
    })
}
