//! The desk as a window uses it, on a real library, with real files and a real watcher.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use fonds_app::desk::{BlockChange, Desk, Event};
use fonds_app::{Language, PostView};
use serde_json::{Value, json};

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
        let desk = Desk::new(Some(folder.path().join("config")), move |event| {
            drop(tell.lock().unwrap().send(event));
        });
        desk.create_library(&folder.path().join("My blog")).unwrap();
        Window { desk, events, folder }
    }

    fn library(&self) -> std::path::PathBuf {
        self.folder.path().join("My blog")
    }

    fn file(&self, post: &PostView) -> std::path::PathBuf {
        let path = self.desk.open_post(&post.id).unwrap().file.expect("the post has a file");
        self.library().join(path)
    }

    fn wait_for(&self, wanted: impl Fn(&Event) -> bool) -> Event {
        let end = Instant::now() + Duration::from_secs(10);
        loop {
            let event = self
                .events
                .recv_timeout(end.saturating_duration_since(Instant::now()))
                .expect("the event comes");
            if wanted(&event) {
                return event;
            }
        }
    }
}

fn paragraph(text: &str) -> Value {
    json!({ "type": "paragraph", "content": [{ "type": "text", "text": text }] })
}

/// A save that brings the whole document.
fn doc(paragraphs: &[&str]) -> BlockChange {
    change(None, 0, 0, paragraphs)
}

fn change(held: Option<u32>, from: usize, removed: usize, paragraphs: &[&str]) -> BlockChange {
    BlockChange { held, from, removed, blocks: paragraphs.iter().map(|text| paragraph(text)).collect() }
}

fn pdf(folder: &Path, name: &str) -> std::path::PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer <<>>\n%%EOF\n").unwrap();
    path
}

#[test]
fn what_was_typed_survives_a_desk_that_never_closed() {
    let window = Window::open();
    let post = window.desk.create_post("Budget", Language::En, None).unwrap();
    window.desk.save_post(&post.id, "Budget", doc(&["Typed and not yet sealed."])).unwrap();
    let again = Desk::new(None, |_| {});
    again.open_library(&window.library()).unwrap();
    let opened = again.open_post(&post.id).unwrap();
    assert_eq!(opened.markdown.trim_end(), "Typed and not yet sealed.");
    let file = window.library().join(opened.file.expect("the file is written at the next start"));
    assert!(std::fs::read_to_string(file).unwrap().contains("Typed and not yet sealed."));
}

#[test]
fn a_save_brings_only_the_blocks_that_changed() {
    let window = Window::open();
    let post = window.desk.create_post("Budget", Language::En, None).unwrap();
    let whole = window.desk.save_post(&post.id, "Budget", doc(&["One.", "Two.", "Three."])).unwrap();
    let second = change(whole.held, 1, 1, &["Two, again.", "And more."]);
    let saved = window.desk.save_post(&post.id, "Budget", second.clone()).unwrap();
    // The same change once more was made from a document that is gone.
    let refused = window.desk.save_post(&post.id, "Budget", second).unwrap_err();
    assert_eq!(refused.code, "save.not_held");
    let too_far = window.desk.save_post(&post.id, "Budget", change(saved.held, 3, 2, &[])).unwrap_err();
    assert_eq!(too_far.code, "save.not_held");
    let opened = window.desk.open_post(&post.id).unwrap();
    assert_eq!(opened.markdown.trim_end(), "One.\n\nTwo, again.\n\nAnd more.\n\nThree.");
    // A post as it was opened can be changed by blocks too.
    window.desk.save_post(&post.id, "Budget", change(opened.held, 0, 2, &["First."])).unwrap();
    let opened = window.desk.open_post(&post.id).unwrap();
    assert_eq!(opened.markdown.trim_end(), "First.\n\nAnd more.\n\nThree.");
}

