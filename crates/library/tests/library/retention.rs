//! Rules, due dates, holds, and what they keep from being destroyed.

use std::collections::BTreeSet;

use fonds_library::{
    Action, Category, Error, Hold, Id, Language, NewPost, Origin, Post, Protected, Refusal, Rule, RuleFrom,
    Target, Timestamp, Trigger,
};

use crate::{Desk, act, act_as, content, id};

fn at(text: &str) -> i64 {
    text.parse::<Timestamp>().unwrap().as_millis()
}

impl Desk {
    fn category(&mut self, parent: Option<Id>, name: &str) -> Id {
        let id = self.id();
        let category = Category { id, parent, name_en: name.into(), name_fr: name.into() };
        self.library.add_category(&act(2_000), &category).unwrap();
        id
    }

    fn rule(&mut self, number: &str, trigger: Trigger, period: &str, action: Action) -> Rule {
        let rule = Rule {
            id: self.id(),
            number: number.into(),
            title_en: format!("Rule {number}"),
            title_fr: format!("Règle {number}"),
            trigger,
            year_end: false,
            period: period.parse().unwrap(),
            action,
        };
        self.library.add_rule(&act(2_000), &rule).unwrap();
        rule
    }

    fn hold(&mut self, name: &str, targets: &[Target]) -> Id {
        let hold = self.new_hold(name, targets);
        self.library.place_hold(&act(3_000), &hold).unwrap();
        hold.id
    }

    fn new_hold(&mut self, name: &str, targets: &[Target]) -> Hold {
        Hold {
            id: self.id(),
            name: name.into(),
            reason: "A request".into(),
            authority: "Director".into(),
            actor: act(0).actor,
            at: act(0).now,
            targets: targets.to_vec(),
            released: None,
        }
    }

    /// A post with a revision, filed, whose text last changed on a day.
    fn kept_post(&mut self, title: &str, day: &str, categories: &[Id]) -> Post {
        let post = self.post(Language::En, title);
        let now = at(&format!("{day}T12:00:00Z"));
        self.library.add_revision(&act(now), post.id, &content(title, "Text"), Origin::Editor).unwrap();
        self.library.file_under(&act(now), post.pair, categories).unwrap();
        self.library.post(post.id).unwrap()
    }

    fn until(&self, pair: Id) -> Option<String> {
        self.library.kept(pair).unwrap().until().map(|day| day.to_string())
    }

    fn number(&self, pair: Id) -> Option<String> {
        self.library.kept(pair).unwrap().rule.map(|(rule, _)| rule.number)
    }

    fn protected(&self, post: Id, day: &str) -> Option<Protected> {
        match self.library.may_purge(post, Timestamp::from_millis(at(&format!("{day}T12:00:00Z")))) {
            Ok(()) => None,
            Err(Error::Protected(protected)) => Some(protected),
            Err(other) => panic!("{other}"),
        }
    }
}

