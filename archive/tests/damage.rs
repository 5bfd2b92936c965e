//! Whatever happens to an export is found, and a hostile zip is told apart without harm.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod support;

use std::ops::ControlFlow;

use fonds_archive::v1::{Header, Hold, HoldTarget, Mode, Release, Retention, canonical};
use fonds_archive::{Code, Error, Export, Verdict, verify, verify_series, write};
use support::*;

fn repacked(change: impl FnOnce(&mut Vec<(String, Vec<u8>)>)) -> fonds_archive::Report {
    let dir = tempfile::tempdir().unwrap();
    let mut all = entries(&export(dir.path()).path);
    change(&mut all);
    let report = judge(&pack(&dir.path().join("changed.zip"), &all));
    // Whatever was changed, the reader gives an answer too.
    let _ = Export::open(&dir.path().join("changed.zip")).map(|e| {
        let _ = e.library();
        e.journal().map(Iterator::count).ok();
        let _ = e.revisions(&id(10)).map(Iterator::count);
    });
    report
}

#[test]
fn repacking_alone_changes_nothing() {
    let report = repacked(|_| {});
    assert_eq!((report.verdict, report.findings), (Verdict::Whole, vec![]));
}

#[test]
fn a_flipped_bit_in_any_entry_is_found_at_every_level() {
    let dir = tempfile::tempdir().unwrap();
    let names: Vec<String> = entries(&export(dir.path()).path).into_iter().map(|(n, _)| n).collect();
    assert!(names.len() > 25);
    for (i, name) in names.iter().enumerate() {
        let mut changed = false;
        let report = repacked(|all| {
            if let Some(byte) = all[i].1.last_mut() {
                *byte ^= 1;
                changed = true;
            }
        });
        // The French post's text is empty: there is no bit in it.
        assert_eq!(report.verdict, if changed { Verdict::Damaged } else { Verdict::Whole }, "{name}");
        let found = codes(&report);
        let expected = match name.rsplit('/').next().unwrap() {
            _ if !changed => continue,
            "tagmanifest-sha256.txt" | "manifest-sha256.txt" => continue,
            "README.txt" | "bagit.txt" | "bag-info.txt" => Code::BagTagDigestMismatch,
            "index.html" if !name.contains("/viewer/") => Code::BagTagDigestMismatch,
            _ => Code::BagDigestMismatch,
        };
        assert!(found.contains(&expected), "{name}: {found:?}");
        if name.contains("/content/") {
            assert!(found.contains(&Code::OcflDigestMismatch), "{name}: {found:?}");
        }
        if name.ends_with("post.md") {
            assert!(found.contains(&Code::RevisionHashMismatch), "{name}: {found:?}");
        }
        if name.ends_with("inventory.json") {
            assert!(found.contains(&Code::OcflSidecarMismatch), "{name}: {found:?}");
        }
    }
}

#[test]
fn a_removed_an_added_and_a_renamed_entry_are_found() {
    let dir = tempfile::tempdir().unwrap();
    let count = entries(&export(dir.path()).path).len();
    for i in 0..count {
        let mut name = String::new();
        let report = repacked(|all| name = all.remove(i).0);
        assert_eq!(report.verdict, Verdict::Damaged, "removed {name}");
        let report = repacked(|all| all[i].0.push('x'));
        assert_eq!(report.verdict, Verdict::Damaged, "renamed {name}");
    }
    for place in ["extra.txt", "data/extra.txt", "data/my-blog-v0001/metadata/other/x.json"] {
        let report = repacked(|all| all.push((format!("my-blog-v0001/{place}"), b"x".to_vec())));
        let found = codes(&report);
        assert!(found.contains(&Code::BagUnlisted) && found.contains(&Code::PayloadUnknown), "{found:?}");
    }
}

