//! Attachments: an identity with a path and versions; bytes are kept once. And the files that mirror posts.

use fonds_library::{AttachmentRef, Content, Error, FileStamp, Language, MirroredFile, Origin, Refusal};

use crate::{Desk, act, content, id};

#[test]
fn the_same_bytes_are_stored_once_and_attachments_are_not_merged() {
    let mut desk = Desk::new();
    let blob = desk.library.blobs().put(&mut &b"%PDF-1.7 one"[..]).unwrap();
    assert_eq!(desk.library.blobs().put(&mut &b"%PDF-1.7 one"[..]).unwrap(), blob);
    assert_eq!(blob.size, 12);
    let path = desk.root().join(".fonds/blobs").join(&blob.sha256[..2]).join(&blob.sha256);
    assert_eq!(std::fs::read(path).unwrap(), b"%PDF-1.7 one");
    for (number, path) in [(11, "attachments/a.pdf"), (12, "attachments/b.pdf")] {
        let added = desk.library.add_attachment(&act(2_000), id(number), path, &blob).unwrap();
        assert_eq!(added, AttachmentRef { id: id(number), version: 1 });
    }
    assert_eq!(desk.library.attachments().unwrap().len(), 2);
    let taken = desk.library.add_attachment(&act(2_000), id(13), "attachments/a.pdf", &blob);
    assert!(matches!(taken, Err(Error::Refused(Refusal::PathTaken(_)))));
}

#[test]
fn no_half_blob_stays_behind() {
    struct Breaks(u8);
    impl std::io::Read for Breaks {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            self.0 += 1;
            if self.0 > 2 {
                Err(std::io::Error::other("the disk went away"))
            } else {
                buffer.fill(1);
                Ok(buffer.len())
            }
        }
    }
    let desk = Desk::new();
    assert!(matches!(desk.library.blobs().put(&mut Breaks(0)), Err(Error::Io { .. })));
    assert_eq!(std::fs::read_dir(desk.root().join(".fonds/blobs")).unwrap().count(), 0);
}

#[test]
fn bringing_the_right_bytes_again_heals_a_damaged_blob() {
    let desk = Desk::new();
    let blobs = desk.library.blobs();
    let blob = blobs.put(&mut &b"%PDF-1.7 right"[..]).unwrap();
    std::fs::write(blobs.path(&blob.sha256), b"%PDF-1.7 wrong").unwrap();
    assert!(matches!(blobs.verify(&blob.sha256), Err(Error::DamagedBlob { .. })));
    blobs.put(&mut &b"%PDF-1.7 right"[..]).unwrap();
    assert_eq!(blobs.verify(&blob.sha256).unwrap(), 14);
}

#[test]
fn a_new_version_makes_a_revision_of_each_post_that_has_it() {
    let mut desk = Desk::new();
    let one = desk.library.blobs().put(&mut &b"one"[..]).unwrap();
    let two = desk.library.blobs().put(&mut &b"two"[..]).unwrap();
    let pdf = desk.library.add_attachment(&act(2_000), id(11), "attachments/a.pdf", &one).unwrap();
    let sealed = desk.post(Language::En, "Sealed").id;
    let typing = desk.post(Language::En, "Typing").id;
    let trashed = desk.post(Language::En, "Trashed").id;
    let without = desk.post(Language::En, "Without").id;
    for (post, title) in [(sealed, "Sealed"), (typing, "Typing"), (trashed, "Trashed")] {
        let with = Content { attachments: vec![pdf], ..content(title, "text") };
        desk.library.save(&act(3_000), post, &with).unwrap();
    }
    desk.library.seal(&act(4_000), sealed, Origin::Editor).unwrap();
    desk.library.set_trashed(&act(4_000), trashed, true).unwrap();

    let (reference, changed) = desk.library.replace_attachment(&act(5_000), id(11), &two).unwrap();
    assert_eq!(reference, AttachmentRef { id: id(11), version: 2 });
    assert_eq!(changed, [sealed, typing, trashed]);
    for post in changed {
        let newest = desk.library.revision(post, 2).unwrap();
        assert_eq!((newest.content.attachments, newest.parents.numbers()), (vec![reference], &[1][..]));
        assert_eq!(desk.library.revision(post, 1).unwrap().content.attachments, [pdf]);
        assert_eq!(desk.library.post(post).unwrap().head, Some(2));
    }
    assert_eq!(desk.library.history(without).unwrap(), []);
    let versions = desk.library.attachment_versions(id(11)).unwrap();
    assert_eq!(versions.iter().map(|v| (v.version, &v.blob)).collect::<Vec<_>>(), [(1, &one), (2, &two)]);

    let entries = desk.actions().len();
    let again = desk.library.replace_attachment(&act(6_000), id(11), &two).unwrap();
    assert_eq!(
        (again, desk.actions().len()),
        ((reference, vec![]), entries),
        "the same bytes change nothing"
    );
    let unknown = desk.library.replace_attachment(&act(6_000), id(99), &two);
    assert!(matches!(unknown, Err(Error::NotFound { kind: "attachment", .. })));
}

#[test]
fn a_free_path_avoids_attachments_and_strangers() {
    let mut desk = Desk::new();
    let blob = desk.library.blobs().put(&mut &b"x"[..]).unwrap();
    assert_eq!(desk.library.free_attachment_path("a.b.pdf").unwrap(), "attachments/a.b.pdf");
    desk.library.add_attachment(&act(2_000), id(11), "attachments/a.b.pdf", &blob).unwrap();
    std::fs::write(desk.root().join("attachments/a.b-2.pdf"), "a stranger").unwrap();
    assert_eq!(desk.library.free_attachment_path("a.b.pdf").unwrap(), "attachments/a.b-3.pdf");
}

#[test]
fn a_file_may_take_the_path_of_one_that_vanished_and_two_may_swap() {
    let mut desk = Desk::new();
    let (one, two) = (desk.post(Language::En, "One").id, desk.post(Language::En, "Two").id);
    let file = |post, path: &str, missing| MirroredFile {
        post,
        path: path.into(),
        stamp: FileStamp { size: 3, mtime: -5, changed: 7 },
        missing,
    };
    desk.library.set_mirrored_file(&file(one, "posts/a.md", false), b"base").unwrap();
    desk.library.set_mirrored_file(&file(two, "posts/b.md", true), b"base").unwrap();
    desk.library.set_mirrored_file(&file(one, "posts/b.md", false), b"base").unwrap();
    assert_eq!(desk.library.mirrored_file(one).unwrap().unwrap(), file(one, "posts/b.md", false));
    assert!(desk.library.mirrored_file(two).unwrap().unwrap().missing);
    assert_eq!(desk.library.mirror_base(one).unwrap(), b"base");
    assert_eq!(desk.library.mirrored_at("posts").unwrap().len(), 2);
    assert_eq!(desk.library.mirrored_at("posts/b").unwrap(), []);

    desk.library.set_mirrored_file(&file(two, "posts/a.md", false), b"base").unwrap();
    desk.library.set_mirrored_file(&file(one, "posts/a.md", false), b"base").unwrap();
    assert!(desk.library.mirrored_file(two).unwrap().unwrap().missing, "its file is now another post's");
    desk.library.set_mirrored_file(&file(two, "posts/b.md", false), b"base").unwrap();
    let paths: Vec<_> =
        desk.library.mirrored_files().unwrap().into_iter().map(|f| (f.post, f.path, f.missing)).collect();
    assert_eq!(paths, [(one, "posts/a.md".into(), false), (two, "posts/b.md".into(), false)]);
}
