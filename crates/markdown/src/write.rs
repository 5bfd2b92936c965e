//! The model as Markdown: ATX headings, fenced code, `-` bullets, `*` emphasis, one paragraph a line, one blank line
//! between blocks.

use crate::inline::{self, Care};
use crate::model::{Align, Block, Inline, Item, Kind, ListKind, Table};

/// The text of a task item that has none.
pub(crate) const NO_TEXT: &str = "&nbsp;";

/// How one top-level block is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Form {
    Made(Care),
    /// Its source, unchanged.
    Source(String),
}

/// A document; ends with a line end unless it is empty.
pub(crate) fn document<'a>(blocks: impl Iterator<Item = (&'a Block, &'a Form)>) -> String {
    let list: Vec<(&Block, &Form)> = blocks.collect();
    let mut out = String::new();
    let mut marker = None;
    for (index, (block, form)) in list.iter().enumerate() {
        if !out.is_empty() {
            out.push_str("\n\n");
        }
        match form {
            Form::Source(source) => {
                marker = first_marker(source);
                out.push_str(source);
            }
            Form::Made(care) => {
                let next = list.get(index + 1).and_then(|(block, form)| match (form, block) {
                    (Form::Source(source), _) | (_, Block::Opaque(source)) => first_marker(source),
                    _ => None,
                });
                let (text, used) =
                    self::block(block, *care, Place { before: marker, after: next, in_list: false });
                marker = used;
                out.push_str(&text);
            }
        }
    }
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

/// What stands around a block, as far as it matters.
#[derive(Clone, Copy, Default)]
struct Place {
    /// The list marker of the block before, and of the one after, where they are lists.
    before: Option<char>,
    after: Option<char>,
    in_list: bool,
}

/// The marker of a list that begins a source.
pub(crate) fn first_marker(source: &str) -> Option<char> {
    let text = source.trim_start_matches(' ');
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let marker = rest.chars().next()?;
    let fits =
        if rest.len() < text.len() { matches!(marker, '.' | ')') } else { matches!(marker, '-' | '*' | '+') };
    (fits && (rest.len() == 1 || rest[1..].starts_with([' ', '\t', '\n', '\r']))).then_some(marker)
}

/// One top-level block by itself, between what the neighbours' markers are.
pub(crate) fn alone(block: &Block, care: Care, before: Option<char>, after: Option<char>) -> String {
    self::block(block, care, Place { before, after, in_list: false }).0
}

fn block(block: &Block, care: Care, place: Place) -> (String, Option<char>) {
    let text = match block {
        Block::Paragraph(content) => inline::write(content, care),
        Block::Heading { level, content } => heading(*level, content, care),
        Block::Rule if place.in_list => "___".to_owned(),
        Block::Rule => "---".to_owned(),
        Block::Code { language, text } => code(language.as_deref().unwrap_or_default(), text),
        Block::Quote(blocks) => prefix(&children(blocks, care, true, false), "> ", "> "),
        Block::Table(table) => self::table(table, care),
        Block::Opaque(source) => return (source.clone(), first_marker(source)),
        Block::List { kind, tight, items } => return list(*kind, *tight, items, care, place),
    };
    (text, None)
}

fn children(blocks: &[Block], care: Care, blank_lines: bool, in_list: bool) -> String {
    let mut out = String::new();
    let mut marker = None;
    for (index, child) in blocks.iter().enumerate() {
        if index > 0 {
            out.push_str(if blank_lines { "\n\n" } else { "\n" });
        }
        let after = match blocks.get(index + 1) {
            Some(Block::Opaque(source)) => first_marker(source),
            _ => None,
        };
        let (text, used) = block(child, care, Place { before: marker, after, in_list });
        marker = used;
        out.push_str(&text);
    }
    out
}

fn prefix(text: &str, first: &str, rest: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            out.push('\n');
        }
        let lead = if index == 0 { first } else { rest };
        out.push_str(if line.is_empty() { lead.trim_end() } else { lead });
        out.push_str(line);
    }
    out
}

