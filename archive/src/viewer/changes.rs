//! Differences between two texts, as HTML: what was added and removed, with a little of what stands around it.

use std::fmt::{self, Write as _};

use super::words;
use super::{Change, Kind};

/// Bytes of unchanged text that are shown on either side of a change.
const AROUND: usize = 120;
/// A difference longer than this, in bytes of HTML, is not shown: both texts are in the export.
const LONGEST: usize = 128 * 1024;

/// Text as it stands in an element or in an attribute between double quotes.
pub(super) struct Text<'a>(pub &'a str);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        while let Some(at) = rest.find(['&', '<', '>', '"', '\0']) {
            f.write_str(&rest[..at])?;
            f.write_str(match rest.as_bytes()[at] {
                b'&' => "&amp;",
                b'<' => "&lt;",
                b'>' => "&gt;",
                b'"' => "&quot;",
                _ => "\u{fffd}",
            })?;
            rest = &rest[at + 1..];
        }
        f.write_str(rest)
    }
}

/// The differences as HTML; a sentence where there are none or too many.
pub(super) fn html(changes: &[Change]) -> String {
    if changes.iter().all(|change| change.kind == Kind::Equal) {
        return format!("<p class=\"quiet\">{}</p>", words::SAME_TEXT);
    }
    let mut out = String::from("<div class=\"diff\">");
    for (number, change) in changes.iter().enumerate() {
        let text = change.text.as_str();
        // Writing into a String cannot fail.
        let _ = match change.kind {
            Kind::Added => write!(out, "<ins>{}</ins>", Text(text)),
            Kind::Removed => write!(out, "<del>{}</del>", Text(text)),
            Kind::Equal => unchanged(&mut out, text, number == 0, number + 1 == changes.len()),
        };
        if out.len() > LONGEST {
            return format!("<p class=\"quiet\">{}</p>", words::TOO_LONG);
        }
    }
    out + "</div>"
}

/// Unchanged text, shortened to what stands beside changes.
fn unchanged(out: &mut String, text: &str, first: bool, last: bool) -> fmt::Result {
    let before = if first { 0 } else { AROUND };
    let after = if last { 0 } else { AROUND };
    if text.len() <= before + after + AROUND {
        return write!(out, "{}", Text(text));
    }
    let head = end_of_word(text, before);
    let tail = start_of_word(text, text.len() - after);
    write!(
        out,
        "{}<span class=\"gap\"><span class=\"hidden\">({})</span></span>{}",
        Text(&text[..head]),
        words::LEFT_OUT,
        Text(&text[tail..])
    )
}

fn end_of_word(text: &str, at: usize) -> usize {
    let at = text.floor_char_boundary(at);
    text[..at].rfind(char::is_whitespace).unwrap_or(at)
}

fn start_of_word(text: &str, at: usize) -> usize {
    let at = text.ceil_char_boundary(at);
    text[at..].find(char::is_whitespace).map_or(at, |space| at + space)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(kind: Kind, text: &str) -> Change {
        Change { kind, text: text.into() }
    }

    #[test]
    fn what_changed_is_shown_with_what_stands_around_it_and_the_rest_is_left_out() {
        let long = "unchanged words that go on and on. ".repeat(40);
        let shown = html(&[
            change(Kind::Equal, &long),
            change(Kind::Removed, "a<b>"),
            change(Kind::Added, "c & d"),
            change(Kind::Equal, &long),
        ]);
        assert!(shown.contains("<del>a&lt;b&gt;</del><ins>c &amp; d</ins>"), "{shown}");
        assert_eq!(shown.matches("class=\"gap\"").count(), 2);
        assert!(shown.len() < 1000, "{}", shown.len());
    }

    #[test]
    fn a_text_that_is_the_same_or_another_altogether_is_a_sentence() {
        assert!(html(&[change(Kind::Equal, "x")]).contains("The same text."));
        assert!(html(&[]).contains("The same text."));
        let huge = html(&[change(Kind::Added, &"x".repeat(LONGEST + 1))]);
        assert!(huge.contains("too long") && huge.len() < 1000);
    }

    #[test]
    fn shortening_never_cuts_a_character() {
        let long = "é".repeat(2000);
        let shown = html(&[change(Kind::Added, "x"), change(Kind::Equal, &long), change(Kind::Added, "y")]);
        assert!(shown.contains("class=\"gap\""));
    }
}
