//! Search takes any text and folds accents.

use fonds_library::{AttachmentRef, Category, Content, Hit, Id, Language, Query, Timestamp};
use proptest::prelude::*;

use crate::{Desk, act, content};

fn words(words: &str) -> Query {
    Query { words: words.into(), ..Query::default() }
}

fn hits(desk: &Desk, query: &Query) -> Vec<Hit> {
    desk.library.search(query, 10).unwrap().hits
}

fn posts(desk: &Desk, query: &Query) -> Vec<Id> {
    hits(desk, query).into_iter().map(|hit| hit.post).collect()
}

fn found(desk: &Desk, typed: &str) -> usize {
    hits(desk, &words(typed)).len()
}

fn shown(text: &str) -> String {
    text.replace('\u{2}', "[").replace('\u{3}', "]")
}

#[test]
fn words_are_found_without_accents_by_their_beginning_and_all_of_them() {
    let mut desk = Desk::new();
    let post = desk.post(Language::Fr, "Jugement en référé").id;
    desk.save(post, "L’été dernier, la Cour a statué. Voir e\u{301}te\u{301}.", 3_000);
    for words in
        ["refere", "RÉFÉRÉ", "réf", "ete cour", "l’été", "statue", "jugement statu", "\"référé\"", "l'ete"]
    {
        assert_eq!(found(&desk, words), 1, "{words}");
    }
    for words in ["hiver", "refere hiver", "éféré", "\"", "* - ^"] {
        assert_eq!(found(&desk, words), 0, "{words}");
    }
    let hit = hits(&desk, &words("statué")).remove(0);
    assert_eq!(shown(&hit.snippet), "L’été dernier, la Cour a [statué]. Voir e\u{301}te\u{301}");
    assert_eq!(shown(&hits(&desk, &words("jugement")).remove(0).title), "[Jugement] en référé");
}

#[test]
fn search_follows_the_text_and_leaves_the_trash_out() {
    let mut desk = Desk::new();
    let post = desk.post(Language::En, "Draft").id;
    desk.save(post, "heron", 3_000);
    desk.save(post, "egret", 4_000);
    assert_eq!((found(&desk, "heron"), found(&desk, "egret")), (0, 1));
    desk.library.set_trashed(&act(5_000), post, true).unwrap();
    assert_eq!(found(&desk, "egret"), 0);
}

#[test]
fn titles_weigh_more_than_bodies() {
    let mut desk = Desk::new();
    let body = desk.post(Language::En, "Other").id;
    desk.save(body, "budget", 3_000);
    let title = desk.post(Language::En, "Budget").id;
    desk.save(title, "other", 3_000);
    assert_eq!(posts(&desk, &words("budget")), [title, body]);
    assert_eq!(desk.library.search(&words("budget"), 1).unwrap().hits[0].post, title);
}

#[test]
fn phrases_stand_in_quotation_marks_and_the_last_word_may_be_a_beginning() {
    let mut desk = Desk::new();
    let post = desk.post(Language::En, "Licence").id;
    desk.save(post, "An open data licence, and data that are open to all.", 3_000);
    for typed in ["\"open data\"", "“open data”", "« open data »", "\"open data lic", "data lice*  open"]
    {
        assert_eq!(found(&desk, typed), 1, "{typed}");
    }
    for typed in ["\"data open\"", "\"open lic", "lice data ", "\"open dat\"", "opens"] {
        assert_eq!(found(&desk, typed), 0, "{typed}");
    }
}

