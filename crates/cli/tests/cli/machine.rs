//! `--json`: one JSON value on standard output and nothing else, for each verb; and the two languages of the rest.

use serde_json::Value;

use crate::support::{Bench, pdf};

/// Each verb with the members that its answer is known by (of the first element, where it is an array).
#[test]
fn every_verb_answers_with_one_json_value() {
    let bench = Bench::empty();
    bench.write("report.pdf", pdf("one"));
    bench.write("body.md", "Words here.\n");
    bench.write("source/a.md", "# A\n\nText.\n");
    let answers = |args: &[&str], members: &[&str]| -> Value {
        let ran = bench.run(&[&["--json"], args].concat());
        assert_eq!(ran.code, 0, "{args:?}: {}{}", ran.out, ran.err);
        let value = ran.json();
        let one = value.get(0).unwrap_or(&value);
        for member in members {
            assert!(one.get(member).is_some(), "{args:?} lacks {member}: {value}");
        }
        value
    };
    answers(&["init", "lib"], &["path", "name", "series", "nextSequence", "blogs"]);
    answers(&["category", "add", "A/B"], &["id", "pathEn", "pathFr"]);
    let new = ["post", "new", "--title", "Post", "--lang", "en", "--category", "A/B", "--body", "body.md"];
    let post = answers(&new, &["id", "pairId", "slug", "revision", "markdown", "categories"]);
    let id = post["id"].as_str().unwrap();
    answers(&["post", "edit", id, "--body", "report.pdf"], &["revision"]);
    answers(&["post", "edit", id, "--body", "body.md"], &["revision"]);
    answers(&["post", "show", id], &["doc", "history", "file"]);
    answers(&["post", "show", id, "--revision", "1"], &["row", "markdown"]);
    answers(&["post", "list"], &["pairId", "posts", "updatedAt"]);
    answers(&["post", "history", id], &["number", "hash", "parents", "origin", "at"]);
    answers(&["post", "diff", id, "1", "2"], &["patch"]);
    answers(&["post", "restore", id, "1"], &["revision"]);
    answers(&["attach", id, "report.pdf"], &["attachments"]);
    answers(&["post", "file", id, "--category", "A"], &["categories"]);
    answers(&["category", "list"], &["pathEn", "posts"]);
    answers(&["category", "rename", "A/B", "--fr", "Bé"], &["nameFr"]);
    answers(&["category", "move", "A/B"], &["parent"]);
    answers(&["category", "remove", "B"], &["pathEn"]);
    answers(&["search", "words"], &["hits", "more"]);
    answers(&["search", "words", "--save", "Words"], &["hits", "more"]);
    answers(&["search", "--saved", "Words"], &["hits", "more"]);
    answers(&["search", "list"], &["id", "name", "query"]);
    answers(&["search", "rename", "Words", "Other words"], &["id", "name"]);
    answers(&["search", "remove", "Other words"], &[]);
    answers(&["check"], &[]);
    answers(&["blog", "list"], &["name", "kind"]);
    answers(&["publish", id], &["publications", "status"]);
    answers(&["outbox"], &["state", "address"]);
    answers(&["outbox", "send"], &["state"]);
    answers(&["withdraw", id, "--to", "site"], &["status"]);
    let export = answers(&["export", "--to", "out"], &["path", "sequence", "sha256", "size"]);
    let zip = export["path"].as_str().unwrap();
    answers(&["verify", zip], &["exports", "findings"]);
    answers(&["restore", zip, "--to", "again"], &["path"]);
    answers(&["import", "markdown", "source", "--dry-run"], &["imported", "skipped"]);
    answers(&["import", "markdown", "source"], &["imported", "known", "attachments", "skipped"]);
    answers(&["sync"], &[]);
    answers(&["post", "trash", id], &["id"]);
    answers(&["post", "list", "--trash"], &["trashedAt"]);
    answers(&["demo", "demo"], &["library", "site", "exports", "reports"]);
}

#[test]
fn french_is_spoken_and_spaced_as_french() {
    let bench = Bench::new();
    let id = bench.post("Open data", "x");
    bench.run(&["publish", &id]).done();
    let french = |args: &[&str]| bench.run(&[&["--language", "fr"], args].concat());
    assert!(french(&["post", "list"]).done().contains("publié"));
    assert!(french(&["publish", &id]).done().starts_with("«\u{a0}Open data\u{a0}» est public sur site"));
    let zip = bench.run(&["export", "--to", "out"]).done();
    let verified = french(&["verify", &zip]).done();
    assert!(verified.contains("INTÈGRE") && verified.contains("Billets\u{a0}: 1"), "{verified}");
    let refused = french(&["post", "show", "personne"]);
    assert!(refused.err.contains("n’a pas de billet «\u{a0}personne\u{a0}»"), "{}", refused.err);
    let by_environment = bench.command(&["post", "list"]).env("LANG", "fr_CA.UTF-8").output().unwrap();
    assert!(String::from_utf8(by_environment.stdout).unwrap().contains("publié"));
}

#[test]
fn a_list_is_one_array_in_the_order_that_is_asked_for() {
    let bench = Bench::empty();
    bench.run(&["init", "lib"]);
    assert_eq!(bench.run(&["--json", "post", "list"]).json(), serde_json::json!([]));
    for title in ["Zones", "Été", "eau"] {
        let made = bench.run(&["post", "new", "--title", title, "--lang", "fr"]);
        assert_eq!(made.code, 0, "{}", made.err);
    }
    let listed = bench.run(&["--json", "post", "list", "--sort", "title"]).json();
    let titles: Vec<&Value> =
        listed.as_array().unwrap().iter().map(|row| &row["posts"][0]["title"]).collect();
    assert_eq!(titles, ["eau", "Été", "Zones"]);
    let oldest = bench.run(&["post", "list", "--sort", "oldest"]).out;
    let newest = bench.run(&["post", "list"]).out;
    assert_eq!(oldest.lines().collect::<Vec<_>>(), newest.lines().rev().collect::<Vec<_>>());
}
