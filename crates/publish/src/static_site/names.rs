//! Names that may become files and folders of the site, and how links write them.
//!
//! What always holds: a name that passes is one single path component on every system that Fonds runs on.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Longest file or folder name in bytes, below every file system's 255 with room for a suffix.
const LONGEST: usize = 200;

/// What an address keeps as it is, apart from letters and digits (RFC 3986, 2.3 and the `/` between parts).
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'/');

/// Whether a slug may be a folder: letters, digits, `-` and `_`.
pub(super) fn is_slug(slug: &str) -> bool {
    !slug.is_empty()
        && slug.len() <= LONGEST
        && slug.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
        && !is_device(slug)
}

/// Whether an attachment's name may be a file: no path, nothing hidden, nothing that Windows refuses.
pub(super) fn is_file_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= LONGEST
        && !name.starts_with('.')
        && !name.ends_with(['.', ' '])
        && !name.contains(['/', '\\', '<', '>', ':', '"', '|', '?', '*'])
        && !name.chars().any(char::is_control)
        && !is_device(name)
}

/// The names that Windows gives to devices, with any ending.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let numbered = ["com", "lpt"].iter().any(|device| {
        stem.strip_prefix(device).is_some_and(|n| n.len() == 1 && n.as_bytes()[0].is_ascii_digit())
    });
    numbered || ["con", "prn", "aux", "nul"].contains(&stem.as_str())
}

/// A path as a link writes it.
pub(super) fn encode(path: &str) -> String {
    utf8_percent_encode(path, ENCODED).to_string()
}

/// `../` as often as it takes from the page at `path` to the site's folder.
pub(super) fn up(path: &str) -> String {
    "../".repeat(path.matches('/').count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_escapes() {
        for bad in ["", "..", "a/b", "a\\b", ".", "con", "COM1", "a b", "x.html", "../../etc"] {
            assert!(!is_slug(bad), "{bad}");
        }
        for bad in
            ["", "..", "../x.pdf", "a/b.pdf", "a\\b.pdf", ".x.pdf", "nul.pdf", "a\0.pdf", "c:x.pdf", "x.pdf."]
        {
            assert!(!is_file_name(bad), "{bad}");
        }
        assert!(is_slug("données-ouvertes_2") && is_file_name("Rapport annuel (2026).pdf"));
    }

    #[test]
    fn links_are_encoded() {
        assert_eq!(encode("files/a b&c.pdf"), "files/a%20b%26c.pdf");
        assert_eq!(up("index.html") + &up("en/x/index.html"), "../../");
    }
}
