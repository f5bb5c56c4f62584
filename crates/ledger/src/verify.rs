//! The auditor's verifier of one receipt. It needs the receipt and nothing else.
//!
//! manifest → sha256 → commitment → leaf → root → signature: each arrow is one function below, and
//! each value of the receipt is compared with what follows from another, so that no value of it
//! can be changed unnoticed.

use crate::checkpoint::Checkpoint;
use crate::commitment::{Salt, commitment};
use crate::hash::{Hash, decode_base64};
use crate::history::VerifiedKeys;
use crate::keys::VerifierKey;
use crate::manifest::Manifest;
use crate::note::SignedNote;
use crate::proof::verify_inclusion;
use crate::receipt::{Receipt, ReceiptError, ReceivedBody, read_manifest, read_received};
use crate::tree::leaf_hash;

/// Channels whose reports are always a form: without a manifest their receipt was changed.
const FORM_CHANNELS: [&str; 2] = ["form", "api"];

/// What else the caller knows.
#[derive(Debug, Clone, Default)]
pub struct Options<'a> {
    /// The maker's key, got from somewhere else than the receipt. Without it the proof is relative.
    pub pinned: Option<&'a VerifierKey>,
    /// The maker's key history, which joins the pinned key to the receipt's after a rotation.
    pub history: Option<&'a VerifiedKeys>,
    /// Files the reporter says they sent.
    pub files: Vec<GivenFile<'a>>,
}

/// A file to compare with the receipt: its name, length and digest (so that the caller may stream it).
#[derive(Debug, Clone, Copy)]
pub struct GivenFile<'a> {
    /// Its name, without folders.
    pub name: &'a str,
    /// Its length.
    pub bytes: u64,
    /// SHA-256 of its bytes.
    pub sha256: Hash,
}

impl<'a> GivenFile<'a> {
    /// From the file's bytes.
    #[must_use]
    pub fn new(name: &'a str, bytes: &[u8]) -> GivenFile<'a> {
        GivenFile {
            name,
            bytes: bytes.len() as u64,
            sha256: Hash::of(bytes),
        }
    }
}

/// A receipt that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The receipt.
    pub receipt: Receipt,
    /// The signed head that covers it.
    pub checkpoint: Checkpoint,
    /// What is proven, in sentences.
    pub proven: Vec<String>,
    /// What the reader should know beside it, in sentences.
    pub warnings: Vec<String>,
}

/// Verifies a receipt's JSON, without a database.
///
/// # Errors
/// [`ReceiptError`] naming the first place that does not hold.
pub fn verify(json: &[u8], options: &Options<'_>) -> Result<Verified, ReceiptError> {
    let (receipt, mut warnings) = Receipt::parse(json)?;
    if receipt.v != 1 {
        let sentence = format!(
            "this software reads version 1, the receipt has {}",
            receipt.v
        );
        return Err(ReceiptError::at("v", sentence));
    }
    let (manifest, sha256) = check_content(&receipt)?;
    let leaf = decode_base64(&receipt.leaf)
        .ok_or_else(|| ReceiptError::at("leaf", "it is not padded standard base64"))?;
    let (envelope, body) = read_received(&leaf)?;
    check_leaf(&receipt, envelope.at, &body, manifest.is_some())?;
    check_commitment(&receipt, &body, &sha256)?;
    let key = check_key(&receipt)?;
    let checkpoint = check_signature(&receipt, &key)?;
    check_inclusion(&receipt, &leaf, &checkpoint)?;

    let mut proven = vec![
        format!(
            "Report {} was received on {} with exactly the content of SHA-256 {}.",
            receipt.report, receipt.received_at, receipt.sha256
        ),
        format!(
            "It is entry {} of the log {}, which had {} entries when {} signed it: it cannot be changed, moved or removed without breaking that signature.",
            receipt.leaf_index, receipt.log, checkpoint.size, receipt.key
        ),
        format!("The policy in force had SHA-256 {}.", receipt.policy_sha256),
    ];
    match check_whose(&key, &checkpoint, options)? {
        Whose::Maker(sentence) => proven.push(sentence),
        Whose::Unknown(sentence) => warnings.push(sentence),
    }
    for file in &options.files {
        let (sentence, warning) = check_file(&receipt, manifest.as_ref(), &sha256, file)?;
        proven.push(sentence);
        warnings.extend(warning);
    }
    Ok(Verified {
        receipt,
        checkpoint,
        proven,
        warnings,
    })
}

