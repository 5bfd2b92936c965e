//! Which Markdown Fonds reads: CommonMark 0.31 with GitHub's tables, task lists, strikethrough, autolinks and
//! footnotes, and TeX between dollar signs, through comrak.

use comrak::nodes::NodeValue;
use comrak::{Arena, Node, Options, parse_document};
use std::borrow::Cow;

pub(crate) fn options(footnotes_in_place: bool) -> Options<'static> {
    let mut options = Options::default();
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.extension.autolink = true;
    options.extension.tasklist = true;
    options.extension.footnotes = true;
    options.extension.math_dollars = true;
    options.parse.leave_footnote_definitions = footnotes_in_place;
    options.render.r#unsafe = true;
    options
}

/// Parses `markdown`, hands over the tree, and returns what `read` makes of it.
pub(crate) fn with_tree<T>(markdown: &str, footnotes_in_place: bool, read: impl FnOnce(Node<'_>) -> T) -> T {
    // comrak reads “1.” as a list's empty item only where a line end follows.
    let whole = if markdown.is_empty() || markdown.ends_with(['\n', '\r']) {
        Cow::Borrowed(markdown)
    } else {
        Cow::Owned(format!("{markdown}\n"))
    };
    let markdown: &str = &whole;
    let arena = Arena::new();
    let mut options = options(footnotes_in_place);
    let root = parse_document(&arena, markdown, &options);
    if markdown.contains('$') && root.descendants().any(|node| is_money(node)) {
        options.extension.math_dollars = false;
        let plain = parse_document(&arena, markdown, &options);
        put_money_back(root, plain);
    }
    read(root)
}

/// Math that touches a letter or a figure is no math: “de 5$/h à 7$/h” speaks of money.
fn is_money(node: Node<'_>) -> bool {
    if !matches!(node.data().value, NodeValue::Math(_)) {
        return false;
    }
    let text = |beside: Option<Node<'_>>, at: fn(&str) -> Option<char>| match beside.map(|node| node.data()) {
        Some(data) => {
            matches!(&data.value, NodeValue::Text(text) if at(text).is_some_and(char::is_alphanumeric))
        }
        None => false,
    };
    text(node.previous_sibling(), |text| text.chars().next_back())
        || text(node.next_sibling(), |text| text.chars().next())
}

/// Gives every line of text that has money in it the inlines it has without math.
fn put_money_back<'a>(node: Node<'a>, plain: Node<'a>) {
    let holds_money = |node: Node<'a>| node.descendants().any(is_money);
    let mut pairs = vec![(node, plain)];
    while let Some((node, plain)) = pairs.pop() {
        if node.data().value.contains_inlines() {
            if holds_money(node) {
                node.children().collect::<Vec<_>>().into_iter().for_each(comrak::arena_tree::Node::detach);
                plain.children().collect::<Vec<_>>().into_iter().for_each(|child| node.append(child));
            }
            continue;
        }
        pairs.extend(node.children().zip(plain.children()));
    }
}
/// The text below a node, without markup; blocks, and cells, are parted by line ends.
pub(crate) fn text_of(root: Node<'_>) -> String {
    let mut out = String::new();
    for edge in root.traverse() {
        match edge {
            comrak::arena_tree::NodeEdge::Start(node) => match &node.data().value {
                NodeValue::Text(text) => out.push_str(text),
                NodeValue::Code(code) => out.push_str(&code.literal),
                NodeValue::Math(math) => out.push_str(&math.literal),
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
