//! One conversion a file: `cases/NAME.md` beside `cases/NAME.json`, which the editor's tests read too. After a wanted
//! change run with `UPDATE_GOLDEN=1` and read the difference.

#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use std::path::{Path, PathBuf};
use support::{from_tiptap, render_onto, schema, to_tiptap};

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    files.sort();
    assert!(files.len() >= 25, "only {} cases were found", files.len());
    files
}

#[test]
fn every_case_is_as_recorded() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut wrong = Vec::new();
    for path in cases() {
        let doc = to_tiptap(&std::fs::read_to_string(&path).unwrap());
        let text = serde_json::to_string_pretty(&doc).unwrap() + "\n";
        let golden = path.with_extension("json");
        if update {
            std::fs::write(&golden, &text).unwrap();
        } else if std::fs::read_to_string(&golden).unwrap_or_default() != text {
            wrong.push(format!("{}: the document is now\n{text}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}\nUPDATE_GOLDEN=1 records the new documents", wrong.join("\n"));
}

#[test]
fn every_case_survives_in_a_schema_that_holds() {
    for path in cases() {
        let markdown = std::fs::read_to_string(&path).unwrap();
        let doc = to_tiptap(&markdown);
        schema::check(&doc).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()));
        assert_eq!(render_onto(&markdown, &doc), markdown, "{}", path.display());
        assert_eq!(to_tiptap(&from_tiptap(&doc)), doc, "{}", path.display());
    }
}
