//! The window's commands on the open library, one method each.

use std::path::{Path, PathBuf};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use fonds_library::{Id, Leaving};

use super::{Answer, BlockChange, Desk, Open, address_of, parse};
use crate::linking::Destination;
use crate::publishing::carry_on;
use crate::saving::{Kept, Text, Typed};
use crate::{
    Attached, AttachmentView, CaptureRow, CategoryView, CheckRow, Error, ExportPlan, ExportRow, ImageFile,
    Language, LibraryView, LinkTarget, ListPage, ListRequest, NewBlog, NewPost, OutboxRow, PdfDetail,
    PostRow, PostView, Result, SaveResult, SavedSearchRow, SearchQuery, SearchResult, SelectionRequest,
};

/// More hits than anybody looks through; the conditions narrow them.
const MOST_HITS: usize = 100;

impl Desk {
    /// See [`crate::Session::list_posts`].
    pub fn list_posts(&self, request: &ListRequest) -> Answer<ListPage> {
        self.with(|open| open.session.list_posts(request))
    }

    /// See [`crate::Session::search`].
    pub fn search(&self, query: &SearchQuery) -> Answer<SearchResult> {
        self.with(|open| open.session.search(query, MOST_HITS))
    }

    /// See [`crate::Session::saved_searches`].
    pub fn saved_searches(&self) -> Answer<Vec<SavedSearchRow>> {
        self.with(|open| open.session.saved_searches())
    }

    /// See [`crate::Session::save_search`].
    pub fn save_search(&self, name: &str, query: &SearchQuery) -> Answer<SavedSearchRow> {
        self.with(|open| open.session.save_search(name, query))
    }

    /// See [`crate::Session::rename_search`].
    pub fn rename_search(&self, id: &str, name: &str) -> Answer<SavedSearchRow> {
        self.with(|open| open.session.rename_search(id, name))
    }

    /// See [`crate::Session::remove_search`].
    pub fn remove_search(&self, id: &str) -> Answer<()> {
        self.with(|open| open.session.remove_search(id))
    }

    /// See [`crate::Session::pdf_detail`].
    pub fn pdf_detail(&self, attachment: &str, version: u32) -> Answer<PdfDetail> {
        self.with(|open| open.session.pdf_detail(attachment_id(attachment)?, version))
    }

    /// Some bytes of an attachment's version, from `from` on: at most 4 MiB, fewer at its end.
    pub fn attachment_bytes(
        &self,
        attachment: &str,
        version: u32,
        from: u64,
        length: u64,
    ) -> Answer<Vec<u8>> {
        let file = self.with(|open| open.session.attachment_blob(attachment_id(attachment)?, version))?;
        // Read when others have the library again: a slow disk holds up nobody's typing.
        let read = crate::attaching::read_part(file, from, length);
        read.map_err(|error| error.report(self.settings().language))
    }

    /// Gives a PDF a new version, from a file, and each post that has it a revision.
    pub fn replace_attachment(&self, attachment: &str, file: &Path) -> Answer<u32> {
        let version = self.with(|open| {
            let version = open.session.replace_attachment(attachment_id(attachment)?, file)?;
            open.readings.look();
            Ok(version)
        })?;
        self.tell(super::Event::LibraryChanged {});
        Ok(version)
    }

