//! Texts are stored packed, and come back as they were: also those of a library that an earlier Fonds wrote.

use fonds_library::{Content, FileStamp, Language, Library, MirroredFile, Origin, Query};
use rusqlite::Connection;

use crate::{Desk, act, content, id};

fn long(number: u32) -> String {
    let mut text: Vec<String> =
        (0..200).map(|line| format!("Line {line} of the text, {}.\n", line * 7919 % 1013)).collect();
    text[number as usize % 200] = format!("Revision {number} changed this line.\n");
    text.concat()
}

#[test]
fn many_revisions_take_little_more_than_one_and_each_comes_back() {
    let mut desk = Desk::new();
    let post = desk.post(Language::En, "Draft").id;
    let written = |number: u32| Content {
        front_matter: format!("author: Ada {number}\n"),
        ..content("Draft", &long(number))
    };
    for number in 1..=80 {
        assert_eq!(
            desk.library.add_revision(&act(3_000), post, &written(number), Origin::Editor).unwrap(),
            number
        );
    }
    for number in 1..=80 {
        let revision = desk.library.revision(post, number).unwrap();
        assert_eq!(revision.content, written(number));
        assert_eq!(revision.hash, revision.content.hash().unwrap());
    }
    let (stored, largest): (usize, usize) = desk
        .raw()
        .query_row("SELECT sum(octet_length(text)), max(octet_length(text)) FROM revision", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .unwrap();
    assert!(stored < largest * 9, "{stored} bytes, where the largest takes {largest}");
    let bytes = u64::try_from((1..=80).map(|number| long(number).len()).sum::<usize>()).unwrap();
    assert_eq!(desk.library.content_bytes().unwrap(), bytes);
    assert_eq!(desk.library.content_bytes_of(post).unwrap(), bytes);
    assert_eq!(desk.library.check().unwrap(), []);
}

#[test]
fn the_bytes_of_a_file_are_kept_once_and_come_back() {
    let mut desk = Desk::new();
    let post = desk.post(Language::En, "Draft").id;
    desk.library.add_revision(&act(3_000), post, &content("Draft", &long(1)), Origin::Editor).unwrap();
    let base = format!("---\nid: {post}\n---\n{}", long(1)).into_bytes();
    let file = MirroredFile {
        post,
        path: "posts/a.md".into(),
        stamp: FileStamp { size: 1, mtime: 1, changed: 0 },
        missing: false,
    };
    for base in [&base[..], b"", b"not UTF-8: \xff", &base] {
        desk.library.set_mirrored_file(&file, base).unwrap();
        assert_eq!(desk.library.mirror_base(post).unwrap(), base);
    }
    // A later head changes nothing about what the base stands against.
    desk.library.add_revision(&act(4_000), post, &content("Draft", "other"), Origin::Editor).unwrap();
    assert_eq!(desk.library.mirror_base(post).unwrap(), base);
    let stored: usize =
        desk.raw().query_row("SELECT octet_length(base) FROM mirror", [], |row| row.get(0)).unwrap();
    assert!(stored < 200, "{stored}");
    assert_eq!(desk.library.mirror_base(id(99)).unwrap(), b"");
}

/// A library of version 2, as the schema files of that time made it.
fn version_2(desk: &Desk, post: &str) -> Connection {
    let old = Connection::open_in_memory().unwrap();
    for sql in [include_str!("../../src/schema/0001.sql"), include_str!("../../src/schema/0002.sql")] {
        old.execute_batch(sql).unwrap();
    }
    old.execute("ATTACH ?1 AS now", [desk.database().to_str().unwrap()]).unwrap();
    for table in ["library", "pair", "post", "journal", "blog"] {
        let columns: Vec<String> = old
            .prepare("SELECT name FROM pragma_table_info(?1, 'main')")
            .unwrap()
            .query_map([table], |row| row.get(0))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        let columns = columns.join(", ");
        old.execute_batch(&format!("INSERT INTO main.{table} ({columns}) SELECT {columns} FROM now.{table}"))
            .unwrap();
    }
    let current = desk.library.current(post.parse().unwrap()).unwrap();
    old.execute(
        "INSERT INTO main.post_text (rowid, title, body) SELECT rowid, ?2, ?3 FROM main.post WHERE id = ?1",
        (post, current.title, current.body),
    )
    .unwrap();
    for number in 1..=80_u32 {
        let revision = desk.library.revision(post.parse().unwrap(), number).unwrap();
        old.execute(
            "INSERT INTO main.revision (post, number, hash, title, language, slug, attachments, parents, actor_name, actor_email,
               at, origin, front_matter, body)
             SELECT post, number, hash, title, language, slug, attachments, parents, actor_name, actor_email, at, origin, ?3, ?4
             FROM now.revision WHERE post = ?1 AND number = ?2",
            (post, number, revision.content.front_matter, revision.content.body),
        )
        .unwrap();
    }
    old.execute(
        "INSERT INTO main.mirror (post, path, size, mtime, base) VALUES (?1, 'posts/a.md', 7, 9, ?2)",
        (post, b"bytes\xff"),
    )
    .unwrap();
    old.execute("DELETE FROM main.changed_since_export", []).unwrap();
    old.execute_batch("DETACH now").unwrap();
    old.pragma_update(None, "application_id", 0x466f_6e64).unwrap();
    old.pragma_update(None, "user_version", 2).unwrap();
    old
}

