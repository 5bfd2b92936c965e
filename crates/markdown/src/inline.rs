//! Runs of marked text as Markdown. Text stays text: whatever could be read as markup is escaped.

use crate::model::{Inline, Kind, Link, Marks};

/// How much is escaped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Care {
    /// What can be markup where it stands.
    Light,
    /// Every punctuation character.
    Strict,
}

/// Part of the output; marks stay apart until their neighbours are known.
enum Piece {
    Text(String),
    Raw(String),
    Open(&'static str),
    Close(&'static str),
}

/// A whole run, as lines of their own.
pub(crate) fn write(inlines: &[Inline], care: Care) -> String {
    compose(inlines, care, true)
}

/// A whole run inside a line, where nothing can begin a block.
pub(crate) fn write_within(inlines: &[Inline], care: Care) -> String {
    compose(inlines, care, false)
}

fn compose(inlines: &[Inline], care: Care, lines: bool) -> String {
    let mut pieces = Vec::new();
    let all: Vec<(&Inline, Marks)> = inlines.iter().map(|inline| (inline, inline.marks.clone())).collect();
    runs(&all, care, false, &mut pieces);
    choose_delimiters(&mut pieces);
    encode_neighbours(&mut pieces);
    let mut out = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) if lines => out.push_str(&at_line_start(text, &out)),
            Piece::Text(text) => out.push_str(&text),
            Piece::Raw(text) => out.push_str(&text),
            Piece::Open(text) | Piece::Close(text) => out.push_str(text),
        }
    }
    out
}

/// Writes what lies in `parts`; the marks beside each part are those still to be opened.
fn runs(parts: &[(&Inline, Marks)], care: Care, in_link: bool, out: &mut Vec<Piece>) {
    let mut at = 0;
    while at < parts.len() {
        let (inline, marks) = &parts[at];
        let Some((mark, end)) = longest_mark(parts, at) else {
            let last = at + 1 == parts.len();
            out.push(plain(inline, marks.code, care, last));
            at += 1;
            continue;
        };
        let mut within: Vec<(&Inline, Marks)> = parts[at..end].to_vec();
        for (_, marks) in &mut within {
            mark.remove(marks);
        }
        match mark {
            Mark::Link => write_link(&within, marks.link.as_ref(), care, out),
            Mark::Bold => enclose("**", &within, care, in_link, out),
            Mark::Italic => enclose("*", &within, care, in_link, out),
            Mark::Strike => enclose("~~", &within, care, in_link, out),
        }
        at = end;
    }
}

fn enclose(sign: &'static str, within: &[(&Inline, Marks)], care: Care, in_link: bool, out: &mut Vec<Piece>) {
    out.push(Piece::Open(sign));
    runs(within, care, in_link, out);
    out.push(Piece::Close(sign));
}

fn write_link(within: &[(&Inline, Marks)], link: Option<&Link>, care: Care, out: &mut Vec<Piece>) {
    let Some(link) = link else { return };
    if let [(Inline { kind: Kind::Text(text), .. }, marks)] = within
        && *marks == Marks::default()
        && link.title.is_none()
        && is_autolink(text, &link.href)
    {
        return out.push(Piece::Raw(format!("<{text}>")));
    }
    out.push(Piece::Raw("[".to_owned()));
    runs(within, care, true, out);
    out.push(Piece::Raw(format!("]({})", target(link))));
}

/// A link around Markdown.
pub(crate) fn link(text: &str, link: &Link) -> String {
    format!("[{text}]({})", target(link))
}

#[derive(Clone, Copy)]
enum Mark {
    Link,
    Bold,
    Italic,
    Strike,
}

impl Mark {
    fn same(self, one: &Marks, other: &Marks) -> bool {
        match self {
            Mark::Link => one.link.is_some() && one.link == other.link,
            Mark::Bold => one.bold && other.bold,
            Mark::Italic => one.italic && other.italic,
            Mark::Strike => one.strike && other.strike,
        }
    }

    fn remove(self, marks: &mut Marks) {
        match self {
            Mark::Link => marks.link = None,
            Mark::Bold => marks.bold = false,
            Mark::Italic => marks.italic = false,
            Mark::Strike => marks.strike = false,
        }
    }
}