fn heading(level: u8, content: &[Inline], care: Care) -> String {
    let text = inline::write(content, care);
    if text.contains('\n') && level < 3 {
        let line = if level == 1 { "===" } else { "---" };
        return format!("{text}\n{line}");
    }
    let mut text = text.replace("\\\n", " ").replace('\n', " ");
    let bare = text.trim_end_matches('#').len();
    if bare < text.len() && (bare == 0 || text[..bare].ends_with([' ', '\t'])) {
        text.insert(bare, '\\');
    }
    let sharps = "#".repeat(usize::from(level));
    if text.is_empty() { sharps } else { format!("{sharps} {text}") }
}

fn code(info: &str, text: &str) -> String {
    let sign = if info.contains('`') { '~' } else { '`' };
    let longest = text.split(|c| c != sign).map(str::len).max().unwrap_or(0);
    let fence = sign.to_string().repeat(longest.max(2) + 1);
    let info = info.replace('\\', "\\\\").replace('&', "&amp;").replace(['\n', '\r'], " ");
    let gap = if text.is_empty() { "" } else { "\n" };
    format!("{fence}{info}\n{text}{gap}{fence}")
}

fn list(kind: ListKind, tight: bool, items: &[Item], care: Care, place: Place) -> (String, Option<char>) {
    let taken = [place.before, place.after];
    let choice: &[char] = if matches!(kind, ListKind::Ordered(_)) { &['.', ')'] } else { &['-', '*', '+'] };
    let sign = choice.iter().copied().find(|sign| !taken.contains(&Some(*sign))).unwrap_or(choice[0]);
    let mut out = String::new();
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push_str(if tight { "\n" } else { "\n\n" });
        }
        let lead = match kind {
            ListKind::Ordered(start) => {
                let number = start.saturating_add(index as u64).min(999_999_999);
                format!("{number}{sign} ")
            }
            ListKind::Bullet | ListKind::Task => format!("{sign} "),
        };
        let indent = " ".repeat(lead.len());
        let text = children(&item.blocks, care, !tight, true);
        let text = if kind == ListKind::Task { task(item, &text, tight) } else { text };
        out.push_str(&prefix(&text, &lead, &indent));
    }
    (out, Some(sign))
}

/// A box needs text beside it: where an item has none, a no-break space stands for it.
fn task(item: &Item, text: &str, tight: bool) -> String {
    let sign = if item.checked { "[x]" } else { "[ ]" };
    match item.blocks.first() {
        Some(Block::Paragraph(_)) => format!("{sign} {text}"),
        None => format!("{sign} {NO_TEXT}"),
        Some(_) if tight => format!("{sign} {NO_TEXT}\n{text}"),
        Some(_) => format!("{sign} {NO_TEXT}\n\n{text}"),
    }
}

fn table(table: &Table, care: Care) -> String {
    let mut lines = Vec::with_capacity(table.rows.len() + 1);
    for (index, row) in table.rows.iter().enumerate() {
        let cells: Vec<String> = row.iter().map(|cell| format!(" {} ", self::cell(cell, care))).collect();
        lines.push(format!("|{}|", cells.join("|")));
        if index == 0 {
            let marks: Vec<&str> = table.align.iter().map(|align| rule(*align)).collect();
            lines.push(format!("|{}|", marks.join("|")));
        }
    }
    lines.join("\n")
}

fn rule(align: Option<Align>) -> &'static str {
    match align {
        None => " --- ",
        Some(Align::Left) => " :-- ",
        Some(Align::Center) => " :-: ",
        Some(Align::Right) => " --: ",
    }
}

/// A cell is one line: breaks are `<br>`, and every `|` is escaped, in code too.
fn cell(content: &[Inline], care: Care) -> String {
    let line_break = |inline: &Inline| match inline.kind {
        Kind::Break => Inline::new(Kind::Opaque("<br>".to_owned()), &inline.marks),
        _ => inline.clone(),
    };
    let content: Vec<Inline> = content.iter().map(line_break).collect();
    inline::write_within(&content, care).replace('\n', " ").replace('|', "\\|")
}
