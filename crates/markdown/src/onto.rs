//! Edits put back into the text they were made of: blocks that did not change keep their bytes.

use crate::convert::{settled, written};
use crate::error::Result;
use crate::inline::Care;
use crate::json;
use crate::model::Block;
use crate::parse::{self, Piece};
use crate::write;
use serde_json::Value;
use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash, Hasher};

/// The Markdown of an edited document, with the original bytes of every top-level block that did not change, and of
/// the blank lines around it. A document without edits gives `original` itself. New blocks take the original's line
/// ends.
///
/// # Errors
/// As [`crate::from_tiptap`].
pub fn render_onto(original: &str, doc: &Value) -> Result<String> {
    let edited = json::read(doc)?;
    let pieces = settled(original);
    // What is read back from JSON is canonical; so are pieces, but for what a schema has no place for.
    let before: Vec<Block> = json::read(&json::document(&blocks_of(&pieces)))?;
    if before == edited {
        return Ok(original.to_owned());
    }
    if pieces.is_empty() || before.len() != pieces.len() {
        return Ok(with_line_ends(&written(&edited), original));
    }
    let wanted = joined(edited.clone());
    for parted in [false, true] {
        let text = splice(original, &pieces, &before, &edited, parted);
        if joined(json::read(&json::document(&blocks_of(&settled(&text))))?) == wanted {
            return Ok(text);
        }
    }
    Ok(with_line_ends(&written(&edited), original))
}

fn blocks_of(pieces: &[Piece]) -> Vec<Block> {
    pieces.iter().map(|piece| piece.block.clone()).collect()
}

/// Neighbouring sources are one: where one ends cannot always be told from the text.
fn joined(blocks: Vec<Block>) -> Vec<Block> {
    let mut out: Vec<Block> = Vec::with_capacity(blocks.len());
    for block in blocks {
        match (&block, out.last_mut()) {
            (Block::Opaque(more), Some(Block::Opaque(source))) => {
                source.push_str("\n\n");
                source.push_str(more);
            }
            _ => out.push(block),
        }
    }
    for block in &mut out {
        if let Block::Opaque(source) = block {
            *source =
                source.split('\n').filter(|line| !line.trim().is_empty()).collect::<Vec<_>>().join("\n");
        }
    }
    out
}

/// A block of the result: its text, and the piece of the original that it is, or takes the place of.
struct Part<'a> {
    text: Cow<'a, str>,
    piece: Option<usize>,
}

fn splice(original: &str, pieces: &[Piece], before: &[Block], edited: &[Block], parted: bool) -> String {
    let keys = |blocks: &[Block]| blocks.iter().map(key).collect::<Vec<u64>>();
    let (old, new) = (keys(before), keys(edited));
    let mut parts: Vec<Part<'_>> = Vec::with_capacity(edited.len());
    for op in capture_diff_slices(Algorithm::Myers, &old, &new) {
        let (from, to) = (op.old_range(), op.new_range());
        let kept = matches!(op, DiffOp::Equal { .. });
        for (offset, block) in edited[to.clone()].iter().enumerate() {
            let piece = Some(from.start + offset).filter(|piece| *piece < from.end);
            let text = match piece.filter(|_| kept) {
                Some(index) => Cow::Borrowed(&original[pieces[index].span.clone()]),
                None => {
                    let above = parts.last().and_then(|part| write::first_marker(&part.text));
                    let last = offset + 1 == to.len();
                    let below =
                        pieces.get(from.end).filter(|_| last).map(|piece| &original[piece.span.clone()]);
                    Cow::Owned(made(block, original, above, below.and_then(write::first_marker)))
                }
            };
            parts.push(Part { text, piece });
        }
    }
    join(original, pieces, &parts, parted)
}

fn key(block: &Block) -> u64 {
    let mut hasher = DefaultHasher::new();
    format!("{block:?}").hash(&mut hasher);
    hasher.finish()
}

/// A block written anew, with as much care as it takes to come back, and a line end.
fn made(block: &Block, original: &str, above: Option<char>, below: Option<char>) -> String {
    let comes_back = |text: &str| matches!(&parse::pieces(text)[..], [piece] if piece.block == *block);
    let light = write::alone(block, Care::Light, above, below);
    let text = if comes_back(&light) { light } else { write::alone(block, Care::Strict, above, below) };
    with_line_ends(&format!("{text}\n"), original)
}

fn join(original: &str, pieces: &[Piece], parts: &[Part<'_>], parted: bool) -> String {
    let end = line_end(original);
    let mut out = String::with_capacity(original.len());
    if parts.first().is_some_and(|part| part.piece == Some(0)) {
        out.push_str(&original[..pieces[0].span.start]);
    }
    for (index, part) in parts.iter().enumerate() {
        if let Some(above) = index.checked_sub(1).map(|above| &parts[above]) {
            if !out.ends_with(['\n', '\r']) {
                out.push_str(end);
            }
            out.push_str(
                gap(original, pieces, above, part).filter(|gap| !parted || !gap.is_empty()).unwrap_or(end),
            );
        }
        out.push_str(&part.text);
    }
    let last = pieces.len() - 1;
    if parts.last().is_some_and(|part| part.piece == Some(last)) {
        if !original[pieces[last].span.clone()].ends_with(['\n', '\r'])
            && matches!(parts.last(), Some(Part { text: Cow::Owned(_), .. }))
        {
            out.truncate(out.trim_end_matches(['\n', '\r']).len());
        }
        out.push_str(&original[pieces[last].span.end..]);
    }
    out
}

/// The original's blank lines between two neighbours that are, or stand for, neighbours of the original.
fn gap<'a>(original: &'a str, pieces: &[Piece], above: &Part<'_>, below: &Part<'_>) -> Option<&'a str> {
    let (first, second) = (above.piece?, below.piece?);
    if second != first + 1 {
        return None;
    }
    Some(&original[pieces[first].span.end..pieces[second].span.start])
}

fn line_end(original: &str) -> &'static str {
    let at = original.find('\n').unwrap_or(0);
    if original[..at].ends_with('\r') { "\r\n" } else { "\n" }
}

fn with_line_ends(text: &str, original: &str) -> String {
    if line_end(original) == "\n" { text.to_owned() } else { text.replace('\n', "\r\n") }
}
