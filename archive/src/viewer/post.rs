//! The page of a post: its current text, its attachments, and every revision with what changed.

use askama::Template;

use super::words::{self, Both};
use super::{Frame, Listed, Render, Viewer, changes, html, minute, names, size, status};
use crate::v1::layout;
use crate::v1::ocfl::Inventory;
use crate::v1::{
    AttachmentVersion, Capture, CaptureVersion, Language, Post, RetentionRule, Revision, RevisionOrigin,
};
use crate::{Error, Result};

/// Bytes of differences that one page shows; revisions beyond have their texts alone.
const MOST_CHANGES: usize = 4 * 1024 * 1024;

/// A post's page while its revisions pass.
pub(crate) struct PostPage {
    render: &'static dyn Render,
    head: u32,
    current: Option<(Revision, String)>,
    before: Option<(u32, String, String)>,
    revisions: Vec<RevisionRow>,
    shown: usize,
}

struct RevisionRow {
    number: u32,
    at: String,
    by: String,
    origin: Both<'static>,
    name: Option<String>,
    title: String,
    title_changed: bool,
    hash: String,
    before: u32,
    changes: String,
    href: String,
}

struct Category {
    href: String,
    en: String,
    fr: String,
}

struct Document {
    name: String,
    href: String,
    /// In both languages.
    size: String,
    version: u32,
}

#[derive(Template)]
#[template(path = "post.html")]
struct Page<'a> {
    frame: Frame<'a>,
    title: &'a str,
    lang: &'static str,
    /// Whether the text does not begin with its own title.
    shows_title: bool,
    body: String,
    status: Both<'static>,
    at: String,
    others: Vec<String>,
    categories: Vec<Category>,
    rules: Vec<&'a RetentionRule>,
    holds: Vec<&'a str>,
    documents: Vec<Document>,
    /// The newest first.
    captures: Vec<Seen>,
    revisions: &'a [RevisionRow],
}

/// A public page as it was seen.
struct Seen {
    at: String,
    address: String,
    status: u16,
    /// In both languages.
    size: String,
    href: String,
}

fn captures(captured: &[(&Capture, Vec<CaptureVersion>)]) -> Vec<Seen> {
    let mut seen = Vec::new();
    for (capture, versions) in captured {
        for version in versions {
            // The same bytes again stand where they stood first.
            let holder = versions.iter().find(|one| one.sha256 == version.sha256);
            let holder = holder.map_or(version.version, |one| one.version);
            seen.push(Seen {
                at: minute(&version.at),
                address: version.address.clone(),
                status: version.status,
                size: size(version.size),
                href: names::object(&capture.id, &format!("v{holder}/content/{}", layout::CAPTURED_PAGE)),
            });
        }
    }
    seen.sort_by(|a, b| b.at.cmp(&a.at));
    seen
}

impl PostPage {
    pub(super) fn new(render: &'static dyn Render, head: u32) -> Self {
        Self { render, head, current: None, before: None, revisions: Vec::new(), shown: 0 }
    }

    /// Takes the next revision, by number ascending.
    pub(crate) fn revision(&mut self, revision: &Revision, body: &str) {
        let (before, title_changed, changes) = match &self.before {
            None => (0, false, String::new()),
            Some((number, title, old)) => (*number, *title != revision.title, self.changes(old, body)),
        };
        self.shown += changes.len();
        self.revisions.push(RevisionRow {
            number: revision.number,
            at: minute(&revision.at),
            by: revision.actor.name.clone(),
            origin: match revision.origin {
                RevisionOrigin::Editor => words::EDITOR,
                RevisionOrigin::File => words::FILE,
                RevisionOrigin::Remote => words::REMOTE,
                RevisionOrigin::Restore => words::RESTORE,
                RevisionOrigin::Merge => words::MERGE,
            },
            name: None,
            title: revision.title.clone(),
            title_changed,
            hash: revision.hash.clone(),
            before,
            changes,
            href: String::new(),
        });
        if revision.number == self.head {
            self.current = Some((revision.clone(), body.to_owned()));
        }
        self.before = Some((revision.number, revision.title.clone(), body.to_owned()));
    }

    fn changes(&self, old: &str, new: &str) -> String {
        if self.shown > MOST_CHANGES {
            return format!("<p class=\"quiet\">{}</p>", words::TOO_LONG);
        }
        changes::html(&self.render.changes(old, new))
    }

    /// The attachment versions that the current text has.
    pub(crate) fn attachments(&self) -> impl Iterator<Item = (&str, u32)> {
        self.current
            .iter()
            .flat_map(|(revision, _)| &revision.attachments)
            .map(|a| (a.id.as_str(), a.version))
    }
}

