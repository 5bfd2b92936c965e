//! How far long work is, on one line of standard error where that is a terminal; and Ctrl C, which stops the work
//! cleanly.

use std::io::{IsTerminal, Write};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use fonds_app::{Language, TaskProgress};

use crate::words::say;

/// Shows progress and hears Ctrl C. From its making on, Ctrl C and SIGTERM end the work at its next step.
pub struct Meter {
    stop: Arc<AtomicBool>,
    language: Language,
    shown: Option<String>,
    terminal: bool,
}

impl Meter {
    /// A meter. One a process: it takes over the signals.
    pub fn new(language: Language, json: bool) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let heard = Arc::clone(&stop);
        // Without the handler Ctrl C ends the process at once, as it did before.
        drop(ctrlc::set_handler(move || heard.store(true, Ordering::SeqCst)));
        Meter { stop, language, shown: None, terminal: !json && std::io::stderr().is_terminal() }
    }

    /// Shows a step, and says whether to go on.
    pub fn step(&mut self, progress: &TaskProgress) -> ControlFlow<()> {
        if self.stop.load(Ordering::SeqCst) {
            return ControlFlow::Break(());
        }
        if self.terminal {
            let percent = (progress.done_bytes.saturating_mul(100) / progress.total_bytes.max(1)).min(100);
            let phase = say(self.language, &format!("phase.{}", progress.phase), &[]);
            let line =
                say(self.language, "meter", &[("percent", &format!("{percent:3}")), ("phase", &phase)]);
            if self.shown.as_ref() != Some(&line) {
                drop(write!(std::io::stderr(), "\r\u{1b}[K{line}"));
                self.shown = Some(line);
            }
        }
        ControlFlow::Continue(())
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        if self.shown.is_some() {
            drop(write!(std::io::stderr(), "\r\u{1b}[K"));
        }
    }
}
