//! Blogs, publishing and the outbox.

use std::path::Path;

use clap::{Args, Subcommand};
use fonds_app::{Language, OutboxRow, PostView};

use crate::context::Context;
use crate::meter::Meter;
use crate::output::Output;
use crate::words::say;
use crate::{Result, table};

/// What can be done with blogs.
#[derive(Subcommand)]
pub enum BlogVerb {
    /// List the blogs that are set up
    List,
}

/// `publish`'s arguments.
#[derive(Args)]
pub struct Publish {
    /// The posts
    #[arg(value_name = "POST", required = true)]
    posts: Vec<String>,
    /// The blogs, by name
    #[arg(long, value_name = "BLOG,…", value_delimiter = ',', default_value = "site")]
    to: Vec<String>,
}

/// `withdraw`'s arguments.
#[derive(Args)]
pub struct Withdraw {
    /// The post
    post: String,
    /// The blog, by name
    #[arg(long, value_name = "BLOG")]
    to: String,
}

/// `outbox`'s arguments.
#[derive(Args)]
pub struct Outbox {
    #[command(subcommand)]
    verb: Option<OutboxVerb>,
}

#[derive(Subcommand)]
enum OutboxVerb {
    /// List it, the newest first
    List,
    /// Send what waits
    Send,
}

/// Lists the blogs.
pub fn blog(context: &mut Context, verb: &BlogVerb) -> Result<()> {
    let BlogVerb::List = verb;
    let blogs = context.open()?.blogs()?;
    context.output.answer(&blogs, |out, blogs| {
        let rows =
            blogs.iter().map(|b| vec![b.name.clone(), b.kind.clone(), b.url.clone().unwrap_or_default()]);
        table::write(out, &rows.collect::<Vec<_>>())
    })
}

/// Publishes. Every post and every blog is found before anything is sent.
pub fn publish(context: &mut Context, publish: &Publish) -> Result<()> {
    let mut session = context.open()?;
    let posts = publish.posts.iter().map(|post| Ok(session.find(post)?)).collect::<Result<Vec<_>>>()?;
    for blog in &publish.to {
        session.find_blog(blog)?;
    }
    let mut meter = Meter::new(context.language, context.output.json());
    for blog in &publish.to {
        session.publish(&posts, blog, &mut |step| meter.step(step))?;
    }
    drop(meter);
    let views = posts.iter().map(|post| Ok(session.open_post(*post)?)).collect::<Result<Vec<_>>>()?;
    let (language, root) = (context.language, session.view()?.path);
    context
        .output
        .answer(&views, |out, views| views.iter().try_for_each(|view| public(out, &root, view, language)))
}

/// Withdraws.
pub fn withdraw(context: &mut Context, withdraw: &Withdraw) -> Result<()> {
    let mut session = context.open()?;
    let post = session.find(&withdraw.post)?;
    session.find_blog(&withdraw.to)?;
    let mut meter = Meter::new(context.language, context.output.json());
    let view = session.withdraw(post, &withdraw.to, &mut |step| meter.step(step))?;
    drop(meter);
    let language = context.language;
    context.output.answer(&view, |out, view| {
        out.line(&say(language, "withdraw.done", &[("title", &view.title), ("blog", &withdraw.to)]))
    })
}

/// Where a post is public, a line a blog. An address that is no web address is a path in the library.
fn public(out: &mut Output, root: &str, view: &PostView, language: Language) -> Result<()> {
    for publication in &view.publications {
        let mut address = publication.address.clone();
        if !address.contains("://") {
            address = Path::new(root).join(address).to_string_lossy().into_owned();
        }
        let values: [(&str, &dyn std::fmt::Display); 4] = [
            ("title", &view.title),
            ("blog", &publication.blog_name),
            ("revision", &publication.revision),
            ("address", &address),
        ];
        out.line(&say(language, "publish.done", &values))?;
    }
    Ok(())
}

/// Lists the outbox, or sends what waits in it.
pub fn outbox(context: &mut Context, outbox: &Outbox) -> Result<()> {
    let mut session = context.open()?;
    if let Some(OutboxVerb::Send) = outbox.verb {
        let mut meter = Meter::new(context.language, context.output.json());
        session.send_waiting(&mut |step| meter.step(step))?;
    }
    let language = context.language;
    context.output.answer(&session.outbox()?, |out, items| {
        if items.is_empty() {
            out.message(&say(language, "outbox.empty", &[]));
        }
        table::write(out, &items.iter().map(|item| row(item, language)).collect::<Vec<_>>())
    })
}

fn row(item: &OutboxRow, language: Language) -> Vec<String> {
    vec![
        table::local(&item.at),
        say(language, &format!("action.{}", item.action), &[]),
        say(language, &format!("state.{}", item.state), &[]),
        item.blog_name.clone(),
        item.title.clone(),
        item.error.clone().or_else(|| item.address.clone()).unwrap_or_default(),
    ]
}
