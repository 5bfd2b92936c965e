//! Verification of exports: needs the zips and nothing else.

use std::path::Path;

use fonds_archive::sign::{Evidence, Trust, judge};
use fonds_archive::{Origin, Report, SeriesReport, Severity, Verdict};

use crate::exporting::task_progress;
use crate::{CheckedCount, FindingView, Language, Progress, Result, TimeStampView, VerifyReport, VerifySet};

/// What a verification came to.
#[derive(Debug)]
pub struct Verified {
    series: SeriesReport,
    language: Language,
}

/// Verifies zips: one by itself, several as a series, each and the chain between them. `trust` says what is trusted of
/// whoever proved an export, given the proofs that there are.
///
/// # Errors
/// Only when a zip could not be looked at; whatever is wrong in it is a finding.
pub fn verify(
    zips: &[impl AsRef<Path>],
    trust: impl Fn(&Evidence) -> Result<Trust>,
    language: Language,
    progress: &mut Progress<'_>,
) -> Result<Verified> {
    let told = &mut |p: fonds_archive::Progress<'_>| progress(&task_progress(&p));
    let mut series = match zips {
        [one] => {
            let report = fonds_archive::verify(one.as_ref(), told)?;
            let (verdict, origin) = (report.verdict, report.origin.clone());
            SeriesReport { exports: vec![report], findings: vec![], verdict, origin }
        }
        several => fonds_archive::verify_series(several, told)?,
    };
    let evidence = Evidence::of_set(&series.exports)?;
    for (report, evidence) in series.exports.iter_mut().zip(&evidence) {
        judge(report, evidence, &trust(evidence)?)?;
    }
    Ok(Verified { series, language })
}

impl Verified {
    /// The report as a page that needs nothing else.
    #[must_use]
    pub fn page(&self) -> String {
        fonds_archive::report_page(&self.series, archive_language(self.language))
    }

    /// The report as it is shown.
    #[must_use]
    pub fn into_view(self) -> VerifySet {
        let Self { series, language } = self;
        let between = series.findings.into_iter().map(|finding| finding_view(finding, language)).collect();
        let exports: Vec<_> = series.exports.into_iter().map(|report| view(report, language)).collect();
        VerifySet { exports, findings: between }
    }
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
        selection: report
            .header
            .as_ref()
            .and_then(|header| header.selection.as_ref())
            .map(|selection| selection.sentence(archive_language(language))),
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

fn archive_language(language: Language) -> fonds_archive::v1::Language {
    match language {
        Language::En => fonds_archive::v1::Language::En,
        Language::Fr => fonds_archive::v1::Language::Fr,
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
