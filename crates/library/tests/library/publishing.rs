//! Blogs and the outbox: exactly once is keyed on post and blog.

use fonds_library::{
    Blog, Error, Id, IntentionAction, IntentionState, Language, Origin, Publication, Refusal, Status, Turn,
};
use serde_json::json;

use crate::{Desk, act, act_as, id};

const SITE: u32 = 3;

fn sealed(desk: &mut Desk, body: &str, now: i64) -> Id {
    let post = desk.post(Language::En, "News").id;
    desk.save(post, body, now);
    desk.library.seal(&act(now), post, Origin::Editor).unwrap();
    post
}

fn publication(post: Id, revision: u32, now: i64) -> Publication {
    Publication {
        post,
        blog: id(SITE),
        revision,
        address: format!("https://example.org/{revision}"),
        answer: json!({ "code": 200 }),
        first_at: act(now).now,
        at: act(now).now,
        actor: act(now).actor,
    }
}

fn publish(desk: &mut Desk, item: Id, post: Id, revision: u32, now: i64) {
    desk.library.intend(&act(now), item, post, id(SITE), IntentionAction::Publish, revision).unwrap();
    desk.library.set_intention(&act(now), item, IntentionState::Sending, None).unwrap();
    desk.library.record_publication(&act(now), item, &publication(post, revision, now)).unwrap();
}

#[test]
fn a_post_has_one_open_intention_for_a_blog() {
    let mut desk = Desk::new();
    let post = sealed(&mut desk, "one", 3_000);
    for (item, action) in
        [(21, IntentionAction::Publish), (22, IntentionAction::Publish), (23, IntentionAction::Withdraw)]
    {
        desk.library.intend(&act(4_000), id(item), post, id(SITE), action, 1).unwrap();
    }
    let open = desk.library.outbox(true).unwrap();
    assert_eq!(
        open.iter().map(|i| (i.id, i.action)).collect::<Vec<_>>(),
        [(id(23), IntentionAction::Withdraw)]
    );
    let all = desk.library.outbox(false).unwrap();
    assert_eq!(all.iter().filter(|i| i.state == IntentionState::Cancelled).count(), 2);
    let second = desk.raw().execute(
        "INSERT INTO outbox SELECT 'x', post, blog, action, revision, 'waiting', NULL, 0, 'a', 'b', 0, 0, NULL, 9 FROM outbox LIMIT 1",
        [],
    );
    assert!(second.is_err(), "the database itself refuses a second one");
}

#[test]
fn what_cannot_be_sent_is_not_queued() {
    let mut desk = Desk::new();
    let post = sealed(&mut desk, "one", 3_000);
    let mut intend = |post, blog, revision| {
        desk.library.intend(&act(4_000), id(21), post, blog, IntentionAction::Publish, revision)
    };
    assert!(matches!(intend(post, id(SITE), 2), Err(Error::NotFound { kind: "revision", .. })));
    assert!(matches!(intend(post, id(77), 1), Err(Error::NotFound { kind: "blog", .. })));
    assert!(matches!(intend(id(78), id(SITE), 1), Err(Error::NotFound { kind: "post", .. })));
    desk.library.set_trashed(&act(5_000), post, true).unwrap();
    let trashed = desk.library.intend(&act(6_000), id(21), post, id(SITE), IntentionAction::Publish, 1);
    assert!(matches!(trashed, Err(Error::Refused(Refusal::Trashed(_)))));
    desk.library
        .intend(&act(6_000), id(21), post, id(SITE), IntentionAction::Withdraw, 1)
        .expect("taken off all the same");
}

#[test]
fn a_receipt_names_the_hash_and_is_recorded_once() {
    let mut desk = Desk::new();
    let post = sealed(&mut desk, "one", 3_000);
    publish(&mut desk, id(21), post, 1, 4_000);
    desk.library.record_publication(&act(4_500), id(21), &publication(post, 1, 4_500)).unwrap();
    assert_eq!(desk.actions().iter().filter(|a| *a == "post.published").count(), 1);
    assert_eq!(desk.library.post(post).unwrap().status, Status::Published);
    assert_eq!(desk.library.outbox(true).unwrap(), []);
    let item = desk.library.outbox(false).unwrap().remove(0);
    assert_eq!((item.state, item.attempts, item.error), (IntentionState::Done, 1, None));
    let receipt = desk.library.newest_journal_entries(1).unwrap().remove(0);
    assert_eq!(receipt.subject, post.to_string());
    assert_eq!(receipt.detail["hash"], desk.library.revision(post, 1).unwrap().hash);
    assert_eq!(receipt.detail["address"], "https://example.org/1");
}

