//! What a record has to be, in one place for the writer (which refuses) and the verifier (which reports).

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::hash::{self, FIRST_PREVIOUS, unhex};
use super::{
    Actor, AttachmentVersion, CaptureVersion, Changes, Header, JournalEnd, JournalEntry, Library, Mode,
    Revision, RevisionName,
};
use crate::report::{Code, Finding};

/// Whether this is a lower-case hyphenated UUID.
pub fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(i, b)| match i {
            8 | 13 | 18 | 23 => b == b'-',
            _ => matches!(b, b'0'..=b'9' | b'a'..=b'f'),
        })
}

/// Whether this is an RFC 3339 time in UTC with milliseconds and `Z`.
pub fn is_time(text: &str) -> bool {
    let shape = b"0000-00-00T00:00:00.000Z";
    text.len() == shape.len()
        && text.bytes().zip(shape).all(|(b, s)| if *s == b'0' { b.is_ascii_digit() } else { b == *s })
        && text.parse::<jiff::Timestamp>().is_ok()
}

/// Whether this is the name of a series: 1 to 24 of `[a-z0-9-]`.
pub fn is_series(text: &str) -> bool {
    (1..=24).contains(&text.len()) && text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

fn is_digest(text: &str) -> bool {
    unhex(text).is_some()
}

/// The first thing that is wrong with a header.
pub fn header_fault(h: &Header) -> Option<String> {
    if !is_series(&h.series) {
        return Some("a series name has 1 to 24 characters of a to z, 0 to 9 and -".into());
    }
    if !is_uuid(&h.series_id) {
        return Some("the series id is not a UUID".into());
    }
    if !(1..=9999).contains(&h.sequence) {
        return Some("the sequence is not between 1 and 9999".into());
    }
    if !is_time(&h.at) {
        return Some("the time is not RFC 3339 in UTC with milliseconds".into());
    }
    if h.generator.is_empty() || h.generator.len() > 100 || h.generator.chars().any(char::is_control) {
        return Some("the generator is not one short line".into());
    }
    match (&h.previous, h.sequence) {
        (None, 1) => {}
        (None, _) => return Some("only the first export of a series has none before it".into()),
        (Some(_), 1) => return Some("the first export of a series has none before it".into()),
        (Some(p), n) if p.sequence + 1 != n => {
            return Some("the export before has not the number before".into());
        }
        (Some(p), _) if !is_digest(&p.sha256) => {
            return Some("the digest of the export before is none".into());
        }
        (Some(_), _) => {}
    }
    if h.mode == Mode::Incremental && h.selection.is_some() {
        return Some("an export of a selection is a full one".into());
    }
    if let Some(fault) = h.selection.as_ref().and_then(super::Selection::fault) {
        return Some(fault.into());
    }
    if h.mode == Mode::Incremental && h.previous.is_none() {
        return Some("an incremental export has one before it".into());
    }
    match &h.origin {
        Some(o)
            if !is_series(&o.series)
                || !is_uuid(&o.series_id)
                || !is_digest(&o.sha256)
                || o.sequence == 0 =>
        {
            Some("the series' origin is not a series, an id, a sequence and a digest".into())
        }
        _ => None,
    }
}

/// Posts in the record that are not of the selection.
pub fn selection_faults(h: &Header, l: &Library, found: &mut dyn FnMut(Finding)) {
    for post in h.selection.iter().flat_map(|selection| selection.strangers(l)) {
        found(Finding::new(Code::LibraryInvalid, format!("post {post}"), "not of the selection"));
    }
}

/// What is wrong with a library's records, each by itself.
pub fn record_faults(l: &Library, mode: Mode, found: &mut dyn FnMut(Finding)) {
    if !is_uuid(&l.id) || !is_time(&l.created_at) {
        found(Finding::new(Code::LibraryInvalid, "library", "id, created_at"));
    }
    ids("category", l.categories.iter().map(|c| c.id.as_str()), found);
    ids("blog", l.blogs.iter().map(|b| b.id.as_str()), found);
    ids("pair", l.pairs.iter().map(|p| p.id.as_str()), found);
    ids("post", l.posts.iter().map(|p| p.id.as_str()), found);
    ids("attachment", l.attachments.iter().map(|a| a.id.as_str()), found);
    for a in &l.attachments {
        if !is_time(&a.created_at) || l.posts.binary_search_by(|p| p.id.cmp(&a.id)).is_ok() {
            found(Finding::new(Code::LibraryInvalid, format!("attachment {}", a.id), "created_at or id"));
        }
    }
    ids("capture", l.captures.iter().map(|c| c.id.as_str()), found);
    for c in &l.captures {
        let is_another = l.posts.binary_search_by(|p| p.id.cmp(&c.id)).is_ok()
            || l.attachments.binary_search_by(|a| a.id.cmp(&c.id)).is_ok();
        if is_another || !is_uuid(&c.post) || !is_uuid(&c.blog) {
            found(Finding::new(Code::LibraryInvalid, format!("capture {}", c.id), "id, post or blog"));
        }
    }
    for p in &l.posts {
        if !is_time(&p.created_at) || p.trashed_at.as_deref().is_some_and(|t| !is_time(t)) {
            found(Finding::new(Code::LibraryInvalid, format!("post {}", p.id), "created_at, trashed_at"));
        }
        let ascending = p.names.windows(2).all(|pair| matches!(pair, [a, b] if a.revision < b.revision));
        let named = |name: &RevisionName| name.revision > 0 && !name.name.trim().is_empty();
        if !ascending || !p.names.iter().all(named) {
            found(Finding::new(Code::LibraryInvalid, format!("post {}", p.id), "names"));
        }
    }
    if l.removed.is_some() != (mode == Mode::Incremental) {
        found(Finding::new(Code::LibraryInvalid, "library", "removed"));
    }
    let Some(removed) = &l.removed else { return };
    ids("removed category", removed.categories.iter().map(String::as_str), found);
    ids("removed blog", removed.blogs.iter().map(String::as_str), found);
    ids("removed pair", removed.pairs.iter().map(String::as_str), found);
    ids("removed post", removed.posts.iter().map(String::as_str), found);
    ids("removed attachment", removed.attachments.iter().map(String::as_str), found);
    ids("removed capture", removed.captures.iter().map(String::as_str), found);
}

/// What is wrong with the records of a whole library among themselves. Posts' heads are looked at apart.
pub fn reference_faults(l: &Library, found: &mut dyn FnMut(Finding)) {
    let categories: HashSet<&str> = l.categories.iter().map(|c| c.id.as_str()).collect();
    let pairs: HashSet<&str> = l.pairs.iter().map(|p| p.id.as_str()).collect();
    let posts: HashSet<&str> = l.posts.iter().map(|p| p.id.as_str()).collect();
    let blogs: HashSet<&str> = l.blogs.iter().map(|b| b.id.as_str()).collect();
    let mut refers = |kind: &str, id: &str, set: &HashSet<&str>, to: &str| {
        if !set.contains(to) {
            found(Finding::new(Code::LibraryReferenceMissing, format!("{kind} {id}"), to));
        }
    };
    for c in &l.categories {
        if let Some(parent) = &c.parent {
            refers("category", &c.id, &categories, parent);
        }
    }
    for p in &l.pairs {
        for c in &p.categories {
            refers("pair", &p.id, &categories, c);
        }
    }
    for p in &l.posts {
        refers("post", &p.id, &pairs, &p.pair);
    }
    for c in &l.captures {
        refers("capture", &c.id, &posts, &c.post);
    }
    for o in &l.outbox {
        refers("outbox", &o.id, &posts, &o.post);
        refers("outbox", &o.id, &blogs, &o.blog);
    }
}

/// What is wrong with the list of changes of an incremental export, by itself.
pub fn changes_fault(changes: &Changes) -> Option<&'static str> {
    let ascending = |ids: &[&str]| ids.iter().all(|id| is_uuid(id)) && ids.windows(2).all(|w| w[0] < w[1]);
    let added: Vec<&str> = changes.added.iter().map(|o| o.id.as_str()).collect();
    let changed: Vec<&str> = changes.changed.iter().map(|o| o.id.as_str()).collect();
    let removed: Vec<&str> = changes.removed.iter().map(|o| o.id.as_str()).collect();
    let lists = [&added, &changed, &removed];
    let all: HashSet<&str> = lists.iter().flat_map(|list| list.iter().copied()).collect();
    let digests = changes.added.iter().chain(&changes.removed).map(|o| &o.inventory);
    let both = changes.changed.iter().flat_map(|o| [&o.inventory, &o.before]);
    if !lists.iter().all(|list| ascending(list)) {
        Some("an id is none, or ids are not ascending")
    } else if all.len() != added.len() + changed.len() + removed.len() {
        Some("an object stands in two lists")
    } else if !digests.chain(both).chain([&changes.journal.hash]).all(|d| is_digest(d)) {
        Some("a digest is none")
    } else {
        None
    }
}

