//! YAML front matter: the keys that Fonds owns, read and rewritten in place, and everything else, which is the
//! author's and is never touched. `parse(update(base, o, a, b))` gives back `o`, `a` and `b` exactly.
//!
//! Front matter is what stands between a first line `---` and the next line `---`. A byte order mark before it
//! and CRLF line ends are accepted. Each top-level key stands on a line of its own; the author's text is whole
//! lines, so it is empty or ends with a line end.

mod entries;
mod yaml;

use crate::error::Result;
use entries::{Entry, Value};
use std::ops::Range;

/// The keys that Fonds owns, in the order in which a new file has them.
pub const KEYS: [&str; 7] = ["id", "title", "lang", "slug", "pair", "categories", "attachments"];

/// The values of the keys that Fonds owns. `None`: the key is absent, or has no value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Owned {
    /// The post's id.
    pub id: Option<String>,
    /// The title.
    pub title: Option<String>,
    /// The language, `en` or `fr`; read as it stands.
    pub lang: Option<String>,
    /// The last part of the post's address.
    pub slug: Option<String>,
    /// The id of the counterpart post.
    pub pair: Option<String>,
    /// Paths such as `Finance/Budgets`, in the post's language. A single text is read as a list of one.
    pub categories: Option<Vec<String>>,
    /// File names in `attachments/`.
    pub attachments: Option<Vec<String>>,
}

/// A file, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document<'a> {
    /// The keys that Fonds owns.
    pub owned: Owned,
    /// The author's own lines, byte for byte, without the owned keys.
    pub author: String,
    /// All that follows the front matter, exact.
    pub body: &'a str,
}

/// Takes a file apart. A file without front matter has empty keys and its whole text as body.
///
/// # Errors
/// [`crate::Error::FrontMatter`] with the line, where the YAML is broken, is no mapping of one key a line, gives an
/// owned key twice, or gives it a value that is neither text nor a list of texts.
pub fn parse(text: &str) -> Result<Document<'_>> {
    let Some(parts) = Parts::of(text) else {
        return Ok(Document { owned: Owned::default(), author: String::new(), body: without_mark(text) });
    };
    let Some(entries) = entries::read(parts.yaml)? else {
        return Ok(Document { owned: Owned::default(), author: String::new(), body: without_mark(text) });
    };
    let mut owned = Owned::default();
    for entry in &entries {
        owned.set(entry);
    }
    let author =
        segments(parts.yaml, &entries).into_iter().filter(|s| s.key.is_none()).map(|s| s.text).collect();
    Ok(Document { owned, author, body: parts.body })
}

/// The text of a new file: owned keys first, then the author's lines, then the body. Line ends are those of the
/// author's lines, or of the body. Without keys and lines there is no front matter, unless the body looks like it.
pub fn write(owned: &Owned, author: &str, body: &str) -> String {
    let end = line_end(author).or_else(|| line_end(body)).unwrap_or("\n");
    let nothing = *owned == Owned::default() && author.is_empty();
    if nothing && parse(body).is_ok_and(|read| read.body == body) {
        return body.to_owned();
    }
    let keys: String =
        KEYS.iter().filter_map(|key| owned.get(key).map(|v| yaml::line(key, &v, end))).collect();
    let gap = if author.is_empty() || author.ends_with('\n') { "" } else { end };
    format!("---{end}{keys}{author}{gap}---{end}{body}")
}

/// The text of an existing file with these values. Only owned keys that changed are rewritten, in their place and
/// in their style; new ones follow the last owned key. Falls back to [`write`] where `base` has no usable front
/// matter.
pub fn update(base: &str, owned: &Owned, author: &str, body: &str) -> String {
    let fresh = || write(owned, author, body);
    let Some(text) = update_in_place(base, owned, author, body) else { return fresh() };
    match parse(&text) {
        Ok(read) if read.owned == *owned && read.author == author && read.body == body => text,
        _ => fresh(),
    }
}

fn update_in_place(base: &str, owned: &Owned, author: &str, body: &str) -> Option<String> {
    let parts = Parts::of(base)?;
    let entries = entries::read(parts.yaml).ok()??;
    let end = line_end(parts.head).unwrap_or("\n");
    let old = parse(base).ok()?;
    let mut kept: Vec<(Option<&str>, String)> = Vec::new();
    for segment in segments(parts.yaml, &entries) {
        match segment.key {
            None => kept.push((None, segment.text.to_owned())),
            Some(index) => {
                let entry = entries.get(index)?;
                let text = match (old.owned.get(&entry.key), owned.get(&entry.key)) {
                    (before, after) if before == after => segment.text.to_owned(),
                    (_, None) => String::new(),
                    (_, Some(value)) => yaml::rewrite(segment.text, entry, &value, end),
                };
                kept.push((Some(&entry.key), text));
            }
        }
    }
    add_new_keys(&mut kept, owned, end);
    if old.author != author {
        kept = place_author(kept, author);
    }
    let yaml: String = kept.into_iter().map(|(_, text)| text).collect();
    Some(format!("{}{}{yaml}{}{body}", parts.mark, parts.head, parts.tail))
}

