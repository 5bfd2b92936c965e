//! The library's rows in the archive's records: all of them, or those that changed since the last export.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use fonds_archive::sign::Proof;
use fonds_archive::viewer::Render;
use fonds_archive::{Increment, SourceError, v1 as archive};
use fonds_library::{Changed, ExportMode, Id, Library, Selected, Wanted};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::showing::Shown;
use crate::{Error, Result, retained};

/// The library's rows, as they stood at one moment.
pub(crate) struct Rows {
    library: Library,
    /// What an incremental export is about; none where all is.
    changed: Option<Changed>,
    /// What was selected; none where all is.
    selected: Option<Selected>,
    /// Of the export before.
    proofs: Vec<Proof>,
}

impl Rows {
    /// The rows of a snapshot, for an export of this mode.
    pub(crate) fn new(library: Library, mode: ExportMode, proofs: Vec<Proof>) -> Result<Self> {
        let changed = match mode {
            ExportMode::Full => None,
            ExportMode::Incremental => Some(library.changed_since_export()?),
        };
        Ok(Rows { library, changed, selected: None, proofs })
    }

    /// Leaves only what is wanted.
    pub(crate) fn select(&mut self, wanted: &Wanted) -> Result<()> {
        self.selected = Some(self.library.selected(wanted)?);
        Ok(())
    }

    fn bytes_of<'i>(&self, mut ids: impl Iterator<Item = &'i Id>) -> Result<u64, SourceError> {
        ids.try_fold(0, |sum, id| Ok(sum + self.library.content_bytes_of(*id).map_err(passed)?))
    }
}

impl archive::Source for Rows {
    fn increment(&mut self) -> Result<Increment, SourceError> {
        increment(&self.library, &self.changed.clone().unwrap_or_default()).map_err(boxed)
    }

    fn content_bytes(&mut self) -> Result<u64, SourceError> {
        match (&self.changed, &self.selected) {
            (Some(changed), _) => self.bytes_of(changed.texts.iter()),
            (None, Some(selected)) => {
                self.bytes_of(selected.posts.iter().chain(&selected.attachments).chain(&selected.captures))
            }
            (None, None) => self.library.content_bytes().map_err(passed),
        }
    }

    fn library(&mut self) -> Result<archive::Library, SourceError> {
        match (&self.changed, &self.selected) {
            (Some(changed), _) => those(&self.library, changed),
            (None, Some(selected)) => selection(&self.library, selected),
            (None, None) => all(&self.library),
        }
        .map_err(boxed)
    }

    fn retention(&mut self) -> Result<archive::Retention, SourceError> {
        retained::to_archive(&self.library.retention().map_err(passed)?).map_err(boxed)
    }

    fn journal(
        &mut self,
        after: u64,
        each: &mut dyn FnMut(archive::JournalEntry) -> Result<(), SourceError>,
    ) -> Result<(), SourceError> {
        let mut stopped = None;
        let read = self.library.each_journal_entry(after, |entry| {
            if stopped.is_none() {
                stopped = each(journal_entry(entry)).err();
            }
            Ok(())
        });
        match stopped {
            Some(error) => Err(error),
            None => read.map_err(passed),
        }
    }

