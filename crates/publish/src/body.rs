//! A post's body as the HTML of a page, for every kind of blog.
//!
//! What always holds: the HTML comes sanitised from `fonds-markdown`; what is added here is fixed markup and escaped
//! text. A page has its title as its only first-level heading, so a body that has one moves down by one level.

use crate::static_site::words::{Words, file_note};
use crate::{Attachment, Error, Post, Result};
use lol_html::html_content::ContentType;
use lol_html::{RewriteStrSettings, element, rewrite_str};
use percent_encoding::percent_decode_str;
use std::cell::{Cell, RefCell};

/// Where a blog has what a body links to.
pub(crate) trait Places {
    /// The address of a file that the post carries, as a link writes it.
    fn file(&self, attachment: &Attachment) -> Option<String>;

    /// The address of the page of the post whose Markdown file has this path in the library, where it is public.
    fn page(&self, file: &str) -> Option<String>;
}

/// What a kind of blog wants of the HTML.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    /// The class of the note behind a link to a file.
    pub note: &'static str,
    /// Tables stand in a box that scrolls, and tasks have real boxes; signs otherwise.
    pub widgets: bool,
}

/// The body's HTML.
///
/// # Errors
/// A link to an attachment that the post does not carry.
pub(crate) fn html(post: &Post, places: &dyn Places, shape: Shape) -> Result<String> {
    let html = fonds_markdown::to_html(without_title(&post.body, &post.title), &|_| None);
    let words = Words::of(post.language);
    let (tables, missing) = (Cell::new(0_u32), RefCell::new(None));
    let down = html.contains("<h1");
    let headings = element!("h1, h2, h3, h4, h5, h6", |heading| {
        if down && let Some(lower) = lower_heading(&heading.tag_name()) {
            heading.set_tag_name(lower)?;
        }
        Ok(())
    });
    let file_of = |address: &str| match attached(places, post, address) {
        Attached::File(attachment, address) => Some((attachment, address)),
        Attached::Missing(name) => {
            missing.borrow_mut().get_or_insert(name);
            None
        }
        Attached::Elsewhere => None,
    };
    let links = element!("a[href]", |link| {
        let href = link.get_attribute("href").unwrap_or_default().replace("&amp;", "&");
        if let Some((attachment, address)) = file_of(&href) {
            link.set_attribute("href", &address)?;
            let note = file_note(&attachment.name, attachment.size, post.language);
            // On a blog the space is taken out with the note on the way back.
            let (before, within) = if shape.widgets { (" ", "") } else { ("", " ") };
            let open = format!("{before}<span class=\"{}\">{within}(", shape.note);
            link.append(&open, ContentType::Html);
            link.append(&note, ContentType::Text);
            link.append(")</span>", ContentType::Html);
        } else if let Some((file, fragment)) = post_file(post, &href) {
            match places.page(&file) {
                Some(address) => link.set_attribute("href", &format!("{address}{fragment}"))?,
                // A page that is not public is not linked to; it will be, once both are.
                None => link.remove_and_keep_content(),
            }
        }
        Ok(())
    });
    let images = element!("img[src]", |image| {
        let src = image.get_attribute("src").unwrap_or_default().replace("&amp;", "&");
        if let Some((_, address)) = file_of(&src) {
            image.set_attribute("src", &address)?;
        }
        Ok(())
    });
    let wide = element!("table", |table| {
        if shape.widgets {
            // A wide table scrolls in a box of its own, which the keyboard can reach.
            tables.set(tables.get() + 1);
            let open = format!(
                "<div class=\"wide\" role=\"group\" tabindex=\"0\" aria-label=\"{} {}\">",
                words.table,
                tables.get()
            );
            table.before(&open, ContentType::Html);
            table.after("</div>", ContentType::Html);
        }
        Ok(())
    });
    let boxes = element!("input", |input| {
        let done = input.has_attribute("checked");
        let label = if done { words.done } else { words.to_do };
        if shape.widgets {
            input.set_attribute("aria-label", label)?;
        } else {
            let sign = if done { '☑' } else { '☐' };
            input.replace(
                &format!("<span class=\"fonds-task\" role=\"img\" aria-label=\"{label}\">{sign}</span>"),
                ContentType::Html,
            );
        }
        Ok(())
    });
    let settings = RewriteStrSettings::new()
        .append_element_content_handler(headings)
        .append_element_content_handler(links)
        .append_element_content_handler(images)
        .append_element_content_handler(wide)
        .append_element_content_handler(boxes);
    let html = rewrite_str(&html, settings)
        .map_err(|error| Error::Render { path: post.title.clone(), reason: error.to_string() })?;
    match missing.into_inner() {
        None => Ok(html),
        Some(name) => Err(Error::Post {
            post: post.id.clone(),
            title: post.title.clone(),
            reason: format!(
                "it links to the attachment “{name}”, or shows it, and does not carry it. Attach the file or remove the link."
            ),
        }),
    }
}

