//! A WARC file with its index, its page and their digests, in one zip (WACZ 1.1.1).

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::{Captured, Page, hex, index, warc};

/// Writes the zip. Everything is stored as it is, as the format wants it of what is compressed already.
pub(super) fn write(
    page: &Page<'_>,
    captured: &Captured,
    begun: &str,
    warc: &warc::Writer,
    out: &mut File,
) -> io::Result<()> {
    let mut zip = Package { zip: ZipWriter::new(out), resources: Vec::new() };
    zip.file(&format!("archive/{}", warc::NAME), &warc.file)?;
    let (lines, finder) = index::written(&warc.rows)?;
    zip.bytes(&format!("indexes/{}", index::NAME), &lines)?;
    zip.bytes("indexes/index.idx", &finder)?;
    let title = if captured.title.is_empty() { &captured.address } else { &captured.title };
    let head = json!({ "format": "json-pages-1.0", "id": "pages", "title": "All Pages" });
    let row = json!({ "id": (page.new_id)(), "url": captured.address, "ts": begun, "title": title });
    zip.bytes("pages/pages.jsonl", format!("{head}\n{row}\n").as_bytes())?;
    let left_out: Vec<Value> = captured
        .left_out
        .iter()
        .map(|left| json!({ "url": left.address, "reason": left.why.code() }))
        .collect();
    let package = json!({
        "profile": "data-package",
        "wacz_version": "1.1.1",
        "title": title,
        "created": begun,
        "software": concat!("Fonds ", env!("CARGO_PKG_VERSION")),
        "mainPageUrl": captured.address,
        "mainPageDate": begun,
        "leftOut": left_out,
        "resources": zip.resources,
    });
    let package = serde_json::to_vec_pretty(&package)?;
    let digest = json!({ "path": "datapackage.json", "hash": sha256(&package) });
    zip.bytes("datapackage.json", &package)?;
    zip.bytes("datapackage-digest.json", &serde_json::to_vec_pretty(&digest)?)?;
    zip.zip.finish()?.sync_all()
}

struct Package<'a> {
    zip: ZipWriter<&'a mut File>,
    resources: Vec<Value>,
}

impl Package<'_> {
    fn start(&mut self, path: &str, size: u64) -> io::Result<()> {
        let stored = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .last_modified_time(zip::DateTime::default())
            .large_file(size >= u64::from(u32::MAX));
        Ok(self.zip.start_file(path, stored)?)
    }

    fn bytes(&mut self, path: &str, bytes: &[u8]) -> io::Result<()> {
        self.start(path, bytes.len() as u64)?;
        self.zip.write_all(bytes)?;
        self.list(path, &sha256(bytes), bytes.len() as u64);
        Ok(())
    }

    fn file(&mut self, path: &str, mut file: &File) -> io::Result<()> {
        let size = file.seek(SeekFrom::End(0))?;
        self.start(path, size)?;
        let mut digest = Sha256::new();
        warc::parts(file, |part| {
            digest.update(part);
            self.zip.write_all(part)
        })?;
        self.list(path, &format!("sha256:{}", hex(&digest.finalize())), size);
        Ok(())
    }

    fn list(&mut self, path: &str, hash: &str, size: u64) {
        let name = path.rsplit('/').next().unwrap_or(path);
        self.resources.push(json!({ "name": name, "path": path, "hash": hash, "bytes": size }));
    }
}

fn sha256(bytes: &[u8]) -> String {
    format!("sha256:{}", hex(&Sha256::digest(bytes)))
}
