//! The records of an export, as they stand on disk.
//!
//! Every type here is written as RFC 8785 JSON and read back strictly: a field that the format does not
//! know is an error. Times are RFC 3339 in UTC with milliseconds (`2026-11-23T14:32:05.123Z`), digests are
//! lower-case hexadecimal SHA-256, ids are lower-case hyphenated UUIDs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Selection;

/// What one export is and where it stands in its series. Written as `metadata/other/chain.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// Name of the series: 1 to 24 of `[a-z0-9-]`. With the sequence it names the zip and its top folder.
    pub series: String,
    /// UUID of the series: two libraries may choose the same name, never the same id.
    pub series_id: String,
    /// 1 for the first export of the series, then one more each time.
    pub sequence: u32,
    /// Whether the export holds everything.
    pub mode: Mode,
    /// When the export was made.
    pub at: String,
    /// The export before this one in the series; none for the first.
    pub previous: Option<Previous>,
    /// The export that the library was restored from, where the series began with a restore.
    pub origin: Option<SeriesOrigin>,
    /// Program that wrote the export, on one line: `fonds 0.1.0`.
    pub generator: String,
    /// Which posts it holds; none where it holds all. A selection is a series of its own, of full exports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selection: Option<Selection>,
}

impl Header {
    /// The name of the top folder, and of the zip without `.zip`: `<series>-v0002`.
    #[must_use]
    pub fn stem(&self) -> String {
        format!("{}-v{:04}", self.series, self.sequence)
    }

    /// The zip's file name: `<series>-v0002.zip`.
    #[must_use]
    pub fn file_name(&self) -> String {
        format!("{}.zip", self.stem())
    }
}

/// How much an export holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Every post, revision, attachment version and journal entry.
    Full,
    /// What changed since the export before: whole objects, changed records, new journal entries.
    Incremental,
}

/// What an incremental export changes in the set of objects that the exports before it make up.
/// Stands in `metadata/other/chain.json`; each list by id ascending.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Changes {
    /// Objects that the export before had not.
    pub added: Vec<ObjectDigest>,
    /// Objects that it had as something else.
    pub changed: Vec<ObjectChange>,
    /// Objects that it had and that are no more.
    pub removed: Vec<ObjectDigest>,
    /// The last journal entry that the export before had.
    pub journal: JournalEnd,
}

/// An object, by what decides all of its content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectDigest {
    /// UUID of the post or attachment.
    pub id: String,
    /// SHA-256 of its `inventory.json`.
    pub inventory: String,
}

/// An object that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectChange {
    /// UUID of the post or attachment.
    pub id: String,
    /// SHA-256 of its `inventory.json` in the exports before.
    pub before: String,
    /// SHA-256 of its `inventory.json` in this export.
    pub inventory: String,
}

/// Where a journal ends: its last entry, or 0 and 64 zeros where it has none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JournalEnd {
    /// The entry's number.
    pub seq: u64,
    /// Its hash.
    pub hash: String,
}

/// The export before this one, by the digest of its zip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Previous {
    /// Its sequence, one less than this export's.
    pub sequence: u32,
    /// SHA-256 of its zip file.
    pub sha256: String,
}

/// The export from which the library of a series was restored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeriesOrigin {
    /// Name of the series restored from.
    pub series: String,
    /// Id of the series restored from.
    pub series_id: String,
    /// Sequence of the export restored from.
    pub sequence: u32,
    /// SHA-256 of the zip restored from.
    pub sha256: String,
}

/// The state of the library that stands outside posts' revisions. Written as `metadata/other/library.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Library {
    /// The library's UUID.
    pub id: String,
    /// The library's name, as people chose it.
    pub name: String,
    /// When the library was made.
    pub created_at: String,
    /// The category tree, by id ascending.
    pub categories: Vec<Category>,
    /// The blogs that posts are published to, by id ascending. Never a secret.
    pub blogs: Vec<Blog>,
    /// Pairs and their filing, by id ascending.
    pub pairs: Vec<Pair>,
    /// Posts and their state, by id ascending.
    pub posts: Vec<Post>,
    /// Attachments, by id ascending.
    pub attachments: Vec<Attachment>,
    /// The captures of posts' public pages, by id ascending.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub captures: Vec<Capture>,
    /// What waited to be sent, by id ascending.
    pub outbox: Vec<OutboxItem>,
    /// In an incremental export, whose lists hold what was added or changed: ids of what is no more.
    pub removed: Option<Removed>,
}

