//! One delivery: first everything is on the blog and nothing of it public, then it is made public at once.

use super::api::{Api, Remote};
use super::known::{Known, Seen, stage_name, twins, words_of};
use super::{categories, media, text};
use crate::{Action, Blog, Delivery, Desk, Error, Post, Progress, Receipt, Result, There};
use serde_json::{Value, json};
use std::ops::ControlFlow;

/// For how long a request that was never answered may still be carried out, in hours.
const LATE_HOURS: i64 = 24;

/// A post that is on the blog, ready to be made public.
struct Staged<'a> {
    post: &'a Post,
    known: Known,
    id: u64,
    /// The name that its address is to end with.
    wanted: String,
    categories: Vec<u64>,
    /// Files that it showed and shows no more.
    dropped: Vec<(String, super::known::KnownFile)>,
}

pub(super) fn deliver(
    api: &Api,
    delivery: &Delivery<'_>,
    desk: &mut dyn Desk,
    progress: &mut Progress<'_>,
) -> Result<Vec<Receipt>> {
    let steps = (delivery.changed.len() * 2 + delivery.withdrawn.len()) as u64;
    let mut done = 0;
    let mut step = || {
        done += 1;
        match progress(done, steps) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Error::Cancelled),
        }
    };
    let mut staged = Vec::new();
    for id in delivery.changed {
        let Some(post) = delivery.posts.iter().find(|post| post.id == *id) else { continue };
        staged.push(stage(api, delivery, desk, post)?);
        step()?;
    }
    let mut receipts = open(api, delivery, desk, &mut staged)?;
    for _ in &staged {
        // What is public is public: from here on nobody is asked whether to go on.
        let _ = step();
    }
    for id in delivery.withdrawn {
        receipts.push(withdraw(api, delivery, desk, id)?);
        let _ = step();
    }
    Ok(receipts)
}

/// Brings a post and its files onto the blog. What is public of it stays as it is.
fn stage<'a>(
    api: &Api,
    delivery: &'a Delivery<'_>,
    desk: &mut dyn Desk,
    post: &'a Post,
) -> Result<Staged<'a>> {
    let mut known = Known::of(desk, &post.id)?;
    let remote = match known.id {
        Some(id) => there(api, &mut known, post, id)?,
        None => None,
    };
    let wanted = wanted(delivery, desk, post)?;
    let stage = stage_name(&delivery.blog.id, &post.id);
    if remote.is_none() {
        look(api, &mut known, post, &stage, &wanted)?;
    } else if known.wanted != wanted {
        let taken = api.posts_named(std::slice::from_ref(&wanted))?;
        not_taken(post, &wanted, taken.iter().find(|other| Some(other.id) != known.id))?;
    }
    let before = std::mem::take(&mut known.files);
    for attachment in &post.attachments {
        let file = media::ensure(api, desk, post, attachment, delivery.now)?;
        known.files.insert(attachment.sha256.clone(), file);
    }
    let dropped = before.into_iter().filter(|(digest, _)| !known.files.contains_key(digest)).collect();
    let categories = categories::of_post(api, desk, delivery.categories, post)?;
    let id = match known.id {
        Some(id) => id,
        None => create(api, delivery, desk, post, &mut known, &stage)?,
    };
    if known.doubt.is_some() {
        sweep(api, &stage, Some(id))?;
    }
    known.keep(desk, &post.id)?;
    Ok(Staged { post, known, id, wanted, categories, dropped })
}

/// The post that the blog has under a number that is known.
///
/// # Errors
/// Somebody else changed it, or took it away.
fn there(api: &Api, known: &mut Known, post: &Post, id: u64) -> Result<Option<Remote>> {
    let remote = api.post(id)?;
    let gone = remote.as_ref().is_none_or(|remote| remote.status == "trash");
    let hidden = remote.as_ref().is_some_and(|remote| ["draft", "pending"].contains(&remote.status.as_str()));
    if known.live && (gone || hidden && known.sending.is_none()) {
        return Err(Error::Gone { title: post.title.clone() });
    }
    let Some(remote) = remote.filter(|_| !gone) else {
        // A draft that somebody removed is made anew.
        *known = Known::default();
        return Ok(None);
    };
    if known.is_ours(&remote) {
        known.seen = Some(Seen::of(&remote));
        return Ok(Some(remote));
    }
    let there = Known { seen: Some(Seen::of(&remote)), sending: None, ..known.clone() };
    Err(Error::Changed {
        post: post.id.clone(),
        title: post.title.clone(),
        there: Box::new(There {
            title: text::words(&remote.title),
            body: remote.content.clone(),
            answer: there.value(),
        }),
    })
}

