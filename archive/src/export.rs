//! Reads an export back, record by record.
//!
//! Every record is checked as it is read: digests against the OCFL inventories, hashes against the texts.
//! That finds damage in what is read; only [`crate::verify()`] looks at everything.

use std::io::{self, Read};
use std::path::Path;

use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

use crate::container::{Container, EntryReader, Fault};
use crate::report::{Code, Findings};
use crate::sign::{self, Proof, proof};
use crate::v1::layout::{self, Layout};
use crate::v1::ocfl::Inventory;
use crate::v1::{
    AttachmentVersion, CaptureVersion, Changes, Header, JournalEntry, Library, Retention, Revision,
    canonical, content_hash, hex, limits, rules,
};
use crate::{Error, Result};

/// An export that can be read.
#[derive(Debug)]
pub struct Export {
    pub(crate) zip: Container,
    pub(crate) stem: String,
    pub(crate) layout: Layout,
    header: Header,
    changes: Option<Changes>,
}

/// The top folder of a zip, where its entries share one that is named as an export's is.
pub(crate) fn top_folder(zip: &Container) -> Option<String> {
    let top = zip.entries.first()?.name.split_once('/')?.0;
    let (series, number) = top.rsplit_once("-v")?;
    let numbered = number.len() == 4 && number.bytes().all(|b| b.is_ascii_digit());
    let marker = format!("{top}/data/{top}/metadata/other/chain.json");
    let bag = ["bagit.txt", "bag-info.txt"].iter().any(|f| zip.find(&format!("{top}/{f}")).is_some());
    (rules::is_series(series) && numbered && (bag || zip.find(&marker).is_some())).then(|| top.to_owned())
}

/// Parses a record strictly: known fields alone, in RFC 8785 form.
pub(crate) fn parse<T: DeserializeOwned + serde::Serialize>(bytes: &[u8]) -> Result<T, String> {
    let value: T = serde_json::from_slice(bytes).map_err(|e| e.to_string())?;
    if canonical(&value).map_err(|e| e.to_string())? == bytes {
        Ok(value)
    } else {
        Err("not in RFC 8785 form".into())
    }
}

/// Parses `chain.json`: the format it names, the header, and what changed.
pub(crate) fn parse_chain(bytes: &[u8]) -> Result<(String, Header, Option<Changes>), String> {
    let mut value: serde_json::Value = serde_json::from_slice(bytes).map_err(|e| e.to_string())?;
    let object = value.as_object_mut().ok_or("no object")?;
    let Some(serde_json::Value::String(format)) = object.remove("format") else {
        return Err("no format".into());
    };
    let changes = object.remove("changes").unwrap_or_default();
    let changes: Option<Changes> = serde_json::from_value(changes).map_err(|e| e.to_string())?;
    let header: Header = serde_json::from_value(value).map_err(|e| e.to_string())?;
    match layout::chain_json(&header, changes.as_ref()) {
        Ok(again) if again == bytes || format != layout::FORMAT => Ok((format, header, changes)),
        _ => Err("not in RFC 8785 form".into()),
    }
}

/// What a file says it is, where it is an export that can be opened.
pub(crate) fn peek(path: &Path) -> Result<Option<Header>> {
    match Export::open(path) {
        Ok(export) => Ok(Some(export.header)),
        Err(e @ Error::Io { .. }) => Err(e),
        Err(_) => Ok(None),
    }
}

impl Export {
    /// Opens an export and reads what it says it is.
    ///
    /// # Errors
    /// [`Error::NotAnExport`] where the file is no zip or no export of this version; [`Error::Io`] where it
    /// cannot be read.
    pub fn open(path: &Path) -> Result<Self> {
        let not = |reason: String| Error::NotAnExport { path: path.to_owned(), reason };
        let mut found = Findings::default();
        let zip = Container::open(path, &mut found)?;
        let fault = |found: &Findings| {
            found.list.iter().find(|f| f.code != Code::ZipUnusual).map(|f| format!("{} {}", f.en, f.place))
        };
        if let Some(reason) = fault(&found) {
            return Err(not(reason));
        }
        let Some(zip) = zip else { return Err(not(Code::NotAZip.en().into())) };
        if !zip.inspect(&mut found)? {
            return Err(not(fault(&found).unwrap_or_else(|| Code::ZipOverlap.en().into())));
        }
        let Some(stem) = top_folder(&zip) else { return Err(not(Code::NotAnExport.en().into())) };
        let layout = Layout::new(&stem);
        let name = format!("{stem}/{}", layout.metadata("chain.json"));
        let Some(number) = zip.find(&name) else { return Err(not(format!("{name} is missing"))) };
        let bytes = zip.read(number, limits::CHAIN).map_err(|f| damaged(&zip, &name, f))?;
        let (format, header, changes) = parse_chain(&bytes).map_err(|e| not(format!("chain.json: {e}")))?;
        if format != layout::FORMAT {
            return Err(not(format!("its format is {format}, this version reads {}", layout::FORMAT)));
        }
        if let Some(fault) = rules::header_fault(&header) {
            return Err(not(format!("chain.json: {fault}")));
        }
        Ok(Self { zip, stem, layout, header, changes })
    }

