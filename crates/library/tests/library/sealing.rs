//! Typing becomes revisions by sense: after a pause, and by the hour.

use fonds_library::{Language, Origin};

use crate::{Desk, act};

const MINUTE: i64 = 60_000;

/// Seals what is due at `now`, as the window's keeper does.
fn seal_due(desk: &mut Desk, now: i64) -> usize {
    let due = desk.library.due_for_sealing(act(now).now).unwrap();
    for post in &due {
        desk.library.seal(&act(now), *post, Origin::Editor).unwrap();
    }
    due.len()
}

#[test]
fn a_pause_of_five_minutes_seals() {
    let mut desk = Desk::new();
    let post = desk.post(Language::En, "Draft").id;
    for now in 1..=10 {
        desk.save(post, &format!("typed {now}"), now * 1_000);
    }
    let due = 10_000 + 5 * MINUTE;
    assert_eq!(desk.library.next_sealing().unwrap().unwrap().as_millis(), due);
    assert_eq!(seal_due(&mut desk, due - 1), 0);
    assert_eq!(seal_due(&mut desk, due), 1);
    assert_eq!(desk.library.next_sealing().unwrap(), None);
    let sealed = desk.library.revision(post, 1).unwrap();
    assert_eq!((sealed.content.body.as_str(), sealed.at.as_millis()), ("typed 10", 10_000));
}

#[test]
fn typing_without_a_pause_is_sealed_by_the_hour() {
    let mut desk = Desk::new();
    let post = desk.post(Language::En, "Draft").id;
    // Three hours, a save every ten seconds, and a look every minute. The hours run from the first key, not from the new post.
    let began = 90 * MINUTE;
    for second in (0..3 * 3600).step_by(10) {
        let now = began + second * 1_000;
        desk.save(post, &format!("typed {second}"), now);
        if second % 60 == 0 {
            seal_due(&mut desk, now);
        }
    }
    let history = desk.library.history(post).unwrap();
    // The second begins with the first key after the first was sealed.
    let minutes: Vec<_> = history.iter().map(|row| (row.at.as_millis() - began) / MINUTE).collect();
    assert_eq!(minutes, [121, 60], "not a keystroke log");
}

#[test]
fn a_clock_that_was_set_back_seals_at_once_and_loses_nothing() {
    let mut desk = Desk::new();
    let post = desk.post(Language::En, "Draft").id;
    desk.save(post, "of the future", 100 * MINUTE);
    assert_eq!(seal_due(&mut desk, 10 * MINUTE), 1);
    desk.save(post, "of the past", 11 * MINUTE);
    assert_eq!(seal_due(&mut desk, 16 * MINUTE), 1);
    let history = desk.library.history(post).unwrap();
    assert_eq!(history.iter().map(|row| row.number).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(desk.library.revision(post, 1).unwrap().content.body, "of the future");
    assert_eq!(desk.library.check().unwrap(), []);
}

#[test]
fn a_post_that_nobody_wrote_in_is_not_sealed_by_waiting() {
    let mut desk = Desk::new();
    let post = desk.post(Language::En, "Draft").id;
    assert_eq!(seal_due(&mut desk, 1_000 * MINUTE), 0);
    assert_eq!(desk.library.next_sealing().unwrap(), None);
    desk.save(post, "text", 1_000 * MINUTE);
    assert_eq!(seal_due(&mut desk, 1_005 * MINUTE), 1);
    desk.save(post, "", 1_006 * MINUTE);
    assert_eq!(seal_due(&mut desk, 1_011 * MINUTE), 1, "a text that was emptied was written so");
}
