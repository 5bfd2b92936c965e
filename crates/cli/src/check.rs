//! Looking at the whole library, and mending it.

use clap::Args;
use fonds_app::FindingView;

use crate::Result;
use crate::context::Context;
use crate::output::Output;
use crate::words::say;

/// What `check` is told.
#[derive(Args)]
pub struct Check {
    /// Mend what can be mended: indexes, lost bytes that an attachment's file still has, files that a stopped program
    /// left, files that posts lack
    #[arg(long)]
    repair: bool,
}

/// Checks the library; findings are exit code 1. The folder's files are not touched.
pub fn run(context: &mut Context, check: &Check) -> Result<()> {
    let mut session = context.open_as_is()?;
    let language = context.language;
    if check.repair {
        let repair = session.repair()?;
        context.findings |= !repair.left.is_empty();
        return context.output.answer(&repair, |out, repair| {
            for finding in &repair.mended {
                let values: [(&str, &dyn std::fmt::Display); 2] =
                    [("place", &finding.place), ("message", &finding.message)];
                out.line(&say(language, "check.mended", &values))?;
            }
            lines(out, &repair.left, language)
        });
    }
    let findings = session.check()?;
    context.findings |= !findings.is_empty();
    context.output.answer(&findings, |out, findings| lines(out, findings, language))
}

fn lines(out: &mut Output, findings: &[FindingView], language: fonds_app::Language) -> Result<()> {
    if findings.is_empty() {
        return out.line(&say(language, "check.whole", &[]));
    }
    findings.iter().try_for_each(|finding| {
        out.line(&format!("{}  {}  {}", finding.code, finding.place, finding.message))
    })
}
