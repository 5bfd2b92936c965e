//! `check` finds damage that was done past the library.

use fonds_library::{Finding, FindingKind, Language, Origin};

use crate::{Desk, act, id};

fn desk() -> Desk {
    let mut desk = Desk::new();
    let blob = desk.library.blobs().put(&mut &b"%PDF-1.7 the bytes"[..]).unwrap();
    desk.library.add_attachment(&act(2_000), id(11), "attachments/a.pdf", &blob).unwrap();
    let post = desk.post(Language::En, "Draft").id;
    for now in [3_000, 4_000] {
        desk.save(post, &format!("text of {now}"), now);
        desk.library.seal(&act(now), post, Origin::Editor).unwrap();
    }
    assert_eq!(desk.library.check().unwrap(), []);
    desk
}

fn after(harm: &str) -> Vec<Finding> {
    let desk = desk();
    let raw = desk.raw();
    raw.execute_batch(
        "DROP TRIGGER revision_never_changes; DROP TRIGGER journal_never_changes; DROP TRIGGER journal_never_shrinks",
    )
    .unwrap();
    raw.execute_batch(harm).unwrap();
    desk.library.check().unwrap()
}

fn kinds(harm: &str) -> Vec<FindingKind> {
    after(harm).iter().map(|finding| finding.kind).collect()
}

#[test]
fn a_flipped_bit_or_a_missing_blob_is_found() {
    let desk = desk();
    let blob = desk.library.attachment_versions(id(11)).unwrap().remove(0).blob;
    let expected = [Finding { kind: FindingKind::Blob, place: blob.sha256.clone() }];
    let path = desk.library.blobs().path(&blob.sha256);
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[9] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    assert_eq!(desk.library.check().unwrap(), expected);
    std::fs::remove_file(&path).unwrap();
    assert_eq!(desk.library.check().unwrap(), expected);
}

#[test]
fn a_wrong_size_is_found() {
    assert_eq!(kinds("UPDATE attachment_version SET size = size + 1"), [FindingKind::Blob]);
}

#[test]
fn a_changed_revision_is_found() {
    let findings = after("UPDATE revision SET body = 'forged' WHERE number = 1");
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].kind, FindingKind::Revision);
    assert!(findings[0].place.starts_with("revision 1 of "), "{findings:?}");
    for column in ["title", "slug", "front_matter", "attachments"] {
        let harm = format!("UPDATE revision SET {column} = 'x' WHERE number = 2");
        assert_eq!(kinds(&harm), [FindingKind::Revision], "{column}");
    }
}

#[test]
fn a_revision_that_the_journal_does_not_know_so_is_found() {
    let forged = fonds_library::Content { title: "Draft".into(), ..crate::content("Draft", "forged") };
    let harm =
        format!("UPDATE revision SET body = 'forged', hash = '{}' WHERE number = 1", forged.hash().unwrap());
    assert_eq!(kinds(&harm), [FindingKind::Revision], "body and hash agree, the journal does not");
    assert_eq!(kinds("DELETE FROM revision WHERE number = 1"), [FindingKind::Revision]);
}

#[test]
fn a_changed_journal_is_found() {
    for harm in [
        "UPDATE journal SET actor_name = 'Mallory' WHERE seq = 2",
        "UPDATE journal SET at = at + 1 WHERE seq = 2",
        "UPDATE journal SET detail = '{}' WHERE seq = 2",
        "UPDATE journal SET detail = 'no json' WHERE seq = 2",
        "DELETE FROM journal WHERE seq = 2",
        "DELETE FROM journal WHERE seq = 1",
    ] {
        assert_eq!(kinds(harm), [FindingKind::Journal], "{harm}");
    }
}

#[test]
fn a_row_that_refers_to_nothing_is_found() {
    assert_eq!(
        kinds("PRAGMA foreign_keys = OFF; INSERT INTO filing VALUES ('x', 'y')")[0],
        FindingKind::Database
    );
}
