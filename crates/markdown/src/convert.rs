//! Both directions, and the check of one against the other: what is written is read again, and a block that does
//! not come back as it was is written with more care.

use crate::document::Document;
use crate::lines::Lines;
use crate::model::{Block, Inline, Kind, can_be_loose, can_be_tight};
use crate::parse::{self, Placed};
use crate::plain;
use crate::write::{self, Around, Care, Written};
use std::ops::Range;

/// A document as Markdown. The text reads back as the same document wherever Markdown has a form for it; empty
/// paragraphs, and spaces at the ends of lines and of emphasis, have none.
pub fn from_tiptap(doc: &Document) -> String {
    let blocks: Vec<&Block> = doc.blocks.iter().filter(|block| !block.is_empty_paragraph()).collect();
    let written = write::document(&blocks);
    let mut out = String::new();
    let mut done = 0;
    for index in lost(&blocks, &written) {
        let (range, around) = &written.parts[index];
        out.push_str(&written.text[done..range.start]);
        write::block(blocks[index], careful(blocks[index]), *around, &mut out);
        done = range.end;
    }
    if done == 0 {
        return marked_as_text(written.text);
    }
    out.push_str(&written.text[done..]);
    marked_as_text(out)
}

/// A text whose first character is U+FEFF, which at the beginning of a file would be a byte order mark and no text.
pub(crate) fn marked_as_text(text: String) -> String {
    match text.strip_prefix('\u{feff}') {
        Some(rest) => format!("&#65279;{rest}"),
        None => text,
    }
}

/// Which blocks do not come back as they were written. What is plain needs no second look; the others are read as a
/// text of their own.
fn lost(blocks: &[&Block], written: &Written) -> Vec<usize> {
    let mut text = String::new();
    let mut odd = Vec::new();
    let mut line = 0;
    for (index, (range, _)) in
        written.parts.iter().enumerate().filter(|(index, _)| !plain::is_plain(blocks[*index]))
    {
        let source = &written.text[range.clone()];
        let count = memchr::memchr_iter(b'\n', source.as_bytes()).count() + 1;
        odd.push((index, line..line + count));
        text.push_str(source);
        text.push_str("\n\n");
        line += count + 1;
        if matches!(blocks[index], Block::List { .. }) {
            text.push_str(WALL);
            text.push_str("\n\n");
            line += 2;
        }
    }
    let back = parse::blocks(&text, &Lines::of(&text));
    let mut back = back.iter().peekable();
    let mut comes_back = |index: usize, lines: &Range<usize>| {
        while back.next_if(|placed| placed.place.lines.start < lines.start).is_some() {}
        let found = back.next_if(|placed| placed.place.lines.start < lines.end);
        let more = back.peek().is_some_and(|placed| placed.place.lines.start < lines.end);
        found.is_some_and(|placed| same(&placed.block, blocks[index])) && !more
    };
    odd.into_iter().filter(|(index, lines)| !comes_back(*index, lines)).map(|(index, _)| index).collect()
}

/// What keeps a list apart from what follows it.
const WALL: &str = "<!-- -->";

/// The care with which a block comes back as it is; the most where none does.
pub(crate) fn careful(block: &Block) -> Care {
    let comes_back = |care: Care| {
        let mut text = String::new();
        write::block(block, care, Around::default(), &mut text);
        reads_as(&text, &[block], "")
    };
    Care::all().find(|care| comes_back(*care)).unwrap_or(Care::STRICT)
}

/// Whether a text by itself reads as these blocks. References to footnotes are given something to refer to; `context`
/// holds the definitions of links.
pub(crate) fn reads_as(text: &str, blocks: &[&Block], context: &str) -> bool {
    let asked = format!("{text}\n\n{WALL}\n{}\n{context}", footnotes(blocks));
    let back = parse::blocks(&asked, &Lines::of(&asked));
    let Some(end) = back.iter().position(is_wall) else { return false };
    all_read(&back[..end], blocks)
}

/// The same for a text that nothing follows: its last block may have no end of its own.
pub(crate) fn ends_as(text: &str, blocks: &[&Block], context: &str) -> bool {
    let asked = format!("{}\n{context}\n\n{WALL}\n\n{text}", footnotes(blocks));
    let back = parse::blocks(&asked, &Lines::of(&asked));
    let Some(start) = back.iter().position(is_wall) else { return false };
    all_read(&back[start + 1..], blocks)
}

fn is_wall(placed: &Placed) -> bool {
    matches!(&placed.block, Block::Html(html) if html == WALL)
}

fn all_read(back: &[Placed], blocks: &[&Block]) -> bool {
    back.len() == blocks.len() && back.iter().zip(blocks).all(|(placed, block)| same(&placed.block, block))
}

/// Something for the blocks' references to footnotes to refer to.
fn footnotes(blocks: &[&Block]) -> String {
    let mut labels = Vec::new();
    blocks.iter().for_each(|block| references(block, &mut labels));
    labels.sort_unstable();
    labels.dedup();
    labels.into_iter().map(|label| format!("\n[^{label}]: a\n")).collect()
}

fn references<'a>(block: &'a Block, out: &mut Vec<&'a str>) {
    block.visit(&mut |block| {
        let mut inlines = |content: &'a [Inline]| {
            out.extend(content.iter().filter_map(|inline| match &inline.kind {
                Kind::FootnoteReference(label) => Some(label.as_str()),
                _ => None,
            }));
        };
        match block {
            Block::Paragraph(content) | Block::Heading { content, .. } => inlines(content),
            Block::Table(table) => table.rows.iter().flatten().for_each(|cell| inlines(cell)),
            _ => {}
        }
    });
}

/// Whether two blocks mean the same: whether a list is loose is asked only where it can be either.
pub(crate) fn same(one: &Block, other: &Block) -> bool {
    match (one, other) {
        (Block::Quote(one), Block::Quote(other)) => all_same(one, other),
        (Block::Footnote { label, blocks }, Block::Footnote { label: other_label, blocks: other }) => {
            label == other_label && all_same(blocks, other)
        }
        (Block::Details(one), Block::Details(other)) => {
            (one.open, one.compact, &one.summary) == (other.open, other.compact, &other.summary)
                && all_same(&one.blocks, &other.blocks)
        }
        (
            Block::List { kind, tight, items },
            Block::List { kind: other_kind, tight: other_tight, items: other },
        ) => {
            let pairs = || items.iter().zip(other);
            kind == other_kind
                && items.len() == other.len()
                && (tight == other_tight || !can_be_tight(items) || !can_be_loose(items))
                && pairs().all(|(one, other)| one.task == other.task && all_same(&one.blocks, &other.blocks))
        }
        _ => one == other,
    }
}

fn all_same(one: &[Block], other: &[Block]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
}
