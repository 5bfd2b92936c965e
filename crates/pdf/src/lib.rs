//! What a PDF says of itself, and the text of its pages.
//!
//! A PDF comes from anywhere: broken, encrypted, in circles, or made to use up a computer. What always holds: it is
//! read in a process of its own, with bounds on time, memory, stack and on what it may answer, so that no file can
//! stop, grow or end the program that asked. What the file claims (PDF/A, its language) is given as a claim.
//!
//! A program that reads PDFs calls [`serve_if_asked`] first thing in `main`, and [`Reader::this_program`] where it
//! wants one read.

mod child;
mod error;
mod facts;
mod reader;
mod text;
mod xmp;

use serde::{Deserialize, Serialize};

pub use child::serve_if_asked;
pub use error::{Error, Result};
pub use reader::Reader;

/// What a PDF says of itself. Texts are cut at 1,000 characters and hold no control characters.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Facts {
    /// The version of the format, such as `1.7`.
    pub version: String,
    /// How many pages.
    pub pages: u32,
    /// Its title.
    pub title: Option<String>,
    /// Its language, a tag as in BCP 47, such as `fr-CA`; as it stands in the file.
    pub language: Option<String>,
    /// Whether it is encrypted. Everyone can read it all the same where no password is asked for.
    pub encrypted: bool,
    /// The kind of PDF/A that it claims to be, such as `PDF/A-2a`. A claim: nothing was checked.
    pub pdfa: Option<String>,
    /// Whether it claims to be tagged (ISO 32000-1, 14.8), which a screen reader needs.
    pub tagged: bool,
    /// Whether it carries JavaScript. None is ever run.
    pub scripts: bool,
    /// What its tags hold, where it is tagged.
    pub structure: Option<Structure>,
}

/// Counts of what a tagged PDF's structure tree holds (ISO 32000-1, 14.7).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Structure {
    /// Headings.
    pub headings: u32,
    /// Tables.
    pub tables: u32,
    /// Figures.
    pub figures: u32,
    /// Figures without a text that says what they show.
    pub undescribed: u32,
}

/// The text of a page, in the order of the page's content, a line a line.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PageText {
    /// Its place in the file, from 1.
    pub number: u32,
    /// The text; empty where the page has none.
    pub text: String,
}

/// How a reading ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ending {
    /// Every page was read.
    Whole,
    /// It opens only with a password.
    Locked,
    /// It is no PDF that can be read.
    Unreadable,
    /// It holds more text, or more pages, than is read.
    TooMuch,
    /// It took longer than it may.
    TooSlow,
    /// Reading it broke: memory, stack, or a fault.
    Broken,
}

/// What was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reading {
    /// What it says of itself; none where not even that could be read.
    pub facts: Option<Facts>,
    /// The text of the pages that were read, in order.
    pub pages: Vec<PageText>,
    /// How it ended.
    pub ending: Ending,
}

/// What a reading may cost.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Seconds.
    pub seconds: u64,
    /// Bytes of memory, the file itself not counted (it is mapped, and the system takes it back as it needs).
    pub memory: u64,
    /// Bytes of text, over all pages.
    pub text: u64,
    /// Pages whose text is read.
    pub pages: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { seconds: 60, memory: 1 << 30, text: 16 << 20, pages: 20_000 }
    }
}
