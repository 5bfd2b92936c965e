//! The top-level entries of a YAML mapping, each with its line.

use crate::error::{Error, Result};
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span};

/// More YAML than this is not front matter.
const MOST_BYTES: usize = 1 << 20;

/// What an owned key holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Nothing,
    Text(String),
    List(Vec<String>),
}

impl Value {
    pub fn text(&self) -> Option<String> {
        if let Value::Text(text) = self { Some(text.clone()) } else { None }
    }

    pub fn list(&self) -> Option<Vec<String>> {
        match self {
            Value::Nothing => None,
            Value::Text(text) => Some(vec![text.clone()]),
            Value::List(list) => Some(list.clone()),
        }
    }
}

/// A key and its value. Of keys that Fonds does not own only the key is read.
#[derive(Debug)]
pub(super) struct Entry {
    pub key: String,
    /// From 0, in the YAML.
    pub line: usize,
    pub value: Value,
    pub style: ScalarStyle,
    /// Where the value begins: line (from 0) and column, in characters.
    pub at: (usize, usize),
}

/// Reads the entries; `None` where the text is no mapping at all but some other text between two rules.
pub(super) fn read(yaml: &str) -> Result<Option<Vec<Entry>>> {
    if yaml.len() > MOST_BYTES {
        return Err(error(0, "it is longer than 1 MB"));
    }
    let mut reader = Reader { parser: Parser::new_from_str(yaml) };
    loop {
        match reader.next()? {
            None => return Ok(Some(Vec::new())),
            Some((Event::MappingStart(..), _)) => break,
            Some((Event::Scalar(text, ..), span)) if text.is_empty() && span.is_empty() => {}
            Some((Event::Scalar(..) | Event::SequenceStart(..) | Event::Alias(_), _)) => return Ok(None),
            Some(_) => {}
        }
    }
    let mut entries: Vec<Entry> = Vec::new();
    loop {
        let (event, span) = reader.expect()?;
        let key = match event {
            Event::MappingEnd => break,
            Event::Scalar(key, ..) => key.into_owned(),
            _ => return Err(error(line_of(&span.start), "a key is not a text")),
        };
        let line = line_of(&span.start);
        if span.start.col() != 0 || entries.last().is_some_and(|last| last.line >= line) {
            return Err(error(line, "each key has to begin a line"));
        }
        let owned = super::KEYS.contains(&key.as_str());
        if owned && entries.iter().any(|entry| entry.key == key) {
            return Err(error(line, &format!("the key “{key}” stands there twice")));
        }
        let entry = reader.entry(key, line, owned)?;
        entries.push(entry);
    }
    while let Some((event, span)) = reader.next()? {
        if matches!(event, Event::DocumentStart(_)) {
            return Err(error(line_of(&span.start), "a second document begins"));
        }
    }
    Ok(Some(entries))
}

struct Reader<'a> {
    parser: Parser<'a, saphyr_parser::StrInput<'a>>,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<Option<(Event<'a>, Span)>> {
        match self.parser.next_event() {
            None => Ok(None),
            Some(Ok(found)) => Ok(Some(found)),
            Some(Err(fault)) => Err(error(line_of(fault.marker()), fault.info())),
        }
    }

    fn expect(&mut self) -> Result<(Event<'a>, Span)> {
        self.next()?.ok_or_else(|| error(0, "it ends too early"))
    }

    fn entry(&mut self, key: String, line: usize, owned: bool) -> Result<Entry> {
        let (event, span) = self.expect()?;
        let mut entry = Entry {
            key,
            line,
            value: Value::Nothing,
            style: ScalarStyle::Plain,
            at: (line_of(&span.start), span.start.col()),
        };
        match event {
            Event::Scalar(text, style, ..) => {
                entry.style = style;
                if !(style == ScalarStyle::Plain && matches!(&*text, "" | "~" | "null" | "Null" | "NULL")) {
                    entry.value = Value::Text(text.into_owned());
                }
            }
            Event::SequenceStart(..) if owned => {
                entry.value = Value::List(self.texts(&entry.key)?);
            }
            Event::SequenceStart(..) | Event::MappingStart(..) if !owned => self.skip()?,
            Event::Alias(_) if !owned => {}
            _ => return Err(error(line, &format!("“{}” has to be a text or a list of texts", entry.key))),
        }
        if owned
            && matches!(entry.value, Value::List(_))
            && !matches!(&*entry.key, "categories" | "attachments")
        {
            return Err(error(line, &format!("“{}” has to be one text, not a list", entry.key)));
        }
        Ok(entry)
    }

    fn texts(&mut self, key: &str) -> Result<Vec<String>> {
        let mut list = Vec::new();
        loop {
            match self.expect()? {
                (Event::SequenceEnd, _) => return Ok(list),
                (Event::Scalar(text, ..), _) => list.push(text.into_owned()),
                (_, span) => {
                    return Err(error(line_of(&span.start), &format!("“{key}” has to be a list of texts")));
                }
            }
        }
    }

    fn skip(&mut self) -> Result<()> {
        let mut depth = 1;
        while depth > 0 {
            match self.expect()?.0 {
                Event::SequenceStart(..) | Event::MappingStart(..) => depth += 1,
                Event::SequenceEnd | Event::MappingEnd => depth -= 1,
                _ => {}
            }
        }
        Ok(())
    }
}

fn line_of(marker: &Marker) -> usize {
    marker.line().saturating_sub(1)
}

/// `line` is from 0 in the YAML; the file's first line is the opening `---`.
fn error(line: usize, reason: &str) -> Error {
    Error::FrontMatter { line: line + 2, reason: reason.to_owned() }
}
