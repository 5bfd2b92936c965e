//! Sending what waits in the outbox.
//!
//! What always holds: who sends to a blog holds that blog's lock, a file of the library that the system unlocks when its
//! holder dies, so that an item found on its way has a dead sender. A blog that cannot be reached is tried again, later
//! each time; what it refuses waits for a person. One post's failure keeps no other post from going out.

use std::collections::HashSet;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use fonds_library::{
    Act, Blog, Content, Id, Intention, IntentionAction, IntentionState, Library, Origin, Publication,
    Timestamp,
};
use fonds_publish::{Connector, Delivery, Public, Secret, There};
use serde_json::Value;

use crate::publishing::{outgoing, outgoing_category};
use crate::{Error, Progress, Result, Session, TaskProgress, clock, secrets};

/// The first wait, and the longest one.
const FIRST_WAIT: i64 = 30_000;
const LONGEST_WAIT: i64 = 6 * 3_600_000;

impl Session {
    /// Sends what is due to a blog. Waits for another program that is sending to it.
    ///
    /// # Errors
    /// What a blog refused, once everything that could go out has; a blog that cannot be reached is none.
    pub(crate) fn send_to(&mut self, blog: &Blog, progress: &mut Progress<'_>) -> Result<()> {
        let _held = hold(self.library.root(), blog.id)?;
        let connector = fonds_publish::connector(&blog.kind)?;
        let (mut tried, mut refused) = (HashSet::new(), None);
        let password = match password_of(blog) {
            Ok(password) => password,
            Err(error) => {
                let due = self.library.due(blog.id, clock::now())?;
                let act = self.act();
                return if due.is_empty() { Ok(()) } else { self.refuse(&act, &due, error) };
            }
        };
        let way = Way { blog, connector, password };
        loop {
            let mut due = self.library.due(blog.id, clock::now())?;
            due.retain(|item| !tried.contains(&item.id));
            let group = self.next_group(due, connector)?;
            if group.is_empty() {
                return refused.map_or(Ok(()), Err);
            }
            tried.extend(group.iter().map(|item| item.id));
            if let Err(error) = self.send_group(&way, &group, progress) {
                if error.code() == "task.cancelled" {
                    return Err(error);
                }
                refused.get_or_insert(error);
            }
        }
    }

    /// What goes out together: all for a blog that is made as a whole, else one post, or both of a pair.
    fn next_group(&self, due: Vec<Intention>, connector: &dyn Connector) -> Result<Vec<Intention>> {
        if connector.abilities().whole {
            return Ok(due);
        }
        let mut due = due.into_iter();
        let Some(first) = due.next() else { return Ok(vec![]) };
        let mut group = vec![first];
        if let Some(first) = group.first().filter(|item| item.action == IntentionAction::Publish)
            && let Some(other) = self.library.counterpart(first.post)?
            && let Some(beside) = due.find(|item| item.post == other.id && item.action == first.action)
        {
            group.push(beside);
        }
        Ok(group)
    }

    fn send_group(&mut self, way: &Way<'_>, group: &[Intention], progress: &mut Progress<'_>) -> Result<()> {
        let act = self.act();
        for item in group {
            self.library.set_intention(&act, item.id, IntentionState::Sending, None)?;
        }
        match self.deliver(way, group, act.now, progress) {
            Ok(receipts) => {
                for (item, receipt) in receipts {
                    self.record(&act, &item, &receipt)?;
                    self.link_counterpart(&act, way, &item)?;
                }
                Ok(())
            }
            Err(Undelivered::Ours(error)) => self.refuse(&act, group, error),
            Err(Undelivered::Theirs(fonds_publish::Error::Changed { post, there, .. })) => {
                match self.take_in_remote(&act, way, group, &post, &there) {
                    Ok(()) => Ok(()),
                    Err(error) => self.refuse(&act, group, error),
                }
            }
            Err(Undelivered::Theirs(error)) if error.retryable() => self.put_off(&act, group, error),
            Err(Undelivered::Theirs(error)) => self.refuse(&act, group, error.into()),
        }
    }

    fn refuse(&mut self, act: &Act, group: &[Intention], error: Error) -> Result<()> {
        let message = error.report(self.language).message;
        for item in group {
            self.library.set_intention(act, item.id, IntentionState::Failed, Some(&message))?;
        }
        Err(error)
    }

