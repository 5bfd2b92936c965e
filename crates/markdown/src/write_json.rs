//! The model as TipTap JSON, straight into a serialiser. Attributes are always written, with their defaults.

use crate::model::{Align, Auto, Block, Details, Inline, Item, Kind, Link, ListKind, Mark, MarkKind, Table};
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

pub(crate) fn document<S: Serializer>(blocks: &[Block], serializer: S) -> Result<S::Ok, S::Error> {
    node(serializer, "doc", (), Some(Blocks(blocks)))
}

/// One node: its type, its attributes where it has any, its content where there is some.
fn node<S: Serializer, A: Serialize, C: Serialize>(
    serializer: S,
    name: &'static str,
    attrs: A,
    content: Option<C>,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    map.serialize_entry("type", name)?;
    if size_of::<A>() > 0 {
        map.serialize_entry("attrs", &attrs)?;
    }
    if let Some(content) = content {
        map.serialize_entry("content", &content)?;
    }
    map.end()
}

fn leaf<S: Serializer, A: Serialize>(serializer: S, name: &'static str, attrs: A) -> Result<S::Ok, S::Error> {
    node(serializer, name, attrs, None::<()>)
}

/// Blocks where the schema wants at least one.
struct Blocks<'a>(&'a [Block]);

impl Serialize for Blocks<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(None)?;
        if self.0.is_empty() {
            seq.serialize_element(&Block::Paragraph(Vec::new()))?;
        }
        for block in self.0 {
            seq.serialize_element(block)?;
        }
        seq.end()
    }
}

#[derive(Serialize)]
struct Level {
    level: u8,
}

#[derive(Serialize)]
struct Bullets {
    tight: bool,
}

#[derive(Serialize)]
struct Numbers {
    start: u64,
    tight: bool,
}

#[derive(Serialize)]
struct Code<'a> {
    language: Option<&'a str>,
}

#[derive(Serialize)]
struct Labelled<'a> {
    label: &'a str,
}

#[derive(Serialize)]
struct Definition<'a> {
    label: &'a str,
    href: &'a str,
    title: Option<&'a str>,
}

#[derive(Serialize)]
struct Disclosure {
    open: bool,
    compact: bool,
}

#[derive(Serialize)]
struct Task {
    checked: bool,
}

impl Serialize for Block {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Block::Paragraph(content) => node(serializer, "paragraph", (), inlines(content)),
            Block::Heading { level, content } => {
                node(serializer, "heading", Level { level: *level }, inlines(content))
            }
            Block::List { kind, tight, items } => list(serializer, *kind, *tight, items),
            Block::Quote(blocks) => node(serializer, "blockquote", (), Some(Blocks(blocks))),
            Block::Code { language, text } => {
                node(serializer, "codeBlock", Code { language: language.as_deref() }, plain(text))
            }
            Block::Rule => leaf(serializer, "horizontalRule", ()),
            Block::Table(table) => node(serializer, "table", (), Some(Rows(table))),
            Block::Html(text) => node(serializer, "htmlBlock", (), plain(text)),
            Block::Source(text) => node(serializer, "markdownBlock", (), plain(text)),
            Block::Definition(definition) => {
                let attrs = Definition {
                    label: &definition.label,
                    href: &definition.href,
                    title: definition.title.as_deref(),
                };
                leaf(serializer, "linkDefinition", attrs)
            }
            Block::Footnote { label, blocks } => {
                node(serializer, "footnoteDefinition", Labelled { label }, Some(Blocks(blocks)))
            }
            Block::Details(details) => {
                let attrs = Disclosure { open: details.open, compact: details.compact };
                node(serializer, "details", attrs, Some((Summary(details), Hidden(details))))
            }
        }
    }
}

struct Summary<'a>(&'a Details);

impl Serialize for Summary<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        node(serializer, "detailsSummary", (), plain(&self.0.summary))
    }
}

struct Hidden<'a>(&'a Details);

impl Serialize for Hidden<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        node(serializer, "detailsContent", (), Some(Blocks(&self.0.blocks)))
    }
}

fn list<S: Serializer>(
    serializer: S,
    kind: ListKind,
    tight: bool,
    items: &[Item],
) -> Result<S::Ok, S::Error> {
    match kind {
        ListKind::Bullet if items.iter().all(|item| item.task.is_some()) => {
            node(serializer, "taskList", Bullets { tight }, Some(items))
        }
        ListKind::Bullet => node(serializer, "bulletList", Bullets { tight }, Some(items)),
        ListKind::Ordered(start) => node(serializer, "orderedList", Numbers { start, tight }, Some(items)),
    }
}

impl Serialize for Item {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.task {
            None => node(serializer, "listItem", (), Some(Blocks(&self.blocks))),
            Some(checked) => node(serializer, "taskItem", Task { checked }, Some(Boxed(&self.blocks))),
        }
    }
}

