//! The model as TipTap JSON, and back. What is read may carry attributes of no meaning to Markdown and leave
//! defaults out; unknown nodes and marks are refused, never dropped.

use crate::MAX_DEPTH;
use crate::error::{Error, Result};
use crate::model::{
    Align, Block, Inline, Item, Kind, Link, ListKind, Marks, Table, can_be_loose, can_be_tight, canonical,
};
use serde_json::{Map, Value, json};

pub(crate) fn document(blocks: &[Block]) -> Value {
    json!({ "type": "doc", "content": content(blocks) })
}

/// ProseMirror wants at least one block in everything that holds blocks.
fn content(blocks: &[Block]) -> Vec<Value> {
    if blocks.is_empty() { vec![json!({ "type": "paragraph" })] } else { blocks.iter().map(block).collect() }
}

fn block(block: &Block) -> Value {
    match block {
        Block::Paragraph(inlines) => with_content(json!({ "type": "paragraph" }), inlines),
        Block::Heading { level, content } => {
            with_content(json!({ "type": "heading", "attrs": { "level": level } }), content)
        }
        Block::List { kind, tight, items } => list(*kind, *tight, items),
        Block::Quote(blocks) => json!({ "type": "blockquote", "content": content(blocks) }),
        Block::Code { language, text } => {
            let mut node = json!({ "type": "codeBlock", "attrs": { "language": language } });
            if !text.is_empty() {
                node["content"] = json!([{ "type": "text", "text": text }]);
            }
            node
        }
        Block::Rule => json!({ "type": "horizontalRule" }),
        Block::Table(table) => self::table(table),
        Block::Opaque(source) => json!({ "type": "opaqueBlock", "attrs": { "source": source } }),
    }
}

fn list(kind: ListKind, tight: bool, items: &[Item]) -> Value {
    let (name, attrs) = match kind {
        ListKind::Bullet => ("bulletList", json!({ "tight": tight })),
        ListKind::Ordered(start) => ("orderedList", json!({ "start": start, "tight": tight })),
        ListKind::Task => ("taskList", json!({ "tight": tight })),
    };
    let items: Vec<Value> = items
        .iter()
        .map(|item| {
            let mut blocks = content(&item.blocks);
            if !matches!(item.blocks.first(), None | Some(Block::Paragraph(_))) {
                blocks.insert(0, json!({ "type": "paragraph" }));
            }
            match kind {
                ListKind::Task => {
                    json!({ "type": "taskItem", "attrs": { "checked": item.checked }, "content": blocks })
                }
                _ => json!({ "type": "listItem", "content": blocks }),
            }
        })
        .collect();
    json!({ "type": name, "attrs": attrs, "content": items })
}

fn table(table: &Table) -> Value {
    let cell = |name: &str, align: &Option<Align>, inlines: &[Inline]| {
        let align = align.map(|align| match align {
            Align::Left => "left",
            Align::Center => "center",
            Align::Right => "right",
        });
        let paragraph = with_content(json!({ "type": "paragraph" }), inlines);
        let attrs = json!({ "colspan": 1, "rowspan": 1, "colwidth": null, "align": align });
        json!({ "type": name, "attrs": attrs, "content": [paragraph] })
    };
    let row = |index: usize, cells: &[Vec<Inline>]| {
        let name = if index == 0 { "tableHeader" } else { "tableCell" };
        let cells: Vec<Value> =
            table.align.iter().zip(cells).map(|(align, inlines)| cell(name, align, inlines)).collect();
        json!({ "type": "tableRow", "content": cells })
    };
    let rows: Vec<Value> = table.rows.iter().enumerate().map(|(index, cells)| row(index, cells)).collect();
    json!({ "type": "table", "content": rows })
}

fn with_content(mut node: Value, inlines: &[Inline]) -> Value {
    if !inlines.is_empty() {
        node["content"] = Value::Array(inlines.iter().map(inline).collect());
    }
    node
}

