//! PDFs that the tests make themselves: whole ones, and the many ways in which one can be bad.

use std::fmt::Write as _;
use std::io::Write as _;

/// A PDF under construction: objects, numbered from 1; number 1 is the catalogue.
#[derive(Clone, Default)]
pub struct Made {
    objects: Vec<Vec<u8>>,
    trailer: String,
}

impl Made {
    /// A document with a page for each of `pages`, in Helvetica.
    pub fn with_pages(pages: &[&str]) -> Self {
        let mut made = Made::default();
        made.add("<< /Type /Catalog /Pages 2 0 R >>");
        let first = 4;
        let kids: String = (0..pages.len()).fold(String::new(), |mut kids, page| {
            let _ = write!(kids, "{} 0 R ", first + 2 * page);
            kids
        });
        made.add(&format!("<< /Type /Pages /Kids [ {kids}] /Count {} >>", pages.len()));
        made.add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>");
        for (page, text) in pages.iter().enumerate() {
            let contents = first + 2 * page + 1;
            made.add(&format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {contents} 0 R
                 /Resources << /Font << /F 3 0 R >> /XObject << /X 3 0 R >> >> >>"
            ));
            made.stream("", content(text).as_bytes());
        }
        made
    }

    /// Adds an object and gives its number.
    pub fn add(&mut self, object: &str) -> usize {
        self.objects.push(object.as_bytes().to_vec());
        self.objects.len()
    }

    /// Adds a stream and gives its number.
    pub fn stream(&mut self, entries: &str, bytes: &[u8]) -> usize {
        let mut object = format!("<< {entries} /Length {} >>\nstream\n", bytes.len()).into_bytes();
        object.extend_from_slice(bytes);
        object.extend_from_slice(b"\nendstream");
        self.objects.push(object);
        self.objects.len()
    }

    /// Replaces an object.
    pub fn set(&mut self, number: usize, object: &str) {
        self.objects[number - 1] = object.as_bytes().to_vec();
    }

    /// Replaces an object by a stream.
    pub fn set_stream(&mut self, number: usize, entries: &str, bytes: &[u8]) {
        self.stream(entries, bytes);
        let stream = self.objects.pop().unwrap();
        self.objects[number - 1] = stream;
    }

    /// Adds to the trailer.
    pub fn trailer(&mut self, entries: &str) {
        self.trailer.push_str(entries);
    }

    /// The file.
    pub fn bytes(&self) -> Vec<u8> {
        let mut file = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec();
        let mut places = vec![];
        for (number, object) in (1..).zip(&self.objects) {
            places.push(file.len());
            writeln!(file, "{number} 0 obj").unwrap();
            file.extend_from_slice(object);
            file.extend_from_slice(b"\nendobj\n");
        }
        let table = file.len();
        write!(file, "xref\n0 {}\n0000000000 65535 f \n", places.len() + 1).unwrap();
        for place in &places {
            writeln!(file, "{place:010} 00000 n ").unwrap();
        }
        write!(
            file,
            "trailer\n<< /Size {} /Root 1 0 R {} >>\nstartxref\n{table}\n%%EOF\n",
            places.len() + 1,
            self.trailer
        )
        .unwrap();
        file
    }
}

/// A content stream that shows lines of text, one below the other.
pub fn content(text: &str) -> String {
    let mut content = String::from("BT /F 12 Tf 14 TL 72 720 Td\n");
    for line in text.lines() {
        // WinAnsiEncoding has the letters of Latin-1 where Latin-1 has them.
        let hex: String = line.chars().map(|c| format!("{:02x}", u32::from(c) & 0xff)).collect();
        let _ = writeln!(content, "<{hex}> Tj T*");
    }
    content + "ET\n"
}

/// Compressed as PDF's FlateDecode wants it.
pub fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(vec![], flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A report as it should be: titled, in French, tagged, claiming PDF/A, one of its two figures described.
pub fn report() -> Made {
    let mut made = Made::with_pages(&["Rapport annuel\nLes données ouvertes", "Deuxième page : la suite"]);
    let xmp = "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>
        <rdf:Description xmlns:id='http://www.aiim.org/pdfa/ns/id/' xmlns:dc='http://purl.org/dc/elements/1.1/'>
        <id:part>2</id:part><id:conformance>A</id:conformance>
        <dc:title><rdf:Alt><rdf:li xml:lang='x-default'>Ce que vous nous avez dit</rdf:li></rdf:Alt></dc:title>
        </rdf:Description></rdf:RDF></x:xmpmeta>";
    let metadata = made.stream("/Type /Metadata /Subtype /XML", xmp.as_bytes());
    let described = made.add("<< /S /Figure /Alt (Un graphique) >>");
    let undescribed = made.add("<< /S /Image >>");
    let section = made.add(&format!("<< /S /Sect /K [ {described} 0 R {undescribed} 0 R << /S /H1 >> ] >>"));
    // In a circle, as a tree must not be.
    let tree = made.add(&format!(
        "<< /Type /StructTreeRoot /RoleMap << /Image /Figure >> /K [ {section} 0 R {section} 0 R << /S /Table /K {section} 0 R >> ] >>"
    ));
    let info = made.add("<< /Title (An older title) >>");
    made.set(
        1,
        &format!(
            "<< /Type /Catalog /Pages 2 0 R /Lang (fr-CA) /Metadata {metadata} 0 R
             /MarkInfo << /Marked true >> /StructTreeRoot {tree} 0 R >>"
        ),
    );
    made.trailer(&format!("/Info {info} 0 R"));
    made
}
