//! A small library in memory, and what tests do with its exports.
#![allow(dead_code, reason = "each test binary uses its own part")]

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use fonds_archive::v1::*;
use fonds_archive::{Code, Report, Source, SourceError, Written, verify, write};
use sha2::{Digest, Sha256};

pub const AT: &str = "2026-11-23T14:32:05.123Z";

pub fn id(n: u32) -> String {
    format!("01930000-0000-7000-8000-{n:012x}")
}

pub fn sha(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

pub fn actor() -> Actor {
    Actor { name: "Zoé Tremblay".into(), email: "zoé tremblay+x@exemple.ca".into() }
}

#[derive(Clone)]
pub struct Memory {
    pub library: Library,
    pub journal: Vec<JournalEntry>,
    pub posts: BTreeMap<String, Vec<(Revision, String)>>,
    pub attachments: BTreeMap<String, Vec<AttachmentVersion>>,
    pub blobs: BTreeMap<String, Vec<u8>>,
    pub fail_on_post: bool,
}

impl Source for Memory {
    fn content_bytes(&mut self) -> Result<u64, SourceError> {
        let bodies: usize = self.posts.values().flatten().map(|(_, b)| b.len()).sum();
        let pdfs: u64 = self.attachments.values().flatten().map(|v| v.size).sum();
        Ok(bodies as u64 + pdfs)
    }
    fn library(&mut self) -> Result<Library, SourceError> {
        Ok(self.library.clone())
    }
    fn journal(
        &mut self,
        each: &mut dyn FnMut(JournalEntry) -> Result<(), SourceError>,
    ) -> Result<(), SourceError> {
        self.journal.iter().try_for_each(|e| each(e.clone()))
    }
    fn post(
        &mut self,
        id: &str,
        each: &mut dyn FnMut(Revision, String) -> Result<(), SourceError>,
    ) -> Result<(), SourceError> {
        if self.fail_on_post {
            return Err("the database is locked".into());
        }
        self.posts[id].iter().try_for_each(|(r, b)| each(r.clone(), b.clone()))
    }
    fn attachment(&mut self, id: &str) -> Result<Vec<AttachmentVersion>, SourceError> {
        Ok(self.attachments[id].clone())
    }
    fn open(&mut self, sha256: &str) -> Result<Box<dyn Read + '_>, SourceError> {
        Ok(Box::new(Cursor::new(self.blobs.get(sha256).ok_or("no such blob")?.clone())))
    }
}

pub fn revision(number: u32, title: &str, body: &str, language: Language, parents: Vec<Parent>) -> Revision {
    let mut revision = Revision {
        number,
        hash: String::new(),
        title: title.into(),
        language,
        slug: "open-data".into(),
        front_matter: "tags: [a, b]\r\n".into(),
        attachments: vec![AttachmentRef { id: id(90), version: 1 }],
        parents,
        actor: actor(),
        at: AT.into(),
        origin: RevisionOrigin::Editor,
        name: (number == 2).then(|| "Sent to the minister".into()),
    };
    revision.hash = content_hash(&revision, body).unwrap();
    revision
}

pub fn journal(count: u64) -> Vec<JournalEntry> {
    let mut previous = FIRST_PREVIOUS.to_owned();
    (1..=count)
        .map(|seq| {
            let mut entry = JournalEntry {
                seq,
                at: AT.into(),
                actor: actor(),
                action: "post.published".into(),
                subject: id(10),
                detail: serde_json::json!({"url": "https://example.org/é", "n": seq}),
                previous: previous.clone(),
                hash: String::new(),
            };
            entry.hash = journal_hash(&entry).unwrap();
            previous.clone_from(&entry.hash);
            entry
        })
        .collect()
}

