//! The history of a post: pages of it, names of revisions, versions of files.

use fonds_library::{AttachmentRef, Content, Error, Language, Origin, Refusal, VersionUse};

use crate::{Desk, act, content, id};

fn numbers(rows: &[fonds_library::RevisionRow]) -> Vec<u32> {
    rows.iter().map(|row| row.number).collect()
}

#[test]
fn a_long_history_is_read_page_by_page() {
    let mut desk = Desk::new();
    let post = desk.post(Language::En, "News").id;
    for number in 1..=120 {
        desk.library
            .add_revision(&act(3_000 + number), post, &content("News", &format!("{number}")), Origin::Editor)
            .unwrap();
    }
    assert_eq!(desk.library.revisions_of(post).unwrap(), 120);
    let newest = desk.library.history_before(post, u32::MAX, 3).unwrap();
    assert_eq!(numbers(&newest), [120, 119, 118]);
    assert_eq!(numbers(&desk.library.history_before(post, 118, 2).unwrap()), [117, 116]);
    assert_eq!(numbers(&desk.library.history_before(post, 2, 50).unwrap()), [1]);
    assert_eq!(desk.library.history(post).unwrap().len(), 120);
    assert!(matches!(desk.library.history_before(id(99), 5, 5), Err(Error::NotFound { .. })));
}

#[test]
fn a_revision_is_named_renamed_and_unnamed_and_stays_as_it_is() {
    let mut desk = Desk::new();
    let post = desk.post(Language::En, "News").id;
    for body in ["one", "two"] {
        desk.library.add_revision(&act(3_000), post, &content("News", body), Origin::Editor).unwrap();
    }
    let before = desk.library.revision(post, 1).unwrap();
    for name in [Some("Sent to the minister"), Some("Sent to the minister"), Some("As sent"), None] {
        desk.library.name_revision(&act(4_000), post, 1, name).unwrap();
        let history = desk.library.history(post).unwrap();
        assert_eq!(history[1].name.as_deref(), name);
        assert_eq!(history[0].name, None);
    }
    assert_eq!(desk.library.revision(post, 1).unwrap(), before);
    let named = desk.actions().iter().filter(|action| *action == "revision.named").count();
    assert_eq!(named, 3, "the same name again is no change");
}

#[test]
fn a_name_is_one_line_on_a_revision_that_is_there() {
    let mut desk = Desk::new();
    let post = desk.post(Language::En, "News").id;
    desk.library.add_revision(&act(3_000), post, &content("News", "one"), Origin::Editor).unwrap();
    let long = "x".repeat(121);
    for name in ["", "  ", "two\nlines", &long] {
        let refused = desk.library.name_revision(&act(4_000), post, 1, Some(name));
        assert!(matches!(refused, Err(Error::Refused(Refusal::RevisionName(_)))), "{name}");
    }
    let none = desk.library.name_revision(&act(4_000), post, 7, Some("Later"));
    assert!(matches!(none, Err(Error::NotFound { .. })));
    desk.library.set_trashed(&act(5_000), post, true).unwrap();
    let trashed = desk.library.name_revision(&act(6_000), post, 1, Some("Late"));
    assert!(matches!(trashed, Err(Error::Refused(Refusal::Trashed(_)))));
    assert_eq!(desk.library.revision_names(post).unwrap().len(), 0);
}

#[test]
fn a_name_is_a_change_since_the_last_export() {
    let mut desk = Desk::new();
    let post = desk.post(Language::En, "News").id;
    desk.library.add_revision(&act(3_000), post, &content("News", "one"), Origin::Editor).unwrap();
    desk.library.settle_export_base(None).unwrap();
    desk.library.name_revision(&act(4_000), post, 1, Some("As sent")).unwrap();
    let changed = desk.library.changed_since_export().unwrap();
    assert!(changed.posts.contains(&post) && changed.texts.is_empty(), "{changed:?}");
}

#[test]
fn names_go_with_a_post_that_is_purged() {
    let mut desk = Desk::new();
    let post = desk.post(Language::En, "News").id;
    desk.library.add_revision(&act(3_000), post, &content("News", "one"), Origin::Editor).unwrap();
    desk.library.name_revision(&act(4_000), post, 1, Some("As sent")).unwrap();
    desk.library.set_trashed(&act(5_000), post, true).unwrap();
    desk.library.purge(&act(6_000), post).unwrap();
    assert_eq!(desk.library.revision_names(post).unwrap().len(), 0);
}

#[test]
fn each_revision_says_which_version_of_a_file_it_has() {
    let mut desk = Desk::new();
    let one = desk.library.blobs().put(&mut &b"one"[..]).unwrap();
    let two = desk.library.blobs().put(&mut &b"two"[..]).unwrap();
    let pdf = desk.library.add_attachment(&act(2_000), id(11), "attachments/a.pdf", &one).unwrap();
    let post = desk.post(Language::En, "News").id;
    let with = |attachments: Vec<AttachmentRef>, body: &str| Content { attachments, ..content("News", body) };
    for content in [with(vec![], "1"), with(vec![pdf], "2"), with(vec![pdf], "3")] {
        desk.library.add_revision(&act(3_000), post, &content, Origin::Editor).unwrap();
    }
    let (newer, _) = desk.library.replace_attachment(&act(4_000), id(11), &two).unwrap();
    desk.library.add_revision(&act(5_000), post, &with(vec![], "5"), Origin::Editor).unwrap();
    desk.library.add_revision(&act(6_000), post, &with(vec![newer], "6"), Origin::Editor).unwrap();
    let found = desk.library.version_uses(post, id(11)).unwrap();
    let used = |version, first, last| VersionUse { version, first, last };
    assert_eq!(found, [used(1, 2, 3), used(2, 4, 4), used(2, 6, 6)]);
}
