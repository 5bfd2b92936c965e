//! Writes an export.
//!
//! Records are asked of the [`Source`] one by one, checked against the format's rules, hashed and written.
//! The zip grows under a temporary name in its own folder and gets its final name when it is whole and
//! synced; on any error, and when cancelled, the temporary file is removed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Read, Seek, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;

use sha2::{Digest as _, Sha256};

use super::bag::{BagWriter, Listed, Packing};
use super::follow::Follower;
use super::layout::{self, Layout};
use super::ocfl::{Inventory, User, Version};
use super::package::{self, FileRecord, Premis};
use super::rules::{self, JournalChain, RevisionChain};
use super::{
    Attachment, Capture, Changes, Header, Increment, JournalEnd, Library, Mode, ObjectChange, ObjectDigest,
    Post, Retention, Revision, Source, canonical, hex, limits, retention_faults,
};
use crate::progress::{Phase, Progress};
use crate::report::Finding;
use crate::viewer::Viewer;
use crate::{Error, Result, SourceError};

const CHUNK: usize = 128 * 1024;

/// An export that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The zip.
    pub path: PathBuf,
    /// SHA-256 of the zip, lower-case hex: what the next export of the series names.
    pub sha256: String,
    /// Size of the zip in bytes.
    pub size: u64,
    /// The objects that it carries, each with the SHA-256 of its `inventory.json`: what an incremental export
    /// after it has to know.
    pub objects: BTreeMap<String, String>,
    /// Where its journal ends.
    pub journal: JournalEnd,
}

