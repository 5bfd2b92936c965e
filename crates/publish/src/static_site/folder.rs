//! The site's folder: what Fonds wrote there, and writing it safely.
//!
//! What always holds: a file is replaced or removed only where its bytes are those that Fonds wrote; a file appears
//! whole or not at all; `.fonds-site.json` names a file's bytes before the file appears, so that a delivery that was
//! cut short is known as Fonds's own by the next. No symbolic link is followed.

use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// The site's folder in the library's.
pub(super) const FOLDER: &str = "site";
const MANIFEST: &str = ".fonds-site.json";
/// Files are made here and moved from here. It holds nothing between deliveries.
const MAKING: &str = ".fonds-making";
const FORMAT: &str = "fonds-site/1";
/// A manifest larger than this is not ours.
const LARGEST_MANIFEST: u64 = 64 << 20;
const CHUNK: usize = 128 << 10;

/// What is public of a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Shown {
    pub path: String,
    pub revision_hash: String,
}

/// What Fonds wrote, by path from the site's folder.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Manifest {
    format: String,
    /// Digest of each file that the last finished delivery left.
    files: BTreeMap<String, String>,
    /// Digests of files that a delivery was about to write; empty when it finished.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pending: BTreeMap<String, String>,
    /// The posts that are public, by id.
    posts: BTreeMap<String, Shown>,
}

/// The site's folder during a delivery.
pub(super) struct Folder {
    site: PathBuf,
    manifest: Manifest,
}

impl Folder {
    /// Opens the folder, making it where it is missing.
    pub(super) fn open(library: &Path) -> Result<Self> {
        let site = library.join(FOLDER);
        if fs::symlink_metadata(&site).is_ok_and(|found| !found.is_dir()) {
            return Err(Error::InTheWay { path: FOLDER.into() });
        }
        fs::create_dir_all(&site).map_err(Error::io(&site, "made"))?;
        let manifest = read_manifest(&site)?;
        let folder = Self { site, manifest };
        folder.clear()?;
        Ok(folder)
    }

    /// Where a post was shown after the last delivery.
    pub(super) fn shown(&self, post: &str) -> Option<&Shown> {
        self.manifest.posts.get(post)
    }

    /// The paths that Fonds wrote or was about to write.
    pub(super) fn written(&self) -> Vec<String> {
        let mut paths: Vec<_> =
            self.manifest.files.keys().chain(self.manifest.pending.keys()).cloned().collect();
        paths.sort();
        paths.dedup();
        paths
    }

    /// Whether `path` has to be written to hold the bytes with this digest.
    ///
    /// # Errors
    /// [`Error::InTheWay`] when other bytes are there that Fonds did not write.
    pub(super) fn needs(&self, path: &str, digest: &str, step: Step<'_>) -> Result<bool> {
        match self.digest(path, step)? {
            None => Ok(true),
            Some(found) if found == digest => Ok(false),
            Some(found) if self.owns(path, &found) => Ok(true),
            Some(_) => Err(in_the_way(path)),
        }
    }

    /// Refuses a path whose file is not what Fonds wrote; a missing file is fine.
    pub(super) fn check_removal(&self, path: &str, step: Step<'_>) -> Result<()> {
        match self.digest(path, step)? {
            Some(found) if !self.owns(path, &found) => Err(in_the_way(path)),
            _ => Ok(()),
        }
    }

    /// Notes what is about to be written, before any of it is.
    pub(super) fn announce(&mut self, pending: &BTreeMap<String, String>) -> Result<()> {
        let old = std::mem::take(&mut self.manifest.pending);
        // What a delivery that was cut short left behind stays known until this one is finished.
        for (path, digest) in old {
            if self.digest(&path, &mut |_| Ok(()))?.is_some_and(|found| found == digest) {
                self.manifest.files.insert(path, digest);
            }
        }
        self.manifest.pending.clone_from(pending);
        self.save()
    }

    /// Writes a file from a stream.
    ///
    /// # Errors
    /// `wrong` when the stream's bytes have another digest; then nothing is written.
    pub(super) fn write(
        &self,
        path: &str,
        bytes: &mut dyn Read,
        digest: &str,
        step: Step<'_>,
        wrong: &dyn Fn() -> Error,
    ) -> Result<()> {
        let target = self.site.join(path);
        let parent = target.parent().unwrap_or(&self.site);
        fs::create_dir_all(parent).map_err(Error::io(parent, "made"))?;
        let mut made = self.temporary()?;
        let found = copy(bytes, made.as_file_mut(), step, &target)?;
        if found != digest {
            return Err(wrong());
        }
        made.as_file().sync_all().map_err(Error::io(&target, "written"))?;
        // Somebody may have changed the file since it was looked at.
        let exists = match self.digest(path, &mut |_| Ok(()))? {
            Some(found) if !self.owns(path, &found) => return Err(in_the_way(path)),
            found => found.is_some(),
        };
        let moved = if exists { made.persist(&target) } else { made.persist_noclobber(&target) };
        moved.map_err(|error| match error.error.kind() {
            io::ErrorKind::AlreadyExists => in_the_way(path),
            _ => Error::io(&target, "written")(error.error),
        })?;
        sync_folder(parent)
    }

