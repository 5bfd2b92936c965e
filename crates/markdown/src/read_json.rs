//! TipTap JSON as the model. What is read may carry attributes of no meaning to Markdown and leave defaults out;
//! unknown nodes and marks are refused, never dropped.

use crate::MAX_DEPTH;
use crate::document::Document;
use crate::error::{Error, Result};
use crate::model::{
    Align, Auto, Block, Definition, Details, Inline, Item, Kind, Link, ListKind, Mark, MarkKind, Marks, Table,
};
use crate::nesting;
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;
use std::fmt::Formatter;
use std::sync::Arc;

/// More marks on one piece of text than anybody sets; the rest is dropped.
const MOST_MARKS: usize = 100;

/// A column more than this is no table of words.
const MOST_COLUMNS: usize = 1000;

/// A node or a mark as it stands in JSON.
#[derive(Deserialize)]
pub(crate) struct Node<'a> {
    #[serde(borrow, default, rename = "type")]
    name: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    attrs: Attrs<'a>,
    #[serde(borrow, default)]
    content: Option<Vec<Node<'a>>>,
    #[serde(borrow, default)]
    marks: Option<Vec<Node<'a>>>,
    #[serde(borrow, default)]
    text: Option<Cow<'a, str>>,
}

/// A node's attributes, as they stand; what is no simple value has no meaning in Markdown.
#[derive(Default)]
struct Attrs<'a>(Vec<(Cow<'a, str>, Scalar<'a>)>);

enum Scalar<'a> {
    None,
    Bool(bool),
    Number(u64),
    Text(Cow<'a, str>),
}

impl<'de: 'a, 'a> Deserialize<'de> for Attrs<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = Attrs<'de>;

            fn expecting(&self, out: &mut Formatter<'_>) -> std::fmt::Result {
                out.write_str("attributes")
            }

            fn visit_unit<E: serde::de::Error>(self) -> std::result::Result<Attrs<'de>, E> {
                Ok(Attrs::default())
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Attrs<'de>, A::Error> {
                let mut out = Vec::with_capacity(4);
                while let Some(Key(key)) = map.next_key()? {
                    out.push((key, map.next_value()?));
                }
                Ok(Attrs(out))
            }
        }
        deserializer.deserialize_any(Pairs)
    }
}

#[derive(Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Scalar<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Scalar<'de>;

            fn expecting(&self, out: &mut Formatter<'_>) -> std::fmt::Result {
                out.write_str("an attribute")
            }

            fn visit_unit<E: serde::de::Error>(self) -> std::result::Result<Scalar<'de>, E> {
                Ok(Scalar::None)
            }

            fn visit_bool<E: serde::de::Error>(self, value: bool) -> std::result::Result<Scalar<'de>, E> {
                Ok(Scalar::Bool(value))
            }

            fn visit_u64<E: serde::de::Error>(self, value: u64) -> std::result::Result<Scalar<'de>, E> {
                Ok(Scalar::Number(value))
            }

            fn visit_i64<E: serde::de::Error>(self, _: i64) -> std::result::Result<Scalar<'de>, E> {
                Ok(Scalar::None)
            }

            fn visit_f64<E: serde::de::Error>(self, _: f64) -> std::result::Result<Scalar<'de>, E> {
                Ok(Scalar::None)
            }

            fn visit_borrowed_str<E: serde::de::Error>(
                self,
                text: &'de str,
            ) -> std::result::Result<Scalar<'de>, E> {
                Ok(Scalar::Text(Cow::Borrowed(text)))
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> std::result::Result<Scalar<'de>, E> {
                Ok(Scalar::Text(Cow::Owned(text.to_owned())))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> std::result::Result<Scalar<'de>, A::Error> {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Scalar::None)
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Scalar<'de>, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Scalar::None)
            }
        }
        deserializer.deserialize_any(Any)
    }
}

