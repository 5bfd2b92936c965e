//! What a PDF says: read in a process of its own, kept by the digest of the bytes, told in plain words.

use fonds_library::Library;
use fonds_pdf::{Ending, Facts, Reader};
use serde::{Deserialize, Serialize};

use crate::{Error, Language, PdfNote, PdfView, Result, Session};

/// The version of what is read; a PDF that an older one has read is read again.
const READER: u32 = 1;
/// How much text is brought in one change, in bytes: a save waits for no more than that.
const PORTION: usize = 256 * 1024;

/// What the library keeps of a reading, beside the pages' texts.
#[derive(Serialize, Deserialize)]
struct Kept {
    facts: Option<Facts>,
    ending: Ending,
    /// How many pages have text.
    with_text: u32,
}

/// Reads the newest PDF that is unread, if there is one, and gives the digest of its bytes.
pub(crate) fn read_next(library: &mut Library, reader: &Reader) -> Result<Option<String>> {
    let Some(sha256) = library.unread_pdfs(READER)?.into_iter().next() else { return Ok(None) };
    let reading = reader
        .read(&library.blobs().path(&sha256))
        .map_err(|reason| Error::new("pdf.no_reader").with("reason", reason).retryable())?;
    let number = library.begin_pdf(&sha256, READER)?;
    let (mut portion, mut bytes, mut with_text) = (Vec::new(), 0, 0);
    for page in reading.pages.iter().filter(|page| !page.text.is_empty()) {
        with_text += 1;
        bytes += page.text.len();
        portion.push((page.number, page.text.as_str()));
        if bytes >= PORTION {
            library.bring_pdf_pages(number, &portion)?;
            portion.clear();
            bytes = 0;
        }
    }
    library.bring_pdf_pages(number, &portion)?;
    let kept = Kept { facts: reading.facts, ending: reading.ending, with_text };
    let kept = serde_json::to_string(&kept).map_err(|e| Error::new("library.damaged").with("reason", e))?;
    library.finish_pdf(number, &kept)?;
    Ok(Some(sha256))
}

impl Session {
    /// Reads every PDF that is unread, and gives how many that were. Each one takes a bounded time.
    pub fn read_pdfs(&mut self) -> Result<usize> {
        let reader = Reader::this_program()
            .map_err(|reason| Error::new("pdf.no_reader").with("reason", reason).retryable())?;
        let mut read = 0;
        while read_next(&mut self.library, &reader)?.is_some() {
            read += 1;
        }
        Ok(read)
    }

    /// What is known of the PDF with these bytes; none while it is unread.
    pub(crate) fn pdf_view(&self, sha256: &str) -> Result<Option<PdfView>> {
        let Some(kept) = self.library.pdf_reading(sha256)? else { return Ok(None) };
        // What an older or newer Fonds kept is read again soon.
        Ok(serde_json::from_str(&kept).ok().map(|kept: Kept| view(kept, self.language)))
    }
}

fn view(kept: Kept, language: Language) -> PdfView {
    let notes = notes(&kept, language);
    let facts = kept.facts.unwrap_or_default();
    let structure = facts.structure.unwrap_or_default();
    PdfView {
        version: facts.version,
        pages: facts.pages,
        pages_with_text: kept.with_text,
        title: facts.title,
        language: facts.language,
        encrypted: facts.encrypted,
        pdfa: facts.pdfa,
        tagged: facts.tagged,
        scripts: facts.scripts,
        headings: structure.headings,
        tables: structure.tables,
        figures: structure.figures,
        undescribed: structure.undescribed,
        ending: match kept.ending {
            Ending::Whole => "whole",
            Ending::Locked => "locked",
            Ending::Unreadable => "unreadable",
            Ending::TooMuch => "toomuch",
            Ending::TooSlow => "tooslow",
            Ending::Broken => "broken",
        }
        .into(),
        notes,
    }
}

/// What readers of the PDF meet, in plain words: first what keeps them out, last what is well.
fn notes(kept: &Kept, language: Language) -> Vec<PdfNote> {
    let mut notes = Vec::new();
    let mut say = |severity: &str, code: &'static str, values: &[(&str, String)]| {
        let fill = |part: &str| {
            let text = crate::text(&format!("pdf.{code}.{part}"), language).into_owned();
            values.iter().fold(text, |text, (name, value)| text.replace(&format!("%{{{name}}}"), value))
        };
        notes.push(PdfNote {
            code: code.into(),
            severity: severity.into(),
            title: fill("title"),
            detail: fill("detail"),
        });
    };
    match (kept.ending, &kept.facts) {
        (Ending::Locked, _) => {
            say("warning", "locked", &[]);
            return notes;
        }
        (Ending::Unreadable, _) | (Ending::Broken | Ending::TooSlow, None) => {
            say("warning", "unreadable", &[]);
            return notes;
        }
        (Ending::Whole, _) => {}
        (_, _) => say("warning", "partly", &[("pages", kept.with_text.to_string())]),
    }
    let Some(facts) = &kept.facts else { return notes };
    let structure = facts.structure.unwrap_or_default();
    if facts.pages == 0 {
        say("warning", "no_pages", &[]);
    } else if kept.with_text == 0 && kept.ending == Ending::Whole {
        say("warning", "no_text", &[]);
    }
    if !facts.tagged {
        say("warning", "not_tagged", &[]);
    }
    match (&facts.title, &facts.language) {
        (Some(title), Some(language)) => {
            say("good", "named", &[("title", title.clone()), ("language", language.clone())]);
        }
        (None, Some(_)) => say("warning", "no_title", &[]),
        (Some(title), None) => say("warning", "no_language", &[("title", title.clone())]),
        (None, None) => say("warning", "nameless", &[]),
    }
    if structure.undescribed > 0 {
        let (some, all) = (structure.undescribed.to_string(), structure.figures.to_string());
        say("warning", "undescribed", &[("some", some), ("all", all)]);
    }
    if facts.tagged {
        let counts = [structure.headings, structure.tables, structure.figures].map(|count| count.to_string());
        let [headings, tables, figures] = counts;
        say("good", "tagged", &[("headings", headings), ("tables", tables), ("figures", figures)]);
    }
    if let Some(claim) = &facts.pdfa {
        say("note", "pdfa", &[("claim", claim.clone())]);
    }
    if facts.encrypted {
        say("note", "encrypted", &[]);
    }
    if facts.scripts {
        say("warning", "scripts", &[]);
    }
    let weight = |note: &PdfNote| match note.severity.as_str() {
        "warning" => 0,
        "note" => 1,
        _ => 2,
    };
    notes.sort_by_key(weight);
    notes
}