/// manifest → sha256, and `files` are the manifest's.
fn check_content(receipt: &Receipt) -> Result<(Option<Manifest>, Hash), ReceiptError> {
    let sha256 = Hash::from_hex(&receipt.sha256)
        .ok_or_else(|| ReceiptError::at("sha256", "it is not 64 lowercase hex digits"))?;
    let Some(encoded) = &receipt.manifest else {
        return match receipt.files.is_empty() {
            true => Ok((None, sha256)),
            false => Err(ReceiptError::at(
                "files",
                "there is no manifest that lists them",
            )),
        };
    };
    let bytes = decode_base64(encoded)
        .ok_or_else(|| ReceiptError::at("manifest", "it is not padded standard base64"))?;
    if Hash::of(&bytes) != sha256 {
        return Err(ReceiptError::at(
            "sha256",
            "it is not the SHA-256 of the manifest: one of the two was changed",
        ));
    }
    let manifest = read_manifest(&bytes)?;
    if manifest.files() != receipt.files {
        return Err(ReceiptError::at(
            "files",
            "they are not the files of the manifest",
        ));
    }
    Ok((Some(manifest), sha256))
}

/// The receipt's plain statements are the leaf's.
fn check_leaf(
    receipt: &Receipt,
    at: &str,
    body: &ReceivedBody,
    has_manifest: bool,
) -> Result<(), ReceiptError> {
    let same = |place: &str, ours: &str, leafs: &str| match ours == leafs {
        true => Ok(()),
        false => Err(ReceiptError::at(
            place,
            format!("the recorded entry says {leafs}"),
        )),
    };
    same("report", &receipt.report, &body.number)?;
    same("received_at", &receipt.received_at, at)?;
    same("policy_sha256", &receipt.policy_sha256, &body.policy_sha256)?;
    if !has_manifest && FORM_CHANNELS.contains(&body.channel.as_str()) {
        let sentence = format!("it is null, but a report by {} has one", body.channel);
        return Err(ReceiptError::at("manifest", sentence));
    }
    Ok(())
}

/// sha256 → commitment: the leaf commits to exactly this content. The first object is the manifest,
/// or the one file.
fn check_commitment(
    receipt: &Receipt,
    body: &ReceivedBody,
    sha256: &Hash,
) -> Result<(), ReceiptError> {
    let salt = decode_base64(&receipt.salt)
        .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
        .ok_or_else(|| ReceiptError::at("salt", "it is not 32 bytes in padded standard base64"))?;
    let Some(object) = body.objects.first() else {
        return Err(ReceiptError::at(
            "leaf",
            "the recorded entry commits to no content",
        ));
    };
    match object.commitment == commitment(&Salt(salt), sha256).to_hex() {
        true => Ok(()),
        false => Err(ReceiptError::at(
            "sha256",
            "with this salt it does not give the commitment in the recorded entry: the content, the salt or the entry was changed",
        )),
    }
}

/// The key is a key, and the log's.
fn check_key(receipt: &Receipt) -> Result<VerifierKey, ReceiptError> {
    let key: VerifierKey = receipt
        .key
        .parse()
        .map_err(|e| ReceiptError::at("key", format!("{e}")))?;
    match key.name() == receipt.log {
        true => Ok(key),
        false => Err(ReceiptError::at(
            "log",
            format!("the key belongs to {}", key.name()),
        )),
    }
}

/// root → signature: the checkpoint is the log's, and signed by the key and by nobody unchecked.
fn check_signature(receipt: &Receipt, key: &VerifierKey) -> Result<Checkpoint, ReceiptError> {
    let bad = |sentence: String| ReceiptError::at("checkpoint", sentence);
    let note = SignedNote::parse(&receipt.checkpoint).map_err(|e| bad(e.to_string()))?;
    if note.signatures.len() != 1 {
        return Err(bad(
            "a receipt's checkpoint has exactly one signature line".to_owned()
        ));
    }
    Checkpoint::open(&note, key).map_err(|e| bad(e.to_string()))
}

