//! Markdown as blocks, each with the lines that it came from. The lines of the top-level blocks and the blank lines
//! between them are the whole text.

mod definitions;
mod details;
mod inline;

pub(crate) use details::escaped as escaped_summary;
pub(crate) use inline::ranked;

use crate::lines::Lines;
use crate::model::{Align, Block, Inline, Item, Kind, ListKind, Table};
use crate::syntax;
use comrak::Node;
use comrak::nodes::{ListType, NodeList, NodeTable, NodeValue, TableAlignment};
use definitions::Found;
use std::ops::Range;

/// How deep JSON may nest in blocks, two levels for each node that holds nodes: with what lies inside the deepest
/// block it stays within the 128 levels that parsers commonly read.
const DEEPEST: usize = 108;

/// A block and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Placed {
    pub block: Block,
    pub place: Place,
}

/// The lines of a block, without blank lines after it, and of what it holds: blocks, items or rows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Place {
    pub lines: Range<usize>,
    pub inner: Vec<Place>,
}

/// A block that has no node of its own in the schema, or whose source cannot be told.
struct Unfit;

/// Reads `markdown` into its top-level blocks.
pub(crate) fn blocks(markdown: &str, lines: &Lines<'_>) -> Vec<Placed> {
    syntax::with_tree(markdown, true, |root| {
        let reader = Reader { lines, found: definitions::all(markdown, lines, root) };
        let mut out = Vec::new();
        let mut next = 0;
        let nodes: Vec<Node<'_>> = root.children().collect();
        for run in details::runs(&nodes) {
            let run = &nodes[run];
            let range = reader.extent(run, reader.limit(run, lines.count()));
            let start = range.start.max(next);
            reader.gap(next..start, &mut out);
            let end = range.end.max(start);
            reader.top(run, start..end, &mut out);
            next = end;
        }
        reader.gap(next..lines.count(), &mut out);
        out
    })
}

struct Reader<'a> {
    lines: &'a Lines<'a>,
    found: Found,
}

type Blocks = (Vec<Block>, Vec<Place>);

