//! `/.well-known/vulnerary-keys`: every key that ever signed the log, chained, for ever.

use vulnerary_case::Event;
use vulnerary_case::id::StreamId;
use vulnerary_case::org::event::OrgEvent;
use vulnerary_ledger::history::{KeyHistory, KeySpan, LeafProof, LogKeys};
use vulnerary_ledger::note::SignedNote;
use vulnerary_store::{LogKey, Store, StoreError};

/// Restores and rotations of one installation; more would be a loop.
const MOST_EVENTS: usize = 10_000;

/// A hand-over: where its event is.
struct HandOver {
    leaf_index: u64,
    restored: bool,
}

/// The key history, from the record.
///
/// # Errors
/// [`StoreError`] where the record cannot be read.
pub async fn key_history(store: &Store) -> Result<KeyHistory, StoreError> {
    let keys = store.log_keys().await?;
    let hand_overs = hand_overs(store).await?;
    let mut logs: Vec<LogKeys> = Vec::new();
    for key in &keys {
        let span = |rotated| KeySpan {
            key: key.vkey.clone(),
            from_size: key.from_size,
            to_size: key.to_size,
            rotated,
        };
        match logs.last_mut().filter(|log| log.origin == key.origin) {
            Some(log) => log
                .keys
                .push(span(proof(store, key, &hand_overs, false).await?)),
            None => {
                let restored = if logs.is_empty() {
                    None
                } else {
                    proof(store, key, &hand_overs, true).await?
                };
                logs.push(LogKeys {
                    origin: key.origin.clone(),
                    restored,
                    keys: vec![span(None)],
                });
            }
        }
    }
    Ok(KeyHistory { v: 1, logs })
}

async fn hand_overs(store: &Store) -> Result<Vec<HandOver>, StoreError> {
    let mut out = Vec::new();
    for timed in store.timeline(StreamId::Org, 0, MOST_EVENTS).await? {
        match timed.event {
            Event::Org(OrgEvent::LogRestored { .. }) => {
                out.push(HandOver {
                    leaf_index: timed.leaf_index,
                    restored: true,
                });
            }
            Event::Org(OrgEvent::KeyRotated { .. }) => {
                out.push(HandOver {
                    leaf_index: timed.leaf_index,
                    restored: false,
                });
            }
            _ => {}
        }
    }
    Ok(out)
}

/// The proof of the hand-over to `key`, under the first checkpoint that covers it.
async fn proof(
    store: &Store,
    key: &LogKey,
    hand_overs: &[HandOver],
    restored: bool,
) -> Result<Option<LeafProof>, StoreError> {
    let before = hand_overs
        .iter()
        .filter(|h| h.restored == restored && h.leaf_index < key.from_size);
    let Some(hand_over) = before.max_by_key(|h| h.leaf_index) else {
        return Ok(None);
    };
    let Some(note) = store.checkpoint_at(&key.origin, key.from_size).await? else {
        return Ok(None);
    };
    let corrupt = |e: &dyn std::fmt::Display| StoreError::Corrupt(e.to_string());
    let note = SignedNote::parse(&note).map_err(|e| corrupt(&e))?;
    let leaf = store.leaf(hand_over.leaf_index).await?;
    let path = store
        .inclusion_proof(hand_over.leaf_index, key.from_size)
        .await?;
    let (Some(leaf), Some(path)) = (leaf, path) else {
        return Ok(None);
    };
    Ok(Some(LeafProof::new(
        &leaf,
        hand_over.leaf_index,
        &path,
        &note,
    )))
}
