//! The care of a library as a window gives it: checks that say how far they are, repairs, backups, and purging.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use fonds_app::desk::{Desk, Event, TaskFinished};
use fonds_app::{Language, NewHold, TaskProgress};

struct Window {
    desk: Desk,
    events: Receiver<Event>,
    folder: tempfile::TempDir,
}

impl Window {
    fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (tell, events) = channel();
        let tell = std::sync::Mutex::new(tell);
        let desk = Desk::new(None, move |event| drop(tell.lock().unwrap().send(event)));
        desk.create_library(&folder.path().join("lib")).unwrap();
        Window { desk, events, folder }
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("lib")
    }

    fn post(&self, title: &str, text: &str) -> String {
        let post = self.desk.create_post(title, Language::En, None).unwrap();
        self.desk.save_source(&post.id, title, text).unwrap();
        self.desk.flush_post(&post.id).unwrap();
        self.desk.seal_post(&post.id).unwrap();
        post.id
    }

    /// The progress that a task told, and how it ended.
    fn finished(&self, task: &str) -> (Vec<TaskProgress>, TaskFinished) {
        let mut steps = vec![];
        loop {
            match self.events.recv_timeout(Duration::from_secs(60)).expect("the task ends") {
                Event::TaskProgress(step) if step.id == task => steps.push(step),
                Event::TaskFinished(finished) if finished.id == task => return (steps, *finished),
                _ => {}
            }
        }
    }
}

#[test]
fn a_check_says_how_far_it_is_and_a_repair_what_it_mended() {
    let window = Window::open();
    let id = window.post("Bridge", "The bridge.\n");
    let task = window.desk.start_check(false).unwrap();
    let (steps, finished) = window.finished(&task);
    assert_eq!((finished.care.unwrap().left, finished.error), (vec![], None));
    let last = steps.last().unwrap();
    assert!(last.total_bytes > 0 && last.done_bytes == last.total_bytes, "{last:?}");
    assert!(steps.windows(2).all(|two| two[0].done_bytes <= two[1].done_bytes), "{steps:?}");

    let database = rusqlite::Connection::open(window.root().join(".fonds/library.db")).unwrap();
    database.execute_batch("DELETE FROM post_text").unwrap();
    let (_, finished) = window.finished(&window.desk.start_check(false).unwrap());
    let left = finished.care.unwrap().left;
    assert_eq!(left.iter().map(|one| one.code.as_str()).collect::<Vec<_>>(), ["LIBRARY_INDEX"]);
    let (steps, finished) = window.finished(&window.desk.start_check(true).unwrap());
    let care = finished.care.unwrap();
    assert_eq!((care.mended, care.left), (left, vec![]));
    assert_eq!(steps.last().unwrap().done_bytes, steps.last().unwrap().total_bytes);
    // The window's own connection goes on.
    window.desk.save_source(&id, "Bridge", "The bridge again.\n").unwrap();
}

#[test]
fn a_check_that_is_stopped_says_so_and_finds_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (tell, events) = channel();
    let (go_on, gate) = channel::<()>();
    let (tell, gate) = (std::sync::Mutex::new(tell), std::sync::Mutex::new(gate));
    // The check goes no further than its first word until the test lets it.
    let desk = Desk::new(None, move |event| {
        let waits = matches!(event, Event::TaskProgress(_));
        drop(tell.lock().unwrap().send(event));
        if waits {
            let _ = gate.lock().unwrap().recv();
        }
    });
    desk.create_library(&folder.path().join("lib")).unwrap();
    let window = Window { desk, events, folder };
    let task = window.desk.start_check(false).unwrap();
    loop {
        if let Event::TaskProgress(_) = window.events.recv_timeout(Duration::from_secs(60)).unwrap() {
            break;
        }
    }
    window.desk.cancel_task(&task).unwrap();
    drop(go_on);
    let (_, finished) = window.finished(&task);
    assert_eq!(finished.error.map(|error| error.code), Some("task.cancelled".into()));
    assert_eq!(finished.care, None);
}

#[test]
fn a_backup_is_made_and_one_of_a_day_is_put_back() {
    let window = Window::open();
    let kept = window.post("Kept", "The bridge.\n");
    // Today's was made when the library was opened, before the post; it is made anew.
    window.desk.close_library().unwrap();
    std::fs::remove_dir_all(window.root().join(".fonds/backups")).unwrap();
    assert!(fonds_app::back_up_daily(&window.root()).unwrap());
    window.desk.open_library(&window.root()).unwrap();
    let backups = window.desk.backups().unwrap();
    assert_eq!(backups.len(), 1);
    let late = window.post("Late", "Written since.\n");
    let whole = window.desk.back_up(window.folder.path()).unwrap();
    assert!(whole.metadata().unwrap().len() > 0);
    window.desk.restore_backup(&backups[0].day).unwrap();
    assert_eq!(window.desk.open_post(&kept).unwrap().markdown, "The bridge.\n");
    // What was written since comes in from its file.
    assert_eq!(window.desk.open_post(&late).unwrap().markdown, "Written since.\n");
    let missing = window.desk.restore_backup("1999-01-01").unwrap_err();
    assert_eq!(missing.code, "backup.not_found");
    assert!(window.desk.current_library().unwrap().is_some(), "the window goes on with what is there");
}

#[test]
fn a_post_in_the_trash_is_destroyed_and_not_while_something_keeps_it() {
    let window = Window::open();
    let id = window.post("Bridge", "The bridge.\n");
    assert_eq!(window.desk.purge_post(&id).unwrap_err().code, "post.not_trashed");
    window.desk.trash_post(&id).unwrap();
    let hold = NewHold {
        name: "A-1".into(),
        reason: "Request".into(),
        authority: "Coordinator".into(),
        posts: vec![id.clone()],
        categories: vec![],
        searches: vec![],
    };
    let hold = window.desk.place_hold(&hold).unwrap();
    let refused = window.desk.purge_post(&id).unwrap_err();
    assert_eq!(refused.code, "protected.held");
    assert!(refused.message.contains("A-1"), "{}", refused.message);
    window.desk.release_hold(&hold, "Answered").unwrap();
    assert_eq!(window.desk.purge_post(&id).unwrap(), None);
    assert_eq!(window.desk.open_post(&id).unwrap_err().code, "post.not_found");
    assert_eq!(std::fs::read_dir(window.root().join("posts")).unwrap().count(), 0);
}
