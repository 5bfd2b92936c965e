//! The package's records, derived again from everything else and held against the ones in the export.

use std::io::{self, Write};

use super::Check;
use crate::Result;
use crate::container::{EntryReader, Fault};
use crate::export::{Lines, parse};
use crate::report::Code;
use crate::v1::package::{self, FileRecord, Premis};
use crate::v1::{Header, JournalEntry, Library, limits};

impl Check<'_> {
    /// METS, PREMIS and Dublin Core say what the export holds, to the byte.
    ///
    /// What could not be read was told of before; then there is nothing to derive them from.
    pub(super) fn package(&mut self, library: Option<&Library>) -> Result<()> {
        let schema = self.layout.dublin_core_schema();
        self.compare(&schema, Code::DublinCoreDiffers, |_, out| {
            out.write_all(package::DC_SCHEMA.as_bytes())
        })?;
        let (mets, premis, dc) = (self.layout.mets(), self.layout.premis(), self.layout.dublin_core());
        let (Some(header), Some(library), Some(records)) = (self.header.clone(), library, self.records())
        else {
            for (path, code) in
                [(mets, Code::MetsDiffers), (premis, Code::PremisDiffers), (dc, Code::DublinCoreDiffers)]
            {
                if self.entry(&path).is_none() {
                    self.found.add(code, path, "missing");
                }
            }
            return Ok(());
        };
        let mut files: Vec<&FileRecord> = records.iter().filter(|f| f.path != mets).collect();
        self.compare(&dc, Code::DublinCoreDiffers, |_, out| {
            out.write_all(package::dublin_core(&header, library).as_bytes())
        })?;
        self.compare(&mets, Code::MetsDiffers, |_, out| package::mets(out, &header, library, &files))?;
        files.retain(|f| f.path != premis);
        self.compare(&premis, Code::PremisDiffers, |check, out| check.premis(out, &header, library, &files))
    }

    fn premis(
        &self,
        out: &mut dyn Write,
        header: &Header,
        library: &Library,
        files: &[&FileRecord],
    ) -> io::Result<()> {
        let mut premis = Premis::begin(out, header, library, files)?;
        let path = format!("{}{}", self.top, self.layout.metadata("journal.jsonl"));
        if let Some(Ok(reader)) = self.zip.find(&path).map(|number| self.zip.reader(number)) {
            let mut lines = Lines::new(reader, limits::JOURNAL_LINE);
            // A line that cannot be read was told of when the journal was judged.
            while let Ok(Some(line)) = lines.next() {
                if let Ok(entry) = parse::<JournalEntry>(&line) {
                    premis.entry(out, &entry)?;
                }
            }
        }
        premis.end(out)
    }

    /// The payload's files by path; none where one could not be read.
    fn records(&self) -> Option<Vec<FileRecord>> {
        let mut records = Vec::new();
        for (number, entry) in self.zip.entries.iter().enumerate() {
            let Some(path) = entry.name.strip_prefix(&self.top).filter(|path| path.starts_with("data/"))
            else {
                continue;
            };
            records.push(FileRecord {
                path: path.to_owned(),
                size: entry.size,
                digest: self.digests[number]?,
                pdf_version: self.pdf_versions[number],
            });
        }
        records.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        Some(records)
    }

    /// Holds an entry against what `derive` writes.
    fn compare(
        &mut self,
        path: &str,
        differs: Code,
        derive: impl FnOnce(&Self, &mut dyn Write) -> io::Result<()>,
    ) -> Result<()> {
        let Some(number) = self.entry(path) else {
            self.found.add(differs, path, "missing");
            return Ok(());
        };
        if self.digests[number].is_none() {
            return Ok(());
        }
        let reader = match self.zip.reader(number) {
            Ok(reader) => reader,
            Err(fault) => return self.fault(fault, path),
        };
        let mut against = Against { reader, held: vec![0; 32 * 1024], line: 1, fault: None };
        // The only error is the first difference, which `against` keeps.
        let derived = derive(self, &mut against).is_ok() && against.ended();
        match against.fault.take() {
            Some(fault) => self.fault(fault, path),
            None if derived => Ok(()),
            None => {
                self.found.add(differs, path, format!("line {}", against.line));
                Ok(())
            }
        }
    }
}

/// Compares what is written with an entry; fails at the first difference.
struct Against<'a> {
    reader: EntryReader<'a>,
    held: Vec<u8>,
    line: u64,
    fault: Option<Fault>,
}

impl Against<'_> {
    /// The next bytes of the entry, at most `most`.
    fn take(&mut self, most: usize) -> io::Result<usize> {
        let most = most.min(self.held.len());
        self.reader.next(&mut self.held[..most]).map_err(|fault| {
            self.fault = Some(fault);
            io::ErrorKind::Other.into()
        })
    }

    fn ended(&mut self) -> bool {
        matches!(self.take(1), Ok(0))
    }
}

impl Write for Against<'_> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        if buf.is_empty() {
            return Ok(0);
        }
        let n = self.take(buf.len())?;
        for (there, here) in self.held[..n].iter().zip(buf) {
            if there != here {
                return Err(io::ErrorKind::InvalidData.into());
            }
            self.line += u64::from(*there == b'\n');
        }
        // An entry that ends too early differs as well.
        if n == 0 { Err(io::ErrorKind::InvalidData.into()) } else { Ok(n) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
