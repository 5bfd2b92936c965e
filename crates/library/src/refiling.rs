//! Merging and removing categories, and undoing what was done to the tree.
//!
//! What is filed under a category that goes is filed elsewhere first, each pair with its own journal entry; the entry of
//! the merge or removal itself says where those begin, so that it can be undone from the journal alone.

use std::collections::BTreeSet;

use rusqlite::{OptionalExtension, Transaction};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::categories::{self, check_names, get, insert, set_parent};
use crate::{Act, Category, Error, Id, Library, Refusal, Result, from_json, journal, pairs, retention};

/// Where the posts of a category that is removed go.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Leaving {
    /// Nowhere: a category that holds posts or categories is not removed.
    Nothing,
    /// Under this category.
    Under(Id),
    /// They are filed under nothing in its place.
    Unfiled,
}

/// A category that went, with the rule that it had.
#[derive(Serialize, Deserialize)]
struct Gone {
    #[serde(flatten)]
    category: Category,
    rule: Option<Id>,
}

/// What the journal says of a merge or a removal.
#[derive(Deserialize)]
struct Went {
    categories: Vec<Gone>,
    /// What was right below a merged category, and where it went.
    #[serde(default)]
    children: Vec<Id>,
    into: Option<Id>,
    /// The first of the entries that file its pairs elsewhere.
    first: u64,
}

#[derive(Deserialize)]
struct Changed<T> {
    before: T,
    after: T,
}

impl Library {
    /// Makes two categories one: posts and categories of `from` go to `into`, whose names and rule stay.
    /// Gives the number of the journal entry, for [`Library::undo_category`].
    pub fn merge_category(&mut self, act: &Act, from: Id, into: Id) -> Result<u64> {
        let tx = self.begin()?;
        let category = get(&tx, from)?;
        get(&tx, into)?;
        if subtree(&tx, from)?.contains(&into) {
            return Err(Refusal::CategoryLoop.into());
        }
        retention::check_category_free(&tx, from)?;
        let held = retention::held_pairs(&tx, None)?;
        let first = last(&tx)? + 1;
        refile(&tx, act, &BTreeSet::from([from]), Some(into))?;
        let children = children(&tx, from)?;
        for child in &children {
            let child = Category { parent: Some(into), ..get(&tx, *child)? };
            check_names(&tx, &child)?;
            set_parent(&tx, child.id, child.parent)?;
        }
        let gone = take(&tx, category)?;
        let detail = json!({ "categories": [gone], "into": into, "children": children, "first": first });
        journal::append(&tx, act, "category.merged", from, detail)?;
        let number = last(&tx)?;
        retention::keep_held(&tx, act, &held)?;
        tx.commit()?;
        Ok(number)
    }

    /// Removes a category with all below it. Gives the number of the journal entry, for [`Library::undo_category`].
    pub fn remove_category(&mut self, act: &Act, id: Id, leaving: Leaving) -> Result<u64> {
        let tx = self.begin()?;
        get(&tx, id)?;
        let all = subtree(&tx, id)?;
        let to = match leaving {
            Leaving::Nothing if all.len() > 1 || holds_posts(&tx, id)? => {
                return Err(Refusal::CategoryInUse.into());
            }
            Leaving::Nothing | Leaving::Unfiled => None,
            Leaving::Under(to) if all.contains(&to) => return Err(Refusal::CategoryLoop.into()),
            Leaving::Under(to) => Some(get(&tx, to)?.id),
        };
        for category in &all {
            retention::check_category_free(&tx, *category)?;
        }
        let held = retention::held_pairs(&tx, None)?;
        let first = last(&tx)? + 1;
        refile(&tx, act, &all, to)?;
        tx.execute_batch("PRAGMA defer_foreign_keys = ON")?;
        let gone = all.iter().map(|id| take(&tx, get(&tx, *id)?)).collect::<Result<Vec<_>>>()?;
        let detail = json!({ "categories": gone, "to": to, "first": first });
        journal::append(&tx, act, "category.removed", id, detail)?;
        let number = last(&tx)?;
        retention::keep_held(&tx, act, &held)?;
        tx.commit()?;
        Ok(number)
    }

