//! The desk as a window uses it, on a real library, with real files and a real watcher.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use fonds_app::desk::{BlockChange, Desk, Event, TaskFinished};
use fonds_app::{ExportOrder, Language, PostView, SelectionRequest, VerifyReport};
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

/// A full export of everything.
fn order(dir: &Path) -> ExportOrder {
    ExportOrder { dir: dir.to_string_lossy().into_owned(), ..ExportOrder::default() }
}

fn verify(window: &Window, zip: &Path) -> VerifyReport {
    window.desk.verify_zips(&[zip.to_owned()]).unwrap().exports.remove(0)
}

fn ended(window: &Window) -> TaskFinished {
    match window.wait_for(|event| matches!(event, Event::TaskFinished(_))) {
        Event::TaskFinished(ended) => *ended,
        _ => panic!(),
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
    assert!(!opened.unsealed, "the session that was cut off has ended");
    assert_eq!(opened.history.len(), 1);
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
    let kept: Vec<String> = ended
        .history
        .iter()
        .flat_map(|row| window.desk.compare_revisions(&post.id, row.number, row.number).unwrap().blocks)
        .map(|block| block.html)
        .collect();
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
    assert_eq!(with_pdf.post.attachments.len(), 1);
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
    let task = window.desk.start_export(order(&exports)).unwrap();
    let Event::TaskFinished(ended) = window.wait_for(|event| matches!(event, Event::TaskFinished(_))) else {
        panic!()
    };
    assert_eq!(ended.id, task);
    let export = ended.result.unwrap_or_else(|| panic!("{:?}", ended.error));
    let report = verify(&window, Path::new(&export.path.unwrap()));
    assert_eq!((report.verdict.as_str(), report.findings.len()), ("whole", 0));
    assert_eq!(window.desk.current_library().unwrap().unwrap().next_sequence, 2);
}

/// A PNG of one pixel.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\0\x05\0\x01\xff\x89\x99=\x1d\0\0\0\0IEND\xaeB`\x82";

fn base64(bytes: &[u8]) -> String {
    use base64::Engine;
    base64::prelude::BASE64_STANDARD.encode(bytes)
}

#[test]
fn a_pasted_image_is_kept_shown_published_and_archived() {
    let window = Window::open();
    let post = window.desk.create_post("Pictures", Language::En, None).unwrap();
    let attached = window.desk.attach_image(&post.id, "Été #1.jpeg", &base64(PNG)).unwrap();
    assert_eq!(attached.names, ["Été -1.png"], "the name is safe, and ends as the bytes say");
    assert_eq!(std::fs::read(window.library().join("attachments/Été -1.png")).unwrap(), PNG);
    assert_eq!(window.desk.image("Été -1.png").unwrap().bytes, PNG);
    assert_eq!(window.desk.image("Été -1.png").unwrap().mime, "image/png");
    let again = window.desk.attach_image(&post.id, "Été #1.png", &base64(PNG)).unwrap();
    assert_eq!((again.names, again.post.attachments.len()), (attached.names, 1));

    let markdown = "![A pixel](<../attachments/Été -1.png>)\n";
    window.desk.save_source(&post.id, "Pictures", markdown).unwrap();
    window.desk.publish(std::slice::from_ref(&post.id), "site").unwrap();
    let page = std::fs::read_to_string(window.library().join("site/en/pictures/index.html")).unwrap();
    assert!(page.contains("alt=\"A pixel\"") && !page.contains("../attachments/"), "{page}");
    let image = window.library().join("site/files/Été -1.png");
    assert_eq!(std::fs::read(image).unwrap(), PNG);

    window.desk.start_export(order(&window.folder.path().join("exports"))).unwrap();
    let Event::TaskFinished(ended) = window.wait_for(|event| matches!(event, Event::TaskFinished(_))) else {
        panic!()
    };
    let zip =
        std::path::PathBuf::from(ended.result.unwrap_or_else(|| panic!("{:?}", ended.error)).path.unwrap());
    let report = verify(&window, &zip);
    assert_eq!((report.verdict.as_str(), report.findings.len()), ("whole", 0));
    let restored = window.folder.path().join("Restored");
    fonds_app::restore(
        &[zip],
        &restored,
        &window.desk.settings().actor.unwrap_or_else(fonds_app::desk::unnamed),
        Language::En,
        &mut |_| std::ops::ControlFlow::Continue(()),
    )
    .unwrap();
    assert_eq!(std::fs::read(restored.join("attachments/Été -1.png")).unwrap(), PNG);
}

#[test]
fn what_is_no_image_is_refused_with_its_reason() {
    let window = Window::open();
    let post = window.desk.create_post("Pictures", Language::En, None).unwrap();
    let mut huge = PNG.to_vec();
    huge[16..24].copy_from_slice(&[0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff]);
    let long = [PNG, &vec![0; 26 * 1024 * 1024]].concat();
    for (bytes, code) in [
        (b"<?xml version=\"1.0\"?><svg onload=\"alert(1)\"/>".as_slice(), "attachment.svg"),
        (b"<html>", "attachment.not_pdf"),
        (&PNG[..20], "attachment.damaged_image"),
        (&huge, "attachment.too_many_pixels"),
        (&long, "attachment.too_large"),
    ] {
        assert_eq!(window.desk.attach_image(&post.id, "a.png", &base64(bytes)).unwrap_err().code, code);
    }
    assert!(window.desk.open_post(&post.id).unwrap().attachments.is_empty());
    assert!(!window.library().join("attachments/a.png").exists());
    for name in ["../.fonds/library.db", "", "a.png", "..", "/etc/passwd"] {
        assert!(window.desk.image(name).is_err(), "{name}");
    }
    window.desk.attach_files(&post.id, &[pdf(window.folder.path(), "report.pdf")]).unwrap();
    assert!(window.desk.image("report.pdf").is_err(), "a PDF is no image");
}

#[test]
fn links_lead_to_posts_and_files() {
    let window = Window::open();
    let make = |title: &str, language| {
        let post = window.desk.create_post(title, language, None).unwrap();
        window.desk.save_post(&post.id, title, doc(&["Text."])).unwrap();
        window.desk.flush_post(&post.id).unwrap();
        window.desk.open_post(&post.id).unwrap()
    };
    let (from, other) = (make("From here", Language::En), make("Données ouvertes", Language::Fr));
    window.desk.attach_files(&other.id, &[pdf(window.folder.path(), "Données.pdf")]).unwrap();
    let found = window.desk.link_targets("donnees", &from.id).unwrap();
    let shown: Vec<_> =
        found.iter().map(|one| (one.kind.as_str(), one.title.as_str(), one.language)).collect();
    assert_eq!(shown, [("post", "Données ouvertes", Some(Language::Fr)), ("pdf", "Données.pdf", None)]);
    assert!(window.desk.link_targets("from", &from.id).unwrap().is_empty(), "a post is no target of its own");
    let follow = |href: &str| window.desk.follow_link(&from.id, None, href);
    assert_eq!(follow(&found[0].href).unwrap().0, Some(other.id.clone()));
    let (post, file) = follow("../attachments/Donn%C3%A9es.pdf#page=2").unwrap();
    assert!(post.is_none() && file.unwrap().is_file());
    assert_eq!(follow("https://example.org/").unwrap().1, Some("https://example.org/".into()));
    for nowhere in ["gone.en.md", "../../etc/passwd", "file:///etc/passwd", "javascript:alert(1)"] {
        assert_eq!(follow(nowhere).unwrap_err().code, "link.nowhere", "{nowhere}");
    }

    // On the site, a link leads to the other's page once both are public.
    let body = format!("See [the other]({}#part).\n", found[0].href);
    window.desk.save_source(&from.id, "From here", &body).unwrap();
    let page = || std::fs::read_to_string(window.library().join("site/en/from-here/index.html")).unwrap();
    window.desk.publish(std::slice::from_ref(&from.id), "site").unwrap();
    assert!(page().contains("See the other."), "{}", page());
    window.desk.publish(std::slice::from_ref(&other.id), "site").unwrap();
    assert!(page().contains("fr/donnees-ouvertes/index.html#part\""), "{}", page());
}

#[test]
fn a_revision_opens_the_very_file_that_it_had() {
    let window = Window::open();
    let post = window.desk.create_post("Report", Language::En, None).unwrap();
    window.desk.save_post(&post.id, "Report", doc(&["See the report."])).unwrap();
    let first = window.desk.attach_files(&post.id, &[pdf(window.folder.path(), "report.pdf")]).unwrap().post;
    let mut second = b"%PDF-1.7 the second ".to_vec();
    second.extend(std::fs::read(window.folder.path().join("report.pdf")).unwrap());
    std::fs::write(window.library().join("attachments/report.pdf"), &second).unwrap();
    window.wait_for(|event| matches!(event, Event::PostChanged(changed) if changed.id == post.id));
    let newest = window.desk.open_post(&post.id).unwrap();
    assert_eq!(newest.attachments[0].version, 2);
    let opened = |revision| {
        let (_, file) = window.desk.follow_link(&post.id, revision, "../attachments/report.pdf").unwrap();
        std::fs::read(file.unwrap()).unwrap()
    };
    assert!(opened(None) == second && opened(Some(newest.revision)) == second);
    assert!(opened(Some(first.revision)) == std::fs::read(window.folder.path().join("report.pdf")).unwrap());
    let versions = window.desk.attachment_history(&post.id, &newest.attachments[0].id).unwrap();
    let shown: Vec<_> = versions.iter().map(|row| (row.version, row.revisions.clone())).collect();
    assert_eq!(
        shown,
        [(2, vec![(newest.revision, newest.revision)]), (1, vec![(first.revision, first.revision)])]
    );
    let compared = window.desk.compare_revisions(&post.id, first.revision, newest.revision).unwrap();
    assert_eq!((compared.attachments[0].from, compared.attachments[0].to), (Some(1), Some(2)));
}

#[test]
fn a_replaced_pdf_takes_its_file_along_and_keeps_what_others_made_of_it() {
    let window = Window::open();
    let post = window.desk.create_post("Report", Language::En, None).unwrap();
    let given = pdf(window.folder.path(), "report.pdf");
    let first = window.desk.attach_files(&post.id, std::slice::from_ref(&given)).unwrap().post;
    let attachment = &first.attachments[0].id;
    let after =
        |mark: &str| [format!("%PDF-1.7 {mark} ").as_bytes(), &std::fs::read(&given).unwrap()].concat();
    let (edited, newest) = (after("edited elsewhere"), after("replaced here"));
    let file = window.library().join("attachments/report.pdf");
    std::fs::write(&file, &edited).unwrap();
    let replacement = window.folder.path().join("new.pdf");
    std::fs::write(&replacement, &newest).unwrap();
    assert_eq!(window.desk.replace_attachment(attachment, &replacement).unwrap(), 3);
    assert_eq!(std::fs::read(&file).unwrap(), newest);
    let versions = window.desk.attachment_history(&post.id, attachment).unwrap();
    assert_eq!(versions.iter().map(|row| row.version).collect::<Vec<_>>(), [3, 2, 1]);
    assert_eq!(window.desk.open_post(&post.id).unwrap().attachments[0].version, 3);
}

#[test]
fn an_export_is_signed_with_a_key_of_the_users_and_held_against_it() {
    let window = Window::open();
    let key = window.desk.create_key("records", Some("a password")).unwrap();
    assert_eq!(window.desk.signing_keys().unwrap(), std::slice::from_ref(&key));
    let exports = window.folder.path().join("exports");
    let signed = |password: &str| ExportOrder {
        sign: Some("records".into()),
        password: Some(password.into()),
        ..order(&exports)
    };
    let wrong = window.desk.start_export(signed("another")).unwrap_err();
    assert_eq!(wrong.code, "key.wrong_password");
    assert!(!exports.exists());
    window.desk.start_export(signed("a password")).unwrap();
    let Event::TaskFinished(ended) = window.wait_for(|event| matches!(event, Event::TaskFinished(_))) else {
        panic!()
    };
    let export = ended.result.unwrap_or_else(|| panic!("{:?}", ended.error));
    assert!(export.signed && window.desk.exports().unwrap()[0].signed);
    assert_eq!(ended.report.unwrap().signed_by, Some(key.id.clone()), "it was read back and judged");
    let zip = export.path.unwrap();
    let report = verify(&window, Path::new(&zip));
    assert_eq!((report.verdict.as_str(), report.signed_by), ("whole", Some(key.id)));
    std::fs::write(format!("{zip}.minisig"), "no signature").unwrap();
    assert_eq!(verify(&window, Path::new(&zip)).signed_by, None);
}

#[test]
fn what_an_export_would_hold_is_told_before_and_is_what_it_then_holds() {
    let window = Window::open();
    let all = SelectionRequest::default();
    for title in ["One", "Two"] {
        let post = window.desk.create_post(title, Language::En, None).unwrap();
        window.desk.save_post(&post.id, title, doc(&["A text."])).unwrap();
        window.desk.seal_post(&post.id).unwrap();
    }
    let plan = window.desk.plan_export(&all).unwrap();
    assert_eq!((plan.full.posts, plan.full.attachments, plan.incremental), (2, 0, None));
    assert!(plan.full.bytes > 0);
    let exports = window.folder.path().join("exports");
    window.desk.start_export(order(&exports)).unwrap();
    assert_eq!(ended(&window).report.unwrap().verdict, "whole");

    let post = window.desk.create_post("Three", Language::En, None).unwrap();
    window.desk.save_post(&post.id, "Three", doc(&["A new text."])).unwrap();
    window.desk.seal_post(&post.id).unwrap();
    let plan = window.desk.plan_export(&all).unwrap();
    assert_eq!((plan.full.posts, plan.incremental.map(|changed| changed.posts)), (3, Some(1)));
    window.desk.start_export(ExportOrder { incremental: true, ..order(&exports) }).unwrap();
    let made = ended(&window).result.unwrap();
    assert_eq!((made.mode.as_str(), made.sequence), ("incremental", 2));

    let paths = window.desk.exports().unwrap().into_iter().map(|row| row.path.unwrap().into());
    let set = window.desk.verify_zips(&paths.collect::<Vec<_>>()).unwrap();
    assert!(set.exports.iter().all(|report| report.verdict == "whole" && report.findings.is_empty()));
    assert_eq!((set.exports.len(), set.findings.len()), (2, 0));

    let drafts = SelectionRequest { statuses: vec!["draft".into()], ..all };
    assert_eq!(window.desk.plan_export(&drafts).unwrap().series, None);
    window.desk.start_export(ExportOrder { selection: drafts.clone(), ..order(&exports) }).unwrap();
    let made = ended(&window);
    let row = made.result.unwrap();
    assert_eq!((row.sequence, made.report.unwrap().selection.is_some()), (1, true));
    assert_eq!(window.desk.plan_export(&drafts).unwrap().series, Some(row.series));
    assert_eq!(window.desk.current_library().unwrap().unwrap().next_sequence, 3);
}

#[test]
fn a_cancelled_export_leaves_nothing_and_takes_no_number() {
    let window = Window::open();
    let post = window.desk.create_post("Report", Language::En, None).unwrap();
    window.desk.save_post(&post.id, "Report", doc(&[&"A long text. ".repeat(100_000)])).unwrap();
    let exports = window.folder.path().join("exports");
    let task = window.desk.start_export(order(&exports)).unwrap();
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
