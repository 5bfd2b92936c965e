//! What a PDF says of itself, from its catalogue, its information dictionary and its XMP packet.

use std::collections::HashSet;

use hayro_syntax::object::{Array, Dict, MaybeRef, Name, Object, ObjectIdentifier, Stream};
use hayro_syntax::{Pdf, PdfVersion};

use crate::xmp::Xmp;
use crate::{Facts, Structure};

/// Longer titles are cut, in characters.
const LONGEST: usize = 1_000;
/// Larger structure trees are not counted to the end.
const MOST_ELEMENTS: usize = 500_000;

/// The facts of an open PDF.
pub(crate) fn of(pdf: &Pdf, encrypted: bool) -> Facts {
    let xref = pdf.xref();
    let catalogue: Dict<'_> = xref.get(xref.root_id()).unwrap_or_else(Dict::empty);
    let xmp = catalogue
        .get::<Stream<'_>>("Metadata")
        .and_then(|stream| stream.decoded().ok())
        .map(|packet| Xmp::of(packet.as_ref()))
        .unwrap_or_default();
    let info = pdf.metadata().title.as_deref().map(text_string);
    let marked = catalogue.get::<Dict<'_>>("MarkInfo").and_then(|marks| marks.get::<bool>("Marked"));
    let tree = catalogue.get::<Dict<'_>>("StructTreeRoot").filter(|_| marked == Some(true));
    Facts {
        version: version(pdf.version()).into(),
        pages: u32::try_from(pdf.pages().len()).unwrap_or(u32::MAX),
        title: xmp.title.as_deref().and_then(plain).or_else(|| info.as_deref().and_then(plain)),
        language: catalogue
            .get::<hayro_syntax::object::String<'_>>("Lang")
            .and_then(|language| plain(&text_string(language.as_bytes())))
            .or_else(|| xmp.language.as_deref().and_then(plain)),
        encrypted,
        pdfa: xmp.pdfa(),
        tagged: tree.is_some(),
        scripts: has_scripts(&catalogue),
        structure: tree.map(|tree| structure(&tree)),
    }
}

/// What can be said of a PDF that opens with a password alone.
pub(crate) fn of_locked(bytes: &[u8]) -> Facts {
    let start = bytes.get(..1024).unwrap_or(bytes);
    let version = start.windows(8).find_map(|window| match window {
        [b'%', b'P', b'D', b'F', b'-', major @ b'1'..=b'2', b'.', minor @ b'0'..=b'9'] => {
            Some(format!("{}.{}", char::from(*major), char::from(*minor)))
        }
        _ => None,
    });
    Facts { version: version.unwrap_or_default(), encrypted: true, ..Facts::default() }
}

fn version(version: PdfVersion) -> &'static str {
    match version {
        PdfVersion::Pdf10 => "1.0",
        PdfVersion::Pdf11 => "1.1",
        PdfVersion::Pdf12 => "1.2",
        PdfVersion::Pdf13 => "1.3",
        PdfVersion::Pdf14 => "1.4",
        PdfVersion::Pdf15 => "1.5",
        PdfVersion::Pdf16 => "1.6",
        PdfVersion::Pdf17 => "1.7",
        PdfVersion::Pdf20 => "2.0",
    }
}

/// Scripts that the document as a whole carries: by name, when it opens, or on an event.
fn has_scripts(catalogue: &Dict<'_>) -> bool {
    let named = catalogue.get::<Dict<'_>>("Names").is_some_and(|names| names.contains_key("JavaScript"));
    let opening = catalogue.get::<Dict<'_>>("OpenAction").is_some_and(|action| {
        action.contains_key("JS")
            || action.get::<Name<'_>>("S").is_some_and(|kind| kind.as_ref() == b"JavaScript")
    });
    named || opening || catalogue.contains_key("AA")
}

/// Counts the elements of a structure tree. Each object is looked at once: a tree may be written in circles.
fn structure(tree: &Dict<'_>) -> Structure {
    let roles: Dict<'_> = tree.get("RoleMap").unwrap_or_else(Dict::empty);
    let mut counts = Structure::default();
    let mut seen: HashSet<ObjectIdentifier> = HashSet::new();
    let mut open: Vec<Object<'_>> = tree.get::<Object<'_>>("K").into_iter().collect();
    let mut looked_at = 0;
    while let Some(next) = open.pop() {
        looked_at += 1;
        if looked_at > MOST_ELEMENTS {
            break;
        }
        match next {
            Object::Array(kids) => push_all(&kids, &mut open, &mut seen),
            Object::Dict(element) => {
                count(&element, &roles, &mut counts);
                match element.get_raw::<Object<'_>>("K") {
                    Some(MaybeRef::Ref(reference)) if !seen.insert(reference.into()) => {}
                    Some(_) => open.extend(element.get::<Object<'_>>("K")),
                    None => {}
                }
            }
            _ => {}
        }
    }
    counts
}

