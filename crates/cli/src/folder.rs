//! The library's folder: making one, taking in changes of its files, watching it.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::mpsc::channel;

use clap::Args;
use fonds_app::{FolderEvent, Language, Session};

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

/// Takes in what happened to the files.
pub fn sync(context: &mut Context) -> Result<()> {
    let mut session = context.open_as_is()?;
    let events = session.sync_folder()?;
    context.findings |=
        conflicts(&session)? || events.iter().any(|event| matches!(event.kind, "conflicted" | "refused"));
    let language = context.language;
    context.output.answer(&events, |out, events| {
        if events.is_empty() {
            out.message(&say(language, "sync.nothing", &[]));
        }
        events.iter().try_for_each(|event| out.line(&describe(&session, event, language)))
    })
}

enum Wake {
    Changed,
    Stop,
}

/// Takes in what happens to the files until Ctrl C. What cannot be done now is said, and tried again at the next change.
pub fn watch(context: &mut Context) -> Result<()> {
    let mut session = context.open_as_is()?;
    let (wake, waking) = channel();
    let (changed, stop) = (wake.clone(), wake);
    // A send fails only once nobody listens any more.
    let _watch = session.watch(move || drop(changed.send(Wake::Changed)))?;
    drop(ctrlc::set_handler(move || drop(stop.send(Wake::Stop))));
    let language = context.language;
    context.output.message(&say(language, "watch.started", &[("path", &session.view()?.path)]));
    let mut refused = HashMap::new();
    loop {
        match session.sync_folder() {
            Ok(events) => {
                for event in news(&mut refused, events) {
                    if context.output.json() {
                        context.output.json_line(&event)?;
                    } else {
                        context.output.line(&describe(&session, &event, language))?;
                        context.output.flush()?;
                    }
                }
            }
            Err(error) => context.output.error(&error.report(language)),
        }
        match waking.recv() {
            Ok(Wake::Changed) => while let Ok(Wake::Changed) = waking.try_recv() {},
            Ok(Wake::Stop) | Err(_) => break,
        }
    }
    context.findings |= conflicts(&session)?;
    context.output.message(&say(language, "watch.stopped", &[]));
    Ok(())
}

/// Whether two texts of a post wait for a decision.
fn conflicts(session: &Session) -> Result<bool> {
    Ok(session.list_posts()?.iter().any(|pair| pair.posts.iter().any(|post| post.conflict)))
}

/// A refused file is named at every look until it is mended; once is enough.
fn news(refused: &mut HashMap<Option<String>, Option<String>>, events: Vec<FolderEvent>) -> Vec<FolderEvent> {
    let before = std::mem::take(refused);
    for event in events.iter().filter(|event| event.kind == "refused") {
        refused.insert(event.path.clone(), event.reason.clone());
    }
    let known =
        |event: &FolderEvent| event.kind == "refused" && before.get(&event.path) == Some(&event.reason);
    events.into_iter().filter(|event| !known(event)).collect()
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
        let mut refused = HashMap::new();
        assert_eq!(news(&mut refused, vec![refusal("a.md", "x")]).len(), 1);
        assert_eq!(
            news(&mut refused, vec![refusal("a.md", "x"), refusal("b.md", "x")]),
            [refusal("b.md", "x")]
        );
        assert_eq!(news(&mut refused, vec![refusal("a.md", "y")]), [refusal("a.md", "y")]);
        assert!(news(&mut refused, vec![]).is_empty());
        assert_eq!(news(&mut refused, vec![refusal("a.md", "y")]).len(), 1);
    }
}
