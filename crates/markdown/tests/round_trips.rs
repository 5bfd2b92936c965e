//! What survives the way from Markdown to TipTap and back: over texts of every kind, and over the README files
//! that Cargo has unpacked on this machine.

#![allow(clippy::unwrap_used, clippy::panic)]
#![allow(clippy::print_stdout, reason = "the rates are for people to read")]

mod schema;

use comrak::Options;
use fonds_markdown::{flat, from_tiptap, render_onto, to_html, to_tiptap};
use proptest::prelude::*;
use serde_json::Value;
use std::path::PathBuf;

fn html(markdown: &str) -> String {
    let mut options = Options::default();
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.extension.autolink = true;
    options.extension.tasklist = true;
    options.extension.footnotes = true;
    options.render.r#unsafe = true;
    comrak::markdown_to_html(markdown, &options)
}

/// HTML with every white space as one space, and otherwise exact.
fn one_spaced(html: &str) -> String {
    html.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn count(node: &Value, name: &str) -> usize {
    let own = usize::from(node["type"] == name);
    own + node["content"].as_array().map_or(0, |nodes| nodes.iter().map(|node| count(node, name)).sum())
}

fn readmes() -> Vec<(PathBuf, String)> {
    let cargo = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo"));
    let sources = cargo.or_else(home).unwrap().join("registry/src");
    let mut files: Vec<_> = walkdir::WalkDir::new(sources)
        .max_depth(4)
        .sort_by_file_name()
        .into_iter()
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

#[test]
fn readmes_survive() {
    let files = readmes();
    let (mut same_bytes, mut same_html, mut fixed, mut whole, mut exact) = (0, 0, 0, 0, 0);
    let (mut blocks, mut opaque, mut opaque_inline, mut forced) = (0, 0, 0, 0);
    for (path, text) in &files {
        let doc = to_tiptap(text);
        schema::check(&doc).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()));
        let content = doc["content"].as_array().unwrap();
        blocks += content.len();
        opaque += count(&doc, "opaqueBlock");
        for block in content.iter().filter(|block| block["type"] == "opaqueBlock") {
            let source = block["attrs"]["source"].as_str().unwrap();
            if !source.trim_start().starts_with(['<', '[']) {
                forced += 1;
                println!("{}: kept as source: {source:.300}", path.display());
            }
        }
        opaque_inline += count(&doc, "opaqueInline");
        whole += usize::from(
            content.len() == 1 && content[0]["type"] == "opaqueBlock" && text.lines().count() > 5,
        );
        same_bytes += usize::from(render_onto(text, &doc).unwrap() == *text);
        let written = from_tiptap(&doc).unwrap();
        let same = flat(&html(text)) == flat(&html(&written));
        same_html += usize::from(same);
        exact += usize::from(one_spaced(&html(text)) == one_spaced(&html(&written)));
        let same_doc = to_tiptap(&written) == doc;
        fixed += usize::from(same_doc);
        if !same || !same_doc {
            println!("{}: html {same}, document {same_doc}", path.display());
        }
    }
    println!(
        "{} READMEs: same bytes {same_bytes}, same HTML {same_html} (but for white space alone: {exact}), fixed point {fixed}, whole as source {whole}; {blocks} blocks, {opaque} opaque, of which {forced} neither HTML nor definitions, {opaque_inline} opaque inlines",
        files.len()
    );
    assert!(
        exact * 100 >= files.len() * 97,
        "only {exact} of {} have the same HTML but for white space",
        files.len()
    );
    assert_eq!((same_bytes, same_html, fixed), (files.len(), files.len(), files.len()));
}

fn punctuation() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ab *_`~\\[\\]()<>!#+=|:&;\"'\\\\\n.1-]{0,40}",
        "([a*_`\\[\\]() ]|\n|\n\n|> |- |1\\. |  |    |```|~~~|\\| |---|<b>|<!-- |&amp;|\\[a\\]: x|\\[\\^1\\]|\r\n){0,16}",
        "\\PC{0,30}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_survives(text in punctuation()) {
        let doc = to_tiptap(&text);
        prop_assert_eq!(schema::check(&doc), Ok(()));
        prop_assert_eq!(&render_onto(&text, &doc).unwrap(), &text);
        let written = from_tiptap(&doc).unwrap();
        prop_assert_eq!(&to_tiptap(&written), &doc, "written: {:?}", written);
        prop_assert_eq!(flat(&html(&text)), flat(&html(&written)), "written: {:?}", written);
        to_html(&text, &|_| None);
    }
}
