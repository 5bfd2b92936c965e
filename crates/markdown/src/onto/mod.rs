//! Edits put back into the text they were made of: what did not change keeps its bytes, down to the item of a list,
//! the row of a table and the words of a line.

mod container;
mod list;
mod patch;
mod table;

use crate::convert::{self, from_tiptap, marked_as_text};
use crate::document::Document;
use crate::lines::Lines;
use crate::model::Block;
use crate::parse::{self, Placed};
use crate::write::{Around, Care, first_sign};
use container::{Lead, Source};
use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

/// The byte order mark: at the beginning of a file it is no text.
const MARK: char = '\u{feff}';

/// The Markdown of an edited document, with the original bytes of all that did not change: blocks, the items of
/// lists, the rows of tables, the words of a line, and the blank lines between them. A document without edits gives
/// `original` itself. What is new takes the original's line ends.
pub fn render_onto(original: &str, doc: &Document) -> String {
    if let Some(text) = original.strip_prefix(MARK).filter(|text| !text.starts_with(MARK)) {
        return format!("{MARK}{}", render_onto(text, doc));
    }
    let lines = Lines::of(original);
    let old = parse::blocks(original, &lines);
    let new: Vec<&Block> = doc.blocks.iter().filter(|block| !block.is_empty_paragraph()).collect();
    if old.len() == new.len() && old.iter().zip(&new).all(|(old, new)| convert::same(&old.block, new)) {
        return original.to_owned();
    }
    // Behind a second byte order mark nothing stands where its columns say.
    if old.is_empty() || original.starts_with(MARK) {
        return with_line_ends(&from_tiptap(doc), original);
    }
    let edit = Edit { original, lines: &lines, old: &old, new: &new, context: Definitions::of(&new) };
    let mut fresh = vec![false; new.len()];
    let everything = names(old.iter().map(|placed| &placed.block)) != names(new.iter().copied());
    for _ in 0..3 {
        let Some(text) = edit.text(&fresh) else { break };
        if !everything {
            return text;
        }
        // A definition that came or went changes what other blocks mean: all is read again.
        let lost = unread(&text, &new);
        if lost.is_empty() {
            return text;
        }
        lost.into_iter().for_each(|index| fresh[index] = true);
    }
    with_line_ends(&from_tiptap(doc), original)
}

/// Which blocks a text does not give back; all of them where it gives another number of blocks.
fn unread(text: &str, new: &[&Block]) -> Vec<usize> {
    let back = parse::blocks(text, &Lines::of(text));
    if back.len() != new.len() {
        return (0..new.len()).collect();
    }
    (0..new.len()).filter(|index| !convert::same(new[*index], &back[*index].block)).collect()
}

/// What other blocks can refer to: definitions and the labels of footnotes.
fn names<'a>(blocks: impl Iterator<Item = &'a Block>) -> Vec<&'a Block> {
    let mut out = Vec::new();
    for block in blocks {
        block.visit(&mut |block| {
            if matches!(block, Block::Definition(_) | Block::Footnote { .. }) {
                out.push(block);
            }
        });
    }
    out
}

/// The definitions of a document, for a part of it that is read by itself.
pub(crate) struct Definitions(Vec<(String, String)>);

impl Definitions {
    fn of(blocks: &[&Block]) -> Self {
        let line = |block: &Block| match block {
            Block::Definition(definition) => {
                let mut line = String::new();
                crate::write::block(block, Care::LIGHT, Around::default(), &mut line);
                let word = definition.label.split_whitespace().next().unwrap_or_default();
                Some((word.to_lowercase(), line))
            }
            _ => None,
        };
        Self(names(blocks.iter().copied()).into_iter().filter_map(line).collect())
    }

    /// Those that a text may refer to.
    fn for_text(&self, text: &str) -> String {
        let lower = text.to_lowercase();
        let used = self.0.iter().filter(|(word, _)| lower.contains(word.as_str()));
        used.fold(String::new(), |out, (_, line)| format!("{out}{line}\n"))
    }

    /// See [`convert::reads_as`].
    pub(crate) fn reads_as(&self, text: &str, blocks: &[&Block]) -> bool {
        convert::reads_as(text, blocks, &self.for_text(text))
    }

