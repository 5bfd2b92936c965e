//! Writing: posts, their text, their history.

use fonds_library::{Content, Id, Origin, Post, slug_of};
use fonds_markdown::front_matter;

use crate::settings::ActorView;
use crate::{
    ConflictView, Counterpart, Error, Language, PostRow, PostView, PublicationView, Result, Session, clock,
};

/// How many revisions come with a post.
const NEWEST: u32 = 20;

/// What makes a post.
#[derive(Debug, Clone)]
pub struct NewPost {
    /// Its title.
    pub title: String,
    /// Its language.
    pub language: Language,
    /// The post, by id or slug, that it is to be the counterpart of.
    pub pair_with: Option<String>,
    /// Its text as Markdown; front matter in it is taken as the author's own.
    pub markdown: Option<String>,
}

impl Session {
    /// The id that `name` means: an id, a unique beginning of one, a slug, or `slug.en`.
    pub fn find(&self, name: &str) -> Result<Id> {
        Ok(self.library.find_post(name)?.id)
    }

    /// Makes a draft. Where it comes with a text, that is its first revision and its file is written.
    pub fn create_post(&mut self, new: &NewPost) -> Result<PostView> {
        let act = self.act();
        let (author, body) = match &new.markdown {
            Some(text) => {
                let document = front_matter::parse(text)?;
                (document.author, document.body.to_owned())
            }
            None => (String::new(), String::new()),
        };
        let counterpart = new.pair_with.as_deref().map(|name| self.find(name)).transpose()?;
        let post = self.library.create_post(
            &act,
            &fonds_library::NewPost {
                id: clock::new_id(),
                pair: clock::new_id(),
                counterpart,
                language: new.language.into(),
                title: new.title.trim().into(),
                slug: slug_of(&new.title),
            },
        )?;
        if new.markdown.is_some() {
            let content = Content { body, front_matter: author, ..self.library.current(post.id)? };
            self.library.save(&act, post.id, &content)?;
            self.library.seal(&act, post.id, Origin::Editor)?;
            self.write_file(post.id)?;
        }
        self.open_post(post.id)
    }

    /// A post with all that the window shows beside its text.
    pub fn open_post(&self, id: Id) -> Result<PostView> {
        let post = self.library.post(id)?;
        let content = self.library.current(id)?;
        let copy = self.library.working_copy(id)?;
        let file = self.library.mirrored_file(id)?;
        let conflict = self.conflict_view(id, &content)?;
        Ok(PostView {
            id: id.to_string(),
            pair_id: post.pair.to_string(),
            language: content.language.into(),
            title: content.title.clone(),
            slug: content.slug.clone(),
            status: post.status.as_str().into(),
            doc: fonds_markdown::to_tiptap(&content.body),
            held: None,
            revision: post.head.unwrap_or(0),
            unsealed: copy.is_some(),
            saved_at: copy.map_or(post.updated_at, |copy| copy.saved_at).to_string(),
            missing: file.as_ref().is_some_and(|file| file.missing),
            file: file.map(|file| file.path),
            counterpart: self.library.counterpart(id)?.map(|other| Counterpart {
                id: other.id.to_string(),
                language: other.language.into(),
                title: other.title,
                status: other.status.as_str().into(),
            }),
            categories: self.library.filing(post.pair)?.iter().map(ToString::to_string).collect(),
            attachments: self.attachment_views(&content.attachments)?,
            history: self.history_page(id, None, NEWEST)?.rows,
            revisions: self.library.revisions_of(id)?,
            publications: self.publication_views(id)?,
            conflict,
            markdown: content.body,
        })
    }

    /// The text as it stands.
    pub fn current(&self, id: Id) -> Result<Content> {
        Ok(self.library.current(id)?)
    }

