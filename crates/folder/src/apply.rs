//! Carries a plan out, step by step. Each step leaves library and folder in order: after a crash between two, the next
//! scan finds what is left to do.

use fonds_library::{Id, Library, MirroredFile};

use crate::plan::{Operation, Plan};
use crate::{Error, Folder, Outcome, Refusal, Result, attachments, ingest};

/// Carries the plan out and gives what came of it, in that order.
pub fn apply(library: &mut Library, plan: Plan, ctx: &Folder<'_>) -> Result<Vec<Outcome>> {
    let mut outcomes = Vec::new();
    for step in plan.operations {
        take(library, step, ctx, &mut outcomes)?;
    }
    Ok(outcomes)
}

fn take(library: &mut Library, step: Operation, ctx: &Folder<'_>, outcomes: &mut Vec<Outcome>) -> Result<()> {
    match step {
        Operation::TakeAttachment { path, attachment } => {
            let done = attachments::take(library, &path, attachment, ctx);
            outcomes.extend(unless_refused(done, &path)?);
        }
        Operation::Miss { post } => {
            record(library, post, |row| row.missing = true)?;
            outcomes.push(Outcome::Missing { post });
        }
        Operation::Move { post, from, to } => {
            record(library, post, |row| {
                row.path.clone_from(&to);
                row.missing = false;
            })?;
            outcomes.push(Outcome::Renamed { post, from, to });
        }
        Operation::Return { post } => {
            record(library, post, |row| row.missing = false)?;
            outcomes.push(Outcome::Returned { post });
        }
        Operation::Take { post, path, stamp, text } => {
            let done = ingest::take(library, post, &path, stamp, &text, ctx);
            outcomes.extend(unless_refused(done, &path)?);
        }
        Operation::Create { path, text, id, .. } => {
            let done = ingest::create(library, &path, &text, id, ctx);
            outcomes.extend(unless_refused(done, &path)?);
        }
        Operation::Refuse { path, reason } => outcomes.push(Outcome::Refused { path, reason }),
    }
    Ok(())
}

fn record(library: &mut Library, post: Id, change: impl FnOnce(&mut MirroredFile)) -> Result<()> {
    if let Some(mut row) = library.mirrored_file(post)? {
        change(&mut row);
        let base = library.mirror_base(post)?;
        library.set_mirrored_file(&row, &base)?;
    }
    Ok(())
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
