//! The pages: what each of them shows, filled into the templates.
//!
//! What always holds: a page depends on the plan alone, so the same plan gives the same bytes. Links are relative and
//! name `index.html`, so that the site opens from a disk as well as from a server.

use super::categories::{self, Node};
use super::names::{encode, up};
use super::plan::{Placed, Plan};
use super::words::{Words, date, file_note};
use super::{body, feed};
use crate::{Error, Language, Result};
use askama::Template;
use jiff::Timestamp;

/// The style sheet, the same for every site.
const STYLE: &str = include_str!("../../templates/site/style.css");

/// How many posts of a home page have a summary; the older ones are a list of titles.
const SUMMARISED: usize = 20;

/// How many posts of each language the front page shows.
const ON_FRONT: usize = 5;

/// A file of the site that is made here.
pub(super) enum Page<'p> {
    Style,
    Post(&'p Placed<'p>),
    Category(Language, &'p Node<'p>),
    Categories(Language),
    Feed(Language),
    Home(Language),
    Front,
}

/// Every page of the site, in the order in which they may be written: what others link to comes first.
pub(super) fn all<'p>(plan: &'p Plan<'p>) -> Vec<Page<'p>> {
    let mut pages = vec![Page::Style];
    pages.extend(plan.posts.iter().map(Page::Post));
    for language in Language::ALL {
        pages.extend(plan.tree.of(language).nodes.iter().map(|node| Page::Category(language, node)));
        pages.push(Page::Categories(language));
    }
    pages.extend(Language::ALL.map(Page::Feed));
    pages.extend(Language::ALL.map(Page::Home));
    pages.push(Page::Front);
    pages
}

impl Page<'_> {
    /// Where it goes in the site.
    pub(super) fn path(&self) -> String {
        match self {
            Self::Style => "style.css".into(),
            Self::Post(placed) => placed.path.clone(),
            Self::Category(_, node) => node.path.clone(),
            Self::Categories(language) => categories_path(*language),
            Self::Feed(language) => format!("{}/{}", language.code(), Words::of(*language).feed_file),
            Self::Home(language) => home_path(*language),
            Self::Front => "index.html".into(),
        }
    }

    /// Its bytes.
    pub(super) fn render(&self, plan: &Plan<'_>) -> Result<Vec<u8>> {
        let path = self.path();
        let rendered = match self {
            Self::Style => return Ok(STYLE.as_bytes().to_vec()),
            Self::Feed(language) => return feed::xml(plan, *language, &path),
            Self::Post(placed) => post_page(plan, placed, &path)?.render(),
            Self::Category(language, node) => category_page(plan, *language, node, &path).render(),
            Self::Categories(language) => categories_page(plan, *language, &path).render(),
            Self::Home(language) => home_page(plan, *language, &path).render(),
            Self::Front => front_page(plan).render(),
        };
        let html = rendered.map_err(|error| Error::Render { path, reason: error.to_string() })?;
        Ok(html.into_bytes())
    }
}

fn home_path(language: Language) -> String {
    format!("{}/index.html", language.code())
}

fn categories_path(language: Language) -> String {
    format!("{}/{}/index.html", language.code(), Words::of(language).category_folder)
}

/// What every page of one language has around its content.
struct Frame {
    words: &'static Words,
    lang: &'static str,
    /// Leads from the page to the site's folder.
    root: String,
    /// The blog's name.
    site: String,
    /// The page's own title.
    title: String,
    description: String,
    /// Its absolute address, where known.
    canonical: Option<String>,
    /// Its counterpart in the other language.
    counterpart: Option<String>,
    other: Other,
    /// Which part of the navigation it is: `home`, `categories` or nothing.
    part: &'static str,
    /// Where home and categories are.
    home: String,
    categories: String,
    feed: String,
}

/// The way to the other language.
struct Other {
    lang: &'static str,
    label: &'static str,
    href: String,
}

struct Day {
    machine: String,
    text: String,
}

struct Line {
    href: String,
    title: String,
    day: Day,
    summary: String,
}

struct Year {
    year: i16,
    lines: Vec<Line>,
}

struct Document {
    href: String,
    name: String,
    note: String,
}

struct Crumb {
    href: String,
    name: String,
}

/// A category in a list; `depth` counts from 0. Opening and closing lists is the template's work.
struct Branch {
    href: String,
    name: String,
    count: usize,
    /// How many lists end after it.
    closes: usize,
    /// Whether a list of those below it begins.
    opens: bool,
}

