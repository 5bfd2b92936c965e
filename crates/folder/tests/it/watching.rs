//! The watch says that something changed, soon, and only then.

use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use fonds_folder::{Changes, Watch, watch};

use crate::fixture::Fixture;

fn watched(f: &Fixture) -> (Watch, Receiver<Changes>) {
    let (news, inbox) = channel();
    let tell = move |changes| assert!(news.send(changes).is_ok(), "nobody listens");
    let watch = watch(f.library.root(), tell).unwrap();
    (watch, inbox)
}

const SOON: Duration = Duration::from_secs(1);
const LONG: Duration = Duration::from_millis(700);

#[test]
fn an_edit_is_seen_within_a_second() {
    let f = Fixture::new();
    f.put("posts/a.md", "one");
    let (watch, inbox) = watched(&f);
    for path in ["posts/a.md", "posts/new/b.md", "attachments/c.pdf"] {
        let begin = Instant::now();
        f.put(path, "two");
        inbox.recv_timeout(SOON).unwrap();
        assert!(begin.elapsed() < SOON);
        while inbox.recv_timeout(LONG).is_ok() {}
    }
    // In a folder that is younger than the watch.
    f.put("posts/new/b.md", "three");
    assert!(inbox.recv_timeout(Duration::from_secs(5)).is_ok());
    drop(watch);
    f.put("posts/a.md", "four");
    while inbox.recv_timeout(LONG).is_ok() {}
    assert!(inbox.recv().is_err(), "the thread has ended");
}

#[test]
fn reading_and_what_is_no_post_call_nothing() {
    let mut f = Fixture::new();
    let (_, path) = f.written("One", "Text.\n");
    let (_watch, inbox) = watched(&f);
    f.read(&path);
    assert_eq!(f.sync(), []);
    f.put("posts/.a.md.swp", "x");
    f.put("other.txt", "x");
    f.put("site/index.html", "x");
    assert!(inbox.recv_timeout(LONG).is_err());
}

#[test]
fn many_writes_are_one_call_or_a_few() {
    let f = Fixture::new();
    let (_watch, inbox) = watched(&f);
    for n in 0..300 {
        f.put(&format!("posts/{n}.md"), "x");
    }
    inbox.recv_timeout(Duration::from_secs(5)).unwrap();
    let mut calls = 1;
    while inbox.recv_timeout(LONG).is_ok() {
        calls += 1;
    }
    assert!(calls < 10, "{calls}");
}

#[test]
fn a_replaced_folder_is_watched_again() {
    let f = Fixture::new();
    let (_watch, inbox) = watched(&f);
    std::fs::remove_dir_all(f.place("posts")).unwrap();
    inbox.recv_timeout(SOON).unwrap();
    std::fs::create_dir(f.place("posts")).unwrap();
    inbox.recv_timeout(SOON).unwrap();
    while inbox.recv_timeout(LONG).is_ok() {}
    f.put("posts/a.md", "x");
    assert!(inbox.recv_timeout(SOON).is_ok());
}
