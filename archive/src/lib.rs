//! The archive format.
