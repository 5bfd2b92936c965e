//! Reads a zip without trusting it.
//!
//! The directory is read entry by entry as it stands, so that duplicate names are seen rather than folded.
//! Nothing is unpacked to disk. An entry never yields more bytes than the directory says it has.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::bufread::DeflateDecoder;
use rawzip::time::DosDateTime;
use rawzip::{
    CompressionMethod, Crc32, FileReader, RECOMMENDED_BUFFER_SIZE, ReaderAt as _, ZipArchive,
    ZipArchiveEntryWayfinder, ZipReader,
};

use crate::report::{Code, Findings};
use crate::v1::limits;
use crate::{Error, Result};

const REGULAR: u32 = 0o100_000;
const FULL: u64 = 0xFFFF_FFFF;
const KIND: u32 = 0o170_000;

/// One entry of the zip's directory.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) size: u64,
    pub(crate) packed: u64,
    pub(crate) crc: u32,
    pub(crate) method: CompressionMethod,
    pub(crate) offset: u64,
    pub(crate) descriptor: bool,
    way: ZipArchiveEntryWayfinder,
}

/// A zip whose directory was read whole.
#[derive(Debug)]
pub(crate) struct Container {
    pub(crate) path: PathBuf,
    pub(crate) archive: ZipArchive<FileReader>,
    pub(crate) entries: Vec<Entry>,
    pub(crate) file_size: u64,
    index: HashMap<String, usize>,
}

impl Container {
    /// Reads the directory. Findings say what is wrong with it; none is answered where nothing can be read.
    pub(crate) fn open(path: &Path, found: &mut Findings) -> Result<Option<Self>> {
        let fail = |e| Error::io(path, e);
        let file = File::open(path).map_err(fail)?;
        let meta = file.metadata().map_err(fail)?;
        if !meta.is_file() {
            return Err(fail(io::Error::from(io::ErrorKind::InvalidInput)));
        }
        let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
        let archive = match ZipArchive::from_file(file, &mut buffer) {
            Ok(archive) => archive,
            Err(e) => return no_zip(path, e, found),
        };
        let mut this = Self {
            path: path.to_owned(),
            archive,
            entries: Vec::new(),
            file_size: meta.len(),
            index: HashMap::new(),
        };
        match this.directory(found) {
            Ok(true) => Ok(Some(this)),
            Ok(false) => Ok(None),
            Err(e) => no_zip(path, e, found),
        }
    }

    fn directory(&mut self, found: &mut Findings) -> Result<bool, rawzip::Error> {
        // A record is at most 46 + 3 × 65535 bytes.
        let mut buffer = vec![0; 256 * 1024];
        let mut folded: HashMap<String, usize> = HashMap::new();
        let (mut count, mut unusual) = (0u64, self.archive.comment().remaining() > 0);
        let mut entries = self.archive.entries(&mut buffer);
        while let Some(record) = entries.next_entry()? {
            count += 1;
            if count > limits::ENTRIES {
                found.add(Code::ZipTooManyEntries, "", format!("more than {}", limits::ENTRIES));
                return Ok(false);
            }
            let path = record.file_path();
            let raw: &[u8] = path.as_bytes();
            let name = String::from_utf8_lossy(raw).into_owned();
            let mode = record.mode().value();
            unusual |= mode & 0o7777 != 0o644
                || !fixed_time(record.last_modified_dos())
                || !record.comment().as_bytes().is_empty();
            let fault = if record.flags().is_encrypted() || record.flags().has_strong_encryption() {
                Some((Code::ZipEncrypted, ""))
            } else if mode & KIND != REGULAR && mode & KIND != 0 && !record.is_dir() {
                Some((Code::ZipLink, ""))
            } else if let Some(why) = name_fault(raw) {
                Some((Code::ZipUnsafeName, why))
            } else if record.is_dir() {
                Some((Code::ZipFolderEntry, ""))
            } else if !matches!(
                record.compression_method(),
                CompressionMethod::STORE | CompressionMethod::DEFLATE
            ) {
                Some((Code::ZipMethodUnknown, ""))
            } else {
                None
            };
            if fault.is_none() && !self.plain_header(record.central_directory_offset(), true)? {
                found.add(Code::ZipHeadersDisagree, &name, "version, flags or disk");
            }
            let number = self.entries.len();
            if self.index.contains_key(&name) {
                found.add(Code::ZipDuplicateName, &name, "");
            } else if folded.insert(name.to_lowercase(), number).is_some() {
                found.add(Code::ZipCaseCollision, &name, "");
            }
            if let Some((code, detail)) = fault {
                found.add(code, &name, detail);
                continue;
            }
            self.index.entry(name.clone()).or_insert(number);
            self.entries.push(Entry {
                name,
                size: record.uncompressed_size_hint(),
                packed: record.compressed_size_hint(),
                crc: record.crc32(),
                method: record.compression_method(),
                offset: record.local_header_offset(),
                descriptor: record.flags().has_data_descriptor(),
                way: record.wayfinder(),
            });
        }
        if count != self.archive.entries_hint() {
            let detail = format!("{count} entries, {} announced", self.archive.entries_hint());
            found.add(Code::NotAZip, "", detail);
        }
        if unusual {
            found.add(Code::ZipUnusual, "", "");
        }
        Ok(true)
    }

