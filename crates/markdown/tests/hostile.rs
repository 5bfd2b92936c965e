//! Texts and documents made to exhaust the stack or the clock.

#![allow(clippy::unwrap_used, clippy::panic)]

use fonds_markdown::{Document, Error, from_tiptap, plain_text, render_onto, title_of, to_html, to_tiptap};
use serde_json::{Value, json};

fn everything(markdown: &str) {
    let doc = to_tiptap(markdown);
    let text = serde_json::to_string(&doc).unwrap();
    assert!(serde_json::from_str::<Value>(&text).is_ok(), "serde_json reads what we make");
    assert_eq!(render_onto(markdown, &Document::from_json(&text).unwrap()), markdown);
    from_tiptap(&doc);
    to_html(markdown, &|_| None);
    plain_text(markdown);
    title_of(markdown);
}

#[test]
fn ten_thousand_quotes() {
    everything(&">".repeat(10_000));
    everything(&format!("{} text\n", "> ".repeat(10_000)));
}

#[test]
fn deep_lists_and_marks() {
    let list: String = (0..300).map(|depth| format!("{}- a\n", "  ".repeat(depth))).collect();
    everything(&list);
    everything(&"- ".repeat(3_000));
    everything(&format!("{}a{}", "*b ".repeat(2_000), "*".repeat(2_000)));
    everything(&format!("{}a{}", "**".repeat(5_000), "**".repeat(5_000)));
    everything(&"[".repeat(20_000));
    everything(&"![a](".repeat(5_000));
    everything(&"<div>\n".repeat(5_000));
    everything(&"`a``".repeat(5_000));
    everything(&"[a]: b\n".repeat(5_000));
    everything(&"[^a]: b\n".repeat(2_000));
    everything(&"[a\n".repeat(5_000));
    everything(&"&".repeat(50_000));
}

#[test]
fn odd_characters() {
    for text in [
        "\u{feff}# a\n\nb",
        "a\0b\n\n\0",
        "a\rb\r\r- c\r",
        "\u{2028}a\u{85}b\n\n\u{c}\n\u{b}",
        "\t\ta\n\n \tb",
        "a[^\0b]\n\n[^\0b]: c",
        "[a\u{1a}b]\n\n[a\u{1a}b]: c",
        "\u{feff}\u{feff}a",
    ] {
        everything(text);
    }
}

#[test]
fn deep_documents_are_refused() {
    let mut doc = json!({ "type": "paragraph" });
    for _ in 0..500 {
        doc = json!({ "type": "blockquote", "content": [doc] });
    }
    let doc = json!({ "type": "doc", "content": [doc] });
    assert_eq!(Document::from_value(&doc), Err(Error::TooDeep));
    assert_eq!(Document::from_json(&doc.to_string()), Err(Error::TooDeep));
}

#[test]
fn unknown_nodes_and_marks_are_named() {
    let doc = |inner: Value| json!({ "type": "doc", "content": [inner] });
    let unknown = |inner: Value| Document::from_value(&doc(inner)).unwrap_err();
    assert_eq!(unknown(json!({ "type": "video" })), Error::UnknownNode("video".into()));
    let text = json!({ "type": "text", "text": "a", "marks": [{ "type": "underline" }] });
    let marked = json!({ "type": "paragraph", "content": [text] });
    assert_eq!(unknown(marked), Error::UnknownNode("underline".into()));
    assert!(matches!(unknown(json!({ "content": [] })), Error::Malformed { .. }));
    assert!(Document::from_value(&json!({ "type": "paragraph" })).is_err());
}

/// Ten times the text takes about ten times as long, not a hundred times; the bound leaves room for a busy machine.
#[test]
fn cost_grows_with_the_length() {
    for part in
        ["& a <b *c* [d] _e_\n\n", "- <div> <<<\n", "| a | b |\n", "[a]: b\n\n[a\n\n", "*a **b* c** `d\n"]
    {
        let time = |repeats: usize| {
            let text = part.repeat(repeats);
            let start = std::time::Instant::now();
            from_tiptap(&to_tiptap(&text));
            start.elapsed().as_secs_f64()
        };
        let (small, large) = (time(400), time(4000));
        assert!(large < small * 40.0 + 0.5, "{part:?}: {small:.3} s, then {large:.3} s");
    }
}