    /// What the export says it is.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    fn entry(&self, path: &str) -> Result<usize> {
        let missing =
            || Error::Damaged { place: path.to_owned(), reason: "the file is not in the zip".into() };
        self.zip.find(&format!("{}/{path}", self.stem)).ok_or_else(missing)
    }

    fn bytes(&self, path: &str, limit: u64) -> Result<Vec<u8>> {
        self.zip.read(self.entry(path)?, limit).map_err(|f| damaged(&self.zip, path, f))
    }

    fn record<T: DeserializeOwned + serde::Serialize>(&self, path: &str, limit: u64) -> Result<T> {
        parse(&self.bytes(path, limit)?).map_err(|reason| Error::Damaged { place: path.to_owned(), reason })
    }

    /// The library's records; in an incremental export those that changed. Bytes on disk: at most [`v1`](crate::v1)'s limit of 64 MiB.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Io`].
    pub fn library(&self) -> Result<Library> {
        self.record(&self.layout.metadata("library.json"), limits::LIBRARY)
    }

    /// Retention rules, what has them, and holds: of the whole library, in an incremental export too.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Io`].
    pub fn retention(&self) -> Result<Retention> {
        let path = self.layout.metadata("retention.json");
        match self.zip.find(&format!("{}/{path}", self.stem)) {
            Some(_) => self.record(&path, limits::RETENTION),
            None => Ok(Retention::default()),
        }
    }

    /// The proofs of the export before that travel in this one.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Io`].
    pub fn proofs(&self) -> Result<Vec<Proof>> {
        let mut proofs = Vec::new();
        for name in proof::names(&self.header) {
            let path = self.layout.metadata(&format!("proofs/{name}"));
            if self.zip.find(&format!("{}/{path}", self.stem)).is_some() {
                proofs.push(Proof { bytes: self.bytes(&path, sign::LARGEST_PROOF)?, name });
            }
        }
        Ok(proofs)
    }

    /// What it changes in the exports before it; none in a full export.
    #[must_use]
    pub fn changes(&self) -> Option<&Changes> {
        self.changes.as_ref()
    }

    /// The journal, entry by entry; in an incremental export the entries since the one before. Each entry's
    /// hash and place in the chain are checked.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Io`], here and from the iterator, which then ends.
    pub fn journal(&self) -> Result<Journal<'_>> {
        let before = self.changes.as_ref().map(|changes| changes.journal.clone());
        self.journal_after(before.map_or_else(rules::JournalChain::new, rules::JournalChain::after))
    }

    /// The journal's entries in this export, which have to go on from `chain`.
    pub(crate) fn journal_after(&self, chain: rules::JournalChain) -> Result<Journal<'_>> {
        let path = self.layout.metadata("journal.jsonl");
        let reader = self.zip.reader(self.entry(&path)?).map_err(|f| damaged(&self.zip, &path, f))?;
        let lines = Lines::new(reader, limits::JOURNAL_LINE);
        Ok(Journal { lines, export: self, chain, path, ended: false })
    }

    /// SHA-256 of an object's `inventory.json`, by its bytes.
    pub(crate) fn inventory_digest(&self, id: &str) -> Result<String> {
        let path = format!("{}inventory.json", self.layout.object(id));
        Ok(hex(&Sha256::digest(self.bytes(&path, limits::INVENTORY)?)))
    }

    fn inventory(&self, id: &str) -> Result<Inventory> {
        if !rules::is_uuid(id)
            || self.zip.find(&format!("{}/{}inventory.json", self.stem, self.layout.object(id))).is_none()
        {
            return Err(Error::NotFound(format!("object {id}")));
        }
        self.record(&format!("{}inventory.json", self.layout.object(id)), limits::INVENTORY)
    }

    /// The bytes of a logical file of a version, held against the inventory's digest.
    fn content(
        &self,
        id: &str,
        inventory: &Inventory,
        version: u32,
        name: &str,
        limit: u64,
    ) -> Result<Vec<u8>> {
        let place = format!("object {id} v{version} {name}");
        let missing =
            || Error::Damaged { place: place.clone(), reason: "the inventory does not list it".into() };
        let digest = inventory.digest(version, name).ok_or_else(missing)?;
        let path = inventory.content_path(version, name).ok_or_else(missing)?;
        let bytes = self.bytes(&format!("{}{path}", self.layout.object(id)), limit)?;
        if hex(&Sha256::digest(&bytes)) == digest {
            Ok(bytes)
        } else {
            Err(Error::Damaged { place, reason: "its digest is not the inventory's".into() })
        }
    }

    /// Every revision of a post and its body, by number ascending, one in memory at a time.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the export holds no such post; [`Error::Damaged`] and [`Error::Io`], here
    /// and from the iterator.
    pub fn revisions(&self, post: &str) -> Result<impl Iterator<Item = Result<(Revision, String)>> + '_> {
        let inventory = self.inventory(post)?;
        let post = post.to_owned();
        let last = u32::try_from(inventory.versions.len()).unwrap_or(u32::MAX);
        Ok((1..=last).map(move |n| self.revision(&post, &inventory, n)))
    }

    pub(crate) fn revision(&self, post: &str, inventory: &Inventory, n: u32) -> Result<(Revision, String)> {
        let damage = |reason: String| Error::Damaged { place: format!("post {post} revision {n}"), reason };
        let json = self.content(post, inventory, n, "revision.json", limits::REVISION)?;
        let revision: Revision = parse(&json).map_err(damage)?;
        let body = self.content(post, inventory, n, "post.md", limits::BODY)?;
        let body = String::from_utf8(body).map_err(|_| damage("post.md is not UTF-8".into()))?;
        if revision.number != n || content_hash(&revision, &body)? != revision.hash {
            return Err(damage("its hash is not that of its text".into()));
        }
        Ok((revision, body))
    }

    /// Every version of an attachment, by number ascending.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Damaged`], [`Error::Io`].
    pub fn attachment_versions(&self, id: &str) -> Result<Vec<AttachmentVersion>> {
        let inventory = self.inventory(id)?;
        let damage =
            |reason: &str| Error::Damaged { place: format!("attachment {id}"), reason: reason.into() };
        let mut out = Vec::new();
        for number in 1..=u32::try_from(inventory.versions.len()).unwrap_or(u32::MAX) {
            let version = inventory
                .versions
                .get(&format!("v{number}"))
                .ok_or_else(|| damage("a version is missing"))?;
            let (digest, path) =
                inventory.attachment(number).ok_or_else(|| damage("a version's file is not listed"))?;
            let entry = self.entry(&format!("{}{path}", self.layout.object(id)))?;
            out.push(AttachmentVersion {
                version: number,
                sha256: digest.to_owned(),
                size: self.zip.entries[entry].size,
                at: version.created.clone(),
                actor: version.user.actor().ok_or_else(|| damage("a user's address cannot be read"))?,
            });
        }
        Ok(out)
    }

    /// Every version of a capture, by number ascending.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Damaged`], [`Error::Io`].
    pub fn capture_versions(&self, id: &str) -> Result<Vec<CaptureVersion>> {
        let inventory = self.inventory(id)?;
        let last = u32::try_from(inventory.versions.len()).unwrap_or(u32::MAX);
        (1..=last)
            .map(|number| {
                let json = self.content(id, &inventory, number, layout::CAPTURE, limits::CAPTURE)?;
                let place = format!("capture {id} version {number}");
                let version: CaptureVersion =
                    parse(&json).map_err(|reason| Error::Damaged { place: place.clone(), reason })?;
                let named = inventory.digest(number, layout::CAPTURED_PAGE);
                if version.version != number || named != Some(version.sha256.as_str()) {
                    let reason = "it is not that of its page".into();
                    return Err(Error::Damaged { place, reason });
                }
                Ok(version)
            })
            .collect()
    }

    /// The WACZ of one version of a capture, as [`Export::open_blob`].
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Damaged`], [`Error::Io`].
    pub fn open_page(&self, id: &str, version: u32) -> Result<impl Read + '_> {
        let inventory = self.inventory(id)?;
        let none = || Error::NotFound(format!("version {version} of capture {id}"));
        let digest = inventory.digest(version, layout::CAPTURED_PAGE).ok_or_else(none)?.to_owned();
        let path = inventory.content_path(version, layout::CAPTURED_PAGE).ok_or_else(none)?;
        self.open_content(id, path, digest)
    }

    /// The bytes of one version of an attachment. Reading to the end fails with
    /// [`io::ErrorKind::InvalidData`] where they are not those that the inventory lists.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Damaged`], [`Error::Io`].
    pub fn open_blob(&self, id: &str, version: u32) -> Result<impl Read + '_> {
        let inventory = self.inventory(id)?;
        let none = || Error::NotFound(format!("version {version} of attachment {id}"));
        let (digest, path) = inventory.attachment(version).ok_or_else(none)?;
        self.open_content(id, path, digest.to_owned())
    }

    fn open_content(&self, id: &str, path: &str, digest: String) -> Result<Blob<'_>> {
        let entry = self.entry(&format!("{}{path}", self.layout.object(id)))?;
        let reader = self.zip.reader(entry).map_err(|f| damaged(&self.zip, path, f))?;
        Ok(Blob { reader, hash: Sha256::new(), digest })
    }
}

