//! Carries a plan out, step by step. Each step leaves library and folder in order: after a crash between two, the next
//! scan finds what is left to do.

use fonds_library::{Id, Library, MirroredFile};
use fonds_markdown::front_matter;

use crate::disk::{self, Reading};
use crate::plan::Operation;
use crate::{Error, Folder, Outcome, Refusal, Result, Stamp, attachments, ingest, names, turn};

/// Takes these steps of a plan, in their order, and gives what came of them. All of it survives a power cut when this
/// returns; until then a cut leaves some steps to the next scan.
pub fn apply(library: &mut Library, steps: &[Operation], ctx: &Folder<'_>) -> Result<Vec<Outcome>> {
    let _turn = turn::take(library);
    apply_in_turn(library, steps, ctx)
}

pub(crate) fn apply_in_turn(
    library: &mut Library,
    steps: &[Operation],
    ctx: &Folder<'_>,
) -> Result<Vec<Outcome>> {
    let mut outcomes = Vec::new();
    if steps.is_empty() {
        return Ok(outcomes);
    }
    let done = steps.iter().try_for_each(|step| {
        // Whatever writes a file has synced everything before it did.
        library.defer_sync()?;
        take(library, step, ctx, &mut outcomes)?;
        (ctx.between)("apply: a step is done")
    });
    library.sync_now()?;
    done.map(|()| outcomes)
}

fn take(
    library: &mut Library,
    step: &Operation,
    ctx: &Folder<'_>,
    outcomes: &mut Vec<Outcome>,
) -> Result<()> {
    match step {
        Operation::TakeAttachment { path, attachment } => {
            let done = attachments::take(library, path, *attachment, ctx);
            outcomes.extend(unless_refused(done, path)?);
        }
        Operation::Miss { post, path } => {
            if record(library, *post, |row, _| {
                let same = !row.missing && row.path == *path;
                row.missing |= same;
                same
            })? {
                outcomes.push(Outcome::Missing { post: *post });
            }
        }
        Operation::Move { post, from, to } => {
            if record(library, *post, |row, there| {
                let moved = row.path == *from && there(to);
                if moved {
                    row.path.clone_from(to);
                    row.missing = false;
                }
                moved
            })? {
                outcomes.push(Outcome::Renamed { post: *post, from: from.clone(), to: to.clone() });
            }
        }
        Operation::Return { post } => {
            if record(library, *post, |row, there| {
                row.missing &= !there(&row.path);
                !row.missing
            })? {
                outcomes.push(Outcome::Returned { post: *post });
            }
        }
        Operation::Take { post, path, says } => {
            let done = with_text(library, path, says.as_deref(), |library, stamp, text| {
                ingest::take(library, *post, path, stamp, text, ctx)
            });
            outcomes.extend(unless_refused(done, path)?);
        }
        Operation::TakeCopy { post, path, says, certain } => {
            let done = with_text(library, path, says.as_deref(), |library, _, text| {
                ingest::take_copy(library, *post, path, text, *certain, ctx)
            });
            outcomes.extend(unless_refused(done, path)?);
        }
        Operation::Create { path, says, id } => {
            let done = with_text(library, path, says.as_deref(), |library, _, text| {
                ingest::create(library, path, text, *id, ctx)
            });
            outcomes.extend(unless_refused(done, path)?);
        }
        Operation::Refuse { path, reason } => {
            outcomes.push(Outcome::Refused { path: path.clone(), reason: reason.clone() });
        }
    }
    Ok(())
}

/// Reads a file that was planned for, and does something with its text if it still has the id that it had then.
fn with_text(
    library: &mut Library,
    path: &str,
    says: Option<&str>,
    act: impl FnOnce(&mut Library, Stamp, &str) -> Result<Vec<Outcome>>,
) -> Result<Vec<Outcome>> {
    match disk::read_text(&names::on_disk(library.root(), path)?) {
        Reading::Text(stamp, text) => {
            let same = front_matter::parse(&text).is_ok_and(|read| read.owned.id.as_deref() == says);
            if same { act(library, stamp, &text) } else { Ok(vec![]) }
        }
        Reading::Waiting => Ok(vec![]),
        Reading::Refused(reason) => Ok(vec![Outcome::Refused { path: path.into(), reason }]),
    }
}

/// Changes what is recorded of a post's file, if it is still as it was when the plan was made; says whether it was.
/// `change` is told whether there is a file at a path.
fn record(
    library: &mut Library,
    post: Id,
    change: impl FnOnce(&mut MirroredFile, &dyn Fn(&str) -> bool) -> bool,
) -> Result<bool> {
    let root = library.root().to_owned();
    let there = |path: &str| {
        names::on_disk(&root, path)
            .is_ok_and(|place| place.symlink_metadata().is_ok_and(|found| found.is_file()))
    };
    let Some(mut row) = library.mirrored_file(post)? else { return Ok(false) };
    if !change(&mut row, &there) {
        return Ok(false);
    }
    let base = library.mirror_base(post)?;
    library.set_mirrored_file(&row, &base)?;
    Ok(true)
}

/// What is wrong with one file stops nothing else.
pub(crate) fn unless_refused(done: Result<Vec<Outcome>>, path: &str) -> Result<Vec<Outcome>> {
    let refused = |reason: String| {
        vec![Outcome::Refused { path: path.into(), reason: Refusal::NotWritable { reason } }]
    };
    match done {
        Err(Error::Io { source, .. }) => Ok(refused(source.to_string())),
        Err(error @ Error::UnsafePath { .. }) => Ok(refused(error.to_string())),
        other => other,
    }
}
