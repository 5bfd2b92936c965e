//! Does the library still hold together? Reads everything, changes nothing.

use std::ops::ControlFlow;

use rusqlite::OptionalExtension;

use crate::{Entry, Error, Library, Result, search};

/// What kind of damage was found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FindingKind {
    /// SQLite's own integrity check.
    Database,
    /// The search index, which can be made anew.
    Index,
    /// A journal entry whose hash, number or predecessor is wrong.
    Journal,
    /// A revision whose content is not what its hash says, or that is not what the journal says was sealed.
    Revision,
    /// A blob whose bytes are gone or changed.
    Blob,
}

/// One thing that is wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// Of which kind.
    pub kind: FindingKind,
    /// Where.
    pub place: String,
}

/// How far a check is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CheckStep {
    /// What is looked at: [`FindingKind::Database`], `Journal`, `Revision` or `Blob`.
    pub part: FindingKind,
    /// Bytes looked at, over all parts.
    pub done: u64,
    /// Bytes to look at, over all parts.
    pub total: u64,
}

/// Is told how far a check is, and may stop it.
pub type OnCheck<'a> = dyn FnMut(CheckStep) -> ControlFlow<()> + 'a;

/// Stops what a library is reading, from another thread: it then fails with SQLite's `interrupted`.
pub struct Interrupter(rusqlite::InterruptHandle);

impl Interrupter {
    /// Stops what is being read at this moment, if anything is.
    pub fn stop(&self) {
        self.0.interrupt();
    }
}

/// A check on its way.
struct Checking<'a> {
    findings: Vec<Finding>,
    step: CheckStep,
    told: &'a mut OnCheck<'a>,
}

impl Checking<'_> {
    fn found(&mut self, kind: FindingKind, place: String) {
        self.findings.push(Finding { kind, place });
    }

    /// Bytes more were looked at.
    fn advance(&mut self, bytes: u64) -> Result<()> {
        self.step.done = (self.step.done + bytes).min(self.step.total);
        match (self.told)(self.step) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Error::Stopped),
        }
    }
}

impl Library {
    /// Checks the database, the journal's chain, every revision's hash and every blob. Empty where all is well.
    pub fn check(&self) -> Result<Vec<Finding>> {
        self.check_with(&mut |_| ControlFlow::Continue(()))
    }

    /// What stops a check, or anything else that this library reads, from another thread.
    pub fn interrupter(&self) -> Interrupter {
        Interrupter(self.conn.get_interrupt_handle())
    }

    /// The same, saying how far it is.
    ///
    /// # Errors
    /// [`Error::Stopped`] where `told` or an [`Interrupter`] stopped it.
    pub fn check_with<'a>(&self, told: &'a mut OnCheck<'a>) -> Result<Vec<Finding>> {
        let database =
            std::fs::metadata(self.root.join(crate::STATE).join("library.db")).map_or(0, |d| d.len());
        let sum = |sql: &str| self.conn.query_row(sql, [], |row| row.get::<_, u64>(0)).unwrap_or(0);
        let texts = sum("SELECT coalesce(sum(bytes), 0) FROM revision");
        let blobs = sum("SELECT coalesce(sum(size), 0) FROM named_blob");
        let total = database + texts + blobs;
        let step = CheckStep { part: FindingKind::Database, done: 0, total };
        let mut checking = Checking { findings: Vec::new(), step, told };
        let parts = [
            (
                FindingKind::Database,
                Self::check_database as fn(&Self, &mut Checking<'_>) -> Result<()>,
                database,
            ),
            (FindingKind::Journal, Self::check_journal, 0),
            (FindingKind::Revision, Self::check_revisions, texts),
            (FindingKind::Blob, Self::check_blobs, blobs),
        ];
        let mut end = 0;
        for (part, check, bytes) in parts {
            checking.step.part = part;
            checking.advance(0)?;
            match check(self, &mut checking) {
                Err(Error::Sqlite(reason))
                    if reason.sqlite_error_code() == Some(rusqlite::ErrorCode::OperationInterrupted) =>
                {
                    return Err(Error::Stopped);
                }
                Err(damage @ (Error::Damaged { .. } | Error::Sqlite(_))) => {
                    checking.findings.push(of_database(damage.to_string()));
                }
                other => other?,
            }
            end += bytes;
            checking.step.done = end;
            checking.advance(0)?;
        }
        Ok(checking.findings)
    }