/// Looks for a draft that an earlier attempt made, and for another post at the address.
fn look(api: &Api, known: &mut Known, post: &Post, stage: &str, wanted: &str) -> Result<()> {
    let mut names = twins(stage);
    names.push(wanted.into());
    let mut found = api.posts_named(&names)?;
    found.sort_by_key(|remote| remote.id);
    let (ours, others): (Vec<_>, Vec<_>) = found.into_iter().partition(|remote| remote.slug != wanted);
    not_taken(post, wanted, others.iter().find(|other| other.status != "trash"))?;
    let kept = ours.iter().find(|remote| remote.status == "draft").map(|remote| remote.id);
    for twin in ours.iter().filter(|remote| Some(remote.id) != kept) {
        api.delete("posts", twin.id)?;
    }
    known.id = kept;
    Ok(())
}

fn not_taken(post: &Post, wanted: &str, other: Option<&Remote>) -> Result<()> {
    other.map_or(Ok(()), |other| {
        Err(Error::Taken { title: post.title.clone(), slug: wanted.into(), address: other.link.clone() })
    })
}

/// The name that a post's address is to end with. English and French may have the same name in a library, not there.
fn wanted(delivery: &Delivery<'_>, desk: &dyn Desk, post: &Post) -> Result<String> {
    let Some(other) = &post.counterpart else { return Ok(post.slug.clone()) };
    let both = match delivery.posts.iter().find(|beside| beside.id == *other) {
        Some(beside) => beside.slug == post.slug && post.language == crate::Language::Fr,
        None => {
            let known = Known::of(desk, other)?;
            known.id.is_some() && known.slug == post.slug
        }
    };
    Ok(if both { format!("{}-{}", post.slug, post.language.code()) } else { post.slug.clone() })
}

fn create(
    api: &Api,
    delivery: &Delivery<'_>,
    desk: &mut dyn Desk,
    post: &Post,
    known: &mut Known,
    stage: &str,
) -> Result<u64> {
    // A request that gets no answer may be carried out late: from now on that is possible.
    let before = known.doubt.replace(delivery.now.into());
    known.keep(desk, &post.id)?;
    let content = text::page(post, known, desk, None)?;
    let made =
        api.create(&json!({ "status": "draft", "slug": stage, "title": post.title, "content": content }))?;
    known.id = Some(made.id);
    known.seen = Some(Seen::of(&made));
    // A first request that was answered, and under the name that it asked for, has no twin.
    if before.is_none() && made.slug == stage {
        known.doubt = None;
    }
    known.keep(desk, &post.id)?;
    Ok(made.id)
}

