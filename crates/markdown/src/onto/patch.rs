//! The words of an edit put into a source that says the same in another way: `*emphasis*` or `_emphasis_`, one line
//! or several, a heading underlined or with a sharp before it.

use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::ops::Range;

/// A text of more tokens is written anew: the cost of a comparison grows with the square of what differs.
const MOST_TOKENS: usize = 20_000;

/// What the line ends of a source are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lines {
    /// Where a paragraph was broken: another text has no use for them.
    OfText,
    /// Part of its form, such as the line under a heading.
    OfForm,
}

/// What `source` becomes where `before`, which means the same, becomes `after`. What the edit does not touch keeps
/// its bytes. None where the two cannot be laid beside one another, and where a text of several lines has become
/// another one.
pub(super) fn patched(before: &str, source: &str, after: &str, lines: Lines) -> Option<String> {
    let [base, own, new] = [before, source, after].map(tokens);
    if base.len().max(own.len()).max(new.len()) > MOST_TOKENS {
        return None;
    }
    let places = places(&base, &own);
    let keys = |tokens: &[&str]| tokens.iter().map(|token| key(token).to_owned()).collect::<Vec<String>>();
    let mut out = String::with_capacity(source.len() + after.len());
    let mut at = 0;
    let ops = capture_diff_slices(Algorithm::Myers, &keys(&base), &keys(&new));
    if lines == Lines::OfText && is_another_text(&ops, &base, &new) {
        return None;
    }
    for edit in joined(&ops, &places) {
        let range = in_source(&edit.old, &places, own.len())?;
        if range.start < at {
            return None;
        }
        out.extend(own[at..range.start].iter().copied());
        out.extend(new[edit.new].iter().copied());
        at = range.end;
    }
    out.extend(own[at..].iter().copied());
    Some(out)
}

/// Whether less than half of the words stayed, by their length: what is written anew keeps no line ends of what it
/// replaces, and shares short words with it by chance.
fn is_another_text(ops: &[DiffOp], base: &[&str], new: &[&str]) -> bool {
    let words = |tokens: &[&str]| -> usize {
        tokens.iter().filter(|token| token.starts_with(char::is_alphanumeric)).map(|token| token.len()).sum()
    };
    let equal = ops.iter().filter(|op| matches!(op, DiffOp::Equal { .. }));
    let kept: usize = equal.map(|op| words(&base[op.old_range()])).sum();
    2 * kept < words(base).min(words(new))
}

struct Edit {
    old: Range<usize>,
    new: Range<usize>,
}

/// The edits, each with as many equal tokens at its ends as it takes to find both ends in the source.
fn joined(ops: &[DiffOp], places: &[Option<usize>]) -> Vec<Edit> {
    let mut out: Vec<Edit> = Vec::new();
    for op in ops.iter().filter(|op| !matches!(op, DiffOp::Equal { .. })) {
        let mut edit = Edit { old: op.old_range(), new: op.new_range() };
        let found = |edit: &Edit| match edit.old.is_empty() {
            true => edit.old.start == 0 || places[edit.old.start - 1].is_some(),
            false => places[edit.old.start].is_some() && places[edit.old.end - 1].is_some(),
        };
        let floor = out.last().map_or(0, |last| last.old.end);
        while !found(&edit) && edit.old.start > floor && edit.new.start > 0 {
            edit.old.start -= 1;
            edit.new.start -= 1;
            if places[edit.old.start].is_some() && edit.old.end > 0 && places[edit.old.end - 1].is_some() {
                break;
            }
        }
        out.push(edit);
    }
    out
}

/// Which tokens of the source a range of the base's stands for.
fn in_source(range: &Range<usize>, places: &[Option<usize>], len: usize) -> Option<Range<usize>> {
    if range.is_empty() {
        let at = match range.start.checked_sub(1) {
            Some(before) => places[before]? + 1,
            None => places.first().copied().flatten().unwrap_or(if places.is_empty() { len } else { 0 }),
        };
        return Some(at..at);
    }
    Some(places[range.start]?..places[range.end - 1]? + 1)
}

