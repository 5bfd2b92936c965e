//! What the file of an attachment may be: a PDF, or an image that every browser shows and that can carry no script.

/// A kind of file that a library takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Media {
    /// A PDF.
    Pdf,
    /// A PNG image.
    Png,
    /// A JPEG image.
    Jpeg,
    /// A GIF image.
    Gif,
    /// A WebP image.
    Webp,
}

impl Media {
    /// What the end of a name says, in any case of letters.
    pub fn of_name(name: &str) -> Option<Self> {
        let (_, end) = name.rsplit_once('.')?;
        Some(match end.to_ascii_lowercase().as_str() {
            "pdf" => Media::Pdf,
            "png" => Media::Png,
            "jpg" | "jpeg" => Media::Jpeg,
            "gif" => Media::Gif,
            "webp" => Media::Webp,
            _ => return None,
        })
    }

    /// What the first 1,024 bytes say. A PDF's mark may stand anywhere in them (ISO 32000-1, annex H.3).
    pub fn of_bytes(start: &[u8]) -> Option<Self> {
        if start.starts_with(b"\x89PNG\r\n\x1a\n") {
            Some(Media::Png)
        } else if start.starts_with(b"\xff\xd8\xff") {
            Some(Media::Jpeg)
        } else if start.starts_with(b"GIF87a") || start.starts_with(b"GIF89a") {
            Some(Media::Gif)
        } else if start.starts_with(b"RIFF") && start.get(8..12) == Some(b"WEBP") {
            Some(Media::Webp)
        } else if start.get(..1024).unwrap_or(start).windows(5).any(|window| window == b"%PDF-") {
            Some(Media::Pdf)
        } else {
            None
        }
    }

    /// Whether the last bytes of a file of this kind are those of a whole one. `size` is the file's, `start` its first
    /// bytes, `end` its last.
    pub fn is_whole(self, size: u64, start: &[u8], end: &[u8]) -> bool {
        let has = |mark: &[u8]| end.windows(mark.len()).any(|window| window == mark);
        match self {
            Media::Pdf => has(b"%%EOF"),
            Media::Png => has(b"IEND"),
            Media::Jpeg => has(b"\xff\xd9"),
            Media::Gif => has(b";"),
            // RIFF says how many bytes follow its first eight.
            Media::Webp => start
                .get(4..8)
                .and_then(|length| length.try_into().ok())
                .is_some_and(|length| u64::from(u32::from_le_bytes(length)) + 8 <= size),
        }
    }

    /// Whether it is an image.
    pub fn is_image(self) -> bool {
        self != Media::Pdf
    }

    /// The end of a name that Fonds gives to such a file.
    pub fn extension(self) -> &'static str {
        match self {
            Media::Pdf => "pdf",
            Media::Png => "png",
            Media::Jpeg => "jpg",
            Media::Gif => "gif",
            Media::Webp => "webp",
        }
    }

    /// Its media type (RFC 6838).
    pub fn mime(self) -> &'static str {
        match self {
            Media::Pdf => "application/pdf",
            Media::Png => "image/png",
            Media::Jpeg => "image/jpeg",
            Media::Gif => "image/gif",
            Media::Webp => "image/webp",
        }
    }
}
