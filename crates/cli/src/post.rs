//! Writing: posts, their text, their PDFs, their history.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use fonds_app::{AttachmentView, Language, ListOrder, ListRequest, NewPost, PostRow, PostView, Session};

use crate::context::Context;
use crate::words::{counted, say, size};
use crate::{Result, history, input, table};

/// How many rows of a list are in memory at a time.
const PAGE: u32 = 500;

/// What can be done with posts.
#[derive(Subcommand)]
pub enum PostVerb {
    /// Begin a post; prints its id
    New(New),
    /// Replace a post's text; the one before stays in the history
    Edit(Edit),
    /// Print a post's text
    Show(Show),
    /// List the posts, the newest text first
    List(List),
    /// List a post's revisions, the newest first
    History {
        /// The post
        post: String,
    },
    /// Show what changed between two revisions
    Diff(history::Diff),
    /// Name a revision, such as “As sent to the minister”
    Name(history::Name),
    /// Make an earlier revision current again, as a new revision
    Restore {
        /// The post
        post: String,
        /// The revision's number
        revision: u32,
    },
    /// Put a post into the trash
    Trash(Trash),
    /// Destroy a post that is in the trash, with all its revisions; refused where a hold or a rule keeps it
    Purge {
        /// The post
        post: String,
    },
    /// Decide between the two texts of a conflict; both stay in the history
    Resolve(Resolve),
    /// File a post, and its counterpart with it, under exactly these categories
    File(File),
}

/// `post new`'s arguments.
#[derive(Args)]
pub struct New {
    /// The title
    #[arg(long)]
    title: String,
    /// The post's language, en or fr
    #[arg(long)]
    lang: Language,
    /// A category to file it under, such as Consultation/Reports; may be given again
    #[arg(long, value_name = "A/B")]
    category: Vec<String>,
    /// The post in the other language that it is the counterpart of
    #[arg(long, value_name = "POST")]
    pair: Option<String>,
    /// The text as Markdown: a file, or - for standard input
    #[arg(long, value_name = "FILE")]
    body: Option<PathBuf>,
}

/// `post edit`'s arguments.
#[derive(Args)]
pub struct Edit {
    /// The post
    post: String,
    /// The new text as Markdown: a file, or - for standard input
    #[arg(long, value_name = "FILE")]
    body: PathBuf,
}

/// `post show`'s arguments.
#[derive(Args)]
pub struct Show {
    /// The post
    post: String,
    /// A revision's number [default: the text as it stands]
    #[arg(long, value_name = "N")]
    revision: Option<u32>,
    /// Markdown as it was written, sanitised HTML, or everything as JSON
    #[arg(long, value_enum, default_value_t = Format::Md)]
    format: Format,
}

/// How a text is printed.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Md,
    Html,
    Json,
}

/// `post list`'s arguments.
#[derive(Args)]
pub struct List {
    /// Newest or oldest text first, or by title
    #[arg(long, value_enum, default_value_t = Sort::Newest)]
    sort: Sort,
    /// List the posts in the trash instead
    #[arg(long)]
    trash: bool,
}

/// What `post list` sorts by.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Sort {
    Newest,
    Oldest,
    Title,
}

/// `post trash`'s arguments.
#[derive(Args)]
pub struct Trash {
    /// The post
    post: String,
    /// Take it out again
    #[arg(long)]
    undo: bool,
}

/// `post resolve`'s arguments.
#[derive(Args)]
pub struct Resolve {
    /// The post
    post: String,
    /// The post's own text, or the other program's
    #[arg(long, value_enum)]
    keep: Keep,
}

/// Which text stays.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Keep {
    Mine,
    Theirs,
}

/// `post file`'s arguments.
#[derive(Args)]
pub struct File {
    /// The post
    post: String,
    /// A category, such as Consultation/Reports; may be given again
    #[arg(long, value_name = "A/B", required_unless_present = "none")]
    category: Vec<String>,
    /// File it under no category
    #[arg(long, conflicts_with = "category")]
    none: bool,
}