    fn renderer(&self) -> &'static dyn Render {
        &Shown
    }

    fn proofs(&mut self) -> Result<Vec<Proof>, SourceError> {
        Ok(std::mem::take(&mut self.proofs))
    }

    fn post(
        &mut self,
        id: &str,
        each: &mut dyn FnMut(archive::Revision, String) -> Result<(), SourceError>,
    ) -> Result<(), SourceError> {
        let id = parse(id)?;
        let mut rows = self.library.history(id).map_err(passed)?;
        rows.reverse();
        for row in &rows {
            let revision = self.library.revision(id, row.number).map_err(passed)?;
            let parents = revision.parents.numbers().iter().filter_map(|number| {
                let parent = rows.iter().find(|row| row.number == *number)?;
                Some(archive::Parent { number: *number, hash: parent.hash.clone() })
            });
            let record = archive::Revision {
                number: revision.number,
                hash: revision.hash,
                title: revision.content.title,
                language: match revision.content.language {
                    fonds_library::Language::En => archive::Language::En,
                    fonds_library::Language::Fr => archive::Language::Fr,
                },
                slug: revision.content.slug,
                front_matter: revision.content.front_matter,
                attachments: revision
                    .content
                    .attachments
                    .iter()
                    .map(|a| archive::AttachmentRef { id: a.id.to_string(), version: a.version })
                    .collect(),
                parents: parents.collect(),
                actor: actor(revision.actor),
                at: revision.at.to_string(),
                origin: same_word(&revision.origin)?,
            };
            each(record, revision.content.body)?;
        }
        Ok(())
    }

    fn attachment(&mut self, id: &str) -> Result<Vec<archive::AttachmentVersion>, SourceError> {
        let versions = self.library.attachment_versions(parse(id)?).map_err(passed)?;
        Ok(versions
            .into_iter()
            .map(|version| archive::AttachmentVersion {
                version: version.version,
                sha256: version.blob.sha256,
                size: version.blob.size,
                at: version.at.to_string(),
                actor: actor(version.actor),
            })
            .collect())
    }

    fn capture(&mut self, id: &str) -> Result<Vec<archive::CaptureVersion>, SourceError> {
        let versions = self.library.capture_versions(parse(id)?).map_err(passed)?;
        Ok(versions.into_iter().map(capture_version).collect())
    }

    fn open(&mut self, sha256: &str) -> Result<Box<dyn Read + '_>, SourceError> {
        Ok(Box::new(self.library.blobs().open_blob(sha256).map_err(passed)?))
    }
}

fn increment(library: &Library, changed: &Changed) -> Result<Increment> {
    let base =
        library.export_base()?.ok_or_else(|| Error::new("export.failed").with("reason", "export_base"))?;
    let mut before = BTreeMap::new();
    let ids = changed.posts.iter().chain(&changed.attachments).chain(&changed.captures).chain(&changed.texts);
    let ids: BTreeSet<Id> = ids.copied().collect();
    for id in ids {
        if let Some(inventory) = library.exported_inventory(id)? {
            before.insert(id.to_string(), inventory);
        }
    }
    let (seq, hash) = base.journal;
    Ok(Increment {
        carried: changed.texts.iter().map(ToString::to_string).collect(),
        before,
        journal: archive::JournalEnd { seq, hash },
    })
}

/// Every record.
fn all(library: &Library) -> Result<archive::Library> {
    let pairs = library.pairs()?.into_iter().map(|id| pair(library, id)).collect::<Result<_>>()?;
    let posts = library.all_posts()?.into_iter().map(|row| post(library, &row)).collect::<Result<_>>()?;
    let attachments = library.attachments()?.into_iter().map(attachment).collect();
    let lists = Lists { captures: library.captures()?, ..Lists::of(library)? };
    records(library, lists, pairs, posts, attachments, None)
}

/// The records that were selected, and what they refer to.
fn selection(library: &Library, selected: &Selected) -> Result<archive::Library> {
    let rows = library.all_posts()?.into_iter().filter(|row| selected.posts.contains(&row.id));
    let rows: Vec<_> = rows.collect();
    let pairs: BTreeSet<Id> = rows.iter().map(|row| row.pair).collect();
    let pairs = pairs.into_iter().map(|id| pair(library, id)).collect::<Result<_>>()?;
    let posts = rows.iter().map(|row| post(library, row)).collect::<Result<_>>()?;
    let attachments = library.attachments()?.into_iter();
    let attachments = attachments.filter(|a| selected.attachments.contains(&a.id)).map(attachment).collect();
    let mut lists = Lists { captures: library.captures()?, ..Lists::of(library)? };
    lists.captures.retain(|capture| selected.captures.contains(&capture.id));
    lists.outbox.retain(|item| selected.posts.contains(&item.post));
    records(library, lists, pairs, posts, attachments, None)
}

