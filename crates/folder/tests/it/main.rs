//! The watched folder with real files and a real library.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test's helpers fail as its tests do"
)]

mod copies;
mod edits;
mod faults;
mod fixture;
mod merges;
mod model;
mod names;
mod new_files;
mod pdfs;
mod planning;
mod vanishing;
mod watching;
