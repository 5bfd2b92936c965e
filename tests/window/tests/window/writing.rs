//! Writing in the real window: formatted text and Markdown on one document, and what of it reaches the file.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::json;
use thirtyfour::prelude::*;

use crate::harness::Window;
use crate::journey::first_start;

const SOON: Duration = Duration::from_secs(20);

/// A window on a new library with one post, open.
pub async fn with_a_post(title: &str) -> (Window, PathBuf) {
    let window = Window::open().await;
    let library = window.home.path().join("Blog");
    std::fs::create_dir(&library).unwrap();
    first_start(&window, &library).await;
    window.press(&[Key::Control], 'n').await;
    window.write("#new-title", title).await;
    window.click("form.new-post button[type=submit]").await;
    window.see(".ProseMirror").await;
    (window, library)
}

/// The post's file, after what is typed was written to it.
pub async fn file(window: &Window, library: &Path, holds: &str) -> String {
    window.press(&[Key::Control], 's').await;
    let begun = std::time::Instant::now();
    loop {
        // A file that is being written has another name for a moment.
        let files = std::fs::read_dir(library.join("posts")).into_iter().flatten().flatten();
        let path =
            files.map(|entry| entry.path()).find(|path| path.extension().is_some_and(|end| end == "md"));
        let text = path.and_then(|path| std::fs::read_to_string(path).ok()).unwrap_or_default();
        if text.contains(holds) {
            return text;
        }
        assert!(begun.elapsed() < SOON, "the file does not hold {holds:?}, but:\n{text}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Waits until the focus is in the text that `css` finds, with the caret right after `words`.
async fn caret_after(window: &Window, css: &str, words: &str) {
    let script = "const range = getSelection(); const node = range.anchorNode;
        const inside = document.activeElement === document.querySelector(arguments[0]);
        return inside && node ? node.textContent.slice(0, range.anchorOffset) : ''";
    let begun = std::time::Instant::now();
    loop {
        let seen = window.driver.execute(script, vec![json!(css)]).await.unwrap();
        let before = seen.json().as_str().unwrap_or_default().to_owned();
        if before.ends_with(words) {
            return;
        }
        assert!(begun.elapsed() < SOON, "the caret stands after {before:?}, not after {words:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn one_post_is_written_formatted_and_as_markdown() {
    let (window, library) = with_a_post("Two ways").await;
    window.write(".ProseMirror", "Typed in the rich editor. Caret goes here").await;
    window.press(&[Key::Control, Key::Shift], 'm').await;
    window.read(".cm-content", "Typed in the rich editor.", SOON).await;
    caret_after(&window, ".cm-content", "Caret goes here").await;

    // What is typed as Markdown is kept as it is typed. Enter in a list begins the next item.
    let source = window.see(".cm-content").await;
    let typed = "\n\nA heading\n---------\n\n* star\nlist   with odd   spaces";
    let enter = String::from(char::from(Key::Enter));
    source.send_keys(typed.replace('\n', &enter)).await.unwrap();
    window.read("[data-testid=saving]", "aved", SOON).await;
    let text = file(&window, &library, "odd   spaces").await;
    assert!(text.contains("A heading\n---------\n\n* star\n* list   with odd   spaces"), "{text}");
    window.accessible("Markdown").await;
    window.picture("10-markdown").await;

    window.press(&[Key::Control, Key::Shift], 'm').await;
    window.read(".ProseMirror h2", "A heading", SOON).await;
    caret_after(&window, ".ProseMirror", "spaces").await;
    window.driver.action_chain().send_keys("!").perform().await.unwrap();
    let text = file(&window, &library, "spaces!").await;
    assert!(text.contains("A heading\n---------\n\n"), "what was not touched kept its form:\n{text}");
    window.close().await;
}

#[tokio::test]
async fn the_preview_stands_beside_the_markdown_and_follows_it() {
    let (window, _library) = with_a_post("Beside").await;
    window.click(".modes button:last-child").await;
    window.see(".cm-content").await;
    let paragraphs: Vec<String> =
        (1..60).map(|n| format!("## Part {n}\n\nWords of part {n}. {}", "More words. ".repeat(20))).collect();
    let paste = "const view = document.querySelector('.cm-content');
        const data = new DataTransfer(); data.setData('text/plain', arguments[0]);
        view.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))";
    window.see(".cm-content").await.click().await.unwrap();
    let markdown = format!("{}\n\n<script>window.ran = true</script>\n", paragraphs.join("\n\n"));
    window.driver.execute(paste, vec![json!(markdown)]).await.unwrap();
    window.read(".preview h2", "Part 59", SOON).await;
    let ran = window.driver.execute("return window.ran === undefined", vec![]).await.unwrap();
    assert_eq!(ran.json(), &json!(true), "nothing in a preview runs");
    window
        .driver
        .execute("document.querySelector('.cm-content').closest('.scroll').scrollTop = 6000", vec![])
        .await
        .unwrap();
    let level = "const edge = document.querySelector('.preview').getBoundingClientRect().top;
        const words = (root, all) => [...root.querySelectorAll(all)].find((one) => one.getBoundingClientRect().bottom > edge + 4)?.textContent.match(/part \\d+/i)?.[0] ?? '';
        return [words(document.querySelector('.cm-content'), '.cm-line:not(:has(br))'), words(document.querySelector('.preview'), 'h2, p:not(.headline)')]";
    let begun = std::time::Instant::now();
    loop {
        let seen = window.driver.execute(level, vec![]).await.unwrap().json().clone();
        if seen[0] == seen[1]
            && seen[0].as_str().is_some_and(|part| !part.is_empty())
            && seen[0] != json!("Part 1")
        {
            break;
        }
        if begun.elapsed() > SOON {
            window.picture("failed").await;
            panic!("the two do not stand at one place: {seen}");
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    window.accessible("Markdown with preview").await;
    window.picture("11-split").await;
    window.close().await;
}

#[tokio::test]
async fn a_post_of_50_000_words_opens_types_and_saves_only_what_changed() {
    let (window, library) = with_a_post("Short").await;
    let paragraph = "Every one of these words has been written to be read by nobody at all. ".repeat(6);
    let text: Vec<String> = (0..600).map(|n| format!("Paragraph {n}. {}", paragraph.trim_end())).collect();
    let long = library.join("posts/long.en.md");
    std::fs::create_dir_all(long.parent().unwrap()).unwrap();
    std::fs::write(&long, format!("---\ntitle: A long post\n---\n{}\n", text.join("\n\n"))).unwrap();
    window.read("nav.list", "A long post", SOON).await;
    let open = "[...document.querySelectorAll('nav.list a')].find((one) => one.textContent.includes('A long post')).click()";
    window.driver.execute(open, vec![]).await.unwrap();
    window.read(".ProseMirror > p:last-of-type", "Paragraph 599.", SOON).await;
    // What goes to the shell is looked at on its way.
    let listen = "window.sent = []; const real = window.fetch;
        window.fetch = (address, request) => {
          if (String(address).endsWith('save_post')) window.sent.push(request.body);
          return real(address, request);
        }";
    window.driver.execute(listen, vec![]).await.unwrap();
    let caret = "const block = document.querySelectorAll('.ProseMirror > p')[300];
        document.querySelector('.ProseMirror').focus(); block.scrollIntoView();
        getSelection().collapse(block.firstChild, 0)";
    window.driver.execute(caret, vec![]).await.unwrap();
    window.driver.action_chain().send_keys("Typed here: ").perform().await.unwrap();
    window.read("[data-testid=saving]", "aved", SOON).await;
    window.press(&[Key::Control], 's').await;
    let begun = std::time::Instant::now();
    while !std::fs::read_to_string(&long).unwrap_or_default().contains("\n\nTyped here: Paragraph 300.") {
        assert!(begun.elapsed() < SOON, "the file has what was typed");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let text = std::fs::read_to_string(&long).unwrap();
    assert!(text.contains("\n\nParagraph 299.") && text.contains("\n\nParagraph 301."));
    let sent = window.driver.execute(
        "const texts = window.sent.map((body) => typeof body === 'string' ? body : new TextDecoder().decode(body));
         return [texts.length, Math.max(...texts.map((text) => text.length)), texts.every((text) => !text.includes('Paragraph 299'))]",
        vec![],
    ).await.unwrap();
    let (count, most) = (sent.json()[0].as_u64().unwrap(), sent.json()[1].as_u64().unwrap());
    assert!(count > 0, "saves were seen");
    assert!(most < 4096 && sent.json()[2] == json!(true), "a save of one block is {most} letters long");
    window.close().await;
}
