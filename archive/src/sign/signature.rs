//! minisign's signatures over whole zips.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use blake2::{Blake2b512, Digest as _};
use minisign_verify as minisign;
use sha2::Sha256;

use super::key::{SecretKey, shown};
use super::{signature_path, write_proof};
use crate::v1::{Header, hex};
use crate::{Error, Result};

/// A signature of a zip, as it was read and not yet held against anything.
pub(super) struct Signature {
    pub(super) text: minisign::Signature,
    /// The number of the key that it says it was made with.
    pub key: String,
}

/// Signs a zip: writes `<zip>.minisig` beside it and answers where. `header` is the export's, `sha256` the zip's
/// digest in hexadecimal; both stand in the trusted comment, which the signature covers.
///
/// # Errors
/// [`Error::Damaged`] where the zip's bytes are not those of the digest, [`Error::AlreadyExists`] where another
/// signature is there, [`Error::Io`], [`Error::NoSpace`].
pub fn sign(zip: &Path, header: &Header, sha256: &str, key: &SecretKey) -> Result<PathBuf> {
    let comment = comment(header, sha256);
    let (blake, found) = digests(zip)?;
    if found != sha256 {
        let reason = format!("its SHA-256 is {found}, not {sha256}");
        return Err(Error::Damaged { place: zip.display().to_string(), reason });
    }
    let (number, signature) = key.sign(&blake);
    let (_, over_all) = key.sign(&[signature.as_slice(), comment.as_bytes()].concat());
    let first = STANDARD.encode([b"ED".as_slice(), &number, &signature].concat());
    let text = format!(
        "untrusted comment: signature by Fonds with key {}\n{first}\ntrusted comment: {comment}\n{}\n",
        shown(number),
        STANDARD.encode(over_all)
    );
    let path = signature_path(zip);
    write_proof(&path, text.as_bytes())?;
    Ok(path)
}

/// What a signature of this export says, besides that the bytes were held.
pub(super) fn comment(header: &Header, sha256: &str) -> String {
    format!("series {} {} sequence {} sha256 {sha256}", header.series, header.series_id, header.sequence)
}

pub(super) fn parse(bytes: &[u8]) -> Option<Signature> {
    let text = std::str::from_utf8(bytes).ok()?;
    let line = STANDARD.decode(text.lines().nth(1)?.trim()).ok()?;
    let number = line.get(2..10)?.try_into().ok()?;
    Some(Signature { text: minisign::Signature::decode(text).ok()?, key: shown(number) })
}

/// The SHA-256 of a file in lower-case hexadecimal.
///
/// # Errors
/// [`Error::Io`].
pub fn digest(path: &Path) -> Result<String> {
    let mut sha = Sha256::new();
    each_chunk(path, |bytes| sha.update(bytes))?;
    Ok(hex(&sha.finalize()))
}

/// BLAKE2b-512 and SHA-256 (hexadecimal) of a file, in one reading.
fn digests(path: &Path) -> Result<([u8; 64], String)> {
    let (mut blake, mut sha) = (Blake2b512::new(), Sha256::new());
    each_chunk(path, |bytes| {
        blake.update(bytes);
        sha.update(bytes);
    })?;
    Ok((blake.finalize().into(), hex(&sha.finalize())))
}

/// Reads a file from its beginning to its end.
pub(super) fn each_chunk(path: &Path, mut each: impl FnMut(&[u8])) -> Result<()> {
    let fail = |e| Error::io(path, e);
    let mut file = File::open(path).map_err(fail)?;
    let mut buf = vec![0; 128 * 1024];
    loop {
        let n = file.read(&mut buf).map_err(fail)?;
        if n == 0 {
            return Ok(());
        }
        each(&buf[..n]);
    }
}
