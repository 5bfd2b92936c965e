//! A library as years of work leave it: posts of some hundred words whose words follow each other as in this project's own
//! documents, ten revisions each that differ by a few edits, filed, a tenth of them with a PDF.

use std::collections::HashMap;
use std::path::Path;

use fonds_library::{
    Actor, Attachment, AttachmentRef, AttachmentVersion, Blob, Category, Content, Entry, ExportMode,
    FIRST_PREVIOUS, Id, Language, Library, NewLibrary, Origin, Parentage, RestoredFrom, RestoredPost,
    Restoring, Revision, Status, Timestamp, slug_of,
};
use serde_json::json;

const SOURCES: &[&str] = &[
    include_str!("../../../../docs/guide-author.md"),
    include_str!("../../../../docs/guide-records-officer.md"),
    include_str!("../../../../docs/architecture.md"),
    include_str!("../../../../docs/design-language.md"),
    include_str!("../../../../docs/benchmarks.md"),
    include_str!("../../../../archive/spec/v1.md"),
    include_str!("../../../../CONTRIBUTING.md"),
];
const REVISIONS: u32 = 10;
const MOST_PDFS: usize = 10_000;

/// A small generator (xorshift).
pub struct Choice(u64);

impl Choice {
    pub fn new(seed: u64) -> Self {
        Choice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }
}

/// Writes sentences.
pub struct Writer {
    words: Vec<&'static str>,
    next: HashMap<&'static str, Vec<&'static str>>,
}

impl Writer {
    pub fn new() -> Self {
        let words: Vec<&str> = SOURCES.iter().flat_map(|text| text.split_whitespace()).collect();
        let mut next: HashMap<&str, Vec<&str>> = HashMap::new();
        for pair in words.windows(2) {
            next.entry(pair[0]).or_default().push(pair[1]);
        }
        Writer { words, next }
    }

    /// A word that somebody may search for.
    pub fn word(&self, choice: &mut Choice) -> &'static str {
        loop {
            let word = self.words[choice.below(self.words.len())];
            if word.len() > 3 && word.chars().all(char::is_alphabetic) {
                return word;
            }
        }
    }

    fn sentence(&self, choice: &mut Choice) -> String {
        let mut word = self.words[choice.below(self.words.len())];
        let mut sentence = String::new();
        for _ in 0..8 + choice.below(16) {
            sentence.push_str(word);
            sentence.push(' ');
            word = match self.next.get(word) {
                Some(next) => next[choice.below(next.len())],
                None => self.words[choice.below(self.words.len())],
            };
        }
        sentence.trim_end().to_owned() + ". "
    }

    fn paragraphs(&self, choice: &mut Choice) -> Vec<String> {
        let paragraph =
            |choice: &mut Choice| (0..1 + choice.below(6)).map(|_| self.sentence(choice)).collect();
        (0..5 + choice.below(12)).map(|_| paragraph(choice)).collect()
    }

    /// One to four edits: words in a paragraph, a sentence more, a paragraph more or less.
    fn edit(&self, paragraphs: &mut Vec<String>, choice: &mut Choice) {
        for _ in 0..1 + choice.below(4) {
            let at = choice.below(paragraphs.len());
            match choice.below(6) {
                0 => paragraphs[at].push_str(&self.sentence(choice)),
                1 => paragraphs.insert(at, self.sentence(choice)),
                2 if paragraphs.len() > 3 => drop(paragraphs.remove(at)),
                _ => {
                    let mut words: Vec<&str> = paragraphs[at].split(' ').collect();
                    let place = choice.below(words.len());
                    words[place] = self.words[choice.below(self.words.len())];
                    paragraphs[at] = words.join(" ");
                }
            }
        }
    }
}

fn id(kind: u32, number: usize) -> Id {
    format!("019a9f3e-7c00-7000-8{kind:03x}-{number:012x}").parse().unwrap()
}

fn time(number: usize) -> Timestamp {
    Timestamp::from_millis(1_600_000_000_000 + number as i64 * 60_000)
}

