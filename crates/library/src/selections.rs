//! Exports of a part of the library. What is selected makes a series of its own, apart from the library's.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde_json::{Value, json};

use crate::exports::{self, ExportMode, NextExport};
use crate::{Act, Id, Library, Result, Status, Timestamp, journal, restore};

/// Which posts are selected: those that meet every condition that is set, and are not in the trash.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Wanted {
    /// Filed under one of these; any where it is empty. What stands below a category is named as well.
    pub categories: BTreeSet<Id>,
    /// With a revision made at this time or later.
    pub from: Option<Timestamp>,
    /// With a revision made before this time.
    pub before: Option<Timestamp>,
    /// In one of these states; any where it is empty.
    pub statuses: Vec<Status>,
}

/// The posts that were selected, the attachments that a revision of them has, and the captures of their pages.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Selected {
    /// Posts.
    pub posts: BTreeSet<Id>,
    /// Attachments.
    pub attachments: BTreeSet<Id>,
    /// Captures.
    pub captures: BTreeSet<Id>,
}

impl Library {
    /// The posts that meet the conditions.
    pub fn selected(&self, wanted: &Wanted) -> Result<Selected> {
        let mut selected = Selected::default();
        let mut attachments = self.conn.prepare_cached(
            "SELECT DISTINCT value ->> '$.id' FROM revision, json_each(revision.attachments) WHERE post = ?1",
        )?;
        let mut in_period = self
            .conn
            .prepare_cached("SELECT 1 FROM revision WHERE post = ?1 AND at >= ?2 AND at < ?3 LIMIT 1")?;
        let first = wanted.from.unwrap_or(Timestamp::from_millis(i64::MIN));
        let end = wanted.before.unwrap_or(Timestamp::from_millis(i64::MAX));
        for post in self.all_posts()? {
            let filed = wanted.categories.is_empty()
                || self.filing(post.pair)?.iter().any(|category| wanted.categories.contains(category));
            let in_state = wanted.statuses.is_empty() || wanted.statuses.contains(&post.status);
            if !filed
                || !in_state
                || post.trashed_at.is_some()
                || !in_period.exists(params![post.id, first, end])?
            {
                continue;
            }
            selected.posts.insert(post.id);
            for attachment in attachments.query_map([post.id], |row| row.get(0))? {
                selected.attachments.insert(attachment?);
            }
            selected.captures.extend(self.captures_of(post.id)?.into_iter().map(|capture| capture.id));
        }
        Ok(selected)
    }

    /// The series of a selection, by name and id; none where it was never exported.
    pub fn selection_series(&self, wanted: &Value) -> Result<Option<(String, Id)>> {
        series_of(&self.conn, wanted)
    }

    /// The next export of the selection that `wanted` writes out (RFC 8785 JSON). The first one begins its series, under
    /// the id `fresh`.
    pub fn next_selected_export(&mut self, act: &Act, wanted: &Value, fresh: Id) -> Result<NextExport> {
        let library = self.identity()?;
        let tx = self.begin()?;
        restore::settle(&tx, act)?;
        let (series, series_id) = if let Some(known) = series_of(&tx, wanted)? {
            known
        } else {
            let series = exports::series_name(&library.name, Some(fresh));
            insert(&tx, fresh, &series, wanted)?;
            let detail = json!({ "series": series, "wanted": wanted });
            journal::append(&tx, act, "selection.begun", fresh, detail)?;
            (series, fresh)
        };
        let previous = exports::last(&tx, series_id)?;
        tx.commit()?;
        Ok(NextExport {
            series_id,
            series,
            sequence: previous.as_ref().map_or(0, |previous| previous.sequence) + 1,
            mode: ExportMode::Full,
            previous,
            origin: None,
            remakes: false,
        })
    }
}

fn series_of(conn: &Connection, wanted: &Value) -> Result<Option<(String, Id)>> {
    let sql = "SELECT series, series_id FROM selection WHERE wanted = ?1";
    Ok(conn.query_row(sql, [wanted.to_string()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

pub(crate) fn insert(tx: &Transaction<'_>, series_id: Id, series: &str, wanted: &Value) -> Result<()> {
    tx.execute(
        "INSERT INTO selection (series_id, series, wanted) VALUES (?1, ?2, ?3)",
        params![series_id, series, wanted.to_string()],
    )?;
    Ok(())
}

/// A library that goes its own way from a restore on begins its selections anew.
pub(crate) fn forget(tx: &Transaction<'_>) -> Result<()> {
    tx.execute("DELETE FROM selection", [])?;
    Ok(())
}
