//! The tree of categories, filing, and language pairs.

use fonds_library::{Category, Content, Error, Id, Language, Leaving, NewPost, Origin, Refusal};

use crate::{Desk, act, content, id};

fn add(desk: &mut Desk, parent: Option<Id>, name_en: &str, name_fr: &str) -> Result<Id, Error> {
    let id = desk.id();
    let category = Category { id, parent, name_en: name_en.into(), name_fr: name_fr.into() };
    desk.library.add_category(&act(2_000), &category).map(|()| id)
}

fn refusal<T: std::fmt::Debug>(result: Result<T, Error>) -> Refusal {
    match result {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn categories_have_paths_in_both_languages() {
    let mut desk = Desk::new();
    let top = add(&mut desk, None, "Consultation", "Consultation").unwrap();
    let below = add(&mut desk, Some(top), " Reports ", "Rapports").unwrap();
    let paths = desk.library.category_paths().unwrap();
    assert_eq!(
        paths.iter().map(|p| p.name(Language::Fr)).collect::<Vec<_>>(),
        ["Consultation", "Consultation/Rapports"]
    );
    assert_eq!(paths[1].name(Language::En), "Consultation/Reports", "names are trimmed");
    for path in ["Consultation/Reports", "Consultation / Rapports", &below.to_string()] {
        assert_eq!(desk.library.find_category(path).unwrap(), below, "{path}");
    }
    for path in ["Reports", "Consultation/", "", "/", "Consultation/Reports/x"] {
        assert!(matches!(desk.library.find_category(path), Err(Error::NotFound { .. })), "{path}");
    }
    assert_eq!(desk.actions()[2..], ["category.added", "category.added"]);
}

#[test]
fn names_that_could_not_be_told_apart_or_written_in_a_path_are_refused() {
    let mut desk = Desk::new();
    let top = add(&mut desk, None, "Reports", "Rapports").unwrap();
    assert_eq!(refusal(add(&mut desk, None, "Reports", "Autres")), Refusal::CategoryExists("Reports".into()));
    assert_eq!(
        refusal(add(&mut desk, None, "Others", " Rapports")),
        Refusal::CategoryExists("Rapports".into())
    );
    for bad in ["", "  ", "a/b", "a\nb"] {
        assert!(matches!(refusal(add(&mut desk, None, bad, "x")), Refusal::CategoryName(_)), "{bad:?}");
        let renamed = desk.library.rename_category(&act(3_000), top, "x", bad);
        assert!(matches!(refusal(renamed), Refusal::CategoryName(_)), "{bad:?}");
    }
    add(&mut desk, Some(top), "Reports", "Rapports").expect("another level may have the name");
    let nowhere = add(&mut desk, Some(id(9_999)), "x", "x");
    assert!(matches!(nowhere, Err(Error::NotFound { kind: "category", .. })));
}

#[test]
fn a_category_is_renamed_moved_and_removed_and_the_journal_says_so() {
    let mut desk = Desk::new();
    let a = add(&mut desk, None, "A", "A").unwrap();
    let b = add(&mut desk, Some(a), "B", "B").unwrap();
    let c = add(&mut desk, Some(b), "C", "C").unwrap();
    assert_eq!(refusal(desk.library.move_category(&act(3_000), a, Some(c))), Refusal::CategoryLoop);
    assert_eq!(refusal(desk.library.move_category(&act(3_000), a, Some(a))), Refusal::CategoryLoop);
    desk.library.move_category(&act(3_000), c, None).unwrap();
    assert_eq!(desk.library.find_category("C").unwrap(), c);
    desk.library.rename_category(&act(4_000), c, " Sea ", "Mer").unwrap();
    assert_eq!(desk.library.find_category("Mer").unwrap(), c);
    assert_eq!(
        refusal(desk.library.remove_category(&act(5_000), a, Leaving::Nothing)),
        Refusal::CategoryInUse
    );

    let post = desk.post(Language::En, "Filed");
    desk.library.file_under(&act(6_000), post.pair, &[c, c]).unwrap();
    assert_eq!(desk.library.filed_pairs().unwrap(), [(c, 1)]);
    assert_eq!(
        refusal(desk.library.remove_category(&act(7_000), c, Leaving::Nothing)),
        Refusal::CategoryInUse
    );
    desk.library.file_under(&act(8_000), post.pair, &[]).unwrap();
    desk.library.file_under(&act(8_500), post.pair, &[]).unwrap();
    desk.library.remove_category(&act(9_000), c, Leaving::Nothing).unwrap();
    desk.library.remove_category(&act(9_000), b, Leaving::Nothing).unwrap();
    assert_eq!(desk.library.categories().unwrap().len(), 1);
    let actions = desk.actions();
    let expected = [
        "category.moved",
        "category.renamed",
        "post.created",
        "pair.filed",
        "pair.filed",
        "category.removed",
    ];
    assert_eq!(actions[5..11], expected);
}

#[test]
fn filing_names_what_is_not_there_and_changes_nothing() {
    let mut desk = Desk::new();
    let a = add(&mut desk, None, "A", "A").unwrap();
    let post = desk.post(Language::En, "Filed");
    desk.library.file_under(&act(3_000), post.pair, &[a]).unwrap();
    let unknown = desk.library.file_under(&act(4_000), post.pair, &[id(9_999)]);
    assert!(matches!(unknown, Err(Error::NotFound { kind: "category", .. })));
    assert_eq!(desk.library.filing(post.pair).unwrap(), [a]);
    for filed in [&[][..], &[a]] {
        let unknown = desk.library.file_under(&act(4_000), id(9_999), filed);
        assert!(matches!(unknown, Err(Error::NotFound { kind: "pair", .. })));
    }
}

#[test]
fn two_posts_become_a_pair_that_is_filed_where_either_was() {
    let mut desk = Desk::new();
    let (a, b) = (add(&mut desk, None, "A", "A").unwrap(), add(&mut desk, None, "B", "B").unwrap());
    let english = desk.post(Language::En, "News");
    let french = desk.post(Language::Fr, "Nouvelles");
    desk.library.file_under(&act(3_000), english.pair, &[a]).unwrap();
    desk.library.file_under(&act(3_000), french.pair, &[a, b]).unwrap();
    desk.library.link_pair(&act(4_000), french.id, english.id).unwrap();
    desk.library.link_pair(&act(4_500), english.id, french.id).expect("a pair already");
    assert_eq!(desk.library.pairs().unwrap(), [english.pair]);
    assert_eq!(desk.library.filing(english.pair).unwrap(), [a, b]);
    let ids: Vec<_> = desk.library.posts_of_pair(english.pair).unwrap().iter().map(|p| p.id).collect();
    assert_eq!(ids, [english.id, french.id]);
    assert_eq!(desk.library.counterpart(english.id).unwrap().unwrap().id, french.id);
    assert_eq!(desk.actions().last().unwrap(), "pair.linked");
    assert_eq!(desk.library.check().unwrap(), []);
}

#[test]
fn a_pair_is_one_english_and_one_french_post() {
    let mut desk = Desk::new();
    let english = desk.post(Language::En, "News");
    let other = desk.post(Language::En, "More news");
    assert_eq!(refusal(desk.library.link_pair(&act(3_000), english.id, other.id)), Refusal::SameLanguage);
    assert_eq!(refusal(desk.library.link_pair(&act(3_000), english.id, english.id)), Refusal::SameLanguage);
    let new = NewPost { counterpart: Some(english.id), ..desk.new_post(Language::Fr, "Nouvelles") };
    let french = desk.library.create_post(&act(3_000), &new).unwrap();
    assert_eq!(french.pair, english.pair);
    let third = NewPost { counterpart: Some(english.id), ..desk.new_post(Language::Fr, "Encore") };
    assert_eq!(refusal(desk.library.create_post(&act(4_000), &third)), Refusal::LanguageTaken);
    let lone = desk.post(Language::Fr, "Seule");
    assert_eq!(refusal(desk.library.link_pair(&act(5_000), lone.id, english.id)), Refusal::LanguageTaken);

    let in_french = Content { language: Language::Fr, ..content("News", "x") };
    desk.save(english.id, "x", 6_000);
    let number = desk.library.seal(&act(6_000), english.id, Origin::Editor).unwrap();
    desk.library.add_conflict(&act(6_000), english.id, Some(number), &in_french, Origin::File).unwrap();
    assert_eq!(refusal(desk.library.save(&act(7_000), english.id, &in_french)), Refusal::LanguageTaken);
    assert_eq!(
        refusal(desk.library.add_revision(&act(7_000), english.id, &in_french, Origin::File)),
        Refusal::LanguageTaken
    );
    assert_eq!(
        refusal(desk.library.resolve_conflict(&act(7_000), english.id, &in_french)),
        Refusal::LanguageTaken
    );
    desk.library
        .save(&act(8_000), lone.id, &Content { language: Language::En, ..content("Alone", "x") })
        .unwrap();
    assert_eq!(desk.library.post(lone.id).unwrap().language, Language::En);
}