/// Is told how far the work is, and may stop it.
pub(crate) type OnProgress<'a> = &'a mut dyn FnMut(Progress<'_>) -> ControlFlow<()>;

/// Writes the export that `header` describes into the folder `dir`, as `<series>-v0002.zip`.
///
/// The same header and the same state of the source give the same bytes. `progress` is called often; when
/// it breaks, the work stops and nothing is left.
///
/// # Errors
/// [`Error::AlreadyExists`] where a file of that name is there: it is never overwritten.
/// [`Error::WrongBlob`] and [`Error::BadRecord`] where the library's bytes or records are not what it
/// recorded. [`Error::NoSpace`] on a full disk. [`Error::Source`] with the source's own error.
/// [`Error::Cancelled`]. After any of them neither the zip nor a temporary file is there.
pub fn write(
    header: &Header,
    source: &mut dyn Source,
    dir: &Path,
    progress: OnProgress<'_>,
) -> Result<Written> {
    if let Some(fault) = rules::header_fault(header) {
        return Err(Error::BadHeader(fault));
    }
    let path = dir.join(header.file_name());
    if path.symlink_metadata().is_ok() {
        return Err(Error::AlreadyExists(path));
    }
    let part = Part::create(&dir.join(format!(".{}.part", header.file_name())))?;
    let file = part.file.try_clone().map_err(|e| Error::io(&part.path, e))?;
    let increment = match header.mode {
        Mode::Full => None,
        Mode::Incremental => Some(source.increment().map_err(Error::Source)?),
    };
    let mut gauge = Gauge::new(source.content_bytes().map_err(Error::Source)?, progress);
    let out = BufWriter::with_capacity(CHUNK, file);
    let follower = Follower::begin(&part.path).map_err(|e| Error::io(&part.path, e))?;
    let target = (path.as_path(), follower.settled());
    let (file, objects, journal) = compose(header, increment.as_ref(), source, out, target, &mut gauge)?;
    let file = file.into_inner().map_err(|e| Error::io(&path, e.into_error()))?;
    file.sync_all().map_err(|e| Error::io(&path, e))?;
    let size = file.metadata().map_err(|e| Error::io(&path, e))?.len();
    let sha256 = follower.end(size).map_err(|e| Error::io(&path, e))?;
    gauge.end()?;
    part.publish(&path)?;
    Ok(Written { path, sha256, size, objects, journal })
}

/// The zip under its temporary name; removed when dropped before it was published.
struct Part {
    path: PathBuf,
    file: File,
}

impl Part {
    fn create(path: &Path) -> Result<Self> {
        // A file left by a process that was killed would stand in the way for ever.
        match fs::remove_file(path) {
            Ok(()) => {}
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            Err(e) => return Err(Error::io(path, e)),
        }
        let file =
            OpenOptions::new().write(true).create_new(true).open(path).map_err(|e| Error::io(path, e))?;
        Ok(Self { path: path.to_owned(), file })
    }

    /// Gives the file its final name without ever replacing one.
    fn publish(self, to: &Path) -> Result<()> {
        match fs::hard_link(&self.path, to) {
            Ok(()) => {}
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {
                return Err(Error::AlreadyExists(to.to_owned()));
            }
            // A file system without hard links (FAT, some network shares).
            Err(_) if to.symlink_metadata().is_ok() => return Err(Error::AlreadyExists(to.to_owned())),
            Err(_) => fs::rename(&self.path, to).map_err(|e| Error::io(to, e))?,
        }
        let dir = to.parent().filter(|d| !d.as_os_str().is_empty()).unwrap_or(Path::new("."));
        drop(self);
        sync_dir(dir)
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // Nothing sensible can be done where this fails; the next export of this name removes it.
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(unix)]
fn sync_dir(dir: &Path) -> Result<()> {
    File::open(dir).and_then(|d| d.sync_all()).map_err(|e| Error::io(dir, e))
}

#[cfg(not(unix))]
fn sync_dir(_: &Path) -> Result<()> {
    Ok(())
}

/// Bytes of content done and to do.
struct Gauge<'a> {
    total: u64,
    done: u64,
    progress: OnProgress<'a>,
}

impl<'a> Gauge<'a> {
    fn new(content: u64, progress: OnProgress<'a>) -> Self {
        // Never zero, so that even an empty library's work has a beginning and an end.
        Self { total: content.max(1), done: 0, progress }
    }

    fn tell(&mut self, phase: Phase, item: &str) -> Result<()> {
        let progress = Progress { done_bytes: self.done, total_bytes: self.total, phase, item };
        match (self.progress)(progress) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Error::Cancelled),
        }
    }

    fn add(&mut self, bytes: u64, phase: Phase, item: &str) -> Result<()> {
        self.done = self.done.saturating_add(bytes).min(self.total);
        self.tell(phase, item)
    }

    fn end(&mut self) -> Result<()> {
        self.done = self.total;
        self.tell(Phase::Sealing, "")
    }
}