/// Ids of records that are no more, each list ascending.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Removed {
    /// Of categories.
    pub categories: Vec<String>,
    /// Of blogs.
    pub blogs: Vec<String>,
    /// Of pairs.
    pub pairs: Vec<String>,
    /// Of posts.
    pub posts: Vec<String>,
    /// Of attachments.
    pub attachments: Vec<String>,
    /// Of captures.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub captures: Vec<String>,
    /// Of what waited to be sent.
    pub outbox: Vec<String>,
}

impl Library {
    /// The library after `change`, the record of the incremental export that follows.
    #[must_use]
    pub fn merged(self, change: Self) -> Self {
        let removed = change.removed.unwrap_or_default();
        Self {
            id: change.id,
            name: change.name,
            created_at: change.created_at,
            categories: merge(self.categories, change.categories, &removed.categories, |c| &c.id),
            blogs: merge(self.blogs, change.blogs, &removed.blogs, |b| &b.id),
            pairs: merge(self.pairs, change.pairs, &removed.pairs, |p| &p.id),
            posts: merge(self.posts, change.posts, &removed.posts, |p| &p.id),
            attachments: merge(self.attachments, change.attachments, &removed.attachments, |a| &a.id),
            captures: merge(self.captures, change.captures, &removed.captures, |c| &c.id),
            outbox: merge(self.outbox, change.outbox, &removed.outbox, |o| &o.id),
            removed: None,
        }
    }
}

fn merge<T>(old: Vec<T>, new: Vec<T>, removed: &[String], id: fn(&T) -> &String) -> Vec<T> {
    let mut all: BTreeMap<String, T> = old.into_iter().map(|record| (id(&record).clone(), record)).collect();
    for gone in removed {
        all.remove(gone);
    }
    all.extend(new.into_iter().map(|record| (id(&record).clone(), record)));
    all.into_values().collect()
}

/// A category, named in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// The category's UUID.
    pub id: String,
    /// Id of the category above; none at the top.
    pub parent: Option<String>,
    /// English name; holds no `/`.
    pub name_en: String,
    /// French name; holds no `/`.
    pub name_fr: String,
}

/// A configured publishing target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Blog {
    /// The blog's UUID.
    pub id: String,
    /// Kind of connector: `static`, `wordpress`, …
    pub kind: String,
    /// Name, as people chose it.
    pub name: String,
    /// Public address; empty where there is none.
    pub url: String,
    /// The connector's own settings, without secrets.
    pub settings: serde_json::Value,
}

/// One post, or an English and a French post that say the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    /// The pair's UUID.
    pub id: String,
    /// Ids of the categories it is filed under, ascending.
    pub categories: Vec<String>,
}

/// A post's state. Its texts are revisions, each one version of the post's OCFL object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Post {
    /// The post's UUID.
    pub id: String,
    /// Id of its pair.
    pub pair: String,
    /// Where it stands in its life.
    pub status: Status,
    /// Number of the revision that is the post's text.
    pub head: u32,
    /// When it was made.
    pub created_at: String,
    /// When it was put into the trash, where it was.
    pub trashed_at: Option<String>,
    /// Path of its Markdown file in the library folder, with `/`; none where it never had one.
    pub file: Option<String>,
    /// Number of the revision that holds a file's conflicting text, where people have not decided yet.
    pub conflict: Option<u32>,
    /// The names that people gave to its revisions, by revision ascending.
    pub names: Vec<RevisionName>,
}

/// A name that people gave to a revision. It is the post's state and can change; the revision cannot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevisionName {
    /// The revision's number.
    pub revision: u32,
    /// The name, one line.
    pub name: String,
}

/// Where a post stands in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Being written.
    Draft,
    /// Approved, not yet sent.
    Approved,
    /// To be sent at a set time.
    Scheduled,
    /// Out.
    Published,
    /// Out once, taken back.
    Withdrawn,
}

/// An attached PDF. Its versions are the versions of its OCFL object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attachment {
    /// The attachment's UUID.
    pub id: String,
    /// Path in the library folder: `attachments/name.pdf`.
    pub path: String,
    /// When it was first attached.
    pub created_at: String,
}

/// The captures of one post's public page on one blog. Each is a version of its OCFL object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Capture {
    /// The capture's UUID.
    pub id: String,
    /// Id of the post.
    pub post: String,
    /// Id of the blog; it may be none of the library's any more.
    pub blog: String,
}

