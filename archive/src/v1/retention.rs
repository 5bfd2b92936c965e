//! How long what is kept: `metadata/other/retention.json`. It is whole in every export, incremental ones too.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

use super::rules::{actor_ok, ids, is_time, is_uuid};
use super::{Actor, JournalEntry, Library, Search, searches};
use crate::report::{Code, Finding};

/// Retention rules, what has them, and holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// The rules, by id ascending.
    pub rules: Vec<RetentionRule>,
    /// The categories that have a rule, by category ascending.
    pub categories: Vec<CategoryRule>,
    /// The pairs that have a rule of their own, by pair ascending.
    pub pairs: Vec<PairRule>,
    /// The holds, released ones too, by id ascending.
    pub holds: Vec<Hold>,
    /// The saved searches, by id ascending; left out where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub searches: Vec<Search>,
}

/// A retention rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetentionRule {
    /// The rule's UUID.
    pub id: String,
    /// Number of the disposition authority.
    pub number: String,
    /// What it is about, in English.
    pub title_en: String,
    /// What it is about, in French.
    pub title_fr: String,
    /// What begins the period.
    pub trigger: Trigger,
    /// Whether the period counts from the end of the calendar year of the trigger.
    pub year_end: bool,
    /// How long, as ISO 8601 writes it.
    pub period: String,
    /// What is to be done then.
    pub action: Action,
}

/// What begins a retention period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Trigger {
    /// The post was made.
    Created,
    /// Its text last changed.
    Revised,
    /// It was first published.
    Published,
    /// It was taken off its last blog.
    Withdrawn,
}

/// What is to be done when a retention period is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Destroy the record.
    Destroy,
    /// Hand it to an archive.
    Transfer,
    /// Decide.
    Review,
}

/// The rule of a category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CategoryRule {
    /// Id of the category.
    pub category: String,
    /// Id of the rule.
    pub rule: String,
}

/// The rule that a pair has instead of its categories'.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PairRule {
    /// Id of the pair.
    pub pair: String,
    /// Id of the rule.
    pub rule: String,
    /// Why.
    pub reason: String,
    /// Who said so.
    pub actor: Actor,
    /// When.
    pub at: String,
}

/// A hold: what it is on is not destroyed while it is in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hold {
    /// The hold's UUID.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Why.
    pub reason: String,
    /// By whose authority.
    pub authority: String,
    /// Who placed it.
    pub actor: Actor,
    /// When.
    pub at: String,
    /// What it is on.
    pub on: Vec<HoldTarget>,
    /// Its end; none while it is in force.
    pub released: Option<Release>,
}

/// Something that a hold is on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "kind", content = "id", deny_unknown_fields)]
pub enum HoldTarget {
    /// A pair.
    Pair(String),
    /// What is filed under a category or below it.
    Category(String),
    /// What a saved search finds.
    Search(String),
}

/// The end of a hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// Why.
    pub reason: String,
    /// Who released it.
    pub actor: Actor,
    /// When.
    pub at: String,
}

