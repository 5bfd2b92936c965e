//! PDFs on the command line: what they say, and their words found again.

use crate::support::Bench;

/// A PDF of one page with this text on it.
fn pdf(text: &str) -> String {
    let content = format!("BT /F 12 Tf 10 100 Td ({text}) Tj ET");
    format!(
        "%PDF-1.6\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R /Lang (en) >>\nendobj\n\
         2 0 obj\n<< /Type /Pages /Kids [ 3 0 R ] /Count 1 >>\nendobj\n\
         3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents 4 0 R\n\
         /Resources << /Font << /F 5 0 R >> >> >>\nendobj\n\
         4 0 obj\n<< /Length {} >>\nstream\n{content}\nendstream\nendobj\n\
         5 0 obj\n<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>\nendobj\n\
         trailer\n<< /Root 1 0 R >>\n%%EOF\n",
        content.len()
    )
}

#[test]
fn an_attached_pdf_says_what_it_is_and_is_found_by_its_page() {
    let bench = Bench::new();
    let write = |name: &str, text: &str| std::fs::write(bench.path(name), pdf(text)).unwrap();
    write("report.pdf", "The budget deficit");
    std::fs::write(bench.path("broken.pdf"), "%PDF-1.7 and nothing else %%EOF").unwrap();
    let post = bench.run(&["--library", "lib", "post", "new", "--title", "Budget", "--lang", "en"]).done();
    let said = bench.run(&["--library", "lib", "attach", &post, "report.pdf", "broken.pdf"]).done();
    assert!(said.contains("report.pdf · version 1 · ") && said.contains("1 page · PDF 1.6"), "{said}");
    assert!(said.contains("It is not tagged. Readers with a screen reader may not"), "{said}");
    assert!(said.contains("broken.pdf") && said.contains("It cannot be read."), "{said}");

    let shown = bench.run(&["--library", "lib", "--json", "post", "show", &post]).json();
    let facts = &shown["attachments"][1]["pdf"];
    assert_eq!((facts["pages"].as_u64(), facts["language"].as_str()), (Some(1), Some("en")));
    assert_eq!(facts["tagged"], false);

    let found = bench.run(&["--library", "lib", "search", "deficit"]).done();
    assert!(found.contains("report.pdf, page 1:  The budget deficit"), "{found}");
    let found =
        bench.run(&["--library", "lib", "--json", "search", "budg", "--lang", "en", "--with-pdf"]).json();
    assert_eq!(found["hits"][0]["pages"][0]["page"], 1);
    let found = bench.run(&["--library", "lib", "--json", "search", "deficit", "--lang", "fr"]).json();
    assert_eq!(found["hits"], serde_json::json!([]));

    // Replaced in the folder: the next version, and its words instead of the old ones.
    std::fs::write(bench.path("lib/attachments/report.pdf"), pdf("The surplus")).unwrap();
    let found = bench.run(&["--library", "lib", "search", "surplus"]).done();
    assert!(found.contains("report.pdf, page 1:  The surplus"), "{found}");
    let found = bench.run(&["--library", "lib", "--json", "search", "deficit"]).json();
    assert_eq!(found["hits"], serde_json::json!([]));
}
