//! The scan reads what changed, and the plan is made of values.

use fonds_folder::{Found, FoundFile, Known, KnownFile, Operation, Scan, Stamp, plan, scan};
use fonds_library::Id;

use crate::fixture::Fixture;

#[test]
fn files_that_did_not_change_are_not_read() {
    let mut f = Fixture::at("2100-01-01T00:00:00Z");
    let (post, _) = f.written("One", "Text.\n");
    f.put("attachments/a.pdf", "%PDF-1.7\n%%EOF\n");
    f.sync();
    let found: Vec<_> = scan(&f.library).unwrap().files.into_iter().map(|file| file.found).collect();
    assert_eq!(found, [Found::Unchanged { post }, Found::UnchangedAttachment]);
}

#[test]
fn a_file_that_has_just_changed_is_read_again() {
    let mut f = Fixture::new();
    f.written("One", "Text.\n");
    f.sync();
    let files = scan(&f.library).unwrap().files;
    assert!(matches!(files[0].found, Found::Text { .. }), "its clock may not show the next change");
}

fn text(path: &str, text: &str) -> FoundFile {
    let stamp = Stamp { size: text.len() as u64, mtime: 1 };
    FoundFile { path: path.into(), found: Found::Text { stamp, text: text.into() } }
}

fn known(files: &[(Id, &str)]) -> Known {
    Known {
        posts: files.iter().map(|(post, _)| *post).collect(),
        files: files
            .iter()
            .map(|(post, path)| KnownFile { post: *post, path: (*path).into(), missing: false })
            .collect(),
        ..Known::default()
    }
}

#[test]
fn nothing_found_means_missing_and_never_more() {
    let (a, b) = (Id::generate(), Id::generate());
    let known = known(&[(a, "posts/a.md"), (b, "posts/sub/b.md")]);
    let done = plan(&Scan::default(), &known).operations;
    assert_eq!(done, [Operation::Miss { post: a }, Operation::Miss { post: b }]);
    // What could not be looked into has not vanished.
    let scan = Scan { files: vec![], unlisted: vec!["posts/sub".into()] };
    assert_eq!(plan(&scan, &known).operations, [Operation::Miss { post: a }]);
    let waiting = FoundFile { path: "posts/a.md".into(), found: Found::Waiting };
    let scan = Scan { files: vec![waiting], unlisted: vec!["posts".into()] };
    assert_eq!(plan(&scan, &known).operations, []);
}

#[test]
fn a_copy_beside_a_file_that_cannot_be_read_is_no_move() {
    let a = Id::generate();
    let broken =
        FoundFile { path: "posts/a.md".into(), found: Found::Refused(fonds_folder::Refusal::NotUtf8) };
    let scan =
        Scan { files: vec![broken, text("posts/b.md", &format!("---\nid: {a}\n---\n"))], unlisted: vec![] };
    let steps = plan(&scan, &known(&[(a, "posts/a.md")])).operations;
    assert!(
        matches!(&steps[..], [Operation::Create { id: None, .. }, Operation::Refuse { .. }]),
        "{steps:?}"
    );
}

#[test]
fn the_id_leads() {
    let a = Id::generate();
    let scan = Scan { files: vec![text("posts/new.md", &format!("---\nid: {a}\n---\nT"))], unlisted: vec![] };
    let steps = plan(&scan, &known(&[(a, "posts/old.md")])).operations;
    let [Operation::Move { post, from, to }, Operation::Take { post: taken, .. }] = &steps[..] else {
        panic!("{steps:?}")
    };
    assert_eq!((*post, from.as_str(), to.as_str(), *taken), (a, "posts/old.md", "posts/new.md", a));
}
