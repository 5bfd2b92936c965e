//! Documents that an editor could hand over, at random: do they come back?

#![allow(clippy::print_stdout, reason = "the rate is for people to read")]

use super::*;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use serde_json::json;

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-c *_`~<>#+=|:&;\"'\\\\.!@/()\\[\\]0-9-]{1,12}",
        "(\\[x\\]|# |1\\. |- |> |&amp;|https://x.org|www\\.x\\.org|a@b\\.co|<br>|:-|\\|)[a. ]{0,3}",
        "[éàœ«»\u{a0}\u{202f}’ ]{1,8}",
    ]
}

fn inline() -> impl Strategy<Value = Value> {
    (text(), proptest::sample::subsequence(vec!["bold", "italic", "strike"], 0..3), 0..10u8).prop_map(
        |(text, marks, kind)| {
            let mut list: Vec<Value> = marks.iter().map(|name| json!({ "type": name })).collect();
            match kind {
                0 => return json!({ "type": "hardBreak" }),
                1 => list = vec![json!({ "type": "code" })],
                2 => list.push(json!({ "type": "link", "attrs": { "href": text, "title": null } })),
                3 => return json!({ "type": "image", "attrs": { "src": text, "alt": text, "title": text } }),
                _ => {}
            }
            json!({ "type": "text", "text": text, "marks": list })
        },
    )
}

fn block() -> impl Strategy<Value = Value> {
    let inlines = || proptest::collection::vec(inline(), 0..4);
    let leaf = prop_oneof![
        4 => inlines().prop_map(|content| json!({ "type": "paragraph", "content": content })),
        1 => (1..7u8, inlines()).prop_map(|(level, content)| json!({ "type": "heading", "attrs": { "level": level }, "content": content })),
        1 => ("[a`~\n ]{0,9}", proptest::option::of("[a-z`& ]{0,5}")).prop_map(|(text, language)| json!({ "type": "codeBlock", "attrs": { "language": language }, "content": [{ "type": "text", "text": text }] })),
        1 => Just(json!({ "type": "horizontalRule" })),
        1 => proptest::collection::vec(inlines(), 4).prop_map(|cells| {
            let cell = |name: &str, content: &Value| json!({ "type": name, "attrs": { "align": "left" }, "content": [{ "type": "paragraph", "content": content }] });
            let cells: Vec<Value> = cells.into_iter().map(Value::Array).collect();
            json!({ "type": "table", "content": [
                { "type": "tableRow", "content": [cell("tableHeader", &cells[0]), cell("tableHeader", &cells[1])] },
                { "type": "tableRow", "content": [cell("tableCell", &cells[2]), cell("tableCell", &cells[3])] },
            ] })
        }),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let blocks = || proptest::collection::vec(inner.clone(), 0..3);
        prop_oneof![
            blocks().prop_map(|content| json!({ "type": "blockquote", "content": content })),
            (proptest::collection::vec(blocks(), 1..3), any::<bool>(), 0..3u8).prop_map(|(items, tight, kind)| {
                let (list, item) = [("bulletList", "listItem"), ("orderedList", "listItem"), ("taskList", "taskItem")][usize::from(kind)];
                let items: Vec<Value> = items.into_iter().map(|blocks| json!({ "type": item, "attrs": { "checked": tight }, "content": blocks })).collect();
                json!({ "type": list, "attrs": { "tight": tight, "start": 3 }, "content": items })
            }),
        ]
    })
}

#[test]
fn random_documents_come_back() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let strategy = proptest::collection::vec(block(), 1..5);
    let (mut same, mut shown) = (0, 0);
    for _ in 0..3000 {
        let doc = json!({ "type": "doc", "content": strategy.new_tree(&mut runner).unwrap().current() });
        let blocks = json::read(&doc).unwrap();
        let written = from_tiptap(&doc).unwrap();
        let read = json::read(&to_tiptap(&written)).unwrap();
        same += usize::from(read == blocks);
        if read != blocks && shown < 40 {
            shown += 1;
            for (a, b) in blocks.iter().zip(&read) {
                if a != b {
                    println!("{a:?}\n{b:?}");
                    break;
                }
            }
            println!("{written}\n-----");
        }
    }
    println!("3000 documents: {same} come back the same");
    // What is left: signs of neighbouring marks that run together, and lists that no blank line makes loose.
    assert!(same >= 2900, "only {same} of 3000");
}
