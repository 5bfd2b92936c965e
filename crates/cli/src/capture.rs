//! Captures: public pages kept as the public sees them.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use fonds_app::{CaptureRow, Language};

use crate::context::Context;
use crate::meter::Meter;
use crate::words::{counted, say};
use crate::{Result, table};

/// What can be done with captures.
#[derive(Subcommand)]
pub enum CaptureVerb {
    /// Capture the public pages of posts, as anybody sees them now
    Take(Take),
    /// List the captures of a post's pages, the newest first
    List {
        /// The post
        post: String,
    },
    /// Write a capture to a WACZ file, which ReplayWeb.page and other tools replay
    Save(Save),
}

/// `capture take`'s arguments.
#[derive(Args)]
pub struct Take {
    /// The posts
    #[arg(value_name = "POST", required = true)]
    posts: Vec<String>,
    /// The blog, by name; every blog that has the post where none is named
    #[arg(long, value_name = "BLOG")]
    on: Option<String>,
}

/// `capture save`'s arguments.
#[derive(Args)]
pub struct Save {
    /// The post
    post: String,
    /// The file; none may be there
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
    /// The blog, by name, where the post is on more than one
    #[arg(long, value_name = "BLOG")]
    on: Option<String>,
    /// Which capture, by its number in the list; the newest where none is given
    #[arg(long = "version", value_name = "NUMBER")]
    number: Option<u32>,
}

/// Does it.
pub fn run(context: &mut Context, verb: CaptureVerb) -> Result<()> {
    let mut session = context.open()?;
    match verb {
        CaptureVerb::Take(take) => {
            let posts = take.posts.iter().map(|post| Ok(session.find(post)?)).collect::<Result<Vec<_>>>()?;
            let mut meter = Meter::new(context.language, context.output.json());
            let mut rows = Vec::new();
            for post in posts {
                rows.extend(session.capture(post, take.on.as_deref(), &mut |step| meter.step(step))?);
            }
            drop(meter);
            list(context, &rows)
        }
        CaptureVerb::List { post } => {
            let post = session.find(&post)?;
            list(context, &session.captures(post)?)
        }
        CaptureVerb::Save(save) => {
            let post = session.find(&save.post)?;
            let path = session.save_capture(post, save.on.as_deref(), save.number, &save.to)?;
            context.output.answer(&path, |out, path| out.line(&path.display().to_string()))
        }
    }
}

fn list(context: &mut Context, rows: &[CaptureRow]) -> Result<()> {
    let language = context.language;
    context.output.answer(&rows, |out, rows| {
        if rows.is_empty() {
            out.message(&say(language, "capture.none", &[]));
        }
        table::write(out, &rows.iter().map(|row| cells(row, language)).collect::<Vec<_>>())
    })
}

fn cells(row: &CaptureRow, language: Language) -> Vec<String> {
    let left = row.left_out.len();
    let mut address = row.address.clone();
    if left > 0 {
        address += &format!("  [{}]", counted(language, "capture.left_out", left));
    }
    vec![
        row.version.to_string(),
        table::local(&row.at),
        row.blog_name.clone(),
        row.status.to_string(),
        row.title.clone(),
        address,
    ]
}
