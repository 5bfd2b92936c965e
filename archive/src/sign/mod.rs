//! Proofs of an export: who held its bytes (a signature) and since when (a time-stamp).
//!
//! A proof is a small file beside the zip: `<zip>.minisig` is a minisign signature (Ed25519), `<zip>.tsr` the
//! answer of an RFC 3161 authority. Both can be judged without Fonds, by `minisign -V` and `openssl ts -verify`.
//! What always holds: the same key and the same zip give the same signature; a proof appears whole or not at all
//! and never replaces another; a secret key shows itself in no message.

mod evidence;
mod judge;
mod key;
pub(crate) mod proof;
mod signature;
mod time_stamp;

pub use evidence::Evidence;
pub use judge::{Trust, judge};
pub use key::{PublicKey, SecretKey};
pub use proof::{Proof, proofs_beside};
pub use signature::{digest, sign};
pub use time_stamp::{Authorities, TimeStamp, TimeStampRequest, read_time_stamp, write_time_stamp};

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use crate::{Error, Result};

/// The most bytes that a proof may have.
pub const LARGEST_PROOF: u64 = 64 * 1024;

/// Where the signature of a zip stands.
#[must_use]
pub fn signature_path(zip: &Path) -> PathBuf {
    beside(zip, "minisig")
}

/// Where the time-stamp of a zip stands.
#[must_use]
pub fn time_stamp_path(zip: &Path) -> PathBuf {
    beside(zip, "tsr")
}

fn beside(zip: &Path, extension: &str) -> PathBuf {
    let mut name = zip.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    name.into()
}

/// The bytes of a proof; none where there is no such file.
fn read_proof(path: &Path) -> Result<Option<Vec<u8>>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(Error::io(path, e)),
    };
    let mut bytes = Vec::new();
    file.take(LARGEST_PROOF + 1).read_to_end(&mut bytes).map_err(|e| Error::io(path, e))?;
    if bytes.len() as u64 > LARGEST_PROOF {
        return Err(Error::TooLarge { item: path.display().to_string(), limit: LARGEST_PROOF });
    }
    Ok(Some(bytes))
}

/// Writes a proof whole and synced. One that says the same is left as it is, another one is never replaced.
fn write_proof(path: &Path, bytes: &[u8]) -> Result<()> {
    if read_proof(path)?.is_some_and(|there| there == bytes) {
        return Ok(());
    }
    let fail = |e| Error::io(path, e);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    let mut file = builder.prefix(".fonds-proof-").tempfile_in(folder).map_err(fail)?;
    file.write_all(bytes).and_then(|()| file.as_file().sync_all()).map_err(fail)?;
    match file.persist_noclobber(path) {
        Ok(_) => Ok(()),
        Err(e) if e.error.kind() == io::ErrorKind::AlreadyExists => {
            Err(Error::AlreadyExists(path.to_owned()))
        }
        Err(e) => Err(fail(e.error)),
    }
}
