//! Markdown for Fonds: the only converter there is.
//!
//! Markdown to TipTap JSON and back, edits put onto the original text, sanitised HTML, plain text, front matter,
//! differences and three-way merges. What always holds: nothing of the author's is dropped or normalised (no
//! Unicode form, no no-break space), nothing here reads a clock, a disk or a network, and any input ends in bounded
//! depth without a panic.
//!
//! # The editor's schema
//!
//! [`to_tiptap`] gives a [`Document`] of this schema, and [`from_tiptap`] and [`render_onto`] take one. The editor
//! mirrors it in `ui/src/editor`, with TipTap 3's own extensions where a name is TipTap's. Attributes are given
//! with their defaults; writing JSON always writes them out, reading tolerates their absence and ignores others. No
//! node holds Markdown in an attribute: what is source is text that can be edited.
//!
//! | node | holds | attributes | note |
//! |---|---|---|---|
//! | `doc` | `block+` | | |
//! | `paragraph` | `inline*` | | an empty one has no form in Markdown and is left out |
//! | `heading` | `inline*` | `level: 1` | 1 to 6; a break in levels 3 to 6 becomes a space |
//! | `bulletList` | `(listItem \| taskItem)+` | `tight: true` | plain items and tasks may stand side by side |
//! | `orderedList` | `(listItem \| taskItem)+` | `start: 1`, `tight: true` | `start` 0 to 999999999; no `type` |
//! | `taskList` | `taskItem+` | `tight: true` | bullets that are all tasks |
//! | `listItem` | `block+` | | |
//! | `taskItem` | `paragraph block*` | `checked: false` | nested |
//! | `blockquote` | `block+` | | |
//! | `codeBlock` | `text*`, no marks | `language: null` | the whole info string, such as `rust ignore` |
//! | `horizontalRule` | | | |
//! | `table` | `tableRow+` | | the first row is the head |
//! | `tableRow` | `(tableHeader \| tableCell)*` | | |
//! | `tableHeader`, `tableCell` | `paragraph` | `colspan: 1`, `rowspan: 1`, `colwidth: null`, `align: null` | exactly one paragraph; `align` is `left`, `center`, `right` or null, and a column's is that of its first cell; other spans and widths are not kept |
//! | `htmlBlock` | `text*`, no marks | | raw HTML and comments |
//! | `linkDefinition` | a block atom | `label: ""`, `href: ""`, `title: null` | `[label]: href "title"`; the label with its escapes |
//! | `footnoteDefinition` | `block+` | `label: ""` | where the author put it |
//! | `details` | `detailsSummary detailsContent` | `open: false`, `compact: false` | `<details>` around Markdown; `compact`: the summary on the line of the tag |
//! | `detailsSummary`, `detailsContent` | `text*`; `block+` | | |
//! | `markdownBlock` | `text*`, no marks | | blocks nested too deep for JSON (128 levels), as Markdown |
//! | `text` | | | |
//! | `hardBreak` | an inline atom | | `<br>` in a cell |
//! | `image` | an inline atom | `src: ""`, `alt: ""`, `title: null` | |
//! | `footnoteReference` | an inline atom | `label: ""` | |
//! | `math` | an inline atom | `latex: ""`, `display: false` | `$…$`, `$$…$$`; none that touches a letter or a figure, which is money |
//! | `emptyLink` | an inline atom | `href: ""`, `title: null` | a link around nothing |
//!
//! | mark | attributes | note |
//! |---|---|---|
//! | `link` | `href`, `title: null`, `auto: null`, `nest: 0` | `auto` is `angle` for `<https://…>` and `bare` for an address in running text |
//! | `bold`, `italic`, `strike` | `nest: 0` | one may stand in its own kind, with another number |
//! | `code` | | the innermost; no other verbatim mark beside it |
//! | `html` | | raw inline HTML as it stands |
//!
//! Marks are given in this order. `nest` says how marks stand that meet: the lower number is the outer one, and runs
//! that touch with different numbers are apart; without numbers the mark that runs longest is the outer one.
//! `tight` says whether a list is written without blank lines between its items; it is overruled where Markdown
//! needs a blank line, or has no place for one.
//!
//! # What a way back means
//!
//! Two texts mean the same if they render to the same HTML, but for white space that no reader sees. Every text
//! comes back from its document with its meaning, and the document of what is written is the same document. What is
//! written is read again, and a block that would not come back is written with more care. A space in emphasis, at
//! its end, is moved outside: Markdown has no form for it but a reference.

mod convert;
pub mod difference;
mod document;
mod error;
mod from_html;
pub mod front_matter;
mod html;
mod html_block;
mod lines;
mod math;
pub mod merge;
mod model;
mod nesting;
mod onto;
mod parse;
mod plain;
mod read_json;
mod syntax;
mod text;
mod write;
mod write_json;

pub use convert::from_tiptap;
pub use document::Document;
pub use error::{Error, Result};
pub use from_html::from_html;
pub use html::to_html;
pub use onto::render_onto;
pub use text::{plain_text, title_of};

/// A Markdown text (without front matter) as a document.
pub fn to_tiptap(markdown: &str) -> Document {
    Document::from_markdown(markdown)
}

/// The deepest nesting of blocks that [`from_tiptap`] writes.
pub const MAX_DEPTH: usize = 100;
