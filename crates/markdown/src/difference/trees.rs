//! Two trees of blocks compared: which blocks stayed, changed, came, went and moved.

use std::collections::HashMap;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::Kind;
use super::pairing::{Words, pairs};
use super::runs::{self, Stretch};
use super::tree::{Element, Node, key_of};

/// Blocks of fewer words are found twice by chance, and are not said to have moved.
const LEAST_MOVED: usize = 3;

/// A block, or a run of text between blocks.
#[derive(Debug, Clone)]
pub(super) enum Item<'a> {
    Block(&'a Element),
    Run(Vec<&'a Node>),
}

/// What became of an item, or of a part of one.
#[derive(Debug)]
pub(super) enum Piece<'a> {
    /// It stands in both.
    Same(Item<'a>),
    /// It stands in one: removed from there, or added there. `moved` says that the other holds it elsewhere.
    Only { kind: Kind, item: Item<'a>, words: Words, moved: bool },
    /// A block whose inside changed.
    Both { old: &'a Element, new: &'a Element, inside: Vec<Piece<'a>> },
    /// A block of one side that has to be taken apart, because something was put between its parts.
    Apart { kind: Kind, block: &'a Element, inside: Vec<Piece<'a>> },
    /// A run whose words changed.
    Words(Vec<Stretch<'a>>),
    /// A cell that only the other side of a table has a column for.
    Gap,
}

impl<'a> Item<'a> {
    fn key(&self) -> u64 {
        match self {
            Item::Block(block) => block.key,
            Item::Run(nodes) => key_of(&nodes.iter().map(|node| node.key()).collect::<Vec<_>>()),
        }
    }

    fn words(&self) -> Words {
        let mut texts = Vec::new();
        match self {
            Item::Block(block) => texts_in(&block.children, &mut texts),
            Item::Run(nodes) => nodes.iter().for_each(|node| texts_of(node, &mut texts)),
        }
        Words::of(texts)
    }

    /// A table has one head and one body, however little of them stays.
    fn is_table_part(&self) -> bool {
        matches!(self, Item::Block(block) if matches!(block.tag.as_str(), "thead" | "tbody" | "tfoot"))
    }

    fn fits(&self, other: &Item<'_>) -> bool {
        match (self, other) {
            (Item::Block(a), Item::Block(b)) => a.tag == b.tag && !a.is_empty_kind(),
            (Item::Run(_), Item::Run(_)) => true,
            _ => false,
        }
    }
}

fn texts_in<'a>(nodes: &'a [Node], out: &mut Vec<&'a str>) {
    nodes.iter().for_each(|node| texts_of(node, out));
}

fn texts_of<'a>(node: &'a Node, out: &mut Vec<&'a str>) {
    match node {
        Node::Text(text) => out.push(text),
        Node::Element(element) => texts_in(&element.children, out),
    }
}

/// The blocks among nodes, and what stands between them.
fn items(nodes: &[Node]) -> Vec<Item<'_>> {
    let mut out: Vec<Item<'_>> = Vec::new();
    for node in nodes {
        match node {
            Node::Element(element) if element.block => out.push(Item::Block(element)),
            Node::Text(text) if text.trim().is_empty() && !matches!(out.last(), Some(Item::Run(_))) => {}
            _ => match out.last_mut() {
                Some(Item::Run(run)) => run.push(node),
                _ => out.push(Item::Run(vec![node])),
            },
        }
    }
    out
}

/// Compares two texts.
pub(super) fn compare<'a>(old: &'a [Node], new: &'a [Node]) -> Vec<Piece<'a>> {
    let mut pieces = align(&items(old), &items(new), None);
    let mut seen = HashMap::new();
    count_lonely(&pieces, &mut seen);
    mark_moved(&mut pieces, &seen);
    pieces
}

/// A table's columns: where each stands in the old table and in the new one.
type Columns = [(Option<usize>, Option<usize>)];

fn align<'a>(old: &[Item<'a>], new: &[Item<'a>], columns: Option<&Columns>) -> Vec<Piece<'a>> {
    let keys = |items: &[Item<'_>]| items.iter().map(Item::key).collect::<Vec<_>>();
    let mut out = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &keys(old), &keys(new)) {
        let (before, after) = (&old[op.old_range()], &new[op.new_range()]);
        if let DiffOp::Equal { .. } = op {
            out.extend(after.iter().cloned().map(Piece::Same));
        } else {
            region(before, after, columns, &mut out);
        }
    }
    out
}

/// A stretch in which both sides differ.
fn region<'a>(old: &[Item<'a>], new: &[Item<'a>], columns: Option<&Columns>, out: &mut Vec<Piece<'a>>) {
    let words = |items: &[Item<'_>]| items.iter().map(Item::words).collect::<Vec<_>>();
    let (old_words, new_words) = (words(old), words(new));
    let together = match (old, new) {
        // The only text of a cell or a paragraph became the other's, however little they share.
        ([Item::Run(_)], [Item::Run(_)]) => vec![(0, 0)],
        ([Item::Block(a)], [Item::Block(b)]) if a.tag == b.tag && holds_blocks_only(a) => vec![(0, 0)],
        _ if old.iter().chain(new).all(Item::is_table_part) => (0..old.len().min(new.len()))
            .take_while(|at| old[*at].fits(&new[*at]))
            .map(|at| (at, at))
            .collect(),
        _ => pairs(&old_words, &new_words, |i, j| old[i].fits(&new[j])),
    };
    let only = |kind, item: &Item<'a>, words: &Words| match (item, columns) {
        (Item::Block(row), Some(columns)) if row.tag == "tr" => lone_row(kind, row, columns),
        _ => Piece::Only { kind, item: item.clone(), words: words.clone(), moved: false },
    };
    let (mut i, mut j) = (0, 0);
    for (a, b) in together.into_iter().chain([(old.len(), new.len())]) {
        out.extend((i..a).map(|at| only(Kind::Removed, &old[at], &old_words[at])));
        out.extend((j..b).map(|at| only(Kind::Added, &new[at], &new_words[at])));
        if let (Some(before), Some(after)) = (old.get(a), new.get(b)) {
            out.push(both(before, after, columns));
        }
        (i, j) = (a + 1, b + 1);
    }
}

