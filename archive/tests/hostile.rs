//! Zips made to harm whoever opens them: each gets a clear finding, and none is unpacked.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod support;

use std::path::Path;

use fonds_archive::{Code, Export, Verdict};
use support::*;

/// One record of a zip's directory, and what stands for it in the file.
#[derive(Clone)]
struct Raw {
    name: Vec<u8>,
    bytes: Vec<u8>,
    method: u16,
    flags: u16,
    size: u32,
    /// Where the directory says that it is; where it is, if none.
    offset: Option<u32>,
}

fn raw(name: &str) -> Raw {
    let bytes = b"text".to_vec();
    Raw { name: name.into(), size: 4, bytes, method: 0, flags: 0, offset: None }
}

fn crc(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// The fields that a local header and a directory record share.
fn fields(entry: &Raw) -> Vec<u8> {
    let mut out = Vec::new();
    for short in [20, entry.flags, entry.method, 0, 0x21] {
        out.extend_from_slice(&short.to_le_bytes());
    }
    let packed = u32::try_from(entry.bytes.len()).unwrap();
    for long in [crc(&entry.bytes), packed, entry.size] {
        out.extend_from_slice(&long.to_le_bytes());
    }
    out.extend_from_slice(&u16::try_from(entry.name.len()).unwrap().to_le_bytes());
    out.extend_from_slice(&[0, 0]);
    out
}

fn assemble(path: &Path, entries: &[Raw]) {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for entry in entries {
        let at = entry.offset.unwrap_or(u32::try_from(out.len()).unwrap());
        out.extend_from_slice(b"PK\x03\x04");
        out.extend_from_slice(&fields(entry));
        out.extend_from_slice(&entry.name);
        out.extend_from_slice(&entry.bytes);
        directory.extend_from_slice(b"PK\x01\x02\x14\x03");
        directory.extend_from_slice(&fields(entry));
        directory.extend_from_slice(&[0; 8]);
        directory.extend_from_slice(&(0o100_644_u32 << 16).to_le_bytes()[2..]);
        directory.extend_from_slice(&at.to_le_bytes());
        directory.extend_from_slice(&entry.name);
    }
    end(&mut out, &directory, entries.len());
    std::fs::write(path, out).unwrap();
}

fn end(out: &mut Vec<u8>, directory: &[u8], count: usize) {
    let start = u32::try_from(out.len()).unwrap();
    out.extend_from_slice(directory);
    out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    let count = u16::try_from(count).unwrap_or(u16::MAX);
    out.extend_from_slice(&count.to_le_bytes());
    out.extend_from_slice(&count.to_le_bytes());
    out.extend_from_slice(&u32::try_from(directory.len()).unwrap().to_le_bytes());
    out.extend_from_slice(&start.to_le_bytes());
    out.extend_from_slice(&[0, 0]);
}

fn found(entries: &[Raw]) -> Vec<Code> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("hostile.zip");
    assemble(&path, entries);
    let report = judge(&path);
    assert_eq!(report.verdict, Verdict::Damaged);
    assert!(Export::open(&path).is_err());
    codes(&report)
}

#[test]
fn an_encrypted_entry_is_named() {
    assert!(found(&[Raw { flags: 1, ..raw("my-blog-v0001/bagit.txt") }]).contains(&Code::ZipEncrypted));
}

#[test]
fn entries_over_one_another_are_not_unpacked() {
    let one = raw("my-blog-v0001/bagit.txt");
    let two = Raw { offset: Some(0), ..raw("my-blog-v0001/bag-info.txt") };
    assert!(found(&[one, two]).contains(&Code::ZipOverlap));
}

#[test]
fn a_size_that_lies_is_found_in_both_directions() {
    for size in [3, 5] {
        let all = found(&[Raw { size, ..raw("my-blog-v0001/bagit.txt") }]);
        assert!(
            all.contains(&Code::ZipSizeLies) || all.contains(&Code::ZipEntryUnreadable),
            "{size}: {all:?}"
        );
    }
}

