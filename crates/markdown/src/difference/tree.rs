//! Sanitised HTML as a tree that can be compared. Only what [`crate::to_html`] gives is read: every tag in it is
//! closed, or is of an element that holds nothing.

use std::cell::RefCell;
use std::hash::{DefaultHasher, Hash, Hasher};

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    BufferQueue, CharacterTokens, EndTag, StartTag, Tag, TagToken, Token, TokenSink, TokenSinkResult,
    Tokenizer, TokenizerOpts,
};

/// Elements nested deeper than this are read as the text they hold.
const MOST_DEPTH: usize = 100;

/// Elements that stand in a line of text.
const INLINE: &[&str] = &[
    "a", "abbr", "acronym", "b", "bdi", "bdo", "br", "cite", "code", "data", "del", "dfn", "em", "i", "img",
    "input", "ins", "kbd", "mark", "math", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike",
    "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
];

/// Elements that hold nothing.
const EMPTY: [&str; 7] = ["area", "br", "col", "hr", "img", "input", "wbr"];

/// A node.
#[derive(Debug)]
pub(super) enum Node {
    /// An element.
    Element(Element),
    /// Text, not escaped.
    Text(String),
}

/// An element.
#[derive(Debug)]
pub(super) struct Element {
    pub tag: String,
    pub attributes: Vec<(String, String)>,
    pub children: Vec<Node>,
    /// The same for elements that look the same.
    pub key: u64,
    /// Whether it is a block, or holds one.
    pub block: bool,
}

impl Element {
    fn new(tag: String, attributes: Vec<(String, String)>) -> Self {
        let block = !INLINE.contains(&tag.as_str());
        Element { tag, attributes, children: Vec::new(), key: 0, block }
    }

    /// Whether it holds nothing.
    pub fn is_empty_kind(&self) -> bool {
        EMPTY.contains(&self.tag.as_str())
    }

    /// Whether it is compared as one thing.
    pub fn is_atom(&self) -> bool {
        self.is_empty_kind() || self.tag == "math"
    }

    fn close(&mut self) {
        let mut hasher = DefaultHasher::new();
        self.tag.hash(&mut hasher);
        for (name, value) in self.attributes.iter().filter(|(name, _)| name != "id") {
            (name, value).hash(&mut hasher);
        }
        for child in &self.children {
            child.key().hash(&mut hasher);
        }
        self.key = hasher.finish();
        let holds_block = |child: &Node| matches!(child, Node::Element(inner) if inner.block);
        self.block |= !self.is_atom() && self.children.iter().any(holds_block);
    }
}

impl Node {
    /// The same for nodes that look the same.
    pub fn key(&self) -> u64 {
        match self {
            Node::Element(element) => element.key,
            Node::Text(text) => key_of(text),
        }
    }
}

/// A key of anything.
pub(super) fn key_of(what: &(impl Hash + ?Sized)) -> u64 {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    hasher.finish()
}

/// Reads sanitised HTML.
pub(super) fn parse(html: &str) -> Vec<Node> {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(html));
    let tokenizer = Tokenizer::new(Builder::default(), TokenizerOpts::default());
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.0.into_inner().finish()
}

/// Builds the tree from what the tokenizer hands out.
#[derive(Default)]
struct Builder(RefCell<Building>);

#[derive(Default)]
struct Building {
    done: Vec<Node>,
    open: Vec<Element>,
    /// Open elements too deep to be kept.
    ignored: usize,
}

impl TokenSink for Builder {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut building = self.0.borrow_mut();
        match token {
            TagToken(tag) if tag.kind == StartTag => building.start(&tag),
            TagToken(tag) if tag.kind == EndTag => building.end(&tag.name),
            CharacterTokens(text) => building.text(&text),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

impl Building {
    fn start(&mut self, tag: &Tag) {
        let attributes =
            tag.attrs.iter().map(|a| (a.name.local.to_string(), a.value.to_string())).collect::<Vec<_>>();
        let mut element = Element::new(tag.name.to_string(), attributes);
        if element.is_empty_kind() {
            element.close();
            self.push(Node::Element(element));
        } else if self.open.len() >= MOST_DEPTH {
            self.ignored += 1;
        } else {
            self.open.push(element);
        }
    }

    fn end(&mut self, name: &str) {
        if self.ignored > 0 {
            self.ignored -= 1;
        } else if self.open.last().is_some_and(|open| open.tag == name)
            && let Some(mut element) = self.open.pop()
        {
            element.close();
            self.push(Node::Element(element));
        }
    }

    fn text(&mut self, text: &str) {
        let siblings = self.open.last_mut().map_or(&mut self.done, |open| &mut open.children);
        match siblings.last_mut() {
            Some(Node::Text(before)) => before.push_str(text),
            _ => siblings.push(Node::Text(text.to_owned())),
        }
    }

    fn push(&mut self, node: Node) {
        self.open.last_mut().map_or(&mut self.done, |open| &mut open.children).push(node);
    }

    fn finish(mut self) -> Vec<Node> {
        while let Some(mut element) = self.open.pop() {
            element.close();
            self.push(Node::Element(element));
        }
        self.done
    }
}
