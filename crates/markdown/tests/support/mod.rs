//! What the tests of this crate share. Documents are JSON here, as the editor has them: every way back goes through
//! the text of their JSON.

#![allow(dead_code, clippy::unwrap_used, clippy::panic)]

pub mod html;
pub mod schema;

use fonds_markdown::Document;
use serde_json::Value;
use std::path::{Path, PathBuf};

pub fn to_tiptap(markdown: &str) -> Value {
    serde_json::to_value(fonds_markdown::to_tiptap(markdown)).unwrap()
}

fn document(doc: &Value) -> Document {
    Document::from_json(&doc.to_string()).unwrap()
}

pub fn from_tiptap(doc: &Value) -> String {
    fonds_markdown::from_tiptap(&document(doc))
}

pub fn render_onto(original: &str, doc: &Value) -> String {
    fonds_markdown::render_onto(original, &document(doc))
}

/// The README files that Cargo and npm have unpacked on this machine.
pub fn readmes() -> Vec<(PathBuf, String)> {
    let cargo = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo"));
    let crates = cargo.or_else(home).unwrap().join("registry/src");
    let modules = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/node_modules");
    let all = [crates, modules]
        .into_iter()
        .flat_map(|root| walkdir::WalkDir::new(root).max_depth(4).sort_by_file_name());
    let mut files: Vec<(PathBuf, String)> = all
        .filter_map(Result::ok)
        .filter(|entry| {
            let name = entry.file_name().to_string_lossy().to_lowercase();
            name.starts_with("readme") && name.ends_with(".md")
        })
        .filter_map(|entry| Some((entry.path().to_owned(), std::fs::read_to_string(entry.path()).ok()?)))
        .collect();
    files.sort();
    assert!(files.len() >= 50, "only {} README files were found", files.len());
    files
}

/// The examples of the specification, from the npm package `commonmark-spec`.
pub fn examples() -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/node_modules/commonmark-spec/spec.txt");
    let spec = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; run `make ui-modules`", path.display()));
    let fence = format!("{} example\n", "`".repeat(32));
    let example = |part: &str| {
        let body = format!("\n{part}");
        let markdown = body.split("\n.\n").next().unwrap();
        format!("{}\n", markdown.strip_prefix('\n').unwrap_or(markdown)).replace('\u{2192}', "\t")
    };
    spec.split(&fence).skip(1).map(example).collect()
}
