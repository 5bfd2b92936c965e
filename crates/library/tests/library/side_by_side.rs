//! Several connections at once, snapshots, and any order of changes: nothing saved is lost.

use std::collections::BTreeSet;

use fonds_library::{Content, Error, Id, Language, Library, NewPost, Origin};
use proptest::prelude::*;

use crate::{Desk, act, act_as, content, id};

#[test]
fn programs_that_write_at_once_wait_for_each_other_and_lose_nothing() {
    let mut desk = Desk::new();
    let shared = desk.post(Language::En, "Shared").id;
    let root = desk.root().to_owned();
    let writers: Vec<_> = (1..=3u32)
        .map(|writer| {
            let root = root.clone();
            std::thread::spawn(move || {
                let mut library = Library::open(&root).unwrap();
                for round in 0..15u32 {
                    let own = id(writer * 1_000 + round);
                    let new = NewPost {
                        id: own,
                        pair: id(writer * 1_000 + 500 + round),
                        counterpart: None,
                        language: Language::En,
                        title: "Same".into(),
                        slug: "same".into(),
                    };
                    library.create_post(&act(5_000), &new).unwrap();
                    let text = content("Shared", &format!("{writer} {round}"));
                    library
                        .add_revision(&act_as(&format!("W{writer}"), 6_000), shared, &text, Origin::File)
                        .unwrap();
                }
            })
        })
        .collect();
    writers.into_iter().for_each(|writer| writer.join().unwrap());
    assert_eq!(desk.library.all_posts().unwrap().len(), 46);
    let bodies: BTreeSet<String> =
        (1..=45).map(|n| desk.library.revision(shared, n).unwrap().content.body).collect();
    assert_eq!(bodies.len(), 45);
    let slugs: BTreeSet<String> =
        desk.library.all_posts().unwrap().into_iter().map(|post| post.slug).collect();
    assert_eq!(slugs.len(), 46, "slugs are given once");
    assert_eq!(desk.library.check().unwrap(), []);
}

#[test]
fn a_second_program_waits_for_a_change_that_is_being_made() {
    let mut desk = Desk::new();
    let post = desk.post(Language::En, "Draft").id;
    let raw = desk.raw();
    raw.execute_batch("BEGIN IMMEDIATE").unwrap();
    let started = std::time::Instant::now();
    let ends = std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(300));
        raw.execute_batch("COMMIT").unwrap();
    });
    desk.save(post, "waited", 3_000);
    assert!(started.elapsed() >= std::time::Duration::from_millis(250));
    ends.join().unwrap();
    assert_eq!(desk.library.current(post).unwrap().body, "waited");
}

#[test]
fn two_programs_that_bring_a_new_version_number_them_in_turn() {
    let mut desk = Desk::new();
    let one = desk.library.blobs().put(&mut &b"0"[..]).unwrap();
    desk.library.add_attachment(&act(2_000), id(11), "attachments/a.pdf", &one).unwrap();
    let root = desk.root().to_owned();
    let writers: Vec<_> = ["a", "b"]
        .map(|name| {
            let root = root.clone();
            std::thread::spawn(move || {
                let mut library = Library::open(&root).unwrap();
                for round in 0..10 {
                    let blob = library.blobs().put(&mut format!("{name}{round}").as_bytes()).unwrap();
                    library.replace_attachment(&act(3_000), id(11), &blob).unwrap();
                }
            })
        })
        .into_iter()
        .collect();
    writers.into_iter().for_each(|writer| writer.join().unwrap());
    let versions = desk.library.attachment_versions(id(11)).unwrap();
    assert_eq!(versions.iter().map(|v| v.version).collect::<Vec<_>>(), (1..=21).collect::<Vec<_>>());
}

#[test]
fn a_snapshot_stays_while_writing_goes_on() {
    let mut desk = Desk::new();
    let post = desk.post(Language::En, "Draft").id;
    desk.save(post, "then", 3_000);
    let mut snapshot = desk.library.snapshot().unwrap();
    let version = desk.library.data_version().unwrap();
    desk.save(post, "now", 4_000);
    desk.library.seal(&act(4_000), post, Origin::Editor).unwrap();
    desk.post(Language::En, "Another");
    assert_eq!(snapshot.current(post).unwrap().body, "then");
    assert_eq!(snapshot.all_posts().unwrap().len(), 1);
    assert!(snapshot.seal_all(&act(5_000)).is_err(), "a snapshot is only read");
    assert_eq!(snapshot.check().unwrap(), []);
    assert_eq!(desk.library.data_version().unwrap(), version, "one's own writes are no news");
    let mut other = Library::open(desk.root()).unwrap();
    other.save(&act(6_000), post, &content("Draft", "theirs")).unwrap();
    assert_ne!(desk.library.data_version().unwrap(), version);
    assert_eq!(desk.library.current(post).unwrap().body, "theirs");
}

