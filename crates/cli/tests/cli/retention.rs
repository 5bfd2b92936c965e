//! Categories as a tree that changes, retention rules and holds on the command line.

use serde_json::Value;

use crate::support::Bench;

fn post(bench: &Bench, title: &str, category: &str) -> String {
    let file = bench.write("text.md", "A text.\n");
    let body = file.to_str().unwrap();
    bench
        .run(&["post", "new", "--title", title, "--lang", "en", "--category", category, "--body", body])
        .done()
}

fn rule(bench: &Bench, number: &str, trigger: &str, period: &str) -> String {
    let args =
        ["retention", "rule", "add", "--number", number, "--title", "Reports", "--title-fr", "Rapports"];
    let more = ["--trigger", trigger, "--period", period, "--action", "destroy"];
    bench.run(&[&args[..], &more[..]].concat()).done()
}

fn categories(bench: &Bench, id: &str) -> Value {
    let shown = bench.run(&["post", "show", id, "--format", "json"]).json();
    let all = bench.run(&["category", "list", "--json"]).json();
    let filed = shown["categories"].as_array().unwrap().iter().map(|id| {
        let found = all.as_array().unwrap().iter().find(|category| category["id"] == *id).unwrap();
        found["pathEn"].clone()
    });
    filed.collect()
}

#[test]
fn categories_are_merged_removed_and_brought_back_and_files_follow() {
    let bench = Bench::new();
    for path in ["Reports/Annual", "Studies", "Notices"] {
        bench.run(&["category", "add", path]).done();
    }
    let id = post(&bench, "First", "Reports/Annual");
    let file = || {
        let name = std::fs::read_dir(bench.path("lib/posts")).unwrap().next().unwrap().unwrap().path();
        std::fs::read_to_string(name).unwrap()
    };
    assert!(file().contains("Reports/Annual"), "{}", file());
    bench.run(&["category", "merge", "Reports", "Studies"]).done();
    assert_eq!(categories(&bench, &id), serde_json::json!(["Studies/Annual"]));
    assert!(file().contains("Studies/Annual") && !file().contains("Reports"), "{}", file());
    bench.run(&["category", "undo"]).done();
    assert_eq!(categories(&bench, &id), serde_json::json!(["Reports/Annual"]));
    assert!(file().contains("Reports/Annual"), "{}", file());

    bench.run(&["--json", "category", "remove", "Reports"]).refused("category.in_use");
    bench.run(&["category", "remove", "Reports", "--to", "Notices"]).done();
    assert_eq!(categories(&bench, &id), serde_json::json!(["Notices"]));
    assert!(file().contains("Notices"), "{}", file());
    bench.run(&["category", "undo"]).done();
    bench.run(&["category", "remove", "Reports", "--unfile"]).done();
    assert_eq!(categories(&bench, &id), serde_json::json!([]));
    assert!(!file().contains("Reports"), "{}", file());
    bench.run(&["--json", "category", "merge", "Studies", "Studies"]).refused("category.loop");
    bench.run(&["--json", "category", "undo", "1"]).refused("category.not_undoable");
}

#[test]
fn a_rule_of_a_category_says_when_its_posts_are_due() {
    let bench = Bench::new();
    bench.run(&["category", "add", "Reports/Annual"]).done();
    let id = post(&bench, "First", "Reports/Annual");
    post(&bench, "Second", "Reports");
    rule(&bench, "DA 2019-011", "created", "P5Y");
    bench.run(&["retention", "assign", "DA 2019-011", "--category", "Reports"]).done();
    let due = |by: &str| bench.run(&["retention", "due", "--by", by, "--json"]).json();
    assert_eq!(due("2020-01-01"), serde_json::json!([]));
    let records = due("2999-01-01");
    assert_eq!(records.as_array().unwrap().len(), 2);
    assert_eq!(records[0]["rule"]["number"], "DA 2019-011");
    let (since, until) = (records[0]["since"].as_str().unwrap(), records[0]["until"].as_str().unwrap());
    assert_eq!(until[..4].parse::<i32>().unwrap(), since[..4].parse::<i32>().unwrap() + 5);
    assert_eq!(due(until).as_array().unwrap().len(), 2, "due on its last day");

    rule(&bench, "DA 2020-001", "withdrawn", "P1M");
    let assign = ["retention", "assign", "DA 2020-001", "--post", &id];
    assert_eq!(bench.run(&assign).code, 2, "another rule takes a reason");
    let own = bench.run(&[&assign[..], &["--reason", "Agreed", "--json"][..]].concat()).json();
    assert_eq!(own["rule"]["reason"], "Agreed");
    assert_eq!(own["until"], Value::Null);
    let shown = bench.run(&["retention", "show", &id]).done();
    assert!(shown.contains("DA 2020-001") && shown.contains("not begun"), "{shown}");
    let shown = bench.run(&["--language", "fr", "retention", "show", &id]).done();
    assert!(shown.contains("au retrait"), "{shown}");
    bench.run(&["--json", "retention", "rule", "remove", "DA 2020-001"]).refused("retention.rule_in_use");
    bench.run(&["retention", "unassign", "--post", &id, "--reason", "A mistake"]).done();
    bench.run(&["retention", "rule", "remove", "DA 2020-001"]).done();
    bench
        .run(&["retention", "rule", "change", "DA 2019-011", "--period", "P7Y", "--from-year-end", "true"])
        .done();
    let rules = bench.run(&["retention", "rule", "list", "--json"]).json();
    assert_eq!((&rules[0]["period"], &rules[0]["records"]), (&"P7Y".into(), &2.into()));
    assert!(due("2999-01-01")[0]["until"].as_str().unwrap().ends_with("-12-31"));
    let bad = ["--json", "retention", "rule", "change", "DA 2019-011", "--period", "5 years"];
    bench.run(&bad).refused("retention.period");
    bench.run(&["--json", "retention", "due", "--by", "soon"]).refused("retention.date");
    bench
        .run(&["--json", "retention", "assign", "DA 1", "--category", "Reports"])
        .refused("retention.rule_not_found");
}

