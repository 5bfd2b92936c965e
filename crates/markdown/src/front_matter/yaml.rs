//! Owned values as YAML that YAML 1.1 readers, too, take for texts.

use super::entries::{Entry, Value};
use saphyr_parser::ScalarStyle;

/// A whole entry, with its line end.
pub(super) fn line(key: &str, value: &Value, end: &str) -> String {
    match value {
        Value::Nothing => format!("{key}:{end}"),
        Value::Text(text) => format!("{key}: {}{end}", scalar(text, ScalarStyle::Plain)),
        Value::List(list) if list.is_empty() => format!("{key}: []{end}"),
        Value::List(list) => format!("{key}:{end}{}", block_list(list, "  ", end)),
    }
}

/// An entry with a new value, in the style of the old one; its comment is kept where it stands on one line.
pub(super) fn rewrite(old: &str, entry: &Entry, value: &Value, end: &str) -> String {
    if let Value::List(list) = value
        && !list.is_empty()
        && let Some(dash) = old.lines().skip(1).find(|line| line.trim_start().starts_with('-'))
    {
        let indent = &dash[..dash.len() - dash.trim_start().len()];
        let head = old.split_inclusive('\n').next().unwrap_or_default();
        return format!("{head}{}", block_list(list, indent, end));
    }
    let one_line = entry.at.0 == entry.line && old.lines().count() == 1;
    let Some((head, tail)) = one_line.then(|| around(old, entry.at.1)).flatten() else {
        return line(&entry.key, value, end);
    };
    let head = if head.ends_with(' ') { head.to_owned() } else { format!("{head} ") };
    match value {
        Value::Nothing => line(&entry.key, value, end),
        Value::Text(text) => format!("{head}{}{tail}", scalar(text, entry.style)),
        Value::List(list) => {
            let items: Vec<String> = list.iter().map(|text| flow(text)).collect();
            format!("{head}[{}]{tail}", items.join(", "))
        }
    }
}

/// What stands on the line before the value that begins at this column, and after it.
fn around(line: &str, column: usize) -> Option<(&str, &str)> {
    let start = line.char_indices().map(|(at, _)| at).nth(column)?;
    let (head, rest) = line.split_at(start);
    let end = match rest.chars().next()? {
        '\'' | '"' => quoted_end(rest)?,
        '[' => flow_end(rest)?,
        _ => rest.find(" #").unwrap_or(rest.len()),
    };
    let end = rest[..end].trim_end().len();
    Some((head, &rest[end..]))
}

fn quoted_end(text: &str) -> Option<usize> {
    let quote = text.chars().next()?;
    let mut marks = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = marks.next() {
        let doubled = quote == '\'' && c == quote && marks.peek().is_some_and(|(_, next)| *next == quote);
        if (quote == '"' && c == '\\') || doubled {
            marks.next();
        } else if c == quote {
            return Some(at + 1);
        }
    }
    None
}

fn flow_end(text: &str) -> Option<usize> {
    let mut at = 1;
    while let Some(c) = text.get(at..)?.chars().next() {
        match c {
            ']' => return Some(at + 1),
            '\'' | '"' if text[..at].ends_with(['[', ' ', ',']) => at += quoted_end(&text[at..])?,
            _ => at += c.len_utf8(),
        }
    }
    None
}

fn block_list(list: &[String], indent: &str, end: &str) -> String {
    list.iter().map(|text| format!("{indent}- {}{end}", scalar(text, ScalarStyle::Plain))).collect()
}

fn flow(text: &str) -> String {
    let plain = text.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.' | '/'));
    scalar(text, if plain { ScalarStyle::Plain } else { ScalarStyle::DoubleQuoted })
}

fn scalar(text: &str, style: ScalarStyle) -> String {
    match style {
        ScalarStyle::SingleQuoted if !text.chars().any(char::is_control) => {
            format!("'{}'", text.replace('\'', "''"))
        }
        ScalarStyle::Plain if is_plain(text) => text.to_owned(),
        _ => quoted(text),
    }
}

fn is_plain(text: &str) -> bool {
    let uuid = text.len() == 36 && text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    let begins = text.starts_with(char::is_alphabetic) && !text.ends_with(char::is_whitespace);
    let safe = |c: char| {
        c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.' | '/' | '\'' | '’' | ',' | '(' | ')')
    };
    let word = text.to_ascii_lowercase();
    let meant = ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"];
    uuid || (begins && text.chars().all(safe) && !meant.contains(&word.as_str()))
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\u{feff}' | '\u{2028}' | '\u{2029}' => out.push_str(&format!("\\u{:04X}", c as u32)),
            c if c.is_control() || (c as u32) & 0xfffe == 0xfffe => {
                out.push_str(&format!("\\U{:08X}", c as u32));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
