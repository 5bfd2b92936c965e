//! Tables with an edit in them: rows keep their lines.

use super::container::{Lead, Source};
use super::{aligned, key, patch};
use crate::convert::careful;
use crate::model::{Block, Inline, Table};
use crate::parse::Place;
use crate::write;

impl Source<'_> {
    /// A table with rows that changed, came or went; the columns are the same.
    pub fn table(&self, old: &Table, place: &Place, new: &Table, lead: &Lead) -> Option<String> {
        let rule = place.inner.first()?.lines.end;
        if rule >= place.lines.end {
            return None;
        }
        let mut out = self.row(Some((&old.rows[0], &place.inner[0])), new.rows.first()?, lead);
        out.push('\n');
        out.push_str(self.line(rule).trim_end_matches(['\n', '\r']));
        let rest = Lead { first: lead.rest.clone(), rest: lead.rest.clone() };
        let (olds, news) = (&old.rows[1..], &new.rows[1..]);
        let keys = |rows: &[Vec<Vec<Inline>>], at: usize| {
            key(&Block::Table(Table { align: Vec::new(), rows: vec![rows[at].clone()] }))
        };
        for (from, to) in
            aligned(olds.len(), news.len(), |a, b| olds[a] == news[b], |a| keys(olds, a), |b| keys(news, b))
        {
            let Some(to) = to else { continue };
            out.push('\n');
            let own = from.map(|from| (&olds[from], &place.inner[from + 1]));
            out.push_str(&self.row(own, &news[to], &rest));
        }
        Some(out)
    }

    fn row(&self, old: Option<(&Vec<Vec<Inline>>, &Place)>, new: &Vec<Vec<Inline>>, lead: &Lead) -> String {
        let written = |cells: &Vec<Vec<Inline>>| {
            let block = Block::Table(Table { align: vec![None; cells.len()], rows: vec![cells.clone()] });
            let mut text = String::new();
            write::row(cells, careful(&block), &mut text);
            text
        };
        let fresh = written(new);
        let Some((cells, place)) = old else { return format!("{}{fresh}", lead.first) };
        let line = self.line(place.lines.start).trim_end_matches(['\n', '\r']);
        if cells == new && line.starts_with(&lead.first) {
            return line.to_owned();
        }
        let patched = line.strip_prefix(&lead.first).and_then(|bare| {
            let text = patch::patched(&written(cells), bare, &fresh, patch::Lines::OfForm)?;
            let rule = "|---".repeat(new.len());
            let table = Block::Table(Table { align: vec![None; new.len()], rows: vec![new.clone()] });
            self.context.reads_as(&format!("{text}\n{rule}|"), &[&table]).then_some(text)
        });
        format!("{}{}", lead.first, patched.unwrap_or(fresh))
    }
}