#[derive(Clone, Debug)]
enum Step {
    Save(u8),
    SaveAs(u8),
    Seal,
    SealAll,
    FromFile(u8),
    Merge(u8),
    Conflict(u8),
    Resolve(bool),
    Restore(u8),
    Replace(u8),
    Trash(bool),
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => any::<u8>().prop_map(Step::Save),
        2 => any::<u8>().prop_map(Step::SaveAs),
        1 => Just(Step::Seal),
        1 => Just(Step::SealAll),
        2 => any::<u8>().prop_map(Step::FromFile),
        1 => any::<u8>().prop_map(Step::Merge),
        1 => any::<u8>().prop_map(Step::Conflict),
        1 => any::<bool>().prop_map(Step::Resolve),
        1 => any::<u8>().prop_map(Step::Restore),
        1 => any::<u8>().prop_map(Step::Replace),
        1 => any::<bool>().prop_map(Step::Trash),
        1 => Just(Step::Reopen),
    ]
}

/// What the author may count on: each text that a call took in, until the same author typed over it.
struct Author {
    kept: BTreeSet<String>,
    typed: Option<(String, String)>,
}

impl Author {
    /// A save by `name`: what they typed themselves since the last seal may go, anybody else's may not.
    fn types(&mut self, name: &str, body: &str) {
        if let Some((by, before)) = self.typed.take()
            && by != name
        {
            self.kept.insert(before);
        }
        self.typed = Some((name.into(), body.into()));
    }

    fn brings(&mut self, body: &str) {
        self.kept.extend(self.typed.take().map(|(_, body)| body));
        self.kept.insert(body.into());
    }
}

fn reachable(library: &Library, post: Id) -> BTreeSet<String> {
    let mut bodies: BTreeSet<String> = library
        .history(post)
        .unwrap()
        .iter()
        .map(|row| library.revision(post, row.number).unwrap().content.body)
        .collect();
    bodies.insert(library.current(post).unwrap().body);
    bodies
}

