//! What changed since the last export: every change is noted once, and taken away with the export that holds it.

use std::collections::{BTreeMap, BTreeSet};

use fonds_library::{
    Category, Changed, ExportMode, ExportRecord, FileStamp, Held, Id, Language, MirroredFile, Origin,
};

use crate::{Desk, act, id};

/// Records an export of the state of this moment that held these objects.
fn export(desk: &mut Desk, now: i64, mode: ExportMode, objects: &[(Id, &str)]) -> ExportMode {
    let next = desk.library.next_export(&act(now), act(now).now, mode).unwrap();
    let record = ExportRecord {
        series_id: next.series_id,
        series: next.series,
        sequence: next.sequence,
        mode: next.mode,
        at: act(now).now,
        sha256: format!("{:064x}", next.sequence),
        size: 10,
    };
    let mark = desk.library.change_mark().unwrap();
    let last = desk.library.newest_journal_entries(1).unwrap().remove(0);
    let held = Held {
        objects: objects.iter().map(|(id, inventory)| (id.to_string(), (*inventory).into())).collect(),
        journal: (last.seq, last.hash),
        mark,
    };
    let place = desk.root().join("x.zip");
    desk.library.record_export(&act(now), &record, &held, &place).unwrap();
    next.mode
}

fn changed(desk: &Desk) -> Changed {
    desk.library.changed_since_export().unwrap()
}

fn only(id: Id) -> BTreeSet<Id> {
    BTreeSet::from([id])
}

#[test]
fn an_increment_needs_an_export_to_build_on() {
    let mut desk = Desk::new();
    assert_eq!(export(&mut desk, 2_000, ExportMode::Incremental, &[]), ExportMode::Full);
    assert_eq!(export(&mut desk, 3_000, ExportMode::Incremental, &[]), ExportMode::Incremental);
    assert_eq!(export(&mut desk, 4_000, ExportMode::Full, &[]), ExportMode::Full);
    let base = desk.library.export_base().unwrap().unwrap();
    assert_eq!((base.series_id, base.sequence), (id(2), 3));
}

#[test]
fn each_change_is_noted_and_an_export_takes_the_notes_away() {
    let mut desk = Desk::new();
    let post = desk.post(Language::En, "News");
    desk.save(post.id, "one", 2_500);
    desk.library.seal(&act(2_500), post.id, Origin::Editor).unwrap();
    export(&mut desk, 3_000, ExportMode::Full, &[(post.id, "a")]);
    assert_eq!(changed(&desk), Changed::default());
    assert_eq!(desk.library.exported_inventory(post.id).unwrap().as_deref(), Some("a"));

    desk.save(post.id, "two", 4_000);
    assert_eq!(changed(&desk), Changed::default(), "what is being written is in no export");
    desk.library.seal(&act(4_000), post.id, Origin::Editor).unwrap();
    let expected = Changed { posts: only(post.id), texts: only(post.id), ..Changed::default() };
    assert_eq!(changed(&desk), expected);
    export(&mut desk, 5_000, ExportMode::Incremental, &[(post.id, "b")]);
    assert_eq!(changed(&desk), Changed::default());
    assert_eq!(desk.library.exported_inventory(post.id).unwrap().as_deref(), Some("b"));

    let category = Category { id: id(30), parent: None, name_en: "A".into(), name_fr: "A".into() };
    desk.library.add_category(&act(6_000), &category).unwrap();
    desk.library.file_under(&act(6_000), post.pair, &[id(30)]).unwrap();
    desk.library.set_trashed(&act(6_000), post.id, true).unwrap();
    let blob = desk.library.blobs().put(&mut &b"%PDF-1.7"[..]).unwrap();
    desk.library.add_attachment(&act(6_000), id(40), "attachments/a.pdf", &blob).unwrap();
    let expected = Changed {
        categories: only(id(30)),
        pairs: only(post.pair),
        posts: only(post.id),
        attachments: only(id(40)),
        texts: only(id(40)),
        ..Changed::default()
    };
    assert_eq!(changed(&desk), expected);
}

#[test]
fn a_file_that_is_written_again_is_no_change_and_one_that_moves_is() {
    let mut desk = Desk::new();
    let post = desk.post(Language::En, "News");
    let mut file = MirroredFile {
        post: post.id,
        path: "posts/a.md".into(),
        stamp: FileStamp { size: 1, mtime: 1, changed: 1 },
        missing: false,
    };
    desk.library.set_mirrored_file(&file, b"a").unwrap();
    export(&mut desk, 3_000, ExportMode::Full, &[]);
    file.stamp.mtime = 2;
    desk.library.set_mirrored_file(&file, b"a").unwrap();
    assert_eq!(changed(&desk), Changed::default());
    file.path = "posts/b.md".into();
    desk.library.set_mirrored_file(&file, b"a").unwrap();
    assert_eq!(changed(&desk), Changed { posts: only(post.id), ..Changed::default() });
}

#[test]
fn what_changes_while_an_export_is_made_waits_for_the_next() {
    let mut desk = Desk::new();
    let post = desk.post(Language::En, "News");
    export(&mut desk, 3_000, ExportMode::Full, &[]);
    desk.library.set_trashed(&act(4_000), post.id, true).unwrap();
    let next = desk.library.next_export(&act(5_000), act(5_000).now, ExportMode::Incremental).unwrap();
    let mark = desk.library.change_mark().unwrap();
    desk.library.set_trashed(&act(5_500), post.id, false).unwrap();
    let record = ExportRecord {
        series_id: next.series_id,
        series: next.series,
        sequence: next.sequence,
        mode: next.mode,
        at: act(5_000).now,
        sha256: "00".repeat(32),
        size: 10,
    };
    let held = Held { objects: BTreeMap::new(), journal: (1, "11".repeat(32)), mark };
    let place = desk.root().join("x.zip");
    desk.library.record_export(&act(6_000), &record, &held, &place).unwrap();
    assert_eq!(changed(&desk), Changed { posts: only(post.id), ..Changed::default() });
}
