//! Exports: maps the library's rows to archive records, and journals what was made.

use std::io::Read;
use std::path::{Path, PathBuf};

use fonds_archive::sign::Proof;
use fonds_archive::{Phase, SourceError, v1 as archive};
use fonds_library::{Act, ExportMode, ExportRecord, Id, Library, Timestamp};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::{Error, ExportRow, Progress, Result, Session, TaskProgress, clock, proving};

/// What an export is told.
#[derive(Debug, Clone)]
pub struct ExportRequest {
    /// The folder that the zip is put into; made where it is missing.
    pub dir: PathBuf,
    /// The export's time; now where none is given.
    pub at: Option<Timestamp>,
}

impl ExportRequest {
    /// A request with a time in RFC 3339, or now.
    pub fn new(dir: impl Into<PathBuf>, at: Option<&str>) -> Result<Self> {
        let at = at
            .map(|text| text.parse().map_err(|_| Error::new("export.time").with("name", text)))
            .transpose()?;
        Ok(ExportRequest { dir: dir.into(), at })
    }
}

impl Session {
    /// Makes the series' next export. The zip appears under its name only when it is whole and synced.
    pub fn export(&mut self, request: &ExportRequest, progress: &mut Progress<'_>) -> Result<ExportRow> {
        let act = self.act();
        export(&mut self.library, &act, request, progress)
    }

    /// The exports that were made, the newest first.
    pub fn exports(&self) -> Result<Vec<ExportRow>> {
        Ok(self.library.exports()?.into_iter().map(|(record, path)| row(record, path)).collect())
    }
}

pub(crate) fn export(
    library: &mut Library,
    act: &Act,
    request: &ExportRequest,
    progress: &mut Progress<'_>,
) -> Result<ExportRow> {
    library.seal_all(act)?;
    let at = request.at.unwrap_or_else(clock::now);
    let next = library.next_export(act, at, ExportMode::Full)?;
    let header = archive::Header {
        series: next.series.clone(),
        series_id: next.series_id.to_string(),
        sequence: next.sequence,
        mode: archive::Mode::Full,
        at: at.to_string(),
        previous: next.previous.map(|p| archive::Previous { sequence: p.sequence, sha256: p.sha256 }),
        origin: next.origin.map(|o| archive::SeriesOrigin {
            series: o.series,
            series_id: o.series_id.to_string(),
            sequence: o.sequence,
            sha256: o.sha256,
        }),
        generator: format!("fonds {}", env!("CARGO_PKG_VERSION")),
    };
    let last = library.exports()?.into_iter().find(|(record, _)| {
        record.series_id == next.series_id
            && Some(record.sequence) == header.previous.as_ref().map(|p| p.sequence)
    });
    let last = last.and_then(|(_, place)| place).map(PathBuf::from);
    let proofs = proving::of_previous(library.root(), &header, last.as_deref())?;
    let mut source = Rows { library: library.snapshot()?, proofs };
    let mut report = |p: fonds_archive::Progress<'_>| progress(&task_progress(&p));
    let had_dir = request.dir.exists();
    std::fs::create_dir_all(&request.dir).map_err(Error::io(&request.dir))?;
    let written = archive::write(&header, &mut source, &request.dir, &mut report).inspect_err(|_| {
        if !had_dir {
            // Only ever an empty folder goes; one that somebody else uses by now stays.
            drop(std::fs::remove_dir(&request.dir));
        }
    })?;
    let record = ExportRecord {
        series_id: next.series_id,
        series: next.series,
        sequence: next.sequence,
        mode: ExportMode::Full,
        at,
        sha256: written.sha256,
        size: written.size,
    };
    let place = absolute(&written.path);
    if !next.remakes {
        library.record_export(act, &record, &place)?;
    }
    Ok(row(record, Some(place.to_string_lossy().into_owned())))
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf())
}

fn row(record: ExportRecord, path: Option<String>) -> ExportRow {
    ExportRow {
        sequence: record.sequence,
        series: record.series,
        at: record.at.to_string(),
        mode: "full".into(),
        size: record.size,
        sha256: record.sha256,
        path,
    }
}

/// The library's rows, as they stood at one moment, in the archive's records.
struct Rows {
    library: Library,
    proofs: Vec<Proof>,
}

/// How far reading or writing an archive is.
pub(crate) fn task_progress(progress: &fonds_archive::Progress<'_>) -> TaskProgress {
    let phase = match progress.phase {
        Phase::Metadata => "records",
        Phase::Posts => "posts",
        Phase::Attachments => "attachments",
        Phase::Sealing => "seal",
        Phase::Verifying => "verify",
    };
    TaskProgress {
        id: String::new(),
        phase: phase.into(),
        item: progress.item.rsplit('/').next().unwrap_or_default().into(),
        done_bytes: progress.done_bytes,
        total_bytes: progress.total_bytes,
    }
}

impl archive::Source for Rows {
    fn content_bytes(&mut self) -> Result<u64, SourceError> {
        self.library.content_bytes().map_err(passed)
    }

    fn library(&mut self) -> Result<archive::Library, SourceError> {
        records(&self.library).map_err(|error| Box::new(error) as SourceError)
    }

    fn journal(
        &mut self,
        each: &mut dyn FnMut(archive::JournalEntry) -> Result<(), SourceError>,
    ) -> Result<(), SourceError> {
        let mut stopped = None;
        let read = self.library.each_journal_entry(|entry| {
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
                name: None,
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

    fn open(&mut self, sha256: &str) -> Result<Box<dyn Read + '_>, SourceError> {
        Ok(Box::new(self.library.blobs().open_blob(sha256).map_err(passed)?))
    }
}

fn records(library: &Library) -> Result<archive::Library> {
    let identity = library.identity()?;
    let mut pairs = Vec::new();
    for id in library.pairs()? {
        let categories = library.filing(id)?.iter().map(ToString::to_string).collect();
        pairs.push(archive::Pair { id: id.to_string(), categories });
    }
    let mut posts = Vec::new();
    for post in library.all_posts()? {
        posts.push(archive::Post {
            id: post.id.to_string(),
            pair: post.pair.to_string(),
            status: word_of(&post.status)?,
            head: post.head.unwrap_or(0),
            created_at: post.created_at.to_string(),
            trashed_at: post.trashed_at.map(|at| at.to_string()),
            file: library.mirrored_file(post.id)?.map(|file| file.path),
            conflict: library.conflict(post.id)?,
        });
    }
    let mut blogs = library.blogs()?;
    blogs.sort_by_key(|blog| blog.id);
    let mut outbox = library.outbox(true)?;
    outbox.sort_by_key(|item| item.id);
    Ok(archive::Library {
        id: identity.id.to_string(),
        name: identity.name,
        created_at: identity.created_at.to_string(),
        categories: library.categories()?.into_iter().map(category).collect(),
        blogs: blogs.into_iter().map(blog).collect(),
        pairs,
        posts,
        attachments: library
            .attachments()?
            .into_iter()
            .map(|a| archive::Attachment {
                id: a.id.to_string(),
                path: a.path,
                created_at: a.created_at.to_string(),
            })
            .collect(),
        outbox: outbox.iter().map(outbox_item).collect(),
    })
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

fn same_word<A: DeserializeOwned>(value: &impl Serialize) -> Result<A, SourceError> {
    word_of(value).map_err(|error| Box::new(error) as SourceError)
}

fn parse(id: &str) -> Result<Id, SourceError> {
    id.parse().map_err(|_| Box::new(Error::new("library.damaged").with("reason", id)) as SourceError)
}

fn passed(error: fonds_library::Error) -> SourceError {
    Box::new(Error::from(error))
}
