//! What the XMP packet of a PDF says (ISO 16684-1): title, language, and the claim to be PDF/A (ISO 19005).

use quick_xml::NsReader;
use quick_xml::events::Event;
use quick_xml::name::{Namespace, ResolveResult};

/// Longer packets are cut: what is wanted stands at the beginning of any real one.
const LONGEST: usize = 1 << 20;
const MOST_EVENTS: usize = 20_000;

const PDFA: &str = "http://www.aiim.org/pdfa/ns/id/";
const DC: &str = "http://purl.org/dc/elements/1.1/";

/// What was found.
#[derive(Default, Debug, PartialEq, Eq)]
pub(crate) struct Xmp {
    pub(crate) title: Option<String>,
    pub(crate) language: Option<String>,
    /// Part and conformance level, such as `2` and `A`.
    pub(crate) part: Option<String>,
    pub(crate) conformance: Option<String>,
}

impl Xmp {
    /// Reads a packet as far as it is XML.
    pub(crate) fn of(packet: &[u8]) -> Self {
        let text = String::from_utf8_lossy(packet.get(..LONGEST).unwrap_or(packet));
        let mut reader = NsReader::from_str(&text);
        let mut found = Xmp::default();
        let mut within: Option<&'static str> = None;
        for _ in 0..MOST_EVENTS {
            match reader.read_resolved_event() {
                Ok((namespace, Event::Start(element))) => {
                    within = property(&namespace, element.local_name().as_ref()).or(within);
                    found.attributes(&reader, &element);
                }
                Ok((_, Event::Empty(element))) => found.attributes(&reader, &element),
                Ok((namespace, Event::End(element))) => {
                    if property(&namespace, element.local_name().as_ref()).is_some() {
                        within = None;
                    }
                }
                Ok((_, Event::Text(text))) => {
                    if let Some(name) = within {
                        found.put(name, &unescaped(text.as_ref()));
                    }
                }
                Ok((_, Event::GeneralRef(name))) => {
                    if let Some(within) = within {
                        let text = format!("&{};", <_ as AsRef<str>>::as_ref(&name));
                        found.put(within, &unescaped(&text));
                    }
                }
                Ok((_, Event::Eof)) | Err(_) => break,
                Ok(_) => {}
            }
        }
        found
    }

    fn attributes(&mut self, reader: &NsReader<&[u8]>, element: &quick_xml::events::BytesStart<'_>) {
        for attribute in element.attributes().flatten() {
            let (namespace, name) = reader.resolver().resolve_attribute(attribute.key);
            if let Some(name) = property(&namespace, name.as_ref()) {
                self.put(name, &unescaped(&attribute.value));
            }
        }
    }

    /// Adds text to a property; of several languages the first one stays.
    fn put(&mut self, name: &str, text: &str) {
        let place = match name {
            "title" => &mut self.title,
            "language" => &mut self.language,
            "part" => &mut self.part,
            _ => &mut self.conformance,
        };
        if !text.trim().is_empty() || place.is_some() {
            place.get_or_insert_default().push_str(text);
        }
    }

    /// The claim to be PDF/A, such as `PDF/A-2a`.
    pub(crate) fn pdfa(&self) -> Option<String> {
        let plain = |text: &Option<String>| {
            let text = text.as_deref().unwrap_or_default().trim().to_owned();
            (text.len() <= 2 && text.chars().all(|c| c.is_ascii_alphanumeric())).then_some(text)
        };
        let part = plain(&self.part).filter(|part| !part.is_empty())?;
        Some(format!("PDF/A-{part}{}", plain(&self.conformance).unwrap_or_default().to_lowercase()))
    }
}

fn property(namespace: &ResolveResult<'_>, name: &str) -> Option<&'static str> {
    let ResolveResult::Bound(Namespace(namespace)) = namespace else { return None };
    match (*namespace, name) {
        (PDFA, "part") => Some("part"),
        (PDFA, "conformance") => Some("conformance"),
        (DC, "title") => Some("title"),
        (DC, "language") => Some("language"),
        _ => None,
    }
}

fn unescaped(text: &str) -> String {
    quick_xml::escape::unescape(text).map(std::borrow::Cow::into_owned).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RDF: &str = "xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:id='http://www.aiim.org/pdfa/ns/id/'";

    #[test]
    fn claims_stand_in_elements_or_in_attributes() {
        let elements = format!(
            "<?xpacket?><x><rdf:RDF {RDF}><rdf:Description><id:part>2</id:part><id:conformance>A</id:conformance>
             <dc:title><rdf:Alt><rdf:li>Rapport &amp; annexes</rdf:li></rdf:Alt></dc:title></rdf:Description></rdf:RDF></x>"
        );
        let found = Xmp::of(elements.as_bytes());
        assert_eq!(found.pdfa().as_deref(), Some("PDF/A-2a"));
        assert_eq!(found.title.as_deref().map(str::trim), Some("Rapport & annexes"));
        let attributes = format!("<rdf:Description {RDF} id:part='4' id:conformance='F'/>");
        assert_eq!(Xmp::of(attributes.as_bytes()).pdfa().as_deref(), Some("PDF/A-4f"));
        let other = "<d xmlns:id='http://elsewhere.example/' id:part='2'/>";
        assert_eq!(Xmp::of(other.as_bytes()), Xmp::default());
    }

    #[test]
    fn a_packet_that_is_no_xml_says_nothing() {
        for packet in ["", "<a><", "&;&;&;", "<a b=<<>>", &"<a>".repeat(100_000)] {
            assert_eq!(Xmp::of(packet.as_bytes()).pdfa(), None);
        }
        let long = format!("<d {RDF} id:part='{}'/>", "2".repeat(5_000));
        assert_eq!(Xmp::of(long.as_bytes()).pdfa(), None);
    }
}
