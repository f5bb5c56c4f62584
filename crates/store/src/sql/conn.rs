//! The two-armed enum: everything above it is written once.

use super::Sql;
use super::postgres::Postgres;
use super::sqlite::Sqlite;
use super::tables::{Table, Write};
use super::value::{Row, Value};
use crate::error::StoreError;
use std::path::PathBuf;

/// Which engine, and how to reach it.
#[derive(Clone, Debug)]
pub(crate) enum Engine {
    /// A file.
    Sqlite(PathBuf),
    /// `postgres://…`
    Postgres(String),
}

impl Engine {
    /// The database of a data directory, or at an address.
    ///
    /// # Errors
    /// [`OpenError::Address`].
    pub(crate) fn of(
        data: &std::path::Path,
        url: Option<&str>,
    ) -> Result<Self, crate::error::OpenError> {
        match url {
            None => Ok(Self::Sqlite(data.join("vulnerary.db"))),
            Some(url) if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
                Ok(Self::Postgres(url.to_owned()))
            }
            Some(_) => Err(crate::error::OpenError::Address(
                "it begins with neither postgres:// nor postgresql://".into(),
            )),
        }
    }

    /// A connection that writes.
    pub(crate) fn writer(&self) -> Result<Conn, StoreError> {
        self.open(false)
    }

    /// A connection that only reads.
    pub(crate) fn reader(&self) -> Result<Conn, StoreError> {
        self.open(true)
    }

    fn open(&self, reader: bool) -> Result<Conn, StoreError> {
        let arm = match self {
            Self::Sqlite(file) => Arm::Sqlite(Box::new(Sqlite::open(file, reader)?)),
            Self::Postgres(address) => Arm::Postgres(Box::new(Postgres::open(address)?)),
        };
        Ok(Conn {
            arm,
            fault: Fault::default(),
        })
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }
}

/// For tests: how many more writes succeed, and how the next one fails. Empty outside tests.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fault(pub(crate) Option<std::sync::Arc<Broken>>);

/// A write that is made to fail.
#[derive(Debug)]
pub(crate) struct Broken {
    /// Counted down at each write; the one that finds 1 fails.
    pub(crate) left: std::sync::atomic::AtomicI64,
    /// Whether the ones after it fail too.
    pub(crate) for_good: bool,
    /// How.
    pub(crate) error: StoreError,
}

impl Fault {
    fn check(&self) -> Result<(), StoreError> {
        let Some(broken) = &self.0 else { return Ok(()) };
        let left = broken
            .left
            .fetch_sub(1, std::sync::atomic::Ordering::SeqCst);
        if left == 1 || (left < 1 && left > -1_000_000 && broken.for_good) {
            return Err(broken.error.clone());
        }
        Ok(())
    }
}

#[derive(Debug)]
enum Arm {
    Sqlite(Box<Sqlite>),
    Postgres(Box<Postgres>),
}

/// One connection, for one thread.
#[derive(Debug)]
pub(crate) struct Conn {
    arm: Arm,
    pub(crate) fault: Fault,
}

macro_rules! both {
    ($self:ident, $c:ident => $e:expr) => {
        match &mut $self.arm {
            Arm::Sqlite($c) => $e,
            Arm::Postgres($c) => $e,
        }
    };
}

impl Conn {
    /// Begins a write transaction. On SQLite it takes the write lock at once.
    pub(crate) fn begin(&mut self) -> Result<(), StoreError> {
        match &mut self.arm {
            Arm::Sqlite(c) => c.script("BEGIN IMMEDIATE"),
            Arm::Postgres(c) => {
                c.script("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SET LOCAL synchronous_commit = on")
            }
        }
    }

    /// Begins a read that sees one moment.
    pub(crate) fn begin_snapshot(&mut self) -> Result<(), StoreError> {
        match &mut self.arm {
            Arm::Sqlite(c) => c.script("BEGIN"),
            Arm::Postgres(c) => c.script("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"),
        }
    }

    /// Commits. An error means that it is unknown whether it happened.
    pub(crate) fn commit(&mut self) -> Result<(), StoreError> {
        self.fault.check()?;
        both!(self, c => c.script("COMMIT"))
    }