#[test]
fn a_save_that_fails_leaves_the_held_document_as_it_was() {
    let window = Window::open();
    let post = window.desk.create_post("Budget", Language::En, None).unwrap();
    let whole = window.desk.save_post(&post.id, "Budget", doc(&["One.", "Two."])).unwrap();
    let unknown =
        BlockChange { blocks: vec![json!({ "type": "no such block" })], ..change(whole.held, 0, 1, &[]) };
    assert_eq!(window.desk.save_post(&post.id, "Budget", unknown).unwrap_err().code, "markdown.document");
    window.desk.save_post(&post.id, "Budget", change(whole.held, 1, 1, &["Second."])).unwrap();
    assert_eq!(window.desk.open_post(&post.id).unwrap().markdown.trim_end(), "One.\n\nSecond.");
}

#[test]
fn markdown_is_kept_exactly_as_it_was_typed() {
    let window = Window::open();
    let post = window.desk.create_post("Budget", Language::En, None).unwrap();
    let typed = "Title\r\n=====\r\n\r\n* a\r\n* b   \r\n\r\n\r\n[x]: y\u{a0}";
    window.desk.save_source(&post.id, "Budget", typed).unwrap();
    let opened = window.desk.open_post(&post.id).unwrap();
    assert_eq!(opened.markdown, typed);
    window.desk.save_post(&post.id, "Budget", change(opened.held, 0, 0, &[])).unwrap();
    assert_eq!(window.desk.open_post(&post.id).unwrap().markdown, typed, "no edit, no other bytes");
}

#[test]
fn a_pause_writes_the_file_and_the_slug_follows_the_title_until_then() {
    let window = Window::open();
    let post = window.desk.create_post("", Language::Fr, None).unwrap();
    window.desk.save_post(&post.id, "Données ouvertes", doc(&["Bonjour."])).unwrap();
    window.wait_for(|event| matches!(event, Event::LibraryChanged {}));
    let file = window.file(&post);
    assert!(file.to_string_lossy().ends_with("-donnees-ouvertes.fr.md"), "{file:?}");
    assert!(std::fs::read_to_string(&file).unwrap().contains("Bonjour."));
    window.desk.save_post(&post.id, "Un autre titre", doc(&["Bonjour."])).unwrap();
    assert_eq!(window.desk.open_post(&post.id).unwrap().slug, "donnees-ouvertes");
}

#[test]
fn an_edit_in_another_editor_is_told_and_does_not_undo_what_is_typed() {
    let window = Window::open();
    let post = window.desk.create_post("Budget", Language::En, None).unwrap();
    window.desk.save_post(&post.id, "Budget", doc(&["First.", "Second.", "Third."])).unwrap();
    window.desk.flush_post(&post.id).unwrap();
    let file = window.file(&post);
    let text = std::fs::read_to_string(&file).unwrap();
    let begun = Instant::now();
    std::fs::write(&file, text.replace("First.", "First, from outside.")).unwrap();
    window.wait_for(|event| matches!(event, Event::PostChanged(changed) if changed.id == post.id));
    assert!(begun.elapsed() < Duration::from_secs(2), "told after {:?}", begun.elapsed());
    // The window has not reloaded yet, and the author types on.
    let saved =
        window.desk.save_post(&post.id, "Budget", doc(&["First.", "Second.", "Third, typed."])).unwrap();
    let merged = saved.reload.expect("the window is given the merged text");
    assert!(merged.markdown.contains("First, from outside."), "{}", merged.markdown);
    assert!(merged.markdown.contains("Third, typed."), "{}", merged.markdown);
    assert!(merged.conflict.is_none());
}

