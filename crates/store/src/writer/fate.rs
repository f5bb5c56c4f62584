//! What became of each act of a transaction, and the answers to those who wait.

use super::Part;
use super::decide::Decided;
use crate::act::{Committed, CommittedEvent, ProofNodes};
use crate::error::CommitError;
use crate::log::append::Pending;
use jiff::Timestamp;
use std::collections::HashMap;
use std::sync::Arc;
use vulnerary_case::id::ActId;

/// What became of one act of a transaction.
pub(super) enum Fate {
    New(Decided),
    /// Applied before.
    Earlier(Box<Committed>),
    /// The same as another act of this transaction; with its idempotency answer, if that is why.
    Same(usize, Option<Vec<u8>>),
    No(CommitError),
}

/// Digests of an idempotency key and of what came with it.
type KeyAndContent = ([u8; 32], [u8; 32]);

/// Acts of this transaction by what makes a later one the same.
#[derive(Default)]
pub(super) struct Twins {
    acts: HashMap<(ActId, i64), usize>,
    keys: HashMap<KeyAndContent, (usize, Vec<u8>)>,
}

impl Twins {
    pub(super) fn find(&self, part: &Part) -> Option<Fate> {
        if let Some(same) = self.acts.get(&(part.act.id, part.part)) {
            return Some(Fate::Same(*same, None));
        }
        let key = part.act.idempotency.as_ref()?;
        let (same, answer) = self.keys.get(&(key.key_sha256, key.content_sha256))?;
        Some(Fate::Same(*same, Some(answer.clone())))
    }

    pub(super) fn note(&mut self, part: &Part, position: usize) {
        self.acts.insert((part.act.id, part.part), position);
        if let Some(k) = &part.act.idempotency {
            let key = (k.key_sha256, k.content_sha256);
            self.keys.insert(key, (position, k.answer.clone()));
        }
    }
}

pub(super) type Answers = Vec<Result<Committed, CommitError>>;

/// How a transaction ended.
#[derive(Default)]
pub(super) struct Closing {
    pub(super) base: u64,
    pub(super) note: String,
    pub(super) nodes: Option<Arc<ProofNodes>>,
}

/// One result per fate, with the events moved out.
pub(super) fn answers(
    fates: Vec<Fate>,
    events: Vec<Pending>,
    closing: &Closing,
    at: Timestamp,
) -> Answers {
    let mut events: Vec<Option<Pending>> = events.into_iter().map(Some).collect();
    let mut out: Answers = Vec::with_capacity(fates.len());
    for fate in fates {
        let result = match fate {
            Fate::No(no) => Err(no),
            Fate::Earlier(done) => Ok(*done),
            Fate::Same(i, answer) => match out.get(i) {
                Some(Ok(first)) => Ok(Committed {
                    already_applied: true,
                    answer,
                    ..first.clone()
                }),
                _ => Err(CommitError::Busy),
            },
            Fate::New(d) => Ok(committed(&d, &mut events, closing, at)),
        };
        out.push(result);
    }
    out
}

pub(super) fn committed(
    d: &Decided,
    events: &mut [Option<Pending>],
    closing: &Closing,
    at: Timestamp,
) -> Committed {
    let range = events
        .get_mut(d.first..d.first + d.events)
        .unwrap_or_default();
    let events: Vec<CommittedEvent> = range
        .iter_mut()
        .zip(d.first..)
        .filter_map(|(slot, i)| {
            let e = slot.take()?;
            let leaf_index = closing.base + i as u64;
            Some(CommittedEvent {
                leaf_index,
                stream: e.stream,
                seq: e.seq,
                event: e.event,
                leaf: e.leaf,
            })
        })
        .collect();
    Committed {
        act: d.act,
        at,
        events,
        dropped: d.dropped.clone(),
        checkpoint: closing.note.clone(),
        size: closing.nodes.as_ref().map_or(0, |n| n.size),
        already_applied: false,
        answer: None,
        nodes: closing.nodes.clone(),
    }
}
