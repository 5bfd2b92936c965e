//! Long work beside the window: it reports how far it is, and can be cancelled.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use fonds_archive::sign::Evidence;
use fonds_library::Library;

use super::signing::given;
use super::{Answer, Desk, Event, TaskFinished};
use crate::{
    Error, ExportOrder, ExportRequest, Pace, Progress, Result, SigningKey, TaskProgress, VerifySet, clock,
    exporting, proving,
};

/// The least time between two reports.
const PACE: Duration = Duration::from_millis(100);

#[derive(Default)]
pub(super) struct Tasks(Mutex<HashMap<String, Running>>);

struct Running {
    cancelled: Arc<AtomicBool>,
    /// Wakes work that is in the middle of something long.
    interrupt: Box<dyn Fn() + Send>,
}

impl Tasks {
    fn begin(&self) -> (String, Arc<AtomicBool>) {
        self.begin_with(|| ())
    }

    pub(super) fn begin_with(&self, interrupt: impl Fn() + Send + 'static) -> (String, Arc<AtomicBool>) {
        let (id, cancelled) = (clock::new_id().to_string(), Arc::new(AtomicBool::new(false)));
        let running = Running { cancelled: Arc::clone(&cancelled), interrupt: Box::new(interrupt) };
        if let Ok(mut tasks) = self.0.lock() {
            tasks.insert(id.clone(), running);
        }
        (id, cancelled)
    }

    pub(super) fn end(&self, id: &str) {
        if let Ok(mut tasks) = self.0.lock() {
            tasks.remove(id);
        }
    }
}

impl Desk {
    /// Begins an export and gives the task's id; `task-finished` says how it ended.
    ///
    /// A key is opened first, with the password of its file. What was made is read back and judged. An export that was
    /// made and could not be signed, stamped or read back is given with the error.
    ///
    /// The library can be used and even closed meanwhile: the export reads it as it stood at the start.
    pub fn start_export(&self, order: ExportOrder) -> Answer<String> {
        let (root, act) =
            self.with(|open| Ok((open.session.library.root().to_path_buf(), open.session.act())))?;
        let settings = self.settings();
        let language = settings.language;
        let key = order.sign.as_deref();
        let key = key
            .map(|name| self.keys(|keys| keys.open(name, &mut given(order.password.as_deref()))))
            .transpose()?;
        let authority = settings.time_stamp_authority.filter(|_| order.time_stamp);
        if order.time_stamp && authority.is_none() {
            return Err(Error::no_authority().report(language));
        }
        let (id, cancelled) = self.0.tasks.begin();
        let (desk, task) = (self.clone(), id.clone());
        let dir = PathBuf::from(&order.dir);
        let request = ExportRequest {
            dir: dir.clone(),
            incremental: order.incremental,
            at: None,
            selection: order.selection,
        };
        let work = move || {
            let mut reporter = desk.reporter(&task, cancelled);
            let mut progress = Halves { whole: &mut reporter, bytes: 0 };
            let made = Library::open(&root).map_err(Error::from).and_then(|mut library| {
                exporting::export(&mut library, &act, &request, &mut |step| progress.writing(step))
            });
            let finished = match made {
                Err(error) => TaskFinished { error: Some(error.report(language)), ..TaskFinished::of(&task) },
                Ok(row) => {
                    let zip = PathBuf::from(row.path.as_deref().unwrap_or_default());
                    let proved = prove(&zip, key.as_ref(), authority.as_deref());
                    let judged = desk.judge(&[zip], &mut |step| progress.reading(step));
                    let (report, unread) = match judged {
                        Ok(set) => (set.exports.into_iter().next(), None),
                        Err(error) => (None, Some(error)),
                    };
                    let error = proved.err().or(unread).map(|error| error.report(language));
                    TaskFinished {
                        result: Some(exporting::with_proofs(row)),
                        report,
                        error,
                        ..TaskFinished::of(&task)
                    }
                }
            };
            desk.0.tasks.end(&task);
            desk.tell(Event::TaskFinished(Box::new(finished)));
            desk.tell(Event::LibraryChanged {});
        };
        std::thread::Builder::new()
            .name("fonds-export".into())
            .spawn(work)
            .map_err(|source| Error::io(&dir)(source).report(language))?;
        Ok(id)
    }

    /// Asks work to stop. It leaves nothing behind, and says so with `task-finished`.
    pub fn cancel_task(&self, id: &str) -> Answer<()> {
        if let Ok(tasks) = self.0.tasks.0.lock()
            && let Some(running) = tasks.get(id)
        {
            running.cancelled.store(true, Ordering::Relaxed);
            (running.interrupt)();
        }
        Ok(())
    }

    /// Verifies zips, several as a series; no library is needed. Signatures of the user's own keys are held against them.
    /// Reports under the task id `verify`.
    pub fn verify_zips(&self, paths: &[PathBuf]) -> Answer<VerifySet> {
        let mut progress = self.reporter("verify", Arc::new(AtomicBool::new(false)));
        self.judge(paths, &mut progress).map_err(|error| error.report(self.settings().language))
    }

    fn judge(&self, paths: &[PathBuf], progress: &mut Progress<'_>) -> Result<VerifySet> {
        let keys = self.keys(crate::Keys::list).unwrap_or_default();
        let trust = |evidence: &Evidence| proving::trust_in_own(evidence, &keys);
        Ok(crate::verify(paths, trust, self.settings().language, progress)?.into_view())
    }

    pub(super) fn reporter(
        &self,
        id: &str,
        cancelled: Arc<AtomicBool>,
    ) -> impl FnMut(&TaskProgress) -> ControlFlow<()> + use<> {
        let (desk, id) = (self.clone(), id.to_owned());
        let (mut last, pace): (Option<Instant>, _) = (None, Pace::begin());
        move |step| {
            if cancelled.load(Ordering::Relaxed) {
                return ControlFlow::Break(());
            }
            if last.is_none_or(|at| at.elapsed() >= PACE) || step.done_bytes == step.total_bytes {
                last = Some(Instant::now());
                let left_seconds = pace.left(step.done_bytes, step.total_bytes);
                desk.tell(Event::TaskProgress(TaskProgress { id: id.clone(), left_seconds, ..step.clone() }));
            }
            ControlFlow::Continue(())
        }
    }
}

fn prove(zip: &Path, key: Option<&SigningKey>, authority: Option<&str>) -> Result<()> {
    if let Some(key) = key {
        proving::sign(zip, key)?;
    }
    if let Some(authority) = authority {
        proving::timestamp(zip, authority)?;
    }
    Ok(())
}

/// Progress of work that writes and then reads back what it wrote: each is half of it.
struct Halves<'p> {
    whole: &'p mut Progress<'p>,
    bytes: u64,
}

impl Halves<'_> {
    fn writing(&mut self, step: &TaskProgress) -> ControlFlow<()> {
        self.bytes = step.total_bytes;
        (self.whole)(&TaskProgress { total_bytes: self.bytes * 2, ..step.clone() })
    }

    /// What is read is counted in other bytes than what was written: the half is kept, not the number.
    fn reading(&mut self, step: &TaskProgress) -> ControlFlow<()> {
        let part = u128::from(self.bytes) * u128::from(step.done_bytes) / u128::from(step.total_bytes.max(1));
        let done_bytes = self.bytes + u64::try_from(part).unwrap_or(0);
        (self.whole)(&TaskProgress { done_bytes, total_bytes: self.bytes * 2, ..step.clone() })
    }
}
