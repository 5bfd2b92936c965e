//! Publishing: intentions go through the outbox, answers become receipts.

use std::collections::HashSet;
use std::io::Read;
use std::ops::ControlFlow;

use fonds_library::{
    Blobs, Blog, Id, Intention, IntentionAction, IntentionState, Library, Origin, Publication, Timestamp,
};
use fonds_publish::{Action, Delivery};

use crate::{Error, OutboxRow, PostView, Progress, Result, Session, TaskProgress, clock};

impl Session {
    /// Publishes posts to a blog, by name or id: each text is sealed, queued, sent, and its receipt recorded.
    ///
    /// A post that is public already is updated in place.
    pub fn publish(
        &mut self,
        posts: &[Id],
        blog: &str,
        progress: &mut Progress<'_>,
    ) -> Result<Vec<PostView>> {
        let blog = self.library.find_blog(blog)?;
        let act = self.act();
        // All or none is queued: no text goes out while another of the same post waits for a decision.
        for post in posts {
            if self.library.conflict(*post)?.is_some() {
                return Err(Error::new("post.conflict").with("name", post));
            }
        }
        for post in posts {
            let revision = self.library.seal(&act, *post, Origin::Editor)?;
            self.library.intend(&act, clock::new_id(), *post, blog.id, IntentionAction::Publish, revision)?;
        }
        self.send_outbox(&blog, progress)?;
        for post in posts {
            self.write_file(*post)?;
        }
        posts.iter().map(|post| self.open_post(*post)).collect()
    }

    /// Takes a post off a blog. Its text, revisions and receipts stay.
    pub fn withdraw(&mut self, post: Id, blog: &str, progress: &mut Progress<'_>) -> Result<PostView> {
        let blog = self.library.find_blog(blog)?;
        let act = self.act();
        let public =
            self.library.publications(post)?.into_iter().find(|publication| publication.blog == blog.id);
        let Some(public) = public else { return self.open_post(post) };
        self.library.intend(
            &act,
            clock::new_id(),
            post,
            blog.id,
            IntentionAction::Withdraw,
            public.revision,
        )?;
        self.send_outbox(&blog, progress)?;
        self.open_post(post)
    }

    /// Sends what waits, on every blog: at a start, after a crash, or when a person asks.
    pub fn send_waiting(&mut self, progress: &mut Progress<'_>) -> Result<()> {
        let waiting: HashSet<Id> = self.sendable()?.iter().map(|item| item.blog).collect();
        for blog in self.library.blogs()? {
            if waiting.contains(&blog.id) {
                self.send_outbox(&blog, progress)?;
            }
        }
        Ok(())
    }

    /// The outbox, the newest first. What a newer intention replaced is left out; the journal has it.
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
                    at: item.updated_at.to_string(),
                    address: public.into_iter().find(|p| p.blog == item.blog).map(|p| p.address),
                    revision: item.revision,
                })
            })
            .collect()
    }

    fn sendable(&self) -> Result<Vec<Intention>> {
        let mut items = self.library.outbox(true)?;
        items.retain(|item| item.state != IntentionState::Paused);
        Ok(items)
    }

    fn send_outbox(&mut self, blog: &Blog, progress: &mut Progress<'_>) -> Result<()> {
        let items: Vec<_> = self.sendable()?.into_iter().filter(|item| item.blog == blog.id).collect();
        let act = self.act();
        for item in &items {
            self.library.set_intention(&act, item.id, IntentionState::Sending, None)?;
        }
        match deliver(&self.library, blog, &items, act.now, progress) {
            Ok(receipts) => {
                for (item, receipt) in receipts {
                    self.record(&act, &item, &receipt)?;
                }
                Ok(())
            }
            Err(error) => {
                let message = error.report(self.language).message;
                for item in &items {
                    self.library.set_intention(&act, item.id, IntentionState::Failed, Some(&message))?;
                }
                Err(error)
            }
        }
    }

    fn record(
        &mut self,
        act: &fonds_library::Act,
        item: &Intention,
        receipt: &fonds_publish::Receipt,
    ) -> Result<()> {
        if item.action == IntentionAction::Withdraw {
            return Ok(self.library.record_withdrawal(act, item.id, item.post, item.blog)?);
        }
        let first = self.library.publications(item.post)?.into_iter().find(|p| p.blog == item.blog);
        let publication = Publication {
            post: item.post,
            blog: item.blog,
            revision: item.revision,
            address: receipt.address.clone(),
            answer: receipt.answer.clone(),
            first_at: first.map_or(act.now, |publication| publication.first_at),
            at: act.now,
            actor: item.actor.clone(),
        };
        Ok(self.library.record_publication(act, item.id, &publication)?)
    }
}

