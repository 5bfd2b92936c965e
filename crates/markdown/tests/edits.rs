//! Edits as an editor makes them: what the author did not touch keeps its bytes, and what was typed is text.

#![allow(clippy::unwrap_used, clippy::panic)]
#![allow(clippy::print_stdout, reason = "the rates are for people to read")]

mod support;

use serde_json::{Value, json};
use support::{readmes, render_onto, to_tiptap};

const POST: &str = "Un titre\n========\n\nPremier paragraphe,\nsur deux lignes.  \nFin.\n\n* un\n* deux\n\n\n[ref]: https://exemple.org\n\nVoir [ref] et[^1].\n\n    du code\n\n***\n\n[^1]: La note.\n";

fn paragraph(text: &str) -> Value {
    json!({ "type": "paragraph", "content": [{ "type": "text", "text": text }] })
}

fn content(doc: &mut Value) -> &mut Vec<Value> {
    doc["content"].as_array_mut().unwrap()
}

#[test]
fn no_edit_is_the_same_bytes_with_defaults_added() {
    let mut doc = to_tiptap(POST);
    // TipTap's trailing node, and attributes of its own.
    content(&mut doc).push(json!({ "type": "paragraph" }));
    content(&mut doc)[0]["attrs"]["textAlign"] = Value::Null;
    assert_eq!(render_onto(POST, &doc), POST);
}

#[test]
fn one_block_edited_leaves_the_others() {
    let mut doc = to_tiptap(POST);
    content(&mut doc)[1] = paragraph("Un autre * paragraphe.");
    let expected = POST.replace("Premier paragraphe,\nsur deux lignes.  \nFin.", "Un autre \\* paragraphe.");
    assert_eq!(render_onto(POST, &doc), expected);
}

#[test]
fn line_ends_and_the_last_line_stay() {
    let original = POST.trim_end().replace('\n', "\r\n");
    let mut doc = to_tiptap(&original);
    content(&mut doc)[1] = paragraph("Autre.");
    content(&mut doc).insert(2, paragraph("Nouveau."));
    let expected =
        original.replace("Premier paragraphe,\r\nsur deux lignes.  \r\nFin.", "Autre.\r\n\r\nNouveau.");
    assert_eq!(render_onto(&original, &doc), expected);
}

#[test]
fn deleting_and_moving_blocks() {
    let mut doc = to_tiptap("# A\n\nb\n\n* c\n\nd\n");
    content(&mut doc).remove(1);
    assert_eq!(render_onto("# A\n\nb\n\n* c\n\nd\n", &doc), "# A\n\n* c\n\nd\n");
    let moved = content(&mut doc).remove(0);
    content(&mut doc).push(moved);
    assert_eq!(render_onto("# A\n\nb\n\n* c\n\nd\n", &doc), "* c\n\nd\n\n# A\n");
}

#[test]
fn a_new_list_beside_a_list_stays_its_own() {
    let mut doc = to_tiptap("* a\n\ntext\n");
    let list = to_tiptap("- b\n")["content"][0].clone();
    content(&mut doc).insert(1, list);
    let text = render_onto("* a\n\ntext\n", &doc);
    assert_eq!(text, "* a\n\n- b\n\ntext\n");
    assert_eq!(to_tiptap(&text), doc);
}

#[test]
fn an_emptied_document_is_empty() {
    let doc = json!({ "type": "doc", "content": [{ "type": "paragraph" }] });
    assert_eq!(render_onto("# A\n", &doc), "");
    assert_eq!(render_onto("", &to_tiptap("a")), "a\n");
}

/// Of every tenth README's paragraphs, one is written anew: all before and after it stays, and the result reads
/// back as the edited document.
#[test]
fn one_paragraph_edited_in_readmes() {
    let (mut edits, mut local, mut same) = (0, 0, 0);
    for (_, text) in readmes().iter().step_by(10) {
        let doc = to_tiptap(text);
        for index in 0..doc["content"].as_array().unwrap().len() {
            if doc["content"][index]["type"] != "paragraph" {
                continue;
            }
            let mut edited = doc.clone();
            content(&mut edited)[index] = paragraph("Le texte * a `changé` [ici] : 1 < 2 & 3.");
            let written = render_onto(text, &edited);
            let typed = "Le texte \\* a \\`changé\\` \\[ici\\] : 1 < 2 & 3.";
            let (before, after) = written.split_once(typed).unwrap_or((&written, "\0"));
            edits += 1;
            local += usize::from(text.starts_with(before) && text.ends_with(after));
            if !(text.starts_with(before) && text.ends_with(after)) {
                println!("NOT LOCAL at block {index}: {}", similar_diff(text, &written));
            }
            same += usize::from(to_tiptap(&written) == edited);
        }
    }
    println!("{edits} edits: {local} left all else as it was, {same} read back as the edited document");
    assert!(edits > 50);
    assert_eq!((local, same), (edits, edits));
}

fn similar_diff(a: &str, b: &str) -> String {
    fonds_markdown::difference::unified(a, b, "a", "b")
}

/// Every place in a document where a word of plain text stands, as a path of positions.
fn words(node: &Value, path: &mut Vec<usize>, out: &mut Vec<Vec<usize>>) {
    let leaf = ["codeBlock", "htmlBlock", "markdownBlock"].iter().any(|name| node["type"] == *name);
    if node["type"] == "text"
        && node.get("marks").is_none()
        && longest_word(node["text"].as_str().unwrap()).is_some()
    {
        out.push(path.clone());
    }
    if leaf {
        return;
    }
    for (index, child) in node["content"].as_array().map_or(&[][..], Vec::as_slice).iter().enumerate() {
        path.push(index);
        words(child, path, out);
        path.pop();
    }
}