impl<'a> Node<'a> {
    fn name(&self) -> Result<&str> {
        let missing = || Error::Malformed { node: "node".to_owned(), reason: "it has no type" };
        self.name.as_deref().ok_or_else(missing)
    }

    fn children(&self) -> &[Node<'a>] {
        self.content.as_deref().unwrap_or_default()
    }

    fn attr(&self, name: &str) -> Option<&Scalar<'a>> {
        self.attrs.0.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    fn string(&self, name: &str) -> Option<&str> {
        match self.attr(name)? {
            Scalar::Text(text) => Some(text),
            _ => None,
        }
    }

    fn number(&self, name: &str) -> Option<u64> {
        match self.attr(name)? {
            Scalar::Number(number) => Some(*number),
            _ => None,
        }
    }

    fn flag(&self, name: &str) -> Option<bool> {
        match self.attr(name)? {
            Scalar::Bool(flag) => Some(*flag),
            _ => None,
        }
    }

    /// The text of a block that holds nothing but text.
    fn plain(&self) -> String {
        let text: String = self.children().iter().filter_map(|child| child.text.as_deref()).collect();
        if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text }
    }
}

/// Reads a document.
pub(crate) fn document(doc: &Node<'_>) -> Result<Document> {
    match doc.name()? {
        "doc" => Ok(Document { blocks: blocks(doc, 0)? }),
        other => {
            Err(Error::Malformed { node: other.to_owned(), reason: "a document begins with a “doc”" })
        }
    }
}

fn blocks(node: &Node<'_>, depth: usize) -> Result<Vec<Block>> {
    if depth >= MAX_DEPTH {
        return Err(Error::TooDeep);
    }
    node.children().iter().map(|child| block(child, depth)).collect()
}

/// The blocks below a node, without the empty paragraphs that the editor puts where it wants one.
fn inner(node: &Node<'_>, depth: usize) -> Result<Vec<Block>> {
    let mut out = blocks(node, depth)?;
    out.retain(|block| !block.is_empty_paragraph());
    Ok(out)
}

fn block(node: &Node<'_>, depth: usize) -> Result<Block> {
    Ok(match node.name()? {
        "paragraph" => Block::Paragraph(inlines(node)?),
        "heading" => {
            let level = node.number("level").unwrap_or(1).clamp(1, 6);
            let content = if level > 2 { unbroken(inlines(node)?) } else { inlines(node)? };
            Block::Heading { level: u8::try_from(level).unwrap_or(6), content }
        }
        "bulletList" | "taskList" => list(node, ListKind::Bullet, depth)?,
        "orderedList" => {
            let start = node.number("start").unwrap_or(1).min(999_999_999);
            list(node, ListKind::Ordered(start), depth)?
        }
        "blockquote" => Block::Quote(inner(node, depth + 1)?),
        "codeBlock" => {
            Block::Code { language: node.string("language").and_then(one_line), text: node.plain() }
        }
        "horizontalRule" => Block::Rule,
        "table" => table(node)?,
        "htmlBlock" => Block::Html(node.plain()),
        "markdownBlock" => Block::Source(node.plain()),
        "linkDefinition" => Block::Definition(Definition {
            label: node.string("label").map(label).unwrap_or_default(),
            href: node.string("href").map(address).unwrap_or_default(),
            title: node.string("title").and_then(title),
        }),
        "footnoteDefinition" => Block::Footnote {
            label: node.string("label").map(footnote_label).unwrap_or_default(),
            blocks: inner(node, depth + 1)?,
        },
        "details" => details(node, depth)?,
        other => return Err(Error::UnknownNode(other.to_owned())),
    })
}

fn list(node: &Node<'_>, kind: ListKind, depth: usize) -> Result<Block> {
    let mut items = Vec::new();
    for child in node.children() {
        let task = match child.name()? {
            "listItem" => None,
            "taskItem" => Some(child.flag("checked").unwrap_or(false)),
            other => return Err(Error::UnknownNode(other.to_owned())),
        };
        items.push(Item { task, blocks: inner(child, depth + 2)? });
    }
    if items.is_empty() {
        return Ok(Block::Paragraph(Vec::new()));
    }
    let tight = node.flag("tight").unwrap_or(true);
    Ok(Block::List { kind, tight, items })
}