fn forged(file: &str, from: &str, to: &str) -> Vec<Code> {
    let report = repacked(|all| {
        let entry = all.iter_mut().find(|(n, _)| n.ends_with(file)).unwrap();
        let text = String::from_utf8(entry.1.clone()).unwrap();
        assert!(text.contains(from), "{file} has no {from}");
        assert_eq!(from.len(), to.len(), "the bag's size would give it away");
        let before = sha(&entry.1);
        entry.1 = text.replacen(from, to, 1).into_bytes();
        let after = sha(&entry.1);
        redigest(all, "premis.xml", &before, &after);
        redigest(all, "METS.xml", &before, &after);
        relist(all);
    });
    assert_eq!(report.verdict, Verdict::Damaged);
    codes(&report)
}

#[test]
fn a_forger_who_rewrites_the_manifests_is_found_by_the_records() {
    let post = format!("{}/v2/content/post.md", id(10));
    assert!(forged(&post, "Two", "Ten").contains(&Code::RevisionHashMismatch));
    assert_eq!(
        forged("journal.jsonl", "published", "withdrawn"),
        [Code::JournalHashMismatch, Code::PremisDiffers]
    );
    assert_eq!(forged("METS.xml", "ROLE=\"CREATOR\"", "ROLE=\"CREATEB\""), [Code::MetsDiffers]);
    assert_eq!(forged("premis.xml", "post.published", "post.withdrawn"), [Code::PremisDiffers]);
    assert_eq!(forged("dc.xml", "ouvert", "fermer"), [Code::DublinCoreDiffers]);
    assert_eq!(forged("library.json", "\"head\":3", "\"head\":9"), [Code::LibraryHeadMissing]);
    assert_eq!(
        forged("chain.json", "\"sequence\":1", "\"sequence\":2")[..2],
        [Code::ChainInvalid, Code::ChainNameMismatch]
    );
    assert_eq!(forged("bag-info.txt", "my-blog-v0001", "my-blog-v0002")[0], Code::BagInfo);
    assert_eq!(
        forged("bag-info.txt", "Payload-Oxum: ", "Payload-Oxum: ".to_uppercase().as_str()),
        [Code::BagOxumMismatch]
    );
}

/// The export with another retention.json, every list of files and digests rewritten.
fn kept_otherwise(change: impl Fn(&mut Retention)) -> Vec<Code> {
    let report = repacked(|all| {
        let entry = all.iter_mut().find(|(name, _)| name.ends_with("/retention.json")).unwrap();
        let before = sha(&entry.1);
        let mut retention: Retention = serde_json::from_slice(&entry.1).unwrap();
        change(&mut retention);
        entry.1 = canonical(&retention).unwrap();
        let after = sha(&entry.1);
        redigest(all, "premis.xml", &before, &after);
        redigest(all, "METS.xml", &before, &after);
        relist(all);
    });
    assert_eq!(report.verdict, Verdict::Damaged);
    codes(&report)
}

#[test]
fn a_hold_that_was_taken_out_put_in_or_released_without_a_word_is_found() {
    assert!(kept_otherwise(|kept| kept.holds.clear()).contains(&Code::RetentionJournal));
    let released = Release { reason: "None".into(), actor: actor(), at: AT.into() };
    let codes = kept_otherwise(|kept| kept.holds[0].released = Some(released.clone()));
    assert!(codes.contains(&Code::RetentionJournal), "{codes:?}");
    let codes = kept_otherwise(|kept| {
        let more = Hold { id: id(97), ..kept.holds[0].clone() };
        kept.holds.push(more);
    });
    assert!(codes.contains(&Code::RetentionJournal), "{codes:?}");
    let codes = kept_otherwise(|kept| kept.holds[0].on.reverse());
    assert!(codes.contains(&Code::RetentionInvalid), "{codes:?}");
    for missing in [
        (|kept: &mut Retention| drop(kept.rules.remove(0))) as fn(&mut Retention),
        |kept| kept.categories[0].category = id(999),
        |kept| kept.pairs[0].pair = id(999),
        |kept| kept.holds[0].on[0] = HoldTarget::Pair(id(49)),
        |kept| kept.holds[0].on.push(HoldTarget::Search(id(999))),
    ] {
        let codes = kept_otherwise(missing);
        assert!(codes.contains(&Code::LibraryReferenceMissing), "{codes:?}");
    }
}

