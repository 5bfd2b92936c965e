//! The records beside the objects: chain.json, library.json and the journal.

use super::Check;
use crate::Result;
use crate::container::Fault;
use crate::export::{Lines, parse, parse_chain};
use crate::report::Code;
use crate::sign::{self, Proof, proof};
use crate::v1::rules::{self, JournalChain};
use crate::v1::{FORMAT, Header, JournalEntry, Library, limits};

impl Check<'_> {
    pub(super) fn chain(&mut self) -> Result<()> {
        let path = self.layout.metadata("chain.json");
        let Some(bytes) = self.bytes(&path, limits::SMALL, Code::ChainUnreadable)? else { return Ok(()) };
        match parse_chain(&bytes) {
            Err(reason) => self.found.add(Code::ChainUnreadable, &path, reason),
            Ok((format, _)) if format != FORMAT => self.found.add(Code::NotAnExport, &path, format),
            Ok((_, header)) => {
                if let Some(fault) = rules::header_fault(&header) {
                    self.found.add(Code::ChainInvalid, &path, fault);
                }
                if header.stem() != self.stem {
                    self.found.add(Code::ChainNameMismatch, &path, header.stem());
                }
                self.proofs(&header)?;
                self.header = Some(header);
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
        rules::library_faults(&library, &mut |f| self.found.push(f));
        let mut posts = self.posts.clone();
        for post in &library.posts {
            let place = format!("post {}", post.id);
            let Some(last) = posts.remove(&post.id) else {
                self.found.add(Code::LibraryObjectMissing, place, "");
                continue;
            };
            if post.head == 0 || post.head > last {
                self.found.add(Code::LibraryHeadMissing, &place, post.head.to_string());
            }
            if post.conflict.is_some_and(|n| n == 0 || n > last) {
                self.found.add(Code::LibraryReferenceMissing, &place, "conflict");
            }
        }
        let mut attachments = self.attachments.clone();
        for attachment in &library.attachments {
            if attachments.remove(&attachment.id).is_none() {
                self.found.add(Code::LibraryObjectMissing, format!("attachment {}", attachment.id), "");
            }
        }
        for id in posts.keys().chain(attachments.keys()) {
            self.found.add(Code::PayloadUnknown, format!("object {id}"), "not in library.json");
        }
        rules::missing_attachments(&self.named, &self.attachments, &mut |f| self.found.push(f));
        Ok(Some(library))
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
        let mut chain = JournalChain::new();
        loop {
            match lines.next() {
                Ok(None) => return Ok(()),
                Err(Fault::Io(e)) => return self.fault(Fault::Io(e), &path),
                Err(fault @ Fault::Found(_)) => return self.fault(fault, &path),
                Ok(Some(line)) => match parse::<JournalEntry>(&line) {
                    Ok(entry) => {
                        self.journal_entries += 1;
                        chain.next(&entry, &mut |f| self.found.push(f));
                    }
                    Err(reason) => {
                        let place = format!("journal entry after {}", chain.len());
                        self.found.add(Code::JournalUnreadable, place, reason);
                    }
                },
            }
        }
    }
}
