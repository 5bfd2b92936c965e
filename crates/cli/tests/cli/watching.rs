//! `fonds watch`.

use std::io::{BufRead, BufReader};
use std::process::Command;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::Value;

use crate::support::Bench;

fn next(lines: &Receiver<String>) -> Value {
    let line = lines.recv_timeout(Duration::from_secs(15)).expect("an event in time");
    serde_json::from_str(&line).unwrap()
}

#[test]
fn changes_are_told_as_they_happen_until_ctrl_c() {
    let bench = Bench::new();
    let id = bench.post("T", "One.\n");
    let file = bench.file(&id);
    bench.write("lib/posts/early.md", "# Before\n");
    let mut child = bench.command(&["--json", "watch"]).spawn().unwrap();
    let (tell, lines) = channel();
    let out = child.stdout.take().unwrap();
    std::thread::spawn(move || {
        for line in BufReader::new(out).lines() {
            tell.send(line.unwrap()).unwrap();
        }
    });
    assert_eq!(next(&lines)["kind"], "created", "what happened before is taken in first");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("One.", "Two.")).unwrap();
    let event = next(&lines);
    assert_eq!((event["kind"].as_str(), event["posts"][0].as_str()), (Some("edited"), Some(id.as_str())));
    assert_eq!(bench.run(&["post", "show", &id]).out, "Two.\n");
    Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
