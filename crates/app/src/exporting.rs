//! Exports: makes the series' next one, and journals what was made.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use fonds_archive::{Phase, sign, v1 as archive};
use fonds_library::{Act, ExportMode, ExportRecord, Held, Id, Library, Timestamp};
use serde::Deserialize;
use ts_rs::TS;

use crate::records::Rows;
use crate::{
    Error, ExportPlan, ExportRow, PlannedExport, Progress, Result, SelectionRequest, Session, TaskProgress,
    clock, proving,
};

/// What an export is told.
#[derive(Debug, Clone)]
pub struct ExportRequest {
    /// The folder that the zip is put into; made where it is missing.
    pub dir: PathBuf,
    /// Only what changed since the export before; everything, where there is none to build on.
    pub incremental: bool,
    /// The export's time; now where none is given.
    pub at: Option<Timestamp>,
    /// Which posts; all, where it sets no condition. A selection is exported whole, in a series of its own.
    pub selection: SelectionRequest,
}

/// What the window asks of an export.
#[derive(Debug, Clone, Default, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ExportOrder {
    /// The folder that the zip is put into.
    pub dir: String,
    /// Only what changed since the export before.
    pub incremental: bool,
    /// Which posts.
    pub selection: SelectionRequest,
    /// The key that signs it; none where it is not signed.
    pub sign: Option<String>,
    /// The password of that key's file.
    pub password: Option<String>,
    /// Whether the authority of the settings vouches for its time.
    pub time_stamp: bool,
}

impl ExportRequest {
    /// A request with a time in RFC 3339, or now.
    pub fn new(dir: impl Into<PathBuf>, at: Option<&str>) -> Result<Self> {
        let at = at
            .map(|text| text.parse().map_err(|_| Error::new("export.time").with("name", text)))
            .transpose()?;
        Ok(ExportRequest { dir: dir.into(), incremental: false, at, selection: SelectionRequest::default() })
    }

    /// The same, of some of the posts.
    #[must_use]
    pub fn select(self, selection: SelectionRequest) -> Self {
        ExportRequest { selection, ..self }
    }

    /// The same, of only what changed since the export before.
    #[must_use]
    pub fn incremental(self, incremental: bool) -> Self {
        ExportRequest { incremental, ..self }
    }
}

impl Session {
    /// Makes the series' next export. The zip appears under its name only when it is whole and synced.
    pub fn export(&mut self, request: &ExportRequest, progress: &mut Progress<'_>) -> Result<ExportRow> {
        let act = self.act();
        export(&mut self.library, &act, request, progress)
    }

    /// What an export of these posts would hold: all of it, and where one can build on the export before, what changed.
    pub fn plan_export(&self, selection: &SelectionRequest) -> Result<ExportPlan> {
        let library = &self.library;
        if !selection.is_all() {
            let understood = selection.understand(library)?;
            let selected = library.selected(&understood.wanted)?;
            let full = planned(library, &selected.posts, &selected.attachments)?;
            let begun = library.selection_series(&understood.key)?;
            return Ok(ExportPlan { series: begun.map(|(series, _)| series), full, incremental: None });
        }
        let posts = library.all_posts()?.into_iter().map(|post| post.id).collect();
        let attachments = library.attachments()?.into_iter().map(|attachment| attachment.id).collect();
        let identity = library.identity()?;
        let changed = library.changed_since_export()?.texts;
        let builds = library.export_base()?.is_some_and(|base| base.series_id == identity.series_id);
        let of = |all: &BTreeSet<Id>| all.intersection(&changed).copied().collect();
        let incremental = builds.then(|| planned(library, &of(&posts), &of(&attachments))).transpose()?;
        Ok(ExportPlan {
            series: Some(identity.series),
            full: planned(library, &posts, &attachments)?,
            incremental,
        })
    }

    /// The exports that were made, the newest first.
    pub fn exports(&self) -> Result<Vec<ExportRow>> {
        Ok(self.library.exports()?.into_iter().map(|(record, path)| row(record, path)).collect())
    }
}

