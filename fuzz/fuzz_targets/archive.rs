//! Any bytes at all: verifying and reading them gives an answer, never a panic.
//!
//!     cargo +nightly fuzz run archive
//!
//! Begin with exports: put some into `fuzz/corpus/archive/`.
#![no_main]

use std::ops::ControlFlow;

use fonds_archive::{Export, ExportSet, verify, verify_series};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("fuzzed.zip");
    std::fs::write(&path, bytes).expect("room for the input");
    let go = &mut |_: fonds_archive::Progress<'_>| ControlFlow::Continue(());
    let _ = verify(&path, go);
    let _ = verify_series(&[&path, &path], go);
    let _ = ExportSet::open(&[&path]).map(|set| set.journal().count());
    let Ok(export) = Export::open(&path) else { return };
    let _ = export.journal().map(Iterator::count);
    let Ok(library) = export.library() else { return };
    for post in &library.posts {
        let _ = export.revisions(&post.id).map(Iterator::count);
    }
    for attachment in &library.attachments {
        let _ = export.attachment_versions(&attachment.id);
        let _ = export.open_blob(&attachment.id, 1).map(|mut blob| std::io::copy(&mut blob, &mut std::io::sink()));
    }
});