/// The records that changed, those whose texts did, and the ids of what is no more.
fn those(library: &Library, changed: &Changed) -> Result<archive::Library> {
    let mut removed = archive::Removed::default();
    let (mut pairs, mut posts, mut attachments) = (Vec::new(), Vec::new(), Vec::new());
    for id in &changed.pairs {
        if library.has_pair(*id)? {
            pairs.push(pair(library, *id)?);
        } else {
            removed.pairs.push(id.to_string());
        }
    }
    for id in changed.posts.union(&changed.texts) {
        match found(library.post(*id))? {
            Some(row) => posts.push(post(library, &row)?),
            None if changed.posts.contains(id) => removed.posts.push(id.to_string()),
            None => {}
        }
    }
    for id in changed.attachments.union(&changed.texts) {
        match found(library.attachment(*id))? {
            Some(row) => attachments.push(attachment(row)),
            None if changed.attachments.contains(id) => removed.attachments.push(id.to_string()),
            None => {}
        }
    }
    let mut lists = Lists::of(library)?;
    for id in changed.captures.union(&changed.texts) {
        match found(library.capture(*id))? {
            Some(row) => lists.captures.push(row),
            None if changed.captures.contains(id) => removed.captures.push(id.to_string()),
            None => {}
        }
    }
    removed.categories = keep(&mut lists.categories, &changed.categories, |c| c.id);
    removed.blogs = keep(&mut lists.blogs, &changed.blogs, |b| b.id);
    removed.outbox = keep(&mut lists.outbox, &changed.outbox, |o| o.id);
    records(library, lists, pairs, posts, attachments, Some(removed))
}

