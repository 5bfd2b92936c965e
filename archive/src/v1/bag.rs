//! Writes the entries of the zip and the manifests over them (RFC 8493).
//!
//! Entries are written once, in order, hashed as they go in. Times and permissions are fixed, so the same
//! content gives the same bytes.

use std::cell::Cell;
use std::io::{self, Seek, SeekFrom, Write};
use std::rc::Rc;
use std::sync::mpsc::Sender;

use sha2::{Digest as _, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipWriter};

use super::hex;
use super::package::{FileRecord, Head};

/// Where an entry is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed {
    /// In `manifest-sha256.txt`.
    Payload,
    /// In `tagmanifest-sha256.txt`.
    Tag,
    /// Nowhere: the tag manifest itself.
    Nowhere,
}

/// How an entry's bytes stand in the zip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// As they are, with this size known before.
    Stored(u64),
    /// Deflated, this size at most.
    Deflated(u64),
}

/// An inner writer that can be told to swallow everything: a zip writer that is dropped half-way tries to
/// finish its file, which on a full disk would only fail again.
#[derive(Debug)]
pub struct Tap<W> {
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

/// Closes a [`Tap`] when dropped.
#[derive(Debug)]
struct CloseOnDrop(Rc<Cell<bool>>);

impl Drop for CloseOnDrop {
    fn drop(&mut self) {
        self.0.set(true);
    }
}

/// A bag being written into a zip.
pub struct BagWriter<W: Write + Seek> {
    // Before `zip`: fields are dropped in order, and the zip writer must find the tap closed.
    _closing: CloseOnDrop,
    zip: ZipWriter<Tap<W>>,
    top: String,
    files: Vec<FileRecord>,
    tags: String,
}

/// An entry that is written piece by piece and hashed as it goes in.
pub struct Streamed<'b, W: Write + Seek> {
    bag: &'b mut BagWriter<W>,
    path: String,
    hash: Sha256,
    head: Head,
    size: u64,
}

impl<W: Write + Seek> Streamed<'_, W> {
    /// Its digest so far.
    pub fn digest(&self) -> [u8; 32] {
        self.hash.clone().finalize().into()
    }

    /// Lists the entry, which is whole now.
    pub fn end(self, listed: Listed) {
        let digest = self.digest();
        let record =
            FileRecord { path: self.path, size: self.size, digest, pdf_version: self.head.pdf_version() };
        self.bag.list(listed, record);
    }
}

impl<W: Write + Seek> Write for Streamed<'_, W> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.bag.zip.write_all(buf)?;
        self.hash.update(buf);
        self.head.see(buf);
        self.size += buf.len() as u64;
        Ok(buf.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<W: Write + Seek> BagWriter<W> {
    /// A bag below the top folder `stem`. `settled` hears how many bytes from the start stay as they are.
    pub fn new(inner: W, stem: &str, settled: Option<Sender<u64>>) -> Self {
        let closed = Rc::new(Cell::new(false));
        let tap = Tap { inner, closed: Rc::clone(&closed), position: 0, length: 0, settled };
        Self {
            _closing: CloseOnDrop(closed),
            zip: ZipWriter::new(tap),
            top: format!("{stem}/"),
            files: Vec::new(),
            tags: String::new(),
        }
    }

    /// Writes one whole entry.
    pub fn put(&mut self, listed: Listed, path: &str, bytes: &[u8]) -> io::Result<()> {
        let mut entry = self.start(path, Packing::Deflated(bytes.len() as u64))?;
        entry.write_all(bytes)?;
        entry.end(listed);
        Ok(())
    }

    /// Begins an entry that is written piece by piece.
    pub fn start(&mut self, path: &str, packing: Packing) -> io::Result<Streamed<'_, W>> {
        let (method, size) = match packing {
            Packing::Stored(size) => (CompressionMethod::Stored, size),
            Packing::Deflated(size) => (CompressionMethod::Deflated, size),
        };
        // Incompressible bytes grow a little when deflated, hence the margin below 4 GiB.
        let options = SimpleFileOptions::default()
            .compression_method(method)
            .compression_level((method == CompressionMethod::Deflated).then_some(6))
            .last_modified_time(DateTime::DEFAULT)
            .system(System::Unix)
            .unix_permissions(0o644)
            .large_file(size >= 0xFF00_0000);
        self.zip.start_file(format!("{}{path}", self.top), options).map_err(io::Error::from)?;
        let (hash, head) = (Sha256::new(), Head::default());
        Ok(Streamed { bag: self, path: path.to_owned(), hash, head, size: 0 })
    }

    /// The payload's files so far, in the order of writing.
    pub fn files(&self) -> &[FileRecord] {
        &self.files
    }

    fn list(&mut self, listed: Listed, record: FileRecord) {
        match listed {
            Listed::Payload => self.files.push(record),
            Listed::Tag => self.tags += &line(&record),
            Listed::Nowhere => {}
        }
    }

    /// Writes both manifests and the zip's directory; gives the inner writer back, not flushed.
    pub fn finish(mut self) -> io::Result<W> {
        let files = std::mem::take(&mut self.files);
        let mut manifest = self.start("manifest-sha256.txt", Packing::Deflated(u64::MAX))?;
        for record in &files {
            manifest.write_all(line(record).as_bytes())?;
        }
        manifest.end(Listed::Tag);
        let tags = std::mem::take(&mut self.tags);
        self.put(Listed::Nowhere, "tagmanifest-sha256.txt", tags.as_bytes())?;
        let tap = self.zip.finish().map_err(io::Error::from)?;
        if tap.closed.get() { Err(io::Error::other("an earlier write failed")) } else { Ok(tap.inner) }
    }
}

fn line(record: &FileRecord) -> String {
    format!("{}  {}\n", hex(&record.digest), record.path)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A disk with room for so many bytes.
    struct Small(io::Cursor<Vec<u8>>, usize);

    impl Write for Small {
        fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
            if self.0.position() + buf.len() as u64 > self.1 as u64 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            self.0.write(buf)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Seek for Small {
        fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
            self.0.seek(to)
        }
    }

    fn fill(room: usize) -> io::Result<()> {
        let mut bag = BagWriter::new(Small(io::Cursor::default(), room), "s-v0001", None);
        bag.put(Listed::Tag, "bagit.txt", b"text")?;
        let mut entry = bag.start("data/a", Packing::Stored(300))?;
        entry.write_all(&[7; 300])?;
        entry.end(Listed::Payload);
        bag.finish().map(drop)
    }

    #[test]
    fn a_disk_that_fills_at_any_byte_is_told_as_such_and_never_panics() {
        let whole = (0..4000).find(|room| fill(*room).is_ok()).expect("4000 bytes are enough");
        for room in 0..whole {
            assert_eq!(fill(room).unwrap_err().kind(), io::ErrorKind::StorageFull, "{room}");
        }
    }
}
