//! `<details>` around Markdown: two HTML blocks with Markdown between them, as GitHub and others have it.

use crate::model::Details;
use comrak::Node;
use comrak::nodes::NodeValue;

/// The children of a node: one by one, but for those from an opening tag to its closing one, which go together.
pub(super) fn runs<'a>(node: Node<'a>) -> Vec<Vec<Node<'a>>> {
    runs_of(node.children())
}

pub(super) fn runs_of<'a>(nodes: impl Iterator<Item = Node<'a>>) -> Vec<Vec<Node<'a>>> {
    let mut out: Vec<Vec<Node<'a>>> = nodes.map(|node| vec![node]).collect();
    let mut open = Vec::new();
    let mut at = 0;
    while at < out.len() {
        if head(out[at][0]).is_some() {
            open.push(at);
        } else if is_end(out[at][0])
            && let Some(start) = open.pop()
        {
            let run: Vec<Node<'a>> = out.drain(start..=at).flatten().collect();
            out.insert(start, run);
            at = start;
        }
        at += 1;
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
