//! What a commit takes and gives.

use crate::sql::value;
use crate::vault::Sealed;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::Arc;
use vulnerary_case::Event;
use vulnerary_case::act::Command;
use vulnerary_case::actor::Actor;
use vulnerary_case::id::{ActId, CaseId, ObjectId, RunId, StreamId};
use vulnerary_ledger::Hash;
use vulnerary_ledger::proof::ProofPlan;

/// One decision to apply: its commands and what goes with them, all of it or nothing of it.
#[derive(Debug)]
pub struct Act {
    /// Made before the first attempt (UUID v7). Sent again, it is applied at most once and answered alike.
    pub id: ActId,
    /// Who.
    pub actor: Actor,
    /// What, in order; later ones see what earlier ones did. One that is refused drops the whole act.
    pub commands: Vec<Command>,
    /// Rows of sealed objects that the commands refer to.
    pub sealed: Vec<Sealed>,
    /// What lists show and search finds of them.
    pub display: Vec<Display>,
    /// Key and content of a form, so that a retry is no second report.
    pub idempotency: Option<Idempotency>,
    /// SHA-256 of the follow-up words, for the report of the first command.
    pub track: Option<[u8; 32]>,
    /// Places of lane M.
    pub occurrences: Vec<Occurrence>,
    /// What has to be so under the lock.
    pub expect: Vec<Expect>,
}

impl Act {
    /// An act of these commands and nothing else.
    pub fn new(id: ActId, actor: Actor, commands: Vec<Command>) -> Self {
        Self {
            id,
            actor,
            commands,
            sealed: vec![],
            display: vec![],
            idempotency: None,
            track: None,
            occurrences: vec![],
            expect: vec![],
        }
    }
}

/// A text that lists show: the latest of a stream's field stands. Erasing the object deletes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Display {
    /// Whose.
    pub stream: StreamId,
    /// `title`, `sender`, `identifier`, `name`, `email`, `sha256`, …
    pub field: &'static str,
    /// The sealed object that it was taken from.
    pub object: ObjectId,
    /// The text; at most 1,000 characters are kept.
    pub text: String,
}

/// Key and content of what a channel may send twice (architecture §5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Idempotency {
    /// SHA-256 of the key that the sender chose.
    pub key_sha256: [u8; 32],
    /// SHA-256 of the content.
    pub content_sha256: [u8; 32],
    /// 48 hours from now.
    pub expires: Timestamp,
    /// Wrapped bytes that a retry gets back: the follow-up words.
    pub answer: Vec<u8>,
}

/// One place where a run shows a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// The case.
    pub case: CaseId,
    /// Runs of one lineage are compared.
    pub lineage: String,
    /// Unique per case and lineage.
    pub fingerprint: String,
    /// The run that shows it now.
    pub run: RunId,
    /// When.
    pub seen: Timestamp,
    /// The tool's level: `error`, `warning`, `note`.
    pub level: String,
    /// The tool's rule.
    pub rule: String,
    /// File and line, component, device.
    pub location: String,
    /// Suppressed in the tool.
    pub suppressed: bool,
}

/// A condition that is checked under the lock; else the act is refused and nothing of it happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expect {
    /// No case has this grouping key: two imports at once must not both open it.
    NoCaseInGroup(String),
    /// This stream is at this version (0: it does not exist).
    Version(StreamId, u64),
}

/// A case that dropped out of a batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dropped {
    /// Which.
    pub case: CaseId,
    /// The refusal's sentence.
    pub why: String,
}

/// One event as stored.
#[derive(Clone, Debug, PartialEq)]
pub struct CommittedEvent {
    /// Position in the log, from 0.
    pub leaf_index: u64,
    /// Its stream.
    pub stream: StreamId,
    /// Position in the stream, from 1.
    pub seq: u64,
    /// What happened.
    pub event: Event,
    /// The envelope: exactly the leaf's bytes.
    pub leaf: Vec<u8>,
}

/// What a confirmed commit gives.
#[derive(Clone, Debug)]
pub struct Committed {
    /// The act; for a form sent twice, the earlier one.
    pub act: ActId,
    /// When it was recorded.
    pub at: Timestamp,
    /// Its events, in order.
    pub events: Vec<CommittedEvent>,
    /// Cases of a batch that dropped out.
    pub dropped: Vec<Dropped>,
    /// The signed checkpoint of the commit that carried it (a C2SP note).
    pub checkpoint: String,
    /// Size of the log at that checkpoint.
    pub size: u64,
    /// True where it was applied before: by the same act id, or the same key and content.
    pub already_applied: bool,
    /// What the idempotency row of an earlier one holds.
    pub answer: Option<Vec<u8>>,
    pub(crate) nodes: Option<Arc<ProofNodes>>,
}

impl Committed {
    /// The first event's stream: the report of a receipt.
    pub fn first(&self) -> Option<&CommittedEvent> {
        self.events.first()
    }

    /// The inclusion proof of one of its leaves at [`Committed::size`], made from what the commit had in hand. `None`
    /// where it was applied before: then [`Store::proof`](crate::Store) reads it.
    pub fn inclusion(&self, leaf_index: u64) -> Option<Vec<Hash>> {
        self.nodes.as_ref()?.inclusion(leaf_index)
    }
}

/// What proofs of just appended leaves need: hashes by level and index.
#[derive(Debug, Default)]
pub(crate) struct ProofNodes {
    pub(crate) size: u64,
    pub(crate) hashes: HashMap<(u8, u64), Hash>,
}

impl ProofNodes {
    /// The inclusion proof of a leaf; `None` where a hash is not here.
    pub(crate) fn inclusion(&self, leaf: u64) -> Option<Vec<Hash>> {
        let plan = ProofPlan::inclusion(leaf, self.size).ok()?;
        plan.resolve(|level, index| self.hashes.get(&(level, index)).copied().ok_or(()))
            .ok()
    }
}

/// The text as it is searched: lowercase.
pub(crate) fn fold_text(text: &str) -> String {
    text.to_lowercase()
}

/// The text as it is kept.
pub(crate) fn cut(text: &str) -> value::Value<'_> {
    const MOST: usize = 1_000;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => value::text(&text[..end]),
        None => value::text(text),
    }
}
