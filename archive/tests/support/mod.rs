//! A small library in memory, and what tests do with its exports.
#![allow(dead_code, reason = "each test binary uses its own part")]

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use fonds_archive::v1::*;
use fonds_archive::{Code, Increment, Report, Source, SourceError, Written, verify, write};
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
    pub retention: Retention,
    pub journal: Vec<JournalEntry>,
    pub posts: BTreeMap<String, Vec<(Revision, String)>>,
    pub attachments: BTreeMap<String, Vec<AttachmentVersion>>,
    pub captures: BTreeMap<String, Vec<CaptureVersion>>,
    pub blobs: BTreeMap<String, Vec<u8>>,
    pub fail_on_post: bool,
    /// For an incremental export: what this library was, and what the writer answered then.
    pub earlier: Option<Box<Earlier>>,
}

#[derive(Clone)]
pub struct Earlier {
    pub state: Memory,
    pub objects: BTreeMap<String, String>,
    pub journal: JournalEnd,
}

impl Memory {
    /// This state, to be exported as what changed since `state` was exported.
    pub fn since(mut self, state: &Memory, objects: &BTreeMap<String, String>, written: &Written) -> Self {
        let (objects, journal) = (objects.clone(), written.journal.clone());
        self.earlier = Some(Box::new(Earlier { state: state.clone(), objects, journal }));
        self
    }
}

/// What of `now` was not in `then`, and which ids are no more.
fn differing<T: Clone + PartialEq>(then: &[T], now: &[T], id: fn(&T) -> &String) -> (Vec<T>, Vec<String>) {
    let fresh = now.iter().filter(|record| !then.contains(record)).cloned().collect();
    let gone = then.iter().filter(|old| !now.iter().any(|new| id(new) == id(old)));
    (fresh, gone.map(|old| id(old).clone()).collect())
}

