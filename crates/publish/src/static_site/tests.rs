//! The whole site in real folders.

use crate::*;
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

const EN: &str = "01936f2e-0000-7000-8000-000000000001";
const FR: &str = "01936f2e-0000-7000-8000-000000000002";
const DATA: &str = "01936f2e-0000-7000-8000-0000000000a1";
const OPEN: &str = "01936f2e-0000-7000-8000-0000000000a2";

struct Blobs(BTreeMap<String, Vec<u8>>);

impl Attachments for Blobs {
    fn open(&self, sha256: &str) -> io::Result<Box<dyn Read>> {
        match self.0.get(sha256) {
            Some(bytes) => Ok(Box::new(io::Cursor::new(bytes.clone()))),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }
}

/// A desk that has the bytes and nothing else.
struct Bytes<'a>(&'a Blobs);

impl Attachments for Bytes<'_> {
    fn open(&self, sha256: &str) -> io::Result<Box<dyn Read>> {
        self.0.open(sha256)
    }
}

impl Desk for Bytes<'_> {
    fn password(&self) -> Option<Secret> {
        None
    }

    fn public(&self, _: &str) -> Result<Option<Public>> {
        Ok(None)
    }

    fn public_file(&self, _: &str) -> Result<Option<Public>> {
        Ok(None)
    }

    fn used_elsewhere(&self, _: &str, _: &str) -> Result<bool> {
        Ok(false)
    }

    fn recall(&self, _: &str) -> Result<Option<serde_json::Value>> {
        Ok(None)
    }

    fn remember(&mut self, _: &str, _: &serde_json::Value) -> Result<()> {
        Ok(())
    }

    fn remembered(&self, _: &str) -> Result<Vec<String>> {
        Ok(vec![])
    }
}

/// A library's folder with what is to be public of it.
struct World {
    folder: tempfile::TempDir,
    blobs: Blobs,
    posts: Vec<Post>,
    categories: Vec<Category>,
    url: Option<String>,
    settings: serde_json::Value,
}

fn pdf(letter: u8, size: usize) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    bytes.resize(size, letter);
    bytes
}

fn world() -> World {
    let bytes = pdf(b'a', 2_130_000);
    let digest = super::folder::digest_of(&bytes);
    let attachment = Attachment {
        name: "annual report.pdf".into(),
        sha256: digest.clone(),
        size: bytes.len() as u64,
        version: 1,
    };
    let post = |id: &str, language, slug: &str, title: &str, body: &str, other: &str| Post {
        id: id.into(),
        language,
        slug: slug.into(),
        title: title.into(),
        body: body.into(),
        file: Some(format!("posts/{slug}.{}.md", language.code())),
        revision: 3,
        revision_hash: "ab".repeat(32),
        first_published_at: "2026-12-01T03:30:00.000Z".into(),
        updated_at: "2026-12-02T15:00:00.000Z".into(),
        author: "Camille Roy".into(),
        counterpart: Some(other.into()),
        categories: vec![OPEN.into()],
        attachments: vec![attachment.clone()],
    };
    let en = "# Budget <b>\n\nRead the [annual report](../attachments/annual%20report.pdf#page=3).\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n- [x] one\n\n<script>alert(1)</script>\n";
    let fr = "Lire le [rapport](../attachments/annual%20report.pdf).\n";
    let category = |id: &str, parent: Option<&str>, en: &str, fr: &str| Category {
        id: id.into(),
        parent: parent.map(Into::into),
        name_en: en.into(),
        name_fr: fr.into(),
    };
    World {
        folder: tempfile::tempdir().unwrap(),
        blobs: Blobs([(digest, bytes)].into()),
        posts: vec![
            post(EN, Language::En, "open-data", "Open data & <you>", en, FR),
            post(FR, Language::Fr, "donnees-ouvertes", "Données ouvertes : l’an 1", fr, EN),
        ],
        categories: vec![
            category(OPEN, Some(DATA), "Open data", "Données ouvertes"),
            category(DATA, None, "Data & figures", "Données et chiffres"),
        ],
        url: Some("https://blog.example.ca/".into()),
        settings: serde_json::json!({"title_fr": "Notre blogue"}),
    }
}

impl World {
    fn deliver(&self, withdrawn: &[String]) -> Result<Vec<Receipt>> {
        self.deliver_until(withdrawn, u64::MAX)
    }

