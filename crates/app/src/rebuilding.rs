//! A damaged database made anew, in its place, from exports and the files that are still there.

use std::path::Path;

use fonds_library::STATE;

use crate::{ActorView, Error, FolderEvent, Language, Progress, Result, Session, backups, restoring};

/// Rebuilds the database of the library in `root` from `zips` (the newest full export and every incremental one after it),
/// then takes in the Markdown files and PDFs as they are now: what was written since the export comes in as edits of it.
///
/// The damaged database is kept in `.fonds/damaged-…`. Nothing else is removed, and nothing is moved before the exports are
/// verified and restored. Broken off, it can be begun anew.
pub fn rebuild(
    root: &Path,
    zips: &[impl AsRef<Path>],
    actor: &ActorView,
    language: Language,
    progress: &mut Progress<'_>,
) -> Result<(Session, Vec<FolderEvent>)> {
    let state = root.join(STATE);
    if !state.is_dir() {
        return Err(Error::new("library.not_found").with("path", root.display()));
    }
    let workshop =
        tempfile::Builder::new().prefix("rebuilding-").tempdir_in(&state).map_err(Error::io(&state))?;
    let made = workshop.path().join("lib");
    restoring::restore(zips, &made, actor, language, progress)?;
    bring_blobs(&made.join(STATE).join("blobs"), &state.join("blobs"))?;
    backups::set_aside(root, "damaged")?;
    let (from, to) = (made.join(STATE).join("library.db"), state.join("library.db"));
    std::fs::rename(&from, &to).map_err(Error::io(&to))?;
    let mut session = Session::open(root, actor, language)?;
    let events = session.sync_folder()?;
    Ok((session, events))
}

/// Moves every stored file that is not there yet; one that is there and damaged is what `check --repair` mends.
fn bring_blobs(from: &Path, to: &Path) -> Result<()> {
    for folder in walkdir::WalkDir::new(from).min_depth(2).max_depth(2) {
        let entry = folder.map_err(|e| Error::io(from)(e.into()))?;
        let place = to.join(entry.path().strip_prefix(from).unwrap_or(entry.path()));
        let same =
            place.metadata().is_ok_and(|there| entry.metadata().is_ok_and(|new| new.len() == there.len()));
        if same {
            continue;
        }
        let folder = place.parent().unwrap_or(to);
        std::fs::create_dir_all(folder).map_err(Error::io(folder))?;
        std::fs::rename(entry.path(), &place).map_err(Error::io(&place))?;
    }
    Ok(())
}