    /// A post's attachments, as they are known now.
    pub fn attachments(&self, id: &str) -> Answer<Vec<AttachmentView>> {
        self.with(|open| open.session.attachments(parse(id)?))
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

    /// Keeps what was typed in the rich editor; it is on disk when this returns.
    pub fn save_post(&self, id: &str, title: &str, change: BlockChange) -> Answer<SaveResult> {
        self.with(|open| {
            let id = parse(id)?;
            let mut held = std::mem::take(&mut open.held);
            let saved =
                held.change(id, change, |doc| open.keep(id, &Typed { title, text: Text::Document(doc) }));
            open.held = held;
            let (kept, number) = saved?;
            open.answer(id, kept, Some(number))
        })
    }

    /// Keeps Markdown exactly as it was typed; it is on disk when this returns.
    pub fn save_source(&self, id: &str, title: &str, markdown: &str) -> Answer<SaveResult> {
        self.with(|open| {
            let id = parse(id)?;
            open.held.forget();
            let kept = open.keep(id, &Typed { title, text: Text::Markdown(markdown) })?;
            open.answer(id, kept, None)
        })
    }

    /// Markdown as sanitised HTML, to be looked at while it is typed. No library is needed.
    pub fn preview_html(&self, markdown: &str) -> Answer<String> {
        Ok(crate::markdown::to_html(markdown))
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

    /// Attaches PDFs and images.
    pub fn attach_files(&self, id: &str, paths: &[PathBuf]) -> Answer<Attached> {
        self.with(|open| {
            let attached = open.session.attach(parse(id)?, paths)?;
            open.readings.look();
            Ok(Attached { post: open.show(attached.post)?, ..attached })
        })
    }

    /// Attaches an image that was pasted; `data` is its bytes in Base64.
    pub fn attach_image(&self, id: &str, name: &str, data: &str) -> Answer<Attached> {
        self.with(|open| {
            let bytes = BASE64_STANDARD
                .decode(data)
                .map_err(|_| Error::new("attachment.damaged_image").with("path", name))?;
            let attached = open.session.attach_image(parse(id)?, name, &bytes)?;
            Ok(Attached { post: open.show(attached.post)?, ..attached })
        })
    }

    /// An image of the open library, by its name in `attachments/`.
    pub fn image(&self, name: &str) -> Answer<ImageFile> {
        self.with(|open| open.session.image(name))
    }

    /// See [`crate::Session::link_targets`].
    pub fn link_targets(&self, query: &str, from: &str) -> Answer<Vec<LinkTarget>> {
        self.with(|open| open.session.link_targets(query, parse(from)?))
    }

    /// Where a link in a post, or in one of its revisions, leads: to another post, by id, or to what the system has to
    /// open.
    pub fn follow_link(
        &self,
        from: &str,
        revision: Option<u32>,
        href: &str,
    ) -> Answer<(Option<String>, Option<PathBuf>)> {
        self.with(|open| match open.session.destination(parse(from)?, revision, href)? {
            Destination::Post(id) => Ok((Some(id.to_string()), None)),
            Destination::Outside(target) => Ok((None, Some(target))),
            Destination::Nowhere => Err(Error::new("link.nowhere").with("name", href)),
        })
    }

    /// Takes a PDF or an image off a post.
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

    /// Renames a category. Gives the number that undoes it, as do all that change the tree.
    pub fn rename_category(&self, id: &str, name_en: &str, name_fr: &str) -> Answer<u64> {
        self.with(|open| open.session.rename_category(category_id(id)?, name_en, name_fr))
    }

    /// Moves a category.
    pub fn move_category(&self, id: &str, parent: Option<&str>) -> Answer<u64> {
        self.with(|open| open.session.move_category(category_id(id)?, parent.map(category_id).transpose()?))
    }

    /// Makes two categories one.
    pub fn merge_category(&self, id: &str, into: &str) -> Answer<u64> {
        self.with(|open| open.session.merge_category(category_id(id)?, category_id(into)?))
    }

    /// Removes a category with all below it. Its posts go under `to`, or under nothing in its place.
    pub fn remove_category(&self, id: &str, to: Option<&str>) -> Answer<u64> {
        self.with(|open| {
            let to = to.map(category_id).transpose()?.map_or(Leaving::Unfiled, Leaving::Under);
            open.session.remove_category(category_id(id)?, to)
        })
    }

    /// Undoes a change of the tree.
    pub fn undo_category(&self, number: u64) -> Answer<u64> {
        self.with(|open| open.session.undo_category(number))
    }

    /// Files a post and its counterpart.
    pub fn file_post(&self, id: &str, categories: &[String]) -> Answer<PostView> {
        self.with_post(|session| {
            let categories = categories.iter().map(|id| category_id(id)).collect::<Result<Vec<_>>>()?;
            session.file_post(parse(id)?, &categories)
        })
    }

    /// Publishes posts to a blog. Where it cannot be reached they wait in the outbox.
    pub fn publish(&self, ids: &[String], blog: &str) -> Answer<Vec<PostView>> {
        let posts = self.with(|open| {
            let posts = ids.iter().map(|id| parse(id)).collect::<Result<Vec<_>>>()?;
            open.session.queue_posts(&posts, blog)?;
            Ok(posts)
        })?;
        self.aside(|session| session.send_now(blog, &mut carry_on))?;
        let views = self.with(|open| {
            open.outgoing.look();
            posts.iter().map(|id| open.show(open.session.open_post(*id)?)).collect()
        })?;
        self.tell(super::Event::LibraryChanged {});
        Ok(views)
    }

    /// Takes a post off a blog.
    pub fn withdraw(&self, id: &str, blog: &str) -> Answer<PostView> {
        if self.with(|open| open.session.queue_withdrawal(parse(id)?, blog))? {
            self.aside(|session| session.send_now(blog, &mut carry_on))?;
        }
        self.with_post(|session| session.open_post(parse(id)?))
    }

    /// Sets a WordPress up by its address and an application password, and gives the library with it. The password goes
    /// to the keyring.
    pub fn add_blog(&self, name: &str, url: &str, user: &str, password: &str) -> Answer<LibraryView> {
        let new = NewBlog {
            kind: "wordpress".into(),
            name: name.into(),
            url: url.into(),
            user: user.into(),
            password: password.into(),
            ca: None,
            proxy: None,
        };
        self.aside(|session| session.add_blog(&new))?;
        self.library_told()
    }

    /// Says at which address the public finds the static site; an empty one takes it away.
    pub fn set_blog_address(&self, blog: &str, url: &str) -> Answer<LibraryView> {
        self.with(|open| open.session.set_blog_address(blog, url))?;
        self.library_told()
    }

    /// What works on a blog with its account, and which rights are missing.
    pub fn test_blog(&self, blog: &str) -> Answer<Vec<CheckRow>> {
        self.aside(|session| session.test_blog(blog))
    }

    /// Removes a blog that nothing is public on, and its password.
    pub fn remove_blog(&self, blog: &str) -> Answer<LibraryView> {
        self.with(|open| open.session.remove_blog(blog))?;
        self.library_told()
    }

    fn library_told(&self) -> Answer<LibraryView> {
        self.tell(super::Event::LibraryChanged {});
        self.with(|open| open.session.view())
    }

    /// Captures a post's public pages as anybody sees them now, and gives all its captures.
    pub fn capture(&self, id: &str) -> Answer<Vec<CaptureRow>> {
        self.aside(|session| session.capture(parse(id)?, None, &mut carry_on).map(drop))?;
        self.captures(id)
    }

    /// The captures of a post's pages, the newest first.
    pub fn captures(&self, id: &str) -> Answer<Vec<CaptureRow>> {
        self.with(|open| open.session.captures(parse(id)?))
    }

    /// Writes a capture into a folder, under a name of its own, and gives the file.
    pub fn save_capture(&self, id: &str, blog: &str, version: u32, dir: &Path) -> Answer<PathBuf> {
        self.with(|open| {
            let post = parse(id)?;
            let slug = open.session.library.current(post)?.slug;
            let name = format!("{slug}-{version}.wacz");
            open.session.save_capture(post, Some(blog), Some(version), &dir.join(name))
        })
    }

    /// Does something with a session of its own: the window can be used while a blog is waited for.
    pub(super) fn aside<T>(&self, act: impl FnOnce(&mut crate::Session) -> Result<T>) -> Answer<T> {
        let (root, actor, language) = self.with(|open| {
            let actor = &open.session.actor;
            let actor = crate::ActorView { name: actor.name.clone(), email: actor.email.clone() };
            Ok((open.session.library.root().to_path_buf(), actor, open.session.language))
        })?;
        crate::Session::open(&root, &actor, language)
            .and_then(|mut session| act(&mut session))
            .map_err(|error| error.report(language))
    }

    /// The outbox.
    pub fn outbox(&self) -> Answer<Vec<OutboxRow>> {
        self.with(|open| open.session.outbox())
    }

    /// Sends what waits in the outbox.
    pub fn send_waiting(&self) -> Answer<()> {
        self.aside(|session| session.send_waiting(&mut carry_on))
    }

    /// Has items of the outbox tried at once; all that wait where none is named.
    pub fn retry(&self, items: &[String]) -> Answer<()> {
        self.with(|open| open.session.retry(items))?;
        self.send_waiting()
    }

    /// Has items of the outbox wait until they are resumed; all of them where none is named.
    pub fn pause(&self, items: &[String]) -> Answer<()> {
        self.with(|open| open.session.pause(items))
    }

    /// Ends the pause of items of the outbox; of all where none is named.
    pub fn resume(&self, items: &[String]) -> Answer<()> {
        self.with(|open| open.session.resume(items))?;
        self.send_waiting()
    }

    /// Gives items of the outbox up.
    pub fn cancel_items(&self, items: &[String]) -> Answer<()> {
        self.with(|open| open.session.cancel(items))?;
        self.send_waiting()
    }

    /// What an export of these posts would hold.
    pub fn plan_export(&self, selection: &SelectionRequest) -> Answer<ExportPlan> {
        self.with(|open| open.session.plan_export(selection))
    }

    /// Has the authority of the settings vouch for the time of an export that was made before.
    pub fn stamp_export(&self, path: &Path) -> Answer<()> {
        let settings = self.settings();
        let authority = settings.time_stamp_authority.ok_or_else(Error::no_authority);
        let stamped = authority.and_then(|authority| crate::timestamp(path, &authority));
        stamped.map(drop).map_err(|error| error.report(settings.language))
    }

    /// The exports that were made.
    pub fn exports(&self) -> Answer<Vec<ExportRow>> {
        self.with(|open| open.session.exports())
    }
}

impl Open {
    /// Keeps what was typed, as an edit of what the window shows.
    fn keep(&mut self, id: Id, typed: &Typed<'_>) -> Result<Kept> {
        let shown = match self.shown.get(&id) {
            Some(shown) => shown.clone(),
            None => self.session.current(id)?,
        };
        let kept = self.session.save_typed(id, &shown, typed)?;
        self.keeper.typed(id);
        Ok(kept)
    }

    /// Remembers what the window shows now. Where others' changes came in, the answer has the whole post anew.
    fn answer(&mut self, id: Id, kept: Kept, held: Option<u32>) -> Result<SaveResult> {
        let post = self.session.library.post(id)?;
        let (saved_at, revision) = (post.updated_at.to_string(), post.head.unwrap_or(0));
        let reload = match kept {
            Kept::AsTyped(content) => {
                self.shown.insert(id, content);
                None
            }
            Kept::WithOthers => Some(self.session.open_post(id).and_then(|view| self.show(view))?),
        };
        Ok(SaveResult { saved_at, revision, held, reload })
    }
}

pub(super) fn category_id(id: &str) -> Result<Id> {
    id.parse().map_err(|_| Error::new("category.not_found").with("name", id))
}

pub(super) fn attachment_id(id: &str) -> Result<Id> {
    id.parse().map_err(|_| Error::new("attachment.not_found").with("name", id))
}
