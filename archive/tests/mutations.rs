//! Thousands of seeded mutations of an export: every one that changes what it says is reported, and none panics.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod support;

use std::ops::ControlFlow;
use std::path::Path;

use fonds_archive::{Code, Export, ExportSet, Verdict, verify_series, write};
use support::*;

/// Numbers that are the same in every run (xorshift).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// Below `end`, which is not 0.
    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }

    fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| u8::try_from(self.next() & 0xFF).unwrap()).collect()
    }
}

/// Every entry, where a plain zip reader can read them all.
fn content(path: &Path) -> Option<Vec<(String, Vec<u8>)>> {
    use std::io::Read;
    let mut zip = zip::ZipArchive::new(std::fs::File::open(path).ok()?).ok()?;
    let mut all = Vec::new();
    for i in 0..zip.len() {
        let mut file = zip.by_index(i).ok()?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).ok()?;
        all.push((file.name().ok()?.into_owned(), bytes));
    }
    all.sort();
    Some(all)
}

/// Whatever it holds, reading it gives an answer.
fn read_all(path: &Path) {
    if let Ok(export) = Export::open(path) {
        let _ = export.library();
        let _ = export.journal().map(Iterator::count);
        let _ = export.revisions(&id(10)).map(Iterator::count);
        let _ = export.attachment_versions(&id(90));
    }
    let _ = ExportSet::open(&[path]).map(|set| set.journal().count());
}

/// Both exports, and for each of them `count` times what `mutate` makes of its bytes.
fn each_raw(count: u32, mutate: impl Fn(&mut Random, &mut Vec<u8>) + Sync) {
    std::thread::scope(|scope| {
        for number in 0..2 {
            let mutate = &mutate;
            scope.spawn(move || {
                let dir = tempfile::tempdir().unwrap();
                let path = export_two(dir.path())[number].path.clone();
                let whole = std::fs::read(&path).unwrap();
                let said = content(&path).unwrap();
                let target = dir.path().join("mutated.zip");
                let mut random = Random(0x2545_f491_4f6c_dd1d + number as u64);
                for round in 0..count {
                    let mut bytes = whole.clone();
                    mutate(&mut random, &mut bytes);
                    std::fs::write(&target, &bytes).unwrap();
                    let report = judge(&target);
                    if bytes == whole {
                        assert_eq!(report.verdict, Verdict::Whole, "a false alarm in round {round}");
                    } else if report.verdict == Verdict::Whole {
                        assert_eq!(
                            content(&target).as_ref(),
                            Some(&said),
                            "round {round} of export {number} went unseen"
                        );
                    }
                    if round % 8 == 0 {
                        read_all(&target);
                    }
                }
            });
        }
    });
}

#[test]
fn a_flipped_bit_is_found() {
    each_raw(500, |random, bytes| {
        let at = random.below(bytes.len());
        bytes[at] ^= 1 << random.below(8);
    });
}

#[test]
fn bytes_taken_out_put_in_and_overwritten_are_found() {
    each_raw(250, |random, bytes| {
        let at = random.below(bytes.len());
        let end = (at + 1 + random.below(300)).min(bytes.len());
        match random.below(4) {
            0 => drop(bytes.drain(at..end)),
            1 => drop(bytes.splice(at..at, random.bytes(end - at))),
            2 => drop(bytes.splice(at..end, random.bytes(end - at))),
            _ => bytes.truncate(at),
        }
    });
}

/// What `mutate` makes of the entries, packed into a sound zip again.
fn each_repacked(count: u32, remake: bool, mutate: impl Fn(&mut Random, &mut Vec<(String, Vec<u8>)>) + Sync) {
    std::thread::scope(|scope| {
        for number in 0..2 {
            let mutate = &mutate;
            scope.spawn(move || {
                let dir = tempfile::tempdir().unwrap();
                let whole = entries(&export_two(dir.path())[number].path);
                let target = dir.path().join("mutated.zip");
                let mut random = Random(0x9e37_79b9_7f4a_7c15 + number as u64);
                for round in 0..count {
                    let mut all = whole.clone();
                    mutate(&mut random, &mut all);
                    if remake {
                        relist(&mut all);
                    }
                    let (mut now, mut then) = (all.clone(), whole.clone());
                    now.sort();
                    then.sort();
                    let report = judge(&pack(&target, &all));
                    let told =
                        report.verdict == Verdict::Damaged || codes(&report).contains(&Code::TextDiffers);
                    assert_eq!(told, now != then, "round {round} of export {number}: {:?}", report.findings);
                    if round % 8 == 0 {
                        read_all(&target);
                    }
                }
            });
        }
    });
}

