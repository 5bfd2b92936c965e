//! HTML from outside as Markdown: what a colleague wrote on a blog, a page that is brought in.

use crate::html;
use htmd::element_handler::{HandlerResult, Handlers};
use htmd::options::{BrStyle, BulletListMarker, HrStyle, Options};
use htmd::{Element, HtmlToMarkdown};
use std::sync::LazyLock;

/// Elements nested deeper than this are no text that a person wrote.
const DEEPEST: usize = 200;
/// Marks a footnote's text, which HTML has in a numbered list.
const NOTE: char = '\u{e000}';

/// Markdown that says what an HTML text says: headings, lists, tasks, tables, links, images, code, footnotes as this
/// crate renders them. What it has no form for leaves its text. The HTML is sanitised first.
pub fn from_html(text: &str) -> String {
    if depth(text) > DEEPEST {
        return without_tags(text);
    }
    let clean = html::clean(text);
    let markdown = CONVERTER.convert(&clean).unwrap_or_default();
    let lines = markdown.lines().map(|line| match line.split_once(NOTE) {
        Some((_, note)) => note,
        None => line,
    });
    let mut out = lines.collect::<Vec<_>>().join("\n");
    out.push('\n');
    out
}

static CONVERTER: LazyLock<HtmlToMarkdown> = LazyLock::new(|| {
    let options = Options {
        br_style: BrStyle::Backslash,
        bullet_list_marker: BulletListMarker::Dash,
        hr_style: HrStyle::Dashes,
        ul_bullet_spacing: 1,
        ol_number_spacing: 1,
        ..Options::default()
    };
    HtmlToMarkdown::builder()
        .options(options)
        .add_handler(vec!["a"], link)
        .add_handler(vec!["li"], item)
        .add_handler(vec!["input"], |_: &dyn Handlers, element: Element| {
            let done = attribute(&element, "checked").is_some();
            Some(HandlerResult::from(if done { "[x] " } else { "[ ] " }))
        })
        .add_handler(vec!["del", "s", "strike"], |handlers: &dyn Handlers, element: Element| {
            Some(HandlerResult::from(format!("~~{}~~", handlers.walk_children(element.node).content)))
        })
        .build()
});

#[allow(clippy::needless_pass_by_value, reason = "the library hands it over so")]
fn link(handlers: &dyn Handlers, element: Element) -> Option<HandlerResult> {
    let of = |name| attribute(&element, name).unwrap_or_default();
    if of("class").contains("footnote-backref") {
        return Some(HandlerResult::from(""));
    }
    if let Some(label) = of("href").strip_prefix("#fn-").filter(|_| of("id").starts_with("fnref-")) {
        return Some(HandlerResult::from(format!("[^{label}]")));
    }
    handlers.fallback(element)
}

#[allow(clippy::needless_pass_by_value, reason = "the library hands it over so")]
fn item(handlers: &dyn Handlers, element: Element) -> Option<HandlerResult> {
    let Some(label) = attribute(&element, "id").and_then(|id| id.strip_prefix("fn-").map(str::to_owned))
    else {
        return handlers.fallback(element);
    };
    let content = handlers.walk_children(element.node).content;
    Some(HandlerResult::from(format!("{NOTE}[^{label}]: {}\n\n", content.trim())))
}

fn attribute(element: &Element, name: &str) -> Option<String> {
    let found = element.attrs.iter().find(|attribute| &*attribute.name.local == name)?;
    Some(found.value.to_string())
}

/// Elements that hold nothing, or that need not be closed.
const OPEN_ENDED: [&str; 18] = [
    "br", "hr", "img", "input", "col", "wbr", "area", "p", "li", "td", "tr", "th", "dt", "dd", "tbody",
    "thead", "tfoot", "option",
];

/// How deep elements may nest, looked at before anything is parsed: a parser needs a time that grows with its square.
fn depth(html: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for (at, _) in html.match_indices('<') {
        let rest = html.get(at + 1..).unwrap_or_default();
        let (closes, rest) = rest.strip_prefix('/').map_or((false, rest), |rest| (true, rest));
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
        let name = rest.get(..end).unwrap_or_default().to_ascii_lowercase();
        if name.is_empty() || OPEN_ENDED.contains(&name.as_str()) {
            continue;
        }
        depth = if closes { depth.saturating_sub(1) } else { depth + 1 };
        deepest = deepest.max(depth);
    }
    deepest
}

fn without_tags(html: &str) -> String {
    let mut parts = html.split('<');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once('>').map_or("", |(_, rest)| rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same text after a way through HTML.
    fn there_and_back(markdown: &str) -> String {
        crate::render_onto(markdown, &crate::to_tiptap(&from_html(&crate::to_html(markdown, &|_| None))))
    }

    #[test]
    fn what_people_write_comes_back_as_it_was() {
        for text in [
            "# Title\n\nA *word*, a **strong** one, `code` and a [link](https://x.org).\n",
            "- one\n- two\n  - three\n",
            "1. one\n2. two\n",
            "- [x] fait\n- [ ] à faire\n",
            "| a | b |\n|---|---|\n| 1 | 2 |\n",
            "> quote\n",
            "```rust\nfn main() {}\n```\n",
            "![alt](../attachments/x.png)\n",
            "Une note[^1] et une autre[^b].\n\n[^1]: Le texte.\n\n[^b]: Un autre.\n",
            "Un « mot\u{a0}»\u{202f}; 5 * 3 _ 4 [x] \\<b>\n",
        ] {
            let again = there_and_back(text);
            let html = |text: &str| crate::to_html(text, &|_| None);
            assert_eq!(html(&again), html(text), "{text:?} became {again:?}");
        }
    }

    #[test]
    fn hostile_html_ends_in_text() {
        let deep = format!("{}x{}", "<div><b>".repeat(2_000), "</b></div>".repeat(2_000));
        assert_eq!(from_html(&deep).trim(), "x");
        let text = from_html("<script>alert(1)</script><p onclick=x>a<iframe src=y></iframe></p>");
        assert_eq!(text.trim(), "a");
    }
}
