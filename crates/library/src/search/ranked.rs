//! The best hits of some words, in posts and in pages, and the words that only earlier revisions have.
//!
//! Ranking every match of a common word costs as much as the library is large, and so does knowing how rare a word is. So
//! matches are weighed against each other where they are few. Where they are many those with the words in the title come
//! first, and then the newest.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use rusqlite::types::ToSql;

use super::expression::Words;
use super::filter::Conditions;
use super::snippet::{has_all, marked, snippet};
use super::{Found, Hit, PageHit, Query, RevisionHit};
use crate::{AttachmentRef, Id, Library, Result, revisions, working_copy};

/// How many matches are looked at: in texts, in titles alone, in pages. Fewer are weighed.
const IN_TEXTS: i64 = 1_000;
const IN_TITLES: i64 = 400;
const IN_PAGES: i64 = 1_000;
/// How much a word in the title counts more than one in the text, and one in a PDF less.
const TITLE: f64 = 8.0;
const PAGE: f64 = 0.5;
/// The score of whatever is not weighed.
const EQUAL: &str = "-1.0";
/// Pages shown of one post.
const MOST_PAGES: usize = 3;
/// How long earlier revisions are looked through.
const PATIENCE: Duration = Duration::from_secs(2);

/// A post on its way to be a hit; a lower score is a better one.
#[derive(Default)]
struct Candidate {
    score: f64,
    in_text: bool,
    pages: Vec<(f64, i64, AttachmentRef)>,
}

impl Library {
    pub(super) fn ranked(&self, query: &Query, words: &Words, most: usize) -> Result<Found> {
        let mut candidates: BTreeMap<i64, Candidate> = BTreeMap::new();
        let expression = words.expression();
        let fills = |found: usize, limit: i64| i64::try_from(found).is_ok_and(|found| found >= limit);
        let plain = self.matching_posts(query, &expression, IN_TEXTS, None)?;
        let mut more = fills(plain.len(), IN_TEXTS);
        let rows = if more {
            let titles = format!("{{title}} : ({expression})");
            let titles = self.matching_posts(query, &titles, IN_TITLES, None)?;
            titles.into_iter().map(|(row, score)| (row, score * TITLE)).chain(plain).collect()
        } else {
            self.matching_posts(query, &expression, IN_TEXTS, Some(TITLE))?
        };
        for (row, score) in rows {
            let candidate = candidates.entry(row).or_default();
            candidate.score = candidate.score.min(score);
            candidate.in_text = true;
        }
        let mut pages = self.matching_pages(query, &expression, false)?;
        if fills(pages.len(), IN_PAGES) {
            more = true;
        } else if !pages.is_empty() {
            pages = self.matching_pages(query, &expression, true)?;
        }
        for (row, page, attachment, score) in pages {
            let candidate = candidates.entry(row).or_default();
            candidate.score = candidate.score.min(score * PAGE);
            candidate.pages.push((score, page, attachment));
        }
        let mut order: Vec<(i64, Candidate)> = candidates.into_iter().collect();
        order.sort_by(|(a_row, a), (b_row, b)| a.score.total_cmp(&b.score).then(b_row.cmp(a_row)));
        more |= order.len() > most;
        order.truncate(most);
        let hits = order.into_iter().map(|(row, candidate)| self.hit(row, candidate, words));
        Ok(Found { hits: hits.collect::<Result<_>>()?, more })
    }

