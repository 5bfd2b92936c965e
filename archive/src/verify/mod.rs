//! Judges exports without unpacking them.
//!
//! Every entry is read and hashed once, in the order of the file; the small records are then read again to
//! be understood. What is wrong becomes a finding, whatever a zip holds; an error means that the file could
//! not be looked at.

mod bag;
mod captures;
mod ocfl;
mod package;
mod records;
mod series;
mod viewer;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use sha2::{Digest as _, Sha256};

use crate::container::{Container, Fault};
use crate::export::top_folder;
use crate::progress::{Phase, Progress};
use crate::report::{Code, Finding, Findings, Origin, Report, Verdict};
use crate::v1::layout::Layout;
use crate::v1::package::Head;
use crate::v1::{Changes, Header, JournalEnd, Library, Retention, hex};
use crate::{Error, Result};

pub use series::verify_series;

type OnProgress<'a> = &'a mut dyn FnMut(Progress<'_>) -> ControlFlow<()>;

/// Judges one export.
///
/// # Errors
/// [`Error::Io`] where the file is not there or cannot be read, [`Error::Cancelled`] where `progress`
/// breaks. Whatever is wrong in the file is in the report.
pub fn verify(path: &Path, progress: OnProgress<'_>) -> Result<Report> {
    let (mut report, facts) = judge(path, None, progress)?;
    if facts.changes.is_some() {
        let finding = Finding::new(Code::SeriesIncomplete, path.to_string_lossy(), "");
        report.findings.push(finding);
    }
    Ok(report)
}

/// What an export says, for whoever holds it against the ones before it.
#[derive(Debug, Default)]
struct Facts {
    changes: Option<Changes>,
    library: Option<Library>,
    /// Of the whole library, in an incremental export too.
    retention: Retention,
    /// Revisions of each post object.
    posts: BTreeMap<String, u32>,
    /// Versions of each attachment object.
    attachments: BTreeMap<String, u32>,
    /// Versions of each capture object.
    captures: BTreeMap<String, u32>,
    /// SHA-256 of each object's inventory.
    inventories: BTreeMap<String, String>,
    /// Attachment versions that the texts of each post name.
    named: BTreeMap<String, BTreeSet<(String, u32)>>,
    journal_end: Option<JournalEnd>,
    /// The hash of the entry that was asked for.
    journal_mark: Option<String>,
}

/// Judges an export; `mark` is the number of a journal entry whose hash is to be answered.
fn judge(path: &Path, mark: Option<u64>, progress: OnProgress<'_>) -> Result<(Report, Facts)> {
    let mut found = Findings::default();
    let mut gauge = Gauge { done: 0, total: 0, progress };
    let mut report = Report {
        path: path.to_owned(),
        sha256: String::new(),
        size: 0,
        entries: 0,
        posts: 0,
        revisions: 0,
        attachment_versions: 0,
        journal_entries: 0,
        header: None,
        verdict: Verdict::Damaged,
        origin: Origin::NotProved,
        time_stamp: None,
        findings: Vec::new(),
        findings_left_off: 0,
    };
    let zip = Container::open(path, &mut found)?;
    report.size = std::fs::metadata(path).map_err(|e| Error::io(path, e))?.len();
    gauge.total = report.size;
    let mut facts = Facts::default();
    let stop = AtomicBool::new(false);
    report.sha256 = std::thread::scope(|scope| {
        // The file's own digest is computed beside those of its entries.
        let digest = scope.spawn(|| hash_file(path, &stop));
        let outcome = look(zip.as_ref(), mark, &mut report, &mut found, &mut gauge);
        stop.store(outcome.is_err(), Ordering::Relaxed);
        let digest = digest.join().unwrap_or_else(|_| Err(Error::io(path, io::ErrorKind::Other.into())));
        facts = outcome?;
        digest
    })?;
    gauge.end()?;
    report.verdict = if found.errors == 0 { Verdict::Whole } else { Verdict::Damaged };
    report.findings = found.list;
    report.findings_left_off = found.left_off;
    Ok((report, facts))
}

fn look(
    zip: Option<&Container>,
    mark: Option<u64>,
    report: &mut Report,
    found: &mut Findings,
    gauge: &mut Gauge<'_>,
) -> Result<Facts> {
    let Some(zip) = zip else { return Ok(Facts::default()) };
    report.entries = zip.archive.entries_hint();
    if !zip.inspect(found)? {
        return Ok(Facts::default());
    }
    if let Some(stem) = top_folder(zip) {
        return Check::new(zip, stem, mark, found).run(report, gauge);
    }
    found.add(Code::NotAnExport, "", "");
    Ok(Facts::default())
}

struct Gauge<'a> {
    done: u64,
    total: u64,
    progress: OnProgress<'a>,
}

impl Gauge<'_> {
    fn add(&mut self, bytes: u64, item: &str) -> Result<()> {
        self.done = self.done.saturating_add(bytes).min(self.total);
        let progress =
            Progress { done_bytes: self.done, total_bytes: self.total, phase: Phase::Verifying, item };
        match (self.progress)(progress) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Error::Cancelled),
        }
    }

    fn end(&mut self) -> Result<()> {
        self.add(self.total, "")
    }
}

