//! Markdown for Fonds: the only converter there is.
//!
//! Markdown to TipTap JSON and back, edits put onto the original text, sanitised HTML, plain text, front matter,
//! differences and three-way merges. What always holds: nothing of the author's is dropped or normalised (no
//! Unicode form, no no-break space), nothing here reads a clock, a disk or a network, and any input ends in bounded
//! depth without a panic.
//!
//! # The editor's schema
//!
//! [`to_tiptap`] gives documents of this schema, and [`from_tiptap`] and [`render_onto`] take them. The editor
//! mirrors it in `ui/src/editor`, with TipTap 3's own extensions where a name is TipTap's. Attributes are given
//! with their defaults; [`to_tiptap`] always writes them out, reading tolerates their absence and ignores others.
//!
//! | node | holds | attributes | note |
//! |---|---|---|---|
//! | `doc` | `block+` | | |
//! | `paragraph` | `inline*` | | an empty one has no form in Markdown and is left out |
//! | `heading` | `inline*` | `level: 1` | 1 to 6; a break in levels 3 to 6 becomes a space |
//! | `bulletList` | `listItem+` | `tight: true` | |
//! | `orderedList` | `listItem+` | `start: 1`, `tight: true` | `start` 0 to 999999999; no `type` |
//! | `listItem` | `paragraph block*` | | an item that begins otherwise has an empty paragraph first |
//! | `taskList` | `taskItem+` | `tight: true` | |
//! | `taskItem` | `paragraph block*` | `checked: false` | nested |
//! | `blockquote` | `block+` | | |
//! | `codeBlock` | `text*`, no marks | `language: null` | the whole info string, such as `rust ignore` |
//! | `horizontalRule` | | | |
//! | `table` | `tableRow+` | | the first row is the head |
//! | `tableRow` | `(tableHeader \| tableCell)*` | | |
//! | `tableHeader`, `tableCell` | `paragraph` | `colspan: 1`, `rowspan: 1`, `colwidth: null`, `align: null` | exactly one paragraph; `align` is `left`, `center`, `right` or null, and a column's is that of its first cell; other spans and widths are not kept |
//! | `opaqueBlock` | a block atom | `source: ""` | Markdown that has no other node: raw HTML, comments, reference definitions, footnotes, lists with tasks and other items |
//! | `text` | | | |
//! | `hardBreak` | an inline atom | | `<br>` in a cell |
//! | `image` | an inline atom (`inline: true`) | `src: null`, `alt: null`, `title: null` | |
//! | `opaqueInline` | an inline atom | `source: ""` | raw HTML, `[^note]`, code inside other marks, a mark inside its own kind, a link around nothing; carries marks like text |
//!
//! | mark | attributes | note |
//! |---|---|---|
//! | `link` | `href`, `title: null` | `title` is not in TipTap's own link: extend it |
//! | `bold`, `italic`, `strike` | | |
//! | `code` | | excludes every other mark |
//!
//! Marks are given in this order: link, bold, italic, strike, code. Source is written as it stands, without escapes,
//! and has LF line ends. `tight` says whether a list is written without blank lines between its items; it is
//! overruled where Markdown needs a blank line, or has no place for one. Blocks nested more than 20 levels deep are
//! source too, so that the JSON stays within the 128 levels that parsers commonly read.
//!
//! # What a way back means
//!
//! Two texts mean the same if they render to the same HTML, but for white space, the nesting order of emphasis, and
//! neighbours of one mark (a rich editor has no difference there). [`to_tiptap`] writes what it read, reads that
//! again, and keeps as source any block that would not come back the same.

mod convert;
pub mod difference;
mod document;
mod error;
mod flat;
pub mod front_matter;
mod html;
mod html_block;
mod lines;
pub mod merge;
mod model;
mod nesting;
mod onto;
mod parse;
mod read_json;
mod syntax;
mod text;
mod write;
mod write_json;

pub use convert::from_tiptap;
pub use document::Document;
pub use error::{Error, Result};
pub use flat::flat;
pub use html::to_html;
pub use onto::render_onto;
pub use text::{plain_text, title_of};

/// A Markdown text (without front matter) as a document.
pub fn to_tiptap(markdown: &str) -> Document {
    Document::from_markdown(markdown)
}

/// The deepest nesting of blocks that [`from_tiptap`] writes.
pub const MAX_DEPTH: usize = 100;
