//! Does the library still hold together? Reads everything, changes nothing.

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

impl Library {
    /// Checks the database, the journal's chain, every revision's hash and every blob. Empty where all is well.
    pub fn check(&self) -> Result<Vec<Finding>> {
        let mut findings = Vec::new();
        for part in [Self::check_database, Self::check_journal, Self::check_revisions, Self::check_blobs] {
            match part(self, &mut findings) {
                Err(damage @ (Error::Damaged { .. } | Error::Sqlite(_))) => {
                    findings.push(of_database(damage.to_string()));
                }
                other => other?,
            }
        }
        Ok(findings)
    }

    fn check_database(&self, findings: &mut Vec<Finding>) -> Result<()> {
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

    fn check_journal(&self, findings: &mut Vec<Finding>) -> Result<()> {
        let (mut seq, mut previous) = (0, crate::FIRST_PREVIOUS.to_owned());
        self.each_journal_entry(0, |entry| {
            seq += 1;
            if entry.seq != seq || entry.previous != previous || entry.expected_hash()? != entry.hash {
                findings.push(Finding { kind: FindingKind::Journal, place: format!("entry {}", entry.seq) });
                seq = entry.seq;
            }
            if entry.action == "revision.sealed" && !self.is_kept(&entry)? {
                let place = format!("revision {} of {}", entry.detail["revision"], entry.subject);
                findings.push(Finding { kind: FindingKind::Revision, place });
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

    fn check_revisions(&self, findings: &mut Vec<Finding>) -> Result<()> {
        for post in self.all_posts()? {
            for row in self.history(post.id)? {
                let intact = match self.revision(post.id, row.number) {
                    Ok(revision) => revision.content.hash()? == revision.hash,
                    Err(Error::Damaged { .. } | Error::Sqlite(_)) => false,
                    Err(other) => return Err(other),
                };
                if !intact {
                    let place = format!("revision {} of {}", row.number, post.id);
                    findings.push(Finding { kind: FindingKind::Revision, place });
                }
            }
        }
        Ok(())
    }

    fn check_blobs(&self, findings: &mut Vec<Finding>) -> Result<()> {
        let mut statement = self.conn.prepare("SELECT sha256, size FROM named_blob ORDER BY sha256")?;
        for blob in statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, u64>(1)?)))? {
            let (sha256, size) = blob?;
            match self.blobs().verify(&sha256) {
                Ok(found) if found == size => {}
                Ok(_) | Err(Error::DamagedBlob { .. } | Error::Io { .. }) => {
                    findings.push(Finding { kind: FindingKind::Blob, place: sha256 });
                }
                Err(other) => return Err(other),
            }
        }
        Ok(())
    }
}

/// What SQLite says is wrong; its search index (FTS5) names itself.
fn of_database(place: String) -> Finding {
    let index = place.to_lowercase().contains("fts5");
    Finding { kind: if index { FindingKind::Index } else { FindingKind::Database }, place }
}
