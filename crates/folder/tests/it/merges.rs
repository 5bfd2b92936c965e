//! Both sides changed.

use fonds_folder::Outcome;
use fonds_library::Origin;

use crate::fixture::Fixture;

const BODY: &str = "First paragraph.\n\nSecond paragraph.\n\nThird paragraph.\n";

#[test]
fn changes_in_different_places_are_merged_without_a_question() {
    let mut f = Fixture::new();
    let (post, path) = f.written("One", BODY);
    f.type_in(post, |content| content.body = BODY.replace("First", "Typed"));
    f.edit(&path, "Third", "Edited");
    f.edit(&path, "title: One", "title: Uno");
    let [Outcome::Merged { post: same, revision }] = f.sync_once()[..] else { panic!() };
    assert_eq!(same, post);
    let head = f.library.revision(post, revision).unwrap();
    assert_eq!(head.content.body, BODY.replace("First", "Typed").replace("Third", "Edited"));
    assert_eq!((head.content.title.as_str(), head.origin), ("Uno", Origin::Merge));
    assert_eq!(head.parents.numbers().len(), 2);
    assert!(f.read(&path).ends_with(&head.content.body), "both sides converge");
    assert!(
        f.bodies(post).contains(&BODY.replace("Third", "Edited")),
        "the other program's text is kept too"
    );
}

#[test]
fn a_save_takes_the_other_programs_edit_in_first() {
    let mut f = Fixture::new();
    let (post, path) = f.written("One", BODY);
    f.type_in(post, |content| content.body = BODY.replace("First", "Typed"));
    f.edit(&path, "Third", "Edited");
    assert!(matches!(f.write_post(post)[..], [Outcome::Merged { .. }]));
    assert!(f.read(&path).ends_with(&BODY.replace("First", "Typed").replace("Third", "Edited")));
    assert_eq!(f.sync(), []);
}

#[test]
fn the_same_place_is_a_conflict_that_keeps_both() {
    let mut f = Fixture::new();
    let (post, path) = f.written("One", BODY);
    f.type_in(post, |content| content.body = BODY.replace("Second", "Typed"));
    f.edit(&path, "Second", "Edited");
    let theirs_file = f.read(&path);
    let [Outcome::Conflicted { theirs, .. }] = f.sync_once()[..] else { panic!() };
    assert_eq!(f.library.conflict(post).unwrap(), Some(theirs));
    assert_eq!(f.current(post).body, BODY.replace("Second", "Typed"));
    assert!(f.bodies(post).contains(&BODY.replace("Second", "Edited")));
    assert!(f.bodies(post).contains(&BODY.replace("Second", "Typed")));
    // The file stays, however much is typed.
    f.type_in(post, |content| content.body = BODY.replace("Second", "Typed on"));
    assert_eq!(f.write_post(post), []);
    assert_eq!(f.read(&path), theirs_file);
    // The other program goes on too.
    f.edit(&path, "Edited", "Edited on");
    let [Outcome::Conflicted { theirs: next, .. }] = f.sync_once()[..] else { panic!() };
    assert!(next > theirs);
    // Decided, the file follows.
    let mine = f.current(post);
    f.library.resolve_conflict(&f.act, post, &mine).unwrap();
    assert_eq!(f.write_post(post), []);
    assert!(f.read(&path).ends_with(&mine.body));
    assert_eq!(f.sync(), []);
    assert!(f.bodies(post).contains(&BODY.replace("Second", "Edited on")));
}

#[test]
fn two_titles_are_a_conflict() {
    let mut f = Fixture::new();
    let (post, path) = f.written("One", BODY);
    f.type_in(post, |content| content.title = "Mine".into());
    f.edit(&path, "title: One", "title: Theirs");
    assert!(matches!(f.sync_once()[..], [Outcome::Conflicted { .. }]));
    assert_eq!(f.current(post).title, "Mine");
    assert!(f.read(&path).contains("title: Theirs"));
}

