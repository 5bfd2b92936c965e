//! One program at a time goes between a library's files and what is recorded of them.
//!
//! Between a file's writing and its record another program of ours would take the file for an outside edit, and merge
//! it. The lock is the system's: it ends with the program that holds it, however that ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use fonds_library::{Library, STATE};

use crate::{Error, Result};

/// The turn; it ends when this is dropped.
pub(crate) struct Turn {
    _lock: Option<File>,
}

/// Waits for the turn. Where the file system knows no locks, or may not be written to, nobody waits.
pub(crate) fn take(library: &Library) -> Turn {
    let place = library.root().join(STATE).join("folder.lock");
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(place).ok();
    Turn { _lock: file.filter(|file| file.lock().is_ok()) }
}

/// The right to be the one that watches a library's folder, until this is dropped.
#[derive(Debug)]
pub struct Watching {
    _lock: Option<File>,
}

impl Watching {
    /// Gives it, unless another program of ours watches. Where the file system knows no locks, everybody may.
    pub fn begin(root: &Path) -> Result<Option<Self>> {
        let place = root.join(STATE).join("watch.lock");
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&place);
        let file = file.map_err(Error::io(&place))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Watching { _lock: Some(file) })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(_)) => Ok(Some(Watching { _lock: None })),
        }
    }
}