fn damaged(zip: &Container, place: &str, fault: Fault) -> Error {
    match fault {
        Fault::Io(e) => Error::io(&zip.path, e),
        Fault::Found(code) => Error::Damaged { place: place.to_owned(), reason: code.en().into() },
    }
}

struct Blob<'a> {
    reader: EntryReader<'a>,
    hash: Sha256,
    digest: String,
}

impl Read for Blob<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.reader.next(buf).map_err(|f| match f {
            Fault::Io(e) => e,
            Fault::Found(code) => io::Error::new(io::ErrorKind::InvalidData, code.en()),
        })?;
        self.hash.update(&buf[..n]);
        if n == 0 && !buf.is_empty() && hex(&self.hash.clone().finalize()) != self.digest {
            return Err(io::Error::new(io::ErrorKind::InvalidData, Code::OcflDigestMismatch.en()));
        }
        Ok(n)
    }
}

/// Lines of an entry, bounded, without their line feed. A last line without one is an error.
pub(crate) struct Lines<'a> {
    reader: EntryReader<'a>,
    limit: u64,
    buf: Vec<u8>,
    held: std::ops::Range<usize>,
}

impl<'a> Lines<'a> {
    pub(crate) fn new(reader: EntryReader<'a>, limit: u64) -> Self {
        Self { reader, limit, buf: vec![0; 32 * 1024], held: 0..0 }
    }

