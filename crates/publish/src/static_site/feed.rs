//! The Atom feed of one language (RFC 4287).
//!
//! What always holds: ids never change with an address; where the blog's address is known every link is absolute.

use super::names::encode;
use super::plan::{Placed, Plan};
use super::words::Words;
use super::{body, categories};
use crate::{Error, Language, Result};
use atom_syndication::{
    Category, Content, Entry, Feed, FixedDateTime, Generator, Link, Person, Text, TextType, WriteConfig,
};
use sha2::{Digest, Sha256};

/// How many posts a feed has at most.
const LONGEST: usize = 50;

/// The feed's bytes; `path` is where it goes.
pub(super) fn xml(plan: &Plan<'_>, language: Language, path: &str) -> Result<Vec<u8>> {
    let render = |reason: String| Error::Render { path: path.to_owned(), reason };
    let words = Words::of(language);
    let blog = &plan.delivery.blog;
    let posts: Vec<_> = plan.posts_in(language).take(LONGEST).collect();
    let entries = posts.iter().map(|placed| entry(plan, placed, path)).collect::<Result<Vec<_>>>()?;
    let latest = posts.iter().map(|placed| placed.updated).max().map(|latest| latest.to_string());
    let feed = Feed {
        title: Text::plain(plan.title(language)),
        id: feed_id(&blog.id, language),
        updated: time(latest.as_deref().unwrap_or(plan.delivery.now), path)?,
        authors: vec![person(plan.title(language))],
        links: vec![
            link(
                address(plan, &format!("{}/{}", language.code(), words.feed_file)),
                "self",
                "application/atom+xml",
                language,
            ),
            link(
                address(plan, &format!("{}/index.html", language.code())),
                "alternate",
                "text/html",
                language,
            ),
        ],
        generator: Some(Generator { value: "Fonds".into(), ..Generator::default() }),
        lang: Some(language.code().into()),
        entries,
        ..Feed::default()
    };
    let config = WriteConfig { write_document_declaration: true, indent_size: Some(1) };
    let mut bytes = feed.write_with_config(Vec::new(), config).map_err(|error| render(error.to_string()))?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn entry(plan: &Plan<'_>, placed: &Placed<'_>, path: &str) -> Result<Entry> {
    let post = placed.post;
    let root = plan.url.as_ref().map_or_else(|| "../".to_owned(), |url| format!("{url}/"));
    let terms = post.categories.iter().filter_map(|id| plan.tree.of(post.language).get(id));
    Ok(Entry {
        title: Text::plain(post.title.as_str()),
        id: format!("urn:uuid:{}", post.id),
        updated: time(&placed.updated.to_string(), path)?,
        published: Some(time(&placed.published.to_string(), path)?),
        authors: if post.author.is_empty() { Vec::new() } else { vec![person(&post.author)] },
        categories: terms
            .map(|node| Category {
                term: categories::name(node.category, post.language).to_owned(),
                ..Category::default()
            })
            .collect(),
        links: vec![link(address(plan, &placed.path), "alternate", "text/html", post.language)],
        summary: Some(Text { value: body::summary(placed), r#type: TextType::Text, ..Text::default() }),
        content: Some(Content {
            value: Some(body::html(plan, placed, &root)?),
            content_type: Some("html".into()),
            ..Content::default()
        }),
        ..Entry::default()
    })
}

/// The address of a page, absolute where it can be, else as seen from the feed.
fn address(plan: &Plan<'_>, path: &str) -> String {
    match &plan.url {
        Some(url) => format!("{url}/{}", encode(path.trim_end_matches("index.html"))),
        None => format!("../{}", encode(path)),
    }
}

/// A UUID of version 8 (RFC 9562, 5.8) out of blog and language, since one blog has two feeds.
fn feed_id(blog: &str, language: Language) -> String {
    let digest = Sha256::digest(format!("Fonds Atom feed\n{blog}\n{}", language.code()));
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(digest).for_each(|(byte, value)| *byte = value);
    format!("urn:uuid:{}", uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

fn time(text: &str, path: &str) -> Result<FixedDateTime> {
    let reason = |_| Error::Render {
        path: path.to_owned(),
        reason: format!("“{text}” is not a time in RFC 3339"),
    };
    text.parse().map_err(reason)
}

fn person(name: &str) -> Person {
    Person { name: name.to_owned(), ..Person::default() }
}

fn link(href: String, rel: &str, mime_type: &str, language: Language) -> Link {
    Link {
        href,
        rel: rel.to_owned(),
        mime_type: Some(mime_type.to_owned()),
        hreflang: Some(language.code().to_owned()),
        ..Link::default()
    }
}
