//! The tree of categories, named in both languages.

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{Act, Error, Id, Language, Library, Refusal, Result, journal, retention};

/// A category. Siblings have different names in either language; a name is not empty and holds no slash.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Category {
    /// Its id.
    pub id: Id,
    /// The category it is below; none at the top.
    pub parent: Option<Id>,
    /// Its English name.
    pub name_en: String,
    /// Its French name.
    pub name_fr: String,
}

impl Category {
    /// Its name in a language.
    pub fn name(&self, language: Language) -> &str {
        match language {
            Language::En => &self.name_en,
            Language::Fr => &self.name_fr,
        }
    }
}

/// A category's names from the top down, joined by slashes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CategoryPath {
    /// Which category.
    pub id: Id,
    /// `Consultation/Reports`
    pub en: String,
    /// `Consultation/Rapports`
    pub fr: String,
}

impl CategoryPath {
    /// The path in a language.
    pub fn name(&self, language: Language) -> &str {
        match language {
            Language::En => &self.en,
            Language::Fr => &self.fr,
        }
    }
}

impl Library {
    /// Every category, by id: a parent may come after its children.
    pub fn categories(&self) -> Result<Vec<Category>> {
        let mut statement = self.conn.prepare_cached("SELECT * FROM category ORDER BY id")?;
        Ok(statement.query_map([], read)?.collect::<rusqlite::Result<_>>()?)
    }

    /// Every category's path, sorted by its English one.
    pub fn category_paths(&self) -> Result<Vec<CategoryPath>> {
        let mut statement = self.conn.prepare_cached(
            "WITH RECURSIVE tree (id, en, fr) AS (
               SELECT id, name_en, name_fr FROM category WHERE parent IS NULL
               UNION ALL
               SELECT c.id, tree.en || '/' || c.name_en, tree.fr || '/' || c.name_fr FROM category c JOIN tree ON c.parent = tree.id
             ) SELECT id, en, fr FROM tree ORDER BY en, id",
        )?;
        let rows = statement
            .query_map([], |row| Ok(CategoryPath { id: row.get(0)?, en: row.get(1)?, fr: row.get(2)? }))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The pairs that are filed under a category or below it.
    pub fn pairs_under(&self, category: Id) -> Result<Vec<Id>> {
        let mut statement = self.conn.prepare_cached(
            "WITH RECURSIVE tree (id) AS (
               SELECT ?1 UNION SELECT c.id FROM category c JOIN tree ON c.parent = tree.id
             ) SELECT DISTINCT pair FROM filing JOIN tree ON filing.category = tree.id ORDER BY pair",
        )?;
        Ok(statement.query_map([category], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
    }

    /// How many pairs are filed right under each category that has any.
    pub fn filed_pairs(&self) -> Result<Vec<(Id, u64)>> {
        let mut statement =
            self.conn.prepare_cached("SELECT category, count(*) FROM filing GROUP BY category")?;
        Ok(statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?)
    }

    /// The category at a path such as `Consultation/Reports`, each part in either language.
    pub fn find_category(&self, path: &str) -> Result<Id> {
        if let Ok(id) = path.parse::<Id>() {
            return get(&self.conn, id).map(|category| category.id);
        }
        let mut parent = None;
        for name in path.split('/').map(str::trim) {
            parent =
                Some(child(&self.conn, parent, name)?.ok_or_else(|| Error::not_found("category", path))?);
        }
        parent.ok_or_else(|| Error::not_found("category", path))
    }

    /// Adds a category.
    pub fn add_category(&mut self, act: &Act, category: &Category) -> Result<()> {
        let category = &Category {
            name_en: category.name_en.trim().into(),
            name_fr: category.name_fr.trim().into(),
            ..category.clone()
        };
        let tx = self.begin()?;
        if let Some(parent) = category.parent {
            get(&tx, parent)?;
        }
        check_names(&tx, category)?;
        insert(&tx, category)?;
        let detail =
            json!({ "parent": category.parent, "name_en": category.name_en, "name_fr": category.name_fr });
        journal::append(&tx, act, "category.added", category.id, detail)?;
        tx.commit()?;
        Ok(())
    }

    /// Gives a category new names.
    pub fn rename_category(&mut self, act: &Act, id: Id, name_en: &str, name_fr: &str) -> Result<()> {
        let tx = self.begin()?;
        let before = get(&tx, id)?;
        let after =
            Category { name_en: name_en.trim().into(), name_fr: name_fr.trim().into(), ..before.clone() };
        check_names(&tx, &after)?;
        tx.execute(
            "UPDATE category SET name_en = ?1, name_fr = ?2 WHERE id = ?3",
            params![after.name_en, after.name_fr, id],
        )?;
        journal::append(&tx, act, "category.renamed", id, json!({ "before": before, "after": after }))?;
        tx.commit()?;
        Ok(())
    }

    /// Moves a category, with all below it, under another one or to the top.
    pub fn move_category(&mut self, act: &Act, id: Id, parent: Option<Id>) -> Result<()> {
        let tx = self.begin()?;
        let before = get(&tx, id)?;
        let mut above = parent;
        while let Some(next) = above {
            if next == id {
                return Err(Refusal::CategoryLoop.into());
            }
            above = get(&tx, next)?.parent;
        }
        check_names(&tx, &Category { parent, ..before.clone() })?;
        let held = retention::held_pairs(&tx, None)?;
        set_parent(&tx, id, parent)?;
        journal::append(&tx, act, "category.moved", id, json!({ "before": before.parent, "after": parent }))?;
        retention::keep_held(&tx, act, &held)?;
        tx.commit()?;
        Ok(())
    }
}

pub(crate) fn get(conn: &Connection, id: Id) -> Result<Category> {
    conn.prepare_cached("SELECT * FROM category WHERE id = ?1")?
        .query_row([id], read)
        .optional()?
        .ok_or_else(|| Error::not_found("category", id))
}

/// Refuses a tree in which a category is below itself: walking up or down it would never end.
pub(crate) fn check_no_loop(tx: &Transaction<'_>) -> Result<()> {
    let looped: bool = tx.query_row(
        "WITH RECURSIVE tree (id) AS (
           SELECT id FROM category WHERE parent IS NULL UNION ALL SELECT c.id FROM category c JOIN tree ON c.parent = tree.id
         ) SELECT EXISTS (SELECT 1 FROM category WHERE id NOT IN (SELECT id FROM tree) AND parent IN (SELECT id FROM category))",
        [],
        |row| row.get(0),
    )?;
    if looped { Err(Refusal::CategoryLoop.into()) } else { Ok(()) }
}