    /// Replaces a post's text and seals it as a revision.
    ///
    /// Front matter in `markdown` replaces the author's own where there is any, and a title in it the title; a text
    /// without front matter keeps both.
    pub fn edit_post(&mut self, id: Id, markdown: &str) -> Result<PostView> {
        let act = self.act();
        self.write_file_if_mirrored(id)?;
        let current = self.library.current(id)?;
        let document = front_matter::parse(markdown)?;
        let has_front_matter = document.body.len() != markdown.len();
        let content = Content {
            title: document.owned.title.unwrap_or_else(|| current.title.clone()),
            body: document.body.to_owned(),
            front_matter: if has_front_matter { document.author } else { current.front_matter.clone() },
            ..current
        };
        self.library.add_revision(&act, id, &content, Origin::Editor)?;
        self.write_file(id)?;
        self.open_post(id)
    }

    fn write_file_if_mirrored(&mut self, id: Id) -> Result<()> {
        if self.library.mirrored_file(id)?.is_some() {
            self.write_file(id)?;
        }
        Ok(())
    }

    /// Makes a revision of what is being written.
    pub fn seal_post(&mut self, id: Id) -> Result<PostView> {
        let act = self.act();
        self.library.seal(&act, id, Origin::Editor)?;
        self.open_post(id)
    }

    /// Ends a conflict: keeps the post's own text or the other program's. Both stay in the history.
    pub fn resolve_conflict(&mut self, id: Id, keep_mine: bool) -> Result<PostView> {
        let act = self.act();
        let theirs =
            self.library.conflict(id)?.ok_or_else(|| Error::new("post.no_conflict").with("name", id))?;
        let content =
            if keep_mine { self.library.current(id)? } else { self.library.revision(id, theirs)?.content };
        self.library.resolve_conflict(&act, id, &content)?;
        self.write_file(id)?;
        self.open_post(id)
    }

    /// Puts a post into the trash, or takes it out.
    pub fn set_trashed(&mut self, id: Id, trashed: bool) -> Result<()> {
        let act = self.act();
        if trashed {
            self.library.seal(&act, id, Origin::Editor)?;
        }
        Ok(self.library.set_trashed(&act, id, trashed)?)
    }

    fn publication_views(&self, id: Id) -> Result<Vec<PublicationView>> {
        let blogs = self.library.blogs()?;
        self.library
            .publications(id)?
            .into_iter()
            .map(|publication| {
                let blog = blogs.iter().find(|blog| blog.id == publication.blog);
                let page = blog.map(|blog| self.page_of(blog, &publication)).transpose()?.flatten();
                Ok(PublicationView {
                    blog_id: publication.blog.to_string(),
                    blog_name: blog.map(|blog| blog.name.clone()).unwrap_or_default(),
                    page,
                    revision: publication.revision,
                    revision_hash: self.library.revision(id, publication.revision)?.hash,
                    address: publication.address,
                    at: publication.at.to_string(),
                    actor: actor_view(publication.actor),
                })
            })
            .collect()
    }

    fn conflict_view(&self, id: Id, mine: &Content) -> Result<Option<ConflictView>> {
        let Some(number) = self.library.conflict(id)? else { return Ok(None) };
        let theirs = self.library.revision(id, number)?;
        Ok(Some(ConflictView {
            number,
            actor: actor_view(theirs.actor),
            at: theirs.at.to_string(),
            markdown: theirs.content.body,
            mine_markdown: mine.body.clone(),
        }))
    }
}

pub(crate) fn actor_view(actor: fonds_library::Actor) -> ActorView {
    ActorView { name: actor.name, email: actor.email }
}

pub(crate) fn post_row(post: &Post, snippet: Option<String>) -> PostRow {
    PostRow {
        id: post.id.to_string(),
        language: post.language.into(),
        title: post.title.clone(),
        slug: post.slug.clone(),
        status: post.status.as_str().into(),
        updated_at: post.updated_at.to_string(),
        conflict: post.conflict,
        missing: post.missing,
        trashed_at: post.trashed_at.map(|at| at.to_string()),
        snippet,
    }
}
