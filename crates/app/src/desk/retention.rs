//! The window's commands on retention rules, holds and records.

use super::commands::category_id;
use super::{Answer, Desk, parse};
use crate::{HoldView, NewHold, RecordFilter, RecordPage, RecordRow, RuleView};

impl Desk {
    /// The rules.
    pub fn rules(&self) -> Answer<Vec<RuleView>> {
        self.with(|open| open.session.rules())
    }

    /// Adds or changes a rule, and gives its id.
    pub fn save_rule(&self, rule: &RuleView) -> Answer<String> {
        self.with(|open| open.session.save_rule(rule))
    }

    /// Removes a rule that nothing has.
    pub fn remove_rule(&self, id: &str) -> Answer<()> {
        self.with(|open| open.session.remove_rule(id))
    }

    /// Gives a category a rule, or that of the category above.
    pub fn bind_rule(&self, category: &str, rule: Option<&str>) -> Answer<()> {
        self.with(|open| open.session.bind_rule(category_id(category)?, rule))
    }

    /// Gives a post a rule of its own, or that of its categories.
    pub fn assign_rule(&self, post: &str, rule: Option<&str>, reason: &str) -> Answer<RecordRow> {
        self.with(|open| open.session.assign_rule(parse(post)?, rule, reason))
    }

    /// How long a post is kept.
    pub fn record_of(&self, post: &str) -> Answer<RecordRow> {
        self.with(|open| open.session.record_of(parse(post)?))
    }

    /// The records.
    pub fn records(&self, filter: &RecordFilter) -> Answer<RecordPage> {
        self.with(|open| open.session.records(filter))
    }

    /// The holds.
    pub fn holds(&self) -> Answer<Vec<HoldView>> {
        self.with(|open| open.session.holds())
    }

    /// Places a hold, and gives its id.
    pub fn place_hold(&self, hold: &NewHold) -> Answer<String> {
        self.with(|open| open.session.place_hold(hold))
    }

    /// Puts more under a hold.
    pub fn extend_hold(&self, id: &str, posts: &[String], categories: &[String]) -> Answer<()> {
        self.with(|open| open.session.extend_hold(id, posts, categories, &[]))
    }

    /// Releases a hold.
    pub fn release_hold(&self, id: &str, reason: &str) -> Answer<()> {
        self.with(|open| open.session.release_hold(id, reason))
    }
}
