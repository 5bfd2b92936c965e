//! The schema's versions. A version is never edited once it has been released: a change is a new file.

use std::path::Path;

use rusqlite::Connection;

use crate::{Error, Result};

/// "Fond" in ASCII: says whose SQLite file this is (SQLite's `application_id`).
const APPLICATION_ID: i64 = 0x466f_6e64;

const VERSIONS: &[&str] = &[include_str!("schema/0001.sql"), include_str!("schema/0002.sql")];

fn known() -> i64 {
    i64::try_from(VERSIONS.len()).unwrap_or(i64::MAX)
}

/// Refuses a database of another program, or an empty file, before anything is written to it.
pub(crate) fn check_owner(conn: &Connection, root: &Path) -> Result<()> {
    let found: i64 = conn.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if found == APPLICATION_ID { Ok(()) } else { Err(Error::NotALibrary { path: root.into() }) }
}

/// Refuses a database of a later version before anything is written to it.
pub(crate) fn check_version(conn: &Connection, root: &Path) -> Result<i64> {
    let found: i64 = conn.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > known() {
        return Err(Error::NewerLibrary { path: root.into(), found, known: known() });
    }
    Ok(found)
}

/// Brings the schema to the newest version, each step in one transaction.
pub(crate) fn migrate(conn: &mut Connection, root: &Path) -> Result<()> {
    let found = check_version(conn, root)?;
    for (version, sql) in (1..).zip(VERSIONS) {
        if version <= found {
            continue;
        }
        let tx = conn.transaction()?;
        tx.execute_batch(sql)?;
        tx.pragma_update(None, "application_id", APPLICATION_ID)?;
        tx.pragma_update(None, "user_version", version)?;
        tx.commit()?;
    }
    Ok(())
}
