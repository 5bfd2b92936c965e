//! The care of a library: checking and mending it, its backups, and what is destroyed for good.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Answer, Desk, Event, TaskFinished, parse};
use crate::{ActorView, BackupRow, Error, LibraryView, RepairView, Session, backups, clock, restore_backup};

impl Desk {
    /// Looks at the whole library, or mends what can be mended, and gives the task's id; `task-finished` says what was
    /// found. The library can be used meanwhile.
    pub fn start_check(&self, repair: bool) -> Answer<String> {
        let (root, actor) = self.with(|open| {
            let actor = &open.session.actor;
            let actor = ActorView { name: actor.name.clone(), email: actor.email.clone() };
            Ok((open.session.library.root().to_path_buf(), actor))
        })?;
        let language = self.settings().language;
        let mut session = Session::open(&root, &actor, language).map_err(|error| error.report(language))?;
        let interrupter = session.library.interrupter();
        let (id, cancelled) = self.0.tasks.begin_with(move || interrupter.stop());
        let (desk, task) = (self.clone(), id.clone());
        let work = move || {
            let mut progress = desk.reporter(&task, Arc::clone(&cancelled));
            let done = if repair {
                session.repair_with(&mut progress)
            } else {
                session.check_with(&mut progress).map(|left| RepairView { mended: vec![], left })
            };
            let mut finished = TaskFinished::of(&task);
            match done {
                Ok(care) => finished.care = Some(care),
                Err(error) => finished.error = Some(error.report(language)),
            }
            desk.0.tasks.end(&task);
            desk.tell(Event::TaskFinished(Box::new(finished)));
            if repair {
                desk.tell(Event::LibraryChanged {});
            }
        };
        std::thread::Builder::new()
            .name("fonds-check".into())
            .spawn(work)
            .map_err(|source| Error::io(&root)(source).report(language))?;
        Ok(id)
    }

    /// The daily backups, the newest first.
    pub fn backups(&self) -> Answer<Vec<BackupRow>> {
        self.with(|open| Ok(backups(open.session.library.root())))
    }

    /// Writes a whole copy of the library into a folder, under a name of its own, and gives the file.
    pub fn back_up(&self, dir: &Path) -> Answer<PathBuf> {
        self.aside(|session| {
            let name = fonds_library::slug_of(&session.view()?.name);
            let stamp = clock::now().to_string().replace([':', '.'], "-");
            session.back_up(&dir.join(format!("{name}-{stamp}.zip")))
        })
    }

    /// Puts the backup of a day in the place of the library's database, and opens that. What was written since comes in
    /// from the posts' files.
    pub fn restore_backup(&self, day: &str) -> Answer<LibraryView> {
        let (root, actor) = self.with(|open| {
            let actor = &open.session.actor;
            let actor = ActorView { name: actor.name.clone(), email: actor.email.clone() };
            Ok((open.session.library.root().to_path_buf(), actor))
        })?;
        self.close_library()?;
        let language = self.settings().language;
        let restored = restore_backup(&root, day, &actor, language);
        let restored = restored.map(drop).map_err(|error| error.report(language));
        // Whatever came of it, the window goes on with the library that is there.
        let view = self.open_library(&root)?;
        self.tell(Event::LibraryChanged {});
        restored.map(|()| view)
    }

    /// See [`crate::Session::purge_post`].
    pub fn purge_post(&self, id: &str) -> Answer<Option<String>> {
        let left = self.with(|open| {
            let id = parse(id)?;
            let left = open.session.purge_post(id)?;
            open.shown.remove(&id);
            Ok(left)
        })?;
        self.tell(Event::LibraryChanged {});
        Ok(left)
    }
}
