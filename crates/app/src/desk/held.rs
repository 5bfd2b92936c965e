//! The document that the window holds: a save brings only the run of blocks that changed.
//!
//! What always holds: a change is put onto the very document that it was made from, or refused; a refused or failed
//! save leaves the document as it was.

use fonds_library::Id;
use fonds_markdown::Document;
use serde::Deserialize;
use serde_json::{Value, json};
use ts_rs::TS;

use crate::{Error, Result};

/// What differs between the document that the desk holds and the one to save: one run of top-level blocks.
#[derive(Debug, Clone, PartialEq, Deserialize, TS)]
#[ts(export)]
pub struct BlockChange {
    /// The number of the document that was changed, as the desk gave it; without one, `blocks` are the whole document.
    pub held: Option<u32>,
    /// The first block that differs, from 0.
    pub from: usize,
    /// How many of the held blocks are gone from there.
    pub removed: usize,
    /// What stands there instead.
    #[ts(type = "import(\"../types\").DocNode[]")]
    pub blocks: Vec<Value>,
}

/// One post's document, as the window has it. Every state has a number of its own.
#[derive(Default)]
pub(super) struct Held {
    doc: Option<(Id, Document)>,
    number: u32,
}

impl Held {
    /// Holds another document, and gives its number.
    pub(super) fn hold(&mut self, post: Id, doc: Document) -> u32 {
        self.doc = Some((post, doc));
        self.number += 1;
        self.number
    }

    /// Holds nothing: the next save has to bring the whole document.
    pub(super) fn forget(&mut self) {
        self.doc = None;
    }

    /// Saves the changed document with `save`, and gives what that gave and the document's new number.
    ///
    /// # Errors
    /// `save.not_held` where the change was made from another document than the one held; `markdown.document` where
    /// the blocks are none; or what `save` met.
    pub(super) fn change<T>(
        &mut self,
        post: Id,
        change: BlockChange,
        save: impl FnOnce(&Document) -> Result<T>,
    ) -> Result<(T, u32)> {
        let BlockChange { held: number, from, removed, blocks } = change;
        let blocks = Document::from_value(&json!({ "type": "doc", "content": Value::Array(blocks) }))?;
        if number.is_none() {
            return Ok((save(&blocks)?, self.hold(post, blocks)));
        }
        let not_held = || Error::new("save.not_held").with("name", post).retryable();
        let held = self.doc.as_mut().filter(|(held, _)| *held == post && number == Some(self.number));
        let (_, doc) = held.ok_or_else(not_held)?;
        let put = from..from.saturating_add(blocks.len());
        let run = from..from.saturating_add(removed);
        let before = doc.splice(run, blocks).map_err(|_| not_held())?;
        match save(doc) {
            Ok(saved) => {
                self.number += 1;
                Ok((saved, self.number))
            }
            Err(error) => {
                doc.splice(put, before)?;
                Err(error)
            }
        }
    }
}
