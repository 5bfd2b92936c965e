//! An open library and who works on it.

use std::path::Path;

use fonds_library::{Act, Actor, Id, Library, NewLibrary};

use crate::settings::ActorView;
use crate::{BlogView, Language, LibraryView, Result, clock};

/// An open library with the person who works on it. Its methods are the use cases; each is durable when it returns.
pub struct Session {
    pub(crate) library: Library,
    pub(crate) library_id: Id,
    pub(crate) actor: Actor,
    pub(crate) language: Language,
}

impl Session {
    /// Makes a library in a folder and opens it. Its name is the folder's.
    pub fn create(path: &Path, actor: &ActorView, language: Language) -> Result<Self> {
        let name =
            path.file_name().map_or_else(|| "Fonds".into(), |name| name.to_string_lossy().into_owned());
        let new = NewLibrary { id: clock::new_id(), name, series_id: clock::new_id(), blog: clock::new_id() };
        let actor = named(actor);
        let library = Library::init(path, &new, &Act { now: clock::now(), actor: actor.clone() })?;
        Ok(Session { library, library_id: new.id, actor, language })
    }

    /// Opens the library in a folder, and takes in what happened to its files since.
    pub fn open(path: &Path, actor: &ActorView, language: Language) -> Result<Self> {
        let library = Library::open(path)?;
        let library_id = library.identity()?.id;
        Ok(Session { library, library_id, actor: named(actor), language })
    }

    /// The library, for the window's title and the lists of blogs.
    pub fn view(&self) -> Result<LibraryView> {
        let identity = self.library.identity()?;
        let made = self.library.exports()?;
        let last =
            made.iter().filter(|(e, _)| e.series_id == identity.series_id).map(|(e, _)| e.sequence).max();
        Ok(LibraryView {
            path: self.library.root().to_string_lossy().into_owned(),
            name: identity.name,
            series: identity.series,
            next_sequence: last.unwrap_or(0) + 1,
            blogs: self.blogs()?,
            network: match self.library.storage() {
                fonds_library::Storage::Local => None,
                fonds_library::Storage::Network(name) => Some(name.into()),
            },
        })
    }

    /// The blogs that are set up.
    pub fn blogs(&self) -> Result<Vec<BlogView>> {
        let blogs = self.library.blogs()?.into_iter();
        Ok(blogs.map(|b| BlogView { id: b.id.to_string(), kind: b.kind, name: b.name, url: b.url }).collect())
    }

    /// The blog of a name or id.
    pub fn find_blog(&self, name: &str) -> Result<BlogView> {
        let blog = self.library.find_blog(name)?;
        Ok(BlogView { id: blog.id.to_string(), kind: blog.kind, name: blog.name, url: blog.url })
    }

    /// Writes the file of every post that is still being written: what a crash kept from its file.
    pub fn write_pending_files(&mut self) -> Result<()> {
        for post in self.library.working_copies()?.into_iter().chain(self.library.unwritten_files()?) {
            self.write_file(post)?;
        }
        Ok(())
    }

    /// Makes revisions of everything that is still being written: before the library is closed.
    pub fn seal_all(&mut self) -> Result<()> {
        let act = self.act();
        Ok(self.library.seal_all(&act)?)
    }

    pub(crate) fn act(&self) -> Act {
        Act { now: clock::now(), actor: self.actor.clone() }
    }
}

/// An actor with a name: an archive takes none without.
fn named(actor: &ActorView) -> Actor {
    let name = actor.name.trim();
    Actor { name: if name.is_empty() { "?".into() } else { name.into() }, email: actor.email.trim().into() }
}
