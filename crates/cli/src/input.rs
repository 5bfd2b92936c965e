//! Reads what an argument names: a file, or standard input for `-`.

use std::io::Read;
use std::path::Path;

use crate::{Error, Result};

/// The largest input that is read, in bytes.
pub const LARGEST: u64 = 100 * 1024 * 1024;

/// A text file, or standard input where the path is `-`.
pub fn text(path: &Path) -> Result<String> {
    let name = || path.display().to_string();
    let unreadable = |reason| Error::Unreadable { path: name(), reason };
    let mut bytes = Vec::new();
    if path.as_os_str() == "-" {
        std::io::stdin().lock().take(LARGEST + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    } else {
        let file = std::fs::File::open(path).map_err(unreadable)?;
        file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    }
    if bytes.len() as u64 > LARGEST {
        return Err(Error::TooLarge { path: name() });
    }
    String::from_utf8(bytes).map_err(|_| Error::NotUtf8 { path: name() })
}
