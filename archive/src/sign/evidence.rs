//! The proofs of an export: what lies beside the zip, or else what the next export of its series carries.

use std::path::Path;

use super::{LARGEST_PROOF, read_proof, signature, signature_path, time_stamp_path};
use crate::report::{Report, Verdict};
use crate::{Error, Export, Result};

/// What there is to prove an export with, not yet judged.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    pub(super) signature: Option<Held>,
    pub(super) time_stamp: Option<Held>,
}

/// The bytes of a proof and where they are.
#[derive(Debug, Clone)]
pub(super) struct Held {
    /// The file's name; within the export that carries it, where it is not beside the zip.
    pub place: String,
    /// None where it is too large to be one.
    pub bytes: Option<Vec<u8>>,
}

impl Evidence {
    /// What lies beside a zip.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn beside(zip: &Path) -> Result<Self> {
        Ok(Self { signature: held(&signature_path(zip))?, time_stamp: held(&time_stamp_path(zip))? })
    }

    /// The same for each export of a set. Where a proof is not beside its zip any more, the whole export that names this
    /// one as the one before it may carry it.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn of_set(reports: &[Report]) -> Result<Vec<Self>> {
        reports.iter().map(|report| Self::in_set(report, reports)).collect()
    }

    fn in_set(report: &Report, reports: &[Report]) -> Result<Self> {
        let mut evidence = Self::beside(&report.path)?;
        let follows = |other: &&Report| {
            let previous = other.header.as_ref().and_then(|header| header.previous.as_ref());
            other.verdict == Verdict::Whole && previous.is_some_and(|p| p.sha256 == report.sha256)
        };
        if evidence.signature.is_some() && evidence.time_stamp.is_some() {
            return Ok(evidence);
        }
        let Some(next) = reports.iter().find(follows) else { return Ok(evidence) };
        for proof in Export::open(&next.path)?.proofs()? {
            let inside = next.path.file_name().unwrap_or_default().to_string_lossy();
            let kind =
                if proof.name.ends_with(".tsr") { &mut evidence.time_stamp } else { &mut evidence.signature };
            let place = format!("{} in {inside}", proof.name);
            kind.get_or_insert(Held { place, bytes: Some(proof.bytes) });
        }
        Ok(evidence)
    }

    /// The number of the key that the signature says it was made with; none where there is no signature.
    #[must_use]
    pub fn key(&self) -> Option<String> {
        Some(signature::parse(self.signature.as_ref()?.bytes.as_deref()?)?.key)
    }
}

fn held(path: &Path) -> Result<Option<Held>> {
    let place = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    match read_proof(path) {
        Ok(bytes) => Ok(bytes.map(|bytes| Held { place, bytes: Some(bytes) })),
        Err(Error::TooLarge { limit: LARGEST_PROOF, .. }) => Ok(Some(Held { place, bytes: None })),
        Err(error) => Err(error),
    }
}
