//! The schema's versions. A version is never edited once it has been released: a change is a new file.

use std::path::Path;

use rusqlite::Connection;
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::ValueRef;

use crate::{Error, Result, listing, packing};

/// "Fond" in ASCII: says whose SQLite file this is (SQLite's `application_id`).
const APPLICATION_ID: i64 = 0x466f_6e64;

const VERSIONS: &[&str] = &[
    include_str!("schema/0001.sql"),
    include_str!("schema/0002.sql"),
    include_str!("schema/0003.sql"),
    include_str!("schema/0004.sql"),
    include_str!("schema/0005.sql"),
    include_str!("schema/0006.sql"),
    include_str!("schema/0007.sql"),
    include_str!("schema/0008.sql"),
    include_str!("schema/0009.sql"),
    include_str!("schema/0010.sql"),
    include_str!("schema/0011.sql"),
    include_str!("schema/0012.sql"),
    include_str!("schema/0013.sql"),
    include_str!("schema/0014.sql"),
    include_str!("schema/0015.sql"),
];
/// From this version on texts are packed, and the search index has no copy of them: what they took before is given back.
const PACKED: i64 = 15;

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
    if found == known() {
        return Ok(());
    }
    let pure = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    conn.create_scalar_function("packed", 2, pure, packed_for_migration)?;
    conn.create_scalar_function("title_key", 1, pure, |ctx| {
        Ok(listing::title_key(ctx.get_raw(0).as_str().unwrap_or_default()))
    })?;
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
    conn.remove_function("packed", 2)?;
    conn.remove_function("title_key", 1)?;
    if (1..PACKED).contains(&found) {
        // On a full disk the space is used again as the library grows.
        drop(conn.execute_batch("VACUUM"));
    }
    Ok(())
}

/// `packed(text, base)` for the migration to packed texts; a base of NULL is none.
fn packed_for_migration(ctx: &mut Context<'_>) -> rusqlite::Result<Vec<u8>> {
    let bytes = |at| match ctx.get_raw(at) {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes,
        ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) => &[],
    };
    packing::pack(bytes(0), bytes(1)).map_err(|e| rusqlite::Error::UserFunctionError(e.into()))
}
