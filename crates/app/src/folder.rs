//! The watched folder: what the other programs did to the files, taken in and told in plain values.

use std::collections::BTreeSet;
use std::path::Path;

use fonds_folder::{Changes, Folder, Known, Operation, Outcome, Plan, Refusal, Scope, Vanished, Watching};
use fonds_library::{Act, Id, Library};

use crate::{Error, FolderView, Language, PostView, Result, Session, clock};

/// So many steps are taken in one turn: others of this library wait no longer than for these.
pub(crate) const STEPS_AT_ONCE: usize = 50;
/// So many paths of vanished files are named.
const MOST_NAMED: usize = 20;

/// Something that the folder did or could not do, in plain values.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FolderEvent {
    /// `created`, `edited`, `merged`, `conflicted`, `conflict-copy`, `renamed`, `missing`, `vanished`, `returned`,
    /// `attachment-added`, `attachment-replaced` or `refused`.
    pub kind: &'static str,
    /// The posts concerned.
    pub posts: Vec<String>,
    /// The file, where the event is about one.
    pub path: Option<String>,
    /// Why a file was refused.
    pub reason: Option<String>,
}

impl Session {
    /// Calls `changed` after changes of the folder's files, from another thread, until what it gives is dropped.
    pub fn watch(&self, changed: impl FnMut(Changes) + Send + 'static) -> Result<fonds_folder::Watch> {
        Ok(fonds_folder::watch(self.library.root(), changed)?)
    }

    /// The right to be the one that watches this library's folder; none where another Fonds has it.
    pub fn begin_watching(&self) -> Result<Option<Watching>> {
        Ok(Watching::begin(self.library.root())?)
    }

    /// Takes in every change of the folder's files, and gives what came of it.
    pub fn sync_folder(&mut self) -> Result<Vec<FolderEvent>> {
        self.sync_changes(&Changes::Anywhere)
    }

    /// Takes in what happened where a watch saw changes.
    pub fn sync_changes(&mut self, changes: &Changes) -> Result<Vec<FolderEvent>> {
        let plan = self.look(changes)?;
        self.carry_out(&plan)
    }

    /// Takes in every change, and what vanished as missing, however much it is: the author was asked.
    pub fn accept_vanished(&mut self) -> Result<Vec<FolderEvent>> {
        let plan = self.look(&Changes::Anywhere)?.with_vanished();
        self.carry_out(&plan)
    }

    /// Gives every post a file again whose file has vanished, or is missing.
    pub fn write_vanished(&mut self) -> Result<Vec<FolderEvent>> {
        self.accept_vanished()?;
        let missing: Vec<Id> =
            self.library.mirrored_files()?.into_iter().filter(|file| file.missing).map(|f| f.post).collect();
        let mut events = Vec::new();
        for post in missing {
            if self.library.post(post)?.trashed_at.is_none() {
                events.extend(self.write_again(post)?);
            }
        }
        Ok(events)
    }

    /// Gives a post a file again whose file is missing.
    pub fn write_file_again(&mut self, post: Id) -> Result<PostView> {
        self.write_again(post)?;
        self.open_post(post)
    }

    fn write_again(&mut self, post: Id) -> Result<Vec<FolderEvent>> {
        let act = self.act();
        let outcomes = fonds_folder::write_again(&mut self.library, post, &acting(&act))?;
        Ok(self.told(outcomes))
    }

    /// Writes a post's text to its file; a file that another program changed is taken in first.
    pub fn write_file(&mut self, post: Id) -> Result<Vec<FolderEvent>> {
        let act = self.act();
        let outcomes = fonds_folder::write_post(&mut self.library, post, &acting(&act))?;
        Ok(self.told(outcomes))
    }

    /// Looks at the files, and decides what is to be done.
    pub(crate) fn look(&self, changes: &Changes) -> Result<Plan> {
        match self.look_near(changes)? {
            Some(plan) => Ok(plan),
            None => Ok(fonds_folder::look(&self.library)?),
        }
    }

    /// The same, where it takes no look at everything.
    pub(crate) fn look_near(&self, changes: &Changes) -> Result<Option<Plan>> {
        match changes {
            Changes::Anywhere => Ok(None),
            Changes::At(paths) => Ok(fonds_folder::look_at(&self.library, paths)?),
        }
    }

