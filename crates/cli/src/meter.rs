//! How far long work is, on one line of standard error where that is a terminal; and Ctrl C, which stops the work
//! cleanly.

use std::io::{IsTerminal, Write};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use fonds_app::{Language, Pace, TaskProgress};

use crate::words::{say, size};

/// Shows progress and hears Ctrl C. From its making on, Ctrl C and SIGTERM end the work at its next step.
pub struct Meter {
    stop: Arc<AtomicBool>,
    language: Language,
    shown: Option<String>,
    terminal: bool,
    pace: Pace,
}

impl Meter {
    /// A meter. One a process: it takes over the signals.
    pub fn new(language: Language, json: bool) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let heard = Arc::clone(&stop);
        // Without the handler Ctrl C ends the process at once, as it did before.
        drop(ctrlc::set_handler(move || heard.store(true, Ordering::SeqCst)));
        Meter {
            stop,
            language,
            shown: None,
            terminal: !json && std::io::stderr().is_terminal(),
            pace: Pace::begin(),
        }
    }

    /// Shows a step, and says whether to go on.
    pub fn step(&mut self, progress: &TaskProgress) -> ControlFlow<()> {
        if self.stop.load(Ordering::SeqCst) {
            return ControlFlow::Break(());
        }
        if self.terminal {
            let percent = (progress.done_bytes.saturating_mul(100) / progress.total_bytes.max(1)).min(100);
            let phase = say(self.language, &format!("phase.{}", progress.phase), &[]);
            let done = size(self.language, progress.done_bytes);
            let total = size(self.language, progress.total_bytes);
            let left = self.pace.left(progress.done_bytes, progress.total_bytes);
            let left = left.map_or_else(String::new, |seconds| time_left(self.language, seconds));
            let values: [(&str, &dyn std::fmt::Display); 5] = [
                ("percent", &format!("{percent:3}")),
                ("phase", &phase),
                ("done", &done),
                ("total", &total),
                ("left", &left),
            ];
            let line = say(self.language, "meter", &values);
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

/// The time that is left, to the minute where it is long: nobody knows it better.
fn time_left(language: Language, seconds: u32) -> String {
    let (key, count) =
        if seconds < 90 { ("meter.seconds", seconds) } else { ("meter.minutes", seconds.div_ceil(60)) };
    say(language, key, &[("count", &count)])
}
