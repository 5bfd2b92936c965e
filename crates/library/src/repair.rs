//! Mending what can be mended: what is derived, what was left behind, and bytes that are still elsewhere.

use std::collections::HashSet;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rusqlite::{Transaction, TransactionBehavior};

use crate::{Error, Finding, FindingKind, Id, Library, Result, STATE, Timestamp, search};

/// Younger ones may be on their way into the library: bytes are stored before the record that names them.
const IN_FLIGHT: Duration = Duration::from_secs(3600);

impl Library {
    /// The digests of all stored files that a version of an attachment is.
    pub fn named_blobs(&self) -> Result<Vec<String>> {
        let mut statement = self.conn.prepare("SELECT DISTINCT sha256 FROM named_blob ORDER BY sha256")?;
        Ok(statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
    }

    /// Files in `.fonds` that nothing names and that are older than an hour: what a program that was stopped left.
    pub fn strays(&self, now: Timestamp) -> Result<Vec<PathBuf>> {
        let named: HashSet<String> = self.named_blobs()?.into_iter().collect();
        let mut found = Vec::new();
        let blobs = self.root.join(STATE).join("blobs");
        for place in files_in(&blobs)? {
            if place.is_dir() {
                found.extend(files_in(&place)?.into_iter().filter(|blob| !named.contains(&name_of(blob))));
            } else if name_of(&place).starts_with(".incoming-") {
                found.push(place);
            }
        }
        let state = self.root.join(STATE);
        found.extend(
            files_in(&state)?.into_iter().filter(|place| name_of(place).starts_with("library.db.new")),
        );
        let millis = u64::try_from(now.as_millis()).unwrap_or(0);
        let before =
            (UNIX_EPOCH + Duration::from_millis(millis)).checked_sub(IN_FLIGHT).unwrap_or(UNIX_EPOCH);
        found.retain(|place| written(place).is_some_and(|at| at < before));
        found.sort();
        Ok(found)
    }

    /// Removes [`Library::strays`], and gives how many there were.
    pub fn sweep(&mut self, now: Timestamp) -> Result<usize> {
        // Nobody can record a blob meanwhile, and who records one looks first whether it is there.
        let lock = Transaction::new_unchecked(&self.conn, TransactionBehavior::Immediate)?;
        let strays = self.strays(now)?;
        for stray in &strays {
            std::fs::remove_file(stray).map_err(Error::io(stray))?;
        }
        drop(lock);
        Ok(strays.len())
    }

    /// Makes anew what is derived (SQLite's indexes, the search index), fetches lost bytes from the attachments' files,
    /// and sweeps; `findings` are those of a check just before. What it cannot mend, [`Library::check`] goes on to name.
    pub fn repair(&mut self, findings: &[Finding], now: Timestamp) -> Result<()> {
        if findings.iter().any(|finding| finding.kind == FindingKind::Database) {
            self.conn.execute_batch("REINDEX")?;
        }
        if findings.iter().any(|finding| finding.kind == FindingKind::Index) {
            let tx = self.begin()?;
            reindex(&tx)?;
            tx.commit()?;
        }
        for lost in findings.iter().filter(|finding| finding.kind == FindingKind::Blob) {
            self.fetch(&lost.place)?;
        }
        self.sweep(now)?;
        Ok(())
    }

    /// Looks for a blob's bytes in the attachments' own files.
    fn fetch(&self, sha256: &str) -> Result<()> {
        let mut statement = self.conn.prepare(
            "SELECT DISTINCT a.path FROM attachment a JOIN attachment_version v ON v.attachment = a.id WHERE v.sha256 = ?1",
        )?;
        let paths: Vec<String> =
            statement.query_map([sha256], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        for path in paths {
            let Ok(mut file) = File::open(self.root.join(&path)) else { continue };
            if self.blobs.mend(sha256, &mut file)? {
                break;
            }
        }
        Ok(())
    }
}

/// Makes the search index anew from the posts as they now read.
fn reindex(tx: &Transaction<'_>) -> Result<()> {
    search::clear(tx)?;
    let posts: Vec<Id> = {
        let mut statement = tx.prepare("SELECT id FROM post ORDER BY rowid")?;
        statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?
    };
    for post in posts {
        // What cannot be read any more cannot be found either.
        if let Ok(content) = crate::working_copy::current(tx, post) {
            search::index(tx, post, &content)?;
        }
    }
    Ok(())
}

/// What is in a folder; nothing where it is not there.
fn files_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(vec![]),
        Err(e) => return Err(Error::io(folder)(e)),
    };
    entries.map(|entry| Ok(entry.map_err(Error::io(folder))?.path())).collect()
}

fn name_of(place: &Path) -> String {
    place.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn written(place: &Path) -> Option<SystemTime> {
    place.symlink_metadata().ok().filter(std::fs::Metadata::is_file)?.modified().ok()
}
