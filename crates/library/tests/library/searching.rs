//! Search takes any text and folds accents.

use fonds_library::{Content, Language};
use proptest::prelude::*;

use crate::{Desk, act, content};

fn found(desk: &Desk, words: &str) -> usize {
    desk.library.search(words, 10).unwrap().len()
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
    for words in ["", "  ", "hiver", "refere hiver", "éféré", "\"", "* - ^"] {
        assert_eq!(found(&desk, words), 0, "{words}");
    }
    let hit = desk.library.search("statué", 10).unwrap().remove(0);
    assert!(hit.snippet.contains("\u{2}statué\u{3}"), "{:?}", hit.snippet);
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
    assert_eq!(desk.library.search("budget", 1).unwrap()[0].post, title);
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
        desk.library.search(hostile, 10).unwrap_or_else(|e| panic!("{hostile:.40}: {e}"));
    }
    assert_eq!(found(&desk, "NEAR OR"), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]
    #[test]
    fn any_text_may_be_searched_for(words in "\\PC{0,40}") {
        thread_local! { static DESK: Desk = Desk::new(); }
        DESK.with(|desk| desk.library.search(&words, 5)).unwrap();
    }
}