/// Where each token of the base stands in the source: words first, then what stands beside them.
fn places(base: &[&str], own: &[&str]) -> Vec<Option<usize>> {
    let words = |tokens: &[&str]| -> (Vec<usize>, Vec<String>) {
        let all = tokens.iter().enumerate().filter(|(_, token)| token.starts_with(char::is_alphanumeric));
        all.map(|(at, token)| (at, (*token).to_owned())).unzip()
    };
    let ((base_at, base_words), (own_at, own_words)) = (words(base), words(own));
    let mut out = vec![None; base.len()];
    for op in capture_diff_slices(Algorithm::Myers, &base_words, &own_words) {
        if let DiffOp::Equal { old_index, new_index, len } = op {
            for offset in 0..len {
                out[base_at[old_index + offset]] = Some(own_at[new_index + offset]);
            }
        }
    }
    let fits = |at: usize, place: usize| own.get(place).is_some_and(|token| key(token) == key(base[at]));
    for at in 0..base.len() {
        let next = at.checked_sub(1).map_or(Some(0), |before| out[before].map(|place| place + 1));
        out[at] = out[at].or(next.filter(|place| fits(at, *place)));
    }
    for at in (0..base.len()).rev() {
        let next = out
            .get(at + 1)
            .map_or(own.len().checked_sub(1), |after| after.and_then(|place| place.checked_sub(1)));
        out[at] = out[at].or(next.filter(|place| fits(at, *place)));
    }
    // Two tokens never stand in one place, and all stand in the order of the base.
    let mut last = None;
    for place in &mut out {
        if place.is_some() && *place <= last {
            *place = None;
        }
        last = last.max(*place);
    }
    out
}

/// A line end is a space like any other.
fn key(token: &str) -> &str {
    let blank = token.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\n'));
    if blank && token.matches('\n').count() < 2 { " " } else { token }
}

/// Words, runs of white space, and every other character by itself.
fn tokens(text: &str) -> Vec<&str> {
    let class = |c: char| match c {
        ' ' | '\t' | '\n' => 0,
        c if c.is_alphanumeric() => 1,
        _ => 2,
    };
    let mut out = Vec::new();
    let mut start = 0;
    let mut before = None;
    for (at, c) in text.char_indices() {
        let kind = class(c);
        if before.is_some_and(|before| before != kind || kind == 2) {
            out.push(&text[start..at]);
            start = at;
        }
        before = Some(kind);
    }
    if start < text.len() {
        out.push(&text[start..]);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_source_keeps_its_ways() {
        let before = "# Un *titre* ancien";
        assert_eq!(
            patched(before, "Un _titre_\nancien\n=====", "# Un *titre* nouveau", Lines::OfForm).as_deref(),
            Some("Un _titre_\nnouveau\n=====")
        );
        assert_eq!(
            patched(before, "Un _titre_\nancien\n=====", "# Un *titre* ancien et long", Lines::OfForm)
                .as_deref(),
            Some("Un _titre_\nancien et long\n=====")
        );
    }

    #[test]
    fn references_and_breaks_stay() {
        let source = "Voir [la loi][1],  \nle *décret*\net l’avis.";
        let before = "Voir [la loi](https://x.org),\\\nle *décret* et l’avis.";
        let after = "Voir [la loi](https://x.org),\\\nle *décret* et son avis.";
        let wanted = "Voir [la loi][1],  \nle *décret*\net son avis.";
        assert_eq!(patched(before, source, after, Lines::OfText).as_deref(), Some(wanted));
    }

    #[test]
    fn a_cell_keeps_its_padding() {
        let after = patched("| a | b |", "| a     | b   |", "| a | c d |", Lines::OfForm);
        assert_eq!(after.as_deref(), Some("| a     | c d   |"));
    }
}
