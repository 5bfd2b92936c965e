//! How marks nest. ProseMirror keeps marks as a set on each piece of text; Markdown and HTML nest them. Without
//! numbers the mark that runs longest is the outer one; [`Mark::nest`] overrules that where a text says otherwise.

use crate::model::{Inline, Kind, Mark, MarkKind};
use std::cmp::Reverse;
use std::ops::Range;

/// What a writer meets from left to right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event<'a> {
    Open(&'a MarkKind),
    Close(&'a MarkKind),
    /// The inline with this number.
    Inline(usize),
}

/// The marks of a run as brackets around its inlines.
pub(crate) fn events(inlines: &[Inline]) -> Vec<Event<'_>> {
    let mut out = Vec::with_capacity(inlines.len() + 8);
    walk(inlines, 0..inlines.len(), &mut Vec::new(), &mut out);
    out
}

fn walk<'a>(inlines: &'a [Inline], range: Range<usize>, open: &mut Vec<&'a Mark>, out: &mut Vec<Event<'a>>) {
    let mut at = range.start;
    while at < range.end {
        let run = |mark: &Mark| inlines[at..range.end].iter().take_while(|i| i.marks.contains(mark)).count();
        let closed = inlines[at].marks.iter().filter(|mark| mark.kind.encloses() && !open.contains(mark));
        let outermost = closed
            .map(|mark| (mark, run(mark)))
            .min_by_key(|(mark, length)| (mark.nest, Reverse(*length), mark.kind.rank()));
        let Some((mark, length)) = outermost else {
            out.push(Event::Inline(at));
            at += 1;
            continue;
        };
        out.push(Event::Open(&mark.kind));
        open.push(mark);
        walk(inlines, at..at + length, open, out);
        open.pop();
        out.push(Event::Close(&mark.kind));
        at += length;
    }
}

/// The canonical form of a run. `crossed` says that marks meet in it, with numbers that tell how they stand: they
/// are left out where the run nests so by itself. In a table's cell a break can stand anywhere.
pub(crate) fn canonical(mut inlines: Vec<Inline>, crossed: bool, in_cell: bool) -> Vec<Inline> {
    if crossed {
        let plain = unnumbered(&inlines);
        if plain.as_ref().is_some_and(|plain| events(plain) == events(&inlines)) {
            inlines = plain.unwrap_or_default();
        }
    }
    for inline in inlines.iter_mut().filter(|inline| inline.marks.len() > 1) {
        inline.marks = crate::parse::ranked(std::mem::take(&mut inline.marks));
    }
    let loose = |inline: &Inline| match &inline.kind {
        Kind::Text(text) => !inline.is_verbatim() && has_blank_end(text),
        kind => *kind == Kind::Break,
    };
    let marked = |inline: &&Inline| inline.marks.iter().any(|mark| is_emphasis(&mark.kind));
    if inlines.iter().filter(marked).any(loose) {
        inlines = inlines.into_iter().flat_map(split_blank_ends).collect();
        trim_lines(&mut inlines, in_cell);
        for kind in [MarkKind::Bold, MarkKind::Italic, MarkKind::Strike] {
            unmark_blank_ends(&mut inlines, &kind);
        }
    } else {
        trim_lines(&mut inlines, in_cell);
    }
    merge(inlines)
}

/// The same run without numbers, unless two marks of a kind would become one.
fn unnumbered(inlines: &[Inline]) -> Option<Vec<Inline>> {
    let mut out = inlines.to_vec();
    for inline in &mut out {
        inline.marks.iter_mut().for_each(|mark| mark.nest = 0);
        let twice = |at: usize| inline.marks[..at].contains(&inline.marks[at]);
        if (1..inline.marks.len()).any(twice) {
            return None;
        }
    }
    Some(out)
}

fn is_emphasis(kind: &MarkKind) -> bool {
    matches!(kind, MarkKind::Bold | MarkKind::Italic | MarkKind::Strike)
}