    /// The number of the entry of this name.
    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        self.index.get(name).copied()
    }

    /// Looks at how entries lie in the file. Answers whether it is safe to unpack them.
    pub(crate) fn inspect(&self, found: &mut Findings) -> Result<bool> {
        let total = self.entries.iter().fold(0u64, |sum, e| sum.saturating_add(e.size));
        if total > self.file_size.saturating_mul(200).saturating_add(1 << 30) {
            found.add(Code::ZipBomb, "", format!("{total} bytes from {}", self.file_size));
            return Ok(false);
        }
        let mut order: Vec<&Entry> = self.entries.iter().collect();
        order.sort_by_key(|e| e.offset);
        let (mut at, mut safe, mut slack) = (0, true, 0);
        let mut buffer = vec![0; 128 * 1024];
        for entry in order {
            if entry.offset < at {
                found.add(Code::ZipOverlap, &entry.name, "");
                safe = false;
            } else if entry.offset > at + slack {
                found.add(Code::ZipUnlistedBytes, &entry.name, format!("{} before it", entry.offset - at));
            }
            match self.local(entry, &mut buffer) {
                Ok((end, same)) => {
                    if !same {
                        found.add(Code::ZipHeadersDisagree, &entry.name, "");
                    }
                    at = end;
                }
                Err(e) => {
                    self.entry_fault(e, &entry.name, found)?;
                    at = entry.offset;
                }
            }
            // A data descriptor may follow: at most 24 bytes.
            slack = if entry.descriptor { 24 } else { 0 };
        }
        let directory = self.archive.directory_offset();
        if at > directory {
            found.add(Code::ZipOverlap, "", "the directory");
            safe = false;
        } else if directory > at + slack {
            found.add(Code::ZipUnlistedBytes, "", "before the directory");
        }
        if !self.end_record_agrees().map_err(|e| Error::io(&self.path, e))? {
            found.add(Code::NotAZip, "", "the end record and the directory differ");
        }
        if self.archive.end_offset() != self.file_size {
            found.add(Code::ZipUnlistedBytes, "", "after the directory");
        }
        Ok(safe)
    }

    /// Whether the end record says where the directory is and how long; other tools go by it.
    fn end_record_agrees(&self) -> io::Result<bool> {
        let at = self.archive.eocd_offset();
        let mut record = [0; 22];
        self.archive.get_ref().read_exact_at(&mut record, at)?;
        let short = |i: usize| u64::from(u16::from_le_bytes([record[i], record[i + 1]]));
        let long = |i: usize| short(i) | short(i + 2) << 16;
        let start = self.archive.directory_offset();
        let count = self.archive.entries_hint();
        // Where a field is full, the zip64 record holds the value.
        let zip64 = [8, 10].iter().any(|i| short(*i) == 0xFFFF) || long(12) == FULL || long(16) == FULL;
        Ok(short(4) == 0
            && short(6) == 0
            && (zip64
                || (short(8) == count && short(10) == count && long(16) == start && start + long(12) == at)))
    }

    /// Whether a header asks for no more than zip64 of whoever reads it, and for no second disk.
    fn plain_header(&self, at: u64, central: bool) -> io::Result<bool> {
        let mut bytes = [0; 46];
        let bytes = if central { &mut bytes[..] } else { &mut bytes[..30] };
        self.archive.get_ref().read_exact_at(bytes, at)?;
        let short = |i: usize| u16::from_le_bytes([bytes[i], bytes[i + 1]]);
        let (version, flags) = if central { (6, 8) } else { (4, 6) };
        // Flags: the level of deflate, a data descriptor, UTF-8 names.
        let disk = central && short(34) != 0;
        Ok(short(version) <= 45 && short(flags) & !0x080E == 0 && !disk)
    }

    fn local(&self, entry: &Entry, buffer: &mut [u8]) -> Result<(u64, bool), rawzip::Error> {
        let found = self.archive.get_entry(entry.way)?;
        let local = found.local_header(buffer)?;
        let mut same = self.plain_header(entry.offset, false)?
            && local.file_path().as_bytes() == entry.name.as_bytes()
            && local.compression_method() == entry.method
            && local.flags().has_data_descriptor() == entry.descriptor
            && !local.flags().is_encrypted();
        if !entry.descriptor {
            same &= local.crc32() == entry.crc
                && local.compressed_size_hint() == entry.packed
                && local.uncompressed_size_hint() == entry.size;
        }
        Ok((found.compressed_data_range().1, same))
    }

    fn entry_fault(&self, e: rawzip::Error, name: &str, found: &mut Findings) -> Result<()> {
        match e.into_kind() {
            rawzip::ErrorKind::IO(e) if e.kind() != io::ErrorKind::UnexpectedEof => {
                Err(Error::io(&self.path, e))
            }
            other => {
                found.add(Code::ZipEntryUnreadable, name, other.to_string());
                Ok(())
            }
        }
    }

    /// The bytes of an entry.
    pub(crate) fn reader(&self, number: usize) -> Result<EntryReader<'_>, Fault> {
        let entry = &self.entries[number];
        let found = self.archive.get_entry(entry.way).map_err(|e| match e.into_kind() {
            rawzip::ErrorKind::IO(e) if e.kind() != io::ErrorKind::UnexpectedEof => Fault::Io(e),
            _ => Fault::Found(Code::ZipEntryUnreadable),
        })?;
        let packed = BufReader::with_capacity(64 * 1024, found.reader());
        let body = if entry.method == CompressionMethod::STORE {
            Body::Stored(packed)
        } else {
            Body::Deflated(DeflateDecoder::new(packed))
        };
        Ok(EntryReader { body, crc: Crc32::new(), read: 0, entry, ended: false })
    }

    /// A whole entry, where it has at most `limit` bytes.
    pub(crate) fn read(&self, number: usize, limit: u64) -> Result<Vec<u8>, Fault> {
        let entry = &self.entries[number];
        if entry.size > limit {
            return Err(Fault::Found(Code::RecordTooLarge));
        }
        let mut reader = self.reader(number)?;
        let (mut out, mut buf) = (Vec::new(), vec![0; 16 * 1024]);
        loop {
            match reader.next(&mut buf)? {
                0 => return Ok(out),
                n => out.extend_from_slice(&buf[..n]),
            }
        }
    }
}