#[test]
fn an_update_keeps_the_first_time() {
    let mut desk = Desk::new();
    let post = sealed(&mut desk, "one", 3_000);
    publish(&mut desk, id(21), post, 1, 4_000);
    desk.save(post, "two", 5_000);
    desk.library.seal(&act(5_000), post, Origin::Editor).unwrap();
    publish(&mut desk, id(22), post, 2, 6_000);
    let public = desk.library.publications(post).unwrap();
    assert_eq!(public.len(), 1);
    assert_eq!(
        (public[0].revision, public[0].first_at.as_millis(), public[0].at.as_millis()),
        (2, 4_000, 6_000)
    );
    assert_eq!(desk.library.published_on(id(SITE)).unwrap(), public);
    let receipt = desk.library.newest_journal_entries(1).unwrap().remove(0);
    assert_eq!(receipt.detail["first_at"], act(4_000).now.to_string(), "the receipt says what is recorded");
}

#[test]
fn a_post_off_its_last_blog_is_withdrawn() {
    let mut desk = Desk::new();
    let other =
        Blog { id: id(4), kind: "test".into(), name: "other".into(), url: None, settings: json!({ "a": 1 }) };
    desk.library.add_blog(&act(2_000), &other).unwrap();
    assert!(matches!(
        desk.library.add_blog(&act(2_000), &other),
        Err(Error::Refused(Refusal::BlogExists(_)))
    ));
    assert_eq!(desk.library.find_blog("other").unwrap(), other);
    let post = sealed(&mut desk, "one", 3_000);
    publish(&mut desk, id(21), post, 1, 4_000);
    desk.library.intend(&act(4_000), id(22), post, id(4), IntentionAction::Publish, 1).unwrap();
    desk.library
        .record_publication(&act(4_000), id(22), &Publication { blog: id(4), ..publication(post, 1, 4_000) })
        .unwrap();
    desk.library.record_withdrawal(&act(5_000), id(23), post, id(SITE)).unwrap();
    assert_eq!(desk.library.post(post).unwrap().status, Status::Published);
    desk.library.record_withdrawal(&act(6_000), id(24), post, id(4)).unwrap();
    assert_eq!(desk.library.post(post).unwrap().status, Status::Withdrawn);
    assert_eq!(desk.library.publications(post).unwrap(), []);
}

#[test]
fn a_late_failure_does_not_wake_what_is_done_or_cancelled() {
    let mut desk = Desk::new();
    let post = sealed(&mut desk, "one", 3_000);
    desk.library.intend(&act(4_000), id(21), post, id(SITE), IntentionAction::Publish, 1).unwrap();
    desk.library.set_intention(&act(4_000), id(21), IntentionState::Sending, None).unwrap();
    desk.library.intend(&act(5_000), id(22), post, id(SITE), IntentionAction::Publish, 1).unwrap();
    desk.library.set_intention(&act(6_000), id(21), IntentionState::Failed, Some("no answer")).unwrap();
    let open = desk.library.outbox(true).unwrap();
    assert_eq!(open.iter().map(|i| i.id).collect::<Vec<_>>(), [id(22)]);
    desk.library.set_intention(&act(7_000), id(22), IntentionState::Failed, Some("no answer")).unwrap();
    assert_eq!(desk.library.outbox(true).unwrap()[0].error.as_deref(), Some("no answer"));
    desk.library.set_intention(&act(8_000), id(22), IntentionState::Cancelled, None).unwrap();
    assert_eq!(desk.actions().last().unwrap(), "post.unqueued");
    let unknown = desk.library.set_intention(&act(9_000), id(99), IntentionState::Waiting, None);
    assert!(matches!(unknown, Err(Error::NotFound { .. })));
}

