//! Which posts an export holds, where it does not hold all.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

use super::{Language, Library, Status};

/// What was selected: posts that meet every condition that is set. Stands in `metadata/other/chain.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Selection {
    /// Filed under one of these or under one below it, by id ascending; any where it is empty.
    pub categories: Vec<SelectedCategory>,
    /// With a revision made on this day (UTC, `2026-11-23`) or later.
    pub from: Option<String>,
    /// With a revision made on this day or earlier.
    pub until: Option<String>,
    /// In one of these states, in the order of [`Status`]; any where it is empty.
    pub statuses: Vec<Status>,
}

/// A category as it was called when it was selected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SelectedCategory {
    /// Its UUID.
    pub id: String,
    /// Its English path: `Consultation/Reports`.
    pub path_en: String,
    /// Its French path.
    pub path_fr: String,
}

impl Selection {
    /// The first thing that is wrong with it.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        let Self { categories, from, until, statuses } = self;
        let day = |day: &String| day.parse::<jiff::civil::Date>().is_ok_and(|d| d.to_string() == *day);
        if categories.is_empty() && from.is_none() && until.is_none() && statuses.is_empty() {
            return Some("the selection selects nothing");
        }
        if !categories.iter().all(|c| super::rules::is_uuid(&c.id))
            || !categories.windows(2).all(|w| w[0].id < w[1].id)
        {
            return Some("the selection's categories are not ids in order");
        }
        if !from.iter().chain(until).all(day) || matches!((from, until), (Some(a), Some(b)) if a > b) {
            return Some("the selection's days are not a period");
        }
        (!statuses.windows(2).all(|w| w[0] < w[1])).then_some("the selection's states are not in order")
    }

    /// Whether a revision of this time (RFC 3339) is of the period.
    pub(crate) fn in_period(&self, at: &str) -> bool {
        let day = at.get(..10).unwrap_or_default();
        self.from.as_deref().is_none_or(|from| from <= day)
            && self.until.as_deref().is_none_or(|until| day <= until)
    }

    /// Ids of posts in the library's record that are not of the selection by their filing and state.
    pub(crate) fn strangers<'l>(&self, library: &'l Library) -> Vec<&'l str> {
        let parents: BTreeMap<&str, Option<&str>> =
            library.categories.iter().map(|c| (c.id.as_str(), c.parent.as_deref())).collect();
        let wanted: HashSet<&str> = self.categories.iter().map(|c| c.id.as_str()).collect();
        let below = |category: &str| {
            // No tree is deeper than it has categories.
            let up = std::iter::successors(Some(category), |id| parents.get(id).copied().flatten());
            up.take(parents.len() + 1).any(|id| wanted.contains(id))
        };
        let filed: BTreeMap<&str, bool> =
            library.pairs.iter().map(|p| (p.id.as_str(), p.categories.iter().any(|c| below(c)))).collect();
        let stranger = |post: &&super::Post| {
            (!wanted.is_empty() && !filed.get(post.pair.as_str()).copied().unwrap_or(false))
                || (!self.statuses.is_empty() && !self.statuses.contains(&post.status))
                || post.trashed_at.is_some()
        };
        library.posts.iter().filter(stranger).map(|post| post.id.as_str()).collect()
    }

    /// The selection in words: a sentence.
    #[must_use]
    pub fn sentence(&self, language: Language) -> String {
        let french = language == Language::Fr;
        let or = if french { " ou " } else { " or " };
        let mut parts: Vec<String> = Vec::new();
        if !self.categories.is_empty() {
            let quoted = self.categories.iter().map(|c| {
                if french { format!("«\u{a0}{}\u{a0}»", c.path_fr) } else { format!("“{}”", c.path_en) }
            });
            let names = quoted.collect::<Vec<_>>().join(or);
            parts.push(if french {
                format!("classés dans {names}")
            } else {
                format!("filed under {names}")
            });
        }
        let period = match (&self.from, &self.until, french) {
            (None, None, _) => None,
            (Some(from), None, false) => Some(format!("with a revision since {from}")),
            (None, Some(until), false) => Some(format!("with a revision until {until}")),
            (Some(from), Some(until), false) => Some(format!("with a revision from {from} to {until}")),
            (Some(from), None, true) => Some(format!("ayant une révision depuis le {from}")),
            (None, Some(until), true) => Some(format!("ayant une révision jusqu’au {until}")),
            (Some(from), Some(until), true) => Some(format!("ayant une révision du {from} au {until}")),
        };
        parts.extend(period);
        if !self.statuses.is_empty() {
            let words = self.statuses.iter().map(|status| status_word(*status, french));
            let states = words.collect::<Vec<_>>().join(or);
            parts.push(if french {
                format!("à l’état {states}")
            } else {
                format!("in the state {states}")
            });
        }
        let conditions = parts.join(", ");
        if french {
            format!(
                "Une sélection de la bibliothèque\u{a0}: les billets {conditions}. Le journal est entier."
            )
        } else {
            format!("A selection of the library: posts {conditions}. The journal is whole.")
        }
    }
}

