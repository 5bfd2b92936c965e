//! Packs entries into the zip, on a core of its own.
//!
//! Entries come in order and are written in order. Times and permissions are fixed. No more than [`AHEAD`] pieces wait,
//! so that memory stays bounded; where a write fails, nothing is tried again and every later call says why.

use std::cell::Cell;
use std::io::{self, Seek, SeekFrom, Write};
use std::rc::Rc;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::JoinHandle;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipWriter};

/// Bytes of a piece, where the entry has more.
pub const CHUNK: usize = 128 * 1024;
/// Pieces that may wait.
const AHEAD: usize = 64;
/// Bytes below which an entry is not worth deflating.
const TINY: usize = 256;

/// How an entry's bytes stand in the zip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// As they are, with this size known before.
    Stored(u64),
    /// Deflated, this size at most.
    Deflated(u64),
}

impl Packing {
    /// How a text or record stands in the zip.
    pub fn of(bytes: &[u8]) -> Self {
        let size = bytes.len() as u64;
        if bytes.len() < TINY { Self::Stored(size) } else { Self::Deflated(size) }
    }

    fn options(self) -> SimpleFileOptions {
        let (method, level, size) = match self {
            Self::Stored(size) => (CompressionMethod::Stored, None, size),
            Self::Deflated(size) => (CompressionMethod::Deflated, Some(6), size),
        };
        // Incompressible bytes grow a little when deflated, hence the margin below 4 GiB.
        SimpleFileOptions::default()
            .compression_method(method)
            .compression_level(level)
            .last_modified_time(DateTime::DEFAULT)
            .system(System::Unix)
            .unix_permissions(0o644)
            .large_file(size >= 0xFF00_0000)
    }
}

/// What the thread is given.
enum Piece {
    /// A new entry: its name and how it is packed.
    Start(String, Packing),
    /// More of the entry.
    Bytes(Vec<u8>),
    /// No more comes: the directory can be written.
    Finish,
}

/// A zip being written by a thread of its own.
#[derive(Debug)]
pub struct Packer<W> {
    pieces: Option<SyncSender<Piece>>,
    emptied: Receiver<Vec<u8>>,
    thread: Option<JoinHandle<io::Result<W>>>,
}

impl<W: Write + Seek + Send + 'static> Packer<W> {
    /// Begins a zip at the start of `inner`. `settled` hears how many bytes from the start stay as they are.
    ///
    /// # Errors
    /// Where no thread can be begun.
    pub fn begin(inner: W, settled: Option<Sender<u64>>) -> io::Result<Self> {
        let (pieces, given) = sync_channel(AHEAD);
        let (empty, emptied) = channel();
        let thread = std::thread::Builder::new()
            .name("fonds-pack".into())
            .spawn(move || pack(inner, settled, &given, &empty))?;
        Ok(Self { pieces: Some(pieces), emptied, thread: Some(thread) })
    }

    /// Begins the next entry.
    ///
    /// # Errors
    /// Those of writing what came before.
    pub fn start(&mut self, name: String, packing: Packing) -> io::Result<()> {
        self.give(Piece::Start(name, packing))
    }

    /// More bytes of the entry.
    ///
    /// # Errors
    /// Those of writing what came before.
    pub fn bytes(&mut self, bytes: Vec<u8>) -> io::Result<()> {
        self.give(Piece::Bytes(bytes))
    }

    /// An empty buffer of [`CHUNK`] bytes; one that was used before, where there is one.
    pub fn buffer(&self) -> Vec<u8> {
        self.emptied.try_recv().unwrap_or_else(|_| Vec::with_capacity(CHUNK))
    }

    /// Writes the zip's directory; gives the inner writer back, not flushed.
    ///
    /// # Errors
    /// Those of writing.
    pub fn finish(mut self) -> io::Result<W> {
        self.give(Piece::Finish)?;
        self.outcome()
    }

    fn give(&mut self, piece: Piece) -> io::Result<()> {
        let given = self.pieces.as_ref().is_some_and(|pieces| pieces.send(piece).is_ok());
        // A thread that takes no more ended by an error.
        if given { Ok(()) } else { self.outcome().and_then(|_| Err(lost())) }
    }

    fn outcome(&mut self) -> io::Result<W> {
        self.pieces = None;
        self.thread.take().ok_or_else(lost)?.join().map_err(|_| lost())?
    }
}

