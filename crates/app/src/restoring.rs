//! Rebuilding a library from an export, revision for revision.

use std::ops::ControlFlow;
use std::path::Path;

use fonds_archive::{Before, Code, ExportSet, Severity, v1 as archive};
use fonds_library::{
    Act, Actor, Attachment, AttachmentRef, AttachmentVersion, Blob, Blog, Capture, CaptureVersion, Category,
    Changed, Content, Entry, ExportBase, ExportMode, FileStamp, Id, Intention, IntentionAction,
    IntentionState, LeftOut, Library, MirroredFile, NewLibrary, PageFound, Parentage, RestoredBase,
    RestoredFrom, RestoredPost, Restoring, Revision, Timestamp,
};
use serde::Deserialize;

use crate::exporting::task_progress;
use crate::records::word_of;
use crate::{
    ActorView, Error, Language, LibraryView, Progress, Result, Session, TaskProgress, clock, folder, proving,
    retained,
};

/// Rebuilds the library that `zips` hold in the folder `to`, which must not exist or be empty: one full export, or one
/// with the incremental exports that follow it.
///
/// The zips are verified first. The folder gets its name only when the library in it is whole.
pub fn restore(
    zips: &[impl AsRef<Path>],
    to: &Path,
    actor: &ActorView,
    language: Language,
    progress: &mut Progress<'_>,
) -> Result<LibraryView> {
    if std::fs::read_dir(to).map_or_else(|_| to.exists(), |mut entries| entries.next().is_some()) {
        return Err(Error::new("library.name_taken").with("path", to.display()));
    }
    let series = fonds_archive::verify_series(zips, &mut |p| progress(&task_progress(&p)))?;
    let within = series.exports.iter().flat_map(|report| &report.findings);
    let mut all = within.chain(&series.findings);
    if let Some(finding) = all.find(|f| f.severity == Severity::Error || f.code == Code::SeriesIncomplete) {
        let words = if language == Language::Fr { finding.fr } else { finding.en };
        let reports = &series.exports;
        let code = if reports.iter().all(|report| report.header.is_none()) {
            "export.not_one"
        } else {
            "export.damaged"
        };
        let path = reports
            .iter()
            .find(|r| r.findings.contains(finding))
            .or(reports.last())
            .map(|r| r.path.display());
        return Err(Error::new(code)
            .with("path", path.map_or_else(String::new, |path| path.to_string()))
            .with("reason", format!("{words} ({})", finding.place)));
    }
    let export = ExportSet::open(zips)?;
    if export.header().selection.is_some() {
        return Err(Error::new("export.selection"));
    }
    let parent = to.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(parent).map_err(Error::io(parent))?;
    let building =
        tempfile::Builder::new().prefix(".fonds-restore-").tempdir_in(parent).map_err(Error::io(parent))?;
    let by = Actor { name: actor.name.clone(), email: actor.email.clone() };
    let total_bytes = series.exports.iter().map(|report| report.size).sum();
    let last = series.exports.iter().find(|r| r.header.as_ref() == Some(export.header()));
    let sha256 = last.map(|report| report.sha256.clone()).unwrap_or_default();
    Restore { export, by, progress, done_bytes: 0, total_bytes }.into_folder(building.path(), &sha256)?;
    if to.exists() {
        std::fs::remove_dir(to).map_err(Error::io(to))?;
    }
    std::fs::rename(building.path(), to).map_err(Error::io(to))?;
    // Its folder has its own name now: there is nothing left to remove.
    drop(building.keep());
    Session::open(to, actor, language)?.view()
}

struct Restore<'a, 'p> {
    export: ExportSet,
    by: Actor,
    progress: &'a mut Progress<'p>,
    done_bytes: u64,
    total_bytes: u64,
}

