//! `make bench` prints this: how faithful and how fast the converter is, beside the converters that a user would pick,
//! measured in the same run; and how its cost grows with the text.

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]
#![allow(clippy::cast_precision_loss, reason = "figures for people")]

#[path = "../tests/support/mod.rs"]
mod support;

use fonds_markdown::{Document, from_tiptap, render_onto, to_tiptap};
use serde::Deserialize;
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;
use support::html::{commonmark, has_money, html, options};
use support::{examples, readmes};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What another converter made of the same texts.
#[derive(Deserialize)]
struct Peer {
    name: String,
    outputs: Vec<Option<String>>,
    parse: f64,
    serialise: f64,
}

fn main() {
    let texts: Vec<String> =
        readmes().into_iter().map(|(_, text)| text).filter(|text| !has_money(text)).collect();
    let all = texts.concat();
    fidelity(&texts, &all);
    growth(&all);
    hostile();
}

/// The first bytes of a text, to a whole line.
fn cut(text: &str, bytes: usize) -> &str {
    let end = text.floor_char_boundary(bytes.min(text.len()));
    &text[..text[..end].rfind('\n').map_or(end, |line| line + 1)]
}

/// The best of many runs, in seconds.
fn best(bytes: usize, act: impl Fn()) -> f64 {
    let runs = (20_000_000 / bytes.max(1)).clamp(3, 200);
    let run = |_| {
        let start = Instant::now();
        act();
        start.elapsed().as_secs_f64()
    };
    (0..runs).map(run).fold(f64::MAX, f64::min)
}

fn fidelity(texts: &[String], all: &str) {
    // The others are slow: they get one README in so many, and a shorter text to be timed on.
    let examples = examples();
    let step = (all.len() / 400_000).max(1);
    let sample: Vec<String> = texts.iter().step_by(step).cloned().collect();
    let asked: Vec<&str> = examples.iter().chain(&sample).map(String::as_str).collect();
    let same = |outputs: &[Option<String>]| {
        let (first, rest) = outputs.split_at(examples.len());
        let back = |input: &String, output: &Option<String>, options: &comrak::Options<'_>| {
            output.as_ref().is_some_and(|output| html(input, options) == html(output, options))
        };
        let spec = examples.iter().zip(first).filter(|(i, o)| back(i, o, &commonmark())).count();
        let kept = sample.iter().zip(rest).filter(|(i, o)| back(i, o, &options())).count();
        let bytes = sample.iter().zip(rest).filter(|(i, o)| o.as_ref() == Some(i)).count();
        (spec, kept, bytes)
    };
    println!("## Round trips, Markdown -> editor -> Markdown\n");
    println!(
        "{} examples of CommonMark 0.31.2; {} of {} READMEs of the Cargo registry and node_modules; HTML unsanitised.\n",
        examples.len(),
        sample.len(),
        texts.len()
    );
    println!(
        "| converter | CommonMark same HTML | READMEs same HTML | READMEs same bytes | parse MB/s | serialise MB/s |"
    );
    println!("| --- | ---: | ---: | ---: | ---: | ---: |");
    let row = |name: &str, outputs: &[Option<String>], parse: f64, serialise: f64| {
        let (spec, kept, bytes) = same(outputs);
        let rate = |count: usize, of: usize| format!("{count}/{of}");
        println!(
            "| {name} | {} | {} | {} | {parse:.2} | {serialise:.2} |",
            rate(spec, examples.len()),
            rate(kept, sample.len()),
            rate(bytes, sample.len()),
        );
    };
    let text = cut(all, 1_000_000);
    let json = serde_json::to_string(&to_tiptap(text)).unwrap();
    let megabytes = text.len() as f64 / 1e6;
    let parse = megabytes / best(text.len(), || drop(serde_json::to_string(&to_tiptap(text)).unwrap()));
    let serialise = megabytes / best(text.len(), || drop(from_tiptap(&Document::from_json(&json).unwrap())));
    let ours: Vec<_> = asked.iter().map(|text| Some(from_tiptap(&to_tiptap(text)))).collect();
    row("Fonds, written anew", &ours, parse, serialise);
    let onto: Vec<_> = asked.iter().map(|text| Some(render_onto(text, &to_tiptap(text)))).collect();
    row("Fonds, onto the original", &onto, parse, serialise);
    for peer in peers(&asked, cut(all, 100_000)) {
        row(&peer.name, &peer.outputs, peer.parse, peer.serialise);
    }
    let docs: Vec<Value> = texts.iter().map(|text| serde_json::to_value(to_tiptap(text)).unwrap()).collect();
    let source: usize = docs.iter().map(|doc| count(doc, "markdownBlock")).sum();
    let html_blocks: usize = docs.iter().map(|doc| count(doc, "htmlBlock")).sum();
    println!(
        "\nBlocks kept as source, in all {} READMEs: {html_blocks} of raw HTML, {source} of anything else.\n",
        texts.len()
    );
}

