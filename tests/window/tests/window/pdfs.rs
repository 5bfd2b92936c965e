//! A PDF in the real window: attached, read, looked at, searched in, and found by its page.

use std::fmt::Write as _;
use std::time::Duration;

use thirtyfour::prelude::*;

use crate::writing::with_a_post;

const SOON: Duration = Duration::from_secs(30);

/// A PDF with a page for each text, in a font that the file leaves out.
fn pdf(pages: &[&str]) -> Vec<u8> {
    let mut file = String::from("%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n");
    let kids: String = (0..pages.len()).fold(String::new(), |mut kids, page| {
        let _ = write!(kids, "{} 0 R ", 4 + 2 * page);
        kids
    });
    let _ = write!(
        file,
        "2 0 obj\n<< /Type /Pages /Kids [ {kids}] /Count {} >>\nendobj\n\
         3 0 obj\n<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>\nendobj\n",
        pages.len()
    );
    for (page, text) in pages.iter().enumerate() {
        let (number, drawn) = (4 + 2 * page, format!("BT /F 24 Tf 72 700 Td ({text}) Tj ET"));
        let _ = write!(
            file,
            "{number} 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {} 0 R\n\
             /Resources << /Font << /F 3 0 R >> >> >>\nendobj\n\
             {} 0 obj\n<< /Length {} >>\nstream\n{drawn}\nendstream\nendobj\n",
            number + 1,
            number + 1,
            drawn.len()
        );
    }
    file.push_str("trailer\n<< /Root 1 0 R >>\n%%EOF\n");
    file.into_bytes()
}

#[tokio::test]
async fn a_pdf_is_attached_looked_at_and_found_by_its_page() {
    let (window, library) = with_a_post("Consultation").await;
    let file = library.parent().unwrap().join("what-we-heard.pdf");
    std::fs::write(&file, pdf(&["Cover", "Contents", "A fixed calendar", "The end"])).unwrap();
    window.answer(&file);
    window.press(&[Key::Control, Key::Shift], 'a').await;
    window.read("aside", "4 pages", SOON).await;
    window.read("aside", "to look at", SOON).await;

    window.click("aside li button.item .lucide-file-text").await;
    window.read(".pdf-text", "Cover", SOON).await;
    let drawn = "const canvas = document.querySelector('.pdf-leaf canvas');
        const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
        return pixels.some((value, place) => place % 4 === 0 && value < 64)";
    assert_eq!(window.driver.execute(drawn, vec![]).await.unwrap().json(), true, "letters are drawn");
    window.read(".pdf-view aside", "It is not tagged", SOON).await;
    window.accessible("a PDF").await;
    window.picture("14-pdf").await;
    window.press(&[Key::Control], 'f').await;
    window.write(".pdf-find input", "CALENDAR").await;
    window.read(".pdf-text", "A fixed calendar", SOON).await;
    window.picture("15-pdf-find").await;

    // From the list: the words, the page, and there with the words marked.
    window.click(".pdf-view nav .head button").await;
    window.write(".find input[type=search]", "fixed calen").await;
    window.read(".search-hits", "what-we-heard.pdf, page 3", SOON).await;
    window.picture("16-search").await;
    window.accessible("a search").await;
    window.click(".search-hits .place-hit").await;
    window.read(".pdf-text", "A fixed calendar", SOON).await;
    window.close().await;
}
