//! Bringing in texts from elsewhere.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use fonds_app::ImportReport;

use crate::Result;
use crate::context::Context;
use crate::meter::Meter;
use crate::words::{counted, say};

/// From where.
#[derive(Subcommand)]
pub enum ImportVerb {
    /// Every Markdown file below a folder becomes a post, every PDF an attachment; the folder is only read
    Markdown(Markdown),
}

/// `import markdown`'s arguments.
#[derive(Args)]
pub struct Markdown {
    /// The folder
    source: PathBuf,
    /// Only say what would be brought in
    #[arg(long)]
    dry_run: bool,
}

/// Imports. Files that were left are exit code 1.
pub fn run(context: &mut Context, verb: &ImportVerb) -> Result<()> {
    let ImportVerb::Markdown(markdown) = verb;
    let mut session = context.open()?;
    let mut meter = Meter::new(context.language, context.output.json());
    let report = session.import_markdown(&markdown.source, markdown.dry_run, &mut |step| meter.step(step))?;
    drop(meter);
    context.findings |= !report.skipped.is_empty();
    let language = context.language;
    context.output.answer(&report, |out, report| {
        if markdown.dry_run {
            for post in &report.imported {
                out.line(&format!("{}  {}", post.file, post.title))?;
            }
            out.message(&say(language, "import.dry_run", &[]));
        }
        for skipped in &report.skipped {
            let values: [(&str, &dyn std::fmt::Display); 2] =
                [("file", &skipped.file), ("reason", &skipped.reason)];
            out.message(&say(language, "import.skipped", &values));
        }
        out.line(&summary(report, language))
    })
}

fn summary(report: &ImportReport, language: fonds_app::Language) -> String {
    [
        counted(language, "count.posts", report.imported.len()),
        counted(language, "count.attachments", report.attachments.len()),
        counted(language, "count.known", report.known.len()),
        counted(language, "count.skipped", report.skipped.len()),
    ]
    .join(" · ")
}
