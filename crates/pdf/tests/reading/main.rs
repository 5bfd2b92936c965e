//! Reading PDFs in a process of its own: what good ones say, and that no bad one does harm.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod good;
mod hostile;
mod made;

use std::path::Path;

use fonds_pdf::{Limits, Reader, Reading};

/// Bounds that a test can reach soon.
const LIMITS: Limits = Limits { seconds: 20, memory: 128 << 20, text: 1 << 20, pages: 500 };

fn reader() -> Reader {
    Reader::of(env!("CARGO_BIN_EXE_fonds-read-pdf").into()).within(LIMITS)
}

fn read(bytes: &[u8]) -> Reading {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file.pdf");
    std::fs::write(&path, bytes).unwrap();
    read_file(&path)
}

fn read_file(path: &Path) -> Reading {
    reader().read(path).unwrap()
}
