//! What a revision is made of, and its content hash.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{Error, Id, Result};

/// The language of a post.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    En,
    /// French.
    Fr,
}

/// Where a revision came from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// Written in Fonds.
    Editor,
    /// An edit of the Markdown file by another program.
    File,
    /// A change made on a blog.
    Remote,
    /// An earlier revision made current again.
    Restore,
    /// Two texts merged.
    Merge,
}

/// Where a post stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Being written.
    Draft,
    /// A revision is approved.
    Approved,
    /// A publication has a time.
    Scheduled,
    /// On a blog.
    Published,
    /// Taken off its blogs.
    Withdrawn,
}

/// Stores an enum as the word that serde gives it.
macro_rules! stored_as_word {
    ($($name:ident { $($variant:ident = $word:literal),+ })+) => { $(
        impl $name {
            /// The word for it in files, the database and the archive.
            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }
        }
        impl std::str::FromStr for $name {
            type Err = String;
            fn from_str(text: &str) -> std::result::Result<Self, String> {
                match text { $($word => Ok($name::$variant),)+ other => Err(format!("“{other}” is none of: {}", [$($word),+].join(", "))) }
            }
        }
        impl rusqlite::types::ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
                Ok(self.as_str().into())
            }
        }
        impl rusqlite::types::FromSql for $name {
            fn column_result(value: rusqlite::types::ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
                value.as_str()?.parse().map_err(|e: String| rusqlite::types::FromSqlError::Other(e.into()))
            }
        }
    )+ };
}
pub(crate) use stored_as_word;

stored_as_word! {
    Language { En = "en", Fr = "fr" }
    Origin { Editor = "editor", File = "file", Remote = "remote", Restore = "restore", Merge = "merge" }
    Status { Draft = "draft", Approved = "approved", Scheduled = "scheduled", Published = "published", Withdrawn = "withdrawn" }
}

impl Language {
    /// The other one of the two.
    pub const fn counterpart(self) -> Self {
        match self {
            Language::En => Language::Fr,
            Language::Fr => Language::En,
        }
    }
}

/// An attachment at one of its versions.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct AttachmentRef {
    /// Which attachment.
    pub id: Id,
    /// Its version, from 1.
    pub version: u32,
}

/// What a revision holds and its hash covers.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Content {
    /// The title, plain text.
    pub title: String,
    /// The language of the text.
    pub language: Language,
    /// The last part of the address.
    pub slug: String,
    /// The Markdown below the front matter, exact.
    pub body: String,
    /// The author's own front-matter lines, byte for byte, without the keys that Fonds owns.
    pub front_matter: String,
    /// The attached files, sorted by id.
    pub attachments: Vec<AttachmentRef>,
}

impl Content {
    /// The content hash: lower-case hex sha256 of the RFC 8785 JSON of the content.
    pub fn hash(&self) -> Result<String> {
        let json = serde_json_canonicalizer::to_vec(self).map_err(|e| Error::damaged(e.to_string()))?;
        Ok(hex(&Sha256::digest(json)))
    }
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_that_of_the_canonical_json() {
        let content = Content {
            title: "L’été".into(),
            language: Language::Fr,
            slug: "l-ete".into(),
            body: "Bonjour\r\n".into(),
            front_matter: String::new(),
            attachments: vec![],
        };
        let json = "{\"attachments\":[],\"body\":\"Bonjour\\r\\n\",\"front_matter\":\"\",\"language\":\"fr\",\"slug\":\"l-ete\",\"title\":\"L’été\"}";
        assert_eq!(content.hash().unwrap(), hex(&Sha256::digest(json)));
    }
}
