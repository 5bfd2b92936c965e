//! The journal as a timeline that people can read, some hundred entries a page.

use std::collections::HashMap;

use askama::Template;

use super::words::{self, Both};
use super::{Frame, Journal, Put, Viewer, day, html};
use crate::v1::JournalEntry;
use crate::{Error, Result};

/// Entries of one page.
const ENTRIES: usize = 300;

struct Line {
    seq: u64,
    day: String,
    new_day: bool,
    time: String,
    by: String,
    /// A sentence in both languages, or the action's own name.
    what: String,
    subject: Subject,
    detail: String,
}

#[derive(Clone, Default)]
struct Subject {
    name: String,
    href: String,
}

#[derive(Template)]
#[template(path = "journal.html")]
struct Page<'a> {
    frame: Frame<'a>,
    number: usize,
    last: bool,
    lines: &'a [Line],
}

impl Viewer<'_> {
    /// Writes the journal's pages; answers how many entries there are.
    pub(super) fn journal(&self, journal: Journal<'_>, put: Put<'_>) -> Result<usize> {
        let subjects = self.subjects();
        let (mut lines, mut pages, mut entries) = (Vec::<Line>::new(), 0, 0);
        let mut failed = None;
        let read = journal(&mut |entry| {
            // A full page is written when an entry follows it: it is known then whether there is a next one.
            if lines.len() == ENTRIES {
                pages += 1;
                let written = self.journal_page(pages, false, &lines, put);
                lines.clear();
                if let Err(error) = written {
                    failed = Some(error);
                    return Err("the export stopped".into());
                }
            }
            entries += 1;
            let before = lines.last().map(|line| line.day.as_str());
            let line = line(&entry, before, &subjects);
            lines.push(line);
            Ok(())
        });
        match (failed, read) {
            (Some(error), _) => return Err(error),
            (None, Err(error)) => return Err(Error::Source(error)),
            (None, Ok(())) => {}
        }
        pages += 1;
        self.journal_page(pages, true, &lines, put)?;
        Ok(entries)
    }

    fn journal_page(&self, number: usize, last: bool, lines: &[Line], put: Put<'_>) -> Result<()> {
        let page = Page { frame: self.frame("../", "journal"), number, last, lines };
        put(&format!("journal/{number}.html"), html(&page)?.as_bytes())
    }

    /// What entries may be about, by id.
    fn subjects(&self) -> HashMap<&str, Subject> {
        let subject = |name: &str, href: String| Subject { name: name.to_owned(), href };
        let mut subjects = HashMap::new();
        for (number, file) in self.attachments.iter().enumerate() {
            let href = format!("../files/{}.html", number / super::lists::ROWS + 1);
            subjects.insert(file.id.as_str(), subject(&file.path, href));
        }
        for category in &self.library.categories {
            let both = format!("{} / {}", category.name_en, category.name_fr);
            subjects.insert(&category.id, subject(&both, format!("../lists/{}-1.html", category.id)));
        }
        for blog in &self.library.blogs {
            subjects.insert(&blog.id, subject(&blog.name, String::new()));
        }
        subjects.insert(&self.library.id, subject(&self.library.name, String::new()));
        for post in &self.posts {
            let shown = subject(&post.title, format!("../{}", super::names::post(&post.id)));
            subjects.insert(&post.pair, shown.clone());
            subjects.insert(&post.id, shown);
        }
        subjects
    }
}

fn line(entry: &JournalEntry, before: Option<&str>, subjects: &HashMap<&str, Subject>) -> Line {
    let on = day(&entry.at);
    let subject = subjects.get(entry.subject.as_str()).cloned().unwrap_or_default();
    let known = words::action(&entry.action).as_ref().map(Both::to_string);
    Line {
        seq: entry.seq,
        day: on.to_owned(),
        new_day: before != Some(on),
        time: entry.at.get(11..16).unwrap_or_default().to_owned(),
        by: entry.actor.name.clone(),
        what: known.unwrap_or_else(|| super::changes::Text(&entry.action).to_string()),
        detail: detail(entry, &subject.name),
        subject,
    }
}

/// The few words of an entry's detail that say more than its sentence: an address, a file, a name, a number.
fn detail(entry: &JournalEntry, subject: &str) -> String {
    const TELLING: [&str; 9] =
        ["address", "url", "path", "title", "name", "revision", "version", "sequence", "sha256"];
    let of = |key: &str| match entry.detail.get(key)? {
        serde_json::Value::String(text) if !text.is_empty() && text != subject => Some(text.clone()),
        serde_json::Value::Number(number) => Some(format!("{key} {number}")),
        _ => None,
    };
    let mut found: Vec<String> = TELLING.iter().filter_map(|key| of(key)).collect();
    found.truncate(3);
    found.join(" · ").chars().take(300).collect()
}
