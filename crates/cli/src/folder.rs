//! The library's folder: making one, taking in changes of its files, watching it.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use clap::Args;
use fonds_app::{Changes, FolderEvent, Language, Session};

use crate::Result;
use crate::context::Context;
use crate::output::Output;
use crate::words::say;

/// `init`'s arguments.
#[derive(Args)]
pub struct Init {
    /// The folder; made where it is missing. Markdown files in its `posts` become posts
    #[arg(value_name = "DIR")]
    dir: PathBuf,
}

/// Makes a library, and takes in what lies in its folder.
pub fn init(context: &mut Context, init: &Init) -> Result<()> {
    let mut session = Session::create(&absolute(&init.dir), &context.actor, context.language)?;
    let events = session.sync_folder()?;
    tell(&mut context.output, &session, &events, context.language);
    let language = context.language;
    context.output.answer(&session.view()?, |out, view| {
        out.line(&say(language, "init.done", &[("path", &view.path), ("name", &view.name)]))
    })
}

/// `sync`'s arguments.
#[derive(Args)]
pub struct Sync {
    /// Record files as missing however many have vanished at once: they were taken away on purpose. No post is deleted
    #[arg(long)]
    missing: bool,
}

/// Takes in what happened to the files.
pub fn sync(context: &mut Context, sync: &Sync) -> Result<()> {
    let mut session = context.open_as_is()?;
    let events = if sync.missing { session.accept_vanished()? } else { session.sync_folder()? };
    let unsettled =
        |event: &FolderEvent| matches!(event.kind, "conflicted" | "conflict-copy" | "refused" | "vanished");
    crate::publish::sync(context, &mut session)?;
    context.findings |= conflicts(&session)? || events.iter().any(unsettled);
    let language = context.language;
    context.output.answer(&events, |out, events| {
        if events.is_empty() {
            out.message(&say(language, "sync.nothing", &[]));
        }
        events.iter().try_for_each(|event| out.line(&describe(&session, event, language)))
    })
}

enum Wake {
    Changed(Changes),
    Stop,
}

/// How often to ask whether another Fonds that watches has ended.
const ASK_AGAIN: Duration = Duration::from_secs(1);

/// Takes in what happens to the files until Ctrl C. What cannot be done now is said, and tried again at the next change.
pub fn watch(context: &mut Context) -> Result<()> {
    let mut session = context.open_as_is()?;
    let (wake, waking) = channel();
    let (changed, stop) = (wake.clone(), wake);
    // A send fails only once nobody listens any more.
    drop(ctrlc::set_handler(move || drop(stop.send(Wake::Stop))));
    let language = context.language;
    let Some(_watching) = turn_to_watch(context, &session, &waking)? else {
        context.output.message(&say(language, "watch.stopped", &[]));
        return Ok(());
    };
    let watch = session.watch(move |changes| drop(changed.send(Wake::Changed(changes))))?;
    context.output.message(&say(language, "watch.started", &[("path", &session.view()?.path)]));
    let (mut known, mut polling) = (HashMap::new(), false);
    let mut changes = Changes::Anywhere;
    loop {
        if watch.is_polling() && !polling {
            polling = true;
            context.output.message(&say(language, "watch.polling", &[]));
        }
        match session.sync_changes(&changes) {
            Ok(events) => tell_news(context, &session, news(&mut known, &changes, events))?,
            Err(error) => context.output.error(&error.report(language)),
        }
        match waking.recv() {
            Ok(Wake::Changed(first)) => changes = first,
            Ok(Wake::Stop) | Err(_) => break,
        }
        let mut stopped = false;
        while let Ok(more) = waking.try_recv() {
            match more {
                Wake::Changed(more) => changes = changes.and(more),
                Wake::Stop => stopped = true,
            }
        }
        if stopped {
            break;
        }
    }
    context.findings |= conflicts(&session)?;
    context.output.message(&say(language, "watch.stopped", &[]));
    Ok(())
}

