//! What a window is told without having asked.

use serde::Serialize;
use ts_rs::TS;

use crate::{ErrorReport, ExportRow, FolderView, RepairView, TaskProgress, VerifyReport};

/// Something happened. [`Event::name`] is the event's name, its JSON the payload.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Event {
    /// Lists, categories or the outbox may look different now.
    LibraryChanged {},
    /// A post's text was changed by somebody else: it should be opened anew.
    PostChanged(PostChanged),
    /// What a PDF says is known now.
    PdfRead(PdfRead),
    /// Files vanished or came back, or the folder is watched in another way.
    FolderChanged(FolderView),
    /// How far long work is.
    TaskProgress(TaskProgress),
    /// Long work has ended.
    TaskFinished(Box<TaskFinished>),
}

/// A post that was changed by another program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct PostChanged {
    /// The post.
    pub id: String,
    /// Its head's number now.
    pub revision: u32,
    /// Where the change came from: `file`, or `editor` for another Fonds.
    pub origin: String,
}

/// A PDF that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct PdfRead {
    /// The digest of its bytes.
    pub sha256: String,
}

/// How long work ended.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct TaskFinished {
    /// Which work.
    pub id: String,
    /// The export that was made.
    pub result: Option<ExportRow>,
    /// What reading it back found.
    pub report: Option<VerifyReport>,
    /// What a check or a repair came to.
    pub care: Option<RepairView>,
    /// Or why not; cancelled work has the code `task.cancelled`.
    pub error: Option<ErrorReport>,
}

impl TaskFinished {
    /// Nothing said yet of this work.
    pub(super) fn of(id: &str) -> Self {
        TaskFinished { id: id.into(), result: None, report: None, care: None, error: None }
    }
}

impl Event {
    /// The event's name.
    pub fn name(&self) -> &'static str {
        match self {
            Event::LibraryChanged {} => "library-changed",
            Event::PostChanged(_) => "post-changed",
            Event::PdfRead(_) => "pdf-read",
            Event::FolderChanged(_) => "folder-changed",
            Event::TaskProgress(_) => "task-progress",
            Event::TaskFinished(_) => "task-finished",
        }
    }
}