#[derive(Template)]
#[template(path = "site/post.html")]
struct PostPage {
    frame: Frame,
    id: String,
    revision_hash: String,
    author: String,
    published: Day,
    updated: Option<Day>,
    body: String,
    documents: Vec<Document>,
    /// Each category with those above it.
    categories: Vec<Vec<Crumb>>,
}

#[derive(Template)]
#[template(path = "site/home.html")]
struct HomePage {
    frame: Frame,
    latest: Vec<Line>,
    years: Vec<Year>,
    branches: Vec<Branch>,
}

#[derive(Template)]
#[template(path = "site/category.html")]
struct CategoryPage {
    frame: Frame,
    crumbs: Vec<Crumb>,
    branches: Vec<Branch>,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "site/categories.html")]
struct CategoriesPage {
    frame: Frame,
    branches: Vec<Branch>,
}

#[derive(Template)]
#[template(path = "site/front.html")]
struct FrontPage {
    /// Both names, once where they are the same.
    title: String,
    /// Whether the blog has one name for both languages.
    same: bool,
    canonical: Option<String>,
    sides: Vec<Side>,
}

/// One language on the front page.
struct Side {
    words: &'static Words,
    lang: &'static str,
    site: String,
    home: String,
    absolute: Option<String>,
    feed: String,
    lines: Vec<Line>,
}

fn absolute(plan: &Plan<'_>, path: &str) -> Option<String> {
    let folder = path.strip_suffix("index.html").unwrap_or(path);
    plan.url.as_ref().map(|url| format!("{url}/{}", encode(folder)))
}

fn frame(plan: &Plan<'_>, language: Language, path: &str, title: &str, counterpart: Option<&str>) -> Frame {
    let root = up(path);
    let words = Words::of(language);
    let (other, others) = (language.other(), Words::of(language.other()));
    let home = home_path(other);
    let to_other = format!("{root}{}", encode(counterpart.unwrap_or(&home)));
    let label = if counterpart.is_some() { others.language } else { others.home_in_language };
    Frame {
        words,
        lang: language.code(),
        site: plan.title(language).to_owned(),
        title: title.to_owned(),
        description: String::new(),
        canonical: absolute(plan, path),
        counterpart: counterpart.map(|path| absolute(plan, path).unwrap_or_else(|| to_other.clone())),
        other: Other { lang: other.code(), label, href: to_other },
        part: "",
        home: format!("{root}{}", home_path(language)),
        categories: format!("{root}{}", categories_path(language)),
        feed: format!("{root}{}/{}", language.code(), words.feed_file),
        root,
    }
}

fn post_page(plan: &Plan<'_>, placed: &Placed<'_>, path: &str) -> Result<PostPage> {
    let (post, language) = (placed.post, placed.post.language);
    let counterpart = post
        .counterpart
        .as_deref()
        .and_then(|id| plan.post(id))
        .filter(|other| other.post.language != language);
    let mut frame = frame(plan, language, path, &post.title, counterpart.map(|other| other.path.as_str()));
    frame.description = body::summary(placed);
    let root = up(path);
    let documents = post.attachments.iter().filter_map(|attachment| {
        let href = format!("{root}{}", encode(&plan.file(attachment)?.path));
        let note = file_note(&attachment.name, attachment.size, language);
        Some(Document { href, name: attachment.name.clone(), note })
    });
    let branches = plan.tree.of(language);
    let filed = post.categories.iter().filter_map(|id| branches.get(id));
    let trail = |node: &Node<'_>| {
        let mut crumbs = crumbs(plan, language, node, &root);
        crumbs.push(crumb(node, language, &root));
        crumbs
    };
    Ok(PostPage {
        id: post.id.clone(),
        revision_hash: post.revision_hash.clone(),
        author: post.author.clone(),
        published: day(plan, placed.published, language),
        updated: (plan.day(placed.updated) > plan.day(placed.published))
            .then(|| day(plan, placed.updated, language)),
        body: body::html(plan, placed, &root)?,
        documents: documents.collect(),
        categories: filed.map(trail).collect(),
        frame,
    })
}

