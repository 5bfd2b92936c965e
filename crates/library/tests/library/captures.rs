//! Captures of public pages: versions, what an export has to carry, what goes with a post that is destroyed.

use fonds_library::{CaptureVersion, Language, LeftOut, PageFound};

use crate::{Desk, act, id};

fn found(status: u16) -> PageFound {
    PageFound {
        address: "https://blog.example.ca/open-data/".into(),
        status,
        title: "Open data".into(),
        revision: 1,
        left_out: vec![LeftOut { address: "https://cdn.example/x.js".into(), why: "elsewhere".into() }],
    }
}

#[test]
fn each_look_at_a_page_is_a_version_that_the_next_export_carries() {
    let mut desk = Desk::new();
    let post = desk.post(Language::En, "Open data").id;
    let blobs = desk.library.blobs().clone();
    let (one, two) = (blobs.put(&mut &b"one"[..]).unwrap(), blobs.put(&mut &b"two"[..]).unwrap());
    let (capture, number) =
        desk.library.add_capture(&act(5_000), id(40), post, id(70), &one, &found(200)).unwrap();
    assert_eq!((capture.id, number), (id(40), 1));
    let (same, number) =
        desk.library.add_capture(&act(6_000), id(41), post, id(70), &two, &found(410)).unwrap();
    assert_eq!((same, number), (capture.clone(), 2));
    let (other, _) = desk.library.add_capture(&act(7_000), id(42), post, id(71), &two, &found(200)).unwrap();
    assert_eq!(desk.library.captures_of(post).unwrap(), [capture.clone(), other.clone()]);
    let versions = desk.library.capture_versions(capture.id).unwrap();
    let told: Vec<_> =
        versions.iter().map(|v: &CaptureVersion| (v.version, v.blob.clone(), v.found.status)).collect();
    assert_eq!(told, [(1, one.clone(), 200), (2, two.clone(), 410)]);
    assert_eq!(versions[0].found, found(200));
    let changed = desk.library.changed_since_export().unwrap();
    assert!(changed.captures.contains(&capture.id) && changed.texts.contains(&other.id));
    assert_eq!(desk.actions().iter().filter(|action| *action == "post.captured").count(), 3);
    assert_eq!(desk.library.named_blobs().unwrap().len(), 2);
    std::fs::write(blobs.path(&one.sha256), b"rot").unwrap();
    assert_eq!(desk.library.check().unwrap().len(), 1, "a rotten page is found");
}

#[test]
fn a_page_goes_with_the_post_that_is_destroyed() {
    let mut desk = Desk::new();
    let post = desk.post(Language::En, "Open data").id;
    let page = desk.library.blobs().put(&mut &b"page"[..]).unwrap();
    desk.library.add_capture(&act(5_000), id(40), post, id(70), &page, &found(200)).unwrap();
    desk.library.set_trashed(&act(6_000), post, true).unwrap();
    desk.library.purge(&act(7_000), post).unwrap();
    assert_eq!(desk.library.captures().unwrap(), []);
    assert_eq!(desk.library.named_blobs().unwrap(), Vec::<String>::new(), "a repair sweeps it");
    assert_eq!(desk.library.check().unwrap(), []);
}
