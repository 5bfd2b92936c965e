//! The main job, from an empty folder to a restored library.

use serde_json::Value;

use crate::support::{Bench, files, pdf};

/// A library with a pair, a PDF, two categories, published.
pub fn written() -> (Bench, String, String) {
    let bench = Bench::new();
    let english = bench.post("Open data", "# Open data\n\nSee the [report](../attachments/report.pdf).\n");
    bench.write("fr.md", "Bonjour « données » ;  deux espaces.\r\n");
    let new =
        ["post", "new", "--title", "Données ouvertes", "--lang", "fr", "--pair", &english, "--body", "fr.md"];
    let french = bench.run(&new).done();
    bench.write("report.pdf", pdf("one"));
    bench.run(&["attach", &english, "report.pdf"]).done();
    bench.run(&["category", "add", "Consultation/Reports", "--fr", "Consultation/Rapports"]).done();
    bench.run(&["category", "add", "Open data", "--fr", "Données ouvertes"]).done();
    bench
        .run(&["post", "file", &french, "--category", "Consultation/Rapports", "--category", "Open data"])
        .done();
    bench.run(&["publish", &english, &french, "--to", "site"]).done();
    bench.run(&["post", "name", &french, "1", "Première version"]).done();
    (bench, english, french)
}

#[test]
fn the_main_job_from_the_first_line_to_the_restored_library() {
    let (bench, english, french) = written();
    assert_eq!(english.len(), 36, "the id alone: {english}");
    let shown = bench.run(&["--json", "post", "show", &english]).json();
    assert_eq!(shown["status"], "published");
    assert_eq!(shown["counterpart"]["id"], french.as_str());
    assert_eq!(shown["categories"].as_array().unwrap().len(), 2, "filing is the pair's");
    assert_eq!(shown["attachments"][0]["name"], "report.pdf");
    let page = bench.path("lib").join(shown["publications"][0]["address"].as_str().unwrap());
    assert!(std::fs::read_to_string(page).unwrap().contains("Open data"));

    let first = bench.run(&["export", "--to", "out", "--at", "2026-11-23T14:32:05Z"]).done();
    assert!(first.ends_with("/out/lib-v0001.zip"), "{first}");
    bench.run_with(&["post", "edit", "open-data", "--body", "-"], "# Open data\n\nNew text.\n").done();
    bench.run(&["post", "restore", &french, "1"]).done();
    let second = bench.run(&["export", "--to", "out", "--at", "2026-11-24T09:00:00Z"]).done();
    for zip in [&first, &second] {
        bench.run(&["verify", zip]).done();
    }
    let series = bench.run(&["--json", "verify", &second, &first]).json();
    assert_eq!(series["exports"].as_array().unwrap().len(), 2);
    assert_eq!(series["findings"].as_array().unwrap().len(), 0, "{series}");
    assert_eq!(bench.run(&["--json", "check"]).json(), Value::Array(vec![]));

    let before = bench.run(&["--json", "post", "list"]).json();
    bench.run(&["restore", &second, "--to", "again"]).done();
    let on_copy = |args: &[&str]| bench.run(&[&["--library", "again"], args].concat());
    assert_eq!(on_copy(&["--json", "post", "list"]).json(), before);
    assert_eq!(on_copy(&["--json", "sync"]).json(), Value::Array(vec![]), "its files are what was written");
    let history = |run: crate::support::Ran| run.json();
    let args = ["--json", "post", "history", &english];
    assert_eq!(history(on_copy(&args)), history(bench.run(&args)));
    let copied = on_copy(&["export", "--to", "out2", "--at", "2026-11-24T09:00:00Z"]).done();
    assert!(
        std::fs::read(&copied).unwrap() == std::fs::read(&second).unwrap(),
        "the same time, the same bytes"
    );
    let own = files(&bench.path("lib/posts"));
    assert_eq!(files(&bench.path("again/posts")), own);
    for name in own {
        // The keys that Fonds owns may stand in another order: the file is the mirror, not the record.
        let read = |library: &str| {
            let text = std::fs::read_to_string(bench.path(library).join("posts").join(&name)).unwrap();
            let mut lines: Vec<_> = text.split_inclusive('\n').map(str::to_owned).collect();
            lines.sort();
            lines
        };
        assert_eq!(read("lib"), read("again"), "{name}");
    }

    // Anything after that is a series of its own, which names where it comes from.
    let next = on_copy(&["export", "--to", "out2", "--at", "2026-11-25T09:00:00Z"]).done();
    assert!(next.contains("-v0001.zip") && !next.contains("/lib-v"), "{next}");
    bench.run(&["verify", &next]).done();
}