fn hash_file(path: &Path, stop: &AtomicBool) -> Result<String> {
    let fail = |e| Error::io(path, e);
    let mut file = File::open(path).map_err(fail)?;
    let (mut hash, mut buf) = (Sha256::new(), vec![0; 128 * 1024]);
    while !stop.load(Ordering::Relaxed) {
        let n = file.read(&mut buf).map_err(fail)?;
        if n == 0 {
            return Ok(hex(&hash.finalize()));
        }
        hash.update(&buf[..n]);
    }
    Err(Error::Cancelled)
}

/// An export being looked at.
struct Check<'a> {
    zip: &'a Container,
    /// `<stem>/`.
    top: String,
    stem: String,
    layout: Layout,
    found: &'a mut Findings,
    /// SHA-256 of each entry; none where it could not be read.
    digests: Vec<Option<[u8; 32]>>,
    /// The version that each entry claims where it is a PDF.
    pdf_versions: Vec<Option<[u8; 3]>>,
    /// Whether the format has a place for the entry.
    known: Vec<bool>,
    header: Option<Header>,
    mark: Option<u64>,
    facts: Facts,
    journal_entries: u64,
}

impl<'a> Check<'a> {
    fn new(zip: &'a Container, stem: String, mark: Option<u64>, found: &'a mut Findings) -> Self {
        Self {
            zip,
            top: format!("{stem}/"),
            layout: Layout::new(&stem),
            stem,
            found,
            digests: vec![None; zip.entries.len()],
            pdf_versions: vec![None; zip.entries.len()],
            known: vec![false; zip.entries.len()],
            header: None,
            mark,
            facts: Facts::default(),
            journal_entries: 0,
        }
    }

    fn run(mut self, report: &mut Report, gauge: &mut Gauge<'_>) -> Result<Facts> {
        let content = self.zip.entries.iter().fold(0u64, |sum, e| sum.saturating_add(e.size));
        gauge.total = content.max(1);
        self.hash_entries(gauge)?;
        self.bag()?;
        self.chain()?;
        self.objects(gauge)?;
        let library = self.library()?;
        self.retention(library.as_ref())?;
        self.journal()?;
        self.package(library.as_ref())?;
        self.viewer();
        self.unknown();
        self.facts.library = library;
        report.posts = self.facts.posts.len() as u64;
        report.revisions = self.facts.posts.values().map(|n| u64::from(*n)).sum();
        report.attachment_versions = self.facts.attachments.values().map(|n| u64::from(*n)).sum();
        report.journal_entries = self.journal_entries;
        report.header = self.header;
        Ok(self.facts)
    }

    fn hash_entries(&mut self, gauge: &mut Gauge<'_>) -> Result<()> {
        let mut order: Vec<usize> = (0..self.zip.entries.len()).collect();
        order.sort_by_key(|i| self.zip.entries[*i].offset);
        let mut buf = vec![0; 128 * 1024];
        for number in order {
            let name = &self.zip.entries[number].name;
            if !name.starts_with(&self.top) {
                self.found.add(Code::ZipOutsideTopFolder, name, "");
            }
            let (mut hash, mut head) = (Sha256::new(), Head::default());
            let mut reader = match self.zip.reader(number) {
                Ok(reader) => reader,
                Err(fault) => {
                    self.fault(fault, name)?;
                    continue;
                }
            };
            loop {
                match reader.next(&mut buf) {
                    Ok(0) => {
                        self.digests[number] = Some(hash.finalize().into());
                        self.pdf_versions[number] = head.pdf_version();
                        gauge.add(0, name)?;
                        break;
                    }
                    Ok(n) => {
                        hash.update(&buf[..n]);
                        head.see(&buf[..n]);
                        gauge.add(n as u64, name)?;
                    }
                    Err(fault) => {
                        self.fault(fault, name)?;
                        break;
                    }
                }
            }
        }
        Ok(())
    }

    /// A fault of an entry: a finding, or an error where the system refused.
    fn fault(&mut self, fault: Fault, place: &str) -> Result<()> {
        match fault {
            Fault::Io(e) => Err(Error::io(&self.zip.path, e)),
            Fault::Found(code) => {
                self.found.add(code, place, "");
                Ok(())
            }
        }
    }

    /// The entry at a path below the top folder, which the format knows.
    fn entry(&mut self, path: &str) -> Option<usize> {
        let number = self.zip.find(&format!("{}{path}", self.top))?;
        self.known[number] = true;
        Some(number)
    }

    /// The bytes of such an entry; none where it is missing, was found unreadable, or is too large.
    fn bytes(&mut self, path: &str, limit: u64, missing: Code) -> Result<Option<Vec<u8>>> {
        let Some(number) = self.entry(path) else {
            self.found.add(missing, path, "missing");
            return Ok(None);
        };
        if self.digests[number].is_none() {
            return Ok(None);
        }
        match self.zip.read(number, limit) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(fault) => {
                self.fault(fault, path)?;
                Ok(None)
            }
        }
    }

    fn unknown(&mut self) {
        for (entry, known) in self.zip.entries.iter().zip(&self.known) {
            if !known && entry.name.starts_with(&self.top) {
                self.found.add(Code::PayloadUnknown, &entry.name, "");
            }
        }
    }
}
