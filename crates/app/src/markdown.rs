//! Markdown conversion for scripts: no library needed.

pub use fonds_markdown::Document;

use crate::Result;

/// Reads a document from its JSON.
pub fn read(json: &serde_json::Value) -> Result<Document> {
    Ok(Document::from_value(json)?)
}

/// Markdown (without front matter) to a document, which serialises to TipTap JSON.
pub fn to_json(markdown: &str) -> Document {
    fonds_markdown::to_tiptap(markdown)
}

/// A document to Markdown. With `onto`, what is the same as in that text keeps its bytes.
pub fn from_json(doc: &Document, onto: Option<&str>) -> String {
    match onto {
        Some(original) => fonds_markdown::render_onto(original, doc),
        None => fonds_markdown::from_tiptap(doc),
    }
}

/// Markdown to sanitised HTML.
pub fn to_html(markdown: &str) -> String {
    fonds_markdown::to_html(markdown, &|_| None)
}
