//! A verification's report for people: as lines of text and as a page, in English and French.

use askama::Template;

use crate::report::{Finding, Report, SeriesReport, Severity};
use crate::sign::TimeStamp;
use crate::v1::Language;

/// The report on a set of exports as text: a paragraph an export, a line a finding.
#[must_use]
pub fn report_text(series: &SeriesReport, language: Language) -> String {
    let w = Words::of_language(language);
    let mut out = String::new();
    for report in &series.exports {
        out += &format!("{}\n  {}\n  {}\n", report.path.display(), w.sentence(report), w.counts(report));
        out += &format!("  SHA-256 {}\n", report.sha256);
        if let Some(selection) = w.selection(report) {
            out += &format!("  {selection}\n");
        }
        if let Some(stamp) = &report.time_stamp {
            out += &format!("  {}\n", w.stamped(stamp));
        }
        report.findings.iter().for_each(|finding| out += &w.line(finding));
        if report.findings_left_off > 0 {
            out += &format!("  {}\n", w.left_off(&report.findings_left_off));
        }
    }
    if !series.findings.is_empty() {
        out += &format!("{}\n", w.between);
        series.findings.iter().for_each(|finding| out += &w.line(finding));
    }
    out
}

/// The report on a set of exports as an HTML page that needs nothing else and runs nothing.
#[must_use]
pub fn report_page(series: &SeriesReport, language: Language) -> String {
    let page = Page { w: Words::of_language(language), exports: &series.exports, between: &series.findings };
    // Writing to a String does not fail.
    page.render().unwrap_or_default()
}

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    w: Words,
    exports: &'a [Report],
    between: &'a [Finding],
}

#[derive(Template)]
#[template(path = "findings.html")]
struct Table<'a> {
    w: &'a Words,
    findings: &'a [Finding],
}

/// What a report says in one language.
struct Words {
    french: bool,
    lang: &'static str,
    title: &'static str,
    between: &'static str,
    nothing: &'static str,
    severity: &'static str,
    code: &'static str,
    place: &'static str,
    meaning: &'static str,
}

impl Words {
    fn of_language(language: Language) -> Self {
        match language {
            Language::En => Self {
                french: false,
                lang: "en",
                title: "Verification of Fonds exports",
                between: "Between the exports",
                nothing: "Nothing was found.",
                severity: "Severity",
                code: "Code",
                place: "Place",
                meaning: "What it means",
            },
            Language::Fr => Self {
                french: true,
                lang: "fr",
                title: "Vérification d’exports Fonds",
                between: "Entre les exports",
                nothing: "Rien n’a été constaté.",
                severity: "Gravité",
                code: "Code",
                place: "Endroit",
                meaning: "Ce que cela veut dire",
            },
        }
    }

    fn sentence(&self, report: &Report) -> &'static str {
        if self.french { report.summary_fr() } else { report.summary_en() }
    }

    fn means(&self, finding: &Finding) -> &'static str {
        if self.french { finding.fr } else { finding.en }
    }

    fn of(&self, finding: &Finding) -> &'static str {
        match (finding.severity, self.french) {
            (Severity::Error, false) => "error",
            (Severity::Error, true) => "erreur",
            (Severity::Warning, false) => "warning",
            (Severity::Warning, true) => "avertissement",
        }
    }

    fn selection(&self, report: &Report) -> Option<String> {
        let language = if self.french { Language::Fr } else { Language::En };
        Some(report.header.as_ref()?.selection.as_ref()?.sentence(language))
    }

    fn counts(&self, r: &Report) -> String {
        let (posts, revisions, versions, entries) =
            (r.posts, r.revisions, r.attachment_versions, r.journal_entries);
        if self.french {
            format!(
                "billets\u{a0}: {posts} · révisions\u{a0}: {revisions} · versions de pièces jointes\u{a0}: {versions} · entrées du journal\u{a0}: {entries}"
            )
        } else {
            format!(
                "posts: {posts} · revisions: {revisions} · attachment versions: {versions} · journal entries: {entries}"
            )
        }
    }

    fn stamped(&self, stamp: &TimeStamp) -> String {
        let TimeStamp { at, authority, trusted } = stamp;
        match (self.french, trusted) {
            (false, true) => format!("Time-stamped at {at} by {authority}, an authority that you trust."),
            (false, false) => {
                format!("Time-stamped at {at} by {authority}, as it says; nothing vouches for it.")
            }
            (true, true) => {
                format!("Horodaté le {at} par {authority}, une autorité à laquelle vous faites confiance.")
            }
            (true, false) => {
                format!("Horodaté le {at} par {authority}, à l’en croire\u{202f}; rien ne s’en porte garant.")
            }
        }
    }

    fn left_off(&self, count: &u64) -> String {
        if self.french {
            format!("{count} constats de plus n’ont pas été gardés.")
        } else {
            format!("{count} more findings were left off.")
        }
    }

    fn line(&self, finding: &Finding) -> String {
        let detail = if finding.detail.is_empty() { String::new() } else { format!(" ({})", finding.detail) };
        let (severity, code) = (self.of(finding), finding.code.as_str());
        format!("  {severity}  {code}  {}{detail}  {}\n", finding.place, self.means(finding))
    }

    fn findings(&self, findings: &[Finding]) -> String {
        Table { w: self, findings }.render().unwrap_or_default()
    }
}