    fn put_off(&mut self, act: &Act, group: &[Intention], error: fonds_publish::Error) -> Result<()> {
        let after = match &error {
            fonds_publish::Error::Unreachable { after, .. } => *after,
            _ => None,
        };
        let cancelled = matches!(error, fonds_publish::Error::Cancelled);
        let offline = matches!(error, fonds_publish::Error::Unreachable { .. });
        let error = Error::from(error);
        let message = error.report(self.language).message;
        for item in group {
            if cancelled {
                self.library.set_intention(act, item.id, IntentionState::Waiting, None)?;
            } else {
                let wait = wait(item.attempts, after, item.id);
                let next = Timestamp::from_millis(clock::now().as_millis() + wait);
                self.library.postpone(act, item.id, &message, next)?;
            }
        }
        // That there is no network is normal; a full disk or a person's no is told.
        if offline { Ok(()) } else { Err(error) }
    }

    /// Takes in what somebody changed on the blog: as a revision that is merged, and sent again, or as a conflict.
    fn take_in_remote(
        &mut self,
        act: &Act,
        way: &Way<'_>,
        group: &[Intention],
        post: &str,
        there: &There,
    ) -> Result<()> {
        let Way { blog, connector, password } = way;
        let Some(item) = group.iter().find(|item| item.post.to_string() == post) else {
            return Err(Error::new("post.not_found").with("name", post));
        };
        let public = self.library.publications(item.post)?.into_iter().find(|public| public.blog == blog.id);
        let number = public.map_or(item.revision, |public| public.revision);
        let base = self.library.revision(item.post, number)?.content;
        let body = connector.to_markdown(&there.body, &there.answer, &base.body)?;
        let theirs = Content { title: there.title.clone(), body, ..base.clone() };
        let mine = self.library.current(item.post)?;
        let merged = if theirs == base || theirs == mine {
            Some(item.revision)
        } else {
            match fonds_folder::merge(&base, &mine, &theirs) {
                Some(both) => {
                    let origin = Origin::Remote;
                    Some(self.library.add_merge(act, item.post, Some(number), &theirs, origin, &both)?)
                }
                None => {
                    self.library.add_conflict(act, item.post, Some(number), &theirs, Origin::Remote)?;
                    None
                }
            }
        };
        // Only now may an update go over it: it is in the library.
        let mut desk = AtDesk { library: &mut self.library, blog: blog.id, password: password.clone() };
        connector.took_in(&mut desk, post, there)?;
        let Some(merged) = merged else {
            return Err(Error::new("publish.changed").with("name", &mine.title));
        };
        for item in group {
            let revision = if item.post.to_string() == post { merged } else { item.revision };
            self.library.intend(act, clock::new_id(), item.post, item.blog, item.action, revision)?;
        }
        self.write_file(item.post).map(drop)
    }

