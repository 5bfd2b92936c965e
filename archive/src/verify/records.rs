//! The records beside the objects: chain.json, library.json and the journal.

use std::collections::{BTreeMap, BTreeSet};

use super::{Check, Facts};
use crate::Result;
use crate::container::Fault;
use crate::export::{Lines, parse, parse_chain};
use crate::report::{Code, Findings};
use crate::sign::{self, Proof, proof};
use crate::v1::rules::{self, JournalChain};
use crate::v1::{FORMAT, Header, JournalEntry, Library, Mode, Retention, Told, limits, retention_faults};

impl Check<'_> {
    pub(super) fn chain(&mut self) -> Result<()> {
        let path = self.layout.metadata("chain.json");
        let Some(bytes) = self.bytes(&path, limits::CHAIN, Code::ChainUnreadable)? else { return Ok(()) };
        match parse_chain(&bytes) {
            Err(reason) => self.found.add(Code::ChainUnreadable, &path, reason),
            Ok((format, ..)) if format != FORMAT => self.found.add(Code::NotAnExport, &path, format),
            Ok((_, header, changes)) => {
                if let Some(fault) = rules::header_fault(&header) {
                    self.found.add(Code::ChainInvalid, &path, fault);
                }
                if changes.is_some() != (header.mode == Mode::Incremental) {
                    self.found.add(Code::ChainInvalid, &path, "changes");
                }
                if let Some(fault) = changes.as_ref().and_then(rules::changes_fault) {
                    self.found.add(Code::ChainInvalid, &path, fault);
                }
                if header.stem() != self.stem {
                    self.found.add(Code::ChainNameMismatch, &path, header.stem());
                }
                self.proofs(&header)?;
                self.header = Some(header);
                self.facts.changes = changes;
            }
        }
        self.frame()
    }

    /// The proofs of the export before that travel in this one.
    fn proofs(&mut self, header: &Header) -> Result<()> {
        for name in proof::names(header) {
            let path = self.layout.metadata(&format!("proofs/{name}"));
            if self.zip.find(&format!("{}{path}", self.top)).is_none() {
                continue;
            }
            if let Some(bytes) = self.bytes(&path, sign::LARGEST_PROOF, Code::ProofInvalid)?
                && !(Proof { name, bytes }).is_of_previous(header)
            {
                self.found.add(Code::ProofInvalid, &path, "");
            }
        }
        Ok(())
    }

    /// An incremental export's list of changes is that of the objects in it.
    fn changed_objects(&mut self) {
        let Some(changes) = &self.facts.changes else { return };
        let added = changes.added.iter().map(|o| (&o.id, &o.inventory));
        let changed = changes.changed.iter().map(|o| (&o.id, &o.inventory));
        let listed: BTreeMap<&String, &String> = added.chain(changed).collect();
        for (id, inventory) in &self.facts.inventories {
            if listed.get(id) != Some(&inventory) {
                self.found.add(Code::ChainObjects, format!("object {id}"), "");
            }
        }
        for id in listed.keys().filter(|id| !self.facts.inventories.contains_key(**id)) {
            self.found.add(Code::ChainObjects, format!("object {id}"), "missing");
        }
    }

    /// After the objects: every post and attachment has one, and every object is one of them.
    pub(super) fn library(&mut self) -> Result<Option<Library>> {
        let path = self.layout.metadata("library.json");
        let Some(bytes) = self.bytes(&path, limits::LIBRARY, Code::LibraryUnreadable)? else {
            return Ok(None);
        };
        let library: Library = match parse(&bytes) {
            Ok(library) => library,
            Err(reason) => {
                self.found.add(Code::LibraryUnreadable, path, reason);
                return Ok(None);
            }
        };
        drop(bytes);
        let mode = self.header.as_ref().map_or(Mode::Full, |header| header.mode);
        rules::record_faults(&library, mode, &mut |f| self.found.push(f));
        let whole = mode == Mode::Full;
        if whole {
            rules::reference_faults(&library, &mut |f| self.found.push(f));
        }
        if let Some(header) = &self.header {
            rules::selection_faults(header, &library, &mut |f| self.found.push(f));
        }
        self.changed_objects();
        complete(&library, &self.facts, whole, self.found);
        Ok(Some(library))
    }

    /// Before the journal, which tells of holds.
    pub(super) fn retention(&mut self, library: Option<&Library>) -> Result<()> {
        let path = self.layout.metadata("retention.json");
        if self.zip.find(&format!("{}{path}", self.top)).is_none() {
            return Ok(());
        }
        let Some(bytes) = self.bytes(&path, limits::RETENTION, Code::RetentionUnreadable)? else {
            return Ok(());
        };
        match parse::<Retention>(&bytes) {
            Ok(retention) if retention.is_empty() => {
                self.found.add(Code::RetentionInvalid, path, "empty");
            }
            Ok(retention) => {
                // Rules and holds of a selection may be about what is not in it.
                let selected = self.header.as_ref().is_some_and(|header| header.selection.is_some());
                let whole = self.facts.changes.is_none() && !selected;
                retention_faults(&retention, library.filter(|_| whole), &mut |f| self.found.push(f));
                self.facts.retention = retention;
            }
            Err(reason) => self.found.add(Code::RetentionUnreadable, path, reason),
        }
        Ok(())
    }

    pub(super) fn journal(&mut self) -> Result<()> {
        let path = self.layout.metadata("journal.jsonl");
        let Some(number) = self.entry(&path) else {
            self.found.add(Code::JournalUnreadable, path, "missing");
            return Ok(());
        };
        if self.digests[number].is_none() {
            return Ok(());
        }
        let mut lines = match self.zip.reader(number) {
            Ok(reader) => Lines::new(reader, limits::JOURNAL_LINE),
            Err(fault) => return self.fault(fault, &path),
        };
        let before = self.facts.changes.as_ref().map(|changes| changes.journal.clone());
        let whole = before.is_none();
        let mut told = Told::default();
        let mut chain = before.map_or_else(JournalChain::new, JournalChain::after);
        loop {
            match lines.next() {
                Ok(None) => {
                    self.facts.journal_end = Some(chain.end().clone());
                    told.faults(&self.facts.retention, whole, &mut |f| self.found.push(f));
                    return Ok(());
                }
                Err(Fault::Io(e)) => return self.fault(Fault::Io(e), &path),
                Err(fault @ Fault::Found(_)) => return self.fault(fault, &path),
                Ok(Some(line)) => match parse::<JournalEntry>(&line) {
                    Ok(entry) => {
                        self.journal_entries += 1;
                        chain.next(&entry, &mut |f| self.found.push(f));
                        told.entry(&entry);
                        if self.mark == Some(entry.seq) {
                            self.facts.journal_mark = Some(entry.hash);
                        }
                    }
                    Err(reason) => {
                        let place = format!("journal entry after {}", chain.end().seq);
                        self.found.add(Code::JournalUnreadable, place, reason);
                    }
                },
            }
        }
    }
}

