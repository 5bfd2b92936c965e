//! What a window talks to: one open library at a time, its keeper (files, folder, sealing), and long work.
//!
//! What always holds: a save that returned is on disk; a view that was handed out is what the window shows, and the
//! next save is taken as an edit of it, so that what another program wrote meanwhile is merged and never overwritten;
//! events come from other threads and say what to look at anew. Every method answers with an [`ErrorReport`] in the
//! user's language.

mod care;
mod commands;
mod copying;
mod event;
mod files;
mod held;
mod history;
mod keeper;
mod outgoing;
mod readings;
mod retention;
mod signing;
mod tasks;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

use fonds_folder::Changes;
use fonds_library::{Content, Id};

pub use copying::TypedText;
pub use event::{Event, PdfRead, PostChanged, TaskFinished};
pub use held::BlockChange;

use crate::settings::ActorView;
use crate::{Error, ErrorReport, LibraryView, PostView, Result, Session, Settings};
use files::Files;
use held::Held;
use keeper::Keeper;
use outgoing::Outgoing;
use readings::Readings;

/// How long a command waits for another program that writes to the library. The window tries again by itself.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(2);

/// What a command answers.
pub type Answer<T> = std::result::Result<T, ErrorReport>;

/// The desk of one window. Cheap to clone; clones are the same desk.
#[derive(Clone)]
pub struct Desk(Arc<Inner>);

struct Inner {
    state: Mutex<State>,
    tasks: tasks::Tasks,
    tell: Box<dyn Fn(Event) + Send + Sync>,
}

struct State {
    config: Option<PathBuf>,
    settings: Settings,
    open: Option<Open>,
}

/// An open library. The keeper ends when it is dropped.
struct Open {
    session: Session,
    /// What the window shows of each post that it has opened.
    shown: HashMap<Id, Content>,
    /// The document of the post that it showed last.
    held: Held,
    keeper: Keeper,
    readings: Readings,
    outgoing: Outgoing,
    folder: Files,
    data_version: i64,
}

impl Desk {
    /// A desk without a library, with the settings kept in the folder `config` ([`Settings::folder`]), or nowhere.
    /// `tell` is called from any thread and must not wait.
    pub fn new(config: Option<PathBuf>, tell: impl Fn(Event) + Send + Sync + 'static) -> Self {
        let settings = config.as_deref().map(Settings::load_from).unwrap_or_default();
        let state = State { config, settings, open: None };
        Desk(Arc::new(Inner {
            state: Mutex::new(state),
            tasks: tasks::Tasks::default(),
            tell: Box::new(tell),
        }))
    }

    /// The user's settings.
    pub fn settings(&self) -> Settings {
        self.state().settings.clone()
    }

    /// Keeps the settings; language and name hold from the next command on.
    pub fn save_settings(&self, settings: Settings) -> Answer<()> {
        let mut state = self.state();
        let language = settings.language;
        state.keep(&settings).map_err(|error| error.report(language))?;
        if let Some(open) = &mut state.open {
            open.session.language = language;
            if let Some(actor) = &settings.actor {
                open.session.actor =
                    fonds_library::Actor { name: actor.name.clone(), email: actor.email.clone() };
            }
        }
        state.settings = settings;
        Ok(())
    }

    /// Makes a library in a folder and opens it.
    pub fn create_library(&self, path: &Path) -> Answer<LibraryView> {
        self.enter(path, true)
    }

    /// Opens the library in a folder, or makes one of a folder that holds Markdown files and no library.
    pub fn open_library(&self, path: &Path) -> Answer<LibraryView> {
        self.enter(path, false)
    }

    fn enter(&self, path: &Path, create: bool) -> Answer<LibraryView> {
        self.close_library()?;
        let settings = self.settings();
        let language = settings.language;
        self.try_enter(path, create, settings).map_err(|error| error.report(language))
    }

