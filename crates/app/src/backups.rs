//! Backups on this computer: one a day while the window is open, rotated, and put back where it is asked for.
//!
//! A backup is the database. The stored bytes of attachments never change and are in `.fonds/blobs` beside it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use fonds_library::{Library, STATE};
use jiff::civil::Date;

use crate::{ActorView, BackupRow, Error, Language, Result, Session, clock};

/// The newest so many days are kept …
const DAYS: usize = 7;
/// … and the newest of each of the newest so many weeks.
const WEEKS: usize = 4;

fn folder(root: &Path) -> PathBuf {
    root.join(STATE).join("backups")
}

/// The days of which a backup is kept.
fn kept(days: &BTreeSet<Date>) -> BTreeSet<Date> {
    let newest = days.iter().rev();
    let mut kept: BTreeSet<Date> = newest.clone().take(DAYS).copied().collect();
    let mut weeks = BTreeSet::new();
    for day in newest {
        let week = day.iso_week_date();
        if weeks.insert((week.year(), week.week())) {
            if weeks.len() > WEEKS {
                break;
            }
            kept.insert(*day);
        }
    }
    kept
}

/// The days of which there is a backup, with its file.
fn days(root: &Path) -> Vec<(Date, PathBuf)> {
    let entries = std::fs::read_dir(folder(root)).into_iter().flatten().flatten();
    let mut days: Vec<(Date, PathBuf)> = entries
        .filter_map(|entry| {
            let path = entry.path();
            let day = path.file_name()?.to_str()?.strip_suffix(".db")?.parse().ok()?;
            Some((day, path))
        })
        .collect();
    days.sort();
    days
}

/// Makes today's backup, if there is none yet, and removes those that are no longer kept. Says whether one was made.
pub fn back_up_daily(root: &Path) -> Result<bool> {
    let today: Date = clock::local_date(clock::now()).parse().map_err(|_| Error::new("library.failed"))?;
    let to = folder(root).join(format!("{today}.db"));
    if to.exists() {
        return Ok(false);
    }
    std::fs::create_dir_all(folder(root)).map_err(Error::io(folder(root)))?;
    let mut library = Library::open(root)?;
    library.back_up_database(&to)?;
    // A day that is yet to come is that of a clock that was set back; it is as old as any.
    let all = days(root);
    let kept = kept(&all.iter().map(|(day, _)| *day).filter(|day| *day <= today).collect());
    for (day, path) in all {
        if !kept.contains(&day) {
            std::fs::remove_file(&path).map_err(Error::io(&path))?;
        }
    }
    library.sweep(clock::now())?;
    Ok(true)
}

/// The backups of a library, the newest first.
pub fn backups(root: &Path) -> Vec<BackupRow> {
    let row = |(day, path): (Date, PathBuf)| BackupRow {
        day: day.to_string(),
        size: path.metadata().map_or(0, |found| found.len()),
    };
    days(root).into_iter().rev().map(row).collect()
}

/// Puts the backup of a day in the place of the library's database, which is kept beside the backups, and opens it. What
/// was written since is in the posts' files, and comes in from there. Nobody else may have the library open.
pub fn restore_backup(root: &Path, day: &str, actor: &ActorView, language: Language) -> Result<Session> {
    let found = days(root).into_iter().find(|(date, _)| date.to_string() == day);
    let (_, backup) = found.ok_or_else(|| Error::new("backup.not_found").with("name", day))?;
    // Read before anything is moved: a damaged backup takes no place.
    let next = folder(root).join(".next");
    std::fs::copy(&backup, &next).map_err(Error::io(&next))?;
    std::fs::File::open(&next).and_then(|file| file.sync_all()).map_err(Error::io(&next))?;
    set_aside(root, "replaced")?;
    let place = root.join(STATE).join("library.db");
    std::fs::rename(&next, &place).map_err(Error::io(&place))?;
    let mut session = Session::open(root, actor, language)?;
    let act = session.act();
    session.library.go_on_from_backup(&act, clock::new_id(), day)?;
    session.sync_folder()?;
    Ok(session)
}

