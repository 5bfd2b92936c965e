//! What a page or a style sheet needs to be shown, and the PDFs that a page links to.

use std::cell::RefCell;

use cssparser::{ParseError, Parser, Token};
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token as Piece, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use url::Url;

/// How deep blocks of a style sheet are followed.
const DEEPEST: u32 = 32;

/// What was found, in the order of the text.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Found {
    pub title: String,
    /// Images, styles, scripts, fonts, frames, sound and film.
    pub needed: Vec<Url>,
    /// PDFs that are linked to.
    pub documents: Vec<Url>,
}

/// The attributes that name something which is shown, or run, with the page (HTML Standard, 4).
const ATTRIBUTES: [(&str, &str); 15] = [
    ("img", "src"),
    ("script", "src"),
    ("source", "src"),
    ("video", "src"),
    ("video", "poster"),
    ("audio", "src"),
    ("track", "src"),
    ("embed", "src"),
    ("iframe", "src"),
    ("frame", "src"),
    ("object", "data"),
    ("input", "src"),
    ("body", "background"),
    ("image", "href"),
    ("image", "xlink:href"),
];
/// The links whose target is part of the page.
const RELATIONS: [&str; 7] =
    ["stylesheet", "icon", "apple-touch-icon", "mask-icon", "manifest", "modulepreload", "preload"];

struct Search {
    base: Url,
    based: bool,
    found: Found,
    /// The element whose text is read.
    inside: Option<Inside>,
    style: String,
}

#[derive(Clone, Copy, PartialEq)]
enum Inside {
    Title,
    Style,
}

impl Search {
    fn need(&mut self, address: &str) {
        self.found.needed.extend(self.base.join(address.trim()).ok());
    }

    fn styles(&mut self, css: &str) {
        self.found.needed.extend(of_style(css, &self.base).needed);
    }

    fn element(&mut self, tag: &Tag) {
        let name: &str = &tag.name;
        let attribute = |name: &str| {
            tag.attrs.iter().find(|attr| *attr.name.local == *name).map(|attr| attr.value.to_string())
        };
        if name == "base" && !self.based {
            let href = attribute("href").and_then(|href| self.base.join(href.trim()).ok());
            self.based = href.is_some();
            self.base = href.unwrap_or_else(|| self.base.clone());
        }
        for (_, key) in ATTRIBUTES.iter().filter(|(of, _)| *of == name) {
            if let Some(address) = attribute(key) {
                self.need(&address);
            }
        }
        if let Some(set) = attribute("srcset").filter(|_| matches!(name, "img" | "source")) {
            candidates(&set).for_each(|address| self.need(address));
        }
        if name == "link" {
            let relations = attribute("rel").unwrap_or_default().to_lowercase();
            if relations.split_ascii_whitespace().any(|one| RELATIONS.contains(&one))
                && let Some(address) = attribute("href")
            {
                self.need(&address);
            }
        }
        if let Some(css) = attribute("style") {
            self.styles(&css);
        }
        if name == "a"
            && let Some(url) = attribute("href").and_then(|href| self.base.join(href.trim()).ok())
            && url.path().to_lowercase().ends_with(".pdf")
        {
            self.found.documents.push(url);
        }
    }

    /// The text of an element that begins here is no markup (HTML Standard, 13.2.5).
    fn begin(&mut self, name: &str) -> TokenSinkResult<()> {
        match name {
            "title" => {
                self.inside = Some(Inside::Title).filter(|_| self.found.title.is_empty());
                TokenSinkResult::RawData(RawKind::Rcdata)
            }
            "textarea" => TokenSinkResult::RawData(RawKind::Rcdata),
            "style" => {
                self.inside = Some(Inside::Style);
                TokenSinkResult::RawData(RawKind::Rawtext)
            }
            "xmp" | "noembed" | "noframes" => TokenSinkResult::RawData(RawKind::Rawtext),
            "script" => TokenSinkResult::RawData(RawKind::ScriptData),
            _ => TokenSinkResult::Continue,
        }
    }

    fn end(&mut self) {
        if self.inside.take() == Some(Inside::Style) {
            let css = std::mem::take(&mut self.style);
            self.styles(&css);
        }
    }
}

/// The tokenizer gives out what it reads through a shared reference.
struct Sink(RefCell<Search>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Piece, _line: u64) -> TokenSinkResult<()> {
        let mut search = self.0.borrow_mut();
        match token {
            Piece::TagToken(tag) if tag.kind == TagKind::StartTag => {
                search.element(&tag);
                if tag.self_closing { TokenSinkResult::Continue } else { search.begin(&tag.name) }
            }
            Piece::TagToken(_) | Piece::EOFToken => {
                search.end();
                TokenSinkResult::Continue
            }
            Piece::CharacterTokens(text) => {
                match search.inside {
                    Some(Inside::Title) => search.found.title.push_str(&text),
                    Some(Inside::Style) => search.style.push_str(&text),
                    None => {}
                }
                TokenSinkResult::Continue
            }
            _ => TokenSinkResult::Continue,
        }
    }
}

