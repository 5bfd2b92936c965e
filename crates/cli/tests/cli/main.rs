//! The command line from outside: the built `fonds`, real folders, and nothing shared between tests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

mod bad_input;
mod captures;
mod conflicts;
mod damage;
mod disk;
mod history;
mod increments;
mod journey;
mod machine;
mod markdown;
mod pdfs;
mod proofs;
mod recovering;
mod retention;
mod selections;
mod support;
mod viewer;
mod watching;