#[test]
fn a_hold_is_placed_extended_released_and_stays_listed() {
    let bench = Bench::new();
    bench.run(&["category", "add", "Reports"]).done();
    let first = post(&bench, "First", "Reports");
    let add =
        ["hold", "add", "--name", "A-2026-0147", "--reason", "Access request", "--authority", "Coordinator"];
    assert_eq!(bench.run(&add).code, 2, "a hold is on something");
    bench.run(&[&add[..], &["--category", "Reports"][..]].concat()).done();
    let late = post(&bench, "Late", "Reports");
    let aside = bench.run(&["post", "new", "--title", "Aside", "--lang", "en"]).done();
    let holds = || bench.run(&["hold", "list", "--json"]).json();
    assert_eq!(holds()[0]["records"], 2);
    bench.run(&["hold", "extend", "A-2026-0147", "--post", &aside]).done();
    assert_eq!(holds()[0]["records"], 3);
    for id in [&first, &late, &aside] {
        let record = bench.run(&["retention", "show", id, "--json"]).json();
        assert_eq!(record["holds"][0]["name"], "A-2026-0147");
    }
    bench.run(&["--json", "category", "remove", "Reports", "--unfile"]).refused("category.held");
    bench.run(&["hold", "release", "A-2026-0147", "--reason", "Answered"]).done();
    assert_eq!((&holds()[0]["records"], &holds()[0]["releaseReason"]), (&0.into(), &"Answered".into()));
    let again = bench.run(&[&["--json"], &add[..], &["--category", "Reports"][..]].concat());
    again.refused("hold.exists");
    bench.run(&["--json", "hold", "release", "A-2026-0147", "--reason", "x"]).refused("hold.released");
    let listed = bench.run(&["hold", "list"]).done();
    assert!(listed.contains("Coordinator") && listed.contains("released"), "{listed}");
}

#[test]
fn what_is_purged_is_gone_from_disk_exports_and_restores_and_the_journal_says_so() {
    let bench = Bench::new();
    bench.run(&["category", "add", "Reports"]).done();
    let id = post(&bench, "First", "Reports");
    let kept = post(&bench, "Kept", "Reports");
    let first = bench.run(&["export", "--to", "out"]).done();
    bench.run(&["publish", &id]).done();
    bench.run(&["--json", "post", "purge", &id]).refused("post.not_trashed");
    bench.run(&["withdraw", &id, "--to", "site"]).done();
    bench.run(&["post", "trash", &id]).done();
    let hold = [
        "hold",
        "add",
        "--name",
        "Audit",
        "--reason",
        "Audit",
        "--authority",
        "Auditor",
        "--category",
        "Reports",
    ];
    bench.run(&hold).done();
    bench.run(&["--json", "post", "purge", &id]).refused("protected.held");
    bench.run(&["hold", "release", "Audit", "--reason", "Over"]).done();
    rule(&bench, "DA 2019-011", "created", "P5Y");
    bench.run(&["retention", "assign", "DA 2019-011", "--category", "Reports"]).done();
    bench.run(&["--json", "post", "purge", &id]).refused("protected.not_due");
    assert_eq!(std::fs::read_dir(bench.path("lib/posts")).unwrap().count(), 2);
    bench.run(&["retention", "unassign", "--category", "Reports"]).done();
    bench.run(&["post", "purge", &id]).done();
    assert_eq!(std::fs::read_dir(bench.path("lib/posts")).unwrap().count(), 1);
    bench.run(&["--json", "post", "show", &id]).refused("post.not_found");
    assert_eq!(bench.run(&["check", "--json"]).json(), serde_json::json!([]));

    let at = "2030-01-01T00:00:00Z";
    let second = bench.run(&["export", "--to", "out", "--incremental", "--at", at]).done();
    let set = bench.run(&["--json", "verify", &first, &second]);
    assert_eq!((set.code, &set.json()["findings"]), (0, &serde_json::json!([])), "{}", set.out);
    bench.run(&["restore", &first, &second, "--to", "again"]).done();
    let again =
        bench.run(&["--library", "again", "export", "--to", "out2", "--incremental", "--at", at]).done();
    assert_eq!(std::fs::read(again).unwrap(), std::fs::read(second).unwrap());
    bench.run(&["--library", "again", "post", "show", &kept]).done();
    bench.run(&["--library", "again", "--json", "post", "show", &id]).refused("post.not_found");
}