fn home_page(plan: &Plan<'_>, language: Language, path: &str) -> HomePage {
    let other = home_path(language.other());
    let mut frame = frame(plan, language, path, plan.title(language), Some(&other));
    frame.part = "home";
    let root = up(path);
    let latest = plan
        .posts_in(language)
        .take(SUMMARISED)
        .map(|placed| Line { summary: body::summary(placed), ..line(plan, placed, &root) });
    let mut years: Vec<Year> = Vec::new();
    for placed in plan.posts_in(language).skip(SUMMARISED) {
        let year = plan.day(placed.published).year();
        if years.last().is_none_or(|last| last.year != year) {
            years.push(Year { year, lines: Vec::new() });
        }
        if let Some(last) = years.last_mut() {
            last.lines.push(line(plan, placed, &root));
        }
    }
    HomePage { latest: latest.collect(), years, branches: whole_tree(plan, language, &root), frame }
}

fn category_page(plan: &Plan<'_>, language: Language, node: &Node<'_>, path: &str) -> CategoryPage {
    let counterpart = plan.tree.of(language.other()).get(&node.category.id);
    let title = categories::name(node.category, language);
    let root = up(path);
    let frame = frame(plan, language, path, title, counterpart.map(|other| other.path.as_str()));
    let mut branches = Vec::new();
    grow(plan, language, &node.below, &root, &mut branches);
    let posts = plan.posts_in(language).filter(|placed| node.posts.contains(placed.post.id.as_str()));
    CategoryPage {
        crumbs: crumbs(plan, language, node, &root),
        branches,
        lines: posts.map(|placed| line(plan, placed, &root)).collect(),
        frame,
    }
}

fn categories_page(plan: &Plan<'_>, language: Language, path: &str) -> CategoriesPage {
    let other = categories_path(language.other());
    let mut frame = frame(plan, language, path, Words::of(language).categories, Some(&other));
    frame.part = "categories";
    CategoriesPage { branches: whole_tree(plan, language, &up(path)), frame }
}

fn front_page(plan: &Plan<'_>) -> FrontPage {
    let (en, fr) = (plan.title(Language::En), plan.title(Language::Fr));
    let side = |language: Language| Side {
        words: Words::of(language),
        lang: language.code(),
        site: plan.title(language).to_owned(),
        home: home_path(language),
        absolute: absolute(plan, &home_path(language)),
        feed: Page::Feed(language).path(),
        lines: plan.posts_in(language).take(ON_FRONT).map(|placed| line(plan, placed, "")).collect(),
    };
    FrontPage {
        title: if en == fr { en.to_owned() } else { format!("{en} – {fr}") },
        same: en == fr,
        canonical: absolute(plan, "index.html"),
        sides: Language::ALL.map(side).into(),
    }
}

fn day(plan: &Plan<'_>, time: Timestamp, language: Language) -> Day {
    let day = plan.day(time);
    Day { machine: day.to_string(), text: date(day, language) }
}

fn line(plan: &Plan<'_>, placed: &Placed<'_>, root: &str) -> Line {
    Line {
        href: format!("{root}{}", encode(&placed.path)),
        title: placed.post.title.clone(),
        day: day(plan, placed.published, placed.post.language),
        summary: String::new(),
    }
}

fn crumb(node: &Node<'_>, language: Language, root: &str) -> Crumb {
    Crumb {
        href: format!("{root}{}", encode(&node.path)),
        name: categories::name(node.category, language).to_owned(),
    }
}

/// The categories above one.
fn crumbs(plan: &Plan<'_>, language: Language, node: &Node<'_>, root: &str) -> Vec<Crumb> {
    let nodes = &plan.tree.of(language).nodes;
    node.above
        .iter()
        .filter_map(|index| nodes.get(*index))
        .map(|above| crumb(above, language, root))
        .collect()
}

fn whole_tree(plan: &Plan<'_>, language: Language, root: &str) -> Vec<Branch> {
    let mut branches = Vec::new();
    grow(plan, language, &plan.tree.of(language).roots, root, &mut branches);
    branches
}

fn grow(plan: &Plan<'_>, language: Language, indexes: &[usize], root: &str, branches: &mut Vec<Branch>) {
    for index in indexes {
        let Some(node) = plan.tree.of(language).nodes.get(*index) else { continue };
        let Crumb { href, name } = crumb(node, language, root);
        branches.push(Branch {
            href,
            name,
            count: node.posts.len(),
            closes: 0,
            opens: !node.below.is_empty(),
        });
        grow(plan, language, &node.below, root, branches);
        if let (false, Some(last)) = (node.below.is_empty(), branches.last_mut()) {
            last.closes += 1;
        }
    }
}