/// Looks at the ids of a list.
pub fn ids<'a>(kind: &str, list: impl Iterator<Item = &'a str>, found: &mut dyn FnMut(Finding)) {
    let mut last = "";
    for id in list {
        if !is_uuid(id) {
            found(Finding::new(Code::LibraryInvalid, format!("{kind} {id}"), "id is not a UUID"));
        } else if id <= last {
            found(Finding::new(Code::LibraryInvalid, format!("{kind} {id}"), "ids are not ascending"));
        }
        last = id;
    }
}

pub fn actor_ok(actor: &Actor) -> bool {
    !actor.name.trim().is_empty()
}

/// The journal's chain, entry by entry.
#[derive(Debug)]
pub struct JournalChain {
    end: JournalEnd,
}

impl JournalChain {
    /// Before the first entry.
    pub fn new() -> Self {
        Self::after(JournalEnd { seq: 0, hash: FIRST_PREVIOUS.into() })
    }

    /// After an entry of an earlier export.
    pub fn after(end: JournalEnd) -> Self {
        Self { end }
    }

    /// Looks at the next entry and goes on from it, whatever is wrong with it.
    pub fn next(&mut self, entry: &JournalEntry, found: &mut dyn FnMut(Finding)) {
        let place = format!("journal entry {}", entry.seq);
        if entry.seq != self.end.seq.saturating_add(1) {
            found(Finding::new(Code::JournalSequence, &place, format!("after {}", self.end.seq)));
        }
        if entry.previous != self.end.hash {
            found(Finding::new(Code::JournalChainBroken, &place, &entry.previous));
        }
        match hash::journal_hash(entry) {
            Ok(hash) if hash == entry.hash => {}
            Ok(hash) => found(Finding::new(Code::JournalHashMismatch, &place, format!("computed {hash}"))),
            Err(e) => found(Finding::new(Code::JournalUnreadable, &place, e.to_string())),
        }
        if !is_time(&entry.at) || !actor_ok(&entry.actor) || !entry.detail.is_object() {
            found(Finding::new(Code::JournalUnreadable, &place, "at, actor or detail"));
        }
        self.end = JournalEnd { seq: entry.seq, hash: entry.hash.clone() };
    }

