//! SQLite: WAL, `synchronous=FULL`, 8 KiB pages, `secure_delete=ON` on every connection (architecture §4, §5).

use super::Sql;
use super::tables::Table;
use super::value::{Row, Value};
use crate::error::StoreError;
use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, Value as Owned, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, ToSql};
use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

/// How long a statement waits for another process before it gives up.
const BUSY: Duration = Duration::from_secs(10);

/// One connection, used by one thread.
#[derive(Debug)]
pub(crate) struct Sqlite {
    db: Connection,
    texts: HashMap<&'static str, String>,
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null => ToSqlOutput::Owned(Owned::Null),
            Self::Int(n) => ToSqlOutput::Owned(Owned::Integer(*n)),
            Self::Text(t) => ToSqlOutput::Borrowed(ValueRef::Text(t.as_bytes())),
            Self::Blob(b) => ToSqlOutput::Borrowed(ValueRef::Blob(b)),
        })
    }
}

/// What an engine's error means to us.
pub(crate) fn meaning(e: &rusqlite::Error) -> StoreError {
    match e.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreError::Full,
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            StoreError::Busy(e.to_string())
        }
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::TypeMismatch) => {
            StoreError::Corrupt(e.to_string())
        }
        _ => StoreError::Unavailable(e.to_string()),
    }
}

fn fail(e: rusqlite::Error) -> StoreError {
    meaning(&e)
}

impl Sqlite {
    /// Opens (and, for the first time, makes) the database file.
    pub(crate) fn open(file: &Path, reader: bool) -> Result<Self, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(file, flags).map_err(fail)?;
        db.busy_timeout(BUSY).map_err(fail)?;
        db.set_prepared_statement_cache_capacity(256);
        // The page size must be set before the first page is written; on an existing file it changes nothing.
        db.execute_batch(
            "PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;
             PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-32768;
             PRAGMA wal_autocheckpoint=4000; PRAGMA journal_size_limit=67108864; PRAGMA trusted_schema=OFF;",
        )
        .map_err(fail)?;
        // Else SQLite prepares a statement anew whenever a bound value might change its plan (7 % of a commit).
        db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
            .map_err(fail)?;
        if reader {
            db.execute_batch("PRAGMA query_only=ON; PRAGMA mmap_size=268435456;")
                .map_err(fail)?;
        }
        Ok(Self {
            db,
            texts: HashMap::new(),
        })
    }

    /// Runs a script of our own, without parameters.
    pub(crate) fn script(&mut self, text: &str) -> Result<(), StoreError> {
        self.db.execute_batch(text).map_err(fail)
    }

    fn text(&mut self, sql: &Sql) -> &str {
        self.texts
            .entry(sql.name)
            .or_insert_with(|| sql.for_sqlite())
    }

    pub(crate) fn query(
        &mut self,
        sql: &Sql,
        params: &[Value<'_>],
    ) -> Result<Vec<Row>, StoreError> {
        self.text(sql);
        let Some(text) = self.texts.get(sql.name) else {
            return Ok(vec![]);
        };
        let mut statement = self.db.prepare_cached(text).map_err(fail)?;
        let columns = statement.column_count();
        let mut rows = statement
            .query(rusqlite::params_from_iter(params))
            .map_err(fail)?;
        let mut out = Vec::new();
        while let Some(row) = rows.next().map_err(fail)? {
            out.push(read(row, columns)?);
        }
        Ok(out)
    }

    pub(crate) fn execute(&mut self, sql: &Sql, params: &[Value<'_>]) -> Result<u64, StoreError> {
        self.text(sql);
        let Some(text) = self.texts.get(sql.name) else {
            return Ok(0);
        };
        let mut statement = self.db.prepare_cached(text).map_err(fail)?;
        let n = statement
            .execute(rusqlite::params_from_iter(params))
            .map_err(fail)?;
        Ok(n as u64)
    }

    /// One prepared insert in a loop.
    pub(crate) fn insert(&mut self, table: &Table, cells: &[Value<'_>]) -> Result<u64, StoreError> {
        let text = self
            .texts
            .entry(table.name)
            .or_insert_with(|| table.sqlite());
        let mut statement = self.db.prepare_cached(text).map_err(fail)?;
        let mut written = 0;
        for row in cells.chunks_exact(table.columns.len()) {
            written += statement
                .execute(rusqlite::params_from_iter(row))
                .map_err(fail)?;
        }
        Ok(written as u64)
    }

    /// True while a transaction is open: SQLite ends one by itself on some errors.
    pub(crate) fn in_transaction(&self) -> bool {
        !self.db.is_autocommit()
    }

    /// Prepares without running: how many columns it answers with.
    #[cfg(test)]
    pub(crate) fn columns_of(&self, text: &str) -> Result<usize, StoreError> {
        Ok(self.db.prepare(text).map_err(fail)?.column_count())
    }
}

fn read(row: &rusqlite::Row<'_>, columns: usize) -> Result<Row, StoreError> {
    let mut out = Vec::with_capacity(columns);
    for i in 0..columns {
        out.push(match row.get_ref(i).map_err(fail)? {
            ValueRef::Null => Value::Null,
            ValueRef::Integer(n) => Value::Int(n),
            ValueRef::Real(_) => {
                return Err(StoreError::Corrupt("a real number where none is".into()));
            }
            ValueRef::Text(t) => {
                Value::Text(Cow::Owned(String::from_utf8(t.to_vec()).map_err(|_| {
                    StoreError::Corrupt("text that is not UTF-8".into())
                })?))
            }
            ValueRef::Blob(b) => Value::Blob(Cow::Owned(b.to_vec())),
        });
    }
    Ok(Row(out))
}
