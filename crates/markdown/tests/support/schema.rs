//! The editor's schema, as the crate's documentation states it: what may stand where, and with which attributes.

use serde_json::Value;

type Check = Result<(), String>;

/// Checks a whole document.
pub fn check(doc: &Value) -> Check {
    if doc["type"] != "doc" {
        return Err("the top is no doc".into());
    }
    blocks(doc)
}

fn children(node: &Value) -> &[Value] {
    node["content"].as_array().map_or(&[], Vec::as_slice)
}

fn blocks(node: &Value) -> Check {
    if children(node).is_empty() {
        return Err(format!("{} without a block", node["type"]));
    }
    children(node).iter().try_for_each(block)
}

fn all(node: &Value, names: &[&str], inner: fn(&Value) -> Check) -> Check {
    if children(node).is_empty() {
        return Err(format!("{} without content", node["type"]));
    }
    for child in children(node) {
        if !names.contains(&child["type"].as_str().unwrap_or_default()) {
            return Err(format!("{} in {}", child["type"], node["type"]));
        }
        inner(child)?;
    }
    Ok(())
}

fn attribute(node: &Value, name: &str, fits: fn(&Value) -> bool) -> Check {
    if fits(&node["attrs"][name]) {
        Ok(())
    } else {
        Err(format!("{} has a wrong “{name}”", node["type"]))
    }
}

fn text_or_null(value: &Value) -> bool {
    value.is_null() || value.is_string()
}

fn block(node: &Value) -> Check {
    match node["type"].as_str().unwrap_or_default() {
        "paragraph" => inlines(node),
        "heading" => {
            attribute(node, "level", |level| level.as_u64().is_some_and(|level| (1..7).contains(&level)))?;
            inlines(node)
        }
        "bulletList" => {
            attribute(node, "tight", Value::is_boolean)?;
            all(node, &["listItem", "taskItem"], item)
        }
        "orderedList" => {
            attribute(node, "tight", Value::is_boolean)?;
            attribute(node, "start", Value::is_u64)?;
            all(node, &["listItem", "taskItem"], item)
        }
        "taskList" => {
            attribute(node, "tight", Value::is_boolean).and_then(|()| all(node, &["taskItem"], item))
        }
        "blockquote" => blocks(node),
        "codeBlock" => {
            attribute(node, "language", text_or_null)?;
            plain(node)
        }
        "htmlBlock" | "markdownBlock" => plain(node),
        "linkDefinition" => {
            attribute(node, "label", Value::is_string)?;
            attribute(node, "href", Value::is_string)?;
            attribute(node, "title", text_or_null)
        }
        "footnoteDefinition" => {
            attribute(node, "label", Value::is_string)?;
            blocks(node)
        }
        "details" => details(node),
        "horizontalRule" => Ok(()),
        "table" => all(node, &["tableRow"], |row| all(row, &["tableHeader", "tableCell"], cell)),
        other => Err(format!("{other} as a block")),
    }
}

/// One text without marks, or nothing.
fn plain(node: &Value) -> Check {
    match children(node) {
        [] => Ok(()),
        [only] if only["type"] == "text" && only.get("marks").is_none() => text(only),
        _ => Err(format!("{} with other content than one text", node["type"])),
    }
}

fn details(node: &Value) -> Check {
    attribute(node, "open", Value::is_boolean)?;
    attribute(node, "compact", Value::is_boolean)?;
    match children(node) {
        [summary, content] if summary["type"] == "detailsSummary" && content["type"] == "detailsContent" => {
            plain(summary)?;
            blocks(content)
        }
        _ => Err("details without summary and content".into()),
    }
}

fn item(node: &Value) -> Check {
    if node["type"] == "taskItem" {
        attribute(node, "checked", Value::is_boolean)?;
        if children(node).first().is_none_or(|first| first["type"] != "paragraph") {
            return Err("a task does not begin with a paragraph".into());
        }
    }
    blocks(node)
}

fn cell(node: &Value) -> Check {
    attribute(node, "align", |align| {
        align.is_null() || ["left", "center", "right"].iter().any(|name| align == name)
    })?;
    if children(node).len() != 1 {
        return Err("a cell with other than one paragraph".into());
    }
    all(node, &["paragraph"], inlines)
}

fn inlines(node: &Value) -> Check {
    children(node).iter().try_for_each(inline)
}

fn text(node: &Value) -> Check {
    if node["text"].as_str().is_some_and(|text| !text.is_empty()) {
        Ok(())
    } else {
        Err("an empty text".into())
    }
}

fn inline(node: &Value) -> Check {
    match node["type"].as_str().unwrap_or_default() {
        "text" => text(node)?,
        "hardBreak" => {}
        "image" => {
            attribute(node, "src", Value::is_string)?;
            attribute(node, "alt", Value::is_string)?;
            attribute(node, "title", text_or_null)?;
        }
        "footnoteReference" => attribute(node, "label", Value::is_string)?,
        "math" => {
            attribute(node, "latex", Value::is_string)?;
            attribute(node, "display", Value::is_boolean)?;
        }
        "emptyLink" => attribute(node, "href", Value::is_string)?,
        other => return Err(format!("{other} as an inline")),
    }
    marks(node)
}

const MARKS: [&str; 6] = ["link", "bold", "italic", "strike", "code", "html"];

fn marks(node: &Value) -> Check {
    let marks = node["marks"].as_array().map_or(&[][..], Vec::as_slice);
    let mut ranks = Vec::new();
    for (index, mark) in marks.iter().enumerate() {
        let rank = MARKS.iter().position(|name| mark["type"] == *name);
        ranks.push(rank.ok_or_else(|| format!("the mark {mark}"))?);
        if marks[..index].contains(mark) {
            return Err(format!("{mark} twice"));
        }
    }
    let sorted = ranks.is_sorted();
    let verbatim = ranks.iter().filter(|rank| **rank > 3).count();
    match (sorted, verbatim) {
        (true, 0) => Ok(()),
        (true, 1) if node["type"] == "text" => Ok(()),
        _ => Err(format!("the marks {marks:?} of {}", node["type"])),
    }
}