/// A record, where it is still there.
fn found<T>(row: fonds_library::Result<T>) -> Result<Option<T>> {
    match row {
        Ok(row) => Ok(Some(row)),
        Err(fonds_library::Error::NotFound { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Leaves the records that changed in the list; answers the changed ids that it does not have.
fn keep<T>(list: &mut Vec<T>, changed: &BTreeSet<Id>, id: fn(&T) -> Id) -> Vec<String> {
    list.retain(|record| changed.contains(&id(record)));
    let there: BTreeSet<Id> = list.iter().map(id).collect();
    changed.difference(&there).map(ToString::to_string).collect()
}

/// Lists that are short whatever the library holds.
struct Lists {
    categories: Vec<fonds_library::Category>,
    blogs: Vec<fonds_library::Blog>,
    outbox: Vec<fonds_library::Intention>,
    captures: Vec<fonds_library::Capture>,
}

impl Lists {
    /// All but captures.
    fn of(library: &Library) -> Result<Self> {
        let (categories, blogs, outbox) = (library.categories()?, library.blogs()?, library.outbox(true)?);
        Ok(Lists { categories, blogs, outbox, captures: Vec::new() })
    }
}

fn records(
    library: &Library,
    mut lists: Lists,
    pairs: Vec<archive::Pair>,
    posts: Vec<archive::Post>,
    attachments: Vec<archive::Attachment>,
    removed: Option<archive::Removed>,
) -> Result<archive::Library> {
    let identity = library.identity()?;
    lists.blogs.sort_by_key(|blog| blog.id);
    lists.outbox.sort_by_key(|item| item.id);
    Ok(archive::Library {
        id: identity.id.to_string(),
        name: identity.name,
        created_at: identity.created_at.to_string(),
        categories: lists.categories.into_iter().map(category).collect(),
        blogs: lists.blogs.into_iter().map(blog).collect(),
        pairs,
        posts,
        attachments,
        captures: lists.captures.iter().map(capture).collect(),
        outbox: lists.outbox.iter().map(outbox_item).collect(),
        removed,
    })
}

fn pair(library: &Library, id: Id) -> Result<archive::Pair> {
    let categories = library.filing(id)?.iter().map(ToString::to_string).collect();
    Ok(archive::Pair { id: id.to_string(), categories })
}

fn post(library: &Library, post: &fonds_library::Post) -> Result<archive::Post> {
    Ok(archive::Post {
        id: post.id.to_string(),
        pair: post.pair.to_string(),
        status: word_of(&post.status)?,
        head: post.head.unwrap_or(0),
        created_at: post.created_at.to_string(),
        trashed_at: post.trashed_at.map(|at| at.to_string()),
        file: library.mirrored_file(post.id)?.map(|file| file.path),
        conflict: library.conflict(post.id)?,
        names: library
            .revision_names(post.id)?
            .into_iter()
            .map(|(revision, name)| archive::RevisionName { revision, name })
            .collect(),
    })
}

fn attachment(attachment: fonds_library::Attachment) -> archive::Attachment {
    archive::Attachment {
        id: attachment.id.to_string(),
        path: attachment.path,
        created_at: attachment.created_at.to_string(),
    }
}

fn capture(capture: &fonds_library::Capture) -> archive::Capture {
    archive::Capture {
        id: capture.id.to_string(),
        post: capture.post.to_string(),
        blog: capture.blog.to_string(),
    }
}

fn capture_version(version: fonds_library::CaptureVersion) -> archive::CaptureVersion {
    let left_out = version.found.left_out.into_iter();
    archive::CaptureVersion {
        version: version.version,
        sha256: version.blob.sha256,
        size: version.blob.size,
        at: version.at.to_string(),
        actor: actor(version.actor),
        address: version.found.address,
        status: version.found.status,
        title: version.found.title,
        revision: version.found.revision,
        left_out: left_out.map(|left| archive::LeftOut { address: left.address, why: left.why }).collect(),
    }
}

fn category(category: fonds_library::Category) -> archive::Category {
    archive::Category {
        id: category.id.to_string(),
        parent: category.parent.map(|parent| parent.to_string()),
        name_en: category.name_en,
        name_fr: category.name_fr,
    }
}

fn blog(blog: fonds_library::Blog) -> archive::Blog {
    archive::Blog {
        id: blog.id.to_string(),
        kind: blog.kind,
        name: blog.name,
        url: blog.url.unwrap_or_default(),
        settings: blog.settings,
    }
}

/// State, error and last change are of this computer; what is to be done, by whom and since when is the record.
fn outbox_item(item: &fonds_library::Intention) -> archive::OutboxItem {
    archive::OutboxItem {
        id: item.id.to_string(),
        post: item.post.to_string(),
        blog: item.blog.to_string(),
        detail: json!({
            "action": item.action, "revision": item.revision, "actor": item.actor, "created_at": item.created_at,
        }),
    }
}

fn journal_entry(entry: fonds_library::Entry) -> archive::JournalEntry {
    archive::JournalEntry {
        seq: entry.seq,
        at: entry.at.to_string(),
        actor: actor(entry.actor),
        action: entry.action,
        subject: entry.subject,
        detail: entry.detail,
        previous: entry.previous,
        hash: entry.hash,
    }
}

fn actor(actor: fonds_library::Actor) -> archive::Actor {
    archive::Actor { name: actor.name, email: actor.email }
}

/// The library's word for something is the archive's: both write it the same in JSON.
pub(crate) fn word_of<A: DeserializeOwned>(value: &impl Serialize) -> Result<A> {
    let word = serde_json::to_value(value).and_then(serde_json::from_value);
    word.map_err(|reason| Error::new("library.damaged").with("reason", reason))
}

fn boxed(error: Error) -> SourceError {
    Box::new(error)
}

fn same_word<A: DeserializeOwned>(value: &impl Serialize) -> Result<A, SourceError> {
    word_of(value).map_err(|error| Box::new(error) as SourceError)
}

fn parse(id: &str) -> Result<Id, SourceError> {
    id.parse().map_err(|_| Box::new(Error::new("library.damaged").with("reason", id)) as SourceError)
}

fn passed(error: fonds_library::Error) -> SourceError {
    Box::new(Error::from(error))
}
