//! The offline viewer of an export: pages that open by a double click, with no server and no network.
//!
//! What always holds: pages are classic HTML with relative addresses; one script of ours and scripts of data are all
//! that runs, a policy in each page says so, and all but searching works without. Every page is made from the records
//! that the export carries, in a fixed order, so the same records give the same bytes. A post has one page, with its
//! current text and what changed from revision to revision; older texts are linked where they stand in the OCFL
//! store, so that the viewer grows with what changed and not with a copy of every text.

mod changes;
mod journal;
mod lists;
mod names;
mod post;
mod retention;
mod search;
mod words;

use std::collections::{BTreeSet, HashMap};

use askama::Template;

use crate::v1::{
    Attachment, AttachmentVersion, Capture, Category, Header, JournalEntry, Language, Library, Post,
    Retention, Status,
};
use crate::{Error, Result, SourceError};

pub(crate) use names::{is_page, is_page_of};
pub(crate) use post::PostPage;

use search::Index;
use words::Both;

/// Where a piece of text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// In both texts.
    Equal,
    /// Only in the new text.
    Added,
    /// Only in the old text.
    Removed,
}

/// A piece of text and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Where it stands.
    pub kind: Kind,
    /// The text, exact.
    pub text: String,
}

/// How a post's Markdown is shown. Whoever knows Markdown implements it; the same text has to give the same answer.
pub trait Render {
    /// The text as HTML that is safe to show. `links` may give another address for one that the text names.
    fn html(&self, markdown: &str, links: &dyn Fn(&str) -> Option<String>) -> String;
    /// The words of the text, for the search.
    fn words(&self, markdown: &str) -> String;
    /// The differences between two texts: equal and removed parts joined are the old text, equal and added parts the
    /// new one.
    fn changes(&self, old: &str, new: &str) -> Vec<Change>;
}

/// Shows Markdown as it is written: for a source that knows no better.
#[derive(Debug, Clone, Copy)]
pub struct AsWritten;

impl Render for AsWritten {
    fn html(&self, markdown: &str, _: &dyn Fn(&str) -> Option<String>) -> String {
        format!("<pre>{}</pre>\n", changes::Text(markdown))
    }

    fn words(&self, markdown: &str) -> String {
        markdown.to_owned()
    }

    fn changes(&self, old: &str, new: &str) -> Vec<Change> {
        let change = |kind, text: &str| Change { kind, text: text.to_owned() };
        if old == new {
            return vec![change(Kind::Equal, new)];
        }
        vec![change(Kind::Removed, old), change(Kind::Added, new)]
    }
}

const STYLE: &str = include_str!("../../viewer/style.css");
const SCRIPT: &str = include_str!("../../viewer/viewer.js");

/// What every page has around its own part.
struct Frame<'a> {
    /// The library's name.
    library: &'a str,
    stem: String,
    /// The day the export was made.
    made: &'a str,
    /// `../` for a page in a folder.
    root: &'static str,
    /// The part of the viewer that it belongs to, for the navigation.
    part: &'static str,
}

/// A post that has its page, as lists show it.
struct Listed {
    id: String,
    pair: String,
    french: bool,
    title: String,
    at: String,
    status: Both<'static>,
}

/// An attachment as its list shows it.
struct Held {
    id: String,
    path: String,
    versions: Vec<HeldVersion>,
}

struct HeldVersion {
    number: u32,
    at: String,
    by: String,
    /// In both languages.
    size: String,
    href: String,
}

/// The viewer while an export is written.
pub(crate) struct Viewer<'a> {
    render: &'static dyn Render,
    header: &'a Header,
    library: &'a Library,
    retention: &'a Retention,
    /// The objects that an incremental export carries; none where all are.
    carried: Option<&'a BTreeSet<String>>,
    categories: HashMap<&'a str, &'a Category>,
    filed: HashMap<&'a str, &'a [String]>,
    /// The posts of each pair.
    pairs: HashMap<&'a str, Vec<&'a str>>,
    /// The post of each Markdown file, by the file's name without its folder and `.md`.
    files: HashMap<&'a str, &'a str>,
    posts: Vec<Listed>,
    attachments: Vec<Held>,
    index: Index,
}

