//! Attachment bytes by sha256: `.fonds/blobs/ab/abcd…`. A blob appears under its name only when it is whole and synced.

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::content::hex;
use crate::{Error, Result};

/// A stored blob.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Blob {
    /// Lower-case hex digest of the bytes.
    pub sha256: String,
    /// How many bytes.
    pub size: u64,
}

/// The store of blobs.
#[derive(Clone, Debug)]
pub struct Blobs {
    folder: PathBuf,
}

impl Blobs {
    pub(crate) fn open(folder: PathBuf) -> Result<Self> {
        std::fs::create_dir_all(&folder).map_err(Error::io(&folder))?;
        Ok(Blobs { folder })
    }

    /// Where a digest's bytes are, or would be.
    pub fn path(&self, sha256: &str) -> PathBuf {
        self.folder.join(sha256.get(..2).unwrap_or("__")).join(sha256)
    }

    /// Stores what `bytes` gives, once: bytes that are there already are not written again, unless they are damaged.
    pub fn put(&self, bytes: &mut dyn Read) -> Result<Blob> {
        let mut file = tempfile::Builder::new()
            .prefix(".incoming-")
            .tempfile_in(&self.folder)
            .map_err(Error::io(&self.folder))?;
        let (sha256, size) = copy_and_digest(bytes, file.as_file_mut()).map_err(Error::io(file.path()))?;
        if !self.path(&sha256).exists() || self.verify(&sha256).is_err() {
            self.keep(file, &sha256)?;
        } else {
            // Who put them may have been stopped before they were synced, and before anything named them: they are
            // young again (repair.rs).
            let path = self.path(&sha256);
            let touched = file.as_file().metadata().and_then(|new| new.modified());
            drop(touched.and_then(|now| File::open(&path)?.set_modified(now)));
            self.sync(&path)?;
        }
        Ok(Blob { sha256, size })
    }

    /// Puts `bytes` in the place of a blob that is gone or damaged, if they are its bytes; says whether they were.
    pub(crate) fn mend(&self, sha256: &str, bytes: &mut dyn Read) -> Result<bool> {
        let mut file = tempfile::Builder::new()
            .prefix(".incoming-")
            .tempfile_in(&self.folder)
            .map_err(Error::io(&self.folder))?;
        let (found, _) = copy_and_digest(bytes, file.as_file_mut()).map_err(Error::io(file.path()))?;
        if found != sha256 {
            return Ok(false);
        }
        self.keep(file, sha256)?;
        Ok(true)
    }

    fn keep(&self, file: tempfile::NamedTempFile, sha256: &str) -> Result<()> {
        let path = self.path(sha256);
        let folder = path.parent().unwrap_or(&self.folder);
        file.as_file().sync_all().map_err(Error::io(&path))?;
        std::fs::create_dir_all(folder).map_err(Error::io(folder))?;
        file.persist(&path).map_err(|e| Error::io(&path)(e.error))?;
        self.sync(&path)
    }

    fn sync(&self, path: &Path) -> Result<()> {
        sync_folder(path.parent().unwrap_or(&self.folder))?;
        sync_folder(&self.folder)
    }

    /// Opens a blob. The reader must hold what it reads against the digest.
    pub fn open_blob(&self, sha256: &str) -> Result<File> {
        let path = self.path(sha256);
        File::open(&path).map_err(Error::io(path))
    }

    /// Refuses to go on without the bytes that are about to be named.
    pub(crate) fn require(&self, sha256: &str) -> Result<()> {
        self.open_blob(sha256).map(drop)
    }

    /// Reads a blob through and compares its digest.
    ///
    /// # Errors
    /// [`Error::DamagedBlob`] where the bytes differ, [`Error::Io`] where they are gone.
    pub fn verify(&self, sha256: &str) -> Result<u64> {
        let mut file = self.open_blob(sha256)?;
        let (found, size) =
            copy_and_digest(&mut file, &mut std::io::sink()).map_err(Error::io(self.path(sha256)))?;
        if found == sha256 { Ok(size) } else { Err(Error::DamagedBlob { sha256: sha256.into() }) }
    }
}

fn copy_and_digest(from: &mut dyn Read, to: &mut dyn Write) -> std::io::Result<(String, u64)> {
    let mut digest = Sha256::new();
    let mut buffer = vec![0; 256 * 1024];
    let mut size = 0;
    loop {
        let read = match from.read(&mut buffer) {
            Ok(0) => return Ok((hex(&digest.finalize()), size)),
            Ok(read) => read,
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(e) => return Err(e),
        };
        let part = buffer.get(..read).unwrap_or_default();
        digest.update(part);
        to.write_all(part)?;
        size += read as u64;
    }
}

/// Makes a rename in `folder` survive a power cut.
pub(crate) fn sync_folder(folder: &Path) -> Result<()> {
    #[cfg(unix)]
    File::open(folder).and_then(|f| f.sync_all()).map_err(Error::io(folder))?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}