    /// The next line; none at the end. The inner error says what is wrong with the line or the entry.
    pub(crate) fn next(&mut self) -> Result<Option<Vec<u8>>, Fault> {
        let mut line = Vec::new();
        loop {
            if self.held.is_empty() {
                let n = self.reader.next(&mut self.buf)?;
                if n == 0 {
                    return if line.is_empty() { Ok(None) } else { Ok(Some(line)) };
                }
                self.held = 0..n;
            }
            let held = &self.buf[self.held.clone()];
            let end = held.iter().position(|b| *b == b'\n');
            line.extend_from_slice(&held[..end.unwrap_or(held.len())]);
            self.held.start += end.map_or(held.len(), |e| e + 1);
            if line.len() as u64 > self.limit {
                return Err(Fault::Found(Code::RecordTooLarge));
            }
            if end.is_some() {
                return Ok(Some(line));
            }
        }
    }
}

/// The journal of an export.
pub struct Journal<'a> {
    lines: Lines<'a>,
    export: &'a Export,
    chain: rules::JournalChain,
    path: String,
    ended: bool,
}

impl Iterator for Journal<'_> {
    type Item = Result<JournalEntry>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let item = self.entry().transpose();
        self.ended = !matches!(item, Some(Ok(_)));
        item
    }
}

impl Journal<'_> {
    /// Where the journal stands after its entries.
    pub(crate) fn into_chain(self) -> rules::JournalChain {
        self.chain
    }

    fn entry(&mut self) -> Result<Option<JournalEntry>> {
        let Some(line) = self.lines.next().map_err(|f| damaged(&self.export.zip, &self.path, f))? else {
            return Ok(None);
        };
        let place = format!("journal entry after {}", self.chain.end().seq);
        let entry: JournalEntry = parse(&line).map_err(|reason| Error::Damaged { place, reason })?;
        let mut fault = None;
        self.chain.next(&entry, &mut |f| {
            fault.get_or_insert(f);
        });
        match fault {
            None => Ok(Some(entry)),
            Some(f) => Err(Error::Damaged { place: f.place, reason: f.en.into() }),
        }
    }
}
