//! The Fonds desktop shell.
fn main() {}
