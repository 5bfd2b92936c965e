//! Runs of marked text as Markdown. Text stays text: whatever could be read as markup is escaped.

use super::escape::{self, Ends};
use crate::model::{Auto, Inline, Kind, Link, MarkKind};
use crate::nesting::{self, Event};
use std::borrow::Cow;

/// How a run is written: what is tried in turn until it reads back as itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Care {
    pub escapes: Escapes,
    pub emphasis: Signs,
}

/// What is escaped in text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Escapes {
    /// What can be markup where it stands.
    Needed,
    /// The same without `~`: comrak looks through it for what stands beside emphasis, but not through `\\~`.
    NoTildes,
    /// Every punctuation character.
    All,
}

/// Which signs emphasis is written with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signs {
    /// `*`, and `_` beside `*`.
    Mixed,
    /// `*` alone.
    Stars,
    /// `*` and `_` in turn, by depth and beside one another, beginning with `*`.
    StarsFirst,
    /// The same, beginning with `_`.
    LinesFirst,
}

impl Care {
    pub const LIGHT: Care = Care { escapes: Escapes::Needed, emphasis: Signs::Mixed };

    /// The most cautious one.
    pub const STRICT: Care = Care { escapes: Escapes::All, emphasis: Signs::Mixed };

    /// All there are, in the order in which they are tried.
    pub fn all() -> impl Iterator<Item = Care> {
        let signs = [Signs::Mixed, Signs::Stars, Signs::StarsFirst, Signs::LinesFirst];
        let escapes = [Escapes::Needed, Escapes::All, Escapes::NoTildes];
        escapes.into_iter().flat_map(move |escapes| signs.map(|emphasis| Care { escapes, emphasis }))
    }
}

/// Part of the output; signs stay apart until their neighbours are known.
enum Piece<'a> {
    Text(Cow<'a, str>),
    Raw(Cow<'a, str>),
    /// The kind of emphasis: one, two, or the length of a strike.
    Open(Sign),
    Close(Sign),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    Star(usize),
    Line(usize),
    Tilde(usize),
}

impl Sign {
    fn text(self) -> &'static str {
        match self {
            Sign::Star(1) => "*",
            Sign::Star(_) => "**",
            Sign::Line(1) => "_",
            Sign::Line(_) => "__",
            Sign::Tilde(1) => "~",
            Sign::Tilde(_) => "~~",
        }
    }
}

/// Where a run stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// On lines of its own.
    Lines,
    /// Inside one line, where nothing can begin a block.
    Line,
    /// In a table's cell.
    Cell,
}

/// Writes a run.
pub(crate) fn write(inlines: &[Inline], care: Care, place: Place, out: &mut String) {
    let ends = Ends::of(inlines);
    if !inlines.iter().any(|inline| inline.marks.iter().any(|mark| mark.kind.encloses())) {
        (0..inlines.len()).for_each(|index| put(plain(inlines, index, care, ends, place), place, out));
        return;
    }
    let mut pieces = Vec::with_capacity(2 * inlines.len() + 8);
    marked(inlines, care, ends, place, &mut pieces);
    choose_tildes(&mut pieces);
    choose_signs(&mut pieces, care.emphasis);
    encode_neighbours(&mut pieces);
    pieces.into_iter().for_each(|piece| put(piece, place, out));
}

fn put(piece: Piece<'_>, place: Place, out: &mut String) {
    match piece {
        Piece::Text(text) if place == Place::Lines => escape::at_line_start(&text, out),
        Piece::Text(text) | Piece::Raw(text) => out.push_str(&text),
        Piece::Open(sign) | Piece::Close(sign) => out.push_str(sign.text()),
    }
}

fn marked<'a>(inlines: &'a [Inline], care: Care, ends: Ends, place: Place, out: &mut Vec<Piece<'a>>) {
    let events = nesting::events(inlines);
    let mut at = 0;
    while at < events.len() {
        match events[at] {
            Event::Inline(index) => out.push(plain(inlines, index, care, ends, place)),
            Event::Open(MarkKind::Link(link)) => {
                if let Some(Event::Inline(index)) = events.get(at + 1)
                    && matches!(events.get(at + 2), Some(Event::Close(MarkKind::Link(_))))
                    && let Some(address) = automatic(&inlines[*index], link)
                {
                    out.push(Piece::Raw(address));
                    at += 2;
                } else {
                    out.push(Piece::Raw("[".into()));
                }
            }
            Event::Close(MarkKind::Link(link)) => out.push(Piece::Raw(format!("]({})", target(link)).into())),
            Event::Open(kind) => out.push(Piece::Open(sign(kind))),
            Event::Close(kind) => out.push(Piece::Close(sign(kind))),
        }
        at += 1;
    }
}