/// A public page as it was seen once. Written as `content/capture.json`; the page itself, with what it shows, stands
/// beside it in `content/page.wacz` (WACZ 1.1.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaptureVersion {
    /// 1, 2, 3 …; also the OCFL version that holds it.
    pub version: u32,
    /// SHA-256 of the WACZ.
    pub sha256: String,
    /// Its length in bytes.
    pub size: u64,
    /// When the page was seen.
    pub at: String,
    /// Who had it captured.
    pub actor: Actor,
    /// The page's address, after redirects.
    pub address: String,
    /// The code that the server answered with, such as 200.
    pub status: u16,
    /// The page's title.
    pub title: String,
    /// The revision that was public by the receipts.
    pub revision: u32,
    /// What the page names and the WACZ does not hold.
    pub left_out: Vec<LeftOut>,
}

/// Something that a capture does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeftOut {
    /// Its address.
    pub address: String,
    /// Why: `elsewhere`, `unreachable`, `too-large` or `too-many`.
    pub why: String,
}

/// Something that waited to be sent to a blog.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutboxItem {
    /// The item's id.
    pub id: String,
    /// Id of the post.
    pub post: String,
    /// Id of the blog.
    pub blog: String,
    /// Everything else that the outbox knows of it.
    pub detail: serde_json::Value,
}

/// Who did something, as they said they are; not proved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Actor {
    /// Name; never blank.
    pub name: String,
    /// E-mail address; may be empty.
    pub email: String,
}

/// A language of the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    En,
    /// French.
    Fr,
}

/// One immutable text of a post, without its body. Written as `content/revision.json`; the body stands
/// beside it in `content/post.md`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revision {
    /// 1, 2, 3 … in order of creation; also the OCFL version that holds it.
    pub number: u32,
    /// The content hash ([`crate::v1::content_hash`]).
    pub hash: String,
    /// Title.
    pub title: String,
    /// Language.
    pub language: Language,
    /// The part of a web address that names the post.
    pub slug: String,
    /// The author's own front-matter lines, byte for byte; may be empty.
    pub front_matter: String,
    /// The attachment versions that belong to this text, in the order that was hashed.
    pub attachments: Vec<AttachmentRef>,
    /// The revisions this one was made from: none, one, or two after a merge.
    pub parents: Vec<Parent>,
    /// Who made it.
    pub actor: Actor,
    /// When it was made.
    pub at: String,
    /// How it came to be.
    pub origin: RevisionOrigin,
}

/// One version of one attachment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttachmentRef {
    /// The attachment's id.
    pub id: String,
    /// Its version, from 1.
    pub version: u32,
}

/// A revision that another was made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parent {
    /// Its number in the same post.
    pub number: u32,
    /// Its content hash.
    pub hash: String,
}

/// How a revision came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RevisionOrigin {
    /// Written in the editor.
    Editor,
    /// Read from the post's file.
    File,
    /// Taken from a blog.
    Remote,
    /// An earlier revision brought back.
    Restore,
    /// Two texts merged.
    Merge,
}

impl RevisionOrigin {
    /// The word that stands in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Editor => "editor",
            Self::File => "file",
            Self::Remote => "remote",
            Self::Restore => "restore",
            Self::Merge => "merge",
        }
    }
}

/// One version of an attachment. Stands in the OCFL inventory of the attachment's object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachmentVersion {
    /// 1, 2, 3 …; also the OCFL version that holds it.
    pub version: u32,
    /// SHA-256 of the PDF's bytes.
    pub sha256: String,
    /// Length in bytes.
    pub size: u64,
    /// When it was added.
    pub at: String,
    /// Who added it.
    pub actor: Actor,
}

/// One entry of the journal. Written as one line of `metadata/other/journal.jsonl`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JournalEntry {
    /// 1, 2, 3 … without gaps.
    pub seq: u64,
    /// When it happened.
    pub at: String,
    /// Who did it.
    pub actor: Actor,
    /// What was done: `post.published`.
    pub action: String,
    /// What it was done to.
    pub subject: String,
    /// What else is to be known; a JSON object.
    pub detail: serde_json::Value,
    /// `hash` of the entry before; 64 zeros in the first.
    pub previous: String,
    /// The entry's own hash ([`crate::v1::journal_hash`]).
    pub hash: String,
}