#[test]
fn conditions_stand_beside_the_words_and_alone() {
    let mut desk = Desk::new();
    let (top, below) = (desk.id(), desk.id());
    for (id, parent) in [(top, None), (below, Some(top))] {
        let category = Category { id, parent, name_en: id.to_string(), name_fr: id.to_string() };
        desk.library.add_category(&act(2_000), &category).unwrap();
    }
    let english = desk.post(Language::En, "Budget").id;
    desk.save(english, "budget", 3_000);
    let french = desk.post(Language::Fr, "Budget").id;
    desk.save(french, "budget", 9_000);
    let pair = desk.library.post(french).unwrap().pair;
    desk.library.file_under(&act(4_000), pair, &[below]).unwrap();
    let file = attach(&mut desk, english, "report.pdf");

    let both = [english, french];
    for (query, wanted) in [
        (Query { language: Some(Language::Fr), ..words("budget") }, vec![french]),
        (Query { category: Some(top), ..words("budget") }, vec![french]),
        (Query { category: Some(below), ..Query::default() }, vec![french]),
        (Query { category: Some(file.id), ..words("budget") }, vec![]),
        (Query { pdf: Some(true), ..words("budget") }, vec![english]),
        (Query { pdf: Some(false), ..Query::default() }, vec![french]),
        (Query { since: Some(Timestamp::from_millis(9_000)), ..Query::default() }, vec![french]),
        (Query { before: Some(Timestamp::from_millis(9_000)), ..words("budget") }, vec![english]),
        (Query { author: Some("ADA@".into()), ..Query::default() }, both.to_vec()),
        (Query { author: Some("nobody".into()), ..words("budget") }, vec![]),
        (Query { status: Some("published".parse().unwrap()), ..Query::default() }, vec![]),
        (words("   "), both.to_vec()),
        (words(" - "), vec![]),
    ] {
        let mut got = posts(&desk, &query);
        got.sort();
        assert_eq!(got, wanted, "{query:?}");
    }
    let kept = serde_json::to_value(Query { pdf: Some(true), ..words("a") }).unwrap();
    assert_eq!(kept, serde_json::json!({ "words": "a", "pdf": true }));
}

/// Attaches a stored file to a post.
fn attach(desk: &mut Desk, post: Id, name: &str) -> AttachmentRef {
    let blob = desk.library.blobs().put(&mut name.as_bytes()).unwrap();
    let id = desk.id();
    let reference =
        desk.library.add_attachment(&act(3_000), id, &format!("attachments/{name}"), &blob).unwrap();
    let current = desk.library.current(post).unwrap();
    let attachments = current.attachments.iter().copied().chain([reference]).collect();
    desk.library.save(&act(3_500), post, &Content { attachments, ..current }).unwrap();
    reference
}

/// Brings what was read from a stored PDF.
fn bring(desk: &mut Desk, reference: AttachmentRef, pages: &[(u32, &str)]) {
    let sha256 = desk.library.attachment_version(reference).unwrap().blob.sha256;
    let number = desk.library.begin_pdf(&sha256, 1).unwrap();
    desk.library.bring_pdf_pages(number, pages).unwrap();
    desk.library.finish_pdf(number, "{}").unwrap();
}

#[test]
fn a_pdf_is_found_by_its_pages_in_every_post_that_has_that_version() {
    let mut desk = Desk::new();
    let one = desk.post(Language::En, "One").id;
    let file = attach(&mut desk, one, "report.pdf");
    assert_eq!(desk.library.unread_pdfs(1).unwrap().len(), 1);
    bring(
        &mut desk,
        file,
        &[(1, "contents"), (2, "budget deficit, budget"), (9, "the déficit of it all, and budget")],
    );
    assert_eq!(desk.library.unread_pdfs(1).unwrap(), Vec::<String>::new());
    // A better reader reads it again.
    assert_eq!(desk.library.unread_pdfs(2).unwrap().len(), 1);

    let hit = hits(&desk, &words("deficit budg")).remove(0);
    assert_eq!((hit.post, hit.snippet.as_str()), (one, ""));
    let pages: Vec<_> =
        hit.pages.iter().map(|page| (page.attachment, page.page, shown(&page.snippet))).collect();
    let second = (file, 2, "[budget] [deficit], [budget]".to_owned());
    let ninth = (file, 9, "the [déficit] of it all, and [budget]".to_owned());
    assert_eq!(pages, [second, ninth]);
    assert_eq!(found(&desk, "contents deficit"), 0, "no page has both");

    // Replaced: the post has the new version, and only its words.
    let blob = desk.library.blobs().put(&mut &b"second"[..]).unwrap();
    let (newer, _) = desk.library.replace_attachment(&act(6_000), file.id, &blob).unwrap();
    assert_eq!(found(&desk, "deficit"), 0);
    bring(&mut desk, newer, &[(3, "surplus")]);
    assert_eq!(hits(&desk, &words("surplus"))[0].pages[0].attachment, newer);
    assert_eq!(desk.library.posts_with(newer.id).unwrap(), [one]);
    assert_eq!(desk.library.pdf_pages(&blob.sha256).unwrap(), [(3, "surplus".to_owned())]);
}

