//! Markdown.
pub mod difference;
mod error;
pub mod front_matter;
pub mod merge;
pub use error::{Error, Result};
/// Depth.
pub const MAX_DEPTH: usize = 100;
