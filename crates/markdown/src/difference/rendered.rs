//! The differences between two texts as a reader sees them: sanitised HTML in which changed words stand in
//! `<ins class="added">` and `<del class="removed">`. An author's own `<ins>` and `~~struck~~` text never has these
//! classes, so that nobody can write a difference that is none.

use std::borrow::Cow;
use std::fmt::Write;
use std::sync::LazyLock;

use ammonia::Builder;
use serde::Serialize;

use super::Kind;
use super::runs::{self, Stretch, Token, What};
use super::tree::{Element, Node, parse};
use super::trees::{self, Item, Piece};
use crate::html;

/// The differences of two texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rendered {
    /// The blocks of both, in the order in which they are read.
    pub blocks: Vec<Block>,
    /// How many words came.
    pub added: usize,
    /// How many words went. Words that only moved count as neither.
    pub removed: usize,
}

/// A block of either text: a paragraph, a list, a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Block {
    /// What became of it.
    pub kind: BlockKind,
    /// It in one, with what went and what came marked.
    pub html: String,
    /// It as it was, with what went marked; none where it was not there, or where nothing changed.
    pub old: Option<String>,
    /// It as it is, with what came marked; none where it is no more, or where nothing changed.
    pub new: Option<String>,
}

/// What became of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum BlockKind {
    /// Nothing.
    Same,
    /// Something in it.
    Changed,
    /// It came.
    Added,
    /// It went.
    Removed,
    /// It stands elsewhere: here, and where it was before.
    Moved,
}

/// Compares two Markdown texts as [`crate::to_html`] shows them; `links` is asked as there.
pub fn rendered(old: &str, new: &str, links: &dyn Fn(&str) -> Option<String>) -> Rendered {
    let (old, new) = (parse(&html::to_html(old, links)), parse(&html::to_html(new, links)));
    let pieces = trees::compare(&old, &new);
    let mut counted = Counted::default();
    counted.all(&pieces);
    Rendered { blocks: pieces.iter().map(block).collect(), added: counted.added, removed: counted.removed }
}

fn block(piece: &Piece<'_>) -> Block {
    let (kind, old, new) = match piece {
        Piece::Same(_) | Piece::Gap => (BlockKind::Same, false, false),
        Piece::Both { .. } | Piece::Words(_) => (BlockKind::Changed, true, true),
        Piece::Only { kind, moved, .. } => {
            let gone = *kind == Kind::Removed;
            let alone = if gone { BlockKind::Removed } else { BlockKind::Added };
            (if *moved { BlockKind::Moved } else { alone }, gone, !gone)
        }
        Piece::Apart { kind: Kind::Removed, .. } => (BlockKind::Removed, true, false),
        Piece::Apart { .. } => (BlockKind::Added, false, true),
    };
    let shown = |view| {
        let mut writer = Writer { out: String::new(), view };
        writer.piece(piece);
        POLICY.clean(&writer.out).to_string()
    };
    Block {
        kind,
        html: shown(View::Inline),
        old: old.then(|| shown(View::Old)),
        new: new.then(|| shown(View::New)),
    }
}

/// The policy of all HTML here, with the classes of differences.
static POLICY: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut policy = html::policy();
    policy.add_generic_attributes(["class"]).attribute_filter(|element, attribute, value| {
        let ours = attribute == "class" && CLASSES.contains(&value);
        (ours || html::allowed(element, attribute, value)).then_some(Cow::Borrowed(value))
    });
    policy
});

const CLASSES: [&str; 5] = ["added", "removed", "changed", "moved-here", "moved-away"];

#[derive(Default)]
struct Counted {
    added: usize,
    removed: usize,
}

