//! Is the library whole, and what can be mended?

use fonds_library::FindingKind;

use crate::{FindingView, RepairView, Result, Session, clock};

impl Session {
    /// Looks at the whole library: database, journal, revisions, blobs, the posts' files, and what a stopped program
    /// left. Changes nothing. Empty where all is well.
    pub fn check(&self) -> Result<Vec<FindingView>> {
        let mut findings: Vec<FindingView> = Vec::new();
        for finding in self.library.check()? {
            let code = match finding.kind {
                FindingKind::Database => "LIBRARY_DATABASE",
                FindingKind::Index => "LIBRARY_INDEX",
                FindingKind::Journal => "LIBRARY_JOURNAL",
                FindingKind::Revision => "LIBRARY_REVISION",
                FindingKind::Blob => "LIBRARY_BLOB",
            };
            findings.push(self.finding(code, "error", finding.place));
        }
        // A database that cannot be read has been named above.
        let _ = self.check_files(&mut findings);
        Ok(findings)
    }

    fn check_files(&self, findings: &mut Vec<FindingView>) -> Result<()> {
        for stray in self.library.strays(clock::now())? {
            let place =
                stray.strip_prefix(self.library.root()).unwrap_or(&stray).to_string_lossy().into_owned();
            findings.push(self.finding("LIBRARY_STRAY", "warning", place));
        }
        let unwritten = self.library.unwritten_files()?;
        for post in self.library.all_posts()?.into_iter().filter(|post| post.trashed_at.is_none()) {
            match self.library.mirrored_file(post.id)?.filter(|_| !unwritten.contains(&post.id)) {
                None if post.head.is_some() => {
                    findings.push(self.finding(
                        "LIBRARY_NO_FILE",
                        "warning",
                        format!("{} ({})", post.slug, post.id),
                    ));
                }
                Some(file) if file.missing => {
                    findings.push(self.finding("LIBRARY_FILE_MISSING", "warning", file.path));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Mends what can be mended: indexes, lost bytes that an attachment's file still has, files that a stopped program
    /// left, and files that posts lack. A file that vanished stays so: its folder may be on a disk that is not there.
    pub fn repair(&mut self) -> Result<RepairView> {
        let before = self.check()?;
        self.library.repair(clock::now())?;
        self.write_pending_files()?;
        for post in self.library.all_posts()?.into_iter().filter(|post| post.trashed_at.is_none()) {
            if post.head.is_some() && self.library.mirrored_file(post.id)?.is_none() {
                self.write_file(post.id)?;
            }
        }
        let left = self.check()?;
        let mended = before.into_iter().filter(|finding| !left.contains(finding)).collect();
        Ok(RepairView { mended, left })
    }

    fn finding(&self, code: &str, severity: &str, place: String) -> FindingView {
        let message = crate::text(&format!("check.{code}"), self.language).into_owned();
        FindingView { code: code.into(), severity: severity.into(), place, message }
    }
}
