//! Every error code has its sentence in both languages, and every sentence is used.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

use std::collections::BTreeSet;

fn sources(folder: &std::path::Path, text: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, text);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text.push_str(&std::fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn codes_and_sentences_agree() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut text = String::new();
    sources(&root.join("src"), &mut text);
    sources(&root.join("../folder/src"), &mut text);
    let messages = std::fs::read_to_string(root.join("locales/app.yml")).unwrap();
    let keys: BTreeSet<&str> = messages
        .lines()
        .filter(|line| !line.starts_with([' ', '_']))
        .filter_map(|line| line.strip_suffix(':'))
        .collect();
    for key in &keys {
        // What is said of a PDF has a title and a detail under one word.
        let code = match key.strip_prefix("pdf.") {
            Some(note) => note.split('.').next().unwrap(),
            None => key.split_once('.').unwrap().1,
        };
        let used = text.contains(&format!("\"{code}\"")) || key.starts_with("checked.");
        assert!(used, "{key} is used nowhere");
        let language = |name: &str| messages.contains(&format!("{key}:\n  en: ")) && messages.contains(name);
        assert!(language("  fr: "), "{key} lacks a language");
    }
    let quoted = text.split("Error::new(\"").skip(1).filter_map(|rest| rest.split('"').next());
    for code in quoted {
        assert!(keys.contains(format!("error.{code}").as_str()), "error.{code} has no sentence");
    }
}

#[test]
fn french_is_spaced_as_french_is() {
    let messages = include_str!("../locales/app.yml");
    for line in messages.lines().filter_map(|line| line.strip_prefix("  fr: ")) {
        for wrong in [" :", " ;", " !", " ?", "« ", " »", "'"] {
            assert!(!line.contains(wrong), "“{wrong}” in {line}");
        }
    }
}
