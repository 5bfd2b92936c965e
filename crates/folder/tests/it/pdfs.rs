//! PDFs and images in `attachments/`.

use fonds_folder::{Error, Outcome, Refusal, apply, write_attachment};
use fonds_library::{AttachmentRef, Id};

use crate::fixture::{Fixture, refusals};

fn pdf(text: &str) -> String {
    format!("%PDF-1.7\n{text}\n%%EOF\n")
}

#[test]
fn a_new_pdf_is_an_attachment_of_no_post() {
    let mut f = Fixture::new();
    f.put("attachments/sub/Report.PDF", &pdf("one"));
    let outcomes = f.sync_once();
    let [Outcome::AttachmentAdded { attachment, path }] = &outcomes[..] else { panic!("{outcomes:?}") };
    assert_eq!(path, "attachments/sub/Report.PDF");
    let [version] = &f.library.attachment_versions(*attachment).unwrap()[..] else { panic!() };
    assert_eq!(f.library.blobs().verify(&version.blob.sha256).unwrap(), pdf("one").len() as u64);
}

#[test]
fn a_changed_pdf_is_the_next_version_and_a_revision_of_its_posts() {
    let mut f = Fixture::new();
    f.put("attachments/r.pdf", &pdf("one"));
    let [Outcome::AttachmentAdded { attachment, .. }] = f.sync_once()[..] else { panic!() };
    let (post, path) = f.written("One", "Text.\n");
    f.edit(&path, "slug: one\n", "slug: one\nattachments: [r.pdf, gone.pdf]\n");
    let outcomes = f.sync_once();
    assert_eq!(refusals(&outcomes), [Refusal::UnknownAttachment { name: "gone.pdf".into() }]);
    assert_eq!(f.current(post).attachments, [AttachmentRef { id: attachment, version: 1 }]);
    // Saved by rename.
    f.put("attachments/new.tmp", &pdf("two"));
    f.rename("attachments/new.tmp", "attachments/r.pdf");
    assert_eq!(f.sync_once(), [Outcome::AttachmentReplaced { attachment, version: 2, posts: vec![post] }]);
    assert_eq!(f.current(post).attachments, [AttachmentRef { id: attachment, version: 2 }]);
    // An edit of the text does not take the version back.
    f.edit(&path, "Text.", "More.");
    f.sync_once();
    assert_eq!(f.current(post).attachments, [AttachmentRef { id: attachment, version: 2 }]);
    f.edit(&path, "[r.pdf, gone.pdf]", "[gone.pdf]");
    f.sync_once();
    assert_eq!(f.current(post).attachments, []);
}

#[test]
fn an_image_is_taken_in_once_it_is_whole_and_what_its_name_says() {
    let mut f = Fixture::new();
    f.put("attachments/a.gif", "GIF89a half");
    f.put("attachments/b.png", "GIF89a;");
    f.put("attachments/c.svg", "<svg/>");
    let reasons = refusals(&f.sync());
    assert_eq!(reasons, [Refusal::Unfinished, Refusal::NotAsNamed]);
    f.put("attachments/a.gif", "GIF89a whole;");
    assert!(f.sync().iter().any(
        |outcome| matches!(outcome, Outcome::AttachmentAdded { path, .. } if path == "attachments/a.gif")
    ));
}

#[test]
fn a_half_written_pdf_waits() {
    let mut f = Fixture::new();
    f.put("attachments/r.pdf", "%PDF-1.7\nhalf");
    assert_eq!(refusals(&f.sync()), [Refusal::Unfinished]);
    f.put("attachments/empty.pdf", "");
    f.put("attachments/page.pdf", "<html>%%EOF");
    let reasons = refusals(&f.sync());
    assert!(reasons.contains(&Refusal::NotAsNamed) && reasons.len() == 2, "{reasons:?}");
    assert!(f.library.attachments().unwrap().is_empty());
    f.put("attachments/r.pdf", &pdf("whole"));
    assert!(f.sync().iter().any(|outcome| matches!(outcome, Outcome::AttachmentAdded { .. })));
}

#[test]
fn what_another_program_of_ours_made_an_attachment_of_meanwhile_is_not_added_twice() {
    for (text, outcome) in [("one", "the same bytes"), ("two", "other bytes")] {
        let mut f = Fixture::new();
        f.put("attachments/a.pdf", &pdf("one"));
        let plan = fonds_folder::look(&f.library).unwrap();
        let blob = f.library.blobs().put(&mut pdf(text).as_bytes()).unwrap();
        f.library.add_attachment(&f.act, Id::generate(), "attachments/a.pdf", &blob).unwrap();
        let outcomes = f.with(|library, ctx| apply(library, &plan.operations, ctx));
        assert_eq!(outcomes, [], "{outcome}");
        assert_eq!(f.library.attachments().unwrap().len(), 1);
        assert_eq!(f.sync().len(), usize::from(text == "two"), "the next look takes other bytes for an edit");
    }
}

#[test]
fn a_pdf_that_was_attached_without_its_end_is_not_called_unfinished() {
    let mut f = Fixture::new();
    let blob = f.library.blobs().put(&mut &b"%PDF-1.7\nhalf"[..]).unwrap();
    let id = Id::generate();
    f.library.add_attachment(&f.act, id, "attachments/a.pdf", &blob).unwrap();
    f.put("attachments/a.pdf", "%PDF-1.7\nhalf");
    assert_eq!(f.sync(), []);
    f.put("attachments/a.pdf", "%PDF-1.7\nmore of it, and no end");
    assert_eq!(refusals(&f.sync()), [Refusal::Unfinished]);
    assert_eq!(f.library.attachment_versions(id).unwrap().len(), 1);
}

#[test]
fn an_earlier_version_is_replaced_by_the_newest() {
    let mut f = Fixture::new();
    f.put("attachments/a.pdf", &pdf("one"));
    let [Outcome::AttachmentAdded { attachment, .. }] = f.sync_once()[..] else { panic!() };
    let blob = f.library.blobs().put(&mut pdf("two").as_bytes()).unwrap();
    f.library.replace_attachment(&f.act, attachment, &blob).unwrap();
    f.with(|library, ctx| write_attachment(library, attachment, ctx));
    assert_eq!(f.read("attachments/a.pdf"), pdf("two"));
    assert_eq!(f.sync(), []);
}

#[test]
fn an_attachment_is_written_once_and_over_nothing() {
    let mut f = Fixture::new();
    let blob = f.library.blobs().put(&mut pdf("one").as_bytes()).unwrap();
    let id = Id::generate();
    f.library.add_attachment(&f.act, id, "attachments/a.pdf", &blob).unwrap();
    f.with(|library, ctx| write_attachment(library, id, ctx));
    assert_eq!(f.read("attachments/a.pdf"), pdf("one"));
    f.with(|library, ctx| write_attachment(library, id, ctx));
    assert_eq!(f.sync(), []);
    f.put("attachments/a.pdf", &pdf("two"));
    assert!(matches!(
        f.try_with(|library, ctx| write_attachment(library, id, ctx)),
        Err(Error::FileInTheWay { .. })
    ));
    assert_eq!(f.read("attachments/a.pdf"), pdf("two"));
    assert!(matches!(f.sync()[..], [Outcome::AttachmentReplaced { version: 2, .. }]));

    let id = Id::generate();
    f.library.add_attachment(&f.act, id, "attachments/../../evil.pdf", &blob).unwrap();
    assert!(matches!(
        f.try_with(|library, ctx| write_attachment(library, id, ctx)),
        Err(Error::UnsafePath { .. })
    ));
}
