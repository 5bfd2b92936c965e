//! Markdown conversion for scripts: no library needed.

use serde_json::Value;

use crate::Result;

/// Markdown (without front matter) to TipTap JSON.
pub fn to_json(markdown: &str) -> Value {
    fonds_markdown::to_tiptap(markdown)
}

/// TipTap JSON to Markdown. With `onto`, blocks that are the same as in that text keep its bytes.
pub fn from_json(doc: &Value, onto: Option<&str>) -> Result<String> {
    Ok(match onto {
        Some(original) => fonds_markdown::render_onto(original, doc)?,
        None => fonds_markdown::from_tiptap(doc)?,
    })
}

/// Markdown to sanitised HTML.
pub fn to_html(markdown: &str) -> String {
    fonds_markdown::to_html(markdown, &|_| None)
}