#[test]
fn a_reading_that_was_interrupted_or_overtaken_leaves_nothing() {
    let mut desk = Desk::new();
    let post = desk.post(Language::En, "One").id;
    let file = attach(&mut desk, post, "report.pdf");
    let sha256 = desk.library.attachment_version(file).unwrap().blob.sha256;
    let first = desk.library.begin_pdf(&sha256, 1).unwrap();
    desk.library.bring_pdf_pages(first, &[(1, "heron")]).unwrap();
    assert_eq!(desk.library.unread_pdfs(1).unwrap().len(), 1);
    assert_eq!(desk.library.pdf_reading(&sha256).unwrap(), None);
    let second = desk.library.begin_pdf(&sha256, 1).unwrap();
    desk.library.bring_pdf_pages(first, &[(2, "heron")]).unwrap();
    desk.library.finish_pdf(first, "\"first\"").unwrap();
    desk.library.bring_pdf_pages(second, &[(1, "egret")]).unwrap();
    desk.library.finish_pdf(second, "\"second\"").unwrap();
    assert_eq!((found(&desk, "heron"), found(&desk, "egret")), (0, 1));
    assert_eq!(desk.library.pdf_reading(&sha256).unwrap().as_deref(), Some("\"second\""));
}

#[test]
fn what_is_purged_is_no_more_in_the_index() {
    let mut desk = Desk::new();
    let post = desk.post(Language::En, "Heron").id;
    let file = attach(&mut desk, post, "report.pdf");
    bring(&mut desk, file, &[(1, "egret")]);
    let raw = desk.raw();
    raw.execute_batch("PRAGMA foreign_keys = OFF; DELETE FROM post; DELETE FROM attachment_version;")
        .unwrap();
    for table in ["post_text", "pdf_text", "pdf", "attached"] {
        let left: i64 =
            raw.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap();
        assert_eq!(left, 0, "{table}");
    }
}

#[test]
fn earlier_revisions_are_looked_through_when_asked() {
    let mut desk = Desk::new();
    let post = desk.post(Language::En, "Birds").id;
    for (body, now) in [("one heron", 3_000), ("two herons", 4_000), ("an egret", 5_000)] {
        desk.save(post, body, now);
        desk.library.seal(&act(now), post, fonds_library::Origin::Editor).unwrap();
    }
    assert_eq!(found(&desk, "heron"), 0);
    let asked = Query { revisions: true, ..words("heron") };
    let revision = hits(&desk, &asked).remove(0).revision.unwrap();
    assert_eq!((revision.number, shown(&revision.snippet).as_str()), (2, "Birds two [herons]"));
    let exact = Query { revisions: true, ..words("heron ") };
    assert_eq!(hits(&desk, &exact)[0].revision.as_ref().unwrap().number, 1);
    // What the post says now needs no revision.
    assert_eq!(hits(&desk, &Query { revisions: true, ..words("egret") })[0].revision, None);
    assert_eq!(hits(&desk, &Query { revisions: true, ..words("ibis") }), []);
}

#[test]
fn a_search_for_what_everything_holds_says_that_there_is_more() {
    let mut desk = Desk::new();
    for _ in 0..12 {
        let post = desk.post(Language::En, "Data").id;
        desk.save(post, "data", 3_000);
    }
    let some = desk.library.search(&words("data"), 5).unwrap();
    assert!(some.hits.len() == 5 && some.more);
    assert!(!desk.library.search(&words("data"), 12).unwrap().more);
    assert!(desk.library.search(&words(""), 5).unwrap().more);
}

#[test]
fn no_query_is_an_error() {
    let mut desk = Desk::new();
    let post = desk.post(Language::En, "a b").id;
    desk.library
        .save(&act(3_000), post, &Content { body: "NEAR OR AND NOT".into(), ..content("a b", "") })
        .unwrap();
    let long = "word ".repeat(5_000);
    let joined = "a.".repeat(50_000);
    for hostile in [
        "\" OR NEAR( * :",
        "NEAR(",
        "title:",
        "body : x",
        "a\" OR \"b",
        "^a",
        "a*b*",
        "(((",
        ")",
        "{a b}: c",
        "a\0b",
        "Ⓐ",
        "\u{301}",
        "²",
        "-a",
        "a AND",
        "NOT",
        "\"\"\"",
        "\u{fffe}",
        "ﷺ",
        "ा",
        &long,
        &joined,
    ] {
        desk.library.search(&words(hostile), 10).unwrap_or_else(|e| panic!("{hostile:.40}: {e}"));
    }
    assert_eq!(found(&desk, "NEAR OR"), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]
    #[test]
    fn any_text_may_be_searched_for(typed in "\\PC{0,40}") {
        thread_local! { static DESK: Desk = Desk::new(); }
        DESK.with(|desk| desk.library.search(&words(&typed), 5)).unwrap();
    }
}
