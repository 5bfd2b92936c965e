//! Differences between two texts, for history and review. Nothing is normalised: the equal and removed parts
//! joined are exactly the old text, the equal and added parts exactly the new one.

mod pairing;
mod rendered;
mod runs;
mod source;
mod tree;
mod trees;

pub use rendered::{Block, BlockKind, Rendered, rendered};
pub use source::{Line, LineKind, lines};

use serde::Serialize;
use similar::{Algorithm, ChangeTag, DiffOp, TextDiff};

/// A stretch of more words than this that differs as a whole is shown as removed and added, not compared word
/// by word: the cost of a comparison grows with the square of what differs.
const MOST_WORDS: usize = 20_000;

/// Where a piece of text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// In both texts.
    Equal,
    /// Only in the new text.
    Added,
    /// Only in the old text.
    Removed,
}

/// A piece of text and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Where it stands.
    pub kind: Kind,
    /// The text, exact.
    pub text: String,
}

/// Compares `a` (old) and `b` (new) by lines, and by words where lines differ. Neighbours differ in kind.
pub fn words(a: &str, b: &str) -> Vec<Change> {
    let diff = TextDiff::configure().algorithm(Algorithm::Myers).diff_lines(a, b);
    let mut changes = Vec::new();
    for op in diff.ops() {
        let old: String = op.old_range().filter_map(|index| diff.old_slice(index)).collect();
        let new: String = op.new_range().filter_map(|index| diff.new_slice(index)).collect();
        match op {
            DiffOp::Equal { .. } => push(&mut changes, Kind::Equal, &old),
            _ => words_within(&mut changes, &old, &new),
        }
    }
    changes
}

/// A unified diff with three lines of context, as `diff -u` prints it; empty where the texts are equal.
pub fn unified(a: &str, b: &str, name_a: &str, name_b: &str) -> String {
    TextDiff::from_lines(a, b).unified_diff().context_radius(3).header(name_a, name_b).to_string()
}

/// Words and the stretches between them, in order.
pub(crate) fn words_of(text: &str) -> Vec<&str> {
    let diff = TextDiff::from_unicode_words(text, "");
    let mut at = 0;
    diff.iter_old_slices()
        .map(|slice| {
            at += slice.len();
            &text[at - slice.len()..at]
        })
        .collect()
}

fn words_within(changes: &mut Vec<Change>, old: &str, new: &str) {
    if old.split_whitespace().count() + new.split_whitespace().count() > MOST_WORDS {
        push(changes, Kind::Removed, old);
        push(changes, Kind::Added, new);
        return;
    }
    for change in TextDiff::from_unicode_words(old, new).iter_all_changes() {
        let kind = match change.tag() {
            ChangeTag::Equal => Kind::Equal,
            ChangeTag::Insert => Kind::Added,
            ChangeTag::Delete => Kind::Removed,
        };
        push(changes, kind, change.value());
    }
}

fn push(changes: &mut Vec<Change>, kind: Kind, text: &str) {
    if text.is_empty() {
        return;
    }
    match changes.last_mut() {
        Some(last) if last.kind == kind => last.text.push_str(text),
        _ => changes.push(Change { kind, text: text.to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn joined(changes: &[Change], leave_out: Kind) -> String {
        changes.iter().filter(|change| change.kind != leave_out).map(|change| change.text.as_str()).collect()
    }

    #[test]
    fn one_word_changed() {
        let changes = words("Le rapport est prêt.\nFin\n", "Le bilan est prêt.\nFin\n");
        let kinds: Vec<_> = changes.iter().map(|change| (change.kind, change.text.as_str())).collect();
        assert_eq!(
            kinds,
            [
                (Kind::Equal, "Le "),
                (Kind::Removed, "rapport"),
                (Kind::Added, "bilan"),
                (Kind::Equal, " est prêt.\nFin\n"),
            ]
        );
    }

    #[test]
    fn unified_names_both_sides() {
        let text = unified("a\nb\n", "a\nc\n", "revision 1", "revision 2");
        assert_eq!(text, "--- revision 1\n+++ revision 2\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n");
        assert_eq!(unified("a", "a", "x", "y"), "");
    }

    proptest! {
        #[test]
        fn both_texts_can_be_rebuilt(a in "[ab é\u{a0}\n\r]{0,40}", b in "[ab é\u{a0}\n\r]{0,40}") {
            let changes = words(&a, &b);
            prop_assert_eq!(joined(&changes, Kind::Added), a);
            prop_assert_eq!(joined(&changes, Kind::Removed), b);
        }
    }
}
