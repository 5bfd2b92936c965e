//! How long a key takes to be painted in the real window, in a short post and in very long ones, in one run: from the
//! key to the second animation frame after it. Run by `make bench-window`. Load on the machine moves the figures, so
//! the posts take turns, and what counts is the ratio to the short one.
#![cfg(test)]

#[path = "../window/harness.rs"]
#[allow(dead_code, reason = "the tests of the window use the rest")]
mod harness;

use std::path::Path;
use std::time::Duration;

use harness::Window;
use serde_json::json;

const POSTS: [(&str, usize); 3] = [("Post of 1k", 1_000), ("Post of 50k", 50_000), ("Post of 300k", 300_000)];
const ROUNDS: usize = 3;
/// Keys that are typed in a round, and how many of them warm up.
const KEYS: usize = 60;
const WARM: usize = 5;
const SOON: Duration = Duration::from_secs(120);

/// Prose of about this many words: paragraphs of 60, a heading before every tenth.
fn prose(words: usize) -> String {
    const SENTENCE: [&str; 12] =
        ["every", "record", "of", "this", "office", "is", "kept", "as", "long", "as", "the", "rule"];
    let mut text = String::new();
    for paragraph in 0..words / 60 {
        if paragraph % 10 == 0 {
            text += &format!("## Part {paragraph}\n\n");
        }
        let body: Vec<String> =
            (0..60).map(|n| format!("{}{}", SENTENCE[n % 12], if n % 12 == 11 { "." } else { "" })).collect();
        text += &body.join(" ");
        text += "\n\n";
    }
    text
}

async fn start(window: &Window, library: &Path) {
    window.write("#actor-name", "Nadia Roy").await;
    window.write("#actor-email", "nadia.roy@example.org").await;
    window.click("form.actor button.main").await;
    window.see(".ways-in").await;
    window.answer(library);
    window.click(".ways-in li:first-child button").await;
    window.see("nav.list").await;
    std::fs::create_dir_all(library.join("posts")).unwrap();
    for (title, words) in POSTS {
        let name = title.to_lowercase().replace(' ', "-");
        let text = format!("---\ntitle: {title}\nlang: en\n---\n{}The end of {title}.\n", prose(words));
        std::fs::write(library.join(format!("posts/{name}.en.md")), text).unwrap();
    }
    window.read("nav.list", "Post of 300k", SOON).await;
}

/// Opens a post and puts the caret into its middle.
async fn open(window: &Window, title: &str) {
    let click = "[...document.querySelectorAll('nav.list a')].find((one) => one.textContent.includes(arguments[0] + ' ') || one.textContent.trim().startsWith(arguments[0])).click()";
    window.driver.execute(click, vec![json!(title)]).await.unwrap();
    window.read(".ProseMirror > p:last-of-type", &format!("The end of {title}."), SOON).await;
    window.read("[data-testid=saving]", "aved", SOON).await;
    let caret = "const blocks = document.querySelectorAll('.ProseMirror > p'); const block = blocks[blocks.length >> 1];
        document.querySelector('.ProseMirror').focus(); block.scrollIntoView({ block: 'center' });
        getSelection().collapse(block.firstChild, 10);
        window.times = [];
        window.timing ??= addEventListener('keydown', () => {
          const begun = performance.now();
          requestAnimationFrame(() => requestAnimationFrame(() => window.times.push(performance.now() - begun)));
        }, true) ?? true";
    window.driver.execute(caret, vec![]).await.unwrap();
    // The opening has settled: its count of words, its pictures.
    tokio::time::sleep(Duration::from_secs(2)).await;
}

async fn type_keys(window: &Window) -> Vec<f64> {
    for key in ["a", "e", "n", " "].iter().cycle().take(KEYS) {
        window.driver.action_chain().send_keys(*key).perform().await.unwrap();
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    let times = window.driver.execute("return window.times", vec![]).await.unwrap();
    let times: Vec<f64> =
        times.json().as_array().unwrap().iter().filter_map(serde_json::Value::as_f64).collect();
    assert!(times.len() >= KEYS, "every key was seen: {} of {KEYS}", times.len());
    times[WARM..].to_vec()
}

fn percentile(sorted: &[f64], part: f64) -> f64 {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a short list")]
    let at = ((sorted.len() - 1) as f64 * part).round() as usize;
    sorted[at]
}

#[tokio::test]
async fn key_to_paint() {
    let window = Window::open().await;
    let library = window.home.path().join("Blog");
    std::fs::create_dir(&library).unwrap();
    start(&window, &library).await;
    let mut all: Vec<Vec<f64>> = vec![vec![]; POSTS.len()];
    for _ in 0..ROUNDS {
        for (times, (title, _)) in all.iter_mut().zip(POSTS) {
            open(&window, title).await;
            times.extend(type_keys(&window).await);
        }
    }
    println!(
        "key to second animation frame, {} keys each, the window of {}",
        ROUNDS * (KEYS - WARM),
        harness::binary().display()
    );
    println!("{:>9}  {:>6}  {:>6}  {:>12}  {:>12}", "words", "p50 ms", "p95 ms", "p50 / 1k", "p95 / 1k");
    let mut base = None;
    for (times, (_, words)) in all.iter_mut().zip(POSTS) {
        times.sort_by(f64::total_cmp);
        let (p50, p95) = (percentile(times, 0.5), percentile(times, 0.95));
        let (base50, base95) = *base.get_or_insert((p50, p95));
        println!("{words:>9}  {p50:>6.0}  {p95:>6.0}  {:>12.2}  {:>12.2}", p50 / base50, p95 / base95);
    }
    println!("wanted: p95 within 1.2 times at 50,000 words and within 2 times at 300,000");
    window.close().await;
}
