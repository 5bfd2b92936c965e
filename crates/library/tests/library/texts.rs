//! Posts, working copies, revisions, conflicts and restores: no text that was saved is lost.

use fonds_library::{AttachmentRef, Content, Error, Language, NewPost, Origin, Refusal, Status};
use sha2::{Digest, Sha256};

use crate::{Desk, act, act_as, content, id};

#[test]
fn a_post_is_written_sealed_and_remembered() {
    let mut desk = Desk::new();
    let post = desk.post(Language::En, "Open data");
    assert_eq!((post.head, post.status, post.slug.as_str()), (None, Status::Draft, "open-data"));
    desk.save(post.id, "one\n", 3_000);
    assert_eq!(desk.library.history(post.id).unwrap(), []);
    assert_eq!(desk.library.seal(&act_as("Timer", 9_000), post.id, Origin::Editor).unwrap(), 1);
    desk.save(post.id, "two\n", 10_000);
    assert_eq!(desk.library.seal(&act(11_000), post.id, Origin::Editor).unwrap(), 2);
    assert_eq!(desk.library.seal(&act(12_000), post.id, Origin::Editor).unwrap(), 2, "nothing to seal");

    let first = desk.library.revision(post.id, 1).unwrap();
    assert_eq!(first.content, content("Open data", "one\n"));
    assert_eq!((first.actor.name.as_str(), first.at.as_millis()), ("Ada", 3_000), "the typist's, then");
    assert_eq!((first.parents.numbers(), first.origin), (&[][..], Origin::Editor));
    let json = r#"{"attachments":[],"body":"one\n","front_matter":"","language":"en","slug":"open-data","title":"Open data"}"#;
    let expected: String = Sha256::digest(json).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(first.hash, expected);

    let history = desk.library.history(post.id).unwrap();
    assert_eq!(history.iter().map(|row| row.number).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(history[0].parents.numbers(), [1]);
    assert_eq!(history[1].hash, expected);
    assert_eq!(desk.library.post(post.id).unwrap().head, Some(2));
}

#[test]
fn a_save_survives_a_process_that_never_closes() {
    let mut desk = Desk::new();
    let post = desk.post(Language::En, "Draft").id;
    desk.save(post, "first\n", 3_000);
    desk.library.seal(&act(4_000), post, Origin::Editor).unwrap();
    desk.save(post, "typed, and then the lights went out\0\u{1F56F}\r\n", 5_000);
    let mut desk = desk.reopen();
    let copy = desk.library.working_copy(post).unwrap().unwrap();
    assert_eq!(copy.content.body, "typed, and then the lights went out\0\u{1F56F}\r\n");
    assert_eq!((copy.base, copy.saved_at.as_millis()), (Some(1), 5_000));
    assert_eq!(desk.library.working_copies().unwrap(), [post]);
    desk.library.seal_all(&act(6_000)).unwrap();
    assert_eq!(desk.library.revision(post, 2).unwrap().content, copy.content);
    assert_eq!(desk.library.working_copy(post).unwrap(), None);
}

#[test]
fn typing_back_to_the_head_leaves_nothing_to_seal() {
    let mut desk = Desk::new();
    let post = desk.post(Language::En, "Draft").id;
    desk.save(post, "a", 3_000);
    desk.library.seal(&act(3_000), post, Origin::Editor).unwrap();
    desk.save(post, "ab", 4_000);
    desk.save(post, "a", 5_000);
    assert_eq!(desk.library.working_copy(post).unwrap(), None);
    assert_eq!(desk.library.seal(&act(6_000), post, Origin::Editor).unwrap(), 1);
}

#[test]
fn what_another_person_typed_is_sealed_in_their_name() {
    let mut desk = Desk::new();
    let post = desk.post(Language::En, "Draft").id;
    desk.save(post, "Ada's sentence", 3_000);
    let bobs = content("Draft", "Bob's sentence");
    desk.library.save(&act_as("Bob", 4_000), post, &bobs).unwrap();
    let first = desk.library.revision(post, 1).unwrap();
    assert_eq!((first.actor.name.as_str(), first.content.body.as_str()), ("Ada", "Ada's sentence"));
    let copy = desk.library.working_copy(post).unwrap().unwrap();
    assert_eq!((copy.actor.name.as_str(), copy.base, copy.content), ("Bob", Some(1), bobs));
}

#[test]
fn a_revision_from_outside_first_seals_what_is_being_typed() {
    let mut desk = Desk::new();
    let post = desk.post(Language::En, "Draft").id;
    let file = content("Draft", "from the file");
    assert_eq!(
        desk.library.add_revision(&act(3_000), post, &file, Origin::File).unwrap(),
        1,
        "no blank revision first"
    );
    desk.save(post, "typed", 4_000);
    let later = content("Draft", "from the file, later");
    assert_eq!(desk.library.add_revision(&act(5_000), post, &later, Origin::File).unwrap(), 3);
    assert_eq!(desk.library.revision(post, 2).unwrap().content.body, "typed");
    assert_eq!(desk.library.revision(post, 3).unwrap().parents.numbers(), [2]);
    assert_eq!(desk.library.add_revision(&act(6_000), post, &later, Origin::File).unwrap(), 3, "nothing new");
    assert_eq!(desk.library.current(post).unwrap(), later);
}

#[test]
fn a_first_revision_does_not_swallow_front_matter_or_a_title() {
    for typed in [
        Content { front_matter: "layout: wide\n".into(), ..content("Draft", "") },
        content("A title that was typed", ""),
    ] {
        let mut desk = Desk::new();
        let post = desk.post(Language::En, "Draft").id;
        desk.library.save(&act(3_000), post, &typed).unwrap();
        desk.library.add_revision(&act(4_000), post, &content("Draft", "file"), Origin::File).unwrap();
        assert_eq!(desk.library.revision(post, 1).unwrap().content, typed);
    }
}

#[test]
fn the_same_revision_again_is_none_though_its_slug_was_taken() {
    let mut desk = Desk::new();
    desk.post(Language::En, "News");
    let post = desk.post(Language::En, "News");
    assert_eq!(post.slug, "news-2");
    let (a, b) = (AttachmentRef { id: id(901), version: 1 }, AttachmentRef { id: id(902), version: 1 });
    let file = Content { attachments: vec![b, a, a], ..content("News", "text") };
    assert_eq!(desk.library.add_revision(&act(3_000), post.id, &file, Origin::File).unwrap(), 1);
    assert_eq!(desk.library.add_revision(&act(4_000), post.id, &file, Origin::File).unwrap(), 1);
    let kept = desk.library.revision(post.id, 1).unwrap().content;
    assert_eq!((kept.slug.as_str(), kept.attachments), ("news-2", vec![a, b]));
}

#[test]
fn slugs_are_unique_in_a_language_whichever_way_a_text_comes() {
    let mut desk = Desk::new();
    desk.post(Language::En, "Taken");
    let french = desk.post(Language::Fr, "Taken");
    assert_eq!(french.slug, "taken", "another language may have it");
    let post = desk.post(Language::En, "Mine").id;
    let taken = |body: &str| Content { slug: "taken".into(), ..content("Mine", body) };
    assert_eq!(desk.library.save(&act(3_000), post, &taken("a")).unwrap().slug, "taken-2");
    desk.library.add_revision(&act(4_000), post, &taken("b"), Origin::Remote).unwrap();
    desk.library.add_merge(&act(5_000), post, Some(1), &taken("c"), Origin::File, &taken("bc")).unwrap();
    assert_eq!(desk.library.post(post).unwrap().slug, "taken-2");
    desk.library.add_conflict(&act(6_000), post, Some(1), &taken("d"), Origin::File).unwrap();
    desk.library.resolve_conflict(&act(7_000), post, &taken("bcd")).unwrap();
    assert_eq!(desk.library.current(post).unwrap().slug, "taken-2");
}

#[test]
fn a_number_once_given_to_a_slug_stays_while_the_slug_is_taken() {
    let mut desk = Desk::new();
    let [first, second, third] = [(); 3].map(|()| desk.post(Language::En, "News").id);
    let news = |body: &str| content("News", body);
    assert_eq!(desk.library.post(third).unwrap().slug, "news-3");
    desk.library.save(&act(3_000), second, &content("Other", "x")).unwrap();
    assert_eq!(desk.library.save(&act(4_000), third, &news("a")).unwrap().slug, "news-3");
    desk.library.save(&act(5_000), first, &content("Another", "x")).unwrap();
    assert_eq!(desk.library.save(&act(6_000), third, &news("b")).unwrap().slug, "news");
    assert_eq!(desk.library.save(&act(7_000), first, &news("c")).unwrap().slug, "news-2");
}

#[test]
fn an_earlier_revision_becomes_current_again_as_a_new_one() {
    let mut desk = Desk::new();
    let post = desk.post(Language::En, "Draft").id;
    for (body, now) in [("one", 3_000), ("two", 4_000)] {
        desk.save(post, body, now);
        desk.library.seal(&act(now), post, Origin::Editor).unwrap();
    }
    desk.save(post, "three, not sealed", 5_000);
    assert_eq!(desk.library.restore_revision(&act(6_000), post, 1).unwrap(), 4);
    let restored = desk.library.revision(post, 4).unwrap();
    assert_eq!((restored.content.body.as_str(), restored.origin), ("one", Origin::Restore));
    assert_eq!(restored.parents.numbers(), [3]);
    assert_eq!(desk.library.revision(post, 3).unwrap().content.body, "three, not sealed");
    assert_eq!(restored.hash, desk.library.revision(post, 1).unwrap().hash);
    let missing = desk.library.restore_revision(&act(7_000), post, 9);
    assert!(matches!(missing, Err(Error::NotFound { kind: "revision", .. })));
}

#[test]
fn a_merge_keeps_both_texts_and_has_two_parents() {
    let mut desk = Desk::new();
    let post = desk.post(Language::En, "Draft").id;
    desk.save(post, "base", 3_000);
    desk.library.seal(&act(3_000), post, Origin::Editor).unwrap();
    desk.save(post, "base mine", 4_000);
    let (theirs, merged) = (content("Draft", "theirs base"), content("Draft", "theirs base mine"));
    let number = desk.library.add_merge(&act(5_000), post, Some(1), &theirs, Origin::File, &merged).unwrap();
    assert_eq!(number, 4);
    assert_eq!(desk.library.revision(post, 2).unwrap().content.body, "base mine");
    let other = desk.library.revision(post, 3).unwrap();
    assert_eq!((other.content, other.parents.numbers(), other.origin), (theirs, &[1][..], Origin::File));
    let merge = desk.library.revision(post, 4).unwrap();
    assert_eq!((merge.parents.numbers(), merge.origin), (&[2, 3][..], Origin::Merge));
    assert_eq!(desk.library.current(post).unwrap(), merged);
}

#[test]
fn a_conflict_keeps_both_texts_until_one_is_chosen() {
    let mut desk = Desk::new();
    let post = desk.post(Language::En, "Draft").id;
    desk.save(post, "base", 3_000);
    desk.library.seal(&act(3_000), post, Origin::Editor).unwrap();
    desk.save(post, "mine", 4_000);
    let theirs = content("Draft", "theirs");
    assert_eq!(desk.library.add_conflict(&act(5_000), post, Some(1), &theirs, Origin::File).unwrap(), 3);
    assert_eq!(
        desk.library.add_conflict(&act(5_500), post, Some(1), &theirs, Origin::File).unwrap(),
        3,
        "once"
    );
    assert_eq!(desk.library.conflict(post).unwrap(), Some(3));
    let shown = desk.library.post(post).unwrap();
    assert!(shown.conflict);
    assert_eq!(shown.head, Some(2));
    assert_eq!(desk.library.current(post).unwrap().body, "mine");
    assert_eq!(desk.library.resolve_conflict(&act(6_000), post, &theirs).unwrap(), 4);
    assert_eq!(desk.library.revision(post, 4).unwrap().parents.numbers(), [2, 3]);
    assert_eq!(desk.library.current(post).unwrap(), theirs);
    let again = desk.library.resolve_conflict(&act(7_000), post, &theirs);
    assert!(matches!(again, Err(Error::Refused(Refusal::NoConflict(_)))));
}

#[test]
fn revisions_and_the_journal_never_change() {
    let mut desk = Desk::new();
    let post = desk.post(Language::En, "Draft").id;
    desk.save(post, "sealed", 3_000);
    desk.library.seal(&act(3_000), post, Origin::Editor).unwrap();
    for forbidden in [
        "UPDATE revision SET text = x'00'",
        "UPDATE journal SET actor_name = 'nobody'",
        "DELETE FROM journal WHERE seq = 1",
    ] {
        assert!(desk.raw().execute_batch(forbidden).is_err(), "{forbidden}");
    }
    assert_eq!(desk.library.check().unwrap(), []);
}

#[test]
fn every_entry_of_the_journal_carries_the_hash_of_the_one_before() {
    let mut desk = Desk::new();
    let post = desk.post(Language::En, "Draft").id;
    desk.save(post, "text", 3_000);
    desk.library.seal(&act(4_000), post, Origin::Editor).unwrap();
    let mut previous = fonds_library::FIRST_PREVIOUS.to_owned();
    let mut seq = 0;
    desk.library
        .each_journal_entry(0, |entry| {
            seq += 1;
            assert_eq!((entry.seq, &entry.previous), (seq, &previous));
            let (head, hash) = {
                let mut value = serde_json::to_value(&entry).unwrap();
                let hash = value.as_object_mut().unwrap().remove("hash").unwrap();
                (serde_json_canonicalizer::to_vec(&value).unwrap(), hash)
            };
            let expected: String = Sha256::digest(head).iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(hash, expected);
            previous = entry.hash;
            Ok(())
        })
        .unwrap();
    assert_eq!(desk.actions(), ["library.created", "blog.added", "post.created", "revision.sealed"]);
    let newest = desk.library.newest_journal_entries(1).unwrap();
    assert_eq!((newest[0].seq, newest[0].hash.as_str()), (4, previous.as_str()));
}

#[test]
fn a_post_in_the_trash_keeps_its_text_and_takes_no_more() {
    let mut desk = Desk::new();
    let post = desk.post(Language::En, "Draft").id;
    desk.save(post, "kept", 3_000);
    desk.library.set_trashed(&act(4_000), post, true).unwrap();
    assert_eq!(desk.library.listed_pairs().unwrap(), 0);
    assert_eq!(desk.library.all_posts().unwrap().len(), 1);
    let refused = desk.library.save(&act(5_000), post, &content("Draft", "more"));
    assert!(matches!(refused, Err(Error::Refused(Refusal::Trashed(_)))));
    desk.library.seal_all(&act(6_000)).unwrap();
    desk.library.set_trashed(&act(7_000), post, false).unwrap();
    assert_eq!(desk.library.current(post).unwrap().body, "kept");
    assert_eq!(desk.library.listed_pairs().unwrap(), 1);
}

#[test]
fn a_post_is_found_by_id_a_beginning_of_it_or_its_slug() {
    let mut desk = Desk::new();
    let english = desk.post(Language::En, "News");
    let french = desk.post(Language::Fr, "News");
    let whole = english.id.to_string();
    assert_eq!(desk.library.find_post(&whole).unwrap().id, english.id);
    assert_eq!(desk.library.find_post(&whole.to_uppercase()).unwrap().id, english.id);
    assert_eq!(desk.library.find_post("news.fr").unwrap().id, french.id);
    assert!(
        matches!(desk.library.find_post("news"), Err(Error::Ambiguous { candidates, .. }) if candidates.len() == 2)
    );
    assert!(matches!(desk.library.find_post("019a9f3e"), Err(Error::Ambiguous { .. })));
    for nothing in ["", "%", "019", "nothing", "'; DROP TABLE post; --", "zzzz"] {
        assert!(matches!(desk.library.find_post(nothing), Err(Error::NotFound { .. })), "{nothing}");
    }
    let new = NewPost { slug: whole.clone(), ..desk.new_post(Language::En, "In disguise") };
    desk.library.create_post(&act(3_000), &new).unwrap();
    assert_eq!(desk.library.find_post(&whole).unwrap().id, english.id, "an id is no slug");
}
