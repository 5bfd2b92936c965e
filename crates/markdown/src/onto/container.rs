//! One block of the original with an edit in it: its lines where they stay, and new ones with the same signs before
//! them.

use super::list::Lists;
use super::{Definitions, aligned, key, patch};
use crate::convert::{careful, same};
use crate::lines::Lines;
use crate::model::{Block, Details, needs_blank_line};
use crate::parse::Place;
use crate::write::{self, Around};
use similar::{Algorithm, DiffOp, capture_diff_slices};

/// What stands before the lines of a block: the signs of the quotes, items and footnotes around it.
#[derive(Debug, Clone, Default)]
pub(super) struct Lead {
    /// Before its first line.
    pub first: String,
    /// Before all others.
    pub rest: String,
}

pub(super) struct Source<'a> {
    pub lines: &'a Lines<'a>,
    /// The definitions of the document.
    pub context: &'a Definitions,
    /// The signs of the lists around a top-level block.
    pub signs: [Option<char>; 2],
}

/// Children of a container, old and new.
pub(super) struct Children<'a> {
    pub old: &'a [Block],
    pub places: &'a [Place],
    pub new: &'a [Block],
    /// Whether blank lines stand between them only where they must.
    pub tight: bool,
    pub in_item: bool,
}

impl<'a> Children<'a> {
    /// Those of a container that is no item, with blank lines between them.
    fn apart(old: &'a [Block], place: &'a Place, new: &'a [Block]) -> Self {
        Self { old, places: &place.inner, new, tight: false, in_item: false }
    }
}