    fn check_database(&self, checking: &mut Checking<'_>) -> Result<()> {
        let findings = &mut checking.findings;
        let mut statement = self.conn.prepare("PRAGMA integrity_check")?;
        for line in statement.query_map([], |row| row.get::<_, String>(0))? {
            let place = line?;
            if place != "ok" {
                findings.push(of_database(place));
            }
        }
        let unindexed = search::unindexed(&self.conn)?;
        if unindexed > 0 {
            findings.push(Finding { kind: FindingKind::Index, place: format!("{unindexed} posts") });
        }
        let mut statement = self.conn.prepare("PRAGMA foreign_key_check")?;
        for table in statement.query_map([], |row| row.get::<_, String>(0))? {
            let place = format!("a row of {} refers to nothing", table?);
            findings.push(Finding { kind: FindingKind::Database, place });
        }
        Ok(())
    }

    fn check_journal(&self, checking: &mut Checking<'_>) -> Result<()> {
        let (mut seq, mut previous) = (0_u64, crate::FIRST_PREVIOUS.to_owned());
        self.each_journal_entry(0, |entry| {
            seq += 1;
            if seq.is_multiple_of(1_000) {
                checking.advance(0)?;
            }
            if entry.seq != seq || entry.previous != previous || entry.expected_hash()? != entry.hash {
                checking.found(FindingKind::Journal, format!("entry {}", entry.seq));
                seq = entry.seq;
            }
            if entry.action == "revision.sealed" && !self.is_kept(&entry)? {
                let place = format!("revision {} of {}", entry.detail["revision"], entry.subject);
                checking.found(FindingKind::Revision, place);
            }
            previous = entry.hash;
            Ok(())
        })
    }

    /// Whether the revision that an entry tells of is there, under the hash that it was sealed with.
    fn is_kept(&self, sealed: &Entry) -> Result<bool> {
        let hash: Option<String> = self
            .conn
            .prepare_cached("SELECT hash FROM revision WHERE post = ?1 AND number = ?2")?
            .query_row((&sealed.subject, sealed.detail["revision"].as_u64()), |row| row.get(0))
            .optional()?;
        match hash {
            Some(hash) => Ok(Some(hash.as_str()) == sealed.detail["hash"].as_str()),
            None => self.is_purged(&sealed.subject),
        }
    }

    fn is_purged(&self, post: &str) -> Result<bool> {
        let mut statement = self.conn.prepare_cached(
            "SELECT 1 FROM journal WHERE subject = ?1 AND action = 'post.purged'
               AND action IN ('post.published','post.withdrawn','post.purged')",
        )?;
        Ok(statement.exists([post])?)
    }

    fn check_revisions(&self, checking: &mut Checking<'_>) -> Result<()> {
        for post in self.post_ids()? {
            let mut bytes = 0;
            for row in self.history(post)? {
                let intact = match self.revision(post, row.number) {
                    Ok(revision) => {
                        bytes += revision.content.body.len() + revision.content.front_matter.len();
                        revision.content.hash()? == revision.hash
                    }
                    Err(Error::Damaged { .. } | Error::Sqlite(_)) => false,
                    Err(other) => return Err(other),
                };
                if !intact {
                    checking.found(FindingKind::Revision, format!("revision {} of {post}", row.number));
                }
            }
            checking.advance(u64::try_from(bytes).unwrap_or(0))?;
        }
        Ok(())
    }

    fn check_blobs(&self, checking: &mut Checking<'_>) -> Result<()> {
        let mut statement = self.conn.prepare("SELECT sha256, size FROM named_blob ORDER BY sha256")?;
        for blob in statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, u64>(1)?)))? {
            let (sha256, size) = blob?;
            match self.blobs().verify(&sha256) {
                Ok(found) if found == size => {}
                Ok(_) | Err(Error::DamagedBlob { .. } | Error::Io { .. }) => {
                    checking.found(FindingKind::Blob, sha256);
                }
                Err(other) => return Err(other),
            }
            checking.advance(size)?;
        }
        Ok(())
    }
}

/// What SQLite says is wrong; its search index (FTS5) names itself.
fn of_database(place: String) -> Finding {
    let index = place.to_lowercase().contains("fts5");
    Finding { kind: if index { FindingKind::Index } else { FindingKind::Database }, place }
}
