//! The converter on standard input, and the import of a folder.

use serde_json::Value;

use crate::support::{Bench, files, pdf};

const TEXT: &str = "Title\n=====\n\n* one\n* two\n\nA [link]( http://example.org )  and *emphasis*.\n";

#[test]
fn json_and_back_onto_the_original_keeps_untouched_bytes() {
    let bench = Bench::empty();
    bench.write("original.md", TEXT);
    let json = bench.run_with(&["markdown", "to-json"], TEXT);
    let mut doc = json.json();
    let back = bench.run_with(&["markdown", "from-json", "--onto", "original.md"], &json.out);
    assert_eq!(back.out, TEXT);
    let blocks = doc["content"].as_array_mut().unwrap();
    blocks.push(serde_json::json!({ "type": "paragraph", "content": [{ "type": "text", "text": "New." }] }));
    let edited = bench.run_with(&["markdown", "from-json", "--onto", "original.md"], &doc.to_string());
    assert_eq!(edited.out, format!("{TEXT}\nNew.\n"));
    let alone = bench.run_with(&["markdown", "from-json"], &json.out).out;
    assert!(alone.starts_with("# Title"), "{alone}");
}

#[test]
fn html_is_sanitised() {
    let bench = Bench::empty();
    let html = bench
        .run_with(&["markdown", "html"], "# A\n\n<script>alert(1)</script>\n\n[x](javascript:alert(1))\n")
        .out;
    assert!(html.contains("<h1") && !html.contains("<script") && !html.contains("javascript:"), "{html}");
    assert_eq!(bench.run_with(&["--json", "markdown", "html"], "x").json()["html"], "<p>x</p>\n");
}

#[test]
fn a_batch_is_the_same_as_one_by_one() {
    let bench = Bench::empty();
    let texts = ["# A\n", "", "- b\n", TEXT];
    let input = serde_json::to_string(&texts).unwrap();
    for verb in ["to-json", "html"] {
        let batch = bench.run_with(&["markdown", verb, "--batch"], &input).json();
        assert_eq!(batch.as_array().unwrap().len(), texts.len());
        for (text, output) in texts.iter().zip(batch.as_array().unwrap()) {
            let alone = bench.run_with(&["markdown", verb], text);
            let alone = if verb == "html" { Value::String(alone.out) } else { alone.json() };
            assert_eq!(*output, alone, "{text}");
        }
    }
    let docs = bench.run_with(&["markdown", "to-json", "--batch"], &input).out;
    let back = bench.run_with(&["markdown", "from-json", "--batch"], &docs).json();
    assert_eq!(back[0], "# A\n");
}

#[test]
fn input_that_is_no_document_is_refused() {
    let bench = Bench::empty();
    bench.run_with(&["--json", "markdown", "from-json"], "{").refused("input.json");
    bench.run_with(&["--json", "markdown", "html", "--batch"], "{}").refused("input.json");
    bench
        .run_with(&["--json", "markdown", "from-json"], "{\"type\":\"nonsense\"}")
        .refused("markdown.document");
    bench
        .run_with(&["--json", "markdown", "from-json", "--onto", "gone.md"], "{}")
        .refused("input.unreadable");
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    bench.run_with(&["--json", "markdown", "from-json"], &deep).refused("input.json");
}

#[test]
fn a_folder_is_imported_with_the_files_that_it_links_to_or_shows() {
    let bench = Bench::new();
    bench.write(
        "source/guide.md",
        "# The guide\n\nSee [the report](files/report.pdf).\n\n![A photo](photo.gif)\n",
    );
    bench.write("source/sub/note.fr.md", "---\nauteur: moi\n---\n\n# Une note\n");
    bench.write("source/files/report.pdf", pdf("linked"));
    bench.write("source/files/fake.pdf", "not a pdf");
    bench.write("source/latin1.md", b"caf\xe9");
    bench.write("source/photo.gif", b"GIF89a\x01\0\x01\0\0\0\0;");
    bench.write("source/drawing.svg", "<svg/>");
    let before = files(&bench.path("source"));
    let dry = bench.run(&["--json", "import", "markdown", "source", "--dry-run"]);
    assert_eq!(dry.json()["imported"].as_array().unwrap().len(), 2);
    assert_eq!(bench.run(&["--json", "post", "list"]).json(), serde_json::json!([]));

    let ran = bench.run(&["--json", "import", "markdown", "source"]);
    assert_eq!(ran.code, 1, "two files were left: {}", ran.out);
    let skipped =
        ran.json()["skipped"].as_array().unwrap().iter().map(|s| s["file"].clone()).collect::<Vec<_>>();
    assert_eq!(skipped, ["files/fake.pdf", "latin1.md"]);
    let guide = bench.run(&["--json", "post", "show", "the-guide"]).json();
    assert_eq!(guide["attachments"][0]["name"], "photo.gif");
    assert_eq!(guide["attachments"][1]["name"], "report.pdf");
    assert_eq!(bench.run(&["--json", "post", "show", "une-note"]).json()["language"], "fr");
    assert_eq!(files(&bench.path("source")), before);

    let again = bench.run(&["--json", "import", "markdown", "source"]).json();
    assert_eq!(again["imported"].as_array().unwrap().len(), 0);
    assert_eq!(again["known"].as_array().unwrap().len(), 2);
    let zip = bench.run(&["export", "--to", "out"]).done();
    bench.run(&["verify", &zip]).done();
}
