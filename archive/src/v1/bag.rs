//! Lists the entries of the bag in its manifests (RFC 8493) while a [`Packer`] packs them into the zip.
//!
//! Entries are hashed here, once, in order; packing goes on beside it. The same content gives the same bytes.

use std::io::{self, Seek, Write};
use std::sync::mpsc::Sender;

use sha2::{Digest as _, Sha256};

use super::hex;
use super::pack::{CHUNK, Packer, Packing};
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

/// A bag being written into a zip.
pub struct BagWriter<W> {
    packer: Packer<W>,
    top: String,
    files: Vec<FileRecord>,
    tags: String,
}

/// An entry that is written piece by piece and hashed as it goes in.
pub struct Streamed<'b, W> {
    bag: &'b mut BagWriter<W>,
    path: String,
    /// What the packer has not been given yet.
    held: Vec<u8>,
    hash: Sha256,
    head: Head,
    size: u64,
}

impl<W: Write + Seek + Send + 'static> Streamed<'_, W> {
    /// Its digest so far.
    pub fn digest(&self) -> [u8; 32] {
        self.hash.clone().finalize().into()
    }

    /// Lists the entry, which is whole now.
    pub fn end(mut self, listed: Listed) -> io::Result<()> {
        self.pass_on()?;
        let digest = self.hash.finalize().into();
        let record =
            FileRecord { path: self.path, size: self.size, digest, pdf_version: self.head.pdf_version() };
        self.bag.list(listed, record);
        Ok(())
    }

    /// An empty buffer for the next piece.
    pub fn buffer(&self) -> Vec<u8> {
        self.bag.packer.buffer()
    }

    /// Takes a piece whole, of at most [`CHUNK`] bytes.
    pub fn piece(&mut self, bytes: Vec<u8>) -> io::Result<()> {
        self.pass_on()?;
        self.see(&bytes);
        self.bag.packer.bytes(bytes)
    }

    fn see(&mut self, bytes: &[u8]) {
        self.hash.update(bytes);
        self.head.see(bytes);
        self.size += bytes.len() as u64;
    }

    fn pass_on(&mut self) -> io::Result<()> {
        if self.held.is_empty() {
            return Ok(());
        }
        let full = std::mem::replace(&mut self.held, self.bag.packer.buffer());
        self.bag.packer.bytes(full)
    }
}

impl<W: Write + Seek + Send + 'static> Write for Streamed<'_, W> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let buf = &buf[..buf.len().min(CHUNK)];
        if self.held.len() + buf.len() > CHUNK {
            self.pass_on()?;
        }
        self.held.extend_from_slice(buf);
        self.see(buf);
        Ok(buf.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<W: Write + Seek + Send + 'static> BagWriter<W> {
    /// A bag below the top folder `stem`. `settled` hears how many bytes from the start stay as they are.
    pub fn new(inner: W, stem: &str, settled: Option<Sender<u64>>) -> io::Result<Self> {
        Ok(Self {
            packer: Packer::begin(inner, settled)?,
            top: format!("{stem}/"),
            files: Vec::new(),
            tags: String::new(),
        })
    }

    /// Writes one whole entry.
    pub fn put(&mut self, listed: Listed, path: &str, bytes: impl Into<Vec<u8>>) -> io::Result<()> {
        let bytes = bytes.into();
        let mut head = Head::default();
        head.see(&bytes);
        let record = FileRecord {
            path: path.to_owned(),
            size: bytes.len() as u64,
            digest: Sha256::digest(&bytes).into(),
            pdf_version: head.pdf_version(),
        };
        self.packer.start(format!("{}{path}", self.top), Packing::of(&bytes))?;
        if bytes.len() <= CHUNK {
            self.packer.bytes(bytes)?;
        } else {
            // What waits to be packed is bounded by the size of a piece.
            bytes.chunks(CHUNK).try_for_each(|piece| self.packer.bytes(piece.to_vec()))?;
        }
        self.list(listed, record);
        Ok(())
    }

    /// Begins an entry that is written piece by piece.
    pub fn start(&mut self, path: &str, packing: Packing) -> io::Result<Streamed<'_, W>> {
        self.packer.start(format!("{}{path}", self.top), packing)?;
        let held = Vec::new();
        let (hash, head) = (Sha256::new(), Head::default());
        Ok(Streamed { bag: self, path: path.to_owned(), held, hash, head, size: 0 })
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
        manifest.end(Listed::Tag)?;
        let tags = std::mem::take(&mut self.tags);
        self.put(Listed::Nowhere, "tagmanifest-sha256.txt", tags)?;
        self.packer.finish()
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
        fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
            self.0.seek(to)
        }
    }

    fn fill(room: usize) -> io::Result<()> {
        let mut bag = BagWriter::new(Small(io::Cursor::default(), room), "s-v0001", None)?;
        bag.put(Listed::Tag, "bagit.txt", b"text")?;
        let mut entry = bag.start("data/a", Packing::Stored(300))?;
        entry.write_all(&[7; 300])?;
        entry.end(Listed::Payload)?;
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