impl Source for Memory {
    fn content_bytes(&mut self) -> Result<u64, SourceError> {
        let bodies: usize = self.posts.values().flatten().map(|(_, b)| b.len()).sum();
        let pdfs: u64 = self.attachments.values().flatten().map(|v| v.size).sum();
        let pages: u64 = self.captures.values().flatten().map(|v| v.size).sum();
        Ok(bodies as u64 + pdfs + pages)
    }
    fn increment(&mut self) -> Result<Increment, SourceError> {
        let earlier = self.earlier.as_ref().ok_or("there is no export before")?;
        let posts = self.posts.iter().filter(|(id, texts)| earlier.state.posts.get(*id) != Some(texts));
        let pdfs =
            self.attachments.iter().filter(|(id, all)| earlier.state.attachments.get(*id) != Some(all));
        let pages = self.captures.iter().filter(|(id, all)| earlier.state.captures.get(*id) != Some(all));
        let carried = posts.map(|(id, _)| id).chain(pdfs.map(|(id, _)| id)).chain(pages.map(|(id, _)| id));
        Ok(Increment {
            carried: carried.cloned().collect(),
            before: earlier.objects.clone(),
            journal: earlier.journal.clone(),
        })
    }
    fn library(&mut self) -> Result<Library, SourceError> {
        let now = self.library.clone();
        let Some(earlier) = self.earlier.clone() else { return Ok(now) };
        let then = &earlier.state.library;
        let (mut posts, posts_gone) = differing(&then.posts, &now.posts, |r| &r.id);
        let (mut attachments, attachments_gone) = differing(&then.attachments, &now.attachments, |r| &r.id);
        let carried = self.increment()?.carried;
        posts.extend(now.posts.iter().filter(|p| carried.contains(&p.id) && then.posts.contains(p)).cloned());
        posts.sort_by(|a, b| a.id.cmp(&b.id));
        attachments.extend(
            now.attachments
                .iter()
                .filter(|a| carried.contains(&a.id) && then.attachments.contains(a))
                .cloned(),
        );
        attachments.sort_by(|a, b| a.id.cmp(&b.id));
        let (categories, categories_gone) = differing(&then.categories, &now.categories, |r| &r.id);
        let (blogs, blogs_gone) = differing(&then.blogs, &now.blogs, |r| &r.id);
        let (pairs, pairs_gone) = differing(&then.pairs, &now.pairs, |r| &r.id);
        let (mut captures, captures_gone) = differing(&then.captures, &now.captures, |r| &r.id);
        captures.extend(
            now.captures.iter().filter(|c| carried.contains(&c.id) && then.captures.contains(c)).cloned(),
        );
        captures.sort_by(|a, b| a.id.cmp(&b.id));
        let (outbox, outbox_gone) = differing(&then.outbox, &now.outbox, |r| &r.id);
        let removed = Removed {
            categories: categories_gone,
            blogs: blogs_gone,
            pairs: pairs_gone,
            posts: posts_gone,
            attachments: attachments_gone,
            captures: captures_gone,
            outbox: outbox_gone,
        };
        Ok(Library {
            categories,
            blogs,
            pairs,
            posts,
            attachments,
            captures,
            outbox,
            removed: Some(removed),
            ..now
        })
    }
    fn retention(&mut self) -> Result<Retention, SourceError> {
        Ok(self.retention.clone())
    }
    fn journal(
        &mut self,
        after: u64,
        each: &mut dyn FnMut(JournalEntry) -> Result<(), SourceError>,
    ) -> Result<(), SourceError> {
        self.journal.iter().filter(|e| e.seq > after).try_for_each(|e| each(e.clone()))
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
    fn capture(&mut self, id: &str) -> Result<Vec<CaptureVersion>, SourceError> {
        Ok(self.captures[id].clone())
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
                action: if seq == 2 { "hold.placed" } else { "post.published" }.into(),
                subject: id(if seq == 2 { 96 } else { 10 }),
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

/// A WACZ of one file, as far as a verifier of exports looks into it.
pub fn wacz(text: &str) -> Vec<u8> {
    let list = serde_json::json!({ "profile": "data-package", "wacz_version": "1.1.1", "resources": [{
        "name": "data.warc.gz", "path": "archive/data.warc.gz", "hash": format!("sha256:{}", sha(text.as_bytes())),
        "bytes": text.len(),
    }] });
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (path, bytes) in
        [("archive/data.warc.gz", text.as_bytes()), ("datapackage.json", list.to_string().as_bytes())]
    {
        zip.start_file(path, stored).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

pub fn capture(version: u32, page: &[u8]) -> CaptureVersion {
    CaptureVersion {
        version,
        sha256: sha(page),
        size: page.len() as u64,
        at: AT.into(),
        actor: actor(),
        address: "https://example.org/open-data/".into(),
        status: 200,
        title: "Données « ouvertes »".into(),
        revision: 3,
        left_out: vec![LeftOut { address: "https://example.com/x.png".into(), why: "elsewhere".into() }],
    }
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
    let (seen, changed) = (wacz("as it was"), wacz("changed"));
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
        names: if head > 1 {
            vec![RevisionName { revision: 2, name: "Sent to the minister".into() }]
        } else {
            vec![]
        },
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
            captures: vec![Capture { id: id(97), post: id(10), blog: id(70) }],
            outbox: vec![OutboxItem {
                id: id(80),
                post: id(10),
                blog: id(70),
                detail: serde_json::json!({"state": "waiting"}),
            }],
            removed: None,
        },
        retention: retention(),
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
        captures: BTreeMap::from([(
            id(97),
            vec![capture(1, &seen), capture(2, &changed), capture(3, &seen)],
        )]),
        blobs: [pdf1, pdf2, seen, changed].into_iter().map(|bytes| (sha(&bytes), bytes)).collect(),
        fail_on_post: false,
        earlier: None,
    }
}

/// A rule of a category, another of a pair, and a hold, which the journal's second entry tells of.
pub fn retention() -> Retention {
    let rule = |n: u32, number: &str, trigger| RetentionRule {
        id: id(n),
        number: number.into(),
        title_en: "Service notices".into(),
        title_fr: "Avis de service".into(),
        trigger,
        year_end: n == 94,
        period: "P2Y".into(),
        action: Action::Destroy,
    };
    Retention {
        rules: vec![rule(94, "MIDA 2016-004", Trigger::Published), rule(95, "DA 2018-020", Trigger::Revised)],
        categories: vec![CategoryRule { category: id(60), rule: id(94) }],
        pairs: vec![PairRule {
            pair: id(50),
            rule: id(95),
            reason: "Agreed with the archivist".into(),
            actor: actor(),
            at: AT.into(),
        }],
        holds: vec![Hold {
            id: id(96),
            name: "A-2026-0147".into(),
            reason: "Access request".into(),
            authority: "Coordinator".into(),
            actor: actor(),
            at: AT.into(),
            on: vec![HoldTarget::Pair(id(50)), HoldTarget::Category(id(60))],
            released: None,
        }],
        searches: vec![],
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
        selection: None,
    }
}

/// The library a while later: a revision more, a post and a PDF more, a post gone, a category more and one gone.
pub fn later() -> Memory {
    let mut now = memory();
    let texts = now.posts.get_mut(&id(10)).unwrap();
    let last = texts[2].0.clone();
    let parent = vec![Parent { number: 3, hash: last.hash }];
    texts.push((revision(4, "Open data", "# Four\n", Language::En, parent), "# Four\n".into()));
    now.library.posts[0].head = 4;
    now.posts.remove(&id(11));
    now.library.posts.remove(1);
    let body = "# Fresh\n\ntext\n";
    let mut fresh = revision(1, "Fresh", body, Language::En, vec![]);
    fresh.attachments = vec![AttachmentRef { id: id(91), version: 1 }];
    fresh.hash = content_hash(&fresh, body).unwrap();
    now.posts.insert(id(12), vec![(fresh, body.into())]);
    now.library.pairs.push(Pair { id: id(51), categories: vec![id(62)] });
    now.library.posts.push(Post {
        id: id(12),
        pair: id(51),
        status: Status::Draft,
        head: 1,
        created_at: AT.into(),
        trashed_at: None,
        file: None,
        conflict: None,
        names: vec![],
    });
    now.library.categories.remove(1);
    now.library.categories.push(Category {
        id: id(62),
        parent: Some(id(60)),
        name_en: "Plans".into(),
        name_fr: "Projets".into(),
    });
    now.library.pairs[0].categories.pop();
    let pdf = b"%PDF-1.4 another".to_vec();
    let version = AttachmentVersion {
        version: 1,
        sha256: sha(&pdf),
        size: pdf.len() as u64,
        at: AT.into(),
        actor: actor(),
    };
    now.attachments.insert(id(91), vec![version]);
    now.library.attachments.push(Attachment {
        id: id(91),
        path: "attachments/another.pdf".into(),
        created_at: AT.into(),
    });
    now.blobs.insert(sha(&pdf), pdf);
    now.library.outbox.clear();
    now.journal = journal(5);
    now
}

/// A full export of the library, and an incremental one of what it became.
pub fn export_two(dir: &Path) -> [Written; 2] {
    let one = export(dir);
    let mut source = later().since(&memory(), &one.objects, &one);
    let header = Header { mode: Mode::Incremental, ..header(2, Some(&one)) };
    let two = write(&header, &mut source, dir, &mut |_| ControlFlow::Continue(())).unwrap();
    [one, two]
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

/// Unpacks an export below `dir`.
pub fn unpack(path: &Path, dir: &Path) {
    for (name, bytes) in entries(path) {
        let to = dir.join(&name);
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::write(to, bytes).unwrap();
    }
}

/// Rewrites the manifests so that only the records themselves can tell.
pub fn relist(all: &mut [(String, Vec<u8>)]) {
    let lines = |all: &[(String, Vec<u8>)], data: bool| -> Vec<u8> {
        let mut out = String::new();
        for (name, bytes) in all {
            let path = name.split_once('/').unwrap().1;
            if path.starts_with("data/") == data && !path.starts_with("tagmanifest") {
                out += &format!("{}  {path}\n", sha(bytes));
            }
        }
        out.into_bytes()
    };
    for (name, data) in [("manifest-sha256.txt", true), ("tagmanifest-sha256.txt", false)] {
        let text = lines(all, data);
        all.iter_mut().find(|(n, _)| n.split_once('/').unwrap().1 == name).unwrap().1 = text;
    }
}

/// Rewrites a digest in one of the package's records, and that record's own digest in METS.
pub fn redigest(all: &mut [(String, Vec<u8>)], file: &str, before: &str, after: &str) {
    let entry = all.iter_mut().find(|(n, _)| n.ends_with(file)).unwrap();
    let own = sha(&entry.1);
    entry.1 = String::from_utf8(entry.1.clone()).unwrap().replace(before, after).into_bytes();
    let now = sha(&entry.1);
    if file != "METS.xml" && own != now {
        redigest(all, "METS.xml", &own, &now);
    }
}
