//! The history of a post: its revisions, what changed between two of them, and their names.

use clap::Args;
use fonds_app::WordChange;
use serde_json::json;

use crate::context::Context;
use crate::words::say;
use crate::{Result, table};

/// `post diff`'s arguments.
#[derive(Args)]
pub struct Diff {
    /// The post
    post: String,
    /// The earlier revision's number
    from: u32,
    /// The later revision's number
    to: u32,
    /// As a reader sees it, without markup: [-removed-] and {+added+} words in the paragraphs that changed
    #[arg(long)]
    rendered: bool,
}

/// `post name`'s arguments.
#[derive(Args)]
pub struct Name {
    /// The post
    post: String,
    /// The revision's number
    revision: u32,
    /// The name: one line of at most 120 characters
    #[arg(required_unless_present = "none")]
    name: Option<String>,
    /// Take the revision's name away
    #[arg(long, conflicts_with = "name")]
    none: bool,
}

/// Lists the revisions.
pub fn list(context: &mut Context, post: &str) -> Result<()> {
    let session = context.open()?;
    let language = context.language;
    context.output.answer(&session.history(session.find(post)?)?, |out, revisions| {
        let rows = revisions.iter().map(|revision| {
            vec![
                revision.number.to_string(),
                table::local(&revision.at),
                say(language, &format!("origin.{}", revision.origin), &[]),
                revision.actor.name.clone(),
                revision.title.clone(),
                revision.name.as_ref().map(|name| format!("“{name}”")).unwrap_or_default(),
            ]
        });
        table::write(out, &rows.collect::<Vec<_>>())
    })
}

/// Compares two revisions. With `--json` and `--rendered`, the answer is what the window shows.
pub fn diff(context: &mut Context, diff: &Diff) -> Result<()> {
    let session = context.open()?;
    let post = session.find(&diff.post)?;
    if !diff.rendered {
        let patch = session.difference(post, diff.from, diff.to)?;
        return context.output.answer(&json!({ "patch": patch }), |out, _| out.exact(&patch));
    }
    if context.output.json() {
        return context.output.json_line(&session.compare(post, diff.from, diff.to)?);
    }
    marked(&session.compare_words(post, diff.from, diff.to)?)
        .iter()
        .try_for_each(|line| context.output.line(line))
}

/// Names a revision.
pub fn name(context: &mut Context, name: &Name) -> Result<()> {
    let mut session = context.open()?;
    let post = session.find(&name.post)?;
    session.name_revision(post, name.revision, name.name.as_deref())?;
    let key = if name.name.is_some() { "post.named" } else { "post.unnamed" };
    let given = name.name.as_deref().unwrap_or_default().trim().to_owned();
    let text = context.say(key, &[("revision", &name.revision), ("name", &given)]);
    let revision = session.revision(post, name.revision)?;
    context.output.answer(&revision.row, |out, _| out.line(&text))
}

/// The paragraphs that changed, with their words marked as `wdiff` marks them.
fn marked(changes: &[WordChange]) -> Vec<String> {
    let mut text = String::new();
    for change in changes {
        let (open, close) = match change.kind.as_str() {
            "added" => ("{+", "+}"),
            "removed" => ("[-", "-]"),
            _ => ("", ""),
        };
        // A mark ends with its line, so that each paragraph can be read alone.
        for (at, part) in change.text.split('\n').enumerate() {
            if at > 0 {
                text.push('\n');
            }
            if part.trim().is_empty() {
                text.push_str(part);
            } else {
                text.extend([open, part, close]);
            }
        }
    }
    let changed = |line: &&str| line.contains("{+") || line.contains("[-");
    text.lines().filter(changed).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_changed_paragraphs_with_their_words_marked() {
        let change = |kind: &str, text: &str| WordChange { kind: kind.into(), text: text.into() };
        let changes = [
            change("equal", "Title\nThe "),
            change("removed", "old"),
            change("added", "new"),
            change("equal", " text.\nThe same."),
            change("added", "\nOne more."),
        ];
        assert_eq!(marked(&changes), ["The [-old-]{+new+} text.", "{+One more.+}"]);
    }
}