fn sign(kind: &MarkKind) -> Sign {
    match kind {
        MarkKind::Bold => Sign::Star(2),
        MarkKind::Strike => Sign::Tilde(2),
        _ => Sign::Star(1),
    }
}

/// A link that is written as its address, where it still is that.
fn automatic<'a>(inline: &'a Inline, link: &Link) -> Option<Cow<'a, str>> {
    let Kind::Text(text) = &inline.kind else { return None };
    if inline.is_verbatim() || link.title.is_some() || text.is_empty() {
        return None;
    }
    let rest = link.href.strip_suffix(text.as_str())?;
    match link.auto? {
        Auto::Bare if matches!(rest, "" | "mailto:" | "http://") => Some(Cow::Borrowed(text)),
        Auto::Angle if matches!(rest, "" | "mailto:") && !text.contains(['<', '>', ' ', '\t']) => {
            Some(format!("<{text}>").into())
        }
        _ => None,
    }
}

fn plain<'a>(inlines: &'a [Inline], index: usize, care: Care, ends: Ends, place: Place) -> Piece<'a> {
    let inline = &inlines[index];
    match &inline.kind {
        Kind::Text(text) => match inline.marks.iter().map(|mark| &mark.kind).find(|kind| !kind.encloses()) {
            Some(MarkKind::Code) => Piece::Raw(code(text).into()),
            Some(_) if care.escapes != Escapes::All || escape::is_html(text) => {
                Piece::Raw(text.as_str().into())
            }
            _ => Piece::Text(escape::text(text, care.escapes, ends, index + 1 == inlines.len())),
        },
        Kind::Break if place == Place::Cell => Piece::Raw("<br>".into()),
        Kind::Break => Piece::Raw("\\\n".into()),
        Kind::Image { src, alt, title } => {
            let alt = escape::text(alt, care.escapes, ends, true);
            Piece::Raw(format!("![{alt}]({})", target_of(src, title.as_deref())).into())
        }
        Kind::FootnoteReference(label) => Piece::Raw(format!("[^{label}]").into()),
        Kind::Math { latex, display: true } => Piece::Raw(format!("$${latex}$$").into()),
        Kind::Math { latex, .. } => Piece::Raw(format!("${latex}$").into()),
        Kind::EmptyLink(link) => Piece::Raw(format!("[]({})", target(link)).into()),
    }
}