#[test]
fn a_hold_that_an_increment_forgets_is_found_by_the_series() {
    let dir = tempfile::tempdir().unwrap();
    let one = export(dir.path());
    let mut source = later().since(&memory(), &one.objects, &one);
    source.retention.holds.clear();
    let header = Header { mode: Mode::Incremental, ..header(2, Some(&one)) };
    let go = &mut |_: fonds_archive::Progress<'_>| ControlFlow::Continue(());
    let two = write(&header, &mut source, dir.path(), go).unwrap();
    let set = verify_series(&[&one.path, &two.path], go).unwrap();
    let found: Vec<Code> = set.findings.iter().map(|finding| finding.code).collect();
    assert_eq!(found, [Code::RetentionJournal]);
}

#[test]
fn a_truncated_or_padded_zip_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let whole = std::fs::read(export(dir.path()).path).unwrap();
    let target = dir.path().join("cut.zip");
    for length in (0..whole.len()).step_by(97).chain([whole.len() - 1]) {
        std::fs::write(&target, &whole[..length]).unwrap();
        // Cut behind a capture, the end of its WACZ is what is left of a zip.
        let found = judge(&target).findings[0].code;
        assert!(matches!(found, Code::NotAZip | Code::ZipUnlistedBytes), "{length}: {found:?}");
        assert!(matches!(Export::open(&target), Err(Error::NotAnExport { .. })));
    }
    for padded in [[b"junk".as_slice(), &whole].concat(), [&whole, b"junk".as_slice()].concat()] {
        std::fs::write(&target, padded).unwrap();
        assert_eq!(judge(&target).verdict, Verdict::Damaged);
    }
}

/// An export whose library was changed before it was written.
fn of(change: impl FnOnce(&mut Memory)) -> Vec<Code> {
    let dir = tempfile::tempdir().unwrap();
    let mut source = memory();
    change(&mut source);
    let go = &mut |_: fonds_archive::Progress<'_>| ControlFlow::Continue(());
    codes(&judge(&write(&header(1, None), &mut source, dir.path(), go).unwrap().path))
}

#[test]
fn a_capture_whose_page_does_not_hold_what_it_lists_is_found() {
    let with = |page: Vec<u8>| {
        of(|source| {
            source.captures.insert(id(97), vec![capture(1, &page)]);
            source.blobs.insert(sha(&page), page);
        })
    };
    assert_eq!(with(wacz("sound")), []);
    let listed_otherwise = |was: &str, is: &str| {
        let list = serde_json::json!({ "resources": [{
            "path": "archive/data.warc.gz".replace(was, is), "hash": format!("sha256:{}", sha(b"other")), "bytes": 5,
        }] });
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        let stored =
            zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        for (path, bytes) in
            [("archive/data.warc.gz", "sound".into()), ("datapackage.json", list.to_string())]
        {
            zip.start_file(path, stored).unwrap();
            std::io::Write::write_all(&mut zip, String::as_bytes(&bytes)).unwrap();
        }
        zip.finish().unwrap().into_inner()
    };
    for page in [
        listed_otherwise("", ""),
        listed_otherwise("data", "gone"),
        b"no zip at all".to_vec(),
        wacz("x")[1..].to_vec(),
    ] {
        let found = with(page);
        assert!(!found.is_empty() && found.iter().all(|code| *code == Code::CaptureDamaged), "{found:?}");
    }
}

