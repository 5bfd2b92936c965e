//! Saving what is in the window elsewhere, while the library cannot take it.

use std::io::Write;
use std::path::{Path, PathBuf};

use fonds_library::slug_of;
use fonds_markdown::front_matter::{self, Owned};
use serde::Deserialize;
use serde_json::Value;
use ts_rs::TS;

use super::{Answer, Desk, parse};
use crate::{Error, Result, markdown};

/// How many names are tried before the folder is given up.
const MOST_NAMES: u32 = 1000;

/// The text that the window has: Markdown, or the rich editor's document.
#[derive(Debug, Clone, PartialEq, Deserialize, TS)]
#[ts(export)]
pub struct TypedText {
    /// Its title.
    pub title: String,
    /// The text, where it is written as Markdown.
    pub markdown: Option<String>,
    /// The document, where it is written formatted.
    #[ts(type = "import(\"../types\").DocNode | null")]
    pub doc: Option<Value>,
}

impl Desk {
    /// Writes what is typed to a new Markdown file in a folder, and gives its path. Nothing is written over, and the
    /// library is not needed: what is in its memory alone keeps the bytes that were not touched.
    pub fn save_copy(&self, dir: &Path, id: &str, text: &TypedText) -> Answer<PathBuf> {
        let state = self.state();
        let language = state.settings.language;
        let shown = parse(id).ok().and_then(|id| state.open.as_ref()?.shown.get(&id));
        let written = body(text, shown.map(|shown| shown.body.as_str()))
            .map(|body| {
                let author = shown.map_or("", |shown| shown.front_matter.as_str());
                let lang = shown.map(|shown| shown.language.as_str().to_owned());
                let owned = Owned { title: Some(text.title.clone()), lang, ..Owned::default() };
                front_matter::update("", &owned, author, &body)
            })
            .and_then(|file| write_new(dir, &slug_of(&text.title), &file));
        written.map_err(|error| error.report(language))
    }
}

fn body(text: &TypedText, onto: Option<&str>) -> Result<String> {
    match (&text.markdown, &text.doc) {
        (Some(markdown), _) => Ok(markdown.clone()),
        (None, Some(doc)) => Ok(markdown::from_json(&markdown::read(doc)?, onto)),
        (None, None) => Ok(String::new()),
    }
}

/// Writes a file under `stem.md`, or `stem-2.md` … where that is taken. It is whole and on disk when it has its name.
fn write_new(dir: &Path, stem: &str, text: &str) -> Result<PathBuf> {
    let mut file = tempfile::NamedTempFile::new_in(dir).map_err(Error::io(dir))?;
    let failed = |source| Error::io(dir.join(format!("{stem}.md")))(source);
    file.write_all(text.as_bytes()).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    for number in 1..MOST_NAMES {
        let name = if number == 1 { format!("{stem}.md") } else { format!("{stem}-{number}.md") };
        match file.persist_noclobber(dir.join(&name)) {
            Ok(_) => return Ok(dir.join(name)),
            Err(e) if e.error.kind() == std::io::ErrorKind::AlreadyExists => file = e.file,
            Err(e) => return Err(failed(e.error)),
        }
    }
    Err(failed(std::io::ErrorKind::AlreadyExists.into()))
}