fn planned(library: &Library, posts: &BTreeSet<Id>, attachments: &BTreeSet<Id>) -> Result<PlannedExport> {
    let count = |set: &BTreeSet<Id>| u32::try_from(set.len()).unwrap_or(u32::MAX);
    let bytes = posts
        .iter()
        .chain(attachments)
        .try_fold(0, |sum, id| Ok::<_, Error>(sum + library.content_bytes_of(*id)?))?;
    Ok(PlannedExport { posts: count(posts), attachments: count(attachments), bytes })
}

pub(crate) fn export(
    library: &mut Library,
    act: &Act,
    request: &ExportRequest,
    progress: &mut Progress<'_>,
) -> Result<ExportRow> {
    library.seal_all(act)?;
    let at = request.at.unwrap_or_else(clock::now);
    let selection = match request.selection.is_all() {
        true => None,
        false if request.incremental => return Err(Error::new("export.selection_whole")),
        false => Some(request.selection.understand(library)?),
    };
    let wanted = if request.incremental { ExportMode::Incremental } else { ExportMode::Full };
    let next = match &selection {
        None => library.next_export(act, at, wanted)?,
        Some(selection) => library.next_selected_export(act, &selection.key, clock::new_id())?,
    };
    let header = archive::Header {
        series: next.series.clone(),
        series_id: next.series_id.to_string(),
        sequence: next.sequence,
        mode: match next.mode {
            ExportMode::Full => archive::Mode::Full,
            ExportMode::Incremental => archive::Mode::Incremental,
        },
        at: at.to_string(),
        previous: next.previous.map(|p| archive::Previous { sequence: p.sequence, sha256: p.sha256 }),
        origin: next.origin.map(|o| archive::SeriesOrigin {
            series: o.series,
            series_id: o.series_id.to_string(),
            sequence: o.sequence,
            sha256: o.sha256,
        }),
        generator: format!("fonds {}", env!("CARGO_PKG_VERSION")),
        selection: selection.as_ref().map(|selection| selection.told.clone()),
    };
    let last = library.exports()?.into_iter().find(|(record, _)| {
        record.series_id == next.series_id
            && Some(record.sequence) == header.previous.as_ref().map(|p| p.sequence)
    });
    let last = last.and_then(|(_, place)| place).map(PathBuf::from);
    let proofs = proving::of_previous(library.root(), &header, last.as_deref())?;
    let snapshot = library.snapshot()?;
    let mark = snapshot.change_mark()?;
    let mut source = Rows::new(snapshot, next.mode, proofs)?;
    if let Some(selection) = &selection {
        source.select(&selection.wanted)?;
    }
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
        mode: next.mode,
        at,
        sha256: written.sha256,
        size: written.size,
    };
    let place = absolute(&written.path);
    if selection.is_some() {
        library.record_selected_export(act, &record, &place)?;
    } else if !next.remakes {
        let journal = (written.journal.seq, written.journal.hash);
        let held = Held { objects: written.objects, journal, mark };
        library.record_export(act, &record, &held, &place)?;
    }
    Ok(row(record, Some(place.to_string_lossy().into_owned())))
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf())
}

fn row(record: ExportRecord, path: Option<String>) -> ExportRow {
    with_proofs(ExportRow {
        signed: false,
        stamped: false,
        sequence: record.sequence,
        series: record.series,
        at: record.at.to_string(),
        mode: record.mode.as_str().into(),
        size: record.size,
        sha256: record.sha256,
        path,
    })
}

/// The same export, with the proofs that lie beside it by now.
pub(crate) fn with_proofs(made: ExportRow) -> ExportRow {
    let beside =
        |of: fn(&Path) -> PathBuf| made.path.as_deref().is_some_and(|path| of(Path::new(path)).is_file());
    ExportRow { signed: beside(sign::signature_path), stamped: beside(sign::time_stamp_path), ..made }
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
        left_seconds: None,
    }
}
