use super::*;
use crate::Error;
use proptest::prelude::*;

const FILE: &str = "---\n# une note\nlayout: post\nid: 01930000-0000-7000-8000-000000000001\ntitle: 'Données ouvertes' # provisoire\ndate: 2026-11-23\ncategories:\n    - Finance/Budgets\n\ntags: [a, b]\n---\n\nBonjour.\n";

#[test]
fn keys_and_author_lines_are_told_apart() {
    let read = parse(FILE).unwrap();
    assert_eq!(read.owned.title.as_deref(), Some("Données ouvertes"));
    assert_eq!(read.owned.categories, Some(vec!["Finance/Budgets".into()]));
    assert_eq!(read.owned.slug, None);
    assert_eq!(read.author, "# une note\nlayout: post\ndate: 2026-11-23\n\ntags: [a, b]\n");
    assert_eq!(read.body, "\nBonjour.\n");
}

#[test]
fn nothing_changed_is_the_same_bytes() {
    let crlf = FILE.replace('\n', "\r\n");
    for file in [FILE, &crlf, &format!("\u{feff}{FILE}")] {
        let read = parse(file).unwrap();
        assert_eq!(update(file, &read.owned, &read.author, read.body), file);
    }
}

#[test]
fn a_changed_key_keeps_its_place_style_and_comment() {
    let mut read = parse(FILE).unwrap();
    read.owned.title = Some("L’été : bilan".into());
    read.owned.categories = Some(vec!["Finance".into(), "12".into()]);
    let text = update(FILE, &read.owned, &read.author, read.body);
    let expected = FILE
        .replace("'Données ouvertes'", "'L’été : bilan'")
        .replace("    - Finance/Budgets\n", "    - Finance\n    - \"12\"\n");
    assert_eq!(text, expected);
}

#[test]
fn a_new_key_follows_the_owned_ones_and_a_removed_one_goes() {
    let mut read = parse(FILE).unwrap();
    read.owned.slug = Some("donnees".into());
    read.owned.title = None;
    let text = update(FILE, &read.owned, &read.author, read.body);
    assert!(text.contains("    - Finance/Budgets\nslug: donnees\n\ntags"), "{text}");
    assert!(!text.contains("title"), "{text}");
}

#[test]
fn new_author_lines_keep_what_they_share() {
    let read = parse(FILE).unwrap();
    let author = read.author.replace("tags: [a, b]", "tags: [c]");
    let text = update(FILE, &read.owned, &author, read.body);
    assert_eq!(parse(&text).unwrap().author, author);
    assert!(text.starts_with("---\n# une note\nlayout: post\nid: 01930000"), "{text}");
}

#[test]
fn a_flow_list_stays_one() {
    let base = "---\ncategories: [A, B] # two\n---\n";
    let owned = Owned { categories: Some(vec!["A".into(), "C, D".into()]), ..Owned::default() };
    assert_eq!(update(base, &owned, "", ""), "---\ncategories: [A, \"C, D\"] # two\n---\n");
}

#[test]
fn a_new_file_has_owned_keys_first() {
    let owned = Owned { title: Some("Yes".into()), lang: Some("en".into()), ..Owned::default() };
    let text = write(&owned, "layout: post\n", "Body");
    assert_eq!(text, "---\ntitle: \"Yes\"\nlang: en\nlayout: post\n---\nBody");
    assert_eq!(write(&Owned::default(), "", "Body"), "Body");
}

#[test]
fn a_body_that_looks_like_front_matter_stays_a_body() {
    for body in ["---\na: b\n---\n", "\u{feff}a", "---\n\nText\n\n---\n"] {
        let text = write(&Owned::default(), "", body);
        assert_eq!(parse(&text).unwrap().body, body);
    }
}

#[test]
fn text_between_two_rules_is_no_front_matter() {
    let text = "---\n\nJust text\n\n---\n";
    assert_eq!(parse(text).unwrap().body, text);
    assert_eq!(parse("---\nunclosed: yes\n").unwrap().body, "---\nunclosed: yes\n");
}

#[test]
fn faults_name_their_line() {
    let line = |text: &str| match parse(text) {
        Err(Error::FrontMatter { line, .. }) => line,
        other => panic!("{other:?}"),
    };
    assert_eq!(line("---\na: 1\nb: [1\nc: 2\n---\n"), 4);
    assert_eq!(line("---\na: 1\nid: x\nid: y\n---\n"), 4);
    assert_eq!(line("---\n{id: x, title: y}\n---\n"), 2);
    assert_eq!(line("---\nid: x\ntitle:\n  a: b\n---\n"), 3);
}

#[test]
fn deep_yaml_does_not_overflow() {
    let text = format!("---\na: {}\n---\n", "[".repeat(100_000));
    assert!(parse(&text).is_err());
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z:#'\"\\[\\]{}&*!|>%@` é\u{a0}0-9-]{0,12}", "\\PC{0,8}", "[a\n\t\r\\\\]{0,5}"]
}

fn owned() -> impl Strategy<Value = Owned> {
    let list = || proptest::option::of(proptest::collection::vec(text(), 0..3));
    let one = || proptest::option::of(text());
    (one(), one(), one(), one(), one(), list(), list()).prop_map(
        |(id, title, lang, slug, pair, categories, attachments)| Owned {
            id,
            title,
            lang,
            slug,
            pair,
            categories,
            attachments,
        },
    )
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(first in owned(), second in owned(), body in "\\PC{0,10}") {
        let author = "# mine\nlayout: post # here\nlist:\n- 1\n";
        let text = write(&first, author, &body);
        let read = parse(&text).unwrap();
        prop_assert_eq!((&read.owned, read.author.as_str(), read.body), (&first, author, body.as_str()));
        let text = update(&text, &second, author, &body);
        let read = parse(&text).unwrap();
        prop_assert_eq!((&read.owned, read.author.as_str(), read.body), (&second, author, body.as_str()));
    }

    #[test]
    fn any_text_is_safe(text in "(---\n)?[a-z:#'\"\\[\\]{}&*\n -]{0,60}(\n---\n)?[a-z\n-]{0,9}") {
        if let Ok(read) = parse(&text) {
            prop_assert_eq!(update(&text, &read.owned, &read.author, read.body), text);
        }
    }
}
