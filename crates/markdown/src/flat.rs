//! HTML without what carries no meaning, to compare what two texts render to: white space outside `pre` is one
//! space or, at a block's edge, none; emphasis, strikethrough and links are properties of the characters inside
//! them, so that their nesting order, and two of a kind side by side, make no difference.

use std::hash::{DefaultHasher, Hash, Hasher};

/// A hash of the flat form.
pub(crate) fn hash(html: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    flat(html).hash(&mut hasher);
    hasher.finish()
}

#[derive(Default)]
struct State {
    out: String,
    marks: [usize; 3],
    link: String,
    shown: String,
    space: bool,
    pre: bool,
}

/// Unsanitised HTML without what carries no meaning: two texts mean the same if their flat forms are equal.
pub fn flat(html: &str) -> String {
    let mut state = State::default();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        state.text(&rest[..at]);
        let end = tag_end(&rest[at..]);
        state.tag(&rest[at..at + end]);
        rest = &rest[at + end..];
    }
    state.text(rest);
    state.out
}

/// A longer tag is taken for text: looking for its end from every `<` would cost the square of the length.
const LONGEST_TAG: usize = 4096;

fn tag_end(text: &str) -> usize {
    let text = &text[..text.floor_char_boundary(LONGEST_TAG)];
    if text.starts_with("<!--") {
        return text.find("-->").map_or(4, |at| at + 3);
    }
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (None, '>') => return at + 1,
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    text.find('>').map_or(1, |at| at + 1)
}

impl State {
    fn text(&mut self, text: &str) {
        for c in text.chars() {
            if c.is_ascii_whitespace() && !self.pre {
                self.space = true;
                continue;
            }
            // CRLF is a line end like any other.
            if c != '\r' {
                self.flush();
                self.out.push(c);
            }
        }
    }

    fn flush(&mut self) {
        if std::mem::take(&mut self.space) && !self.out.ends_with('\n') && !self.out.is_empty() {
            self.out.push(' ');
        }
        let marks = self.marks.map(|count| if count > 0 { count.to_string() } else { String::new() });
        let now = format!("{}/{}/{}/{}", marks[0], marks[1], marks[2], self.link);
        if now != self.shown {
            self.out.push_str(&format!("{{{now}}}"));
            self.shown = now;
        }
    }

    fn tag(&mut self, tag: &str) {
        let name: String = tag
            .chars()
            .skip(1)
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '/')
            .collect::<String>()
            .to_ascii_lowercase();
        let (closing, name) = name.strip_prefix('/').map_or((false, name.as_str()), |rest| (true, rest));
        let mark = match name {
            "em" => Some(0),
            "strong" => Some(1),
            "del" => Some(2),
            _ => None,
        };
        if let Some(mark) = mark {
            let count = &mut self.marks[mark];
            *count = if closing { count.saturating_sub(1) } else { *count + 1 };
        } else if name == "a" && !tag.contains("footnote") {
            self.link = if closing { String::new() } else { spaced(tag) };
        } else if matches!(name, "br" | "br/") {
            self.space = false;
            self.out.push_str("<br>\n");
        } else if self.pre && closing && name == "code" {
            // The last line end of code is not shown.
            self.out.truncate(self.out.strip_suffix('\n').map_or(self.out.len(), str::len));
            self.out.push_str(tag);
        } else if matches!(name, "img" | "code" | "sup" | "a" | "input" | "span" | "kbd" | "sub") {
            self.flush();
            self.out.push_str(&spaced(tag));
        } else {
            self.block(tag, closing, name);
        }
    }

    fn block(&mut self, tag: &str, closing: bool, name: &str) {
        if name == "pre" {
            self.pre = !closing;
        }
        self.space = false;
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
        self.out.push_str(&spaced(tag));
        if !self.pre {
            self.out.push('\n');
        }
    }
}

fn spaced(tag: &str) -> String {
    tag.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}
