//! How the viewer inside an export shows a post: by the one converter, as the window does.

use fonds_archive::viewer::{Change, Kind, Render};
use fonds_markdown::difference;

/// Shows Markdown by the app's own converter.
#[derive(Debug)]
pub(crate) struct Shown;

impl Render for Shown {
    fn html(&self, markdown: &str, links: &dyn Fn(&str) -> Option<String>) -> String {
        fonds_markdown::to_html(markdown, links)
    }

    fn words(&self, markdown: &str) -> String {
        fonds_markdown::plain_text(markdown)
    }

    fn changes(&self, old: &str, new: &str) -> Vec<Change> {
        let change = |change: difference::Change| Change {
            kind: match change.kind {
                difference::Kind::Equal => Kind::Equal,
                difference::Kind::Added => Kind::Added,
                difference::Kind::Removed => Kind::Removed,
            },
            text: change.text,
        };
        difference::words(old, new).into_iter().map(change).collect()
    }
}
