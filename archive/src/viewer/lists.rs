//! Lists: the overview, the posts by category and by language, the attachments.

use std::collections::BTreeMap;

use askama::Template;

use super::words::{self, Both};
use super::{Frame, Held, Listed, Put, Viewer, day, html};
use crate::Result;

/// Rows of one page.
pub(super) const ROWS: usize = 200;

/// A row: a pair, or a post alone.
struct Row<'a> {
    at: &'a str,
    posts: Vec<&'a Listed>,
}

impl Row<'_> {
    fn day(&self) -> &str {
        day(self.at)
    }
}

/// A category in the tree of the overview or above a list.
struct Branch<'a> {
    id: &'a str,
    name: Both<'a>,
    posts: usize,
    depth: usize,
}

#[derive(Template)]
#[template(path = "front.html")]
struct Front<'a> {
    frame: Frame<'a>,
    counts: [(Both<'static>, &'static str, usize); 5],
    tree: Vec<Branch<'a>>,
    /// What was selected, in both languages.
    selection: Option<String>,
}

#[derive(Template)]
#[template(path = "list.html")]
struct List<'a> {
    frame: Frame<'a>,
    title: &'a (String, String),
    list: &'a str,
    number: usize,
    pages: usize,
    below: &'a [Branch<'a>],
    rows: &'a [Row<'a>],
}

impl List<'_> {
    fn prefix(&self) -> String {
        format!("{}-", self.list)
    }
}

#[derive(Template)]
#[template(path = "files.html")]
struct Files<'a> {
    frame: Frame<'a>,
    number: usize,
    pages: usize,
    files: &'a [Held],
}

impl Viewer<'_> {
    pub(super) fn lists(&self, put: Put<'_>) -> Result<()> {
        let all: Vec<&Listed> = self.posts.iter().collect();
        let of = |french| all.iter().copied().filter(|post| post.french == french).collect::<Vec<_>>();
        let label = |label: Both<'_>| (label.en.to_owned(), label.fr.to_owned());
        self.list("all", &label(words::ALL_POSTS), &all, &[], put)?;
        self.list("en", &label(words::IN_ENGLISH), &of(false), &[], put)?;
        self.list("fr", &label(words::IN_FRENCH), &of(true), &[], put)?;
        let filed = self.filed_posts();
        for category in &self.library.categories {
            let id = category.id.as_str();
            let below: Vec<Branch<'_>> =
                self.tree(Some(id), &filed).into_iter().filter(|b| b.depth == 0).collect();
            let posts = filed.get(id).map_or(&[][..], Vec::as_slice);
            self.list(id, &self.category_path(id), posts, &below, put)?;
        }
        Ok(())
    }

    fn filed_posts(&self) -> BTreeMap<&str, Vec<&Listed>> {
        let mut filed: BTreeMap<&str, Vec<&Listed>> = BTreeMap::new();
        for post in &self.posts {
            for category in self.filed.get(post.pair.as_str()).copied().unwrap_or_default() {
                filed.entry(category).or_default().push(post);
            }
        }
        filed
    }

    fn list(
        &self,
        list: &str,
        title: &(String, String),
        posts: &[&Listed],
        below: &[Branch<'_>],
        put: Put<'_>,
    ) -> Result<()> {
        let rows = rows(posts);
        let pages = rows.len().div_ceil(ROWS).max(1);
        for number in 1..=pages {
            let page = List {
                frame: self.frame("../", "posts"),
                title,
                list,
                number,
                pages,
                below,
                rows: rows.chunks(ROWS).nth(number - 1).unwrap_or_default(),
            };
            put(&format!("lists/{list}-{number}.html"), html(&page)?.as_bytes())?;
        }
        Ok(())
    }

    pub(super) fn files(&self, put: Put<'_>) -> Result<()> {
        let pages = self.attachments.len().div_ceil(ROWS).max(1);
        for number in 1..=pages {
            let files = self.attachments.chunks(ROWS).nth(number - 1).unwrap_or_default();
            let page = Files { frame: self.frame("../", "files"), number, pages, files };
            put(&format!("files/{number}.html"), html(&page)?.as_bytes())?;
        }
        Ok(())
    }

    pub(super) fn front(&self, entries: usize, put: Put<'_>) -> Result<()> {
        let filed = self.filed_posts();
        let french = self.posts.iter().filter(|post| post.french).count();
        let page = Front {
            frame: self.frame("", "overview"),
            counts: [
                (words::ALL_POSTS, "lists/all-1.html", self.posts.len()),
                (words::IN_ENGLISH, "lists/en-1.html", self.posts.len() - french),
                (words::IN_FRENCH, "lists/fr-1.html", french),
                (words::FILES, "files/1.html", self.attachments.len()),
                (words::JOURNAL, "journal/1.html", entries),
            ],
            tree: self.tree(None, &filed),
            selection: self.selection(),
        };
        put("index.html", html(&page)?.as_bytes())
    }

    /// The categories below `parent`, each before those below it.
    fn tree<'v>(&'v self, parent: Option<&str>, filed: &BTreeMap<&str, Vec<&Listed>>) -> Vec<Branch<'v>> {
        let mut children: BTreeMap<Option<&str>, Vec<Branch<'v>>> = BTreeMap::new();
        for category in &self.library.categories {
            let name = Both { en: &category.name_en, fr: &category.name_fr };
            let posts = filed.get(category.id.as_str()).map_or(0, |posts| rows(posts).len());
            let branch = Branch { id: &category.id, name, posts, depth: 0 };
            children.entry(category.parent.as_deref()).or_default().push(branch);
        }
        for branches in children.values_mut() {
            branches.sort_by(|a, b| b.name.en.cmp(a.name.en));
        }
        let mut open = children.remove(&parent).unwrap_or_default();
        let mut tree = Vec::new();
        // A record without circles ends by itself: each category is taken out of the map once.
        while let Some(branch) = open.pop() {
            let below = children.remove(&Some(branch.id)).unwrap_or_default();
            open.extend(below.into_iter().map(|below| Branch { depth: branch.depth + 1, ..below }));
            tree.push(branch);
        }
        tree
    }
}

/// Posts as rows, a pair a row, English first, the newest row first.
fn rows<'a>(posts: &[&'a Listed]) -> Vec<Row<'a>> {
    let mut pairs: BTreeMap<&str, Vec<&'a Listed>> = BTreeMap::new();
    for post in posts {
        pairs.entry(&post.pair).or_default().push(post);
    }
    let mut rows: Vec<Row<'a>> = pairs
        .into_values()
        .map(|mut posts| {
            posts.sort_by_key(|post| post.french);
            Row { at: posts.iter().map(|post| post.at.as_str()).max().unwrap_or_default(), posts }
        })
        .collect();
    // Stable: pairs of the same time stay in the order of their ids.
    rows.sort_by(|a, b| b.at.cmp(a.at));
    rows
}
