//! `fonds-verify`, the verifier that a records office keeps: its exit codes, and its report in every form.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod support;

use std::path::Path;
use std::process::Command;

use support::*;

fn run(arguments: &[&str], zips: &[&Path]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fonds-verify"));
    for name in ["LC_ALL", "LC_MESSAGES"] {
        command.env_remove(name);
    }
    let output = command.env("LANG", "C").args(arguments).args(zips).output().unwrap();
    (output.status.code().unwrap(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
}

#[test]
fn whole_exports_are_told_in_both_languages() {
    let dir = tempfile::tempdir().unwrap();
    let [one, two] = export_two(dir.path());
    let (code, text) = run(&[], &[&one.path, &two.path]);
    assert_eq!(code, 0, "{text}");
    assert!(
        text.contains("The export is consistent; its origin is not proved.") && text.contains(&one.sha256)
    );
    let (code, text) = run(&["--lang", "fr"], &[&two.path]);
    assert_eq!(code, 0, "{text}");
    assert!(
        text.contains("L’export est cohérent") && text.contains("avertissement  SERIES_INCOMPLETE"),
        "{text}"
    );
    let (_, text) = run(&["--json"], &[&one.path]);
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["exports"][0]["verdict"], "whole");
    assert_eq!(json["exports"][0]["sha256"], one.sha256.as_str());
}

#[test]
fn damage_is_told_with_code_place_and_meaning_in_text_and_page() {
    let dir = tempfile::tempdir().unwrap();
    let mut all = entries(&export(dir.path()).path);
    all.push(("my-blog-v0001/data/<script>alert(1)</script>".into(), vec![]));
    let zip = pack(&dir.path().join("changed.zip"), &all);
    let page = dir.path().join("report.html");
    let (code, text) = run(&["--lang", "fr", "--html", page.to_str().unwrap()], &[&zip]);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("erreur  ZIP_UNSAFE_NAME  my-blog-v0001/data/"), "{text}");
    let page = std::fs::read_to_string(page).unwrap();
    assert!(page.contains("<html lang=\"fr\">") && page.contains("<code>ZIP_UNSAFE_NAME</code>"), "{page}");
    assert!(!page.contains("<script") && page.contains("script&"), "a name from the zip is text: {page}");
}

#[test]
fn a_gap_is_told_between_the_exports() {
    let dir = tempfile::tempdir().unwrap();
    let [one, two] = export_two(dir.path());
    let full = header(3, Some(&two));
    let three =
        fonds_archive::write(&full, &mut later(), dir.path(), &mut |_| std::ops::ControlFlow::Continue(()))
            .unwrap();
    let (code, text) = run(&[], &[&one.path, &three.path]);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("Between the exports\n  error  SERIES_GAP"), "{text}");
}

#[test]
fn bad_usage_and_missing_files_have_their_own_codes() {
    assert_eq!(run(&[], &[]).0, 2);
    assert_eq!(run(&["--colour", "x.zip"], &[]).0, 2);
    let (code, text) = run(&[], &[Path::new("no-such.zip")]);
    assert_eq!(code, 3, "{text}");
    assert!(text.contains("no-such.zip"), "{text}");
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(run(&["--key", "nonsense"], &[&export(dir.path()).path]).0, 3);
}