#[test]
fn names_that_look_like_others_are_refused() {
    // A Cyrillic a, a combining accent, a right-to-left mark, a full-width slash, a byte that is no UTF-8.
    for name in ["b\u{430}git.txt", "e\u{301}.txt", "a\u{202e}txt.md", "..\u{ff0f}x"] {
        let name = format!("my-blog-v0001/{name}");
        assert!(
            found(&[raw("my-blog-v0001/bagit.txt"), raw(&name)]).contains(&Code::ZipUnsafeName),
            "{name}"
        );
    }
    let latin = Raw { name: b"my-blog-v0001/\xe9.txt".to_vec(), ..raw("x") };
    assert!(found(&[raw("my-blog-v0001/bagit.txt"), latin]).contains(&Code::ZipUnsafeName));
}

/// `count` bytes of zero, deflated.
fn zeros(count: u64) -> Vec<u8> {
    use std::io::Write;
    let mut deflate = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
    let block = vec![0; 1 << 20];
    for _ in 0..count >> 20 {
        deflate.write_all(&block).unwrap();
    }
    deflate.finish().unwrap()
}

#[test]
fn a_bomb_is_not_unpacked() {
    // Sixteen entries that share out 64 GB among them, as the directory says, over 16 KB.
    let bytes = zeros(1 << 20);
    let entries: Vec<Raw> = (0..16)
        .map(|n| Raw {
            bytes: bytes.clone(),
            method: 8,
            size: 0xF000_0000,
            ..raw(&format!("my-blog-v0001/{n}.bin"))
        })
        .collect();
    assert!(found(&entries).contains(&Code::ZipBomb));
}

#[test]
fn zeros_that_the_directory_denies_are_not_unpacked_further_than_it_says() {
    // 64 MB behind a size of 100 bytes: the reader stops there.
    let entry = Raw { bytes: zeros(64 << 20), method: 8, size: 100, ..raw("my-blog-v0001/bagit.txt") };
    assert!(found(&[entry]).contains(&Code::ZipSizeLies));
}

#[test]
fn a_zip_in_a_zip_is_a_file_like_any_other() {
    let dir = tempfile::tempdir().unwrap();
    let mut all = entries(&export(dir.path()).path);
    let inner = dir.path().join("inner.zip");
    assemble(&inner, &[Raw { bytes: zeros(64 << 20), method: 8, size: 64 << 20, ..raw("zeros") }]);
    all.push((
        "my-blog-v0001/data/my-blog-v0001/metadata/other/nested.zip".into(),
        std::fs::read(inner).unwrap(),
    ));
    relist(&mut all);
    let report = judge(&pack(&dir.path().join("outer.zip"), &all));
    assert!(codes(&report).contains(&Code::PayloadUnknown), "{:?}", codes(&report));
}

#[test]
fn more_entries_than_the_format_allows_are_not_read() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("million.zip");
    let mut directory = Vec::new();
    let empty = Raw { bytes: vec![], size: 0, ..raw("") };
    for n in 0..1_000_001 {
        let name = format!("my-blog-v0001/{n}");
        directory.extend_from_slice(b"PK\x01\x02\x14\x03");
        directory.extend_from_slice(&fields(&Raw { name: name.clone().into(), ..empty.clone() }));
        directory.extend_from_slice(&[0; 8]);
        directory.extend_from_slice(&[0xA4, 0x81, 0, 0, 0, 0]);
        directory.extend_from_slice(name.as_bytes());
    }
    // More than 65,535 entries want a zip64 record.
    let mut out = Vec::new();
    let size = directory.len() as u64;
    out.append(&mut directory);
    let at = out.len() as u64;
    out.extend_from_slice(b"PK\x06\x06");
    out.extend_from_slice(&44_u64.to_le_bytes());
    out.extend_from_slice(&[0x2D, 3, 0x2D, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    for long in [1_000_001_u64, 1_000_001, size, 0] {
        out.extend_from_slice(&long.to_le_bytes());
    }
    out.extend_from_slice(b"PK\x06\x07\0\0\0\0");
    out.extend_from_slice(&at.to_le_bytes());
    out.extend_from_slice(&1_u32.to_le_bytes());
    out.extend_from_slice(b"PK\x05\x06\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0");
    std::fs::write(&path, out).unwrap();
    let report = judge(&path);
    assert_eq!((report.verdict, codes(&report)), (Verdict::Damaged, vec![Code::ZipTooManyEntries]));
}