/// Is given each entry of the journal.
type Each<'e> = &'e mut dyn FnMut(JournalEntry) -> Result<(), SourceError>;
/// Gives the journal's entries one by one.
type Journal<'j> = &'j mut dyn FnMut(Each<'_>) -> Result<(), SourceError>;
/// Takes a page: its path below the viewer's folder, and its bytes.
type Put<'p> = &'p mut dyn FnMut(&str, &[u8]) -> Result<()>;

impl<'a> Viewer<'a> {
    pub(crate) fn new(
        render: &'static dyn Render,
        header: &'a Header,
        library: &'a Library,
        retention: &'a Retention,
        carried: Option<&'a BTreeSet<String>>,
    ) -> Self {
        let carries = |post: &&Post| carried.is_none_or(|carried| carried.contains(&post.id));
        let mut pairs: HashMap<_, Vec<_>> = HashMap::new();
        for post in library.posts.iter().filter(carries) {
            pairs.entry(post.pair.as_str()).or_default().push(post.id.as_str());
        }
        let file = |post: &'a Post| post.file.as_deref()?.rsplit('/').next()?.strip_suffix(".md");
        Self {
            pairs,
            files: library
                .posts
                .iter()
                .filter(carries)
                .filter_map(|post| Some((file(post)?, post.id.as_str())))
                .collect(),
            render,
            header,
            library,
            retention,
            carried,
            categories: library.categories.iter().map(|c| (c.id.as_str(), c)).collect(),
            filed: library.pairs.iter().map(|p| (p.id.as_str(), p.categories.as_slice())).collect(),
            posts: Vec::new(),
            attachments: Vec::new(),
            index: Index::default(),
        }
    }

    /// Whether the export carries the object of a post or an attachment.
    pub(crate) fn carries(&self, id: &str) -> bool {
        self.carried.is_none_or(|carried| carried.contains(id))
    }

    /// The page of a post, to be filled with its revisions.
    pub(crate) fn begin_post(&self, post: &Post) -> PostPage {
        PostPage::new(self.render, post.head)
    }

    /// The captures of a post's pages whose objects the export carries.
    pub(crate) fn captures_of(&self, post: &str) -> Vec<&'a Capture> {
        let library: &'a Library = self.library;
        library.captures.iter().filter(|one| one.post == post && self.carries(&one.id)).collect()
    }

    /// Notes an attachment whose versions have been written.
    pub(crate) fn attachment(&mut self, attachment: &Attachment, versions: &[AttachmentVersion]) {
        let versions = versions.iter().map(|version| HeldVersion {
            number: version.version,
            at: minute(&version.at),
            by: version.actor.name.clone(),
            size: size(version.size),
            href: names::attachment(&attachment.id, &attachment.path, versions, version.version),
        });
        self.attachments.push(Held {
            id: attachment.id.clone(),
            path: attachment.path.clone(),
            versions: versions.collect(),
        });
    }

    /// Hands over every page that is no post's. `journal` gives the journal's entries one by one.
    pub(crate) fn finish(mut self, journal: Journal<'_>, put: Put<'_>) -> Result<()> {
        self.attachments.sort_by(|a, b| a.path.cmp(&b.path));
        put("style.css", STYLE.as_bytes())?;
        put("viewer.js", SCRIPT.as_bytes())?;
        let index = std::mem::take(&mut self.index);
        self.search(index, put)?;
        let entries = self.journal(journal, put)?;
        self.files(put)?;
        self.lists(put)?;
        self.front(entries, put)
    }

    /// `index.html` at the top of the export: what this is, and the way into the viewer.
    pub(crate) fn landing(&self, viewer: &str) -> Result<String> {
        html(&Landing { frame: self.frame("", ""), viewer, selection: self.selection() })
    }

    fn selection(&self) -> Option<String> {
        let selection = self.header.selection.as_ref()?;
        let (en, fr) = (selection.sentence(Language::En), selection.sentence(Language::Fr));
        Some(Both { en: &en, fr: &fr }.to_string())
    }

    fn frame(&self, root: &'static str, part: &'static str) -> Frame<'_> {
        Frame {
            library: &self.library.name,
            stem: self.header.stem(),
            made: day(&self.header.at),
            root,
            part,
        }
    }

    fn search(&self, index: Index, put: Put<'_>) -> Result<()> {
        for (number, chunk) in self.posts.chunks(search::CHUNK).enumerate() {
            let rows = chunk.iter().map(|post| {
                let language = if post.french { "fr" } else { "en" };
                serde_json::json!([post.id, post.title, language, day(&post.at)])
            });
            // JSON in a script: a line separator would end it in old browsers, and `<` could close an element.
            let rows = serde_json::Value::from_iter(rows).to_string();
            let rows =
                rows.replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029");
            put(&format!("search/posts-{number}.js"), format!("fonds.posts({number},{rows});\n").as_bytes())?;
        }
        index.finish(|script| put(&script.path(), script.text().as_bytes()).map_err(Stop::Put)).map_err(
            |stop| match stop {
                Stop::Put(error) => error,
                Stop::Io(error) => Error::io(&std::env::temp_dir(), error),
            },
        )?;
        let page = SearchPage { frame: self.frame("", "search"), count: self.posts.len() };
        put("search.html", html(&page)?.as_bytes())
    }

    /// A category's name with those above it, in both languages.
    fn category_path(&self, id: &str) -> (String, String) {
        let (mut en, mut fr) = (String::new(), String::new());
        let mut next = Some(id);
        // The rules of the record exclude a circle; a bound costs nothing.
        for _ in 0..64 {
            let Some(category) = next.and_then(|id| self.categories.get(id)) else { break };
            let join = |name: &str, rest: &str| {
                if rest.is_empty() { name.to_owned() } else { format!("{name} › {rest}") }
            };
            (en, fr) = (join(&category.name_en, &en), join(&category.name_fr, &fr));
            next = category.parent.as_deref();
        }
        (en, fr)
    }
}

