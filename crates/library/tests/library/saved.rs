//! Searches under a name, and holds on them: what they find is not destroyed, by any way out of them.

use std::collections::BTreeSet;

use fonds_library::{
    AttachmentRef, Content, Error, Hold, Id, Language, Library, Origin, Post, Protected, Publication, Query,
    Refusal, SavedSearch, Status, Target,
};

use crate::{Desk, act, content, id};

fn words(words: &str) -> Query {
    Query { words: words.into(), ..Query::default() }
}

fn refused<T: std::fmt::Debug>(result: Result<T, Error>) -> Refusal {
    match result {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

impl Desk {
    fn saved(&mut self, name: &str, query: Query) -> SavedSearch {
        let search = SavedSearch { id: self.id(), name: name.into(), query };
        self.library.save_search(&act(2_500), &search).unwrap();
        search
    }

    fn hold_on(&mut self, name: &str, search: Id) -> Hold {
        let hold = Hold {
            id: self.id(),
            name: name.into(),
            reason: "A request".into(),
            authority: "Director".into(),
            actor: act(0).actor,
            at: act(3_000).now,
            targets: vec![Target::Search(search)],
            released: None,
        };
        self.library.place_hold(&act(3_000), &hold).unwrap();
        hold
    }

    fn written(&mut self, title: &str, body: &str) -> Post {
        let post = self.post(Language::En, title);
        self.library.add_revision(&act(2_600), post.id, &content(title, body), Origin::Editor).unwrap();
        self.library.post(post.id).unwrap()
    }

    fn attach(&mut self, post: Id, name: &str, bytes: &[u8]) -> AttachmentRef {
        let blob = self.library.blobs().put(&mut &*bytes).unwrap();
        let (id, path) = (self.id(), format!("attachments/{name}"));
        let file = self.library.add_attachment(&act(2_700), id, &path, &blob).unwrap();
        let with = Content { attachments: vec![file], ..self.library.current(post).unwrap() };
        self.library.add_revision(&act(2_800), post, &with, Origin::Editor).unwrap();
        file
    }

    fn held(&self) -> BTreeSet<Id> {
        self.library.held_pairs().unwrap().into_iter().map(|(_, pair)| pair).collect()
    }

    /// Puts a post into the trash and tries to destroy it.
    fn purged(&mut self, post: Id) -> Result<(), Protected> {
        self.library.set_trashed(&act(50_000), post, true).unwrap();
        match self.library.purge(&act(60_000), post) {
            Ok(_) => Ok(()),
            Err(Error::Protected(protected)) => Err(protected),
            Err(other) => panic!("{other}"),
        }
    }
}

fn held_by(hold: &Hold) -> Result<(), Protected> {
    Err(Protected::Held { hold: hold.name.clone() })
}

#[test]
fn a_search_is_saved_changed_and_forgotten_and_the_journal_says_so() {
    let mut desk = Desk::new();
    let search = desk.saved(" Bridges ", words("bridge"));
    let kept = SavedSearch { name: "Bridges".into(), ..search.clone() };
    assert_eq!(desk.library.saved_searches().unwrap(), std::slice::from_ref(&kept));
    assert_eq!(desk.library.find_search("Bridges").unwrap(), kept);
    assert_eq!(desk.library.find_search(&search.id.to_string()).unwrap(), kept);
    let same = SavedSearch { id: desk.id(), ..kept.clone() };
    assert_eq!(
        refused(desk.library.save_search(&act(3_000), &same)),
        Refusal::SearchExists("Bridges".into())
    );
    for nothing in [words(" "), words("\"*\""), Query { revisions: true, ..Query::default() }] {
        let nothing = SavedSearch { id: desk.id(), name: "Everything".into(), query: nothing };
        assert_eq!(refused(desk.library.save_search(&act(3_000), &nothing)), Refusal::SearchForNothing);
    }
    let unknown = Query { category: Some(desk.id()), ..Query::default() };
    let unknown = SavedSearch { id: desk.id(), name: "Nowhere".into(), query: unknown };
    assert!(matches!(desk.library.save_search(&act(3_000), &unknown), Err(Error::NotFound { .. })));
    let changed = SavedSearch { name: "Roads".into(), query: words("road"), ..kept };
    desk.library.change_search(&act(4_000), &changed).unwrap();
    desk.library.change_search(&act(4_000), &changed).unwrap();
    assert_eq!(desk.reopened_searches(), std::slice::from_ref(&changed));
    desk.library.remove_search(&act(5_000), changed.id).unwrap();
    assert!(matches!(desk.library.find_search("Roads"), Err(Error::NotFound { .. })));
    assert_eq!(desk.actions()[1 + 1..], ["search.saved", "search.changed", "search.removed"]);
}

impl Desk {
    /// As another program finds them.
    fn reopened_searches(&self) -> Vec<SavedSearch> {
        Library::open(self.root()).unwrap().saved_searches().unwrap()
    }
}

#[test]
fn a_hold_covers_what_its_search_finds_whenever_that_is_asked() {
    let mut desk = Desk::new();
    let early = desk.written("Early", "The bridge at Larch Street.");
    let other = desk.written("Other", "The road.");
    let search = desk.saved("Bridges", words("bridge"));
    let hold = desk.hold_on("ATI-7", search.id);
    assert_eq!(desk.held(), BTreeSet::from([early.pair]));
    let late = desk.written("Late", "Another bridge.");
    assert_eq!(desk.held(), BTreeSet::from([early.pair, late.pair]));
    assert_eq!(desk.library.holds_on(late.pair).unwrap()[0].id, hold.id);
    // In the trash it is found no more by the author, and yet it is held.
    assert_eq!(desk.purged(early.id), held_by(&hold));
    assert_eq!(desk.purged(late.id), held_by(&hold));
    assert_eq!(desk.purged(other.id), Ok(()));
    let under = Query { held: Some(true), ..Query::default() };
    desk.library.set_trashed(&act(70_000), late.id, false).unwrap();
    let found = desk.library.search(&under, 9).unwrap().hits;
    assert_eq!(found.iter().map(|hit| hit.post).collect::<Vec<_>>(), [late.id]);
    let listed = desk.library.list(&under, fonds_library::Order::Newest, None, 9).unwrap();
    assert_eq!(listed.rows.iter().map(|row| row.found).collect::<Vec<_>>(), [late.id]);
    desk.library.release_hold(&act(80_000), hold.id, "Settled").unwrap();
    assert_eq!(desk.held(), BTreeSet::new());
    assert_eq!(desk.purged(early.id), Ok(()));
}

/// Whatever takes a post out of what a search finds leaves it under the hold.
#[test]
fn no_way_out_of_a_search_is_a_way_out_of_the_hold() {
    type Way = (&'static str, Query, fn(&mut Desk, &Post));
    let ways: [Way; 8] = [
        ("a save", words("bridge"), |desk, post| desk.save(post.id, "Nothing to see.", 9_000)),
        ("a revision", words("bridge"), |desk, post| {
            let next = content("T", "Nothing to see.");
            desk.library.add_revision(&act(9_000), post.id, &next, Origin::Editor).unwrap();
        }),
        ("a merge", words("bridge"), |desk, post| {
            let (theirs, merged) = (content("T", "Theirs."), content("T", "Nothing to see."));
            desk.library.add_merge(&act(9_000), post.id, Some(1), &theirs, Origin::File, &merged).unwrap();
        }),
        ("a decision", words("bridge"), |desk, post| {
            desk.library
                .add_conflict(&act(9_000), post.id, Some(1), &content("T", "Nothing to see."), Origin::File)
                .unwrap();
            desk.library.resolve_conflict(&act(9_500), post.id, &content("T", "Nothing to see.")).unwrap();
        }),
        ("the last change", Query { before: Some(act(8_000).now), ..Query::default() }, |desk, post| {
            desk.save(post.id, "The bridge, again.", 9_000);
        }),
        ("a lost index", words("bridge"), |desk, _| {
            desk.raw().execute_batch("DELETE FROM post_text").unwrap();
        }),
        ("the state", Query { status: Some(Status::Draft), ..Query::default() }, |desk, post| {
            let public = Publication {
                post: post.id,
                blog: id(3),
                revision: 1,
                address: "site/t".into(),
                answer: serde_json::json!({}),
                first_at: act(9_000).now,
                at: act(9_000).now,
                actor: act(9_000).actor,
            };
            desk.library.record_publication(&act(9_000), id(901), &public).unwrap();
            desk.library.record_withdrawal(&act(9_500), id(902), post.id, id(3)).unwrap();
        }),
        ("another pair", words("bridge"), |desk, post| {
            let french = desk.post(Language::Fr, "Pont");
            desk.library.link_pair(&act(9_000), post.id, french.id).unwrap();
            desk.save(post.id, "Nothing to see.", 9_500);
        }),
    ];
    for (way, query, leave) in ways {
        let mut desk = Desk::new();
        let post = desk.written("T", "The bridge at Larch Street.");
        let search = desk.saved("Bridges", query);
        let hold = desk.hold_on("ATI-7", search.id);
        leave(&mut desk, &post);
        assert_eq!(desk.purged(post.id), held_by(&hold), "{way}");
        assert!(desk.library.revision(post.id, 1).is_ok(), "{way}");
    }
}

#[test]
fn a_category_that_a_held_search_asks_for_is_not_taken_away_and_what_leaves_it_stays_held() {
    let mut desk = Desk::new();
    let category = desk.id();
    let new =
        fonds_library::Category { id: category, parent: None, name_en: "A".into(), name_fr: "A".into() };
    desk.library.add_category(&act(2_000), &new).unwrap();
    let post = desk.written("T", "Text.");
    desk.library.file_under(&act(2_700), post.pair, &[category]).unwrap();
    let search = desk.saved("A", Query { category: Some(category), ..Query::default() });
    let hold = desk.hold_on("ATI-7", search.id);
    let gone = desk.library.remove_category(&act(4_000), category, fonds_library::Leaving::Unfiled);
    assert_eq!(refused(gone), Refusal::CategoryHeld("ATI-7".into()));
    desk.library.file_under(&act(5_000), post.pair, &[]).unwrap();
    assert_eq!(desk.purged(post.id), held_by(&hold));
}

#[test]
fn a_search_under_a_hold_keeps_its_question_and_some_cannot_be_held() {
    let mut desk = Desk::new();
    let search = desk.saved("Bridges", words("bridge"));
    let hold = desk.hold_on("ATI-7", search.id);
    let held = Refusal::SearchHeld("ATI-7".into());
    assert_eq!(refused(desk.library.remove_search(&act(4_000), search.id)), held);
    let other = SavedSearch { query: words("road"), ..search.clone() };
    assert_eq!(refused(desk.library.change_search(&act(4_000), &other)), held);
    let renamed = SavedSearch { name: "Bridges of the city".into(), ..search.clone() };
    desk.library.change_search(&act(4_000), &renamed).unwrap();
    desk.library.release_hold(&act(5_000), hold.id, "Settled").unwrap();
    desk.library.remove_search(&act(6_000), search.id).unwrap();
    for query in
        [Query { revisions: true, ..words("bridge") }, Query { held: Some(false), ..Query::default() }]
    {
        let search = desk.saved("Unfit", query);
        let hold = Hold {
            targets: vec![Target::Search(search.id)],
            id: desk.id(),
            name: "B".into(),
            ..hold.clone()
        };
        assert_eq!(refused(desk.library.place_hold(&act(7_000), &hold)), Refusal::SearchNotForHolds);
        desk.library.remove_search(&act(7_500), search.id).unwrap();
    }
}

#[test]
fn a_pdf_that_nobody_has_read_may_have_the_words() {
    let mut desk = Desk::new();
    let post = desk.written("T", "Text.");
    let bytes = b"%PDF-1.4 unread".as_slice();
    let attachment = desk.attach(post.id, "report.pdf", bytes);
    let search = desk.saved("Bridges", words("bridge"));
    let hold = desk.hold_on("ATI-7", search.id);
    assert_eq!(desk.held(), BTreeSet::new());
    assert_eq!(desk.purged(post.id), held_by(&hold));
    let sha256 = desk.library.attachment_versions(attachment.id).unwrap().pop().unwrap().blob.sha256;
    let number = desk.library.begin_pdf(&sha256, 1).unwrap();
    desk.library.bring_pdf_pages(number, &[(1, "a road")]).unwrap();
    desk.library.finish_pdf(number, "{}").unwrap();
    assert_eq!(desk.purged(post.id), Ok(()));
    let other = desk.written("U", "Text.");
    desk.attach(other.id, "bridge.pdf", b"%PDF-1.4 other");
    let sha256 = desk.library.unread_pdfs(1).unwrap().pop().unwrap();
    let number = desk.library.begin_pdf(&sha256, 1).unwrap();
    desk.library.bring_pdf_pages(number, &[(1, "the bridge")]).unwrap();
    desk.library.finish_pdf(number, "{}").unwrap();
    assert_eq!(desk.held(), BTreeSet::from([other.pair]));
    assert_eq!(desk.purged(other.id), held_by(&hold));
}
