//! Incremental exports: made, verified as a set, restored, and made once more from what was restored.

use crate::journey::written;
use crate::support::Bench;

const FIRST: &str = "2026-11-23T14:32:05Z";
const SECOND: &str = "2026-11-24T09:00:00Z";
const THIRD: &str = "2026-11-25T09:00:00Z";

fn incremental(bench: &Bench, library: &str, to: &str, at: &str) -> String {
    bench.run(&["--library", library, "export", "--to", to, "--incremental", "--at", at]).done()
}

fn same(one: &str, two: &str) -> bool {
    std::fs::read(one).unwrap() == std::fs::read(two).unwrap()
}

#[test]
fn a_full_export_and_what_changed_since_make_up_the_library() {
    let (bench, english, french) = written();
    bench.post("Left alone", "The same in both exports.\n");
    let rule =
        ["retention", "rule", "add", "--number", "DA 2018-020", "--title", "Data", "--title-fr", "Données"];
    bench
        .run(&[&rule[..], &["--trigger", "revised", "--period", "P5Y", "--action", "review"]].concat())
        .done();
    bench.run(&["retention", "assign", "DA 2018-020", "--category", "Open data"]).done();
    let hold =
        ["hold", "add", "--name", "A-2026-0147", "--reason", "Access request", "--authority", "Coordinator"];
    bench.run(&[&hold[..], &["--post", &english]].concat()).done();
    let full = incremental(&bench, "lib", "out", FIRST);
    assert!(full.ends_with("-v0001.zip"), "the first of a series is full: {full}");
    let made = bench.run(&["--json", "verify", &full]).json();
    assert_eq!(made["exports"][0]["findings"], serde_json::json!([]), "{made}");

    bench.run_with(&["post", "edit", &english, "--body", "-"], "# Open data\n\nNew text.\n").done();
    bench.run(&["post", "trash", &french]).done();
    bench.run(&["post", "name", &english, "1", "As first sent"]).done();
    bench.run(&["category", "rename", "Open data", "--en", "Data"]).done();
    bench.post("Brand new", "Text.\n");
    let own = ["retention", "assign", "DA 2018-020", "--post", "brand-new", "--reason", "Agreed"];
    bench.run(&own).done();
    bench.run(&["hold", "release", "A-2026-0147", "--reason", "Answered"]).done();
    let second = incremental(&bench, "lib", "out", SECOND);
    bench.run_with(&["post", "edit", &english, "--body", "-"], "Newer still.\n").done();
    bench.run(&["post", "file", &english, "--none"]).done();
    bench.run(&["category", "remove", "Data"]).done();
    bench.run(&["retention", "rule", "change", "DA 2018-020", "--period", "P6Y"]).done();
    let third = incremental(&bench, "lib", "out", THIRD);

    let set = bench.run(&["--json", "verify", &third, &full, &second]);
    assert_eq!((set.code, &set.json()["findings"]), (0, &serde_json::json!([])), "{}", set.out);
    let listed = std::process::Command::new("unzip").args(["-l", &third]).output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    assert_eq!(listed.matches("0=ocfl_object_1.1").count(), 1, "one post changed: {listed}");

    bench.run(&["restore", &full, &second, &third, "--to", "again"]).done();
    // What PDFs say of themselves is read anew: before the first search, at the latest.
    bench.run(&["--library", "again", "search", "newer"]).done();
    let on =
        |library: &str, args: &[&str]| bench.run(&[&["--library", library, "--json"], args].concat()).json();
    for question in [
        &["post", "list"][..],
        &["post", "list", "--trash"],
        &["category", "list"],
        &["post", "history", &english],
        &["post", "show", &english],
        &["retention", "rule", "list"],
        &["retention", "due", "--by", "2999-01-01"],
        &["retention", "show", "brand-new"],
        &["hold", "list"],
        &["check"],
    ] {
        assert_eq!(on("again", question), on("lib", question), "{question:?}");
    }
    let again = incremental(&bench, "again", "out2", THIRD);
    assert!(again.ends_with("-v0003.zip") && same(&again, &third), "the same time, the same bytes: {again}");

    // A change begins a series of its own, with a full export.
    bench.run(&["--library", "again", "post", "trash", &english]).done();
    let next = incremental(&bench, "again", "out2", "2026-11-26T09:00:00Z");
    assert!(next.ends_with("-v0001.zip"), "{next}");
    bench.run(&["restore", &next, "--to", "third"]).done();
}

#[test]
fn a_library_restored_from_an_earlier_member_makes_that_one_again() {
    let (bench, english, _) = written();
    let full = incremental(&bench, "lib", "out", FIRST);
    bench.run_with(&["post", "edit", &english, "--body", "-"], "New text.\n").done();
    let second = incremental(&bench, "lib", "out", SECOND);
    bench.run(&["restore", &second, &full, "--to", "again"]).done();
    assert!(same(&incremental(&bench, "again", "out2", SECOND), &second));
    bench.run(&["restore", &full, "--to", "older"]).done();
    let older = bench.run(&["--library", "older", "export", "--to", "out3", "--at", FIRST]).done();
    assert!(same(&older, &full));
}

#[test]
fn an_increment_alone_is_whole_and_says_that_it_is_not_all() {
    let (bench, english, _) = written();
    incremental(&bench, "lib", "out", FIRST);
    bench.run_with(&["post", "edit", &english, "--body", "-"], "New text.\n").done();
    let second = incremental(&bench, "lib", "out", SECOND);
    let ran = bench.run(&["--json", "verify", &second]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert_eq!(ran.json()["exports"][0]["findings"][0]["code"], "SERIES_INCOMPLETE");
    bench.run(&["--json", "restore", &second, "--to", "again"]).refused("export.damaged");
}

#[test]
fn an_increment_after_a_gap_is_not_restored() {
    let (bench, english, _) = written();
    let full = incremental(&bench, "lib", "out", FIRST);
    bench.run_with(&["post", "edit", &english, "--body", "-"], "New text.\n").done();
    incremental(&bench, "lib", "out", SECOND);
    bench.run_with(&["post", "edit", &english, "--body", "-"], "Newer.\n").done();
    let third = incremental(&bench, "lib", "out", THIRD);
    let ran = bench.run(&["--json", "verify", &full, &third]);
    assert_eq!(ran.code, 1, "{}", ran.out);
    bench.run(&["--json", "restore", &full, &third, "--to", "again"]).refused("export.damaged");
}