fn holds_blocks_only(element: &Element) -> bool {
    matches!(element.tag.as_str(), "ul" | "ol" | "dl" | "table" | "thead" | "tbody" | "tfoot" | "section")
}

fn both<'a>(old: &Item<'a>, new: &Item<'a>, columns: Option<&Columns>) -> Piece<'a> {
    let (old, new) = match (old, new) {
        (Item::Block(old), Item::Block(new)) => (*old, *new),
        (Item::Run(old), Item::Run(new)) => {
            return Piece::Words(runs::compare(runs::tokens(old), runs::tokens(new)));
        }
        _ => return Piece::Same(new.clone()),
    };
    let inside = match (old.tag.as_str(), columns) {
        ("table", _) => {
            let columns = columns_of(old, new);
            align(&items(&old.children), &items(&new.children), columns.as_deref())
        }
        ("tr", Some(columns)) => cells(old, new, columns),
        _ => align(&items(&old.children), &items(&new.children), columns),
    };
    Piece::Both { old, new, inside }
}

/// How a table's columns went from the old head to the new one; none where every column stayed where it was.
fn columns_of(old: &Element, new: &Element) -> Option<Vec<(Option<usize>, Option<usize>)>> {
    let (old, new) = (items(&first_row(old)?.children), items(&first_row(new)?.children));
    if old.len() == new.len() {
        return Some((0..old.len()).map(|at| (Some(at), Some(at))).collect());
    }
    let keys = |items: &[Item<'_>]| items.iter().map(|item| key_of(&words_key(item))).collect::<Vec<_>>();
    let mut columns = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &keys(&old), &keys(&new)) {
        let (mut before, mut after) = (op.old_range(), op.new_range());
        while !before.is_empty() || !after.is_empty() {
            columns.push((before.next(), after.next()));
        }
    }
    Some(columns)
}

fn words_key(item: &Item<'_>) -> String {
    let mut texts = Vec::new();
    if let Item::Block(block) = item {
        texts_in(&block.children, &mut texts);
    }
    texts.concat()
}

fn first_row(table: &Element) -> Option<&Element> {
    table.children.iter().find_map(|child| match child {
        Node::Element(element) if element.tag == "tr" => Some(element),
        Node::Element(element) => first_row(element),
        Node::Text(_) => None,
    })
}

fn cells<'a>(old: &'a Element, new: &'a Element, columns: &Columns) -> Vec<Piece<'a>> {
    let (old, new) = (items(&old.children), items(&new.children));
    let only =
        |kind, item: &Item<'a>| Piece::Only { kind, item: item.clone(), words: item.words(), moved: false };
    let piece = |before: Option<&Item<'a>>, after: Option<&Item<'a>>| match (before, after) {
        (Some(before), Some(after)) if before.key() == after.key() => Some(Piece::Same(after.clone())),
        (Some(before), Some(after)) => Some(both(before, after, None)),
        (Some(before), None) => Some(only(Kind::Removed, before)),
        (None, Some(after)) => Some(only(Kind::Added, after)),
        (None, None) => None,
    };
    let at = |items: &[Item<'a>], at: Option<usize>| at.and_then(|at| items.get(at).cloned());
    columns.iter().filter_map(|(a, b)| piece(at(&old, *a).as_ref(), at(&new, *b).as_ref())).collect()
}

/// A row that only one side has, with room for the columns that only the other has.
fn lone_row<'a>(kind: Kind, row: &'a Element, columns: &Columns) -> Piece<'a> {
    let cells = items(&row.children);
    let inside = columns.iter().map(|(before, after)| {
        let at = if kind == Kind::Removed { before } else { after };
        match at.and_then(|at| cells.get(at)) {
            Some(item) => Piece::Only { kind, item: item.clone(), words: item.words(), moved: false },
            None => Piece::Gap,
        }
    });
    Piece::Apart { kind, block: row, inside: inside.collect() }
}

/// How often each block stands alone: removed, added.
fn count_lonely(pieces: &[Piece<'_>], seen: &mut HashMap<u64, (u32, u32)>) {
    for piece in pieces {
        match piece {
            Piece::Only { kind, item: Item::Block(block), words, .. } if words.count() >= LEAST_MOVED => {
                let counts = seen.entry(block.key).or_default();
                match kind {
                    Kind::Removed => counts.0 += 1,
                    _ => counts.1 += 1,
                }
            }
            Piece::Both { inside, .. } => count_lonely(inside, seen),
            _ => {}
        }
    }
}

fn mark_moved(pieces: &mut [Piece<'_>], seen: &HashMap<u64, (u32, u32)>) {
    for piece in pieces {
        match piece {
            Piece::Only { item: Item::Block(block), moved, .. } => {
                *moved = seen.get(&block.key).is_some_and(|(gone, come)| gone == come);
            }
            Piece::Both { inside, .. } => mark_moved(inside, seen),
            _ => {}
        }
    }
}
