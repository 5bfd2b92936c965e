//! Judges several exports of one series: each by itself, then the chain between them.

use std::collections::BTreeMap;
use std::path::Path;

use super::{OnProgress, verify};
use crate::Result;
use crate::report::{Code, Findings, Origin, Report, SeriesReport, Verdict};

/// Judges exports of one series, given in any order. The set may begin after the first export; that its
/// beginning is not there is no fault, a gap within it is.
///
/// # Errors
/// As [`verify`].
pub fn verify_series<P: AsRef<Path>>(paths: &[P], progress: OnProgress<'_>) -> Result<SeriesReport> {
    let mut exports = Vec::new();
    for path in paths {
        exports.push(verify(path.as_ref(), progress)?);
    }
    exports.sort_by_key(|r| r.header.as_ref().map_or(u32::MAX, |h| h.sequence));
    let mut found = Findings::default();
    chain(&exports, &mut found);
    let whole = found.errors == 0 && exports.iter().all(|r| r.verdict == Verdict::Whole);
    Ok(SeriesReport {
        exports,
        findings: found.list,
        verdict: if whole { Verdict::Whole } else { Verdict::Damaged },
        origin: Origin::NotProved,
    })
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
