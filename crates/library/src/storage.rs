//! Where a library lies: on a disk of this computer, or on one that others reach over a network.
//!
//! SQLite's write-ahead log shares memory between programs, which two computers cannot. On a network file system a library
//! therefore keeps a rollback journal, and one program at a time has it open: a second one is refused.

use std::collections::HashMap;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use crate::{Error, Result, STATE};

/// What kind of file system a library lies on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Storage {
    /// A disk of this computer, as far as can be told.
    Local,
    /// One that other computers may reach as well, by its name.
    Network(&'static str),
}

/// The file systems that other computers may be behind, by the numbers that Linux gives them (`statfs(2)`). What a program
/// in user space serves (FUSE) may be anything: it counts as one.
const NETWORKS: &[(u64, &str)] = &[
    (0x6969, "NFS"),
    (0x517b, "SMB"),
    (0xff53_4d42, "SMB"),
    (0xfe53_4d42, "SMB"),
    (0x6573_5546, "FUSE"),
    (0x0102_1997, "9P"),
    (0x00c3_6400, "Ceph"),
    (0x5346_414f, "AFS"),
    (0x6b41_4653, "AFS"),
    (0x7375_7245, "Coda"),
    (0x0bd0_0bd0, "Lustre"),
    (0x4750_4653, "GPFS"),
];

impl Storage {
    /// What a folder lies on.
    pub fn of(folder: &Path) -> Self {
        #[cfg(target_os = "linux")]
        if let Ok(found) = rustix::fs::statfs(folder) {
            // The type is a signed number of some width, by the computer's kind: its low 32 bits are what it says.
            #[allow(
                clippy::unnecessary_cast,
                clippy::cast_sign_loss,
                reason = "its width differs by architecture"
            )]
            return Self::of_number(found.f_type as u64 & 0xffff_ffff);
        }
        let _ = folder;
        Storage::Local
    }

    fn of_number(number: u64) -> Self {
        let known = NETWORKS.iter().find(|(network, _)| *network == number);
        known.map_or(Storage::Local, |(_, name)| Storage::Network(name))
    }
}

/// The one program that has a library open: held until the last of its connections is closed.
pub(crate) type Alone = Arc<File>;

/// What this program has open on network file systems, by the lock's path.
static OPEN: Mutex<Option<HashMap<PathBuf, Weak<File>>>> = Mutex::new(None);

/// Takes the library in `root` for this program alone.
///
/// # Errors
/// [`Error::InUse`] where another program has it.
pub(crate) fn alone(root: &Path) -> Result<Alone> {
    let path = root.join(STATE).join("open.lock");
    let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
    let open = open.get_or_insert_default();
    open.retain(|_, lock| lock.strong_count() > 0);
    let file =
        File::options().create(true).truncate(false).write(true).open(&path).map_err(Error::io(&path))?;
    let key = path.canonicalize().map_err(Error::io(&path))?;
    if let Some(ours) = open.get(&key).and_then(Weak::upgrade) {
        return Ok(ours);
    }
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(Error::InUse { path: root.into() }),
        Err(TryLockError::Error(source)) => return Err(Error::io(&path)(source)),
    }
    let file = Arc::new(file);
    open.insert(key, Arc::downgrade(&file));
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_of_this_computer_is_none_of_a_network() {
        assert_eq!(Storage::of(Path::new("/")), Storage::Local);
        assert_eq!(Storage::of_number(0xef53), Storage::Local);
        assert_eq!(Storage::of_number(0x6969), Storage::Network("NFS"));
        assert_eq!(Storage::of_number(0xff53_4d42), Storage::Network("SMB"));
    }
}
