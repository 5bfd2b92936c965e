//! Exactly once, over a network that loses, cuts, repeats and delays, and with a program that is killed.

use std::time::Duration;

use crate::proxy::Proxy;
use crate::server::{Bench, Server};

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

#[test]
#[ignore = "make test-wordpress"]
fn nothing_is_doubled_lost_or_left_behind() {
    for run in 0..number("FONDS_FAULT_RUNS", 1) {
        publish_all(number("FONDS_FAULT_PAIRS", 16), 42 + run);
    }
}

/// Publishes pairs, each with a file and an update. WordPress lists at most a hundred posts at once.
fn publish_all(pairs: u64, seed: u64) {
    let (server, bench) = (Server::start(), Bench::new());
    let proxy = Proxy::start(server.port(), seed);
    bench.add_blog(&server, "editor", Some(proxy.port));
    let mut posts = Vec::new();
    for number in 0..pairs {
        let english = bench.post(&format!("Post {number}"), "en", None, "One.\n");
        bench.attach(&english, &format!("file-{number}.pdf"));
        let french = bench.post(&format!("Billet {number}"), "fr", Some(&english), "Un.\n");
        posts.push([english, french]);
    }
    proxy.faulty(true);
    for (number, pair) in posts.iter().enumerate() {
        let args = ["publish", &pair[0], &pair[1], "--to", "wp"];
        if number % 3 == 0 {
            // Killed somewhere on its way.
            let mut child = bench.command(&args).spawn().unwrap();
            std::thread::sleep(Duration::from_millis(150 + (number as u64 * 97) % 900));
            child.kill().unwrap();
            child.wait().unwrap();
        }
        bench.run(&args);
    }
    until_empty(&bench);
    for pair in &posts {
        bench.edit(&pair[0], "Two.\n");
        bench.run(&["publish", &pair[0], "--to", "wp"]);
    }
    until_empty(&bench);
    proxy.settle();
    proxy.faulty(false);
    bench.run(&["sync"]).done();

    let mut wanted: Vec<String> =
        (0..pairs).flat_map(|number| [format!("billet-{number}"), format!("post-{number}")]).collect();
    wanted.sort();
    assert_eq!(server.public(), wanted, "after {} faults", proxy.faults());
    let there = server.posts();
    assert_eq!(there.len() as u64, 2 * pairs, "no draft is left: {:?}", slugs(&there));
    for post in there.iter().filter(|post| post["slug"].as_str().unwrap().starts_with("post-")) {
        let raw = post["content"]["raw"].as_str().unwrap();
        assert!(raw.contains("<p>Two.</p>"), "the newest text is public: {raw}");
    }
    assert_eq!(server.media().len() as u64, pairs, "no file is left: {:?}", slugs(&server.media()));
    assert!(proxy.faults() > pairs, "the network was bad: {}", proxy.faults());
    eprintln!("{} faults, {pairs} pairs", proxy.faults());
}

/// Tries until everything has gone out.
fn until_empty(bench: &Bench) {
    for _ in 0..200 {
        if bench.waiting().is_empty() {
            return;
        }
        bench.run(&["outbox", "retry"]);
    }
    panic!("still in the outbox: {:?}", bench.waiting());
}

fn slugs(list: &[serde_json::Value]) -> Vec<String> {
    list.iter().map(|one| format!("{} {}", one["slug"], one["status"])).collect()
}
