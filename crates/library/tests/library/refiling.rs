//! Merging and removing categories, and undoing it.

use fonds_library::{Action, Category, Error, Hold, Id, Language, Leaving, Refusal, Rule, Target, Trigger};

use crate::{Desk, act, id};

fn refusal<T: std::fmt::Debug>(result: Result<T, Error>) -> Refusal {
    match result {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

/// A tree `A`, `A/B`, `A/B/C`, `D` with a pair filed under B and D, one under C, one under D.
struct Tree {
    desk: Desk,
    categories: [Id; 4],
    pairs: [Id; 3],
}

impl Tree {
    fn new() -> Self {
        let mut desk = Desk::new();
        let mut add = |parent, name: &str| {
            let id = desk.id();
            let category = Category { id, parent, name_en: name.into(), name_fr: format!("{name} fr") };
            desk.library.add_category(&act(2_000), &category).unwrap();
            id
        };
        let a = add(None, "A");
        let b = add(Some(a), "B");
        let c = add(Some(b), "C");
        let d = add(None, "D");
        let mut file = |title: &str, under: &[Id]| {
            let pair = desk.post(Language::En, title).pair;
            desk.library.file_under(&act(3_000), pair, under).unwrap();
            pair
        };
        let pairs = [file("One", &[b, d]), file("Two", &[c]), file("Three", &[d])];
        Tree { desk, categories: [a, b, c, d], pairs }
    }

    /// Paths of the categories, and of each pair's filing.
    fn state(&self) -> (Vec<String>, Vec<Vec<String>>) {
        let paths = self.desk.library.category_paths().unwrap();
        let name = |id: &Id| paths.iter().find(|path| path.id == *id).unwrap().en.clone();
        let filed = self.pairs.iter().map(|pair| {
            let mut names: Vec<_> = self.desk.library.filing(*pair).unwrap().iter().map(name).collect();
            names.sort();
            names
        });
        (paths.iter().map(|path| path.en.clone()).collect(), filed.collect())
    }
}

#[test]
fn a_merge_files_every_post_anew_and_is_undone() {
    let mut tree = Tree::new();
    let [_, b, _, d] = tree.categories;
    let before = tree.state();
    let number = tree.desk.library.merge_category(&act(4_000), b, d).unwrap();
    let (paths, filed) = tree.state();
    assert_eq!(paths, ["A", "D", "D/C"]);
    assert_eq!(filed, [vec!["D"], vec!["D/C"], vec!["D"]]);
    let actions = tree.desk.actions();
    assert_eq!(actions[actions.len() - 2..], ["pair.filed", "category.merged"]);
    tree.desk.library.undo_category(&act(5_000), number).unwrap();
    assert_eq!(tree.state(), before);
    assert_eq!(refusal(tree.desk.library.undo_category(&act(5_000), number)), Refusal::NotUndoable);
    assert_eq!(tree.desk.library.check().unwrap(), []);
}

#[test]
fn a_category_does_not_merge_into_what_is_below_it() {
    let mut tree = Tree::new();
    let [a, b, c, d] = tree.categories;
    for into in [a, b, c] {
        assert_eq!(refusal(tree.desk.library.merge_category(&act(4_000), a, into)), Refusal::CategoryLoop);
    }
    let twin = Category { id: id(9_000), parent: Some(d), name_en: "C".into(), name_fr: "Autre".into() };
    tree.desk.library.add_category(&act(4_000), &twin).unwrap();
    let before = tree.state();
    let merged = tree.desk.library.merge_category(&act(4_000), b, d);
    assert_eq!(refusal(merged), Refusal::CategoryExists("C".into()));
    assert_eq!(tree.state(), before, "nothing is half-done");
    assert!(tree.desk.library.merge_category(&act(4_000), id(8_888), d).is_err());
}

#[test]
fn a_removed_category_leaves_its_posts_where_they_were_told_to_go() {
    let mut tree = Tree::new();
    let [a, _, c, d] = tree.categories;
    assert_eq!(
        refusal(tree.desk.library.remove_category(&act(4_000), a, Leaving::Nothing)),
        Refusal::CategoryInUse
    );
    let into_itself = tree.desk.library.remove_category(&act(4_000), a, Leaving::Under(c));
    assert_eq!(refusal(into_itself), Refusal::CategoryLoop);
    let before = tree.state();
    for (leaving, second) in [(Leaving::Under(d), vec!["D".to_owned()]), (Leaving::Unfiled, vec![])] {
        let number = tree.desk.library.remove_category(&act(4_000), a, leaving).unwrap();
        let (paths, filed) = tree.state();
        assert_eq!(paths, ["D"]);
        assert_eq!(filed, [vec!["D".to_owned()], second, vec!["D".to_owned()]]);
        assert_eq!(tree.desk.library.last_category_change().unwrap(), Some(number));
        tree.desk.library.undo_category(&act(5_000), number).unwrap();
        assert_eq!(tree.state(), before);
    }
}

#[test]
fn what_was_filed_otherwise_since_stays_so_when_a_removal_is_undone() {
    let mut tree = Tree::new();
    let [a, b, _, d] = tree.categories;
    let number = tree.desk.library.remove_category(&act(4_000), a, Leaving::Unfiled).unwrap();
    let other = Category { id: id(9_000), parent: None, name_en: "E".into(), name_fr: "E".into() };
    tree.desk.library.add_category(&act(4_500), &other).unwrap();
    tree.desk.library.file_under(&act(4_500), tree.pairs[0], &[other.id]).unwrap();
    tree.desk.library.undo_category(&act(5_000), number).unwrap();
    let mut filed = tree.desk.library.filing(tree.pairs[0]).unwrap();
    filed.sort_unstable();
    let mut expected = vec![other.id, b];
    expected.sort_unstable();
    assert_eq!(filed, expected, "B is back, E stays, D stays away");
    assert!(!filed.contains(&d));
}

#[test]
fn renaming_moving_and_adding_are_undone_unless_the_tree_changed_since() {
    let mut tree = Tree::new();
    let [a, b, _, d] = tree.categories;
    let before = tree.state();
    let last = |tree: &Tree| tree.desk.library.last_category_change().unwrap().unwrap();
    tree.desk.library.rename_category(&act(4_000), b, "Sea", "Mer").unwrap();
    let renamed = last(&tree);
    tree.desk.library.move_category(&act(4_000), b, Some(d)).unwrap();
    let moved = last(&tree);
    let new = Category { id: id(9_000), parent: Some(a), name_en: "New".into(), name_fr: "Neuf".into() };
    tree.desk.library.add_category(&act(4_000), &new).unwrap();
    let added = last(&tree);
    for number in [added, moved, renamed] {
        tree.desk.library.undo_category(&act(5_000), number).unwrap();
    }
    assert_eq!(tree.state(), before);
    for number in [moved, renamed, 1, 99_999] {
        assert_eq!(refusal(tree.desk.library.undo_category(&act(6_000), number)), Refusal::NotUndoable);
    }
    assert_eq!(tree.state(), before);
}

#[test]
fn a_category_under_a_hold_stays_and_what_leaves_a_held_one_stays_held() {
    let mut tree = Tree::new();
    let [a, b, c, d] = tree.categories;
    let hold = Hold {
        id: id(9_000),
        name: "Audit".into(),
        reason: "Audit".into(),
        authority: "Auditor".into(),
        actor: act(0).actor,
        at: act(0).now,
        targets: vec![Target::Category(b)],
        released: None,
    };
    tree.desk.library.place_hold(&act(4_000), &hold).unwrap();
    let held = Refusal::CategoryHeld("Audit".into());
    assert_eq!(refusal(tree.desk.library.merge_category(&act(5_000), b, d)), held);
    assert_eq!(refusal(tree.desk.library.remove_category(&act(5_000), a, Leaving::Unfiled)), held);
    tree.desk.library.merge_category(&act(5_000), c, d).unwrap();
    let on: Vec<Id> = tree.desk.library.held_pairs().unwrap().into_iter().map(|(_, pair)| pair).collect();
    assert_eq!(on, [tree.pairs[0], tree.pairs[1]], "Two was filed under C, below B");
}

#[test]
fn an_undone_removal_brings_the_rule_back() {
    let mut tree = Tree::new();
    let [a, b, ..] = tree.categories;
    let rule = Rule {
        id: id(9_000),
        number: "2019-001".into(),
        title_en: "Reports".into(),
        title_fr: "Rapports".into(),
        trigger: Trigger::Created,
        year_end: false,
        period: "P5Y".parse().unwrap(),
        action: Action::Destroy,
    };
    tree.desk.library.add_rule(&act(3_000), &rule).unwrap();
    tree.desk.library.bind_rule(&act(3_000), b, Some(rule.id)).unwrap();
    let number = tree.desk.library.remove_category(&act(4_000), a, Leaving::Unfiled).unwrap();
    assert_eq!(tree.desk.library.bindings().unwrap(), []);
    tree.desk.library.undo_category(&act(5_000), number).unwrap();
    assert_eq!(tree.desk.library.bindings().unwrap(), [(b, rule.id)]);
}
