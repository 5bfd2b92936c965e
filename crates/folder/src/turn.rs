//! One program at a time goes between a library's files and what is recorded of them.
//!
//! Between a file's writing and its record another program of ours would take the file for an outside edit, and merge
//! it. The lock is the system's: it ends with the program that holds it, however that ends.

use std::fs::{File, OpenOptions};

use fonds_library::{Library, STATE};

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
