//! The document between Markdown and TipTap JSON. A canonical model holds no empty paragraph, no empty text, no
//! two neighbours of equal marks, and no emphasis that begins or ends with white space (Markdown has none).

/// A block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Block {
    Paragraph(Vec<Inline>),
    Heading { level: u8, content: Vec<Inline> },
    List { kind: ListKind, tight: bool, items: Vec<Item> },
    Quote(Vec<Block>),
    Code { language: Option<String>, text: String },
    Rule,
    Table(Table),
    Opaque(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ListKind {
    Bullet,
    Ordered(u64),
    Task,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    /// Ticked; false outside task lists.
    pub checked: bool,
    pub blocks: Vec<Block>,
}

/// The first row is the head. Every row has as many cells as `align`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Table {
    pub align: Vec<Option<Align>>,
    pub rows: Vec<Vec<Vec<Inline>>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Center,
    Right,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Inline {
    pub kind: Kind,
    pub marks: Marks,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    Text(String),
    Break,
    Image { src: String, alt: String, title: Option<String> },
    Opaque(String),
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Marks {
    pub link: Option<Link>,
    pub bold: bool,
    pub italic: bool,
    pub strike: bool,
    pub code: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Link {
    pub href: String,
    pub title: Option<String>,
}

impl Inline {
    pub fn new(kind: Kind, marks: &Marks) -> Self {
        Self { kind, marks: marks.clone() }
    }

    fn is_blank(&self) -> bool {
        match &self.kind {
            Kind::Text(text) => !self.marks.code && text.chars().all(char::is_whitespace),
            Kind::Break => true,
            Kind::Image { .. } | Kind::Opaque(_) => false,
        }
    }
}

/// The canonical form of a run of inlines.
pub(crate) fn canonical(inlines: Vec<Inline>) -> Vec<Inline> {
    let mut parts: Vec<Inline> = inlines.into_iter().flat_map(split_blank_ends).collect();
    trim_lines(&mut parts);
    let marks: [fn(&mut Marks) -> &mut bool; 3] =
        [|marks| &mut marks.bold, |marks| &mut marks.italic, |marks| &mut marks.strike];
    for mark in marks {
        unmark_blank_ends(&mut parts, mark);
    }
    merge(parts)
}

fn split_blank_ends(inline: Inline) -> Vec<Inline> {
    let Kind::Text(text) = &inline.kind else { return vec![inline] };
    if inline.marks.code {
        let text = text.replace(['\n', '\r'], " ");
        return if text.is_empty() { vec![] } else { vec![Inline::new(Kind::Text(text), &inline.marks)] };
    }
    let text = text.replace(['\n', '\r'], " ");
    let core_start = text.len() - text.trim_start().len();
    let core_end = text.trim_end().len().max(core_start);
    [&text[..core_start], &text[core_start..core_end], &text[core_end..]]
        .into_iter()
        .filter(|part| !part.is_empty())
        .map(|part| Inline::new(Kind::Text(part.to_owned()), &inline.marks))
        .collect()
}

/// Spaces and tabs at the ends of a line are no text in Markdown; a break at the very end is none either.
fn trim_lines(parts: &mut Vec<Inline>) {
    loop {
        let mut edge = true;
        for part in parts.iter_mut() {
            trim_if_edge(part, &mut edge, |text| text.trim_start_matches([' ', '\t']));
        }
        edge = true;
        for part in parts.iter_mut().rev() {
            trim_if_edge(part, &mut edge, |text| text.trim_end_matches([' ', '\t']));
        }
        parts.retain(|part| !matches!(&part.kind, Kind::Text(text) if text.is_empty()));
        if !matches!(parts.last(), Some(Inline { kind: Kind::Break, .. })) {
            break;
        }
        parts.pop();
    }
    let text_at = parts.iter().position(|part| !matches!(part.kind, Kind::Break)).unwrap_or(parts.len());
    parts.drain(..text_at);
}

fn trim_if_edge(part: &mut Inline, edge: &mut bool, trim: fn(&str) -> &str) {
    match &mut part.kind {
        Kind::Text(text) if !part.marks.code => {
            if *edge {
                *text = trim(text).to_owned();
                *edge = text.is_empty();
            }
        }
        Kind::Break => *edge = true,
        Kind::Text(_) | Kind::Image { .. } | Kind::Opaque(_) => *edge = false,
    }
}

fn unmark_blank_ends(parts: &mut [Inline], mark: fn(&mut Marks) -> &mut bool) {
    let mut inside = false;
    for part in parts.iter_mut() {
        inside = unmark_if_blank(part, inside, mark);
    }
    inside = false;
    for part in parts.iter_mut().rev() {
        inside = unmark_if_blank(part, inside, mark);
    }
}

fn unmark_if_blank(part: &mut Inline, inside: bool, mark: fn(&mut Marks) -> &mut bool) -> bool {
    let blank = part.is_blank();
    let marked = mark(&mut part.marks);
    if *marked && blank && !inside {
        *marked = false;
    }
    *marked
}

fn merge(parts: Vec<Inline>) -> Vec<Inline> {
    let mut out: Vec<Inline> = Vec::with_capacity(parts.len());
    for part in parts {
        if let (Kind::Text(more), Some(Inline { kind: Kind::Text(text), marks })) =
            (&part.kind, out.last_mut())
            && *marks == part.marks
        {
            text.push_str(more);
            continue;
        }
        out.push(part);
    }
    out
}

impl Block {
    /// Whether Markdown has no form for this block's place in a document: nothing to write.
    pub fn is_empty_paragraph(&self) -> bool {
        matches!(self, Block::Paragraph(content) if content.is_empty())
    }
}

/// Whether a list of these items can be written without blank lines between its blocks.
pub(crate) fn can_be_tight(kind: ListKind, items: &[Item]) -> bool {
    let apart = |item: &Item| item.blocks.windows(2).any(|pair| needs_blank_line(&pair[0], &pair[1]));
    // A task without text has a no-break space before its first block.
    let after_box = |item: &Item| match item.blocks.first() {
        Some(first) if kind == ListKind::Task && !matches!(first, Block::Paragraph(_)) => {
            needs_blank_line(&Block::Paragraph(Vec::new()), first)
        }
        _ => false,
    };
    !items.iter().any(|item| apart(item) || after_box(item))
}

/// Whether a list of these items has a place where a blank line makes it loose.
pub(crate) fn can_be_loose(kind: ListKind, items: &[Item]) -> bool {
    let inside = |item: &Item| {
        let boxed =
            kind == ListKind::Task && !matches!(item.blocks.first(), None | Some(Block::Paragraph(_)));
        boxed || item.blocks.iter().rev().skip(1).any(shows_blank_line)
    };
    let between = |item: &Item| item.blocks.last().is_none_or(shows_blank_line);
    items.iter().any(inside) || items.iter().rev().skip(1).any(between)
}

/// CommonMark's reference parser, and comrak with it, takes no note of blank lines after these.
fn shows_blank_line(block: &Block) -> bool {
    match block {
        Block::Heading { .. } | Block::Rule | Block::Code { .. } => false,
        Block::List { items, .. } => {
            items.last().and_then(|item| item.blocks.last()).is_none_or(shows_blank_line)
        }
        Block::Paragraph(_) | Block::Quote(_) | Block::Table(_) | Block::Opaque(_) => true,
    }
}

/// Whether a task item begins with the no-break space that stands for no text.
pub(crate) fn begins_without_text(blocks: &[Block]) -> bool {
    matches!(blocks.first(), Some(Block::Paragraph(content))
        if matches!(&content[..], [Inline { kind: Kind::Text(text), .. }] if text == "\u{a0}"))
}

fn needs_blank_line(first: &Block, second: &Block) -> bool {
    match (first, second) {
        (Block::Code { .. } | Block::Heading { .. } | Block::Rule, _) => false,
        (_, Block::Code { .. } | Block::Heading { .. } | Block::Rule) => matches!(first, Block::Opaque(_)),
        (Block::Paragraph(_), Block::List { kind, items, .. }) => {
            matches!(kind, ListKind::Ordered(start) if *start != 1)
                || items.first().is_none_or(|item| item.blocks.is_empty())
        }
        (Block::Paragraph(_), Block::Quote(_)) => false,
        _ => true,
    }
}
