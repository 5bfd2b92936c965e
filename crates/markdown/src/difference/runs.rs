//! Lines of text with their markup, compared word by word.

use std::ops::Range;
use std::rc::Rc;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::Kind;
use super::pairing::is_word;
use super::tree::{Element, Node, key_of};
use super::words_of;

/// Runs of more tokens than this are shown as removed and added: the cost grows with the square of what differs.
const MOST_TOKENS: usize = 8_000;

/// A word, a stretch between words, or an atom such as an image, and the elements around it, the outermost first.
#[derive(Debug, Clone)]
pub(super) struct Token<'a> {
    pub around: Rc<[&'a Element]>,
    pub what: What<'a>,
    key: u64,
}

/// What stands in a line.
#[derive(Debug, Clone, Copy)]
pub(super) enum What<'a> {
    Text(&'a str),
    Atom(&'a Element),
}

impl Token<'_> {
    /// Whether a reader counts it as a word.
    pub fn is_word(&self) -> bool {
        matches!(self.what, What::Text(text) if is_word(text))
    }

    /// Whether its going or coming is worth keeping apart from its neighbours'.
    fn stands_out(&self) -> bool {
        self.is_word() || matches!(self.what, What::Atom(_))
    }
}

/// A stretch of tokens of one kind.
#[derive(Debug)]
pub(super) struct Stretch<'a> {
    pub kind: Kind,
    pub tokens: Vec<Token<'a>>,
}

/// The tokens of a run of nodes.
pub(super) fn tokens<'a>(nodes: &[&'a Node]) -> Vec<Token<'a>> {
    let mut out = Vec::new();
    for node in nodes {
        walk(node, &Rc::from([]), 0, &mut out);
    }
    out
}

fn walk<'a>(node: &'a Node, around: &Rc<[&'a Element]>, key: u64, out: &mut Vec<Token<'a>>) {
    match node {
        Node::Text(text) => out.extend(words_of(text).into_iter().map(|word| Token {
            around: Rc::clone(around),
            what: What::Text(word),
            key: key_of(&(key, word)),
        })),
        Node::Element(element) if element.is_atom() => out.push(Token {
            around: Rc::clone(around),
            what: What::Atom(element),
            key: key_of(&(key, element.key)),
        }),
        Node::Element(element) => {
            let within: Rc<[&Element]> = around.iter().copied().chain([element]).collect();
            let visible = element.attributes.iter().filter(|(name, _)| name != "id");
            let key = key_of(&(key, &element.tag, visible.collect::<Vec<_>>()));
            for child in &element.children {
                walk(child, &within, key, out);
            }
        }
    }
}

/// What became of the words of `old`. A word in other markup, or in a link to elsewhere, is another word.
pub(super) fn compare<'a>(old: Vec<Token<'a>>, new: Vec<Token<'a>>) -> Vec<Stretch<'a>> {
    if old.len() + new.len() > MOST_TOKENS {
        return whole(old, new);
    }
    let keys = |tokens: &[Token<'_>]| tokens.iter().map(|token| token.key).collect::<Vec<_>>();
    let mut edits = changed(&capture_diff_slices(Algorithm::Myers, &keys(&old), &keys(&new)), &old);
    if written_anew(&old, &new, &edits) {
        edits = vec![(0..old.len(), 0..new.len())];
    }
    let mut out = Vec::new();
    let mut at = 0;
    for (gone, come) in edits {
        push(&mut out, Kind::Equal, &new[at..come.start]);
        push(&mut out, Kind::Removed, &old[gone]);
        at = come.end;
        push(&mut out, Kind::Added, &new[come]);
    }
    push(&mut out, Kind::Equal, &new[at..]);
    out
}

/// Where the two differ. What lies between two differences is too little to keep them apart unless a word is in it.
fn changed(ops: &[DiffOp], old: &[Token<'_>]) -> Vec<(Range<usize>, Range<usize>)> {
    let mut edits: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    for op in ops.iter().filter(|op| !matches!(op, DiffOp::Equal { .. })) {
        let (gone, come) = (op.old_range(), op.new_range());
        match edits.last_mut() {
            Some((before, into)) if !old[before.end..gone.start].iter().any(Token::stands_out) => {
                before.end = gone.end;
                into.end = come.end;
            }
            _ => edits.push((gone, come)),
        }
    }
    edits
}

/// A sentence written anew shares words with the old one only by chance: weaving the two would be unreadable.
fn written_anew(old: &[Token<'_>], new: &[Token<'_>], edits: &[(Range<usize>, Range<usize>)]) -> bool {
    let count = |tokens: &[Token<'_>]| tokens.iter().filter(|token| token.is_word()).count();
    let gone: usize = edits.iter().map(|(gone, _)| count(&old[gone.clone()])).sum();
    let (before, after) = (count(old), count(new));
    let kept = before - gone;
    before.min(after) >= 4 && kept * 4 < before.max(after) && edits.len() > 1
}

fn whole<'a>(old: Vec<Token<'a>>, new: Vec<Token<'a>>) -> Vec<Stretch<'a>> {
    let mut out =
        vec![Stretch { kind: Kind::Removed, tokens: old }, Stretch { kind: Kind::Added, tokens: new }];
    out.retain(|stretch| !stretch.tokens.is_empty());
    out
}

fn push<'a>(out: &mut Vec<Stretch<'a>>, kind: Kind, tokens: &[Token<'a>]) {
    if !tokens.is_empty() {
        out.push(Stretch { kind, tokens: tokens.to_vec() });
    }
}
