//! Formatting by typing, by keys and by pasting, in the real window: the file says in Markdown what was meant.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::json;
use thirtyfour::prelude::*;

use crate::harness::Window;
use crate::journey::first_start;

const SOON: Duration = Duration::from_secs(20);
const TEXT: &str = ".ProseMirror";

/// What Word puts on the clipboard for a heading, a list of two levels and a footnote.
const FROM_WORD: &str = "<html><head><style>@list l0:level1 {mso-level-number-format:bullet;}</style></head><body>\
<h3>From Word<o:p></o:p></h3>\
<p class=MsoListParagraphCxSpFirst style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·</span>outer<o:p></o:p></p>\
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>o</span>inner<o:p></o:p></p>\
<p class=MsoNormal style='color:red'>Noted<a style='mso-footnote-id:ftn1' href=\"#_ftn1\" name=\"_ftnref1\">[1]</a>.<o:p></o:p></p>\
<div style='mso-element:footnote-list'><div style='mso-element:footnote' id=ftn1><p class=MsoFootnoteText>\
<a style='mso-footnote-id:ftn1' href=\"#_ftnref1\" name=\"_ftn1\">[1]</a> Page 6.</p></div></div></body></html>";

/// The text of the only post's file; empty until it is there.
fn post(library: &Path) -> String {
    let file = std::fs::read_dir(library.join("posts")).ok().and_then(|mut all| all.next()?.ok());
    file.and_then(|file| std::fs::read_to_string(file.path()).ok()).unwrap_or_default()
}

/// Waits until the post's file holds `wanted`, after Ctrl S.
async fn written(window: &Window, library: &Path, wanted: &str) {
    window.press(&[Key::Control], 's').await;
    let begun = Instant::now();
    let mut last = String::new();
    while begun.elapsed() < SOON {
        // A cell that was saved empty keeps the space that stood in it.
        last = post(library).replace("|  ", "| ");
        if last.contains(wanted) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    window.picture("failed").await;
    panic!("the file does not hold {wanted:?}, but:\n{last}");
}

async fn keys(window: &Window, text: impl Into<TypingData>) {
    let element = window.driver.active_element().await.unwrap();
    element.send_keys(text).await.unwrap();
}

async fn paste(window: &Window, html: &str) {
    let script = "const data = new DataTransfer();
        data.setData('text/html', arguments[0]);
        data.setData('text/plain', 'x');
        document.activeElement.dispatchEvent(
          new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))";
    window.driver.execute(script, vec![json!(html)]).await.unwrap();
}

#[tokio::test]
async fn what_is_formatted_is_markdown_in_the_file() {
    let window = Window::open().await;
    let library = window.home.path().join("Formatting");
    std::fs::create_dir(&library).unwrap();
    first_start(&window, &library).await;
    window.press(&[Key::Control], 'n').await;
    window.write("#new-title", "Formatting").await;
    window.click("form.new-post button[type=submit]").await;

    window.write(TEXT, "## Heading").await;
    keys(&window, Key::Enter + "Some **bold** and `code`, a [link](https://example.org) and $x^2$.").await;
    keys(&window, Key::Enter + "- [ ] to do" + Key::Enter + "then" + Key::Tab).await;
    keys(&window, Key::Enter + Key::Enter + Key::Enter).await;
    written(
        &window,
        &library,
        "## Heading\n\nSome **bold** and `code`, a [link](https://example.org) and $x^2$.",
    )
    .await;

    // The slash menu, by its French name too, and a table by keys.
    keys(&window, "/tableau").await;
    window.see("[role=listbox] [role=option]").await;
    window.accessible("slash menu").await;
    window.picture("11-slash").await;
    keys(&window, Key::Enter).await;
    window.see("[role=toolbar].table-bar").await;
    keys(&window, "A" + Key::Tab + "B" + Key::Tab + "C" + Key::Tab + "1").await;
    written(&window, &library, "| A | B | C |").await;
    window.accessible("table").await;
    window.picture("12-table").await;

    // A footnote, and back to the text.
    keys(&window, Key::Enter + Key::Enter).await;
    keys(&window, "Fact[^The source.").await;
    written(&window, &library, "Fact[^1]").await;
    written(&window, &library, "[^1]: The source.").await;
    window.press(&[Key::Control, Key::Alt], 'f').await;
    window.read("[role=tooltip]", "The source.", SOON).await;
    window.picture("13-footnote").await;

    keys(&window, Key::End + Key::Enter).await;
    paste(&window, FROM_WORD).await;
    written(&window, &library, "### From Word\n\n- outer\n  - inner\n\nNoted[^2].").await;
    written(&window, &library, "[^2]: Page 6.").await;
    // What is copied with its formatting and pasted with Shift is text alone.
    window.press(&[Key::Control], 'a').await;
    window.press(&[Key::Control], 'c').await;
    keys(&window, Key::Right + Key::Enter).await;
    window.press(&[Key::Control, Key::Shift], 'v').await;
    written(&window, &library, "Some bold and code, a link and").await;
    window.accessible("formatted text").await;
    window.picture("14-pasted").await;
    window.close().await;
}
