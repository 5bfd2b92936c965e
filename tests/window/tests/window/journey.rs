//! From an empty folder to a verified zip.

use std::path::{Path, PathBuf};
use std::time::Duration;

use thirtyfour::prelude::*;

use crate::harness::{Window, root, run, said, target};

const SOON: Duration = Duration::from_secs(20);

/// A PDF of our own making: one empty page.
fn small_pdf(path: &Path) {
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
    ];
    let mut text = String::from("%PDF-1.4\n");
    let mut places = Vec::new();
    for (number, object) in objects.iter().enumerate() {
        places.push(text.len());
        text += &format!("{} 0 obj\n{object}\nendobj\n", number + 1);
    }
    let start = text.len();
    text += "xref\n0 4\n0000000000 65535 f \n";
    for place in places {
        text += &format!("{place:010} 00000 n \n");
    }
    text += &format!("trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");
    std::fs::write(path, text).unwrap();
}

fn only_file_in(folder: &Path, extension: &str) -> PathBuf {
    let files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .collect();
    assert_eq!(files.len(), 1, "{} holds {files:?}", folder.display());
    files[0].clone()
}

#[tokio::test]
async fn a_post_is_written_published_exported_and_verified() {
    let window = Window::open().await;
    let home = window.home.path().to_path_buf();
    let library = home.join("Open data");
    std::fs::create_dir(&library).unwrap();

    first_start(&window, &library).await;
    write_a_post(&window).await;
    attach_a_pdf(&window, &home.join("annual-report.pdf")).await;
    file_it(&window).await;
    edit_it_outside(&window, &library).await;
    publish_it(&window, &library).await;
    let zip = export_it(&window, &home.join("exports")).await;
    verify_it(&window).await;
    judge(&zip, &home.join("unpacked"));
    window.close().await;
}

pub async fn first_start(window: &Window, library: &Path) {
    window.see("form.actor").await;
    window.accessible("first start").await;
    window.picture("01-first-start").await;
    window.write("#actor-name", "Nadia Roy").await;
    window.write("#actor-email", "nadia.roy@example.org").await;
    window.click("form.actor button.main").await;
    window.see(".ways-in").await;
    window.accessible("ways in").await;
    window.picture("02-ways-in").await;
    window.answer(library);
    window.click(".ways-in li:first-child button").await;
    window.see("nav.list").await;
    assert!(library.join(".fonds/library.db").exists(), "the library was made");
}

async fn write_a_post(window: &Window) {
    window.press(&[Key::Control], 'n').await;
    window.write("#new-title", "Open data, one year on").await;
    window.click("form.new-post button[type=submit]").await;
    window.write(".ProseMirror", "Données ouvertes: what we heard.").await;
    window.read("[data-testid=saving]", "aved", SOON).await;
    window.press(&[Key::Control], 's').await;
}

async fn attach_a_pdf(window: &Window, pdf: &Path) {
    small_pdf(pdf);
    window.answer(pdf);
    window.press(&[Key::Control, Key::Shift], 'a').await;
    window.read("aside.detail", "annual-report.pdf", SOON).await;
}

async fn file_it(window: &Window) {
    window.click("section.tree header button.link").await;
    window.write(".category-form input[lang=en]", "Reports").await;
    window.write(".category-form input[lang=fr]", "Rapports").await;
    window.click(".category-form button.small").await;
    window.click("section.tree .leaf input[type=checkbox]").await;
    window.read("section.tree .count", "1", SOON).await;
    window.accessible("write").await;
    window.picture("03-write").await;
}

/// Another editor changes the file: the window shows it within a second.
async fn edit_it_outside(window: &Window, library: &Path) {
    window.press(&[Key::Control], 's').await;
    let file = only_file_in(&library.join("posts"), "md");
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains("Données ouvertes: what we heard."), "the file has the text:\n{text}");
    assert!(text.contains("Reports"), "the file has the category:\n{text}");
    std::fs::write(&file, format!("{}\n\nA line from another editor.\n", text.trim_end())).unwrap();
    window.read(".ProseMirror", "A line from another editor.", Duration::from_secs(1)).await;
}

async fn publish_it(window: &Window, library: &Path) {
    window.click(".editor header button.main").await;
    window.read("aside.detail", "index.html", SOON).await;
    window.click("header.top a[href='#publish']").await;
    window.read("main.pane", "Open data, one year on", SOON).await;
    window.accessible("publish").await;
    window.picture("04-publish").await;
    assert!(library.join("site/index.html").exists(), "the site was written");
}

async fn export_it(window: &Window, exports: &Path) -> PathBuf {
    std::fs::create_dir(exports).unwrap();
    window.click("header.top a[href='#exports']").await;
    window.answer(exports);
    window.click(".join button").await;
    window.read(".join output", "exports", SOON).await;
    window.accessible("exports").await;
    window.picture("05-export").await;
    window.click(".act button.main").await;
    window.see(".done .verdict").await;
    window.accessible("export report").await;
    window.picture("06-export-report").await;
    only_file_in(exports, "zip")
}

async fn verify_it(window: &Window) {
    window.click(".done .row button:nth-of-type(2)").await;
    window.see(".v .verdict .good").await;
    window.accessible("verify").await;
    window.picture("07-verify").await;
}

/// What `fonds verify` and bagit-python say of the zip.
fn judge(zip: &Path, unpacked: &Path) {
    let zip = zip.to_str().unwrap();
    let verified = run(target().join("debug/fonds"), &["verify", zip]);
    assert!(verified.status.success(), "fonds verify: {}", said(&verified));
    let unzipped = run("unzip", &["-q", zip, "-d", unpacked.to_str().unwrap()]);
    assert!(unzipped.status.success(), "unzip: {}", said(&unzipped));
    let bag = std::fs::read_dir(unpacked).unwrap().next().unwrap().unwrap().path();
    let tools =
        std::env::var_os("FONDS_VALIDATORS").map_or_else(|| root().join("target/tools"), PathBuf::from);
    let bagit = run(tools.join("bin/bagit.py"), &["--validate", bag.to_str().unwrap()]);
    assert!(bagit.status.success(), "bagit-python: {}", said(&bagit));
}
