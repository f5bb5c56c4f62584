//! Migrations: numbered scripts with checksums, each one transaction on both engines, so that a killed one never happened.

use super::value::{Value, shown, text};
use super::{Conn, Sql};
use crate::error::{OpenError, StoreError};
use sha2::{Digest, Sha256};

/// What this version can read and write (`min_reader`, `min_writer` of the stored format).
pub(crate) const FORMAT: i64 = 1;
/// Version of the projections; other rows are rebuilt from events, not migrated.
pub(crate) const PROJECTION: i64 = 1;

/// Every migration, in order. A released one is never changed: its checksum is in every database.
pub(crate) const MIGRATIONS: &[(&str, &str)] =
    &[("0001_spine", include_str!("migrations/0001_spine.sql"))];

const BASE: &str = "CREATE TABLE IF NOT EXISTS migration (
  name TEXT PRIMARY KEY, sha256 TEXT NOT NULL, at INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS format (
  id INTEGER PRIMARY KEY, min_reader INTEGER NOT NULL, min_writer INTEGER NOT NULL, projection INTEGER NOT NULL
) STRICT;";

const APPLIED: Sql = Sql {
    name: "APPLIED",
    columns: "tt",
    text: "SELECT name, sha256 FROM migration",
};
const RECORD: Sql = Sql {
    name: "RECORD",
    columns: "",
    text: "INSERT INTO migration (name, sha256, at) VALUES ($1, $2, $3)",
};
const GET_FORMAT: Sql = Sql {
    name: "GET_FORMAT",
    columns: "iii",
    text: "SELECT min_reader, min_writer, projection FROM format WHERE id = 1",
};
const SET_FORMAT: Sql = Sql {
    name: "SET_FORMAT",
    columns: "",
    text: "INSERT INTO format (id, min_reader, min_writer, projection) VALUES (1, $1, $2, $3) \
           ON CONFLICT (id) DO UPDATE SET min_reader = excluded.min_reader, min_writer = excluded.min_writer, \
           projection = excluded.projection",
};

/// The script for PostgreSQL (scripts are written for SQLite).
pub(crate) fn for_postgres(script: &str) -> String {
    script
        .replace(") STRICT, WITHOUT ROWID;", ");")
        .replace(") STRICT;", ");")
        .replace(" INTEGER", " BIGINT")
        .replace(" BLOB", " BYTEA")
}

fn run(conn: &mut Conn, script: &str) -> Result<(), StoreError> {
    if conn.is_sqlite() {
        conn.script(script)
    } else {
        conn.script(&for_postgres(script))
    }
}

fn digest(script: &str) -> String {
    hex::encode(Sha256::digest(script.as_bytes()))
}

/// Which migrations are missing. An error where one that was applied is not ours.
///
/// # Errors
/// [`OpenError::Migration`], [`OpenError::Newer`].
pub(crate) fn missing(conn: &mut Conn) -> Result<Vec<usize>, OpenError> {
    // `IF NOT EXISTS` makes this safe to repeat; on PostgreSQL two first starts may still collide, and one retries.
    conn.write(|c| {
        lock(c)?;
        run(c, BASE)
    })?;
    if let Some(row) = conn.query_one(&GET_FORMAT, &[])? {
        let needs = row.int(0)?.max(row.int(1)?);
        if needs > FORMAT {
            return Err(OpenError::Newer {
                needs,
                have: FORMAT,
            });
        }
    }
    let applied = conn.query(&APPLIED, &[])?;
    let mut done = std::collections::BTreeMap::new();
    for row in &applied {
        done.insert(row.text(0)?.to_owned(), row.text(1)?.to_owned());
    }
    let mut missing = vec![];
    for (i, (name, script)) in MIGRATIONS.iter().enumerate() {
        match done.remove(*name) {
            Some(sha256) if sha256 == digest(script) => {}
            Some(_) => return Err(OpenError::Migration((*name).to_owned())),
            None => missing.push(i),
        }
    }
    match done.pop_first() {
        Some((unknown, _)) => Err(OpenError::Migration(unknown)),
        None => Ok(missing),
    }
}

fn lock(conn: &mut Conn) -> Result<(), StoreError> {
    // Two processes that start at once: the second waits, then finds nothing to do.
    if conn.is_sqlite() {
        Ok(())
    } else {
        conn.script("SELECT pg_advisory_xact_lock(20811)")
    }
}

/// Applies what is missing. Killed in between, it goes on at the next start.
///
/// # Errors
/// As [`missing`]; the engine's.
pub(crate) fn apply(conn: &mut Conn, now: jiff::Timestamp) -> Result<(), OpenError> {
    for i in missing(conn)? {
        let Some((name, script)) = MIGRATIONS.get(i) else {
            continue;
        };
        conn.write(|c| {
            lock(c)?;
            if c.query(&APPLIED, &[])?
                .iter()
                .any(|row| row.text(0).is_ok_and(|n| n == *name))
            {
                return Ok(());
            }
            run(c, script)?;
            c.execute(
                &RECORD,
                &[text(*name), shown(digest(script)), super::value::at(now)],
            )?;
            set_projection(c, PROJECTION)
        })?;
    }
    Ok(())
}

/// The version of the stored projections.
pub(crate) fn projection(conn: &mut Conn) -> Result<i64, StoreError> {
    conn.query_one(&GET_FORMAT, &[])?
        .map_or(Ok(0), |row| row.int(2))
}

/// Notes the version of the stored projections.
pub(crate) fn set_projection(conn: &mut Conn, projection: i64) -> Result<(), StoreError> {
    conn.execute(
        &SET_FORMAT,
        &[
            Value::Int(FORMAT),
            Value::Int(FORMAT),
            Value::Int(projection),
        ],
    )?;
    Ok(())
}
