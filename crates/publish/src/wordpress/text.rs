//! A post's text as WordPress stores it, and what somebody wrote there as Markdown again.
//!
//! The text stands in one block of HTML: WordPress then adds no paragraphs of its own, and every element may say its
//! language. What is put in besides the author's text has a class of ours, by which it is taken out on the way back.

use super::known::Known;
use crate::body::{self, Places, Shape};
use crate::static_site::words::file_note;
use crate::{Attachment, Desk, Error, Language, Loss, Post, Result};
use lol_html::html_content::ContentType;
use lol_html::{RewriteStrSettings, doc_comments, doc_text, element, rewrite_str};
use std::cell::RefCell;

const SHAPE: Shape = Shape { note: "fonds-note", widgets: false };

/// Where the blog has what a text links to, and what was asked for.
struct OnBlog<'a> {
    post: &'a Post,
    known: &'a Known,
    desk: &'a dyn Desk,
    used: RefCell<Vec<(String, String)>>,
    failed: RefCell<Option<Error>>,
}

impl Places for OnBlog<'_> {
    fn file(&self, attachment: &Attachment) -> Option<String> {
        let url = self.known.files.get(&attachment.sha256)?.url.clone();
        let name = percent_encoding::utf8_percent_encode(&attachment.name, PLAIN);
        self.used.borrow_mut().push((url.clone(), format!("../attachments/{name}")));
        Some(url)
    }

    fn page(&self, file: &str) -> Option<String> {
        match self.desk.public_file(file) {
            Ok(found) => {
                let address = found?.address;
                self.used.borrow_mut().push((address.clone(), self.relative(file)));
                Some(address)
            }
            Err(error) => {
                self.failed.borrow_mut().get_or_insert(error);
                None
            }
        }
    }
}

impl OnBlog<'_> {
    /// The path of another file as the post's own file names it.
    fn relative(&self, file: &str) -> String {
        let own = self.post.file.as_deref().unwrap_or("posts/");
        let folder = own.rsplit_once('/').map_or("", |(folder, _)| folder);
        let there = file.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/'));
        there.map_or_else(|| format!("{}{file}", "../".repeat(folder.split('/').count())), str::to_owned)
    }
}

/// What stays as it is in an address in Markdown.
const PLAIN: &percent_encoding::AsciiSet =
    &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The text as the blog is to store it. Notes in `known` what leads the way back.
pub(super) fn page(
    post: &Post,
    known: &mut Known,
    desk: &dyn Desk,
    counterpart: Option<&str>,
) -> Result<String> {
    let places = OnBlog { post, known, desk, used: RefCell::default(), failed: RefCell::default() };
    let html = body::html(post, &places, SHAPE)?;
    let mut linked = places.used.into_inner();
    if let Some(error) = places.failed.into_inner() {
        return Err(error);
    }
    let documents = documents(post, known, &linked);
    let html = without_shortcodes(&html)?;
    let other = counterpart.map(|address| counterpart_link(post.language, address)).unwrap_or_default();
    linked.sort();
    known.addresses = linked.into_iter().collect();
    known.down = body::moves_down(post);
    let language = post.language.code();
    Ok(format!(
        "<!-- wp:html -->\n<div class=\"fonds-post\" lang=\"{language}\">\n{other}{html}{documents}</div>\n<!-- /wp:html -->"
    ))
}

/// The files that the post carries and its text does not name.
fn documents(post: &Post, known: &Known, linked: &[(String, String)]) -> String {
    let mut lines = String::new();
    for attachment in &post.attachments {
        let Some(file) = known.files.get(&attachment.sha256) else { continue };
        if linked.iter().any(|(url, _)| *url == file.url) {
            continue;
        }
        let note = file_note(&attachment.name, attachment.size, post.language);
        let (url, name) = (escape(&file.url), escape(&attachment.name));
        lines.push_str(&format!("<li><a href=\"{url}\">{name} ({note})</a></li>\n"));
    }
    if lines.is_empty() { lines } else { format!("<ul class=\"fonds-documents\">\n{lines}</ul>\n") }
}

