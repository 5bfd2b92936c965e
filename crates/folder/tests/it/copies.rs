//! Conflict copies of sync programs.

use fonds_folder::Outcome;

use crate::fixture::Fixture;

#[test]
fn a_conflict_copy_is_shown_beside_the_post_and_makes_none() {
    for copy in [
        "posts/2026-01-02-one.en.sync-conflict-20260102-120000-ABCDEFG.md",
        "posts/2026-01-02-one.en (conflicted copy 2026-01-02 120000).md",
        "posts/2026-01-02-one.en (Ada's conflicted copy 2026-01-02).md",
        "posts/2026-01-02-one.en-DESKTOP-AB12CD3.md",
        "posts/2026-01-02-one.en (1).md",
    ] {
        let mut f = Fixture::new();
        let (post, path) = f.written("One", "Text.\n");
        let theirs = f.read(&path).replace("Text.", "Other text.");
        f.put(copy, &theirs);
        let outcomes = f.sync_once();
        let [Outcome::CopyFound { post: same, theirs: number, path: named }] = &outcomes[..] else {
            panic!("{copy}: {outcomes:?}")
        };
        assert_eq!((*same, named.as_str()), (post, copy));
        assert_eq!(f.library.conflict(post).unwrap(), Some(*number));
        assert_eq!(f.current(post).body, "Text.\n");
        // Whatever is chosen, both texts stay, and the copy asks no second time.
        let other = f.library.revision(post, *number).unwrap().content;
        f.library.resolve_conflict(&f.act, post, &other).unwrap();
        f.write_post(post);
        assert_eq!(f.sync(), [], "{copy}");
        assert_eq!(f.library.all_posts().unwrap().len(), 1, "{copy}");
        assert_eq!(f.read(copy), theirs, "the copy is the sync program's");
        assert!(f.bodies(post).contains(&"Text.\n".to_owned()));
    }
}

#[test]
fn a_copy_without_its_original_is_the_file_renamed() {
    let mut f = Fixture::new();
    let (post, path) = f.written("One", "Text.\n");
    let copy = "posts/2026-01-02-one.en.sync-conflict-20260102-120000-ABCDEFG.md";
    f.rename(&path, copy);
    assert!(matches!(&f.sync_once()[..], [Outcome::Renamed { post: same, .. }] if *same == post));
}

#[test]
fn a_duplicate_made_by_hand_is_a_post_of_its_own() {
    let mut f = Fixture::new();
    let (_, path) = f.written("One", "Text.\n");
    let text = f.read(&path);
    f.put("posts/2026-01-02-one.en (1).md", &text);
    assert!(matches!(f.sync_once()[..], [Outcome::Created { .. }]));
}