    /// The number of the last journal entry about the tree; none where there is none.
    pub fn last_category_change(&self) -> Result<Option<u64>> {
        let sql = "SELECT seq FROM journal WHERE action GLOB 'category.*' ORDER BY seq DESC LIMIT 1";
        Ok(self.conn.query_row(sql, [], |row| row.get(0)).optional()?)
    }

    /// The category that the journal entry `seq` is about, and the pairs that its undoing files elsewhere.
    ///
    /// # Errors
    /// [`Refusal::NotUndoable`] where the entry is not about the tree.
    pub fn changed_category(&self, seq: u64) -> Result<(Id, Vec<Id>)> {
        let (_, category, detail) = self.change_of_tree(seq)?;
        let Ok(went) = from_json::<Went>(&detail) else { return Ok((category, vec![])) };
        let mut pairs: BTreeSet<Id> =
            filings(self, went.first, seq)?.into_iter().map(|(pair, _)| pair).collect();
        for child in went.children {
            pairs.extend(self.pairs_under(child)?);
        }
        Ok((category, pairs.into_iter().collect()))
    }

    fn change_of_tree(&self, seq: u64) -> Result<(String, Id, String)> {
        let sql = "SELECT action, subject, detail FROM journal WHERE seq = ?1 AND action GLOB 'category.*'";
        let found = self.conn.query_row(sql, [seq], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
        found.optional()?.ok_or_else(|| Refusal::NotUndoable.into())
    }

    /// Undoes what the journal entry `seq` says was done to the tree: what was filed elsewhere comes back, but for what
    /// people filed differently since. The undoing is journalled like any change.
    ///
    /// # Errors
    /// [`Refusal::NotUndoable`] where the tree has changed since so that it cannot be.
    pub fn undo_category(&mut self, act: &Act, seq: u64) -> Result<()> {
        let refused = || Error::from(Refusal::NotUndoable);
        let (action, id, detail) = self.change_of_tree(seq)?;
        let there = get(&self.conn, id);
        match action.as_str() {
            "category.added" => self.remove_category(act, id, Leaving::Nothing).map(|_| ()),
            "category.renamed" => {
                let Changed::<Category> { before, after } = from_json(&detail)?;
                let now = there?;
                if (&now.name_en, &now.name_fr) != (&after.name_en, &after.name_fr) {
                    return Err(refused());
                }
                self.rename_category(act, id, &before.name_en, &before.name_fr)
            }
            "category.moved" => {
                let Changed::<Option<Id>> { before, after } = from_json(&detail)?;
                if there?.parent != after {
                    return Err(refused());
                }
                self.move_category(act, id, before)
            }
            "category.merged" | "category.removed" if there.is_err() => {
                let went: Went = from_json(&detail).map_err(|_| refused())?;
                self.bring_back(act, seq, &went)
            }
            _ => Err(refused()),
        }
    }

    fn bring_back(&mut self, act: &Act, seq: u64, went: &Went) -> Result<()> {
        let filings = filings(self, went.first, seq)?;
        let tx = self.begin()?;
        let held = retention::held_pairs(&tx, None)?;
        tx.execute_batch("PRAGMA defer_foreign_keys = ON")?;
        let came: BTreeSet<Id> = went.categories.iter().map(|gone| gone.category.id).collect();
        for gone in &went.categories {
            if let Some(parent) = gone.category.parent.filter(|parent| !came.contains(parent)) {
                get(&tx, parent).map_err(|_| Error::from(Refusal::NotUndoable))?;
            }
            check_names(&tx, &gone.category)?;
            insert(&tx, &gone.category)?;
            retention::set_bound(&tx, gone.category.id, gone.rule)?;
        }
        let root = went.categories.first().map(|gone| gone.category.id);
        for child in &went.children {
            // A category that went elsewhere since stays there.
            if get(&tx, *child).is_ok_and(|now| now.parent == went.into) {
                set_parent(&tx, *child, root)?;
            }
        }
        categories::check_no_loop(&tx)?;
        let subject = root.map(|id| id.to_string()).unwrap_or_default();
        journal::append(
            &tx,
            act,
            "category.restored",
            subject,
            json!({ "undoes": seq, "categories": went.categories }),
        )?;
        for (pair, filed) in filings {
            if tx.prepare_cached("SELECT 1 FROM pair WHERE id = ?1")?.exists([pair])? {
                let mut now: BTreeSet<Id> = pairs::filing(&tx, pair)?.into_iter().collect();
                now.retain(|id| filed.before.contains(id) || !filed.after.contains(id));
                let back = filed.before.iter().filter(|id| !filed.after.contains(id));
                now.extend(back.filter(|id| get(&tx, **id).is_ok()));
                pairs::file(&tx, act, pair, &now.into_iter().collect::<Vec<_>>())?;
            }
        }
        retention::keep_held(&tx, act, &held)?;
        tx.commit()?;
        Ok(())
    }
}

/// Files every pair that is under one of `from` under `to` instead, or under nothing in its place.
fn refile(tx: &Transaction<'_>, act: &Act, from: &BTreeSet<Id>, to: Option<Id>) -> Result<()> {
    let mut filed = BTreeSet::new();
    for category in from {
        let mut statement = tx.prepare_cached("SELECT pair FROM filing WHERE category = ?1")?;
        let rows = statement.query_map([category], |row| row.get::<_, Id>(0))?;
        filed.extend(rows.collect::<rusqlite::Result<Vec<_>>>()?);
    }
    for pair in filed {
        let stays = pairs::filing(tx, pair)?.into_iter().filter(|id| !from.contains(id));
        pairs::file(tx, act, pair, &stays.chain(to).collect::<Vec<_>>())?;
    }
    Ok(())
}

/// Takes a category's row away, and says what it was. Nothing is filed under it any more.
fn take(tx: &Transaction<'_>, category: Category) -> Result<Gone> {
    let rule = retention::bound(tx, category.id)?;
    retention::set_bound(tx, category.id, None)?;
    tx.execute("DELETE FROM category WHERE id = ?1", [category.id])?;
    Ok(Gone { category, rule })
}

/// How the entries between these numbers filed pairs.
fn filings(library: &Library, first: u64, end: u64) -> Result<Vec<(Id, Changed<Vec<Id>>)>> {
    let mut filings = Vec::new();
    let mut statement = library.conn.prepare(
        "SELECT subject, detail FROM journal WHERE seq >= ?1 AND seq < ?2 AND action = 'pair.filed'",
    )?;
    let mut rows = statement.query([first, end])?;
    while let Some(row) = rows.next()? {
        filings.push((row.get(0)?, from_json(&row.get::<_, String>(1)?)?));
    }
    Ok(filings)
}

/// A category and all below it.
fn subtree(tx: &Transaction<'_>, id: Id) -> Result<BTreeSet<Id>> {
    let mut statement = tx.prepare_cached(
        "WITH RECURSIVE tree (id) AS (
           SELECT ?1 UNION SELECT c.id FROM category c JOIN tree ON c.parent = tree.id
         ) SELECT id FROM tree",
    )?;
    Ok(statement.query_map([id], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
}

fn children(tx: &Transaction<'_>, id: Id) -> Result<Vec<Id>> {
    let mut statement = tx.prepare_cached("SELECT id FROM category WHERE parent = ?1 ORDER BY id")?;
    Ok(statement.query_map([id], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
}

fn holds_posts(tx: &Transaction<'_>, id: Id) -> Result<bool> {
    Ok(tx.prepare_cached("SELECT 1 FROM filing WHERE category = ?1")?.exists([id])?)
}

fn last(tx: &Transaction<'_>) -> Result<u64> {
    Ok(tx.query_row("SELECT coalesce(max(seq), 0) FROM journal", [], |row| row.get(0))?)
}
