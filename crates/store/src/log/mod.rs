//! The log's head, keys and incarnations.

pub(crate) mod append;
pub(crate) mod incarnation;
pub(crate) mod keys;

use crate::error::StoreError;
use crate::sql::{Conn, Row, statements as q};
use jiff::Timestamp;
use vulnerary_ledger::checkpoint::CheckpointError;
use vulnerary_ledger::{CompactRange, Origin};

/// Row `log_head`, as read under its lock.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub(crate) epoch: i64,
    pub(crate) origin: String,
    pub(crate) key: i64,
    pub(crate) range: CompactRange,
    pub(crate) last_at: Timestamp,
    pub(crate) next_report: u32,
    pub(crate) next_case: u32,
}

impl Head {
    /// Takes the lock of the record: nobody else commits an act until this transaction ends.
    pub(crate) fn lock(conn: &mut Conn) -> Result<Self, StoreError> {
        conn.query_one(&q::LOCK_HEAD, &[])?
            .ok_or_else(|| StoreError::Corrupt("the log has no head".into()))
            .and_then(|row| Self::read(&row))
    }

    /// The head without its lock; `None` before the first start.
    pub(crate) fn peek(conn: &mut Conn) -> Result<Option<Self>, StoreError> {
        conn.query_one(&q::GET_HEAD, &[])?
            .map(|row| Self::read(&row))
            .transpose()
    }

    fn read(row: &Row) -> Result<Self, StoreError> {
        let range =
            CompactRange::decode(row.blob(4)?).map_err(|e| StoreError::Corrupt(e.to_string()))?;
        if range.size() != row.count(3)? {
            return Err(StoreError::Corrupt(
                "the log's head states another size than its tree".into(),
            ));
        }
        let number = |i| {
            row.int(i).and_then(|n| {
                u32::try_from(n)
                    .map_err(|_| StoreError::Corrupt("a number sequence ran out".into()))
            })
        };
        Ok(Self {
            epoch: row.int(0)?,
            origin: row.text(1)?.to_owned(),
            key: row.int(2)?,
            range,
            last_at: row.instant(5)?,
            next_report: number(6)?,
            next_case: number(7)?,
        })
    }

    pub(crate) fn origin(&self) -> Result<Origin, StoreError> {
        self.origin
            .parse()
            .map_err(|e: CheckpointError| StoreError::Corrupt(e.to_string()))
    }

    pub(crate) fn size(&self) -> u64 {
        self.range.size()
    }
}