#[test]
fn what_is_no_export_is_told_apart() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x.zip");
    std::fs::write(&path, "plain text").unwrap();
    assert_eq!(codes(&judge(&path)), [Code::NotAZip]);
    assert!(matches!(Export::open(&path), Err(Error::NotAnExport { .. })));
    pack(&path, &[("letter.txt".into(), b"hello".to_vec())]);
    assert_eq!(codes(&judge(&path)), [Code::NotAnExport]);
    assert!(matches!(Export::open(&path), Err(Error::NotAnExport { .. })));
    let gone = dir.path().join("gone.zip");
    assert!(matches!(verify(&gone, &mut |_| ControlFlow::Continue(())), Err(Error::Io { .. })));
    assert!(matches!(Export::open(dir.path()), Err(Error::Io { .. })));
}

#[test]
fn hostile_names_are_found() {
    for name in
        ["../up.txt", "/etc/x", "C:/x", "a\\b", "my-blog-v0001/../../x", "my-blog-v0001/nul.txt", "a//b"]
    {
        let report = repacked(|all| all.push((name.into(), vec![])));
        assert!(codes(&report).contains(&Code::ZipUnsafeName), "{name}: {:?}", codes(&report));
    }
    let report = repacked(|all| all.push(("my-blog-v0001/readme.TXT".into(), vec![])));
    assert!(codes(&report).contains(&Code::ZipCaseCollision));
    let report = repacked(|all| all.push(("other/x".into(), vec![])));
    assert!(codes(&report).contains(&Code::ZipOutsideTopFolder));
}

#[test]
fn duplicate_names_are_found() {
    let dir = tempfile::tempdir().unwrap();
    let mut all = entries(&export(dir.path()).path);
    all.push(("my-blog-v0001/readme.txu".into(), b"other".to_vec()));
    let path = pack(&dir.path().join("two.zip"), &all);
    // The zip writer refuses a second entry of a name, so one is renamed in the bytes.
    let bytes = std::fs::read(&path).unwrap();
    let mut out = bytes.clone();
    let from = b"my-blog-v0001/readme.txu";
    for at in 0..bytes.len() - from.len() {
        if &bytes[at..at + from.len()] == from {
            out[at..at + from.len()].copy_from_slice(b"my-blog-v0001/README.txt");
        }
    }
    std::fs::write(&path, out).unwrap();
    assert!(codes(&judge(&path)).contains(&Code::ZipDuplicateName));
    assert!(matches!(Export::open(&path), Err(Error::NotAnExport { .. })));
}

#[test]
fn links_folders_and_bombs_are_found() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x.zip");
    let options = zip::write::SimpleFileOptions::default();
    let mut zip = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
    zip.add_symlink("my-blog-v0001/link", "/etc/passwd", options).unwrap();
    zip.add_directory("my-blog-v0001/folder", options).unwrap();
    zip.finish().unwrap();
    let found = codes(&judge(&path));
    assert!(found.contains(&Code::ZipLink) && found.contains(&Code::ZipFolderEntry), "{found:?}");

    pack(&path, &[("my-blog-v0001/bagit.txt".into(), vec![0; 100])]);
    let mut bytes = std::fs::read(&path).unwrap();
    let directory = bytes.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    bytes[directory + 24..directory + 28].copy_from_slice(&0xFFFF_0000_u32.to_le_bytes());
    std::fs::write(&path, bytes).unwrap();
    assert_eq!(judge(&path).findings.last().unwrap().code, Code::ZipBomb);
}

#[test]
fn verification_can_be_cancelled() {
    let dir = tempfile::tempdir().unwrap();
    let path = export(dir.path()).path;
    assert!(matches!(verify(&path, &mut |_| ControlFlow::Break(())), Err(Error::Cancelled)));
}

#[test]
fn every_code_has_a_sentence_in_both_languages() {
    for code in Code::ALL {
        assert!(code.en().ends_with('.') && code.fr().ends_with('.') && code.en() != code.fr());
        assert!(code.as_str().bytes().all(|b| b.is_ascii_uppercase() || b == b'_'));
    }
}
