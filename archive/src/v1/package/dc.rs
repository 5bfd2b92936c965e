//! `dc.xml`: the export described in Dublin Core.

use super::xml::Escaped;
use crate::v1::{Header, Language, Library, Mode};

/// `dc.xml`, whole.
pub fn dublin_core(header: &Header, library: &Library) -> String {
    let stem = header.stem();
    let (en, fr) = match header.mode {
        Mode::Full => (
            "All posts of a Fonds library with their revisions, attachments and journal.",
            "Tous les billets d’une bibliothèque Fonds, avec leurs révisions, leurs pièces jointes et leur journal.",
        ),
        Mode::Incremental => (
            "What changed in a Fonds library since the export before: whole posts and attachments, and the journal’s new entries.",
            "Ce qui a changé dans une bibliothèque Fonds depuis l’export précédent : billets et pièces jointes entiers, et nouvelles entrées du journal.",
        ),
    };
    let said = |all: &str, language| match &header.selection {
        None => all.to_owned(),
        Some(selection) => selection.sentence(language),
    };
    let (en, fr) = (said(en, Language::En), said(fr, Language::Fr));
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <metadata xmlns=\"urn:fonds:dc\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n",
    );
    let mut put = |name: &str, lang: &str, text: &str| {
        let lang = if lang.is_empty() { String::new() } else { format!(" xml:lang=\"{lang}\"") };
        out += &format!("<dc:{name}{lang}>{}</dc:{name}>\n", Escaped(text));
    };
    put("title", "", &library.name);
    put("description", "en", &en);
    put("description", "fr", &fr);
    put("date", "", &header.at);
    put("type", "", "Collection");
    put("format", "", "application/zip");
    put("identifier", "", &stem);
    put("identifier", "", &format!("urn:uuid:{}", library.id));
    put("language", "", "en");
    put("language", "", "fr");
    put("relation", "", &format!("urn:uuid:{}", header.series_id));
    if let Some(previous) = &header.previous {
        put("relation", "", &format!("sha256:{}", previous.sha256));
    }
    out + "</metadata>\n"
}
