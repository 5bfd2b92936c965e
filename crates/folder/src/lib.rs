//! The watched folder: a library's Markdown files, PDFs and images as a live mirror of its posts and attachments.
//!
//! [`scan`] looks at the files, [`plan()`] decides without touching anything, [`apply`] does it; [`sync`] is the three in
//! a row, and [`write_post`] the way back. What always holds: a file is replaced only when its bytes are those that
//! were just read, and whole or not at all; a text that was read is a revision or the head before its file is
//! touched; a vanished file deletes nothing; no conflict marks are ever written; symbolic links are not followed, and
//! nothing outside `posts/` and `attachments/` is written. Events of the file system only ever trigger a [`sync`]:
//! nothing here depends on them being right.

mod apply;
mod attachments;
mod copies;
mod disk;
mod error;
mod ingest;
mod known;
mod mirror;
mod names;
mod outcome;
mod plan;
mod scan;
mod text;
mod turn;
mod watch;

use std::collections::BTreeSet;

use fonds_library::{Act, Id, Library, Timestamp};

pub use apply::apply;
pub use attachments::write_attachment;
pub use disk::MAX_MARKDOWN;
pub use error::{Error, Result};
pub use fonds_library::FileStamp as Stamp;
pub use ingest::merge;
pub use known::{Known, KnownAttachment, KnownFile};
pub use mirror::{remove_file, write_again, write_post};
pub use outcome::{Outcome, Refusal};
pub use plan::{HANDFUL, Operation, Plan, Vanished, look, look_at, plan};
pub use scan::{Found, FoundFile, Scan, Scope, scan};
pub use text::category_names;
pub use turn::Watching;
pub use watch::{Changes, Watch, watch};

/// Who acts and when, and what a new post needs.
#[derive(Clone, Copy)]
pub struct Folder<'a> {
    /// Who takes the files in, and the time.
    pub act: &'a Act,
    /// Gives fresh ids.
    pub new_id: &'a dyn Fn() -> Id,
    /// The date of a time where the author is, `YYYY-MM-DD`: the beginning of a new file's name.
    pub local_date: &'a dyn Fn(Timestamp) -> String,
    /// Names of categories that the files are rid of, where they mean nothing any more: what [`category_names`] gave
    /// before the tree changed.
    pub retired: &'a BTreeSet<String>,
    /// Is called between every two steps with what was done last. An error ends the work right there, as a crash
    /// would; only tests give one.
    pub between: &'a dyn Fn(&'static str) -> Result<()>,
}

/// Takes in everything that happened to the folder's files since they were last read, and gives what came of it.
///
/// A second call gives nothing, but for the files that are refused and for what vanished: those are named until they
/// are mended.
pub fn sync(library: &mut Library, ctx: &Folder<'_>) -> Result<Vec<Outcome>> {
    let _turn = turn::take(library);
    sync_in_turn(library, ctx)
}

fn sync_in_turn(library: &mut Library, ctx: &Folder<'_>) -> Result<Vec<Outcome>> {
    let plan = look(library)?;
    carry_out(library, &plan, ctx)
}

/// The same for these paths in the library, and what is below them.
pub fn sync_paths(library: &mut Library, paths: &BTreeSet<String>, ctx: &Folder<'_>) -> Result<Vec<Outcome>> {
    let _turn = turn::take(library);
    let plan = look_at(library, paths)?.map_or_else(|| look(library), Ok)?;
    carry_out(library, &plan, ctx)
}

/// [`sync`], where somebody was asked about what vanished: it is recorded as missing, however much it is.
pub fn sync_with_vanished(library: &mut Library, ctx: &Folder<'_>) -> Result<Vec<Outcome>> {
    let _turn = turn::take(library);
    let plan = look(library)?.with_vanished();
    carry_out(library, &plan, ctx)
}

fn carry_out(library: &mut Library, plan: &Plan, ctx: &Folder<'_>) -> Result<Vec<Outcome>> {
    let mut outcomes = apply::apply_in_turn(library, &plan.operations, ctx)?;
    if !plan.vanished.is_empty() {
        outcomes.push(Outcome::Vanished { posts: plan.vanished.iter().map(|gone| gone.post).collect() });
    }
    Ok(outcomes)
}
