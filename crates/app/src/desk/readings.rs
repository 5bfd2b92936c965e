//! Beside the window: reads PDFs that nobody has read yet, one after the other, and tells of each.
//!
//! It has a connection of its own and sleeps until something may have come.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};

use fonds_library::Library;
use fonds_pdf::Reader;

use super::{Desk, Event, PdfRead};
use crate::reading::read_next;
use crate::{Error, Result};

/// The thread. It ends with the PDF that it is reading when this is dropped; nobody waits for it.
pub(super) struct Readings {
    mail: Sender<()>,
    ended: Arc<AtomicBool>,
}

impl Readings {
    pub(super) fn start(desk: Desk, root: &Path) -> Result<Self> {
        let (mail, letters) = channel();
        let ended = Arc::new(AtomicBool::new(false));
        let (thread_ended, thread_root) = (Arc::clone(&ended), root.to_path_buf());
        std::thread::Builder::new()
            .name("fonds-readings".into())
            .spawn(move || run(&desk, &thread_root, &letters, &thread_ended))
            .map_err(Error::io(root))?;
        Ok(Readings { mail, ended })
    }

    /// A PDF may have come.
    pub(super) fn look(&self) {
        // Nobody listens where no PDF can be read here.
        let _ = self.mail.send(());
    }
}

impl Drop for Readings {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        self.look();
    }
}

fn run(desk: &Desk, root: &Path, letters: &Receiver<()>, ended: &AtomicBool) {
    // What cannot be read now is read at the next start; the files are attached all the same.
    let (Ok(reader), Ok(mut library)) = (Reader::this_program(), Library::open(root)) else { return };
    loop {
        while !ended.load(Ordering::Relaxed) {
            match read_next(&mut library, &reader) {
                Ok(Some(sha256)) => desk.tell(Event::PdfRead(PdfRead { sha256 })),
                Ok(None) => break,
                Err(_) => return,
            }
        }
        if ended.load(Ordering::Relaxed) || letters.recv().is_err() {
            return;
        }
        while letters.try_recv().is_ok() {}
    }
}
