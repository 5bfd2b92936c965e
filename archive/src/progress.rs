//! Progress of long work, and how it is cancelled.

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Records that are not posts.
    Metadata,
    /// Posts and their revisions.
    Posts,
    /// PDFs.
    Attachments,
    /// Closing the zip, bringing it to the disk and hashing it.
    Sealing,
    /// Reading an export to verify it.
    Verifying,
}

/// How far the work is. `done_bytes` never shrinks and never exceeds `total_bytes`; the two are equal at
/// the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress<'a> {
    /// Bytes dealt with.
    pub done_bytes: u64,
    /// Bytes to deal with.
    pub total_bytes: u64,
    /// What is being done.
    pub phase: Phase,
    /// What it is being done to: a path in the export.
    pub item: &'a str,
}
