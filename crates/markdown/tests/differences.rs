//! The differences of two texts as a reader sees them.

use fonds_markdown::difference::{BlockKind, Kind, LineKind, Rendered, lines, rendered};
use proptest::prelude::*;

fn compared(old: &str, new: &str) -> Rendered {
    rendered(old, new, &|_| None)
}

/// Both texts in one.
fn inline(old: &str, new: &str) -> String {
    compared(old, new).blocks.into_iter().map(|block| block.html).collect()
}

#[test]
fn a_word_in_a_paragraph() {
    assert_eq!(
        inline("Between 4 May and 30 June.\n", "Between 4 May and 26 June, **all** of it.\n"),
        "<p>Between 4 May and <del class=\"removed\">30</del><ins class=\"added\">26</ins> June\
         <ins class=\"added\">, </ins><strong><ins class=\"added\">all</ins></strong><ins class=\"added\"> of it</ins>.</p>"
    );
}

#[test]
fn words_are_counted() {
    let found = compared("One two three four.\n\nGone for good.\n", "One two three five six.\n");
    assert_eq!((found.added, found.removed), (2, 4));
    let kinds: Vec<_> = found.blocks.iter().map(|block| block.kind).collect();
    assert_eq!(kinds, [BlockKind::Changed, BlockKind::Removed]);
}

#[test]
fn each_side_alone() {
    let found = compared("Le rapport est prêt.\n\nFin.\n", "Le bilan est prêt.\n\nFin.\n");
    let [changed, same] = &found.blocks[..] else { panic!("{found:?}") };
    assert_eq!(changed.old.as_deref(), Some("<p>Le <del class=\"removed\">rapport</del> est prêt.</p>"));
    assert_eq!(changed.new.as_deref(), Some("<p>Le <ins class=\"added\">bilan</ins> est prêt.</p>"));
    assert_eq!(
        (same.kind, &*same.html, &same.old, &same.new),
        (BlockKind::Same, "<p>Fin.</p>", &None, &None)
    );
}

#[test]
fn a_sentence_written_anew_is_not_woven() {
    let html = inline(
        "Keep the old versions, so that our work is transparent to all.\n",
        "Nobody may be asked to pay for what the law says is free, and so that is done.\n",
    );
    assert_eq!(html.matches("<del").count(), 1, "{html}");
}

#[test]
fn items_of_a_list_come_go_and_change() {
    let html = inline(
        "- Publish data on a fixed calendar.\n- Gone is this one here.\n- Last one of the list.\n",
        "- Publish data on a fixed calendar, and say when.\n- Last one of the list.\n- A new one comes now.\n",
    );
    assert!(html.starts_with("<ul>") && html.matches("<ul>").count() == 1, "{html}");
    assert!(html.contains("calendar<ins class=\"added\">, and say when</ins>."), "{html}");
    assert!(html.contains("<li class=\"removed\"><del class=\"removed\">Gone is this one here.</del></li>"));
    assert!(html.contains("<li>Last one of the list.</li>"), "{html}");
    assert!(html.contains("<li class=\"added\"><ins class=\"added\">A new one comes now.</ins></li>"));
}

#[test]
fn a_nested_list_changes_alone() {
    let html = inline("- one\n  - two alpha beta\n- three\n", "- one\n  - two alpha gamma\n- three\n");
    assert_eq!(html.matches("<ins").count() + html.matches("<del").count(), 2, "{html}");
    assert!(
        html.contains("<li>two alpha <del class=\"removed\">beta</del><ins class=\"added\">gamma</ins></li>")
    );
}

const TABLE: &str =
    "| Channel | Responses |\n|---|--:|\n| Online questionnaire | 1,102 |\n| Written submissions | 36 |\n";

#[test]
fn a_column_of_a_table_comes() {
    let new = "| Channel | In French | Responses |\n|---|--:|--:|\n| Online questionnaire | 431 | 1,102 |\n| Written submissions | 12 | 37 |\n";
    let html = inline(TABLE, new);
    assert!(html.contains("<th>Channel</th><th class=\"added\" align=\"right\"><ins class=\"added\">In French</ins></th><th align=\"right\">Responses</th>")
        || html.contains("<th>Channel</th><th align=\"right\" class=\"added\"><ins class=\"added\">In French</ins></th><th align=\"right\">Responses</th>"), "{html}");
    assert!(html.contains("<del class=\"removed\">36</del><ins class=\"added\">37</ins>"), "{html}");
    assert!(!html.contains("<del class=\"removed\">1,102"), "{html}");
}

#[test]
fn every_row_of_a_changed_table_is_as_wide_as_its_head() {
    let new = "| Channel |\n|---|\n| Online questionnaire |\n| A quite new row |\n";
    let html = inline(TABLE, new);
    for row in html.split("<tr").skip(1) {
        let cells = row.matches("<td").count() + row.matches("<th").count() - row.matches("<thead").count();
        assert_eq!(cells, 2, "{row} in {html}");
    }
}

#[test]
fn a_row_of_a_table_comes() {
    let html = inline(TABLE, &format!("{TABLE}| Public sessions | 182 |\n"));
    assert_eq!(html.matches("<ins").count(), 2, "{html}");
    assert!(
        html.contains("<tr class=\"added\"><td><ins class=\"added\">Public sessions</ins></td>"),
        "{html}"
    );
}

#[test]
fn a_block_that_moved_is_neither_added_nor_removed() {
    let (a, b, c) = ("The first one of three.", "The second, a longer one.", "Third and last, at the end.");
    let found = compared(&format!("{a}\n\n{b}\n\n{c}\n"), &format!("{b}\n\n{c}\n\n{a}\n"));
    assert_eq!((found.added, found.removed), (0, 0));
    let moved: Vec<_> = found.blocks.iter().filter(|block| block.kind == BlockKind::Moved).collect();
    assert_eq!(moved.len(), 2);
    assert_eq!(moved[0].html, format!("<p class=\"moved-away\">{a}</p>"));
    assert_eq!(moved[1].html, format!("<p class=\"moved-here\">{a}</p>"));
}

