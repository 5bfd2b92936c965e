//! The main job, played.

use std::path::PathBuf;

use clap::Args;
use fonds_app::DemoStep;

use crate::Result;
use crate::context::Context;
use crate::words::say;

/// `demo`'s arguments.
#[derive(Args)]
pub struct Demo {
    /// The folder for the library, which must not exist or be empty; the exports go to its `exports`
    #[arg(value_name = "DIR")]
    dir: PathBuf,
}

/// Plays it, says each step, and where everything lies.
pub fn run(context: &mut Context, demo: &Demo) -> Result<()> {
    let language = context.language;
    let output = &mut context.output;
    let made =
        fonds_app::demo(&demo.dir, language, &mut |step| output.message(&say(language, key(step), &[])))?;
    context.output.answer(&made, |out, made| {
        out.line(&say(language, "demo.library", &[("path", &made.library)]))?;
        out.line(&say(language, "demo.site", &[("path", &made.site)]))?;
        for (report, path) in made.reports.iter().zip(&made.exports) {
            out.line(&say(language, "demo.export", &[("path", path)]))?;
            out.line(&format!("  {}", report.sentence))?;
        }
        Ok(())
    })
}

fn key(step: DemoStep) -> &'static str {
    match step {
        DemoStep::Library => "step.library",
        DemoStep::Posts => "step.posts",
        DemoStep::Attachment => "step.attachment",
        DemoStep::Filing => "step.filing",
        DemoStep::Retention => "step.retention",
        DemoStep::Published => "step.published",
        DemoStep::FirstExport => "step.first_export",
        DemoStep::Edited => "step.edited",
        DemoStep::SecondExport => "step.second_export",
        DemoStep::Verified => "step.verified",
    }
}
