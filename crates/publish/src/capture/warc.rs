//! WARC 1.1 records (ISO 28500:2017), each a member of a gzip file by itself (its annex D), so that one can be read
//! without those before it.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

use super::index::Row;
use super::{Exchange, Page, hex};

/// The name of the file in its WACZ.
pub(super) const NAME: &str = "data.warc.gz";

/// A WARC file that grows, and what its index will say.
pub(super) struct Writer {
    pub file: File,
    pub rows: Vec<Row>,
}

/// A record but for its block.
struct Head<'a> {
    kind: &'a str,
    id: &'a str,
    at: &'a str,
    /// The other fields.
    fields: &'a [(&'a str, &'a str)],
}

impl Writer {
    /// Begins with a record on the software, the standard and what is in the file.
    pub fn begin(page: &Page<'_>, now: &str) -> io::Result<Self> {
        let mut writer = Writer { file: tempfile::tempfile()?, rows: Vec::new() };
        let block = concat!(
            "software: Fonds ",
            env!("CARGO_PKG_VERSION"),
            "\r\nformat: WARC File Format 1.1\r\n",
            "conformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n",
            "robots: ignore\r\n"
        );
        let fields = [("WARC-Filename", NAME), ("Content-Type", "application/warc-fields")];
        let head = Head { kind: "warcinfo", id: &(page.new_id)(), at: now, fields: &fields };
        writer.record(&head, block.as_bytes(), None)?;
        Ok(writer)
    }

    /// A request and its answer, as two records that name one another's.
    pub fn exchange(&mut self, page: &Page<'_>, exchange: &Exchange) -> io::Result<()> {
        let (asked, answered) = ((page.new_id)(), (page.new_id)());
        let uri = ("WARC-Target-URI", exchange.url.as_str());
        let payload = format!("sha256:{}", exchange.sha256);
        let concurrent = format!("<urn:uuid:{asked}>");
        let fields = [
            uri,
            ("WARC-Payload-Digest", &payload),
            ("WARC-Concurrent-To", &concurrent),
            ("Content-Type", "application/http; msgtype=response"),
        ];
        let head = Head { kind: "response", id: &answered, at: &exchange.at, fields: &fields };
        let (offset, length) = self.record(&head, &exchange.head, Some((&exchange.body, exchange.size)))?;
        self.rows.push(Row {
            url: exchange.url.to_string(),
            at: exchange.at.clone(),
            media: exchange.media.clone(),
            status: exchange.status,
            digest: payload,
            offset,
            length,
        });
        let concurrent = format!("<urn:uuid:{answered}>");
        let fields =
            [uri, ("WARC-Concurrent-To", &concurrent), ("Content-Type", "application/http; msgtype=request")];
        let head = Head { kind: "request", id: &asked, at: &exchange.at, fields: &fields };
        self.record(&head, &exchange.asked, None)?;
        Ok(())
    }

    /// Writes a record of `start` and a body, and gives where it begins and how long it is.
    fn record(
        &mut self,
        head: &Head<'_>,
        start: &[u8],
        body: Option<(&File, u64)>,
    ) -> io::Result<(u64, u64)> {
        let size = start.len() as u64 + body.map_or(0, |(_, size)| size);
        let mut digest = Sha256::new().chain_update(start);
        if let Some((body, _)) = body {
            parts(body, |part| {
                digest.update(part);
                Ok(())
            })?;
        }
        let offset = self.file.stream_position()?;
        let mut member = GzEncoder::new(&mut self.file, Compression::default());
        write!(member, "WARC/1.1\r\nWARC-Type: {}\r\nWARC-Record-ID: <urn:uuid:{}>\r\n", head.kind, head.id)?;
        write!(
            member,
            "WARC-Date: {}\r\nWARC-Block-Digest: sha256:{}\r\n",
            head.at,
            hex(&digest.finalize())
        )?;
        for (name, value) in head.fields {
            write!(member, "{name}: {value}\r\n")?;
        }
        write!(member, "Content-Length: {size}\r\n\r\n")?;
        member.write_all(start)?;
        if let Some((body, _)) = body {
            parts(body, |part| member.write_all(part))?;
        }
        member.write_all(b"\r\n\r\n")?;
        member.finish()?;
        Ok((offset, self.file.stream_position()? - offset))
    }
}

/// All of a file, part by part.
pub(super) fn parts(mut file: &File, mut take: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
    file.seek(SeekFrom::Start(0))?;
    let mut part = vec![0; 64 << 10];
    loop {
        let read = file.read(&mut part)?;
        match part.get(..read) {
            Some(part) if !part.is_empty() => take(part)?,
            _ => return Ok(()),
        }
    }
}
