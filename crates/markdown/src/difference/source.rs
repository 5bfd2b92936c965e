//! The differences between two texts as they are written: line beside line, word by word.

use serde::Serialize;
use similar::{Algorithm, DiffOp, TextDiff};

use super::pairing::{Words, pairs};
use super::{Change, Kind, words};

/// A line of either text, or a line that became another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// What became of it.
    pub kind: LineKind,
    /// Its number in the old text, from 1.
    pub old: Option<usize>,
    /// Its number in the new text, from 1.
    pub new: Option<usize>,
    /// Its words, without the line's end: those of both where it changed.
    pub words: Vec<Change>,
}

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LineKind {
    /// Nothing.
    Same,
    /// Words in it.
    Changed,
    /// It came.
    Added,
    /// It went.
    Removed,
}

/// Compares two texts line by line. Line ends of Windows and of Unix are the same here.
pub fn lines(old: &str, new: &str) -> Vec<Line> {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let diff = TextDiff::configure().algorithm(Algorithm::Myers).diff_slices(&old, &new);
    let mut out = Vec::new();
    for op in diff.ops() {
        let (before, after) = (op.old_range(), op.new_range());
        if let DiffOp::Equal { .. } = op {
            for (a, b) in before.zip(after) {
                let words = whole(Kind::Equal, new[b]);
                out.push(Line { kind: LineKind::Same, old: Some(a + 1), new: Some(b + 1), words });
            }
        } else {
            region(&old, &new, before, after, &mut out);
        }
    }
    out
}

fn region(
    old: &[&str],
    new: &[&str],
    before: std::ops::Range<usize>,
    after: std::ops::Range<usize>,
    out: &mut Vec<Line>,
) {
    let of = |lines: &[&str]| lines.iter().map(|line| Words::of([*line])).collect::<Vec<_>>();
    let together = pairs(&of(&old[before.clone()]), &of(&new[after.clone()]), |i, j| {
        old[before.start + i].trim().is_empty() == new[after.start + j].trim().is_empty()
    });
    let (mut a, mut b) = (before.start, after.start);
    let ends = together.into_iter().map(|(i, j)| (before.start + i, after.start + j));
    for (i, j) in ends.chain([(before.end, after.end)]) {
        out.extend((a..i).map(|at| {
            let words = whole(Kind::Removed, old[at]);
            Line { kind: LineKind::Removed, old: Some(at + 1), new: None, words }
        }));
        out.extend((b..j).map(|at| {
            let words = whole(Kind::Added, new[at]);
            Line { kind: LineKind::Added, old: None, new: Some(at + 1), words }
        }));
        if i < before.end && j < after.end {
            let words = words(old[i], new[j]);
            out.push(Line { kind: LineKind::Changed, old: Some(i + 1), new: Some(j + 1), words });
        }
        (a, b) = (i + 1, j + 1);
    }
}

fn whole(kind: Kind, text: &str) -> Vec<Change> {
    if text.is_empty() { Vec::new() } else { vec![Change { kind, text: text.to_owned() }] }
}
