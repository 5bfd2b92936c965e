//! Exports: making, verifying and restoring them.

use std::path::PathBuf;

use crate::context::Context;
use crate::meter::Meter;
use crate::output::Output;
use crate::words::{say, size};
use crate::{Result, proof};
use clap::Args;
use fonds_app::{ExportRequest, FindingView, Language, SelectionRequest, VerifyReport};

/// `export`'s arguments.
#[derive(Args)]
pub struct Export {
    /// The folder that the zip is put into; made where it is missing
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    /// Only what changed since the export before; everything, where there is none to build on
    #[arg(long)]
    incremental: bool,
    /// Only posts filed under this category or below it; give it again for more. A selection is a series of its own
    #[arg(long, value_name = "C", conflicts_with = "incremental")]
    category: Vec<String>,
    /// Only posts with a revision made on this day (UTC) or later, such as 2026-01-01
    #[arg(long, value_name = "DAY", conflicts_with = "incremental")]
    from: Option<String>,
    /// Only posts with a revision made on this day (UTC) or earlier
    #[arg(long, value_name = "DAY", conflicts_with = "incremental")]
    until: Option<String>,
    /// Only posts in this state: draft, approved, scheduled, published or withdrawn; give it again for more
    #[arg(long, value_name = "STATE", conflicts_with = "incremental")]
    status: Vec<String>,
    /// The export's time, such as 2026-11-23T14:32:05Z [default: now]
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// Sign it with this key of `fonds key list`: writes a `.minisig` beside the zip
    #[arg(long, value_name = "KEY")]
    sign: Option<String>,
    #[command(flatten)]
    password: proof::Password,
    /// Also have the time-stamp authority vouch for its time: writes a `.tsr` beside the zip
    #[arg(long)]
    timestamp: bool,
    #[command(flatten)]
    authority: proof::Authority,
}

/// `verify`'s arguments.
#[derive(Args)]
pub struct Verify {
    /// The zips; several are verified as a series
    #[arg(value_name = "ZIP", required = true)]
    zips: Vec<PathBuf>,
    /// The public key that has to have signed them: minisign's file, its one line, or a key of `fonds key list`
    #[arg(long, value_name = "PUB")]
    key: Option<String>,
    /// Also write the report as a page to this file
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Certificates (PEM) of the time-stamp authorities that are trusted, or of those who issued theirs
    #[arg(long, value_name = "FILE")]
    authorities: Option<PathBuf>,
}

/// `restore`'s arguments.
#[derive(Args)]
pub struct Restore {
    /// The export; or the last full one with every incremental one after it
    #[arg(value_name = "ZIP", required = true)]
    zips: Vec<PathBuf>,
    /// The library's new folder, which must not exist or be empty
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
}

/// `rebuild`'s arguments.
#[derive(Args)]
pub struct Rebuild {
    /// The newest full export, with every incremental one after it
    #[arg(value_name = "ZIP", required = true)]
    zips: Vec<PathBuf>,
}

/// Makes the next export and prints its path.
pub fn export(context: &mut Context, export: &Export) -> Result<()> {
    let key = export.sign.as_deref().map(|name| proof::open(context, name, export.password)).transpose()?;
    let authority = if export.timestamp {
        Some(export.authority.authority.as_deref().ok_or_else(fonds_app::Error::no_authority)?)
    } else {
        None
    };
    let selection = SelectionRequest {
        categories: export.category.clone(),
        from: export.from.clone(),
        until: export.until.clone(),
        statuses: export.status.clone(),
    };
    let request = ExportRequest::new(&export.to, export.at.as_deref())?
        .incremental(export.incremental)
        .select(selection);
    let mut session = context.open()?;
    let mut meter = Meter::new(context.language, context.output.json());
    let made = session.export(&request, &mut |step| meter.step(step))?;
    drop(meter);
    let language = context.language;
    let zip = PathBuf::from(made.path.as_deref().unwrap_or_default());
    proof::prove(context, &zip, key.as_ref(), authority)?;
    context.output.answer(&made, |out, made| {
        let size = size(language, made.size);
        let values: [(&str, &dyn std::fmt::Display); 4] = [
            ("sequence", &made.sequence),
            ("series", &made.series),
            ("size", &size),
            ("sha256", &made.sha256),
        ];
        out.message(&say(language, "export.done", &values));
        out.exact(made.path.as_deref().unwrap_or_default())?;
        out.exact("\n")
    })
}