    fn try_enter(&self, path: &Path, create: bool, settings: Settings) -> Result<LibraryView> {
        let actor = settings.actor.clone().unwrap_or_else(unnamed);
        let path = std::path::absolute(path).map_err(Error::io(path))?;
        let open = if create { Session::create } else { Session::open };
        let mut session = open(&path, &actor, settings.language)?;
        let mut folder = Files::begin(&session)?;
        let plan = session.look(&Changes::Anywhere)?;
        session.carry_out(&plan)?;
        folder.vanished = plan.vanished;
        // What a session that ended without a word left: its files first, then a revision, as its end would have made.
        session.write_pending_files()?;
        session.seal_all()?;
        let view = session.view()?;
        let data_version = session.library.data_version()?;
        session.library.set_patience(PATIENCE)?;
        let keeper = Keeper::start(self.clone(), &path)?;
        let readings = Readings::start(self.clone(), &path)?;
        let outgoing = Outgoing::start(self.clone(), &path)?;
        let mut state = self.state();
        state.settings = settings;
        state.settings.remember(&path, &view.name);
        // A list of recent libraries that cannot be kept must not keep anybody from the library.
        let _ = state.keep(&state.settings);
        state.open = Some(Open {
            session,
            shown: HashMap::new(),
            held: Held::default(),
            keeper,
            readings,
            outgoing,
            folder,
            data_version,
        });
        drop(state);
        // The thread found no library yet.
        if let Some(open) = &self.state().open {
            open.outgoing.look();
        }
        Ok(view)
    }

    /// Writes what is still to be written, seals what was typed, and closes the library.
    pub fn close_library(&self) -> Answer<()> {
        let mut state = self.state();
        let language = state.settings.language;
        let Some(mut open) = state.open.take() else { return Ok(()) };
        drop(state);
        let dirty = open.keeper.stop();
        let ended = open
            .session
            .seal_all()
            .and_then(|()| dirty.into_iter().try_for_each(|post| open.session.write_file(post).map(|_| ())));
        ended.map_err(|error| error.report(language))
    }

    /// The open library, if any.
    pub fn current_library(&self) -> Answer<Option<LibraryView>> {
        let state = self.state();
        let view = state.open.as_ref().map(|open| open.session.view()).transpose();
        view.map_err(|error| error.report(state.settings.language))
    }

    /// Does something with the open library.
    fn with<T>(&self, act: impl FnOnce(&mut Open) -> Result<T>) -> Answer<T> {
        let mut state = self.state();
        let language = state.settings.language;
        let open = state.open.as_mut().ok_or_else(|| Error::new("library.none"));
        let open = open.and_then(|open| open.come_back().map(|()| open));
        let done = open.and_then(|open| {
            let done = act(open)?;
            // What went into a database that vanished meanwhile is not kept.
            if open.session.library.is_in_place() { Ok(done) } else { Err(open.vanished()) }
        });
        done.map_err(|error| error.report(language))
    }

    /// Does something that gives a post, which the window then shows.
    fn with_post(&self, act: impl FnOnce(&mut Session) -> Result<PostView>) -> Answer<PostView> {
        self.with(|open| {
            let view = act(&mut open.session)?;
            open.show(view)
        })
    }

    fn tell(&self, event: Event) {
        (self.0.tell)(event);
    }

    /// The state. A command that panicked has changed nothing half: each change is one transaction.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl State {
    fn keep(&self, settings: &Settings) -> Result<()> {
        self.config.as_deref().map_or(Ok(()), |folder| settings.save_to(folder))
    }
}

impl Open {
    /// Goes on with the library that stands at its place: after a share came back it has to be opened anew.
    fn come_back(&mut self) -> Result<()> {
        let session = &mut self.session;
        if session.library.is_in_place() {
            return Ok(());
        }
        let root = session.library.root().to_path_buf();
        let Ok(library) = fonds_library::Library::open(&root) else { return Err(self.vanished()) };
        if library.identity()?.id != session.library_id {
            return Err(self.vanished());
        }
        library.set_patience(PATIENCE)?;
        session.library = library;
        self.keeper.watch_again(&root)
    }

    fn vanished(&self) -> Error {
        Error::new("library.vanished").with("path", self.session.library.root().display()).retryable()
    }

    /// Remembers what the window is about to show, and gives it with its document's number.
    fn show(&mut self, view: PostView) -> Result<PostView> {
        let id = parse(&view.id)?;
        let content = self.session.library.current(id)?;
        self.shown.insert(id, content);
        let held = self.held.hold(id, view.doc.clone());
        Ok(PostView { held: Some(held), ..view })
    }
}

/// Who works where no name was given: the system's user.
pub fn unnamed() -> ActorView {
    let name = ["USER", "USERNAME", "LOGNAME"].iter().find_map(|name| std::env::var(name).ok());
    ActorView {
        name: name.filter(|name| !name.trim().is_empty()).unwrap_or_else(|| "unknown".into()),
        email: String::new(),
    }
}

fn parse(id: &str) -> Result<Id> {
    id.parse().map_err(|_| Error::new("post.not_found").with("name", id))
}

/// An attachment's path in the library or a web address, as the system opens it.
fn address_of(root: &Path, address: &str) -> PathBuf {
    if address.contains("://") { PathBuf::from(address) } else { root.join(address) }
}
