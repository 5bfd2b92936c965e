//! From the library to the files.

use std::path::Path;

use fonds_library::{Id, Library, MirroredFile};
use fonds_markdown::front_matter;

use crate::disk::{self, Reading};
use crate::{Error, Folder, Outcome, Result, Stamp, ingest, names, text, turn};

/// How often a new name is looked for when other programs keep taking it.
const MOST_TRIES: u32 = 16;

/// Writes a post's text, as it now stands, to its file, and gives what was found on the way.
///
/// A post without a file gets one. A file that another program changed is taken in first, and merged. While a conflict
/// waits the file stays as the other program wrote it. A missing file stays missing ([`write_again`] makes it anew):
/// its folder may be on a disk that is not there now. A file that cannot be taken in is named and not written over.
pub fn write_post(library: &mut Library, post: Id, ctx: &Folder<'_>) -> Result<Vec<Outcome>> {
    let _turn = turn::take(library);
    write_in_turn(library, post, ctx)
}

fn write_in_turn(library: &mut Library, post: Id, ctx: &Folder<'_>) -> Result<Vec<Outcome>> {
    let Some(row) = library.mirrored_file(post)? else {
        if library.post(post)?.trashed_at.is_none() {
            write_new(library, post, None, ctx)?;
        }
        return Ok(vec![]);
    };
    // No bytes were ever there: the name is what a restore found in the archive.
    let base = library.mirror_base(post)?;
    if row.missing && base.is_empty() {
        write_new(library, post, Some(&row.path), ctx)?;
        return Ok(vec![]);
    }
    if row.missing {
        return crate::sync_in_turn(library, ctx);
    }
    let place = match names::on_disk(library.root(), &row.path) {
        Ok(place) if place.symlink_metadata().is_ok_and(|found| found.file_type().is_file()) => place,
        _ => return crate::sync_in_turn(library, ctx),
    };
    match disk::read_text(&place) {
        Reading::Text(stamp, file) if file.as_bytes() == base => {
            put(library, post, &row.path, &file, stamp, ctx)?;
            Ok(vec![])
        }
        Reading::Text(_, file) if is_of_another(&file, post) => crate::sync_in_turn(library, ctx),
        Reading::Text(stamp, file) => ingest::take(library, post, &row.path, stamp, &file, ctx),
        Reading::Waiting => Ok(vec![]),
        Reading::Refused(reason) => Ok(vec![Outcome::Refused { path: row.path, reason }]),
    }
}

/// Gives a post whose file has vanished a file again, because the author asks for it.
///
/// Under the name that it had, or a new one where another file has that now.
pub fn write_again(library: &mut Library, post: Id, ctx: &Folder<'_>) -> Result<Vec<Outcome>> {
    let _turn = turn::take(library);
    let outcomes = write_in_turn(library, post, ctx)?;
    if let Some(row) = library.mirrored_file(post)?.filter(|row| row.missing) {
        write_new(library, post, Some(&row.path), ctx)?;
    }
    Ok(outcomes)
}

/// Removes the file of a post that is being purged, where it is just as Fonds last wrote or read it. What another program
/// changed in it since is not Fonds' to destroy: then it stays, and this says so.
pub fn remove_file(root: &Path, path: &str, base: &[u8]) -> Result<bool> {
    let place = names::on_disk(root, path)?;
    match disk::read_text(&place) {
        Reading::Text(_, file) if file.as_bytes() == base => {
            std::fs::remove_file(&place).map_err(Error::io(&place))?;
            Ok(true)
        }
        _ => Ok(!place.exists()),
    }
}

fn is_of_another(file: &str, post: Id) -> bool {
    let id = front_matter::parse(file).ok().and_then(|read| read.owned.id);
    id.and_then(|value| value.trim().parse::<Id>().ok()).is_some_and(|id| id != post)
}

fn write_new(library: &mut Library, id: Id, name: Option<&str>, ctx: &Folder<'_>) -> Result<()> {
    let post = library.post(id)?;
    let content = library.current(id)?;
    let text = text::render(library, &post, &content, None, ctx.retired)?;
    let mut path = match name.filter(|name| names::on_disk(library.root(), name).is_ok()) {
        Some(name) => name.to_owned(),
        None => names::new_path(library, &post, ctx)?,
    };
    for _ in 0..MOST_TRIES {
        let place = names::on_disk(library.root(), &path)?;
        library.announce_file(id, &path, text.as_bytes())?;
        if let Some(stamp) = disk::create(&place, &mut text.as_bytes(), ctx)? {
            (ctx.between)("new file: it is not recorded")?;
            return record(library, id, &path, &text, disk::settled(stamp, ctx.act.now));
        }
        path = names::new_path(library, &post, ctx)?;
    }
    let taken = std::io::Error::from(std::io::ErrorKind::AlreadyExists);
    Err(Error::io(library.root().join(path))(taken))
}

/// Writes to a file, whose text was just read to be `file`, what it lacks. Changed since, it is left to the next scan.
pub(crate) fn put(
    library: &mut Library,
    id: Id,
    path: &str,
    file: &str,
    stamp: Stamp,
    ctx: &Folder<'_>,
) -> Result<()> {
    let post = library.post(id)?;
    let now = ctx.act.now;
    if post.conflict || post.trashed_at.is_some() {
        return record(library, id, path, file, disk::settled(stamp, now));
    }
    let content = library.current(id)?;
    let text = text::render(library, &post, &content, Some(file), ctx.retired)?;
    if text == file {
        return record(library, id, path, file, disk::settled(stamp, now));
    }
    let place = names::on_disk(library.root(), path)?;
    library.announce_file(id, path, text.as_bytes())?;
    // What the file brought has to be safe before the file is another.
    library.sync_now()?;
    let replaced = disk::replace(&place, file, &text, ctx)?;
    (ctx.between)("file: it is not recorded")?;
    match replaced {
        Some(stamp) => record(library, id, path, &text, disk::settled(stamp, now)),
        None => record(library, id, path, file, disk::unsettled(stamp)),
    }
}

/// Records what a post's file is, where that is not recorded yet.
pub(crate) fn record(library: &mut Library, post: Id, path: &str, file: &str, stamp: Stamp) -> Result<()> {
    let row = MirroredFile { post, path: path.into(), stamp, missing: false };
    if library.mirrored_file(post)?.as_ref() != Some(&row) || library.mirror_base(post)? != file.as_bytes() {
        library.set_mirrored_file(&row, file.as_bytes())?;
    }
    Ok(())
}
