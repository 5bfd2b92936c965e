//! The rules and the holds that a post's page names.
//!
//! Which rule holds where several do, and when it is due, depends on dates: here stand the rules themselves.

use super::Viewer;
use crate::v1::{HoldTarget, Post, RetentionRule};

impl Viewer<'_> {
    /// A pair's own rule, or those of its categories: each time the nearest one upwards.
    pub(super) fn rules_of(&self, post: &Post) -> Vec<&RetentionRule> {
        let rule = |id: &str| self.retention.rules.iter().find(|rule| rule.id == id);
        if let Some(own) = self.retention.pairs.iter().find(|own| own.pair == post.pair) {
            return rule(&own.rule).into_iter().collect();
        }
        let mut rules: Vec<&RetentionRule> = Vec::new();
        for category in self.filed.get(post.pair.as_str()).copied().unwrap_or_default() {
            let nearest = self.upwards(category).find_map(|id| {
                let bound = self.retention.categories.iter().find(|bound| bound.category == id)?;
                rule(&bound.rule)
            });
            rules.extend(nearest.filter(|rule| rules.iter().all(|known| known.id != rule.id)));
        }
        rules
    }

    /// The names of the holds in force that a post is under, as far as the export's own records tell.
    pub(super) fn holds_on(&self, post: &Post) -> Vec<&str> {
        let filed = self.filed.get(post.pair.as_str()).copied().unwrap_or_default();
        let on = |target: &HoldTarget| match target {
            HoldTarget::Pair(pair) => *pair == post.pair,
            HoldTarget::Category(held) => filed.iter().any(|id| self.upwards(id).any(|id| id == held)),
            HoldTarget::Search(_) => false,
        };
        let holds = self.retention.holds.iter().filter(|hold| hold.released.is_none());
        holds.filter(|hold| hold.on.iter().any(on)).map(|hold| hold.name.as_str()).collect()
    }

    /// A category and those above it, of which the export has the records.
    fn upwards<'s>(&'s self, category: &'s str) -> impl Iterator<Item = &'s str> {
        let mut next = Some(category);
        // The rules of the record exclude a circle; a bound costs nothing.
        (0..64).map_while(move |_| {
            let here = next?;
            next = self.categories.get(here).and_then(|category| category.parent.as_deref());
            Some(here)
        })
    }
}
