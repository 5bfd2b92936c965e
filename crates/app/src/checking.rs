//! Is the library whole, and what can be mended?

use fonds_library::{CheckStep, Finding, FindingKind};

use crate::publishing::carry_on as go_on;
use crate::{FindingView, Progress, RepairView, Result, Session, TaskProgress, clock};

/// The share of a repair that its first look takes; the second, after the mending, takes the rest.
const LOOKS: u64 = 2;

impl Session {
    /// Looks at the whole library: database, journal, revisions, blobs, the posts' files, and what a stopped program
    /// left. Changes nothing. Empty where all is well.
    pub fn check(&self) -> Result<Vec<FindingView>> {
        Ok(self.look_over(&mut go_on)?.1)
    }

    /// The same, saying how far it is.
    ///
    /// # Errors
    /// `task.cancelled` where it was told to stop.
    pub fn check_with(&self, progress: &mut Progress<'_>) -> Result<Vec<FindingView>> {
        Ok(self.look_over(progress)?.1)
    }

    fn look_over(&self, progress: &mut Progress<'_>) -> Result<(Vec<Finding>, Vec<FindingView>)> {
        let found = self.library.check_with(&mut |step: CheckStep| {
            progress(&TaskProgress {
                id: String::new(),
                phase: match step.part {
                    FindingKind::Database | FindingKind::Index => "database",
                    FindingKind::Journal => "journal",
                    FindingKind::Revision => "revisions",
                    FindingKind::Blob => "files",
                }
                .into(),
                item: String::new(),
                done_bytes: step.done,
                total_bytes: step.total,
                left_seconds: None,
            })
        })?;
        let mut findings: Vec<FindingView> = Vec::new();
        for finding in &found {
            let code = match finding.kind {
                FindingKind::Database => "LIBRARY_DATABASE",
                FindingKind::Index => "LIBRARY_INDEX",
                FindingKind::Journal => "LIBRARY_JOURNAL",
                FindingKind::Revision => "LIBRARY_REVISION",
                FindingKind::Blob => "LIBRARY_BLOB",
            };
            findings.push(self.finding(code, "error", finding.place.clone()));
        }
        // A database that cannot be read has been named above.
        let _ = self.check_files(&mut findings);
        Ok((found, findings))
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
        self.repair_with(&mut go_on)
    }

    /// The same, saying how far it is. It can be stopped while it looks; what it has mended by then stays mended.
    ///
    /// # Errors
    /// `task.cancelled` where it was told to stop.
    pub fn repair_with(&mut self, progress: &mut Progress<'_>) -> Result<RepairView> {
        let mut half = |number: u64, step: &TaskProgress| {
            let done_bytes = step.total_bytes * number + step.done_bytes;
            progress(&TaskProgress { done_bytes, total_bytes: step.total_bytes * LOOKS, ..step.clone() })
        };
        let (found, before) = self.look_over(&mut |step| half(0, step))?;
        self.library.repair(&found, clock::now())?;
        self.write_pending_files()?;
        for post in self.library.all_posts()?.into_iter().filter(|post| post.trashed_at.is_none()) {
            if post.head.is_some() && self.library.mirrored_file(post.id)?.is_none() {
                self.write_file(post.id)?;
            }
        }
        let left = self.look_over(&mut |step| half(1, step))?.1;
        let mended = before.into_iter().filter(|finding| !left.contains(finding)).collect();
        Ok(RepairView { mended, left })
    }

    fn finding(&self, code: &str, severity: &str, place: String) -> FindingView {
        let message = crate::text(&format!("check.{code}"), self.language).into_owned();
        FindingView { code: code.into(), severity: severity.into(), place, message }
    }
}