fn longest_mark(parts: &[(&Inline, Marks)], at: usize) -> Option<(Mark, usize)> {
    let first = &parts[at].1;
    let mut best: Option<(Mark, usize)> = None;
    for mark in [Mark::Link, Mark::Bold, Mark::Italic, Mark::Strike] {
        let length = parts[at..].iter().take_while(|(_, marks)| mark.same(first, marks)).count();
        if length > 0 && best.is_none_or(|(_, end)| at + length > end) {
            best = Some((mark, at + length));
        }
    }
    best
}

fn plain(inline: &Inline, is_code: bool, care: Care, last: bool) -> Piece {
    match &inline.kind {
        Kind::Text(text) if is_code => Piece::Raw(code(text)),
        Kind::Text(text) => Piece::Text(escape(text, care, last)),
        Kind::Break => Piece::Raw("\\\n".to_owned()),
        Kind::Image { src, alt, title } => {
            let target = target(&Link { href: src.clone(), title: title.clone() });
            Piece::Raw(format!("![{}]({target})", escape(alt, care, true)))
        }
        Kind::Opaque(source) => Piece::Raw(source.clone()),
    }
}

/// A code span.
pub(crate) fn code(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).collect::<std::collections::BTreeSet<_>>();
    let fence = "`".repeat((1..).find(|length| !longest.contains(length)).unwrap_or(1));
    let spaced = text.starts_with(' ') && text.ends_with(' ') && !text.trim_matches(' ').is_empty();
    let pad = if spaced || text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

fn is_autolink(text: &str, href: &str) -> bool {
    let safe = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#@!$'()*+,;=%".contains(c);
    let web = ["http://", "https://", "ftp://"].iter().any(|scheme| text.starts_with(scheme)) && text == href;
    let mail = href.strip_prefix("mailto:") == Some(text)
        && text.split_once('@').is_some_and(|(name, host)| {
            !name.is_empty()
                && name.chars().all(|c| c.is_ascii_alphanumeric() || "._+-".contains(c))
                && host.split('.').all(|part| {
                    !part.is_empty()
                        && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
                        && !part.starts_with('-')
                        && !part.ends_with('-')
                })
        });
    (web && text.chars().all(safe)) || mail
}

fn target(link: &Link) -> String {
    let href = &link.href;
    let odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '(' | ')' | '<' | '>');
    let destination = if href.chars().any(odd) || (href.is_empty() && link.title.is_some()) {
        let mut out = String::from("<");
        for c in href.chars() {
            match c {
                '<' | '>' => out.extend(['\\', c]),
                '\n' => out.push_str("%0A"),
                '\r' => out.push_str("%0D"),
                c => out.push(c),
            }
        }
        out = escape_backslash(&out[1..], true);
        format!("<{out}>")
    } else {
        escape_backslash(href, false)
    };
    match &link.title {
        None => destination,
        Some(title) => format!("{destination} \"{}\"", escape_backslash(title, false).replace('"', "\\\"")),
    }
}

/// Keeps backslashes and ampersands what they are. With `escaped`, `\<` and `\>` are escapes already.
fn escape_backslash(text: &str, escaped: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let rest = &text[at..];
        match c {
            '\\' if escaped && rest[1..].starts_with(['<', '>']) => out.push(c),
            '\\' if rest[1..].starts_with(|next: char| next.is_ascii_punctuation()) || rest.len() == 1 => {
                out.push_str("\\\\");
            }
            '&' if is_entity(rest) => out.push_str("&amp;"),
            c => out.push(c),
        }
    }
    out
}

/// Whether `text`, which begins with `&`, begins with what could be an entity; the longest name has 31 letters.
fn is_entity(text: &str) -> bool {
    is_entity_after(&text[1..])
}

fn is_entity_after(text: &str) -> bool {
    text.chars().take(34).find(|c| !c.is_ascii_alphanumeric() && *c != '#') == Some(';')
}

fn escape(text: &str, care: Care, last: bool) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut before = None;
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        let after = rest.as_str();
        if needs_escape(c, before, after, care, last) {
            out.push('\\');
        }
        out.push(c);
        before = Some(c);
    }
    out
}

