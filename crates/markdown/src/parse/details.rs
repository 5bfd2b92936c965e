//! `<details>` around Markdown: two HTML blocks with Markdown between them, as GitHub and others have it.

use crate::model::Details;
use comrak::Node;
use comrak::nodes::NodeValue;
use std::ops::Range;

/// Siblings in runs: one by one, but for those from an opening tag to its closing one, which go together.
pub(super) fn runs(nodes: &[Node<'_>]) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::with_capacity(nodes.len());
    let mut open = Vec::new();
    for (at, node) in nodes.iter().enumerate() {
        out.push(at..at + 1);
        if !matches!(node.data().value, NodeValue::HtmlBlock(_)) {
            continue;
        }
        if head(node).is_some() {
            open.push(out.len() - 1);
        } else if is_end(node)
            && let Some(first) = open.pop()
        {
            let start = out[first].start;
            out.truncate(first);
            out.push(start..at + 1);
        }
    }
    out
}

/// What the opening tag of a run says, where the run is a pair of tags.
pub(super) fn opening(run: &[Node<'_>]) -> Option<Details> {
    if run.len() < 2 { None } else { head(run[0]) }
}

fn head(node: Node<'_>) -> Option<Details> {
    let data = node.data();
    let NodeValue::HtmlBlock(html) = &data.value else { return None };
    let text = html.literal.trim_end();
    let (open, rest) = match text.strip_prefix("<details") {
        Some(rest) if rest.starts_with(" open>") => (true, &rest[6..]),
        Some(rest) if rest.starts_with('>') => (false, &rest[1..]),
        _ => return None,
    };
    let compact = rest.starts_with('<');
    let summary = rest.trim_start().strip_prefix("<summary>")?.strip_suffix("</summary>")?;
    if summary.contains(['<', '\n', '\r']) || summary != summary.trim() {
        return None;
    }
    // What is read has to be what is written: a bare ampersand, and other references, stay HTML.
    let plain = summary.replace("&lt;", "<").replace("&amp;", "&");
    (escaped(&plain) == summary).then(|| Details { open, compact, summary: plain, blocks: Vec::new() })
}

fn is_end(node: Node<'_>) -> bool {
    matches!(&node.data().value, NodeValue::HtmlBlock(html) if html.literal.trim_end() == "</details>")
}

/// A summary as HTML.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