/// Makes it, as a restore does, but with the journal that work would have left.
pub fn library(root: &Path, posts: usize) {
    let new = NewLibrary { id: id(0, 1), name: "Bench".into(), series_id: id(0, 2), blog: id(0, 3) };
    let mut library = Library::begin_restore(root, &new, time(0)).unwrap();
    let categories: Vec<Category> = (0..200)
        .map(|n| Category {
            id: id(1, n),
            parent: (n >= 10).then(|| id(1, n / 10)),
            name_en: format!("Category {n}"),
            name_fr: format!("Catégorie {n}"),
        })
        .collect();
    library.restore_categories(&categories).unwrap();
    let writer = Writer::new();
    let mut choice = Choice::new(20_261_125);
    let mut journal = Journal { entries: vec![], seq: 0, previous: FIRST_PREVIOUS.into() };
    for number in 0..posts {
        let pdf = (number.is_multiple_of(10) && number / 10 < MOST_PDFS).then(|| pdf(&mut library, number));
        post(&mut library, number, pdf, &writer, &mut choice, &mut journal);
        journal.write(&mut library, 5_000);
    }
    journal.write(&mut library, 1);
    let by = actor(0);
    let from =
        RestoredFrom { series_id: id(0, 2), series: "bench".into(), sequence: 1, sha256: String::new() };
    let restoring = Restoring {
        from,
        at: time(0),
        mode: ExportMode::Full,
        next_series_id: id(0, 4),
        restored_at: time(0),
        restored_by: by,
    };
    library.finish_restore("bench", None, &restoring).unwrap();
}

fn actor(number: usize) -> Actor {
    let name = ["Nadia Roy", "Ada Tremblay", "Luc Martin", "Jean Okafor"][number % 4];
    Actor { name: name.into(), email: format!("{}@example.org", slug_of(name)) }
}

fn pdf(library: &mut Library, number: usize) -> AttachmentRef {
    let attachment =
        Attachment { id: id(2, number), path: format!("attachments/{number}.pdf"), created_at: time(number) };
    let blob = Blob { sha256: format!("{number:064x}"), size: 400_000 };
    let version = AttachmentVersion { version: 1, blob, actor: actor(number), at: time(number) };
    library.restore_attachment(&attachment, &[version]).unwrap();
    AttachmentRef { id: id(2, number), version: 1 }
}

fn post(
    library: &mut Library,
    number: usize,
    pdf: Option<AttachmentRef>,
    writer: &Writer,
    choice: &mut Choice,
    journal: &mut Journal,
) {
    let pair = id(3, number / 2);
    if number.is_multiple_of(2) {
        library.restore_pair(pair, &[id(1, choice.below(200))]).unwrap();
    }
    let language = if number.is_multiple_of(2) { Language::En } else { Language::Fr };
    let title: String = writer.sentence(choice).chars().take(60).collect();
    let slug = format!("{}-{number}", slug_of(&title));
    let mut paragraphs = writer.paragraphs(choice);
    let mut revisions = Vec::new();
    let created_at = time(number);
    for n in 1..=REVISIONS {
        let content = Content {
            title: title.trim().into(),
            language,
            slug: slug.clone(),
            body: paragraphs.join("\n\n"),
            front_matter: String::new(),
            attachments: pdf.into_iter().collect(),
        };
        let parents = Parentage::from_head((n > 1).then(|| n - 1));
        let hash = content.hash().unwrap();
        let detail = json!({ "revision": n, "hash": hash, "parents": parents.numbers(), "origin": "editor" });
        journal.add(number, time(number * 10 + n as usize), detail);
        revisions.push(Revision {
            number: n,
            hash,
            content,
            parents,
            actor: actor(number),
            at: time(number * 10 + n as usize),
            origin: Origin::Editor,
        });
        writer.edit(&mut paragraphs, choice);
    }
    let restored = RestoredPost {
        id: id(4, number),
        pair,
        created_at,
        head: REVISIONS,
        status: Status::Draft,
        trashed_at: None,
        conflict: None,
        names: std::collections::BTreeMap::new(),
        revisions,
    };
    library.restore_post(&restored).unwrap();
}

struct Journal {
    entries: Vec<Entry>,
    seq: u64,
    previous: String,
}

impl Journal {
    fn add(&mut self, post: usize, at: Timestamp, detail: serde_json::Value) {
        self.seq += 1;
        let mut entry = Entry {
            seq: self.seq,
            at,
            actor: actor(post),
            action: "revision.sealed".into(),
            subject: id(4, post).to_string(),
            detail,
            previous: self.previous.clone(),
            hash: String::new(),
        };
        entry.hash = entry.expected_hash().unwrap();
        self.previous.clone_from(&entry.hash);
        self.entries.push(entry);
    }

    /// Writes what is waiting, once there is `least` of it.
    fn write(&mut self, library: &mut Library, least: usize) {
        if self.entries.len() >= least {
            library.restore_journal(&self.entries).unwrap();
            self.entries.clear();
        }
    }
}
