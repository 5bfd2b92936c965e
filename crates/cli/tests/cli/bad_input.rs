//! What comes in wrong is refused with a code, a message and what to do; nothing is left half-made.

use crate::support::{Bench, files};

#[test]
fn a_library_of_a_newer_version_is_left_alone() {
    let bench = Bench::new();
    bench.post("T", "x");
    let database = bench.path("lib/.fonds/library.db");
    let connection = rusqlite::Connection::open(&database).unwrap();
    connection.pragma_update(None, "user_version", 9999).unwrap();
    connection.close().unwrap();
    let before = std::fs::read(&database).unwrap();
    for verb in [&["post", "list"][..], &["export", "--to", "out"], &["check"]] {
        bench.run(&[&["--json"], verb].concat()).refused("library.newer");
    }
    assert!(std::fs::read(&database).unwrap() == before);
    assert!(!bench.path("out").exists());
}

#[test]
fn a_folder_that_is_no_library_stays_as_it_is() {
    let bench = Bench::empty();
    bench.write("lib/notes.txt", "mine");
    for verb in [
        &["post", "list"][..],
        &["sync"],
        &["export", "--to", "out"],
        &["post", "new", "--title", "T", "--lang", "en"],
    ] {
        bench.run(&[&["--json"], verb].concat()).refused("library.not_found");
    }
    assert_eq!(files(bench.folder.path()), ["lib/notes.txt"]);
}

#[test]
fn a_library_is_not_made_twice() {
    let bench = Bench::new();
    bench.run(&["--json", "init", "lib"]).refused("library.exists");
}

#[test]
fn a_file_that_is_no_pdf_is_not_attached_and_nor_are_those_beside_it() {
    let bench = Bench::new();
    let id = bench.post("T", "x");
    bench.write("good.pdf", crate::support::pdf("good"));
    bench.write("bad.pdf", "<html>");
    bench.run(&["--json", "attach", &id, "good.pdf", "bad.pdf"]).refused("attachment.not_pdf");
    bench.run(&["--json", "attach", &id, "good.pdf", "gone.pdf"]).refused("file.not_found");
    assert!(files(&bench.path("lib/attachments")).is_empty());
    assert_eq!(bench.run(&["--json", "post", "show", &id]).json()["revision"], 1);
}

#[test]
fn a_post_that_cannot_be_made_whole_is_not_made() {
    let bench = Bench::new();
    let new = ["--json", "post", "new", "--title", "T", "--lang", "en"];
    let with = |more: &[&str], input: &str| bench.run_with(&[&new, more].concat(), input);
    with(&["--category", "No/Such"], "").refused("category.not_found");
    with(&["--pair", "nobody"], "").refused("post.not_found");
    with(&["--body", "gone.md"], "").refused("input.unreadable");
    with(&["--body", "-"], "---\ntitle: [\n---\nx").refused("markdown.front_matter");
    bench.write("latin1.md", b"caf\xe9");
    with(&["--body", "latin1.md"], "").refused("input.not_utf8");
    assert_eq!(bench.run(&["--json", "post", "list"]).json(), serde_json::json!([]));
    assert!(files(&bench.path("lib/posts")).is_empty());
    let id = bench.post("English", "x");
    with(&["--pair", &id], "").refused("pair.same_language");
    assert_eq!(bench.run(&["--json", "post", "list"]).json().as_array().unwrap().len(), 1);
}

#[test]
fn what_is_not_there_is_named() {
    let bench = Bench::new();
    let id = bench.post("Some post", "x");
    let refused = |args: &[&str], code: &str| bench.run(&[&["--json"], args].concat()).refused(code);
    refused(&["post", "show", "nobody"], "post.not_found");
    refused(&["post", "show", &id, "--revision", "7"], "revision.not_found");
    refused(&["post", "diff", &id, "1", "7"], "revision.not_found");
    refused(&["publish", &id, "--to", "site,elsewhere"], "blog.not_found");
    refused(&["withdraw", &id, "--to", "elsewhere"], "blog.not_found");
    refused(&["post", "resolve", &id, "--keep", "mine"], "post.no_conflict");
    refused(&["category", "add", "A/B", "--fr", "A"], "category.french_path");
    refused(&["export", "--to", "out", "--at", "yesterday"], "export.time");
    refused(&["import", "markdown", "gone"], "import.no_folder");
    assert_eq!(
        bench.run(&["--json", "outbox"]).json(),
        serde_json::json!([]),
        "nothing was sent to the blog that is there"
    );
    assert!(!bench.path("out").exists());
}

#[test]
fn bad_usage_is_two() {
    let bench = Bench::new();
    for args in [
        &["post", "new"][..],
        &["nonsense"],
        &["post", "new", "--title", "T", "--lang", "de"],
        &["--as", " ", "check"],
        &[],
    ] {
        assert_eq!(bench.run(args).code, 2, "{args:?}");
    }
    for args in [&["--help"][..], &["--version"], &["post", "--help"]] {
        assert_eq!(bench.run(args).code, 0, "{args:?}");
    }
}

#[test]
fn titles_and_names_from_outside_cannot_steer_the_terminal() {
    let bench = Bench::new();
    bench
        .run_with(
            &["post", "new", "--title", "a\u{1b}]0;b", "--lang", "en", "--body", "-"],
            "words \u{1b}[2J here",
        )
        .done();
    for args in [&["post", "list"][..], &["post", "history", "a-0-b"], &["search", "words"]] {
        let out = bench.run(args).done();
        assert!(!out.contains('\u{1b}') && !out.is_empty(), "{args:?}: {out:?}");
    }
}