fn status_word(status: Status, french: bool) -> &'static str {
    match (status, french) {
        (Status::Draft, false) => "draft",
        (Status::Approved, false) => "approved",
        (Status::Scheduled, false) => "scheduled",
        (Status::Published, false) => "published",
        (Status::Withdrawn, false) => "withdrawn",
        (Status::Draft, true) => "brouillon",
        (Status::Approved, true) => "approuvé",
        (Status::Scheduled, true) => "programmé",
        (Status::Published, true) => "publié",
        (Status::Withdrawn, true) => "retiré",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(from: Option<&str>, until: Option<&str>, statuses: Vec<Status>) -> Selection {
        Selection { categories: vec![], from: from.map(Into::into), until: until.map(Into::into), statuses }
    }

    #[test]
    fn a_selection_is_one_only_with_real_days_in_order() {
        assert!(of(None, None, vec![]).fault().is_some());
        assert!(of(Some("2026-02-30"), None, vec![]).fault().is_some());
        assert!(of(Some("2026-03-01"), Some("2026-02-01"), vec![]).fault().is_some());
        assert!(of(Some("26-3-1"), None, vec![]).fault().is_some());
        assert!(of(None, None, vec![Status::Published, Status::Draft]).fault().is_some());
        assert_eq!(of(Some("2026-02-01"), Some("2026-02-01"), vec![Status::Draft]).fault(), None);
    }

    #[test]
    fn a_period_holds_its_first_and_its_last_day_whole() {
        let period = of(Some("2026-02-01"), Some("2026-02-03"), vec![]);
        let inside = ["2026-02-01T00:00:00.000Z", "2026-02-03T23:59:59.999Z"];
        assert!(inside.iter().all(|at| period.in_period(at)));
        let outside = ["2026-01-31T23:59:59.999Z", "2026-02-04T00:00:00.000Z"];
        assert!(!outside.iter().any(|at| period.in_period(at)));
    }

    #[test]
    fn it_is_told_in_words() {
        let mut selection = of(Some("2026-01-01"), None, vec![Status::Published, Status::Withdrawn]);
        let (path_en, path_fr) = ("Reports".into(), "Rapports".into());
        selection.categories = vec![SelectedCategory { id: "1".into(), path_en, path_fr }];
        assert_eq!(
            selection.sentence(Language::En),
            "A selection of the library: posts filed under “Reports”, with a revision since 2026-01-01, \
             in the state published or withdrawn. The journal is whole."
        );
        assert_eq!(
            selection.sentence(Language::Fr),
            "Une sélection de la bibliothèque\u{a0}: les billets classés dans «\u{a0}Rapports\u{a0}», ayant une \
             révision depuis le 2026-01-01, à l’état publié ou retiré. Le journal est entier."
        );
    }
}