    /// Undoes. An error means that the connection is of no use any more.
    pub(crate) fn rollback(&mut self) -> Result<(), StoreError> {
        match &mut self.arm {
            Arm::Sqlite(c) if !c.in_transaction() => Ok(()),
            Arm::Sqlite(c) => c.script("ROLLBACK"),
            Arm::Postgres(c) => c.script("ROLLBACK"),
        }
    }

    /// Rows of a select, or of a change with RETURNING.
    pub(crate) fn query(
        &mut self,
        sql: &Sql,
        params: &[Value<'_>],
    ) -> Result<Vec<Row>, StoreError> {
        both!(self, c => c.query(sql, params))
    }

    /// The one row of a select that has at most one.
    pub(crate) fn query_one(
        &mut self,
        sql: &Sql,
        params: &[Value<'_>],
    ) -> Result<Option<Row>, StoreError> {
        let mut rows = self.query(sql, params)?;
        match rows.len() {
            0 | 1 => Ok(rows.pop()),
            n => Err(StoreError::Corrupt(format!(
                "{n} rows of {} where one is possible",
                sql.name
            ))),
        }
    }

    /// Rows by key list (`= ANY($1)`), in no order.
    pub(crate) fn query_keys(
        &mut self,
        sql: &Sql,
        keys: &[Value<'_>],
    ) -> Result<Vec<Row>, StoreError> {
        debug_assert!(sql.keyed(), "{} is not selected by key list", sql.name);
        match &mut self.arm {
            Arm::Sqlite(c) => {
                let mut out = Vec::with_capacity(keys.len());
                for key in keys {
                    out.append(&mut c.query(sql, std::slice::from_ref(key))?);
                }
                Ok(out)
            }
            Arm::Postgres(c) => c.query_keys(sql, keys),
        }
    }

    /// A change; how many rows it touched.
    pub(crate) fn execute(&mut self, sql: &Sql, params: &[Value<'_>]) -> Result<u64, StoreError> {
        self.fault.check()?;
        both!(self, c => c.execute(sql, params))
    }

    /// Writes rows of one table; `cells` row after row. That every row was written is asserted.
    pub(crate) fn insert(&mut self, table: &Table, cells: &[Value<'_>]) -> Result<(), StoreError> {
        if cells.is_empty() {
            return Ok(());
        }
        self.fault.check()?;
        let rows = (cells.len() / table.columns.len()) as u64;
        let written = both!(self, c => c.insert(table, cells))?;
        if written != rows && table.write != Write::Keep {
            return Err(StoreError::Corrupt(format!(
                "{written} of {rows} rows of {} were written",
                table.name
            )));
        }
        Ok(())
    }

    /// Runs a script of our own.
    pub(crate) fn script(&mut self, text: &str) -> Result<(), StoreError> {
        self.fault.check()?;
        both!(self, c => c.script(text))
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self.arm, Arm::Sqlite(_))
    }

    /// What only SQLite has.
    #[cfg(test)]
    pub(crate) fn sqlite(&mut self) -> Option<&mut Sqlite> {
        match &mut self.arm {
            Arm::Sqlite(c) => Some(c),
            Arm::Postgres(_) => None,
        }
    }

    /// What only PostgreSQL has.
    #[cfg(test)]
    pub(crate) fn postgres(&mut self) -> Option<&mut Postgres> {
        match &mut self.arm {
            Arm::Sqlite(_) => None,
            Arm::Postgres(c) => Some(c),
        }
    }

    /// Runs `f` on one moment of the data.
    pub(crate) fn snapshot<T>(
        &mut self,
        f: impl FnOnce(&mut Self) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.begin_snapshot()?;
        let got = f(self);
        let ended = self.rollback();
        let got = got?;
        ended.map(|()| got)
    }

    /// Runs `f` in a write transaction.
    pub(crate) fn write<T>(
        &mut self,
        f: impl FnOnce(&mut Self) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.begin()?;
        match f(self).and_then(|got| self.commit().map(|()| got)) {
            Ok(got) => Ok(got),
            Err(e) => {
                // The first error is the one to tell; a connection that cannot roll back fails again at once.
                drop(self.rollback());
                Err(e)
            }
        }
    }
}
