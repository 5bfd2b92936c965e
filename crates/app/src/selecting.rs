//! Which posts an export holds, where it does not hold all: as it is asked for, as the library looks it up, and as the
//! export tells of it.

use std::collections::BTreeSet;

use fonds_archive::v1 as archive;
use fonds_library::{CategoryPath, Id, Library, Timestamp, Wanted};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use ts_rs::TS;

use crate::{Error, Result};

/// Which posts are asked for: those that meet every condition that is set. One without a condition asks for all.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export)]
pub struct SelectionRequest {
    /// Categories by id or path, each with all below it; any where it is empty.
    pub categories: Vec<String>,
    /// With a revision made on this day (UTC, `2026-11-23`) or later.
    pub from: Option<String>,
    /// With a revision made on this day or earlier.
    pub until: Option<String>,
    /// `draft`, `approved`, `scheduled`, `published`, `withdrawn`; any where it is empty.
    pub statuses: Vec<String>,
}

/// A selection that was understood.
pub(crate) struct Understood {
    /// What the library looks up.
    pub wanted: Wanted,
    /// What the export says of it.
    pub told: archive::Selection,
    /// What its series goes by: the same conditions, whatever the categories are called by then.
    pub key: Value,
}

impl SelectionRequest {
    /// Whether it asks for all.
    #[must_use]
    pub fn is_all(&self) -> bool {
        *self == Self::default()
    }

    pub(crate) fn understand(&self, library: &Library) -> Result<Understood> {
        let paths = library.category_paths()?;
        let mut chosen = BTreeSet::new();
        for category in &self.categories {
            let known = category.parse::<Id>().ok().filter(|id| paths.iter().any(|path| path.id == *id));
            chosen.insert(known.map_or_else(|| library.find_category(category), Ok)?);
        }
        let mut statuses = self.statuses.iter().map(|word| status(word)).collect::<Result<Vec<_>>>()?;
        statuses.sort_unstable();
        statuses.dedup();
        let from = self.from.as_deref().map(day).transpose()?;
        let until = self.until.as_deref().map(day).transpose()?;
        if from.zip(until).is_some_and(|(from, until)| from > until) {
            return Err(Error::new("export.period"));
        }
        let named = chosen.iter().filter_map(|id| paths.iter().find(|path| path.id == *id));
        let told = archive::Selection {
            categories: named.map(selected_category).collect(),
            from: from.map(|day| day.to_string()),
            until: until.map(|day| day.to_string()),
            statuses,
        };
        let key = json!({
            "categories": chosen, "from": told.from, "statuses": told.statuses, "until": told.until,
        });
        let wanted = Wanted {
            categories: with_below(library, &chosen)?,
            from: from.map(|day| start(Some(day))),
            before: until.map(|day| start(day.tomorrow().ok())),
            statuses: told.statuses.iter().map(crate::records::word_of).collect::<Result<_>>()?,
        };
        Ok(Understood { wanted, told, key })
    }
}

fn selected_category(path: &CategoryPath) -> archive::SelectedCategory {
    archive::SelectedCategory { id: path.id.to_string(), path_en: path.en.clone(), path_fr: path.fr.clone() }
}

/// The categories and all that stand below them.
fn with_below(library: &Library, chosen: &BTreeSet<Id>) -> Result<BTreeSet<Id>> {
    let all = library.categories()?;
    let mut found = chosen.clone();
    loop {
        let before = found.len();
        let below = all.iter().filter(|c| c.parent.is_some_and(|parent| found.contains(&parent)));
        let below: Vec<Id> = below.map(|category| category.id).collect();
        found.extend(below);
        if found.len() == before {
            return Ok(found);
        }
    }
}

fn day(text: &str) -> Result<jiff::civil::Date> {
    text.parse().map_err(|_| Error::new("export.day").with("name", text))
}

/// The first moment of a day, UTC; the end of time where there is no such day.
fn start(day: Option<jiff::civil::Date>) -> Timestamp {
    let start = day.and_then(|day| day.to_zoned(jiff::tz::TimeZone::UTC).ok());
    Timestamp::from_millis(start.map_or(i64::MAX, |start| start.timestamp().as_millisecond()))
}

fn status(word: &str) -> Result<archive::Status> {
    serde_json::from_value(word.into()).map_err(|_| Error::new("export.status").with("name", word))
}
