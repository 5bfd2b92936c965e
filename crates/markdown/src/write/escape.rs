//! What has to be escaped so that text stays text (CommonMark 2.4 and 2.5).

use super::inline::Escapes;
use crate::model::{Inline, Kind};
use crate::syntax;
use comrak::nodes::NodeValue;
use std::borrow::Cow;

/// What a whole run tells about its text.
#[derive(Clone, Copy)]
pub(crate) struct Ends {
    /// More than one dollar sign: two can be the ends of math.
    dollars: bool,
}

impl Ends {
    pub fn of(inlines: &[Inline]) -> Self {
        let count = |inline: &Inline| match &inline.kind {
            Kind::Text(text) => memchr::memchr_iter(b'$', text.as_bytes()).take(2).count(),
            Kind::Math { .. } => 2,
            Kind::Image { alt, .. } => alt.matches('$').take(2).count(),
            _ => 0,
        };
        Self { dollars: inlines.iter().map(count).sum::<usize>() > 1 }
    }
}

/// Characters that can be markup somewhere in a line.
const SPECIAL: [bool; 256] = {
    let signs = b"\\*`[]~_<&!:@.$|";
    let mut table = [false; 256];
    let mut at = 0;
    while at < signs.len() {
        table[signs[at] as usize] = true;
        at += 1;
    }
    table
};

/// Text in a run, with what it needs to stay text; `last` says that nothing follows it there.
pub(crate) fn text(text: &str, escapes: Escapes, ends: Ends, last: bool) -> Cow<'_, str> {
    if escapes != Escapes::All && !text.bytes().any(|byte| SPECIAL[usize::from(byte)]) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut done = 0;
    let special =
        |byte: u8| escapes == Escapes::All && byte.is_ascii_punctuation() || SPECIAL[usize::from(byte)];
    for (at, _) in text.bytes().enumerate().filter(|(_, byte)| special(*byte)) {
        // Every special character is one byte.
        let c = char::from(text.as_bytes()[at]);
        let (before, after) = (text[..at].chars().next_back(), &text[at + 1..]);
        let needed = match escapes {
            Escapes::All => c.is_ascii_punctuation() && c != '|',
            Escapes::NoTildes if c == '~' => false,
            _ => needs_escape(c, before, after, ends, last),
        };
        if needed {
            out.push_str(&text[done..at]);
            out.push('\\');
            done = at;
        }
    }
    out.push_str(&text[done..]);
    Cow::Owned(out)
}

fn needs_escape(c: char, before: Option<char>, after: &str, ends: Ends, last: bool) -> bool {
    let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    match c {
        '*' | '`' | '[' | ']' | '~' => true,
        '\\' => after.is_empty() || after.starts_with(|next: char| next.is_ascii_punctuation()),
        '_' => !(word(before) && word(after.chars().next())),
        '<' => {
            after.is_empty()
                || after.starts_with(|next: char| next.is_ascii_alphabetic() || "/!?".contains(next))
        }
        '&' => is_entity(after) || (!last && after.chars().all(|c| c.is_ascii_alphanumeric() || c == '#')),
        '!' => after.is_empty() && !last,
        ':' => after.starts_with("//"),
        '@' => word(before) || before.is_some_and(|c| "._-+".contains(c)),
        '.' => before.is_some_and(|c| c.eq_ignore_ascii_case(&'w')) && !after.is_empty(),
        '$' => ends.dollars,
        _ => false,
    }
}

/// Whether what follows an ampersand could be an entity; the longest name has 31 letters.
fn is_entity(after: &str) -> bool {
    after.chars().take(34).find(|c| !c.is_ascii_alphanumeric() && *c != '#') == Some(';')
}

/// An address, a title or an info string: what is no markup but still knows escapes and entities. `signs` are
/// escaped too; line ends become references.
pub(crate) fn reference<'a>(text: &'a str, signs: &str) -> Cow<'a, str> {
    if !text.bytes().any(|byte| matches!(byte, b'\\' | b'&' | b'\n') || signs.as_bytes().contains(&byte)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for (at, c) in text.char_indices() {
        let after = &text[at + c.len_utf8()..];
        match c {
            '\\' if after.is_empty() || after.starts_with(|next: char| next.is_ascii_punctuation()) => {
                out.push_str("\\\\");
            }
            '&' if is_entity(after) => out.push_str("&amp;"),
            '\n' => out.push_str("&#10;"),
            c if signs.contains(c) => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Whether a text is raw inline HTML (CommonMark 6.6) from beginning to end.
pub(crate) fn is_html(text: &str) -> bool {
    syntax::with_tree(&format!("a{text}"), true, |root| {
        let mut blocks = root.children();
        let Some(line) = blocks.next().filter(|node| matches!(node.data().value, NodeValue::Paragraph))
        else {
            return false;
        };
        let html = |node: comrak::Node<'_>| matches!(node.data().value, NodeValue::HtmlInline(_));
        blocks.next().is_none()
            && line.children().skip(1).all(html)
            && matches!(&line.first_child().map(|node| node.data()), Some(data) if matches!(&data.value, NodeValue::Text(text) if text == "a"))
    })
}

/// Writes text; where it begins a line, what would begin a block is escaped.
pub(crate) fn at_line_start(text: &str, out: &mut String) {
    if !(out.is_empty() || out.ends_with('\n')) {
        return out.push_str(text);
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let ends = |at: usize| text[at..].is_empty() || text[at..].starts_with([' ', '\t']);
    if (1..10).contains(&digits) && text[digits..].starts_with(['.', ')']) && ends(digits + 1) {
        out.push_str(&text[..digits]);
        out.push('\\');
        return out.push_str(&text[digits..]);
    }
    let sharps = text.bytes().take_while(|byte| *byte == b'#').count();
    let marks = match text.chars().next() {
        Some('#') => sharps < 7 && ends(sharps),
        Some(first @ ('-' | '+' | '=')) => {
            ends(1)
                || text.trim_start_matches(first).trim().is_empty()
                || text[1..].trim_start().starts_with(first)
        }
        Some(':') => text[1..].starts_with('-'),
        Some('>' | '|') => true,
        _ => false,
    };
    if marks {
        out.push('\\');
    }
    out.push_str(text);
}