fn refusal<T: std::fmt::Debug>(result: Result<T, Error>) -> Refusal {
    match result {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn the_nearest_category_upwards_gives_the_rule() {
    let mut desk = Desk::new();
    let top = desk.category(None, "Top");
    let middle = desk.category(Some(top), "Middle");
    let leaf = desk.category(Some(middle), "Leaf");
    let (five, one) = (
        desk.rule("2019-001", Trigger::Revised, "P5Y", Action::Destroy),
        desk.rule("2019-002", Trigger::Revised, "P1Y", Action::Destroy),
    );
    let post = desk.kept_post("A", "2024-02-29", &[leaf]);
    assert_eq!(desk.until(post.pair), None, "no rule yet");
    desk.library.bind_rule(&act(3_000), top, Some(five.id)).unwrap();
    assert_eq!(desk.until(post.pair).as_deref(), Some("2029-02-28"));
    desk.library.bind_rule(&act(3_000), middle, Some(one.id)).unwrap();
    assert_eq!(desk.until(post.pair).as_deref(), Some("2025-02-28"), "nearer, though shorter");
    assert_eq!(desk.library.kept(post.pair).unwrap().rule.unwrap().1, RuleFrom::Category(middle));
    desk.library.bind_rule(&act(3_000), middle, None).unwrap();
    assert_eq!(desk.number(post.pair).as_deref(), Some("2019-001"));
    assert_eq!(desk.library.bindings().unwrap(), [(top, five.id)]);
    assert_eq!(desk.library.kept_all().unwrap(), [desk.library.kept(post.pair).unwrap()]);
}

#[test]
fn of_several_categories_the_longest_rule_holds() {
    let mut desk = Desk::new();
    let (a, b, c) = (desk.category(None, "A"), desk.category(None, "B"), desk.category(None, "C"));
    let short = desk.rule("2019-001", Trigger::Revised, "P1Y", Action::Destroy);
    let long = desk.rule("2019-002", Trigger::Created, "P90Y", Action::Destroy);
    let waiting = desk.rule("2019-003", Trigger::Published, "P1D", Action::Destroy);
    desk.library.bind_rule(&act(3_000), a, Some(short.id)).unwrap();
    desk.library.bind_rule(&act(3_000), b, Some(long.id)).unwrap();
    desk.library.bind_rule(&act(3_000), c, Some(waiting.id)).unwrap();
    let post = desk.kept_post("A", "2024-01-01", &[a]);
    assert_eq!(desk.number(post.pair).as_deref(), Some("2019-001"));
    desk.library.file_under(&act(4_000), post.pair, &[a, b]).unwrap();
    assert_eq!(desk.number(post.pair).as_deref(), Some("2019-002"));
    desk.library.file_under(&act(4_000), post.pair, &[a, b, c]).unwrap();
    assert_eq!(desk.number(post.pair).as_deref(), Some("2019-003"), "what has not begun is the longest");
    assert_eq!(desk.until(post.pair), None);
}

#[test]
fn a_post_may_have_another_rule_with_a_reason() {
    let mut desk = Desk::new();
    let a = desk.category(None, "A");
    let usual = desk.rule("2019-001", Trigger::Revised, "P9Y", Action::Destroy);
    let other = desk.rule("2019-002", Trigger::Revised, "P1Y", Action::Review);
    desk.library.bind_rule(&act(3_000), a, Some(usual.id)).unwrap();
    let post = desk.kept_post("A", "2024-01-01", &[a]);
    assert_eq!(
        refusal(desk.library.assign_rule(&act(4_000), post.pair, Some(other.id), " ")),
        Refusal::Blank("reason")
    );
    desk.library
        .assign_rule(&act_as("Bo", 4_000), post.pair, Some(other.id), "Agreed with the archivist")
        .unwrap();
    let (rule, from) = desk.library.kept(post.pair).unwrap().rule.unwrap();
    let RuleFrom::Own(own) = from else { panic!("{from:?}") };
    assert_eq!((rule.number.as_str(), own.reason.as_str()), ("2019-002", "Agreed with the archivist"));
    assert_eq!(own.actor.name, "Bo");
    assert_eq!(
        refusal(desk.library.remove_rule(&act(5_000), other.id)),
        Refusal::RuleInUse("2019-002".into())
    );
    desk.library.assign_rule(&act(5_000), post.pair, None, "A mistake").unwrap();
    assert_eq!(desk.number(post.pair).as_deref(), Some("2019-001"));
    desk.library.remove_rule(&act(6_000), other.id).unwrap();
    let expected = ["retention.post_assigned", "retention.post_assigned", "retention.rule_removed"];
    assert_eq!(desk.actions()[desk.actions().len() - 3..], expected);
}

#[test]
fn a_rule_is_changed_and_what_is_due_with_it() {
    let mut desk = Desk::new();
    let a = desk.category(None, "A");
    let rule = desk.rule("2019-001", Trigger::Revised, "P1Y", Action::Destroy);
    desk.rule("2019-002", Trigger::Revised, "P1Y", Action::Destroy);
    desk.library.bind_rule(&act(3_000), a, Some(rule.id)).unwrap();
    let post = desk.kept_post("A", "2024-05-05", &[a]);
    let taken = Rule { number: " 2019-002 ".into(), ..rule.clone() };
    assert_eq!(
        refusal(desk.library.change_rule(&act(4_000), &taken)),
        Refusal::RuleExists("2019-002".into())
    );
    let changed = Rule { year_end: true, ..rule.clone() };
    desk.library.change_rule(&act(4_000), &changed).unwrap();
    assert_eq!(desk.until(post.pair).as_deref(), Some("2025-12-31"));
    let entries = desk.actions().len();
    desk.library.change_rule(&act(4_000), &changed).unwrap();
    assert_eq!(desk.actions().len(), entries, "nothing changed, nothing is journalled");
    assert_eq!(desk.library.find_rule("2019-001").unwrap(), changed);
    assert_eq!(desk.library.find_rule(&rule.id.to_string()).unwrap(), changed);
    assert!(matches!(desk.library.find_rule("2019"), Err(Error::NotFound { kind: "rule", .. })));
}

#[test]
fn a_pair_has_the_later_moments_of_its_posts() {
    let mut desk = Desk::new();
    let a = desk.category(None, "A");
    let rule = desk.rule("2019-001", Trigger::Revised, "P1Y", Action::Destroy);
    desk.library.bind_rule(&act(3_000), a, Some(rule.id)).unwrap();
    let english = desk.kept_post("News", "2024-01-01", &[a]);
    let new = NewPost { counterpart: Some(english.id), ..desk.new_post(Language::Fr, "Nouvelles") };
    let french = desk.library.create_post(&act(4_000), &new).unwrap();
    let text = fonds_library::Content { language: Language::Fr, ..content("Nouvelles", "Texte") };
    desk.library.add_revision(&act(at("2025-06-01T00:00:00Z")), french.id, &text, Origin::Editor).unwrap();
    assert_eq!(desk.until(english.pair).as_deref(), Some("2026-06-01"));
    for post in [english.id, french.id] {
        let protected = desk.protected(post, "2026-06-01");
        assert!(matches!(protected, Some(Protected::NotDue { .. })), "{protected:?}");
        assert_eq!(desk.protected(post, "2026-06-02"), None);
    }
}

#[test]
fn a_hold_on_a_category_covers_what_is_filed_below_it_later_and_what_leaves_it() {
    let mut desk = Desk::new();
    let top = desk.category(None, "Top");
    let below = desk.category(Some(top), "Below");
    let aside = desk.category(None, "Aside");
    let early = desk.kept_post("Early", "2024-01-01", &[below]);
    let free = desk.kept_post("Free", "2024-01-01", &[aside]);
    let hold = desk.hold("Audit", &[Target::Category(top)]);
    let late = desk.kept_post("Late", "2024-01-02", &[top]);
    let held = |desk: &Desk| desk.library.held_pairs().unwrap();
    assert_eq!(held(&desk), BTreeSet::from([(hold, early.pair), (hold, late.pair)]));
    desk.library.file_under(&act(5_000), early.pair, &[aside]).unwrap();
    desk.library.file_under(&act(5_000), late.pair, &[below]).unwrap();
    desk.library.move_category(&act(5_500), below, None).unwrap();
    assert_eq!(held(&desk), BTreeSet::from([(hold, early.pair), (hold, late.pair)]), "what left stays held");
    let now = desk.library.find_hold("Audit").unwrap();
    let mut by_name = [Target::Pair(early.pair), Target::Pair(late.pair)];
    by_name.sort_unstable();
    assert_eq!(now.targets, [by_name[0], by_name[1], Target::Category(top)]);
    assert_eq!(desk.library.holds_on(early.pair).unwrap(), [now]);
    assert_eq!(desk.library.holds_on(free.pair).unwrap(), []);
    desk.library.release_hold(&act_as("Bo", 6_000), hold, "Settled").unwrap();
    assert_eq!(held(&desk), BTreeSet::new());
    let released = desk.library.find_hold("Audit").unwrap().released.unwrap();
    assert_eq!((released.reason.as_str(), released.actor.name.as_str()), ("Settled", "Bo"));
    assert_eq!(
        refusal(desk.library.release_hold(&act(7_000), hold, "Again")),
        Refusal::HoldReleased("Audit".into())
    );
}

#[test]
fn a_hold_says_what_it_is_on_and_why() {
    let mut desk = Desk::new();
    let post = desk.kept_post("A", "2024-01-01", &[]);
    let on = [Target::Pair(post.pair)];
    for (blank, change) in [
        ("name", (|hold: &mut Hold| hold.name = " ".into()) as fn(&mut Hold)),
        ("reason", |hold| hold.reason = String::new()),
        ("authority", |hold| hold.authority = "\n".into()),
    ] {
        let mut hold = desk.new_hold("A-1", &on);
        change(&mut hold);
        assert_eq!(refusal(desk.library.place_hold(&act(3_000), &hold)), Refusal::Blank(blank));
    }
    let nothing = desk.new_hold("A-1", &[]);
    assert_eq!(refusal(desk.library.place_hold(&act(3_000), &nothing)), Refusal::HoldOnNothing);
    for target in [Target::Pair(id(9_999)), Target::Category(id(9_999)), Target::Search(id(9_999))] {
        let hold = desk.new_hold("A-1", &[target]);
        assert!(matches!(desk.library.place_hold(&act(3_000), &hold), Err(Error::NotFound { .. })));
    }
    let hold = desk.hold("A-1", &on);
    let again = desk.new_hold("A-1", &on);
    assert_eq!(refusal(desk.library.place_hold(&act(3_000), &again)), Refusal::HoldExists("A-1".into()));
    let other = desk.kept_post("B", "2024-01-01", &[]);
    desk.library.extend_hold(&act(4_000), hold, &[Target::Pair(other.pair), on[0]]).unwrap();
    let entries = desk.actions().len();
    desk.library.extend_hold(&act(4_000), hold, &on).unwrap();
    assert_eq!(desk.actions().len(), entries);
    assert_eq!(desk.library.held_pairs().unwrap().len(), 2);
}

#[test]
fn a_pair_that_is_made_keeps_the_holds_and_the_rule_of_both() {
    let mut desk = Desk::new();
    let a = desk.category(None, "A");
    let rule = desk.rule("2019-001", Trigger::Revised, "P1Y", Action::Destroy);
    let english = desk.kept_post("News", "2024-01-01", &[a]);
    let french = desk.post(Language::Fr, "Nouvelles");
    let first = desk.hold("One", &[Target::Pair(french.pair)]);
    let second = desk.hold("Two", &[Target::Category(a)]);
    desk.library.assign_rule(&act(4_000), french.pair, Some(rule.id), "Why").unwrap();
    desk.library.link_pair(&act(5_000), french.id, english.id).unwrap();
    let held = BTreeSet::from([(first, english.pair), (second, english.pair)]);
    assert_eq!(desk.library.held_pairs().unwrap(), held);
    assert_eq!(desk.library.overrides().unwrap()[0].pair, english.pair);
    assert_eq!(desk.library.check().unwrap(), []);
}

#[test]
fn posts_with_different_rules_of_their_own_are_not_made_a_pair() {
    let mut desk = Desk::new();
    let one = desk.rule("2019-001", Trigger::Revised, "P1Y", Action::Destroy);
    let two = desk.rule("2019-002", Trigger::Revised, "P2Y", Action::Destroy);
    let (english, french) = (desk.post(Language::En, "News"), desk.post(Language::Fr, "Nouvelles"));
    desk.library.assign_rule(&act(4_000), english.pair, Some(one.id), "Why").unwrap();
    desk.library.assign_rule(&act(4_000), french.pair, Some(two.id), "Why").unwrap();
    let linked = desk.library.link_pair(&act(5_000), french.id, english.id);
    assert_eq!(refusal(linked), Refusal::RulesDiffer);
    assert_eq!(desk.library.pairs().unwrap().len(), 2);
}

#[test]
fn what_a_hold_or_a_rule_keeps_is_not_purged() {
    let mut desk = Desk::new();
    let a = desk.category(None, "A");
    let (later, now) = ("2024-07-01", act(at("2024-07-01T12:00:00Z")));
    let post = desk.kept_post("A", "2024-01-01", &[a]);
    let purge = |desk: &mut Desk| desk.library.purge(&now, post.id);
    assert_eq!(refusal(purge(&mut desk)), Refusal::NotTrashed(post.id));
    desk.library.set_trashed(&now, post.id, true).unwrap();

    let hold = desk.hold("Audit", &[Target::Category(a)]);
    assert_eq!(desk.protected(post.id, later), Some(Protected::Held { hold: "Audit".into() }));
    assert!(matches!(purge(&mut desk), Err(Error::Protected(_))));
    desk.library.release_hold(&now, hold, "Settled").unwrap();

    let rule = desk.rule("2019-001", Trigger::Published, "P1D", Action::Destroy);
    desk.library.bind_rule(&now, a, Some(rule.id)).unwrap();
    assert_eq!(desk.protected(post.id, later), Some(Protected::NotRunning { rule: rule.number.clone() }));
    assert!(matches!(purge(&mut desk), Err(Error::Protected(_))));

    let longer = Rule { trigger: Trigger::Revised, period: "P6M".parse().unwrap(), ..rule.clone() };
    desk.library.change_rule(&now, &longer).unwrap();
    let not_due = Protected::NotDue { rule: rule.number.clone(), until: "2024-07-01".parse().unwrap() };
    assert_eq!(desk.protected(post.id, later), Some(not_due));
    assert!(matches!(purge(&mut desk), Err(Error::Protected(_))));

    for action in [Action::Transfer, Action::Review] {
        desk.library
            .change_rule(&now, &Rule { action, period: "P1M".parse().unwrap(), ..longer.clone() })
            .unwrap();
        assert_eq!(
            desk.protected(post.id, later),
            Some(Protected::OtherAction { rule: rule.number.clone() })
        );
        assert!(matches!(purge(&mut desk), Err(Error::Protected(_))));
    }
    assert!(desk.library.revision(post.id, 1).is_ok(), "nothing was lost on the way");

    desk.library.change_rule(&now, &Rule { period: "P1M".parse().unwrap(), ..longer }).unwrap();
    assert_eq!(desk.protected(post.id, later), None);
    purge(&mut desk).unwrap();
    assert!(matches!(desk.library.post(post.id), Err(Error::NotFound { .. })));
    assert!(!desk.library.has_pair(post.pair).unwrap());
    assert_eq!(
        desk.library
            .search(&fonds_library::Query { words: "Text".into(), ..Default::default() }, 10)
            .unwrap()
            .hits,
        []
    );
    assert_eq!(desk.actions().last().unwrap(), "post.purged");
    assert_eq!(desk.library.check().unwrap(), [], "what was purged is not missed");
}

/// Every place of the library that deletes, with what was judged of it. A new one fails this test until it is judged:
/// may it take away a text, a receipt, a hold or what a rule keeps? Then it has to ask `may_purge` first.
#[test]
fn every_path_that_deletes_was_judged() {
    let judged = BTreeSet::from([
        // Asks `may_purge`.
        "protection.rs purge",
        // Bookkeeping that can be made again: search index, what PDFs say, mirror, exports' notes, a temporary database.
        "search.rs index",
        "search.rs clear",
        "pdfs.rs begin_pdf",
        // Files that no record names.
        "repair.rs sweep",
        "mirror.rs set_attachment_file",
        "exports.rs put",
        // The journal tells of a series of selected exports; what goes its own way begins new ones.
        "selections.rs forget",
        "increments.rs settle_export_base",
        "increments.rs forget",
        "increments.rs record",
        "increments.rs put_base",
        "increments.rs put_objects",
        "lib.rs create",
        // The working copy was sealed as a revision just before, or is equal to one.
        "revisions.rs add_revision",
        "working_copy.rs save",
        "working_copy.rs seal",
        // A revision's name, which is journalled; the revision stays.
        "history.rs put_name",
        // A conflict's texts are revisions both.
        "conflicts.rs put",
        // Filing, which is journalled; holds and a rule of its own follow the pair.
        "pairs.rs link_pair",
        "pairs.rs file",
        "refiling.rs take",
        // A receipt stays in the journal.
        "publishing.rs forget_publication",
        "restore.rs replay",
        // A blog that nothing is public on and nothing waits for; its receipts stay in the journal.
        "publishing.rs remove_blog",
        // What a connector remembers of a blog, which is no record and can be asked for again.
        "remote.rs remember",
        // Rules, which are journalled; holds follow the pair.
        "rules.rs remove_rule",
        "rules.rs assign_rule",
        "rules.rs set_bound",
        "rules.rs carry_override",
        "holds.rs carry",
        // A saved search that no hold in force is on; its question stays in the journal.
        "saved.rs remove_search",
    ]);
    let mut found = BTreeSet::new();
    deletions(std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut found);
    let judged: BTreeSet<String> = judged.into_iter().map(String::from).collect();
    assert_eq!(found, judged);
}

fn deletions(folder: &std::path::Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            deletions(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let (text, mut function) = (std::fs::read_to_string(&path).unwrap(), String::new());
            for line in text.lines() {
                if let Some((_, rest)) = line.split_once("fn ") {
                    function = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                }
                let deletes = ["DELETE ", "DROP ", "REPLACE INTO", "remove_file", "remove_dir"];
                if deletes.iter().any(|word| line.contains(word)) {
                    let file = path.file_name().unwrap().to_string_lossy().into_owned();
                    found.insert(format!("{file} {function}"));
                }
            }
        }
    }
}

#[test]
fn search_finds_what_is_under_a_hold_in_force() {
    let mut desk = Desk::new();
    let (held, free) = (desk.post(Language::En, "Held"), desk.post(Language::En, "Free"));
    let hold = desk.hold("A-1", &[Target::Pair(held.pair)]);
    let found = |desk: &Desk, under: bool| -> Vec<Id> {
        let query = fonds_library::Query { held: Some(under), ..Default::default() };
        desk.library.search(&query, 9).unwrap().hits.into_iter().map(|hit| hit.post).collect()
    };
    assert_eq!((found(&desk, true), found(&desk, false)), (vec![held.id], vec![free.id]));
    desk.library.release_hold(&act(9_000), hold, "Settled").unwrap();
    assert_eq!(found(&desk, true), Vec::<Id>::new());
}
