//! The Fonds archive format: writes, reads and verifies exports.
//!
//! An export is one zip that is a BagIt bag with an OCFL storage root inside; `spec/v1.md` ([`v1::SPEC`])
//! describes it whole and travels in every export. This crate knows nothing of how a library is stored:
//! whoever writes an export implements [`Source`], whoever restores one reads an [`Export`].
//!
//! - [`write()`] makes `<series>-v0002.zip` in a folder. It appears whole and synced, or not at all.
//! - [`verify()`] judges one zip, [`verify_series`] several of one series. What is wrong in a zip is a
//!   [`Finding`] with a stable code; an [`Error`] means that it could not be looked at.
//! - [`report_text`] and [`report_page`] write a verification's report for people, in English and French.
//! - [`sign`] makes and judges the proofs beside a zip: who held its bytes, and since when.
//! - [`viewer`] is the offline site inside every export; its [`viewer::Render`] shows Markdown.
//! - [`Export`] reads an export back, record by record and in bounded memory; [`ExportSet`] a full export with
//!   the incremental ones after it.
//!
//! What always holds: time and identity are arguments, so the same library state, header and generator
//! give the same bytes. Every byte that goes in is hashed and held against the digest the library
//! recorded. Whatever a zip claims, nothing here panics, and memory stays within [`v1`]'s limits.

mod container;
mod error;
mod export;
mod progress;
mod rendering;
mod report;
mod set;
pub mod sign;
pub mod v1;
mod verify;
pub mod viewer;

pub use error::{Error, Result, SourceError};
pub use export::{Export, Journal};
pub use progress::{Phase, Progress};
pub use rendering::{report_page, report_text};
pub use report::{Code, Finding, MAX_FINDINGS, Origin, Report, SeriesReport, Severity, Verdict};
pub use set::{Before, ExportSet, SetJournal};
pub use v1::{Increment, Source, Written, write};
pub use verify::{verify, verify_series};