#[test]
fn a_texts_bytes_survive_every_way_out() {
    let (bench, _, french) = written();
    let text = "Bonjour « données » ;  deux espaces.\r\n";
    assert_eq!(bench.run(&["post", "show", &french]).out, text);
    let zip = bench.run(&["export", "--to", "out"]).done();
    bench.run(&["restore", &zip, "--to", "again"]).done();
    assert_eq!(bench.run(&["--library", "again", "post", "show", &french]).out, text);
    assert_eq!(bench.run(&["post", "show", &french, "--revision", "1"]).out, text);
    // What was shown can be handed back.
    bench.run_with(&["post", "edit", &french, "--body", "-"], text).done();
    assert_eq!(bench.run(&["post", "show", &french]).out, text);
}

#[test]
fn history_difference_trash_and_withdrawal() {
    let (bench, english, french) = written();
    bench.run_with(&["post", "edit", &english, "--body", "-"], "New.\n").done();
    let patch = bench.run(&["post", "diff", &english, "1", "3"]).done();
    assert!(patch.contains("-# Open data") && patch.contains("+New."), "{patch}");
    bench.run(&["post", "restore", &english, "1"]).done();
    assert!(bench.run(&["post", "show", &english]).out.starts_with("# Open data"));

    bench.run(&["withdraw", &french, "--to", "site"]).done();
    let list = bench.run(&["post", "list"]).done();
    assert!(list.contains("withdrawn") && list.contains("published"), "{list}");
    assert_eq!(bench.run(&["--json", "outbox"]).json().as_array().unwrap().len(), 3);
    bench.run(&["outbox", "send"]).done();

    bench.run(&["post", "trash", &french]).done();
    assert!(!bench.run(&["post", "list"]).done().contains("donnees-ouvertes"));
    assert!(bench.run(&["post", "list", "--trash"]).done().contains("donnees-ouvertes"));
    bench.run(&["post", "trash", &french, "--undo"]).done();
    assert!(bench.run(&["post", "list"]).done().contains("donnees-ouvertes"));
}

#[test]
fn categories_are_renamed_moved_and_removed() {
    let (bench, english, _) = written();
    bench.run(&["category", "rename", "Open data", "--en", "Data"]).done();
    bench.run(&["category", "move", "Data", "--under", "Consultation"]).done();
    let tree = bench.run(&["category", "list"]).done();
    assert!(tree.contains("Consultation/Data") && tree.contains("Consultation/Données ouvertes"), "{tree}");
    assert!(std::fs::read_to_string(bench.file(&english)).unwrap().contains("Consultation/Data"));
    bench.run(&["--json", "category", "remove", "Consultation/Data"]).refused("category.in_use");
    bench.run(&["post", "file", &english, "--none"]).done();
    bench.run(&["category", "remove", "Consultation/Data"]).done();
    assert!(!bench.run(&["category", "list"]).done().contains("Data"));
}

#[test]
fn the_library_is_found_from_below_it() {
    let (bench, english, _) = written();
    let mut command = bench.command(&["post", "list"]);
    command.env_remove("FONDS_LIBRARY").current_dir(bench.path("lib/posts"));
    let output = command.output().unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).contains("open-data.en"), "{english}: {output:?}");
}

#[test]
fn the_demo_says_where_everything_lies() {
    let bench = Bench::empty();
    let ran = bench.run(&["demo", "demo"]);
    assert!(ran.err.lines().count() >= 9, "{}", ran.err);
    let answer = ran.done();
    for place in ["demo/site/index.html", "demo/exports/demo-v0001.zip", "demo/exports/demo-v0002.zip"] {
        assert!(answer.contains(place) && bench.path(place).is_file(), "{place}: {answer}");
    }
    let zips = ["demo/exports/demo-v0001.zip", "demo/exports/demo-v0002.zip"];
    bench.run(&["verify", zips[0], zips[1]]).done();
    let made = files(&bench.path("demo"));
    bench.run(&["--json", "demo", "demo"]).refused("library.name_taken");
    assert_eq!(files(&bench.path("demo")), made);
}

#[test]
fn an_actor_is_recorded_as_claimed() {
    let bench = Bench::new();
    bench
        .run(&[
            "--as",
            "Nadia Roy <nadia@example.org>",
            "post",
            "new",
            "--title",
            "T",
            "--lang",
            "en",
            "--body",
            "/dev/null",
        ])
        .done();
    let history = bench.run(&["--json", "post", "history", "t"]).json();
    assert_eq!(history[0]["actor"], serde_json::json!({ "name": "Nadia Roy", "email": "nadia@example.org" }));
    bench.run_with(&["post", "edit", "t", "--body", "-"], "x").done();
    assert_eq!(bench.run(&["--json", "post", "history", "t"]).json()[0]["actor"]["name"], "tester");
}
