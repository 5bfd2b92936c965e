//! The command line with a real WordPress on this computer: `make test-wordpress`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails"
)]

mod faults;
mod journey;
mod proxy;
mod server;