fn has_blank_end(text: &str) -> bool {
    text.starts_with([' ', '\t']) || text.ends_with([' ', '\t'])
}

fn is_blank(inline: &Inline) -> bool {
    match &inline.kind {
        Kind::Text(text) => !inline.is_verbatim() && text.bytes().all(|byte| matches!(byte, b' ' | b'\t')),
        Kind::Break => true,
        _ => false,
    }
}

fn split_blank_ends(inline: Inline) -> Vec<Inline> {
    let Kind::Text(text) = &inline.kind else { return vec![inline] };
    if inline.is_verbatim() || !has_blank_end(text) {
        return if text.is_empty() { vec![] } else { vec![inline] };
    }
    let blank = [' ', '\t'];
    let start = text.len() - text.trim_start_matches(blank).len();
    let end = text.trim_end_matches(blank).len().max(start);
    [&text[..start], &text[start..end], &text[end..]]
        .into_iter()
        .filter(|part| !part.is_empty())
        .map(|part| Inline { kind: Kind::Text(part.to_owned()), marks: inline.marks.clone() })
        .collect()
}

/// Spaces and tabs at the beginning of a line and at the end of the run are no text in Markdown; a break at the end
/// is none either.
fn trim_lines(parts: &mut Vec<Inline>, in_cell: bool) {
    let mut edge = true;
    for part in parts.iter_mut() {
        edge = part.kind == Kind::Break || edge && trim(part, |text| text.trim_start_matches([' ', '\t']));
    }
    if parts.iter().any(is_empty) {
        parts.retain(|part| !is_empty(part));
    }
    while let Some(last) = parts.last_mut() {
        let nothing = last.kind == Kind::Break && !in_cell;
        if !nothing && !trim(last, |text| text.trim_end_matches([' ', '\t'])) {
            break;
        }
        parts.pop();
    }
}

fn is_empty(part: &Inline) -> bool {
    matches!(&part.kind, Kind::Text(text) if text.is_empty())
}

/// Trims what is text. Whether nothing is left of it. Inside a link's brackets a space is text.
fn trim(part: &mut Inline, trim: fn(&str) -> &str) -> bool {
    let kept = part.is_verbatim() || part.marks.iter().any(|mark| matches!(mark.kind, MarkKind::Link(_)));
    match &mut part.kind {
        Kind::Text(text) if !kept => {
            let trimmed = trim(text);
            if trimmed.len() < text.len() {
                *text = trimmed.to_owned();
            }
            text.is_empty()
        }
        _ => false,
    }
}

fn unmark_blank_ends(parts: &mut [Inline], kind: &MarkKind) {
    let mut inside = false;
    for part in parts.iter_mut() {
        // A mark can begin with a break, but not end with one.
        inside = if part.kind == Kind::Break { part.has(kind) } else { unmark_if_blank(part, inside, kind) };
    }
    inside = false;
    for part in parts.iter_mut().rev() {
        inside = unmark_if_blank(part, inside, kind);
    }
}

fn unmark_if_blank(part: &mut Inline, inside: bool, kind: &MarkKind) -> bool {
    if !inside && part.has(kind) && is_blank(part) {
        part.marks.retain(|mark| mark.kind != *kind);
    }
    part.has(kind)
}

fn merge(parts: Vec<Inline>) -> Vec<Inline> {
    let joins = |pair: &[Inline]| {
        matches!((&pair[0].kind, &pair[1].kind), (Kind::Text(_), Kind::Text(_)))
            && pair[0].marks == pair[1].marks
    };
    if !parts.windows(2).any(joins) {
        return parts;
    }
    let mut out: Vec<Inline> = Vec::with_capacity(parts.len());
    for part in parts {
        if let (Kind::Text(more), Some(Inline { kind: Kind::Text(text), marks })) =
            (&part.kind, out.last_mut())
            && *marks == part.marks
        {
            text.push_str(more);
            continue;
        }
        out.push(part);
    }
    out
}
