//! Series of exports, and a library rebuilt from its records.

use std::collections::BTreeMap;

use fonds_library::{
    Category, Content, Error, ExportMode, ExportRecord, FIRST_PREVIOUS, Held, IntentionAction,
    IntentionState, Language, Library, Origin, Publication, Refusal, RestoredFrom, RestoredPost, Restoring,
};
use serde_json::json;
use tempfile::TempDir;

use crate::{Desk, act, act_as, content, id, new_library};

fn held() -> Held {
    Held { objects: BTreeMap::new(), journal: (0, FIRST_PREVIOUS.into()), mark: 0 }
}

fn made(desk: &mut Desk, now: i64) -> ExportRecord {
    let next = desk.library.next_export(&act(now), act(now).now, ExportMode::Full).unwrap();
    let record = ExportRecord {
        series_id: next.series_id,
        series: next.series,
        sequence: next.sequence,
        mode: ExportMode::Full,
        at: act(now).now,
        sha256: format!("{:064x}", next.sequence),
        size: 10,
    };
    desk.library.record_export(&act(now), &record, &held(), &desk.folder.path().join("x.zip")).unwrap();
    record
}

/// A library with one of everything, and an export of it.
fn full() -> (Desk, ExportRecord) {
    let mut desk = Desk::new();
    let parent = Category { id: id(32), parent: None, name_en: "A".into(), name_fr: "A".into() };
    let child = Category { id: id(31), parent: Some(id(32)), name_en: "B".into(), name_fr: "B".into() };
    desk.library.add_category(&act(2_000), &parent).unwrap();
    desk.library.add_category(&act(2_000), &child).unwrap();
    let blob = desk.library.blobs().put(&mut &b"%PDF-1.7"[..]).unwrap();
    let pdf = desk.library.add_attachment(&act(2_000), id(11), "attachments/a.pdf", &blob).unwrap();
    let post = desk.post(Language::En, "News");
    let text =
        Content { attachments: vec![pdf], front_matter: "x: y\n".into(), ..content("News", "référé\r\n") };
    desk.library.save(&act(3_000), post.id, &text).unwrap();
    desk.library.seal(&act(3_500), post.id, Origin::Editor).unwrap();
    desk.library.file_under(&act(4_000), post.pair, &[id(31)]).unwrap();
    let public = Publication {
        post: post.id,
        blog: id(3),
        revision: 1,
        address: "https://example.org/news".into(),
        answer: json!({ "id": 7 }),
        first_at: act(5_000).now,
        at: act(5_000).now,
        actor: act_as("Bob", 0).actor,
    };
    desk.library.intend(&act(5_000), id(41), post.id, id(3), IntentionAction::Publish, 1).unwrap();
    desk.library.record_publication(&act(5_000), id(41), &public).unwrap();
    desk.library
        .add_conflict(&act(5_500), post.id, Some(1), &content("News", "theirs"), Origin::File)
        .unwrap();
    desk.library.intend(&act(6_000), id(42), post.id, id(3), IntentionAction::Withdraw, 1).unwrap();
    desk.library.name_revision(&act(6_200), post.id, 1, Some("As first sent")).unwrap();
    let trashed = desk.post(Language::Fr, "Corbeille");
    desk.library.seal_all(&act(6_500)).unwrap();
    desk.library.set_trashed(&act(7_000), trashed.id, true).unwrap();
    let first = made(&mut desk, 8_000);
    (desk, first)
}

fn restored_post(library: &Library, post: &fonds_library::Post) -> RestoredPost {
    let mut revisions: Vec<_> = library
        .history(post.id)
        .unwrap()
        .iter()
        .map(|row| library.revision(post.id, row.number).unwrap())
        .collect();
    revisions.reverse();
    RestoredPost {
        id: post.id,
        pair: post.pair,
        created_at: post.created_at,
        head: post.head.unwrap(),
        status: post.status,
        trashed_at: post.trashed_at,
        conflict: library.conflict(post.id).unwrap(),
        revisions,
        names: library.revision_names(post.id).unwrap(),
    }
}

fn restoring() -> Restoring {
    Restoring {
        from: RestoredFrom {
            series_id: id(2),
            series: "blogue-du-gouvernement-o".into(),
            sequence: 2,
            sha256: format!("{:064x}", 2),
        },
        at: act(9_000).now,
        mode: ExportMode::Full,
        next_series_id: id(0xabc),
        restored_at: act(20_000).now,
        restored_by: act_as("Officer", 0).actor,
    }
}

