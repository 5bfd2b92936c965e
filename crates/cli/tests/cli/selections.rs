//! Exports of a part of the library: what is in them, that they are a series apart, and what they are not for.

use serde_json::Value;

use crate::support::Bench;

const FIRST: &str = "2026-11-23T14:32:05Z";
const SECOND: &str = "2026-11-24T09:00:00Z";

/// A library with two posts under `Reports/Yearly` and `News`, and one under nothing that is in the trash.
fn bench() -> (Bench, String, String) {
    let bench = Bench::new();
    bench.run(&["category", "add", "Reports/Yearly", "--fr", "Rapports/Annuels"]).done();
    bench.run(&["category", "add", "News", "--fr", "Nouvelles"]).done();
    let report = bench.post("Annual report", "# Annual report\n\nSee it.\n");
    let news = bench.post("News of today", "# News\n\nText.\n");
    let gone = bench.post("Gone", "Text.\n");
    bench.run(&["post", "file", &report, "--category", "Reports/Yearly"]).done();
    bench.run(&["post", "file", &news, "--category", "News"]).done();
    bench.run(&["post", "trash", &gone]).done();
    bench.write("annual.pdf", b"%PDF-1.7\nannual\n%%EOF\n");
    // A hold on what is selected, and one on what is not.
    for (name, post) in [("Request A-1", &report), ("Request A-2", &news)] {
        let hold =
            ["hold", "add", "--name", name, "--reason", "Asked for", "--authority", "Act", "--post", post];
        bench.run(&hold).done();
    }
    bench.run(&["attach", &report, &bench.path("annual.pdf").to_string_lossy()]).done();
    (bench, report, news)
}

fn export(bench: &Bench, more: &[&str], at: &str) -> String {
    bench.run(&[&["export", "--to", "out", "--at", at], more].concat()).done()
}

/// An entry of the zip, by the end of its name.
fn entry(zip: &str, end: &str) -> String {
    let output = std::process::Command::new("unzip").args(["-p", zip, &format!("*{end}")]).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

fn posts(zip: &str) -> Vec<String> {
    let library: Value = serde_json::from_str(&entry(zip, "metadata/other/library.json")).unwrap();
    library["posts"].as_array().unwrap().iter().map(|post| post["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_category_is_exported_with_what_is_below_it_and_the_zip_says_so() {
    let (bench, report, news) = bench();
    let main = export(&bench, &[], FIRST);
    let zip = export(&bench, &["--category", "Reports"], FIRST);
    assert_ne!(main.rsplit('/').next(), zip.rsplit('/').next(), "a series of its own");
    assert!(zip.ends_with("-v0001.zip"), "{zip}");
    assert_eq!(posts(&zip), std::slice::from_ref(&report));
    let judged = bench.run(&["--json", "verify", &zip]).json();
    assert_eq!(judged["exports"][0]["findings"], serde_json::json!([]), "{judged}");
    let said = judged["exports"][0]["selection"].as_str().unwrap();
    assert!(said.contains("filed under “Reports”"), "{said}");
    assert!(entry(&zip, "README.txt").contains(said));
    assert!(entry(&zip, "dc.xml").contains("A selection of the library"));
    assert!(entry(&zip, "attachment.pdf").starts_with("%PDF-1.7"), "what the post has goes with it");
    let plain = bench.run(&["--json", "verify", &main]).json();
    assert_eq!(plain["exports"][0]["selection"], Value::Null);
    assert_eq!(
        posts(&export(&bench, &["--category", "News", "--category", "Rapports"], FIRST)),
        [report, news]
    );
}

#[test]
fn a_selection_is_a_series_that_goes_on_beside_the_librarys_own() {
    let (bench, report, news) = bench();
    let first = export(&bench, &["--status", "draft"], FIRST);
    assert_eq!(posts(&first), [report.clone(), news]);
    let main = export(&bench, &[], FIRST);
    bench.run_with(&["post", "edit", &report, "--body", "-"], "A new text.\n").done();
    let second = export(&bench, &["--status", "draft"], SECOND);
    assert!(
        second.ends_with("-v0002.zip") && second.starts_with(first.trim_end_matches("1.zip")),
        "{second}"
    );
    let changed = export(&bench, &["--incremental"], SECOND);
    let of_library = bench.run(&["--json", "verify", &main, &changed]);
    assert_eq!((of_library.code, &of_library.json()["findings"]), (0, &serde_json::json!([])));
    let of_selection = bench.run(&["--json", "verify", &second, &first]);
    assert_eq!((of_selection.code, &of_selection.json()["findings"]), (0, &serde_json::json!([])));
    assert_eq!(bench.run(&["verify", &main, &second]).code, 1, "two series are no set");
    let repeated = bench.run(&["restore", &main, &changed, "--to", "again"]);
    assert_eq!(repeated.code, 0, "{}", repeated.err);
    let again = ["--library", "again", "export", "--to", "out2", "--incremental", "--at", SECOND];
    let again = bench.run(&again).done();
    assert_eq!(std::fs::read(again).unwrap(), std::fs::read(changed).unwrap());
}

#[test]
fn a_period_is_that_of_the_revisions() {
    let (bench, report, news) = bench();
    let day =
        bench.run(&["--json", "post", "history", &report]).json()[0]["at"].as_str().unwrap()[..10].to_owned();
    let inside = export(&bench, &["--from", &day, "--until", "2999-12-31"], FIRST);
    assert_eq!(posts(&inside), [report, news]);
    let before = export(&bench, &["--until", "2020-01-01"], FIRST);
    assert_eq!(posts(&before), Vec::<String>::new());
    assert_eq!(bench.run(&["verify", &before]).code, 0, "nothing of that time is an answer too");
}

#[test]
fn what_is_no_selection_is_refused_and_none_is_restored_from() {
    let (bench, ..) = bench();
    let export = |more: &[&str]| bench.run(&[&["--json", "export", "--to", "out"], more].concat());
    export(&["--from", "yesterday"]).refused("export.day");
    export(&["--from", "2026-02-01", "--until", "2026-01-01"]).refused("export.period");
    export(&["--status", "lost"]).refused("export.status");
    assert_eq!(export(&["--category", "Nowhere"]).code, 3);
    assert_eq!(export(&["--incremental", "--status", "draft"]).code, 2);
    assert!(!bench.path("out").exists());
    let zip = bench.run(&["export", "--to", "out", "--status", "draft"]).done();
    bench.run(&["--json", "restore", &zip, "--to", "again"]).refused("export.selection");
}
