//! A small log with one report in it, from fixed seeds: what the golden files and mutations start from.

#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(
    clippy::unwrap_used,
    reason = "helpers of a test: a failure here is a failure of the test"
)]

use std::path::PathBuf;

use vulnerary_ledger::commitment::{Salt, commitment};
use vulnerary_ledger::proof::{ProofError, inclusion_proof};
use vulnerary_ledger::{
    Checkpoint, CompactRange, Envelope, Hash, Manifest, Origin, Receipt, ReceiptParts, SignerKey,
    leaf_hash,
};

pub const REPORT: &str = "0190b2a4-7c1e-7d3a-9f00-0123456789ab";
pub const ACT: &str = "0190b2a4-7c1e-7d3a-9f00-00000000ac70";
pub const ORG: &str = "00000000-0000-0000-0000-000000000000";
pub const AT: &str = "2026-11-23T18:05:12.345678Z";
pub const FILE: (&str, &[u8]) = ("crash log.txt", b"panic at 0x41414141\n");
pub const SALT: Salt = Salt([7; 32]);

pub fn origin() -> Origin {
    Origin::new("k3v9q2", 1).unwrap()
}

pub fn signer(origin: &Origin, n: u8) -> SignerKey {
    SignerKey::from_seed(&origin.to_string(), &[n; 32]).unwrap()
}

/// The leaf of one event.
pub fn leaf(event_type: &str, stream: &str, seq: u64, body: &serde_json::Value) -> Vec<u8> {
    let body = serde_json::value::to_raw_value(body).unwrap();
    let nonce = &Hash::of(format!("{stream}{seq}").as_bytes()).to_hex()[..32];
    let envelope = Envelope {
        v: 1,
        event_type,
        stream,
        seq,
        at: AT,
        actor: "system",
        act: ACT,
        nonce,
        body: &body,
    };
    envelope.encode().unwrap()
}

/// The form of the example: one field that is not UTF-8, one idempotency key, one file.
pub fn manifest() -> Manifest {
    let mut manifest = Manifest::new();
    manifest.add_field(
        b"description",
        "The pump accepts a dose of -1 mL/h. Grüße".as_bytes(),
    );
    manifest.add_field(b"idempotency_key", b"0123456789012345678901");
    manifest.add_field(b"serial", b"\xff\xfe");
    manifest.add_file(FILE.0.as_bytes(), FILE.1.len() as u64, Hash::of(FILE.1));
    manifest.add_file(b"scan\xff 1.bin", 0, Hash::of(b""));
    manifest
}

/// A `Received` whose first object is this content.
pub fn received(channel: &str, content: &Hash) -> Vec<u8> {
    let body = serde_json::json!({
        "number": "VR-7KQ4-M2X", "source": "d", "source_state": "claimed", "channel": channel,
        "kind": "person", "policy_sha256": Hash::of(b"policy").to_hex(),
        "objects": [{
            "object": "0190b2a4-7c1e-7d3a-9f00-00000000b0b0", "length": 321,
            "sha256": Hash::of(b"sealed").to_hex(), "commitment": commitment(&SALT, content).to_hex(),
        }],
    });
    leaf("Received", &format!("report/{REPORT}"), 1, &body)
}

/// A log: its leaves and the tree's nodes as a store keeps them.
#[derive(Clone, Default)]
pub struct Log {
    pub leaves: Vec<Vec<u8>>,
    pub range: CompactRange,
    nodes: std::collections::HashMap<(u8, u64), Hash>,
}

impl Log {
    /// `before` other events, then `leaf`, then `after` other events.
    pub fn around(before: usize, leaf_bytes: Vec<u8>, after: usize) -> Log {
        let mut log = Log::default();
        log.grow(before);
        log.append(leaf_bytes);
        log.grow(after);
        log
    }

    pub fn grow(&mut self, by: usize) {
        for _ in 0..by {
            let n = self.range.size();
            let product = format!("product/0190b2a4-7c1e-7d3a-9f00-{n:012x}");
            self.append(leaf(
                "ProductAdded",
                &product,
                1,
                &serde_json::json!({ "n": n }),
            ));
        }
    }

    pub fn append(&mut self, leaf_bytes: Vec<u8>) {
        let hash = leaf_hash(&leaf_bytes);
        self.nodes.insert((0, self.range.size()), hash);
        let nodes = &mut self.nodes;
        self.range
            .append(hash, |n| {
                nodes.insert((n.level, n.index), n.hash);
            })
            .unwrap();
        self.leaves.push(leaf_bytes);
    }

    pub fn proof(&self, index: u64) -> Vec<Hash> {
        let read = |l, i| Ok::<_, ProofError>(self.nodes[&(l, i)]);
        inclusion_proof(index, self.range.size(), read).unwrap()
    }

    pub fn checkpoint(&self, origin: &Origin) -> Checkpoint {
        Checkpoint {
            origin: origin.clone(),
            size: self.range.size(),
            root: self.range.root(),
        }
    }
}

/// The receipt of a form, with its leaf at index 5 of 11.
pub fn form_receipt() -> Receipt {
    let manifest = manifest().encode().unwrap();
    build(
        received("form", &Hash::of(&manifest)),
        Some(&manifest),
        Hash::of(&manifest),
    )
}

/// The receipt of a form without files.
pub fn bare_form_receipt() -> Receipt {
    let mut manifest = Manifest::new();
    manifest.add_field(b"description", b"It beeps.");
    let manifest = manifest.encode().unwrap();
    build(
        received("form", &Hash::of(&manifest)),
        Some(&manifest),
        Hash::of(&manifest),
    )
}

/// The receipt of one imported file: no manifest.
pub fn file_receipt() -> Receipt {
    build(received("cli", &Hash::of(FILE.1)), None, Hash::of(FILE.1))
}

fn build(leaf: Vec<u8>, manifest: Option<&[u8]>, sha256: Hash) -> Receipt {
    let log = Log::around(5, leaf, 5);
    let signer = signer(&origin(), 1);
    Receipt::build(&ReceiptParts {
        manifest,
        sha256,
        salt: &SALT,
        leaf: &log.leaves[5],
        leaf_index: 5,
        inclusion_proof: &log.proof(5),
        checkpoint: &log.checkpoint(&origin()).sign(&[&signer]).unwrap(),
        key: signer.verifier(),
    })
    .unwrap()
}

pub fn json(receipt: &Receipt) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(receipt).unwrap();
    bytes.push(b'\n');
    bytes
}

/// Compares with a golden file; `UPDATE_GOLDEN=1` writes it, which is a change of a lasting format.
pub fn golden(name: &str, bytes: &[u8]) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, bytes).unwrap();
    }
    let pinned = std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let (ours, theirs) = (
        String::from_utf8_lossy(bytes),
        String::from_utf8_lossy(&pinned),
    );
    assert_eq!(
        ours, theirs,
        "{name} is a format that lasts: stored records are in it"
    );
}
