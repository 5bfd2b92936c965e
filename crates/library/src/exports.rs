//! The series of exports: which one comes next, and which were made.

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::path::Path;

use crate::increments::{self, Held};
use crate::restore::{self, RestoredFrom};
use crate::{Act, Id, Library, Result, Timestamp, journal};

/// How much an export holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ExportMode {
    /// Everything.
    Full,
    /// What changed since the export before.
    Incremental,
}

impl ExportMode {
    /// The word that stands in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            ExportMode::Full => "full",
            ExportMode::Incremental => "incremental",
        }
    }
}

/// The export that one follows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PreviousExport {
    /// Its place in the series.
    pub sequence: u32,
    /// The digest of its zip.
    pub sha256: String,
}

/// The export that is to be made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NextExport {
    /// The series' id.
    pub series_id: Id,
    /// The series' name.
    pub series: String,
    /// Its place in it, from 1.
    pub sequence: u32,
    /// What it has to hold: everything, where nothing is known of the export before.
    pub mode: ExportMode,
    /// The one before; none for the first.
    pub previous: Option<PreviousExport>,
    /// The export that the series goes back to, after a restore.
    pub origin: Option<RestoredFrom>,
    /// Whether it is the restored export once more, which is not journalled.
    pub remakes: bool,
}

/// An export that was made.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ExportRecord {
    /// The series' id.
    pub series_id: Id,
    /// The series' name.
    pub series: String,
    /// Its place in it.
    pub sequence: u32,
    /// How much it holds.
    pub mode: ExportMode,
    /// Its time.
    pub at: Timestamp,
    /// The zip's digest.
    pub sha256: String,
    /// The zip's size in bytes.
    pub size: u64,
}

impl Library {
    /// The export that a call at `at` has to make.
    ///
    /// In a restored library in which nothing has changed, the time of the restored export means that export once more
    /// (the same sequence, mode and time give the same bytes); any other time is a change, and begins a new series.
    /// An incremental export that has none before it to build on becomes a full one.
    pub fn next_export(&mut self, act: &Act, at: Timestamp, mode: ExportMode) -> Result<NextExport> {
        let tx = self.begin()?;
        let remakes = match restore::pending(&tx)? {
            Some(pending) if pending.at == at && pending.mode == mode => true,
            Some(_) => {
                restore::settle(&tx, act)?;
                false
            }
            None => false,
        };
        tx.commit()?;
        let identity = self.identity()?;
        let previous = last(&self.conn, identity.series_id)?;
        let sequence = previous.as_ref().map_or(0, |previous| previous.sequence) + 1;
        let builds = self
            .export_base()?
            .is_some_and(|base| base.series_id == identity.series_id && base.sequence + 1 == sequence);
        Ok(NextExport {
            series_id: identity.series_id,
            series: identity.series,
            sequence,
            mode: if builds { mode } else { ExportMode::Full },
            previous,
            origin: identity.origin,
            remakes,
        })
    }

    /// Records an export after it was made, what it held, and where it lies on this computer.
    pub fn record_export(
        &mut self,
        act: &Act,
        export: &ExportRecord,
        held: &Held,
        place: &Path,
    ) -> Result<()> {
        let tx = self.begin()?;
        insert(&tx, export)?;
        increments::record(&tx, export, held)?;
        put(&tx, act, export, place)?;
        tx.commit()?;
        Ok(())
    }

    /// Records an export of a selection after it was made. What the library's own exports build on stays as it is.
    pub fn record_selected_export(&mut self, act: &Act, export: &ExportRecord, place: &Path) -> Result<()> {
        let tx = self.begin()?;
        insert(&tx, export)?;
        put(&tx, act, export, place)?;
        tx.commit()?;
        Ok(())
    }

    /// Every export, the newest first, with its place on this computer where it is known.
    pub fn exports(&self) -> Result<Vec<(ExportRecord, Option<String>)>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT export.*, path FROM export LEFT JOIN export_place USING (series_id, sequence) ORDER BY at DESC, sequence DESC",
        )?;
        Ok(statement
            .query_map([], |row| Ok((read(row)?, row.get("path")?)))?
            .collect::<rusqlite::Result<_>>()?)
    }
}

/// The last export of a series.
pub(crate) fn last(conn: &Connection, series_id: Id) -> Result<Option<PreviousExport>> {
    let sql = "SELECT sequence, sha256 FROM export WHERE series_id = ?1 ORDER BY sequence DESC LIMIT 1";
    let read = |row: &Row<'_>| Ok(PreviousExport { sequence: row.get(0)?, sha256: row.get(1)? });
    Ok(conn.query_row(sql, [series_id], read).optional()?)
}

/// Notes where an export lies, and journals it.
fn put(tx: &Transaction<'_>, act: &Act, export: &ExportRecord, place: &Path) -> Result<()> {
    tx.execute(
        "INSERT OR REPLACE INTO export_place (series_id, sequence, path) VALUES (?1, ?2, ?3)",
        params![export.series_id, export.sequence, place.to_string_lossy()],
    )?;
    journal::append(tx, act, "export.made", export.series_id, json!(export))
}

pub(crate) fn insert(tx: &Transaction<'_>, export: &ExportRecord) -> Result<()> {
    tx.execute(
        "INSERT INTO export (series_id, series, sequence, mode, at, sha256, size) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![export.series_id, export.series, export.sequence, export.mode.as_str(), export.at, export.sha256, export.size],
    )?;
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<ExportRecord> {
    Ok(ExportRecord {
        series_id: row.get("series_id")?,
        series: row.get("series")?,
        sequence: row.get("sequence")?,
        mode: match row.get::<_, String>("mode")?.as_str() {
            "incremental" => ExportMode::Incremental,
            _ => ExportMode::Full,
        },
        at: row.get("at")?,
        sha256: row.get("sha256")?,
        size: row.get("size")?,
    })
}

/// A series' name from a library's: at most 24 of `[a-z0-9-]`. A series begun after a restore ends in a piece of its id.
pub(crate) fn series_name(library: &str, restored: Option<Id>) -> String {
    let mut name = slug::slugify(library);
    if name.is_empty() {
        name = "fonds".into();
    }
    let suffix = restored.map_or_else(String::new, |id| {
        let id = id.to_string();
        format!("-{}", id.get(id.len() - 6..).unwrap_or_default())
    });
    name.truncate(24 - suffix.len());
    format!("{}{suffix}", name.trim_end_matches('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_name_is_short_and_plain() {
        assert_eq!(series_name("Blogue Gouvernement ouvert du Québec", None), "blogue-gouvernement-ouve");
        assert_eq!(series_name("日本", None), "ri-ben");
        assert_eq!(series_name("…", None), "fonds");
        let id = "019a9f3e-7c00-7000-8000-0000000abcde".parse().unwrap();
        let restored = series_name("Blogue Gouvernement ouvert du Québec", Some(id));
        assert_eq!(restored, "blogue-gouverneme-0abcde");
        assert!(restored.len() <= 24);
    }
}