    /// The last entry.
    pub fn end(&self) -> &JournalEnd {
        &self.end
    }
}

/// The revisions of one post, one by one.
#[derive(Debug)]
pub struct RevisionChain<'a> {
    post: &'a str,
    hashes: Vec<String>,
    /// Attachment versions that the texts name.
    pub named: BTreeSet<(String, u32)>,
}

impl<'a> RevisionChain<'a> {
    /// Before the first revision of `post`.
    pub fn new(post: &'a str) -> Self {
        Self { post, hashes: Vec::new(), named: BTreeSet::new() }
    }

    /// How many revisions were seen.
    pub fn len(&self) -> usize {
        self.hashes.len()
    }

    /// Looks at the next revision.
    pub fn next(&mut self, r: &Revision, body: &str, found: &mut dyn FnMut(Finding)) {
        let place = format!("post {} revision {}", self.post, r.number);
        if r.number as usize != self.hashes.len() + 1 {
            found(Finding::new(Code::RevisionInvalid, &place, "revisions are numbered 1, 2, 3 …"));
        }
        if !is_time(&r.at) || !actor_ok(&r.actor) {
            found(Finding::new(Code::RevisionInvalid, &place, "at or actor"));
        }
        match hash::content_hash(r, body) {
            Ok(hash) if hash == r.hash => {}
            Ok(hash) => {
                found(Finding::new(
                    Code::RevisionHashMismatch,
                    &place,
                    format!("{} computed {hash}", r.hash),
                ));
            }
            Err(e) => found(Finding::new(Code::RevisionUnreadable, &place, e.to_string())),
        }
        if r.parents.len() > 2 {
            found(Finding::new(Code::RevisionInvalid, &place, "more than two parents"));
        }
        for parent in &r.parents {
            let before = (parent.number as usize).checked_sub(1).and_then(|i| self.hashes.get(i));
            if before != Some(&parent.hash) {
                let detail = format!("revision {} {}", parent.number, parent.hash);
                found(Finding::new(Code::RevisionParentMissing, &place, detail));
            }
        }
        for a in &r.attachments {
            self.named.insert((a.id.clone(), a.version));
        }
        self.hashes.push(r.hash.clone());
    }
}

/// What is wrong with the versions of an attachment.
pub fn version_fault(versions: &[AttachmentVersion]) -> Option<String> {
    if versions.is_empty() {
        return Some("it has no version".into());
    }
    for (i, v) in versions.iter().enumerate() {
        if v.version as usize != i + 1 {
            return Some("versions are not numbered 1, 2, 3 …".into());
        }
        if !is_time(&v.at) || !actor_ok(&v.actor) || !is_digest(&v.sha256) {
            return Some(format!("version {}: time, actor or digest", v.version));
        }
    }
    None
}

/// What is wrong with one version of a capture, which should have this number.
pub fn capture_fault(version: &CaptureVersion, number: usize) -> Option<&'static str> {
    if version.version as usize != number {
        return Some("versions are not numbered 1, 2, 3 …");
    }
    let sound = is_time(&version.at) && actor_ok(&version.actor) && is_digest(&version.sha256);
    (!sound).then_some("time, actor or digest")
}

/// Attachment versions that the texts of each post name and that are not there.
pub fn missing_attachments<'n>(
    named: impl IntoIterator<Item = (&'n String, &'n BTreeSet<(String, u32)>)>,
    there: &BTreeMap<String, u32>,
    found: &mut dyn FnMut(Finding),
) {
    for (post, names) in named {
        for (id, version) in names {
            if *version == 0 || there.get(id).is_none_or(|last| version > last) {
                let detail = format!("attachment {id} version {version}");
                found(Finding::new(Code::RevisionAttachmentMissing, format!("post {post}"), detail));
            }
        }
    }
}