fn details(node: &Node<'_>, depth: usize) -> Result<Block> {
    let mut out = Details {
        open: node.flag("open").unwrap_or(false),
        compact: node.flag("compact").unwrap_or(false),
        summary: String::new(),
        blocks: Vec::new(),
    };
    for child in node.children() {
        match child.name()? {
            "detailsSummary" => out.summary = child.plain().replace('\n', " ").trim().to_owned(),
            "detailsContent" => out.blocks.extend(inner(child, depth + 2)?),
            other => return Err(Error::UnknownNode(other.to_owned())),
        }
    }
    Ok(Block::Details(out))
}

fn table(node: &Node<'_>) -> Result<Block> {
    let mut rows: Vec<Vec<Vec<Inline>>> = Vec::new();
    let mut align = Vec::new();
    for (index, row) in node.children().iter().enumerate() {
        let mut cells = Vec::new();
        for cell in row.children() {
            if index == 0 {
                align.push(read_align(cell));
            }
            cells.push(read_cell(cell)?);
            let span = cell.number("colspan").unwrap_or(1).clamp(1, 1000);
            for _ in 1..span {
                cells.push(Vec::new());
                if index == 0 {
                    align.push(None);
                }
            }
        }
        rows.push(cells);
    }
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0).min(MOST_COLUMNS);
    if columns == 0 {
        return Ok(Block::Paragraph(Vec::new()));
    }
    align.resize(columns, None);
    for row in &mut rows {
        row.resize(columns, Vec::new());
    }
    Ok(Block::Table(Table { align, rows }))
}

fn read_align(cell: &Node<'_>) -> Option<Align> {
    match cell.string("align")? {
        "left" => Some(Align::Left),
        "center" => Some(Align::Center),
        "right" => Some(Align::Right),
        _ => None,
    }
}

/// A cell's paragraphs as one line, with breaks between.
fn read_cell(cell: &Node<'_>) -> Result<Vec<Inline>> {
    if let [only] = cell.children()
        && only.name()? == "paragraph"
    {
        return Ok(nesting::canonical(all_inlines(only)?, false, true));
    }
    let mut out = Vec::new();
    for child in cell.children() {
        if child.name()? != "paragraph" {
            let reason = "a cell holds one paragraph and no other block";
            return Err(Error::Malformed { node: "tableCell".to_owned(), reason });
        }
        if !out.is_empty() {
            out.push(Inline { kind: Kind::Break, marks: Vec::new() });
        }
        out.extend(all_inlines(child)?);
    }
    Ok(nesting::canonical(out, false, true))
}

fn inlines(node: &Node<'_>) -> Result<Vec<Inline>> {
    Ok(nesting::canonical(all_inlines(node)?, false, false))
}

fn all_inlines(node: &Node<'_>) -> Result<Vec<Inline>> {
    node.children().iter().map(inline).collect()
}

/// Only headings of the first two levels can have more than one line.
fn unbroken(mut content: Vec<Inline>) -> Vec<Inline> {
    if content.iter().all(|inline| inline.kind != Kind::Break) {
        return content;
    }
    for inline in content.iter_mut().filter(|inline| inline.kind == Kind::Break) {
        inline.kind = Kind::Text(" ".to_owned());
    }
    nesting::canonical(content, false, false)
}

