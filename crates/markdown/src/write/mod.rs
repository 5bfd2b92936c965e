//! The model as Markdown: ATX headings, fenced code, `-` bullets, `*` emphasis, one paragraph a line, one blank line
//! between blocks.

mod escape;
mod inline;

pub(crate) use inline::Care;

use crate::html_block;
use crate::model::{
    Align, Block, Inline, Item, Kind, ListKind, MarkKind, Table, can_be_tight, needs_blank_line,
};
use crate::parse;
use inline::Place;
use std::ops::Range;

/// The text of a task item that has none.
const NO_TEXT: &str = "&nbsp;";

/// What stands around a block, as far as it matters.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Around {
    /// The signs of the list before and of the one after, where the neighbours are lists.
    pub before: Option<char>,
    pub after: Option<char>,
    /// Whether it stands in a list's item, where `---` can be something else.
    pub in_item: bool,
    /// Whether nothing follows it in its document.
    pub last: bool,
}

/// A document, and where each of its blocks stands in it.
pub(crate) struct Written {
    pub text: String,
    pub parts: Vec<(Range<usize>, Around)>,
}

/// Blocks as a document, with no more care than most need; ends with a line end unless it is empty.
pub(crate) fn document(blocks: &[&Block]) -> Written {
    let mut out = String::new();
    let mut parts = Vec::with_capacity(blocks.len());
    let mut sign = None;
    for (index, block) in blocks.iter().enumerate() {
        if index > 0 {
            out.push_str(between(blocks[index - 1], block));
        }
        let around = Around {
            before: sign,
            after: blocks.get(index + 1).and_then(|next| fixed_sign(next)),
            in_item: false,
            last: index + 1 == blocks.len(),
        };
        let start = out.len();
        sign = self::block(block, Care::LIGHT, around, &mut out);
        parts.push((start..out.len(), around));
    }
    if !out.is_empty() {
        out.push('\n');
    }
    if blocks.last().is_some_and(|last| ends_with_definition(last) == Some(true)) {
        // The blank line keeps the list tight, as it would before another block.
        out.push('\n');
    }
    Written { text: out, parts }
}

fn between(first: &Block, second: &Block) -> &'static str {
    // A blank line would be one more line of HTML that has no end.
    if !matches!(first, Block::Html(_)) && ends_open(first) {
        return "\n";
    }
    // While a definition ends a loose list, comrak finds it loose only where the next block follows at once.
    if ends_with_definition(first) == Some(false) && !needs_blank_line(first, second) {
        return "\n";
    }
    // A paragraph that begins with a tag, and a line that is indented, are what they are only where they follow a
    // definition at once.
    let tagged = |content: &[Inline]| content.first().is_some_and(|inline| inline.has(&MarkKind::Html));
    let after_definition = match second {
        Block::Definition(_) | Block::Source(_) => true,
        Block::Paragraph(content) => tagged(content),
        _ => false,
    };
    if matches!(first, Block::Definition(_)) && after_definition { "\n" } else { "\n\n" }
}

/// Whether the last of all that a block holds is HTML without its end.
fn ends_open(block: &Block) -> bool {
    match block {
        Block::Html(html) => html_block::missing_end(html).is_some(),
        Block::Footnote { blocks, .. } => blocks.last().is_some_and(ends_open),
        Block::List { items, .. } => items.last().and_then(|item| item.blocks.last()).is_some_and(ends_open),
        _ => false,
    }
}

/// Whether a list is tight, where a definition ends its last item.
fn ends_with_definition(block: &Block) -> Option<bool> {
    let Block::List { tight, items, .. } = block else { return None };
    matches!(items.last()?.blocks.as_slice(), [_, .., Block::Definition(_)]).then_some(*tight)
}

/// The sign of a list whose source stands as it is.
fn fixed_sign(block: &Block) -> Option<char> {
    match block {
        Block::Source(source) => first_sign(source),
        _ => None,
    }
}

/// The sign of a list that begins a source.
pub(crate) fn first_sign(source: &str) -> Option<char> {
    let text = source.trim_start_matches(' ');
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let sign = rest.chars().next()?;
    let fits =
        if rest.len() < text.len() { matches!(sign, '.' | ')') } else { matches!(sign, '-' | '*' | '+') };
    (fits && (rest.len() == 1 || rest[1..].starts_with([' ', '\t', '\n', '\r']))).then_some(sign)
}

