//! Exports beyond the limits of the old zip format: over 65,535 entries and over 4 GiB in one entry and in the file.
//! The content is generated as it is read. `make test-large` runs the full size, `cargo test` a small one.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod support;

use std::io::{Read, Take, repeat};
use std::ops::ControlFlow;

use fonds_archive::v1::*;
use fonds_archive::{Export, Increment, Source, SourceError, Verdict, verify, write};
use sha2::{Digest, Sha256};
use support::*;

/// So many posts of one line, and one attachment of so many equal bytes.
struct Large {
    posts: u32,
    bytes: u64,
    sha256: String,
}

impl Large {
    fn new(posts: u32, bytes: u64) -> Self {
        let mut large = Self { posts, bytes, sha256: String::new() };
        let (mut hash, mut content, mut buffer) = (Sha256::new(), large.content(), vec![0; 1 << 20]);
        loop {
            let n = content.read(&mut buffer).unwrap();
            if n == 0 {
                break;
            }
            hash.update(&buffer[..n]);
        }
        large.sha256 = hash.finalize().iter().map(|b| format!("{b:02x}")).collect();
        large
    }

    fn content(&self) -> Take<std::io::Repeat> {
        repeat(b'7').take(self.bytes)
    }
}

impl Source for Large {
    fn increment(&mut self) -> Result<Increment, SourceError> {
        Err("the export is full".into())
    }
    fn content_bytes(&mut self) -> Result<u64, SourceError> {
        Ok(self.bytes)
    }
    fn library(&mut self) -> Result<Library, SourceError> {
        let attachment =
            Attachment { id: id(90), path: "attachments/large.pdf".into(), created_at: AT.into() };
        let post = |n: u32| Post {
            id: id(1000 + n),
            pair: id(50),
            status: Status::Draft,
            head: 1,
            created_at: AT.into(),
            trashed_at: None,
            file: None,
            conflict: None,
            names: vec![],
        };
        Ok(Library {
            categories: vec![],
            blogs: vec![],
            pairs: vec![Pair { id: id(50), categories: vec![] }],
            posts: (0..self.posts).map(post).collect(),
            attachments: vec![attachment],
            captures: vec![],
            outbox: vec![],
            ..memory().library
        })
    }
    fn journal(
        &mut self,
        after: u64,
        each: &mut dyn FnMut(JournalEntry) -> Result<(), SourceError>,
    ) -> Result<(), SourceError> {
        journal(1).into_iter().filter(|e| e.seq > after).try_for_each(each)
    }
    fn post(
        &mut self,
        _: &str,
        each: &mut dyn FnMut(Revision, String) -> Result<(), SourceError>,
    ) -> Result<(), SourceError> {
        each(revision(1, "One line", "One line.\n", Language::En, vec![]), "One line.\n".into())
    }
    fn attachment(&mut self, _: &str) -> Result<Vec<AttachmentVersion>, SourceError> {
        let sha256 = self.sha256.clone();
        Ok(vec![AttachmentVersion { version: 1, sha256, size: self.bytes, at: AT.into(), actor: actor() }])
    }
    fn capture(&mut self, id: &str) -> Result<Vec<CaptureVersion>, SourceError> {
        Err(format!("there is no capture {id}").into())
    }
    fn open(&mut self, _: &str) -> Result<Box<dyn Read + '_>, SourceError> {
        Ok(Box::new(self.content()))
    }
}

fn written_and_verified(posts: u32, bytes: u64) -> (u64, u64) {
    let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let mut large = Large::new(posts, bytes);
    let go = &mut |_: fonds_archive::Progress<'_>| ControlFlow::Continue(());
    let written = write(&header(1, None), &mut large, dir.path(), go).unwrap();
    let report = verify(&written.path, go).unwrap();
    assert_eq!((report.verdict, report.findings), (Verdict::Whole, vec![]));
    assert_eq!((report.posts, report.size), (u64::from(posts), written.size));
    let export = Export::open(&written.path).unwrap();
    assert_eq!(export.attachment_versions(&id(90)).unwrap()[0].size, bytes);
    assert_eq!(export.revisions(&id(1000 + posts - 1)).unwrap().count(), 1);
    let mut last = [0];
    export.open_blob(&id(90), 1).unwrap().read_exact(&mut last).unwrap();
    assert_eq!(last, *b"7");
    let python = "import sys, zipfile; print(len(zipfile.ZipFile(sys.argv[1]).namelist()))";
    let listed =
        std::process::Command::new("python3").args(["-c", python]).arg(&written.path).output().unwrap();
    assert_eq!(String::from_utf8(listed.stdout).unwrap().trim(), report.entries.to_string());
    (report.entries, report.size)
}

#[test]
fn generated_content_is_written_and_verified() {
    let (entries, size) = written_and_verified(200, 3 << 20);
    assert!(entries > 1_000 && size > 3 << 20);
}

#[test]
#[ignore = "some minutes and 5 GB of disk: `make test-large`"]
fn over_four_gibibytes_and_over_65535_entries_are_written_and_verified() {
    let (entries, size) = written_and_verified(12_000, (4 << 30) + (200 << 20));
    assert!(entries > 65_535 && size > 4 << 30, "{entries} entries, {size} bytes");
}
