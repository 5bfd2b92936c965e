//! Holds an export's proofs against what the reader trusts.

use sha2::{Digest as _, Sha256};

use super::evidence::{Evidence, Held};
use super::signature::{self, Signature, each_chunk};
use super::{Authorities, PublicKey, signature_path, time_stamp};
use crate::Result;
use crate::report::{Code, Finding, Origin, Report, Verdict};
use crate::v1::hex;

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
/// [`Error::Io`](crate::Error::Io) where the zip cannot be read.
pub fn judge(report: &mut Report, evidence: &Evidence, trust: &Trust) -> Result<()> {
    match (&evidence.signature, &trust.key) {
        (None, None) => {}
        (None, Some(_)) => {
            let place = signature_path(&report.path);
            let place = place.file_name().unwrap_or_default().to_string_lossy();
            add(report, Code::SignatureMissing, &place, "");
        }
        (Some(held), key) => match (held.bytes.as_deref().and_then(signature::parse), key) {
            (None, _) => add(report, Code::SignatureUnreadable, &held.place, ""),
            (Some(_), None) => {}
            (Some(signature), Some(key)) => signed(report, &held.place, key, &signature)?,
        },
    }
    if trust.key.is_some() && report.origin == Origin::NotProved && report.verdict == Verdict::Whole {
        report.verdict = Verdict::Unproved;
    }
    if let Some(held) = &evidence.time_stamp {
        time_stamped(report, held, trust.authorities.as_ref());
    }
    Ok(())
}

fn signed(report: &mut Report, place: &str, key: &PublicKey, signature: &Signature) -> Result<()> {
    if signature.key != key.id() {
        let detail = format!("{}, not {}", signature.key, key.id());
        add(report, Code::SignatureWrongKey, place, &detail);
        return Ok(());
    }
    let Ok(mut verifier) = key.key.verify_stream(&signature.text) else {
        add(report, Code::SignatureBroken, place, "");
        return Ok(());
    };
    let mut sha = Sha256::new();
    each_chunk(&report.path, |bytes| {
        verifier.update(bytes);
        sha.update(bytes);
    })?;
    // The report has to be on the bytes that were signed, whatever happened to the file in between.
    if verifier.finalize().is_err() || hex(&sha.finalize()) != report.sha256 {
        report.verdict = Verdict::Damaged;
        add(report, Code::SignatureBroken, place, "");
        return Ok(());
    }
    let said = report.header.as_ref().map(|header| signature::comment(header, &report.sha256));
    if said.as_deref() != Some(signature.text.trusted_comment()) {
        add(report, Code::SignatureComment, place, signature.text.trusted_comment());
    }
    report.origin = Origin::Signed { key: key.id() };
    Ok(())
}

fn time_stamped(report: &mut Report, held: &Held, authorities: Option<&Authorities>) {
    let parsed = held.bytes.as_deref().map(|bytes| time_stamp::parse(bytes, &report.sha256, authorities));
    match parsed {
        Some(Ok((_, stamp))) => {
            if authorities.is_some() && !stamp.trusted {
                add(report, Code::TimeStampUntrusted, &held.place, "");
            }
            report.time_stamp = Some(stamp);
        }
        Some(Err(error)) => add(report, Code::TimeStampBroken, &held.place, &error.to_string()),
        None => add(report, Code::TimeStampBroken, &held.place, ""),
    }
}

fn add(report: &mut Report, code: Code, place: &str, detail: &str) {
    report.findings.push(Finding::new(code, place, detail));
}