impl Restore<'_, '_> {
    fn into_folder(mut self, folder: &Path, zip_sha256: &str) -> Result<()> {
        let header = self.export.header().clone();
        let records = self.export.library().clone();
        let restoring = Restoring {
            from: RestoredFrom {
                series_id: id(&header.series_id)?,
                series: header.series.clone(),
                sequence: header.sequence,
                sha256: zip_sha256.into(),
            },
            at: time(&header.at)?,
            mode: match header.mode {
                archive::Mode::Full => ExportMode::Full,
                archive::Mode::Incremental => ExportMode::Incremental,
            },
            next_series_id: clock::new_id(),
            restored_at: clock::now(),
            restored_by: self.by.clone(),
        };
        let new = NewLibrary {
            id: id(&records.id)?,
            name: records.name.clone(),
            series_id: restoring.from.series_id,
            blog: clock::new_id(),
        };
        let mut library = Library::begin_restore(folder, &new, time(&records.created_at)?)?;
        self.attachments(&mut library, &records)?;
        self.filing(&mut library, &records)?;
        library.restore_retention(&retained::from_archive(self.export.retention()?)?)?;
        self.posts(&mut library, &records)?;
        self.captures(&mut library, &records)?;
        self.journal(&mut library)?;
        for item in &records.outbox {
            library.restore_intention(&intention(item)?)?;
        }
        let kept = proving::folder(folder, &header.series_id);
        for proof in self.export.proofs()? {
            proving::keep(&kept, &proof)?;
        }
        let origin = header.origin.as_ref().map(restored_from).transpose()?;
        library.finish_restore(&header.series, origin.as_ref(), &restoring)?;
        self.files(&mut library, &records)?;
        let base = self.export.before().map(|before| restored_base(&header, before)).transpose()?;
        Ok(library.settle_export_base(base.as_ref())?)
    }

    fn attachments(&mut self, library: &mut Library, records: &archive::Library) -> Result<()> {
        for attachment in &records.attachments {
            let mut versions = Vec::new();
            for version in self.export.attachment_versions(&attachment.id)? {
                self.step("attachments", &attachment.path, version.size)?;
                let mut bytes = self.export.open_blob(&attachment.id, version.version)?;
                let blob = library.blobs().put(&mut bytes)?;
                if blob != (Blob { sha256: version.sha256.clone(), size: version.size }) {
                    return Err(Error::new("attachment.damaged").with("name", &attachment.path));
                }
                let actor = actor(version.actor);
                versions.push(AttachmentVersion {
                    version: version.version,
                    blob,
                    actor,
                    at: time(&version.at)?,
                });
            }
            let row = Attachment {
                id: id(&attachment.id)?,
                path: attachment.path.clone(),
                created_at: time(&attachment.created_at)?,
            };
            library.restore_attachment(&row, &versions)?;
        }
        Ok(())
    }

    /// The captures of posts' pages, once the posts are there.
    fn captures(&mut self, library: &mut Library, records: &archive::Library) -> Result<()> {
        for capture in &records.captures {
            let mut versions = Vec::new();
            for version in self.export.capture_versions(&capture.id)? {
                self.step("attachments", &version.address, version.size)?;
                let mut bytes = self.export.open_page(&capture.id, version.version)?;
                let blob = library.blobs().put(&mut bytes)?;
                if blob != (Blob { sha256: version.sha256.clone(), size: version.size }) {
                    return Err(Error::new("attachment.damaged").with("name", &version.address));
                }
                versions.push(captured(version, blob)?);
            }
            let row = Capture { id: id(&capture.id)?, post: id(&capture.post)?, blog: id(&capture.blog)? };
            library.restore_capture(&row, &versions)?;
        }
        Ok(())
    }

