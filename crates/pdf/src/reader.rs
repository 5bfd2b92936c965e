//! Has a PDF read in a process of its own.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

use crate::child::{ASKED, Line, PROTOCOL};
use crate::{Ending, Error, Limits, Reading, Result};

/// How much longer than its own bound the process is waited for.
const GRACE: Duration = Duration::from_secs(5);
/// The most that a process may answer for each byte of text that it may: JSON escapes, and a little for the facts.
const ANSWER: u64 = 8;

/// Reads PDFs by starting a program that calls [`crate::serve_if_asked`].
#[derive(Clone, Debug)]
pub struct Reader {
    program: PathBuf,
    limits: Limits,
}

impl Reader {
    /// A reader that starts the running program once more.
    pub fn this_program() -> Result<Self> {
        Ok(Reader::of(std::env::current_exe()?))
    }

    /// A reader that starts `program`.
    pub fn of(program: PathBuf) -> Self {
        Reader { program, limits: Limits::default() }
    }

    /// The same with other bounds.
    pub fn within(self, limits: Limits) -> Self {
        Reader { limits, ..self }
    }

    /// Reads the PDF at `path`. Whatever the file is, it answers within the bounds.
    ///
    /// # Errors
    /// Where the program cannot be started or is no reader. Nothing is known of the PDF then.
    pub fn read(&self, path: &Path) -> Result<Reading> {
        let Limits { seconds, memory, text, pages } = self.limits;
        let mut child = Command::new(&self.program)
            .arg(ASKED)
            .arg(path)
            .args([seconds, memory, text, u64::from(pages)].map(|number| number.to_string()))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|reason| self.no_reader(&reason))?;
        let read = self.listen(&mut child);
        // Ended already, mostly; one that was given up is ended here.
        let _ = child.kill();
        child.wait()?;
        read
    }

    fn listen(&self, child: &mut Child) -> Result<Reading> {
        let Some(out) = child.stdout.take() else { return Err(self.no_reader(&"no answer")) };
        let lines = self.lines(out)?;
        let deadline = Instant::now() + Duration::from_secs(self.limits.seconds) + GRACE;
        let mut reading = Reading { facts: None, pages: vec![], ending: Ending::Broken };
        let mut greeted = false;
        loop {
            match lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(Line::Hello(PROTOCOL)) => greeted = true,
                _ if !greeted => return Err(self.no_reader(&"it reads no PDFs")),
                Ok(Line::Facts(facts)) => reading.facts = Some(facts),
                Ok(Line::Page(page)) => reading.pages.push(page),
                Ok(Line::End(ending)) => {
                    reading.ending = ending;
                    return Ok(reading);
                }
                Ok(Line::Hello(_)) | Err(RecvTimeoutError::Disconnected) => return Ok(reading),
                Err(RecvTimeoutError::Timeout) => {
                    reading.ending = Ending::TooSlow;
                    return Ok(reading);
                }
            }
        }
    }

    /// What the process says, line by line, until it ends, says something else, or says too much.
    fn lines(&self, out: ChildStdout) -> Result<Receiver<Line>> {
        let most = self.limits.text.saturating_mul(ANSWER).saturating_add(1 << 20);
        let (send, receive) = sync_channel(16);
        std::thread::Builder::new().name("fonds-pdf".into()).spawn(move || {
            let mut out = BufReader::new(out.take(most));
            let mut line = Vec::new();
            while out.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
                let Ok(said) = serde_json::from_slice(&line) else { return };
                if send.send(said).is_err() {
                    return;
                }
                line.clear();
            }
        })?;
        Ok(receive)
    }

    fn no_reader(&self, reason: &dyn std::fmt::Display) -> Error {
        Error::NoReader { program: self.program.clone(), reason: reason.to_string() }
    }
}