#[test]
fn marks_links_images_and_formulas_count_as_changes() {
    for (old, new, gone, come) in [
        (
            "a word here",
            "a **word** here",
            "<del class=\"removed\">word</del>",
            "<strong><ins class=\"added\">word</ins></strong>",
        ),
        ("see [it](https://a.org)", "see [it](https://b.org)", "https://a.org", "https://b.org"),
        (
            "with ![x](a.png) in it",
            "with ![x](b.png) in it",
            "<del class=\"removed\"><img src=\"a.png\"",
            "<ins class=\"added\"><img src=\"b.png\"",
        ),
        ("so $x^2$ it is", "so $x^3$ it is", "<del class=\"removed\"><math", "<ins class=\"added\"><math"),
    ] {
        let html = inline(old, new);
        assert!(html.contains(gone) && html.contains(come), "{html}");
    }
}

#[test]
fn what_an_author_struck_is_no_difference() {
    let html = inline(
        "It is ~~so~~ <ins class=\"added\">x</ins>.\n\nEnd.\n",
        "It is ~~so~~ <ins class=\"added\">x</ins>.\n\nEnds.\n",
    );
    assert!(html.contains("<del>so</del> <ins>x</ins>"), "{html}");
}

#[test]
fn nothing_hostile_comes_through() {
    let hostile = "<script>alert(1)</script><p class=\"added\" onclick=\"x\" style=\"y\">a</p>\n\n[b](javascript:alert(1))\n\n<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>\n\n<iframe src=\"https://x\"></iframe> &lt;script&gt;\n\n<a title='\"><script>alert(1)</script>'>t</a>\n";
    for (old, new) in
        [(hostile, "plain text"), ("plain text", hostile), (hostile, &hostile.replace('a', "b"))]
    {
        for block in compared(old, new).blocks {
            for html in [Some(block.html), block.old, block.new].into_iter().flatten() {
                for bad in [
                    "<script",
                    "onclick",
                    "onerror=\"",
                    "style=",
                    "<iframe",
                    "javascript:",
                    "<style",
                    "<bcript",
                ] {
                    assert!(!html.contains(bad), "{bad} in {html}");
                }
            }
        }
    }
}

#[test]
fn deep_and_large_texts_end() {
    let deep = "> ".repeat(5_000) + "word";
    let raw = "<div>".repeat(5_000) + "word";
    let wide: String = (0..3_000).map(|at| format!("Paragraph {at} says {}.\n\n", at * 7)).collect();
    let anew: String = (0..3_000).map(|at| format!("Absatz {at} sagt nun {}.\n\n", at * 11)).collect();
    let long = "word ".repeat(100_000);
    for (old, new) in [(&*deep, "word"), (&raw, &deep), (&wide, &anew), (&long, "word other"), ("", &wide)] {
        assert!(!compared(old, new).blocks.is_empty());
    }
}

#[test]
fn a_word_that_is_replaced_everywhere() {
    let old: String = (0..500).map(|at| format!("Paragraph {at} of the annual report.\n\n")).collect();
    let found = compared(&old, &old.replace("annual", "yearly"));
    assert!(found.blocks.iter().all(|block| block.kind == BlockKind::Changed));
    assert_eq!((found.added, found.removed), (500, 500));
}

#[test]
fn lines_stand_beside_those_they_became() {
    let found = lines("# Title\n\nOne two three.\nGone line here.\n", "# Title\n\nOne two four.\n\n- new\n");
    let kinds: Vec<_> = found.iter().map(|line| (line.kind, line.old, line.new)).collect();
    assert_eq!(
        kinds,
        [
            (LineKind::Same, Some(1), Some(1)),
            (LineKind::Same, Some(2), Some(2)),
            (LineKind::Changed, Some(3), Some(3)),
            (LineKind::Removed, Some(4), None),
            (LineKind::Added, None, Some(4)),
            (LineKind::Added, None, Some(5)),
        ]
    );
    assert!(found[2].words.iter().any(|word| word.kind == Kind::Removed && word.text == "three"));
}

/// What a reader sees, without marks.
fn seen(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some((text, tail)) = rest.split_once('<') {
        out.push_str(text);
        rest = tail.split_once('>').map_or("", |(_, after)| after);
    }
    out + rest
}

fn words(html: &str) -> Vec<String> {
    seen(html).split_whitespace().map(str::to_owned).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Each side alone reads as that text does.
    #[test]
    fn both_texts_can_be_read(old in "(([-#>|*] )?[ab*é]{1,3}( [ab_`]{1,3}){0,4}\n{1,2}){0,5}", new in "(([-#>|*] )?[ab*é]{1,3}( [ab_`]{1,3}){0,4}\n{1,2}){0,5}") {
        let found = compared(&old, &new);
        let (mut before, mut after) = (String::new(), String::new());
        for block in &found.blocks {
            let gone = |kind| matches!(kind, BlockKind::Same) .then(|| block.html.clone());
            before.push_str(&block.old.clone().or_else(|| gone(block.kind)).unwrap_or_default());
            before.push(' ');
            after.push_str(&block.new.clone().or_else(|| gone(block.kind)).unwrap_or_default());
            after.push(' ');
        }
        let same = |text: &str| words(&fonds_markdown::to_html(text, &|_| None)).concat();
        prop_assert_eq!(words(&before).concat(), same(&old));
        prop_assert_eq!(words(&after).concat(), same(&new));
    }
}