    fn filing(&mut self, library: &mut Library, records: &archive::Library) -> Result<()> {
        let categories = records.categories.iter().map(|category| {
            Ok(Category {
                id: id(&category.id)?,
                parent: category.parent.as_deref().map(id).transpose()?,
                name_en: category.name_en.clone(),
                name_fr: category.name_fr.clone(),
            })
        });
        library.restore_categories(&categories.collect::<Result<Vec<_>>>()?)?;
        let blogs = records.blogs.iter().map(|blog| {
            Ok(Blog {
                id: id(&blog.id)?,
                kind: blog.kind.clone(),
                name: blog.name.clone(),
                url: Some(blog.url.clone()).filter(|url| !url.is_empty()),
                settings: blog.settings.clone(),
            })
        });
        library.restore_blogs(&blogs.collect::<Result<Vec<_>>>()?)?;
        for pair in &records.pairs {
            let filed = pair.categories.iter().map(|category| id(category)).collect::<Result<Vec<_>>>()?;
            library.restore_pair(id(&pair.id)?, &filed)?;
        }
        Ok(())
    }

    fn posts(&mut self, library: &mut Library, records: &archive::Library) -> Result<()> {
        for post in &records.posts {
            let mut revisions = Vec::new();
            for revision in self.export.revisions(&post.id)? {
                let (revision, body) = revision?;
                revisions.push(restored_revision(revision, body)?);
            }
            let size = revisions.iter().map(|revision| revision.content.body.len() as u64).sum();
            self.step("posts", post.file.as_deref().unwrap_or(&post.id), size)?;
            library.restore_post(&RestoredPost {
                id: id(&post.id)?,
                pair: id(&post.pair)?,
                created_at: time(&post.created_at)?,
                head: post.head,
                status: word_of(&post.status)?,
                trashed_at: post.trashed_at.as_deref().map(time).transpose()?,
                conflict: post.conflict,
                names: post.names.iter().map(|name| (name.revision, name.name.clone())).collect(),
                revisions,
            })?;
        }
        Ok(())
    }

    fn journal(&mut self, library: &mut Library) -> Result<()> {
        let mut batch = Vec::new();
        for entry in self.export.journal() {
            let entry = entry?;
            batch.push(Entry {
                seq: entry.seq,
                at: time(&entry.at)?,
                actor: actor(entry.actor),
                action: entry.action,
                subject: entry.subject,
                detail: entry.detail,
                previous: entry.previous,
                hash: entry.hash,
            });
            if batch.len() == 1000 {
                library.restore_journal(&batch)?;
                batch.clear();
            }
        }
        Ok(library.restore_journal(&batch)?)
    }

    /// The mirror: every post's file under the name that it had, and every attachment's newest version.
    fn files(&mut self, library: &mut Library, records: &archive::Library) -> Result<()> {
        let act = Act { now: clock::now(), actor: self.by.clone() };
        for attachment in &records.attachments {
            fonds_folder::write_attachment(library, id(&attachment.id)?, &folder::acting(&act))?;
        }
        for post in &records.posts {
            let Some(path) = &post.file else { continue };
            let post = id(&post.id)?;
            let file = MirroredFile { post, path: path.clone(), stamp: FileStamp::default(), missing: true };
            library.set_mirrored_file(&file, &[])?;
            fonds_folder::write_post(library, post, &folder::acting(&act))?;
        }
        Ok(())
    }

    fn step(&mut self, phase: &str, item: &str, bytes: u64) -> Result<()> {
        self.done_bytes = (self.done_bytes + bytes).min(self.total_bytes);
        let step = TaskProgress {
            id: String::new(),
            phase: phase.into(),
            item: item.into(),
            done_bytes: self.done_bytes,
            total_bytes: self.total_bytes,
            left_seconds: None,
        };
        match (self.progress)(&step) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Error::new("task.cancelled")),
        }
    }
}

fn captured(version: archive::CaptureVersion, blob: Blob) -> Result<CaptureVersion> {
    let left_out = version.left_out.into_iter();
    Ok(CaptureVersion {
        version: version.version,
        blob,
        actor: actor(version.actor),
        at: time(&version.at)?,
        found: PageFound {
            address: version.address,
            status: version.status,
            title: version.title,
            revision: version.revision,
            left_out: left_out.map(|left| LeftOut { address: left.address, why: left.why }).collect(),
        },
    })
}

