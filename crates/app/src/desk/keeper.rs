//! Behind the typing: writes a post's file after a pause, seals after a longer one, and takes in the folder's changes.
//!
//! It sleeps until something is due: an idle library costs no wake-ups.

use std::collections::HashMap;
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use fonds_folder::{Changes, Plan, Watch};
use fonds_library::{Id, Origin};

use super::{Answer, Desk, Event, Open, PostChanged, parse};
use crate::folder::{self, STEPS_AT_ONCE};
use crate::{FolderEvent, Result, backups, clock};

/// The pause after which the file is written.
const TO_FILE: Duration = Duration::from_secs(2);
/// How long it takes at most until working copies are looked at: the clock may have been set meanwhile.
const LOOK: Duration = Duration::from_secs(300);

enum Wake {
    Typed(Id),
    Written(Id),
    FolderChanged(Changes),
    Stop,
}

/// The thread and its mailbox.
pub(super) struct Keeper {
    mail: Sender<Wake>,
    dirty: Arc<Mutex<HashMap<Id, Instant>>>,
    thread: Option<JoinHandle<()>>,
    watch: Option<Watch>,
}

impl Keeper {
    pub(super) fn start(desk: Desk, root: &Path) -> Result<Self> {
        back_up(root);
        let (mail, letters) = channel();
        let dirty = Arc::new(Mutex::new(HashMap::new()));
        let for_watch = mail.clone();
        // A send fails only once the keeper has stopped; nobody is left then who wants to know.
        let watch =
            fonds_folder::watch(root, move |changes| drop(for_watch.send(Wake::FolderChanged(changes))))?;
        let thread_dirty = Arc::clone(&dirty);
        let thread = std::thread::Builder::new()
            .name("fonds-keeper".into())
            .spawn(move || run(&desk, &letters, &thread_dirty))
            .map_err(crate::Error::io(root))?;
        Ok(Keeper { mail, dirty, thread: Some(thread), watch: Some(watch) })
    }

    /// Watches the folder that came back, and looks at what happened to it meanwhile.
    pub(super) fn watch_again(&mut self, root: &Path) -> Result<()> {
        let mail = self.mail.clone();
        self.watch = None;
        self.watch =
            Some(fonds_folder::watch(root, move |changes| drop(mail.send(Wake::FolderChanged(changes))))?);
        drop(self.mail.send(Wake::FolderChanged(Changes::Anywhere)));
        Ok(())
    }

    /// A post was saved: its file is due after a pause.
    pub(super) fn typed(&self, post: Id) {
        drop(self.mail.send(Wake::Typed(post)));
    }

    /// A post's file was written by other means.
    pub(super) fn written(&self, post: Id) {
        drop(self.mail.send(Wake::Written(post)));
    }

    /// Whether the folder is polled.
    pub(super) fn is_polling(&self) -> bool {
        self.watch.as_ref().is_some_and(Watch::is_polling)
    }

    /// Looks at the whole folder again.
    pub(super) fn look(&self) {
        drop(self.mail.send(Wake::FolderChanged(Changes::Anywhere)));
    }

    /// Ends the thread and gives the posts whose files are still to be written.
    pub(super) fn stop(&mut self) -> Vec<Id> {
        drop(self.mail.send(Wake::Stop));
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
        self.dirty.lock().map(|dirty| dirty.keys().copied().collect()).unwrap_or_default()
    }
}

/// Today's backup, beside the work and with a connection of its own. One that fails is tried again at the next start.
fn back_up(root: &Path) {
    let root = root.to_path_buf();
    let begun = std::thread::Builder::new()
        .name("fonds-backup".into())
        .spawn(move || drop(backups::back_up_daily(&root)));
    drop(begun);
}

