//! What a library does, on real SQLite files and blobs in temporary folders.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod attachments;
mod captures;
mod categories_and_pairs;
mod checking;
mod history;
mod increments;
mod life;
mod listing;
mod packed;
mod publishing;
mod refiling;
mod repairing;
mod restoring;
mod retention;
mod saved;
mod sealing;
mod searching;
mod side_by_side;
mod texts;

use std::path::{Path, PathBuf};

use fonds_library::{Act, Actor, Content, Id, Language, Library, NewLibrary, NewPost, Post, Timestamp};
use tempfile::TempDir;

/// A library in a folder that goes with it.
struct Desk {
    folder: TempDir,
    library: Library,
    ids: u32,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let library = Library::init(folder.path(), &new_library(), &act(1_000)).unwrap();
        Desk { folder, library, ids: 100 }
    }

    fn root(&self) -> &Path {
        self.folder.path()
    }

    /// Leaves the library as a killed process does: nothing is sealed, nothing is closed by the program.
    fn reopen(self) -> Self {
        let Desk { folder, library, ids } = self;
        drop(library);
        let library = Library::open(folder.path()).unwrap();
        Desk { folder, library, ids }
    }

    fn id(&mut self) -> Id {
        self.ids += 1;
        id(self.ids)
    }

    fn post(&mut self, language: Language, title: &str) -> Post {
        let new = self.new_post(language, title);
        self.library.create_post(&act(2_000), &new).unwrap()
    }

    fn new_post(&mut self, language: Language, title: &str) -> NewPost {
        let slug = fonds_library::slug_of(title);
        NewPost { id: self.id(), pair: self.id(), counterpart: None, language, title: title.into(), slug }
    }

    fn save(&mut self, post: Id, body: &str, now: i64) {
        let content = Content { body: body.into(), ..self.library.current(post).unwrap() };
        self.library.save(&act(now), post, &content).unwrap();
    }

    fn actions(&self) -> Vec<String> {
        let mut actions = vec![];
        self.library
            .each_journal_entry(0, |entry| {
                actions.push(entry.action);
                Ok(())
            })
            .unwrap();
        actions
    }

    fn database(&self) -> PathBuf {
        self.root().join(".fonds/library.db")
    }

    /// A connection past the library, as another program would open one.
    fn raw(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.database()).unwrap()
    }
}

fn new_library() -> NewLibrary {
    NewLibrary { id: id(1), name: "Blogue du gouvernement ouvert".into(), series_id: id(2), blog: id(3) }
}

fn id(number: u32) -> Id {
    format!("019a9f3e-7c00-7000-8000-{number:012x}").parse().unwrap()
}

fn act(now: i64) -> Act {
    act_as("Ada", now)
}

fn act_as(name: &str, now: i64) -> Act {
    let email = format!("{}@example.org", name.to_lowercase());
    Act { now: Timestamp::from_millis(now), actor: Actor { name: name.into(), email } }
}

fn content(title: &str, body: &str) -> Content {
    Content {
        title: title.into(),
        language: Language::En,
        slug: fonds_library::slug_of(title),
        body: body.into(),
        front_matter: String::new(),
        attachments: vec![],
    }
}