impl Source<'_> {
    /// A block written anew, behind its lead.
    pub fn fresh(&self, block: &Block, lead: &Lead, in_item: bool) -> String {
        let mut text = String::new();
        let [before, after] = self.signs;
        write::block(block, careful(block), Around { before, after, in_item, last: false }, &mut text);
        led(&text, lead)
    }

    /// The text of `new` in the ways of a top-level block that it takes the place of; it reads as `new`. Where taking
    /// the block apart would write more than a line anew, all of it is also tried as one text: tabs, lines without
    /// the signs of their quote, and whatever else has no place of its own, stay so. None where neither goes.
    pub fn edited(&self, old: &Block, place: &Place, new: &Block) -> Option<String> {
        let source = self.lines.text(&place.lines).trim_end_matches(['\n', '\r']).replace("\r\n", "\n");
        let holds = |text: &String| self.context.reads_as(text, &[new]);
        let apart = self.rewritten(old, place, new, &Lead::default()).filter(holds);
        let is_leaf = place.inner.is_empty();
        if is_leaf || apart.as_ref().is_some_and(|text| lines_between(&source, text).0 <= 1) {
            return apart;
        }
        let [before, after] = [old, new].map(bare_text);
        let whole = patch::patched(&before, &source, &after, patch::Lines::OfForm).filter(holds);
        [apart, whole].into_iter().flatten().min_by_key(|text| {
            let (gone, come) = lines_between(&source, text);
            gone + come
        })
    }

    /// The text of `new`, in the ways of the lines that `old` stands on. None where it has to be written anew.
    pub fn rewritten(&self, old: &Block, place: &Place, new: &Block, lead: &Lead) -> Option<String> {
        match (old, new) {
            (Block::Quote(blocks), Block::Quote(edited)) => {
                let sign = quote_sign(self.line(place.lines.start).strip_prefix(&lead.first)?)?;
                let inner =
                    Lead { first: format!("{}{sign}", lead.first), rest: format!("{}{sign}", lead.rest) };
                self.children(&Children::apart(blocks, place, edited), &inner)
            }
            (Block::Footnote { label, blocks }, Block::Footnote { label: new_label, blocks: edited })
                if label == new_label =>
            {
                let line = self.line(place.lines.start).strip_prefix(&lead.first)?;
                let sign = &line[..line.find("]:")? + 2];
                let gap = line[sign.len()..].len() - line[sign.len()..].trim_start_matches([' ', '\t']).len();
                let first = format!("{}{}", lead.first, &line[..sign.len() + gap]);
                let inner = Lead { first, rest: format!("{}    ", lead.rest) };
                self.children(&Children::apart(blocks, place, edited), &inner)
            }
            (Block::Details(one), Block::Details(two)) => self.details(one, place, two, lead),
            (
                Block::List { kind, tight, items },
                Block::List { kind: new_kind, tight: new_tight, items: edited },
            ) if kind == new_kind && tight == new_tight => {
                self.list(&Lists { kind: *kind, tight: *tight, old: items, new: edited }, place, lead)
            }
            (Block::Table(one), Block::Table(two)) if one.align == two.align => {
                self.table(one, place, two, lead)
            }
            (Block::Paragraph(_), Block::Paragraph(_)) | (Block::Heading { .. }, Block::Heading { .. }) => {
                self.leaf(old, place, new, lead)
            }
            (Block::Code { .. }, Block::Code { .. }) | (Block::Definition(_), Block::Definition(_)) => {
                self.leaf(old, place, new, lead)
            }
            _ => None,
        }
    }

    pub fn line(&self, at: usize) -> &str {
        self.lines.text(&(at..at + 1))
    }

    /// A block without blocks in it, word by word.
    fn leaf(&self, old: &Block, place: &Place, new: &Block, lead: &Lead) -> Option<String> {
        let (source, leads) = self.bare(place, lead)?;
        let [before, after] = [old, new].map(bare_text);
        let lines =
            if matches!(new, Block::Paragraph(_)) { patch::Lines::OfText } else { patch::Lines::OfForm };
        let text = patch::patched(&before, &source, &after, lines)?;
        if !self.context.reads_as(&text, &[new]) {
            return None;
        }
        let same_lines = text.split('\n').count() == leads.len();
        Some(if same_lines { led_as(&text, leads.into_iter()) } else { led(&text, lead) })
    }

    /// The lines of a block without their lead and without carriage returns, and what stood before each.
    fn bare<'b>(&'b self, place: &Place, lead: &Lead) -> Option<(String, Vec<&'b str>)> {
        let mut out = String::new();
        let mut leads = Vec::with_capacity(place.lines.len());
        for at in place.lines.clone() {
            let line = self.line(at).trim_end_matches(['\n', '\r']);
            let text = if at == place.lines.start {
                line.strip_prefix(&lead.first)?
            } else {
                out.push('\n');
                // A line may leave the signs out where a paragraph goes on (CommonMark 5.1, laziness).
                line.strip_prefix(&lead.rest).unwrap_or_else(|| line.trim_start_matches([' ', '\t', '>']))
            };
            leads.push(&line[..line.len() - text.len()]);
            out.push_str(text);
        }
        Some((out, leads))
    }

    pub fn children(&self, children: &Children<'_>, lead: &Lead) -> Option<String> {
        let Children { old, places, new, .. } = children;
        if new.is_empty() || old.is_empty() {
            return None;
        }
        let mut out = String::new();
        let mut above: Option<(Option<usize>, &Block)> = None;
        for (from, to) in
            aligned(old.len(), new.len(), |a, b| same(&old[a], &new[b]), |a| key(&old[a]), |b| key(&new[b]))
        {
            let Some(to) = to else { continue };
            let block = &new[to];
            if let Some((before, upper)) = above {
                out.push_str(&self.gap(children, before, from, upper, block, lead));
            }
            let own = if to == 0 {
                lead.clone()
            } else {
                Lead { first: lead.rest.clone(), rest: lead.rest.clone() }
            };
            // The first child of an item has the item's marker on its line.
            let placed = from.filter(|from| (*from == 0) == (to == 0) || lead.first == lead.rest);
            out.push_str(&self.child(
                placed.map(|from| (&old[from], &places[from])),
                block,
                &own,
                children.in_item,
            ));
            above = Some((from, block));
        }
        Some(out)
    }

    fn child(&self, old: Option<(&Block, &Place)>, new: &Block, lead: &Lead, in_item: bool) -> String {
        let inner = Source { lines: self.lines, context: self.context, signs: [None; 2] };
        let Some((block, place)) = old else { return inner.fresh(new, lead, in_item) };
        if same(block, new) && self.line(place.lines.start).starts_with(&lead.first) {
            return self.lines.text(&place.lines).trim_end_matches(['\n', '\r']).replace("\r\n", "\n");
        }
        inner.rewritten(block, place, new, lead).unwrap_or_else(|| inner.fresh(new, lead, in_item))
    }

    /// What stands between two children, from the end of one's last line.
    fn gap(
        &self,
        children: &Children<'_>,
        above: Option<usize>,
        below: Option<usize>,
        upper: &Block,
        lower: &Block,
        lead: &Lead,
    ) -> String {
        if let (Some(above), Some(below)) = (above, below)
            && below == above + 1
            && children.places[above].lines.end <= children.places[below].lines.start
        {
            let lines = children.places[above].lines.end..children.places[below].lines.start;
            let gap = format!("\n{}", self.lines.text(&lines).replace("\r\n", "\n"));
            if !needs_blank_line(upper, lower) || !lines.is_empty() {
                return gap;
            }
        }
        if children.tight && !needs_blank_line(upper, lower) {
            return "\n".to_owned();
        }
        format!("\n{}\n", lead.rest.trim_end())
    }

    fn details(&self, old: &Details, place: &Place, new: &Details, lead: &Lead) -> Option<String> {
        if (old.open, old.compact, &old.summary) != (new.open, new.compact, &new.summary)
            || lead.first != lead.rest
        {
            return None;
        }
        let (first, last) = (place.inner.first()?, place.inner.last()?);
        let head = self.lines.text(&(place.lines.start..first.lines.start));
        let tail = self.lines.text(&(last.lines.end..place.lines.end));
        let children = Children::apart(&old.blocks, place, &new.blocks);
        let inner = self.children(&children, &Lead { first: lead.rest.clone(), rest: lead.rest.clone() })?;
        let text = format!("{head}{inner}\n{}", tail.trim_end_matches(['\n', '\r']));
        Some(text.replace("\r\n", "\n"))
    }
}

