//! Events become leaves, leaves become a tree.

use crate::act::ProofNodes;
use crate::error::StoreError;
use crate::sql::value::{self, Value};
use jiff::Timestamp;
use jiff::fmt::temporal::DateTimePrinter;
use std::fmt::Write as _;
use std::sync::Arc;
use vulnerary_case::Event;
use vulnerary_case::id::StreamId;
use vulnerary_ledger::envelope::VERSION;
use vulnerary_ledger::{CompactRange, Envelope, Hash, leaf_hash};

/// An event with its leaf, before it has a place in the tree.
#[derive(Debug)]
pub(crate) struct Pending {
    pub(crate) stream: StreamId,
    pub(crate) seq: u64,
    pub(crate) event: Event,
    pub(crate) kind: String,
    pub(crate) actor: Arc<str>,
    pub(crate) act: Arc<str>,
    pub(crate) leaf: Vec<u8>,
    pub(crate) hash: Hash,
}

/// What the events of one act have in common.
#[derive(Debug)]
pub(crate) struct Common {
    pub(crate) at: String,
    pub(crate) actor: Arc<str>,
    pub(crate) act: Arc<str>,
}

/// `2026-11-23T18:05:12.000000Z` (architecture §5).
pub(crate) fn instant(at: Timestamp) -> String {
    const PRINTER: DateTimePrinter = DateTimePrinter::new().precision(Some(6));
    let mut out = String::with_capacity(27);
    if PRINTER.print_timestamp(&at, &mut out).is_err() {
        out.clear();
    }
    out
}

impl Pending {
    /// The leaf of an event. An error here means that an event breaks the envelope's own rules: a defect.
    pub(crate) fn new(
        stream: StreamId,
        seq: u64,
        event: Event,
        common: &Common,
        nonce: [u8; 16],
    ) -> Result<Self, String> {
        let (kind, body) = event.to_parts().map_err(|e| e.to_string())?;
        let mut name = String::with_capacity(48);
        write!(name, "{stream}").map_err(|e| e.to_string())?;
        let mut hex = [0_u8; 32];
        hex::encode_to_slice(nonce, &mut hex).map_err(|e| e.to_string())?;
        let nonce = std::str::from_utf8(&hex).map_err(|e| e.to_string())?;
        let envelope = Envelope {
            v: VERSION,
            event_type: &kind,
            stream: &name,
            seq,
            at: &common.at,
            actor: &common.actor,
            act: &common.act,
            nonce,
            body: &body,
        };
        let leaf = envelope.encode().map_err(|e| e.to_string())?;
        let hash = leaf_hash(&leaf);
        Ok(Self {
            stream,
            seq,
            event,
            kind,
            actor: common.actor.clone(),
            act: common.act.clone(),
            leaf,
            hash,
        })
    }
}

/// Grows the tree by these leaves: rows of `tree_node`, and the hashes that proofs of these leaves need.
pub(crate) fn grow(
    range: &mut CompactRange,
    hashes: impl Iterator<Item = Hash>,
    rows: &mut Vec<Value<'_>>,
) -> Result<ProofNodes, StoreError> {
    let mut nodes = ProofNodes::default();
    nodes
        .hashes
        .extend(range.nodes().map(|n| ((n.level, n.index), n.hash)));
    for hash in hashes {
        nodes.hashes.insert((0, range.size()), hash);
        range
            .append(hash, |node| {
                nodes.hashes.insert((node.level, node.index), node.hash);
                rows.push(Value::Int(i64::from(node.level)));
                rows.push(value::int(node.index));
                rows.push(value::blob(node.hash.0.to_vec()));
            })
            .map_err(|e| StoreError::Corrupt(e.to_string()))?;
    }
    nodes.size = range.size();
    Ok(nodes)
}