/// `attach`'s arguments.
#[derive(Args)]
pub struct Attach {
    /// The post
    post: String,
    /// The PDFs: all are attached, or none
    #[arg(value_name = "FILE.pdf", required = true)]
    files: Vec<PathBuf>,
}

/// Does it.
pub fn run(context: &mut Context, verb: PostVerb) -> Result<()> {
    match verb {
        PostVerb::New(new) => create(context, new),
        PostVerb::Show(what) => show(context, &what),
        PostVerb::List(what) => list(context, &what),
        PostVerb::History { post } => history::list(context, &post),
        PostVerb::Diff(diff) => history::diff(context, &diff),
        PostVerb::Name(name) => history::name(context, &name),
        PostVerb::Edit(edit) => {
            let text = input::text(&edit.body)?;
            change(context, &edit.post, |session, post| session.edit_post(session.find(post)?, &text))
        }
        PostVerb::Restore { post, revision } => {
            change(context, &post, |session, post| session.restore_revision(session.find(post)?, revision))
        }
        PostVerb::Resolve(resolve) => change(context, &resolve.post, |session, post| {
            session.resolve_conflict(session.find(post)?, resolve.keep == Keep::Mine)
        }),
        PostVerb::File(file) => change(context, &file.post, |session, post| {
            let categories = file
                .category
                .iter()
                .map(|path| session.find_category(path))
                .collect::<Result<Vec<_>, _>>()?;
            session.file_post(session.find(post)?, &categories)
        }),
        PostVerb::Purge { post } => {
            let mut session = context.open()?;
            let id = session.find(&post)?;
            let left = session.purge_post(id)?;
            if let Some(path) = &left {
                let text = context.say("purge.left", &[("path", path)]);
                context.output.message(&text);
            }
            let text = context.say("purge.done", &[("post", &id)]);
            context
                .output
                .answer(&serde_json::json!({ "purged": id, "fileLeft": left }), |out, _| out.line(&text))
        }
        PostVerb::Trash(trash) => {
            let mut session = context.open()?;
            let post = session.find(&trash.post)?;
            session.set_trashed(post, !trash.undo)?;
            let view = session.open_post(post)?;
            let key = if trash.undo { "post.out_of_trash" } else { "post.in_trash" };
            let text = context.say(key, &[("title", &view.title)]);
            context.output.answer(&view, |out, _| out.line(&text))
        }
    }
}

/// Attaches, and tells what the PDFs say of themselves.
pub fn attach(context: &mut Context, attach: &Attach) -> Result<()> {
    let mut session = context.open()?;
    let attached = session.attach(session.find(&attach.post)?, &attach.files)?;
    // Attached they are, read or not: what cannot be read now is said, and read another time.
    if let Err(error) = session.read_pdfs() {
        context.output.message(&error.report(context.language).message);
    }
    let view = session.open_post(session.find(&attached.post.id)?)?;
    waits(context, &view);
    let name = format!("{}.{}", view.slug, view.language.code());
    let text = context.say("post.revision", &[("post", &name), ("revision", &view.revision)]);
    let language = context.language;
    context.output.answer(&view, |out, view| {
        out.line(&text)?;
        let new = view.attachments.iter().filter(|one| attached.names.contains(&one.name));
        new.map(|attachment| facts(attachment, language))
            .try_for_each(|lines| lines.iter().try_for_each(|line| out.line(line)))
    })
}

