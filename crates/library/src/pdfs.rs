//! What was read from PDFs, by the digest of their bytes: derived data, which can be made again.
//!
//! A PDF is brought in steps, so that no change waits long for another: [`Library::begin_pdf`], its pages, and last
//! what it says of itself. Until then it counts as unread.

use rusqlite::{OptionalExtension, params};

use crate::{Library, Result};

/// A page's row in the index is the PDF's number times this, and the page's number.
const PAGES: i64 = 1 << 20;
/// The newest PDFs that one call looks for, so that a large library costs no more than a small one.
const MOST_UNREAD: u32 = 100;

impl Library {
    /// Digests of PDFs that the reader of version `reader` has not read yet, the newest first; at most 100.
    pub fn unread_pdfs(&self, reader: u32) -> Result<Vec<String>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT v.sha256 FROM attachment_version v JOIN attachment a ON a.id = v.attachment
             LEFT JOIN pdf ON pdf.sha256 = v.sha256 AND pdf.reader >= ?1 AND pdf.reading IS NOT NULL
             WHERE pdf.number IS NULL AND lower(a.path) LIKE '%.pdf'
             GROUP BY v.sha256 ORDER BY max(v.at) DESC LIMIT ?2",
        )?;
        let digests = statement.query_map(params![reader, MOST_UNREAD], |row| row.get(0))?;
        Ok(digests.collect::<rusqlite::Result<_>>()?)
    }

    /// Begins to bring what `reader` reads from the PDF with these bytes; what was known of it is forgotten. Gives the
    /// number that the pages are brought under.
    pub fn begin_pdf(&mut self, sha256: &str, reader: u32) -> Result<i64> {
        let tx = self.begin()?;
        tx.execute("DELETE FROM pdf WHERE sha256 = ?1", [sha256])?;
        tx.execute("INSERT INTO pdf (sha256, reader) VALUES (?1, ?2)", params![sha256, reader])?;
        let number = tx.last_insert_rowid();
        tx.commit()?;
        Ok(number)
    }

    /// Brings the texts of some pages. Nothing is kept where somebody else has begun with the same PDF meanwhile.
    pub fn bring_pdf_pages(&mut self, pdf: i64, pages: &[(u32, &str)]) -> Result<()> {
        let tx = self.begin()?;
        let wanted = "INSERT INTO pdf_text (rowid, text) SELECT ?2, ?3 WHERE EXISTS (SELECT 1 FROM pdf WHERE number = ?1)";
        let mut insert = tx.prepare_cached(wanted)?;
        for (page, text) in pages.iter().filter(|(page, _)| i64::from(*page) < PAGES) {
            insert.execute(params![pdf, pdf * PAGES + i64::from(*page), text])?;
        }
        drop(insert);
        tx.commit()?;
        Ok(())
    }

    /// Ends it: from now on the PDF counts as read. `reading` is JSON.
    pub fn finish_pdf(&mut self, pdf: i64, reading: &str) -> Result<()> {
        let tx = self.begin()?;
        tx.execute("UPDATE pdf SET reading = ?2 WHERE number = ?1", params![pdf, reading])?;
        tx.commit()?;
        Ok(())
    }

    /// What was read from the PDF with these bytes, as it was brought; none while it is unread.
    pub fn pdf_reading(&self, sha256: &str) -> Result<Option<String>> {
        let sql = "SELECT reading FROM pdf WHERE sha256 = ?1";
        let reading: Option<Option<String>> =
            self.conn.prepare_cached(sql)?.query_row([sha256], |row| row.get(0)).optional()?;
        Ok(reading.flatten())
    }

    /// The text of a PDF's pages, from the first one that has any.
    pub fn pdf_pages(&self, sha256: &str) -> Result<Vec<(u32, String)>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT pdf_text.rowid & 1048575, text FROM pdf JOIN pdf_text
               ON pdf_text.rowid >= pdf.number << 20 AND pdf_text.rowid < (pdf.number + 1) << 20
             WHERE sha256 = ?1 ORDER BY pdf_text.rowid",
        )?;
        let pages = statement.query_map([sha256], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(pages.collect::<rusqlite::Result<_>>()?)
    }
}