fn restored_revision(revision: archive::Revision, body: String) -> Result<Revision> {
    let parents = revision.parents.iter().map(|parent| parent.number).collect();
    let attachments =
        revision.attachments.iter().map(|a| Ok(AttachmentRef { id: id(&a.id)?, version: a.version }));
    Ok(Revision {
        number: revision.number,
        hash: revision.hash,
        content: Content {
            title: revision.title,
            language: word_of(&revision.language)?,
            slug: revision.slug,
            body,
            front_matter: revision.front_matter,
            attachments: attachments.collect::<Result<_>>()?,
        },
        parents: Parentage::from_numbers(parents)
            .ok_or_else(|| Error::new("export.failed").with("reason", "parents"))?,
        actor: actor(revision.actor),
        at: time(&revision.at)?,
        origin: word_of(&revision.origin)?,
    })
}

#[derive(Deserialize)]
struct Waiting {
    action: IntentionAction,
    revision: u32,
    actor: Actor,
    created_at: Timestamp,
}

fn intention(item: &archive::OutboxItem) -> Result<Intention> {
    let waiting: Waiting = serde_json::from_value(item.detail.clone())
        .map_err(|reason| Error::new("export.failed").with("reason", reason))?;
    Ok(Intention {
        id: id(&item.id)?,
        post: id(&item.post)?,
        blog: id(&item.blog)?,
        action: waiting.action,
        revision: waiting.revision,
        state: IntentionState::Paused,
        error: None,
        attempts: 0,
        next_at: None,
        actor: waiting.actor,
        created_at: waiting.created_at,
        updated_at: waiting.created_at,
    })
}

/// What the incremental export that was restored changed, and in what.
fn restored_base(header: &archive::Header, before: &Before) -> Result<RestoredBase> {
    let change = &before.change;
    let gone = change.removed.clone().unwrap_or_default();
    let ids = |there: Vec<&String>, gone: &[String]| {
        there.into_iter().chain(gone).map(|text| id(text)).collect::<Result<_>>()
    };
    let changes = &before.changes;
    let texts = changes.added.iter().map(|o| &o.id).chain(changes.changed.iter().map(|o| &o.id));
    Ok(RestoredBase {
        base: ExportBase {
            series_id: id(&header.series_id)?,
            sequence: header.sequence - 1,
            journal: (changes.journal.seq, changes.journal.hash.clone()),
        },
        objects: before.objects.clone(),
        changed: Changed {
            categories: ids(change.categories.iter().map(|c| &c.id).collect(), &gone.categories)?,
            blogs: ids(change.blogs.iter().map(|b| &b.id).collect(), &gone.blogs)?,
            pairs: ids(change.pairs.iter().map(|p| &p.id).collect(), &gone.pairs)?,
            posts: ids(change.posts.iter().map(|p| &p.id).collect(), &gone.posts)?,
            attachments: ids(change.attachments.iter().map(|a| &a.id).collect(), &gone.attachments)?,
            captures: ids(change.captures.iter().map(|c| &c.id).collect(), &gone.captures)?,
            outbox: ids(change.outbox.iter().map(|o| &o.id).collect(), &gone.outbox)?,
            texts: texts.map(|text| id(text)).collect::<Result<_>>()?,
        },
    })
}

fn restored_from(origin: &archive::SeriesOrigin) -> Result<RestoredFrom> {
    Ok(RestoredFrom {
        series_id: id(&origin.series_id)?,
        series: origin.series.clone(),
        sequence: origin.sequence,
        sha256: origin.sha256.clone(),
    })
}

fn actor(actor: archive::Actor) -> Actor {
    Actor { name: actor.name, email: actor.email }
}

fn id(text: &str) -> Result<Id> {
    text.parse().map_err(|_| Error::new("export.failed").with("reason", text))
}

fn time(text: &str) -> Result<Timestamp> {
    text.parse().map_err(|_| Error::new("export.failed").with("reason", text))
}