pub(crate) fn set_parent(tx: &Transaction<'_>, id: Id, parent: Option<Id>) -> Result<()> {
    tx.execute("UPDATE category SET parent = ?1 WHERE id = ?2", params![parent, id])?;
    Ok(())
}

pub(crate) fn insert(tx: &Transaction<'_>, category: &Category) -> Result<()> {
    tx.execute(
        "INSERT INTO category (id, parent, name_en, name_fr) VALUES (?1, ?2, ?3, ?4)",
        params![category.id, category.parent, category.name_en, category.name_fr],
    )?;
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<Category> {
    Ok(Category {
        id: row.get("id")?,
        parent: row.get("parent")?,
        name_en: row.get("name_en")?,
        name_fr: row.get("name_fr")?,
    })
}

fn child(conn: &Connection, parent: Option<Id>, name: &str) -> Result<Option<Id>> {
    Ok(conn
        .prepare_cached("SELECT id FROM category WHERE parent IS ?1 AND (name_en = ?2 OR name_fr = ?2) ORDER BY name_en = ?2 DESC")?
        .query_row(params![parent, name], |row| row.get(0))
        .optional()?)
}

/// Refuses names that a sibling has, or that no category can have.
pub(crate) fn check_names(tx: &Transaction<'_>, category: &Category) -> Result<()> {
    for (column, name) in [("name_en", &category.name_en), ("name_fr", &category.name_fr)] {
        if name.trim().is_empty() || name.contains('/') || name.chars().any(char::is_control) {
            return Err(Refusal::CategoryName(name.clone()).into());
        }
        let taken: bool = tx.query_row(
            &format!(
                "SELECT EXISTS (SELECT 1 FROM category WHERE parent IS ?1 AND {column} = ?2 AND id <> ?3)"
            ),
            params![category.parent, name, category.id],
            |row| row.get(0),
        )?;
        if taken {
            return Err(Refusal::CategoryExists(name.clone()).into());
        }
    }
    Ok(())
}
