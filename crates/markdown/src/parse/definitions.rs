//! Link reference definitions (CommonMark 0.31.2, section 4.7). comrak takes them out of the tree, so they are
//! looked for where they can be: in lines that no block covers and at the head of paragraphs. comrak judges each of
//! them, in a text of its own.

use super::{Place, Reader};
use crate::lines::Lines;
use crate::model::{Block, Definition};
use crate::syntax;
use comrak::Node;
use comrak::nodes::{NodeLink, NodeValue};
use std::ops::Range;

/// In bytes; CommonMark allows 999 characters.
const LONGEST_LABEL: usize = 4000;

/// The definitions of a text, in its order.
pub(super) struct Found(Vec<(Definition, Range<usize>)>);

impl Found {
    /// Those that begin in these lines.
    pub fn within(&self, lines: &Range<usize>) -> impl Iterator<Item = (Block, Place)> {
        let first = self.0.partition_point(|(_, own)| own.start < lines.start);
        let end = lines.end;
        self.0[first..].iter().take_while(move |(_, own)| own.start < end).map(|(definition, own)| {
            (Block::Definition(definition.clone()), Place { lines: own.clone(), inner: Vec::new() })
        })
    }
}

struct Candidate {
    label: String,
    /// All behind the colon.
    target: String,
    lines: Range<usize>,
}

/// All definitions of a text.
pub(super) fn all(markdown: &str, lines: &Lines<'_>, root: Node<'_>) -> Found {
    if !markdown.contains("]:") {
        return Found(Vec::new());
    }
    let mut candidates = Vec::new();
    let reader = Reader { lines, found: Found(Vec::new()) };
    regions(&reader, root, &(0..lines.count()), &mut |range, only_head| {
        scan(lines, range, only_head, &mut candidates);
    });
    candidates.sort_by_key(|candidate| candidate.lines.start);
    candidates.dedup_by_key(|candidate| candidate.lines.start);
    Found(judged(candidates))
}

/// Calls `look` with every range of lines that can hold definitions.
fn regions(
    reader: &Reader<'_>,
    node: Node<'_>,
    range: &Range<usize>,
    look: &mut dyn FnMut(Range<usize>, bool),
) {
    let mut todo = vec![(node, range.clone())];
    while let Some((node, range)) = todo.pop() {
        let mut next = range.start;
        for child in node.children() {
            let own = reader.lines_of(child, child);
            if next < own.start {
                look(next..own.start, false);
            }
            next = own.end.max(next);
            match &child.data().value {
                NodeValue::Paragraph | NodeValue::Heading(_) => look(own, true),
                NodeValue::BlockQuote
                | NodeValue::List(_)
                | NodeValue::Item(_)
                | NodeValue::TaskItem(_)
                | NodeValue::FootnoteDefinition(_) => todo.push((child, own)),
                _ => {}
            }
        }
        if next < range.end {
            look(next..range.end, false);
        }
    }
}

/// The definitions of a region; those at its head alone where it is a paragraph.
fn scan(lines: &Lines<'_>, range: Range<usize>, only_head: bool, out: &mut Vec<Candidate>) {
    let mut at = range.start;
    while at < range.end {
        if let Some((candidate, end)) = definition(lines, at..range.end) {
            at = end;
            out.push(candidate);
        } else if only_head {
            return;
        } else {
            at += 1;
        }
    }
}

/// What stands before the text of a line inside lists, quotes and footnotes.
fn without_markers(line: &str) -> &str {
    let marker = |c: char| matches!(c, ' ' | '\t' | '>' | '-' | '+' | '*' | '.' | ')') || c.is_ascii_digit();
    let text = line.strip_prefix('\u{feff}').unwrap_or(line).trim_start_matches(marker);
    match text
        .strip_prefix("[^")
        .and_then(|rest| rest[..rest.floor_char_boundary(LONGEST_LABEL)].split_once("]:"))
    {
        Some((_, rest)) => rest.trim_start_matches(marker),
        None => text,
    }
}

/// A definition that begins the first of these lines, and where it ends.
fn definition(lines: &Lines<'_>, range: Range<usize>) -> Option<(Candidate, usize)> {
    let first = without_markers(lines.text(&(range.start..range.start + 1)));
    if !first.starts_with('[') {
        return None;
    }
    // Most definitions end with their line: more lines are looked at only where they are asked for.
    let mut most = 2;
    loop {
        let (text, ends) = window(lines, &range, first, most);
        let whole = ends.len() < most || text.len() > 4 * LONGEST_LABEL;
        match parts(&text, whole) {
            Part::Nothing => return None,
            Part::Unfinished => most *= 8,
            Part::Whole { label, end } => {
                let count = ends.iter().position(|at| *at >= end)? + 1;
                let candidate = Candidate {
                    label: text[1..label].trim_matches([' ', '\t', '\n', '\r']).replace('\n', " "),
                    target: text[label + 2..end].trim_end().to_owned(),
                    lines: range.start..range.start + count,
                };
                return Some((candidate, range.start + count));
            }
        }
    }
}