/// Two posts (three revisions with a text that comes back, one French revision), a PDF with three versions
/// whose third is the first again, categories, a blog, an outbox item and a journal.
pub fn memory() -> Memory {
    let first = revision(1, "Open data", "# One\r\n\nbody\n", Language::En, vec![]);
    let parent = |r: &Revision| vec![Parent { number: r.number, hash: r.hash.clone() }];
    let second = revision(2, "Open data", "# Two\n\nlonger body, no line end", Language::En, parent(&first));
    let third = revision(3, "Open data", "# One\r\n\nbody\n", Language::En, parent(&second));
    let french = revision(1, "Données « ouvertes »", "", Language::Fr, vec![]);
    let pdf1 = b"%PDF-1.7 the first version".repeat(40);
    let pdf2 = b"%PDF-1.7 the second".to_vec();
    let version = |n: u32, bytes: &[u8]| AttachmentVersion {
        version: n,
        sha256: sha(bytes),
        size: bytes.len() as u64,
        at: AT.into(),
        actor: Actor { name: "B".into(), email: String::new() },
    };
    let post = |n: u32, head: u32| Post {
        id: id(n),
        pair: id(50),
        status: Status::Published,
        head,
        created_at: AT.into(),
        trashed_at: None,
        file: Some(format!("posts/{n}.md")),
        conflict: (head > 1).then_some(1),
    };
    Memory {
        library: Library {
            id: id(1),
            name: "Blogue « ouvert »".into(),
            created_at: AT.into(),
            categories: vec![
                Category { id: id(60), parent: None, name_en: "News".into(), name_fr: "Nouvelles".into() },
                Category {
                    id: id(61),
                    parent: Some(id(60)),
                    name_en: "Data".into(),
                    name_fr: "Données".into(),
                },
            ],
            blogs: vec![Blog {
                id: id(70),
                kind: "static".into(),
                name: "Site".into(),
                url: "https://example.org".into(),
                settings: serde_json::json!({"theme": {"b": 1, "a": [true, null]}}),
            }],
            pairs: vec![Pair { id: id(50), categories: vec![id(60), id(61)] }],
            posts: vec![post(10, 3), post(11, 1)],
            attachments: vec![Attachment {
                id: id(90),
                path: "attachments/annual-report.pdf".into(),
                created_at: AT.into(),
            }],
            outbox: vec![OutboxItem {
                id: id(80),
                post: id(10),
                blog: id(70),
                detail: serde_json::json!({"state": "waiting"}),
            }],
        },
        journal: journal(3),
        posts: BTreeMap::from([
            (
                id(10),
                vec![
                    (first, "# One\r\n\nbody\n".into()),
                    (second, "# Two\n\nlonger body, no line end".into()),
                    (third, "# One\r\n\nbody\n".into()),
                ],
            ),
            (id(11), vec![(french, String::new())]),
        ]),
        attachments: BTreeMap::from([(
            id(90),
            vec![version(1, &pdf1), version(2, &pdf2), version(3, &pdf1)],
        )]),
        blobs: BTreeMap::from([(sha(&pdf1), pdf1), (sha(&pdf2), pdf2)]),
        fail_on_post: false,
    }
}

pub fn header(sequence: u32, previous: Option<&Written>) -> Header {
    Header {
        series: "my-blog".into(),
        series_id: id(2),
        sequence,
        mode: Mode::Full,
        at: AT.into(),
        previous: previous.map(|w| Previous { sequence: sequence - 1, sha256: w.sha256.clone() }),
        origin: None,
        generator: "fonds 0.1.0".into(),
    }
}

pub fn export(dir: &Path) -> Written {
    write(&header(1, None), &mut memory(), dir, &mut |_| ControlFlow::Continue(())).unwrap()
}

pub fn judge(path: &Path) -> Report {
    verify(path, &mut |_| ControlFlow::Continue(())).unwrap()
}

pub fn codes(report: &Report) -> Vec<Code> {
    report.findings.iter().map(|f| f.code).collect()
}

/// Every entry of a zip.
pub fn entries(path: &Path) -> Vec<(String, Vec<u8>)> {
    let mut zip = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    (0..zip.len())
        .map(|i| {
            let mut file = zip.by_index(i).unwrap();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            (file.name().unwrap().into_owned(), bytes)
        })
        .collect()
}

/// Writes a zip of these entries.
pub fn pack(path: &Path, entries: &[(String, Vec<u8>)]) -> PathBuf {
    let mut zip = zip::ZipWriter::new(std::fs::File::create(path).unwrap());
    let options = zip::write::SimpleFileOptions::default()
        .last_modified_time(zip::DateTime::DEFAULT)
        .unix_permissions(0o644);
    for (name, bytes) in entries {
        zip.start_file(name.as_str(), options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap();
    path.to_owned()
}

/// Unpacks an export below `dir`; answers its top folder.
pub fn unpack(path: &Path, dir: &Path) -> PathBuf {
    for (name, bytes) in entries(path) {
        let to = dir.join(&name);
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::write(to, bytes).unwrap();
    }
    dir.join("my-blog-v0001")
}