impl Retention {
    /// Whether there is nothing to write: an export of such a library has no `retention.json`.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What is wrong with the record by itself, and with the library that it belongs to where that is `whole`.
pub(crate) fn faults(r: &Retention, whole: Option<&Library>, found: &mut dyn FnMut(Finding)) {
    ids("rule", r.rules.iter().map(|rule| rule.id.as_str()), found);
    ids("rule of category", r.categories.iter().map(|bound| bound.category.as_str()), found);
    ids("rule of pair", r.pairs.iter().map(|own| own.pair.as_str()), found);
    ids("hold", r.holds.iter().map(|hold| hold.id.as_str()), found);
    for own in &r.pairs {
        if !is_time(&own.at) || !actor_ok(&own.actor) {
            found(Finding::new(Code::RetentionInvalid, format!("rule of pair {}", own.pair), "at or actor"));
        }
    }
    for hold in &r.holds {
        let ended = hold.released.as_ref().is_none_or(|end| is_time(&end.at) && actor_ok(&end.actor));
        let sorted = hold.on.windows(2).all(|two| two[0] < two[1]);
        let targets = hold.on.iter().all(|target| is_uuid(target.id()));
        if !is_time(&hold.at) || !actor_ok(&hold.actor) || !ended || !sorted || !targets || hold.on.is_empty()
        {
            found(Finding::new(Code::RetentionInvalid, format!("hold {}", hold.id), "at, actor or on"));
        }
    }
    searches::faults(&r.searches, found);
    references(r, whole, found);
}

fn references(r: &Retention, whole: Option<&Library>, found: &mut dyn FnMut(Finding)) {
    let rules: HashSet<&str> = r.rules.iter().map(|rule| rule.id.as_str()).collect();
    let mut refers = |kind: &str, id: &str, there: bool, to: &str| {
        if !there {
            found(Finding::new(Code::LibraryReferenceMissing, format!("{kind} {id}"), to));
        }
    };
    for bound in &r.categories {
        refers("rule of category", &bound.category, rules.contains(bound.rule.as_str()), &bound.rule);
    }
    for own in &r.pairs {
        refers("rule of pair", &own.pair, rules.contains(own.rule.as_str()), &own.rule);
    }
    let searches: HashSet<&str> = r.searches.iter().map(|search| search.id.as_str()).collect();
    for hold in r.holds.iter().filter(|hold| hold.released.is_none()) {
        for target in &hold.on {
            if let HoldTarget::Search(id) = target {
                refers("hold", &hold.id, searches.contains(id.as_str()), id);
            }
        }
    }
    let Some(library) = whole else { return };
    let categories: HashSet<&str> = library.categories.iter().map(|c| c.id.as_str()).collect();
    let pairs: HashSet<&str> = library.pairs.iter().map(|p| p.id.as_str()).collect();
    for bound in &r.categories {
        refers(
            "rule of category",
            &bound.category,
            categories.contains(bound.category.as_str()),
            &bound.category,
        );
    }
    for own in &r.pairs {
        refers("rule of pair", &own.pair, pairs.contains(own.pair.as_str()), &own.pair);
    }
    for hold in r.holds.iter().filter(|hold| hold.released.is_none()) {
        for target in &hold.on {
            let there = match target {
                HoldTarget::Pair(id) => pairs.contains(id.as_str()),
                HoldTarget::Category(id) => categories.contains(id.as_str()),
                HoldTarget::Search(_) => true,
            };
            refers("hold", &hold.id, there, target.id());
        }
    }
}

impl HoldTarget {
    fn id(&self) -> &str {
        match self {
            Self::Pair(id) | Self::Category(id) | Self::Search(id) => id,
        }
    }
}

/// What a journal tells of holds: each that was placed or released in it, and whether it was released.
#[derive(Debug, Default)]
pub(crate) struct Told {
    placed: BTreeMap<String, bool>,
    released: HashSet<String>,
}

impl Told {
    /// Takes the next entry.
    pub(crate) fn entry(&mut self, entry: &JournalEntry) {
        match entry.action.as_str() {
            "hold.placed" => drop(self.placed.insert(entry.subject.clone(), false)),
            "hold.released" => {
                self.released.insert(entry.subject.clone());
                if let Some(released) = self.placed.get_mut(&entry.subject) {
                    *released = true;
                }
            }
            _ => {}
        }
    }

    /// Holds the record against the journal, which is that of the whole library where it is `whole`.
    pub(crate) fn faults(&self, r: &Retention, whole: bool, found: &mut dyn FnMut(Finding)) {
        let there: BTreeMap<&str, bool> =
            r.holds.iter().map(|hold| (hold.id.as_str(), hold.released.is_some())).collect();
        let mut differs = |id: &str| {
            found(Finding::new(Code::RetentionJournal, format!("hold {id}"), ""));
        };
        for id in self.placed.keys().filter(|id| !there.contains_key(id.as_str())) {
            differs(id);
        }
        for (id, released) in there {
            let told = self.placed.get(id).copied();
            let ended = self.released.contains(id);
            let wrong = match told {
                Some(told) => told != released,
                None => whole || (ended && !released),
            };
            if wrong {
                differs(id);
            }
        }
    }
}
