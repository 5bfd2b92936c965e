//! Purging: the one way in which a text leaves the library, and what stands in its way.
//!
//! Only a post in the trash is purged, never one that is under a hold or under a rule whose period is not over, and
//! never one that its rule wants transferred or reviewed. What was there and who purged it stays in the journal.

use jiff::civil::Date;
use rusqlite::Connection;
use serde_json::json;

use super::{Action, due, holds, schedule};
use crate::{Act, Error, Id, Library, Refusal, Result, Timestamp, journal, posts};

/// What keeps a post from being destroyed.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Protected {
    /// A hold.
    #[error("The post is under the hold “{hold}”. Nothing of it is destroyed until the hold is released.")]
    Held {
        /// The hold's name.
        hold: String,
    },
    /// A rule whose period runs.
    #[error("The post is kept until the end of {until} under the rule {rule}.")]
    NotDue {
        /// The disposition authority's number.
        rule: String,
        /// The last day on which it is kept.
        until: Date,
    },
    /// A rule whose period has not begun: what it waits for has not happened.
    #[error(
        "The post is under the rule {rule}, whose period has not begun. File it elsewhere or give it another rule."
    )]
    NotRunning {
        /// The disposition authority's number.
        rule: String,
    },
    /// A rule that asks for something else than destruction.
    #[error("The rule {rule} asks for this post to be transferred or reviewed, not destroyed.")]
    OtherAction {
        /// The disposition authority's number.
        rule: String,
    },
}

impl Library {
    /// Whether a post may be destroyed at this moment. Whatever destroys asks this first.
    ///
    /// # Errors
    /// [`Error::Protected`] says what stands in the way.
    pub fn may_purge(&self, post: Id, now: Timestamp) -> Result<()> {
        may_purge(&self.conn, post, now)
    }

    /// Destroys a post that is in the trash: its text, every revision, the captures of its pages, and what the library
    /// knows of its file. Attached files stay. Gives the path of its Markdown file, which is not touched here.
    pub fn purge(&mut self, act: &Act, post: Id) -> Result<Option<String>> {
        let file = self.mirrored_file(post)?.map(|file| file.path);
        let tx = self.begin()?;
        let row = posts::get(&tx, post)?;
        if row.trashed_at.is_none() {
            return Err(Refusal::NotTrashed(post).into());
        }
        may_purge(&tx, post, act.now)?;
        let public = tx
            .prepare_cached(
                "SELECT 1 FROM publication WHERE post = ?1 UNION ALL
                 SELECT 1 FROM outbox WHERE post = ?1 AND state IN ('waiting','sending','failed','paused')",
            )?
            .exists([post])?;
        if public {
            return Err(Refusal::StillPublic(post).into());
        }
        let revisions: u32 =
            tx.query_row("SELECT count(*) FROM revision WHERE post = ?1", [post], |row| row.get(0))?;
        tx.execute("DELETE FROM post_text WHERE rowid = (SELECT rowid FROM post WHERE id = ?1)", [post])?;
        for table in ["conflict", "working_copy", "mirror", "outbox", "revision_name", "revision"] {
            tx.execute(&format!("DELETE FROM {table} WHERE post = ?1"), [post])?;
        }
        tx.execute(
            "DELETE FROM capture_version WHERE capture IN (SELECT id FROM capture WHERE post = ?1)",
            [post],
        )?;
        tx.execute("DELETE FROM capture WHERE post = ?1", [post])?;
        tx.execute("DELETE FROM post WHERE id = ?1", [post])?;
        for gone in
            ["DELETE FROM filing WHERE pair", "DELETE FROM pair_rule WHERE pair", "DELETE FROM pair WHERE id"]
        {
            tx.execute(
                &format!("{gone} = ?1 AND NOT EXISTS (SELECT 1 FROM post WHERE pair = ?1)"),
                [row.pair],
            )?;
        }
        let detail = json!({
            "title": row.title, "language": row.language, "pair": row.pair, "revisions": revisions, "file": file,
        });
        journal::append(&tx, act, "post.purged", post, detail)?;
        tx.commit()?;
        Ok(file)
    }
}

fn may_purge(conn: &Connection, post: Id, now: Timestamp) -> Result<()> {
    let pair = posts::get(conn, post)?.pair;
    let held = holds::held_pairs(conn, Some(pair))?;
    if let Some((hold, _)) = held.first() {
        let hold = holds::name_of(conn, *hold)?;
        return Err(Error::Protected(Protected::Held { hold }));
    }
    if let Some(hold) = holds::unread(conn, pair)? {
        return Err(Error::Protected(Protected::Held { hold: holds::name_of(conn, hold)? }));
    }
    let kept = schedule::kept(conn, Some(pair))?.pop();
    let Some((rule, running)) = kept.and_then(|kept| Some((kept.rule?.0, kept.running))) else {
        return Ok(());
    };
    let protected = match running {
        None => Protected::NotRunning { rule: rule.number },
        Some(run) if !run.is_over(due::day(now)) => Protected::NotDue { rule: rule.number, until: run.until },
        Some(_) if rule.action != Action::Destroy => Protected::OtherAction { rule: rule.number },
        Some(_) => return Ok(()),
    };
    Err(Error::Protected(protected))
}
