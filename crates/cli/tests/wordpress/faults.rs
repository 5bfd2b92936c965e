//! Exactly once, over a network that loses, cuts, repeats and delays, and with a program that is killed.

use std::time::Duration;

use crate::proxy::Proxy;
use crate::server::{Bench, Server};

/// How many pairs are published, each with a file and an update. `FONDS_FAULT_PAIRS` sets another number.
const PAIRS: usize = 12;

#[test]
#[ignore = "make test-wordpress"]
fn nothing_is_doubled_lost_or_left_behind() {
    let pairs = std::env::var("FONDS_FAULT_PAIRS").ok().and_then(|n| n.parse().ok()).unwrap_or(PAIRS);
    let (server, bench) = (Server::start(), Bench::new());
    let proxy = Proxy::start(server.port(), 42);
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
    // A late update is carried out after all, and the next look finds it: it is the same text, or an older one of ours.
    bench.run(&["sync"]).done();

    let mut wanted: Vec<String> =
        (0..pairs).flat_map(|number| [format!("billet-{number}"), format!("post-{number}")]).collect();
    wanted.sort();
    assert_eq!(server.public(), wanted, "after {} faults", proxy.faults());
    let there = server.posts();
    assert_eq!(there.len(), 2 * pairs, "no draft is left: {:?}", slugs(&there));
    assert_eq!(server.media().len(), pairs, "no file is left: {:?}", slugs(&server.media()));
    assert!(proxy.faults() > pairs as u64, "the network was bad: {}", proxy.faults());
    println!("{} faults", proxy.faults());
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
