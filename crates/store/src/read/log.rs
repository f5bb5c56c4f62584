//! The log: leaves, proofs, checkpoints, keys, timelines.

use crate::act::Committed;
use crate::error::StoreError;
use crate::log::Head;
use crate::log::keys::{self, LogKey};
use crate::sql::value::{self, Value};
use crate::sql::{Conn, statements as q};
use crate::store::Store;
use crate::writer::read_leaf;
use jiff::Timestamp;
use vulnerary_case::Event;
use vulnerary_case::actor::Actor;
use vulnerary_case::id::{ActId, StreamId};
use vulnerary_ledger::Hash;
use vulnerary_ledger::proof::{ProofError, ProofPlan};

/// One event of a timeline.
#[derive(Clone, Debug, PartialEq)]
pub struct Timed {
    /// Position in the log.
    pub leaf_index: u64,
    /// Position in the stream.
    pub seq: u64,
    /// When it was recorded.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// In which act.
    pub act: ActId,
    /// What.
    pub event: Event,
}

/// Where the log stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogHead {
    /// Origin.
    pub origin: String,
    /// Size.
    pub size: u64,
    /// Root.
    pub root: Hash,
    /// When the last event was recorded.
    pub last_at: Timestamp,
}

impl Store {
    /// A stream's events after `after_seq` (0: all), oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn timeline(
        &self,
        stream: StreamId,
        after_seq: u64,
        limit: usize,
    ) -> Result<Vec<Timed>, StoreError> {
        let params = [
            value::shown(stream),
            value::int(after_seq),
            value::int(limit.min(10_000) as u64),
        ];
        self.read(move |c| {
            let mut out = vec![];
            for row in c.query(&q::LEAVES_OF_STREAM, &params)? {
                let read = read_leaf(row.blob(2)?)?;
                let (at, actor, act) = (read.meta.at, read.meta.actor, read.meta.act);
                out.push(Timed {
                    leaf_index: row.count(0)?,
                    seq: row.count(1)?,
                    at,
                    actor,
                    act,
                    event: read.event,
                });
            }
            Ok(out)
        })
        .await
    }

    /// Where the log stands.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn log_head(&self) -> Result<LogHead, StoreError> {
        self.read(|c| {
            let head =
                Head::peek(c)?.ok_or_else(|| StoreError::Corrupt("the log has no head".into()))?;
            let (size, root) = (head.size(), head.range.root());
            Ok(LogHead {
                origin: head.origin,
                size,
                root,
                last_at: head.last_at,
            })
        })
        .await
    }

    /// The newest signed checkpoint, a C2SP note, and its size.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn checkpoint(&self) -> Result<(u64, String), StoreError> {
        self.read(|c| {
            let row = c.query_one(&q::LAST_CHECKPOINT, &[])?;
            let row =
                row.ok_or_else(|| StoreError::Corrupt("the log's checkpoint is not there".into()))?;
            Ok((row.count(0)?, row.text(1)?.to_owned()))
        })
        .await
    }

    /// The checkpoint that a commit of this origin signed at this size.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn checkpoint_at(
        &self,
        origin: &str,
        size: u64,
    ) -> Result<Option<String>, StoreError> {
        let key = [value::text(origin.to_owned()), value::int(size)];
        self.read(move |c| {
            c.query_one(&q::GET_CHECKPOINT, &key)?
                .map(|row| row.text(0).map(str::to_owned))
                .transpose()
        })
        .await
    }

    /// The leaf at a position: exactly the stored bytes.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn leaf(&self, index: u64) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(move |c| {
            c.query_one(&q::GET_LEAF, &[value::int(index)])?
                .map(|row| row.blob(0).map(<[u8]>::to_vec))
                .transpose()
        })
        .await
    }

    /// The proof that leaf `index` is in the log at `size`; `None` where it is not.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn inclusion_proof(
        &self,
        index: u64,
        size: u64,
    ) -> Result<Option<Vec<Hash>>, StoreError> {
        self.proof(ProofPlan::inclusion(index, size)).await
    }

    /// The proof that the log at `old` is a prefix of the log at `new`; `None` where `old` is larger.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn consistency_proof(
        &self,
        old: u64,
        new: u64,
    ) -> Result<Option<Vec<Hash>>, StoreError> {
        self.proof(ProofPlan::consistency(old, new)).await
    }

    async fn proof(
        &self,
        plan: Result<ProofPlan, ProofError>,
    ) -> Result<Option<Vec<Hash>>, StoreError> {
        let Ok(plan) = plan else { return Ok(None) };
        self.read(move |c| {
            c.snapshot(|c| plan.resolve(|level, index| node(c, level, index)).map(Some))
        })
        .await
    }

    /// The inclusion proof of an event of a commit at that commit's checkpoint, for the receipt: from memory where the
    /// commit was just made.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn proof_of(
        &self,
        commit: &Committed,
        leaf_index: u64,
    ) -> Result<Vec<Hash>, StoreError> {
        if let Some(proof) = commit.nodes.as_ref().and_then(|n| n.inclusion(leaf_index)) {
            return Ok(proof);
        }
        let proof = self.inclusion_proof(leaf_index, commit.size).await?;
        proof.ok_or_else(|| {
            StoreError::Corrupt(format!("event {leaf_index} is not in its own checkpoint"))
        })
    }

    /// Every key that ever signed, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn log_keys(&self) -> Result<Vec<LogKey>, StoreError> {
        self.read(keys::list).await
    }
}

/// A hash of the tree.
pub(crate) fn node(conn: &mut Conn, level: u8, index: u64) -> Result<Hash, StoreError> {
    let row = match level {
        0 => conn.query_one(&q::LEAF_HASH, &[value::int(index)])?,
        _ => conn.query_one(
            &q::TREE_HASH,
            &[Value::Int(level.into()), value::int(index)],
        )?,
    };
    let gone = || {
        StoreError::Corrupt(format!(
            "hash {index} of level {level} of the tree is not there"
        ))
    };
    Ok(Hash(row.ok_or_else(gone)?.bytes32(0)?))
}
