//! The document between Markdown and TipTap JSON. A canonical model holds no empty paragraph, no empty text, no
//! two neighbours of equal marks, and no emphasis that begins or ends with an ASCII space.

use crate::html_block;
use std::sync::Arc;

/// A block.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Block {
    Paragraph(Vec<Inline>),
    Heading {
        level: u8,
        content: Vec<Inline>,
    },
    List {
        kind: ListKind,
        tight: bool,
        items: Vec<Item>,
    },
    Quote(Vec<Block>),
    Code {
        language: Option<String>,
        text: String,
    },
    Rule,
    Table(Table),
    Html(String),
    Definition(Definition),
    Footnote {
        label: String,
        blocks: Vec<Block>,
    },
    Details(Details),
    /// Markdown that nests too deep for JSON, as it stands.
    Source(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum ListKind {
    Bullet,
    Ordered(u64),
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Item {
    /// Whether it is ticked, where it is a task.
    pub task: Option<bool>,
    pub blocks: Vec<Block>,
}

/// The first row is the head. Every row has as many cells as `align`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Table {
    pub align: Vec<Option<Align>>,
    pub rows: Vec<Vec<Vec<Inline>>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Align {
    Left,
    Center,
    Right,
}

/// A link reference definition (CommonMark 4.7); the label as it stands, with its escapes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Definition {
    pub label: String,
    pub href: String,
    pub title: Option<String>,
}

/// HTML's `<details>` around Markdown.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Details {
    pub open: bool,
    /// Whether the summary stands on the line of `<details>`.
    pub compact: bool,
    pub summary: String,
    pub blocks: Vec<Block>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Inline {
    pub kind: Kind,
    pub marks: Marks,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Text(String),
    Break,
    Image {
        src: String,
        alt: String,
        title: Option<String>,
    },
    FootnoteReference(String),
    Math {
        latex: String,
        display: bool,
    },
    /// A link around nothing.
    EmptyLink(Arc<Link>),
}

/// In the order of [`MarkKind::rank`]; equal marks stand once.
pub(crate) type Marks = Vec<Mark>;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Mark {
    pub kind: MarkKind,
    /// Where marks meet, the lower number is the outer one; runs that touch with different numbers are apart.
    pub nest: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum MarkKind {
    Link(Arc<Link>),
    Bold,
    Italic,
    Strike,
    Code,
    Html,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Link {
    pub href: String,
    pub title: Option<String>,
    pub auto: Option<Auto>,
}

/// How a link is written whose text is its address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Auto {
    /// `<https://example.org>`
    Angle,
    /// `https://example.org`
    Bare,
}

impl MarkKind {
    /// The order in which marks stand in JSON, as the editor's schema ranks them.
    pub fn rank(&self) -> u8 {
        match self {
            MarkKind::Link(_) => 0,
            MarkKind::Bold => 1,
            MarkKind::Italic => 2,
            MarkKind::Strike => 3,
            MarkKind::Code => 4,
            MarkKind::Html => 5,
        }
    }

    /// Whether the mark is written around text, and so can enclose other marks.
    pub fn encloses(&self) -> bool {
        !matches!(self, MarkKind::Code | MarkKind::Html)
    }
}

impl Inline {
    pub fn has(&self, kind: &MarkKind) -> bool {
        self.marks.iter().any(|mark| mark.kind == *kind)
    }

    /// Text that is shown as it stands: code and raw HTML.
    pub fn is_verbatim(&self) -> bool {
        self.marks.iter().any(|mark| !mark.kind.encloses())
    }
}

impl Block {
    /// Whether Markdown has no form for this block: nothing to write.
    pub fn is_empty_paragraph(&self) -> bool {
        matches!(self, Block::Paragraph(content) if content.is_empty())
    }

    /// Tells the kinds of blocks apart.
    pub fn kind(&self) -> u8 {
        match self {
            Block::Paragraph(_) => 0,
            Block::Heading { .. } => 1,
            Block::List { kind: ListKind::Bullet, .. } => 2,
            Block::List { .. } => 3,
            Block::Quote(_) => 4,
            Block::Code { .. } => 5,
            Block::Rule => 6,
            Block::Table(_) => 7,
            Block::Html(_) => 8,
            Block::Definition(_) => 9,
            Block::Footnote { .. } => 10,
            Block::Details(_) => 11,
            Block::Source(_) => 12,
        }
    }

    /// Calls `see` with this block and all below it, in the text's order.
    pub fn visit<'a>(&'a self, see: &mut dyn FnMut(&'a Block)) {
        see(self);
        match self {
            Block::Quote(blocks) | Block::Footnote { blocks, .. } => blocks.iter().for_each(|b| b.visit(see)),
            Block::Details(details) => details.blocks.iter().for_each(|block| block.visit(see)),
            Block::List { items, .. } => {
                items.iter().flat_map(|item| &item.blocks).for_each(|block| block.visit(see));
            }
            _ => {}
        }
    }

    /// CommonMark's reference parser, and comrak with it, takes no note of blank lines after some blocks when it
    /// decides whether a list is loose.
    fn shows_blank_line(&self) -> bool {
        match self {
            Block::Heading { .. } | Block::Rule | Block::Code { .. } | Block::Definition(_) => false,
            Block::List { items, .. } => {
                items.last().and_then(|item| item.blocks.last()).is_none_or(Block::shows_blank_line)
            }
            _ => true,
        }
    }
}

/// Whether a list of these items can be written without blank lines between its blocks. What needs a blank line
/// beside a definition does not count: it gets one, and a definition leaves no trace.
pub(crate) fn can_be_tight(items: &[Item]) -> bool {
    let apart = |item: &Item| {
        item.blocks.windows(2).any(|pair| {
            needs_blank_line(&pair[0], &pair[1]) && !pair.iter().any(|b| matches!(b, Block::Definition(_)))
        })
    };
    let after_box = |item: &Item| match item.blocks.first() {
        Some(first) if item.task.is_some() && !matches!(first, Block::Paragraph(_)) => {
            needs_blank_line(&Block::Paragraph(Vec::new()), first)
        }
        _ => false,
    };
    !items.iter().any(|item| apart(item) || after_box(item))
}

/// Whether a list of these items has a place where a blank line makes it loose.
pub(crate) fn can_be_loose(items: &[Item]) -> bool {
    let inside = |item: &Item| {
        let boxed = item.task.is_some() && !matches!(item.blocks.first(), None | Some(Block::Paragraph(_)));
        boxed || item.blocks.iter().rev().skip(1).any(Block::shows_blank_line)
    };
    let between = |item: &Item| item.blocks.last().is_none_or(Block::shows_blank_line);
    items.iter().any(inside) || items.iter().rev().skip(1).any(between)
}

/// Whether `second` would be read as part of `first`, or not at all, without a blank line between them.
pub(crate) fn needs_blank_line(first: &Block, second: &Block) -> bool {
    match (first, second) {
        (Block::Source(_) | Block::Details(_), _) => true,
        (_, Block::Source(_) | Block::Details(_)) => true,
        (Block::Html(html), _) => !html_block::is_closed(html),
        (Block::Code { .. } | Block::Heading { .. } | Block::Rule, _) => false,
        (Block::Definition(_), second) => matches!(second, Block::Paragraph(_) | Block::Table(_)),
        (_, Block::Code { .. } | Block::Heading { .. } | Block::Rule) => false,
        (_, Block::Html(html)) => goes_on(first) && !html_block::interrupts_paragraph(html),
        (_, Block::List { kind, items, .. }) => {
            let late = matches!(kind, ListKind::Ordered(start) if *start != 1);
            let empty = items.first().is_none_or(|item| item.blocks.is_empty() && item.task.is_none());
            goes_on(first) && (late && !matches!(first, Block::List { .. }) || empty)
        }
        (Block::Paragraph(_), Block::Table(_)) => false,
        (first, Block::Quote(_)) => matches!(first, Block::Quote(_)),
        (_, Block::Footnote { .. }) => false,
        (_, Block::Paragraph(_) | Block::Table(_) | Block::Definition(_)) => goes_on(first),
    }
}

/// Whether a line of text behind this block would be one of its own, with or without what stands before its lines.
fn goes_on(block: &Block) -> bool {
    match block {
        Block::Paragraph(_) | Block::Table(_) => true,
        Block::List { items, .. } => items.last().and_then(|item| item.blocks.last()).is_some_and(goes_on),
        Block::Quote(blocks) | Block::Footnote { blocks, .. } => blocks.last().is_some_and(goes_on),
        _ => false,
    }
}
