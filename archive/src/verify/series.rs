//! Judges several exports of one series: each by itself, then the chain between them, then what they make up.

use std::collections::BTreeMap;
use std::path::Path;

use super::records::complete;
use super::{Facts, OnProgress, judge};
use crate::Result;
use crate::export::peek;
use crate::report::{Code, Finding, Findings, Origin, Report, SeriesReport, Verdict};
use crate::v1::{Changes, JournalEnd, Library, Mode, retention_faults, rules};

/// Judges exports of one series, given in any order. The set may begin after the first export; that its
/// beginning is not there is no fault, a gap within it is. Where incremental exports follow one another from a
/// full one on, the library that they make up is judged after each.
///
/// # Errors
/// As [`verify`](super::verify).
pub fn verify_series<P: AsRef<Path>>(paths: &[P], progress: OnProgress<'_>) -> Result<SeriesReport> {
    let mut order = Vec::new();
    for path in paths {
        let sequence = peek(path.as_ref())?.map_or(u32::MAX, |header| header.sequence);
        order.push((sequence, path.as_ref()));
    }
    order.sort_by_key(|(sequence, _)| *sequence);
    let mut found = Findings::default();
    let mut state = State::default();
    let mut exports: Vec<Report> = Vec::new();
    for (_, path) in order {
        let (report, facts) = judge(path, state.journal.as_ref().map(|end| end.seq), progress)?;
        if !exports.iter().any(|earlier| earlier.sha256 == report.sha256) {
            state.follow(&report, facts, &mut found);
        }
        exports.push(report);
    }
    chain(&exports, &mut found);
    let whole = found.errors == 0 && exports.iter().all(|r| r.verdict == Verdict::Whole);
    Ok(SeriesReport {
        exports,
        findings: found.list,
        verdict: if whole { Verdict::Whole } else { Verdict::Damaged },
        origin: Origin::NotProved,
    })
}

/// What the exports so far make up.
#[derive(Debug, Default)]
struct State {
    /// The last export's place in the series.
    sequence: u32,
    series: Option<(String, String)>,
    journal: Option<JournalEnd>,
    /// The holds of the last export, and whether each was released.
    holds: BTreeMap<String, bool>,
    /// The library; none where the exports so far do not reach back to a full one.
    library: Option<(Library, Facts)>,
}

impl State {
    /// Goes on to the next export of the set.
    fn follow(&mut self, report: &Report, mut facts: Facts, found: &mut Findings) {
        let Some(header) = &report.header else { return };
        let place = report.path.to_string_lossy();
        let series = (header.series.clone(), header.series_id.clone());
        if *self.series.get_or_insert_with(|| series.clone()) != series {
            return;
        }
        let adjacent = self.sequence + 1 == header.sequence;
        if self.sequence < header.sequence {
            self.journal(&facts, &place, adjacent, found);
            self.holds(&facts, &place, found);
        }
        self.sequence = header.sequence;
        self.journal = facts.journal_end.take();
        if header.mode == Mode::Full {
            self.library = facts.library.take().map(|library| (library, facts));
            return;
        }
        let base = self.library.take().filter(|_| adjacent);
        let (Some((library, mut objects)), Some(changes), Some(change)) =
            (base, facts.changes.take(), facts.library.take())
        else {
            found.push(Finding::new(Code::SeriesIncomplete, place, ""));
            return;
        };
        apply(&mut objects, &changes, facts, &place, found);
        let library = library.merged(change);
        rules::reference_faults(&library, &mut |f| found.push(f));
        retention_faults(&objects.retention, Some(&library), &mut |f| found.push(f));
        complete(&library, &objects, true, found);
        self.library = Some((library, objects));
    }

    /// A hold that was placed stays on record, and one that was released stays released.
    fn holds(&mut self, facts: &Facts, place: &str, found: &mut Findings) {
        let holds = facts.retention.holds.iter().map(|hold| (hold.id.clone(), hold.released.is_some()));
        let now: BTreeMap<String, bool> = holds.collect();
        for (id, released) in &self.holds {
            if now.get(id).is_none_or(|still| *released && !still) {
                found.add(Code::RetentionJournal, place, format!("hold {id}"));
            }
        }
        self.holds = now;
    }

    /// The journal goes on from the export before, and repeats it where it is told again.
    fn journal(&self, facts: &Facts, place: &str, adjacent: bool, found: &mut Findings) {
        let Some(end) = &self.journal else { return };
        let goes_on = match &facts.changes {
            Some(changes) => !adjacent || changes.journal == *end,
            None => end.seq == 0 || facts.journal_mark.as_ref() == Some(&end.hash),
        };
        if !goes_on && facts.journal_end.is_some() {
            found.add(Code::SeriesJournal, place, format!("entry {}", end.seq));
        }
    }
}

/// Brings the objects of an incremental export over those before it.
fn apply(objects: &mut Facts, changes: &Changes, carried: Facts, place: &str, found: &mut Findings) {
    let mut wrong = |id: &str| found.add(Code::SeriesObjects, format!("object {id}"), place);
    for object in changes.added.iter().filter(|o| objects.inventories.contains_key(&o.id)) {
        wrong(&object.id);
    }
    for object in &changes.changed {
        if objects.inventories.get(&object.id) != Some(&object.before) {
            wrong(&object.id);
        }
    }
    for object in &changes.removed {
        if objects.inventories.remove(&object.id).as_ref() != Some(&object.inventory) {
            wrong(&object.id);
        }
        objects.posts.remove(&object.id);
        objects.attachments.remove(&object.id);
        objects.captures.remove(&object.id);
        objects.named.remove(&object.id);
    }
    for id in carried.inventories.keys() {
        objects.named.remove(id);
    }
    objects.retention = carried.retention;
    objects.inventories.extend(carried.inventories);
    objects.posts.extend(carried.posts);
    objects.attachments.extend(carried.attachments);
    objects.captures.extend(carried.captures);
    objects.named.extend(carried.named);
}

fn chain(exports: &[Report], found: &mut Findings) {
    let mut places: BTreeMap<u32, Vec<&Report>> = BTreeMap::new();
    let mut series = None;
    for report in exports {
        let Some(header) = &report.header else { continue };
        let id = (&header.series, &header.series_id);
        if *series.get_or_insert(id) != id {
            found.add(Code::SeriesMixed, report.path.to_string_lossy(), format!("{} {}", id.0, id.1));
            continue;
        }
        places.entry(header.sequence).or_default().push(report);
    }
    let mut before: Option<(u32, Vec<&str>)> = None;
    for (sequence, reports) in &places {
        let digests: Vec<&str> = reports.iter().map(|r| r.sha256.as_str()).collect();
        for (i, report) in reports.iter().enumerate().skip(1) {
            let code = if digests[..i].contains(&report.sha256.as_str()) {
                Code::SeriesDuplicate
            } else {
                Code::SeriesFork
            };
            found.add(code, report.path.to_string_lossy(), format!("v{sequence:04}"));
        }
        if let Some((last, last_digests)) = &before {
            if *last + 1 != *sequence {
                found.add(Code::SeriesGap, "", format!("v{:04} to v{:04}", last + 1, sequence - 1));
            } else {
                for report in reports {
                    let named = report.header.as_ref().and_then(|h| h.previous.as_ref());
                    if !named.is_some_and(|p| last_digests.contains(&p.sha256.as_str())) {
                        let detail = format!("v{last:04}");
                        found.add(Code::SeriesPreviousMismatch, report.path.to_string_lossy(), detail);
                    }
                }
            }
        }
        before = Some((*sequence, digests));
    }
}
