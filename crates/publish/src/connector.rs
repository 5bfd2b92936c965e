//! What a connector is given and what it gives back.
//!
//! What always holds: these types are this crate's own, plain values that the caller fills from wherever it keeps
//! its posts. Times are RFC 3339 in UTC (`2026-11-23T14:32:05.123Z`), ids are UUIDs in their usual lower-case form,
//! digests are lower-case hex sha256.

use crate::{Result, There};
use serde::{Deserialize, Serialize};
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::Path;

/// The language that a post is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English
    En,
    /// French
    Fr,
}

impl Language {
    /// Both, in the order in which they are written out.
    pub const ALL: [Self; 2] = [Self::En, Self::Fr];

    /// Its BCP 47 tag: `en` or `fr`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Fr => "fr",
        }
    }

    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::En => Self::Fr,
            Self::Fr => Self::En,
        }
    }
}

/// One version of a file that a published revision carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// File name in the library's attachments folder, `annual-report.pdf`. The body links it as
    /// `../attachments/annual-report.pdf`.
    pub name: String,
    /// Digest of its bytes.
    pub sha256: String,
    /// Number of its bytes.
    pub size: u64,
    /// Version of the attachment, from 1.
    pub version: u32,
}

/// A post as it is published: one revision of one text in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    /// The post's id.
    pub id: String,
    /// The language of title and body.
    pub language: Language,
    /// Last part of its address, unique among the public posts of its language.
    pub slug: String,
    /// Plain text.
    pub title: String,
    /// Markdown without front matter.
    pub body: String,
    /// Its file's path in the library, such as `posts/2026-12-01-open-data.en.md`; links to it lead to its page.
    pub file: Option<String>,
    /// Number of the revision that is published.
    pub revision: u32,
    /// Content hash of that revision; a receipt names it.
    pub revision_hash: String,
    /// When the post was first published here.
    pub first_published_at: String,
    /// When the published text last changed; equal to `first_published_at` until it does.
    pub updated_at: String,
    /// Name to show as the author, or empty.
    pub author: String,
    /// Id of the post in the other language, where the pair has one. It need not be public.
    pub counterpart: Option<String>,
    /// Ids of the categories it is filed under.
    pub categories: Vec<String>,
    /// The files it carries.
    pub attachments: Vec<Attachment>,
}

/// A category of the tree that posts are filed under.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    /// The category's id.
    pub id: String,
    /// Id of the category above it.
    pub parent: Option<String>,
    /// Its English name.
    pub name_en: String,
    /// Its French name.
    pub name_fr: String,
}

/// What a kind of blog can do; what it cannot is not offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Abilities {
    /// It is made anew as a whole: each delivery is given all that is public.
    pub whole: bool,
    /// It has an address, a user and a password.
    pub account: bool,
    /// It files posts in a tree of categories.
    pub categories: bool,
    /// It keeps files.
    pub media: bool,
    /// It can make a post public later by itself.
    pub schedule: bool,
    /// A page says which language it is in, as a whole.
    pub languages: bool,
    /// Readers comment there.
    pub comments: bool,
    /// It refuses an update that is based on an older text than it holds.
    pub preconditions: bool,
}

/// What is public of a post on the blog that is delivered to.
#[derive(Debug, Clone, PartialEq)]
pub struct Public {
    /// Where it is.
    pub address: String,
    /// What the blog answered when it was last published.
    pub answer: serde_json::Value,
}

/// A configured blog.
#[derive(Debug, Clone)]
pub struct Blog<'a> {
    /// The blog's id.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// Address of its front page where it is known, `https://blog.example.ca`.
    pub url: Option<String>,
    /// The library's folder.
    pub root: &'a Path,
    /// What else the connector needs; its own page says which keys. `null` and `{}` mean the defaults.
    pub settings: serde_json::Value,
}

/// What is to be done, and, for a blog that is made as a whole, all that is public once it is.
#[derive(Debug, Clone)]
pub struct Delivery<'a> {
    /// Where to.
    pub blog: Blog<'a>,
    /// The posts of `changed`, in any order; for a blog that is made as a whole every post that is public after this
    /// delivery.
    pub posts: &'a [Post],
    /// The whole category tree, in any order.
    pub categories: &'a [Category],
    /// Ids out of `posts` that are new or whose text, filing or files changed: each gets a receipt.
    pub changed: &'a [String],
    /// Ids of posts that are no longer public: each gets a receipt. None of them is in `posts`.
    pub withdrawn: &'a [String],
    /// The time of this delivery.
    pub now: &'a str,
}

/// Where the bytes of attachments come from.
pub trait Attachments {
    /// The bytes with this digest, to be read as a stream.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] when there are none, or whatever reading them met.
    fn open(&self, sha256: &str) -> io::Result<Box<dyn Read>>;
}

/// A password that no log and no message can show.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Takes a password in.
    #[must_use]
    pub fn new(password: String) -> Self {
        Self(password)
    }

    /// The password itself, for a request.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

/// What a connector may ask for, and keep, while it delivers to a blog.
pub trait Desk: Attachments {
    /// The password of the blog's account, where there is one.
    fn password(&self) -> Option<Secret>;

    /// What is public of a post on this blog, by the post's id.
    fn public(&self, post: &str) -> Result<Option<Public>>;