fn run(desk: &Desk, letters: &Receiver<Wake>, dirty: &Mutex<HashMap<Id, Instant>>) {
    let mut seal_at: Option<Instant> = None;
    loop {
        let due = dirty.lock().ok().and_then(|dirty| dirty.values().min().map(|at| *at + TO_FILE));
        let letter = match due.into_iter().chain(seal_at).min() {
            Some(due) => letters.recv_timeout(due.saturating_duration_since(Instant::now())),
            None => letters.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        match letter {
            Ok(Wake::Typed(post)) => {
                seal_at.get_or_insert_with(|| Instant::now() + LOOK);
                if let Ok(mut dirty) = dirty.lock() {
                    dirty.insert(post, Instant::now());
                }
            }
            Ok(Wake::Written(post)) => {
                if let Ok(mut dirty) = dirty.lock() {
                    dirty.remove(&post);
                }
            }
            Ok(Wake::FolderChanged(changes)) => desk.take_in_folder(&changes),
            Ok(Wake::Stop) | Err(RecvTimeoutError::Disconnected) => return,
            Err(RecvTimeoutError::Timeout) => {
                for post in take_due(dirty, TO_FILE) {
                    desk.mirror(post);
                }
                if seal_at.is_some_and(|at| at <= Instant::now()) {
                    seal_at = desk.seal_due().map(|pause| Instant::now() + pause);
                }
            }
        }
    }
}

fn take_due(dirty: &Mutex<HashMap<Id, Instant>>, pause: Duration) -> Vec<Id> {
    let Ok(mut dirty) = dirty.lock() else { return vec![] };
    let due: Vec<Id> = dirty.iter().filter(|(_, at)| at.elapsed() >= pause).map(|(id, _)| *id).collect();
    for post in &due {
        dirty.remove(post);
    }
    due
}

impl Desk {
    /// Writes a post's file. What cannot be written stays in the database, and is tried again at the next save.
    fn mirror(&self, post: Id) {
        let events = self.with(|open| open.session.write_file(post));
        self.tell_of(&events.unwrap_or_default());
        self.tell(Event::LibraryChanged {});
    }

    /// Seals the working copies that are due, and gives how long it is until the next may be; none without any.
    fn seal_due(&self) -> Option<Duration> {
        let now = clock::now();
        let sealed = self.with(|open| {
            let act = open.session.act();
            let due = open.session.library.due_for_sealing(now)?;
            for post in &due {
                open.session.library.seal(&act, *post, Origin::Editor)?;
            }
            Ok((!due.is_empty(), open.session.library.next_sealing()?))
        });
        // What cannot be sealed now keeps its working copy, and is looked at again.
        let Ok((any, next)) = sealed else { return Some(LOOK) };
        if any {
            self.tell(Event::LibraryChanged {});
        }
        let pause = u64::try_from(next?.as_millis() - now.as_millis()).unwrap_or(0);
        Some(Duration::from_millis(pause).min(LOOK))
    }

    /// Takes in what happened to the files, a few at a time: the window goes on meanwhile.
    fn take_in_folder(&self, changes: &Changes) {
        let Ok(plan) = self.decide(changes) else { return };
        let mut events = Vec::new();
        for steps in plan.operations.chunks(STEPS_AT_ONCE) {
            let Ok(more) = self.with(|open| open.session.take_steps(steps)) else { break };
            self.tell_of(&more);
            events.extend(more);
        }
        let looked = self.with(|open| {
            open.folder.vanished.clone_from(&plan.vanished);
            let version = open.session.library.data_version()?;
            let elsewhere = version != open.data_version;
            open.data_version = version;
            open.readings.look();
            Ok((changed_elsewhere(open)?, elsewhere))
        });
        let Ok((changed, elsewhere)) = looked else { return };
        for (post, revision) in &changed {
            let told = events.iter().any(|event| event.posts.contains(&post.to_string()));
            if !told {
                let origin = "editor".into();
                self.tell(Event::PostChanged(PostChanged {
                    id: post.to_string(),
                    revision: *revision,
                    origin,
                }));
            }
        }
        if elsewhere || !changed.is_empty() || !events.is_empty() {
            self.tell(Event::LibraryChanged {});
        }
        self.tell_of_folder();
    }

    /// Looks at the files and decides. A look at all of them does not keep the library from the window.
    fn decide(&self, changes: &Changes) -> Answer<Plan> {
        let near = self.with(|open| {
            // What vanished may be back anywhere.
            let all = !open.folder.vanished.is_empty();
            let plan = if all { None } else { open.session.look_near(changes)? };
            Ok(match plan {
                Some(plan) => Ok(plan),
                None => {
                    let library = &open.session.library;
                    Err((library.root().to_owned(), fonds_folder::Known::of(library)?))
                }
            })
        })?;
        match near {
            Ok(plan) => Ok(plan),
            Err((root, known)) => {
                let seen = folder::see(&root, &known);
                self.with(|open| folder::decide(&open.session.library, known, &seen))
            }
        }
    }

    /// Says which posts the folder changed.
    pub(super) fn tell_of(&self, events: &[FolderEvent]) {
        for event in events {
            for post in &event.posts {
                let revision =
                    self.with(|open| Ok(open.session.library.post(parse(post)?)?.head.unwrap_or(0)));
                let origin = "file".into();
                self.tell(Event::PostChanged(PostChanged {
                    id: post.clone(),
                    revision: revision.unwrap_or(0),
                    origin,
                }));
            }
        }
    }
}

/// The posts whose text is no longer what the window shows.
fn changed_elsewhere(open: &Open) -> Result<Vec<(Id, u32)>> {
    let mut changed = Vec::new();
    for (post, shown) in &open.shown {
        if open.session.library.current(*post)? != *shown {
            changed.push((*post, open.session.library.post(*post)?.head.unwrap_or(0)));
        }
    }
    Ok(changed)
}