    /// Cancels once that much is done.
    fn deliver_until(&self, withdrawn: &[String], stop: u64) -> Result<Vec<Receipt>> {
        let changed: Vec<String> = self.posts.iter().map(|post| post.id.clone()).collect();
        let delivery = Delivery {
            blog: Blog {
                id: "blog".into(),
                name: "Our blog".into(),
                url: self.url.clone(),
                root: self.folder.path(),
                settings: self.settings.clone(),
            },
            posts: &self.posts,
            categories: &self.categories,
            changed: &changed,
            withdrawn,
            now: "2026-12-03T00:00:00.000Z",
        };
        let mut last = (0, 1);
        let result =
            connector("static").unwrap().deliver(&delivery, &mut Bytes(&self.blobs), &mut |done, total| {
                assert!(done >= last.0 && done <= total, "progress goes forward");
                last = (done, total);
                if done >= stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            });
        if result.is_ok() {
            assert_eq!(last.0, last.1, "progress ends at the total");
        }
        result
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join("site").join(path)
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Every file of the site with its bytes and time.
    fn snapshot(&self) -> BTreeMap<PathBuf, (Vec<u8>, SystemTime)> {
        let mut found = BTreeMap::new();
        walk(&self.path(""), &mut found);
        found
    }
}

fn walk(folder: &Path, found: &mut BTreeMap<PathBuf, (Vec<u8>, SystemTime)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, found);
        } else {
            let modified = path.metadata().unwrap().modified().unwrap();
            found.insert(path.clone(), (fs::read(&path).unwrap(), modified));
        }
    }
}

fn has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
}

#[test]
fn a_pair_becomes_a_whole_site() {
    let world = world();
    let receipts = world.deliver(&[]).unwrap();
    assert_eq!(receipts[0].address, "site/en/open-data/index.html");
    assert_eq!(receipts[1].revision_hash.as_deref(), Some("ab".repeat(32).as_str()));

    let en = world.read("en/open-data/index.html");
    has(
        &en,
        &[
            "<html lang=\"en\">",
            "<h1>Open data &#38; &#60;you&#62;</h1>",
            "<h2>Budget <b></b></h2>",
            "<a href=\"../../files/annual%20report.pdf#page=3\" rel=\"noopener\">annual report <span class=\"note\">(PDF, 2.1 MB)</span></a>",
            "role=\"group\" tabindex=\"0\" aria-label=\"Table 1\"",
            "aria-label=\"Done\"",
            "<time datetime=\"2026-12-01\">1 December 2026</time>",
            "href=\"../../fr/donnees-ouvertes/index.html\" lang=\"fr\" hreflang=\"fr\">Français</a>",
            "<link rel=\"canonical\" href=\"https://blog.example.ca/en/open-data/\">",
            "default-src 'none'",
            "../../en/category/data-figures/open-data/index.html",
        ],
    );
    assert!(!en.contains("<script") && !en.contains("style=\""), "{en}");
    let fr = world.read("fr/donnees-ouvertes/index.html");
    has(
        &fr,
        &[
            "(PDF, 2,1\u{a0}Mo)",
            "1er décembre 2026",
            "Mis à jour le",
            "– Notre blogue</title>",
            ">English</a>",
        ],
    );
    for page in [&en, &fr] {
        assert_eq!(page.matches("<h1").count(), 1, "{page}");
    }
    has(
        &world.read("fr/categorie/donnees-et-chiffres/index.html"),
        &["<h1>Données et chiffres</h1>", "(1)", "../../../fr/donnees-ouvertes/index.html"],
    );
    has(&world.read("index.html"), &["href=\"en/index.html\"", "href=\"fr/index.html\"", "Notre blogue"]);
    has(&world.read("fr/index.html"), &["aria-current=\"page\"", "Données et chiffres"]);
    assert_eq!(fs::read(world.path("files/annual report.pdf")).unwrap().len(), 2_130_000);
    assert!(!world.path(".fonds-making").exists());
}

#[test]
fn every_relative_link_leads_to_a_file() {
    let world = world();
    world.deliver(&[]).unwrap();
    let mut seen = 0;
    for (path, (bytes, _)) in world.snapshot() {
        if path.extension().is_none_or(|end| end != "html") {
            continue;
        }
        let html = String::from_utf8(bytes).unwrap();
        for href in html.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
            if href.starts_with("http") || href.starts_with("../attachments") {
                assert!(href.starts_with("https://blog.example.ca/"), "{href}");
            } else if let Some(file) = href.split('#').next().filter(|file| !file.is_empty()) {
                let target = path.parent().unwrap().join(file.replace("%20", " "));
                assert!(target.is_file(), "{href} in {}", path.display());
                seen += 1;
            }
        }
    }
    assert!(seen > 40, "{seen}");
}

#[test]
fn the_same_delivery_again_touches_nothing() {
    let world = world();
    let first = world.deliver(&[]).unwrap();
    let before = world.snapshot();
    assert_eq!(world.deliver(&[]).unwrap(), first);
    assert_eq!(world.snapshot(), before);
}