    /// The newest posts that match, with their scores where they are weighed, each title by so much; else all the same.
    fn matching_posts(
        &self,
        query: &Query,
        expression: &str,
        limit: i64,
        weighed: Option<f64>,
    ) -> Result<Vec<(i64, f64)>> {
        let score =
            weighed.map_or_else(|| EQUAL.to_owned(), |title| format!("bm25(post_text, {title:?}, 1.0)"));
        let conditions = Conditions::of(&self.conn, query, 3)?;
        let sql = format!(
            "SELECT post_text.rowid, {score} FROM post_text
             CROSS JOIN post ON post.rowid = post_text.rowid
             WHERE post_text MATCH ?1 AND {} ORDER BY post_text.rowid DESC LIMIT ?2",
            conditions.sql()
        );
        let mut values: Vec<&dyn ToSql> = vec![&expression, &limit];
        values.extend(conditions.values.iter().map(AsRef::as_ref));
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement.query_map(values.as_slice(), |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The pages that match, of the newest PDFs, with the posts that have them; scored as posts are.
    fn matching_pages(
        &self,
        query: &Query,
        expression: &str,
        weighed: bool,
    ) -> Result<Vec<(i64, i64, AttachmentRef, f64)>> {
        if query.pdf == Some(false) {
            return Ok(vec![]);
        }
        let conditions = Conditions::of(&self.conn, query, 3)?;
        let score = if weighed { "bm25(pdf_text)" } else { EQUAL };
        let sql = format!(
            "SELECT post.rowid, pdf_text.rowid, attached.attachment, attached.version, {score} FROM pdf_text
             CROSS JOIN pdf ON pdf.number = pdf_text.rowid >> 20
             CROSS JOIN attachment_version v ON v.sha256 = pdf.sha256
             CROSS JOIN attached ON attached.attachment = v.attachment AND attached.version = v.version
             CROSS JOIN post ON post.rowid = attached.post
             WHERE pdf_text MATCH ?1 AND {} ORDER BY pdf_text.rowid DESC LIMIT ?2",
            conditions.sql()
        );
        let mut values: Vec<&dyn ToSql> = vec![&expression, &IN_PAGES];
        values.extend(conditions.values.iter().map(AsRef::as_ref));
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement.query_map(values.as_slice(), |row| {
            let attachment = AttachmentRef { id: row.get(2)?, version: row.get(3)? };
            Ok((row.get(0)?, row.get(1)?, attachment, row.get(4)?))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    fn hit(&self, row: i64, mut candidate: Candidate, words: &Words) -> Result<Hit> {
        let (post, title): (Id, String) = self
            .conn
            .prepare_cached("SELECT id, title FROM post WHERE rowid = ?1")?
            .query_row([row], |row| Ok((row.get(0)?, row.get(1)?)))?;
        candidate.pages.sort_by(|(a, a_page, _), (b, b_page, _)| a.total_cmp(b).then(a_page.cmp(b_page)));
        let pages = candidate.pages.into_iter().take(MOST_PAGES).map(|(_, page, attachment)| {
            let text: String = self
                .conn
                .prepare_cached("SELECT text FROM pdf_text WHERE rowid = ?1")?
                .query_row([page], |row| row.get(0))?;
            let number = u32::try_from(page & 0xf_ffff).unwrap_or_default();
            Ok(PageHit { attachment, page: number, snippet: snippet(&text, words) })
        });
        let pages = pages.collect::<Result<_>>()?;
        let snippet = match candidate.in_text {
            true => snippet(&working_copy::current(&self.conn, post)?.body, words),
            false => String::new(),
        };
        Ok(Hit { post, title: marked(&title, words), snippet, pages, revision: None })
    }

    /// Adds the posts of which only an earlier revision has the words. Revisions are packed and not indexed: they are
    /// looked through, the newest posts first, for a bounded time.
    pub(super) fn in_revisions(
        &self,
        query: &Query,
        words: &Words,
        most: usize,
        found: &mut Found,
    ) -> Result<()> {
        let begun = Instant::now();
        for hit in self.filtered(query, usize::MAX >> 1)?.hits {
            if found.hits.iter().any(|other| other.post == hit.post && !other.snippet.is_empty()) {
                continue;
            }
            if begun.elapsed() > PATIENCE || found.hits.len() >= most {
                found.more = true;
                break;
            }
            let Some(revision) = self.revision_with(hit.post, words)? else { continue };
            match found.hits.iter_mut().find(|other| other.post == hit.post) {
                Some(other) => other.revision = Some(revision),
                None => found.hits.push(Hit { revision: Some(revision), ..hit }),
            }
        }
        Ok(())
    }

    /// The newest revision of a post whose title or text has all the words.
    fn revision_with(&self, post: Id, words: &Words) -> Result<Option<RevisionHit>> {
        let mut numbers =
            self.conn.prepare_cached("SELECT number FROM revision WHERE post = ?1 ORDER BY number DESC")?;
        let mut rows = numbers.query([post])?;
        while let Some(row) = rows.next()? {
            let number = row.get(0)?;
            let content = revisions::get(&self.conn, post, number)?.content;
            let text = format!("{}\n{}", content.title, content.body);
            if has_all(&text, words) {
                return Ok(Some(RevisionHit { number, snippet: snippet(&text, words) }));
            }
        }
        Ok(None)
    }
}