/// A code span (CommonMark 6.1).
fn code(text: &str) -> String {
    let mut runs: Vec<usize> = text.split(|c| c != '`').map(str::len).collect();
    runs.sort_unstable();
    let length = (1..).find(|length| runs.binary_search(length).is_err()).unwrap_or(1);
    let fence = "`".repeat(length);
    let spaced = text.starts_with(' ') && text.ends_with(' ') && !text.trim_matches(' ').is_empty();
    let pad = if spaced || text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

fn target(link: &Link) -> String {
    target_of(&link.href, link.title.as_deref())
}

/// An address and a title as they stand behind the text of a link, or in a definition.
pub(crate) fn target_of(href: &str, title: Option<&str>) -> String {
    let odd = |c: char| c.is_ascii_whitespace() || c.is_control() || matches!(c, '(' | ')' | '<' | '>');
    let destination = if href.chars().any(odd) || (href.is_empty() && title.is_some()) {
        format!("<{}>", escape::reference(href, "<>"))
    } else {
        escape::reference(href, "").into_owned()
    };
    match title {
        None => destination,
        Some(title) => format!("{destination} \"{}\"", escape::reference(title, "\"")),
    }
}

/// A strike in a strike is told from it by its length.
fn choose_tildes(pieces: &mut [Piece<'_>]) {
    let mut depth = 0;
    for piece in pieces {
        match piece {
            Piece::Open(Sign::Tilde(length)) => {
                *length -= depth % 2;
                depth += 1;
            }
            Piece::Close(Sign::Tilde(length)) => {
                depth -= 1;
                *length -= depth % 2;
            }
            _ => {}
        }
    }
}

/// `*` beside `*` runs together: one of two neighbours is written with `_`.
fn choose_signs(pieces: &mut [Piece<'_>], signs: Signs) {
    if signs == Signs::Stars {
        return;
    }
    let mut open: Vec<(usize, bool)> = Vec::new();
    for at in 0..pieces.len() {
        match pieces[at] {
            Piece::Open(sign) => {
                let line = !matches!(sign, Sign::Tilde(_)) && takes_line(pieces, at, &open, signs);
                open.push((at, line));
            }
            Piece::Close(sign) => {
                let Some((start, true)) = open.pop() else { continue };
                let Sign::Star(length) = sign else { continue };
                pieces[start] = Piece::Open(Sign::Line(length));
                pieces[at] = Piece::Close(Sign::Line(length));
            }
            Piece::Text(_) | Piece::Raw(_) => {}
        }
    }
}

fn takes_line(pieces: &[Piece<'_>], at: usize, open: &[(usize, bool)], signs: Signs) -> bool {
    let parent = open.last().map(|(_, line)| *line);
    let before = at.checked_sub(1).map(|before| &pieces[before]);
    if signs != Signs::Mixed {
        let line = parent.map_or(signs == Signs::LinesFirst, |line| !line);
        return match before {
            Some(Piece::Close(Sign::Star(_))) => true,
            Some(Piece::Close(Sign::Line(_))) => false,
            _ => line,
        };
    }
    match before {
        // Directly in another: the other sign, but `**` in `*` needs none.
        Some(Piece::Open(Sign::Star(length))) => {
            parent == Some(false) && (*length == pieces[at].length() || *length == 2)
        }
        Some(Piece::Close(Sign::Star(_))) => true,
        _ => false,
    }
}

impl Piece<'_> {
    fn length(&self) -> usize {
        match self {
            Piece::Open(sign) | Piece::Close(sign) => sign.text().len(),
            _ => 0,
        }
    }
}

/// A letter outside a mark, beside punctuation inside it, keeps the mark from being one; as a numeric reference it
/// does not, because its own end, `;`, is punctuation. White space inside a mark, at its end, does the same.
fn encode_neighbours(pieces: &mut [Piece<'_>]) {
    for at in 0..pieces.len() {
        match pieces[at] {
            Piece::Open(sign) => {
                if first_char(&pieces[at + 1..]).is_some_and(char::is_whitespace) {
                    encode_first(pieces, at + 1);
                }
                if !matches!(sign, Sign::Tilde(_))
                    && first_char(&pieces[at + 1..]).is_some_and(is_punctuation)
                    || matches!(sign, Sign::Line(_))
                {
                    encode_last(pieces, at);
                }
            }
            Piece::Close(sign) => {
                if last_char(&pieces[..at]).is_some_and(char::is_whitespace) {
                    encode_last(pieces, at);
                }
                let blocked =
                    !matches!(sign, Sign::Tilde(_)) && last_char(&pieces[..at]).is_some_and(is_punctuation);
                if blocked || matches!(sign, Sign::Line(_)) {
                    encode_first(pieces, at + 1);
                }
            }
            _ => {}
        }
    }
}

fn first_char(pieces: &[Piece<'_>]) -> Option<char> {
    pieces.iter().find_map(|piece| match piece {
        Piece::Text(text) | Piece::Raw(text) => text.chars().next(),
        Piece::Open(_) | Piece::Close(_) => None,
    })
}

fn last_char(pieces: &[Piece<'_>]) -> Option<char> {
    pieces.iter().rev().find_map(|piece| match piece {
        Piece::Text(text) | Piece::Raw(text) => text.chars().next_back(),
        Piece::Open(_) | Piece::Close(_) => None,
    })
}

fn is_punctuation(c: char) -> bool {
    !c.is_alphanumeric() && !c.is_whitespace()
}

/// comrak looks through `~` for the neighbour.
fn is_passed(piece: &Piece<'_>, closing: bool) -> bool {
    match piece {
        Piece::Open(sign) => !closing || matches!(sign, Sign::Tilde(_)),
        Piece::Close(sign) => closing || matches!(sign, Sign::Tilde(_)),
        _ => false,
    }
}

fn encode_last(pieces: &mut [Piece<'_>], end: usize) {
    let Some(before) = pieces[..end].iter().rposition(|piece| !is_passed(piece, false)) else { return };
    if let Piece::Text(text) = &mut pieces[before]
        && let Some(c) = text.chars().next_back().filter(|c| c.is_alphanumeric() || odd_space(*c))
    {
        let text = text.to_mut();
        text.truncate(text.len() - c.len_utf8());
        text.push_str(&reference(c));
    }
}

fn encode_first(pieces: &mut [Piece<'_>], start: usize) {
    let Some(after) = pieces[start..].iter().position(|piece| !is_passed(piece, true)) else { return };
    if let Piece::Text(text) = &mut pieces[start + after]
        && let Some(c) = text.chars().next().filter(|c| c.is_alphanumeric() || odd_space(*c))
    {
        *text = format!("{}{}", reference(c), &text[c.len_utf8()..]).into();
    }
}

/// White space that is no end of a line: a no-break space, among others.
fn odd_space(c: char) -> bool {
    c.is_whitespace() && !c.is_ascii_whitespace()
}

fn reference(c: char) -> String {
    if c == '\u{a0}' { "&nbsp;".to_owned() } else { format!("&#{};", c as u32) }
}
