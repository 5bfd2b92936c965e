//! The outbox: what is to be sent. Exactly once is keyed on post and blog: at most one open intention for each.

use rusqlite::{OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{Act, Actor, Error, Id, Library, Refusal, Result, Timestamp, journal, posts, to_json};

/// What is neither done nor cancelled.
const OPEN: &str = "state IN ('waiting','sending','failed','paused')";

/// What an outbox item is to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IntentionAction {
    /// Make a revision public, or update what is.
    Publish,
    /// Take the post off the blog.
    Withdraw,
}

/// Where an outbox item stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IntentionState {
    /// To be sent, at once or from a time on.
    Waiting,
    /// On its way. Found so by who holds the outbox, its sender is dead, and it is sent again: the blog is asked first.
    Sending,
    /// The blog has answered.
    Done,
    /// Refused: it needs a person.
    Failed,
    /// Waits for a person.
    Paused,
    /// Given up by a person.
    Cancelled,
}

/// Where an outbox item is moved to among those that are open.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Turn {
    /// It is sent first.
    First,
    /// It is sent last.
    Last,
    /// It is sent right before this one.
    Before(Id),
}

/// An item of the outbox.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Intention {
    /// Its id.
    pub id: Id,
    /// The post.
    pub post: Id,
    /// The blog.
    pub blog: Id,
    /// What to do.
    pub action: IntentionAction,
    /// With which revision.
    pub revision: u32,
    /// Where it stands.
    pub state: IntentionState,
    /// What the last attempt met.
    pub error: Option<String>,
    /// How often it was tried.
    pub attempts: u32,
    /// A waiting item is not tried before; none where it is to be sent at once.
    pub next_at: Option<Timestamp>,
    /// Who wanted it.
    pub actor: Actor,
    /// When it was wanted.
    pub created_at: Timestamp,
    /// When its state last changed.
    pub updated_at: Timestamp,
}

impl Library {
    /// Puts an intention into the outbox. One that is open for the same post and blog is replaced, never doubled.
    pub fn intend(
        &mut self,
        act: &Act,
        id: Id,
        post: Id,
        blog: Id,
        action: IntentionAction,
        revision: u32,
    ) -> Result<()> {
        let tx = self.begin()?;
        match action {
            IntentionAction::Publish => posts::writable(&tx, post)?,
            IntentionAction::Withdraw => posts::get(&tx, post)?,
        };
        if action == IntentionAction::Publish && crate::conflicts::get(&tx, post)?.is_some() {
            return Err(Refusal::Conflict(post).into());
        }
        crate::revisions::get(&tx, post, revision)?;
        if !tx.query_row("SELECT EXISTS (SELECT 1 FROM blog WHERE id = ?1)", [blog], |row| row.get(0))? {
            return Err(Error::not_found("blog", blog));
        }
        tx.execute(
            "UPDATE outbox SET state = 'cancelled', updated_at = ?3
             WHERE post = ?1 AND blog = ?2 AND state IN ('waiting','sending','failed','paused')",
            params![post, blog, act.now],
        )?;
        tx.execute(
            "INSERT INTO outbox (id, post, blog, action, revision, state, actor_name, actor_email, created_at, updated_at, place)
             VALUES (?1, ?2, ?3, ?4, ?5, 'waiting', ?6, ?7, ?8, ?8, (SELECT ifnull(max(place), 0) + 1 FROM outbox))",
            params![id, post, blog, word(&action)?, revision, act.actor.name, act.actor.email, act.now],
        )?;
        let detail = json!({ "blog": blog, "action": action, "revision": revision });
        journal::append(&tx, act, "post.queued", post, detail)?;
        tx.commit()?;
        Ok(())
    }

    /// Records where an open outbox item stands after something other than success. One that is done or cancelled by
    /// now stays so.
    pub fn set_intention(
        &mut self,
        act: &Act,
        id: Id,
        state: IntentionState,
        error: Option<&str>,
    ) -> Result<()> {
        self.put_intention(act, id, state, error, None)
    }

    /// Has an open outbox item wait until `next_at`: the blog could not be reached, for the reason `error`.
    pub fn postpone(&mut self, act: &Act, id: Id, error: &str, next_at: Timestamp) -> Result<()> {
        self.put_intention(act, id, IntentionState::Waiting, Some(error), Some(next_at))
    }