    /// Removes a file of ours and the folders that it leaves empty. Whether there was one.
    pub(super) fn remove(&self, path: &str) -> Result<bool> {
        self.check_removal(path, &mut |_| Ok(()))?;
        let target = self.site.join(path);
        let removed = match fs::remove_file(&target) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            result => result.map(|()| true).map_err(Error::io(&target, "removed"))?,
        };
        for folder in target.ancestors().skip(1).take_while(|folder| *folder != self.site) {
            // Refused while anything is in it, which is what is wanted.
            if fs::remove_dir(folder).is_err() {
                break;
            }
        }
        Ok(removed)
    }

    /// Notes that the delivery is finished and that exactly these files are ours.
    pub(super) fn finish(
        mut self,
        files: BTreeMap<String, String>,
        posts: BTreeMap<String, Shown>,
    ) -> Result<()> {
        let finished = Manifest { format: FORMAT.into(), files, pending: BTreeMap::new(), posts };
        if self.manifest != finished {
            self.manifest = finished;
            self.save()?;
        }
        self.clear()
    }

    fn owns(&self, path: &str, digest: &str) -> bool {
        [&self.manifest.files, &self.manifest.pending]
            .iter()
            .any(|list| list.get(path).is_some_and(|ours| ours == digest))
    }

    /// The digest of the file at `path`, or nothing where there is none. Refuses links and folders in its place.
    fn digest(&self, path: &str, step: Step<'_>) -> Result<Option<String>> {
        let target = self.site.join(path);
        let mut walked = self.site.clone();
        for part in Path::new(path).components() {
            walked.push(part);
            let found = match fs::symlink_metadata(&walked) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
                found => found.map_err(Error::io(&walked, "read"))?,
            };
            let fits = if walked == target { found.is_file() } else { found.is_dir() };
            if !fits {
                let shown = walked.strip_prefix(&self.site).unwrap_or(&walked);
                return Err(in_the_way(&shown.to_string_lossy()));
            }
        }
        let mut file = File::open(&target).map_err(Error::io(&target, "read"))?;
        copy(&mut file, &mut io::sink(), step, &target).map(Some)
    }

    fn save(&mut self) -> Result<()> {
        self.manifest.format = FORMAT.into();
        let path = self.site.join(MANIFEST);
        let mut made = self.temporary()?;
        let mut bytes = serde_json::to_vec_pretty(&self.manifest).map_err(|error| Error::Manifest {
            path: format!("{FOLDER}/{MANIFEST}"),
            reason: error.to_string(),
        })?;
        bytes.push(b'\n');
        made.write_all(&bytes).map_err(Error::io(&path, "written"))?;
        made.as_file().sync_all().map_err(Error::io(&path, "written"))?;
        made.persist(&path).map_err(|error| Error::io(&path, "written")(error.error))?;
        sync_folder(&self.site)
    }

    fn temporary(&self) -> Result<tempfile::NamedTempFile> {
        let making = self.site.join(MAKING);
        fs::create_dir_all(&making).map_err(Error::io(&making, "made"))?;
        let mut builder = tempfile::Builder::new();
        // A web server that runs as another user has to be able to read the site; the umask still applies.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        builder.tempfile_in(&making).map_err(Error::io(&making, "written"))
    }

    fn clear(&self) -> Result<()> {
        let making = self.site.join(MAKING);
        match fs::remove_dir_all(&making) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(Error::io(&making, "removed")(error))
            }
            _ => Ok(()),
        }
    }
}

/// Called with the number of bytes that were just dealt with; an error stops the work.
pub(super) type Step<'s> = &'s mut dyn FnMut(u64) -> Result<()>;

fn in_the_way(path: &str) -> Error {
    Error::InTheWay { path: format!("{FOLDER}/{path}") }
}

fn read_manifest(site: &Path) -> Result<Manifest> {
    let path = site.join(MANIFEST);
    let refuse = |reason: String| Error::Manifest { path: format!("{FOLDER}/{MANIFEST}"), reason };
    let file = match File::open(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Manifest::default()),
        file => file.map_err(Error::io(&path, "read"))?,
    };
    let mut text = String::new();
    file.take(LARGEST_MANIFEST).read_to_string(&mut text).map_err(Error::io(&path, "read"))?;
    let manifest: Manifest = serde_json::from_str(&text).map_err(|error| refuse(error.to_string()))?;
    if manifest.format != FORMAT {
        return Err(refuse(format!("its format is “{}”, not “{FORMAT}”", manifest.format)));
    }
    // What it names may be removed, so nothing in it may lead out of the site.
    let inside = |path: &String| {
        !path.is_empty()
            && !path.contains(['\\', ':'])
            && path.split('/').all(|part| !part.is_empty() && part != "." && part != "..")
    };
    match manifest.files.keys().chain(manifest.pending.keys()).find(|path| !inside(path)) {
        Some(path) => Err(refuse(format!("it names “{path}”, which is not in the site"))),
        None => Ok(manifest),
    }
}

/// Copies and gives the digest of what was copied.
fn copy(from: &mut dyn Read, to: &mut dyn Write, step: Step<'_>, path: &Path) -> Result<String> {
    let (mut hasher, mut buffer) = (Sha256::new(), vec![0; CHUNK]);
    loop {
        let length = match from.read(&mut buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            length => length.map_err(Error::io(path, "read"))?,
        };
        let Some(chunk) = buffer.get(..length).filter(|chunk| !chunk.is_empty()) else {
            return Ok(hex(hasher));
        };
        hasher.update(chunk);
        to.write_all(chunk).map_err(Error::io(path, "written"))?;
        step(chunk.len() as u64)?;
    }
}

pub(super) fn digest_of(bytes: &[u8]) -> String {
    hex(Sha256::new_with_prefix(bytes))
}

fn hex(hasher: Sha256) -> String {
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A rename is only kept through a power loss once its folder is on the disk.
fn sync_folder(folder: &Path) -> Result<()> {
    if cfg!(unix) {
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(Error::io(folder, "written"))?;
    }
    Ok(())
}
