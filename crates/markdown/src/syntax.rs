//! Which Markdown Fonds reads: CommonMark 0.31 with GitHub's tables, task lists, strikethrough, autolinks and
//! footnotes, through comrak.

use comrak::nodes::NodeValue;
use comrak::{Arena, Node, Options, parse_document};

pub(crate) fn options(footnotes_in_place: bool) -> Options<'static> {
    let mut options = Options::default();
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.extension.autolink = true;
    options.extension.tasklist = true;
    options.extension.footnotes = true;
    options.parse.leave_footnote_definitions = footnotes_in_place;
    options.render.r#unsafe = true;
    options
}

/// Parses `markdown`, hands over the tree, and returns what `read` makes of it.
pub(crate) fn with_tree<T>(markdown: &str, footnotes_in_place: bool, read: impl FnOnce(Node<'_>) -> T) -> T {
    let arena = Arena::new();
    read(parse_document(&arena, markdown, &options(footnotes_in_place)))
}

/// The text below a node, without markup; blocks, and cells, are parted by line ends.
pub(crate) fn text_of(root: Node<'_>) -> String {
    let mut out = String::new();
    for edge in root.traverse() {
        match edge {
            comrak::arena_tree::NodeEdge::Start(node) => match &node.data().value {
                NodeValue::Text(text) => out.push_str(text),
                NodeValue::Code(code) => out.push_str(&code.literal),
                NodeValue::CodeBlock(code) => out.push_str(&code.literal),
                NodeValue::SoftBreak => out.push(' '),
                NodeValue::LineBreak => out.push('\n'),
                _ => {}
            },
            comrak::arena_tree::NodeEdge::End(node) => {
                let value = &node.data().value;
                if value.block() && !out.is_empty() && !out.ends_with('\n') {
                    out.push('\n');
                }
            }
        }
    }
    out.truncate(out.trim_end_matches('\n').len());
    out
}

/// The HTML of a node and all below it, unsanitised.
pub(crate) fn html_of(node: Node<'_>) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail, and what was written before a failure is all there is to show.
    let _ = comrak::format_html(node, &options(false), &mut out);
    out
}
