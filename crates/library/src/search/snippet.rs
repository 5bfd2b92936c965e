//! Finds words again in a text, and cuts out the few words around them.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::expression::{Part, Words};

/// How much of a text is looked through for a snippet, in bytes.
const MOST: usize = 256 * 1024;
/// Words before and after the first match.
const BEFORE: usize = 5;
const AFTER: usize = 16;

/// A word of a text.
pub(crate) struct Word {
    start: usize,
    end: usize,
    /// In lower case and without accents.
    pub(crate) folded: String,
}

/// The words of a text, as FTS5's `unicode61` divides it: letters and figures make words, all else stands between.
pub(crate) fn folded_words(text: &str) -> impl Iterator<Item = Word> {
    let mut rest = text.char_indices().peekable();
    std::iter::from_fn(move || {
        while rest.next_if(|(_, letter)| !letter.is_alphanumeric()).is_some() {}
        let (start, _) = *rest.peek()?;
        let mut end = start;
        while let Some((at, letter)) =
            rest.next_if(|(_, letter)| letter.is_alphanumeric() || is_combining_mark(*letter))
        {
            end = at + letter.len_utf8();
        }
        Some(Word { start, end, folded: folded(text.get(start..end).unwrap_or_default()) })
    })
}

fn folded(word: &str) -> String {
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    word.nfd().filter(|letter| !is_combining_mark(*letter)).flat_map(char::to_lowercase).collect()
}

/// Where in `text` the words stand: byte ranges in order, without overlaps; and whether every part was found.
fn matches(text: &str, words: &Words) -> (Vec<Word>, Vec<std::ops::Range<usize>>, bool) {
    let mut end = text.len().min(MOST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let of_text: Vec<Word> = folded_words(text.get(..end).unwrap_or(text)).collect();
    let mut found: Vec<std::ops::Range<usize>> = Vec::new();
    let mut all = true;
    for part in words.parts() {
        let before = found.len();
        let places = 0..(of_text.len() + 1).saturating_sub(part.words.len());
        found.extend(places.filter(|at| stands_at(part, &of_text, *at)).map(|at| at..at + part.words.len()));
        all &= found.len() > before;
    }
    found.sort_by_key(|range| (range.start, range.end));
    found.dedup_by(|next, last| {
        let joined = next.start < last.end;
        if joined {
            last.end = last.end.max(next.end);
        }
        joined
    });
    (of_text, found, all)
}

fn stands_at(part: &Part, text: &[Word], at: usize) -> bool {
    let last = part.words.len() - 1;
    part.words.iter().enumerate().all(|(place, wanted)| {
        text.get(at + place).is_some_and(|word| {
            if part.begins && place == last {
                word.folded.starts_with(wanted.as_str())
            } else {
                word.folded == *wanted
            }
        })
    })
}

/// Whether a text has every word.
pub(crate) fn has_all(text: &str, words: &Words) -> bool {
    matches(text, words).2
}

/// The whole text with its matches marked.
pub(crate) fn marked(text: &str, words: &Words) -> String {
    let (of_text, found, _) = matches(text, words);
    mark(text, 0, text.len(), &of_text, &found)
}

/// A few words around the first match, marked, on one line; empty where nothing matches.
pub(crate) fn snippet(text: &str, words: &Words) -> String {
    let (of_text, found, _) = matches(text, words);
    let Some(first) = best(&found) else { return String::new() };
    // One or two words more are shorter than an ellipsis is clear.
    let from = if first <= BEFORE + 2 { 0 } else { first - BEFORE };
    let to = (first + AFTER).min(of_text.len()) - 1;
    let (Some(start), Some(end)) = (of_text.get(from), of_text.get(to)) else { return String::new() };
    let cut = mark(text, start.start, end.end, &of_text, &found);
    let cut: Vec<&str> = cut.split_whitespace().collect();
    let (before, after) = (if from > 0 { "…" } else { "" }, if to + 1 < of_text.len() { "…" } else { "" });
    format!("{before}{}{after}", cut.join(" "))
}

/// The match with the most others close behind it.
fn best(found: &[std::ops::Range<usize>]) -> Option<usize> {
    let near = |at: usize| found.iter().filter(|range| (at..at + AFTER).contains(&range.start)).count();
    let starts = found.iter().map(|range| range.start).take(200);
    starts.max_by_key(|at| (near(*at), std::cmp::Reverse(*at)))
}

fn mark(text: &str, from: usize, to: usize, of_text: &[Word], found: &[std::ops::Range<usize>]) -> String {
    let mut marked = String::new();
    let mut done = from;
    for range in found {
        let (Some(first), Some(last)) = (of_text.get(range.start), of_text.get(range.end - 1)) else {
            continue;
        };
        if first.start < done || last.end > to {
            continue;
        }
        marked.push_str(text.get(done..first.start).unwrap_or_default());
        marked.push('\u{2}');
        marked.push_str(text.get(first.start..last.end).unwrap_or_default());
        marked.push('\u{3}');
        done = last.end;
    }
    marked + text.get(done..to).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str, typed: &str) -> String {
        snippet(text, &Words::of(typed)).replace('\u{2}', "[").replace('\u{3}', "]")
    }

    #[test]
    fn matches_are_marked_whatever_their_accents() {
        assert_eq!(
            cut("L’été, la Cour a jugé en référé.", "refere ete"),
            "L’[été], la Cour a jugé en [référé]"
        );
        assert_eq!(cut("Voir e\u{301}te\u{301} ici", "été"), "Voir [e\u{301}te\u{301}] ici");
        assert_eq!(cut("open data, data", "\"open data\""), "[open data], data");
        assert_eq!(cut("publication", "publi"), "[publication]");
        assert_eq!(cut("publication", "publi "), "");
        assert_eq!(cut("a b", "c"), "");
    }

    #[test]
    fn a_snippet_is_a_few_words_around_the_best_place() {
        let text = format!("{}one {}one two {}", "w ".repeat(50), "w ".repeat(50), "w ".repeat(50));
        let cut = cut(&text, "one two ");
        assert_eq!(cut, "…w w w w w [one] [two] w w w w w w w w w w w w w w…");
    }

    #[test]
    fn no_text_breaks_it() {
        let long = "é".repeat(MOST);
        for text in ["", "\u{301}", "\u{2}a\u{3}", "ﷺ", long.as_str(), &"a ".repeat(MOST)] {
            snippet(text, &Words::of("a é \"b c\""));
            marked(text, &Words::of("é"));
        }
    }
}