/// Writes one block without a line end behind it. Gives the sign of the list that it is.
pub(crate) fn block(block: &Block, care: Care, around: Around, out: &mut String) -> Option<char> {
    match block {
        Block::Paragraph(content) => inline::write(content, care, Place::Lines, out),
        Block::Heading { level, content } => heading(*level, content, care, out),
        Block::Rule => out.push_str(if around.in_item { "___" } else { "---" }),
        Block::Code { language, text } => code(language.as_deref().unwrap_or_default(), text, out),
        Block::Quote(blocks) => prefixed(out, "> ", "> ", |out| children(blocks, care, Inside::QUOTE, out)),
        Block::Table(table) => self::table(table, care, out),
        Block::Html(text) => html(text, around.last, out),
        Block::Source(source) => {
            out.push_str(source);
            return first_sign(source);
        }
        Block::Definition(definition) => {
            let label =
                if definition.label.trim_matches([' ', '\t']).is_empty() { "-" } else { &definition.label };
            let target = inline::target_of(&definition.href, definition.title.as_deref());
            let target = if target.is_empty() { "<>" } else { &target };
            out.push_str(&format!("[{label}]: {target}"));
        }
        Block::Footnote { label, blocks } => footnote(label, blocks, care, out),
        Block::Details(details) => {
            let open = if details.open { " open" } else { "" };
            let gap = if details.compact { "" } else { "\n" };
            let summary = parse::escaped_summary(&details.summary);
            out.push_str(&format!("<details{open}>{gap}<summary>{summary}</summary>\n\n"));
            let inside =
                Inside { space: Space::All, in_item: around.in_item, ends: false, in_footnote: false };
            children(&details.blocks, care, inside, out);
            if !details.blocks.is_empty() {
                out.push_str("\n\n");
            }
            out.push_str("</details>");
        }
        Block::List { kind, tight, items } => return Some(list(*kind, *tight, items, care, around, out)),
    }
    None
}

/// What blocks stand in.
#[derive(Clone, Copy)]
struct Inside {
    space: Space,
    in_item: bool,
    /// Whether the container ends with the last of them.
    ends: bool,
    in_footnote: bool,
}

impl Inside {
    const QUOTE: Inside = Inside { space: Space::All, in_item: false, ends: true, in_footnote: false };
}

/// Where blank lines stand between blocks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Space {
    All,
    /// Where two blocks would run together without one.
    Needed,
}

fn children(blocks: &[Block], care: Care, inside: Inside, out: &mut String) {
    let Inside { space, in_item, ends, in_footnote } = inside;
    let mut sign = None;
    for (index, child) in blocks.iter().enumerate() {
        if index > 0 {
            let before = &blocks[index - 1];
            // A footnote whose first text is a definition ends with the first blank line.
            let bare =
                in_footnote && blocks[..index].iter().all(|block| matches!(block, Block::Definition(_)));
            let apart = match space {
                _ if bare => "\n",
                Space::All => between(before, child),
                Space::Needed if needs_blank_line(before, child) => "\n\n",
                Space::Needed => "\n",
            };
            out.push_str(apart);
        }
        let after = blocks.get(index + 1).and_then(fixed_sign);
        // HTML that has no end is over where its container is.
        let last = ends && index + 1 == blocks.len();
        sign = block(child, care, Around { before: sign, after, in_item, last }, out);
    }
}

/// Writes lines with something before each; blank lines get no spaces.
fn prefixed(out: &mut String, first: &str, rest: &str, write: impl FnOnce(&mut String)) {
    let mut text = String::new();
    write(&mut text);
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            out.push('\n');
        }
        let lead = if index == 0 { first } else { rest };
        out.push_str(if line.is_empty() { lead.trim_end() } else { lead });
        out.push_str(line);
    }
}

fn heading(level: u8, content: &[Inline], care: Care, out: &mut String) {
    let broken = content.iter().any(|inline| inline.kind == Kind::Break || line_end_in(&inline.kind));
    if broken && level < 3 {
        inline::write(content, care, Place::Lines, out);
        return out.push_str(if level == 1 { "\n===" } else { "\n---" });
    }
    let mut text = String::new();
    inline::write(content, care, Place::Line, &mut text);
    let mut text = if broken { text.replace("\\\n", " ").replace('\n', " ") } else { text };
    let bare = text.trim_end_matches('#').len();
    if bare < text.len() && (bare == 0 || text[..bare].ends_with([' ', '\t'])) {
        text.insert(bare, '\\');
    }
    out.extend(std::iter::repeat_n('#', usize::from(level)));
    if !text.is_empty() {
        out.push(' ');
        out.push_str(&text);
    }
}

