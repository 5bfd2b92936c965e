//! Files that go away, and come back.

use fonds_folder::Outcome;

use crate::fixture::Fixture;

#[test]
fn a_vanished_file_is_missing_and_comes_back() {
    let mut f = Fixture::new();
    let (post, path) = f.written("One", "Text.\n");
    let text = f.read(&path);
    std::fs::remove_file(f.place(&path)).unwrap();
    assert_eq!(f.sync_once(), [Outcome::Missing { post }]);
    assert_eq!(f.current(post).body, "Text.\n");
    f.type_in(post, |content| content.body = "Typed.\n".into());
    assert_eq!(f.write_post(post), [], "its folder may be elsewhere just now");
    assert!(!f.place(&path).exists());
    f.put(&path, &text);
    assert_eq!(f.sync_once(), [Outcome::Returned { post }]);
    assert!(f.read(&path).ends_with("Typed.\n"));
}

#[test]
fn it_may_come_back_elsewhere_and_changed() {
    let mut f = Fixture::new();
    let (post, path) = f.written("One", "Text.\n");
    let text = f.read(&path);
    std::fs::remove_file(f.place(&path)).unwrap();
    f.sync();
    f.put("posts/back.md", &text.replace("Text", "Edited"));
    let outcomes = f.sync_once();
    assert!(outcomes.contains(&Outcome::Returned { post }));
    assert!(outcomes.iter().any(|outcome| matches!(outcome, Outcome::Edited { .. })));
    assert_eq!(f.path(post), "posts/back.md");
}

#[test]
fn the_whole_folder_may_go() {
    let mut f = Fixture::new();
    let posts: Vec<_> = (0..5).map(|n| f.written(&format!("P{n}"), "Text.\n").0).collect();
    f.rename("posts", "elsewhere");
    assert_eq!(f.sync_once().len(), 5);
    assert_eq!(f.library.all_posts().unwrap().len(), 5);
    f.rename("elsewhere", "posts");
    let outcomes = f.sync_once();
    assert_eq!(outcomes.len(), 5);
    assert!(posts.iter().all(|post| outcomes.contains(&Outcome::Returned { post: *post })));
}

#[test]
fn a_vanished_file_can_be_written_again() {
    let mut f = Fixture::new();
    let (post, path) = f.written("One", "Text.\n");
    std::fs::remove_file(f.place(&path)).unwrap();
    assert_eq!(f.write_post(post), [Outcome::Missing { post }]);
    f.with(|library, ctx| fonds_folder::write_again(library, post, ctx));
    assert!(f.read(&path).ends_with("Text.\n"));
    assert_eq!(f.sync(), []);
}

#[test]
fn more_than_a_handful_is_asked_about_and_comes_back_by_itself() {
    let mut f = Fixture::new();
    let posts: Vec<_> = (0..7).map(|n| f.written(&format!("P{n}"), "Text.\n").0).collect();
    f.rename("posts", "elsewhere");
    let [Outcome::Vanished { posts: gone }] = &f.sync()[..] else { panic!() };
    assert_eq!(gone.len(), 7);
    assert!(posts.iter().all(|post| !f.library.mirrored_file(*post).unwrap().unwrap().missing));
    f.rename("elsewhere", "posts");
    assert_eq!(f.sync(), []);
    f.rename("posts", "elsewhere");
    assert_eq!(f.with(fonds_folder::sync_with_vanished).len(), 7);
    assert_eq!(f.sync(), []);
    f.rename("elsewhere", "posts");
    assert_eq!(f.sync_once().len(), 7, "those too come back");
}

#[test]
fn a_look_at_some_paths_finds_where_a_file_went() {
    let mut f = Fixture::new();
    let (post, path) = f.written("One", "Text.\n");
    let (other, _) = f.written("Two", "Text.\n");
    f.edit(&path, "Text.", "More.");
    assert!(matches!(f.sync_at(&[&path])[..], [Outcome::Edited { .. }]));
    f.rename(&path, "posts/sub/one.md");
    assert!(matches!(&f.sync_at(&[&path])[..], [Outcome::Renamed { post: same, .. }] if *same == post));
    // A copy names only itself: the file that it was made from is looked at too.
    let text = f.read("posts/sub/one.md");
    f.put("posts/copy.md", &text);
    assert!(matches!(f.sync_at(&["posts/copy.md"])[..], [Outcome::Created { .. }]));
    std::fs::rename(f.place("posts/sub"), f.place("posts/other")).unwrap();
    let outcomes = f.sync_at(&["posts/sub", "posts/other"]);
    assert!(matches!(&outcomes[..], [Outcome::Renamed { post: same, .. }] if *same == post), "{outcomes:?}");
    std::fs::remove_file(f.place(&f.path(other))).unwrap();
    let path = f.path(other);
    assert_eq!(f.sync_at(&[&path]), [Outcome::Missing { post: other }]);
}
