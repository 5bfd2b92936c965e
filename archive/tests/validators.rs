//! The field's own validators on an export: zip tools, bagit-python, rocfl, ocfl-py, the E-ARK validator, xmllint.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;

use support::*;

fn tools() -> PathBuf {
    let dir = std::env::var_os("FONDS_VALIDATORS").unwrap_or_else(|| {
        panic!("FONDS_VALIDATORS does not name the folder of the validators: run the tests with `make test`")
    });
    PathBuf::from(dir)
}

fn tool(name: &str) -> PathBuf {
    tools().join("bin").join(name)
}

fn run(command: &mut Command) -> (bool, String) {
    let output = command.output().unwrap_or_else(|e| panic!("{command:?}: {e}; run `make test`"));
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&text).into_owned())
}

/// An unpacked export.
struct Bag {
    zip: PathBuf,
    folder: PathBuf,
    package: PathBuf,
    ocfl: PathBuf,
    objects: Vec<String>,
}

/// A full export and an incremental one after it.
fn exported() -> (tempfile::TempDir, Vec<Bag>) {
    let dir = tempfile::tempdir().unwrap();
    let bags = export_two(dir.path()).into_iter().map(|written| {
        unpack(&written.path, dir.path());
        let folder = written.path.with_extension("");
        let package = folder.join("data").join(folder.file_name().unwrap());
        let ocfl = package.join("representations/rep1/data/ocfl");
        Bag { zip: written.path, folder, package, ocfl, objects: written.objects.into_keys().collect() }
    });
    let bags = bags.collect();
    (dir, bags)
}

fn flip(path: &Path) {
    let mut bytes = std::fs::read(path).unwrap();
    bytes[10] ^= 1;
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn bagit_python_accepts_an_export_and_finds_a_flipped_bit() {
    for bag in exported().1 {
        let validate = || run(Command::new(tool("bagit.py")).arg("--validate").arg(&bag.folder));
        let (ok, text) = validate();
        assert!(ok, "{text}");
        flip(&bag.package.join("metadata/other/chain.json"));
        assert!(!validate().0);
    }
}

#[test]
fn rocfl_accepts_an_export_and_finds_a_flipped_bit() {
    for bag in exported().1 {
        let validate = || run(Command::new(tool("rocfl")).arg("-r").arg(&bag.ocfl).arg("validate"));
        let (ok, text) = validate();
        assert!(ok && text.contains(&format!("Total objects:   {}", bag.objects.len())), "{text}");
        assert!(!text.contains("[E"), "{text}");
        flip(&bag.ocfl.join(format!("urn%3auuid%3a{}/v2/content/post.md", id(10))));
        assert!(!validate().0);
    }
}

#[test]
fn ocfl_py_accepts_every_object() {
    for bag in exported().1 {
        for object in &bag.objects {
            let object = bag.ocfl.join(format!("urn%3auuid%3a{object}"));
            let (ok, text) = run(Command::new(tool("ocfl-validate.py")).arg(object));
            assert!(ok && text.contains("is VALID"), "{text}");
        }
    }
}

#[test]
fn sha256sum_accepts_the_manifests_as_the_readme_says() {
    for bag in exported().1 {
        for manifest in ["manifest-sha256.txt", "tagmanifest-sha256.txt"] {
            let check = ["--check", "--quiet", "--strict", manifest];
            let (ok, text) = run(Command::new("sha256sum").args(check).current_dir(&bag.folder));
            assert!(ok, "{text}");
        }
    }
}

#[test]
fn zip_tools_accept_the_file() {
    let python = "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); sys.exit(z.testzip() is not None)";
    let tests: [(&str, &[&str]); 4] =
        [("unzip", &["-tq"]), ("7z", &["t", "-bd"]), ("bsdtar", &["-tf"]), ("python3", &["-c", python])];
    for bag in exported().1 {
        for (name, arguments) in tests {
            let (ok, text) = run(Command::new(name).args(arguments).arg(&bag.zip));
            assert!(ok, "{name}: {text}");
        }
    }
}

#[test]
fn the_eark_validator_accepts_the_package_and_finds_a_wrong_attribute() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tools/eark.py");
    for bag in exported().1 {
        let validate = || run(Command::new(tools().join("eark/bin/python")).arg(&script).arg(&bag.package));
        let (ok, text) = validate();
        assert!(ok && text.contains("oaispackagetype='AIP'"), "{text}");
        let mets = bag.package.join("METS.xml");
        let whole = std::fs::read_to_string(&mets).unwrap();
        std::fs::write(&mets, whole.replacen("PACKAGETYPE=\"AIP\"", "PACKAGETYPE=\"PIA\"", 1)).unwrap();
        let (ok, text) = validate();
        assert!(!ok && text.contains("Error CSIP9 "), "{text}");
    }
}

#[test]
fn xmllint_accepts_mets_premis_and_dublin_core_by_their_schemas() {
    let schemas = tools().join("schemas");
    for bag in exported().1 {
        for (schema, file) in [
            (schemas.join("csip/mets.csip.local.v2-0.xsd"), "METS.xml"),
            (schemas.join("premis.xsd"), "metadata/preservation/premis.xml"),
            (bag.package.join("schemas/dc.xsd"), "metadata/descriptive/dc.xml"),
        ] {
            let path = bag.package.join(file);
            let lint = || {
                run(Command::new("xmllint").args(["--nonet", "--noout", "--schema"]).arg(&schema).arg(&path))
            };
            let (ok, text) = lint();
            assert!(ok, "{file}: {text}");
            let whole = std::fs::read_to_string(&path).unwrap();
            let last = whole.trim_end().rfind("</").unwrap();
            std::fs::write(&path, format!("{}<unknown/>{}", &whole[..last], &whole[last..])).unwrap();
            assert!(!lint().0, "{file}: an unknown element was let through");
        }
    }
}