fn counterpart_link(language: Language, address: &str) -> String {
    let (words, other) = match language {
        Language::En => ("Lire ce billet en français", "fr"),
        Language::Fr => ("Read this post in English", "en"),
    };
    let address = escape(address);
    format!(
        "<p class=\"fonds-pair\"><a href=\"{address}\" hreflang=\"{other}\" lang=\"{other}\">{words}</a></p>\n"
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// WordPress runs what stands in square brackets, where it knows the word: as a reference it stays text.
fn without_shortcodes(html: &str) -> Result<String> {
    let settings = RewriteStrSettings::new().append_document_content_handler(doc_text!(|text| {
        if text.as_str().contains('[') {
            let safe = text.as_str().replace('[', "&#91;");
            text.replace(&safe, ContentType::Html);
        }
        Ok(())
    }));
    rewrite_str(html, settings).map_err(|error| unreadable(&error))
}

fn unreadable(error: &lol_html::errors::RewritingError) -> Error {
    Error::Render { path: "HTML".into(), reason: error.to_string() }
}

/// What of a post the blog cannot hold as it is.
pub(super) fn losses(post: &Post) -> Vec<Loss> {
    let html = fonds_markdown::to_html(&post.body, &|_| None);
    let mut losses = vec![];
    if html.contains("<math") {
        losses.push(Loss::Formulas);
    }
    if html.contains("<input") {
        losses.push(Loss::Tasks);
    }
    losses.push(Loss::TitleLanguage);
    losses
}

/// The words of a text without its markup: what a blog that cleans markup leaves as it is.
pub(super) fn words(html: &str) -> String {
    let settings = RewriteStrSettings::new()
        .append_element_content_handler(element!("*", |element| {
            element.remove_and_keep_content();
            Ok(())
        }))
        .append_document_content_handler(doc_comments!(|comment| {
            comment.remove();
            Ok(())
        }));
    let text = rewrite_str(html, settings).unwrap_or_else(|_| html.to_owned());
    let text = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#039;", "'"),
        ("&#91;", "["),
        ("&nbsp;", "\u{a0}"),
    ]
    .iter()
    .fold(text, |text, (reference, letter)| text.replace(reference, letter))
    .replace("&#038;", "&")
    .replace("&amp;", "&");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What the blog holds as Markdown, as near to `base`, the Markdown that was published, as it can be.
pub(super) fn back(html: &str, known: &Known, base: &str) -> Result<String> {
    let address = |text: Option<String>| {
        let text = text?.replace("&amp;", "&");
        let (address, fragment) = text.split_at(text.find('#').unwrap_or(text.len()));
        known.addresses.get(address).map(|ours| format!("{ours}{fragment}"))
    };
    let ours = element!(".fonds-pair, .fonds-note, .fonds-documents", |element| {
        element.remove();
        Ok(())
    });
    let links = element!("a[href]", |link| {
        if let Some(ours) = address(link.get_attribute("href")) {
            link.set_attribute("href", &ours)?;
        }
        Ok(())
    });
    let images = element!("img[src]", |image| {
        if let Some(ours) = address(image.get_attribute("src")) {
            image.set_attribute("src", &ours)?;
        }
        Ok(())
    });
    let headings = element!("h2, h3, h4, h5, h6", |heading| {
        let name = heading.tag_name();
        let level = name.get(1..).and_then(|level| level.parse::<u8>().ok()).unwrap_or(2);
        if known.down {
            heading.set_tag_name(&format!("h{}", level - 1))?;
        }
        Ok(())
    });
    let wrapping = element!("span.fonds-task, div.fonds-post", |element| {
        element.remove_and_keep_content();
        Ok(())
    });
    let settings = RewriteStrSettings::new()
        .append_element_content_handler(ours)
        .append_element_content_handler(links)
        .append_element_content_handler(images)
        .append_element_content_handler(headings)
        .append_element_content_handler(wrapping);
    let html = rewrite_str(html, settings).map_err(|error| unreadable(&error))?;
    let onto = |html: &str| {
        let markdown = fonds_markdown::from_html(html).replace('☑', "[x]").replace('☐', "[ ]");
        fonds_markdown::render_onto(base, &fonds_markdown::to_tiptap(&markdown))
    };
    // What a way through HTML loses is no change of theirs: it is lost on both sides.
    let (ours, theirs) = (onto(&fonds_markdown::to_html(base, &|_| None)), onto(&html));
    Ok(match fonds_markdown::merge::three_way(&ours, base, &theirs) {
        fonds_markdown::merge::Merged::Clean(text) => text,
        fonds_markdown::merge::Merged::Conflict => theirs,
    })
}