fn inline(inline: &Inline) -> Value {
    let mut node = match &inline.kind {
        Kind::Text(text) => json!({ "type": "text", "text": text }),
        Kind::Break => json!({ "type": "hardBreak" }),
        Kind::Image { src, alt, title } => {
            json!({ "type": "image", "attrs": { "src": src, "alt": alt, "title": title } })
        }
        Kind::Opaque(source) => json!({ "type": "opaqueInline", "attrs": { "source": source } }),
    };
    let marks = &inline.marks;
    let mut list = Vec::new();
    if let Some(Link { href, title }) = &marks.link {
        list.push(json!({ "type": "link", "attrs": { "href": href, "title": title } }));
    }
    let flags =
        [(marks.bold, "bold"), (marks.italic, "italic"), (marks.strike, "strike"), (marks.code, "code")];
    list.extend(flags.iter().filter(|(on, _)| *on).map(|(_, name)| json!({ "type": name })));
    if !list.is_empty() {
        node["marks"] = Value::Array(list);
    }
    node
}

/// Reads a document into canonical blocks.
pub(crate) fn read(doc: &Value) -> Result<Vec<Block>> {
    match name(doc)? {
        "doc" => blocks(doc, 0),
        other => {
            Err(Error::Malformed { node: other.to_owned(), reason: "a document begins with a “doc”" })
        }
    }
}

fn name(node: &Value) -> Result<&str> {
    let missing = || Error::Malformed { node: "node".to_owned(), reason: "it has no type" };
    node.get("type").and_then(Value::as_str).ok_or_else(missing)
}

fn children(node: &Value) -> &[Value] {
    node.get("content").and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn attribute<'a>(node: &'a Value, name: &str) -> Option<&'a Value> {
    node.get("attrs").and_then(|attrs| attrs.get(name)).filter(|value| !value.is_null())
}

fn text_attribute(node: &Value, name: &str) -> Option<String> {
    attribute(node, name).and_then(Value::as_str).map(str::to_owned)
}

fn source(node: &Value) -> Result<String> {
    let missing = || Error::Malformed { node: "opaque node".to_owned(), reason: "it has no “source”" };
    text_attribute(node, "source").ok_or_else(missing)
}

fn blocks(node: &Value, depth: usize) -> Result<Vec<Block>> {
    if depth >= MAX_DEPTH {
        return Err(Error::TooDeep);
    }
    let mut out = Vec::new();
    for child in children(node) {
        let block = read_block(child, depth)?;
        if !block.is_empty_paragraph() {
            out.push(block);
        }
    }
    Ok(out)
}

fn read_block(node: &Value, depth: usize) -> Result<Block> {
    Ok(match name(node)? {
        "paragraph" => Block::Paragraph(inlines(node)?),
        "heading" => {
            let level = attribute(node, "level").and_then(Value::as_u64).unwrap_or(1).clamp(1, 6);
            let content = if level > 2 { unbroken(inlines(node)?) } else { inlines(node)? };
            Block::Heading { level: u8::try_from(level).unwrap_or(6), content }
        }
        "bulletList" => read_list(node, ListKind::Bullet, depth)?,
        "orderedList" => {
            let start = attribute(node, "start").and_then(Value::as_u64).unwrap_or(1).min(999_999_999);
            read_list(node, ListKind::Ordered(start), depth)?
        }
        "taskList" => read_list(node, ListKind::Task, depth)?,
        "blockquote" => Block::Quote(blocks(node, depth + 1)?),
        "codeBlock" => Block::Code {
            language: text_attribute(node, "language")
                .map(|language| language.trim().to_owned())
                .filter(|language| !language.is_empty()),
            text: children(node).iter().filter_map(|text| text.get("text").and_then(Value::as_str)).collect(),
        },
        "horizontalRule" => Block::Rule,
        "table" => read_table(node)?,
        "opaqueBlock" => Block::Opaque(source(node)?),
        other => return Err(Error::UnknownNode(other.to_owned())),
    })
}

fn read_list(node: &Value, kind: ListKind, depth: usize) -> Result<Block> {
    let mut items = Vec::new();
    for child in children(node) {
        match name(child)? {
            "listItem" | "taskItem" => items.push(Item {
                checked: kind == ListKind::Task
                    && attribute(child, "checked").and_then(Value::as_bool).unwrap_or(false),
                blocks: blocks(child, depth + 2)?,
            }),
            other => return Err(Error::UnknownNode(other.to_owned())),
        }
    }
    if items.is_empty() {
        return Ok(Block::Paragraph(Vec::new()));
    }
    let tight = attribute(node, "tight").and_then(Value::as_bool).unwrap_or(true);
    let tight = can_be_tight(kind, &items) && (tight || !can_be_loose(kind, &items));
    Ok(Block::List { kind, tight, items })
}

