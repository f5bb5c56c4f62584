//! PostgreSQL: READ COMMITTED set explicitly, `lock_timeout` 5 s, `synchronous_commit` on in every write (architecture §4).
//!
//! A connection is used from one plain thread and brings its own small runtime; it is driven only while somebody waits for
//! an answer, which is all that a writer or a reader thread ever does with it.

use super::tables::Table;
use super::value::{Kind, Row, Value};
use super::{Sql, postgres_tls};
use crate::error::StoreError;
use std::borrow::Cow;
use std::collections::HashMap;
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Client, Config, Statement};

/// What every connection is set to.
const SESSION: &str = "SET lock_timeout = '5s'; SET idle_in_transaction_session_timeout = '10s'; \
     SET statement_timeout = '60s'; SET client_min_messages = 'warning'; SET timezone = 'UTC'; \
     SET standard_conforming_strings = on";

/// One connection, used by one thread.
pub(crate) struct Postgres {
    runtime: Runtime,
    client: Client,
    statements: HashMap<&'static str, Statement>,
}

impl std::fmt::Debug for Postgres {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Postgres")
    }
}

/// What an engine's error means to us.
pub(crate) fn meaning(e: &tokio_postgres::Error) -> StoreError {
    // The server's sentence, never its detail: a detail quotes values.
    let words = e.as_db_error().map_or_else(
        || e.to_string(),
        |d| format!("{} ({})", d.message(), d.code().code()),
    );
    match e.code() {
        Some(c) if *c == SqlState::DISK_FULL => StoreError::Full,
        Some(c) if *c == SqlState::LOCK_NOT_AVAILABLE || *c == SqlState::T_R_DEADLOCK_DETECTED => {
            StoreError::Busy(words)
        }
        Some(c) if *c == SqlState::DATA_CORRUPTED || *c == SqlState::INDEX_CORRUPTED => {
            StoreError::Corrupt(words)
        }
        _ => StoreError::Unavailable(words),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "used as map_err(fail)")]
fn fail(e: tokio_postgres::Error) -> StoreError {
    meaning(&e)
}

impl ToSql for Value<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut tokio_postgres::types::private::BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(n) => n.to_sql(ty, out),
            Self::Text(t) => t.as_ref().to_sql(ty, out),
            Self::Blob(b) => b.as_ref().to_sql(ty, out),
        }
    }

    fn accepts(ty: &Type) -> bool {
        [Type::INT8, Type::TEXT, Type::BYTEA].contains(ty)
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Value<'static> {
    fn from_sql(
        ty: &Type,
        raw: &'a [u8],
    ) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(match *ty {
            Type::INT8 => Value::Int(i64::from_sql(ty, raw)?),
            Type::BYTEA => Value::Blob(Cow::Owned(Vec::<u8>::from_sql(ty, raw)?)),
            _ => Value::Text(Cow::Owned(String::from_sql(ty, raw)?)),
        })
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Value::Null)
    }

    fn accepts(ty: &Type) -> bool {
        [Type::INT8, Type::TEXT, Type::BYTEA].contains(ty)
    }
}

/// One column of many rows, as an array parameter.
#[derive(Debug)]
enum Array<'a> {
    Ints(Vec<Option<i64>>),
    Texts(Vec<Option<&'a str>>),
    Blobs(Vec<Option<&'a [u8]>>),
}

impl<'a> Array<'a> {
    fn of(
        kind: Kind,
        cells: &'a [Value<'_>],
        column: usize,
        width: usize,
    ) -> Result<Self, StoreError> {
        let cells = cells.iter().skip(column).step_by(width);
        let wrong = || StoreError::Corrupt(format!("a value of another type in column {column}"));
        Ok(match kind {
            Kind::Int => Self::Ints(
                cells
                    .map(|v| match v {
                        Value::Null => Ok(None),
                        Value::Int(n) => Ok(Some(*n)),
                        _ => Err(wrong()),
                    })
                    .collect::<Result<_, _>>()?,
            ),
            Kind::Text => Self::Texts(
                cells
                    .map(|v| match v {
                        Value::Null => Ok(None),
                        Value::Text(t) => Ok(Some(t.as_ref())),
                        _ => Err(wrong()),
                    })
                    .collect::<Result<_, _>>()?,
            ),
            Kind::Blob => Self::Blobs(
                cells
                    .map(|v| match v {
                        Value::Null => Ok(None),
                        Value::Blob(b) => Ok(Some(b.as_ref())),
                        _ => Err(wrong()),
                    })
                    .collect::<Result<_, _>>()?,
            ),
        })
    }

    fn param(&self) -> &(dyn ToSql + Sync) {
        match self {
            Self::Ints(v) => v,
            Self::Texts(v) => v,
            Self::Blobs(v) => v,
        }
    }
}

