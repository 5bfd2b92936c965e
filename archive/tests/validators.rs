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

fn exported() -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let written = export(dir.path());
    let bag = unpack(&written.path, dir.path());
    (dir, bag)
}

fn package(bag: &Path) -> PathBuf {
    bag.join("data/my-blog-v0001")
}

fn root(bag: &Path) -> PathBuf {
    bag.join("data/my-blog-v0001/representations/rep1/data/ocfl")
}

#[test]
fn bagit_python_accepts_an_export_and_finds_a_flipped_bit() {
    let (_dir, bag) = exported();
    let (ok, text) = run(Command::new(tool("bagit.py")).arg("--validate").arg(&bag));
    assert!(ok, "{text}");
    let chain = bag.join("data/my-blog-v0001/metadata/other/chain.json");
    let mut bytes = std::fs::read(&chain).unwrap();
    bytes[10] ^= 1;
    std::fs::write(chain, bytes).unwrap();
    assert!(!run(Command::new(tool("bagit.py")).arg("--validate").arg(&bag)).0);
}

#[test]
fn rocfl_accepts_an_export_and_finds_a_flipped_bit() {
    let (_dir, bag) = exported();
    let validate = || run(Command::new(tool("rocfl")).arg("-r").arg(root(&bag)).arg("validate"));
    let (ok, text) = validate();
    assert!(ok && text.contains("Total objects:   3"), "{text}");
    assert!(!text.contains("[E"), "{text}");
    let post = root(&bag).join(format!("urn%3auuid%3a{}/v2/content/post.md", id(10)));
    let mut bytes = std::fs::read(&post).unwrap();
    bytes[0] ^= 1;
    std::fs::write(post, bytes).unwrap();
    assert!(!validate().0);
}

#[test]
fn ocfl_py_accepts_every_object() {
    let (_dir, bag) = exported();
    for n in [10, 11, 90] {
        let object = root(&bag).join(format!("urn%3auuid%3a{}", id(n)));
        let (ok, text) = run(Command::new(tool("ocfl-validate.py")).arg(object));
        assert!(ok && text.contains("is VALID"), "{text}");
    }
}

#[test]
fn sha256sum_accepts_the_manifests_as_the_readme_says() {
    let (_dir, bag) = exported();
    for manifest in ["manifest-sha256.txt", "tagmanifest-sha256.txt"] {
        let check = ["--check", "--quiet", "--strict", manifest];
        let (ok, text) = run(Command::new("sha256sum").args(check).current_dir(&bag));
        assert!(ok, "{text}");
    }
}

#[test]
fn zip_tools_accept_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let zip = export(dir.path()).path;
    let python = "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); sys.exit(z.testzip() is not None)";
    let tests: [(&str, &[&str]); 4] =
        [("unzip", &["-tq"]), ("7z", &["t", "-bd"]), ("bsdtar", &["-tf"]), ("python3", &["-c", python])];
    for (name, arguments) in tests {
        let (ok, text) = run(Command::new(name).args(arguments).arg(&zip));
        assert!(ok, "{name}: {text}");
    }
}

#[test]
fn the_eark_validator_accepts_the_package_and_finds_a_wrong_attribute() {
    let (_dir, bag) = exported();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tools/eark.py");
    let validate = || run(Command::new(tools().join("eark/bin/python")).arg(&script).arg(package(&bag)));
    let (ok, text) = validate();
    assert!(ok && text.contains("oaispackagetype='AIP'"), "{text}");
    let mets = package(&bag).join("METS.xml");
    let whole = std::fs::read_to_string(&mets).unwrap();
    std::fs::write(&mets, whole.replacen("PACKAGETYPE=\"AIP\"", "PACKAGETYPE=\"PIA\"", 1)).unwrap();
    let (ok, text) = validate();
    assert!(!ok && text.contains("ERROR CSIP9 ") || text.contains("Error CSIP9 "), "{text}");
}

#[test]
fn xmllint_accepts_mets_premis_and_dublin_core_by_their_schemas() {
    let (_dir, bag) = exported();
    let schemas = tools().join("schemas");
    for (schema, file) in [
        (schemas.join("csip/mets.csip.local.v2-0.xsd"), "METS.xml"),
        (schemas.join("premis.xsd"), "metadata/preservation/premis.xml"),
        (package(&bag).join("schemas/dc.xsd"), "metadata/descriptive/dc.xml"),
    ] {
        let lint = || {
            let file = package(&bag).join(file);
            run(Command::new("xmllint").args(["--nonet", "--noout", "--schema"]).arg(&schema).arg(file))
        };
        let (ok, text) = lint();
        assert!(ok, "{file}: {text}");
        let path = package(&bag).join(file);
        let whole = std::fs::read_to_string(&path).unwrap();
        let last = whole.trim_end().rfind("</").unwrap();
        std::fs::write(&path, format!("{}<unknown/>{}", &whole[..last], &whole[last..])).unwrap();
        assert!(!lint().0, "{file}: an unknown element was let through");
    }
}
