//! PDFs and images: a new file is an attachment, a changed one its next version. One that is still being written waits.

use std::fs::File;
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;

use fonds_library::{AttachmentVersion, Id, Library, Media};
use sha2::{Digest, Sha256};

use crate::disk;
use crate::scan::Found;
use crate::{Error, Folder, Outcome, Refusal, Result, Stamp, names};

/// How far from either end the marks of a whole file may stand, in bytes.
const EDGE: u64 = 1024;

/// Looks whether a file is of the kind that its name says, and whole as far as its beginning and end show (for a PDF,
/// ISO 32000-2, 7.5.2 and 7.5.5).
pub(crate) fn look(path: &Path) -> Found {
    let named = Media::of_name(&path.to_string_lossy());
    match edges(path) {
        Ok((0, ..)) => Found::Waiting,
        Ok((size, head, tail)) => match Media::of_bytes(&head) {
            Some(media) if named == Some(media) && media.is_whole(size, &head, &tail) => Found::Attachment,
            Some(media) if named == Some(media) => Found::Refused(Refusal::Unfinished),
            _ => Found::Refused(Refusal::NotAsNamed),
        },
        Err(e) if e.kind() == ErrorKind::NotFound => Found::Waiting,
        Err(e) => Found::Refused(Refusal::Unreadable { reason: e.to_string() }),
    }
}

fn edges(path: &Path) -> std::io::Result<(u64, Vec<u8>, Vec<u8>)> {
    let mut file = File::open(path)?;
    let size = file.metadata()?.len();
    let (mut head, mut tail) = (Vec::new(), Vec::new());
    (&mut file).take(EDGE).read_to_end(&mut head)?;
    file.seek(SeekFrom::Start(size.saturating_sub(EDGE)))?;
    file.take(EDGE).read_to_end(&mut tail)?;
    Ok((size, head, tail))
}

/// Takes a file in. One that changes while it is read waits for the next time; so does one that another program of ours
/// made an attachment of since the plan was made, unless it is that attachment's.
pub(crate) fn take(
    library: &mut Library,
    path: &str,
    attachment: Option<Id>,
    ctx: &Folder<'_>,
) -> Result<Vec<Outcome>> {
    let place = names::on_disk(library.root(), path)?;
    if let Some(id) = attachment
        && settled_as(library, id, &place, ctx)?
    {
        return Ok(vec![]);
    }
    if let Found::Refused(reason @ Refusal::Unfinished) = look(&place) {
        return Ok(vec![Outcome::Refused { path: path.into(), reason }]);
    }
    let mut file = match File::open(&place) {
        Ok(file) => file,
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(vec![]),
        Err(e) => return Err(Error::io(&place)(e)),
    };
    let stamp = disk::stamp_of(&file.metadata().map_err(Error::io(&place))?);
    let blob = library.blobs().put(&mut file)?;
    let after = disk::stamp_of(&file.metadata().map_err(Error::io(&place))?);
    if after != stamp || blob.size != stamp.size || look(&place) != Found::Attachment {
        return Ok(vec![]);
    }
    (ctx.between)("attachment: its bytes are stored")?;
    let mut outcomes = Vec::new();
    let by_now = library.attachment_at(path)?.map(|attachment| attachment.id);
    if by_now != attachment
        && !by_now.map_or(Ok(true), |id| Ok::<_, Error>(newest(library, id)?.blob == blob))?
    {
        return Ok(outcomes);
    }
    let id = match by_now {
        Some(id) if newest(library, id)?.blob == blob => id,
        Some(id) => {
            let (reference, posts) = library.replace_attachment(ctx.act, id, &blob)?;
            outcomes.push(Outcome::AttachmentReplaced { attachment: id, version: reference.version, posts });
            id
        }
        None => {
            let id = library.add_attachment(ctx.act, (ctx.new_id)(), path, &blob)?.id;
            outcomes.push(Outcome::AttachmentAdded { attachment: id, path: path.into() });
            id
        }
    };
    (ctx.between)("attachment: its file is not recorded")?;
    let stamp = disk::settled(stamp, ctx.act.now);
    if library.attachment_file(id)? != Some(stamp) {
        library.set_attachment_file(id, stamp)?;
    }
    Ok(outcomes)
}

/// Records a file that has the bytes of the attachment's newest version, and says whether it has.
fn settled_as(library: &mut Library, id: Id, place: &Path, ctx: &Folder<'_>) -> Result<bool> {
    let newest = newest(library, id)?;
    if place.metadata().map_or(0, |metadata| metadata.len()) != newest.blob.size {
        return Ok(false);
    }
    // What cannot be read now is told of where it is taken in.
    let there = digest(place).ok().flatten();
    let Some((stamp, _)) = there.filter(|(_, sha256)| *sha256 == newest.blob.sha256) else {
        return Ok(false);
    };
    let stamp = disk::settled(stamp, ctx.act.now);
    if library.attachment_file(id)? != Some(stamp) {
        library.set_attachment_file(id, stamp)?;
    }
    Ok(true)
}

/// Puts the newest version's bytes at the attachment's path: where no file is, or one with an earlier version's bytes.
/// The same bytes there already are well.
///
/// # Errors
/// [`Error::FileInTheWay`] where a different file is there: it is never overwritten.
pub fn write_attachment(library: &mut Library, attachment: Id, ctx: &Folder<'_>) -> Result<()> {
    let _turn = crate::turn::take(library);
    let path = library.attachment(attachment)?.path;
    let place = names::on_disk(library.root(), &path)?;
    let version = newest(library, attachment)?;
    let bytes = || Ok::<_, Error>(library.blobs().open_blob(&version.blob.sha256)?);
    let in_the_way = || Error::FileInTheWay { path: path.clone() };
    let stamp = match disk::create(&place, &mut bytes()?, ctx)? {
        Some(stamp) => stamp,
        None => {
            let (stamp, there) = digest(&place).map_err(Error::io(&place))?.ok_or_else(in_the_way)?;
            if there == version.blob.sha256 {
                stamp
            } else {
                let versions = library.attachment_versions(attachment)?;
                if !versions.iter().any(|earlier| earlier.blob.sha256 == there) {
                    return Err(in_the_way());
                }
                let as_seen = || Ok(disk::stamp_of(&place.symlink_metadata()?) == stamp);
                disk::exchange(&place, &mut bytes()?, &as_seen, ctx)?.ok_or_else(in_the_way)?
            }
        }
    };
    (ctx.between)("attachment: its new file is not recorded")?;
    library.set_attachment_file(attachment, disk::settled(stamp, ctx.act.now))?;
    Ok(())
}

/// The stamp and the SHA-256 of what is at a place; nothing where that is no file.
fn digest(place: &Path) -> std::io::Result<Option<(Stamp, String)>> {
    if !place.symlink_metadata()?.file_type().is_file() {
        return Ok(None);
    }
    let mut file = File::open(place)?;
    let stamp = disk::stamp_of(&file.metadata()?);
    let mut digest = Sha256::new();
    let mut part = vec![0; 256 * 1024];
    loop {
        let read = file.read(&mut part)?;
        if read == 0 {
            break;
        }
        digest.update(part.get(..read).unwrap_or_default());
    }
    let sha256 = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Some((stamp, sha256)))
}

fn newest(library: &Library, attachment: Id) -> Result<AttachmentVersion> {
    let newest = library.attachment_versions(attachment)?.pop();
    Ok(newest
        .ok_or_else(|| fonds_library::Error::NotFound { kind: "attachment", name: attachment.to_string() })?)
}
