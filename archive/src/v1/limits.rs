//! How large each kind of record may be.
//!
//! The writer refuses what is larger and the reader never holds more, so that both work in bounded memory
//! on whatever they are given. Sizes are in bytes, unpacked.

/// `chain.json`.
pub const CHAIN: u64 = 64 * 1024 * 1024;
/// `bagit.txt`, `bag-info.txt`, the small files of an OCFL root and digest files.
pub const SMALL: u64 = 64 * 1024;
/// `library.json`.
pub const LIBRARY: u64 = 64 * 1024 * 1024;
/// `retention.json`.
pub const RETENTION: u64 = 64 * 1024 * 1024;
/// `README.txt` and the written format.
pub const TEXT: u64 = 1024 * 1024;
/// One line of the journal, without its line end.
pub const JOURNAL_LINE: u64 = 1024 * 1024;
/// An OCFL inventory.
pub const INVENTORY: u64 = 16 * 1024 * 1024;
/// A `revision.json`.
pub const REVISION: u64 = 4 * 1024 * 1024;
/// A `capture.json`.
pub const CAPTURE: u64 = 4 * 1024 * 1024;
/// A file of a WACZ that is looked at whole: its list of files.
pub const WACZ_LIST: u64 = 4 * 1024 * 1024;
/// A `post.md`.
pub const BODY: u64 = 64 * 1024 * 1024;
/// One line of a manifest.
pub const MANIFEST_LINE: u64 = 1024;
/// Entries in a zip.
pub const ENTRIES: u64 = 1_000_000;
/// Length of a name in a zip.
pub const NAME: usize = 200;
