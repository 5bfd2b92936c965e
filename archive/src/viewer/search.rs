//! The search index: words of the posts' current texts, in small scripts of data that a page loads as it needs them.
//!
//! Words stand in order in scripts of about [`SCRIPT`] bytes, and one script says with which word each begins. What is
//! found is a number of a post; titles stand in scripts of [`CHUNK`] posts each. Memory stays bounded: what grows beyond [`MOST`] is put aside in a temporary file,
//! sorted, and all parts are merged at the end.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, BufWriter, Seek as _, Write as _};

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Posts whose titles stand in one script.
pub(super) const CHUNK: usize = 1000;
/// Bytes of one script of words.
const SCRIPT: usize = 64 * 1024;
/// Bytes of words and numbers that are held in memory.
const MOST: usize = 16 * 1024 * 1024;
/// What one word costs beside its bytes.
const COST: usize = 64;
/// The longest word, in characters; a longer one is found by its beginning.
const LONGEST: usize = 32;

/// Words as they are compared: small letters without accents, ligatures taken apart. The viewer's script folds what
/// is typed in the same way.
pub(super) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        match c {
            'œ' => out.push_str("oe"),
            'æ' => out.push_str("ae"),
            'ß' => out.push_str("ss"),
            'ø' => out.push('o'),
            'ł' => out.push('l'),
            'đ' => out.push('d'),
            'ı' => out.push('i'),
            _ => out.push(c),
        }
    }
    out
}

/// The index while it grows.
#[derive(Default)]
pub(super) struct Index {
    words: HashMap<Box<str>, Vec<u32>>,
    held: usize,
    parts: Vec<File>,
}

impl Index {
    /// Adds the words of post number `post`; numbers only ever ascend.
    pub(super) fn add(&mut self, post: u32, text: &str) -> io::Result<()> {
        let folded = fold(text);
        for word in folded.split(|c: char| !c.is_alphanumeric()) {
            let end = word.char_indices().nth(LONGEST).map_or(word.len(), |(at, _)| at);
            let word = &word[..end];
            if word.chars().nth(1).is_none() {
                continue;
            }
            match self.words.get_mut(word) {
                Some(posts) if posts.last() == Some(&post) => {}
                Some(posts) => {
                    posts.push(post);
                    self.held += 4;
                }
                None => {
                    self.words.insert(word.into(), vec![post]);
                    self.held += word.len() + COST;
                }
            }
        }
        if self.held > MOST { self.put_aside() } else { Ok(()) }
    }

    fn put_aside(&mut self) -> io::Result<()> {
        let mut words: Vec<_> = std::mem::take(&mut self.words).into_iter().collect();
        words.sort_unstable();
        let mut out = BufWriter::new(tempfile::tempfile()?);
        for (word, posts) in words {
            writeln!(out, "{word}\t{}", deltas(0, &posts))?;
        }
        let mut file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.rewind()?;
        self.parts.push(file);
        self.held = 0;
        Ok(())
    }

    /// Gives every script of words in order, then the first word of each.
    pub(super) fn finish<E: From<io::Error>>(
        mut self,
        mut each: impl FnMut(Script) -> Result<(), E>,
    ) -> Result<(), E> {
        self.put_aside()?;
        let mut parts: Vec<_> = self.parts.into_iter().map(|file| BufReader::new(file).lines()).collect();
        // The next line of each part: by word, then in the order of the parts, which is that of the posts.
        let mut next: BTreeMap<Key, Vec<u32>> = BTreeMap::new();
        for (number, part) in parts.iter_mut().enumerate() {
            next.extend(read(part, number)?);
        }
        let (mut starts, mut lines) = (Vec::new(), String::new());
        let (mut word, mut posts) = (String::new(), Vec::new());
        loop {
            let first = next.pop_first();
            if first.as_ref().is_none_or(|((other, _), _)| *other != word) && !word.is_empty() {
                if lines.is_empty() {
                    starts.push(word.clone());
                }
                lines.push_str(&format!("{word} {}\n", deltas(0, &posts)));
                posts.clear();
                if lines.len() > SCRIPT {
                    each(Script::Words(starts.len() - 1, std::mem::take(&mut lines)))?;
                }
            }
            let Some(((other, number), more)) = first else { break };
            word = other;
            posts.extend(more);
            next.extend(read(&mut parts[number], number)?);
        }
        if !lines.is_empty() {
            each(Script::Words(starts.len() - 1, lines))?;
        }
        each(Script::Starts(starts))
    }
}

/// A script of data.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Script {
    /// The number of the script and its lines: a word, a space, the posts that hold it.
    Words(usize, String),
    /// The first word of each script of words.
    Starts(Vec<String>),
}