fn push_all<'a>(kids: &Array<'a>, open: &mut Vec<Object<'a>>, seen: &mut HashSet<ObjectIdentifier>) {
    let raw: Vec<MaybeRef<Object<'a>>> = kids.raw_iter().take(MOST_ELEMENTS).collect();
    for (raw, kid) in raw.into_iter().zip(kids.iter::<Object<'a>>()) {
        let fresh = match raw {
            MaybeRef::Ref(reference) => seen.insert(reference.into()),
            MaybeRef::NotRef(_) => true,
        };
        if fresh && open.len() < MOST_ELEMENTS && matches!(kid, Object::Dict(_) | Object::Array(_)) {
            open.push(kid);
        }
    }
}

fn count(element: &Dict<'_>, roles: &Dict<'_>, counts: &mut Structure) {
    let Some(kind) = element.get::<Name<'_>>("S") else { return };
    let kind = roles.get::<Name<'_>>(&kind).unwrap_or(kind);
    match kind.as_ref() {
        b"H" | b"H1" | b"H2" | b"H3" | b"H4" | b"H5" | b"H6" => counts.headings += 1,
        b"Table" => counts.tables += 1,
        b"Figure" => {
            counts.figures += 1;
            let says = |key: &str| {
                let text = element.get::<hayro_syntax::object::String<'_>>(key);
                text.is_some_and(|text| plain(&text_string(text.as_bytes())).is_some())
            };
            if !says("Alt") && !says("ActualText") {
                counts.undescribed += 1;
            }
        }
        _ => {}
    }
}

/// A text without control characters, no longer than it may be; none where nothing is left.
fn plain(text: &str) -> Option<String> {
    let text: String = text.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// A text string (ISO 32000-2, 7.9.2.2): UTF-16 or UTF-8 with a mark, else PDFDocEncoding.
fn text_string(bytes: &[u8]) -> String {
    if let Some(rest) = bytes.strip_prefix(b"\xfe\xff") {
        let units = rest.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
        return char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).collect();
    }
    if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        return String::from_utf8_lossy(rest).into_owned();
    }
    bytes.iter().map(|byte| doc_letter(*byte)).collect()
}

/// A letter of PDFDocEncoding (ISO 32000-1, annex D.2): Latin-1 but for these.
fn doc_letter(byte: u8) -> char {
    const FROM_18: [char; 8] = ['˘', 'ˇ', 'ˆ', '˙', '˝', '˛', '˚', '˜'];
    const FROM_80: [char; 33] = [
        '•', '†', '‡', '…', '—', '–', 'ƒ', '⁄', '‹', '›', '−', '‰', '„', '“', '”', '‘', '’', '‚', '™', 'ﬁ',
        'ﬂ', 'Ł', 'Œ', 'Š', 'Ÿ', 'Ž', 'ı', 'ł', 'œ', 'š', 'ž', '\u{fffd}', '€',
    ];
    let of = |table: &[char], from: u8| table.get(usize::from(byte - from)).copied();
    match byte {
        0x18..=0x1f => of(&FROM_18, 0x18),
        0x80..=0xa0 => of(&FROM_80, 0x80),
        _ => None,
    }
    .unwrap_or(char::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_strings_come_in_three_encodings() {
        assert_eq!(text_string(b"\xfe\xff\x00R\x00\xe9\x20\x19"), "Ré’");
        assert_eq!(text_string(b"\xef\xbb\xbfR\xc3\xa9"), "Ré");
        assert_eq!(text_string(b"R\xe9\x90\x9c\xa0"), "Ré’œ€");
        assert_eq!(text_string(b"\xfe\xff\xd8\x00"), "\u{fffd}");
    }

    #[test]
    fn a_title_is_short_and_has_no_control_characters() {
        assert_eq!(plain("  a\u{1b}[2J\n "), Some("a[2J".into()));
        assert_eq!(plain("\u{7}"), None);
        assert_eq!(plain(&"é".repeat(5_000)).map(|text| text.chars().count()), Some(LONGEST));
    }

    #[test]
    fn a_locked_file_still_says_its_version() {
        assert_eq!(of_locked(b"%PDF-1.6\n").version, "1.6");
        assert_eq!(of_locked(b"nothing").version, "");
    }
}