/// Writes every entry of the export into `out` and gives it back, not flushed; with the digests of the objects'
/// inventories and the journal's end.
fn compose<W: Write + Seek>(
    header: &Header,
    increment: Option<&Increment>,
    source: &mut dyn Source,
    out: W,
    (path, settled): (&Path, Option<Sender<u64>>),
    gauge: &mut Gauge<'_>,
) -> Result<(W, BTreeMap<String, String>, JournalEnd)> {
    let stem = header.stem();
    let mut w = Composer {
        bag: BagWriter::new(out, &stem, settled),
        layout: Layout::new(&stem),
        path,
        named: BTreeMap::new(),
        versions: BTreeMap::new(),
        objects: BTreeMap::new(),
    };
    let library = source.library().map_err(Error::Source)?;
    let retention = source.retention().map_err(Error::Source)?;
    let whole = header.mode == Mode::Full && header.selection.is_none();
    refuse(|found| {
        retention_faults(&retention, whole.then_some(&library), found);
        rules::record_faults(&library, header.mode, found);
        if header.mode == Mode::Full {
            rules::reference_faults(&library, found);
        }
        rules::selection_faults(header, &library, found);
    })?;
    w.frame(header, &library, &retention, gauge)?;
    let before = increment.map(|i| &i.journal);
    let journal = w.journal(before, source, gauge)?;
    w.proofs(header, source)?;
    w.ocfl_root()?;
    let carries = |id: &String| increment.is_none_or(|i| i.carried.contains(id));
    let mut viewer =
        Viewer::new(source.renderer(), header, &library, &retention, increment.map(|i| &i.carried));
    for post in library.posts.iter().filter(|post| carries(&post.id)) {
        let revisions = w.post(post, &mut viewer, source, gauge)?;
        for (what, number) in [("head", Some(post.head)), ("conflict", post.conflict)] {
            if number.is_some_and(|n| n == 0 || n as usize > revisions) {
                let reason = format!("its {what} is a revision that does not exist");
                return Err(Error::BadRecord { item: format!("post {}", post.id), reason });
            }
        }
    }
    for attachment in library.attachments.iter().filter(|attachment| carries(&attachment.id)) {
        w.attachment(attachment, &mut viewer, source, gauge)?;
    }
    for capture in library.captures.iter().filter(|capture| carries(&capture.id)) {
        w.capture(capture, source, gauge)?;
    }
    if header.mode == Mode::Full {
        refuse(|found| rules::missing_attachments(&w.named, &w.versions, found))?;
    }
    let after = before.map_or(0, |end| end.seq);
    w.viewer(viewer, after, source, gauge)?;
    w.chain(header, increment.map(|i| changes(i, &library, &w.objects)).as_ref())?;
    w.package(header, &library, after, source, gauge)?;
    let payload = w.bag.files();
    let info = layout::bag_info(header, payload.iter().map(|f| f.size).sum(), payload.len() as u64);
    w.put(Listed::Tag, "bag-info.txt", info.as_bytes())?;
    gauge.tell(Phase::Sealing, "manifest-sha256.txt")?;
    let out = w.bag.finish().map_err(|e| Error::io(path, e))?;
    Ok((out, w.objects, journal))
}

/// What an incremental export adds, changes and removes, given the objects that it carries.
fn changes(increment: &Increment, library: &Library, carried: &BTreeMap<String, String>) -> Changes {
    let (mut added, mut changed, mut removed) = (Vec::new(), Vec::new(), Vec::new());
    for (id, inventory) in carried {
        let (id, inventory) = (id.clone(), inventory.clone());
        match increment.before.get(&id) {
            None => added.push(ObjectDigest { id, inventory }),
            Some(before) => changed.push(ObjectChange { id, before: before.clone(), inventory }),
        }
    }
    let gone = library.removed.iter().flat_map(|r| r.posts.iter().chain(&r.attachments).chain(&r.captures));
    for id in gone.collect::<BTreeSet<_>>() {
        if let Some(inventory) = increment.before.get(id) {
            removed.push(ObjectDigest { id: id.clone(), inventory: inventory.clone() });
        }
    }
    Changes { added, changed, removed, journal: increment.journal.clone() }
}

/// Turns the first thing that a rule finds into an error.
fn refuse(look: impl FnOnce(&mut dyn FnMut(Finding))) -> Result<()> {
    let mut first = None;
    look(&mut |finding| {
        first.get_or_insert(finding);
    });
    match first {
        None => Ok(()),
        Some(f) => {
            let detail = if f.detail.is_empty() { String::new() } else { format!(" ({})", f.detail) };
            Err(Error::BadRecord { item: f.place, reason: format!("{}{detail}", f.en.trim_end_matches('.')) })
        }
    }
}

fn within(item: &str, bytes: usize, limit: u64) -> Result<()> {
    if bytes as u64 > limit { Err(Error::TooLarge { item: item.to_owned(), limit }) } else { Ok(()) }
}

/// An error that passes through a source's callback and comes back.
#[derive(Debug, thiserror::Error)]
#[error("the export stopped")]
struct Stopped;

