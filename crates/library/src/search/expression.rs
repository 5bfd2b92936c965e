//! What a person typed, as words and phrases: for FTS5, and to be found again in a text.

use super::snippet::folded_words;

/// More words than anybody types; FTS5 refuses an expression that is too large.
const MOST_WORDS: usize = 32;
/// Longer than any word; one made of many parts is a phrase, which costs by its length.
const LONGEST_WORD: usize = 100;
/// A phrase may be longer than a word.
const LONGEST_PHRASE: usize = 300;
/// A shorter beginning would be that of half the library.
const SHORTEST_BEGINNING: usize = 2;

/// Words and phrases that all have to be there.
pub(crate) struct Words {
    parts: Vec<Part>,
}

/// A phrase, or a word: a phrase of one.
pub(crate) struct Part {
    written: String,
    /// Its words, in lower case and without accents.
    pub(crate) words: Vec<String>,
    /// Whether the last word may be the beginning of one.
    pub(crate) begins: bool,
}

impl Words {
    /// Text between `"` or `“ ”` or `« »` is a phrase; `*` after a word makes it a beginning, and so does ending the
    /// text with it.
    pub(crate) fn of(typed: &str) -> Self {
        let mut parts = Vec::new();
        let mut phrase: Option<String> = None;
        let mut word = String::new();
        for letter in typed.chars().chain([' ']) {
            match (&mut phrase, letter) {
                (Some(text), '"' | '“' | '”' | '»') => {
                    parts.extend(Part::new(text, false, LONGEST_PHRASE));
                    phrase = None;
                }
                (Some(text), letter) => text.push(letter),
                (None, '"' | '“' | '«') => {
                    parts.extend(Part::word(&word));
                    word.clear();
                    phrase = Some(String::new());
                }
                (None, letter) if letter.is_whitespace() || letter.is_control() => {
                    parts.extend(Part::word(&word));
                    word.clear();
                }
                (None, letter) => word.push(letter),
            }
        }
        // A phrase whose end is still to be typed: the last letter is the blank from above.
        let unfinished = phrase.map(|text| text.trim_end().to_owned());
        if let Some(text) = &unfinished {
            parts.extend(Part::new(text, true, LONGEST_PHRASE));
        }
        parts.truncate(MOST_WORDS);
        if unfinished.is_none()
            && !typed.ends_with(|c: char| c.is_whitespace() || "\"”»".contains(c))
            && let Some(last) = parts.last_mut()
        {
            last.begins = true;
        }
        for part in &mut parts {
            let length = part.words.last().map_or(0, |word| word.chars().count());
            part.begins &= length >= SHORTEST_BEGINNING;
        }
        Words { parts }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    pub(crate) fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// As FTS5 reads it: everything in quotation marks, where nothing has a meaning.
    pub(crate) fn expression(&self) -> String {
        let quoted = self.parts.iter().map(|part| {
            let star = if part.begins { " *" } else { "" };
            format!("\"{}\"{star}", part.written.replace('"', "\"\""))
        });
        quoted.collect::<Vec<_>>().join(" AND ")
    }
}

impl Part {
    fn word(text: &str) -> Option<Self> {
        Part::new(text.trim_end_matches('*'), text.ends_with('*'), LONGEST_WORD)
    }

    fn new(text: &str, begins: bool, longest: usize) -> Option<Self> {
        let written: String =
            text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(longest).collect();
        let words: Vec<String> = folded_words(&written).map(|word| word.folded).collect();
        (!words.is_empty()).then_some(Part { written, words, begins })
    }
}
