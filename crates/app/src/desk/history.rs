//! The window's commands on the history of posts.

use super::commands::attachment_id;
use super::{Answer, Desk, parse};
use crate::{ComparisonView, HistoryPage, LineComparison, PostView, VersionRow};

impl Desk {
    /// A part of a post's history: at most `limit` revisions with numbers below `before`.
    pub fn history(&self, id: &str, before: Option<u32>, limit: u32) -> Answer<HistoryPage> {
        self.with(|open| open.session.history_page(parse(id)?, before, limit))
    }

    /// Two revisions compared as a reader sees them.
    pub fn compare_revisions(&self, id: &str, from: u32, to: u32) -> Answer<ComparisonView> {
        self.with(|open| open.session.compare(parse(id)?, from, to))
    }

    /// The source of two revisions compared.
    pub fn compare_sources(&self, id: &str, from: u32, to: u32) -> Answer<Vec<LineComparison>> {
        self.with(|open| open.session.compare_sources(parse(id)?, from, to))
    }

    /// Names a revision, or takes its name away.
    pub fn name_revision(&self, id: &str, number: u32, name: Option<&str>) -> Answer<()> {
        self.with(|open| open.session.name_revision(parse(id)?, number, name))
    }

    /// Makes an earlier revision current again.
    pub fn restore_revision(&self, id: &str, number: u32) -> Answer<PostView> {
        self.with_post(|session| session.restore_revision(parse(id)?, number))
    }

    /// The versions of a PDF or an image, and which revisions of a post have them.
    pub fn attachment_history(&self, id: &str, attachment: &str) -> Answer<Vec<VersionRow>> {
        self.with(|open| open.session.attachment_history(parse(id)?, attachment_id(attachment)?))
    }
}
