//! The history of a post: listed, compared, named, brought back.

use serde_json::Value;

use crate::support::Bench;

fn edited() -> (Bench, String) {
    let bench = Bench::new();
    let post = bench.post("Budget", "# Budget\n\nIt costs **much** more.\n\nThe same.\n");
    bench
        .run_with(
            &["post", "edit", &post, "--body", "-"],
            "# Budget\n\nIt costs **little** more.\n\nThe same.\n",
        )
        .done();
    (bench, post)
}

#[test]
fn two_revisions_are_compared_as_written_and_as_read() {
    let (bench, post) = edited();
    let patch = bench.run(&["post", "diff", &post, "1", "2"]).done();
    assert!(patch.contains("-It costs **much** more.\n+It costs **little** more."), "{patch}");
    assert_eq!(
        bench.run(&["post", "diff", &post, "1", "2", "--rendered"]).done(),
        "It costs [-much-]{+little+} more."
    );
    let compared = bench.run(&["--json", "post", "diff", &post, "1", "2", "--rendered"]).json();
    let kinds: Vec<&str> =
        compared["blocks"].as_array().unwrap().iter().map(|block| block["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["same", "changed", "same"]);
    assert_eq!((&compared["added"], &compared["removed"]), (&Value::from(1), &Value::from(1)));
    let same = bench.run(&["post", "diff", &post, "2", "2", "--rendered"]);
    assert_eq!((same.code, &*same.out), (0, ""));
}

#[test]
fn a_revision_is_named_and_brought_back() {
    let (bench, post) = edited();
    let said = bench.run(&["post", "name", &post, "1", "  As sent to the minister "]).done();
    assert_eq!(said, "Revision 1 is “As sent to the minister” now");
    assert!(bench.run(&["post", "history", &post]).done().contains("“As sent to the minister”"));
    bench.run(&["post", "restore", &post, "1"]).done();
    let history = bench.run(&["--json", "post", "history", &post]).json();
    assert_eq!(
        (&history[0]["number"], &history[0]["origin"], &history[0]["name"]),
        (&3.into(), &"restore".into(), &Value::Null)
    );
    assert_eq!(history[2]["name"], "As sent to the minister");
    let back = bench.run(&["--json", "post", "diff", &post, "2", "3", "--rendered"]).json();
    assert_eq!(back["restored"], 1);
    bench.run(&["post", "name", &post, "1", "--none"]).done();
    assert_eq!(bench.run(&["--json", "post", "history", &post]).json()[2]["name"], Value::Null);
    bench.run(&["--json", "post", "name", &post, "1", "two\nlines"]).refused("revision.name");
    assert_eq!(bench.run(&["post", "name", &post, "1"]).code, 2, "a name, or --none");
}