/// Waits until no other Fonds watches this library; gives nothing where Ctrl C comes first.
fn turn_to_watch(
    context: &mut Context,
    session: &Session,
    waking: &Receiver<Wake>,
) -> Result<Option<impl Sized + use<>>> {
    if let Some(watching) = session.begin_watching()? {
        return Ok(Some(watching));
    }
    context.output.message(&say(context.language, "watch.waiting", &[]));
    loop {
        match waking.recv_timeout(ASK_AGAIN) {
            Ok(Wake::Changed(_)) | Err(RecvTimeoutError::Timeout) => {}
            Ok(Wake::Stop) | Err(RecvTimeoutError::Disconnected) => return Ok(None),
        }
        if let Some(watching) = session.begin_watching()? {
            return Ok(Some(watching));
        }
    }
}

fn tell_news(context: &mut Context, session: &Session, events: Vec<FolderEvent>) -> Result<()> {
    for event in events {
        if context.output.json() {
            context.output.json_line(&event)?;
        } else {
            context.output.line(&describe(session, &event, context.language))?;
            context.output.flush()?;
        }
    }
    Ok(())
}

/// Whether two texts of a post wait for a decision.
fn conflicts(session: &Session) -> Result<bool> {
    Ok(session.has_conflicts()?)
}

/// A refused file, and what vanished, is named at every look until it is mended; once is enough. A look at some paths
/// says nothing of the others.
fn news(
    known: &mut HashMap<Option<String>, FolderEvent>,
    changes: &Changes,
    events: Vec<FolderEvent>,
) -> Vec<FolderEvent> {
    let before = std::mem::take(known);
    let (lasting, passing): (Vec<_>, Vec<_>) =
        events.into_iter().partition(|event| matches!(event.kind, "refused" | "vanished"));
    if let Changes::At(paths) = changes {
        known.extend(before.iter().filter_map(|(path, event)| {
            let looked_at = path.as_ref().is_some_and(|path| paths.contains(path));
            (!looked_at).then(|| (path.clone(), event.clone()))
        }));
    }
    known.extend(lasting.iter().map(|event| (event.path.clone(), event.clone())));
    let new = lasting.into_iter().filter(|event| before.get(&event.path) != Some(event));
    passing.into_iter().chain(new).collect()
}

fn tell(output: &mut Output, session: &Session, events: &[FolderEvent], language: Language) {
    for event in events {
        output.message(&describe(session, event, language));
    }
}

/// An event in words.
pub fn describe(session: &Session, event: &FolderEvent, language: Language) -> String {
    if let Some(reason) = &event.reason {
        return reason.clone();
    }
    if event.kind == "vanished" {
        return say(language, "event.vanished", &[("count", &event.posts.len())]);
    }
    let posts: Vec<String> = event.posts.iter().map(|id| name(session, id)).collect();
    let path = event.path.as_deref().unwrap_or_default();
    say(language, &format!("event.{}", event.kind), &[("posts", &posts.join(", ")), ("path", &path)])
}

fn name(session: &Session, id: &str) -> String {
    let content = session.find(id).and_then(|post| session.current(post));
    content.map_or_else(
        |_| id.to_owned(),
        |content| format!("{}.{}", content.slug, Language::from(content.language).code()),
    )
}

fn absolute(path: &std::path::Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(path: &str, reason: &str) -> FolderEvent {
        FolderEvent { kind: "refused", posts: vec![], path: Some(path.into()), reason: Some(reason.into()) }
    }

    #[test]
    fn a_refused_file_is_named_once_until_something_changes() {
        let (mut known, all) = (HashMap::new(), Changes::Anywhere);
        assert_eq!(news(&mut known, &all, vec![refusal("a.md", "x")]).len(), 1);
        assert_eq!(
            news(&mut known, &all, vec![refusal("a.md", "x"), refusal("b.md", "x")]),
            [refusal("b.md", "x")]
        );
        let elsewhere = Changes::At(["c.md".to_owned()].into());
        assert!(news(&mut known, &elsewhere, vec![]).is_empty());
        assert!(news(&mut known, &all, vec![refusal("a.md", "x"), refusal("b.md", "x")]).is_empty());
        assert_eq!(news(&mut known, &all, vec![refusal("a.md", "y")]), [refusal("a.md", "y")]);
        assert!(news(&mut known, &all, vec![]).is_empty());
        assert_eq!(news(&mut known, &all, vec![refusal("a.md", "y")]).len(), 1);
    }
}
