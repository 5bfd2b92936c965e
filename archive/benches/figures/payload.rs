//! The payload: small texts and incompressible PDFs, the same bytes on every machine.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use fonds_archive::v1::*;
use fonds_archive::{Increment, Source, SourceError};
use sha2::{Digest, Sha256};

pub const AT: &str = "2026-11-25T09:00:00.000Z";
pub const SERIES_ID: &str = "01930000-0000-7000-8000-000000000002";
const PDF: usize = 3_000_000;

/// So many posts of about 13 KB and PDFs of 3 MB.
pub struct Payload {
    pub posts: usize,
    pub pdfs: usize,
    files: PathBuf,
}

impl Payload {
    pub fn new(posts: usize, pdfs: usize) -> Self {
        Self { posts, pdfs, files: PathBuf::new() }
    }

    /// The payload that was written to a folder.
    pub fn read(files: &Path) -> Self {
        let names: Vec<String> =
            fs::read_dir(files).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        let count = |start: &str| names.iter().filter(|name| name.starts_with(start)).count();
        Self { posts: count("post-"), pdfs: count("pdf-"), files: files.to_owned() }
    }

    /// Writes its files; answers their bytes.
    pub fn write(&self, files: &Path) -> u64 {
        fs::create_dir_all(files).unwrap();
        let mut random = 0x2545_f491_4f6c_dd1d_u64;
        let mut next = move || {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            random
        };
        let mut bytes = 0;
        let words =
            ["données", "open", "report", "le", "public", "of", "consultation", "the", "and", "ministère"];
        for post in 0..self.posts {
            let mut text = format!("# Post {post}\n\n");
            while text.len() < 13_000 {
                text += words[usize::try_from(next() % 10).unwrap()];
                text += if next() % 12 == 0 { ".\n\n" } else { " " };
                text += &format!("{:x} ", next() % 4096);
            }
            bytes += text.len() as u64;
            fs::write(files.join(format!("post-{post:05}.md")), text).unwrap();
        }
        for pdf in 0..self.pdfs {
            let mut content = b"%PDF-1.7\n".to_vec();
            while content.len() < PDF {
                content.extend_from_slice(&next().to_le_bytes());
            }
            bytes += content.len() as u64;
            let mut file = File::create(files.join(format!("pdf-{pdf:05}.pdf"))).unwrap();
            file.write_all(&content).unwrap();
        }
        bytes
    }