/// Rebuilds `from` through the restoring calls.
fn restore(from: &Library) -> Desk {
    let folder: TempDir = tempfile::tempdir().unwrap();
    let identity = from.identity().unwrap();
    let mut to = Library::begin_restore(folder.path(), &new_library(), identity.created_at).unwrap();
    to.restore_categories(&from.categories().unwrap()).unwrap();
    to.restore_blogs(&from.blogs().unwrap()).unwrap();
    for attachment in from.attachments().unwrap() {
        let versions = from.attachment_versions(attachment.id).unwrap();
        for version in &versions {
            let mut bytes = from.blobs().open_blob(&version.blob.sha256).unwrap();
            assert_eq!(to.blobs().put(&mut bytes).unwrap(), version.blob);
        }
        to.restore_attachment(&attachment, &versions).unwrap();
    }
    for pair in from.pairs().unwrap() {
        to.restore_pair(pair, &from.filing(pair).unwrap()).unwrap();
    }
    for post in from.all_posts().unwrap() {
        to.restore_post(&restored_post(from, &post)).unwrap();
    }
    let mut entries = vec![];
    from.each_journal_entry(0, |entry| {
        entries.push(entry);
        Ok(())
    })
    .unwrap();
    to.restore_journal(&entries).unwrap();
    for item in from.outbox(true).unwrap() {
        to.restore_intention(&item).unwrap();
    }
    to.finish_restore(&identity.series, identity.origin.as_ref(), &restoring()).unwrap();
    Desk { folder, library: to, ids: 5_000 }
}

#[test]
fn exports_of_a_series_follow_each_other() {
    let mut desk = Desk::new();
    let next = desk.library.next_export(&act(2_000), act(2_000).now, ExportMode::Full).unwrap();
    assert_eq!(
        (next.sequence, next.previous.as_ref(), next.origin.as_ref(), next.remakes),
        (1, None, None, false)
    );
    let first = made(&mut desk, 3_000);
    let next = desk.library.next_export(&act(4_000), act(3_000).now, ExportMode::Full).unwrap();
    assert_eq!((next.sequence, next.previous.unwrap().sha256), (2, first.sha256.clone()));
    assert!(!next.remakes, "the library's own export is not made again");
    let second = made(&mut desk, 4_000);
    let listed: Vec<_> = desk.library.exports().unwrap();
    assert_eq!(listed.iter().map(|(record, _)| record).collect::<Vec<_>>(), [&second, &first]);
    assert!(listed[0].1.as_deref().unwrap().ends_with("x.zip"));
    assert_eq!(desk.actions()[2..], ["export.made", "export.made"]);
    assert!(
        desk.library.record_export(&act(5_000), &second, &held(), desk.folder.path()).is_err(),
        "a number is used once"
    );
}

#[test]
fn a_restored_library_holds_the_same_rows() {
    let (original, _) = full();
    let restored = restore(&original.library);
    let (a, b) = (&original.library, &restored.library);
    assert_eq!(a.identity().unwrap(), b.identity().unwrap());
    assert_eq!(a.categories().unwrap(), b.categories().unwrap());
    assert_eq!(a.blogs().unwrap(), b.blogs().unwrap());
    assert_eq!(a.pairs().unwrap(), b.pairs().unwrap());
    assert_eq!(a.filed_pairs().unwrap(), b.filed_pairs().unwrap());
    assert_eq!(a.attachments().unwrap(), b.attachments().unwrap());
    assert_eq!(a.attachment_versions(id(11)).unwrap(), b.attachment_versions(id(11)).unwrap());
    assert_eq!(a.all_posts().unwrap(), b.all_posts().unwrap());
    for post in a.all_posts().unwrap() {
        assert_eq!(restored_post(a, &post), restored_post(b, &b.post(post.id).unwrap()));
        assert_eq!(a.publications(post.id).unwrap(), b.publications(post.id).unwrap());
    }
    assert_eq!(original.actions(), restored.actions());
    assert_eq!(a.newest_journal_entries(100).unwrap(), b.newest_journal_entries(100).unwrap());
    let records =
        |l: &Library| l.exports().unwrap().into_iter().map(|(record, _)| record).collect::<Vec<_>>();
    assert_eq!(records(a), records(b));
    let waiting = b.outbox(true).unwrap();
    assert_eq!((waiting.len(), waiting[0].state), (1, IntentionState::Paused), "a person decides");
    assert_eq!(
        b.search(&fonds_library::Query { words: "refere".into(), ..Default::default() }, 5)
            .unwrap()
            .hits
            .len(),
        1
    );
    assert_eq!(b.check().unwrap(), []);
    assert_eq!(restored.reopen().library.check().unwrap(), []);
}

