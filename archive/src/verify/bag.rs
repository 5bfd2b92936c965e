//! The bag: its declaration, its manifests over every file, and what bag-info.txt says (RFC 8493).

use std::collections::BTreeMap;

use super::Check;
use crate::Result;
use crate::container::Fault;
use crate::export::Lines;
use crate::report::Code;
use crate::v1::{FORMAT, hex, layout, limits, unhex};

const MANIFEST: &str = "manifest-sha256.txt";
const TAGS: &str = "tagmanifest-sha256.txt";

impl Check<'_> {
    pub(super) fn bag(&mut self) -> Result<()> {
        if let Some(bytes) = self.bytes("bagit.txt", limits::SMALL, Code::BagFileMissing)?
            && bytes != layout::BAGIT_TXT.as_bytes()
        {
            self.found.add(Code::BagDeclaration, "bagit.txt", "");
        }
        for name in ["README.txt", "index.html"] {
            if self.entry(name).is_none() {
                self.found.add(Code::BagFileMissing, name, "");
            }
        }
        let spec = self.layout.spec();
        self.text(&spec, layout::SPEC)?;
        let mut listed = vec![false; self.zip.entries.len()];
        self.manifest(MANIFEST, Code::BagDigestMismatch, true, &mut listed)?;
        self.manifest(TAGS, Code::BagTagDigestMismatch, false, &mut listed)?;
        let tags = format!("{}{TAGS}", self.top);
        for (entry, listed) in self.zip.entries.iter().zip(&listed) {
            if !listed && entry.name != tags && entry.name.starts_with(&self.top) {
                self.found.add(Code::BagUnlisted, &entry.name, "");
            }
        }
        self.bag_info()
    }

    /// A text that people read beside the records.
    fn text(&mut self, path: &str, expected: &str) -> Result<()> {
        if let Some(bytes) = self.bytes(path, limits::TEXT, Code::BagFileMissing)?
            && bytes != expected.as_bytes()
        {
            self.found.add(Code::TextDiffers, path, "");
        }
        Ok(())
    }

    /// Holds one manifest's lines against the entries; `payload` says which of the two it is.
    fn manifest(&mut self, path: &str, mismatch: Code, payload: bool, listed: &mut [bool]) -> Result<()> {
        let Some(number) = self.entry(path) else {
            self.found.add(Code::BagFileMissing, path, "");
            return Ok(());
        };
        let reader = match self.zip.reader(number) {
            Ok(reader) => reader,
            Err(fault) => return self.fault(fault, path),
        };
        let mut lines = Lines::new(reader, limits::MANIFEST_LINE);
        loop {
            let line = match lines.next() {
                Ok(Some(line)) => line,
                Ok(None) => return Ok(()),
                // Its bytes were found damaged when they were hashed.
                Err(Fault::Found(_)) if self.digests[number].is_none() => return Ok(()),
                Err(fault) => return self.fault(fault, path),
            };
            let parsed = std::str::from_utf8(&line)
                .ok()
                .and_then(|l| l.split_once("  "))
                .and_then(|(digest, name)| Some((unhex(digest)?, name)));
            let Some((digest, name)) = parsed else {
                self.found.add(Code::BagManifestSyntax, path, String::from_utf8_lossy(&line));
                continue;
            };
            if name.starts_with("data/") != payload {
                self.found.add(Code::BagManifestSyntax, path, name);
                continue;
            }
            let Some(file) = self.zip.find(&format!("{}{name}", self.top)) else {
                self.found.add(Code::BagMissing, name, "");
                continue;
            };
            if std::mem::replace(&mut listed[file], true) {
                self.found.add(Code::BagManifestSyntax, path, name);
            }
            if self.digests[file].is_some_and(|actual| actual != digest) {
                self.found.add(mismatch, name, format!("listed {}", hex(&digest)));
            }
        }
    }

    fn bag_info(&mut self) -> Result<()> {
        let path = "bag-info.txt";
        let Some(bytes) = self.bytes(path, limits::SMALL, Code::BagFileMissing)? else { return Ok(()) };
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let fields: BTreeMap<&str, &str> = text.lines().filter_map(|l| l.split_once(": ")).collect();
        if fields.get("Fonds-Format") != Some(&FORMAT) {
            let detail = fields.get("Fonds-Format").copied().unwrap_or("no Fonds-Format");
            self.found.add(Code::NotAnExport, path, detail);
        }
        if fields.get("External-Identifier") != Some(&self.stem.as_str()) {
            self.found.add(Code::BagInfo, path, "External-Identifier");
        }
        let data = format!("{}data/", self.top);
        let payload = self.zip.entries.iter().filter(|e| e.name.starts_with(&data));
        let (files, size) = payload.fold((0u64, 0u64), |(n, sum), e| (n + 1, sum.saturating_add(e.size)));
        let oxum = format!("{size}.{files}");
        if fields.get("Payload-Oxum") != Some(&oxum.as_str()) {
            let detail = fields.get("Payload-Oxum").copied().unwrap_or("none");
            self.found.add(Code::BagOxumMismatch, path, format!("{detail}, counted {oxum}"));
        }
        Ok(())
    }

    /// Holds bag-info.txt and README.txt against what the header makes of them.
    pub(super) fn frame(&mut self) -> Result<()> {
        let Some(header) = self.header.clone() else { return Ok(()) };
        self.text("README.txt", &layout::readme(&header))?;
        let fields = layout::bag_info(&header, 0, 0);
        if let Some(bytes) = self.bytes("bag-info.txt", limits::SMALL, Code::BagFileMissing)? {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            for line in fields.lines().filter(|l| !l.starts_with("Payload-Oxum")) {
                if !text.lines().any(|l| l == line) {
                    let name = line.split(':').next().unwrap_or_default();
                    self.found.add(Code::BagInfo, "bag-info.txt", name);
                }
            }
        }
        Ok(())
    }
}
