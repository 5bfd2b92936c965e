//! Beside the window: sends what waits in the outbox when its time has come, and what a crash left there.
//!
//! It opens the library for each sending, so that nothing holds it between two.

use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use fonds_library::{IntentionState, Library};

use super::{Desk, Event};
use crate::{Error, Result, clock};

/// The thread. It ends after what it is sending when this is dropped; nobody waits for it.
pub(super) struct Outgoing {
    mail: Sender<()>,
}

impl Outgoing {
    pub(super) fn start(desk: Desk, root: &Path) -> Result<Self> {
        let (mail, letters) = channel();
        std::thread::Builder::new()
            .name("fonds-outgoing".into())
            .spawn(move || run(&desk, &letters))
            .map_err(Error::io(root))?;
        Ok(Outgoing { mail })
    }

    /// Something may wait.
    pub(super) fn look(&self) {
        // A thread that is gone sends nothing; the next start does.
        let _ = self.mail.send(());
    }
}

/// The least time between two sendings.
const REST: Duration = Duration::from_secs(10);

fn run(desk: &Desk, letters: &Receiver<()>) {
    let mut rest = Duration::ZERO;
    loop {
        let wait = desk.with(|open| next(&open.session.library)).ok().flatten().map(|wait| wait.max(rest));
        let woken = match wait {
            Some(wait) => letters.recv_timeout(wait),
            None => letters.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        match woken {
            Err(RecvTimeoutError::Disconnected) => return,
            // A window that publishes sends by itself: what came is looked at anew.
            Ok(()) => {}
            Err(RecvTimeoutError::Timeout) => {
                // What cannot be sent waits there and says why.
                let _ = desk.send_waiting();
                rest = REST;
                desk.tell(Event::LibraryChanged {});
            }
        }
    }
}

/// How long it is until something is to be sent; none where nothing waits.
fn next(library: &Library) -> Result<Option<Duration>> {
    let now = clock::now().as_millis();
    let open = library.outbox(true)?;
    let due = open.iter().filter_map(|item| match item.state {
        IntentionState::Waiting => Some(item.next_at.map_or(now, fonds_library::Timestamp::as_millis)),
        IntentionState::Sending => Some(now),
        _ => None,
    });
    Ok(due.min().map(|at| Duration::from_millis(u64::try_from(at - now).unwrap_or(0).max(1))))
}
