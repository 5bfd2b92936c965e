//! Both directions, checked against each other: what is written is read again, and a block that does not come back
//! as it was is written with more care, or kept as its source.

use crate::error::Result;
use crate::inline::Care;
use crate::json;
use crate::model::Block;
use crate::parse::{self, Piece};
use crate::write::{self, Form};
use serde_json::Value;

/// More rounds than a block needs: made, made with care, source, source of all.
const ROUNDS: usize = 4;

/// Markdown as a TipTap document, for the schema in the crate's documentation. Never fails: what the schema has no
/// node for, or what would not survive the way back, is an `opaqueBlock` of its source. Blocks nest at most 20
/// levels deep in it.
pub fn to_tiptap(markdown: &str) -> Value {
    let blocks: Vec<Block> = settled(markdown).into_iter().map(|piece| piece.block).collect();
    json::document(&blocks)
}

/// A TipTap document as Markdown. The text reads back as the same document wherever Markdown has a form for it;
/// spaces at the ends of lines and of emphasis, and empty paragraphs, have none.
///
/// # Errors
/// [`crate::Error`] for nodes and marks outside the schema, and for blocks nested deeper than [`crate::MAX_DEPTH`].
pub fn from_tiptap(doc: &Value) -> Result<String> {
    Ok(written(&json::read(doc)?))
}

/// Blocks as Markdown, with more care for those that do not come back.
pub(crate) fn written(blocks: &[Block]) -> String {
    let mut forms = vec![Form::Made(Care::Light); blocks.len()];
    let text = write::document(blocks.iter().zip(&forms));
    let back = parse::pieces(&text);
    let lost = unmatched(blocks.len(), &back, |index, piece| blocks[index] == piece.block);
    if lost.is_empty() {
        return text;
    }
    for index in lost {
        forms[index] = Form::Made(Care::Strict);
    }
    write::document(blocks.iter().zip(&forms))
}

/// The pieces of a text, each of which comes back as it is when all are written.
pub(crate) fn settled(markdown: &str) -> Vec<Piece> {
    let (pieces, forced) = settle_once(markdown);
    if !forced {
        return pieces;
    }
    let blocks: Vec<Block> = pieces.iter().map(|piece| piece.block.clone()).collect();
    let again: Vec<Block> = settle_once(&written(&blocks)).0.into_iter().map(|piece| piece.block).collect();
    if again == blocks { pieces } else { whole(markdown) }
}

/// Pieces, and whether some had to become source.
fn settle_once(markdown: &str) -> (Vec<Piece>, bool) {
    let pieces = parse::pieces(markdown);
    let mut forms = vec![Form::Made(Care::Light); pieces.len()];
    let source = |piece: &Piece| Form::Source(parse::opaque_source(&markdown[piece.span.clone()]));
    for _ in 0..ROUNDS {
        let text = write::document(pieces.iter().map(|piece| &piece.block).zip(&forms));
        let back = parse::pieces(&text);
        let lost = unmatched(pieces.len(), &back, |index, found| {
            let kept = matches!(forms[index], Form::Source(_)) || pieces[index].block == found.block;
            kept && pieces[index].html == found.html
        });
        if lost.is_empty() {
            let forced = forms.iter().any(|form| matches!(form, Form::Source(_)));
            let keep = |(mut piece, form): (Piece, Form)| {
                if let Form::Source(source) = form {
                    piece.block = Block::Opaque(source);
                }
                piece
            };
            return (pieces.into_iter().zip(forms).map(keep).collect(), forced);
        }
        for index in lost {
            let same = back.len() == pieces.len() && back[index].block == pieces[index].block;
            forms[index] = match forms[index] {
                Form::Made(Care::Light) if !same => Form::Made(Care::Strict),
                _ => source(&pieces[index]),
            };
        }
    }
    (whole(markdown), true)
}

/// Which of `count` blocks did not come back: by their place where as many came back, else all between the equal
/// ones at both ends.
fn unmatched(count: usize, back: &[Piece], same: impl Fn(usize, &Piece) -> bool) -> Vec<usize> {
    if back.len() == count {
        return (0..count).filter(|index| !same(*index, &back[*index])).collect();
    }
    let head = (0..count).zip(back).take_while(|(index, piece)| same(*index, piece)).count();
    let tail = (head..count).rev().zip(back[head.min(back.len())..].iter().rev());
    let tail = tail.take_while(|(index, piece)| same(*index, piece)).count();
    let lost: Vec<usize> = (head..count - tail).collect();
    if lost.is_empty() { (head.saturating_sub(1)..count.min(head + 1)).collect() } else { lost }
}

/// The whole text as one piece of source.
fn whole(markdown: &str) -> Vec<Piece> {
    let source = parse::opaque_source(markdown);
    vec![Piece { block: Block::Opaque(source), html: 0, span: 0..markdown.len() }]
}

#[cfg(test)]
mod tests;