/// A file and what it says of itself, in lines.
fn facts(attachment: &AttachmentView, language: Language) -> Vec<String> {
    let mut first = vec![
        attachment.name.clone(),
        say(language, "attach.version", &[("version", &attachment.version)]),
        size(language, attachment.size),
    ];
    let Some(pdf) = &attachment.pdf else { return vec![first.join(" · ")] };
    if pdf.pages > 0 {
        first.push(counted(language, "count.pages", pdf.pages as usize));
    }
    if !pdf.version.is_empty() {
        first.push(format!("PDF {}", pdf.version));
    }
    let notes = pdf.notes.iter().map(|note| {
        let mark = match note.severity.as_str() {
            "warning" => "!",
            "good" => "✓",
            _ => "·",
        };
        format!("  {mark} {}. {}", note.title, note.detail)
    });
    std::iter::once(first.join(" · ")).chain(notes).collect()
}

fn create(context: &mut Context, new: New) -> Result<()> {
    let markdown = new.body.as_deref().map(input::text).transpose()?;
    let mut session = context.open()?;
    // Looked up first: a post that cannot be filed is not made.
    let categories =
        new.category.iter().map(|path| session.find_category(path)).collect::<Result<Vec<_>, _>>()?;
    let mut view = session.create_post(&NewPost {
        title: new.title,
        language: new.lang,
        pair_with: new.pair,
        markdown,
    })?;
    if !categories.is_empty() {
        view = session.file_post(session.find(&view.id)?, &categories)?;
    }
    context.output.answer(&view, |out, view| out.line(&view.id))
}

/// Changes a post's text and says which revision it has now.
fn change(
    context: &mut Context,
    post: &str,
    act: impl FnOnce(&mut Session, &str) -> fonds_app::Result<PostView>,
) -> Result<()> {
    let mut session = context.open()?;
    let view = act(&mut session, post)?;
    waits(context, &view);
    let name = format!("{}.{}", view.slug, view.language.code());
    let text = context.say("post.revision", &[("post", &name), ("revision", &view.revision)]);
    context.output.answer(&view, |out, _| out.line(&text))
}

/// A conflict is left to a person: exit code 1.
fn waits(context: &mut Context, view: &PostView) {
    if view.conflict.is_some() {
        context.findings = true;
        let text = context.say("post.conflict", &[("title", &view.title), ("id", &view.id)]);
        context.output.message(&text);
    }
}

fn show(context: &mut Context, show: &Show) -> Result<()> {
    let session = context.open()?;
    let post = session.find(&show.post)?;
    let json = context.output.json() || show.format == Format::Json;
    if let Some(number) = show.revision {
        let revision = session.revision(post, number)?;
        return match show.format {
            _ if json => context.output.json_line(&revision),
            Format::Html => context.output.exact(&session.revision_html(post, number)?),
            _ => context.output.exact(&revision.markdown),
        };
    }
    let view = session.open_post(post)?;
    waits(context, &view);
    match show.format {
        _ if json => context.output.json_line(&view),
        Format::Html => context.output.exact(&fonds_app::markdown::to_html(&view.markdown)),
        _ => context.output.exact(&view.markdown),
    }
}

fn list(context: &mut Context, list: &List) -> Result<()> {
    let session = context.open()?;
    let language = context.language;
    if list.trash {
        let posts = session.trash()?;
        return context.output.answer(&posts, |out, posts| table::write(out, &rows(posts.iter(), language)));
    }
    let order = match list.sort {
        Sort::Newest => ListOrder::Newest,
        Sort::Oldest => ListOrder::Oldest,
        Sort::Title => ListOrder::Title,
    };
    let mut request = ListRequest { order, limit: PAGE, ..ListRequest::default() };
    let mut ended = false;
    let next_page = || {
        if ended {
            return Ok(None);
        }
        let page = session.list_posts(&request)?;
        ended = page.next.is_none();
        request.after = page.next;
        Ok(Some(page.rows))
    };
    context.output.pages(next_page, |out, pairs| {
        table::write(out, &rows(pairs.iter().flat_map(|pair| &pair.posts), language))
    })
}

fn rows<'a>(posts: impl Iterator<Item = &'a PostRow>, language: Language) -> Vec<Vec<String>> {
    posts.map(|post| table::post(post, language)).collect()
}
