//! The viewer's folder: what has to be in it, and what may not be.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod support;

use fonds_archive::{Code, Verdict};
use support::{entries, export, id, judge, pack};

const FOLDER: &str = "my-blog-v0001/data/my-blog-v0001/representations/rep1/data/viewer/";

/// What is found where the entries were changed; the digests of the bag say more, and are left out.
fn found(change: impl FnOnce(&mut Vec<(String, Vec<u8>)>)) -> Vec<(Code, String)> {
    let dir = tempfile::tempdir().unwrap();
    let mut all = entries(&export(dir.path()).path);
    change(&mut all);
    let report = judge(&pack(&dir.path().join("changed.zip"), &all));
    assert_eq!(report.verdict, Verdict::Damaged);
    let ours = [Code::ViewerIncomplete, Code::PayloadUnknown, Code::BagFileMissing];
    report.findings.into_iter().filter(|f| ours.contains(&f.code)).map(|f| (f.code, f.place)).collect()
}

#[test]
fn a_page_that_is_missing_is_found() {
    let place = |page: &str| FOLDER.split_once('/').unwrap().1.to_owned() + page;
    for page in
        [format!("posts/{}.html", id(10)), "index.html".into(), "viewer.js".into(), "journal/1.html".into()]
    {
        let found = found(|all| all.retain(|(name, _)| *name != format!("{FOLDER}{page}")));
        assert_eq!(found, [(Code::ViewerIncomplete, place(&page))]);
    }
    let found = found(|all| all.retain(|(name, _)| name != "my-blog-v0001/index.html"));
    assert_eq!(found, [(Code::BagFileMissing, "index.html".into())]);
}

#[test]
fn a_page_that_the_format_does_not_know_or_that_is_of_no_post_is_found() {
    for page in ["evil.html".to_owned(), format!("posts/{}.html", id(77)), "search/x.js".into()] {
        let found = found(|all| all.push((format!("{FOLDER}{page}"), b"x".to_vec())));
        assert!(found.iter().any(|(code, _)| *code == Code::PayloadUnknown), "{page}: {found:?}");
    }
}

#[test]
fn html_stands_in_the_viewer_alone_and_every_page_has_its_policy() {
    let dir = tempfile::tempdir().unwrap();
    let mut pages = 0;
    for (name, bytes) in entries(&export(dir.path()).path) {
        let text = String::from_utf8_lossy(&bytes);
        if name.ends_with(".html") {
            pages += 1;
            assert!(name.starts_with(FOLDER) || name == "my-blog-v0001/index.html", "{name}");
            assert!(
                text.contains("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';"),
                "{name}"
            );
            assert!(!text.contains(" onclick=") && !text.contains(" style="), "{name}");
            assert_eq!(text.matches("<script").count(), 1, "{name}: its own script alone");
        }
    }
    assert!(pages > 8, "{pages}");
}