/// Moves the database, whatever state it is in, into a folder of its own in `.fonds`; gives that folder.
pub(crate) fn set_aside(root: &Path, why: &str) -> Result<PathBuf> {
    let state = root.join(STATE);
    let stamp = clock::now().to_string().replace([':', '.'], "-");
    let aside = state.join(format!("{why}-{stamp}"));
    std::fs::create_dir_all(&aside).map_err(Error::io(&aside))?;
    for name in ["library.db-wal", "library.db-shm", "library.db-journal", "library.db"] {
        let from = state.join(name);
        if from.exists() {
            std::fs::rename(&from, aside.join(name)).map_err(Error::io(&from))?;
        }
    }
    Ok(aside)
}

impl Session {
    /// Writes a whole copy of the library to `file`, a zip that holds its folder `.fonds`, with the database and every stored
    /// file that it names, each checked, and the posts' Markdown files. Unpacked into an empty folder it is the library.
    /// Nothing is written over, and the file appears when it is complete.
    pub fn back_up(&self, file: &Path) -> Result<PathBuf> {
        let file = std::path::absolute(file).map_err(Error::io(file))?;
        if file.exists() {
            return Err(Error::new("export.exists").with("path", file.display()));
        }
        let place = file.parent().unwrap_or(Path::new("/"));
        let workshop = tempfile::tempdir_in(place).map_err(Error::io(place))?;
        let database = workshop.path().join("library.db");
        self.library.back_up_database(&database)?;
        let unfinished = tempfile::NamedTempFile::new_in(place).map_err(Error::io(place))?;
        let mut zip = zip::ZipWriter::new(unfinished);
        let stored = zip::write::SimpleFileOptions::default().large_file(true);
        let packed = stored.compression_method(zip::CompressionMethod::Deflated);
        let stored = stored.compression_method(zip::CompressionMethod::Stored);
        let failed = |e: zip::result::ZipError| Error::io(&file)(e.into());
        zip.start_file(".fonds/library.db", packed).map_err(failed)?;
        let mut copy = std::fs::File::open(&database).map_err(Error::io(&database))?;
        std::io::copy(&mut copy, &mut zip).map_err(Error::io(&file))?;
        for blob in self.library.named_blobs()? {
            self.library.blobs().verify(&blob)?;
            let name = format!(".fonds/blobs/{}/{blob}", blob.get(..2).unwrap_or("__"));
            zip.start_file(name, stored).map_err(failed)?;
            std::io::copy(&mut self.library.blobs().open_blob(&blob)?, &mut zip).map_err(Error::io(&file))?;
        }
        for post in self.library.mirrored_files()?.into_iter().filter(|file| !file.missing) {
            let Ok(text) = std::fs::read(self.library.root().join(&post.path)) else { continue };
            zip.start_file(&post.path, packed).map_err(failed)?;
            std::io::Write::write_all(&mut zip, &text).map_err(Error::io(&file))?;
        }
        let done = zip.finish().map_err(failed)?;
        done.as_file().sync_all().map_err(Error::io(&file))?;
        done.persist_noclobber(&file).map_err(|e| Error::io(&file)(e.error))?;
        Ok(file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(days: impl IntoIterator<Item = Date>) -> Vec<String> {
        kept(&days.into_iter().collect()).into_iter().map(|day| day.to_string()).collect()
    }

    #[test]
    fn seven_days_and_four_weeks_are_kept() {
        let today: Date = "2026-11-25".parse().unwrap();
        let every = (0..60).map(|back| today.saturating_sub(jiff::Span::new().days(back)));
        assert_eq!(
            of(every),
            [
                "2026-11-08",
                "2026-11-15",
                "2026-11-19",
                "2026-11-20",
                "2026-11-21",
                "2026-11-22",
                "2026-11-23",
                "2026-11-24",
                "2026-11-25"
            ]
        );
        let seldom = ["2025-01-01", "2025-06-01", "2026-01-01"].map(|day| day.parse::<Date>().unwrap());
        assert_eq!(
            of(seldom),
            ["2025-01-01", "2025-06-01", "2026-01-01"],
            "what is made seldom is kept long"
        );
        assert_eq!(of([]), Vec::<String>::new());
    }
}
