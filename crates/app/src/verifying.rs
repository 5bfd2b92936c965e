//! Verification of exports: needs the zips and nothing else.

use std::path::Path;

use fonds_archive::sign::{Trust, judge};
use fonds_archive::{Origin, Report, Severity, Verdict};

use crate::exporting::task_progress;
use crate::{CheckedCount, FindingView, Language, Progress, Result, TimeStampView, VerifyReport};

/// Verifies one zip.
///
/// # Errors
/// Only when it could not be looked at; whatever is wrong in it is a finding.
pub fn verify(
    zip: &Path,
    trust: &Trust,
    language: Language,
    progress: &mut Progress<'_>,
) -> Result<VerifyReport> {
    let mut report = fonds_archive::verify(zip, &mut |p| progress(&task_progress(&p)))?;
    judge(&mut report, trust)?;
    Ok(view(report, language))
}

/// Verifies the zips of a series, each by itself and the chain between them.
pub fn verify_series(
    zips: &[impl AsRef<Path>],
    trust: &Trust,
    language: Language,
    progress: &mut Progress<'_>,
) -> Result<(Vec<VerifyReport>, Vec<FindingView>)> {
    let mut series = fonds_archive::verify_series(zips, &mut |p| progress(&task_progress(&p)))?;
    series.exports.iter_mut().try_for_each(|report| judge(report, trust))?;
    let between = series.findings.into_iter().map(|finding| finding_view(finding, language)).collect();
    Ok((series.exports.into_iter().map(|report| view(report, language)).collect(), between))
}

fn view(report: Report, language: Language) -> VerifyReport {
    let sentence = match language {
        Language::En => report.summary_en(),
        Language::Fr => report.summary_fr(),
    };
    let counts = [
        ("entries", report.entries),
        ("posts", report.posts),
        ("revisions", report.revisions),
        ("attachments", report.attachment_versions),
        ("journal", report.journal_entries),
    ];
    let label = |name: &str| crate::text(&format!("checked.{name}"), language).into_owned();
    VerifyReport {
        path: report.path.to_string_lossy().into_owned(),
        verdict: match report.verdict {
            Verdict::Whole => "whole",
            Verdict::Unproved => "unproved",
            Verdict::Damaged => "damaged",
        }
        .into(),
        signed_by: match report.origin {
            Origin::NotProved => None,
            Origin::Signed { key } => Some(key),
        },
        time_stamp: report.time_stamp.map(|stamp| TimeStampView {
            at: stamp.at,
            authority: stamp.authority,
            trusted: stamp.trusted,
        }),
        sentence: sentence.into(),
        checked: counts.into_iter().map(|(name, count)| CheckedCount { label: label(name), count }).collect(),
        findings: report.findings.into_iter().map(|finding| finding_view(finding, language)).collect(),
    }
}

fn finding_view(finding: fonds_archive::Finding, language: Language) -> FindingView {
    FindingView {
        code: finding.code.as_str().into(),
        severity: if finding.severity == Severity::Error { "error" } else { "warning" }.into(),
        place: if finding.detail.is_empty() {
            finding.place
        } else {
            format!("{} ({})", finding.place, finding.detail)
        },
        message: match language {
            Language::En => finding.en,
            Language::Fr => finding.fr,
        }
        .into(),
    }
}
