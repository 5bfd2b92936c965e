//! The document that the window holds: a save brings only the run of blocks that changed.
//!
//! What always holds: a change is put onto the very document that it was made from, or refused; a refused or failed
//! save leaves the document as it was.

use fonds_library::Id;
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
    post: Option<Id>,
    number: u32,
    doc: Value,
}

impl Held {
    /// Holds another document, and gives its number.
    pub(super) fn hold(&mut self, post: Id, doc: Value) -> u32 {
        self.post = Some(post);
        self.doc = doc;
        self.number += 1;
        self.number
    }

    /// Holds nothing: the next save has to bring the whole document.
    pub(super) fn forget(&mut self) {
        self.post = None;
        self.doc = Value::Null;
    }

    /// Saves the changed document with `save`, and gives what that gave and the document's new number.
    ///
    /// # Errors
    /// `save.not_held` where the change was made from another document than the one held; or what `save` met.
    pub(super) fn change<T>(
        &mut self,
        post: Id,
        change: BlockChange,
        save: impl FnOnce(&Value) -> Result<T>,
    ) -> Result<(T, u32)> {
        let not_held = || Error::new("save.not_held").with("name", post).retryable();
        if change.held.is_none() {
            let doc = json!({ "type": "doc", "content": change.blocks });
            return Ok((save(&doc)?, self.hold(post, doc)));
        }
        if self.post != Some(post) || change.held != Some(self.number) {
            return Err(not_held());
        }
        let blocks = self.doc.get_mut("content").and_then(Value::as_array_mut).ok_or_else(not_held)?;
        let run = change.from..change.from.saturating_add(change.removed);
        if run.end > blocks.len() {
            return Err(not_held());
        }
        let put = run.start..run.start + change.blocks.len();
        let before: Vec<Value> = blocks.splice(run, change.blocks).collect();
        match save(&self.doc) {
            Ok(saved) => {
                self.number += 1;
                Ok((saved, self.number))
            }
            Err(error) => {
                if let Some(blocks) = self.doc.get_mut("content").and_then(Value::as_array_mut) {
                    blocks.splice(put, before);
                }
                Err(error)
            }
        }
    }
}
