//! Blogs, publishing and the outbox.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use fonds_app::{BlogView, Language, NewBlog, OutboxRow, PostView};

use crate::context::Context;
use crate::meter::Meter;
use crate::output::Output;
use crate::words::say;
use crate::{Result, table};

/// What can be done with blogs.
#[derive(Subcommand)]
pub enum BlogVerb {
    /// Set a blog up: WordPress by its REST interface, with an application password
    Add(Add),
    /// List the blogs that are set up
    List,
    /// Say what works on a blog with its account, and which rights are missing
    Test {
        /// The blog, by name
        name: String,
    },
    /// Say at which address the public finds the static site, or that it has none
    Address {
        /// The blog, by name
        name: String,
        /// The address of its front page; empty where it has none
        url: String,
    },
    /// Keep a blog's password on this computer
    Password {
        /// The blog, by name
        name: String,
        /// Read the password from the first line of standard input
        #[arg(long)]
        password_stdin: bool,
    },
    /// Remove a blog that nothing is public on
    Remove {
        /// The blog, by name
        name: String,
    },
}

/// `blog add`'s arguments.
#[derive(Args)]
pub struct Add {
    /// The kind of blog: wordpress
    kind: String,
    /// The name that it has here
    #[arg(long, value_name = "NAME")]
    name: String,
    /// The address of its front page
    #[arg(long, value_name = "URL")]
    url: String,
    /// The account's name
    #[arg(long, value_name = "USER")]
    user: String,
    /// Read the application password from the first line of standard input
    #[arg(long)]
    password_stdin: bool,
    /// Certificates (PEM) of the authorities that vouch for the server, in place of the usual ones
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// A proxy's address, in place of the one that the environment names
    #[arg(long, value_name = "URL")]
    proxy: Option<String>,
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
    /// List it: what is open in the order of its sending, then what is done
    List,
    /// Send what waits, at once; ITEM is an id, a beginning or an end of one, all where none is named
    #[command(visible_alias = "send")]
    Retry {
        /// The items
        #[arg(value_name = "ITEM")]
        items: Vec<String>,
    },
    /// Have items wait until they are resumed; all where none is named
    Pause {
        /// The items
        #[arg(value_name = "ITEM")]
        items: Vec<String>,
    },
    /// End the pause of items, and send; all where none is named
    Resume {
        /// The items
        #[arg(value_name = "ITEM")]
        items: Vec<String>,
    },
    /// Give items up; what was brought to the blog for one is taken off again
    Cancel {
        /// The items
        #[arg(value_name = "ITEM", required = true)]
        items: Vec<String>,
    },
    /// Move an item before another, or to the end
    Move {
        /// The item
        item: String,
        /// Before this one
        #[arg(long, value_name = "ITEM")]
        before: Option<String>,
    },
}

/// Sets blogs up, tests and lists them.
pub fn blog(context: &mut Context, verb: BlogVerb) -> Result<()> {
    match verb {
        BlogVerb::Add(add) => {
            let ca = add.ca.as_deref().map(crate::input::text).transpose()?;
            let password = password(context, add.password_stdin)?;
            let Add { kind, name, url, user, proxy, .. } = add;
            let made = context.open()?.add_blog(&NewBlog { kind, name, url, user, password, ca, proxy })?;
            context.output.answer(&made, |out, made| out.line(&made.id))
        }
        BlogVerb::List => {
            let blogs = context.open()?.blogs()?;
            list(context, &blogs)
        }
        BlogVerb::Test { name } => {
            let checks = context.open()?.test_blog(&name)?;
            context.findings |= checks.iter().any(|check| !check.works);
            context.output.answer(&checks, |out, checks| {
                let sign = |works: bool| if works { "+" } else { "-" }.to_owned();
                let rows = checks.iter().map(|c| vec![sign(c.works), c.message.clone(), c.detail.clone()]);
                table::write(out, &rows.collect::<Vec<_>>())
            })
        }
        BlogVerb::Address { name, url } => {
            let moved = context.open()?.set_blog_address(&name, &url)?;
            list(context, &[moved])
        }
        BlogVerb::Password { name, password_stdin } => {
            let mut session = context.open()?;
            session.find_blog(&name)?;
            let password = password(context, password_stdin)?;
            session.set_blog_password(&name, &password)?;
            list(context, &[session.find_blog(&name)?])
        }
        BlogVerb::Remove { name } => {
            let mut session = context.open()?;
            session.remove_blog(&name)?;
            list(context, &session.blogs()?)
        }
    }
}

