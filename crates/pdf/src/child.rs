//! The reading process: takes bounds upon itself, reads one PDF, and answers in lines of JSON.

use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hayro_syntax::{LoadPdfError, Pdf};
use serde::{Deserialize, Serialize};

use crate::{Ending, Facts, Limits, PageText, facts, text};

/// The hidden argument that makes a program a reading process.
pub(crate) const ASKED: &str = "--read-pdf";
/// What the process says first, so that whoever asked knows that it talks to a reader.
pub(crate) const PROTOCOL: u32 = 1;
/// Deep enough for every real file; a deeper one ends the process and nothing else.
const STACK: usize = 32 << 20;

/// Room for less text than this, in bytes, is none.
const LEAST_ROOM: u64 = 16;

/// A line of the answer.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Line {
    Hello(u32),
    Facts(Facts),
    Page(PageText),
    End(Ending),
}

/// Where this process was started to read a PDF, reads it and does not return.
///
/// The arguments are `--read-pdf FILE SECONDS MEMORY TEXT PAGES`. Called first thing in `main`, before threads.
pub fn serve_if_asked() {
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next().is_none_or(|first| first != ASKED) {
        return;
    }
    let Some(path) = arguments.next() else { std::process::exit(2) };
    let mut numbers = arguments.map(|text| text.to_string_lossy().parse::<u64>().unwrap_or(0));
    let mut next = || numbers.next().unwrap_or(0);
    let limits = Limits {
        seconds: next(),
        memory: next(),
        text: next(),
        pages: u32::try_from(next()).unwrap_or(u32::MAX),
    };
    std::panic::set_hook(Box::new(|_| ()));
    let reading =
        std::thread::Builder::new().stack_size(STACK).spawn(move || serve(Path::new(&path), &limits));
    let done = reading.is_ok_and(|thread| matches!(thread.join(), Ok(Ok(()))));
    std::process::exit(i32::from(!done));
}

fn serve(path: &Path, limits: &Limits) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    say(&mut out, &Line::Hello(PROTOCOL))?;
    let ending = match vmap::Map::with_options().open(path) {
        Ok((map, _)) => {
            bound(limits, map.len() as u64)?;
            // The process ends with the reading: nobody has to give the file back before.
            let bytes: &'static [u8] = Box::leak(Box::new(map));
            read(bytes, limits, &mut |line| say(&mut out, line))?
        }
        Err(_) => Ending::Unreadable,
    };
    say(&mut out, &Line::End(ending))
}

fn say(out: &mut impl Write, line: &Line) -> std::io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n")?;
    out.flush()
}

/// Takes the bounds that the system can enforce, and gives way to everything else that runs.
#[cfg(unix)]
fn bound(limits: &Limits, file: u64) -> std::io::Result<()> {
    use rustix::process::{Resource, Rlimit, nice, setrlimit};
    let to = |most| Rlimit { current: Some(most), maximum: Some(most) };
    setrlimit(Resource::Core, to(0))?;
    setrlimit(Resource::Cpu, to(limits.seconds + 5))?;
    // Some systems know no bound of the address space; time still holds there.
    let _ = setrlimit(Resource::As, to(limits.memory + file + STACK as u64));
    let _ = nice(10);
    Ok(())
}

#[cfg(not(unix))]
fn bound(_: &Limits, _: u64) -> std::io::Result<()> {
    Ok(())
}

/// Reads a PDF in this process, and hands on what it finds as it finds it.
fn read(
    bytes: &'static [u8],
    limits: &Limits,
    say: &mut dyn FnMut(&Line) -> std::io::Result<()>,
) -> std::io::Result<Ending> {
    let begun = Instant::now();
    let Ok(opened) = catch_unwind(AssertUnwindSafe(|| open(bytes))) else { return Ok(Ending::Broken) };
    let (pdf, encrypted) = match opened {
        Ok(opened) => opened,
        Err(LoadPdfError::Decryption(_)) => {
            say(&Line::Facts(facts::of_locked(bytes)))?;
            return Ok(Ending::Locked);
        }
        Err(LoadPdfError::Invalid) => return Ok(Ending::Unreadable),
    };
    let Ok(found) = catch_unwind(AssertUnwindSafe(|| facts::of(&pdf, encrypted))) else {
        return Ok(Ending::Broken);
    };
    say(&Line::Facts(found))?;
    let (mut ending, mut room) = (Ending::Whole, limits.text);
    let cache = text::Cache::new();
    for (number, page) in (1..).zip(pdf.pages().iter()) {
        if number > limits.pages || room < LEAST_ROOM {
            return Ok(Ending::TooMuch);
        }
        if begun.elapsed() > Duration::from_secs(limits.seconds) {
            return Ok(Ending::TooSlow);
        }
        // A page that cannot be read is left out; the others are read all the same.
        match catch_unwind(AssertUnwindSafe(|| cache.text_of(page, &pdf, room))) {
            Ok((text, all)) => {
                room = room.saturating_sub(text.len() as u64);
                if !all {
                    ending = Ending::TooMuch;
                }
                say(&Line::Page(PageText { number, text }))?;
            }
            Err(_) => ending = Ending::Broken,
        }
    }
    Ok(ending)
}

/// Opens a PDF, and says whether it is encrypted: one that is cannot be opened with a password that nobody gave it.
fn open(bytes: &'static [u8]) -> Result<(Pdf, bool), LoadPdfError> {
    match Pdf::new_with_password(Arc::new(bytes), "\u{1}no password\u{1}") {
        Ok(pdf) => Ok((pdf, false)),
        Err(LoadPdfError::Decryption(_)) => Ok((Pdf::new(Arc::new(bytes))?, true)),
        Err(LoadPdfError::Invalid) => Err(LoadPdfError::Invalid),
    }
}
