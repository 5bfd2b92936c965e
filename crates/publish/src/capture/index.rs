//! The index of a capture: CDXJ lines in compressed blocks, and an index of the blocks (CDXJ 0.1; WACZ 1.1.1, 5.2.2).

use std::io::{self, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;

use super::{hex, warc};

/// How many lines a block has.
const BLOCK: usize = 300;
/// The name of the compressed lines.
pub(super) const NAME: &str = "index.cdx.gz";

/// One answer.
pub(super) struct Row {
    pub url: String,
    /// RFC 3339, UTC.
    pub at: String,
    pub media: String,
    pub status: u16,
    /// With its algorithm before it.
    pub digest: String,
    pub offset: u64,
    pub length: u64,
}

impl Row {
    fn line(&self) -> String {
        let what = json!({
            "url": self.url,
            "mime": self.media,
            "status": self.status.to_string(),
            "digest": self.digest,
            "length": self.length.to_string(),
            "offset": self.offset.to_string(),
            "filename": warc::NAME,
        });
        format!("{} {} {what}\n", key(&self.url), digits(&self.at))
    }
}

/// The compressed lines, and the lines that find a block in them.
pub(super) fn written(rows: &[Row]) -> io::Result<(Vec<u8>, Vec<u8>)> {
    let mut lines: Vec<String> = rows.iter().map(Row::line).collect();
    lines.sort_unstable();
    let meta = json!({ "format": "cdxj-gzip-1.0", "filename": NAME });
    let (mut blocks, mut finder) = (Vec::new(), format!("!meta 0 {meta}\n"));
    for block in lines.chunks(BLOCK) {
        let offset = blocks.len();
        let mut member = GzEncoder::new(&mut blocks, Compression::default());
        block.iter().try_for_each(|line| member.write_all(line.as_bytes()))?;
        member.finish()?;
        let bytes = blocks.get(offset..).unwrap_or_default();
        let place: Value = json!({
            "offset": offset,
            "length": bytes.len(),
            "digest": format!("sha256:{}", hex(&Sha256::digest(bytes))),
            "filename": NAME,
        });
        let first = block.first().map(|line| line.split(" {").next().unwrap_or_default());
        finder.push_str(&format!("{} {place}\n", first.unwrap_or_default()));
    }
    Ok((blocks, finder.into_bytes()))
}

/// `20261125120000`: a time in digits, to the second.
pub(super) fn digits(at: &str) -> String {
    at.bytes().filter(u8::is_ascii_digit).take(14).map(char::from).collect()
}

/// An address in the form that sorts what is near together: `org,example)/path?query`, in lower case, without `www`, and
/// with the query's parts in order (SURT); those who replay it turn numbers around like names.
fn key(url: &str) -> String {
    let Ok(url) = Url::parse(url) else { return url.to_lowercase() };
    let host = url.host_str().unwrap_or_default().to_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    let turned = host.rsplit('.').collect::<Vec<_>>().join(",");
    let port = url.port().map_or(String::new(), |port| format!(":{port}"));
    let path = url.path().to_lowercase();
    let path = if path.len() > 1 { path.strip_suffix('/').unwrap_or(&path) } else { &path };
    let query = url.query().filter(|query| !query.is_empty()).map_or(String::new(), |query| {
        let query = query.to_lowercase();
        let mut parts: Vec<&str> = query.split('&').collect();
        parts.sort_unstable();
        format!("?{}", parts.join("&"))
    });
    format!("{turned}{port}){path}{query}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_what_other_tools_look_for() {
        for (url, wanted) in [
            ("https://www.Example.org/A/b/?y=2&x=1", "org,example)/a/b?x=1&y=2"),
            ("http://127.0.0.1:8080/", "1,0,0,127:8080)/"),
            ("https://blog.example.org", "org,example,blog)/"),
        ] {
            assert_eq!(key(url), wanted);
        }
        assert_eq!(digits("2026-11-25T12:03:04.567Z"), "20261125120304");
    }
}