/// Whether this is the one time that exports write.
fn fixed_time(t: DosDateTime) -> bool {
    (t.year(), t.month(), t.day(), t.hour(), t.minute(), t.second()) == (1980, 1, 1, 0, 0, 0)
}

fn no_zip<T>(path: &Path, e: rawzip::Error, found: &mut Findings) -> Result<Option<T>> {
    match e.into_kind() {
        rawzip::ErrorKind::IO(e) if e.kind() != io::ErrorKind::UnexpectedEof => Err(Error::io(path, e)),
        other => {
            found.add(Code::NotAZip, "", other.to_string());
            Ok(None)
        }
    }
}

/// Why an entry could not be read.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The system refused.
    Io(io::Error),
    /// The entry is not what it has to be.
    Found(Code),
}

enum Body<'a> {
    Stored(BufReader<ZipReader<&'a FileReader>>),
    Deflated(DeflateDecoder<BufReader<ZipReader<&'a FileReader>>>),
}

/// The bytes of an entry, held against its size and checksum.
pub(crate) struct EntryReader<'a> {
    body: Body<'a>,
    crc: Crc32,
    read: u64,
    entry: &'a Entry,
    ended: bool,
}

impl EntryReader<'_> {
    /// The next bytes; 0 at the end, which is reached only where size and checksum agree.
    pub(crate) fn next(&mut self, buf: &mut [u8]) -> Result<usize, Fault> {
        if self.ended {
            return Ok(0);
        }
        let outcome = match &mut self.body {
            Body::Stored(r) => r.read(buf),
            Body::Deflated(r) => r.read(buf),
        };
        let n = match outcome {
            Ok(n) => n,
            Err(e) => {
                return Err(match e.kind() {
                    io::ErrorKind::InvalidInput
                    | io::ErrorKind::InvalidData
                    | io::ErrorKind::UnexpectedEof
                    | io::ErrorKind::Other => Fault::Found(Code::ZipEntryUnreadable),
                    _ => Fault::Io(e),
                });
            }
        };
        self.crc.update(&buf[..n]);
        self.read += n as u64;
        if self.read > self.entry.size {
            return Err(Fault::Found(Code::ZipSizeLies));
        }
        if n == 0 && !buf.is_empty() {
            self.ended = true;
            let taken = match &self.body {
                Body::Stored(_) => self.read,
                Body::Deflated(r) => r.total_in(),
            };
            if self.read != self.entry.size || taken != self.entry.packed {
                return Err(Fault::Found(Code::ZipSizeLies));
            }
            if self.crc.checksum() != self.entry.crc {
                return Err(Fault::Found(Code::ZipCrcMismatch));
            }
        }
        Ok(n)
    }
}

/// Why a name is not safe on every system, if it is not.
fn name_fault(raw: &[u8]) -> Option<&'static str> {
    if raw.is_empty() || raw.len() > limits::NAME {
        return Some("length");
    }
    if !raw.iter().all(|b| (0x21..=0x7e).contains(b)) {
        return Some("characters");
    }
    if raw.iter().any(|b| b"\\:*?\"<>|".contains(b)) {
        return Some("characters");
    }
    let body = raw.strip_suffix(b"/").unwrap_or(raw);
    for part in body.split(|b| *b == b'/') {
        if part.is_empty() || part == b"." || part == b".." || part.ends_with(b".") {
            return Some("path");
        }
        let stem = part.split(|b| *b == b'.').next().unwrap_or(part).to_ascii_lowercase();
        let device = matches!(stem.as_slice(), b"con" | b"prn" | b"aux" | b"nul")
            || (stem.len() == 4
                && (stem.starts_with(b"com") || stem.starts_with(b"lpt"))
                && stem[3].is_ascii_digit());
        if device {
            return Some("device name");
        }
    }
    None
}
