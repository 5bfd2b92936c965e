//! Any bytes: no panic and no hang, a document that JSON holds, and the same bytes where nothing was edited.
#![no_main]

use fonds_markdown::{Document, from_tiptap, front_matter, plain_text, render_onto, title_of, to_html, to_tiptap};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let doc = to_tiptap(&text);
    let json = serde_json::to_string(&doc).expect("a document is JSON");
    let read = Document::from_json(&json).expect("what was written is read");
    assert_eq!(render_onto(&text, &read), text, "no edit, no other bytes");
    let written = from_tiptap(&read);
    // The words of one text put onto another: an edit of everything.
    render_onto(&text, &to_tiptap(&written));
    render_onto(&written, &doc);
    to_html(&text, &|_| None);
    plain_text(&text);
    title_of(&text);
    let _ = front_matter::parse(&text);
});
