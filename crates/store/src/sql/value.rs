//! The three portable types and NULL (architecture §4): TEXT, INTEGER/BIGINT, BLOB/BYTEA.

use crate::error::StoreError;
use std::borrow::Cow;

/// A column's type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// TEXT.
    Text,
    /// INTEGER on SQLite, BIGINT on PostgreSQL. Instants are microseconds since 1970 UTC; booleans 0 and 1.
    Int,
    /// BLOB on SQLite, BYTEA on PostgreSQL.
    Blob,
}

/// One value, owned or borrowed from whoever writes it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value<'a> {
    Null,
    Int(i64),
    Text(Cow<'a, str>),
    Blob(Cow<'a, [u8]>),
}

impl Value<'_> {
    pub(crate) fn into_owned(self) -> Value<'static> {
        match self {
            Self::Null => Value::Null,
            Self::Int(n) => Value::Int(n),
            Self::Text(t) => Value::Text(Cow::Owned(t.into_owned())),
            Self::Blob(b) => Value::Blob(Cow::Owned(b.into_owned())),
        }
    }
}

/// Text as both engines take it: PostgreSQL has no U+0000 in TEXT, so it becomes U+FFFD on both.
pub(crate) fn text<'a>(t: impl Into<Cow<'a, str>>) -> Value<'a> {
    let t = t.into();
    if t.contains('\0') {
        Value::Text(Cow::Owned(t.replace('\0', "\u{FFFD}")))
    } else {
        Value::Text(t)
    }
}

/// Text of anything that displays: ids, streams, actors.
pub(crate) fn shown(t: impl std::fmt::Display) -> Value<'static> {
    Value::Text(Cow::Owned(t.to_string()))
}

/// Bytes.
pub(crate) fn blob<'a>(b: impl Into<Cow<'a, [u8]>>) -> Value<'a> {
    Value::Blob(b.into())
}

/// A count that came as `u64`; the engines have no unsigned type, and nothing here grows past `i64`.
pub(crate) fn int(n: u64) -> Value<'static> {
    Value::Int(i64::try_from(n).unwrap_or(i64::MAX))
}

/// An instant in microseconds UTC.
pub(crate) fn at(t: jiff::Timestamp) -> Value<'static> {
    Value::Int(t.as_microsecond())
}

/// A value or NULL.
pub(crate) fn opt<'a, T>(v: Option<T>, f: impl FnOnce(T) -> Value<'a>) -> Value<'a> {
    v.map_or(Value::Null, f)
}

/// One row as read. A column of another type than expected means that somebody else wrote the table: corrupt.
#[derive(Debug)]
pub(crate) struct Row(pub(crate) Vec<Value<'static>>);

impl Row {
    fn wrong(&self, i: usize, want: &str) -> StoreError {
        StoreError::Corrupt(format!(
            "column {i} of a row of {} is not {want}",
            self.0.len()
        ))
    }

    pub(crate) fn int(&self, i: usize) -> Result<i64, StoreError> {
        match self.0.get(i) {
            Some(Value::Int(n)) => Ok(*n),
            _ => Err(self.wrong(i, "a number")),
        }
    }

    pub(crate) fn count(&self, i: usize) -> Result<u64, StoreError> {
        u64::try_from(self.int(i)?).map_err(|_| self.wrong(i, "a count"))
    }

    pub(crate) fn text(&self, i: usize) -> Result<&str, StoreError> {
        match self.0.get(i) {
            Some(Value::Text(t)) => Ok(t),
            _ => Err(self.wrong(i, "text")),
        }
    }

    pub(crate) fn blob(&self, i: usize) -> Result<&[u8], StoreError> {
        match self.0.get(i) {
            Some(Value::Blob(b)) => Ok(b),
            _ => Err(self.wrong(i, "bytes")),
        }
    }

    pub(crate) fn bytes32(&self, i: usize) -> Result<[u8; 32], StoreError> {
        self.blob(i)?
            .try_into()
            .map_err(|_| self.wrong(i, "32 bytes"))
    }

    pub(crate) fn instant(&self, i: usize) -> Result<jiff::Timestamp, StoreError> {
        jiff::Timestamp::from_microsecond(self.int(i)?).map_err(|_| self.wrong(i, "an instant"))
    }

    pub(crate) fn null(&self, i: usize) -> bool {
        matches!(self.0.get(i), Some(Value::Null))
    }

    /// `None` for NULL, else what `f` reads.
    pub(crate) fn opt<'r, T>(
        &'r self,
        i: usize,
        f: impl FnOnce(&'r Self, usize) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        if self.null(i) {
            Ok(None)
        } else {
            f(self, i).map(Some)
        }
    }

    pub(crate) fn opt_text(&self, i: usize) -> Result<Option<String>, StoreError> {
        self.opt(i, |r, i| r.text(i).map(str::to_owned))
    }

    /// Reads what [`shown`] wrote.
    pub(crate) fn parse<T: std::str::FromStr>(&self, i: usize) -> Result<T, StoreError> {
        self.text(i)?
            .parse()
            .map_err(|_| self.wrong(i, std::any::type_name::<T>()))
    }
}