/// An attachment that a text has: its id, which version, and every version there is.
pub(crate) type Attached = (String, u32, Vec<AttachmentVersion>);

impl Viewer<'_> {
    /// Makes a post's page and notes the post for lists and search; answers the page's path below the viewer.
    pub(crate) fn post(
        &mut self,
        post: &Post,
        mut page: PostPage,
        inventory: &Inventory,
        attached: &[Attached],
        captured: &[(&Capture, Vec<CaptureVersion>)],
    ) -> Result<(String, String)> {
        for row in &mut page.revisions {
            let path = inventory.content_path(row.number, "post.md").unwrap_or_default();
            row.href = names::object(&post.id, path);
            let named = post.names.iter().find(|name| name.revision == row.number);
            row.name = named.map(|name| name.name.clone());
        }
        page.revisions.reverse();
        let Some((revision, body)) = &page.current else {
            return Err(Error::BadRecord {
                item: format!("post {}", post.id),
                reason: "its head is a revision that does not exist".into(),
            });
        };
        let documents = self.documents(attached);
        let body_html = self.render.html(body, &|address| self.address(address, &documents));
        let french = revision.language == Language::Fr;
        let heading = format!("<h1>{}</h1>", changes::Text(&revision.title));
        let filed = self.filed.get(post.pair.as_str()).copied().unwrap_or_default();
        let shown = Page {
            frame: self.frame("../", "posts"),
            title: &revision.title,
            lang: if french { "fr" } else { "en" },
            shows_title: !body_html.starts_with(&heading),
            body: body_html,
            status: status(post),
            at: minute(&revision.at),
            others: self.counterparts(post),
            categories: filed.iter().filter_map(|id| self.category(id)).collect(),
            rules: self.rules_of(post),
            holds: self.holds_on(post),
            documents: documents.into_iter().map(|(_, document)| document).collect(),
            captures: captures(captured),
            revisions: &page.revisions,
        };
        let text = html(&shown)?;
        let number = u32::try_from(self.posts.len()).unwrap_or(u32::MAX);
        let words = format!("{} {}", revision.title, self.render.words(body));
        self.index.add(number, &words).map_err(|e| Error::io(&std::env::temp_dir(), e))?;
        self.posts.push(Listed {
            id: post.id.clone(),
            pair: post.pair.clone(),
            french,
            title: revision.title.clone(),
            at: revision.at.clone(),
            status: status(post),
        });
        Ok((names::post(&post.id), text))
    }

    fn counterparts(&self, post: &Post) -> Vec<String> {
        let others = self.pairs.get(post.pair.as_str()).into_iter().flatten().filter(|id| **id != post.id);
        others.map(|id| format!("{id}.html")).collect()
    }

    /// A category that the export holds the record of: an incremental one has those that changed.
    fn category(&self, id: &str) -> Option<Category> {
        self.categories.get(id)?;
        let (en, fr) = self.category_path(id);
        Some(Category { href: format!("../lists/{id}-1.html"), en, fr })
    }

    /// The attachments of a text by their path in the library's folder.
    fn documents(&self, attached: &[Attached]) -> Vec<(String, Document)> {
        let paths = attached.iter().filter_map(|(id, number, versions)| {
            let at = self.library.attachments.binary_search_by(|a| a.id.cmp(id)).ok()?;
            let path = &self.library.attachments.get(at)?.path;
            let version = versions.iter().find(|version| version.version == *number)?;
            let document = Document {
                name: path.rsplit('/').next().unwrap_or_default().to_owned(),
                href: names::attachment(id, path, versions, *number),
                size: size(version.size),
                version: *number,
            };
            Some((path.clone(), document))
        });
        paths.collect()
    }

    /// The address of an attachment or of another post that a text links to by its path in the library's folder. What
    /// the export does not carry leads to the page's own text; an address of the web or within the page stays.
    fn address(&self, address: &str, documents: &[(String, Document)]) -> Option<String> {
        let path = address.split(['?', '#']).next().unwrap_or_default();
        let path = percent_encoding::percent_decode_str(path).decode_utf8().ok()?;
        let path = path.trim_start_matches("./").trim_start_matches("../");
        if let Some((_, document)) = documents.iter().find(|(of, _)| of == path) {
            return Some(document.href.clone());
        }
        let first = address.split('/').next().unwrap_or_default();
        if path.is_empty() || address.starts_with("//") || first.contains(':') {
            return None;
        }
        let file = path.strip_suffix(".md").and_then(|path| path.rsplit('/').next());
        let post = file.and_then(|file| self.files.get(file));
        Some(post.map_or_else(|| "#main".into(), |id| format!("{id}.html")))
    }
}