#[test]
fn what_is_withdrawn_goes_and_what_others_put_there_stays() {
    let mut world = world();
    world.deliver(&[]).unwrap();
    fs::write(world.path("robots.txt"), "mine").unwrap();
    fs::write(world.path("en/open-data/notes.txt"), "mine").unwrap();
    world.posts.remove(0);
    let receipts = world.deliver(&[EN.into()]).unwrap();
    let withdrawn = &receipts[1];
    assert_eq!(
        (withdrawn.action, withdrawn.address.as_str()),
        (Action::Withdrawn, "site/en/open-data/index.html")
    );
    assert_eq!(withdrawn.revision_hash.as_deref(), Some("ab".repeat(32).as_str()));
    assert!(!world.path("en/open-data/index.html").exists());
    assert!(!world.path("en/category/data-figures").exists(), "an empty category has no page");
    assert_eq!(world.read("en/open-data/notes.txt") + &world.read("robots.txt"), "minemine");
    has(&world.read("fr/donnees-ouvertes/index.html"), &["Home page in English"]);
}

#[test]
fn a_file_that_fonds_did_not_write_is_never_overwritten_or_removed() {
    let mut world = world();
    fs::create_dir_all(world.path("en/open-data")).unwrap();
    fs::write(world.path("en/open-data/index.html"), "theirs").unwrap();
    let error = world.deliver(&[]).unwrap_err();
    assert!(matches!(&error, Error::InTheWay { path } if path == "site/en/open-data/index.html"), "{error}");
    assert!(!world.path("style.css").exists(), "nothing was written");

    fs::remove_file(world.path("en/open-data/index.html")).unwrap();
    world.deliver(&[]).unwrap();
    fs::write(world.path("en/open-data/index.html"), "changed").unwrap();
    world.posts.remove(0);
    let error = world.deliver(&[EN.into()]).unwrap_err();
    assert!(matches!(error, Error::InTheWay { .. }), "{error}");
    assert_eq!(world.read("en/open-data/index.html"), "changed");
}

#[test]
fn a_cancelled_delivery_is_completed_by_another_one() {
    let mut world = world();
    world.deliver(&[]).unwrap();
    let index = world.read("index.html");
    let bytes = pdf(b'b', 500_000);
    let digest = super::folder::digest_of(&bytes);
    world.blobs.0.insert(digest.clone(), bytes);
    for post in &mut world.posts {
        post.title.push_str(" again");
        post.attachments[0] = Attachment {
            name: "annual report.pdf".into(),
            sha256: digest.clone(),
            size: 500_000,
            version: 2,
        };
    }
    // After the comparing pass and the file, in the middle of the pages.
    assert!(matches!(world.deliver_until(&[], 1_075_000), Err(Error::Cancelled)));
    assert_eq!(world.read("index.html"), index, "the index is written last");
    assert_eq!(fs::read(world.path("files/annual report.pdf")).unwrap().len(), 500_000);
    world.posts[0].title = "Something else".into();
    world.deliver(&[]).unwrap();
    has(&world.read("index.html"), &["Something else", "again"]);
}

#[test]
fn two_versions_of_a_file_live_side_by_side() {
    let mut world = world();
    let bytes = pdf(b'b', 1000);
    let digest = super::folder::digest_of(&bytes);
    world.blobs.0.insert(digest.clone(), bytes);
    world.posts[1].attachments[0] =
        Attachment { name: "annual report.pdf".into(), sha256: digest, size: 1000, version: 2 };
    world.deliver(&[]).unwrap();
    has(&world.read("en/open-data/index.html"), &["files/annual%20report-v1.pdf#page=3"]);
    has(&world.read("fr/donnees-ouvertes/index.html"), &["files/annual%20report.pdf\""]);
    assert_eq!(fs::read(world.path("files/annual report.pdf")).unwrap().len(), 1000);
}

#[test]
fn a_missing_or_damaged_attachment_is_named() {
    let mut world = world();
    let digest = world.posts[0].attachments[0].sha256.clone();
    world.blobs.0.insert(digest.clone(), pdf(b'x', 2_130_000));
    let error = world.deliver(&[]).unwrap_err();
    assert!(
        matches!(&error, Error::AttachmentDamaged { name, .. } if name == "annual report.pdf"),
        "{error}"
    );
    world.blobs.0.clear();
    let error = world.deliver(&[]).unwrap_err();
    assert!(error.to_string().contains("“annual report.pdf” of the post “"), "{error}");
    assert!(!world.path("files/annual report.pdf").exists());
}