/// Makes everything that is staged public, in one request where there are two.
fn open(
    api: &Api,
    delivery: &Delivery<'_>,
    desk: &mut dyn Desk,
    staged: &mut [Staged<'_>],
) -> Result<Vec<Receipt>> {
    let numbers: Vec<(String, u64)> = staged.iter().map(|one| (one.post.id.clone(), one.id)).collect();
    let mut requests = Vec::new();
    for one in &mut *staged {
        one.known.counterpart = match &one.post.counterpart {
            Some(other) => match numbers.iter().find(|(post, _)| post == other) {
                Some((_, id)) => Some(*id),
                None => Known::of(desk, other)?.id.filter(|_| matches!(desk.public(other), Ok(Some(_)))),
            },
            None => None,
        };
        let address = one.known.counterpart.map(|id| format!("{}/?p={id}", api.home));
        let content = text::page(one.post, &mut one.known, desk, address.as_deref())?;
        one.known.send(words_of(&one.post.title, &content), delivery.now);
        one.known.keep(desk, &one.post.id)?;
        let mut body = json!({
            "status": "publish", "title": one.post.title, "content": content, "categories": one.categories,
        });
        // An address that was changed on the blog alone stays.
        if one.known.wanted != one.wanted
            && let Some(body) = body.as_object_mut()
        {
            body.insert("slug".into(), Value::String(one.wanted.clone()));
        }
        requests.push((one.id, body));
    }
    let answers = send(api, &requests)?;
    let mut receipts = Vec::new();
    for ((one, answer), (_, body)) in staged.iter_mut().zip(answers).zip(&requests) {
        let remote = answer.ok_or_else(|| Error::Gone { title: one.post.title.clone() })?;
        receipts.push(settle(api, delivery, desk, one, remote, body)?);
    }
    Ok(receipts)
}

/// Looks at what the blog made of an update, and writes the receipt.
fn settle(
    api: &Api,
    delivery: &Delivery<'_>,
    desk: &mut dyn Desk,
    one: &mut Staged<'_>,
    mut remote: Remote,
    body: &Value,
) -> Result<Receipt> {
    if body.get("slug").is_some() && remote.slug != one.wanted {
        // Somebody took the address in the moment between the look and the request.
        let stage = stage_name(&delivery.blog.id, &one.post.id);
        if !one.known.live {
            api.update(one.id, &json!({ "status": "draft", "slug": stage }))?;
        }
        return Err(Error::Taken {
            title: one.post.title.clone(),
            slug: one.wanted.clone(),
            address: format!("{}/{}", api.home, one.wanted),
        });
    }
    // A category that was deleted there is left out without a word.
    if !one.categories.iter().all(|id| remote.categories.contains(id)) {
        categories::forget(desk, delivery.categories)?;
        one.categories = categories::of_post(api, desk, delivery.categories, one.post)?;
        let again = api.update(one.id, &json!({ "categories": one.categories }))?;
        remote = again.ok_or_else(|| Error::Gone { title: one.post.title.clone() })?;
    }
    for (digest, file) in &one.dropped {
        media::release(api, desk, &one.post.id, digest, file)?;
    }
    let known = &mut one.known;
    known.live = true;
    known.wanted.clone_from(&one.wanted);
    known.slug.clone_from(&remote.slug);
    known.seen = Some(Seen::of(&remote));
    known.sending = None;
    known.keep(desk, &one.post.id)?;
    let mut answer = Known { doubt: None, unanswered: vec![], ..known.clone() }.value();
    if let Some(answer) = answer.as_object_mut() {
        answer.insert("status".into(), Value::String(remote.status.clone()));
        let cleaned = body["content"].as_str() != Some(remote.content.as_str());
        answer.insert("cleaned".into(), Value::Bool(cleaned));
    }
    Ok(Receipt {
        post: one.post.id.clone(),
        action: Action::Published,
        revision_hash: Some(one.post.revision_hash.clone()),
        address: remote.link,
        answer,
    })
}

/// Sends updates: two in one request where the blog takes them so, one after the other otherwise.
fn send(api: &Api, requests: &[(u64, Value)]) -> Result<Vec<Option<Remote>>> {
    if requests.len() > 1
        && let Some(answers) = api.update_together(requests)?
    {
        return Ok(answers);
    }
    requests.iter().map(|(id, body)| api.update(*id, body)).collect()
}

/// Takes a post off the blog: what was public becomes a draft there, what never was is deleted, and so are its files.
fn withdraw(api: &Api, delivery: &Delivery<'_>, desk: &mut dyn Desk, post: &str) -> Result<Receipt> {
    let mut known = Known::of(desk, post)?;
    let public = desk.public(post)?;
    let stage = stage_name(&delivery.blog.id, post);
    match known.id {
        Some(id) if known.live || public.is_some() => {
            if let Some(remote) = api.update(id, &json!({ "status": "draft" }))? {
                known.seen = Some(Seen::of(&remote));
            } else {
                known.id = None;
            }
            if known.doubt.is_some() {
                sweep(api, &stage, Some(id))?;
            }
        }
        Some(_) | None => {
            if let Some(id) = known.id.take() {
                api.delete("posts", id)?;
            }
            sweep(api, &stage, None)?;
        }
    }
    for (digest, file) in std::mem::take(&mut known.files) {
        media::release(api, desk, post, &digest, &file)?;
    }
    known.live = false;
    known.sending = None;
    if known.id.is_none() && known.doubt.is_none() {
        Known::forget(desk, post)?;
    } else {
        known.keep(desk, post)?;
    }
    Ok(Receipt {
        post: post.into(),
        action: Action::Withdrawn,
        revision_hash: None,
        address: public.map(|public| public.address).unwrap_or_default(),
        answer: json!({ "id": known.id }),
    })
}

/// Deletes the drafts that were made under a stage's name, but for the one that is kept.
fn sweep(api: &Api, stage: &str, keep: Option<u64>) -> Result<()> {
    for twin in api.posts_named(&twins(stage))? {
        if Some(twin.id) != keep && ["draft", "trash"].contains(&twin.status.as_str()) {
            api.delete("posts", twin.id)?;
        }
    }
    Ok(())
}

/// Looks once more for drafts and files that a request made late. Gives the posts that a late request brought back in an
/// older form.
pub(super) fn tidy(api: &Api, blog: &Blog<'_>, desk: &mut dyn Desk, now: &str) -> Result<Vec<String>> {
    let now: jiff::Timestamp = now.parse().unwrap_or_default();
    let over = |since: &str| {
        since.parse::<jiff::Timestamp>().is_ok_and(|since| now.duration_since(since).as_hours() >= LATE_HOURS)
    };
    let mut stale = Vec::new();
    for key in desk.remembered("post/")? {
        let post = key.trim_start_matches("post/").to_owned();
        let mut known = Known::of(desk, &post)?;
        let Some(since) = known.doubt.clone() else { continue };
        sweep(api, &stage_name(&blog.id, &post), known.id)?;
        if let Some(id) = known.id.filter(|_| known.live && !known.unanswered.is_empty())
            && api.post(id)?.is_some_and(|remote| known.is_stale(&remote))
        {
            stale.push(post.clone());
        } else if over(&since) {
            known.doubt = None;
            known.unanswered.clear();
            known.keep(desk, &post)?;
        }
    }
    media::tidy(api, desk, &over)?;
    Ok(stale)
}
