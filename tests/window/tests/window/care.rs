//! The library is checked, a backup is put back, and a post in the trash is destroyed, in the real window.

use std::time::Duration;

use thirtyfour::prelude::*;

use crate::harness::Window;
use crate::journey::first_start;

const SOON: Duration = Duration::from_secs(30);

#[tokio::test]
async fn the_library_is_checked_put_back_and_a_post_destroyed() {
    let window = Window::open().await;
    let library = window.home.path().join("Open data");
    std::fs::create_dir(&library).unwrap();
    first_start(&window, &library).await;
    window.press(&[Key::Control], '5').await;
    window.click(".upkeep section:first-child .row button:first-child").await;
    window.read(".upkeep .well", "Nothing is wrong.", SOON).await;
    window.accessible("check and backups").await;
    window.picture("20-care").await;
    // The day's backup was made when the library was opened.
    window.click(".upkeep td button").await;
    window.see(".upkeep [role=alertdialog]").await;
    window.accessible("a backup is about to be put back").await;
    window.click(".upkeep .grave").await;
    window.read(".upkeep", "The library goes on from the backup of", SOON).await;

    window.press(&[Key::Control], '1').await;
    window.press(&[Key::Control], 'n').await;
    window.write("#new-title", "A mistake").await;
    window.click("form.new-post button[type=submit]").await;
    window.see(".ProseMirror").await;
    window.press(&[Key::Control, Key::Shift], 'p').await;
    window.write(".palette input", "move to the trash").await;
    window.read(".palette .hit[aria-selected=true]", "Move to the trash", SOON).await;
    window.see(".palette input").await.send_keys(Key::Enter + "").await.unwrap();
    window.read("main.editor", "is in the trash", SOON).await;
    // The layer behind the palette fades out.
    let gone =
        window.driver.query(By::Css(".scrim")).wait(SOON, Duration::from_millis(20)).not_exists().await;
    assert!(gone.unwrap(), "the palette is closed");
    window.click(".list-foot button").await;
    window.see(".trash tbody tr").await;
    window.click(".trash td button:last-child").await;
    window.see(".trash [role=alertdialog]").await;
    window.accessible("a post is about to be destroyed").await;
    window.click(".trash .grave").await;
    window.read(".trash", "“A mistake” was destroyed.", SOON).await;
    window.close().await;
}