fn add_new_keys(kept: &mut Vec<(Option<&str>, String)>, owned: &Owned, end: &str) {
    for key in KEYS {
        let Some(value) = owned.get(key) else { continue };
        if kept.iter().any(|(present, _)| *present == Some(key)) {
            continue;
        }
        let at = kept.iter().rposition(|(present, _)| present.is_some()).map_or(0, |last| last + 1);
        kept.insert(at, (Some(key), yaml::line(key, &value, end)));
    }
}

/// Puts new author's lines among the owned keys: what is the same at the beginning and at the end stays there.
fn place_author<'k>(kept: Vec<(Option<&'k str>, String)>, author: &str) -> Vec<(Option<&'k str>, String)> {
    let mut rest = author;
    let (mut before, mut after, mut keys) = (Vec::new(), Vec::new(), Vec::new());
    let mut middle: std::collections::VecDeque<_> = kept.into();
    while let Some((key, text)) = middle.pop_front() {
        match key {
            Some(_) => before.push((key, text)),
            None => match rest.strip_prefix(text.as_str()) {
                Some(left) => {
                    rest = left;
                    before.push((key, text));
                }
                None => {
                    middle.push_front((key, text));
                    break;
                }
            },
        }
    }
    while let Some((key, text)) = middle.pop_back() {
        match key {
            Some(_) => after.push((key, text)),
            None => match rest.strip_suffix(text.as_str()) {
                Some(left) => {
                    rest = left;
                    after.push((key, text));
                }
                None => break,
            },
        }
    }
    keys.extend(middle.into_iter().filter(|(key, _)| key.is_some()));
    after.reverse();
    before.into_iter().chain(keys).chain([(None, rest.to_owned())]).chain(after).collect()
}

impl Owned {
    fn get(&self, key: &str) -> Option<Value> {
        match key {
            "id" => self.id.clone().map(Value::Text),
            "title" => self.title.clone().map(Value::Text),
            "lang" => self.lang.clone().map(Value::Text),
            "slug" => self.slug.clone().map(Value::Text),
            "pair" => self.pair.clone().map(Value::Text),
            "categories" => self.categories.clone().map(Value::List),
            "attachments" => self.attachments.clone().map(Value::List),
            _ => None,
        }
    }

    fn set(&mut self, entry: &Entry) {
        match entry.key.as_str() {
            "id" => self.id = entry.value.text(),
            "title" => self.title = entry.value.text(),
            "lang" => self.lang = entry.value.text(),
            "slug" => self.slug = entry.value.text(),
            "pair" => self.pair = entry.value.text(),
            "categories" => self.categories = entry.value.list(),
            "attachments" => self.attachments = entry.value.list(),
            _ => {}
        }
    }
}

/// A file in five pieces that make it up exactly.
struct Parts<'a> {
    mark: &'a str,
    head: &'a str,
    yaml: &'a str,
    tail: &'a str,
    body: &'a str,
}

impl<'a> Parts<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let rest = without_mark(text);
        let mark = &text[..text.len() - rest.len()];
        let head = rest.split_inclusive('\n').next().filter(|line| is_fence(line) && line.ends_with('\n'))?;
        let inner = &rest[head.len()..];
        let mut at = 0;
        for line in inner.split_inclusive('\n') {
            if is_fence(line) {
                let tail_end = at + line.len();
                let (yaml, tail) = (&inner[..at], &inner[at..tail_end]);
                return Some(Self { mark, head, yaml, tail, body: &inner[tail_end..] });
            }
            at += line.len();
        }
        None
    }
}

fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

fn is_fence(line: &str) -> bool {
    line.trim_end_matches([' ', '\t', '\r', '\n']) == "---"
}

fn line_end(text: &str) -> Option<&'static str> {
    let at = text.find('\n')?;
    Some(if text[..at].ends_with('\r') { "\r\n" } else { "\n" })
}

/// A stretch of whole lines: an owned key's entry (its index among the entries), or the author's.
struct Segment<'a> {
    key: Option<usize>,
    text: &'a str,
}

fn segments<'a>(yaml: &'a str, entries: &[Entry]) -> Vec<Segment<'a>> {
    let lines: Vec<&str> = yaml.split_inclusive('\n').collect();
    let mut owner: Vec<Option<usize>> = vec![None; lines.len()];
    for (index, entry) in entries.iter().enumerate() {
        if KEYS.contains(&entry.key.as_str()) {
            let next = entries.get(index + 1).map_or(lines.len(), |next| next.line);
            for line in own_lines(&lines, entry.line..next) {
                owner[line] = Some(index);
            }
        }
    }
    let mut segments: Vec<Segment<'a>> = Vec::new();
    let mut at = 0;
    let mut start = 0;
    for (line, text) in lines.iter().enumerate() {
        at += text.len();
        if owner.get(line + 1) != Some(&owner[line]) {
            segments.push(Segment { key: owner[line], text: &yaml[start..at] });
            start = at;
        }
    }
    segments
}

/// Blank lines and comments after an entry are the author's.
fn own_lines(lines: &[&str], range: Range<usize>) -> Range<usize> {
    let mut end = range.end.min(lines.len());
    while end > range.start + 1 && (lines[end - 1].trim().is_empty() || lines[end - 1].starts_with('#')) {
        end -= 1;
    }
    range.start..end
}

#[cfg(test)]
mod tests;