#[test]
fn a_library_of_an_earlier_version_loses_nothing() {
    let mut desk = Desk::new();
    let post = desk.post(Language::En, "Draft").id;
    for number in 1..=80 {
        let content =
            Content { front_matter: "é: 1\n".into(), ..content("Draft", &format!("{}\0", long(number))) };
        desk.library.add_revision(&act(3_000), post, &content, Origin::Editor).unwrap();
    }
    let old = version_2(&desk, &post.to_string());
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join(".fonds")).unwrap();
    old.execute("VACUUM INTO ?1", [folder.path().join(".fonds/library.db").to_str().unwrap()]).unwrap();
    let size = |root: &std::path::Path| std::fs::metadata(root.join(".fonds/library.db")).unwrap().len();
    let before = size(folder.path());

    let mut library = Library::open(folder.path()).unwrap();
    for number in 1..=80 {
        assert_eq!(library.revision(post, number).unwrap(), desk.library.revision(post, number).unwrap());
    }
    assert_eq!(library.mirror_base(post).unwrap(), b"bytes\xff");
    let file = MirroredFile {
        post,
        path: "posts/a.md".into(),
        stamp: FileStamp { size: 7, mtime: 9, changed: 0 },
        missing: false,
    };
    assert_eq!(library.mirrored_files().unwrap(), [file]);
    assert_eq!(library.change_mark().unwrap(), 0, "nothing changed that an export would hold");
    assert_eq!(library.check().unwrap(), []);
    let found = |library: &Library, words: &str| {
        let query = Query { words: words.into(), ..Query::default() };
        library.search(&query, 9).unwrap().hits.into_iter().map(|hit| hit.snippet).collect::<Vec<_>>()
    };
    assert!(found(&library, "revision 80 changed")[0].contains('\u{2}'), "what was indexed is found");
    let titled = library.titled("dra", 9).unwrap();
    assert_eq!(titled.iter().map(|post| post.id).collect::<Vec<_>>(), [post]);
    library.save(&act(9_000), post, &content("Draft", "later")).unwrap();
    assert_eq!(library.seal(&act(9_000), post, Origin::Editor).unwrap(), 81);
    assert!(library.change_mark().unwrap() > 0, "the triggers are there again");
    assert_eq!((found(&library, "later").len(), found(&library, "changed").len()), (1, 0));
    drop(library);
    assert!(size(folder.path()) < before * 2 / 3, "{} of {before}", size(folder.path()));
}
