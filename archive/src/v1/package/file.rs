//! What the package's records say of one file.

use crate::v1::hex;

/// A file of the payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRecord {
    /// Path below the bag: `data/<stem>/…`.
    pub path: String,
    /// Length in bytes.
    pub size: u64,
    /// SHA-256 of its bytes.
    pub digest: [u8; 32],
    /// The version that a PDF claims in its first bytes: `1.7`.
    pub pdf_version: Option<[u8; 3]>,
}

/// A file's format, by its name and first bytes. Nothing looks at the rest of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Format {
    pub media_type: &'static str,
    /// Key in the PRONOM registry, where the name or the first bytes decide it.
    pub pronom: Option<&'static str>,
}

impl FileRecord {
    pub(super) fn sha256(&self) -> String {
        hex(&self.digest)
    }

    pub(super) fn format(&self) -> Format {
        let media = |media_type| Format { media_type, pronom: None };
        match self.path.rsplit('/').next().unwrap_or_default().rsplit_once('.').map_or("", |(_, e)| e) {
            "md" => Format { media_type: "text/markdown", pronom: Some("fmt/1149") },
            "json" => Format { media_type: "application/json", pronom: Some("fmt/817") },
            "pdf" => Format {
                media_type: "application/pdf",
                pronom: self.pdf_version.and_then(|version| match &version {
                    b"1.0" => Some("fmt/14"),
                    b"1.1" => Some("fmt/15"),
                    b"1.2" => Some("fmt/16"),
                    b"1.3" => Some("fmt/17"),
                    b"1.4" => Some("fmt/18"),
                    b"1.5" => Some("fmt/19"),
                    b"1.6" => Some("fmt/20"),
                    b"1.7" => Some("fmt/276"),
                    b"2.0" => Some("fmt/1129"),
                    _ => None,
                }),
            },
            "html" => media("text/html"),
            "css" => media("text/css"),
            "js" => media("text/javascript"),
            "xml" | "xsd" => media("application/xml"),
            "png" => media("image/png"),
            "jpg" | "jpeg" => media("image/jpeg"),
            "gif" => media("image/gif"),
            "webp" => media("image/webp"),
            "svg" => media("image/svg+xml"),
            "tsr" => media("application/timestamp-reply"),
            "wacz" => media("application/zip"),
            _ => media("text/plain"),
        }
    }
}

/// The first bytes of a file, as they pass.
#[derive(Debug, Default)]
pub struct Head {
    bytes: [u8; 8],
    length: usize,
}

impl Head {
    /// The next bytes of the file.
    pub fn see(&mut self, bytes: &[u8]) {
        let room = &mut self.bytes[self.length..];
        let n = room.len().min(bytes.len());
        room[..n].copy_from_slice(&bytes[..n]);
        self.length += n;
    }

    /// The version that a PDF's first line claims; none where the bytes are no such line.
    #[must_use]
    pub fn pdf_version(&self) -> Option<[u8; 3]> {
        let version = self.bytes.strip_prefix(b"%PDF-").filter(|_| self.length == 8)?;
        match version {
            [a, b'.', b] if a.is_ascii_digit() && b.is_ascii_digit() => Some([*a, b'.', *b]),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pdf_says_its_version_in_its_first_bytes() {
        let version = |chunks: &[&[u8]]| {
            let mut head = Head::default();
            chunks.iter().for_each(|chunk| head.see(chunk));
            head.pdf_version()
        };
        assert_eq!(version(&[b"%P", b"DF-1.7 and more"]), Some(*b"1.7"));
        assert_eq!(version(&[b"%PDF-2.0"]), Some(*b"2.0"));
        assert_eq!(version(&[b"%PDF-1."]), None);
        assert_eq!(version(&[b" %PDF-1.7"]), None);
        assert_eq!(version(&[]), None);
    }
}
