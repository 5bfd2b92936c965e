//! Does the library still hold together? Reads everything, changes nothing.

use crate::{Error, Library, Result};

/// What kind of damage was found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FindingKind {
    /// SQLite's own integrity check.
    Database,
    /// A journal entry whose hash, number or predecessor is wrong.
    Journal,
    /// A revision whose content is not what its hash says.
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
        self.check_database(&mut findings)?;
        self.check_journal(&mut findings)?;
        self.check_revisions(&mut findings)?;
        self.check_blobs(&mut findings)?;
        Ok(findings)
    }

    fn check_database(&self, findings: &mut Vec<Finding>) -> Result<()> {
        let mut statement = self.conn.prepare("PRAGMA integrity_check")?;
        for line in statement.query_map([], |row| row.get::<_, String>(0))? {
            let place = line?;
            if place != "ok" {
                findings.push(Finding { kind: FindingKind::Database, place });
            }
        }
        Ok(())
    }

    fn check_journal(&self, findings: &mut Vec<Finding>) -> Result<()> {
        let (mut seq, mut previous) = (0, crate::FIRST_PREVIOUS.to_owned());
        self.each_journal_entry(|entry| {
            seq += 1;
            if entry.seq != seq || entry.previous != previous || entry.expected_hash()? != entry.hash {
                findings.push(Finding { kind: FindingKind::Journal, place: format!("entry {}", entry.seq) });
                seq = entry.seq;
            }
            previous = entry.hash;
            Ok(())
        })
    }

    fn check_revisions(&self, findings: &mut Vec<Finding>) -> Result<()> {
        for post in self.all_posts()? {
            for row in self.history(post.id)? {
                let revision = self.revision(post.id, row.number)?;
                if revision.content.hash()? != revision.hash {
                    let place = format!("revision {} of {}", row.number, post.id);
                    findings.push(Finding { kind: FindingKind::Revision, place });
                }
            }
        }
        Ok(())
    }

    fn check_blobs(&self, findings: &mut Vec<Finding>) -> Result<()> {
        let mut statement =
            self.conn.prepare("SELECT DISTINCT sha256 FROM attachment_version ORDER BY sha256")?;
        for sha256 in statement.query_map([], |row| row.get::<_, String>(0))? {
            let sha256 = sha256?;
            match self.blobs().verify(&sha256) {
                Ok(_) => {}
                Err(Error::DamagedBlob { .. } | Error::Io { .. }) => {
                    findings.push(Finding { kind: FindingKind::Blob, place: sha256 });
                }
                Err(other) => return Err(other),
            }
        }
        Ok(())
    }
}