/// What a page at `address` needs. One that breaks off is searched as far as it goes, as it is shown.
pub(super) fn of_page(html: &[u8], address: &Url) -> Found {
    let sink = Sink(RefCell::new(Search {
        base: address.clone(),
        based: false,
        found: Found::default(),
        inside: None,
        style: String::new(),
    }));
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    let queue = BufferQueue::default();
    queue.push_back(String::from_utf8_lossy(html).into_owned().into());
    // Nothing is run, so that a script never asks for the reading to wait.
    drop(tokenizer.feed(&queue));
    tokenizer.end();
    let mut found = tokenizer.sink.0.into_inner().found;
    found.title = found.title.split_whitespace().collect::<Vec<_>>().join(" ");
    found
}

/// What a style sheet at `address` needs (CSS Syntax 3: `url()` and `@import`).
pub(super) fn of_style(css: &str, address: &Url) -> Found {
    let mut addresses = Vec::new();
    tokens(&mut Parser::new(css), 0, false, &mut addresses);
    let needed = addresses.iter().filter_map(|to| address.join(to.trim()).ok()).collect();
    Found { needed, ..Found::default() }
}

/// `named` says that a string is an address.
fn tokens(parser: &mut Parser<'_>, depth: u32, named: bool, out: &mut Vec<String>) {
    let mut import = false;
    while let Ok(token) = parser.next() {
        let inside = match token {
            Token::UnquotedUrl(address) => {
                out.push(address.to_string());
                None
            }
            Token::QuotedString(text) => {
                if named || import {
                    out.push(text.to_string());
                }
                None
            }
            Token::Function(name) => {
                Some(name.eq_ignore_ascii_case("url") || name.eq_ignore_ascii_case("image-set"))
            }
            Token::CurlyBracketBlock | Token::SquareBracketBlock | Token::ParenthesisBlock => Some(false),
            Token::AtKeyword(name) => {
                import = name.eq_ignore_ascii_case("import");
                continue;
            }
            _ => None,
        };
        import = false;
        if let Some(named) = inside.filter(|_| depth < DEEPEST) {
            let read: Result<(), ParseError<()>> = parser.parse_nested_block(|parser| {
                tokens(parser, depth + 1, named, out);
                Ok(())
            });
            drop(read);
        }
    }
}

/// The addresses of a `srcset` (HTML Standard, 4.8.4.2.1): none of them holds white space, or begins or ends with a
/// comma.
fn candidates(set: &str) -> impl Iterator<Item = &str> {
    let mut rest = set;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ',');
        let end = rest.find(|c: char| c.is_ascii_whitespace()).unwrap_or(rest.len());
        let (address, after) = rest.split_at(end);
        let bare = address.trim_end_matches(',');
        rest = if bare.len() < address.len() {
            after
        } else {
            after.split_once(',').map_or("", |(_, next)| next)
        };
        (!bare.is_empty()).then_some(bare)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(urls: &[Url]) -> Vec<&str> {
        urls.iter().map(Url::as_str).collect()
    }

    #[test]
    fn a_page_names_what_it_shows() {
        let html = br#"<!doctype html><html><head><title> Budget
            2027 &amp; suite</title><base href="/b/"><link rel="Stylesheet" href=a.css><link rel=canonical href=/x>
            <style>@import "i.css"; body { background: url(bg.png) } @media print { p { src: url("f.woff2") } }</style></head>
            <body><img src="1.png?a=1&amp;b=2" srcset="2.png 1x, 3.png, 4.png 2x"><script src=//other.org/s.js></script>
            <p style="background:url('5.png')"><a href="../files/R%C3%A9f.PDF#page=2">r</a><a href="/page">p</a>
            <svg><image xlink:href=6.png></svg><picture><source srcset="7.webp"></picture><img src="data:image/png;base64,AA=="></body>"#;
        let found = of_page(html, &Url::parse("https://a.org/x/y").unwrap());
        assert_eq!(found.title, "Budget 2027 & suite");
        assert_eq!(
            addresses(&found.needed),
            [
                "https://a.org/b/a.css",
                "https://a.org/b/i.css",
                "https://a.org/b/bg.png",
                "https://a.org/b/f.woff2",
                "https://a.org/b/1.png?a=1&b=2",
                "https://a.org/b/2.png",
                "https://a.org/b/3.png",
                "https://a.org/b/4.png",
                "https://other.org/s.js",
                "https://a.org/b/5.png",
                "https://a.org/b/6.png",
                "https://a.org/b/7.webp",
                "data:image/png;base64,AA==",
            ]
        );
        assert_eq!(addresses(&found.documents), ["https://a.org/files/R%C3%A9f.PDF#page=2"]);
    }

    #[test]
    fn what_is_broken_is_searched_as_far_as_it_goes() {
        let base = Url::parse("https://a.org/").unwrap();
        let deep = format!("{}url(a.png)", "(".repeat(100_000));
        assert_eq!(of_style(&deep, &base).needed.len(), 0);
        assert_eq!(addresses(&of_style("a{b:url(a.png", &base).needed), ["https://a.org/a.png"]);
        assert_eq!(addresses(&of_page(b"<img src=a.png><p <", &base).needed), ["https://a.org/a.png"]);
    }
}
