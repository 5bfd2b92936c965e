//! Files that Fonds sees for the first time, and files that it makes.

use std::os::unix::fs::PermissionsExt;

use fonds_folder::{Outcome, Refusal};
use fonds_library::{Id, Language, Origin};

use crate::fixture::{Fixture, refusals};

#[test]
fn a_bare_file_becomes_a_draft_and_gets_its_id() {
    let mut f = Fixture::new();
    let post = f.filed("posts/deep/er/Hello.md", "# A *plain* start\n\nText.\n");
    let text = f.read("posts/deep/er/Hello.md");
    assert_eq!(
        text,
        format!(
            "---\nid: {post}\ntitle: A plain start\nlang: en\nslug: a-plain-start\n---\n# A *plain* start\n\nText.\n"
        )
    );
    let [row] = &f.library.history(post).unwrap()[..] else { panic!() };
    assert_eq!((row.number, row.origin), (1, Origin::File));
    assert_eq!(f.current(post).body, "# A *plain* start\n\nText.\n");
}

#[test]
fn language_and_title_come_from_the_name_where_the_file_says_nothing() {
    let mut f = Fixture::new();
    let post = f.filed("posts/Été au parc.fr.md", "Texte.\n");
    let content = f.current(post);
    assert_eq!((content.language, content.title.as_str()), (Language::Fr, "Été au parc"));
    assert_eq!(content.slug, "ete-au-parc");
    let post = f.filed("posts/other.fr.md", "---\nlang: en-CA\ntitle: Own\n---\nText.\n");
    assert_eq!((f.current(post).language, f.current(post).title.as_str()), (Language::En, "Own"));
    assert!(f.read("posts/other.fr.md").contains("lang: en-CA\n"));
}

#[test]
fn bytes_of_the_author_survive_the_first_sight() {
    let mut f = Fixture::new();
    let text = "\u{feff}---\r\n# mine\r\ntags:   [a,  'b']\r\ntitle:   \"Quoted\"   # why\r\ndraft: true\r\n---\r\nBody\r\n\r\n";
    let post = f.filed("posts/a.md", text);
    let after = f.read("posts/a.md");
    assert!(after.starts_with("\u{feff}---\r\n"));
    let owned = |line: &&str| ["id:", "lang:", "slug:"].iter().any(|key| line.starts_with(key));
    let rest: String = after.split_inclusive('\n').filter(|line| !owned(line)).collect();
    assert_eq!(rest, text);
    assert!(after.split_inclusive('\n').all(|line| line.ends_with("\r\n")));
    assert_eq!(f.current(post).front_matter, "# mine\r\ntags:   [a,  'b']\r\ndraft: true\r\n");

    let post = f.filed("posts/b.md", "\u{feff}Only body\r\n");
    assert!(f.read("posts/b.md").starts_with("\u{feff}---\r\n"));
    assert_eq!(f.current(post).body, "Only body\r\n");
}

#[test]
fn a_copy_is_a_post_of_its_own() {
    let mut f = Fixture::new();
    let post = f.filed("posts/m.md", "---\ntitle: One\n---\nText.\n");
    // Sorted before and after the original.
    for copy in ["posts/a copy.md", "posts/z copy.md"] {
        std::fs::copy(f.place("posts/m.md"), f.place(copy)).unwrap();
    }
    let outcomes = f.sync_once();
    assert_eq!(outcomes.len(), 2);
    let mut slugs = Vec::new();
    for outcome in outcomes {
        let Outcome::Created { post: copy } = outcome else { panic!("{outcome:?}") };
        assert_ne!(copy, post);
        assert_eq!(f.current(copy).body, "Text.\n");
        assert!(f.read(&f.path(copy)).contains(&copy.to_string()));
        slugs.push(f.current(copy).slug);
    }
    assert_eq!(slugs, ["one-2", "one-3"]);
    assert_eq!(f.path(post), "posts/m.md");
    assert!(f.read("posts/z copy.md").contains("slug: one-3\n"));
}

#[test]
fn an_id_from_elsewhere_is_kept_and_one_that_is_none_refused() {
    let mut f = Fixture::new();
    let id = Id::generate();
    assert_eq!(f.filed("posts/a.md", &format!("---\nid: {id}\n---\nText.\n")), id);
    f.put("posts/b.md", "---\nid: 42\n---\nText.\n");
    assert_eq!(refusals(&f.sync()), [Refusal::ForeignId { value: "42".into() }]);
    assert_eq!(f.read("posts/b.md"), "---\nid: 42\n---\nText.\n");
    // Two files that bring the same id.
    let id = Id::generate();
    std::fs::remove_file(f.place("posts/b.md")).unwrap();
    f.put("posts/c.md", &format!("---\nid: {id}\n---\nC\n"));
    f.put("posts/d.md", &format!("---\nid: {id}\n---\nD\n"));
    let outcomes = f.sync_once();
    assert_eq!(outcomes.len(), 2);
    assert_eq!(f.current(id).body, "C\n");
}