fn read_table(node: &Value) -> Result<Block> {
    let mut rows: Vec<Vec<Vec<Inline>>> = Vec::new();
    let mut align = Vec::new();
    for (index, row) in children(node).iter().enumerate() {
        let mut cells = Vec::new();
        for cell in children(row) {
            if index == 0 {
                align.push(read_align(cell));
            }
            cells.push(read_cell(cell)?);
            let span = attribute(cell, "colspan").and_then(Value::as_u64).unwrap_or(1).clamp(1, 1000);
            for _ in 1..span {
                cells.push(Vec::new());
                if index == 0 {
                    align.push(None);
                }
            }
        }
        rows.push(cells);
    }
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    if columns == 0 {
        return Ok(Block::Paragraph(Vec::new()));
    }
    align.resize(columns, None);
    for row in &mut rows {
        row.resize(columns, Vec::new());
    }
    Ok(Block::Table(Table { align, rows }))
}

fn read_align(cell: &Value) -> Option<Align> {
    match attribute(cell, "align").and_then(Value::as_str)? {
        "left" => Some(Align::Left),
        "center" => Some(Align::Center),
        "right" => Some(Align::Right),
        _ => None,
    }
}

/// A cell's paragraphs as one line, with breaks between.
fn read_cell(cell: &Value) -> Result<Vec<Inline>> {
    let mut out = Vec::new();
    for child in children(cell) {
        match name(child)? {
            "paragraph" => {
                if !out.is_empty() {
                    out.push(Inline::new(Kind::Break, &Marks::default()));
                }
                out.extend(inlines(child)?);
            }
            _ => {
                let reason = "a cell holds one paragraph and no other block";
                return Err(Error::Malformed { node: "tableCell".to_owned(), reason });
            }
        }
    }
    Ok(canonical(out))
}

fn inlines(node: &Value) -> Result<Vec<Inline>> {
    Ok(canonical(children(node).iter().map(read_inline).collect::<Result<_>>()?))
}

/// Only headings of the first two levels can have more than one line.
fn unbroken(mut content: Vec<Inline>) -> Vec<Inline> {
    for inline in content.iter_mut().filter(|inline| inline.kind == Kind::Break) {
        inline.kind = Kind::Text(" ".to_owned());
    }
    canonical(content)
}

fn read_inline(node: &Value) -> Result<Inline> {
    let kind = match name(node)? {
        "text" => Kind::Text(node.get("text").and_then(Value::as_str).unwrap_or_default().to_owned()),
        "hardBreak" => Kind::Break,
        "image" => Kind::Image {
            src: text_attribute(node, "src").map(|src| address(&src)).unwrap_or_default(),
            alt: text_attribute(node, "alt").as_deref().and_then(one_line).unwrap_or_default(),
            title: text_attribute(node, "title").as_deref().and_then(one_line),
        },
        "opaqueInline" => Kind::Opaque(source(node)?),
        other => return Err(Error::UnknownNode(other.to_owned())),
    };
    let mut marks = Marks::default();
    for mark in node.get("marks").and_then(Value::as_array).map_or(&[][..], Vec::as_slice) {
        match name(mark)? {
            "bold" => marks.bold = true,
            "italic" => marks.italic = true,
            "strike" => marks.strike = true,
            "code" => marks.code = matches!(kind, Kind::Text(_)),
            "link" => marks.link = Some(read_link(mark)),
            other => return Err(Error::UnknownNode(other.to_owned())),
        }
    }
    Ok(Inline { kind, marks })
}

fn read_link(mark: &Value) -> Link {
    let attrs = mark.get("attrs").and_then(Value::as_object);
    let get = |name: &str| attrs.and_then(|attrs: &Map<String, Value>| attrs.get(name)?.as_str());
    Link { href: get("href").map(address).unwrap_or_default(), title: get("title").and_then(one_line) }
}

/// An address without the white space that Markdown cannot hold.
fn address(text: &str) -> String {
    text.trim().replace(['\n', '\r'], "")
}

fn one_line(text: &str) -> Option<String> {
    Some(text.replace(['\n', '\r'], " ")).filter(|text| !text.is_empty())
}