/// leaf → root: the leaf is in the tree that was signed.
fn check_inclusion(
    receipt: &Receipt,
    leaf: &[u8],
    checkpoint: &Checkpoint,
) -> Result<(), ReceiptError> {
    let bad = |sentence: String| ReceiptError::at("inclusion_proof", sentence);
    let decoded: Option<Vec<Hash>> = receipt
        .inclusion_proof
        .iter()
        .map(|text| Hash::from_base64(text))
        .collect();
    let proof = decoded
        .ok_or_else(|| bad("a hash of it is not 32 bytes in padded standard base64".to_owned()))?;
    let (size, root) = (checkpoint.size, &checkpoint.root);
    verify_inclusion(receipt.leaf_index, size, &leaf_hash(leaf), &proof, root).map_err(|e| {
        bad(format!(
            "from this leaf and position it does not lead to the signed root ({e})"
        ))
    })
}

/// Whose key it is, as far as the caller can know.
enum Whose {
    Maker(String),
    Unknown(String),
}

fn check_whose(
    key: &VerifierKey,
    checkpoint: &Checkpoint,
    options: &Options<'_>,
) -> Result<Whose, ReceiptError> {
    if let Some(history) = options.history
        && !history.covers(key, checkpoint.size)
    {
        let size = checkpoint.size;
        let sentence = format!("the key history does not have it as signing at size {size}");
        return Err(ReceiptError::at("key", sentence));
    }
    let linked = |pinned| {
        options
            .history
            .is_some_and(|history| history.linked(pinned, key))
    };
    match options.pinned {
        Some(pinned) if pinned == key => Ok(Whose::Maker(
            "The key is the one you gave as the maker's.".to_owned(),
        )),
        Some(pinned) if linked(pinned) => Ok(Whose::Maker(format!(
            "The key is joined to the one you gave as the maker's ({pinned}) by hand-overs that both sides signed."
        ))),
        Some(pinned) => {
            let sentence =
                format!("the receipt is signed by another key than the one you gave: {pinned}");
            Err(ReceiptError::at("key", sentence))
        }
        None => Ok(Whose::Unknown(format!(
            "All this holds if {key} is the maker's key. Compare it with the keys the maker publishes under /.well-known/vulnerary-keys, or give the maker's key with --key."
        ))),
    }
}

/// A file the reporter kept is (or is not) one of those that were sent.
fn check_file(
    receipt: &Receipt,
    manifest: Option<&Manifest>,
    sha256: &Hash,
    file: &GivenFile<'_>,
) -> Result<(String, Option<String>), ReceiptError> {
    let number = &receipt.report;
    let Some(manifest) = manifest else {
        return match file.sha256 == *sha256 {
            true => Ok((
                format!("{} is, byte for byte, what was received.", file.name),
                None,
            )),
            false => Err(ReceiptError::at(
                file.name,
                format!("its SHA-256 is {}, not the receipt's", file.sha256),
            )),
        };
    };
    let same = |entry: &&crate::manifest::FileEntry| {
        entry.sha256 == file.sha256 && entry.bytes == file.bytes
    };
    let proven = format!(
        "{} is, byte for byte, a file received with {number}.",
        file.name
    );
    let entries = manifest.files();
    if entries.iter().any(|e| same(&e) && e.name == file.name) {
        return Ok((proven, None));
    }
    if let Some(entry) = entries.iter().find(same) {
        let warning = format!("{} was sent under the name {}.", file.name, entry.name);
        return Ok((proven, Some(warning)));
    }
    if let Some((name, _)) = manifest
        .fields()
        .iter()
        .find(|(_, value)| *value == file.sha256)
    {
        let sentence = format!(
            "{} is, byte for byte, the text of the field {name} of {number}.",
            file.name
        );
        return Ok((sentence, None));
    }
    let sentence = format!(
        "its SHA-256 is {}; {number} holds no such file or text",
        file.sha256
    );
    Err(ReceiptError::at(file.name, sentence))
}