#[test]
fn the_restored_export_can_be_made_again_until_something_changes() {
    let (original, first) = full();
    let mut desk = restore(&original.library);
    for _ in 0..2 {
        desk.library.seal_all(&act(30_000)).unwrap();
        let again = desk.library.next_export(&act(30_000), restoring().at, ExportMode::Full).unwrap();
        assert!(again.remakes);
        assert_eq!((again.series_id, again.sequence), (id(2), 2));
        assert_eq!(again.previous.unwrap().sha256, first.sha256);
    }
    assert_eq!(desk.actions(), original.actions(), "making it again is not journalled");

    desk.post(Language::En, "The first change");
    let identity = desk.library.identity().unwrap();
    assert_eq!(identity.series_id, id(0xabc));
    assert_eq!(identity.series, "blogue-du-gouvern-000abc");
    assert_eq!(identity.origin, Some(restoring().from));
    let next = desk.library.next_export(&act(40_000), restoring().at, ExportMode::Full).unwrap();
    assert_eq!((next.sequence, next.previous, next.remakes), (1, None, false));
    assert_eq!(next.origin, Some(restoring().from));
    let actions = desk.actions();
    assert_eq!(actions[actions.len() - 2..], ["library.restored", "post.created"]);
    let entry = desk.library.newest_journal_entries(2).unwrap().remove(1);
    assert_eq!(entry.actor.name, "Officer");
    assert_eq!(desk.library.check().unwrap(), []);
}

#[test]
fn another_export_begins_the_new_series_too() {
    let (original, _) = full();
    let mut desk = restore(&original.library);
    let record = made(&mut desk, 50_000);
    assert_eq!((record.series_id, record.sequence), (id(0xabc), 1));
    assert_eq!(desk.actions().iter().filter(|action| *action == "library.restored").count(), 1);
}

#[test]
fn a_decision_about_the_outbox_is_a_change_too() {
    let (original, _) = full();
    let mut desk = restore(&original.library);
    desk.library.set_intention(&act(30_000), id(42), IntentionState::Waiting, None).unwrap();
    let next = desk.library.next_export(&act(30_000), restoring().at, ExportMode::Full).unwrap();
    assert!(!next.remakes, "it would not hold what the restored one held");
}

#[test]
fn a_tree_without_an_end_is_not_restored() {
    let folder = tempfile::tempdir().unwrap();
    let mut library = Library::begin_restore(folder.path(), &new_library(), act(1_000).now).unwrap();
    let category = |own, parent| Category {
        id: id(own),
        parent: Some(id(parent)),
        name_en: own.to_string(),
        name_fr: own.to_string(),
    };
    let looped = library.restore_categories(&[category(1, 2), category(2, 1)]);
    assert!(matches!(looped, Err(Error::Refused(Refusal::CategoryLoop))), "{looped:?}");
    assert_eq!(library.categories().unwrap(), []);
    assert!(
        matches!(library.restore_categories(&[category(1, 7)]), Err(Error::Sqlite(_))),
        "a parent that is not there"
    );
}

#[test]
fn a_post_without_its_head_is_not_restored() {
    let (original, _) = full();
    let post = original.library.all_posts().unwrap().remove(0);
    let folder = tempfile::tempdir().unwrap();
    let mut library = Library::begin_restore(folder.path(), &new_library(), act(1_000).now).unwrap();
    library.restore_pair(post.pair, &[]).unwrap();
    let headless = RestoredPost { head: 9, ..restored_post(&original.library, &post) };
    assert!(matches!(library.restore_post(&headless), Err(Error::NotFound { kind: "revision", .. })));
    assert_eq!(library.all_posts().unwrap(), []);
}