#[test]
fn two_edits_of_one_word_keep_both_texts_and_ask() {
    let window = Window::open();
    let post = window.desk.create_post("Budget", Language::En, None).unwrap();
    window.desk.save_post(&post.id, "Budget", doc(&["It costs much."])).unwrap();
    window.desk.flush_post(&post.id).unwrap();
    let file = window.file(&post);
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("much", "little")).unwrap();
    window.wait_for(|event| matches!(event, Event::PostChanged(changed) if changed.id == post.id));
    let saved = window.desk.save_post(&post.id, "Budget", doc(&["It costs nothing."])).unwrap();
    let conflict = saved.reload.expect("the window is told").conflict.expect("two texts wait");
    let both = format!("{}{}", conflict.markdown, conflict.mine_markdown);
    assert!(both.contains("little") && both.contains("nothing"), "{both}");
    let refused = window.desk.publish(std::slice::from_ref(&post.id), "site").unwrap_err();
    assert_eq!(refused.code, "post.conflict");
    assert!(window.desk.outbox().unwrap().is_empty());
    let ended = window.desk.resolve_conflict(&post.id, "theirs").unwrap();
    assert!(ended.conflict.is_none());
    assert_eq!(ended.markdown.trim_end(), conflict.markdown.trim_end());
    let kept: Vec<String> =
        ended.history.iter().map(|row| window.desk.revision_html(&post.id, row.number).unwrap()).collect();
    assert!(
        kept.iter().any(|html| html.contains("little")) && kept.iter().any(|html| html.contains("nothing"))
    );
}

#[test]
fn attach_file_publish_export_and_verify() {
    let window = Window::open();
    let post = window.desk.create_post("Report", Language::En, None).unwrap();
    window.desk.save_post(&post.id, "Report", doc(&["See the report."])).unwrap();
    let with_pdf = window.desk.attach_files(&post.id, &[pdf(window.folder.path(), "report.pdf")]).unwrap();
    assert_eq!(with_pdf.attachments.len(), 1);
    assert!(window.library().join("attachments/report.pdf").is_file());
    let category = window.desk.add_category(None, "Reports", "Rapports").unwrap();
    assert_eq!(
        window.desk.file_post(&post.id, std::slice::from_ref(&category)).unwrap().categories,
        [category]
    );
    let published = window.desk.publish(std::slice::from_ref(&post.id), "site").unwrap().remove(0);
    assert_eq!(published.status, "published");
    assert!(window.library().join("site/en/report/index.html").is_file());

    let exports = window.folder.path().join("exports");
    let task = window.desk.start_export(&exports).unwrap();
    let Event::TaskFinished(ended) = window.wait_for(|event| matches!(event, Event::TaskFinished(_))) else {
        panic!()
    };
    assert_eq!(ended.id, task);
    let export = ended.result.unwrap_or_else(|| panic!("{:?}", ended.error));
    let report = window.desk.verify_zip(Path::new(&export.path.unwrap())).unwrap();
    assert_eq!((report.verdict.as_str(), report.findings.len()), ("whole", 0));
    assert_eq!(window.desk.current_library().unwrap().unwrap().next_sequence, 2);
}

#[test]
fn a_cancelled_export_leaves_nothing_and_takes_no_number() {
    let window = Window::open();
    let post = window.desk.create_post("Report", Language::En, None).unwrap();
    window.desk.save_post(&post.id, "Report", doc(&[&"A long text. ".repeat(100_000)])).unwrap();
    let exports = window.folder.path().join("exports");
    let task = window.desk.start_export(&exports).unwrap();
    window.desk.cancel_task(&task).unwrap();
    let Event::TaskFinished(ended) = window.wait_for(|event| matches!(event, Event::TaskFinished(_))) else {
        panic!()
    };
    assert_eq!(ended.error.map(|error| error.code), Some("task.cancelled".into()));
    assert!(!exports.exists(), "the folder that the export made is gone with it");
    assert_eq!(window.desk.current_library().unwrap().unwrap().next_sequence, 1);
}

#[test]
fn errors_come_in_the_users_language() {
    let window = Window::open();
    let mut settings = window.desk.settings();
    settings.language = Language::Fr;
    window.desk.save_settings(settings).unwrap();
    let error = window.desk.open_library(&window.folder.path().join("nowhere")).unwrap_err();
    assert_eq!(error.code, "library.not_found");
    assert!(error.message.contains("n’est pas une bibliothèque"), "{}", error.message);
    assert!(!error.hints.is_empty());
}
