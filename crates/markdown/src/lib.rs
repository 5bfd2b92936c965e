//! Markdown: the only converter there is.
mod convert;
pub mod difference;
mod error;
mod flat;
pub mod front_matter;
mod html;
mod inline;
mod json;
pub mod merge;
mod model;
mod onto;
mod parse;
mod syntax;
mod text;
mod write;

pub use convert::{from_tiptap, to_tiptap};
pub use error::{Error, Result};
#[doc(hidden)]
pub use flat::flat;
pub use html::to_html;
pub use onto::render_onto;
pub use text::{plain_text, title_of};

/// The deepest nesting of blocks that [`from_tiptap`] writes.
pub const MAX_DEPTH: usize = 100;
