//! Reading and writing single files: bounded, whole or not at all, never over bytes that were not seen.

use std::fs::{File, Metadata};
use std::io::{ErrorKind, Read};
use std::path::Path;
use std::time::UNIX_EPOCH;

use fonds_library::Timestamp;
use tempfile::NamedTempFile;

use crate::{Error, Folder, Refusal, Result, Stamp};

/// The longest Markdown file that is read, in bytes.
pub const MAX_MARKDOWN: u64 = 100_000_000;

/// File systems keep times as coarsely as this: a file that changed this short a time ago can change again unseen.
const COARSEST_CLOCK: i64 = 2_000_000_000;

/// The recorded time of a file that has to be read again however it looks.
const UNSETTLED: i64 = i64::MIN;

/// What a file looks like.
pub(crate) fn stamp_of(metadata: &Metadata) -> Stamp {
    let modified = metadata.modified().unwrap_or(UNIX_EPOCH);
    let mtime = match modified.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_nanos()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_nanos()).map_or(UNSETTLED, |nanos| -nanos),
    };
    #[cfg(unix)]
    let changed = {
        use std::os::unix::fs::MetadataExt;
        metadata.ctime().saturating_mul(1_000_000_000).saturating_add(metadata.ctime_nsec())
    };
    #[cfg(not(unix))]
    let changed = 0;
    Stamp { size: metadata.len(), mtime, changed }
}

/// The stamp to record: one that never matches, where the file changed too short a time before `now` for the next
/// change to show.
pub(crate) fn settled(stamp: Stamp, now: Timestamp) -> Stamp {
    let now = now.as_millis().saturating_mul(1_000_000);
    let last = stamp.mtime.max(stamp.changed);
    if last.saturating_add(COARSEST_CLOCK) > now { unsettled(stamp) } else { stamp }
}

/// A stamp that never matches.
pub(crate) fn unsettled(stamp: Stamp) -> Stamp {
    Stamp { mtime: UNSETTLED, ..stamp }
}

/// What reading a file gave.
pub(crate) enum Reading {
    /// Its text, and the stamp that belongs to it.
    Text(Stamp, String),
    /// Empty, gone, or being written just now: to be looked at again.
    Waiting,
    /// Left alone.
    Refused(Refusal),
}

/// Reads a Markdown file.
pub(crate) fn read_text(path: &Path) -> Reading {
    match read(path) {
        Ok(read) => read,
        Err(e) if e.kind() == ErrorKind::NotFound => Reading::Waiting,
        Err(e) => Reading::Refused(Refusal::Unreadable { reason: e.to_string() }),
    }
}

fn read(path: &Path) -> std::io::Result<Reading> {
    let mut file = File::open(path)?;
    let before = file.metadata()?;
    if before.len() > MAX_MARKDOWN {
        return Ok(Reading::Refused(Refusal::TooLarge { size: before.len() }));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(before.len()).unwrap_or(0));
    (&mut file).take(MAX_MARKDOWN + 1).read_to_end(&mut bytes)?;
    let stamp = stamp_of(&file.metadata()?);
    // An editor that writes in place empties the file first: an empty text is never taken for what the author meant.
    if bytes.is_empty() || stamp != stamp_of(&before) || bytes.len() as u64 != stamp.size {
        return Ok(Reading::Waiting);
    }
    Ok(match String::from_utf8(bytes) {
        Ok(text) => Reading::Text(stamp, text),
        Err(_) => Reading::Refused(Refusal::NotUtf8),
    })
}

/// Replaces a file whose bytes are `seen`. Gives nothing, and touches nothing, where they are not.
pub(crate) fn replace(path: &Path, seen: &str, text: &str, ctx: &Folder<'_>) -> Result<Option<Stamp>> {
    exchange(path, &mut text.as_bytes(), &|| Ok(std::fs::read(path)? == seen.as_bytes()), ctx)
}

/// Replaces a file that is as it was seen, which is asked at the last moment. Gives nothing, and touches nothing, where
/// it is not.
pub(crate) fn exchange(
    path: &Path,
    bytes: &mut dyn Read,
    as_seen: &dyn Fn() -> std::io::Result<bool>,
    ctx: &Folder<'_>,
) -> Result<Option<Stamp>> {
    let folder = path.parent().unwrap_or(path);
    let old = path.symlink_metadata().map_err(Error::io(path))?;
    if !old.file_type().is_file() {
        return Ok(None);
    }
    // A rename would get past a file that is meant to stay as it is.
    if old.permissions().readonly() {
        return Err(Error::io(path)(ErrorKind::PermissionDenied.into()));
    }
    let mut new = temporary(folder).map_err(Error::io(path))?;
    (ctx.between)("file: a temporary one is there")?;
    let mut write = |new: &mut NamedTempFile| {
        std::io::copy(bytes, new.as_file_mut())?;
        new.as_file().set_permissions(old.permissions())?;
        new.as_file().sync_all()
    };
    write(&mut new).map_err(Error::io(path))?;
    (ctx.between)("file: the temporary one is written")?;
    if !as_seen().map_err(Error::io(path))? {
        return Ok(None);
    }
    let file = new.persist(path).map_err(|e| Error::io(path)(e.error))?;
    (ctx.between)("file: it is replaced")?;
    sync_folder(folder).map_err(Error::io(path))?;
    Ok(Some(stamp_of(&file.metadata().map_err(Error::io(path))?)))
}

/// Writes a file where none is. Gives nothing where one is.
pub(crate) fn create(path: &Path, bytes: &mut dyn Read, ctx: &Folder<'_>) -> Result<Option<Stamp>> {
    let folder = path.parent().unwrap_or(path);
    std::fs::create_dir_all(folder).map_err(Error::io(path))?;
    let mut new = temporary(folder).map_err(Error::io(path))?;
    (ctx.between)("new file: a temporary one is there")?;
    std::io::copy(bytes, new.as_file_mut())
        .and_then(|_| new.as_file().sync_all())
        .map_err(Error::io(path))?;
    (ctx.between)("new file: the temporary one is written")?;
    match new.persist_noclobber(path) {
        Ok(file) => {
            (ctx.between)("new file: it is there")?;
            sync_folder(folder).map_err(Error::io(path))?;
            Ok(Some(stamp_of(&file.metadata().map_err(Error::io(path))?)))
        }
        Err(e) if e.error.kind() == ErrorKind::AlreadyExists => Ok(None),
        Err(e) => Err(Error::io(path)(e.error)),
    }
}

/// A temporary file that nobody takes for a post, with the permissions that a new file usually has.
fn temporary(folder: &Path) -> std::io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".fonds-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

/// Makes a rename in `folder` survive a power cut.
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}
