//! Lines in columns, and what posts and times look like in them.

use fonds_app::{Language, PostRow};

use crate::Result;
use crate::output::Output;
use crate::words::say;

/// Writes rows in columns, two spaces apart; the last column is left as long as it is.
pub fn write(output: &mut Output, rows: &[Vec<String>]) -> Result<()> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width =
        |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
    for row in rows {
        let mut line = String::new();
        for (place, (cell, width)) in row.iter().zip(&widths).enumerate() {
            if place + 1 == row.len() {
                line += cell;
            } else {
                line += &format!("{cell:<width$}  ");
            }
        }
        output.line(line.trim_end())?;
    }
    Ok(())
}

/// A time in RFC 3339 as it reads here: `2026-11-23 14:32`. What is no time stays as it is.
pub fn local(time: &str) -> String {
    let Ok(time) = time.parse::<jiff::Timestamp>() else { return time.into() };
    time.to_zoned(jiff::tz::TimeZone::system()).strftime("%Y-%m-%d %H:%M").to_string()
}

/// A post in a list: when, status, name, title, and what is the matter with it.
pub fn post(row: &PostRow, language: Language) -> Vec<String> {
    let mut title = row.title.clone();
    for (holds, key) in [(row.conflict, "mark.conflict"), (row.missing, "mark.missing")] {
        if holds {
            title += &format!("  [{}]", say(language, key, &[]));
        }
    }
    vec![
        local(&row.updated_at),
        say(language, &format!("status.{}", row.status), &[]),
        format!("{}.{}", row.slug, row.language.code()),
        title,
    ]
}
