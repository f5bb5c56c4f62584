//! SQL: three portable types, one text per statement, one description per table, and two engines behind one enum.
//!
//! Nothing outside this folder knows which engine it talks to. [`Conn`] is used from plain threads only (the writer's and
//! the readers'): a decision holds a lock, so there is nothing to gain from suspending it.

pub(crate) mod conn;
pub(crate) mod migrate;
pub(crate) mod postgres;
mod postgres_tls;
pub(crate) mod sqlite;
pub(crate) mod statements;
pub(crate) mod tables;
pub(crate) mod value;

pub(crate) use conn::{Conn, Engine};
#[cfg(test)]
pub(crate) use value::Kind;
pub(crate) use value::Row;

/// One statement: its only text, and the types of the columns it answers with (none for a change).
#[derive(Debug)]
pub(crate) struct Sql {
    /// Unique; the key of both engines' caches.
    pub(crate) name: &'static str,
    /// With `$1`, `$2`, …; `= ANY($1)` marks a select by key list.
    pub(crate) text: &'static str,
    /// One of `t` `i` `b` per column, in order; a test compares them with what the engines answer.
    #[cfg_attr(not(test), expect(dead_code, reason = "what a test compares"))]
    pub(crate) columns: &'static str,
}

impl Sql {
    /// The text for SQLite. It numbers `$n` by first appearance, so `$n` becomes `?n`; a key list is a loop of single keys.
    pub(crate) fn for_sqlite(&self) -> String {
        self.text.replace("= ANY($1)", "= ?1").replace('$', "?")
    }

    /// The text for PostgreSQL.
    pub(crate) fn for_postgres(&self) -> String {
        self.text.replace("/*skip*/", "FOR UPDATE SKIP LOCKED")
    }

    /// Whether it selects by a list of keys.
    pub(crate) fn keyed(&self) -> bool {
        self.text.contains("= ANY($1)")
    }

    /// The types of the columns.
    #[cfg(test)]
    pub(crate) fn kinds(&self) -> impl Iterator<Item = value::Kind> + '_ {
        self.columns.bytes().filter_map(|c| match c {
            b't' => Some(value::Kind::Text),
            b'i' => Some(value::Kind::Int),
            b'b' => Some(value::Kind::Blob),
            _ => None,
        })
    }
}
