//! Looking at the whole library.

use crate::Result;
use crate::context::Context;
use crate::words::say;

/// Checks the library; findings are exit code 1. The folder's files are not touched.
pub fn run(context: &mut Context) -> Result<()> {
    let findings = context.open_as_is()?.check()?;
    context.findings |= !findings.is_empty();
    let language = context.language;
    context.output.answer(&findings, |out, findings| {
        if findings.is_empty() {
            return out.line(&say(language, "check.whole", &[]));
        }
        findings.iter().try_for_each(|finding| {
            out.line(&format!("{}  {}  {}", finding.code, finding.place, finding.message))
        })
    })
}