fn list(context: &mut Context, blogs: &[BlogView]) -> Result<()> {
    context.output.answer(&blogs, |out, blogs| {
        let rows =
            blogs.iter().map(|b| vec![b.name.clone(), b.kind.clone(), b.url.clone().unwrap_or_default()]);
        table::write(out, &rows.collect::<Vec<_>>())
    })
}

/// A blog's password, from standard input or typed.
fn password(context: &Context, stdin: bool) -> Result<String> {
    let mut line = String::new();
    if stdin {
        std::io::stdin().read_line(&mut line).map_err(|_| fonds_app::Error::password_needed())?;
    } else {
        line = rpassword::prompt_password(context.say("key.password", &[])).unwrap_or_default();
    }
    let line = line.trim_end_matches(['\r', '\n']);
    if line.is_empty() { Err(fonds_app::Error::password_needed().into()) } else { Ok(line.to_owned()) }
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
    waits(context, &session, Some(&posts))?;
    let views = posts.iter().map(|post| Ok(session.open_post(*post)?)).collect::<Result<Vec<_>>>()?;
    let (language, root) = (context.language, session.view()?.path);
    context
        .output
        .answer(&views, |out, views| views.iter().try_for_each(|view| public(out, &root, view, language)))
}

/// Says what waits in the outbox and why, of all posts or of these; that is a finding.
fn waits<P: ToString>(context: &mut Context, session: &fonds_app::Session, of: Option<&[P]>) -> Result<()> {
    let language = context.language;
    let of: Option<Vec<String>> = of.map(|posts| posts.iter().map(ToString::to_string).collect());
    let asked = |post: &String| of.as_ref().is_none_or(|posts| posts.contains(post));
    let open = session.outbox()?.into_iter().filter(|item| item.state != "done" && item.error.is_some());
    for item in open.filter(|item| asked(&item.post_id)) {
        context.findings = true;
        let error = item.error.clone().unwrap_or_default();
        let next = item.next_at.as_deref().map(table::local);
        let key = if next.is_some() { "outbox.waits" } else { "outbox.needs" };
        let next = next.unwrap_or_default();
        context.output.message(&say(
            language,
            key,
            &[("title", &item.title), ("reason", &error), ("next", &next)],
        ));
    }
    Ok(())
}

/// Withdraws.
pub fn withdraw(context: &mut Context, withdraw: &Withdraw) -> Result<()> {
    let mut session = context.open()?;
    let post = session.find(&withdraw.post)?;
    session.find_blog(&withdraw.to)?;
    let mut meter = Meter::new(context.language, context.output.json());
    let view = session.withdraw(post, &withdraw.to, &mut |step| meter.step(step))?;
    drop(meter);
    waits(context, &session, Some(&[post]))?;
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

/// Lists the outbox, once what was asked is done with it.
pub fn outbox(context: &mut Context, outbox: Outbox) -> Result<()> {
    let mut session = context.open()?;
    let mut send = true;
    match outbox.verb.unwrap_or(OutboxVerb::List) {
        OutboxVerb::Retry { items } => session.retry(&items)?,
        OutboxVerb::Resume { items } => session.resume(&items)?,
        OutboxVerb::Cancel { items } => session.cancel(&items)?,
        other => {
            send = false;
            match other {
                OutboxVerb::Pause { items } => session.pause(&items)?,
                OutboxVerb::Move { item, before } => session.move_item(&item, before.as_deref())?,
                _ => {}
            }
        }
    }
    if send {
        let mut meter = Meter::new(context.language, context.output.json());
        session.send_waiting(&mut |step| meter.step(step))?;
        drop(meter);
        waits::<String>(context, &session, None)?;
    }
    let language = context.language;
    context.output.answer(&session.outbox()?, |out, items| {
        if items.is_empty() {
            out.message(&say(language, "outbox.empty", &[]));
        }
        table::write(out, &items.iter().map(|item| row(item, language)).collect::<Vec<_>>())
    })
}

/// Sends what is due to every blog, and says what waits.
pub fn sync(context: &mut Context, session: &mut fonds_app::Session) -> Result<()> {
    let mut meter = Meter::new(context.language, context.output.json());
    let sent = session.sync_blogs(&mut |step| meter.step(step));
    drop(meter);
    waits::<String>(context, session, None)?;
    Ok(sent?)
}

fn row(item: &OutboxRow, language: Language) -> Vec<String> {
    // The end of an id tells items of one moment apart.
    let id = item.id.get(item.id.len().saturating_sub(8)..).unwrap_or_default();
    vec![
        id.to_owned(),
        table::local(&item.at),
        say(language, &format!("action.{}", item.action), &[]),
        say(language, &format!("state.{}", item.state), &[]),
        item.blog_name.clone(),
        item.title.clone(),
        item.error.clone().or_else(|| item.address.clone()).unwrap_or_default(),
    ]
}
