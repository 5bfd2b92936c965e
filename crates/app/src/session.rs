//! An open library and who works on it.

use std::collections::BTreeSet;
use std::path::Path;

use fonds_folder::{Folder, Outcome, Refusal};
use fonds_library::{Act, Actor, Id, Library, NewLibrary};

use crate::settings::ActorView;
use crate::{BlogView, Error, Language, LibraryView, Result, clock};

/// An open library with the person who works on it. Its methods are the use cases; each is durable when it returns.
pub struct Session {
    pub(crate) library: Library,
    pub(crate) library_id: Id,
    pub(crate) actor: Actor,
    pub(crate) language: Language,
}

/// Something that the folder did or could not do, in plain values.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FolderEvent {
    /// `created`, `edited`, `merged`, `conflicted`, `renamed`, `missing`, `returned`, `attachment-added`,
    /// `attachment-replaced` or `refused`.
    pub kind: &'static str,
    /// The posts concerned.
    pub posts: Vec<String>,
    /// The file, where the event is about one.
    pub path: Option<String>,
    /// Why a file was refused.
    pub reason: Option<String>,
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

    /// Calls `changed` after changes of the folder's files, from another thread, until what it gives is dropped.
    pub fn watch(&self, changed: impl Fn() + Send + 'static) -> Result<fonds_folder::Watch> {
        Ok(fonds_folder::watch(self.library.root(), changed)?)
    }

    /// Takes in every change of the folder's files, and gives what came of it.
    pub fn sync_folder(&mut self) -> Result<Vec<FolderEvent>> {
        let act = self.act();
        let outcomes = fonds_folder::sync(&mut self.library, &folder(&act))?;
        Ok(outcomes.into_iter().map(|outcome| event(outcome, self.language)).collect())
    }

    /// Writes a post's text to its file; a file that another program changed is taken in first.
    pub fn write_file(&mut self, post: Id) -> Result<Vec<FolderEvent>> {
        let act = self.act();
        let outcomes = fonds_folder::write_post(&mut self.library, post, &folder(&act))?;
        Ok(outcomes.into_iter().map(|outcome| event(outcome, self.language)).collect())
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

pub(crate) fn folder(act: &Act) -> Folder<'_> {
    const NONE: &BTreeSet<String> = &BTreeSet::new();
    Folder { act, new_id: &clock::new_id, local_date: &clock::local_date, retired: NONE }
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
        Outcome::Renamed { post, to, .. } => FolderEvent { path: Some(to), ..about("renamed", vec![post]) },
        Outcome::Missing { post } => about("missing", vec![post]),
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
        _ => error,
    }
}
