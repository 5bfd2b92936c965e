//! Hashes a file behind its writer, on a core of its own.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use sha2::{Digest as _, Sha256};

use super::hex;

/// The SHA-256 of a file that is being written: reads what the writer will not touch again.
#[derive(Debug)]
pub struct Follower {
    settled: Option<Sender<u64>>,
    thread: Option<JoinHandle<io::Result<String>>>,
}

impl Follower {
    /// Follows the file at `path`.
    ///
    /// # Errors
    /// Where the file cannot be opened, or no thread begun.
    pub fn begin(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let (settled, follow) = channel();
        let thread =
            std::thread::Builder::new().name("fonds-digest".into()).spawn(move || digest(file, &follow))?;
        Ok(Self { settled: Some(settled), thread: Some(thread) })
    }

    /// Where the writer says how many bytes from the start are in the file and stay as they are.
    pub fn settled(&self) -> Option<Sender<u64>> {
        self.settled.clone()
    }

    /// The digest of the file's `size` bytes, in lower-case hex. Every other sender has to be gone.
    ///
    /// # Errors
    /// Those of reading the file.
    pub fn end(mut self, size: u64) -> io::Result<String> {
        if let Some(settled) = self.settled.take() {
            // A thread that is gone says why when it is joined.
            let _ = settled.send(size);
        }
        let lost = || io::Error::other("the thread that hashes the zip is gone");
        self.thread.take().ok_or_else(lost)?.join().map_err(|_| lost())?
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.settled = None;
        if let Some(thread) = self.thread.take() {
            // The file is about to be removed: what was hashed of it does not matter.
            let _ = thread.join();
        }
    }
}

fn digest(mut file: File, follow: &Receiver<u64>) -> io::Result<String> {
    let (mut hash, mut at, mut buffer) = (Sha256::new(), 0, vec![0; 128 * 1024]);
    while let Ok(mut settled) = follow.recv() {
        while let Ok(later) = follow.try_recv() {
            settled = later;
        }
        while at < settled {
            let room = usize::try_from(settled - at).unwrap_or(usize::MAX).min(buffer.len());
            let n = file.read(&mut buffer[..room])?;
            if n == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            hash.update(&buffer[..n]);
            at += n as u64;
        }
    }
    Ok(hex(&hash.finalize()))
}
