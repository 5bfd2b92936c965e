//! Proofs beside an export: who held it (a signature), since when (a time-stamp), and how both are kept.
//!
//! An export is whole before anything is proved: a proof that fails leaves it as it is, and can be made later. A
//! library keeps the proofs of its exports in `.fonds/proofs`, so that each export carries those of the one before.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use fonds_archive::sign::{self, Authorities, Evidence, Proof, PublicKey, TimeStampRequest, Trust};
use fonds_archive::{Export, v1 as archive};
use serde::Serialize;

use crate::{Error, KeyRow, Result, SigningKey};

/// How long an authority may take, from the call to the last byte.
const PATIENCE: Duration = Duration::from_secs(30);
/// The most bytes of an answer.
const LARGEST: u64 = sign::LARGEST_PROOF;

/// A proof that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProofRow {
    /// The file beside the zip.
    pub path: String,
    /// The key's number, or the authority's name as its certificate claims it.
    pub by: String,
    /// The time that an authority vouches for, RFC 3339 in UTC; none for a signature.
    pub at: Option<String>,
}

/// Signs an export: writes `<zip>.minisig` beside it.
///
/// # Errors
/// `export.not_one`, `export.exists` where another signature is there, and what keeps a file from being written.
pub fn sign(zip: &Path, key: &SigningKey) -> Result<ProofRow> {
    let header = Export::open(zip)?.header().clone();
    let sha256 = sign::digest(zip)?;
    let path = sign::sign(zip, &header, &sha256, &key.0)?;
    Ok(ProofRow { path: path.to_string_lossy().into_owned(), by: key.0.public()?.id(), at: None })
}

/// Trust in the user's own key that a signature says it was made with; in none where it names no such key.
pub(crate) fn trust_in_own(evidence: &Evidence, keys: &[KeyRow]) -> Result<Trust> {
    let own = evidence.key().and_then(|number| keys.iter().find(|row| row.id == number));
    let key = own.map(|row| PublicKey::parse(&row.public)).transpose()?;
    Ok(Trust { key, authorities: None })
}

/// Has an authority vouch for the time of an export: writes `<zip>.tsr` beside it. The authority sees the zip's
/// digest and nothing else.
///
/// # Errors
/// `timestamp.address`, `timestamp.unreachable` (retryable), `timestamp.bad` where the answer proves nothing,
/// `export.exists`.
pub fn timestamp(zip: &Path, authority: &str) -> Result<ProofRow> {
    Export::open(zip)?;
    let request = TimeStampRequest::new(&sign::digest(zip)?)?;
    let answer = ask(authority, &request.to_der()?)?;
    let (path, stamp) = sign::write_time_stamp(zip, &request, &answer)?;
    Ok(ProofRow { path: path.to_string_lossy().into_owned(), by: stamp.authority, at: Some(stamp.at) })
}

fn ask(authority: &str, request: &[u8]) -> Result<Vec<u8>> {
    let scheme = authority.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    if !matches!(scheme.as_deref(), Some("http" | "https")) {
        return Err(Error::new("timestamp.address").with("address", authority));
    }
    let failed = |reason: &dyn std::fmt::Display| {
        Error::new("timestamp.unreachable").with("address", authority).with("reason", reason).retryable()
    };
    // No redirection: the host that was configured is the only one that is ever asked.
    let config = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .max_redirects(0)
        .max_redirects_will_error(true)
        .user_agent(concat!("fonds/", env!("CARGO_PKG_VERSION")))
        .build();
    let mut answer = ureq::Agent::new_with_config(config)
        .post(authority)
        .content_type(TimeStampRequest::MEDIA_TYPE)
        .send(request)
        .map_err(|e| failed(&e))?;
    let mut bytes = Vec::new();
    answer.body_mut().as_reader().take(LARGEST + 1).read_to_end(&mut bytes).map_err(|e| failed(&e))?;
    Ok(bytes)
}

/// What a verification trusts: a public key (minisign's file, its one line, or the name of a key of the user's) and
/// certificates (PEM) of time-stamp authorities.
///
/// # Errors
/// `key.bad`, `key.not_found`, and what keeps a file from being read.
pub fn trust(key: Option<&str>, authorities: Option<&Path>) -> Result<Trust> {
    let read = |path: &Path| std::fs::read_to_string(path).map_err(Error::io(path));
    let key = key.map(|given| {
        if let Ok(key) = PublicKey::parse(given) {
            return Ok(key);
        }
        match crate::Keys::of_user().and_then(|keys| keys.find(given)) {
            Ok(row) => Ok(PublicKey::parse(&row.public)?),
            Err(missing) if !Path::new(given).exists() => Err(missing),
            Err(_) => Ok(PublicKey::parse(&read(Path::new(given))?)?),
        }
    });
    let authorities = authorities.map(|path| Ok::<_, Error>(Authorities::parse(&read(path)?)?));
    Ok(Trust { key: key.transpose()?, authorities: authorities.transpose()? })
}

/// Where a library keeps the proofs of the exports of a series.
pub(crate) fn folder(library: &Path, series_id: &str) -> PathBuf {
    library.join(".fonds/proofs").join(series_id)
}

/// Copies what lies beside the last export of a series into the library, then reads what the library has of it.
/// What lies there is kept where it is a proof of that very zip; anything else is left where it is.
pub(crate) fn of_previous(
    library: &Path,
    header: &archive::Header,
    zip: Option<&Path>,
) -> Result<Vec<Proof>> {
    let Some(previous) = &header.previous else { return Ok(vec![]) };
    let folder = folder(library, &header.series_id);
    for found in zip.map(sign::proofs_beside).transpose()?.unwrap_or_default() {
        if found.is_of_previous(header) {
            keep(&folder, &found)?;
        }
    }
    let stem = archive::Header { sequence: previous.sequence, ..header.clone() }.stem();
    Ok(sign::proofs_beside(&folder.join(format!("{stem}.zip")))?)
}

/// Keeps a proof in the library; one that is there already stays.
pub(crate) fn keep(folder: &Path, proof: &Proof) -> Result<()> {
    std::fs::create_dir_all(folder).map_err(Error::io(folder))?;
    let path = folder.join(&proof.name);
    if path.exists() {
        return Ok(());
    }
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(Error::io(folder))?;
    std::io::Write::write_all(&mut file, &proof.bytes)
        .and_then(|()| file.as_file().sync_all())
        .map_err(Error::io(&path))?;
    file.persist(&path).map_err(|e| Error::io(&path)(e.error))?;
    Ok(())
}
