//! A text's lines, ended by LF, CRLF or CR, as CommonMark has them (section 2.1).

use std::ops::Range;

pub(crate) struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    pub fn of(text: &'a str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
            if bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n') {
                starts.push(at + 1);
            }
        }
        if starts.last() != Some(&text.len()) {
            starts.push(text.len());
        }
        Self { text, starts }
    }

    pub fn count(&self) -> usize {
        self.starts.len() - 1
    }

    /// The bytes of a range of lines (from 0), with their line ends; none where it ends before it begins.
    pub fn span(&self, lines: &Range<usize>) -> Range<usize> {
        let start = lines.start.min(self.count());
        self.starts[start]..self.starts[lines.end.clamp(start, self.count())]
    }

    pub fn text(&self, lines: &Range<usize>) -> &'a str {
        &self.text[self.span(lines)]
    }

    /// What stands at a line and column, both from 1 and in bytes.
    pub fn from(&self, line: usize, column: usize) -> &'a str {
        let start = line.checked_sub(1).and_then(|line| self.starts.get(line));
        start.and_then(|start| self.text.get(start + column.saturating_sub(1)..)).unwrap_or_default()
    }

    pub fn without_blank_ends(&self, mut lines: Range<usize>) -> Range<usize> {
        let blank = |line: usize| {
            let text = self.text(&(line..line + 1));
            // A byte order mark is one at the very beginning alone.
            let text = if line == 0 { text.trim_start_matches('\u{feff}') } else { text };
            text.trim_matches([' ', '\t', '\n', '\r']).is_empty()
        };
        while !lines.is_empty() && blank(lines.end - 1) {
            lines.end -= 1;
        }
        while !lines.is_empty() && blank(lines.start) {
            lines.start += 1;
        }
        lines
    }
}
