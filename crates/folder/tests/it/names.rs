//! Names and forms of files that are unusual: each has one outcome.

use fonds_folder::{Outcome, Refusal};

use crate::fixture::{Fixture, refusals};

#[test]
fn names_that_some_computers_take_for_one_are_not_both_taken_in() {
    let mut f = Fixture::new();
    let post = f.filed("posts/élan.md", "One.\n");
    f.put("posts/\u{45}\u{301}LAN.md", "Two.\n");
    f.put("posts/e\u{301}lan.md", "Three.\n");
    f.put("posts/other.md", "Four.\n");
    let outcomes = f.sync();
    assert_eq!(refusals(&outcomes), vec![Refusal::NameClash { other: "posts/élan.md".into() }; 2]);
    assert_eq!(f.library.all_posts().unwrap().len(), 2);
    assert_eq!((f.path(post).as_str(), f.current(post).body.as_str()), ("posts/élan.md", "One.\n"));
    // A look at one path alone sees it too.
    let outcomes = f.sync_at(&["posts/e\u{301}lan.md"]);
    assert_eq!(refusals(&outcomes), [Refusal::NameClash { other: "posts/élan.md".into() }]);
}

#[test]
fn a_name_that_changes_only_in_form_is_a_rename() {
    let mut f = Fixture::new();
    let post = f.filed("posts/élan.md", "One.\n");
    f.rename("posts/élan.md", "posts/E\u{301}lan.md");
    assert!(matches!(&f.sync_once()[..], [Outcome::Renamed { post: same, .. }] if *same == post));
}

#[test]
fn names_of_devices_and_ends_that_windows_drops_are_refused() {
    let mut f = Fixture::new();
    for name in ["con.md", "Aux.en.md", "COM1.md", "lpt9.md", "nul .md", "sub./a.md"] {
        f.put(&format!("posts/{name}"), "Text.\n");
    }
    assert_eq!(refusals(&f.sync()), vec![Refusal::Name; 6]);
    for name in ["console.md", "com10.md", "community.md"] {
        f.put(&format!("posts/{name}"), "Text.\n");
    }
    assert_eq!(f.sync().iter().filter(|one| matches!(one, Outcome::Created { .. })).count(), 3);
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_no_text_is_refused_and_left() {
    use std::os::unix::ffi::OsStrExt;
    let mut f = Fixture::new();
    let place = f.place("posts").join(std::ffi::OsStr::from_bytes(b"caf\xe9.md"));
    std::fs::write(&place, "Text.\n").unwrap();
    assert_eq!(refusals(&f.sync()), [Refusal::Name]);
    assert_eq!(std::fs::read_to_string(&place).unwrap(), "Text.\n");
}

#[test]
fn a_very_long_title_and_name() {
    let mut f = Fixture::new();
    let (_, path) = f.written(&"long ".repeat(200), "Text.\n");
    assert!(path.len() < 100, "{path}");
    let name = format!("posts/{}.md", "n".repeat(252));
    let post = f.filed(&name, "Text.\n");
    assert_eq!(f.path(post), name);
}

#[test]
fn a_slug_that_is_taken_gets_a_number_in_the_file_too() {
    let mut f = Fixture::new();
    f.filed("posts/a.md", "---\ntitle: Same\n---\nOne.\n");
    let second = f.filed("posts/b.md", "---\ntitle: Same\n---\nTwo.\n");
    assert_eq!(f.current(second).slug, "same-2");
    assert!(f.read("posts/b.md").contains("slug: same-2\n"));
}

#[test]
fn names_of_jekyll_and_hugo_say_what_the_file_does_not() {
    let mut f = Fixture::new();
    let dated = f.filed("posts/2026-01-02-open-data.md", "Text.\n");
    let content = f.current(dated);
    assert_eq!((content.title.as_str(), content.slug.as_str()), ("Open data", "open-data"));
    let titled = f.filed(
        "posts/2025-03-04-budget-portal.markdown",
        "---\ntitle: The budget!\nlayout: post\n---\nText.\n",
    );
    assert_eq!(f.current(titled).slug, "budget-portal");
    let page = f.filed("posts/annual-report/index.fr.md", "Texte.\n");
    assert_eq!(f.current(page).title, "annual-report");
}

#[cfg(unix)]
#[test]
fn a_posts_folder_that_is_a_link_is_not_followed() {
    let mut f = Fixture::new();
    let (post, _) = f.written("One", "Text.\n");
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("o.md"), "outside").unwrap();
    f.rename("posts", "kept");
    std::os::unix::fs::symlink(outside.path(), f.place("posts")).unwrap();
    assert_eq!(f.sync(), [Outcome::Missing { post }]);
    assert_eq!(std::fs::read_to_string(outside.path().join("o.md")).unwrap(), "outside");
}
