//! Copies of a live library's database, and what has to change when one is put back.

use std::path::Path;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::json;

use crate::{Act, Error, Id, Library, RestoredFrom, Result, blobs, exports, increments, journal, to_json};

impl Library {
    /// Writes a whole copy of the database to `to`, which appears when it is complete, checked and synced. Others may go on
    /// writing meanwhile.
    ///
    /// # Errors
    /// [`Error::Damaged`] where the copy does not hold together: the library itself then needs `fonds check`.
    pub fn back_up_database(&self, to: &Path) -> Result<()> {
        let folder = to.parent().unwrap_or(Path::new("."));
        let unfinished = tempfile::Builder::new()
            .prefix(".fonds-backup-")
            .tempfile_in(folder)
            .map_err(Error::io(folder))?
            .into_temp_path();
        {
            let mut copy = Connection::open(&unfinished)?;
            let backup = Backup::new(&self.conn, &mut copy)?;
            // In one step: a copy in several begins anew whenever somebody writes.
            while !matches!(backup.step(-1)?, StepResult::Done) {}
            drop(backup);
            copy.pragma_update(None, "journal_mode", "DELETE")?;
            let verdict: String = copy.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
            if verdict != "ok" {
                return Err(Error::damaged(verdict));
            }
        }
        std::fs::File::open(&unfinished).and_then(|file| file.sync_all()).map_err(Error::io(to))?;
        unfinished.persist(to).map_err(|e| Error::io(to)(e.error))?;
        blobs::sync_folder(folder)
    }

    /// Says that the library goes on from a backup: what was exported and sent since is unknown to it. A new series of
    /// exports begins where there was one, and what waited to be sent is paused until a person decides.
    pub fn go_on_from_backup(&mut self, act: &Act, next_series: Id, backup: &str) -> Result<()> {
        let identity = self.identity()?;
        let tx = self.begin()?;
        let last: Option<(u32, String)> = tx
            .query_row(
                "SELECT sequence, sha256 FROM export WHERE series_id = ?1 ORDER BY sequence DESC LIMIT 1",
                [identity.series_id],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()?;
        journal::append(&tx, act, "library.backup_restored", identity.id, json!({ "backup": backup }))?;
        if let Some((sequence, sha256)) = last {
            let origin =
                RestoredFrom { series_id: identity.series_id, series: identity.series, sequence, sha256 };
            increments::forget(&tx)?;
            tx.execute(
                "UPDATE library SET series_id = ?1, series = ?2, origin = ?3",
                params![
                    next_series,
                    exports::series_name(&identity.name, Some(next_series)),
                    to_json(&origin)?
                ],
            )?;
        }
        tx.execute("UPDATE outbox SET state = 'paused' WHERE state IN ('waiting', 'sending', 'failed')", [])?;
        tx.commit()?;
        Ok(())
    }
}
