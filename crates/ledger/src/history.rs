//! Which keys signed which part of which incarnation of the log: `/.well-known/vulnerary-keys`.
//!
//! JSON, one document for ever growing (docs/decisions/0001-envelope.md, "Keys"):
//!
//! ```json
//! {"v":1,"logs":[{"origin":"vulnerary/k3v9q2/1","restored":null,"keys":[
//!   {"key":"<vkey>","from_size":1,"to_size":812,"rotated":null},
//!   {"key":"<vkey>","from_size":812,"to_size":null,"rotated":{"leaf","leaf_index","inclusion_proof","checkpoint"}}]}]}
//! ```
//!
//! A key signs checkpoints of sizes `from_size` to `to_size`, both included; null: it is in use. At a
//! rotation both sign the one size they share. `rotated` proves the hand-over: the leaf `KeyRotated`
//! that names both keys, in a tree that both keys signed. Two signature lines alone would prove
//! nothing, for anybody can add a line to a note. `restored` holds the leaf `LogRestored` that names
//! the origin before, signed by the new incarnation's first key.

use serde::{Deserialize, Serialize};

use crate::checkpoint::{Checkpoint, Origin};
use crate::envelope::Envelope;
use crate::hash::{Hash, decode_base64, encode_base64};
use crate::keys::VerifierKey;
use crate::note::SignedNote;
use crate::proof::verify_inclusion;
use crate::tree::leaf_hash;

/// A longer document is refused.
pub const MAX_HISTORY_BYTES: usize = 4 * 1024 * 1024;

/// The document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyHistory {
    /// Format version: 1.
    pub v: u8,
    /// Every incarnation, oldest first.
    pub logs: Vec<LogKeys>,
}

/// The keys of one incarnation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogKeys {
    /// Its origin.
    pub origin: String,
    /// Null for the first; else the proof of `LogRestored`.
    pub restored: Option<LeafProof>,
    /// Its keys, oldest first.
    pub keys: Vec<KeySpan>,
}

/// One key and the sizes it signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeySpan {
    /// The verifier key (C2SP vkey).
    pub key: String,
    /// The size of the first checkpoint it signed.
    pub from_size: u64,
    /// The size of the last, or null while it is in use.
    pub to_size: Option<u64>,
    /// Null for an incarnation's first key; else the proof of `KeyRotated`.
    pub rotated: Option<LeafProof>,
}

/// A leaf, and the proof that it is in a signed tree (spelled as in a receipt).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeafProof {
    /// Base64 of the envelope.
    pub leaf: String,
    /// Its position, from 0.
    pub leaf_index: u64,
    /// Base64 hashes, leaf to root.
    pub inclusion_proof: Vec<String>,
    /// The signed checkpoint.
    pub checkpoint: String,
}

/// Why a key history does not hold: where, and a sentence about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {sentence}")]
pub struct HistoryError {
    /// The key or origin concerned, or `keys` for the whole.
    pub place: String,
    /// What is wrong there.
    pub sentence: String,
}

/// A key history whose every hand-over was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedKeys {
    keys: Vec<VerifiedKey>,
}

/// One key of a checked history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedKey {
    /// The key; its name is the origin.
    pub key: VerifierKey,
    /// First size it signed.
    pub from_size: u64,
    /// Last size it signed, `None` while in use.
    pub to_size: Option<u64>,
    /// Whether whoever trusts the key before may trust this one, and the other way round.
    pub linked_to_previous: bool,
}

impl LeafProof {
    /// The proof of one leaf under one signed checkpoint.
    #[must_use]
    pub fn new(leaf: &[u8], leaf_index: u64, proof: &[Hash], checkpoint: &SignedNote) -> LeafProof {
        LeafProof {
            leaf: encode_base64(leaf),
            leaf_index,
            inclusion_proof: proof.iter().map(Hash::to_base64).collect(),
            checkpoint: checkpoint.to_string(),
        }
    }