fn count(node: &Value, name: &str) -> usize {
    let own = usize::from(node["type"] == name);
    own + node["content"].as_array().map_or(0, |nodes| nodes.iter().map(|node| count(node, name)).sum())
}

fn peers(texts: &[&str], speed: &str) -> Vec<Peer> {
    let ui = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui");
    let mut node = Command::new("node")
        .arg("bench/converters.mjs")
        .current_dir(ui)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let input = json!({ "texts": texts, "speed": speed }).to_string();
    let mut pipe = node.stdin.take().unwrap();
    let writer = std::thread::spawn(move || pipe.write_all(input.as_bytes()));
    let output = node.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Changes one word in the middle of a document.
fn edited(text: &str) -> Option<Document> {
    let mut doc = serde_json::to_value(to_tiptap(text)).unwrap();
    let blocks = doc["content"].as_array_mut().unwrap();
    let middle = blocks.len() / 2;
    let words = |block: &&mut Value| block["type"] == "paragraph" && block["content"][0]["text"].is_string();
    let block = blocks[middle..].iter_mut().find(words)?;
    let text = block["content"][0]["text"].as_str().unwrap().replacen(' ', " changed ", 1);
    block["content"][0]["text"] = text.into();
    Document::from_value(&doc).ok()
}

fn growth(all: &str) {
    println!("## Cost as the text grows (README text, one thread)\n");
    println!(
        "| text | Markdown -> JSON MB/s | JSON -> Markdown MB/s | one word edited, put onto the original |"
    );
    println!("| ---: | ---: | ---: | ---: |");
    for bytes in [10_000, 100_000, 1_000_000, 10_000_000] {
        let long = all.repeat(bytes / all.len() + 1);
        let text = cut(&long, bytes);
        let megabytes = text.len() as f64 / 1e6;
        let json = serde_json::to_string(&to_tiptap(text)).unwrap();
        let there = best(text.len(), || drop(serde_json::to_string(&to_tiptap(text)).unwrap()));
        let back = best(text.len(), || drop(from_tiptap(&Document::from_json(&json).unwrap())));
        let onto = edited(text).map_or(f64::NAN, |doc| best(text.len(), || drop(render_onto(text, &doc))));
        let row = format!("{:.1} | {:.1} | {:.2} ms", megabytes / there, megabytes / back, onto * 1e3);
        println!("| {} KB | {row} |", text.len() / 1000);
    }
    println!();
}

/// Texts that make other converters slow or deep.
fn hostile() {
    println!("## Texts made to be slow: seconds at a length, and at ten times that\n");
    println!("| text | 20 KB | 200 KB | ratio |");
    println!("| --- | ---: | ---: | ---: |");
    let parts = [
        "> ",
        "- ",
        "*a ",
        "**",
        "[",
        "![a](",
        "`a``",
        "<",
        "&",
        "[a]: b\n",
        "[^a]: b\n\n",
        "| a ",
        "$a",
        "<details>\n",
    ];
    for part in parts {
        let time = |bytes: usize| {
            let text = part.repeat(bytes / part.len());
            best(20_000_000, || drop(from_tiptap(&to_tiptap(&text))))
        };
        let (short, long) = (time(20_000), time(200_000));
        println!(
            "| `{}` | {short:.4} | {long:.4} | {:.0} |",
            part.trim_end().replace('\n', ""),
            long / short
        );
    }
}
