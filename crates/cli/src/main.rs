//! The `fonds` command line.
fn main() {}