enum Stop {
    Put(Error),
    Io(std::io::Error),
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

#[derive(Template)]
#[template(path = "search.html")]
struct SearchPage<'a> {
    frame: Frame<'a>,
    count: usize,
}

#[derive(Template)]
#[template(path = "landing.html")]
struct Landing<'a> {
    frame: Frame<'a>,
    viewer: &'a str,
    /// What was selected, in both languages.
    selection: Option<String>,
}

fn html(page: &impl Template) -> Result<String> {
    page.render().map_err(|e| Error::BadRecord { item: "a page of the viewer".into(), reason: e.to_string() })
}

fn status(post: &Post) -> Both<'static> {
    if post.trashed_at.is_some() {
        return words::TRASHED;
    }
    match post.status {
        Status::Draft => words::DRAFT,
        Status::Approved => words::APPROVED,
        Status::Scheduled => words::SCHEDULED,
        Status::Published => words::PUBLISHED,
        Status::Withdrawn => words::WITHDRAWN,
    }
}

/// The day of a time: `2026-11-23`.
fn day(at: &str) -> &str {
    at.get(..10).unwrap_or(at)
}

/// A time to the minute: `2026-11-23 14:32 UTC`.
fn minute(at: &str) -> String {
    format!("{} {} UTC", day(at), at.get(11..16).unwrap_or_default())
}

/// A size for people, in both languages: `1.4 MB` and `1,4 Mo`.
#[allow(clippy::cast_precision_loss, reason = "one decimal is shown")]
fn size(bytes: u64) -> String {
    let mut value = bytes as f64;
    let mut unit = 0;
    while value >= 999.5 && unit < 4 {
        value /= 1000.0;
        unit += 1;
    }
    let number = if unit == 0 { format!("{value:.0}") } else { format!("{value:.1}") };
    let en = ["B", "kB", "MB", "GB", "TB"].get(unit).unwrap_or(&"");
    let fr = ["o", "ko", "Mo", "Go", "To"].get(unit).unwrap_or(&"");
    let (en, fr) = (format!("{number}\u{a0}{en}"), format!("{}\u{a0}{fr}", number.replace('.', ",")));
    Both { en: &en, fr: &fr }.to_string()
}