    /// A library of these files, whose digests are computed here, before anything is measured.
    pub fn source(&self) -> Files {
        let mut blobs = BTreeMap::new();
        for pdf in 0..self.pdfs {
            let path = self.files.join(format!("pdf-{pdf:05}.pdf"));
            let bytes = fs::read(&path).unwrap();
            blobs.insert(pdf, (hex(&Sha256::digest(&bytes)), bytes.len() as u64, path));
        }
        let paths = blobs.values().map(|(sha256, _, path)| (sha256.clone(), path.clone())).collect();
        Files { posts: self.posts, folder: self.files.clone(), blobs, paths, before: None }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn id(kind: u32, number: usize) -> String {
    format!("01930000-0000-7{kind:03x}-8000-{number:012x}")
}

fn number(id: &str) -> usize {
    usize::from_str_radix(&id[24..], 16).unwrap()
}

fn actor() -> Actor {
    Actor { name: "Ada".into(), email: "ada@example.org".into() }
}

/// A library in files: a revision a post, a version a PDF.
pub struct Files {
    posts: usize,
    folder: PathBuf,
    blobs: BTreeMap<usize, (String, u64, PathBuf)>,
    paths: BTreeMap<String, PathBuf>,
    before: Option<(BTreeMap<String, String>, JournalEnd)>,
}

impl Files {
    /// The same, of which every hundredth post has a second revision since an export.
    pub fn changed(mut self, objects: BTreeMap<String, String>, journal: JournalEnd) -> Self {
        self.before = Some((objects, journal));
        self
    }

    fn changed_posts(&self) -> std::ops::Range<usize> {
        0..if self.before.is_some() { self.posts / 100 } else { self.posts }
    }

    fn entry(&self, seq: u64, previous: &str) -> JournalEntry {
        let mut entry = JournalEntry {
            seq,
            at: AT.into(),
            actor: actor(),
            action: "post.published".into(),
            subject: id(1, usize::try_from(seq).unwrap() - 1),
            detail: serde_json::json!({"address": "https://example.org/"}),
            previous: previous.into(),
            hash: String::new(),
        };
        entry.hash = journal_hash(&entry).unwrap();
        entry
    }
}

impl Source for Files {
    fn increment(&mut self) -> Result<Increment, SourceError> {
        let (before, journal) = self.before.clone().ok_or("no export before")?;
        Ok(Increment { carried: self.changed_posts().map(|n| id(1, n)).collect(), before, journal })
    }

    fn content_bytes(&mut self) -> Result<u64, SourceError> {
        let pdfs: u64 = self.blobs.values().map(|(_, size, _)| size).sum();
        Ok(self.changed_posts().len() as u64 * 13_000 + if self.before.is_some() { 0 } else { pdfs })
    }

    fn library(&mut self) -> Result<Library, SourceError> {
        let whole = self.before.is_none();
        let head = if whole { 1 } else { 2 };
        let pairs =
            (0..if whole { self.posts } else { 0 }).map(|n| Pair { id: id(3, n), categories: vec![] });
        let posts = self.changed_posts().map(|n| Post {
            id: id(1, n),
            pair: id(3, n),
            status: Status::Published,
            head,
            created_at: AT.into(),
            trashed_at: None,
            file: Some(format!("posts/post-{n:05}.en.md")),
            conflict: None,
            names: vec![],
        });
        let attachments = self.blobs.keys().filter(|_| whole).map(|n| Attachment {
            id: id(2, *n),
            path: format!("attachments/pdf-{n:05}.pdf"),
            created_at: AT.into(),
        });
        Ok(Library {
            id: id(0, 1),
            name: "Bench".into(),
            created_at: AT.into(),
            categories: vec![],
            blogs: vec![],
            pairs: pairs.collect(),
            posts: posts.collect(),
            attachments: attachments.collect(),
            captures: vec![],
            outbox: vec![],
            removed: (!whole).then(Removed::default),
        })
    }

    fn journal(
        &mut self,
        after: u64,
        each: &mut dyn FnMut(JournalEntry) -> Result<(), SourceError>,
    ) -> Result<(), SourceError> {
        let mut previous = match &self.before {
            Some((_, end)) => end.hash.clone(),
            None => FIRST_PREVIOUS.to_owned(),
        };
        for seq in after + 1..=after + self.changed_posts().len() as u64 {
            let entry = self.entry(seq, &previous);
            previous.clone_from(&entry.hash);
            each(entry)?;
        }
        Ok(())
    }

    fn post(
        &mut self,
        post: &str,
        each: &mut dyn FnMut(Revision, String) -> Result<(), SourceError>,
    ) -> Result<(), SourceError> {
        let mut body = fs::read_to_string(self.folder.join(format!("post-{:05}.md", number(post))))?;
        let mut parents = Vec::new();
        for revision_number in 1..=if self.before.is_some() { 2 } else { 1 } {
            if revision_number == 2 {
                body += "changed\n";
            }
            let mut revision = Revision {
                number: revision_number,
                hash: String::new(),
                title: "Open data".into(),
                language: Language::En,
                slug: "open-data".into(),
                front_matter: String::new(),
                attachments: vec![],
                parents: std::mem::take(&mut parents),
                actor: actor(),
                at: AT.into(),
                origin: RevisionOrigin::Editor,
            };
            revision.hash = content_hash(&revision, &body)?;
            parents = vec![Parent { number: revision_number, hash: revision.hash.clone() }];
            each(revision, body.clone())?;
        }
        Ok(())
    }

    fn attachment(&mut self, attachment: &str) -> Result<Vec<AttachmentVersion>, SourceError> {
        let (sha256, size, _) = &self.blobs[&number(attachment)];
        Ok(vec![AttachmentVersion {
            version: 1,
            sha256: sha256.clone(),
            size: *size,
            at: AT.into(),
            actor: actor(),
        }])
    }

    fn capture(&mut self, id: &str) -> Result<Vec<CaptureVersion>, SourceError> {
        Err(format!("there is no capture {id}").into())
    }
    fn open(&mut self, sha256: &str) -> Result<Box<dyn Read + '_>, SourceError> {
        Ok(Box::new(File::open(&self.paths[sha256])?))
    }
}
