//! A post's text as the editor holds it: the one type that stands for a TipTap document in Rust.

use crate::error::{Error, Result};
use crate::lines::Lines;
use crate::model::Block;
use crate::read_json::{self, Node};
use crate::{parse, write_json};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::ops::Range;

/// A TipTap document of the schema in the crate's documentation. Serialises to its JSON and is read from it; what
/// Markdown has no form for (an empty paragraph among others, spaces at the ends of lines) is left out when it is
/// written, not before, so that its blocks can be counted as the editor counts them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub(crate) blocks: Vec<Block>,
}

impl Document {
    /// The document of a Markdown text (without front matter). Never fails: blocks that nest too deep for JSON are
    /// `markdownBlock`s.
    pub fn from_markdown(markdown: &str) -> Self {
        let lines = Lines::of(markdown);
        let mut blocks: Vec<Block> =
            parse::blocks(markdown, &lines).into_iter().map(|placed| placed.block).collect();
        if blocks.is_empty() {
            blocks.push(Block::Paragraph(Vec::new()));
        }
        Self { blocks }
    }

    /// Reads the JSON of a document.
    ///
    /// # Errors
    /// [`Error`] for nodes and marks outside the schema, for blocks nested deeper than [`crate::MAX_DEPTH`], and for
    /// text that is no JSON.
    pub fn from_json(json: &str) -> Result<Self> {
        read_json::document(&serde_json::from_str::<Node<'_>>(json).map_err(|error| Error::json(&error))?)
    }

    /// The same of JSON that is read already.
    ///
    /// # Errors
    /// As [`Document::from_json`].
    pub fn from_value(json: &serde_json::Value) -> Result<Self> {
        read_json::document(&Node::deserialize(json).map_err(|error| Error::json(&error))?)
    }

    /// How many blocks stand at the top level.
    pub fn len(&self) -> usize {
        self.blocks.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// Puts the blocks of `other` in the place of a range of this document's, and gives those that stood there.
    ///
    /// # Errors
    /// [`Error::NoSuchBlocks`] where the range reaches beyond the end; nothing has changed then.
    pub fn splice(&mut self, range: Range<usize>, other: Document) -> Result<Document> {
        if range.start > range.end || range.end > self.blocks.len() {
            return Err(Error::NoSuchBlocks { end: range.end, count: self.blocks.len() });
        }
        Ok(Document { blocks: self.blocks.splice(range, other.blocks).collect() })
    }
}

impl Serialize for Document {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        write_json::document(&self.blocks, serializer)
    }
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        read_json::document(&Node::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}
