//! Which of the old pieces became which of the new ones, where both changed.

use super::tree::key_of;
use super::words_of;

/// The least part of their words that two pieces share where one became the other.
const ALIKE: f32 = 0.35;
/// More comparisons than this are not made: only what stands at the same place is paired then.
const MOST_COMPARISONS: usize = 40_000;

/// The words of a piece, for telling how alike two pieces are.
#[derive(Debug, Default, Clone)]
pub(super) struct Words(Vec<u64>);

impl Words {
    pub fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut words: Vec<u64> = texts
            .into_iter()
            .flat_map(words_of)
            .filter(|word| is_word(word))
            .map(|word| key_of(&word.to_lowercase()))
            .collect();
        words.sort_unstable();
        Words(words)
    }

    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// From 0, nothing in common, to 1. Two pieces without words are half alike.
    fn likeness(&self, other: &Words) -> f32 {
        let both = self.count() + other.count();
        if both == 0 {
            return 0.5;
        }
        let (mut a, mut b, mut common) = (0, 0, 0_usize);
        while let (Some(x), Some(y)) = (self.0.get(a), other.0.get(b)) {
            common += usize::from(x == y);
            let (forward, backward) = (x <= y, y <= x);
            a += usize::from(forward);
            b += usize::from(backward);
        }
        2.0 * common as f32 / both as f32
    }
}

/// Whether a token is a word, and no space or punctuation.
pub(super) fn is_word(token: &str) -> bool {
    token.contains(char::is_alphanumeric)
}

/// The pairs of old and new pieces that are alike, in the order of both, with the greatest likeness in all.
/// `fits` says which may be paired at all.
pub(super) fn pairs(
    old: &[Words],
    new: &[Words],
    fits: impl Fn(usize, usize) -> bool,
) -> Vec<(usize, usize)> {
    let (rows, columns) = (old.len(), new.len());
    if rows.saturating_mul(columns) > MOST_COMPARISONS {
        let alike = |at: &usize| fits(*at, *at) && old[*at].likeness(&new[*at]) >= ALIKE;
        return (0..rows.min(columns)).filter(alike).map(|at| (at, at)).collect();
    }
    let width = columns + 1;
    let mut best = vec![0.0_f32; (rows + 1) * width];
    let mut taken = vec![false; rows * columns];
    for i in (0..rows).rev() {
        for j in (0..columns).rev() {
            let apart = best[(i + 1) * width + j].max(best[i * width + j + 1]);
            let likeness = if fits(i, j) { old[i].likeness(&new[j]) } else { 0.0 };
            let together = best[(i + 1) * width + j + 1] + likeness;
            let take = likeness >= ALIKE && together > apart;
            taken[i * columns + j] = take;
            best[i * width + j] = if take { together } else { apart };
        }
    }
    let (mut i, mut j, mut found) = (0, 0, Vec::new());
    while i < rows && j < columns {
        if taken[i * columns + j] {
            found.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if best[(i + 1) * width + j] >= best[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    found
}
