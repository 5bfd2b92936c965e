//! The proofs of an export as they travel inside the next one, in `metadata/other/proofs/`.

use std::path::Path;

use super::{read_proof, signature, signature_path, time_stamp, time_stamp_path};
use crate::Result;
use crate::v1::Header;

/// A proof of an export, by the name that it has beside the zip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// `<series>-v0002.zip.minisig` or `<series>-v0002.zip.tsr`.
    pub name: String,
    /// Its bytes; at most [`super::LARGEST_PROOF`].
    pub bytes: Vec<u8>,
}

/// The proofs that lie beside a zip, the signature first.
///
/// # Errors
/// [`crate::Error::Io`], [`crate::Error::TooLarge`].
pub fn proofs_beside(zip: &Path) -> Result<Vec<Proof>> {
    let mut proofs = Vec::new();
    for path in [signature_path(zip), time_stamp_path(zip)] {
        if let (Some(bytes), Some(name)) = (read_proof(&path)?, path.file_name()) {
            proofs.push(Proof { name: name.to_string_lossy().into_owned(), bytes });
        }
    }
    Ok(proofs)
}

/// The names that the proofs of the export before `header`'s may have; none for the first of a series.
pub(crate) fn names(header: &Header) -> Vec<String> {
    let stem = header
        .previous
        .as_ref()
        .map(|previous| Header { sequence: previous.sequence, ..header.clone() }.stem());
    stem.map_or_else(Vec::new, |stem| ["minisig", "tsr"].map(|kind| format!("{stem}.zip.{kind}")).to_vec())
}

impl Proof {
    /// Whether it is a proof of the export that `header` names as the one before: a signature whose comment names
    /// it, or a time-stamp over its digest. Who signed is not judged here.
    #[must_use]
    pub fn is_of_previous(&self, header: &Header) -> bool {
        let Some(previous) = &header.previous else { return false };
        if !names(header).contains(&self.name) {
            return false;
        }
        if self.name.ends_with(".tsr") {
            return time_stamp::parse(&self.bytes, &previous.sha256, None).is_ok();
        }
        let before = Header { sequence: previous.sequence, ..header.clone() };
        let comment = signature::comment(&before, &previous.sha256);
        signature::parse(&self.bytes).is_some_and(|signature| signature.text.trusted_comment() == comment)
    }
}
