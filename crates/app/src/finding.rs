//! Search, as the window and the command line ask for it.

use fonds_library::{Id, Query, SavedSearch, Timestamp};

use crate::authoring::post_row;
use crate::{
    Error, PageHitView, PdfDetail, PdfVersionRow, Result, RevisionHitView, SavedSearchRow, SearchHit,
    SearchQuery, SearchResult, Session, clock,
};

impl Session {
    /// The posts that match, the best first, at most `most`.
    ///
    /// # Errors
    /// `search.query` where a condition is not one: a category, status or time that there is not.
    pub fn search(&self, query: &SearchQuery, most: usize) -> Result<SearchResult> {
        let found = self.library.search(&self.conditions(query)?, most)?;
        let hits = found.hits.into_iter().map(|hit| {
            let post = self.library.post(hit.post)?;
            let pages = hit.pages.into_iter().map(|page| {
                Ok(PageHitView {
                    attachment_id: page.attachment.id.to_string(),
                    version: page.attachment.version,
                    name: self.library.attachment(page.attachment.id)?.name().into(),
                    page: page.page,
                    snippet: page.snippet,
                })
            });
            Ok(SearchHit {
                pages: pages.collect::<Result<_>>()?,
                title: hit.title,
                revision: hit
                    .revision
                    .map(|revision| RevisionHitView { number: revision.number, snippet: revision.snippet }),
                post: post_row(&post, Some(hit.snippet)),
            })
        });
        Ok(SearchResult { hits: hits.collect::<Result<_>>()?, more: found.more })
    }

    /// The saved searches, by name.
    pub fn saved_searches(&self) -> Result<Vec<SavedSearchRow>> {
        let mut rows: Vec<SavedSearchRow> =
            self.library.saved_searches()?.into_iter().map(saved_row).collect();
        rows.sort_by_cached_key(|row| row.name.to_lowercase());
        Ok(rows)
    }

    /// The saved search of a name or an id.
    pub fn saved_search(&self, name: &str) -> Result<SavedSearchRow> {
        Ok(saved_row(self.library.find_search(name)?))
    }

    /// Keeps a search under a name, and gives it.
    pub fn save_search(&mut self, name: &str, query: &SearchQuery) -> Result<SavedSearchRow> {
        let act = self.act();
        let query = self.conditions(query)?;
        let search = SavedSearch { id: clock::new_id(), name: name.into(), query };
        self.library.save_search(&act, &search)?;
        self.saved_search(&search.id.to_string())
    }

    /// Gives a saved search another name.
    pub fn rename_search(&mut self, name: &str, to: &str) -> Result<SavedSearchRow> {
        let act = self.act();
        let search = SavedSearch { name: to.into(), ..self.library.find_search(name)? };
        self.library.change_search(&act, &search)?;
        self.saved_search(&search.id.to_string())
    }

    /// Forgets a saved search that no hold in force is on.
    pub fn remove_search(&mut self, name: &str) -> Result<()> {
        let act = self.act();
        let search = self.library.find_search(name)?;
        Ok(self.library.remove_search(&act, search.id)?)
    }

    /// The library's own form of a query.
    pub(crate) fn conditions(&self, query: &SearchQuery) -> Result<Query> {
        let wrong = |value: &str| Error::new("search.query").with("value", value);
        let category = query.category.as_deref().map(|name| match name.parse() {
            Ok(id) => Ok(id),
            Err(_) => self.find_category(name),
        });
        let time = |text: &Option<String>| {
            text.as_deref().map(|text| text.parse::<Timestamp>().map_err(|_| wrong(text))).transpose()
        };
        Ok(Query {
            words: query.words.clone(),
            category: category.transpose()?,
            language: query.language.map(Into::into),
            status: query.status.as_deref().map(|s| s.parse().map_err(|_| wrong(s))).transpose()?,
            author: query.author.clone(),
            since: time(&query.since)?,
            before: time(&query.before)?,
            pdf: query.pdf,
            held: query.held,
            revisions: query.revisions,
        })
    }

    /// A version of an attached PDF with all that is shown beside it.
    pub fn pdf_detail(&self, attachment: Id, version: u32) -> Result<PdfDetail> {
        let reference = fonds_library::AttachmentRef { id: attachment, version };
        let shown = self.attachment_views(&[reference])?.pop();
        let shown = shown.ok_or_else(|| Error::new("attachment.not_found").with("name", attachment))?;
        let posts = self.library.posts_with(attachment)?;
        let mut versions = Vec::new();
        for one in self.library.attachment_versions(attachment)?.into_iter().rev() {
            versions.push(PdfVersionRow {
                version: one.version,
                size: one.blob.size,
                added_at: one.at.to_string(),
                actor: crate::authoring::actor_view(one.actor),
                pages: self.pdf_view(&one.blob.sha256)?.map(|pdf| pdf.pages),
            });
        }
        let used_in = posts.into_iter().map(|id| Ok(post_row(&self.library.post(id)?, None)));
        Ok(PdfDetail {
            path: self.library.attachment(attachment)?.path,
            attachment: shown,
            versions,
            used_in: used_in.collect::<Result<_>>()?,
        })
    }
}

fn saved_row(search: SavedSearch) -> SavedSearchRow {
    let query = search.query;
    SavedSearchRow {
        id: search.id.to_string(),
        name: search.name,
        query: SearchQuery {
            words: query.words,
            category: query.category.map(|id| id.to_string()),
            language: query.language.map(Into::into),
            status: query.status.map(|status| status.as_str().into()),
            author: query.author,
            since: query.since.map(|at| at.to_string()),
            before: query.before.map(|at| at.to_string()),
            pdf: query.pdf,
            held: query.held,
            revisions: query.revisions,
        },
    }
}
