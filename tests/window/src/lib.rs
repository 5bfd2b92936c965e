//! Tests in the real window. They live in `tests/window/tests/`; this library is empty.
