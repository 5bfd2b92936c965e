//! `fonds-verify`: judges exports of Fonds libraries, and needs nothing but the zips.
//!
//! Exit codes: 0 whole; 1 findings; 2 bad usage; 3 could not be done.

use std::io::Write as _;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::ExitCode;

use fonds_archive::sign::{Authorities, Evidence, PublicKey, Trust, judge};
use fonds_archive::v1::Language;
use fonds_archive::{SeriesReport, Verdict, report_page, report_text, verify, verify_series};

const USAGE: &str = "\
fonds-verify ZIP… [--key PUB] [--authorities FILE] [--json] [--html FILE] [--lang en|fr]

Judges exports of Fonds libraries; several are judged as a series. Prints a report, or JSON with --json; --html
also writes it as a page. PUB is a minisign public key: its file or its one line. FILE of --authorities holds
certificates (PEM) of trusted time-stamp authorities.
Exit codes: 0 whole, 1 findings, 2 bad usage, 3 could not be done.

Juge des exports de bibliothèques Fonds ; plusieurs sont jugés comme une série. Imprime un rapport, ou du JSON
avec --json ; --html l’écrit aussi sous forme de page. PUB est une clé publique minisign : son fichier ou sa ligne.
Codes de sortie : 0 intègre, 1 constats, 2 mauvais emploi, 3 impossible.
";

/// What was asked.
struct Asked {
    zips: Vec<PathBuf>,
    key: Option<String>,
    authorities: Option<PathBuf>,
    json: bool,
    html: Option<PathBuf>,
    language: Language,
}

fn main() -> ExitCode {
    let Some(asked) = asked(std::env::args_os().skip(1)) else {
        let _ = std::io::stderr().write_all(USAGE.as_bytes());
        return ExitCode::from(2);
    };
    match run(&asked) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "{error}");
            ExitCode::from(3)
        }
    }
}

fn asked(arguments: impl Iterator<Item = std::ffi::OsString>) -> Option<Asked> {
    let mut asked = Asked {
        zips: Vec::new(),
        key: None,
        authorities: None,
        json: false,
        html: None,
        language: system_language(),
    };
    let mut arguments = arguments;
    while let Some(argument) = arguments.next() {
        match argument.to_str() {
            Some("--json") => asked.json = true,
            Some("--key") => asked.key = Some(arguments.next()?.into_string().ok()?),
            Some("--authorities") => asked.authorities = Some(arguments.next()?.into()),
            Some("--html") => asked.html = Some(arguments.next()?.into()),
            Some("--lang") => asked.language = language(arguments.next()?.to_str()?)?,
            Some(option) if option.starts_with('-') => return None,
            _ => asked.zips.push(argument.into()),
        }
    }
    (!asked.zips.is_empty()).then_some(asked)
}

fn language(name: &str) -> Option<Language> {
    match name {
        "en" => Some(Language::En),
        "fr" => Some(Language::Fr),
        _ => None,
    }
}

fn system_language() -> Language {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
    if set.is_some_and(|value| value.starts_with("fr")) { Language::Fr } else { Language::En }
}

/// Answers whether everything is whole.
fn run(asked: &Asked) -> Result<bool, Box<dyn std::error::Error>> {
    let trust = trust(asked)?;
    let go = &mut |_: fonds_archive::Progress<'_>| ControlFlow::Continue(());
    let mut series = match asked.zips.as_slice() {
        [one] => {
            let report = verify(one, go)?;
            let (verdict, origin) = (report.verdict, report.origin.clone());
            SeriesReport { exports: vec![report], findings: vec![], verdict, origin }
        }
        several => verify_series(several, go)?,
    };
    let evidence = Evidence::of_set(&series.exports)?;
    for (report, evidence) in series.exports.iter_mut().zip(&evidence) {
        judge(report, evidence, &trust)?;
    }
    if let Some(html) = &asked.html {
        std::fs::write(html, report_page(&series, asked.language))
            .map_err(|e| format!("{} could not be written: {e}", html.display()))?;
    }
    let mut out = std::io::stdout().lock();
    if asked.json {
        serde_json::to_writer_pretty(&mut out, &series)?;
        writeln!(out)?;
    } else {
        out.write_all(report_text(&series, asked.language).as_bytes())?;
    }
    let chained = asked.zips.len() == 1 || series.verdict == Verdict::Whole;
    Ok(chained && series.exports.iter().all(|report| report.verdict == Verdict::Whole))
}

fn trust(asked: &Asked) -> Result<Trust, Box<dyn std::error::Error>> {
    let key = match &asked.key {
        None => None,
        Some(name) => {
            let text = std::fs::read_to_string(name).unwrap_or_else(|_| name.clone());
            Some(PublicKey::parse(&text)?)
        }
    };
    let authorities = match &asked.authorities {
        None => None,
        Some(file) => Some(Authorities::parse(&std::fs::read_to_string(file)?)?),
    };
    Ok(Trust { key, authorities })
}