    /// The leaf's bytes and the checkpoint, when the leaf is in its tree and all of `keys` signed it.
    fn open(&self, keys: &[&VerifierKey]) -> Result<(Vec<u8>, Checkpoint), String> {
        let leaf = decode_base64(&self.leaf).ok_or("the leaf is not base64")?;
        let proof: Option<Vec<Hash>> = self
            .inclusion_proof
            .iter()
            .map(|text| Hash::from_base64(text))
            .collect();
        let proof = proof.ok_or("a hash of the proof is not base64 of 32 bytes")?;
        let note = SignedNote::parse(&self.checkpoint).map_err(|e| e.to_string())?;
        for key in keys {
            note.verify(key).map_err(|e| e.to_string())?;
        }
        let checkpoint = Checkpoint::parse_text(&note.text).map_err(|e| e.to_string())?;
        let (size, root) = (checkpoint.size, &checkpoint.root);
        verify_inclusion(self.leaf_index, size, &leaf_hash(&leaf), &proof, root)
            .map_err(|e| e.to_string())?;
        Ok((leaf, checkpoint))
    }
}

impl KeyHistory {
    /// Reads the document; [`KeyHistory::verify`] says whether it holds.
    ///
    /// # Errors
    /// [`HistoryError`] when it is not one.
    pub fn parse(json: &[u8]) -> Result<KeyHistory, HistoryError> {
        if json.len() > MAX_HISTORY_BYTES {
            return Err(at("keys", "the list is over 4 MiB"));
        }
        let history: KeyHistory = serde_json::from_slice(json)
            .map_err(|e| at("keys", format!("the list cannot be read: {e}")))?;
        match history.v {
            1 => Ok(history),
            v => Err(at(
                "keys",
                format!("this software reads version 1, the list has {v}"),
            )),
        }
    }

    /// Checks the whole chain: names, ranges, every rotation and every restore.
    ///
    /// # Errors
    /// [`HistoryError`] naming the first key or origin that does not hold.
    pub fn verify(&self) -> Result<VerifiedKeys, HistoryError> {
        let mut keys: Vec<VerifiedKey> = Vec::new();
        let mut before: Option<Origin> = None;
        for log in &self.logs {
            let origin: Origin = log
                .origin
                .parse()
                .map_err(|e| at(&log.origin, format!("{e}")))?;
            let own = check_log(log)?;
            let mut own = own.into_iter();
            if let Some(mut first) = own.next() {
                first.linked_to_previous = match (&before, keys.last()) {
                    (Some(before), Some(last)) => {
                        check_restored(log, before, &origin, &first.key)?;
                        // The log's own record of the restore is signed by the new key alone; only
                        // the same Ed25519 key under the new name ties the two together.
                        last.key.public_key() == first.key.public_key()
                    }
                    _ if log.restored.is_some() => {
                        return Err(at(
                            &log.origin,
                            "it was restored from a log that is not listed",
                        ));
                    }
                    _ => false,
                };
                keys.push(first);
            }
            keys.extend(own);
            before = Some(origin);
        }
        match keys.is_empty() {
            true => Err(at("keys", "the list is empty")),
            false => Ok(VerifiedKeys { keys }),
        }
    }
}

impl VerifiedKeys {
    /// The keys, oldest first.
    #[must_use]
    pub fn keys(&self) -> &[VerifiedKey] {
        &self.keys
    }

    /// True when `key` signs checkpoints of this size.
    #[must_use]
    pub fn covers(&self, key: &VerifierKey, size: u64) -> bool {
        self.keys.iter().any(|k| {
            k.key == *key && k.from_size <= size && k.to_size.is_none_or(|last| size <= last)
        })
    }

    /// True when an unbroken chain of hand-overs joins the two keys: who trusts one may trust the other.
    #[must_use]
    pub fn linked(&self, a: &VerifierKey, b: &VerifierKey) -> bool {
        let position = |key: &VerifierKey| self.keys.iter().position(|k| k.key == *key);
        let (Some(a), Some(b)) = (position(a), position(b)) else {
            return false;
        };
        self.keys[a.min(b) + 1..=a.max(b)]
            .iter()
            .all(|k| k.linked_to_previous)
    }
}

