//! Holds an export's proofs against what the reader trusts.

use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::signature::{self, Signature, each_chunk};
use super::{Authorities, PublicKey, read_signature, read_time_stamp, signature_path, time_stamp_path};
use crate::report::{Code, Finding, Origin, Report, Verdict};
use crate::v1::hex;
use crate::{Error, Result};

/// What whoever verifies trusts.
#[derive(Debug, Clone, Default)]
pub struct Trust {
    /// The key that has to have signed the export; none where no signature is asked for.
    pub key: Option<PublicKey>,
    /// Time-stamp authorities; none where a time-stamp's origin is not asked for.
    pub authorities: Option<Authorities>,
}

/// Adds to the report on a zip what its signature and its time-stamp prove.
///
/// Where a key is asked for, nothing but that key's signature over these very bytes makes the origin proved; a
/// whole export without it gets the verdict [`Verdict::Unproved`]. A time-stamp is judged wherever there is one.
///
/// # Errors
/// [`Error::Io`] where the zip or a proof cannot be read.
pub fn judge(report: &mut Report, trust: &Trust) -> Result<()> {
    let zip = report.path.clone();
    let code = match (&trust.key, read_signature(&zip)) {
        (None, Ok(_)) => None,
        (None | Some(_), Err(Error::Io { path, source })) => return Err(Error::Io { path, source }),
        (_, Err(_)) => Some(Code::SignatureUnreadable),
        (Some(_), Ok(None)) => Some(Code::SignatureMissing),
        (Some(key), Ok(Some(signature))) => signed(report, &zip, key, &signature)?,
    };
    if let Some(code) = code {
        add(report, code, &signature_path(&zip), "");
    }
    if trust.key.is_some() && report.origin == Origin::NotProved && report.verdict == Verdict::Whole {
        report.verdict = Verdict::Unproved;
    }
    time_stamped(report, &zip, trust)
}

fn signed(report: &mut Report, zip: &Path, key: &PublicKey, signature: &Signature) -> Result<Option<Code>> {
    if signature.key != key.id() {
        let detail = format!("{}, not {}", signature.key, key.id());
        add(report, Code::SignatureWrongKey, &signature_path(zip), &detail);
        return Ok(None);
    }
    let Ok(mut verifier) = key.key.verify_stream(&signature.text) else {
        return Ok(Some(Code::SignatureBroken));
    };
    let mut sha = Sha256::new();
    each_chunk(zip, |bytes| {
        verifier.update(bytes);
        sha.update(bytes);
    })?;
    // The report has to be on the bytes that were signed, whatever happened to the file in between.
    if verifier.finalize().is_err() || hex(&sha.finalize()) != report.sha256 {
        report.verdict = Verdict::Damaged;
        return Ok(Some(Code::SignatureBroken));
    }
    let said = report.header.as_ref().map(|header| signature::comment(header, &report.sha256));
    if said.as_deref() != Some(signature.text.trusted_comment()) {
        add(report, Code::SignatureComment, &signature_path(zip), signature.text.trusted_comment());
    }
    report.origin = Origin::Signed { key: key.id() };
    Ok(None)
}

fn time_stamped(report: &mut Report, zip: &Path, trust: &Trust) -> Result<()> {
    let path = time_stamp_path(zip);
    match read_time_stamp(zip, &report.sha256, trust.authorities.as_ref()) {
        Ok(stamp) => {
            if stamp.as_ref().is_some_and(|stamp| trust.authorities.is_some() && !stamp.trusted) {
                add(report, Code::TimeStampUntrusted, &path, "");
            }
            report.time_stamp = stamp;
        }
        Err(Error::Io { path, source }) => return Err(Error::Io { path, source }),
        Err(error) => add(report, Code::TimeStampBroken, &path, &error.to_string()),
    }
    Ok(())
}

fn add(report: &mut Report, code: Code, place: &Path, detail: &str) {
    let place = place.file_name().unwrap_or_default().to_string_lossy();
    report.findings.push(Finding::new(code, place, detail));
}
