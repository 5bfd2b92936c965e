//! Searches under a name, in `retention.json`: a hold may be on what one finds.

use serde::{Deserialize, Serialize};

use super::rules::{is_time, is_uuid};
use super::{Language, Status};
use crate::report::{Code, Finding};

/// A search under a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Search {
    /// The search's UUID.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it asks.
    pub query: SearchQuery,
}

/// What a search asks: all of it has to be met. What is none is no condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SearchQuery {
    /// Words and phrases, as they were typed.
    pub words: String,
    /// Id of the category that it, or one above it, is filed under.
    pub category: Option<String>,
    /// The post's language.
    pub language: Option<Language>,
    /// The post's state.
    pub status: Option<Status>,
    /// A part of the name or e-mail of somebody who made a revision.
    pub author: Option<String>,
    /// The text last changed then or later.
    pub since: Option<String>,
    /// The text last changed before.
    pub before: Option<String>,
    /// Whether it has a PDF.
    pub pdf: Option<bool>,
    /// Whether it is under a hold.
    pub held: Option<bool>,
    /// Whether earlier revisions are looked through as well.
    pub revisions: bool,
}

impl SearchQuery {
    fn is_fit(&self) -> bool {
        let times = [&self.since, &self.before];
        self.category.as_deref().is_none_or(is_uuid) && times.into_iter().flatten().all(|time| is_time(time))
    }
}

/// What is wrong with the searches by themselves.
pub(super) fn faults(searches: &[Search], found: &mut dyn FnMut(Finding)) {
    super::rules::ids("search", searches.iter().map(|search| search.id.as_str()), found);
    for search in searches.iter().filter(|search| !search.query.is_fit()) {
        found(Finding::new(Code::RetentionInvalid, format!("search {}", search.id), "query"));
    }
}