impl Counted {
    fn all(&mut self, pieces: &[Piece<'_>]) {
        for piece in pieces {
            match piece {
                Piece::Only { kind, words, moved: false, .. } => self.add(*kind, words.count()),
                Piece::Both { inside, .. } | Piece::Apart { inside, .. } => self.all(inside),
                Piece::Words(stretches) => {
                    for Stretch { kind, tokens } in stretches {
                        self.add(*kind, tokens.iter().filter(|token| token.is_word()).count());
                    }
                }
                _ => {}
            }
        }
    }

    fn add(&mut self, kind: Kind, words: usize) {
        match kind {
            Kind::Added => self.added += words,
            Kind::Removed => self.removed += words,
            Kind::Equal => {}
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum View {
    Inline,
    Old,
    New,
}

/// How the words of an item are marked.
#[derive(Clone, Copy)]
enum Mark {
    None,
    Added,
    Removed,
}

struct Writer {
    out: String,
    view: View,
}

impl Writer {
    fn piece(&mut self, piece: &Piece<'_>) {
        match piece {
            Piece::Same(item) => self.item(item, Mark::None, None),
            Piece::Only { kind, item, moved, .. } => {
                let gone = *kind == Kind::Removed;
                if self.view != if gone { View::New } else { View::Old } {
                    let (mark, class) = match (gone, moved) {
                        (true, false) => (Mark::Removed, "removed"),
                        (false, false) => (Mark::Added, "added"),
                        (true, true) => (Mark::None, "moved-away"),
                        (false, true) => (Mark::None, "moved-here"),
                    };
                    self.item(item, mark, Some(class));
                }
            }
            Piece::Both { old, new, inside } => {
                let element = if self.view == View::Old { old } else { new };
                self.open(element, None, false);
                inside.iter().for_each(|piece| self.piece(piece));
                self.close(element);
            }
            Piece::Apart { kind, block, inside } => {
                let other = if *kind == Kind::Removed { View::New } else { View::Old };
                if self.view != other {
                    let class = if *kind == Kind::Removed { "removed" } else { "added" };
                    self.open(block, Some(class), *kind == Kind::Removed);
                    let mark = if *kind == Kind::Removed { Mark::Removed } else { Mark::Added };
                    for piece in inside {
                        match piece {
                            // The row says already what became of its cells.
                            Piece::Only { item, .. } => self.item(item, mark, None),
                            _ => self.piece(piece),
                        }
                    }
                    self.close(block);
                }
            }
            Piece::Words(stretches) => self.stretches(stretches),
            Piece::Gap if self.view == View::Inline => self.out.push_str("<td></td>"),
            Piece::Gap => {}
        }
    }

    fn stretches(&mut self, stretches: &[Stretch<'_>]) {
        let mut line = Line::default();
        for Stretch { kind, tokens } in stretches {
            let mark = match (kind, self.view) {
                (Kind::Added, View::Old) | (Kind::Removed, View::New) => continue,
                (Kind::Equal, _) => Mark::None,
                (Kind::Added, _) => Mark::Added,
                (Kind::Removed, _) => Mark::Removed,
            };
            tokens.iter().for_each(|token| self.token(&mut line, token, mark));
        }
        self.leave(&mut line, 0);
    }

    /// Writes an item whole.
    fn item(&mut self, item: &Item<'_>, mark: Mark, class: Option<&str>) {
        match item {
            Item::Run(nodes) => self.run(nodes, mark),
            Item::Block(element) => {
                self.open(element, class, matches!(mark, Mark::Removed));
                self.inside(&element.children, mark);
                self.close(element);
            }
        }
    }

    fn inside(&mut self, nodes: &[Node], mark: Mark) {
        let mut run: Vec<&Node> = Vec::new();
        for node in nodes {
            match node {
                Node::Element(element) if element.block => {
                    self.run(&std::mem::take(&mut run), mark);
                    self.item(&Item::Block(element), mark, None);
                }
                _ => run.push(node),
            }
        }
        self.run(&run, mark);
    }

    fn run(&mut self, nodes: &[&Node], mark: Mark) {
        let mut line = Line::default();
        let tokens = runs::tokens(nodes);
        let blank =
            tokens.iter().all(|token| matches!(token.what, What::Text(text) if text.trim().is_empty()));
        let mark = if blank { Mark::None } else { mark };
        tokens.iter().for_each(|token| self.token(&mut line, token, mark));
        self.leave(&mut line, 0);
    }

    /// Writes a token; elements that the one before stands in are left open for it.
    fn token<'a>(&mut self, line: &mut Line<'a>, token: &Token<'a>, mark: Mark) {
        let tag = match mark {
            Mark::None => None,
            Mark::Added => Some("ins"),
            Mark::Removed => Some("del"),
        };
        let common = line.open.iter().zip(token.around.iter()).take_while(|(a, b)| same(a, b)).count();
        if line.mark != tag || common < line.open.len() || common < token.around.len() {
            self.leave(line, common);
            for element in &token.around[common..] {
                self.open(element, None, matches!(mark, Mark::Removed));
                line.open.push(element);
            }
            line.mark = tag;
            match tag {
                Some("ins") => self.out.push_str("<ins class=\"added\">"),
                Some(_) => self.out.push_str("<del class=\"removed\">"),
                None => {}
            }
        }
        match token.what {
            What::Text(text) => self.text(text),
            What::Atom(element) => {
                self.open(element, None, matches!(mark, Mark::Removed));
                if !element.is_empty_kind() {
                    element.children.iter().for_each(|child| self.node(child));
                    self.close(element);
                }
            }
        }
    }

    /// Closes the mark and the elements of a line above `depth`.
    fn leave(&mut self, line: &mut Line<'_>, depth: usize) {
        if let Some(tag) = line.mark.take() {
            let _ = write!(self.out, "</{tag}>");
        }
        while line.open.len() > depth {
            if let Some(element) = line.open.pop() {
                self.close(element);
            }
        }
    }

    /// Writes a node as it is: the inside of a formula.
    fn node(&mut self, node: &Node) {
        match node {
            Node::Text(text) => self.text(text),
            Node::Element(element) => {
                self.open(element, None, false);
                element.children.iter().for_each(|child| self.node(child));
                self.close(element);
            }
        }
    }

    /// `gone`: an id stands only once in a page, on what is there still.
    fn open(&mut self, element: &Element, class: Option<&str>, gone: bool) {
        let _ = write!(self.out, "<{}", element.tag);
        for (name, value) in &element.attributes {
            match name.as_str() {
                "id" if gone || self.view == View::Old => continue,
                // A block's own class gives way: only lists and footnotes have one.
                "class" if class.is_some() => continue,
                _ => {}
            }
            let _ = write!(self.out, " {name}=\"");
            self.text(value);
            self.out.push('"');
        }
        if let Some(class) = class {
            let _ = write!(self.out, " class=\"{class}\"");
        }
        self.out.push('>');
    }

    fn close(&mut self, element: &Element) {
        if !element.is_empty_kind() {
            let _ = write!(self.out, "</{}>", element.tag);
        }
    }

    fn text(&mut self, text: &str) {
        for letter in text.chars() {
            match letter {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '"' => self.out.push_str("&quot;"),
                _ => self.out.push(letter),
            }
        }
    }
}

/// What is open in the line that is being written.
#[derive(Default)]
struct Line<'a> {
    open: Vec<&'a Element>,
    mark: Option<&'static str>,
}

/// Whether two tokens stand in the same element, or in elements that a reader cannot tell apart.
fn same(a: &Element, b: &Element) -> bool {
    std::ptr::eq(a, b) || (a.tag == b.tag && a.attributes == b.attributes && !a.is_atom())
}