    fn record(&mut self, act: &Act, item: &Intention, receipt: &fonds_publish::Receipt) -> Result<()> {
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

    /// The page in the other language links to one that came or went after it: it is sent again as it is public.
    fn link_counterpart(&mut self, act: &Act, way: &Way<'_>, item: &Intention) -> Result<()> {
        let Way { blog, connector, .. } = way;
        if connector.abilities().whole {
            return Ok(());
        }
        let here = self.library.publications(item.post)?.into_iter().find(|public| public.blog == blog.id);
        let Some(other) = self.library.counterpart(item.post)? else { return Ok(()) };
        let there = self.library.publications(other.id)?.into_iter().find(|public| public.blog == blog.id);
        let Some(there) = there else { return Ok(()) };
        let wanted = here.and_then(|public| public.answer["id"].as_u64());
        let open = self.library.outbox(true)?.iter().any(|one| one.post == other.id && one.blog == blog.id);
        if open || there.answer["counterpart"].as_u64() == wanted {
            return Ok(());
        }
        let (id, action) = (clock::new_id(), IntentionAction::Publish);
        Ok(self.library.intend(act, id, other.id, blog.id, action, there.revision)?)
    }

    fn deliver(
        &mut self,
        way: &Way<'_>,
        group: &[Intention],
        now: Timestamp,
        progress: &mut Progress<'_>,
    ) -> Result<Vec<(Intention, fonds_publish::Receipt)>, Undelivered> {
        let Way { blog, connector, password } = way;
        let library = &self.library;
        let touched: HashSet<Id> = group.iter().map(|item| item.post).collect();
        let mut posts = Vec::new();
        if connector.abilities().whole {
            for public in library.published_on(blog.id).map_err(Error::from)? {
                if !touched.contains(&public.post) {
                    posts.push(outgoing(library, public.post, public.revision, public.first_at, public.at)?);
                }
            }
        }
        for item in group.iter().filter(|item| item.action == IntentionAction::Publish) {
            let public = library.publications(item.post).map_err(Error::from)?;
            let first = public.into_iter().find(|p| p.blog == blog.id).map_or(now, |p| p.first_at);
            posts.push(outgoing(library, item.post, item.revision, first, now)?);
        }
        let ids = |action| {
            group.iter().filter(|i| i.action == action).map(|i| i.post.to_string()).collect::<Vec<_>>()
        };
        let (changed, withdrawn) = (ids(IntentionAction::Publish), ids(IntentionAction::Withdraw));
        let categories: Vec<_> =
            library.categories().map_err(Error::from)?.into_iter().map(outgoing_category).collect();
        let (root, now) = (library.root().to_path_buf(), now.to_string());
        let delivery = Delivery {
            blog: fonds_publish::Blog { root: &root, ..self.as_told(blog)? },
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
                left_seconds: None,
            })
        };
        let mut desk = AtDesk { library: &mut self.library, blog: blog.id, password: password.clone() };
        let receipts = connector.deliver(&delivery, &mut desk, &mut report).map_err(Undelivered::Theirs)?;
        let item_of = |receipt: &fonds_publish::Receipt| {
            let wanted = match receipt.action {
                fonds_publish::Action::Published => IntentionAction::Publish,
                fonds_publish::Action::Withdrawn => IntentionAction::Withdraw,
            };
            group.iter().find(|item| item.action == wanted && item.post.to_string() == receipt.post).cloned()
        };
        Ok(receipts.into_iter().filter_map(|receipt| Some((item_of(&receipt)?, receipt))).collect())
    }

    /// Removes what lost requests may have left on a blog. Says whether anything is to be sent again for it.
    pub(crate) fn tidy(&mut self, blog: &Blog) -> Result<bool> {
        let _held = hold(self.library.root(), blog.id)?;
        let told = self.as_told(blog)?;
        let root = self.library.root().to_path_buf();
        let told = fonds_publish::Blog { root: &root, ..told };
        let connector = fonds_publish::connector(&blog.kind)?;
        let now = clock::now().to_string();
        let stale = match connector.tidy(&told, &mut AtDesk::new(&mut self.library, blog)?, &now) {
            Err(error) if error.retryable() => return Ok(false),
            other => other?,
        };
        let act = self.act();
        for public in self.library.published_on(blog.id)? {
            if stale.contains(&public.post.to_string()) {
                let (id, action) = (clock::new_id(), IntentionAction::Publish);
                self.library.intend(&act, id, public.post, blog.id, action, public.revision)?;
            }
        }
        Ok(!stale.is_empty())
    }
}

/// How a blog is sent to.
struct Way<'a> {
    blog: &'a Blog,
    connector: &'static dyn Connector,
    password: Option<Secret>,
}

/// Why a delivery gave no receipts.
enum Undelivered {
    Ours(Error),
    Theirs(fonds_publish::Error),
}

impl From<Error> for Undelivered {
    fn from(error: Error) -> Self {
        Undelivered::Ours(error)
    }
}

/// How long a blog that could not be reached is left alone: longer each time, and not the same for every item, so that
/// they do not all come at once. In milliseconds.
fn wait(attempts: u32, after: Option<u64>, id: Id) -> i64 {
    let doubled = FIRST_WAIT.saturating_mul(1 << attempts.min(20)).min(LONGEST_WAIT);
    // The id's end is random.
    let spread = id.to_string().bytes().rev().take(4).fold(0, |sum, byte| sum * 31 + i64::from(byte)) % 1000;
    let waited = doubled / 2 + doubled / 1000 * spread;
    let asked = after.and_then(|seconds| i64::try_from(seconds).ok()).unwrap_or(0).saturating_mul(1000);
    waited.max(asked.min(LONGEST_WAIT))
}

