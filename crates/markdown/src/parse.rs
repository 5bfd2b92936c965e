//! Markdown as pieces: each top-level block with the bytes it came from. The pieces and the blank lines between
//! them are the whole text. Whatever the model has no form for becomes an opaque block of its own source.

use crate::flat;
use crate::inline;
use crate::model::{
    Align, Block, Inline, Item, Kind, Link, ListKind, Marks, Table, begins_without_text, can_be_loose,
    can_be_tight, canonical,
};
use crate::syntax;
use comrak::Node;
use comrak::nodes::{ListType, NodeList, NodeTable, NodeValue, TableAlignment};
use std::ops::Range;

/// Blocks nested deeper than this stay source: it keeps the JSON within what parsers read (128 levels).
const DEEPEST: usize = 20;

/// In bytes; CommonMark allows 999 characters.
const LONGEST_LABEL: usize = 4000;

/// A top-level block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    pub block: Block,
    /// A hash of the HTML it renders to; 0 for what was opaque from the beginning.
    pub html: u64,
    /// Its lines in the text, without blank lines after it.
    pub span: Range<usize>,
}

/// Reads `markdown` into pieces.
pub(crate) fn pieces(markdown: &str) -> Vec<Piece> {
    let lines = Lines::of(markdown);
    syntax::with_tree(markdown, true, |root| {
        let mut found: Vec<(Range<usize>, Option<Node<'_>>)> = Vec::new();
        let mut next = 0;
        for node in root.children() {
            let place = node.data().sourcepos;
            let start = place.start.line.saturating_sub(1).max(next).min(lines.count());
            let end = place.end.line.clamp(start, lines.count());
            add_gap(&mut found, &lines, next..start);
            found.push((start..end, Some(node)));
            next = end;
        }
        add_gap(&mut found, &lines, next..lines.count());
        found.into_iter().map(|(range, node)| piece(&lines, range, node)).collect()
    })
}

/// Lines that no block covers are reference definitions, and footnotes that nothing refers to.
fn add_gap(found: &mut Vec<(Range<usize>, Option<Node<'_>>)>, lines: &Lines<'_>, range: Range<usize>) {
    let range = lines.without_blank_ends(range);
    if range.is_empty() {
        return;
    }
    if !lines.text(&range).trim_start_matches([' ', '\t', '>', '\u{feff}']).starts_with('[')
        && let Some((last, _)) = found.last_mut()
    {
        last.end = range.end;
        return;
    }
    found.push((range, None));
}

fn piece(lines: &Lines<'_>, range: Range<usize>, node: Option<Node<'_>>) -> Piece {
    let range = lines.without_blank_ends(range);
    let text = lines.text(&range);
    let span = lines.span(&range);
    let opaque = || Piece { block: Block::Opaque(opaque_source(text)), html: 0, span: span.clone() };
    let Some(node) = node else { return opaque() };
    if matches!(node.data().value, NodeValue::HtmlBlock(_) | NodeValue::FootnoteDefinition(_)) {
        return opaque();
    }
    let html = flat::hash(&syntax::html_of(node));
    let block = if hides_definitions(node, text) { None } else { block(node, 0) };
    let block = block.unwrap_or_else(|| Block::Opaque(opaque_source(text)));
    Piece { block, html, span }
}

/// The source as JSON holds it: LF line ends, none at the end.
pub(crate) fn opaque_source(text: &str) -> String {
    text.replace("\r\n", "\n").trim_end_matches(['\n', '\r']).to_owned()
}

/// Reference definitions inside quotes and lists, or at the head of a paragraph, leave no trace in the tree. They
/// are found by asking whether the block, by itself, makes links of the labels that its lines begin with.
fn hides_definitions(node: Node<'_>, text: &str) -> bool {
    if matches!(node.data().value, NodeValue::CodeBlock(_) | NodeValue::Table(_)) {
        return false;
    }
    let labels = labels(text);
    if labels.is_empty() {
        return false;
    }
    let asked = format!("{text}\n\n<!-- -->\n\n{labels}");
    syntax::with_tree(&asked, true, |root| {
        let asked = root.children().skip_while(|node| !matches!(node.data().value, NodeValue::HtmlBlock(_)));
        let mut below = asked.flat_map(comrak::arena_tree::Node::descendants);
        below.any(|node| matches!(node.data().value, NodeValue::Link(_)))
    })
}

/// The labels of what could be reference definitions in this text, as a paragraph of references each.
fn labels(text: &str) -> String {
    let marker = |c: char| matches!(c, ' ' | '\t' | '>' | '-' | '+' | '*' | '.' | ')') || c.is_ascii_digit();
    let mut out = String::new();
    let mut at = 0;
    for line in text.split_inclusive(['\n', '\r']) {
        let start = at + line.len() - line.trim_start_matches(marker).len();
        at += line.len();
        let Some(rest) = text[start..].strip_prefix('[') else { continue };
        let Some(end) = rest[..rest.floor_char_boundary(LONGEST_LABEL)].find("]:") else { continue };
        let label: Vec<&str> =
            rest[..end].split(['\n', '\r']).map(|line| line.trim_start_matches(marker)).collect();
        let label = label.join(" ");
        if !label.replace("\\]", "").contains(']') {
            out.push_str(&format!("[{label}]\n\n"));
        }
    }
    out
}

fn block(node: Node<'_>, depth: usize) -> Option<Block> {
    if depth > DEEPEST {
        return None;
    }
    Some(match &node.data().value {
        NodeValue::Paragraph => Block::Paragraph(content(node, false)),
        NodeValue::Heading(heading) => Block::Heading { level: heading.level, content: content(node, false) },
        NodeValue::ThematicBreak => Block::Rule,
        NodeValue::BlockQuote => Block::Quote(blocks(node, depth + 1)?),
        NodeValue::CodeBlock(code) => Block::Code {
            language: Some(code.info.clone()).filter(|info| !info.is_empty()),
            text: code_text(&code.literal),
        },
        NodeValue::HtmlBlock(html) => Block::Opaque(opaque_source(&html.literal)),
        NodeValue::List(list) => self::list(node, list, depth)?,
        NodeValue::Table(table) => self::table(node, table)?,
        _ => return None,
    })
}

fn code_text(literal: &str) -> String {
    let text = literal.replace("\r\n", "\n").replace('\r', "\n");
    text.strip_suffix('\n').unwrap_or(&text).to_owned()
}

fn blocks(node: Node<'_>, depth: usize) -> Option<Vec<Block>> {
    node.children().map(|child| block(child, depth)).collect()
}

fn list(node: Node<'_>, list: &NodeList, depth: usize) -> Option<Block> {
    let mut items = Vec::new();
    let mut tasks = 0;
    for child in node.children() {
        let checked = match &child.data().value {
            NodeValue::TaskItem(task) => {
                tasks += 1;
                task.symbol.is_some()
            }
            _ => false,
        };
        items.push(Item { checked, blocks: blocks(child, depth + 2)? });
    }
    let kind = match (list.list_type, tasks) {
        (ListType::Bullet, 0) => ListKind::Bullet,
        (ListType::Ordered, 0) => ListKind::Ordered(u64::try_from(list.start).ok()?),
        (ListType::Bullet, tasks) if tasks == items.len() => ListKind::Task,
        _ => return None,
    };
    if kind == ListKind::Task {
        for item in items.iter_mut().filter(|item| begins_without_text(&item.blocks)) {
            item.blocks.remove(0);
        }
    }
    let tight = list.tight;
    let possible = if tight { can_be_tight(kind, &items) } else { can_be_loose(kind, &items) };
    possible.then_some(Block::List { kind, tight, items })
}

fn table(node: Node<'_>, table: &NodeTable) -> Option<Block> {
    let align: Vec<Option<Align>> = table
        .alignments
        .iter()
        .map(|align| match align {
            TableAlignment::None => None,
            TableAlignment::Left => Some(Align::Left),
            TableAlignment::Center => Some(Align::Center),
            TableAlignment::Right => Some(Align::Right),
        })
        .collect();
    let rows: Vec<Vec<Vec<Inline>>> =
        node.children().map(|row| row.children().map(|cell| content(cell, true)).collect()).collect();
    rows.iter().all(|row| row.len() == align.len()).then_some(Block::Table(Table { align, rows }))
}

fn content(node: Node<'_>, in_table: bool) -> Vec<Inline> {
    let mut out = Vec::new();
    inlines(node, &Marks::default(), in_table, 0, &mut out);
    canonical(out)
}

fn inlines(node: Node<'_>, marks: &Marks, in_table: bool, depth: usize, out: &mut Vec<Inline>) {
    for child in node.children() {
        let mut push = |kind: Kind| out.push(Inline::new(kind, marks));
        match &child.data().value {
            NodeValue::Text(text) => push(Kind::Text(text.to_string())),
            NodeValue::SoftBreak => push(Kind::Text(" ".to_owned())),
            NodeValue::LineBreak => push(Kind::Break),
            NodeValue::Code(code) if *marks == Marks::default() && !code.literal.is_empty() => {
                out.push(Inline::new(
                    Kind::Text(code.literal.clone()),
                    &Marks { code: true, ..Marks::default() },
                ));
            }
            NodeValue::Code(code) => push(Kind::Opaque(inline::code(&code.literal))),
            NodeValue::HtmlInline(html) if in_table && is_break(html) => push(Kind::Break),
            NodeValue::HtmlInline(html) => push(Kind::Opaque(html.clone())),
            NodeValue::FootnoteReference(footnote) => push(Kind::Opaque(format!("[^{}]", footnote.name))),
            NodeValue::Image(image) => push(Kind::Image {
                src: image.url.clone(),
                alt: syntax::text_of(child).replace('\n', " "),
                title: title(&image.title),
            }),
            value => marked(child, value, marks, in_table, depth, out),
        }
    }
}

/// What encloses other inlines. The same mark twice, or a mark around nothing, has no form in a flat run: it
/// becomes an opaque inline of the Markdown it means.
fn marked(
    node: Node<'_>,
    value: &NodeValue,
    marks: &Marks,
    in_table: bool,
    depth: usize,
    out: &mut Vec<Inline>,
) {
    if depth > DEEPEST {
        return out.push(Inline::new(Kind::Text(syntax::text_of(node)), marks));
    }
    let mut inner = marks.clone();
    let mut alone = Marks::default();
    let taken = match value {
        NodeValue::Strong => {
            alone.bold = true;
            std::mem::replace(&mut inner.bold, true)
        }
        NodeValue::Emph => {
            alone.italic = true;
            std::mem::replace(&mut inner.italic, true)
        }
        NodeValue::Strikethrough => {
            alone.strike = true;
            std::mem::replace(&mut inner.strike, true)
        }
        NodeValue::Link(link) => {
            let link = Link { href: link.url.clone(), title: title(&link.title) };
            alone.link = Some(link.clone());
            inner.link.replace(link).is_some()
        }
        _ => return inlines(node, marks, in_table, depth + 1, out),
    };
    let empty = node.first_child().is_none();
    if !taken && !empty {
        return inlines(node, &inner, in_table, depth + 1, out);
    }
    let mut within = Vec::new();
    inlines(node, &alone, in_table, depth + 1, &mut within);
    let source = match &alone.link {
        Some(link) if within.is_empty() => inline::link("", link),
        _ => inline::write(&canonical(within), inline::Care::Light),
    };
    out.push(Inline::new(Kind::Opaque(source), marks));
}

fn title(title: &str) -> Option<String> {
    Some(title.replace(['\n', '\r'], " ")).filter(|title| !title.is_empty())
}

/// Cells have no other form for a break.
fn is_break(html: &str) -> bool {
    matches!(html.to_ascii_lowercase().replace(' ', "").as_str(), "<br>" | "<br/>")
}

/// A text's lines, ended by LF, CRLF or CR, as CommonMark has them.
struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for (at, byte) in bytes.iter().enumerate() {
            if *byte == b'\n' || (*byte == b'\r' && bytes.get(at + 1) != Some(&b'\n')) {
                starts.push(at + 1);
            }
        }
        if starts.last() != Some(&text.len()) {
            starts.push(text.len());
        }
        Self { text, starts }
    }

    fn count(&self) -> usize {
        self.starts.len() - 1
    }

    fn span(&self, lines: &Range<usize>) -> Range<usize> {
        self.starts[lines.start]..self.starts[lines.end]
    }

    fn text(&self, lines: &Range<usize>) -> &'a str {
        &self.text[self.span(lines)]
    }

    fn without_blank_ends(&self, mut lines: Range<usize>) -> Range<usize> {
        let blank = |line: usize| {
            self.text(&(line..line + 1)).trim_matches([' ', '\t', '\n', '\r', '\u{feff}']).is_empty()
        };
        while !lines.is_empty() && blank(lines.end - 1) {
            lines.end -= 1;
        }
        while !lines.is_empty() && blank(lines.start) {
            lines.start += 1;
        }
        lines
    }
}
