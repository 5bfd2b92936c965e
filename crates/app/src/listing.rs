//! The list of posts, as the window and the command line page through it.

use fonds_library::{Cursor, Order};

use crate::authoring::post_row;
use crate::{Error, ListOrder, ListPage, ListRequest, PairRow, PostRow, Result, Session};

/// More rows than any page needs.
const MOST: u32 = 1_000;

impl Session {
    /// A page of the list: one row a pair. Its cost does not depend on how many posts there are; where few meet the
    /// conditions a page may have fewer rows than asked for, even none, and still be followed by others.
    ///
    /// # Errors
    /// `search.query` where a condition, or the place after which the page begins, is not one.
    pub fn list_posts(&self, request: &ListRequest) -> Result<ListPage> {
        let wrong = |value: &str| Error::new("search.query").with("value", value);
        let after = request.after.as_deref().map(|text| text.parse::<Cursor>().map_err(|()| wrong(text)));
        let order = match request.order {
            ListOrder::Newest => Order::Newest,
            ListOrder::Oldest => Order::Oldest,
            ListOrder::Title => Order::Title(self.language.into()),
        };
        let query = self.conditions(&request.conditions)?;
        let most = usize::try_from(request.limit.clamp(1, MOST)).unwrap_or(usize::MAX);
        let page = self.library.list(&query, order, after.transpose()?.as_ref(), most)?;
        let anything = query == fonds_library::Query { words: query.words.clone(), ..Default::default() };
        let rows = page.rows.into_iter().map(|row| PairRow {
            pair_id: row.posts.first().map(|post| post.pair.to_string()).unwrap_or_default(),
            updated_at: row
                .posts
                .iter()
                .map(|post| post.updated_at)
                .max()
                .map(|at| at.to_string())
                .unwrap_or_default(),
            found: row.found.to_string(),
            posts: row.posts.iter().map(|post| post_row(post, None)).collect(),
        });
        Ok(ListPage {
            rows: rows.collect(),
            next: page.next.map(|next| next.to_string()),
            total: if anything && request.after.is_none() {
                Some(self.library.listed_pairs()?)
            } else {
                None
            },
        })
    }

    /// The posts in the trash, what was put there last first.
    pub fn trash(&self) -> Result<Vec<PostRow>> {
        Ok(self.library.trash()?.iter().map(|post| post_row(post, None)).collect())
    }

    /// Whether two texts of any post wait for a decision.
    pub fn has_conflicts(&self) -> Result<bool> {
        Ok(self.library.has_conflicts()?)
    }
}