impl Reader<'_> {
    /// The lines from the beginning of one node to the end of another.
    fn lines_of(&self, first: Node<'_>, last: Node<'_>) -> Range<usize> {
        let (start, end) = (first.data().sourcepos.start, last.data().sourcepos.end);
        let end = if end.column == 0 { end.line.saturating_sub(1) } else { end.line };
        let start = start.line.saturating_sub(1).min(self.lines.count());
        start..end.clamp(start, self.lines.count())
    }

    /// The lines of a run of siblings, with those behind it, before line `limit`, that hold a definition of its last
    /// item: comrak ends a list where its text ends.
    fn extent(&self, run: &[Node<'_>], limit: usize) -> Range<usize> {
        let last = run[run.len() - 1];
        let mut range = self.lines_of(run[0], last);
        let data = last.data();
        let column = data.sourcepos.start.column.saturating_sub(1);
        let within: &dyn Fn(&str) -> bool = match &data.value {
            NodeValue::BlockQuote => {
                &|line| line.get(column..).is_some_and(|l| l.trim_start().starts_with('>'))
            }
            NodeValue::FootnoteDefinition(_) => &|line| indent(line) >= 4,
            NodeValue::List(_) => &|line| {
                let item = last.last_child().map_or((0, 2), |item| (column_of(item), padding(item)));
                indent(line) >= item.0 + item.1
            },
            _ => return range,
        };
        for at in range.end..limit {
            let line = self.lines.text(&(at..at + 1));
            if within(line) {
                range.end = at + 1;
            } else if !line.trim_matches([' ', '\t', '>', '\n', '\r']).is_empty() {
                break;
            }
        }
        range
    }

    /// Where the node behind a run begins, or all ends.
    fn limit(&self, run: &[Node<'_>], end: usize) -> usize {
        run[run.len() - 1].next_sibling().map_or(end, |next| self.lines_of(next, next).start)
    }

    /// One top-level block, or all that stands for a pair of `<details>` tags.
    fn top(&self, run: &[Node<'_>], range: Range<usize>, out: &mut Vec<Placed>) {
        let range = self.lines.without_blank_ends(range);
        let mut read: Blocks = Default::default();
        match self.run(run, range.clone(), 2, &mut read) {
            Ok(()) => {
                out.extend(read.0.into_iter().zip(read.1).map(|(block, place)| Placed { block, place }));
            }
            Err(Unfit) => out.push(self.source(range)),
        }
    }

    fn source(&self, lines: Range<usize>) -> Placed {
        let text = self.lines.text(&lines).replace("\r\n", "\n").replace('\r', "\n");
        let block = Block::Source(text.trim_end_matches('\n').to_owned());
        Placed { block, place: Place { lines, inner: Vec::new() } }
    }

    /// Lines that no top-level block covers hold reference definitions. Whatever else they might hold is kept.
    fn gap(&self, range: Range<usize>, out: &mut Vec<Placed>) {
        let mut next = range.start;
        let rest = |range: Range<usize>, out: &mut Vec<Placed>| {
            let range = self.lines.without_blank_ends(range);
            if !range.is_empty() {
                out.push(self.source(range));
            }
        };
        for (block, place) in self.found.within(&range) {
            rest(next..place.lines.start, out);
            next = place.lines.end;
            out.push(Placed { block, place });
        }
        rest(next..range.end.max(next), out);
    }

    /// The blocks of a node, with the definitions that stand between them.
    fn children(&self, node: Node<'_>, range: &Range<usize>, depth: usize) -> Result<Blocks, Unfit> {
        let mut out: Blocks = Default::default();
        let nodes: Vec<Node<'_>> = node.children().collect();
        self.runs(&nodes, range, depth, &mut out)?;
        Ok(out)
    }

    /// The blocks of siblings on a range of lines.
    fn runs(
        &self,
        nodes: &[Node<'_>],
        range: &Range<usize>,
        depth: usize,
        out: &mut Blocks,
    ) -> Result<(), Unfit> {
        let mut next = range.start;
        for run in details::runs(nodes) {
            let run = &nodes[run];
            let own = self.extent(run, self.limit(run, range.end));
            self.definitions(next..own.start.max(next), out);
            next = own.end.max(next);
            self.run(run, own, depth, out)?;
        }
        self.definitions(next..range.end.max(next), out);
        Ok(())
    }

    fn definitions(&self, range: Range<usize>, out: &mut Blocks) {
        for (block, place) in self.found.within(&range) {
            out.0.push(block);
            out.1.push(place);
        }
    }

    fn run(
        &self,
        run: &[Node<'_>],
        range: Range<usize>,
        depth: usize,
        out: &mut Blocks,
    ) -> Result<(), Unfit> {
        if depth > DEEPEST {
            return Err(Unfit);
        }
        if let Some(mut details) = details::opening(run) {
            let mut inner: Blocks = Default::default();
            let (first, last) = (run[0], run[run.len() - 1]);
            let within = self.lines_of(first, first).end..self.lines_of(last, last).start;
            self.runs(&run[1..run.len() - 1], &within, depth + 4, &mut inner)?;
            details.blocks = inner.0;
            out.0.push(Block::Details(details));
            out.1.push(Place { lines: range, inner: inner.1 });
            return Ok(());
        }
        self.node(run[0], range, depth, out)
    }

    fn node(
        &self,
        node: Node<'_>,
        mut range: Range<usize>,
        depth: usize,
        out: &mut Blocks,
    ) -> Result<(), Unfit> {
        if matches!(node.data().value, NodeValue::Paragraph | NodeValue::Heading(_)) {
            // Definitions at the head of a paragraph are no part of it.
            self.definitions(range.clone(), out);
            if let Some(last) = self.found.within(&range).last() {
                range.start = last.1.lines.end.min(range.end);
            }
        }
        let (block, inner) = self.block(node, &range, depth)?;
        out.0.push(block);
        out.1.push(Place { lines: range, inner });
        Ok(())
    }

    fn block(
        &self,
        node: Node<'_>,
        range: &Range<usize>,
        depth: usize,
    ) -> Result<(Block, Vec<Place>), Unfit> {
        let leaf = |block: Block| Ok((block, Vec::new()));
        match &node.data().value {
            NodeValue::Paragraph => leaf(Block::Paragraph(self.content(node, false))),
            NodeValue::Heading(heading) => {
                leaf(Block::Heading { level: heading.level, content: self.content(node, false) })
            }
            NodeValue::ThematicBreak => leaf(Block::Rule),
            NodeValue::CodeBlock(code) => leaf(Block::Code {
                language: Some(code.info.clone()).filter(|info| !info.is_empty()),
                text: verbatim(&code.literal),
            }),
            // Indented behind a list it would be part of it.
            NodeValue::HtmlBlock(html) => leaf(Block::Html(verbatim(html.literal.trim_start_matches(' ')))),
            NodeValue::BlockQuote => {
                let (blocks, inner) = self.children(node, range, depth + 2)?;
                Ok((Block::Quote(blocks), inner))
            }
            NodeValue::FootnoteDefinition(footnote) => {
                let (blocks, inner) = self.children(node, range, depth + 2)?;
                Ok((Block::Footnote { label: footnote.name.clone(), blocks }, inner))
            }
            NodeValue::List(list) => self.list(node, list, range.end, depth + 2),
            NodeValue::Table(table) => self.table(node, table),
            _ => Err(Unfit),
        }
    }

    fn list(
        &self,
        node: Node<'_>,
        list: &NodeList,
        end: usize,
        depth: usize,
    ) -> Result<(Block, Vec<Place>), Unfit> {
        let mut items = Vec::new();
        let mut places = Vec::new();
        for child in node.children() {
            let mut lines = self.lines_of(child, child);
            // What stands between two items, such as a definition, belongs to the first.
            lines.end = self.limit(&[child], end).max(lines.end);
            let task = match &child.data().value {
                NodeValue::TaskItem(task) => Some(task.symbol.is_some()),
                _ => None,
            };
            let (mut blocks, mut inner) = self.children(child, &lines, depth + 2)?;
            if task.is_some() && begins_without_text(&blocks) {
                blocks.remove(0);
                inner.remove(0);
            }
            items.push(Item { task, blocks });
            places.push(Place { lines: self.lines.without_blank_ends(lines), inner });
        }
        let kind = match list.list_type {
            ListType::Bullet => ListKind::Bullet,
            ListType::Ordered => ListKind::Ordered(u64::try_from(list.start).map_err(|_| Unfit)?),
        };
        Ok((Block::List { kind, tight: list.tight, items }, places))
    }

    fn table(&self, node: Node<'_>, table: &NodeTable) -> Result<(Block, Vec<Place>), Unfit> {
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
        let mut rows: Vec<Vec<Vec<Inline>>> = Vec::new();
        let mut places = Vec::new();
        for row in node.children() {
            let mut cells: Vec<Vec<Inline>> = row.children().map(|cell| self.content(cell, true)).collect();
            cells.resize(align.len(), Vec::new());
            rows.push(cells);
            places.push(Place { lines: self.lines_of(row, row), inner: Vec::new() });
        }
        Ok((Block::Table(Table { align, rows }), places))
    }

    fn content(&self, node: Node<'_>, in_table: bool) -> Vec<Inline> {
        inline::content(node, self.lines, in_table)
    }
}

fn column_of(node: Node<'_>) -> usize {
    node.data().sourcepos.start.column.saturating_sub(1)
}

/// How far the text of an item stands behind its marker's beginning.
fn padding(item: Node<'_>) -> usize {
    match &item.data().value {
        NodeValue::Item(list) => list.padding,
        _ => 2,
    }
}

/// How far a line is indented, the signs of quotes and tabs among it.
fn indent(line: &str) -> usize {
    let lead = line.bytes().take_while(|byte| matches!(byte, b' ' | b'\t' | b'>'));
    lead.fold(0, |column, byte| if byte == b'\t' { column / 4 * 4 + 4 } else { column + 1 })
}

/// The text of a block that is shown as it stands, without its last line end. Line ends alone are all kept, to tell
/// a block of one blank line from an empty one.
fn verbatim(literal: &str) -> String {
    let mut text = literal.to_owned();
    if text.contains('\r') {
        text = text.replace("\r\n", "\n").replace('\r', "\n");
    }
    if text.ends_with('\n') && text.bytes().any(|byte| byte != b'\n') {
        text.pop();
    }
    text
}

/// Whether a task item begins with the no-break space that stands for no text.
fn begins_without_text(blocks: &[Block]) -> bool {
    matches!(blocks.first(), Some(Block::Paragraph(content))
        if matches!(&content[..], [Inline { kind: Kind::Text(text), .. }] if text == "\u{a0}"))
}
