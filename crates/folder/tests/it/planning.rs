//! The scan reads what changed, and the plan is made of values.

use fonds_folder::{Found, FoundFile, HANDFUL, Known, KnownFile, Operation, Scan, Scope, Stamp, plan, scan};
use fonds_library::Id;

use crate::fixture::Fixture;

#[test]
fn files_that_did_not_change_are_not_read() {
    let mut f = Fixture::at("2100-01-01T00:00:00Z");
    let (post, _) = f.written("One", "Text.\n");
    f.put("attachments/a.pdf", "%PDF-1.7\n%%EOF\n");
    f.sync();
    assert_eq!(seen(&f), [Found::Unchanged { post }, Found::UnchangedAttachment]);
}

#[test]
fn a_file_that_has_just_changed_is_read_again() {
    let mut f = Fixture::new();
    f.written("One", "Text.\n");
    f.sync();
    assert!(matches!(seen(&f)[..], [Found::Markdown { .. }]), "its clock may not show the next change");
}

fn seen(f: &Fixture) -> Vec<Found> {
    let known = Known::of(&f.library).unwrap();
    scan(f.library.root(), &known, Scope::Everything).files.into_iter().map(|file| file.found).collect()
}

fn markdown(path: &str, id: Id) -> FoundFile {
    FoundFile { path: path.into(), found: Found::Markdown { id: Some(id.to_string()) } }
}

fn known(files: &[(Id, &str)]) -> Known {
    Known {
        posts: files.iter().map(|(post, _)| *post).collect(),
        files: files
            .iter()
            .map(|(post, path)| KnownFile {
                post: *post,
                path: (*path).into(),
                stamp: Stamp::default(),
                missing: false,
            })
            .collect(),
        ..Known::default()
    }
}

#[test]
fn nothing_found_means_missing_and_never_more() {
    let (a, b) = (Id::generate(), Id::generate());
    let known = known(&[(a, "posts/a.md"), (b, "posts/sub/b.md")]);
    let done = plan(&Scan::default(), &known).operations;
    let miss = |post, path: &str| Operation::Miss { post, path: path.into() };
    assert_eq!(done, [miss(a, "posts/a.md"), miss(b, "posts/sub/b.md")]);
    // What could not be looked into has not vanished.
    let scan = Scan { files: vec![], unlisted: vec!["posts/sub".into()] };
    assert_eq!(plan(&scan, &known).operations, [miss(a, "posts/a.md")]);
    let waiting = FoundFile { path: "posts/a.md".into(), found: Found::Waiting };
    let scan = Scan { files: vec![waiting], unlisted: vec!["posts".into()] };
    assert_eq!(plan(&scan, &known).operations, []);
}

#[test]
fn a_copy_beside_a_file_that_cannot_be_read_is_no_move() {
    let a = Id::generate();
    let broken =
        FoundFile { path: "posts/a.md".into(), found: Found::Refused(fonds_folder::Refusal::NotUtf8) };
    let scan = Scan { files: vec![broken, markdown("posts/b.md", a)], unlisted: vec![] };
    let steps = plan(&scan, &known(&[(a, "posts/a.md")])).operations;
    assert!(
        matches!(&steps[..], [Operation::Create { id: None, .. }, Operation::Refuse { .. }]),
        "{steps:?}"
    );
}

#[test]
fn the_id_leads() {
    let a = Id::generate();
    let scan = Scan { files: vec![markdown("posts/new.md", a)], unlisted: vec![] };
    let steps = plan(&scan, &known(&[(a, "posts/old.md")])).operations;
    let [Operation::Move { post, from, to }, Operation::Take { post: taken, .. }] = &steps[..] else {
        panic!("{steps:?}")
    };
    assert_eq!((*post, from.as_str(), to.as_str(), *taken), (a, "posts/old.md", "posts/new.md", a));
}

#[test]
fn more_than_a_handful_is_asked_about() {
    let posts: Vec<(Id, String)> = (0..=HANDFUL).map(|n| (Id::generate(), format!("posts/{n}.md"))).collect();
    let files: Vec<(Id, &str)> = posts.iter().map(|(id, path)| (*id, path.as_str())).collect();
    let asked = plan(&Scan::default(), &known(&files));
    assert_eq!((asked.operations.len(), asked.vanished.len()), (0, HANDFUL + 1));
    assert_eq!(asked.with_vanished().operations.len(), HANDFUL + 1);
    assert_eq!(plan(&Scan::default(), &known(&files[1..])).operations.len(), HANDFUL);
}
