//! What can be mended is, and nothing that is named is swept away.

use std::time::{Duration, SystemTime};

use fonds_library::{FindingKind, Language};

use crate::{Desk, act, id};

const NOW: i64 = 4_000_000_000_000;

fn age(path: &std::path::Path) {
    let old = SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(NOW).unwrap())
        - Duration::from_secs(7200);
    std::fs::File::open(path).unwrap().set_modified(old).unwrap();
}

#[test]
fn bytes_that_nothing_names_are_swept_once_they_are_old() {
    let mut desk = Desk::new();
    let kept = desk.library.blobs().put(&mut &b"named"[..]).unwrap();
    desk.library.add_attachment(&act(2_000), id(11), "attachments/a.pdf", &kept).unwrap();
    let orphan = desk.library.blobs().put(&mut &b"nobody names this"[..]).unwrap();
    let incoming = desk.root().join(".fonds/blobs/.incoming-x");
    std::fs::write(&incoming, "half").unwrap();
    let now = act(NOW).now;
    for path in [desk.library.blobs().path(&kept.sha256), incoming.clone()] {
        age(&path);
    }
    let path = desk.library.blobs().path(&orphan.sha256);
    std::fs::File::open(&path)
        .unwrap()
        .set_modified(SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(NOW).unwrap()))
        .unwrap();
    assert_eq!(desk.library.strays(now).unwrap(), [incoming], "the other may be on its way");
    age(&path);
    assert_eq!(desk.library.sweep(now).unwrap(), 2);
    assert!(!path.exists() && desk.library.blobs().verify(&kept.sha256).is_ok());
    assert_eq!(desk.library.sweep(now).unwrap(), 0);
    // What was swept between storing and naming is not named.
    assert!(desk.library.add_attachment(&act(3_000), id(12), "attachments/b.pdf", &orphan).is_err());
    assert_eq!(desk.library.check().unwrap(), []);
}

#[test]
fn bytes_that_are_stored_once_more_are_young_again() {
    let desk = Desk::new();
    let blob = desk.library.blobs().put(&mut &b"left by a stopped program"[..]).unwrap();
    let path = desk.library.blobs().path(&blob.sha256);
    std::fs::File::open(&path).unwrap().set_modified(SystemTime::UNIX_EPOCH).unwrap();
    desk.library.blobs().put(&mut &b"left by a stopped program"[..]).unwrap();
    assert!(std::fs::metadata(&path).unwrap().modified().unwrap() > SystemTime::UNIX_EPOCH);
}

#[test]
fn lost_bytes_come_back_from_the_attachments_file() {
    let mut desk = Desk::new();
    for (number, bytes) in [(11, "one"), (12, "two")] {
        let path = format!("attachments/{number}.pdf");
        let blob = desk.library.blobs().put(&mut bytes.as_bytes()).unwrap();
        desk.library.add_attachment(&act(2_000), id(number), &path, &blob).unwrap();
        std::fs::write(desk.root().join(&path), bytes).unwrap();
        let stored = desk.library.blobs().path(&blob.sha256);
        if number == 11 {
            std::fs::remove_file(stored).unwrap();
        } else {
            std::fs::write(stored, "harm").unwrap();
        }
    }
    std::fs::write(desk.root().join("attachments/12.pdf"), "changed since").unwrap();
    assert_eq!(desk.library.check().unwrap().len(), 2);
    desk.repair();
    let left = desk.library.check().unwrap();
    assert_eq!(left.len(), 1, "{left:?}");
    assert_eq!(left[0].place, desk.library.attachment_versions(id(12)).unwrap()[0].blob.sha256);
}

#[test]
fn a_damaged_search_index_is_made_anew() {
    for harm in [
        "DELETE FROM post_text WHERE rowid = 1",
        "UPDATE post_text_data SET block = zeroblob(40) WHERE id > 100",
    ] {
        let mut desk = Desk::new();
        for title in ["Budget", "Open data"] {
            let post = desk.post(Language::En, title).id;
            desk.save(post, &format!("The text of {title}"), 3_000);
        }
        desk.raw().execute_batch(harm).unwrap();
        let findings = desk.library.check().unwrap();
        assert!(
            !findings.is_empty() && findings.iter().all(|f| f.kind == FindingKind::Index),
            "{harm}: {findings:?}"
        );
        desk.repair();
        assert_eq!(desk.library.check().unwrap(), []);
        assert_eq!(
            desk.library
                .search(&fonds_library::Query { words: "budget".into(), ..Default::default() }, 9)
                .unwrap()
                .hits
                .len(),
            1
        );
    }
}

impl Desk {
    fn repair(&mut self) {
        let findings = self.library.check().unwrap();
        self.library.repair(&findings, act(NOW).now).unwrap();
    }
}