/// A block as it is written by itself.
fn bare_text(block: &Block) -> String {
    let mut text = String::new();
    write::block(block, careful(block), Around::default(), &mut text);
    text
}

/// How many lines went and came from one text to the other.
fn lines_between(one: &str, other: &str) -> (usize, usize) {
    let [one, other] = [one, other].map(|text| text.split('\n').collect::<Vec<&str>>());
    let ops = capture_diff_slices(Algorithm::Myers, &one, &other);
    let changed = ops.iter().filter(|op| !matches!(op, DiffOp::Equal { .. }));
    changed.fold((0, 0), |(gone, come), op| (gone + op.old_range().len(), come + op.new_range().len()))
}

fn quote_sign(line: &str) -> Option<&str> {
    let start = line.len() - line.trim_start_matches(' ').len();
    let rest = line[start..].strip_prefix('>')?;
    Some(&line[..start + 1 + usize::from(rest.starts_with(' '))])
}

/// Lines with their lead.
pub(super) fn led(text: &str, lead: &Lead) -> String {
    led_as(text, std::iter::once(lead.first.as_str()).chain(std::iter::repeat(lead.rest.as_str())))
}

/// Lines with a lead each; blank ones get no spaces.
fn led_as<'a>(text: &str, leads: impl Iterator<Item = &'a str>) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for (index, (line, lead)) in text.split('\n').zip(leads).enumerate() {
        if index > 0 {
            out.push('\n');
        }
        out.push_str(if line.is_empty() { lead.trim_end() } else { lead });
        out.push_str(line);
    }
    out
}
