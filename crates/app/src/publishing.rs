//! Publishing: intentions go through the outbox, answers become receipts.

use std::ops::ControlFlow;

use fonds_library::{Id, IntentionAction, IntentionState, Library, Origin, Timestamp, Turn};

use crate::{Error, OutboxRow, PostView, Progress, Result, Session, TaskProgress, clock};

impl Session {
    /// Publishes posts to a blog, by name or id: each text is sealed, queued, sent, and its receipt recorded. A post that
    /// is public already is updated in place. Where the blog cannot be reached they wait in the outbox.
    pub fn publish(
        &mut self,
        posts: &[Id],
        blog: &str,
        progress: &mut Progress<'_>,
    ) -> Result<Vec<PostView>> {
        self.queue_posts(posts, blog)?;
        self.send_now(blog, progress)?;
        posts.iter().map(|post| self.open_post(*post)).collect()
    }

    /// Seals posts and puts them into the outbox. All or none: no text goes out while another of the same post waits for
    /// a decision.
    pub(crate) fn queue_posts(&mut self, posts: &[Id], blog: &str) -> Result<()> {
        let blog = self.library.find_blog(blog)?;
        let act = self.act();
        for post in posts {
            if self.library.conflict(*post)?.is_some() {
                return Err(Error::new("post.conflict").with("name", post));
            }
        }
        for post in posts {
            let revision = self.library.seal(&act, *post, Origin::Editor)?;
            self.library.intend(&act, clock::new_id(), *post, blog.id, IntentionAction::Publish, revision)?;
        }
        for post in posts {
            self.write_file(*post)?;
        }
        Ok(())
    }

    /// Takes a post off a blog. Its text, revisions and receipts stay.
    pub fn withdraw(&mut self, post: Id, blog: &str, progress: &mut Progress<'_>) -> Result<PostView> {
        if self.queue_withdrawal(post, blog)? {
            self.send_now(blog, progress)?;
        }
        self.open_post(post)
    }

    /// Puts a withdrawal into the outbox; says whether there is anything to withdraw.
    pub(crate) fn queue_withdrawal(&mut self, post: Id, blog: &str) -> Result<bool> {
        let blog = self.library.find_blog(blog)?;
        let public = self.library.publications(post)?.into_iter().find(|public| public.blog == blog.id);
        let Some(public) = public else { return Ok(false) };
        let (act, id, action) = (self.act(), clock::new_id(), IntentionAction::Withdraw);
        self.library.intend(&act, id, post, blog.id, action, public.revision)?;
        Ok(true)
    }

    /// Sends what is due to one blog.
    pub(crate) fn send_now(&mut self, blog: &str, progress: &mut Progress<'_>) -> Result<()> {
        let blog = self.library.find_blog(blog)?;
        self.send_to(&blog, progress)
    }

    /// Sends what is due, on every blog: at a start, after a crash, or from time to time.
    ///
    /// # Errors
    /// What the first blog that refused said, once every blog was tried.
    pub fn send_waiting(&mut self, progress: &mut Progress<'_>) -> Result<()> {
        let mut refused = None;
        for blog in self.library.blogs()? {
            if !self.library.due(blog.id, clock::now())?.is_empty()
                && let Err(error) = self.send_to(&blog, progress)
            {
                refused.get_or_insert(error);
            }
        }
        refused.map_or(Ok(()), Err)
    }

    /// Sends what is due, removes what lost requests may have left on the blogs, and captures what was published.
    pub fn sync_blogs(&mut self, progress: &mut Progress<'_>) -> Result<()> {
        let (sent, mut again) = (self.send_waiting(progress), false);
        for blog in self.library.blogs()? {
            if !self.library.recall_all(blog.id, "")?.is_empty() {
                again |= self.tidy(&blog)?;
            }
        }
        let sent = if again { sent.and(self.send_waiting(progress)) } else { sent };
        sent.and(self.capture_published(progress))
    }

    /// Has items of the outbox tried at once, whatever they waited for; all of them where none is named.
    pub fn retry(&mut self, items: &[String]) -> Result<()> {
        self.each_open(
            items,
            |state| matches!(state, IntentionState::Waiting | IntentionState::Failed),
            IntentionState::Waiting,
        )
    }

    /// Has items wait until they are resumed; all that are open where none is named.
    pub fn pause(&mut self, items: &[String]) -> Result<()> {
        self.each_open(items, |state| state != IntentionState::Sending, IntentionState::Paused)
    }

    /// Ends the pause of items; of all where none is named.
    pub fn resume(&mut self, items: &[String]) -> Result<()> {
        self.each_open(items, |state| state == IntentionState::Paused, IntentionState::Waiting)
    }

    fn each_open(
        &mut self,
        items: &[String],
        which: impl Fn(IntentionState) -> bool,
        to: IntentionState,
    ) -> Result<()> {
        let act = self.act();
        let chosen = items.iter().map(|item| self.find_item(item)).collect::<Result<Vec<_>>>()?;
        for item in self.library.outbox(true)? {
            if which(item.state) && (chosen.is_empty() || chosen.contains(&item.id)) {
                self.library.set_intention(&act, item.id, to, None)?;
            }
        }
        Ok(())
    }