#[test]
fn what_would_escape_or_collide_is_refused() {
    for change in [
        (|world: &mut World| world.posts[0].slug = "../../x".into()) as fn(&mut World),
        |world| world.posts[0].slug = "Category".into(),
        |world| world.posts[0].attachments[0].name = "../x.pdf".into(),
        |world| world.posts[0].id = "../x".into(),
        |world| world.posts[0].body = "[x](../attachments/none.pdf)".into(),
        |world| {
            world.posts[1].language = Language::En;
            world.posts[1].slug = "OPEN-data".into();
        },
        |world| world.categories[1].parent = Some(OPEN.into()),
        |world| world.url = Some("javascript:alert(1)".into()),
        |world| world.settings = serde_json::json!({"time_zone": "Nowhere"}),
        |world| world.settings = serde_json::json!({"titel_fr": "x"}),
    ] {
        let mut world = world();
        change(&mut world);
        let error = world.deliver(&[]).unwrap_err();
        assert!(
            matches!(error, Error::Post { .. } | Error::Category { .. } | Error::Settings { .. }),
            "{error:?}"
        );
        assert!(!world.path("index.html").exists());
    }
}

#[test]
#[cfg(unix)]
fn a_link_out_of_the_site_is_not_followed() {
    let world = world();
    let outside = tempfile::tempdir().unwrap();
    fs::create_dir_all(world.path("")).unwrap();
    std::os::unix::fs::symlink(outside.path(), world.path("en")).unwrap();
    let error = world.deliver(&[]).unwrap_err();
    assert!(matches!(&error, Error::InTheWay { path } if path == "site/en"), "{error}");
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
}

#[test]
fn a_manifest_that_points_outside_is_refused() {
    let world = world();
    world.deliver(&[]).unwrap();
    let victim = world.folder.path().join("victim.txt");
    fs::write(&victim, "keep").unwrap();
    let manifest = world.read(".fonds-site.json").replacen("\"en/", "\"../en/", 1);
    fs::write(world.path(".fonds-site.json"), manifest).unwrap();
    assert!(matches!(world.deliver(&[]), Err(Error::Manifest { .. })));
    assert!(victim.exists());
}

#[test]
fn feeds_are_valid_atom_with_and_without_an_address() {
    let mut world = world();
    world.deliver(&[]).unwrap();
    let feed: atom_syndication::Feed = world.read("fr/flux.xml").parse().unwrap();
    assert_eq!((feed.title.as_str(), feed.lang.as_deref()), ("Notre blogue", Some("fr")));
    assert_eq!(feed.links[0].href, "https://blog.example.ca/fr/flux.xml");
    let entry = &feed.entries[0];
    assert_eq!(entry.id, format!("urn:uuid:{FR}"));
    assert_eq!(entry.links[0].href, "https://blog.example.ca/fr/donnees-ouvertes/");
    assert_eq!(entry.updated.to_rfc3339(), "2026-12-02T15:00:00+00:00");
    let content = entry.content.as_ref().unwrap().value.as_deref().unwrap();
    has(content, &["https://blog.example.ca/files/annual%20report.pdf"]);
    let english: atom_syndication::Feed = world.read("en/feed.xml").parse().unwrap();
    assert_ne!(english.id, feed.id);

    world.url = None;
    world.deliver(&[]).unwrap();
    let moved: atom_syndication::Feed = world.read("fr/flux.xml").parse().unwrap();
    assert_eq!((moved.id, &moved.entries[0].id), (feed.id, &entry.id), "ids outlive an address");
    assert_eq!(moved.entries[0].links[0].href, "../fr/donnees-ouvertes/index.html");
}

#[test]
fn days_are_those_of_the_blogs_time_zone() {
    let mut world = world();
    world.settings = serde_json::json!({"time_zone": "America/Toronto"});
    world.deliver(&[]).unwrap();
    has(&world.read("en/open-data/index.html"), &["30 November 2026"]);
}

#[test]
fn older_posts_are_listed_by_year() {
    let mut world = world();
    let model = world.posts[0].clone();
    world.posts = (0..30)
        .map(|n| Post {
            id: format!("01936f2e-0000-7000-8000-0000000001{n:02}"),
            slug: format!("post-{n}"),
            first_published_at: format!("20{:02}-05-01T00:00:00.000Z", 50 - n),
            counterpart: None,
            ..model.clone()
        })
        .collect();
    world.deliver(&[]).unwrap();
    let home = world.read("en/index.html");
    has(&home, &["Earlier posts", "<h3>2021</h3>", "post-29/index.html"]);
    assert!(home.find("post-0/").unwrap() < home.find("post-1/").unwrap());
    assert!(!home.contains("<h3>2031</h3>"));
}