/// Runs a source's visitor; an error of `each` comes back as itself, the source's own as [`Error::Source`].
fn visit(
    cause: &mut Option<Error>,
    run: impl FnOnce(&mut dyn FnMut(Result<()>) -> Result<(), SourceError>) -> Result<(), SourceError>,
) -> Result<()> {
    let outcome = run(&mut |step| {
        step.map_err(|e| {
            cause.get_or_insert(e);
            SourceError::from(Stopped)
        })
    });
    match (cause.take(), outcome) {
        (Some(error), _) => Err(error),
        (None, Err(error)) => Err(Error::Source(error)),
        (None, Ok(())) => Ok(()),
    }
}

struct Composer<'p, W: Write + Seek> {
    bag: BagWriter<W>,
    layout: Layout,
    path: &'p Path,
    /// Attachment versions that the texts of each post name.
    named: BTreeMap<String, BTreeSet<(String, u32)>>,
    /// The last version of each attachment.
    versions: BTreeMap<String, u32>,
    /// SHA-256 of each object's inventory.
    objects: BTreeMap<String, String>,
}

impl<W: Write + Seek> Composer<'_, W> {
    fn put(&mut self, listed: Listed, path: &str, bytes: &[u8]) -> Result<()> {
        self.bag.put(listed, path, bytes).map_err(|e| Error::io(self.path, e))
    }

    fn payload(&mut self, path: &str, bytes: &[u8]) -> Result<()> {
        self.put(Listed::Payload, path, bytes)
    }

    fn frame(
        &mut self,
        header: &Header,
        library: &Library,
        retention: &Retention,
        gauge: &mut Gauge<'_>,
    ) -> Result<()> {
        self.put(Listed::Tag, "README.txt", layout::readme(header).as_bytes())?;
        self.put(Listed::Tag, "bagit.txt", layout::BAGIT_TXT.as_bytes())?;
        let path = self.layout.metadata("library.json");
        gauge.tell(Phase::Metadata, &path)?;
        let bytes = canonical(library)?;
        within("library.json", bytes.len(), limits::LIBRARY)?;
        self.payload(&path, &bytes)?;
        if !retention.is_empty() {
            let bytes = canonical(retention)?;
            within("retention.json", bytes.len(), limits::RETENTION)?;
            self.payload(&self.layout.metadata("retention.json"), &bytes)?;
        }
        let description = package::dublin_core(header, library);
        self.payload(&self.layout.dublin_core(), description.as_bytes())?;
        self.payload(&self.layout.spec(), layout::SPEC.as_bytes())?;
        self.payload(&self.layout.dublin_core_schema(), package::DC_SCHEMA.as_bytes())
    }

    fn chain(&mut self, header: &Header, changes: Option<&Changes>) -> Result<()> {
        let bytes = layout::chain_json(header, changes)?;
        within("chain.json", bytes.len(), limits::CHAIN)?;
        self.payload(&self.layout.metadata("chain.json"), &bytes)
    }

    /// Derives PREMIS and METS from what was written before them.
    fn package(
        &mut self,
        header: &Header,
        library: &Library,
        journal_after: u64,
        source: &mut dyn Source,
        gauge: &mut Gauge<'_>,
    ) -> Result<()> {
        let fail = |e| Error::io(self.path, e);
        let path = self.layout.premis();
        let records = self.bag.files().to_vec();
        let mut files: Vec<&FileRecord> = records.iter().collect();
        files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        let mut out = self.bag.start(&path, Packing::Deflated(u64::MAX)).map_err(fail)?;
        let mut premis = Premis::begin(&mut out, header, library, &files).map_err(fail)?;
        visit(&mut None, |step| {
            source.journal(journal_after, &mut |entry| {
                step(
                    premis
                        .entry(&mut out, &entry)
                        .map_err(fail)
                        .and_then(|()| gauge.tell(Phase::Metadata, &path)),
                )
            })
        })?;
        premis.end(&mut out).map_err(fail)?;
        out.end(Listed::Payload);
        let premis = self.bag.files().last().cloned();
        files.extend(&premis);
        files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        let path = self.layout.mets();
        let mut out = self.bag.start(&path, Packing::Deflated(u64::MAX)).map_err(fail)?;
        package::mets(&mut out, header, library, &files).map_err(fail)?;
        out.end(Listed::Payload);
        Ok(())
    }

    fn journal(
        &mut self,
        before: Option<&JournalEnd>,
        source: &mut dyn Source,
        gauge: &mut Gauge<'_>,
    ) -> Result<JournalEnd> {
        let path = self.layout.metadata("journal.jsonl");
        let fail = |e| Error::io(self.path, e);
        let mut chain = before.cloned().map_or_else(JournalChain::new, JournalChain::after);
        let after = chain.end().seq;
        // The journal's length is not known before: room for more than 4 GiB costs 20 bytes.
        let mut out = self.bag.start(&path, Packing::Deflated(u64::MAX)).map_err(fail)?;
        visit(&mut None, |step| {
            source.journal(after, &mut |entry| {
                step((|| {
                    refuse(|found| chain.next(&entry, found))?;
                    let mut line = canonical(&entry)?;
                    within(&format!("journal entry {}", entry.seq), line.len(), limits::JOURNAL_LINE)?;
                    line.push(b'\n');
                    out.write_all(&line).map_err(fail)?;
                    gauge.tell(Phase::Metadata, &path)
                })())
            })
        })?;
        out.end(Listed::Payload);
        Ok(chain.end().clone())
    }

    /// What proves the export before: kept where it is a proof of that one.
    fn proofs(&mut self, header: &Header, source: &mut dyn Source) -> Result<()> {
        for proof in source.proofs().map_err(Error::Source)? {
            if !proof.is_of_previous(header) {
                let reason = "it is no proof of the export before".into();
                return Err(Error::BadRecord { item: proof.name, reason });
            }
            self.payload(&self.layout.metadata(&format!("proofs/{}", proof.name)), &proof.bytes)?;
        }
        Ok(())
    }

    fn ocfl_root(&mut self) -> Result<()> {
        let config = format!("extensions/{}/config.json", layout::LAYOUT);
        for (name, text) in [
            ("0=ocfl_1.1", layout::OCFL_ROOT),
            ("ocfl_layout.json", layout::OCFL_LAYOUT),
            (config.as_str(), layout::OCFL_LAYOUT_CONFIG),
        ] {
            self.payload(&self.layout.ocfl(name), text.as_bytes())?;
        }
        Ok(())
    }

    /// Writes the object of a post and its page; answers how many revisions it has.
    fn post(
        &mut self,
        post: &Post,
        viewer: &mut Viewer<'_>,
        source: &mut dyn Source,
        gauge: &mut Gauge<'_>,
    ) -> Result<usize> {
        let id = post.id.as_str();
        let object = self.layout.object(id);
        let mut page = viewer.begin_post(post);
        self.payload(&format!("{object}0=ocfl_object_1.1"), layout::OCFL_OBJECT.as_bytes())?;
        let mut inventory = Inventory::new(id);
        let mut chain = RevisionChain::new(id);
        visit(&mut None, |step| {
            source.post(id, &mut |revision, body| {
                step((|| {
                    refuse(|found| chain.next(&revision, &body, found))?;
                    self.revision(&object, &mut inventory, &revision, &body)?;
                    page.revision(&revision, &body);
                    gauge.add(body.len() as u64, Phase::Posts, &object)
                })())
            })
        })?;
        if chain.len() == 0 {
            return Err(Error::BadRecord { item: format!("post {id}"), reason: "it has no revision".into() });
        }
        let revisions = chain.len();
        if !chain.named.is_empty() {
            self.named.insert(id.to_owned(), chain.named);
        }
        let digest = self.inventory(&object, "", &inventory)?;
        self.objects.insert(id.to_owned(), digest);
        let mut attached = Vec::new();
        for (id, version) in page.attachments().filter(|(id, _)| viewer.carries(id)) {
            attached.push((id.to_owned(), version, source.attachment(id).map_err(Error::Source)?));
        }
        let mut captured = Vec::new();
        for capture in viewer.captures_of(id) {
            captured.push((capture, source.capture(&capture.id).map_err(Error::Source)?));
        }
        let (path, page) = viewer.post(post, page, &inventory, &attached, &captured)?;
        self.payload(&self.layout.viewer(&path), page.as_bytes())?;
        Ok(revisions)
    }

    /// Writes the pages of the viewer that are no post's, and the way into it.
    fn viewer(
        &mut self,
        viewer: Viewer<'_>,
        after: u64,
        source: &mut dyn Source,
        gauge: &mut Gauge<'_>,
    ) -> Result<()> {
        let landing = viewer.landing(&self.layout.viewer(""))?;
        self.put(Listed::Tag, "index.html", landing.as_bytes())?;
        viewer.finish(&mut |each| source.journal(after, each), &mut |path, bytes| {
            let path = self.layout.viewer(path);
            gauge.tell(Phase::Metadata, &path)?;
            self.payload(&path, bytes)
        })
    }

    fn revision(&mut self, object: &str, inventory: &mut Inventory, r: &Revision, body: &str) -> Result<()> {
        let item = format!("{object} revision {}", r.number);
        let json = canonical(r)?;
        within(&item, json.len(), limits::REVISION)?;
        within(&item, body.len(), limits::BODY)?;
        let version = Version {
            created: r.at.clone(),
            state: BTreeMap::new(),
            message: layout::revision_message(r),
            user: User::from(&r.actor),
        };
        let files = [("post.md", body.as_bytes()), ("revision.json", json.as_slice())];
        let digests = files.map(|(name, bytes)| (name, hex(&Sha256::digest(bytes))));
        let fresh = inventory.add(version, &digests);
        for (name, bytes) in files {
            if fresh.contains(&name) {
                self.payload(&format!("{object}v{}/content/{name}", r.number), bytes)?;
            }
        }
        Ok(())
    }

    /// Writes the object of an attachment.
    fn attachment(
        &mut self,
        attachment: &Attachment,
        viewer: &mut Viewer<'_>,
        source: &mut dyn Source,
        gauge: &mut Gauge<'_>,
    ) -> Result<()> {
        let (id, name) = (attachment.id.as_str(), attachment.path.as_str());
        let object = self.layout.object(id);
        let versions = source.attachment(id).map_err(Error::Source)?;
        if let Some(reason) = rules::version_fault(&versions) {
            return Err(Error::BadRecord { item: format!("attachment {id} ({name})"), reason });
        }
        let Some(file) = layout::attachment_file(name) else {
            let reason = "it is neither a PDF nor an image by its name".into();
            return Err(Error::BadRecord { item: format!("attachment {id} ({name})"), reason });
        };
        self.payload(&format!("{object}0=ocfl_object_1.1"), layout::OCFL_OBJECT.as_bytes())?;
        let mut inventory = Inventory::new(id);
        for v in &versions {
            let version = Version {
                created: v.at.clone(),
                state: BTreeMap::new(),
                message: layout::attachment_message(v.version),
                user: User::from(&v.actor),
            };
            if inventory.add(version, &[(file.as_str(), v.sha256.clone())]).is_empty() {
                // Its bytes stand in an earlier version. Its folder has to exist all the same, and a bag
                // keeps no empty folder: the inventory as it was then stands in it, as OCFL advises.
                self.inventory(&object, &format!("v{}/", v.version), &inventory)?;
                gauge.add(v.size, Phase::Attachments, &object)?;
                continue;
            }
            let item = format!("{name} version {} (attachment {id})", v.version);
            let path = format!("{object}v{}/content/{file}", v.version);
            self.blob(&item, &path, &v.sha256, v.size, source, gauge)?;
        }
        viewer.attachment(attachment, &versions);
        self.versions.insert(id.to_owned(), u32::try_from(versions.len()).unwrap_or(u32::MAX));
        let digest = self.inventory(&object, "", &inventory)?;
        self.objects.insert(id.to_owned(), digest);
        Ok(())
    }

    /// Writes the object of a capture.
    fn capture(&mut self, capture: &Capture, source: &mut dyn Source, gauge: &mut Gauge<'_>) -> Result<()> {
        let id = capture.id.as_str();
        let object = self.layout.object(id);
        let bad = |reason: &str| Error::BadRecord { item: format!("capture {id}"), reason: reason.into() };
        let versions = source.capture(id).map_err(Error::Source)?;
        if versions.is_empty() {
            return Err(bad("it has no version"));
        }
        self.payload(&format!("{object}0=ocfl_object_1.1"), layout::OCFL_OBJECT.as_bytes())?;
        let mut inventory = Inventory::new(id);
        for (index, v) in versions.iter().enumerate() {
            if let Some(reason) = rules::capture_fault(v, index + 1) {
                return Err(bad(reason));
            }
            let item = format!("capture {id} version {}", v.version);
            let json = canonical(v)?;
            within(&item, json.len(), limits::CAPTURE)?;
            let version = Version {
                created: v.at.clone(),
                state: BTreeMap::new(),
                message: layout::capture_message(v.version),
                user: User::from(&v.actor),
            };
            let files =
                [(layout::CAPTURE, hex(&Sha256::digest(&json))), (layout::CAPTURED_PAGE, v.sha256.clone())];
            let fresh = inventory.add(version, &files);
            let content = format!("{object}v{}/content/", v.version);
            self.payload(&format!("{content}{}", layout::CAPTURE), &json)?;
            if fresh.contains(&layout::CAPTURED_PAGE) {
                let path = format!("{content}{}", layout::CAPTURED_PAGE);
                self.blob(&item, &path, &v.sha256, v.size, source, gauge)?;
            } else {
                gauge.add(v.size, Phase::Attachments, &object)?;
            }
        }
        let digest = self.inventory(&object, "", &inventory)?;
        self.objects.insert(id.to_owned(), digest);
        Ok(())
    }

    fn blob(
        &mut self,
        item: &str,
        path: &str,
        sha256: &str,
        size: u64,
        source: &mut dyn Source,
        gauge: &mut Gauge<'_>,
    ) -> Result<()> {
        let mut reader = source.open(sha256).map_err(Error::Source)?;
        let fail = |e| Error::io(self.path, e);
        let mut out = self.bag.start(path, Packing::Stored(size)).map_err(fail)?;
        let (mut done, mut buf) = (0, vec![0; CHUNK]);
        loop {
            let n = match reader.read(&mut buf) {
                Ok(n) => n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                Err(e) => return Err(Error::Source(format!("{item}: {e}").into())),
            };
            done += n as u64;
            if n == 0 || done > size {
                break;
            }
            out.write_all(&buf[..n]).map_err(fail)?;
            gauge.add(n as u64, Phase::Attachments, path)?;
        }
        let actual = hex(&out.digest());
        if actual != sha256 || done != size {
            return Err(Error::WrongBlob {
                item: item.to_owned(),
                expected: sha256.to_owned(),
                expected_size: size,
                actual,
                actual_size: done,
            });
        }
        out.end(Listed::Payload);
        Ok(())
    }

    /// Writes an inventory and its sidecar; answers its digest.
    fn inventory(&mut self, object: &str, folder: &str, inventory: &Inventory) -> Result<String> {
        let bytes = canonical(inventory)?;
        within(&format!("the inventory of {}", inventory.id), bytes.len(), limits::INVENTORY)?;
        let digest = hex(&Sha256::digest(&bytes));
        let sidecar = format!("{digest} inventory.json\n");
        self.payload(&format!("{object}{folder}inventory.json"), &bytes)?;
        self.payload(&format!("{object}{folder}inventory.json.sha256"), sidecar.as_bytes())?;
        Ok(digest)
    }
}