fn longest_word(text: &str) -> Option<&str> {
    text.split(' ')
        .filter(|word| word.len() > 3 && word.chars().all(char::is_alphabetic))
        .max_by_key(|word| word.len())
}

fn at<'a>(doc: &'a mut Value, path: &[usize]) -> &'a mut Value {
    path.iter().fold(doc, |node, index| &mut node["content"][*index])
}

/// One word changed in a paragraph, an item, a quote or a cell changes the line that it stands on and no other.
#[test]
fn one_word_changes_one_line() {
    let (mut edits, mut one_line) = (0, 0);
    let mut wrong = Vec::new();
    for (path, text) in readmes().iter().step_by(3) {
        let doc = to_tiptap(text);
        let mut places = Vec::new();
        words(&doc, &mut Vec::new(), &mut places);
        for place in places.iter().step_by(places.len() / 12 + 1) {
            let mut changed = doc.clone();
            let node = at(&mut changed, place);
            let before = node["text"].as_str().unwrap().to_owned();
            let word = longest_word(&before).unwrap();
            node["text"] = before.replacen(word, "modifié", 1).into();
            let written = render_onto(text, &changed);
            edits += 1;
            let same = to_tiptap(&written) == changed;
            let diff = similar::TextDiff::from_lines(text.as_str(), written.as_str());
            let removed =
                diff.iter_all_changes().filter(|change| change.tag() == similar::ChangeTag::Delete).count();
            one_line += usize::from(removed == 1);
            if !same || removed != 1 {
                let diff = fonds_markdown::difference::unified(text, &written, "before", "after");
                wrong.push(format!("{}: reads back {same}, {removed} lines\n{diff:.600}", path.display()));
            }
        }
    }
    println!("{edits} edits of one word: {one_line} changed one line");
    assert!(edits > 300);
    assert!(wrong.is_empty(), "{} of {edits}:\n{}", wrong.len(), wrong.join("\n"));
}

/// Where a container's lines have no common lead, or an edit is in what stands around its blocks, the other lines stay
/// all the same.
#[test]
fn tabs_quoted_lists_and_summaries_keep_their_lines() {
    for (text, was, is) in [
        ("- un mot\n\t- *deux* :\n\t\t- trois\n\t- quatre\n\n- cinq\n", "un mot", "un terme"),
        ("> [!NOTE]\n> - Un *mot*.\n>\n> - Deux :\n>\n>   suite\n>   ligne\n", "Un ", "Une "),
        (
            "<details>\n<summary>Un mot</summary>\n\nUne ligne\nsur deux.\n\n* item\n</details>\n",
            "Un mot",
            "Un terme",
        ),
    ] {
        let edited = text.replacen(was, is, 1);
        assert_ne!(edited, text);
        assert_eq!(render_onto(text, &to_tiptap(&edited)), edited);
    }
}

/// A last block without an end of its own would take whatever follows it for its text.
#[test]
fn an_edit_before_an_open_end_stays_where_it_is() {
    for end in ["```html\n<p>\n", "<pre>\nx\n\ny\n", "~~~"] {
        let text = format!("Un *titre*\n==========\n\nune ligne\nsur deux :\n{end}");
        let edited = text.replacen("ligne", "rangée", 1);
        assert_eq!(render_onto(&text, &to_tiptap(&edited)), edited);
    }
}

#[test]
fn an_item_leaves_the_other_items_alone() {
    let list = "* un\n  ligne\n+ autre\n\n* a\n*  b __c__\n\n   suite\n* d\n\ntexte\n";
    let mut doc = to_tiptap(list);
    content(&mut doc)[2]["content"]
        .as_array_mut()
        .unwrap()
        .insert(1, json!({ "type": "listItem", "content": [paragraph("nouveau")] }));
    assert_eq!(
        render_onto(list, &doc),
        "* un\n  ligne\n+ autre\n\n* a\n\n* nouveau\n\n*  b __c__\n\n   suite\n* d\n\ntexte\n"
    );
}

#[test]
fn a_row_a_box_and_a_quote_keep_their_ways() {
    let text = "| a    |  b |\n|:-----|---:|\n| un   |  1 |\n| deux |  2 |\n\n+ [ ] faire\n+ [x] fait\n\n>une\n>ligne *a*\n";
    let mut doc = to_tiptap(text);
    at(&mut doc, &[0, 2, 1, 0, 0])["text"] = "22".into();
    at(&mut doc, &[1, 0])["attrs"]["checked"] = true.into();
    at(&mut doc, &[2, 0, 0])["text"] = "une autre ".into();
    assert_eq!(
        render_onto(text, &doc),
        "| a    |  b |\n|:-----|---:|\n| un   |  1 |\n| deux |  22 |\n\n+ [x] faire\n+ [x] fait\n\n>une\n>autre *a*\n"
    );
}

#[test]
fn a_definition_that_goes_leaves_its_links() {
    let text = "Voir [la loi] et [autre][la loi].\n\n[la loi]: https://exemple.org\n";
    let mut doc = to_tiptap(text);
    content(&mut doc).remove(1);
    let written = render_onto(text, &doc);
    assert_eq!(to_tiptap(&written), doc, "{written}");
}