/// Holds a blog's outbox: waits until nobody else does. The system lets go of it when this program ends, however it does.
fn hold(root: &Path, blog: Id) -> Result<File> {
    let path = root.join(fonds_library::STATE).join(format!("sending-{blog}.lock"));
    let file =
        File::options().create(true).truncate(false).write(true).open(&path).map_err(Error::io(&path))?;
    file.lock().map_err(Error::io(&path))?;
    Ok(file)
}

/// The library as a connector may ask it.
pub(crate) struct AtDesk<'a> {
    library: &'a mut Library,
    blog: Id,
    password: Option<Secret>,
}

impl<'a> AtDesk<'a> {
    pub(crate) fn new(library: &'a mut Library, blog: &Blog) -> Result<Self> {
        Ok(AtDesk { library, blog: blog.id, password: password_of(blog)? })
    }

    fn on_blog(&self, post: Id) -> fonds_publish::Result<Option<Public>> {
        let public = self.library.publications(post).map_err(broken)?;
        let found = public.into_iter().find(|public| public.blog == self.blog);
        Ok(found.map(|public| Public { address: public.address, answer: public.answer }))
    }
}

/// The password of a blog's account; none for a blog that has none.
fn password_of(blog: &Blog) -> Result<Option<Secret>> {
    if !fonds_publish::connector(&blog.kind)?.abilities().account {
        return Ok(None);
    }
    let found = secrets::find(blog.id)?;
    found.map(Some).ok_or_else(|| Error::new("blog.no_password").with("name", &blog.name))
}

#[allow(clippy::needless_pass_by_value, reason = "it is handed to map_err")]
fn broken(error: fonds_library::Error) -> fonds_publish::Error {
    fonds_publish::Error::Library { reason: error.to_string() }
}

impl fonds_publish::Attachments for AtDesk<'_> {
    fn open(&self, sha256: &str) -> std::io::Result<Box<dyn Read>> {
        Ok(Box::new(File::open(self.library.blobs().path(sha256))?))
    }
}

impl fonds_publish::Desk for AtDesk<'_> {
    fn password(&self) -> Option<Secret> {
        self.password.clone()
    }

    fn public(&self, post: &str) -> fonds_publish::Result<Option<Public>> {
        post.parse().map_or(Ok(None), |post| self.on_blog(post))
    }

    fn public_file(&self, path: &str) -> fonds_publish::Result<Option<Public>> {
        let files = self.library.mirrored_at(path).map_err(broken)?;
        files.first().map_or(Ok(None), |file| self.on_blog(file.post))
    }

    fn used_elsewhere(&self, sha256: &str, post: &str) -> fonds_publish::Result<bool> {
        for public in self.library.published_on(self.blog).map_err(broken)? {
            if public.post.to_string() != post && !public.answer["files"][sha256].is_null() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn recall(&self, key: &str) -> fonds_publish::Result<Option<Value>> {
        self.library.recall(self.blog, key).map_err(broken)
    }

    fn remember(&mut self, key: &str, value: &Value) -> fonds_publish::Result<()> {
        self.library.remember(self.blog, key, value).map_err(broken)
    }

    fn remembered(&self, prefix: &str) -> fonds_publish::Result<Vec<String>> {
        let all = self.library.recall_all(self.blog, prefix).map_err(broken)?;
        Ok(all.into_iter().map(|(key, _)| key).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_a_bound_and_differ() {
        let ids: Vec<Id> = (0..20).map(|_| clock::new_id()).collect();
        for id in &ids {
            let waits: Vec<i64> = (0..40).map(|attempts| wait(attempts, None, *id)).collect();
            assert!(waits.windows(2).all(|pair| pair[0] <= pair[1]), "{waits:?}");
            assert!(waits.iter().all(|wait| (15_000..=LONGEST_WAIT * 3 / 2).contains(wait)), "{waits:?}");
            assert!(wait(0, Some(3600), *id) >= 3_600_000, "what the blog asks for is kept to");
        }
        let first: HashSet<i64> = ids.iter().map(|id| wait(3, None, *id)).collect();
        assert!(first.len() > 10);
    }
}