#[test]
fn a_pair_that_files_name_is_linked() {
    let mut f = Fixture::new();
    let (en, fr) = (Id::generate(), Id::generate());
    f.put("posts/a.en.md", &format!("---\nid: {en}\npair: {fr}\n---\nText.\n"));
    f.put("posts/a.fr.md", &format!("---\nid: {fr}\npair: {en}\n---\nTexte.\n"));
    assert_eq!(f.sync_once(), [Outcome::Created { post: en }, Outcome::Created { post: fr }]);
    assert_eq!(f.library.counterpart(en).unwrap().unwrap().id, fr);
    assert!(f.read("posts/a.en.md").contains(&format!("pair: {fr}\n")));
    // A copy of one of them has no counterpart.
    std::fs::copy(f.place("posts/a.fr.md"), f.place("posts/b.fr.md")).unwrap();
    let [Outcome::Created { post }] = f.sync_once()[..] else { panic!() };
    assert!(f.library.counterpart(post).unwrap().is_none());
    assert!(!f.read("posts/b.fr.md").contains("pair:"));
}

#[test]
fn what_is_not_a_post_is_left_alone() {
    let mut f = Fixture::new();
    let ignored = [
        ".hidden.md",
        "a.md~",
        ".#a.md",
        "b.tmp",
        "b.md.tmp",
        ".a.md.swp",
        ".syncthing.a.md",
        "~$a.md",
        "c.txt",
        ".git/x.md",
        "empty.md",
    ];
    for name in ignored {
        f.put(&format!("posts/{name}"), if name == "empty.md" { "" } else { "text" });
    }
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("o.md"), "outside").unwrap();
    std::os::unix::fs::symlink(outside.path(), f.place("posts/link")).unwrap();
    std::os::unix::fs::symlink(outside.path().join("o.md"), f.place("posts/link.md")).unwrap();
    assert_eq!(f.sync(), []);
    assert!(f.library.all_posts().unwrap().is_empty());
    assert_eq!(std::fs::read_to_string(outside.path().join("o.md")).unwrap(), "outside");
}

#[test]
fn files_that_cannot_be_taken_in_are_named_and_untouched() {
    let mut f = Fixture::new();
    std::fs::write(f.place("posts/latin.md"), b"caf\xe9").unwrap();
    f.put("posts/broken.md", "---\ntitle: ok\n  bad: [\n---\nText\n");
    f.put("posts/german.md", "---\nlang: de\n---\nText\n");
    f.put("posts/back\\slash.md", "Text\n");
    std::fs::File::create(f.place("posts/large.md"))
        .unwrap()
        .set_len(fonds_folder::MAX_MARKDOWN + 1)
        .unwrap();
    f.put("posts/fixed.md", "Read-only\n");
    let fixed = std::fs::Permissions::from_mode(0o444);
    std::fs::set_permissions(f.place("posts/fixed.md"), fixed).unwrap();
    let outcomes = f.sync();
    let codes: Vec<_> = refusals(&outcomes).iter().map(Refusal::code).collect();
    assert_eq!(outcomes.len(), 6, "{outcomes:?}");
    for code in [
        "file.not_utf8",
        "file.front_matter",
        "file.unknown_language",
        "file.name",
        "file.too_large",
        "file.not_writable",
    ] {
        assert!(codes.contains(&code), "{code} in {codes:?}");
    }
    let line = refusals(&outcomes).into_iter().find_map(|reason| match reason {
        Refusal::FrontMatter { line, .. } => Some(line),
        _ => None,
    });
    assert!(matches!(line, Some(2..=4)));
    assert_eq!(f.read("posts/broken.md"), "---\ntitle: ok\n  bad: [\n---\nText\n");
    assert_eq!(f.read("posts/fixed.md"), "Read-only\n");
    assert!(f.library.all_posts().unwrap().is_empty());
}

#[test]
fn a_slug_from_a_file_cannot_leave_its_place() {
    let mut f = Fixture::new();
    let post = f.filed("posts/a.md", "---\nslug: ../../Étc/passwd\n---\nText.\n");
    assert_eq!(f.current(post).slug, "etc-passwd");
}

#[test]
fn a_new_post_gets_a_file_and_never_anothers() {
    let mut f = Fixture::new();
    f.put("posts/2026-01-02-one.en.md", "");
    let (post, path) = f.written("One", "Text.\n");
    assert_eq!(path, "posts/2026-01-02-one-2.en.md");
    assert_eq!(f.read("posts/2026-01-02-one.en.md"), "");
    assert_eq!(f.read(&path), format!("---\nid: {post}\ntitle: One\nlang: en\nslug: one\n---\nText.\n"));
    assert_eq!(f.sync(), []);
    assert_eq!(f.write_post(post), []);
    let mode = std::fs::metadata(f.place(&path)).unwrap().permissions().mode();
    assert_ne!(mode & 0o044, 0, "others may read it as they may any new file: {mode:o}");
}