    /// Gives items of the outbox up. What was brought to a blog for one, and never made public, is taken off again.
    pub fn cancel(&mut self, items: &[String]) -> Result<()> {
        let act = self.act();
        let chosen = items.iter().map(|item| self.find_item(item)).collect::<Result<Vec<_>>>()?;
        for item in self.library.outbox(true)?.into_iter().filter(|item| chosen.contains(&item.id)) {
            let public = self.library.publications(item.post)?.iter().any(|public| public.blog == item.blog);
            let begun = self.library.recall(item.blog, &format!("post/{}", item.post))?.is_some();
            if begun && !public && item.action == IntentionAction::Publish {
                let (id, action) = (clock::new_id(), IntentionAction::Withdraw);
                self.library.intend(&act, id, item.post, item.blog, action, item.revision)?;
            } else {
                self.library.set_intention(&act, item.id, IntentionState::Cancelled, None)?;
            }
        }
        Ok(())
    }

    /// Moves an item of the outbox before another, or to its end.
    pub fn move_item(&mut self, item: &str, before: Option<&str>) -> Result<()> {
        let (act, id) = (self.act(), self.find_item(item)?);
        let turn = before.map(|other| self.find_item(other)).transpose()?.map_or(Turn::Last, Turn::Before);
        Ok(self.library.move_intention(&act, id, turn)?)
    }

    /// The open item of an id, of a unique beginning of one or of its end.
    fn find_item(&self, name: &str) -> Result<Id> {
        let open = self.library.outbox(true)?;
        let fits = |id: &str| id.starts_with(name) || id.ends_with(name);
        let mut found = open.iter().map(|item| item.id).filter(|id| fits(&id.to_string()));
        match (found.next(), found.next()) {
            (Some(id), None) if !name.is_empty() => Ok(id),
            _ => Err(Error::new("outbox.not_found").with("name", name)),
        }
    }

    /// The outbox: what is open in the order of its sending, then what is done, the newest first. What a newer
    /// intention replaced is left out; the journal has it.
    pub fn outbox(&self) -> Result<Vec<OutboxRow>> {
        let blogs = self.library.blogs()?;
        self.library
            .outbox(false)?
            .into_iter()
            .filter(|item| item.state != IntentionState::Cancelled)
            .map(|item| {
                let public = self.library.publications(item.post)?;
                Ok(OutboxRow {
                    id: item.id.to_string(),
                    post_id: item.post.to_string(),
                    title: self.library.post(item.post)?.title,
                    blog_name: blogs
                        .iter()
                        .find(|b| b.id == item.blog)
                        .map(|b| b.name.clone())
                        .unwrap_or_default(),
                    action: word(&item.action),
                    state: word(&item.state),
                    error: item.error,
                    attempts: item.attempts,
                    next_at: item.next_at.map(|at| at.to_string()),
                    at: item.updated_at.to_string(),
                    address: public.into_iter().find(|p| p.blog == item.blog).map(|p| p.address),
                    revision: item.revision,
                })
            })
            .collect()
    }
}

pub(crate) fn outgoing(
    library: &Library,
    id: Id,
    number: u32,
    first_at: Timestamp,
    at: Timestamp,
) -> Result<fonds_publish::Post> {
    let revision = library.revision(id, number)?;
    let attachments = revision.content.attachments.iter().map(|reference| {
        let version = library.attachment_version(*reference)?;
        Ok(fonds_publish::Attachment {
            name: library.attachment(reference.id)?.name().into(),
            sha256: version.blob.sha256,
            size: version.blob.size,
            version: reference.version,
        })
    });
    let content = revision.content.clone();
    Ok(fonds_publish::Post {
        id: id.to_string(),
        language: match content.language {
            fonds_library::Language::En => fonds_publish::Language::En,
            fonds_library::Language::Fr => fonds_publish::Language::Fr,
        },
        slug: content.slug,
        title: content.title,
        body: content.body,
        file: library.mirrored_file(id)?.map(|file| file.path),
        revision: number,
        revision_hash: revision.hash,
        first_published_at: first_at.to_string(),
        updated_at: at.to_string(),
        author: revision.actor.name,
        counterpart: library.counterpart(id)?.map(|other| other.id.to_string()),
        categories: library.filing(library.post(id)?.pair)?.iter().map(ToString::to_string).collect(),
        attachments: attachments.collect::<Result<_>>()?,
    })
}

pub(crate) fn outgoing_category(category: fonds_library::Category) -> fonds_publish::Category {
    fonds_publish::Category {
        id: category.id.to_string(),
        parent: category.parent.map(|parent| parent.to_string()),
        name_en: category.name_en,
        name_fr: category.name_fr,
    }
}

fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// Goes on whatever is reported.
pub(crate) fn carry_on(_: &TaskProgress) -> ControlFlow<()> {
    ControlFlow::Continue(())
}
