//! Where answers and messages go.
//!
//! What always holds: standard output carries the answer and nothing else, and with `--json` exactly one JSON value
//! (one a line for `watch`); a reader that has gone away is no error.

use std::io::{self, ErrorKind, Write};

use fonds_app::ErrorReport;
use serde::Serialize;

use crate::{Error, Result};

/// The two streams.
pub struct Output {
    out: Box<dyn Write>,
    err: Box<dyn Write>,
    json: bool,
}

impl Output {
    /// The process' own streams.
    pub fn standard(json: bool) -> Self {
        Output { out: Box::new(io::BufWriter::new(io::stdout().lock())), err: Box::new(io::stderr()), json }
    }

    /// Whether answers are JSON.
    pub fn json(&self) -> bool {
        self.json
    }

    /// A view: as JSON, or as `human` writes it.
    pub fn answer<T: Serialize>(
        &mut self,
        view: &T,
        human: impl FnOnce(&mut Self, &T) -> Result<()>,
    ) -> Result<()> {
        if !self.json {
            return human(self, view);
        }
        let text = serde_json::to_string_pretty(view).map_err(|reason| Error::Output(reason.into()))?;
        self.exact(&text)?;
        self.exact("\n")
    }

    /// A long list that is in memory a page at a time: as one JSON array, or each page as `human` writes it.
    pub fn pages<T: Serialize>(
        &mut self,
        mut next: impl FnMut() -> Result<Option<Vec<T>>>,
        human: impl Fn(&mut Self, &[T]) -> Result<()>,
    ) -> Result<()> {
        let mut before = "[\n";
        while let Some(page) = next()? {
            if !self.json {
                human(self, &page)?;
                continue;
            }
            for row in page {
                self.exact(before)?;
                self.exact(&serde_json::to_string(&row).map_err(|reason| Error::Output(reason.into()))?)?;
                before = ",\n";
            }
        }
        match (self.json, before) {
            (false, _) => Ok(()),
            (true, "[\n") => self.exact("[]\n"),
            (true, _) => self.exact("\n]\n"),
        }
    }

    /// A value on a line of its own, at once.
    pub fn json_line<T: Serialize>(&mut self, value: &T) -> Result<()> {
        let text = serde_json::to_string(value).map_err(|reason| Error::Output(reason.into()))?;
        self.exact(&text)?;
        self.exact("\n")?;
        self.flush()
    }

    /// A line for people. Control characters in it, which a title or a file name may hold, do not reach the terminal.
    pub fn line(&mut self, text: &str) -> Result<()> {
        let text = printable(text);
        self.exact(&text)?;
        self.exact("\n")
    }

    /// Exactly these bytes.
    pub fn exact(&mut self, text: &str) -> Result<()> {
        quiet(self.out.write_all(text.as_bytes())).map_err(Error::Output)
    }

    /// A message beside the answer. Where standard error cannot be written to there is nowhere left to say so.
    pub fn message(&mut self, text: &str) {
        drop(writeln!(self.err, "{}", printable(text)));
    }

    /// Why the verb could not be done.
    pub fn error(&mut self, report: &ErrorReport) {
        drop(self.out.flush());
        if self.json {
            drop(writeln!(self.err, "{}", serde_json::json!({ "error": report })));
            return;
        }
        self.message(&format!("fonds: {}", report.message));
        for hint in &report.hints {
            self.message(&format!("  {hint}"));
        }
    }

    /// Hands on everything that was written.
    pub fn flush(&mut self) -> Result<()> {
        quiet(self.out.flush()).map_err(Error::Output)
    }
}

fn quiet(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// The text with every control character but the tab replaced.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\t' { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Gone(ErrorKind);

    impl Write for Gone {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Err(self.0.into())
        }
    }

    fn to(kind: ErrorKind) -> Output {
        Output { out: Box::new(Gone(kind)), err: Box::new(Gone(kind)), json: false }
    }

    #[test]
    fn a_reader_that_has_gone_is_no_error_and_a_full_disk_is() {
        let mut gone = to(ErrorKind::BrokenPipe);
        assert!(gone.line("text").and_then(|()| gone.flush()).is_ok());
        let mut full = to(ErrorKind::StorageFull);
        assert!(full.line("text").is_err());
        full.message("nobody hears this");
    }

    #[test]
    fn a_title_cannot_steer_the_terminal() {
        assert_eq!(printable("a\u{1b}[2Jb\tc\nd"), "a\u{fffd}[2Jb\tc\u{fffd}d");
    }
}