/// Whether the headings of the page stand one level below those of the body.
pub(crate) fn moves_down(post: &Post) -> bool {
    fonds_markdown::to_html(without_title(&post.body, &post.title), &|_| None).contains("<h1")
}

/// What an address in a post says of the library's files.
enum Attached<'a> {
    /// One that the post carries, and its address.
    File(&'a Attachment, String),
    /// One that it does not carry.
    Missing(String),
    /// It is no such address.
    Elsewhere,
}

fn attached<'a>(places: &dyn Places, post: &'a Post, address: &str) -> Attached<'a> {
    let Some(target) = address.strip_prefix("../attachments/") else { return Attached::Elsewhere };
    let (name, fragment) = split_fragment(target);
    let name = percent_decode_str(name).decode_utf8_lossy();
    let attachment = post.attachments.iter().find(|attachment| attachment.name == name);
    match attachment.and_then(|attachment| Some((attachment, places.file(attachment)?))) {
        Some((attachment, file)) => Attached::File(attachment, format!("{file}{fragment}")),
        None => Attached::Missing(name.into_owned()),
    }
}

/// The path in the library of the Markdown file that an address names, seen from the post's own file, and the
/// address's fragment. None where it is no relative address of a Markdown file.
fn post_file<'a>(post: &Post, address: &'a str) -> Option<(String, &'a str)> {
    let (path, fragment) = split_fragment(address);
    let path = percent_decode_str(path).decode_utf8_lossy();
    let relative = !path.starts_with('/') && !path.contains([':', '?']);
    if !relative || !path.to_ascii_lowercase().ends_with(".md") {
        return None;
    }
    let own = post.file.as_deref().unwrap_or("posts/");
    let mut parts: Vec<&str> = own.rsplit_once('/').map_or("", |(folder, _)| folder).split('/').collect();
    for part in path.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()?),
            name => parts.push(name),
        }
    }
    Some((parts.join("/"), fragment))
}

/// An address without its fragment, and the fragment with its `#`.
fn split_fragment(address: &str) -> (&str, &str) {
    address.split_at(address.find('#').unwrap_or(address.len()))
}

/// A body that begins with its own title as a heading is shown without it: the page shows the title already.
pub(crate) fn without_title<'a>(body: &'a str, title: &str) -> &'a str {
    let start = body.trim_start();
    let (line, rest) = start.split_once('\n').unwrap_or((start, ""));
    let repeats = line.starts_with("# ") && fonds_markdown::plain_text(line).trim() == title.trim();
    if repeats { rest } else { body }
}

fn lower_heading(name: &str) -> Option<&'static str> {
    Some(match name {
        "h1" => "h2",
        "h2" => "h3",
        "h3" => "h4",
        "h4" => "h5",
        "h5" => "h6",
        _ => return None,
    })
}