/// Holds the library's posts and attachments against the objects. Where the objects are not all there (an
/// incremental export by itself), those that are have to be in the library's record, and nothing more is asked.
pub(super) fn complete(library: &Library, objects: &Facts, whole: bool, found: &mut Findings) {
    let mut posts: BTreeSet<&String> = objects.posts.keys().collect();
    for post in &library.posts {
        let place = format!("post {}", post.id);
        posts.remove(&post.id);
        let Some(last) = objects.posts.get(&post.id) else {
            if whole {
                found.add(Code::LibraryObjectMissing, place, "");
            }
            continue;
        };
        if post.head == 0 || post.head > *last {
            found.add(Code::LibraryHeadMissing, &place, post.head.to_string());
        }
        if post.conflict.is_some_and(|n| n == 0 || n > *last) {
            found.add(Code::LibraryReferenceMissing, &place, "conflict");
        }
    }
    let mut attachments: BTreeSet<&String> = objects.attachments.keys().collect();
    for attachment in &library.attachments {
        if !attachments.remove(&attachment.id) && whole {
            found.add(Code::LibraryObjectMissing, format!("attachment {}", attachment.id), "");
        }
    }
    let mut captures: BTreeSet<&String> = objects.captures.keys().collect();
    for capture in &library.captures {
        if !captures.remove(&capture.id) && whole {
            found.add(Code::LibraryObjectMissing, format!("capture {}", capture.id), "");
        }
    }
    for id in posts.into_iter().chain(attachments).chain(captures) {
        found.add(Code::PayloadUnknown, format!("object {id}"), "not in library.json");
    }
    if whole {
        rules::missing_attachments(&objects.named, &objects.attachments, &mut |f| found.push(f));
    }
}