#[test]
fn entries_dropped_added_renamed_exchanged_and_reordered_are_judged_by_what_they_say() {
    each_repacked(200, false, |random, all| {
        let (i, j) = (random.below(all.len()), random.below(all.len()));
        match random.below(6) {
            0 => drop(all.remove(i)),
            1 => {
                let (folder, bytes) = (all[i].0.rsplit_once('/').unwrap().0.to_owned(), random.bytes(9));
                all.push((format!("{folder}/x{}", random.next()), bytes));
            }
            2 => all[i].0 += "x",
            3 => {
                // Two files change places.
                let name = all[i].0.clone();
                all[i].0 = std::mem::replace(&mut all[j].0, name);
            }
            // The same file under another name, and another order of the same entries.
            4 => {
                let bytes = all[i].1.clone();
                all.push((format!("{}.copy", all[i].0), bytes));
            }
            _ => all.swap(i, j),
        }
    });
}

#[test]
fn a_bag_made_anew_around_another_payload_is_found_by_the_records() {
    each_repacked(200, true, |random, all| {
        let payload: Vec<usize> =
            (0..all.len()).filter(|i| all[*i].0.contains("/data/") && !all[*i].1.is_empty()).collect();
        let i = payload[random.below(payload.len())];
        let before = sha(&all[i].1);
        let at = random.below(all[i].1.len());
        match random.below(3) {
            0 => all[i].1[at] ^= 1 << random.below(8),
            1 => drop(all[i].1.remove(at)),
            _ => all[i].1.insert(at, 0x20),
        }
        // A forger who also writes the new digest into METS and PREMIS. Of chain.json, library.json and the viewer's
        // pages nothing else in the export has a digest: forged whole, they are consistent, and a later export or a
        // signature tells.
        let after = sha(&all[i].1);
        let alone = ["METS.xml", "chain.json", "library.json"].iter().any(|end| all[i].0.ends_with(end))
            || all[i].0.contains("/viewer/");
        if !alone && random.below(2) == 0 {
            redigest_bytes(all, "premis.xml", &before, &after);
            redigest_bytes(all, "METS.xml", &before, &after);
        }
    });
}

/// As [`redigest`], of a file that may be no text any more.
fn redigest_bytes(all: &mut [(String, Vec<u8>)], file: &str, before: &str, after: &str) {
    let entry = all.iter().find(|(name, _)| name.ends_with(file)).unwrap();
    if std::str::from_utf8(&entry.1).is_ok() {
        redigest(all, file, before, after);
    }
}

#[test]
fn a_forgery_that_is_consistent_in_itself_is_found_by_a_later_export() {
    let (a, b) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let go = &mut |_: fonds_archive::Progress<'_>| ControlFlow::Continue(());
    let [one, two] = export_two(a.path());
    let mut random = Random(7);
    for _ in 0..40 {
        let mut forged = memory();
        match random.below(5) {
            0 => forged.library.name += "x",
            1 => drop(forged.library.outbox.pop()),
            2 => drop(forged.journal.pop()),
            3 => forged.library.posts[0].trashed_at = Some(AT.into()),
            _ => {
                forged.posts.get_mut(&id(10)).unwrap().truncate(1 + random.below(2));
                forged.library.posts[0].head = 1;
            }
        }
        let path = b.path().join("my-blog-v0001.zip");
        let _ = std::fs::remove_file(&path);
        write(&header(1, None), &mut forged, b.path(), go).unwrap();
        let alone = judge(&path);
        assert_eq!(alone.verdict, Verdict::Whole);
        assert_eq!(alone.summary_en(), "The export is consistent; its origin is not proved.");
        let set = verify_series(&[&path, &two.path], go).unwrap();
        assert_eq!(set.verdict, Verdict::Damaged);
        assert!(set.findings.iter().any(|f| f.code == Code::SeriesPreviousMismatch), "{:?}", set.findings);
    }
    assert_eq!(verify_series(&[&one.path, &two.path], go).unwrap().verdict, Verdict::Whole);
}
