//! What is known of a post on the blog. It is remembered between two requests, and kept in the receipt.

use super::api::Remote;
use super::text::words;
use crate::{Desk, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// A text of the blog's, as it was last seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Seen {
    /// Digest of the stored title and text.
    pub exact: String,
    /// Digest of their words, without markup: what stays the same when the blog cleans the markup of its own accord.
    pub words: String,
    /// When the blog says it was changed, UTC, in steps of a second.
    pub modified_gmt: String,
}

/// A file on the blog.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct KnownFile {
    pub id: u64,
    pub url: String,
}

/// What is known of a post on the blog.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Known {
    /// Its number there; none before it was made.
    pub id: Option<u64>,
    /// Whether it was made public.
    pub live: bool,
    /// The name that the library wanted for its address, and the one that it has.
    pub wanted: String,
    pub slug: String,
    pub seen: Option<Seen>,
    /// Digest of the words that an update sends that has not been answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sending: Option<String>,
    /// Digests of the words of updates that were never answered: one may be carried out late, over a newer text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unanswered: Vec<String>,
    /// Since when it is possible that a request that was never answered makes a second draft late.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doubt: Option<String>,
    /// The files that it shows, by digest.
    pub files: BTreeMap<String, KnownFile>,
    /// What stands in its text, and what stands in the Markdown in its place.
    pub addresses: BTreeMap<String, String>,
    /// Its headings stand one level below those of the Markdown.
    pub down: bool,
    /// The post in the other language that it links to, by its number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counterpart: Option<u64>,
}

/// How many updates that were never answered are remembered.
const MOST_UNANSWERED: usize = 16;

fn key(post: &str) -> String {
    format!("post/{post}")
}

impl Known {
    /// From what was remembered, else from the receipt.
    pub(super) fn of(desk: &dyn Desk, post: &str) -> Result<Self> {
        let value = match desk.recall(&key(post))? {
            Some(value) => Some(value),
            None => desk.public(post)?.map(|public| public.answer),
        };
        Ok(value.and_then(|value| serde_json::from_value(value).ok()).unwrap_or_default())
    }

    pub(super) fn keep(&self, desk: &mut dyn Desk, post: &str) -> Result<()> {
        desk.remember(&key(post), &self.value())
    }

    pub(super) fn forget(desk: &mut dyn Desk, post: &str) -> Result<()> {
        desk.remember(&key(post), &Value::Null)
    }

    pub(super) fn value(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// Whether the blog holds what was last seen there, or what an update that was never answered sent.
    pub(super) fn is_ours(&self, remote: &Remote) -> bool {
        let now = Seen::of(remote);
        self.seen.as_ref().is_none_or(|seen| seen.exact == now.exact)
            || self.sending.as_ref().is_some_and(|sending| *sending == now.words)
            || self.unanswered.contains(&now.words)
    }

    /// Notes what is about to be sent. What was sent before and not answered stays known.
    pub(super) fn send(&mut self, words: String, now: &str) {
        if let Some(before) = self.sending.replace(words) {
            if !self.unanswered.contains(&before) {
                self.unanswered.push(before);
            }
            self.unanswered.drain(..self.unanswered.len().saturating_sub(MOST_UNANSWERED));
            self.doubt.get_or_insert_with(|| now.into());
        }
    }

    /// Whether the blog shows a text of ours that a late request brought back over a newer one.
    pub(super) fn is_stale(&self, remote: &Remote) -> bool {
        let now = Seen::of(remote);
        let newest = self.seen.as_ref().is_some_and(|seen| seen.words == now.words);
        self.live && self.sending.is_none() && !newest && self.unanswered.contains(&now.words)
    }
}

impl Seen {
    pub(super) fn of(remote: &Remote) -> Self {
        Self {
            exact: digest(&[&remote.title, &remote.content]),
            words: words_of(&remote.title, &remote.content),
            modified_gmt: remote.modified_gmt.clone(),
        }
    }
}

/// Digest of the words of a title and a text.
pub(super) fn words_of(title: &str, content: &str) -> String {
    digest(&[&words(title), &words(content)])
}

fn digest(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.len().to_be_bytes());
        hasher.update(part);
    }
    hex(&hasher.finalize())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The name under which a post is first made: nobody else makes one of this name.
pub(super) fn stage_name(blog: &str, post: &str) -> String {
    format!("fonds-{}", digest(&[blog, post]).get(..32).unwrap_or_default())
}

/// The names that WordPress may have given to posts or files that were all made as `name`.
pub(super) fn twins(name: &str) -> Vec<String> {
    let mut names = vec![name.to_owned(), format!("{name}__trashed")];
    names.extend((1..=9).map(|number| format!("{name}-{number}")));
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(content: &str) -> Remote {
        Remote {
            id: 7,
            slug: "news".into(),
            status: "publish".into(),
            title: "News".into(),
            content: content.into(),
            link: String::new(),
            modified_gmt: String::new(),
            categories: vec![],
        }
    }

    #[test]
    fn an_older_text_of_ours_is_told_from_a_colleagues() {
        let mut known = Known { live: true, seen: Some(Seen::of(&holds("<p>one</p>"))), ..Known::default() };
        known.send(words_of("News", "<p>two</p>"), "2026-11-25T00:00:00Z");
        assert!(
            known.is_ours(&holds("<p class=\"cleaned\">two</p>")),
            "it was carried out, and not answered"
        );
        assert!(!known.is_ours(&holds("<p>theirs</p>")));
        known.send(words_of("News", "<p>three</p>"), "2026-11-25T00:00:01Z");
        known.seen = Some(Seen::of(&holds("<p>three</p>")));
        known.sending = None;
        assert_eq!(known.doubt.as_deref(), Some("2026-11-25T00:00:01Z"));
        for (content, ours, stale) in
            [("<p>three</p>", true, false), ("<p>two</p>", true, true), ("<p>theirs</p>", false, false)]
        {
            let remote = holds(content);
            assert_eq!((known.is_ours(&remote), known.is_stale(&remote)), (ours, stale), "{content}");
        }
    }

    #[test]
    fn a_stage_has_a_name_for_each_post_and_blog() {
        let name = stage_name("blog", "post");
        assert!(name != stage_name("blo", "gpost") && name == stage_name("blog", "post"));
        assert!(twins(&name).contains(&format!("{name}-2")) && name.len() < 60);
    }
}
