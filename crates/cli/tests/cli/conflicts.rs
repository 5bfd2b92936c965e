//! Other programs at the same files.

use serde_json::Value;

use crate::support::{Bench, pdf};

fn edit(path: &std::path::Path, from: &str, to: &str) {
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{text}");
    std::fs::write(path, text.replace(from, to)).unwrap();
}

#[test]
fn an_edit_of_the_file_is_a_revision_at_the_next_verb() {
    let bench = Bench::new();
    let id = bench.post("T", "One line.\n");
    edit(&bench.file(&id), "One line.", "Another line, by another program.");
    assert_eq!(bench.run(&["post", "show", &id]).out, "Another line, by another program.\n");
    let history = bench.run(&["--json", "post", "history", &id]).json();
    assert_eq!(history[0]["origin"], "file");
    assert_eq!(history.as_array().unwrap().len(), 2);
}

#[test]
fn files_that_lie_in_the_folder_are_taken_in() {
    let bench = Bench::empty();
    bench.write("lib/posts/note.fr.md", "# Une note\n\nTexte.\n");
    bench.write("lib/attachments/report.pdf", pdf("here"));
    let made = bench.run(&["init", "lib"]);
    assert!(made.err.contains("report.pdf"), "{}", made.err);
    assert_eq!(bench.run(&["--json", "sync"]).json(), Value::Array(vec![]));
    let list = bench.run(&["--json", "post", "list"]).json();
    assert_eq!(list[0]["posts"][0]["language"], "fr", "{list}");
}

#[test]
fn a_file_that_cannot_be_read_is_named_and_left() {
    let bench = Bench::new();
    let path = bench.write("lib/posts/latin1.md", b"caf\xe9");
    let ran = bench.run(&["--json", "sync"]);
    assert_eq!(ran.code, 1, "{}", ran.out);
    assert_eq!(ran.json()[0]["kind"], "refused");
    let list = bench.run(&["post", "list"]);
    assert_eq!(list.code, 0, "it is no reason not to work on the rest");
    assert!(list.err.contains("latin1.md"), "{}", list.err);
    assert_eq!(std::fs::read(path).unwrap(), b"caf\xe9");
}

/// A library whose file another program wrote while its own text was on the way there, as after a crash.
fn in_conflict() -> (Bench, String) {
    let bench = Bench::new();
    let id = bench.post("T", "The same line.\n");
    let file = bench.file(&id);
    let base = std::fs::read(&file).unwrap();
    let connection = rusqlite::Connection::open(bench.path("lib/.fonds/library.db")).unwrap();
    connection.execute_batch("CREATE TEMP TABLE before AS SELECT revision, bytes, base FROM mirror").unwrap();
    bench.run_with(&["post", "edit", &id, "--body", "-"], "Mine.\n").done();
    std::fs::write(&file, &base).unwrap();
    edit(&file, "The same line.", "Theirs.");
    let sql = "UPDATE mirror SET (revision, bytes, base) = (SELECT revision, bytes, base FROM before)";
    connection.execute_batch(sql).unwrap();
    (bench, id)
}

#[test]
fn a_conflict_keeps_both_texts_and_asks() {
    for (keep, text) in [("mine", "Mine.\n"), ("theirs", "Theirs.\n")] {
        let (bench, id) = in_conflict();
        let found = bench.run(&["post", "list"]);
        assert_eq!(found.code, 1, "it was found just now: {}", found.err);
        assert!(
            found.out.contains("wait for a decision") && found.err.contains("post resolve"),
            "{}",
            found.err
        );
        let shown = bench.run(&["--json", "post", "show", &id]);
        assert_eq!(shown.code, 1);
        assert_eq!(shown.json()["markdown"], "Mine.\n");
        assert_eq!(shown.json()["conflict"]["markdown"], "Theirs.\n");
        assert_eq!(bench.run(&["--json", "sync"]).code, 1, "it still waits");
        bench.run(&["post", "resolve", &id, "--keep", keep]).done();
        assert_eq!(bench.run(&["post", "show", &id]).done(), text.trim_end());
        let history = bench.run(&["--json", "post", "history", &id]).json();
        assert_eq!(history[0]["origin"], "merge");
        assert_eq!(history.as_array().unwrap().len(), 4, "both texts are in it");
        assert!(std::fs::read_to_string(bench.file(&id)).unwrap().ends_with(text));
        assert_eq!(bench.run(&["--json", "sync"]).json(), Value::Array(vec![]));
    }
}
