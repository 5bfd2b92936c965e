//! Lists with an edit in them: items keep their lines, new ones get the marker of the list.

use super::container::{Children, Lead, Source, led};
use super::{aligned, key};
use crate::convert::{careful, same};
use crate::model::{Block, Item, ListKind, can_be_tight};
use crate::parse::Place;
use crate::write;

/// The same list before and after an edit.
#[derive(Clone, Copy)]
pub(super) struct Lists<'a> {
    pub kind: ListKind,
    pub tight: bool,
    pub old: &'a [Item],
    pub new: &'a [Item],
}

impl Source<'_> {
    /// A list with items that changed, came or went; the others keep their lines.
    pub fn list(&self, lists: &Lists<'_>, place: &Place, lead: &Lead) -> Option<String> {
        let Lists { kind, tight, old, new } = *lists;
        if tight && !can_be_tight(new) {
            return None;
        }
        let as_block =
            |item: &Item| Block::List { kind: ListKind::Bullet, tight: true, items: vec![item.clone()] };
        let [olds, news] = [old, new].map(|items| items.iter().map(as_block).collect::<Vec<Block>>());
        let sign = marker(self.line(place.inner.first()?.lines.start).strip_prefix(&lead.first)?)?.to_owned();
        let mut out = String::new();
        let mut above: Option<Option<usize>> = None;
        for (from, to) in aligned(
            old.len(),
            new.len(),
            |a, b| same(&olds[a], &news[b]),
            |a| key(&olds[a]),
            |b| key(&news[b]),
        ) {
            let Some(to) = to else { continue };
            if let Some(before) = above {
                let between = match (before, from) {
                    (Some(one), Some(two)) if two == one + 1 => {
                        Some(place.inner[one].lines.end..place.inner[two].lines.start)
                    }
                    _ => None,
                };
                match between {
                    Some(lines) => {
                        out.push_str(&format!("\n{}", self.lines.text(&lines).replace("\r\n", "\n")));
                    }
                    None if tight => out.push('\n'),
                    None => out.push_str(&format!("\n{}\n", lead.rest.trim_end())),
                }
            }
            let before = if to == 0 { &lead.first } else { &lead.rest };
            let source = from.filter(|from| (*from == 0) == (to == 0) || lead.first == lead.rest);
            let number = if let ListKind::Ordered(start) = kind {
                Some(start.saturating_add(to as u64))
            } else {
                None
            };
            let old = source.map(|from| (&old[from], &place.inner[from]));
            out.push_str(&self.item(
                old,
                &new[to],
                &Marker { sign: &sign, number, tight },
                before,
                &lead.rest,
            ));
            above = Some(from);
        }
        Some(out)
    }

    fn item(
        &self,
        old: Option<(&Item, &Place)>,
        new: &Item,
        as_new: &Marker<'_>,
        first: &str,
        rest: &str,
    ) -> String {
        if let Some((item, place)) = old {
            let whole = |item: &Item| Block::List {
                kind: ListKind::Bullet,
                tight: as_new.tight,
                items: vec![item.clone()],
            };
            if same(&whole(item), &whole(new)) && self.line(place.lines.start).starts_with(first) {
                return self.lines.text(&place.lines).trim_end_matches(['\n', '\r']).replace("\r\n", "\n");
            }
            if let Some(text) = self.edited_item(item, place, new, as_new.tight, first, rest) {
                return text;
            }
        }
        let lead = as_new.text();
        let mut text = String::new();
        let block = Block::List { kind: ListKind::Bullet, tight: true, items: vec![new.clone()] };
        write::item(new, &lead, as_new.tight, careful(&block), &mut text);
        led(&text, &Lead { first: first.to_owned(), rest: rest.to_owned() })
    }

    fn edited_item(
        &self,
        old: &Item,
        place: &Place,
        new: &Item,
        tight: bool,
        first: &str,
        rest: &str,
    ) -> Option<String> {
        let line = self.line(place.lines.start).strip_prefix(first)?;
        let sign = marker(line)?;
        let indent = " ".repeat(sign.len());
        let mut head = format!("{first}{sign}");
        let boxed = &line[sign.len()..];
        match (old.task, new.task) {
            (None, None) => {}
            (Some(was), Some(is)) if matches!(new.blocks.first(), Some(Block::Paragraph(_))) => {
                let end = boxed.find(']')? + 1;
                let gap = boxed[end..].len() - boxed[end..].trim_start_matches([' ', '\t']).len();
                head.push_str(&boxed[..end + gap]);
                let lead = Lead { first: head.clone(), rest: format!("{rest}{indent}") };
                let children = Children {
                    old: &old.blocks,
                    places: &place.inner,
                    new: &new.blocks,
                    tight,
                    in_item: true,
                };
                let text = self.children(&children, &lead)?;
                if was == is {
                    return Some(text);
                }
                let at = first.len() + sign.len();
                return Some(format!(
                    "{}{}{}",
                    &text[..at],
                    if is { "[x]" } else { "[ ]" },
                    &text[at + end..]
                ));
            }
            _ => return None,
        }
        let lead = Lead { first: head, rest: format!("{rest}{indent}") };
        self.children(
            &Children { old: &old.blocks, places: &place.inner, new: &new.blocks, tight, in_item: true },
            &lead,
        )
    }
}

/// How a new item of a list begins.
struct Marker<'a> {
    /// The marker of the list's first item.
    sign: &'a str,
    number: Option<u64>,
    tight: bool,
}

impl Marker<'_> {
    fn text(&self) -> String {
        let Some(number) = self.number else { return self.sign.to_owned() };
        let stop = if self.sign.contains(')') { ')' } else { '.' };
        let space = self.sign.len() - self.sign.trim_end_matches([' ', '\t']).len();
        format!("{}{stop}{}", number.min(999_999_999), " ".repeat(space.max(1)))
    }
}

/// The marker of an item with the spaces around it (CommonMark 5.2).
fn marker(line: &str) -> Option<&str> {
    let line = line.trim_end_matches(['\n', '\r']);
    let start = line.len() - line.trim_start_matches(' ').len();
    let digits = line[start..].bytes().take_while(u8::is_ascii_digit).count();
    let end = start + digits + 1;
    if start > 3 || digits > 9 || !line.get(start + digits..end).is_some_and(|sign| "-+*.)".contains(sign)) {
        return None;
    }
    let spaces = line[end..].len() - line[end..].trim_start_matches(' ').len();
    // Five spaces and more are one, and code.
    match spaces {
        1..=4 if line.len() > end + spaces => Some(&line[..end + spaces]),
        _ => None,
    }
}
