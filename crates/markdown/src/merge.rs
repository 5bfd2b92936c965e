//! Three-way merge of two edits of one text: by lines, then by words where both changed a paragraph in
//! different places. A merge is clean only where no edit of one side touches an edit of the other.

use crate::difference::words_of;
use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::ops::Range;

/// Texts of more words than this are not merged by words: the cost grows with the square of what differs.
const MOST_WORDS: usize = 20_000;

/// What a merge came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Merged {
    /// Both edits, in one text.
    Clean(String),
    /// Both sides changed the same place: a person has to choose.
    Conflict,
}

/// Merges `mine` and `theirs`, both edited from `base`. The same edit on both sides is clean.
pub fn three_way(base: &str, mine: &str, theirs: &str) -> Merged {
    if mine == theirs || base == theirs {
        return Merged::Clean(mine.to_owned());
    }
    if base == mine {
        return Merged::Clean(theirs.to_owned());
    }
    if let Ok(text) = diffy::merge(base, mine, theirs) {
        return Merged::Clean(text);
    }
    by_words(base, mine, theirs).map_or(Merged::Conflict, Merged::Clean)
}

/// An edit of one side: these words of the base became this text.
struct Edit {
    range: Range<usize>,
    text: String,
}

fn by_words(base: &str, mine: &str, theirs: &str) -> Option<String> {
    let [base, mine, theirs] = [base, mine, theirs].map(words_of);
    if base.len().max(mine.len()).max(theirs.len()) > MOST_WORDS {
        return None;
    }
    if !enough_kept(&base, &mine) || !enough_kept(&base, &theirs) {
        return None;
    }
    weave(&base, edits(&base, &mine), edits(&base, &theirs))
}

fn edits(base: &[&str], side: &[&str]) -> Vec<Edit> {
    let mut edits: Vec<Edit> = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, base, side) {
        if let DiffOp::Equal { .. } = op {
            continue;
        }
        let (range, text) = (op.old_range(), side[op.new_range()].concat());
        match edits.last_mut() {
            // What lies between two edits is too little to keep them apart unless it holds a word.
            Some(last) if !has_word(&base[last.range.end..range.start]) => {
                last.text.push_str(&base[last.range.end..range.start].concat());
                last.text.push_str(&text);
                last.range.end = range.end;
            }
            _ => edits.push(Edit { range, text }),
        }
    }
    edits
}

fn has_word(tokens: &[&str]) -> bool {
    tokens.iter().any(|token| token.contains(char::is_alphanumeric))
}

/// A paragraph written anew shares words with the old one only by chance: weaving it would make nonsense.
fn enough_kept(base: &[&str], side: &[&str]) -> bool {
    let kept: usize = capture_diff_slices(Algorithm::Myers, base, side)
        .iter()
        .filter(|op| matches!(op, DiffOp::Equal { .. }))
        .map(|op| words_in(&base[op.old_range()]))
        .sum();
    kept * 2 >= words_in(base)
}

fn words_in(tokens: &[&str]) -> usize {
    tokens.iter().filter(|token| token.contains(char::is_alphanumeric)).count()
}

fn weave(base: &[&str], mine: Vec<Edit>, theirs: Vec<Edit>) -> Option<String> {
    let (mut mine, mut theirs) = (mine.into_iter().peekable(), theirs.into_iter().peekable());
    let (mut out, mut at) = (String::new(), 0);
    loop {
        let next = match (mine.peek(), theirs.peek()) {
            (None, None) => break,
            (Some(a), Some(b)) if a.range == b.range && a.text == b.text => {
                theirs.next();
                mine.next()
            }
            (Some(a), Some(b)) => {
                let (first, second) = if a.range.start <= b.range.start { (a, b) } else { (b, a) };
                let gap = base.get(first.range.end..second.range.start)?;
                if !has_word(gap) {
                    return None;
                }
                if a.range.start <= b.range.start { mine.next() } else { theirs.next() }
            }
            (Some(_), None) => mine.next(),
            (None, Some(_)) => theirs.next(),
        };
        let edit = next?;
        out.push_str(&base.get(at..edit.range.start)?.concat());
        out.push_str(&edit.text);
        at = edit.range.end;
    }
    out.push_str(&base.get(at..)?.concat());
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn different_lines() {
        let merged = three_way("a\nb\nc\nd\ne\n", "A\nb\nc\nd\ne\n", "a\nb\nc\nd\nE\n");
        assert_eq!(merged, Merged::Clean("A\nb\nc\nd\nE\n".into()));
    }

    #[test]
    fn different_words_of_one_paragraph() {
        let base = "Le conseil a reçu le rapport annuel et le publie en ligne.\n";
        let mine = "Le conseil a reçu le rapport semestriel et le publie en ligne.\n";
        let theirs = "Le comité a reçu le rapport annuel et le publie en ligne.\n";
        let both = "Le comité a reçu le rapport semestriel et le publie en ligne.\n";
        assert_eq!(three_way(base, mine, theirs), Merged::Clean(both.into()));
        assert_eq!(three_way(base, theirs, mine), Merged::Clean(both.into()));
    }

    #[test]
    fn the_same_edit_beside_another() {
        let merged = three_way(
            "one two three four five six\n",
            "ONE two three four five six\n",
            "ONE two three four FIVE six\n",
        );
        assert_eq!(merged, Merged::Clean("ONE two three four FIVE six\n".into()));
    }

    #[test]
    fn the_same_word_twice_is_a_conflict() {
        assert_eq!(three_way("one two three\n", "one TWO three\n", "one zwei three\n"), Merged::Conflict);
    }

    #[test]
    fn neighbouring_words_are_a_conflict() {
        assert_eq!(
            three_way("one two three four\n", "one TWO three four\n", "one two THREE four\n"),
            Merged::Conflict
        );
    }

    #[test]
    fn a_paragraph_written_anew_is_a_conflict() {
        let base = "The board met on Monday and read the report.\n";
        let mine = "On Monday nobody came, and so nothing was done at all by the board.\n";
        assert_eq!(
            three_way(base, mine, "The board met on Tuesday and read the report.\n"),
            Merged::Conflict
        );
    }

    proptest! {
        #[test]
        fn one_sided_edits_are_clean(base in "[ab \n]{0,30}", edit in "[ab \n]{0,30}") {
            prop_assert_eq!(three_way(&base, &edit, &base), Merged::Clean(edit.clone()));
            prop_assert_eq!(three_way(&base, &base, &edit), Merged::Clean(edit.clone()));
            prop_assert_eq!(three_way(&base, &edit, &edit), Merged::Clean(edit));
        }
    }
}