impl Postgres {
    /// Connects.
    pub(crate) fn open(address: &str) -> Result<Self, StoreError> {
        let unavailable = |e: std::io::Error| StoreError::Unavailable(e.to_string());
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(unavailable)?;
        let (plain, tls) = postgres_tls::of(address)?;
        let mut config: Config = plain.parse().map_err(fail)?;
        config
            .application_name("vulnerary")
            .keepalives_idle(Duration::from_secs(30));
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(Duration::from_secs(5));
        }
        let client = runtime.block_on(async {
            let (client, connection) = config.connect(tls).await.map_err(fail)?;
            // Ends when the client is dropped; what it ends with, the next statement says too.
            tokio::spawn(async move { drop(connection.await) });
            client.batch_execute(SESSION).await.map_err(fail)?;
            Ok::<_, StoreError>(client)
        })?;
        Ok(Self {
            runtime,
            client,
            statements: HashMap::new(),
        })
    }

    /// Runs a script of our own, without parameters.
    pub(crate) fn script(&mut self, text: &str) -> Result<(), StoreError> {
        self.runtime
            .block_on(self.client.batch_execute(text))
            .map_err(fail)
    }

    fn prepare(
        &mut self,
        name: &'static str,
        text: impl FnOnce() -> String,
    ) -> Result<Statement, StoreError> {
        if let Some(statement) = self.statements.get(name) {
            return Ok(statement.clone());
        }
        let statement = self
            .runtime
            .block_on(self.client.prepare(&text()))
            .map_err(fail)?;
        self.statements.insert(name, statement.clone());
        Ok(statement)
    }

    pub(crate) fn query(
        &mut self,
        sql: &Sql,
        params: &[Value<'_>],
    ) -> Result<Vec<Row>, StoreError> {
        let statement = self.prepare(sql.name, || sql.for_postgres())?;
        let params: Vec<&(dyn ToSql + Sync)> =
            params.iter().map(|v| v as &(dyn ToSql + Sync)).collect();
        let rows = self
            .runtime
            .block_on(self.client.query(&statement, &params))
            .map_err(fail)?;
        rows.iter().map(read).collect()
    }

    /// A select by key list: all keys in one round trip.
    pub(crate) fn query_keys(
        &mut self,
        sql: &Sql,
        keys: &[Value<'_>],
    ) -> Result<Vec<Row>, StoreError> {
        let Some(kind) = keys.first().map(kind_of) else {
            return Ok(vec![]);
        };
        let statement = self.prepare(sql.name, || sql.for_postgres())?;
        let array = Array::of(kind, keys, 0, 1)?;
        let rows = self
            .runtime
            .block_on(self.client.query(&statement, &[array.param()]))
            .map_err(fail)?;
        rows.iter().map(read).collect()
    }

    pub(crate) fn execute(&mut self, sql: &Sql, params: &[Value<'_>]) -> Result<u64, StoreError> {
        let statement = self.prepare(sql.name, || sql.for_postgres())?;
        let params: Vec<&(dyn ToSql + Sync)> =
            params.iter().map(|v| v as &(dyn ToSql + Sync)).collect();
        self.runtime
            .block_on(self.client.execute(&statement, &params))
            .map_err(fail)
    }

    /// One `insert … select from unnest` for all rows.
    pub(crate) fn insert(&mut self, table: &Table, cells: &[Value<'_>]) -> Result<u64, StoreError> {
        let statement = self.prepare(table.name, || table.postgres())?;
        let width = table.columns.len();
        let arrays = table
            .columns
            .iter()
            .enumerate()
            .map(|(i, (_, kind))| Array::of(*kind, cells, i, width))
            .collect::<Result<Vec<_>, _>>()?;
        let params: Vec<&(dyn ToSql + Sync)> = arrays.iter().map(Array::param).collect();
        self.runtime
            .block_on(self.client.execute(&statement, &params))
            .map_err(fail)
    }

    /// Types of a statement's columns.
    #[cfg(test)]
    pub(crate) fn columns_of(&mut self, text: &str) -> Result<Vec<Type>, StoreError> {
        let statement = self
            .runtime
            .block_on(self.client.prepare(text))
            .map_err(fail)?;
        Ok(statement
            .columns()
            .iter()
            .map(|c| c.type_().clone())
            .collect())
    }
}

fn kind_of(v: &Value<'_>) -> Kind {
    match v {
        Value::Int(_) => Kind::Int,
        Value::Blob(_) => Kind::Blob,
        Value::Text(_) | Value::Null => Kind::Text,
    }
}

fn read(row: &tokio_postgres::Row) -> Result<Row, StoreError> {
    (0..row.len())
        .map(|i| row.try_get::<_, Value<'static>>(i).map_err(fail))
        .collect::<Result<Vec<_>, _>>()
        .map(Row)
}
