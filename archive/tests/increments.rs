//! Incremental exports: what they hold, what a set of them makes up, and what is wrong between them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod support;

use std::io::Read;
use std::ops::ControlFlow;
use std::path::Path;

use fonds_archive::v1::{Header, Mode};
use fonds_archive::{Code, Error, ExportSet, Progress, Verdict, verify_series, write};
use support::*;

fn go(_: Progress<'_>) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn judged(paths: &[&Path]) -> (Verdict, Vec<Code>) {
    let report = verify_series(paths, &mut go).unwrap();
    let inside = report.exports.iter().flat_map(|r| r.findings.iter());
    (report.verdict, inside.chain(&report.findings).map(|f| f.code).collect())
}

#[test]
fn an_increment_carries_whole_objects_that_changed_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let [one, two] = export_two(dir.path());
    let objects: Vec<&str> = two.objects.keys().map(String::as_str).collect();
    assert_eq!(objects, [id(10), id(12), id(91)]);
    let named: Vec<String> = entries(&two.path).into_iter().map(|(name, _)| name).collect();
    for version in 1..=4 {
        assert!(named.iter().any(|n| n.ends_with(&format!("{}/v{version}/content/revision.json", id(10)))));
    }
    assert!(!named.iter().any(|n| n.contains(&id(90))), "the PDF that did not change");
    let report = judge(&two.path);
    assert_eq!((report.verdict, codes(&report)), (Verdict::Whole, vec![Code::SeriesIncomplete]));
    assert_eq!(report.journal_entries, 2);
    assert_eq!(judged(&[&two.path, &one.path]), (Verdict::Whole, vec![]));
}

#[test]
fn a_set_reads_as_the_library_that_it_makes_up() {
    let dir = tempfile::tempdir().unwrap();
    let [one, two] = export_two(dir.path());
    let now = later();
    let set = ExportSet::open(&[&two.path, &one.path]).unwrap();
    assert_eq!(set.header().sequence, 2);
    assert_eq!(set.library(), &now.library);
    assert_eq!(set.journal().collect::<Result<Vec<_>, _>>().unwrap(), now.journal);
    for (post, revisions) in &now.posts {
        assert_eq!(&set.revisions(post).unwrap().collect::<Result<Vec<_>, _>>().unwrap(), revisions);
    }
    for (attachment, versions) in &now.attachments {
        assert_eq!(&set.attachment_versions(attachment).unwrap(), versions);
        let mut pdf = Vec::new();
        set.open_blob(attachment, 1).unwrap().read_to_end(&mut pdf).unwrap();
        assert_eq!(sha(&pdf), versions[0].sha256);
    }
    assert!(matches!(set.revisions(&id(11)).err(), Some(Error::NotFound(_))), "a post that is gone");
    let before = set.before().unwrap();
    assert_eq!((&before.objects, &before.changes.journal), (&one.objects, &one.journal));
    assert_eq!(memory().library.merged(before.change.clone()), now.library);
}

#[test]
fn the_same_increment_gives_the_same_bytes_and_so_does_one_made_from_the_set() {
    let (a, b) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let [one, two] = export_two(a.path());
    let set = ExportSet::open(&[&one.path, &two.path]).unwrap();
    let before = set.before().unwrap();
    let mut source = later().since(&memory(), &before.objects, &one);
    let again = write(set.header(), &mut source, b.path(), &mut go).unwrap();
    assert_eq!(std::fs::read(again.path).unwrap(), std::fs::read(two.path).unwrap());
}

#[test]
fn gaps_forks_and_swaps_are_found() {
    let (a, b) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let [one, two] = export_two(a.path());
    let full = write(&header(3, Some(&two)), &mut later(), a.path(), &mut go).unwrap();
    assert_eq!(judged(&[&one.path, &two.path, &full.path]), (Verdict::Whole, vec![]));
    assert_eq!(judged(&[&one.path, &full.path]), (Verdict::Damaged, vec![Code::SeriesGap]));
    assert_eq!(judged(&[&two.path, &full.path]), (Verdict::Whole, vec![Code::SeriesIncomplete]));
    assert!(matches!(ExportSet::open(&[&two.path]), Err(Error::IncompleteSet { missing: 1 })));

    // Another first export that holds less, and the increment that names it as the one before.
    let mut less = memory();
    less.posts.get_mut(&id(10)).unwrap().truncate(2);
    less.library.posts[0].head = 2;
    let swapped = write(&header(1, None), &mut less, b.path(), &mut go).unwrap();
    let (verdict, found) = judged(&[&swapped.path, &two.path]);
    assert_eq!(verdict, Verdict::Damaged);
    assert!(
        found.contains(&Code::SeriesPreviousMismatch) && found.contains(&Code::SeriesObjects),
        "{found:?}"
    );

    // An increment over another past that is consistent with itself.
    let header = Header { mode: Mode::Incremental, ..header(2, Some(&one)) };
    let mut source = later().since(&memory(), &swapped.objects, &one);
    let forged = write(&header, &mut source, b.path(), &mut go).unwrap();
    let (verdict, found) = judged(&[&one.path, &forged.path]);
    assert_eq!((verdict, found), (Verdict::Damaged, vec![Code::SeriesObjects]));
    let (_, found) = judged(&[&one.path, &two.path, &forged.path]);
    assert!(found.contains(&Code::SeriesFork), "{found:?}");
}

#[test]
fn a_journal_that_was_rewritten_between_two_exports_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let one = export(dir.path());
    let mut other = later();
    // A journal of its own, whole in itself, that does not begin as the first export's does.
    let mut previous = fonds_archive::v1::FIRST_PREVIOUS.to_owned();
    for entry in &mut other.journal {
        if entry.action == "post.published" {
            entry.action = "post.trashed".into();
        }
        entry.previous.clone_from(&previous);
        entry.hash = fonds_archive::v1::journal_hash(entry).unwrap();
        previous.clone_from(&entry.hash);
    }
    let two = write(&header(2, Some(&one)), &mut other, dir.path(), &mut go).unwrap();
    assert_eq!(judged(&[&one.path, &two.path]), (Verdict::Damaged, vec![Code::SeriesJournal]));
}

#[test]
fn an_increment_whose_library_does_not_hold_together_is_found_in_the_set() {
    let dir = tempfile::tempdir().unwrap();
    let one = export(dir.path());
    let mut now = later();
    // The new post's category is not in the record.
    now.library.categories.pop();
    let header = Header { mode: Mode::Incremental, ..header(2, Some(&one)) };
    let mut source = now.since(&memory(), &one.objects, &one);
    let two = write(&header, &mut source, dir.path(), &mut go).unwrap();
    assert_eq!(judge(&two.path).verdict, Verdict::Whole);
    assert_eq!(judged(&[&one.path, &two.path]), (Verdict::Damaged, vec![Code::LibraryReferenceMissing]));
}