/// The keys of one incarnation, each handed over by the one before.
fn check_log(log: &LogKeys) -> Result<Vec<VerifiedKey>, HistoryError> {
    let mut out: Vec<VerifiedKey> = Vec::new();
    for span in &log.keys {
        let bad = |sentence: String| at(&span.key, sentence);
        let key: VerifierKey = span.key.parse().map_err(|e| bad(format!("{e}")))?;
        if key.name() != log.origin {
            return Err(bad(format!(
                "it is listed under {}, which is not its name",
                log.origin
            )));
        }
        if span.to_size.is_some_and(|last| last < span.from_size) {
            return Err(bad("its last size is before its first".to_owned()));
        }
        if let Some(last) = out.last() {
            check_rotation(span, last, &key).map_err(bad)?;
        } else if span.rotated.is_some() {
            return Err(bad("it is the first key and follows none".to_owned()));
        }
        let (from_size, to_size) = (span.from_size, span.to_size);
        let linked_to_previous = !out.is_empty();
        out.push(VerifiedKey {
            key,
            from_size,
            to_size,
            linked_to_previous,
        });
    }
    match out.is_empty() {
        true => Err(at(&log.origin, "it has no key")),
        false => Ok(out),
    }
}

/// Both keys signed the tree that holds `KeyRotated`, which names both.
fn check_rotation(span: &KeySpan, last: &VerifiedKey, key: &VerifierKey) -> Result<(), String> {
    #[derive(Deserialize)]
    struct KeyRotated {
        old: String,
        new: String,
    }
    if last.to_size != Some(span.from_size) {
        return Err("its first size is not the last size of the key before".to_owned());
    }
    let proof = span
        .rotated
        .as_ref()
        .ok_or("nothing proves that the key before handed over")?;
    let (leaf, checkpoint) = proof.open(&[&last.key, key])?;
    if checkpoint.size != span.from_size || checkpoint.origin.to_string() != key.name() {
        return Err("the hand-over was signed at another size, or in another log".to_owned());
    }
    let body: KeyRotated = body_of(&leaf, "KeyRotated")?;
    match body.old == last.key.to_string() && body.new == key.to_string() {
        true => Ok(()),
        false => Err("the recorded rotation names other keys".to_owned()),
    }
}

/// The new incarnation records which log it continues.
fn check_restored(
    log: &LogKeys,
    before: &Origin,
    origin: &Origin,
    first: &VerifierKey,
) -> Result<(), HistoryError> {
    #[derive(Deserialize)]
    struct LogRestored {
        old_origin: String,
    }
    let bad = |sentence: String| at(&log.origin, sentence);
    if origin.id() != before.id() || origin.incarnation() <= before.incarnation() {
        return Err(bad(format!("it is not a later incarnation of {before}")));
    }
    let missing = || bad("nothing proves which log it was restored from".to_owned());
    let proof = log.restored.as_ref().ok_or_else(missing)?;
    let (leaf, checkpoint) = proof.open(&[first]).map_err(bad)?;
    let body: LogRestored = body_of(&leaf, "LogRestored").map_err(bad)?;
    match body.old_origin == before.to_string() && checkpoint.origin == *origin {
        true => Ok(()),
        false => Err(bad(format!(
            "the recorded restore is of {}",
            body.old_origin
        ))),
    }
}

fn body_of<T: serde::de::DeserializeOwned>(leaf: &[u8], event_type: &str) -> Result<T, String> {
    let envelope = Envelope::decode(leaf).map_err(|e| e.to_string())?;
    if envelope.event_type != event_type {
        return Err(format!(
            "the leaf is `{}`, not `{event_type}`",
            envelope.event_type
        ));
    }
    serde_json::from_str(envelope.body.get()).map_err(|e| format!("{event_type}: {e}"))
}

fn at(place: &str, sentence: impl Into<String>) -> HistoryError {
    HistoryError {
        place: place.to_owned(),
        sentence: sentence.into(),
    }
}
