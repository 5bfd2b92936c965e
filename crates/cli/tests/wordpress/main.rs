//! The command line with a real WordPress on this computer: `make test-wordpress`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

mod faults;
mod journey;
mod proxy;
mod server;
