//! Images and links in the real window: from the paste to the file, and from a link to the post that it names.

use std::time::Duration;

use serde_json::json;
use thirtyfour::prelude::*;

use crate::writing::{file, with_a_post};

const SOON: Duration = Duration::from_secs(20);

/// Pastes a PNG of one red pixel, as a program that copies images does.
const PASTE: &str = "const bytes = Uint8Array.from(atob('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=='), (letter) => letter.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([bytes], 'Our chart.png', { type: 'image/png' }));
    const target = document.querySelector(arguments[0]);
    target.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))";

#[tokio::test]
async fn a_pasted_image_is_shown_and_stands_in_the_file_with_its_words() {
    let (window, library) = with_a_post("Pictures").await;
    window.write(".ProseMirror", "Before the image. ").await;
    window.driver.execute(PASTE, vec![json!(".ProseMirror")]).await.unwrap();
    window.see(".ProseMirror img.without-alt").await;
    let field = window.driver.active_element().await.unwrap();
    field.send_keys("Answers by month").await.unwrap();
    window.driver.action_chain().send_keys(String::from(char::from(Key::Enter))).perform().await.unwrap();
    let text = file(&window, &library, "Answers by month").await;
    assert!(text.contains("![Answers by month](../attachments/Our%20chart.png)"), "{text}");
    assert!(text.contains("Our chart.png"), "the post carries it:\n{text}");
    assert!(library.join("attachments/Our chart.png").is_file());
    let loaded = "return [...document.querySelectorAll('.ProseMirror img[alt=\"Answers by month\"]')].map((one) => one.naturalWidth).join()";
    let width = window.driver.execute(loaded, vec![]).await.unwrap();
    assert_eq!(width.json(), &json!("1"), "the window shows the library's image");
    window.accessible("a post with an image").await;

    // In the preview too.
    window.click(".modes button:last-child").await;
    window.see(".preview img").await;
    let begun = std::time::Instant::now();
    let loaded = "return document.querySelector('.preview img').naturalWidth";
    while window.driver.execute(loaded, vec![]).await.unwrap().json() != &json!(1) {
        assert!(begun.elapsed() < SOON, "the preview shows the library's image");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    window.picture("12-image").await;
    window.close().await;
}

#[tokio::test]
async fn a_link_to_another_post_is_typed_by_its_title_and_followed() {
    let (window, library) = with_a_post("Données ouvertes").await;
    window.write(".ProseMirror", "The one that is linked to.").await;
    file(&window, &library, "linked to").await;
    window.press(&[Key::Control], 'n').await;
    window.write("#new-title", "From here").await;
    window.click("form.new-post button[type=submit]").await;
    window.read("main.editor h1.sr", "From here", SOON).await;
    window.write(".ProseMirror", "See [[donnees").await;
    window.read("[role=listbox]", "Données ouvertes", SOON).await;
    window.driver.action_chain().send_keys(String::from(char::from(Key::Enter))).perform().await.unwrap();
    window.read(".ProseMirror a", "Données ouvertes", SOON).await;
    window.read("[data-testid=saving]", "aved", SOON).await;
    let link = window.see(".ProseMirror a").await;
    let href = link.attr("href").await.unwrap().unwrap_or_default();
    assert!(href.ends_with("-donnees-ouvertes.en.md"), "{href}");
    let caret =
        "const link = document.querySelector('.ProseMirror a'); getSelection().collapse(link.firstChild, 3)";
    window.driver.execute(caret, vec![]).await.unwrap();
    window.press(&[Key::Control, Key::Shift], 'o').await;
    window.read(".ProseMirror", "The one that is linked to.", SOON).await;
    window.close().await;
}