#[test]
fn what_waits_is_due_in_its_order_and_not_before_its_time() {
    let mut desk = Desk::new();
    let posts: Vec<Id> = (0..3).map(|_| sealed(&mut desk, "one", 3_000)).collect();
    for (item, post) in (21..).zip(&posts) {
        desk.library.intend(&act(4_000), id(item), *post, id(SITE), IntentionAction::Publish, 1).unwrap();
    }
    let due = |desk: &Desk, now| -> Vec<Id> {
        desk.library.due(id(SITE), act(now).now).unwrap().iter().map(|item| item.id).collect()
    };
    desk.library.move_intention(&act(4_000), id(23), Turn::First).unwrap();
    assert_eq!(due(&desk, 4_000), [id(23), id(21), id(22)]);
    desk.library.move_intention(&act(4_000), id(23), Turn::Before(id(22))).unwrap();
    assert_eq!(due(&desk, 4_000), [id(21), id(23), id(22)]);
    desk.library.move_intention(&act(4_000), id(21), Turn::Last).unwrap();
    assert_eq!(due(&desk, 4_000), [id(23), id(22), id(21)]);
    let unknown = desk.library.move_intention(&act(4_000), id(21), Turn::Before(id(99)));
    assert!(matches!(unknown, Err(Error::NotFound { .. })));

    desk.library.set_intention(&act(5_000), id(22), IntentionState::Sending, None).unwrap();
    desk.library.postpone(&act(5_000), id(22), "no network", act(9_000).now).unwrap();
    desk.library.set_intention(&act(5_000), id(23), IntentionState::Failed, Some("no")).unwrap();
    desk.library.set_intention(&act(5_000), id(21), IntentionState::Sending, None).unwrap();
    let mut desk = desk.reopen();
    assert_eq!(due(&desk, 8_999), [id(21)], "a dead sender's item is due at once");
    assert_eq!(due(&desk, 9_000), [id(22), id(21)]);
    desk.library.set_intention(&act(6_000), id(21), IntentionState::Paused, None).unwrap();
    desk.library.set_intention(&act(6_000), id(22), IntentionState::Waiting, None).unwrap();
    assert_eq!(due(&desk, 6_000), [id(22)], "what a person wants at once is due at once");
}

#[test]
fn what_is_remembered_of_a_blog_survives_and_goes_with_it() {
    let mut desk = Desk::new();
    let other = Blog { id: id(4), kind: "test".into(), name: "other".into(), url: None, settings: json!({}) };
    desk.library.add_blog(&act(2_000), &other).unwrap();
    desk.library.remember(id(4), "post/a", &json!({ "id": 7 })).unwrap();
    desk.library.remember(id(4), "post/a", &json!({ "id": 8 })).unwrap();
    desk.library.remember(id(4), "post/b", &json!(1)).unwrap();
    desk.library.remember(id(4), "post/b", &json!(null)).unwrap();
    let mut desk = desk.reopen();
    assert_eq!(desk.library.recall(id(4), "post/a").unwrap(), Some(json!({ "id": 8 })));
    assert_eq!(desk.library.recall(id(SITE), "post/a").unwrap(), None);
    assert_eq!(desk.library.recall_all(id(4), "post/").unwrap().len(), 1);

    let post = sealed(&mut desk, "one", 3_000);
    desk.library.intend(&act(4_000), id(21), post, id(4), IntentionAction::Publish, 1).unwrap();
    let refused = desk.library.remove_blog(&act(5_000), id(4));
    assert!(matches!(refused, Err(Error::Refused(Refusal::BlogInUse(_)))));
    desk.library.set_intention(&act(5_000), id(21), IntentionState::Cancelled, None).unwrap();
    desk.library.remove_blog(&act(6_000), id(4)).unwrap();
    assert!(matches!(desk.library.find_blog("other"), Err(Error::NotFound { .. })));
    assert_eq!(desk.actions().last().unwrap(), "blog.removed");
    assert_eq!(desk.library.check().unwrap(), []);
}

#[test]
fn the_chain_holds_whatever_numbers_a_blog_answers() {
    let mut desk = Desk::new();
    let post = sealed(&mut desk, "one", 3_000);
    let answers = [
        r#"{"x": 0.1, "y": 122.416294033786585, "z": 2.2250738585072014e-308, "w": 9007199254740993, "v": 18446744073709551615}"#,
        r#"{"a": 1.0, "b": -0.0, "c": 1e300, "d": 1e21, "e": 123456789012345680000, "f": -9223372036854775808, "g": 5e-324}"#,
        r#"{"\ud83d\ude00": "é\u0000\u001f", "é": [null, true, {}], "": 0.1234567890123456789}"#,
    ];
    for (number, answer) in (0..).zip(answers) {
        let now = 4_000 + i64::from(number);
        let public =
            Publication { answer: serde_json::from_str(answer).unwrap(), ..publication(post, 1, now) };
        desk.library.record_publication(&act_as("Blog", now), id(50 + number), &public).unwrap();
        assert_eq!(desk.library.check().unwrap(), [], "{answer}");
    }
}