impl Script {
    /// Its path below the viewer.
    pub(super) fn path(&self) -> String {
        match self {
            Self::Words(number, _) => format!("search/words-{number}.js"),
            Self::Starts(_) => "search/index.js".into(),
        }
    }

    /// Its text. Words are letters and digits: nothing in them can end a string.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Words(number, lines) => format!("fonds.words({number},`{lines}`);\n"),
            Self::Starts(starts) => format!("fonds.starts(`{}`);\n", starts.join(" ")),
        }
    }
}

/// A word and the part that it was read from.
type Key = (String, usize);
type Lines = io::Lines<BufReader<File>>;

fn read(part: &mut Lines, number: usize) -> io::Result<Option<(Key, Vec<u32>)>> {
    let Some(line) = part.next().transpose()? else { return Ok(None) };
    let (word, posts) = line.split_once('\t').unwrap_or_default();
    let mut last = 0;
    let posts = posts.split(' ').map(|delta| {
        last += u32::from_str_radix(delta, 36).unwrap_or(0);
        last
    });
    Ok(Some(((word.to_owned(), number), posts.collect())))
}

/// Ascending numbers as steps from one to the next, in base 36.
fn deltas(mut last: u32, numbers: &[u32]) -> String {
    let mut out = String::new();
    for number in numbers {
        if !out.is_empty() {
            out.push(' ');
        }
        base36(&mut out, number - last);
        last = *number;
    }
    out
}

fn base36(out: &mut String, number: u32) {
    if number >= 36 {
        base36(out, number / 36);
    }
    out.extend(char::from_digit(number % 36, 36));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scripts(index: Index) -> Vec<Script> {
        let mut all = Vec::new();
        let each = |script| {
            all.push(script);
            Ok::<_, io::Error>(())
        };
        index.finish(each).unwrap();
        all
    }

    fn lines(index: Index) -> String {
        let text = |script| if let Script::Words(_, lines) = script { lines } else { String::new() };
        scripts(index).into_iter().map(text).collect()
    }

    #[test]
    fn accents_capitals_and_ligatures_make_no_difference() {
        assert_eq!(fold("Été À L’ŒUVRE Straße ﬁn"), "ete a l’oeuvre strasse fin");
    }

    #[test]
    fn words_stand_in_order_with_their_posts_as_steps() {
        let mut index = Index::default();
        index.add(0, "Données ouvertes, 2026. A b données").unwrap();
        index.add(40, "donner  日本 ouvertes").unwrap();
        index.add(41, "ouvertes").unwrap();
        assert_eq!(lines(index), "2026 0\ndonnees 0\ndonner 14\nouvertes 0 14 1\n日本 14\n");
    }

    #[test]
    fn scripts_are_of_one_size_and_their_beginnings_are_listed() {
        let mut index = Index::default();
        for post in 0..20_000 {
            index.add(post, &format!("word{post:05}")).unwrap();
        }
        let all = scripts(index);
        let Some((Script::Starts(starts), words)) = all.split_last() else { panic!("{all:?}") };
        assert!(words.len() > 3, "{}", words.len());
        assert_eq!(starts.len(), words.len());
        for (number, (script, start)) in words.iter().zip(starts).enumerate() {
            let Script::Words(of, lines) = script else { panic!("{script:?}") };
            assert_eq!(*of, number);
            assert!(lines.starts_with(start) && lines.len() < SCRIPT + 100, "{start} {}", lines.len());
        }
    }

    #[test]
    fn what_is_put_aside_comes_together_again() {
        let (mut whole, mut parts) = (Index::default(), Index::default());
        for post in 0..200 {
            let text = format!("word{} same {}", post % 7, post);
            whole.add(post, &text).unwrap();
            parts.add(post, &text).unwrap();
            if post % 50 == 49 {
                parts.put_aside().unwrap();
            }
        }
        assert_eq!(scripts(whole), scripts(parts));
    }

    #[test]
    fn nothing_in_a_text_ends_the_script() {
        let mut index = Index::default();
        index.add(0, "`);alert(1)//` ${x} </script> \\u0041").unwrap();
        for script in scripts(index) {
            let text = script.text();
            let inside = text.split('`').nth(1).unwrap();
            assert!(inside.chars().all(|c| c.is_alphanumeric() || c == ' ' || c == '\n'), "{text}");
        }
    }

    #[test]
    fn a_long_word_is_found_by_its_beginning() {
        let mut index = Index::default();
        index.add(0, &"x".repeat(500)).unwrap();
        assert_eq!(lines(index), format!("{} 0\n", "x".repeat(32)));
    }
}