#[test]
fn the_same_edit_on_both_sides_is_one() {
    let mut f = Fixture::new();
    let (post, path) = f.written("One", BODY);
    f.type_in(post, |content| content.body = BODY.replace("Second", "Same"));
    f.edit(&path, "Second", "Same");
    assert_eq!(f.sync_once(), []);
    assert_eq!(f.current(post).body, BODY.replace("Second", "Same"));
}

#[test]
fn a_file_of_a_known_post_without_a_record_asks_unless_its_text_is_known() {
    let mut f = Fixture::new();
    let (post, path) = f.written("One", "Old.\n");
    let old = f.read(&path);
    f.type_in(post, |content| content.body = "New.\n".into());
    f.write_post(post);
    f.library.seal_all(&f.act).unwrap();
    // As after a restore: a name is recorded, no bytes.
    let mut row = f.library.mirrored_file(post).unwrap().unwrap();
    row.missing = true;
    f.library.set_mirrored_file(&row, &[]).unwrap();
    f.put(&path, &old.replace("Old", "Unheard of"));
    let outcomes = f.sync_once();
    assert!(matches!(outcomes[..], [Outcome::Returned { .. }, Outcome::Conflicted { .. }]), "{outcomes:?}");
    assert_eq!(f.current(post).body, "New.\n");
}

#[test]
fn a_restored_post_gets_its_file_under_the_name_it_had() {
    let mut f = Fixture::new();
    let (post, path) = f.written("One", "Text.\n");
    std::fs::remove_file(f.place(&path)).unwrap();
    let mut row = f.library.mirrored_file(post).unwrap().unwrap();
    (row.missing, row.path) = (true, "posts/2019/mine.md".into());
    f.library.set_mirrored_file(&row, &[]).unwrap();
    assert_eq!(f.write_post(post), []);
    assert!(f.read("posts/2019/mine.md").ends_with("Text.\n"));
    assert_eq!(f.sync(), []);
    // A name out of the library's folders is not followed.
    std::fs::remove_file(f.place("posts/2019/mine.md")).unwrap();
    for path in ["posts/../../evil.md", "/tmp/evil.md", ".fonds/library.db", "posts"] {
        (row.missing, row.path) = (true, path.into());
        f.library.set_mirrored_file(&row, &[]).unwrap();
        assert_eq!(f.write_post(post), []);
        assert!(f.path(post).starts_with("posts/2026-01-02-one"));
        std::fs::remove_file(f.place(&f.path(post))).unwrap();
    }
}

#[test]
fn what_we_wrote_and_did_not_come_to_record_is_nobodys_edit() {
    let mut f = Fixture::new();
    let (post, path) = f.written("One", "Text.\n");
    let before = f.library.mirrored_file(post).unwrap().unwrap();
    let base = f.library.mirror_base(post).unwrap();
    // A program is stopped between a file and its record; the author goes on typing.
    f.type_in(post, |content| content.body = "Second.\n".into());
    f.write_post(post);
    let written = f.read(&path);
    f.library.set_mirrored_file(&before, &base).unwrap();
    f.library.announce_file(post, &path, written.as_bytes()).unwrap();
    f.type_in(post, |content| content.body = "Third.\n".into());
    assert_eq!(f.sync_once(), []);
    assert!(f.read(&path).ends_with("Third.\n"));
    // It is known from the first look on, also where the next writing is broken off before it begins.
    f.library.set_mirrored_file(&before, &base).unwrap();
    f.put(&path, &written);
    f.library.announce_file(post, &path, written.as_bytes()).unwrap();
    f.sync();
    assert_ne!(f.library.mirror_base(post).unwrap(), base);
    // Anything else in the file is an edit as ever.
    f.library.announce_file(post, &path, b"not what is there").unwrap();
    f.put(&path, &f.read(&path).replace("Third", "Theirs"));
    let outcomes = f.sync_once();
    assert!(matches!(outcomes[..], [Outcome::Edited { .. }]), "{outcomes:?}");
    assert_eq!(f.current(post).body, "Theirs.\n");
}