/// Raw HTML and math can hold line ends.
fn line_end_in(kind: &Kind) -> bool {
    match kind {
        Kind::Text(text) => text.contains('\n'),
        Kind::Math { latex, .. } => latex.contains('\n'),
        _ => false,
    }
}

fn code(info: &str, text: &str, out: &mut String) {
    let sign = if info.contains('`') { '~' } else { '`' };
    let longest = text.split(|c| c != sign).map(str::len).max().unwrap_or(0);
    let fence = sign.to_string().repeat(longest.max(2) + 1);
    out.push_str(&fence);
    if info.starts_with(sign) {
        out.push(' ');
    }
    out.push_str(&escape::reference(info, ""));
    out.push('\n');
    out.push_str(text);
    if !text.is_empty() && text.bytes().any(|byte| byte != b'\n') {
        out.push('\n');
    }
    out.push_str(&fence);
}

/// HTML as it stands; what would swallow the blocks behind it gets its end.
fn html(text: &str, last: bool, out: &mut String) {
    out.push_str(text);
    if !last && let Some(end) = html_block::missing_end(text) {
        out.push('\n');
        out.push_str(end);
    }
}

fn footnote(label: &str, blocks: &[Block], care: Care, out: &mut String) {
    let label = if label.is_empty() { "-" } else { label };
    let plain = matches!(blocks.first(), None | Some(Block::Paragraph(_)));
    let lead = if plain { format!("[^{label}]: ") } else { format!("[^{label}]:\n    ") };
    let inside = Inside { in_footnote: true, ..Inside::QUOTE };
    prefixed(out, &lead, "    ", |out| children(blocks, care, inside, out));
}

fn list(kind: ListKind, tight: bool, items: &[Item], care: Care, around: Around, out: &mut String) -> char {
    let taken = [around.before, around.after];
    let choice: &[char] = if matches!(kind, ListKind::Ordered(_)) { &['.', ')'] } else { &['-', '*', '+'] };
    let sign = choice.iter().copied().find(|sign| !taken.contains(&Some(*sign))).unwrap_or(choice[0]);
    let tight = tight && can_be_tight(items);
    for (index, entry) in items.iter().enumerate() {
        if index > 0 {
            let open = items[index - 1].blocks.last().is_some_and(ends_open);
            out.push_str(if tight || open { "\n" } else { "\n\n" });
        }
        let lead = match kind {
            ListKind::Ordered(start) => {
                let number = start.saturating_add(index as u64).min(999_999_999);
                format!("{number}{sign} ")
            }
            ListKind::Bullet => format!("{sign} "),
        };
        item(entry, &lead, tight, care, out);
    }
    sign
}

/// One item of a list, with what stands before its first line.
pub(crate) fn item(item: &Item, lead: &str, tight: bool, care: Care, out: &mut String) {
    let indent = " ".repeat(lead.len());
    let space = if tight { Space::Needed } else { Space::All };
    prefixed(out, lead, &indent, |out| {
        if let Some(checked) = item.task {
            out.push_str(if checked { "[x] " } else { "[ ] " });
            // A box needs text beside it: where an item has none, a no-break space stands for it.
            match item.blocks.first() {
                Some(Block::Paragraph(_)) => {}
                None => out.push_str(NO_TEXT),
                Some(_) => {
                    out.push_str(NO_TEXT);
                    out.push_str(if tight { "\n" } else { "\n\n" });
                }
            }
        }
        children(&item.blocks, care, Inside { space, in_item: true, ends: true, in_footnote: false }, out);
    });
}

fn table(table: &Table, care: Care, out: &mut String) {
    for (index, cells) in table.rows.iter().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        row(cells, care, out);
        if index == 0 {
            out.push_str("\n|");
            for align in &table.align {
                out.push_str(rule(*align));
                out.push('|');
            }
        }
    }
}

/// One row of a table.
pub(crate) fn row(cells: &[Vec<Inline>], care: Care, out: &mut String) {
    out.push('|');
    for content in cells {
        let mut text = String::new();
        inline::write(content, care, Place::Cell, &mut text);
        out.push(' ');
        out.push_str(&text.replace('\n', " ").replace('|', "\\|"));
        out.push_str(" |");
    }
}

fn rule(align: Option<Align>) -> &'static str {
    match align {
        None => " --- ",
        Some(Align::Left) => " :-- ",
        Some(Align::Center) => " :-: ",
        Some(Align::Right) => " --: ",
    }
}