    /// See [`convert::ends_as`].
    fn ends_as(&self, text: &str, blocks: &[&Block]) -> bool {
        convert::ends_as(text, blocks, &self.for_text(text))
    }
}

struct Edit<'a> {
    original: &'a str,
    lines: &'a Lines<'a>,
    old: &'a [Placed],
    new: &'a [&'a Block],
    context: Definitions,
}

/// A block of the result: its text with a line end, the block of the original that it is or takes the place of, and
/// whether it is that block's own bytes.
struct Part<'a> {
    text: Cow<'a, str>,
    old: Option<usize>,
    kept: bool,
}

/// The result in pieces, and which of them are the parts.
struct Joined<'a> {
    pieces: Vec<&'a str>,
    places: Vec<usize>,
}

impl Edit<'_> {
    /// The edited text. None where no way was found to have the parts side by side.
    fn text(&self, fresh: &[bool]) -> Option<String> {
        let parts = self.parts(fresh);
        for parted in [false, true] {
            let joined = self.join(&parts, parted);
            if self.holds(&parts, &joined) {
                return Some(marked_as_text(joined.pieces.concat()));
            }
        }
        None
    }

    fn parts(&self, fresh: &[bool]) -> Vec<Part<'_>> {
        let mut parts: Vec<Part<'_>> = Vec::with_capacity(self.new.len());
        for (old, new) in aligned(
            self.old.len(),
            self.new.len(),
            |old, new| convert::same(&self.old[old].block, self.new[new]),
            |old| key(&self.old[old].block),
            |new| key(self.new[new]),
        ) {
            let Some(new) = new else { continue };
            let block = self.new[new];
            let source = old.map(|old| &self.old[old]);
            let kept = source.filter(|source| !fresh[new] && convert::same(&source.block, block));
            if let Some(source) = kept {
                let text = self.lines.text(&source.place.lines);
                parts.push(Part { text: Cow::Borrowed(text), old, kept: true });
                continue;
            }
            let above = parts.last().and_then(|part| first_sign(&part.text));
            let below =
                old.and_then(|old| self.old.get(old + 1)).map(|next| self.lines.text(&next.place.lines));
            let signs = [above, below.and_then(first_sign)];
            let own = Source { lines: self.lines, context: &self.context, signs };
            let rewritten = source
                .filter(|_| !fresh[new])
                .and_then(|source| own.edited(&source.block, &source.place, block));
            let text = rewritten.unwrap_or_else(|| own.fresh(block, &Lead::default(), false));
            parts.push(Part {
                text: Cow::Owned(with_line_ends(&format!("{text}\n"), self.original)),
                old,
                kept: false,
            });
        }
        parts
    }

    /// The parts with what stands between them; the first and last of these stand before and behind all.
    fn join<'b>(&'b self, parts: &'b [Part<'b>], parted: bool) -> Joined<'b> {
        let end = line_end(self.original);
        let span = |old: usize| self.lines.span(&self.old[old].place.lines);
        let mut out: Vec<&str> = Vec::with_capacity(2 * parts.len() + 2);
        let mut places = Vec::with_capacity(parts.len());
        let first = parts.first().is_some_and(|part| part.old == Some(0));
        out.push(if first { &self.original[..span(0).start] } else { "" });
        for (index, part) in parts.iter().enumerate() {
            if let Some(above) = index.checked_sub(1).map(|above| &parts[above]) {
                if !above.text.ends_with(['\n', '\r']) {
                    out.push(end);
                }
                let gap = match (above.old, part.old) {
                    (Some(one), Some(two)) if two == one + 1 => {
                        Some(&self.original[span(one).end..span(two).start])
                    }
                    _ => None,
                };
                let both_kept = above.kept && part.kept && gap.is_some();
                out.push(gap.filter(|gap| both_kept || !parted || !gap.is_empty()).unwrap_or(end));
            }
            places.push(out.len());
            out.push(&part.text);
        }
        let last = self.old.len() - 1;
        if let Some(part) = parts.last()
            && part.old == Some(last)
        {
            if !part.kept && !self.original[span(last)].ends_with(['\n', '\r']) {
                let text = out.pop().unwrap_or_default();
                let text = text.strip_suffix('\n').unwrap_or(text);
                out.push(text.strip_suffix('\r').unwrap_or(text));
            }
            out.push(&self.original[span(last).end..]);
        }
        Joined { pieces: out, places }
    }

    /// Whether every changed part reads as its block between its neighbours.
    fn holds(&self, parts: &[Part<'_>], joined: &Joined<'_>) -> bool {
        let mut index = 0;
        while index < parts.len() {
            if parts[index].kept && !self.torn(parts, index) {
                index += 1;
                continue;
            }
            let start = index.saturating_sub(1);
            let mut end = index + 1;
            while end < parts.len() && !parts[end].kept {
                end += 1;
            }
            let end = (end + 1).min(parts.len());
            let region: String = joined.pieces[joined.places[start]..=joined.places[end - 1]].concat();
            let blocks = &self.new[start..end];
            let holds = self.context.reads_as(&region, blocks)
                || end == parts.len() && self.context.ends_as(&region, blocks);
            if !holds {
                return false;
            }
            index = end;
        }
        true
    }

    /// Whether a kept part follows another one than it did.
    fn torn(&self, parts: &[Part<'_>], index: usize) -> bool {
        let before = index.checked_sub(1).and_then(|before| parts[before].old);
        parts[index].old != before.map_or(Some(0), |before| Some(before + 1))
    }
}

/// Pairs of old and new: what is equal, and what takes the place of what; each in order.
fn aligned(
    old: usize,
    new: usize,
    same: impl Fn(usize, usize) -> bool,
    old_key: impl Fn(usize) -> (u8, u64),
    new_key: impl Fn(usize) -> (u8, u64),
) -> Vec<(Option<usize>, Option<usize>)> {
    let head = (0..old.min(new)).take_while(|at| same(*at, *at)).count();
    let most = old.min(new) - head;
    let tail = (1..=most).take_while(|back| same(old - back, new - back)).count();
    let mut out: Vec<(Option<usize>, Option<usize>)> = (0..head).map(|at| (Some(at), Some(at))).collect();
    let old_keys: Vec<(u8, u64)> = (head..old - tail).map(old_key).collect();
    let new_keys: Vec<(u8, u64)> = (head..new - tail).map(new_key).collect();
    for op in capture_diff_slices(Algorithm::Myers, &old_keys, &new_keys) {
        let (from, to) = (op.old_range(), op.new_range());
        if matches!(op, DiffOp::Equal { .. }) {
            out.extend(from.zip(to).map(|(old, new)| (Some(head + old), Some(head + new))));
        } else {
            replaced(&old_keys, &new_keys, from, to, head, &mut out);
        }
    }
    out.extend((1..=tail).rev().map(|back| (Some(old - back), Some(new - back))));
    out
}

/// Of a run that changed, blocks of one kind take one another's place, and what is left does so in order.
fn replaced(
    old: &[(u8, u64)],
    new: &[(u8, u64)],
    from: Range<usize>,
    to: Range<usize>,
    head: usize,
    out: &mut Vec<(Option<usize>, Option<usize>)>,
) {
    let kinds = |keys: &[(u8, u64)]| keys.iter().map(|(kind, _)| *kind).collect::<Vec<u8>>();
    for op in capture_diff_slices(Algorithm::Myers, &kinds(&old[from.clone()]), &kinds(&new[to.clone()])) {
        let (mut one, mut two) = (op.old_range(), op.new_range());
        loop {
            let pair = (one.next(), two.next());
            if pair == (None, None) {
                break;
            }
            let place = |at: Option<usize>, start: usize| at.map(|at| head + start + at);
            let (one, two) = (place(pair.0, from.start), place(pair.1, to.start));
            out.push((one, two));
        }
    }
}

/// A block's kind and what it holds.
fn key(block: &Block) -> (u8, u64) {
    let mut hasher = DefaultHasher::new();
    block.hash(&mut hasher);
    (block.kind(), hasher.finish())
}

fn line_end(original: &str) -> &'static str {
    let at = original.find('\n').unwrap_or(0);
    if original[..at].ends_with('\r') { "\r\n" } else { "\n" }
}

fn with_line_ends(text: &str, original: &str) -> String {
    if line_end(original) == "\n" {
        text.to_owned()
    } else {
        text.replace("\r\n", "\n").replace('\n', "\r\n")
    }
}
