//! A post's body on the site.

use super::names::encode;
use super::plan::{Placed, Plan};
use crate::body::{Places, Shape, without_title};
use crate::{Attachment, Result};

const SHAPE: Shape = Shape { note: "note", widgets: true };

/// Places on the site, as a page sees them.
struct OnSite<'a> {
    plan: &'a Plan<'a>,
    /// Leads from the page to the site's folder.
    root: &'a str,
}

impl Places for OnSite<'_> {
    fn file(&self, attachment: &Attachment) -> Option<String> {
        Some(format!("{}{}", self.root, encode(&self.plan.file(attachment)?.path)))
    }

    fn page(&self, file: &str) -> Option<String> {
        Some(format!("{}{}", self.root, encode(&self.plan.post_at(file)?.path)))
    }
}

/// The body's HTML; links to files begin with `root`, which leads to the site's folder.
pub(super) fn html(plan: &Plan<'_>, placed: &Placed<'_>, root: &str) -> Result<String> {
    crate::body::html(placed.post, &OnSite { plan, root }, SHAPE)
}

/// How many characters a summary has at most.
const SUMMARY: usize = 220;

/// The beginning of a body in plain text, cut between words.
pub(super) fn summary(placed: &Placed<'_>) -> String {
    let post = placed.post;
    let text = fonds_markdown::plain_text(without_title(&post.body, &post.title));
    let mut summary = String::new();
    for word in text.split_whitespace() {
        if summary.chars().count() + word.chars().count() >= SUMMARY {
            summary = summary.chars().take(SUMMARY).collect();
            return summary.trim_end_matches([',', ';', ':', '.', '\u{202f}', '\u{a0}']).to_owned() + "…";
        }
        if !summary.is_empty() {
            summary.push(' ');
        }
        summary.push_str(word);
    }
    summary
}
