//! `check` finds damage that was done past the library.

use fonds_library::{Finding, FindingKind, Language, Origin};

use crate::{Desk, act, id};

fn desk() -> Desk {
    let mut desk = Desk::new();
    let blob = desk.library.blobs().put(&mut &b"%PDF-1.7 the bytes"[..]).unwrap();
    desk.library.add_attachment(&act(2_000), id(11), "attachments/a.pdf", &blob).unwrap();
    let post = desk.post(Language::En, "Draft").id;
    for now in [3_000, 4_000] {
        desk.save(post, &text_of(now), now);
        desk.library.seal(&act(now), post, Origin::Editor).unwrap();
    }
    assert_eq!(desk.library.check().unwrap(), []);
    desk
}

fn text_of(now: i64) -> String {
    let lines: Vec<String> = (0..40).map(|line| format!("Line {line}, {}.\n", line * 7919 % 1013)).collect();
    format!("{}of {now}\n", lines.concat())
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
    // Revision 2 stands against revision 1, and can be read no longer either.
    let findings =
        after("UPDATE revision SET text = (SELECT text FROM revision WHERE number = 2) WHERE number = 1");
    let places: Vec<_> = findings.iter().map(|finding| (finding.kind, &finding.place[..14])).collect();
    assert_eq!(
        places,
        [(FindingKind::Revision, "revision 2 of "), (FindingKind::Revision, "revision 1 of ")]
    );
    for harm in ["x''", "x'00'", "substr(text, 2)", "text || x'00'"] {
        let harm = format!("UPDATE revision SET text = CAST({harm} AS BLOB) WHERE number = 2");
        assert_eq!(kinds(&harm), [FindingKind::Revision], "{harm}");
    }
    for harm in
        ["bytes = bytes + 1", "front_matter_bytes = 1", "front_matter_bytes = 99", "base = 2", "base = NULL"]
    {
        let harm = format!("UPDATE revision SET {harm} WHERE number = 2");
        assert_eq!(kinds(&harm), [FindingKind::Revision], "{harm}");
    }
    for column in ["title", "slug", "attachments"] {
        let harm = format!("UPDATE revision SET {column} = 'x' WHERE number = 2");
        assert_eq!(kinds(&harm), [FindingKind::Revision], "{column}");
    }
}

#[test]
fn a_revision_that_the_journal_does_not_know_so_is_found() {
    let forged =
        fonds_library::Content { title: "Forged".into(), ..crate::content("Draft", &text_of(4_000)) };
    let harm =
        format!("UPDATE revision SET title = 'Forged', hash = '{}' WHERE number = 2", forged.hash().unwrap());
    assert_eq!(kinds(&harm), [FindingKind::Revision], "title and hash agree, the journal does not");
    assert_eq!(kinds("DELETE FROM revision WHERE number = 2"), [FindingKind::Revision]);
    assert_eq!(
        kinds("DELETE FROM revision WHERE number = 1"),
        [FindingKind::Revision; 2],
        "2 stands against 1"
    );
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