#[test]
fn what_a_saved_search_finds_is_held_and_both_travel_in_an_export_and_come_back() {
    let bench = Bench::new();
    bench.run(&["category", "add", "Reports"]).done();
    let id = post(&bench, "The bridge", "Reports");
    let saved = ["search", "bridge", "--category", "Reports", "--lang", "en", "--save", "Bridges"];
    assert_eq!(bench.run(&[&["--json"], &saved[..]].concat()).json()["hits"].as_array().unwrap().len(), 1);
    bench.run(&[&["--json"], &saved[..]].concat()).refused("search.exists");
    bench.run(&["--json", "search", "*", "--save", "All"]).refused("search.nothing");
    let listed = bench.run(&["search", "list"]).done();
    assert!(listed.contains("Bridges  bridge · under Reports · in en"), "{listed}");
    let french = bench.run(&["--language", "fr", "search", "list"]).done();
    assert!(french.contains("sous Reports"), "{french}");
    let hold = ["hold", "add", "--name", "A-1", "--reason", "Request", "--authority", "Coordinator"];
    bench.run(&[&["--json"], &hold[..], &["--search", "Roads"]].concat()).refused("search.not_found");
    bench.run(&[&hold[..], &["--search", "Bridges"]].concat()).done();
    let late = post(&bench, "A second bridge", "Reports");
    let holds = bench.run(&["hold", "list", "--json"]).json();
    assert_eq!((&holds[0]["records"], &holds[0]["targets"][0]["nameFr"]), (&2.into(), &"Bridges".into()));
    let first = bench.run(&["export", "--to", "out"]).done();
    // What is no more found stays held, by name.
    let text = bench.write("other.md", "---\ntitle: Nothing\n---\nA text.\n");
    bench.run(&["post", "edit", &late, "--body", text.to_str().unwrap()]).done();
    bench.run(&["post", "trash", &late]).done();
    bench.run(&["post", "trash", &id]).done();
    for post in [&id, &late] {
        bench.run(&["--json", "post", "purge", post]).refused("protected.held");
    }
    bench.run(&["--json", "search", "remove", "Bridges"]).refused("search.held");
    bench.run(&["search", "rename", "Bridges", "Bridges of the city"]).done();

    let at = "2030-01-01T00:00:00Z";
    let second = bench.run(&["export", "--to", "out", "--incremental", "--at", at]).done();
    let set = bench.run(&["--json", "verify", &first, &second]);
    assert_eq!((set.code, &set.json()["findings"]), (0, &serde_json::json!([])), "{}", set.out);
    bench.run(&["restore", &first, &second, "--to", "again"]).done();
    let again =
        bench.run(&["--library", "again", "export", "--to", "out2", "--incremental", "--at", at]).done();
    assert_eq!(std::fs::read(again).unwrap(), std::fs::read(second).unwrap());
    let back = bench.run(&["--library", "again", "search", "list", "--json"]).json();
    assert_eq!(back[0]["name"], "Bridges of the city");
    for post in [&id, &late] {
        bench.run(&["--library", "again", "--json", "post", "purge", post]).refused("protected.held");
    }
    bench.run(&["hold", "release", "A-1", "--reason", "Answered"]).done();
    bench.run(&["search", "remove", "Bridges of the city"]).done();
    bench.run(&["post", "purge", &id]).done();
    let full = bench.run(&["export", "--to", "full", "--at", "2031-01-01T00:00:00Z"]).done();
    assert_eq!(bench.run(&["verify", &full]).code, 0);
}
