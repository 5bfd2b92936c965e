//! The window's commands on the open library, one method each.

use std::path::PathBuf;

use serde_json::Value;

use super::{Answer, Desk, address_of, parse};
use crate::authoring::{Kept, Typed};
use crate::publishing::carry_on;
use crate::{
    CategoryView, Error, ExportRow, Language, NewPost, OutboxRow, PairRow, PostRow, PostView, Result,
    SaveResult,
};

impl Desk {
    /// See [`crate::Session::list_posts`].
    pub fn list_posts(&self, search: Option<&str>) -> Answer<Vec<PairRow>> {
        self.with(|open| open.session.list_posts(search))
    }

    /// The posts in the trash.
    pub fn trash(&self) -> Answer<Vec<PostRow>> {
        self.with(|open| open.session.trash())
    }

    /// Makes an empty draft, alone or as the counterpart of another post.
    pub fn create_post(&self, title: &str, language: Language, pair_with: Option<&str>) -> Answer<PostView> {
        let new = NewPost {
            title: title.into(),
            language,
            pair_with: pair_with.map(str::to_owned),
            markdown: None,
        };
        self.with_post(|session| session.create_post(&new))
    }

    /// Opens a post.
    pub fn open_post(&self, id: &str) -> Answer<PostView> {
        self.with_post(|session| session.open_post(parse(id)?))
    }

    /// Keeps what was typed; it is on disk when this returns.
    pub fn save_post(&self, id: &str, title: &str, doc: &Value) -> Answer<SaveResult> {
        self.with(|open| {
            let id = parse(id)?;
            let shown = match open.shown.get(&id) {
                Some(shown) => shown.clone(),
                None => open.session.current(id)?,
            };
            let kept = open.session.save_typed(id, &shown, &Typed { title, doc })?;
            open.keeper.typed(id);
            let view = open.session.open_post(id)?;
            let (content, merged) = match kept {
                Kept::AsTyped(content) => (content, false),
                Kept::WithOthers(content) => (content, true),
            };
            open.shown.insert(id, content);
            let (saved_at, revision) = (view.saved_at.clone(), view.revision);
            Ok(SaveResult { saved_at, revision, reload: merged.then_some(view) })
        })
    }

    /// Writes a post's file now.
    pub fn flush_post(&self, id: &str) -> Answer<()> {
        let events = self.with(|open| {
            let id = parse(id)?;
            open.keeper.written(id);
            open.session.write_file(id)
        })?;
        self.tell_of(&events);
        Ok(())
    }

    /// Makes a revision of what was typed.
    pub fn seal_post(&self, id: &str) -> Answer<PostView> {
        self.with_post(|session| session.seal_post(parse(id)?))
    }

    /// A revision for reading, as sanitised HTML.
    pub fn revision_html(&self, id: &str, number: u32) -> Answer<String> {
        self.with(|open| open.session.revision_html(parse(id)?, number))
    }

    /// Makes an earlier revision current again.
    pub fn restore_revision(&self, id: &str, number: u32) -> Answer<PostView> {
        self.with_post(|session| session.restore_revision(parse(id)?, number))
    }

    /// Ends a conflict; `keep` is `mine` or `theirs`.
    pub fn resolve_conflict(&self, id: &str, keep: &str) -> Answer<PostView> {
        self.with_post(|session| session.resolve_conflict(parse(id)?, keep == "mine"))
    }

    /// Puts a post into the trash.
    pub fn trash_post(&self, id: &str) -> Answer<()> {
        self.with(|open| open.session.set_trashed(parse(id)?, true))
    }

    /// Takes it out.
    pub fn restore_trashed(&self, id: &str) -> Answer<()> {
        self.with(|open| open.session.set_trashed(parse(id)?, false))
    }

    /// Attaches PDFs.
    pub fn attach_files(&self, id: &str, paths: &[PathBuf]) -> Answer<PostView> {
        self.with_post(|session| session.attach(parse(id)?, paths))
    }