    /// Takes some steps of a plan.
    pub(crate) fn take_steps(&mut self, steps: &[Operation]) -> Result<Vec<FolderEvent>> {
        let act = self.act();
        let outcomes = fonds_folder::apply(&mut self.library, steps, &acting(&act))?;
        Ok(self.told(outcomes))
    }

    pub(crate) fn carry_out(&mut self, plan: &Plan) -> Result<Vec<FolderEvent>> {
        let mut events = Vec::new();
        for steps in plan.operations.chunks(STEPS_AT_ONCE) {
            events.extend(self.take_steps(steps)?);
        }
        if !plan.vanished.is_empty() {
            events.extend(self.told(vec![Outcome::Vanished {
                posts: plan.vanished.iter().map(|gone| gone.post).collect(),
            }]));
        }
        Ok(events)
    }

    fn told(&self, outcomes: Vec<Outcome>) -> Vec<FolderEvent> {
        outcomes.into_iter().map(|outcome| event(outcome, self.language)).collect()
    }
}

/// What the window says of the folder, where these files have vanished.
pub(crate) fn view(polling: bool, elsewhere: bool, vanished: &[Vanished]) -> FolderView {
    FolderView {
        polling,
        elsewhere,
        vanished_count: u32::try_from(vanished.len()).unwrap_or(u32::MAX),
        vanished: vanished.iter().take(MOST_NAMED).map(|gone| gone.path.clone()).collect(),
    }
}

/// Everything that the files show, seen without holding the library: `known` is what it said before.
pub(crate) fn see(root: &Path, known: &Known) -> fonds_folder::Scan {
    fonds_folder::scan(root, known, Scope::Everything)
}

/// What is to be done about it.
pub(crate) fn decide(library: &Library, mut known: Known, seen: &fonds_folder::Scan) -> Result<Plan> {
    known.meet(library, seen)?;
    Ok(fonds_folder::plan(seen, &known))
}

/// Who acts on the folder.
pub(crate) fn acting(act: &Act) -> Folder<'_> {
    const NONE: &BTreeSet<String> = &BTreeSet::new();
    Folder {
        act,
        new_id: &clock::new_id,
        local_date: &clock::local_date,
        retired: NONE,
        between: &|_| Ok(()),
    }
}

fn event(outcome: Outcome, language: Language) -> FolderEvent {
    let about = |kind, posts: Vec<Id>| FolderEvent {
        kind,
        posts: posts.into_iter().map(|id| id.to_string()).collect(),
        path: None,
        reason: None,
    };
    match outcome {
        Outcome::Created { post } => about("created", vec![post]),
        Outcome::Edited { post, .. } => about("edited", vec![post]),
        Outcome::Merged { post, .. } => about("merged", vec![post]),
        Outcome::Conflicted { post, .. } => about("conflicted", vec![post]),
        Outcome::CopyFound { post, path, .. } => {
            FolderEvent { path: Some(path), ..about("conflict-copy", vec![post]) }
        }
        Outcome::Renamed { post, to, .. } => FolderEvent { path: Some(to), ..about("renamed", vec![post]) },
        Outcome::Missing { post } => about("missing", vec![post]),
        Outcome::Vanished { posts } => about("vanished", posts),
        Outcome::Returned { post } => about("returned", vec![post]),
        Outcome::AttachmentAdded { path, .. } => {
            FolderEvent { path: Some(path), ..about("attachment-added", vec![]) }
        }
        Outcome::AttachmentReplaced { posts, .. } => about("attachment-replaced", posts),
        Outcome::Refused { path, reason } => {
            let text = refused(&path, &reason).report(language).message;
            FolderEvent { path: Some(path), reason: Some(text), ..about("refused", vec![]) }
        }
    }
}

fn refused(path: &str, refusal: &Refusal) -> Error {
    let error = Error::new(refusal.code()).with("path", path);
    match refusal {
        Refusal::FrontMatter { line, reason } => error.with("line", line).with("reason", reason),
        Refusal::Unreadable { reason } | Refusal::NotWritable { reason } => error.with("reason", reason),
        Refusal::ForeignId { value } | Refusal::UnknownLanguage { value } => error.with("value", value),
        Refusal::UnknownCategory { name } | Refusal::UnknownAttachment { name } => error.with("name", name),
        Refusal::NameClash { other } => error.with("other", other),
        _ => error,
    }
}