/// The text of a number of lines to the next blank one, without what stands before them, and where each ends.
fn window(lines: &Lines<'_>, range: &Range<usize>, first: &str, most: usize) -> (String, Vec<usize>) {
    let mut text = String::new();
    let mut ends = Vec::new();
    for at in range.clone().take(most) {
        let line = lines.text(&(at..at + 1));
        let line = if at == range.start { first } else { line.trim_start_matches([' ', '\t', '>']) };
        if line.trim().is_empty() || text.len() > 4 * LONGEST_LABEL {
            break;
        }
        text.push_str(line.trim_end_matches(['\n', '\r']));
        text.push('\n');
        ends.push(text.len());
    }
    (text, ends)
}

/// What a text that begins with a bracket holds.
enum Part {
    Nothing,
    /// More lines are needed to tell.
    Unfinished,
    Whole {
        label: usize,
        end: usize,
    },
}

/// The parts of a definition; `whole` says that no more lines follow.
fn parts(text: &str, whole: bool) -> Part {
    let found = label(text).and_then(|label| Some((label, target(text, label + 2)?)));
    match found {
        Some((label, (end, true))) => Part::Whole { label, end },
        Some((label, (end, false))) if whole => Part::Whole { label, end },
        None if whole
            || !text.trim_end_matches('\n').contains('\n')
                && text[1..].contains(']')
                && !text.contains("]:") =>
        {
            Part::Nothing
        }
        _ => Part::Unfinished,
    }
}

/// Where the label ends, at its `]:`.
fn label(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1).take_while(|(at, _)| *at <= LONGEST_LABEL) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => return None,
            ']' => return text[at + 1..].starts_with(':').then_some(at),
            _ => {}
        }
    }
    None
}

/// Where a definition ends whose address begins at `at` or on the line after: behind its title, or its address; and
/// whether that is sure whatever follows.
fn target(text: &str, at: usize) -> Option<(usize, bool)> {
    let address = skip_blank(text, at);
    let rest = &text[address..];
    let length = if let Some(inner) = rest.strip_prefix('<') {
        unescaped(inner, |c| c == '>')? + 2
    } else {
        rest.find(|c: char| c.is_ascii_whitespace() || c.is_control()).unwrap_or(rest.len())
    };
    if length == 0 {
        return None;
    }
    let after = address + length;
    let line_end = text[after..].find('\n').map_or(text.len(), |end| after + end + 1);
    let bare = text[after..line_end].trim().is_empty();
    let title = skip_blank(text, after);
    let close = match text[title..].chars().next() {
        Some(quote @ ('"' | '\'')) => quote,
        Some('(') => ')',
        // The next line may hold the title.
        None => return bare.then_some((line_end, false)),
        Some(_) => return bare.then_some((line_end, true)),
    };
    let Some(length) = unescaped(&text[title + 1..], |c| c == close).filter(|_| title > after) else {
        return if bare { Some((line_end, title == after)) } else { None };
    };
    let end = title + 1 + length + 1;
    let title_end = text[end..].find('\n').map_or(text.len(), |at| end + at + 1);
    if text[end..title_end].trim().is_empty() {
        return Some((title_end, true));
    }
    bare.then_some((line_end, true))
}

/// Behind spaces and at most one line end.
fn skip_blank(text: &str, at: usize) -> usize {
    let rest = text[at..].trim_start_matches([' ', '\t']);
    let rest = rest.strip_prefix('\n').unwrap_or(rest);
    text.len() - rest.trim_start_matches([' ', '\t']).len()
}

fn unescaped(text: &str, wanted: impl Fn(char) -> bool) -> Option<usize> {
    let mut escaped = false;
    text.char_indices()
        .find(|(_, c)| {
            let found = !escaped && wanted(*c);
            escaped = !escaped && *c == '\\';
            found
        })
        .map(|(at, _)| at)
}

/// Lets comrak read each candidate under a name of its own, beside a reference to it.
fn judged(candidates: Vec<Candidate>) -> Vec<(Definition, Range<usize>)> {
    let mut text = String::new();
    for (number, candidate) in candidates.iter().enumerate() {
        text.push_str(&format!(
            "[x{number}]: {}\n\n[x{number}]\n\n",
            candidate.target.trim_start_matches([' ', '\t'])
        ));
    }
    let mut links: Vec<Option<NodeLink>> = Vec::new();
    links.resize_with(candidates.len(), || None);
    syntax::with_tree(&text, true, |root| {
        for link in root.children().filter_map(comrak::arena_tree::Node::first_child) {
            let name = syntax::text_of(link);
            if let NodeValue::Link(found) = &link.data().value
                && let Some(number) = name.strip_prefix('x').and_then(|number| number.parse::<usize>().ok())
                && let Some(place) = links.get_mut(number)
            {
                *place = Some((**found).clone());
            }
        }
    });
    let valid = |(candidate, link): (Candidate, Option<NodeLink>)| {
        let link = link.filter(|_| !candidate.label.is_empty() && !candidate.label.starts_with('^'))?;
        let title = Some(link.title).filter(|title| !title.is_empty());
        let definition = Definition { label: candidate.label, href: link.url, title };
        Some((definition, candidate.lines))
    };
    candidates.into_iter().zip(links).filter_map(valid).collect()
}
