//! The receipt: flat JSON by which a reporter proves what we received, and when.
//!
//! Here: its fields, how the store builds one and how its JSON is read. What makes it true is in
//! [`crate::verify`]. Format and reasons: docs/decisions/0003-receipt.md.

use serde::{Deserialize, Serialize};

use crate::commitment::Salt;
use crate::envelope::Envelope;
use crate::hash::{Hash, encode_base64};
use crate::keys::VerifierKey;
use crate::manifest::{FileEntry, Manifest};
use crate::note::SignedNote;

/// A longer receipt is refused.
pub const MAX_RECEIPT_BYTES: usize = 1024 * 1024;

/// A receipt, field by field as in its JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// Format version: 1.
    pub v: u8,
    /// The report's number.
    pub report: String,
    /// When we recorded it: the leaf's `at`.
    pub received_at: String,
    /// Base64 of the form manifest; null where the report is one file, one mail or standard input.
    #[serde(deserialize_with = "nullable")]
    pub manifest: Option<String>,
    /// Lowercase hex SHA-256 of the manifest, or of the one file.
    pub sha256: String,
    /// The manifest's files; empty where there is no manifest.
    pub files: Vec<FileEntry>,
    /// Base64 of the 32-byte salt that opens the leaf's commitment.
    pub salt: String,
    /// Base64 of the envelope of `Received`.
    pub leaf: String,
    /// The leaf's position in the log, from 0.
    pub leaf_index: u64,
    /// Base64 hashes, leaf to root (RFC 6962 section 2.1.1).
    pub inclusion_proof: Vec<String>,
    /// The signed checkpoint, with exactly one signature line: by `key`.
    pub checkpoint: String,
    /// The log's origin.
    pub log: String,
    /// The verifier key (C2SP vkey) that the checkpoint's line is by.
    pub key: String,
    /// Lowercase hex SHA-256 of the policy in force.
    pub policy_sha256: String,
}

/// Why a receipt does not hold: where, and a sentence about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {sentence}")]
pub struct ReceiptError {
    /// The receipt's field, or `receipt` for the whole, or the file that was compared with it.
    pub place: String,
    /// What is wrong there.
    pub sentence: String,
}

impl ReceiptError {
    pub(crate) fn at(place: &str, sentence: impl Into<String>) -> ReceiptError {
        ReceiptError {
            place: place.to_owned(),
            sentence: sentence.into(),
        }
    }
}

/// What the store has in hand to build a receipt; the other fields follow from these.
#[derive(Debug, Clone, Copy)]
pub struct ReceiptParts<'a> {
    /// The form's manifest; `None` where the report is one file, one mail or standard input.
    pub manifest: Option<&'a [u8]>,
    /// SHA-256 of the manifest, or of the one file.
    pub sha256: Hash,
    /// The salt of the first object: of the manifest, or of the one file.
    pub salt: &'a Salt,
    /// The leaf bytes of `Received`.
    pub leaf: &'a [u8],
    /// Its position in the log.
    pub leaf_index: u64,
    /// Its inclusion proof in the checkpoint's tree.
    pub inclusion_proof: &'a [Hash],
    /// A checkpoint that covers it, signed by `key` (lines by other keys are left out).
    pub checkpoint: &'a SignedNote,
    /// The key of the checkpoint.
    pub key: &'a VerifierKey,
}

/// What the ledger reads of Received's body; other fields are none of its business, but hashed.
#[derive(Debug, Deserialize)]
pub(crate) struct ReceivedBody {
    pub number: String,
    pub channel: String,
    pub policy_sha256: String,
    pub objects: Vec<ObjectCommitment>,
}

/// The one part of an object reference that the proof needs.
#[derive(Debug, Deserialize)]
pub(crate) struct ObjectCommitment {
    pub commitment: String,
}

impl Receipt {
    /// Builds a receipt. It does not verify what it is given: that is [`crate::verify::verify`]'s work.
    ///
    /// # Errors
    /// [`ReceiptError`] when the leaf is not a `Received`, the manifest not a manifest, or the
    /// checkpoint not signed by the key.
    pub fn build(parts: &ReceiptParts<'_>) -> Result<Receipt, ReceiptError> {
        let (envelope, body) = read_received(parts.leaf)?;
        let files = match parts.manifest {
            Some(bytes) => read_manifest(bytes)?.files().to_vec(),
            None => Vec::new(),
        };
        let checkpoint = parts.checkpoint.only_by(parts.key).ok_or_else(|| {
            ReceiptError::at("checkpoint", format!("it is not signed by {}", parts.key))
        })?;
        Ok(Receipt {
            v: 1,
            report: body.number,
            received_at: envelope.at.to_owned(),
            manifest: parts.manifest.map(encode_base64),
            sha256: parts.sha256.to_hex(),
            files,
            salt: encode_base64(&parts.salt.0),
            leaf: encode_base64(parts.leaf),
            leaf_index: parts.leaf_index,
            inclusion_proof: parts.inclusion_proof.iter().map(Hash::to_base64).collect(),
            checkpoint: checkpoint.to_string(),
            log: parts.key.name().to_owned(),
            key: parts.key.to_string(),
            policy_sha256: body.policy_sha256,
        })
    }

