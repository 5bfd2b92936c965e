//! A library in a temporary folder, and short ways to do things to it.

use std::cell::{Cell, RefCell};
use std::path::PathBuf;

use fonds_folder::{Folder, Outcome, Refusal};
use std::collections::BTreeSet;

use fonds_library::{Act, Actor, Content, Id, Language, Library, NewLibrary, NewPost, Timestamp};
use tempfile::TempDir;

/// Where the work on the folder is stopped.
#[derive(Default)]
pub struct Faults {
    /// How many steps from now, if at all.
    pub stop_in: Cell<Option<usize>>,
    /// The steps since the count began.
    pub passed: RefCell<Vec<&'static str>>,
}

impl Faults {
    fn between(&self, step: &'static str) -> fonds_folder::Result<()> {
        match self.stop_in.get() {
            Some(0) => Err(fonds_folder::Error::Stopped),
            left => {
                self.passed.borrow_mut().push(step);
                self.stop_in.set(left.map(|left| left - 1));
                Ok(())
            }
        }
    }
}

pub struct Fixture {
    pub faults: Faults,
    pub library: Library,
    pub act: Act,
    folder: TempDir,
}

impl Fixture {
    pub fn new() -> Self {
        // Before every file: each is read anew, as files are that have just been written.
        Self::at("2026-01-02T12:00:00Z")
    }

    pub fn at(now: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let actor = Actor { name: "Ada".into(), email: "ada@example.org".into() };
        let act = Act { now: now.parse().unwrap(), actor };
        let new = NewLibrary {
            id: Id::generate(),
            name: "Test".into(),
            series_id: Id::generate(),
            blog: Id::generate(),
        };
        let library = Library::init(folder.path(), &new, &act).unwrap();
        Fixture { faults: Faults::default(), library, act, folder }
    }

    pub fn sync(&mut self) -> Vec<Outcome> {
        self.with(fonds_folder::sync)
    }

    /// Syncs what a watch named.
    pub fn sync_at(&mut self, paths: &[&str]) -> Vec<Outcome> {
        let paths = paths.iter().map(|path| (*path).to_owned()).collect();
        self.with(|library, ctx| fonds_folder::sync_paths(library, &paths, ctx))
    }

    /// Syncs, and checks that a second time gives nothing.
    pub fn sync_once(&mut self) -> Vec<Outcome> {
        let outcomes = self.sync();
        assert_eq!(self.sync(), [], "an echo");
        outcomes
    }

    pub fn write_post(&mut self, post: Id) -> Vec<Outcome> {
        self.with(|library, ctx| fonds_folder::write_post(library, post, ctx))
    }

    pub fn with<T>(&mut self, run: impl FnOnce(&mut Library, &Folder<'_>) -> fonds_folder::Result<T>) -> T {
        self.try_with(run).unwrap()
    }

    /// The same, where it may be stopped on the way.
    pub fn try_with<T>(
        &mut self,
        run: impl FnOnce(&mut Library, &Folder<'_>) -> fonds_folder::Result<T>,
    ) -> fonds_folder::Result<T> {
        let local_date = |_: Timestamp| "2026-01-02".to_owned();
        let ctx = Folder {
            act: &self.act,
            new_id: &Id::generate,
            local_date: &local_date,
            retired: &BTreeSet::new(),
            between: &|step| self.faults.between(step),
        };
        run(&mut self.library, &ctx)
    }

    pub fn place(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub fn put(&self, path: &str, text: &str) {
        std::fs::create_dir_all(self.place(path).parent().unwrap()).unwrap();
        std::fs::write(self.place(path), text).unwrap();
    }

    pub fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.place(path)).unwrap()
    }

    pub fn edit(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "{text}");
        self.put(path, &text.replacen(from, to, 1));
    }

    pub fn rename(&self, from: &str, to: &str) {
        std::fs::create_dir_all(self.place(to).parent().unwrap()).unwrap();
        std::fs::rename(self.place(from), self.place(to)).unwrap();
    }

    /// A file that was taken in, and its post.
    pub fn filed(&mut self, path: &str, text: &str) -> Id {
        self.put(path, text);
        let outcomes = self.sync_once();
        let [Outcome::Created { post }] = outcomes[..] else { panic!("{outcomes:?}") };
        post
    }

    /// A post that was written in Fonds and has no file yet.
    pub fn draft(&mut self, title: &str, body: &str) -> Id {
        let new = NewPost {
            id: Id::generate(),
            pair: Id::generate(),
            counterpart: None,
            language: Language::En,
            title: title.into(),
            slug: fonds_library::slug_of(title),
        };
        let post = self.library.create_post(&self.act, &new).unwrap().id;
        self.type_in(post, |content| content.body = body.into());
        post
    }

    /// A post that was written in Fonds, and the path of its file.
    pub fn written(&mut self, title: &str, body: &str) -> (Id, String) {
        let post = self.draft(title, body);
        assert_eq!(self.write_post(post), []);
        (post, self.path(post))
    }

    pub fn type_in(&mut self, post: Id, change: impl FnOnce(&mut Content)) {
        let mut content = self.library.current(post).unwrap();
        change(&mut content);
        self.library.save(&self.act, post, &content).unwrap();
    }

    pub fn path(&self, post: Id) -> String {
        self.library.mirrored_file(post).unwrap().unwrap().path
    }

    pub fn current(&self, post: Id) -> Content {
        self.library.current(post).unwrap()
    }

    pub fn bodies(&self, post: Id) -> Vec<String> {
        let history = self.library.history(post).unwrap();
        history.iter().map(|row| self.library.revision(post, row.number).unwrap().content.body).collect()
    }

    pub fn category(&mut self, en: &str, fr: &str) -> Id {
        let category = fonds_library::Category {
            id: Id::generate(),
            parent: None,
            name_en: en.into(),
            name_fr: fr.into(),
        };
        self.library.add_category(&self.act, &category).unwrap();
        category.id
    }
}

pub fn refusals(outcomes: &[Outcome]) -> Vec<Refusal> {
    outcomes
        .iter()
        .filter_map(|outcome| match outcome {
            Outcome::Refused { reason, .. } => Some(reason.clone()),
            _ => None,
        })
        .collect()
}
