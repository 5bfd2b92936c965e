//! The category tree as readers see it: only what has a post in their language, with counts.
//!
//! What always holds: a category's folder is made of the names above it, in its language; siblings never share one.

use super::words::Words;
use crate::{Category, Error, Language, Post, Result};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// A category with its place in one language.
pub(super) struct Node<'a> {
    pub category: &'a Category,
    /// Indexes of the categories above it, from the root.
    pub above: Vec<usize>,
    /// Indexes of those right below it, by name.
    pub below: Vec<usize>,
    /// Path of its page.
    pub path: String,
    /// Ids of the posts filed under it or below it.
    pub posts: BTreeSet<&'a str>,
}

/// One language's tree.
#[derive(Default)]
pub(super) struct Branches<'a> {
    pub nodes: Vec<Node<'a>>,
    /// Indexes of those that have nothing above them, by name.
    pub roots: Vec<usize>,
    by_id: HashMap<&'a str, usize>,
}

/// Both languages' trees.
pub(super) struct Tree<'a> {
    en: Branches<'a>,
    fr: Branches<'a>,
}

impl<'a> Tree<'a> {
    pub(super) fn new(categories: &'a [Category], posts: &'a [Post]) -> Result<Self> {
        let by_id: HashMap<&str, &Category> =
            categories.iter().map(|category| (category.id.as_str(), category)).collect();
        for category in categories {
            check_chain(category, &by_id)?;
        }
        let branches = |language| Branches::new(language, &by_id, posts);
        Ok(Self { en: branches(Language::En)?, fr: branches(Language::Fr)? })
    }

    pub(super) fn of(&self, language: Language) -> &Branches<'a> {
        match language {
            Language::En => &self.en,
            Language::Fr => &self.fr,
        }
    }
}

impl<'a> Branches<'a> {
    fn new(language: Language, by_id: &HashMap<&str, &'a Category>, posts: &'a [Post]) -> Result<Self> {
        let mut filed: HashMap<&str, BTreeSet<&'a str>> = HashMap::new();
        for post in posts.iter().filter(|post| post.language == language) {
            for id in &post.categories {
                let Some(category) = by_id.get(id.as_str()) else {
                    let reason = format!("it is filed under the unknown category {id}. File it again.");
                    return Err(super::plan::refusal(post, reason));
                };
                for category in chain(category, by_id) {
                    filed.entry(&category.id).or_default().insert(&post.id);
                }
            }
        }
        let mut below: BTreeMap<Option<&'a str>, Vec<&'a Category>> = BTreeMap::new();
        for category in by_id.values().filter(|category| filed.contains_key(category.id.as_str())) {
            below.entry(category.parent.as_deref()).or_default().push(category);
        }
        let mut branches = Self::default();
        let folder = format!("{}/{}", language.code(), Words::of(language).category_folder);
        branches.roots = branches.grow(language, None, &folder, &[], &mut below, &mut filed);
        Ok(branches)
    }

    fn grow(
        &mut self,
        language: Language,
        parent: Option<&'a str>,
        folder: &str,
        above: &[usize],
        below: &mut BTreeMap<Option<&'a str>, Vec<&'a Category>>,
        filed: &mut HashMap<&str, BTreeSet<&'a str>>,
    ) -> Vec<usize> {
        let mut siblings = below.remove(&parent).unwrap_or_default();
        // Folders by id, so that a later category never takes an older one's address; the order shown is by name.
        siblings.sort_by(|a, b| a.id.cmp(&b.id));
        let mut taken = HashSet::new();
        let mut grown = Vec::new();
        for category in siblings {
            let slug = free_slug(name(category, language), &mut taken);
            let folder = format!("{folder}/{slug}");
            let index = self.nodes.len();
            self.nodes.push(Node {
                category,
                above: above.to_vec(),
                below: Vec::new(),
                path: format!("{folder}/index.html"),
                posts: filed.remove(category.id.as_str()).unwrap_or_default(),
            });
            self.by_id.insert(&category.id, index);
            let above: Vec<usize> = above.iter().copied().chain([index]).collect();
            let children = self.grow(language, Some(&category.id), &folder, &above, below, filed);
            if let Some(node) = self.nodes.get_mut(index) {
                node.below = children;
            }
            grown.push(index);
        }
        grown.sort_by_key(|index| {
            self.nodes.get(*index).map(|node| slug::slugify(name(node.category, language)))
        });
        grown
    }

    pub(super) fn get(&self, id: &str) -> Option<&Node<'a>> {
        self.by_id.get(id).and_then(|index| self.nodes.get(*index))
    }
}

/// A category's name in that language.
pub(super) fn name(category: &Category, language: Language) -> &str {
    match language {
        Language::En => &category.name_en,
        Language::Fr => &category.name_fr,
    }
}

fn free_slug(name: &str, taken: &mut HashSet<String>) -> String {
    let mut slug: String = slug::slugify(name).chars().take(80).collect();
    if !super::names::is_slug(&slug) {
        slug = format!("c-{slug}");
    }
    let mut free = slug.clone();
    let mut number = 2;
    while !taken.insert(free.clone()) {
        free = format!("{slug}-{number}");
        number += 1;
    }
    free
}

/// How deep a tree may be: file systems bound a path's length.
const DEEPEST: usize = 20;

/// The category and those above it.
fn chain<'a>(category: &'a Category, by_id: &HashMap<&str, &'a Category>) -> Vec<&'a Category> {
    let above = |category: &&'a Category| by_id.get(category.parent.as_deref()?).copied();
    std::iter::successors(Some(category), above).take(DEEPEST + 1).collect()
}

fn check_chain(category: &Category, by_id: &HashMap<&str, &Category>) -> Result<()> {
    let chain = chain(category, by_id);
    let reason = match chain.last().map(|top| &top.parent) {
        _ if chain.len() > DEEPEST => format!("it has more than {DEEPEST} categories above it. Move it up."),
        Some(Some(_)) => "the category above it is missing. Move it elsewhere.".to_owned(),
        _ => return Ok(()),
    };
    Err(Error::Category { category: category.id.clone(), name: category.name_en.clone(), reason })
}