fn needs_escape(c: char, before: Option<char>, after: &str, care: Care, last: bool) -> bool {
    if care == Care::Strict {
        // Cells escape every `|` themselves; elsewhere it is markup at the head of a line only.
        return c.is_ascii_punctuation() && c != '|';
    }
    let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    match c {
        '\\' | '*' | '`' | '[' | ']' | '~' => true,
        '_' => !(word(before) && word(after.chars().next())),
        '<' => {
            after.is_empty()
                || after.starts_with(|next: char| next.is_ascii_alphabetic() || "/!?".contains(next))
        }
        '&' => {
            is_entity_after(after) || (!last && after.chars().all(|c| c.is_ascii_alphanumeric() || c == '#'))
        }
        '!' => after.is_empty() && !last,
        ':' => after.starts_with("//"),
        '@' => word(before) || before.is_some_and(|c| "._-+".contains(c)),
        '.' => before.is_some_and(|c| c.eq_ignore_ascii_case(&'w')) && !after.is_empty(),
        _ => false,
    }
}

/// Escapes what would begin a block if `text` begins a line.
fn at_line_start(text: String, out: &str) -> String {
    if !(out.is_empty() || out.ends_with('\n')) {
        return text;
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let ends = |at: usize| text[at..].is_empty() || text[at..].starts_with([' ', '\t']);
    if (1..10).contains(&digits) && text[digits..].starts_with(['.', ')']) && ends(digits + 1) {
        return format!("{}\\{}", &text[..digits], &text[digits..]);
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
    if marks { format!("\\{text}") } else { text }
}

/// `*` beside `*` runs together: the second of two neighbours is written with `_`.
fn choose_delimiters(pieces: &mut [Piece]) {
    let mut open: Vec<(usize, bool)> = Vec::new();
    for at in 0..pieces.len() {
        match pieces[at] {
            Piece::Open(_) => {
                let beside = at > 0 && matches!(pieces[at - 1], Piece::Close("*" | "**"));
                open.push((at, beside));
            }
            Piece::Close(sign) => {
                let Some((start, true)) = open.pop() else { continue };
                let under = match sign {
                    "*" => "_",
                    "**" => "__",
                    _ => continue,
                };
                pieces[start] = Piece::Open(under);
                pieces[at] = Piece::Close(under);
            }
            Piece::Text(_) | Piece::Raw(_) => {}
        }
    }
}

/// A letter outside a mark, beside punctuation inside it, keeps the mark from being one; as a numeric reference it
/// does not, because its own end, `;`, is punctuation.
fn encode_neighbours(pieces: &mut [Piece]) {
    for at in 0..pieces.len() {
        match pieces[at] {
            Piece::Open(_) if first_char(&pieces[at + 1..]).is_some_and(is_punctuation) => {
                // comrak looks through `~` for the neighbour.
                let beside = |piece: &Piece| !matches!(piece, Piece::Open(_) | Piece::Close("~~"));
                if let Some(before) = pieces[..at].iter().rposition(beside)
                    && let Piece::Text(text) = &mut pieces[before]
                {
                    encode_last(text);
                }
            }
            Piece::Close(sign)
                if sign.starts_with('_') || last_char(&pieces[..at]).is_some_and(is_punctuation) =>
            {
                let beside = |piece: &Piece| !matches!(piece, Piece::Close(_) | Piece::Open("~~"));
                if let Some(after) = pieces[at + 1..].iter().position(beside)
                    && let Piece::Text(text) = &mut pieces[at + 1 + after]
                {
                    encode_first(text);
                }
            }
            _ => {}
        }
    }
}

fn first_char(pieces: &[Piece]) -> Option<char> {
    pieces.iter().find_map(|piece| match piece {
        Piece::Text(text) | Piece::Raw(text) => text.chars().next(),
        Piece::Open(_) | Piece::Close(_) => None,
    })
}

fn last_char(pieces: &[Piece]) -> Option<char> {
    pieces.iter().rev().find_map(|piece| match piece {
        Piece::Text(text) | Piece::Raw(text) => text.chars().next_back(),
        Piece::Open(_) | Piece::Close(_) => None,
    })
}

fn is_punctuation(c: char) -> bool {
    !c.is_alphanumeric() && !c.is_whitespace()
}

fn encode_last(text: &mut String) {
    if let Some(c) = text.chars().next_back().filter(|c| c.is_alphanumeric()) {
        text.truncate(text.len() - c.len_utf8());
        text.push_str(&format!("&#{};", c as u32));
    }
}

fn encode_first(text: &mut String) {
    if let Some(c) = text.chars().next().filter(|c| c.is_alphanumeric()) {
        *text = format!("&#{};{}", c as u32, &text[c.len_utf8()..]);
    }
}