    /// What is public on this blog of the post whose Markdown file has this path in the library.
    fn public_file(&self, path: &str) -> Result<Option<Public>>;

    /// Whether another post that is public on this blog carries these bytes.
    fn used_elsewhere(&self, sha256: &str, post: &str) -> Result<bool>;

    /// What was remembered of this blog under a key.
    fn recall(&self, key: &str) -> Result<Option<serde_json::Value>>;

    /// Remembers a value, or forgets it where it is null. It is on disk when this returns.
    fn remember(&mut self, key: &str, value: &serde_json::Value) -> Result<()>;

    /// The keys that begin with `prefix`.
    fn remembered(&self, prefix: &str) -> Result<Vec<String>>;
}

/// Something that a kind of blog cannot hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Loss {
    /// Formulas are kept for accounts alone that may write unfiltered HTML.
    Formulas,
    /// The title is in the language of the blog.
    TitleLanguage,
    /// Tasks are shown as signs.
    Tasks,
}

/// One thing that was looked at when a blog was tested.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// What: `address`, `account`, `write`, `publish`, `media`, `categories`, `html`.
    pub code: String,
    /// Whether it works.
    pub works: bool,
    /// What was found, where there is more to say.
    pub detail: String,
}

/// What is called while a delivery goes on, with the work done and the whole work, both roughly in bytes. The whole
/// never changes during a delivery, and the last call of a delivery that succeeds has both equal. `Break` cancels.
pub type Progress<'a> = dyn FnMut(u64, u64) -> ControlFlow<()> + 'a;

/// What became of a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// The revision is public.
    Published,
    /// The post is no longer public.
    Withdrawn,
}

/// What a blog answered about one post.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Receipt {
    /// The post's id.
    pub post: String,
    /// What became of it.
    pub action: Action,
    /// Content hash of the revision that was published, or that was public before it was withdrawn, where known.
    pub revision_hash: Option<String>,
    /// Where it is or was: a path from the library's folder with `/` between its parts, or a URL. Empty for a
    /// withdrawn post that the blog did not know.
    pub address: String,
    /// The answer itself, to be kept as it is.
    pub answer: serde_json::Value,
}

/// A kind of blog.
///
/// Delivering is idempotent: the same delivery again changes nothing and gives the same receipts. A delivery that
/// fails or is cancelled can be tried again.
pub trait Connector: Sync {
    /// Its name in the registry and on the command line.
    fn kind(&self) -> &'static str;

    /// What it can do.
    fn abilities(&self) -> Abilities;

    /// The web address of a page, by the address in its receipt; none where the public cannot reach it.
    fn page(&self, blog: &Blog<'_>, address: &str) -> Option<String> {
        let _ = blog;
        address.contains("://").then(|| address.to_owned())
    }

    /// Finds what the connector needs to know of a blog beyond its address, and gives its settings with that.
    ///
    /// # Errors
    /// There is no such blog at the address, or it could not be reached.
    fn discover(&self, blog: &Blog<'_>) -> Result<serde_json::Value> {
        Ok(blog.settings.clone())
    }

    /// What a blog holds of a post, as Markdown as near as can be to `base`, the Markdown that was published.
    /// `body` and `answer` are those of [`crate::There`].
    ///
    /// # Errors
    /// The text cannot be read.
    fn to_markdown(&self, body: &str, answer: &serde_json::Value, base: &str) -> Result<String> {
        let _ = (answer, base);
        Ok(body.to_owned())
    }

    /// Notes that what somebody changed on the blog is in the library by now: an update may go over it.
    ///
    /// # Errors
    /// It could not be noted.
    fn took_in(&self, desk: &mut dyn Desk, post: &str, there: &There) -> Result<()> {
        let _ = (desk, post, there);
        Ok(())
    }

    /// Looks whether a blog can be published to with its account, and changes nothing there.
    ///
    /// # Errors
    /// The blog could not be reached, or the library not be read.
    fn examine(&self, blog: &Blog<'_>, desk: &dyn Desk) -> Result<Vec<Check>> {
        let _ = (blog, desk);
        Ok(vec![])
    }

    /// What of a post this kind of blog cannot hold, in the codes of [`crate::Loss`].
    fn losses(&self, post: &Post) -> Vec<Loss> {
        let _ = post;
        vec![]
    }

    /// Removes what an earlier delivery may have left on the blog after all: a draft that a lost request made late.
    /// Gives the posts that such a request brought back in an older form; they are to be delivered again.
    ///
    /// # Errors
    /// As for a delivery.
    fn tidy(&self, blog: &Blog<'_>, desk: &mut dyn Desk, now: &str) -> Result<Vec<String>> {
        let _ = (blog, desk, now);
        Ok(vec![])
    }

    /// Does what the delivery says: makes the posts of `changed` public in their new form, and takes those of
    /// `withdrawn` off.
    ///
    /// Gives one receipt for each post in `changed`, then one for each in `withdrawn`, in their order.
    ///
    /// # Errors
    /// Whatever stopped it; [`crate::Error::Cancelled`] when `progress` said so. What was public stays public as far
    /// as the blog allows.
    fn deliver(
        &self,
        delivery: &Delivery<'_>,
        desk: &mut dyn Desk,
        progress: &mut Progress<'_>,
    ) -> Result<Vec<Receipt>>;
}
