//! Conflicts: two texts of a post that could not be merged. Both are revisions; the author decides which stays.

use rusqlite::{OptionalExtension, Transaction, params};
use serde_json::json;

use crate::revisions::{self, Parentage};
use crate::{Act, Content, Id, Library, Origin, Refusal, Result, journal, posts, working_copy};

impl Library {
    /// The revision of the other text, where two wait for a decision.
    pub fn conflict(&self, post: Id) -> Result<Option<u32>> {
        get(&self.conn, post)
    }

    /// Whether two texts of any post wait for a decision.
    pub fn has_conflicts(&self) -> Result<bool> {
        Ok(self.conn.prepare_cached("SELECT 1 FROM conflict LIMIT 1")?.exists([])?)
    }

    /// Seals what is being written, and keeps `theirs` beside it as a revision that follows `base` and is not head.
    ///
    /// A further text while one waits takes its place as the one to decide on; the earlier one stays a revision.
    pub fn add_conflict(
        &mut self,
        act: &Act,
        post: Id,
        base: Option<u32>,
        theirs: &Content,
        origin: Origin,
    ) -> Result<u32> {
        let tx = self.begin()?;
        posts::writable(&tx, post)?;
        working_copy::seal(&tx, act, post, Origin::Editor)?;
        let mut theirs = theirs.clone();
        theirs.attachments.sort_unstable();
        if let Some(waiting) = get(&tx, post)?
            && revisions::get(&tx, post, waiting)?.content == theirs
        {
            return Ok(waiting);
        }
        let number = revisions::append(&tx, act, act, post, &theirs, Parentage::from_head(base), origin)?;
        put(&tx, post, Some(number))?;
        journal::append(&tx, act, "post.conflicted", post, json!({ "theirs": number }))?;
        tx.commit()?;
        Ok(number)
    }

    /// Ends a conflict with `content` (either text, or one made of both) as a merge of the two.
    pub fn resolve_conflict(&mut self, act: &Act, post: Id, content: &Content) -> Result<u32> {
        let tx = self.begin()?;
        let content = &posts::fit(&tx, &posts::writable(&tx, post)?, content)?;
        let theirs = get(&tx, post)?.ok_or(Refusal::NoConflict(post))?;
        let mine = working_copy::seal(&tx, act, post, Origin::Editor)?;
        let number =
            revisions::append(&tx, act, act, post, content, Parentage::merge(mine, theirs), Origin::Merge)?;
        revisions::set_head(&tx, post, number)?;
        put(&tx, post, None)?;
        working_copy::show(&tx, act, post, content)?;
        journal::append(&tx, act, "post.conflict_resolved", post, json!({ "revision": number }))?;
        tx.commit()?;
        Ok(number)
    }
}

pub(crate) fn get(conn: &rusqlite::Connection, post: Id) -> Result<Option<u32>> {
    Ok(conn
        .prepare_cached("SELECT theirs FROM conflict WHERE post = ?1")?
        .query_row([post], |row| row.get(0))
        .optional()?)
}

pub(crate) fn put(tx: &Transaction<'_>, post: Id, theirs: Option<u32>) -> Result<()> {
    match theirs {
        Some(number) => tx.execute(
            "INSERT OR REPLACE INTO conflict (post, theirs) VALUES (?1, ?2)",
            params![post, number],
        )?,
        None => tx.execute("DELETE FROM conflict WHERE post = ?1", [post])?,
    };
    Ok(())
}
