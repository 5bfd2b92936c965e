//! The hashes that tie records together: a revision's content hash and a journal entry's hash.
//!
//! Both are the SHA-256 of RFC 8785 (JCS) JSON, so that anyone can compute them with common tools.

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::{AttachmentRef, JournalEntry, Language, Revision};
use crate::{Error, Result};

/// What `previous` holds in the first journal entry.
pub const FIRST_PREVIOUS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

#[derive(Serialize)]
struct Content<'a> {
    attachments: &'a [AttachmentRef],
    body: &'a str,
    front_matter: &'a str,
    language: Language,
    slug: &'a str,
    title: &'a str,
}

/// The RFC 8785 form of a value.
///
/// # Errors
/// [`Error::Json`] where the value has no such form (a number that is not finite).
pub fn canonical(value: &impl Serialize) -> Result<Vec<u8>> {
    serde_json_canonicalizer::to_vec(value).map_err(Error::Json)
}

/// The content hash of a revision with this body: lower-case hex SHA-256 of the RFC 8785 JSON of
/// `{"attachments":[{"id","version"}],"body","front_matter","language","slug","title"}`.
///
/// # Errors
/// [`Error::Json`], which a revision's plain strings do not cause.
pub fn content_hash(revision: &Revision, body: &str) -> Result<String> {
    let content = Content {
        attachments: &revision.attachments,
        body,
        front_matter: &revision.front_matter,
        language: revision.language,
        slug: &revision.slug,
        title: &revision.title,
    };
    Ok(hex(&Sha256::digest(canonical(&content)?)))
}

/// The hash of a journal entry: lower-case hex SHA-256 of the RFC 8785 JSON of the entry without `hash`.
///
/// # Errors
/// [`Error::Json`] where `detail` has no RFC 8785 form.
pub fn journal_hash(entry: &JournalEntry) -> Result<String> {
    let mut value = serde_json::to_value(entry).map_err(Error::Json)?;
    if let Some(object) = value.as_object_mut() {
        object.remove("hash");
    }
    Ok(hex(&Sha256::digest(canonical(&value)?)))
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(out, "{byte:02x}");
    }
    out
}

/// The 32 bytes of a lower-case hex digest; none where it is not one.
pub(crate) fn unhex(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 {
        return None;
    }
    let mut out = [0; 32];
    for (byte, pair) in out.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        let digit = |c: u8| match c {
            b'0'..=b'9' => Some(c - b'0'),
            b'a'..=b'f' => Some(c - b'a' + 10),
            _ => None,
        };
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(out)
}