/// Verifies one zip, or several as a series. Anything but whole is exit code 1.
pub fn verify(context: &mut Context, verify: &Verify) -> Result<()> {
    let language = context.language;
    let trust = fonds_app::trust(verify.key.as_deref(), verify.authorities.as_deref())?;
    let mut meter = Meter::new(language, context.output.json());
    let step = &mut |step: &_| meter.step(step);
    let verified = fonds_app::verify(&verify.zips, |_| Ok(trust.clone()), language, step)?;
    drop(meter);
    if let Some(path) = &verify.html {
        std::fs::write(path, verified.page()).map_err(fonds_app::Error::io(path))?;
    }
    let set = verified.into_view();
    context.findings |= set.exports.iter().any(|report| report.verdict != "whole")
        || set.findings.iter().any(|finding| finding.severity == "error");
    context.output.answer(&set, |out, set| {
        set.exports.iter().try_for_each(|report| report_lines(out, report, language))?;
        set.findings.iter().try_for_each(|finding| finding_line(out, finding, language))
    })
}

fn report_lines(out: &mut Output, report: &VerifyReport, language: Language) -> Result<()> {
    out.line(&report.path)?;
    let verdict = say(language, &format!("verdict.{}", report.verdict), &[]);
    out.line(&format!("  {verdict}  {}", report.sentence))?;
    let colon = if language == Language::Fr { "\u{a0}:" } else { ":" };
    let counts: Vec<_> =
        report.checked.iter().map(|checked| format!("{}{colon} {}", checked.label, checked.count)).collect();
    out.line(&format!("  {}", counts.join(" · ")))?;
    if let Some(selection) = &report.selection {
        out.line(&format!("  {selection}"))?;
    }
    if let Some(key) = &report.signed_by {
        out.line(&format!("  {}", say(language, "verify.signed", &[("key", key)])))?;
    }
    if let Some(stamp) = &report.time_stamp {
        let key = if stamp.trusted { "verify.stamped" } else { "verify.stamped_untrusted" };
        out.line(&format!("  {}", say(language, key, &[("by", &stamp.authority), ("at", &stamp.at)])))?;
    }
    report.findings.iter().try_for_each(|finding| finding_line(out, finding, language))
}

fn finding_line(out: &mut Output, finding: &FindingView, language: Language) -> Result<()> {
    let severity = say(language, &format!("severity.{}", finding.severity), &[]);
    out.line(&format!("  {severity}  {}  {}  {}", finding.code, finding.place, finding.message))
}

/// Rebuilds a library.
pub fn restore(context: &mut Context, restore: &Restore) -> Result<()> {
    let language = context.language;
    let mut meter = Meter::new(language, context.output.json());
    let to = std::path::absolute(&restore.to).unwrap_or_else(|_| restore.to.clone());
    let step = &mut |step: &_| meter.step(step);
    let view = fonds_app::restore(&restore.zips, &to, &context.actor, language, step)?;
    drop(meter);
    context.output.answer(&view, |out, view| {
        out.line(&say(language, "restore.done", &[("name", &view.name), ("path", &view.path)]))
    })
}

/// Makes the library's database anew. A conflict between the export and a file is a finding.
pub fn rebuild(context: &mut Context, rebuild: &Rebuild) -> Result<()> {
    let language = context.language;
    let mut meter = Meter::new(language, context.output.json());
    let step = &mut |step: &_| meter.step(step);
    let root = context.library_folder();
    let (session, events) = fonds_app::rebuild(&root, &rebuild.zips, &context.actor, language, step)?;
    drop(meter);
    for event in &events {
        context.output.message(&crate::folder::describe(&session, event, language));
    }
    context.findings |= events.iter().any(|event| matches!(event.kind, "conflicted" | "refused"));
    let view = session.view()?;
    context.output.answer(&view, |out, view| {
        out.line(&say(language, "restore.done", &[("name", &view.name), ("path", &view.path)]))
    })
}