fn inline(node: &Node<'_>) -> Result<Inline> {
    let marks = marks(node)?;
    let kind = match node.name()? {
        "text" => {
            let text = node.text.as_deref().unwrap_or_default();
            let html = marks.iter().any(|mark| mark.kind == MarkKind::Html);
            Kind::Text(match text.contains(['\n', '\r']) {
                false => text.to_owned(),
                true if html => text.replace("\r\n", "\n").replace('\r', "\n"),
                true => text.replace(['\n', '\r'], " "),
            })
        }
        "hardBreak" => Kind::Break,
        "image" => Kind::Image {
            src: node.string("src").map(address).unwrap_or_default(),
            alt: node.string("alt").map(|alt| alt.replace(['\n', '\r'], " ")).unwrap_or_default(),
            title: node.string("title").and_then(title),
        },
        "footnoteReference" => {
            Kind::FootnoteReference(node.string("label").map(footnote_label).unwrap_or_default())
        }
        "math" => Kind::Math {
            latex: node.string("latex").unwrap_or_default().replace('\r', ""),
            display: node.flag("display").unwrap_or(false),
        },
        "emptyLink" => Kind::EmptyLink(Arc::new(read_link(node))),
        other => return Err(Error::UnknownNode(other.to_owned())),
    };
    let marks = if matches!(kind, Kind::Text(_)) {
        marks
    } else {
        marks.into_iter().filter(|mark| mark.kind.encloses()).collect()
    };
    Ok(Inline { kind, marks })
}

fn marks(node: &Node<'_>) -> Result<Marks> {
    let mut out = Marks::new();
    for mark in node.marks.iter().flatten().take(MOST_MARKS) {
        let kind = match mark.name()? {
            "bold" => MarkKind::Bold,
            "italic" => MarkKind::Italic,
            "strike" => MarkKind::Strike,
            "code" => MarkKind::Code,
            "html" => MarkKind::Html,
            "link" => MarkKind::Link(Arc::new(read_link(mark))),
            other => return Err(Error::UnknownNode(other.to_owned())),
        };
        let nest = if kind.encloses() {
            mark.number("nest").map_or(0, |nest| u32::try_from(nest).unwrap_or(u32::MAX))
        } else {
            0
        };
        out.push(Mark { kind, nest });
    }
    if out.len() > 1 {
        out = crate::parse::ranked(out);
        // Raw HTML in a code span is the code's text.
        if out.iter().any(|mark| mark.kind == MarkKind::Code) {
            out.retain(|mark| mark.kind != MarkKind::Html);
        }
    }
    Ok(out)
}

fn read_link(node: &Node<'_>) -> Link {
    let auto = match node.string("auto") {
        Some("angle") => Some(Auto::Angle),
        Some("bare") => Some(Auto::Bare),
        _ => None,
    };
    Link {
        href: node.string("href").map(address).unwrap_or_default(),
        title: node.string("title").and_then(title),
        auto,
    }
}

/// An address without the white space at its ends that Markdown cannot hold.
fn address(text: &str) -> String {
    text.trim_matches([' ', '\t', '\n', '\r']).replace(['\n', '\r'], "")
}

fn title(text: &str) -> Option<String> {
    Some(text.replace("\r\n", "\n").replace('\r', "\n")).filter(|text| !text.is_empty())
}

fn one_line(text: &str) -> Option<String> {
    let line = text.replace(['\n', '\r'], " ");
    Some(line.trim_matches([' ', '\t']).to_owned()).filter(|text| !text.is_empty())
}

/// A definition's label: one line, its brackets escaped.
fn label(text: &str) -> String {
    let mut out = String::new();
    let mut escaped = false;
    for c in text
        .trim_matches([' ', '\t', '\n', '\r'])
        .chars()
        .map(|c| if matches!(c, '\n' | '\r') { ' ' } else { c })
    {
        if matches!(c, '[' | ']') && !escaped {
            out.push('\\');
        }
        escaped = c == '\\' && !escaped;
        out.push(c);
    }
    if escaped {
        out.push('\\');
    }
    out
}

/// A footnote's label holds no space and does not end before its bracket.
fn footnote_label(text: &str) -> String {
    let forbidden = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r' | ']');
    text.trim_matches([' ', '\t', '\n', '\r']).chars().map(|c| if forbidden(c) { '-' } else { c }).collect()
}