    /// Reads a receipt's JSON: exactly the fields above. `secret` and `track_url`, which the server's
    /// answer to a program also holds, are ignored, with a warning each.
    ///
    /// # Errors
    /// [`ReceiptError`] for anything else.
    pub fn parse(json: &[u8]) -> Result<(Receipt, Vec<String>), ReceiptError> {
        let whole = |sentence: String| ReceiptError::at("receipt", sentence);
        if json.len() > MAX_RECEIPT_BYTES {
            return Err(whole(format!(
                "it has {} bytes; no receipt has over 1 MiB",
                json.len()
            )));
        }
        let answer: Answer =
            serde_json::from_slice(json).map_err(|e| whole(format!("it cannot be read: {e}")))?;
        let (receipt, warnings) = answer.split();
        // serde reads an object's fields from an array too. One value, one spelling: refuse that.
        let mut value: serde_json::Value =
            serde_json::from_slice(json).map_err(|e| whole(format!("it cannot be read: {e}")))?;
        if let Some(object) = value.as_object_mut() {
            object.remove("secret");
            object.remove("track_url");
        }
        match serde_json::to_value(&receipt).is_ok_and(|again| again == value) {
            true => Ok((receipt, warnings)),
            false => Err(whole("its JSON is not built like a receipt's".to_owned())),
        }
    }
}

pub(crate) fn read_manifest(bytes: &[u8]) -> Result<Manifest, ReceiptError> {
    Manifest::decode(bytes)
        .ok_or_else(|| ReceiptError::at("manifest", "its bytes are not a form manifest"))
}

/// The envelope and body of a `Received`.
pub(crate) fn read_received(leaf: &[u8]) -> Result<(Envelope<'_>, ReceivedBody), ReceiptError> {
    let bad = |sentence: String| ReceiptError::at("leaf", sentence);
    let envelope = Envelope::decode(leaf).map_err(|e| bad(e.to_string()))?;
    if envelope.event_type != "Received" || !envelope.stream.starts_with("report/") {
        return Err(bad(format!(
            "it is `{}` of {}, not the receipt of a report",
            envelope.event_type, envelope.stream
        )));
    }
    let body = serde_json::from_str(envelope.body.get())
        .map_err(|e| bad(format!("its body is not that of Received: {e}")))?;
    Ok((envelope, body))
}

/// A receipt as the server answers a program: with the secret, which is no part of the proof.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    v: u8,
    report: String,
    received_at: String,
    #[serde(deserialize_with = "nullable")]
    manifest: Option<String>,
    sha256: String,
    files: Vec<FileEntry>,
    salt: String,
    leaf: String,
    leaf_index: u64,
    inclusion_proof: Vec<String>,
    checkpoint: String,
    log: String,
    key: String,
    policy_sha256: String,
    #[serde(default, deserialize_with = "present")]
    secret: bool,
    #[serde(default, deserialize_with = "present")]
    track_url: bool,
}

impl Answer {
    fn split(self) -> (Receipt, Vec<String>) {
        let mut warnings = Vec::new();
        if self.secret {
            warnings.push("The file holds the follow-up words (`secret`): whoever has it can read and answer in your name. It was not checked.".to_owned());
        }
        if self.track_url {
            warnings.push("`track_url` is no part of the proof. It was not checked.".to_owned());
        }
        let receipt = Receipt {
            v: self.v,
            report: self.report,
            received_at: self.received_at,
            manifest: self.manifest,
            sha256: self.sha256,
            files: self.files,
            salt: self.salt,
            leaf: self.leaf,
            leaf_index: self.leaf_index,
            inclusion_proof: self.inclusion_proof,
            checkpoint: self.checkpoint,
            log: self.log,
            key: self.key,
            policy_sha256: self.policy_sha256,
        };
        (receipt, warnings)
    }
}

/// Null is a value here; an absent field is not null but an error, which serde's default would hide.
fn nullable<'de, D: serde::Deserializer<'de>>(d: D) -> Result<Option<String>, D::Error> {
    Option::deserialize(d)
}

fn present<'de, D: serde::Deserializer<'de>>(d: D) -> Result<bool, D::Error> {
    serde::de::IgnoredAny::deserialize(d).map(|_| true)
}
