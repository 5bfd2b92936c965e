//! The history of a post in the real window, by keyboard alone: compared, named, brought back.

use std::time::Duration;

use thirtyfour::prelude::*;

use crate::writing::{file, with_a_post};

const SOON: Duration = Duration::from_secs(20);
const HISTORY: &[Key] = &[Key::Control, Key::Shift];

#[tokio::test]
async fn two_revisions_are_compared_and_the_earlier_one_is_brought_back() {
    let (window, library) = with_a_post("Budget").await;
    window.write(".ProseMirror", "It costs much.").await;
    file(&window, &library, "It costs much.").await;
    window.press(HISTORY, 'h').await;
    window.read(".hist main", "Revision 1", SOON).await;
    window.press(&[], char::from(Key::Escape)).await;

    window.see(".ProseMirror").await;
    window.write(".ProseMirror", " Now it costs little.").await;
    file(&window, &library, "little").await;
    window.press(HISTORY, 'h').await;
    window.read(".hist main h1", "Revision 1 to 2", SOON).await;
    window.read(".hist ins.added", "little", SOON).await;
    window.press(&[], char::from(Key::F8)).await;
    window.read(".hist .ch.cur", "little", SOON).await;
    window.accessible("history").await;
    window.picture("11-history").await;

    window.click(".hist aside header button.link").await;
    window.write(".hist .name-form input", "As sent").await;
    window.click(".hist .name-form button").await;
    window.read(".hist nav .what b", "As sent", SOON).await;
    window.click(".hist .wide-button").await;
    window.read("aside.detail", "restored", SOON).await;
    let text = file(&window, &library, "It costs much.").await;
    assert!(!text.contains("little"), "{text}");
    window.close().await;
}
