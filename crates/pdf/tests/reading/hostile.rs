//! No PDF does harm: each one is answered within bounds, and the next one is read as if nothing had been.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};

use fonds_pdf::{Ending, Limits};

use crate::made::{Made, content, deflated, report};
use crate::{LIMITS, read, read_file, reader};

#[test]
fn a_file_cut_anywhere_is_answered() {
    let whole = report().bytes();
    let mut readable = 0;
    for part in 0..40 {
        let cut = &whole[..whole.len() * part / 40];
        readable += usize::from(read(cut).facts.is_some_and(|facts| facts.pages > 0));
    }
    // The pages stand first in the file: without its table they are found by searching.
    assert!(readable > 10, "{readable}");
}

#[test]
fn a_file_with_wrong_bytes_anywhere_is_answered() {
    let whole = report().bytes();
    let mut random = 0x9e37_79b9_u32;
    let mut next = || {
        random ^= random << 13;
        random ^= random >> 17;
        random ^= random << 5;
        random as usize
    };
    for _ in 0..150 {
        let mut bytes = whole.clone();
        for _ in 0..8 {
            let place = next() % bytes.len();
            bytes[place] = b"\0<>[]()/ 9R%"[next() % 12];
        }
        read(&bytes);
    }
}

#[test]
fn what_is_no_pdf_is_unreadable() {
    let empty_tree: &[u8] =
        b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF";
    let cases: [&[u8]; 5] = [b"", b"%PDF-1.7", b"%PDF-1.7\n%%EOF", &[0x25; 100_000], empty_tree];
    for bytes in cases {
        let reading = read(bytes);
        assert!(reading.pages.is_empty() && reading.facts.is_none_or(|facts| facts.pages == 0));
    }
    assert_eq!(read(b"").ending, Ending::Unreadable);
    assert_eq!(read_file("/nowhere/at/all.pdf".as_ref()).ending, Ending::Unreadable);
}

#[test]
fn what_goes_in_circles_is_left() {
    let mut pages = Made::with_pages(&["a"]);
    pages.set(2, "<< /Type /Pages /Kids [ 2 0 R 4 0 R 2 0 R ] /Count 3 >>");
    let mut parents = Made::with_pages(&["a"]);
    parents.set(2, "<< /Type /Pages /Parent 2 0 R /Kids [ 4 0 R ] /Count 1 >>");
    let mut form = Made::with_pages(&["a"]);
    form.set_stream(
        3,
        "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 3 0 R /Y 3 0 R >> >>",
        b"/X Do /Y Do",
    );
    form.set_stream(5, "", b"/X Do");
    let mut length = Made::with_pages(&["a"]);
    length.set(5, "<< /Length 5 0 R >>\nstream\nBT ET\nendstream");
    let mut itself = Made::with_pages(&["a"]);
    itself.set(3, "3 0 R");
    let mut previous = Made::with_pages(&["a"]);
    let table = previous.bytes().windows(5).position(|window| window == b"xref\n").unwrap();
    previous.trailer(&format!("/Prev {table}"));
    for (name, made) in [
        ("pages", pages),
        ("parents", parents),
        ("form", form),
        ("length", length),
        ("itself", itself),
        ("previous", previous),
    ] {
        let reading = read(&made.bytes());
        assert!(reading.pages.len() <= 3, "{name}: {reading:?}");
    }
}

#[test]
fn what_is_nested_without_end_ends_no_more_than_its_own_reading() {
    let depth = 400_000;
    let mut array = Made::with_pages(&["a"]);
    let deep = array.add(&format!("{}{}", "[".repeat(depth), "]".repeat(depth)));
    array.set(1, &format!("<< /Type /Catalog /Pages 2 0 R /Names {deep} 0 R /StructTreeRoot << /K {deep} 0 R >> /MarkInfo << /Marked true >> >>"));
    let mut tree = Made::with_pages(&["a"]);
    let first = tree.add("<< /S /Sect >>");
    for number in first..first + 20_000 {
        tree.add(&format!("<< /S /Sect /K [ {number} 0 R ] >>"));
    }
    tree.set(
        1,
        &format!(
            "<< /Type /Catalog /Pages 2 0 R /MarkInfo << /Marked true >> /StructTreeRoot << /K {} 0 R >> >>",
            first + 20_000
        ),
    );
    let mut pages = Made::with_pages(&["a"]);
    let first = pages.add("<< /Type /Pages /Kids [ 4 0 R ] /Count 1 >>");
    for number in first..first + 20_000 {
        pages.add(&format!("<< /Type /Pages /Kids [ {number} 0 R ] /Count 1 >>"));
    }
    pages.set(1, &format!("<< /Type /Catalog /Pages {} 0 R >>", first + 20_000));
    let mut states = Made::with_pages(&["a"]);
    states.set_stream(5, "", "q ".repeat(500_000).as_bytes());
    for made in [array, tree, pages, states] {
        read(&made.bytes());
    }
    assert_eq!(read(&report().bytes()).ending, Ending::Whole);
}