    fn put_intention(
        &mut self,
        act: &Act,
        id: Id,
        state: IntentionState,
        error: Option<&str>,
        next_at: Option<Timestamp>,
    ) -> Result<()> {
        let tx = self.begin()?;
        let found = tx
            .query_row("SELECT state, post FROM outbox WHERE id = ?1", [id], |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, Id>(1)?))
            })
            .optional()?;
        let (before, post) = found.ok_or_else(|| Error::not_found("outbox item", id))?;
        if matches!(from_word(&before)?, IntentionState::Done | IntentionState::Cancelled) {
            return Ok(());
        }
        if state == IntentionState::Cancelled {
            journal::append(&tx, act, "post.unqueued", post, json!({ "item": id }))?;
        } else {
            crate::restore::settle(&tx, act)?;
        }
        let tried = u32::from(state == IntentionState::Sending);
        tx.execute(
            "UPDATE outbox SET state = ?2, error = ?3, attempts = attempts + ?4, updated_at = ?5, next_at = ?6
             WHERE id = ?1",
            params![id, word(&state)?, error, tried, act.now, next_at],
        )?;
        tx.commit()?;
        Ok(())
    }

    /// Moves an open item among the open ones of all blogs.
    pub fn move_intention(&mut self, act: &Act, id: Id, to: Turn) -> Result<()> {
        let tx = self.begin()?;
        crate::restore::settle(&tx, act)?;
        let place: Option<f64> = match to {
            Turn::First => tx.query_row("SELECT min(place) - 1 FROM outbox", [], |row| row.get(0))?,
            Turn::Last => tx.query_row("SELECT max(place) + 1 FROM outbox", [], |row| row.get(0))?,
            Turn::Before(other) => tx
                .query_row(
                    "SELECT (place + ifnull((SELECT max(b.place) FROM outbox b WHERE b.place < a.place AND b.id <> ?2),
                       place - 1)) / 2 FROM outbox a WHERE id = ?1",
                    params![other, id],
                    |row| row.get(0),
                )
                .optional()?
                .ok_or_else(|| Error::not_found("outbox item", other))?,
        };
        if tx.execute("UPDATE outbox SET place = ?2 WHERE id = ?1", params![id, place])? == 0 {
            return Err(Error::not_found("outbox item", id));
        }
        tx.commit()?;
        Ok(())
    }

    /// What is to be sent to a blog by now, in the outbox's order. Whoever asks holds the outbox: what is on its way
    /// has a dead sender.
    pub fn due(&self, blog: Id, now: Timestamp) -> Result<Vec<Intention>> {
        let sql =
            "WHERE blog = ?1 AND (state = 'sending' OR (state = 'waiting' AND ifnull(next_at, 0) <= ?2))
                   ORDER BY place, id";
        self.intentions(sql, params![blog, now])
    }

    /// The outbox: what is open in the order of its sending, then, unless only what is `open` is asked for, what is
    /// done or cancelled, the newest first.
    pub fn outbox(&self, open: bool) -> Result<Vec<Intention>> {
        let mut items = self.intentions(&format!("WHERE {OPEN} ORDER BY place, id"), [])?;
        if !open {
            items
                .extend(self.intentions(&format!("WHERE NOT {OPEN} ORDER BY created_at DESC, id DESC"), [])?);
        }
        Ok(items)
    }

    fn intentions(&self, tail: &str, values: impl rusqlite::Params) -> Result<Vec<Intention>> {
        let mut statement = self.conn.prepare_cached(&format!("SELECT * FROM outbox {tail}"))?;
        let rows = statement.query_map(values, |row| {
            Ok((read_intention(row)?, row.get::<_, String>("action")?, row.get::<_, String>("state")?))
        })?;
        rows.map(|row| {
            let (mut intention, action, state) = row?;
            intention.action = from_word(&action)?;
            intention.state = from_word(&state)?;
            Ok(intention)
        })
        .collect()
    }
}

fn read_intention(row: &Row<'_>) -> rusqlite::Result<Intention> {
    Ok(Intention {
        id: row.get("id")?,
        post: row.get("post")?,
        blog: row.get("blog")?,
        action: IntentionAction::Publish,
        revision: row.get("revision")?,
        state: IntentionState::Waiting,
        error: row.get("error")?,
        attempts: row.get("attempts")?,
        next_at: row.get("next_at")?,
        actor: Actor { name: row.get("actor_name")?, email: row.get("actor_email")? },
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}

fn word(value: &impl Serialize) -> Result<String> {
    Ok(to_json(value)?.trim_matches('"').to_owned())
}

fn from_word<T: serde::de::DeserializeOwned>(word: &str) -> Result<T> {
    serde_json::from_value(Value::String(word.into())).map_err(|e| Error::damaged(e.to_string()))
}
