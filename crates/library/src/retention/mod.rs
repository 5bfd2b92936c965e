//! How long posts are kept, and what keeps them from being destroyed.
//!
//! What always holds: rules, their bindings, overrides and holds change together with their journal entry; nothing that
//! is under a rule that is not yet due, or under a hold, is purged (`protection.rs` is the only place that purges).

mod due;
mod holds;
mod protection;
mod rules;
mod schedule;

pub use due::{Moments, Period, Running, running};
pub use holds::{Hold, Release, Target};
pub use protection::Protected;
pub use rules::{Action, Override, Rule, Trigger};
pub use schedule::{Kept, RuleFrom};

pub(crate) use holds::{
    IS_HELD, carry as carry_holds, check_category_free, check_search_free, held_by_searches, held_pairs,
    keep_found, keep_held,
};
pub(crate) use rules::{bound, carry_override, given, set_bound};

use rusqlite::Transaction;

use crate::{Id, Library, Result, SavedSearch, search};

/// Everything that an archive holds of retention.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Retention {
    /// Every rule, by id.
    pub rules: Vec<Rule>,
    /// Category and rule, by category.
    pub bindings: Vec<(Id, Id)>,
    /// The pairs with a rule of their own, by pair.
    pub overrides: Vec<Override>,
    /// Every hold, released ones too, by id.
    pub holds: Vec<Hold>,
    /// The saved searches, which a hold may be on, by id.
    pub searches: Vec<SavedSearch>,
}

impl Library {
    /// Rules, what has them, and holds.
    pub fn retention(&self) -> Result<Retention> {
        Ok(Retention {
            rules: self.rules()?,
            bindings: self.bindings()?,
            overrides: self.overrides()?,
            holds: self.holds()?,
            searches: self.saved_searches()?,
        })
    }
}

/// Writes all of it as it is.
pub(crate) fn insert(tx: &Transaction<'_>, all: &Retention) -> Result<()> {
    for rule in &all.rules {
        rules::insert_rule(tx, rule)?;
    }
    for (category, rule) in &all.bindings {
        set_bound(tx, *category, Some(*rule))?;
    }
    for own in &all.overrides {
        rules::insert_override(tx, own)?;
    }
    for search in &all.searches {
        search::insert_saved(tx, search)?;
    }
    all.holds.iter().try_for_each(|hold| holds::insert(tx, hold))
}