#[test]
fn a_small_file_that_unpacks_to_more_than_memory_is_given_up() {
    let zeros = vec![0; 32 << 20];
    let once = deflated(&zeros);
    // Twice compressed: a few hundred bytes that mean 32 MB.
    let mut nested = Made::with_pages(&["first", ""]);
    nested.set_stream(7, "/Filter [ /FlateDecode /FlateDecode ]", &deflated(&once));
    let reading = read(&nested.bytes());
    assert_eq!(reading.pages.first().map(|page| page.text.as_str()), Some("first"));

    let spaces = deflated(&vec![b' '; 200 << 20]);
    let mut huge = Made::with_pages(&["first", ""]);
    huge.set_stream(7, "/Filter /FlateDecode", &spaces);
    let reading = read(&huge.bytes());
    assert_eq!(reading.pages.first().map(|page| page.text.as_str()), Some("first"));
    assert!(reading.facts.is_some_and(|facts| facts.pages == 2));
    assert_ne!(reading.ending, Ending::Whole);

    let mut packet = Made::with_pages(&["first"]);
    let metadata = packet.stream("/Type /Metadata /Filter /FlateDecode", &spaces);
    packet.set(1, &format!("<< /Type /Catalog /Pages 2 0 R /Metadata {metadata} 0 R >>"));
    assert_ne!(read(&packet.bytes()).ending, Ending::Whole);
}

#[test]
fn text_and_pages_without_end_are_cut() {
    let long = "a word and ".repeat(4_000);
    let pages: Vec<&str> = std::iter::repeat_n(long.as_str(), 60).collect();
    let reading = read(&Made::with_pages(&pages).bytes());
    assert_eq!(reading.ending, Ending::TooMuch);
    let read_bytes: usize = reading.pages.iter().map(|page| page.text.len()).sum();
    assert!(read_bytes <= 1 << 20, "{read_bytes}");

    let reading = read(&Made::with_pages(&vec!["a"; 700]).bytes());
    assert_eq!((reading.ending, reading.pages.len()), (Ending::TooMuch, 500));
    assert_eq!(reading.facts.unwrap().pages, 700);

    // A count that is a lie costs nothing.
    let mut liar = Made::with_pages(&["a"]);
    liar.set(2, "<< /Type /Pages /Kids [ 4 0 R ] /Count 2147483647 >>");
    assert_eq!(read(&liar.bytes()).facts.unwrap().pages, 1);
}

#[test]
fn what_takes_too_long_is_given_up() {
    let mut slow = Made::with_pages(&["first", ""]);
    // Each form draws the next one ten times: ten to the ninth drawings.
    let mut last = slow.stream(
        "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /Font << /F 3 0 R >> >>",
        content("x").as_bytes(),
    );
    for _ in 0..9 {
        last = slow.stream(
            &format!(
                "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X {last} 0 R >> >>"
            ),
            "/X Do ".repeat(10).as_bytes(),
        );
    }
    slow.set(
        6,
        &format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 7 0 R /Resources << /XObject << /X {last} 0 R >> >> >>"),
    );
    slow.set_stream(7, "", b"/X Do");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("slow.pdf");
    std::fs::write(&path, slow.bytes()).unwrap();
    let reading = reader().within(Limits { seconds: 1, ..LIMITS }).read(&path).unwrap();
    assert_eq!(reading.pages.first().map(|page| page.text.as_str()), Some("first"));
    assert_ne!(reading.ending, Ending::Whole);
}

#[test]
fn a_gigabyte_is_read_in_little_memory() {
    let bytes = Made::with_pages(&["small text"]).bytes();
    // A hole in the middle of the file, as a large image would be: before the table, which is written anew.
    let table = bytes.windows(5).position(|window| window == b"xref\n").unwrap();
    let hole: u64 = 1 << 30;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.pdf");
    let mut file = File::create(&path).unwrap();
    file.write_all(&bytes[..table]).unwrap();
    file.seek(SeekFrom::Current(i64::try_from(hole).unwrap())).unwrap();
    let place = file.stream_position().unwrap();
    let rest = String::from_utf8_lossy(&bytes[table..])
        .replace(&format!("startxref\n{table}"), &format!("startxref\n{place}"));
    file.write_all(rest.as_bytes()).unwrap();
    drop(file);
    assert!(std::fs::metadata(&path).unwrap().len() > hole);
    let little = Limits { memory: 64 << 20, ..LIMITS };
    let reading = reader().within(little).read(&path).unwrap();
    assert_eq!(reading.ending, Ending::Whole);
    assert_eq!(reading.pages[0].text, "small text");
}
