//! Exports that are damaged, cut off or not exports at all.

use std::io::{Read, Write};
use std::path::Path;

use crate::support::{Bench, files, pdf};

fn exported() -> (Bench, String) {
    let bench = Bench::new();
    let id = bench.post("Open data", "A text that is long enough to be found again in the zip.\n");
    bench.write("report.pdf", pdf("one"));
    bench.run(&["attach", &id, "report.pdf"]).done();
    let zip = bench.run(&["export", "--to", "out"]).done();
    (bench, zip)
}

/// Writes the zip anew without the entries that `keep` refuses, and with those of `add`.
fn rewritten(from: &str, to: &Path, keep: impl Fn(&str) -> bool, add: &[(&str, &[u8])]) {
    let mut old = zip::ZipArchive::new(std::fs::File::open(from).unwrap()).unwrap();
    let mut new = zip::ZipWriter::new(std::fs::File::create(to).unwrap());
    let options = zip::write::SimpleFileOptions::default();
    for place in 0..old.len() {
        let mut entry = old.by_index(place).unwrap();
        let name = entry.name().unwrap().into_owned();
        if entry.is_file() && keep(&name) {
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            new.start_file(name, options).unwrap();
            new.write_all(&bytes).unwrap();
        }
    }
    for (name, bytes) in add {
        let top = old.name_for_index(0).unwrap().unwrap().split('/').next().unwrap().to_owned();
        new.start_file(format!("{top}/{name}"), options).unwrap();
        new.write_all(bytes).unwrap();
    }
    new.finish().unwrap();
}

fn codes(bench: &Bench, zip: &str) -> Vec<String> {
    let ran = bench.run(&["--json", "verify", zip]);
    assert_eq!(ran.code, 1, "{}", ran.out);
    let report = ran.json();
    assert_eq!(report["exports"][0]["verdict"], "damaged");
    let findings = report["exports"][0]["findings"].as_array().unwrap();
    findings.iter().map(|finding| finding["code"].as_str().unwrap().to_owned()).collect()
}

/// Where each entry's bytes begin and how many there are.
fn contents(zip: &str) -> Vec<(usize, usize)> {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(zip).unwrap()).unwrap();
    let places = (0..archive.len()).map(|place| {
        let entry = archive.by_index_raw(place).unwrap();
        let start = usize::try_from(entry.data_start().unwrap()).unwrap();
        (start, usize::try_from(entry.compressed_size()).unwrap())
    });
    places.collect()
}

#[test]
fn a_flipped_bit_in_any_file_is_found() {
    let (bench, zip) = exported();
    let whole = std::fs::read(&zip).unwrap();
    let contents = contents(&zip);
    assert!(contents.len() > 10);
    for (start, length) in contents.into_iter().filter(|(_, length)| *length > 0) {
        let mut damaged = whole.clone();
        damaged[start + length / 2] ^= 0x10;
        bench.write("damaged.zip", &damaged);
        assert!(!codes(&bench, "damaged.zip").is_empty(), "byte {}", start + length / 2);
    }
}

#[test]
fn a_missing_and_an_added_file_are_found_and_not_restored() {
    let (bench, zip) = exported();
    rewritten(&zip, &bench.path("missing.zip"), |name| !name.ends_with(".pdf"), &[]);
    rewritten(&zip, &bench.path("added.zip"), |_| true, &[("data/extra.txt", b"new")]);
    let missing = codes(&bench, "missing.zip");
    let added = codes(&bench, "added.zip");
    assert_ne!(missing, added);
    assert!(!missing.is_empty() && !added.is_empty());
    for zip in ["missing.zip", "added.zip"] {
        let ran = bench.run(&["--json", "restore", zip, "--to", "again"]);
        ran.refused("export.damaged");
    }
    nothing_restored(&bench);
}

#[test]
fn what_is_no_export_is_said_and_not_restored() {
    let (bench, zip) = exported();
    let whole = std::fs::read(&zip).unwrap();
    bench.write("text.zip", "hello");
    bench.write("empty.zip", "");
    bench.write("cut.zip", &whole[..whole.len() / 2]);
    let mut other = zip::ZipWriter::new(std::fs::File::create(bench.path("other.zip")).unwrap());
    other.start_file("photo.jpg", zip::write::SimpleFileOptions::default()).unwrap();
    other.finish().unwrap();
    for name in ["text.zip", "empty.zip", "cut.zip", "other.zip"] {
        assert!(!codes(&bench, name).is_empty(), "{name}");
        bench.run(&["--json", "restore", name, "--to", "again"]).refused("export.not_one");
    }
    bench.run(&["--json", "verify", "gone.zip"]).refused("file.not_found");
    nothing_restored(&bench);
}

#[test]
fn nothing_is_restored_over_what_is_there() {
    let (bench, zip) = exported();
    bench.write("full/mine.txt", "mine");
    bench.run(&["--json", "restore", &zip, "--to", "full"]).refused("library.name_taken");
    bench.run(&["--json", "restore", &zip, "--to", "full/mine.txt"]).refused("library.name_taken");
    assert_eq!(files(&bench.path("full")), ["mine.txt"]);
    std::fs::create_dir(bench.path("hollow")).unwrap();
    bench.run(&["restore", &zip, "--to", "hollow"]).done();
}

#[test]
fn a_series_with_a_gap_is_found() {
    let (bench, first) = exported();
    bench.post("Two", "x");
    bench.run(&["export", "--to", "out"]).done();
    bench.post("Three", "x");
    let third = bench.run(&["export", "--to", "out"]).done();
    let ran = bench.run(&["--json", "verify", &first, &third]);
    assert_eq!(ran.code, 1, "{}", ran.out);
    assert!(!ran.json()["findings"].as_array().unwrap().is_empty());
}

fn nothing_restored(bench: &Bench) {
    let left = std::fs::read_dir(bench.folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    let left: Vec<_> =
        left.filter(|name| name.to_string_lossy().contains("restore") || name == "again").collect();
    assert!(left.is_empty(), "{left:?}");
}