fn take(desk: &mut Desk, author: &mut Author, post: Id, step: &Step, now: i64) {
    let text = |body: &str, desk: &Desk| Content { body: body.into(), ..desk.library.current(post).unwrap() };
    let base = desk.library.post(post).unwrap().head;
    match step {
        Step::Save(n) | Step::SaveAs(n) => {
            let (name, body) =
                (if matches!(step, Step::Save(_)) { "Ada" } else { "Bob" }, format!("typed {}", n % 8));
            let content = text(&body, desk);
            if desk.library.save(&act_as(name, now), post, &content).is_ok() {
                author.types(name, &body);
            }
        }
        Step::Seal => drop(desk.library.seal(&act(now), post, Origin::Editor).unwrap()),
        Step::SealAll => desk.library.seal_all(&act(now)).unwrap(),
        Step::FromFile(n) => {
            let body = format!("file {}", n % 8);
            let content = text(&body, desk);
            if desk.library.add_revision(&act(now), post, &content, Origin::File).is_ok() {
                author.brings(&body);
            }
        }
        Step::Merge(n) => {
            let (theirs, merged) = (format!("theirs {n}"), format!("merged {n}"));
            let (a, b) = (text(&theirs, desk), text(&merged, desk));
            if desk.library.add_merge(&act(now), post, base, &a, Origin::File, &b).is_ok() {
                author.brings(&theirs);
                author.brings(&merged);
            }
        }
        Step::Conflict(n) => {
            let body = format!("conflict {}", n % 3);
            let content = text(&body, desk);
            if desk.library.add_conflict(&act(now), post, base, &content, Origin::File).is_ok() {
                author.kept.insert(body);
            }
        }
        Step::Resolve(mine) => {
            if let Some(theirs) = desk.library.conflict(post).unwrap() {
                let content = if *mine {
                    desk.library.current(post).unwrap()
                } else {
                    desk.library.revision(post, theirs).unwrap().content
                };
                if desk.library.resolve_conflict(&act(now), post, &content).is_ok() {
                    author.brings(&content.body);
                }
            }
        }
        Step::Restore(n) => {
            let number = u32::from(*n) % base.unwrap_or(1).max(1) + 1;
            drop(desk.library.restore_revision(&act(now), post, number).map(|_| {
                let body = desk.library.current(post).unwrap().body;
                author.brings(&body);
            }));
        }
        Step::Replace(n) => {
            let blob = desk.library.blobs().put(&mut &[*n][..]).unwrap();
            desk.library.replace_attachment(&act(now), id(11), &blob).unwrap();
        }
        Step::Trash(trashed) => desk.library.set_trashed(&act(now), post, *trashed).unwrap(),
        Step::Reopen => desk.library = Library::open(desk.root()).unwrap(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn no_order_of_changes_loses_a_text(steps in prop::collection::vec(step(), 1..25)) {
        let mut desk = Desk::new();
        let blob = desk.library.blobs().put(&mut &b"first"[..]).unwrap();
        let pdf = desk.library.add_attachment(&act(1_500), id(11), "attachments/a.pdf", &blob).unwrap();
        let post = desk.post(Language::En, "Draft").id;
        let start = Content { attachments: vec![pdf], ..content("Draft", "start") };
        desk.library.save(&act(2_500), post, &start).unwrap();
        let mut author = Author { kept: BTreeSet::new(), typed: Some(("Ada".into(), "start".into())) };
        for (now, step) in (3_000..).zip(&steps) {
            take(&mut desk, &mut author, post, step, now);
            let found = reachable(&desk.library, post);
            let wanted = author.kept.iter().chain(author.typed.iter().map(|(_, body)| body));
            for body in wanted {
                prop_assert!(found.contains(body), "{body:?} is gone after {step:?}; there are {found:?}");
            }
        }
        prop_assert_eq!(desk.library.check().unwrap(), []);
    }
}

const SHARE: fonds_library::Storage = fonds_library::Storage::Network("NFS");

#[test]
fn on_a_network_share_one_program_has_the_library_open_and_its_own_connections_share_it() {
    let mut desk = Desk::new();
    let post = desk.post(Language::En, "Shared").id;
    desk.save(post, "one", 3_000);
    let root = desk.root().to_owned();
    let Desk { folder, library, .. } = desk;
    drop(library);
    // Another program: its lock is another open file's, as it would be on another computer.
    let lock = root.join(".fonds/open.lock");
    let other = std::fs::File::create(&lock).unwrap();
    other.lock().unwrap();
    let refused = Library::open_on(&root, SHARE).unwrap_err();
    assert!(matches!(refused, Error::InUse { .. }), "{refused}");
    assert!(refused.to_string().contains("one program"), "{refused}");
    drop(other);

    let mut first = Library::open_on(&root, SHARE).unwrap();
    let mut second = Library::open_on(&root, SHARE).unwrap();
    let mode = |name: &str| -> String {
        let raw = rusqlite::Connection::open(root.join(".fonds/library.db")).unwrap();
        raw.pragma_query_value(None, name, |row| row.get(0)).unwrap()
    };
    assert_ne!(mode("journal_mode"), "wal");
    assert!(!root.join(".fonds/library.db-wal").exists());
    let text = |body: &str| Content { body: body.into(), ..content("Shared", "") };
    first.save(&act(4_000), post, &text("two")).unwrap();
    // A snapshot stays at its moment, and nobody waits for it.
    let snapshot = first.snapshot().unwrap();
    second.save(&act(5_000), post, &text("three")).unwrap();
    assert_eq!(snapshot.current(post).unwrap().body, "two");
    assert_eq!(first.current(post).unwrap().body, "three");
    assert_eq!(first.check().unwrap(), []);
    let still = std::fs::File::open(&lock).unwrap();
    assert!(still.try_lock().is_err(), "held while any of them is open");
    drop((first, second));
    assert!(still.try_lock().is_err(), "held by the snapshot");
    drop(snapshot);
    still.try_lock().unwrap();
    drop(still);
    // Back on a disk of this computer it is as before.
    let local = Library::open(&root).unwrap();
    assert_eq!(mode("journal_mode"), "wal");
    assert_eq!(local.current(post).unwrap().body, "three");
    drop(folder);
}