/// A task begins with a paragraph, if an empty one.
struct Boxed<'a>(&'a [Block]);

impl Serialize for Boxed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(None)?;
        if !matches!(self.0.first(), Some(Block::Paragraph(_))) {
            seq.serialize_element(&Block::Paragraph(Vec::new()))?;
        }
        for block in self.0 {
            seq.serialize_element(block)?;
        }
        seq.end()
    }
}

struct Rows<'a>(&'a Table);

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.rows.iter().enumerate().map(|(index, cells)| Row {
            name: if index == 0 { "tableHeader" } else { "tableCell" },
            align: &self.0.align,
            cells,
        }))
    }
}

struct Row<'a> {
    name: &'static str,
    align: &'a [Option<Align>],
    cells: &'a [Vec<Inline>],
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let cells = self.align.iter().zip(self.cells);
        let cells: Vec<_> =
            cells.map(|(align, content)| Cell { name: self.name, align: *align, content }).collect();
        node(serializer, "tableRow", (), Some(cells))
    }
}

struct Cell<'a> {
    name: &'static str,
    align: Option<Align>,
    content: &'a [Inline],
}

#[derive(Serialize)]
struct CellAttrs {
    colspan: u8,
    rowspan: u8,
    colwidth: Option<()>,
    align: Option<&'static str>,
}

impl Serialize for Cell<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let align = self.align.map(|align| match align {
            Align::Left => "left",
            Align::Center => "center",
            Align::Right => "right",
        });
        let attrs = CellAttrs { colspan: 1, rowspan: 1, colwidth: None, align };
        node(serializer, self.name, attrs, Some([Paragraph(self.content)]))
    }
}

struct Paragraph<'a>(&'a [Inline]);

impl Serialize for Paragraph<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        node(serializer, "paragraph", (), inlines(self.0))
    }
}

fn inlines(content: &[Inline]) -> Option<&[Inline]> {
    (!content.is_empty()).then_some(content)
}

#[derive(Serialize)]
struct Text<'a> {
    r#type: &'static str,
    text: &'a str,
}

/// The content of a block of plain text.
fn plain(text: &str) -> Option<[Text<'_>; 1]> {
    (!text.is_empty()).then_some([Text { r#type: "text", text }])
}

#[derive(Serialize)]
struct Image<'a> {
    src: &'a str,
    alt: &'a str,
    title: Option<&'a str>,
}

#[derive(Serialize)]
struct Math<'a> {
    latex: &'a str,
    display: bool,
}

#[derive(Serialize)]
struct Empty<'a> {
    href: &'a str,
    title: Option<&'a str>,
}

impl Serialize for Inline {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let name = match &self.kind {
            Kind::Text(_) => "text",
            Kind::Break => "hardBreak",
            Kind::Image { .. } => "image",
            Kind::FootnoteReference(_) => "footnoteReference",
            Kind::Math { .. } => "math",
            Kind::EmptyLink(_) => "emptyLink",
        };
        map.serialize_entry("type", name)?;
        match &self.kind {
            Kind::Text(_) | Kind::Break => {}
            Kind::Image { src, alt, title } => {
                map.serialize_entry("attrs", &Image { src, alt, title: title.as_deref() })?;
            }
            Kind::FootnoteReference(label) => map.serialize_entry("attrs", &Labelled { label })?,
            Kind::Math { latex, display } => {
                map.serialize_entry("attrs", &Math { latex, display: *display })?;
            }
            Kind::EmptyLink(link) => {
                map.serialize_entry("attrs", &Empty { href: &link.href, title: link.title.as_deref() })?;
            }
        }
        if !self.marks.is_empty() {
            map.serialize_entry("marks", &self.marks)?;
        }
        if let Kind::Text(text) = &self.kind {
            map.serialize_entry("text", text)?;
        }
        map.end()
    }
}

#[derive(Serialize)]
struct Nested {
    nest: u32,
}

#[derive(Serialize)]
struct LinkAttrs<'a> {
    href: &'a str,
    title: Option<&'a str>,
    auto: Option<&'static str>,
    nest: u32,
}

impl<'a> LinkAttrs<'a> {
    fn of(link: &'a Link, nest: u32) -> Self {
        let auto = link.auto.map(|auto| match auto {
            Auto::Angle => "angle",
            Auto::Bare => "bare",
        });
        Self { href: &link.href, title: link.title.as_deref(), auto, nest }
    }
}

impl Serialize for Mark {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let nested = Nested { nest: self.nest };
        match &self.kind {
            MarkKind::Link(link) => leaf(serializer, "link", LinkAttrs::of(link, self.nest)),
            MarkKind::Bold => leaf(serializer, "bold", nested),
            MarkKind::Italic => leaf(serializer, "italic", nested),
            MarkKind::Strike => leaf(serializer, "strike", nested),
            MarkKind::Code => leaf(serializer, "code", ()),
            MarkKind::Html => leaf(serializer, "html", ()),
        }
    }
}