    /// Takes a PDF off a post.
    pub fn detach(&self, id: &str, attachment: &str) -> Answer<PostView> {
        self.with_post(|session| session.detach(parse(id)?, attachment_id(attachment)?))
    }

    /// A file of an attachment's version, for the system's viewer.
    pub fn attachment_file(&self, attachment: &str, version: u32) -> Answer<PathBuf> {
        self.with(|open| open.session.attachment_file(attachment_id(attachment)?, version))
    }

    /// A receipt's address, as the system opens it. Only addresses that a receipt names are given.
    pub fn address(&self, address: &str) -> Answer<PathBuf> {
        self.with(|open| {
            let known = open.session.outbox()?.into_iter().any(|row| row.address.as_deref() == Some(address));
            if !known {
                return Err(Error::new("file.not_found").with("path", address));
            }
            Ok(address_of(open.session.library.root(), address))
        })
    }

    /// The categories.
    pub fn categories(&self) -> Answer<Vec<CategoryView>> {
        self.with(|open| open.session.categories())
    }

    /// Adds a category and gives its id.
    pub fn add_category(&self, parent: Option<&str>, name_en: &str, name_fr: &str) -> Answer<String> {
        self.with(|open| {
            let parent = parent.map(category_id).transpose()?;
            Ok(open.session.add_category(parent, name_en, name_fr)?.to_string())
        })
    }

    /// Renames a category.
    pub fn rename_category(&self, id: &str, name_en: &str, name_fr: &str) -> Answer<()> {
        self.with(|open| open.session.rename_category(category_id(id)?, name_en, name_fr))
    }

    /// Moves a category.
    pub fn move_category(&self, id: &str, parent: Option<&str>) -> Answer<()> {
        self.with(|open| open.session.move_category(category_id(id)?, parent.map(category_id).transpose()?))
    }

    /// Removes a category that holds nothing.
    pub fn remove_category(&self, id: &str) -> Answer<()> {
        self.with(|open| open.session.remove_category(category_id(id)?))
    }

    /// Files a post and its counterpart.
    pub fn file_post(&self, id: &str, categories: &[String]) -> Answer<PostView> {
        self.with_post(|session| {
            let categories = categories.iter().map(|id| category_id(id)).collect::<Result<Vec<_>>>()?;
            session.file_post(parse(id)?, &categories)
        })
    }

    /// Publishes posts to a blog.
    pub fn publish(&self, ids: &[String], blog: &str) -> Answer<Vec<PostView>> {
        let views = self.with(|open| {
            let posts = ids.iter().map(|id| parse(id)).collect::<Result<Vec<_>>>()?;
            let views = open.session.publish(&posts, blog, &mut carry_on)?;
            for view in &views {
                open.show(view)?;
            }
            Ok(views)
        })?;
        self.tell(super::Event::LibraryChanged {});
        Ok(views)
    }

    /// Takes a post off a blog.
    pub fn withdraw(&self, id: &str, blog: &str) -> Answer<PostView> {
        self.with_post(|session| session.withdraw(parse(id)?, blog, &mut carry_on))
    }

    /// The outbox.
    pub fn outbox(&self) -> Answer<Vec<OutboxRow>> {
        self.with(|open| open.session.outbox())
    }

    /// Sends what waits in the outbox.
    pub fn send_waiting(&self) -> Answer<()> {
        self.with(|open| open.session.send_waiting(&mut carry_on))
    }

    /// The exports that were made.
    pub fn exports(&self) -> Answer<Vec<ExportRow>> {
        self.with(|open| open.session.exports())
    }
}

fn category_id(id: &str) -> Result<fonds_library::Id> {
    id.parse().map_err(|_| Error::new("category.not_found").with("name", id))
}

fn attachment_id(id: &str) -> Result<fonds_library::Id> {
    id.parse().map_err(|_| Error::new("attachment.not_found").with("name", id))
}
