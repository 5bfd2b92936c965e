//! What is written is whole, reads back equal, and is the same bytes each time; what goes wrong leaves nothing.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod support;

use std::io::Read;
use std::ops::ControlFlow;

use fonds_archive::{Error, Export, Phase, Verdict, verify_series, write};
use support::*;

fn go(_: fonds_archive::Progress<'_>) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn is_empty(dir: &std::path::Path) -> bool {
    std::fs::read_dir(dir).unwrap().next().is_none()
}

#[test]
fn an_export_is_whole_and_reads_back_equal() {
    let dir = tempfile::tempdir().unwrap();
    let written = export(dir.path());
    assert_eq!(written.path, dir.path().join("my-blog-v0001.zip"));
    let bytes = std::fs::read(&written.path).unwrap();
    assert_eq!((written.sha256.as_str(), written.size), (sha(&bytes).as_str(), bytes.len() as u64));
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);

    let report = judge(&written.path);
    assert_eq!(report.findings, []);
    assert_eq!(report.verdict, Verdict::Whole);
    assert_eq!(report.sha256, written.sha256);
    assert_eq!(
        (report.posts, report.revisions, report.attachment_versions, report.journal_entries),
        (2, 4, 3, 3)
    );
    assert_eq!(report.header, Some(header(1, None)));
    assert_eq!(report.summary_en(), "The export is consistent; its origin is not proved.");

    let source = memory();
    let export = Export::open(&written.path).unwrap();
    assert_eq!(export.header(), &header(1, None));
    assert_eq!(export.library().unwrap(), source.library);
    assert_eq!(export.journal().unwrap().collect::<Result<Vec<_>, _>>().unwrap(), source.journal);
    for (post, revisions) in &source.posts {
        assert_eq!(&export.revisions(post).unwrap().collect::<Result<Vec<_>, _>>().unwrap(), revisions);
    }
    for (attachment, versions) in &source.attachments {
        assert_eq!(&export.attachment_versions(attachment).unwrap(), versions);
        for version in versions {
            let mut pdf = Vec::new();
            export.open_blob(attachment, version.version).unwrap().read_to_end(&mut pdf).unwrap();
            assert_eq!(&pdf, &source.blobs[&version.sha256]);
        }
    }
    assert!(matches!(export.revisions(&id(999)).err(), Some(Error::NotFound(_))));
    assert!(matches!(export.open_blob(&id(90), 9).err(), Some(Error::NotFound(_))));
}

#[test]
fn the_same_state_gives_the_same_bytes() {
    let (a, b) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    assert_eq!(std::fs::read(export(a.path()).path).unwrap(), std::fs::read(export(b.path()).path).unwrap());
}

#[test]
fn a_text_that_comes_back_is_kept_once() {
    let dir = tempfile::tempdir().unwrap();
    let all = entries(&export(dir.path()).path);
    let named = |end: &str| all.iter().any(|(n, _)| n.ends_with(end));
    let post = format!("urn%3auuid%3a{}", id(10));
    assert!(named(&format!("{post}/v1/content/post.md")));
    assert!(!named(&format!("{post}/v3/content/post.md")));
    let pdf = format!("urn%3auuid%3a{}", id(90));
    assert!(!named(&format!("{pdf}/v3/content/attachment.pdf")));
    assert!(named(&format!("{pdf}/v3/inventory.json")));
}

#[test]
fn progress_is_honest_to_the_end() {
    let dir = tempfile::tempdir().unwrap();
    let mut seen = Vec::new();
    let mut tell = |p: fonds_archive::Progress<'_>| {
        seen.push((p.done_bytes, p.total_bytes, p.phase));
        ControlFlow::Continue(())
    };
    write(&header(1, None), &mut memory(), dir.path(), &mut tell).unwrap();
    assert!(seen.windows(2).all(|w| w[0].0 <= w[1].0 && w[0].1 == w[1].1));
    let last = seen.last().unwrap();
    assert_eq!((last.0, last.2), (last.1, Phase::Sealing));
}