/// Hands the connector all that is public after this delivery, and gives its receipts.
fn deliver(
    library: &Library,
    blog: &Blog,
    items: &[Intention],
    now: Timestamp,
    progress: &mut Progress<'_>,
) -> Result<Vec<(Intention, fonds_publish::Receipt)>> {
    let connector = fonds_publish::connector(&blog.kind)?;
    let touched: HashSet<Id> = items.iter().map(|item| item.post).collect();
    let mut posts = Vec::new();
    for public in library.published_on(blog.id)? {
        if !touched.contains(&public.post) {
            posts.push(outgoing(library, public.post, public.revision, public.first_at, public.at)?);
        }
    }
    for item in items.iter().filter(|item| item.action == IntentionAction::Publish) {
        let first = library.publications(item.post)?.into_iter().find(|p| p.blog == blog.id);
        posts.push(outgoing(library, item.post, item.revision, first.map_or(now, |p| p.first_at), now)?);
    }
    let ids =
        |action| items.iter().filter(|i| i.action == action).map(|i| i.post.to_string()).collect::<Vec<_>>();
    let (changed, withdrawn) = (ids(IntentionAction::Publish), ids(IntentionAction::Withdraw));
    let categories: Vec<_> = library.categories()?.into_iter().map(outgoing_category).collect();
    let now = now.to_string();
    let delivery = Delivery {
        blog: fonds_publish::Blog {
            id: blog.id.to_string(),
            name: if blog.kind == "static" { library.identity()?.name } else { blog.name.clone() },
            url: blog.url.clone(),
            root: library.root(),
            settings: blog.settings.clone(),
        },
        posts: &posts,
        categories: &categories,
        changed: &changed,
        withdrawn: &withdrawn,
        now: &now,
    };
    let mut report = |done_bytes, total_bytes| {
        progress(&TaskProgress {
            id: String::new(),
            phase: "send".into(),
            item: blog.name.clone(),
            done_bytes,
            total_bytes,
        })
    };
    let receipts = connector.deliver(&delivery, &Stored(library.blobs()), &mut report)?;
    Ok(receipts
        .into_iter()
        .filter_map(|receipt| {
            let wanted = if receipt.action == Action::Published {
                IntentionAction::Publish
            } else {
                IntentionAction::Withdraw
            };
            let item =
                items.iter().find(|item| item.action == wanted && item.post.to_string() == receipt.post)?;
            Some((item.clone(), receipt))
        })
        .collect())
}

fn outgoing(
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

fn outgoing_category(category: fonds_library::Category) -> fonds_publish::Category {
    fonds_publish::Category {
        id: category.id.to_string(),
        parent: category.parent.map(|parent| parent.to_string()),
        name_en: category.name_en,
        name_fr: category.name_fr,
    }
}

struct Stored<'a>(&'a Blobs);

impl fonds_publish::Attachments for Stored<'_> {
    fn open(&self, sha256: &str) -> std::io::Result<Box<dyn Read>> {
        Ok(Box::new(std::fs::File::open(self.0.path(sha256))?))
    }
}

fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// Goes on whatever is reported.
pub(crate) fn carry_on(_: &TaskProgress) -> ControlFlow<()> {
    ControlFlow::Continue(())
}
