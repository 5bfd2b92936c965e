//! What whole PDFs say.

use std::process::Command;

use fonds_pdf::{Ending, Reader, Structure};

use crate::made::{Made, deflated, report};
use crate::{read, read_file};

#[test]
fn a_report_says_what_it_is_and_what_stands_on_its_pages() {
    let reading = read(&report().bytes());
    assert_eq!(reading.ending, Ending::Whole);
    let facts = reading.facts.unwrap();
    assert_eq!((facts.version.as_str(), facts.pages), ("1.7", 2));
    assert_eq!(facts.title.as_deref(), Some("Ce que vous nous avez dit"));
    assert_eq!(facts.language.as_deref(), Some("fr-CA"));
    assert_eq!(facts.pdfa.as_deref(), Some("PDF/A-2a"));
    assert!(facts.tagged && !facts.encrypted && !facts.scripts);
    let counted = Structure { headings: 1, tables: 1, figures: 2, undescribed: 1 };
    assert_eq!(facts.structure, Some(counted));
    let texts: Vec<_> = reading.pages.iter().map(|page| (page.number, page.text.as_str())).collect();
    assert_eq!(texts, [(1, "Rapport annuel\nLes données ouvertes"), (2, "Deuxième page : la suite")]);
}

#[test]
fn a_plain_file_claims_nothing_and_a_page_without_text_is_empty() {
    let mut made = Made::with_pages(&["", "Text"]);
    made.trailer("/Info << /Title <feff00c9007400e9> >>");
    let reading = read(&made.bytes());
    let facts = reading.facts.unwrap();
    assert_eq!(facts.title.as_deref(), Some("Été"));
    assert!(!facts.tagged && facts.pdfa.is_none() && facts.language.is_none() && facts.structure.is_none());
    assert_eq!(reading.pages[0].text, "");
    assert_eq!(reading.pages[1].text, "Text");
}

#[test]
fn a_word_divided_at_a_line_end_is_one_word_and_a_gap_is_a_space() {
    let mut made = Made::with_pages(&["the commu-\nnity of Saint-\nJean"]);
    assert_eq!(read(&made.bytes()).pages[0].text, "the community of Saint-\nJean");
    // Shown piece by piece, moved by hand: no space stands in the file.
    made.set_stream(5, "", b"BT /F 10 Tf 50 700 Td (Open) Tj 30 0 Td (data) Tj ET");
    assert_eq!(read(&made.bytes()).pages[0].text, "Open data");
    // Letters set close to each other stay one word.
    made.set_stream(5, "", b"BT /F 10 Tf 50 700 Td [(W) 80 (ater)] TJ ET");
    assert_eq!(read(&made.bytes()).pages[0].text, "Water");
}

#[test]
fn text_under_a_scanned_image_is_read_and_outlined_text_only_once() {
    let mut made = Made::with_pages(&[""]);
    made.set_stream(5, "/Filter /FlateDecode", &deflated(b"BT 3 Tr /F 10 Tf 50 700 Td (recognised) Tj ET"));
    assert_eq!(read(&made.bytes()).pages[0].text, "recognised");
    made.set_stream(5, "", b"BT 2 Tr /F 10 Tf 50 700 Td (bold) Tj ET");
    assert_eq!(read(&made.bytes()).pages[0].text, "bold");
}

#[test]
fn scripts_are_told_of() {
    for catalogue in [
        "/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>",
        "/Names << /JavaScript << /Names [ (a) << /S /JavaScript /JS (1) >> ] >> >>",
        "/AA << /WC << /S /JavaScript /JS (1) >> >>",
    ] {
        let mut made = Made::with_pages(&["a"]);
        made.set(1, &format!("<< /Type /Catalog /Pages 2 0 R {catalogue} >>"));
        assert!(read(&made.bytes()).facts.unwrap().scripts, "{catalogue}");
    }
}

#[test]
fn an_encrypted_file_is_read_where_it_asks_for_no_password() {
    let folder = tempfile::tempdir().unwrap();
    let plain = folder.path().join("plain.pdf");
    std::fs::write(&plain, report().bytes()).unwrap();
    let encrypt = |user: &str, bits: &str, name: &str| {
        let path = folder.path().join(name);
        let mut qpdf = Command::new("qpdf");
        qpdf.args(["--allow-weak-crypto", "--encrypt", user, "owner", bits, "--"]).arg(&plain).arg(&path);
        // qpdf warns of the circle in the structure tree (exit code 3) and writes the file all the same.
        let status = qpdf.output().expect("qpdf is there: make setup-tests").status;
        assert!(path.is_file(), "{status}");
        path
    };
    for bits in ["40", "128", "256"] {
        let reading = read_file(&encrypt("", bits, &format!("open-{bits}.pdf")));
        let facts = reading.facts.unwrap();
        assert!(facts.encrypted, "{bits}");
        assert_eq!(facts.title.as_deref(), Some("Ce que vous nous avez dit"), "{bits}");
        assert_eq!((reading.ending, reading.pages.len()), (Ending::Whole, 2), "{bits}");
        let locked = read_file(&encrypt("secret", bits, &format!("locked-{bits}.pdf")));
        assert_eq!((locked.ending, locked.pages.len()), (Ending::Locked, 0), "{bits}");
        assert!(locked.facts.is_some_and(|facts| facts.encrypted && facts.version.len() == 3), "{bits}");
    }
}

#[test]
fn a_program_that_is_no_reader_is_not_believed() {
    for program in ["/bin/true", "/bin/cat", "/nowhere/at/all"] {
        assert!(Reader::of(program.into()).read(std::path::Path::new("/etc/hostname")).is_err(), "{program}");
    }
}