impl<W> Drop for Packer<W> {
    fn drop(&mut self) {
        self.pieces = None;
        if let Some(thread) = self.thread.take() {
            // Given up half-way: what came of it does not matter.
            let _ = thread.join();
        }
    }
}

fn lost() -> io::Error {
    io::Error::other("an earlier write of the zip failed")
}

fn pack<W: Write + Seek>(
    inner: W,
    settled: Option<Sender<u64>>,
    given: &Receiver<Piece>,
    empty: &Sender<Vec<u8>>,
) -> io::Result<W> {
    let closed = Rc::new(Cell::new(false));
    // Before the zip writer is dropped, which would try to finish its file.
    let closing = CloseOnDrop(Rc::clone(&closed));
    let mut zip = ZipWriter::new(Tap { inner, closed, position: 0, length: 0, settled });
    let whole = fill(&mut zip, given, empty);
    if whole.as_ref().is_ok_and(|whole| *whole) {
        let tap = zip.finish().map_err(io::Error::from)?;
        return if tap.closed.get() { Err(lost()) } else { Ok(tap.inner) };
    }
    drop(closing);
    drop(zip);
    whole.and(Err(io::ErrorKind::Interrupted.into()))
}

/// Writes entries until no more come. Answers whether that was the end and not the work given up.
fn fill<W: Write + Seek>(
    zip: &mut ZipWriter<Tap<W>>,
    given: &Receiver<Piece>,
    empty: &Sender<Vec<u8>>,
) -> io::Result<bool> {
    while let Ok(piece) = given.recv() {
        match piece {
            Piece::Start(name, packing) => {
                zip.start_file(name, packing.options()).map_err(io::Error::from)?;
            }
            Piece::Bytes(mut bytes) => {
                zip.write_all(&bytes)?;
                if bytes.capacity() == CHUNK {
                    bytes.clear();
                    // Where nobody listens any more, the work was given up.
                    let _ = empty.send(bytes);
                }
            }
            Piece::Finish => return Ok(true),
        }
    }
    Ok(false)
}

/// Closes a [`Tap`] when dropped.
struct CloseOnDrop(Rc<Cell<bool>>);

impl Drop for CloseOnDrop {
    fn drop(&mut self) {
        self.0.set(true);
    }
}

/// An inner writer that can be told to swallow everything: a zip writer that is dropped half-way tries to
/// finish its file, which on a full disk would only fail again.
struct Tap<W> {
    inner: W,
    closed: Rc<Cell<bool>>,
    position: u64,
    length: u64,
    settled: Option<Sender<u64>>,
}

impl<W: Write> Write for Tap<W> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let n = if self.closed.get() {
            buf.len()
        } else {
            // After a failure the zip is abandoned: nothing is tried again on a disk that is full.
            self.inner.write(buf).inspect_err(|e| self.closed.set(e.kind() != io::ErrorKind::Interrupted))?
        };
        self.position += n as u64;
        self.length = self.length.max(self.position);
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.closed.get() { Ok(()) } else { self.inner.flush() }
    }
}

impl<W: Seek> Seek for Tap<W> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let was = self.position;
        // The zip writer holds positions against each other, so a closed tap still keeps count.
        self.position = if self.closed.get() {
            match to {
                SeekFrom::Start(n) => n,
                SeekFrom::Current(d) => self.position.saturating_add_signed(d),
                SeekFrom::End(d) => self.length.saturating_add_signed(d),
            }
        } else {
            self.inner.seek(to)?
        };
        // Back at the end: the entry has its final header, and a seek has written out what was buffered.
        if was < self.length
            && self.position == self.length
            && let Some(settled) = &self.settled
        {
            // Where nobody listens any more, the end of the work says why.
            let _ = settled.send(self.length);
        }
        Ok(self.position)
    }
}
