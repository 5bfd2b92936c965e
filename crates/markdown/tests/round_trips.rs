//! What survives the way from Markdown to TipTap and back: over the examples of CommonMark's specification, texts of
//! every kind, and the README files that Cargo and npm have unpacked on this machine.

#![allow(clippy::unwrap_used, clippy::panic)]
#![allow(clippy::print_stdout, reason = "the rates are for people to read")]

mod support;

use comrak::Options;
use fonds_markdown::to_html;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::Value;
use support::html::{commonmark, gfm, has_money, html, options};
use support::{examples, from_tiptap, readmes, render_onto, schema, to_tiptap};

fn count(node: &Value, name: &str) -> usize {
    let own = usize::from(node["type"] == name);
    own + node["content"].as_array().map_or(0, |nodes| nodes.iter().map(|node| count(node, name)).sum())
}

/// What is wrong with the way of a text there and back, in the eyes of a renderer.
fn faults(markdown: &str, options: &Options<'_>) -> Vec<String> {
    let doc = to_tiptap(markdown);
    let written = from_tiptap(&doc);
    let mut faults = Vec::new();
    if let Err(fault) = schema::check(&doc) {
        faults.push(fault);
    }
    if render_onto(markdown, &doc) != markdown {
        faults.push("a document without edits is another text".into());
    }
    if html(markdown, options) != html(&written, options) {
        faults.push(format!("the HTML differs, written: {written:?}"));
    }
    if to_tiptap(&written) != doc {
        faults.push(format!("the document is no fixed point, written: {written:?}"));
    }
    faults
}

#[test]
fn every_example_of_commonmark_survives() {
    let examples = examples();
    assert_eq!(examples.len(), 652);
    let mut wrong = Vec::new();
    for (index, markdown) in examples.iter().enumerate() {
        for (name, options) in [("CommonMark", commonmark()), ("GFM", gfm()), ("Fonds", options())] {
            for fault in faults(markdown, &options) {
                wrong.push(format!("example {} as {name}, {markdown:?}: {fault}", index + 1));
            }
        }
        assert_eq!(count(&to_tiptap(markdown), "markdownBlock"), 0, "example {}", index + 1);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn readmes_survive() {
    let files = readmes();
    let mut wrong = Vec::new();
    let (mut blocks, mut html_blocks, mut definitions) = (0, 0, 0);
    for (path, text) in &files {
        let doc = to_tiptap(text);
        assert_eq!(count(&doc, "markdownBlock"), 0, "{}", path.display());
        blocks += doc["content"].as_array().unwrap().len();
        html_blocks += count(&doc, "htmlBlock");
        definitions += count(&doc, "linkDefinition");
        wrong.extend(
            faults(text, &options()).into_iter().map(|fault| format!("{}: {fault:.400}", path.display())),
        );
    }
    println!(
        "{} READMEs: {blocks} blocks at the top level, {html_blocks} of HTML, {definitions} definitions of links",
        files.len()
    );
    assert!(wrong.is_empty(), "{} faults:\n{}", wrong.len(), wrong.join("\n"));
}

fn punctuation() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ab *_`~\\[\\]()<>!#+=|:&;\"'\\\\\n.1$-]{0,40}",
        "([a*_`\\[\\]() ]|\n|\n\n|> |- |1\\. |  |    |```|~~~|\\| |---|<b>|<!-- |&amp;|\\[a\\]: x|\\[\\^1\\]|\\[\\^1\\]: |\\$|\r\n){0,16}",
        "\\PC{0,30}",
        // Odd characters where names and addresses stand.
        "(\\[|\\]|\\^|\\]: |\\]\\(|\\)|<|>|`|\\$|\"|&|;|[\\x00-\\x1f\u{7f}\u{a0}\u{2028}\u{feff}]|a|\n){0,14}",
    ]
}

/// The same texts at every run; `make fuzz` looks for others.
fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 6000,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(2026),
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_text_survives(text in punctuation()) {
        prop_assume!(!has_money(&text));
        prop_assert_eq!(faults(&text, &options()), Vec::<String>::new());
        to_html(&text, &|_| None);
    }

    /// One text typed over another: whatever the bytes were, what is read back is what was typed.
    #[test]
    fn any_text_becomes_any_other(before in punctuation(), after in punctuation()) {
        let typed = to_tiptap(&after);
        let written = render_onto(&before, &typed);
        prop_assert_eq!(to_tiptap(&written), to_tiptap(&from_tiptap(&typed)), "{:?}", written);
    }
}