#[test]
fn cancelling_anywhere_leaves_nothing() {
    let mut steps = 0;
    let dir = tempfile::tempdir().unwrap();
    write(&header(1, None), &mut memory(), dir.path(), &mut |_| {
        steps += 1;
        ControlFlow::Continue(())
    })
    .unwrap();
    for stop in 0..steps {
        let dir = tempfile::tempdir().unwrap();
        let mut at = 0;
        let outcome = write(&header(1, None), &mut memory(), dir.path(), &mut |_| {
            at += 1;
            if at > stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        assert!(matches!(outcome, Err(Error::Cancelled)), "step {stop}");
        assert!(is_empty(dir.path()), "step {stop}");
    }
}

#[test]
fn a_wrong_blob_stops_the_export_and_is_named() {
    for damage in [0, 1, 2] {
        let dir = tempfile::tempdir().unwrap();
        let mut source = memory();
        let blob = source.blobs.values_mut().max_by_key(|b| b.len()).unwrap();
        match damage {
            0 => blob[3] ^= 1,
            1 => blob.truncate(10),
            _ => blob.push(0),
        }
        let error = write(&header(1, None), &mut source, dir.path(), &mut go).unwrap_err();
        assert!(
            matches!(&error, Error::WrongBlob { item, .. } if item.contains("annual-report.pdf version 1"))
        );
        assert!(is_empty(dir.path()));
    }
}

#[test]
fn a_source_error_passes_through_and_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut source = memory();
    source.fail_on_post = true;
    let error = write(&header(1, None), &mut source, dir.path(), &mut go).unwrap_err();
    assert!(matches!(&error, Error::Source(e) if e.to_string() == "the database is locked"));
    assert!(is_empty(dir.path()));
}

#[test]
fn a_record_that_contradicts_itself_is_refused() {
    type Spoil = fn(&mut Memory);
    let spoil: [(&str, Spoil); 8] = [
        ("text", |m| m.posts.get_mut(&id(10)).unwrap()[1].1.push('x')),
        ("parent", |m| m.posts.get_mut(&id(10)).unwrap()[1].0.parents[0].number = 2),
        ("number", |m| drop(m.posts.get_mut(&id(10)).unwrap().remove(0))),
        ("journal", |m| m.journal[1].action.push('x')),
        ("journal gap", |m| drop(m.journal.remove(1))),
        ("head", |m| m.library.posts[0].head = 4),
        ("pair", |m| m.library.posts[0].pair = id(51)),
        ("attachment", |m| m.attachments.get_mut(&id(90)).unwrap().clear()),
    ];
    for (what, spoil) in spoil {
        let dir = tempfile::tempdir().unwrap();
        let mut source = memory();
        spoil(&mut source);
        let outcome = write(&header(1, None), &mut source, dir.path(), &mut go);
        assert!(matches!(outcome, Err(Error::BadRecord { .. })), "{what}: {outcome:?}");
        assert!(is_empty(dir.path()), "{what}");
    }
}

#[test]
fn an_existing_file_is_never_overwritten() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("my-blog-v0001.zip");
    std::fs::write(&path, "mine").unwrap();
    let outcome = write(&header(1, None), &mut memory(), dir.path(), &mut go);
    assert!(matches!(outcome, Err(Error::AlreadyExists(_))));
    assert_eq!(std::fs::read(&path).unwrap(), b"mine");
    // One that appears while the export is written.
    std::fs::remove_file(&path).unwrap();
    let outcome = write(&header(1, None), &mut memory(), dir.path(), &mut |_| {
        std::fs::write(&path, "late").unwrap();
        ControlFlow::Continue(())
    });
    assert!(matches!(outcome, Err(Error::AlreadyExists(_))));
    assert_eq!(std::fs::read(&path).unwrap(), b"late");
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[test]
fn a_bad_header_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    for series in ["", "My Blog", "../x", "a-name-with-more-than-24-c"] {
        let header = fonds_archive::v1::Header { series: series.into(), ..header(1, None) };
        assert!(matches!(write(&header, &mut memory(), dir.path(), &mut go), Err(Error::BadHeader(_))));
    }
    let gap = fonds_archive::v1::Header { sequence: 3, ..header(1, None) };
    assert!(matches!(write(&gap, &mut memory(), dir.path(), &mut go), Err(Error::BadHeader(_))));
    assert!(is_empty(dir.path()));
}

#[test]
fn a_series_is_judged_as_a_chain() {
    let (a, b) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let one = export(a.path());
    let two = write(&header(2, Some(&one)), &mut memory(), a.path(), &mut go).unwrap();
    let three = write(&header(3, Some(&two)), &mut memory(), a.path(), &mut go).unwrap();
    let judge = |paths: &[&std::path::Path]| {
        let report = verify_series(paths, &mut go).unwrap();
        (report.verdict, report.findings.iter().map(|f| f.code.as_str()).collect::<Vec<_>>())
    };
    assert_eq!(judge(&[&three.path, &one.path, &two.path]), (Verdict::Whole, vec![]));
    assert_eq!(judge(&[&one.path, &three.path]), (Verdict::Damaged, vec!["SERIES_GAP"]));
    assert_eq!(judge(&[&one.path, &one.path]), (Verdict::Whole, vec!["SERIES_DUPLICATE"]));
    // Another first export with another text: valid by itself.
    let mut other = memory();
    other.library.name = "Exchanged".into();
    let swapped = write(&header(1, None), &mut other, b.path(), &mut go).unwrap();
    assert_eq!(judge(&[&swapped.path, &two.path]), (Verdict::Damaged, vec!["SERIES_PREVIOUS_MISMATCH"]));
    assert_eq!(judge(&[&one.path, &swapped.path]), (Verdict::Damaged, vec!["SERIES_FORK"]));
    let foreign = fonds_archive::v1::Header { series: "other".into(), ..header(1, None) };
    let foreign = write(&foreign, &mut memory(), b.path(), &mut go).unwrap();
    assert_eq!(judge(&[&one.path, &foreign.path]), (Verdict::Damaged, vec!["SERIES_MIXED"]));
}
