//! Long work beside the window: it reports how far it is, and can be cancelled.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use fonds_library::Library;

use super::signing::given;
use super::{Answer, Desk, Event, TaskFinished};
use crate::{Error, ExportRequest, ExportRow, TaskProgress, VerifyReport, clock, exporting, proving};

/// The least time between two reports.
const PACE: Duration = Duration::from_millis(100);

#[derive(Default)]
pub(super) struct Tasks(Mutex<HashMap<String, Arc<AtomicBool>>>);

impl Tasks {
    fn begin(&self) -> (String, Arc<AtomicBool>) {
        let (id, cancelled) = (clock::new_id().to_string(), Arc::new(AtomicBool::new(false)));
        if let Ok(mut tasks) = self.0.lock() {
            tasks.insert(id.clone(), Arc::clone(&cancelled));
        }
        (id, cancelled)
    }

    fn end(&self, id: &str) {
        if let Ok(mut tasks) = self.0.lock() {
            tasks.remove(id);
        }
    }
}

impl Desk {
    /// Begins an export into a folder and gives the task's id; `task-finished` says how it ended.
    ///
    /// With a key's name the export is signed; the key is opened first, with the password of its file. An export that
    /// was made and could not be signed is given with the error.
    ///
    /// The library can be used and even closed meanwhile: the export reads it as it stood at the start.
    pub fn start_export(&self, dir: &Path, sign: Option<&str>, password: Option<&str>) -> Answer<String> {
        let (root, act) =
            self.with(|open| Ok((open.session.library.root().to_path_buf(), open.session.act())))?;
        let language = self.settings().language;
        let key = sign.map(|name| self.keys(|keys| keys.open(name, &mut given(password)))).transpose()?;
        let (id, cancelled) = self.0.tasks.begin();
        let (desk, task, request) =
            (self.clone(), id.clone(), ExportRequest { dir: dir.into(), incremental: false, at: None });
        let work = move || {
            let mut progress = desk.reporter(&task, cancelled);
            let made = Library::open(&root)
                .map_err(Error::from)
                .and_then(|mut library| exporting::export(&mut library, &act, &request, &mut progress));
            desk.0.tasks.end(&task);
            let (result, error): (Option<ExportRow>, _) = match made {
                Ok(row) => match key.as_ref().map(|key| proving::sign_made(&row, key)).transpose() {
                    Ok(signed) => (Some(ExportRow { signed: signed.is_some(), ..row }), None),
                    Err(error) => (Some(row), Some(error.report(language))),
                },
                Err(error) => (None, Some(error.report(language))),
            };
            desk.tell(Event::TaskFinished(TaskFinished { id: task, result, error }));
            desk.tell(Event::LibraryChanged {});
        };
        std::thread::Builder::new()
            .name("fonds-export".into())
            .spawn(work)
            .map_err(|source| Error::io(dir)(source).report(language))?;
        Ok(id)
    }

    /// Asks work to stop. It leaves nothing behind, and says so with `task-finished`.
    pub fn cancel_task(&self, id: &str) -> Answer<()> {
        if let Ok(tasks) = self.0.tasks.0.lock()
            && let Some(cancelled) = tasks.get(id)
        {
            cancelled.store(true, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Verifies a zip; no library is needed. A signature of one of the user's own keys is held against it. Reports under the task id `verify`.
    pub fn verify_zip(&self, path: &Path) -> Answer<VerifyReport> {
        let language = self.settings().language;
        let mut progress = self.reporter("verify", Arc::new(AtomicBool::new(false)));
        let keys = self.keys(crate::Keys::list).unwrap_or_default();
        let judged = proving::trust_in_own(path, &keys)
            .and_then(|trust| crate::verify(path, &trust, language, &mut progress));
        judged.map_err(|error| error.report(language))
    }

    fn reporter(
        &self,
        id: &str,
        cancelled: Arc<AtomicBool>,
    ) -> impl FnMut(&TaskProgress) -> ControlFlow<()> + use<> {
        let (desk, id) = (self.clone(), id.to_owned());
        let mut last: Option<Instant> = None;
        move |step| {
            if cancelled.load(Ordering::Relaxed) {
                return ControlFlow::Break(());
            }
            if last.is_none_or(|at| at.elapsed() >= PACE) || step.done_bytes == step.total_bytes {
                last = Some(Instant::now());
                desk.tell(Event::TaskProgress(TaskProgress { id: id.clone(), ..step.clone() }));
            }
            ControlFlow::Continue(())
        }
    }
}
