//! Tests that need more than one crate. They live in `tests/tests/`; this library is empty.
