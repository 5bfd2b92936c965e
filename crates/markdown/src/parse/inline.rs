//! Inlines as runs of marked text. How marks nest is kept: as the writer would nest them by itself where that is
//! how they stand, else by numbers.

use crate::lines::Lines;
use crate::model::{Auto, Inline, Kind, Link, Mark, MarkKind, Marks};
use crate::nesting;
use crate::syntax;
use comrak::Node;
use comrak::nodes::{NodeLink, NodeValue};
use std::borrow::Cow;
use std::sync::Arc;

/// Emphasis that nests deeper than this is text: no reader sees it, and a stack has an end.
const DEEPEST: usize = 100;

/// The canonical inlines of a node.
pub(super) fn content(node: Node<'_>, lines: &Lines<'_>, in_table: bool) -> Vec<Inline> {
    let mut reader = Reader { lines, in_table, out: Vec::new(), open: Vec::new(), crossed: false };
    reader.children(node);
    let Reader { out, crossed, .. } = reader;
    nesting::canonical(out, crossed, in_table)
}

struct Reader<'a> {
    lines: &'a Lines<'a>,
    in_table: bool,
    out: Vec<Inline>,
    /// The marks around what is read, the outermost first.
    open: Vec<Mark>,
    /// Whether marks met, one in or beside another.
    crossed: bool,
}

impl Reader<'_> {
    fn children(&mut self, node: Node<'_>) {
        let mut before: Option<Mark> = None;
        for child in node.children() {
            before = self.child(child, before);
        }
    }

    /// Reads one inline. Gives the mark that it is, for the next one to be told from.
    fn child(&mut self, node: Node<'_>, before: Option<Mark>) -> Option<Mark> {
        match &node.data().value {
            NodeValue::Text(text) => self.text(text),
            NodeValue::SoftBreak => self.text(" "),
            NodeValue::LineBreak => self.push(Kind::Break),
            NodeValue::Code(code) => self.verbatim(&one_line(&code.literal), MarkKind::Code),
            NodeValue::HtmlInline(html) if self.in_table && html == "<br>" => self.push(Kind::Break),
            NodeValue::HtmlInline(html) => {
                self.verbatim(&html.replace("\r\n", "\n").replace('\r', "\n"), MarkKind::Html);
            }
            NodeValue::Math(math) => self.push(Kind::Math {
                latex: match math.display_math {
                    true => math.literal.replace("\r\n", "\n").replace('\r', "\n"),
                    false => one_line(&math.literal).into_owned(),
                },
                display: math.display_math,
            }),
            NodeValue::FootnoteReference(footnote) => {
                self.push(Kind::FootnoteReference(footnote.name.clone()));
            }
            NodeValue::Image(image) => self.push(Kind::Image {
                src: image.url.clone(),
                alt: syntax::text_of(node).replace('\n', " "),
                title: title(&image.title),
            }),
            NodeValue::Link(link) => {
                let link = Arc::new(self.link(node, link));
                if node.first_child().is_none() {
                    self.push(Kind::EmptyLink(link));
                    return None;
                }
                return self.enclose(node, MarkKind::Link(link), before);
            }
            NodeValue::Strong => return self.enclose(node, MarkKind::Bold, before),
            NodeValue::Emph => return self.enclose(node, MarkKind::Italic, before),
            NodeValue::Strikethrough => return self.enclose(node, MarkKind::Strike, before),
            _ => self.children(node),
        }
        None
    }

    fn enclose(&mut self, node: Node<'_>, kind: MarkKind, before: Option<Mark>) -> Option<Mark> {
        if self.open.len() >= DEEPEST {
            self.text(&syntax::text_of(node));
            return None;
        }
        // Even and odd numbers tell neighbours apart; two steps a level leave room for both.
        let beside = before.is_some_and(|before| before.kind == kind && before.nest % 2 == 0);
        self.crossed |= beside || !self.open.is_empty();
        let depth = u32::try_from(self.open.len()).unwrap_or_default();
        let mark = Mark { kind, nest: 2 * depth + u32::from(beside) };
        self.open.push(mark.clone());
        self.children(node);
        self.open.pop();
        Some(mark)
    }

    fn text(&mut self, text: &str) {
        let text = if text.contains(['\n', '\r']) { &text.replace(['\n', '\r'], " ") } else { text };
        if let Some(Inline { kind: Kind::Text(last), marks }) = self.out.last_mut()
            && *marks == self.open
        {
            last.push_str(text);
        } else if !text.is_empty() {
            self.push(Kind::Text(text.to_owned()));
        }
    }

    fn verbatim(&mut self, text: &str, kind: MarkKind) {
        let mut marks = self.open.clone();
        marks.push(Mark { kind, nest: 0 });
        self.out.push(Inline { kind: Kind::Text(text.to_owned()), marks });
    }

    fn push(&mut self, kind: Kind) {
        self.out.push(Inline { kind, marks: self.open.clone() });
    }

    fn link(&self, node: Node<'_>, link: &NodeLink) -> Link {
        Link { href: link.url.clone(), title: title(&link.title), auto: self.auto(node, link) }
    }

    /// Whether a link is its own address in the source.
    fn auto(&self, node: Node<'_>, link: &NodeLink) -> Option<Auto> {
        let only = node.first_child().filter(|child| child.next_sibling().is_none())?;
        let data = only.data();
        let NodeValue::Text(text) = &data.value else { return None };
        let text: &str = text;
        let start = node.data().sourcepos.start;
        let source = self.lines.from(start.line, start.column);
        let rest = link.url.strip_suffix(text)?;
        if matches!(rest, "" | "mailto:") && source.strip_prefix('<').is_some_and(|s| s.starts_with(text)) {
            return Some(Auto::Angle);
        }
        (matches!(rest, "" | "mailto:" | "http://") && source.starts_with(text)).then_some(Auto::Bare)
    }
}

/// Code and math within a line: comrak has made spaces of line feeds, but not of carriage returns.
fn one_line(literal: &str) -> Cow<'_, str> {
    if literal.contains('\r') {
        literal.replace("\r ", " ").replace('\r', " ").into()
    } else {
        literal.into()
    }
}

fn title(title: &str) -> Option<String> {
    Some(title.replace("\r\n", "\n").replace('\r', "\n")).filter(|title| !title.is_empty())
}

/// Marks in the order in which JSON has them.
pub(crate) fn ranked(mut marks: Marks) -> Marks {
    marks.sort_by_key(|mark| (mark.kind.rank(), mark.nest));
    marks.dedup();
    marks
}
