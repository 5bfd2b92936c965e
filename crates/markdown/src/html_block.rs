//! How HTML blocks begin and end (CommonMark 0.31.2, section 4.6).

/// Start condition 6: the elements that begin a block wherever they begin a line.
const BLOCK_ELEMENTS: [&str; 62] = [
    "address",
    "article",
    "aside",
    "base",
    "basefont",
    "blockquote",
    "body",
    "caption",
    "center",
    "col",
    "colgroup",
    "dd",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "frame",
    "frameset",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "iframe",
    "legend",
    "li",
    "link",
    "main",
    "menu",
    "menuitem",
    "nav",
    "noframes",
    "ol",
    "optgroup",
    "option",
    "p",
    "param",
    "search",
    "section",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "title",
    "tr",
    "track",
    "ul",
];

/// Start condition 1: elements whose text is no markup.
const VERBATIM_ELEMENTS: [&str; 4] = ["script", "pre", "style", "textarea"];

/// What ends the block, where that is not a blank line (start conditions 1 to 5).
fn end_marks(html: &str) -> Option<&'static [&'static str]> {
    let html = html.trim_start_matches(' ');
    let starts = [("<!--", "-->"), ("<?", "?>"), ("<![CDATA[", "]]>"), ("<!", ">")];
    if let Some((start, _)) = starts.iter().find(|(start, _)| html.starts_with(start)) {
        return Some(match *start {
            "<!--" => &["-->"],
            "<?" => &["?>"],
            "<![CDATA[" => &["]]>"],
            _ => &[">"],
        });
    }
    let name = element(html.strip_prefix('<')?);
    let verbatim: &[&str] = &["</script>", "</pre>", "</style>", "</textarea>"];
    VERBATIM_ELEMENTS.contains(&name.as_str()).then_some(verbatim)
}

/// Whether a line after this block can be another block without a blank line between.
pub(crate) fn is_closed(html: &str) -> bool {
    missing_end(html).is_none() && end_marks(html).is_some()
}

/// What is missing from a block that would otherwise run on to the end of the document.
pub(crate) fn missing_end(html: &str) -> Option<&'static str> {
    let marks = end_marks(html)?;
    let lower = html.to_ascii_lowercase();
    let from = if marks == ["-->"] { lower.find("<!--").map_or(0, |at| at + 2) } else { 0 };
    if marks.iter().any(|mark| lower[from..].contains(mark)) {
        return None;
    }
    let name = element(html.trim_start_matches(' ').trim_start_matches('<'));
    let own = marks.iter().find(|mark| !name.is_empty() && mark.contains(name.as_str()));
    own.or(marks.first()).copied()
}

/// Whether the block can follow the line of a paragraph.
pub(crate) fn interrupts_paragraph(html: &str) -> bool {
    let Some(rest) = html.trim_start_matches(' ').strip_prefix('<') else { return false };
    end_marks(html).is_some()
        || BLOCK_ELEMENTS.contains(&element(rest.strip_prefix('/').unwrap_or(rest)).as_str())
}

fn element(text: &str) -> String {
    text.chars().take(12).take_while(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_those_of_the_start() {
        assert!(is_closed("<!-- a\n\nb -->"));
        assert!(is_closed("<PRE>\n</pre>"));
        assert!(!is_closed("<div></div>"));
        assert_eq!(missing_end("<!-- a"), Some("-->"));
        assert_eq!(missing_end("<!-->"), None);
        assert_eq!(missing_end("<style>\na"), Some("</style>"));
        assert_eq!(missing_end("<div>"), None);
    }

    #[test]
    fn only_block_elements_interrupt() {
        assert!(interrupts_paragraph("<div>") && interrupts_paragraph("</Details>"));
        assert!(interrupts_paragraph("<!-- a -->") && interrupts_paragraph("<?php"));
        assert!(!interrupts_paragraph("<span>") && !interrupts_paragraph("a"));
    }
}
