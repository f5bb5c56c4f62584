//! The key history: who may be trusted after a rotation and after a restore.

#![allow(
    clippy::unwrap_used,
    reason = "helpers of a test: a failure here is a failure of the test"
)]

mod example;

use example::{Log, ORG, golden, leaf, origin, signer};
use serde_json::{Value, json};
use vulnerary_ledger::history::{KeyHistory, KeySpan, LeafProof, LogKeys};
use vulnerary_ledger::verify::{Options, verify};
use vulnerary_ledger::{Receipt, ReceiptParts, SignerKey};

fn org(event_type: &str, seq: u64, body: &Value) -> Vec<u8> {
    leaf(event_type, &format!("org/{ORG}"), seq, body)
}

/// The proof of a log's last leaf, signed by these keys.
fn last_leaf(log: &Log, origin: &vulnerary_ledger::Origin, keys: &[&SignerKey]) -> LeafProof {
    let index = log.range.size() - 1;
    let note = log.checkpoint(origin).sign(keys).unwrap();
    LeafProof::new(log.leaves.last().unwrap(), index, &log.proof(index), &note)
}

/// First incarnation: key 1 to size 12, then key 2. Restored to size 15: second incarnation, with key
/// `restored_key`, which is 2 again or a new one.
fn history(restored_key: u8) -> KeyHistory {
    let (first, second) = (origin(), origin().next().unwrap());
    let (one, two, three) = (
        signer(&first, 1),
        signer(&first, 2),
        signer(&second, restored_key),
    );
    let keys = json!({ "old": one.verifier().to_string(), "new": two.verifier().to_string() });
    let mut log = Log::around(11, org("KeyRotated", 4, &keys), 0);
    let rotated = last_leaf(&log, &first, &[&two, &one]);
    log.grow(3);
    let restored = json!({
        "old_origin": first.to_string(), "size": log.range.size(), "root": log.range.root().to_hex(),
        "reason": "restore", "seen": 17,
    });
    log.append(org("LogRestored", 5, &restored));
    let restored = last_leaf(&log, &second, &[&three]);
    let span = |key: &SignerKey, from_size, to_size, rotated| KeySpan {
        key: key.verifier().to_string(),
        from_size,
        to_size,
        rotated,
    };
    KeyHistory {
        v: 1,
        logs: vec![
            LogKeys {
                origin: first.to_string(),
                restored: None,
                keys: vec![
                    span(&one, 1, Some(12), None),
                    span(&two, 12, Some(17), Some(rotated)),
                ],
            },
            LogKeys {
                origin: second.to_string(),
                restored: Some(restored),
                keys: vec![span(&three, 16, None, None)],
            },
        ],
    }
}

#[test]
fn the_document_is_the_golden_one_and_holds() {
    let history = history(2);
    let mut bytes = serde_json::to_vec_pretty(&history).unwrap();
    bytes.push(b'\n');
    golden("vulnerary-keys.json", &bytes);
    golden(
        "checkpoint.txt",
        history.logs[0].keys[1]
            .rotated
            .as_ref()
            .unwrap()
            .checkpoint
            .as_bytes(),
    );
    assert_eq!(KeyHistory::parse(&bytes), Ok(history.clone()));
    assert_eq!(history.verify().unwrap().keys().len(), 3);
}

#[test]
fn each_key_covers_its_sizes_only() {
    let keys = history(2).verify().unwrap();
    let key = |i: usize| &keys.keys()[i].key;
    let cases = [
        (0, 0, false),
        (0, 1, true),
        (0, 12, true),
        (0, 13, false),
        (1, 11, false),
        (1, 12, true),
        (1, 17, true),
        (1, 18, false),
        (2, 15, false),
        (2, 16, true),
        (2, u64::MAX, true),
    ];
    for (i, size, covers) in cases {
        assert_eq!(keys.covers(key(i), size), covers, "key {i}, size {size}");
    }
    assert!(!keys.covers(signer(&origin(), 9).verifier(), 5));
}

#[test]
fn only_a_proven_hand_over_links_keys() {
    for (restored_key, linked) in [(2, true), (3, false)] {
        let keys = history(restored_key).verify().unwrap();
        let key = |i: usize| &keys.keys()[i].key;
        assert!(keys.linked(key(0), key(1)) && keys.linked(key(1), key(0)));
        assert_eq!(
            keys.linked(key(0), key(2)),
            linked,
            "a new key after a restore proves nothing"
        );
        assert!(!keys.linked(key(0), signer(&origin(), 9).verifier()));
    }
}

/// Each case breaks the chain in one place.
#[test]
fn a_broken_chain_is_refused() {
    type Break = fn(&mut KeyHistory);
    let cases: [(&str, Break); 14] = [
        ("version", |h| h.v = 2),
        ("nothing", |h| h.logs.clear()),
        ("no key", |h| h.logs[1].keys.clear()),
        ("no hand-over", |h| h.logs[0].keys[1].rotated = None),
        ("hand-over of nothing", |h| {
            h.logs[0].keys[0].rotated = h.logs[0].keys[1].rotated.clone()
        }),
        ("ranges apart", |h| h.logs[0].keys[0].to_size = Some(11)),
        ("range backwards", |h| h.logs[0].keys[1].to_size = Some(11)),
        ("ranges moved", |h| {
            h.logs[0].keys[0].to_size = Some(13);
            h.logs[0].keys[1].from_size = 13;
        }),
        // An impostor's line under a checkpoint the old key did sign, and the genuine leaf.
        ("key replaced", |h| {
            let rogue = signer(&origin(), 9);
            let rotated = h.logs[0].keys[1].rotated.as_mut().unwrap();
            let note = vulnerary_ledger::SignedNote::parse(&rotated.checkpoint).unwrap();
            let rogue_line = vulnerary_ledger::SignedNote::sign(&note.text, &[&rogue]).unwrap();
            let mut both = note.clone();
            both.signatures.extend(rogue_line.signatures);
            rotated.checkpoint = both.to_string();
            h.logs[0].keys[1].key = rogue.verifier().to_string();
        }),
        ("key of another log", |h| {
            h.logs[0].keys[0].key = h.logs[1].keys[0].key.clone()
        }),
        ("no restore proof", |h| h.logs[1].restored = None),
        ("restored from nothing", |h| drop(h.logs.remove(0))),
        ("incarnations reversed", |h| h.logs.reverse()),
        ("proof moved", |h| {
            h.logs[1].restored.as_mut().unwrap().leaf_index = 3
        }),
    ];
    for (name, break_it) in cases {
        let mut broken = history(2);
        break_it(&mut broken);
        let json = serde_json::to_vec(&broken).unwrap();
        let result = KeyHistory::parse(&json).and_then(|h| h.verify());
        assert!(result.is_err(), "{name}: {result:?}");
    }
}

/// A receipt from before the rotation, checked by somebody who knows only the key in use now.
#[test]
fn an_older_receipt_holds_under_a_later_key() {
    let keys = history(2).verify().unwrap();
    let (old, now) = (&keys.keys()[0].key, &keys.keys()[2].key);
    let receipt = serde_json::to_vec(&example::form_receipt()).unwrap();
    let with = |pinned, history| Options {
        pinned: Some(pinned),
        history,
        ..Options::default()
    };
    assert_eq!(verify(&receipt, &with(now, None)).unwrap_err().place, "key");
    let verified = verify(&receipt, &with(now, Some(&keys))).unwrap();
    assert!(
        verified.proven.iter().any(|s| s.contains("joined")),
        "{verified:?}"
    );
    assert_eq!(verified.warnings, Vec::<String>::new());
    assert!(verify(&receipt, &with(old, Some(&keys))).is_ok());
    let unlinked = history(3).verify().unwrap();
    let stranger = &unlinked.keys()[2].key;
    assert_eq!(
        verify(&receipt, &with(stranger, Some(&unlinked)))
            .unwrap_err()
            .place,
        "key"
    );
}

/// A key that was handed over is not believed for later sizes: it may have been stolen since.
#[test]
fn a_retired_keys_later_signature_is_refused() {
    let keys = history(2).verify().unwrap();
    let retired = signer(&origin(), 1);
    let content = vulnerary_ledger::Hash::of(example::FILE.1);
    let log = Log::around(5, example::received("cli", &content), 20);
    let receipt = Receipt::build(&ReceiptParts {
        manifest: None,
        sha256: content,
        salt: &example::SALT,
        leaf: &log.leaves[5],
        leaf_index: 5,
        inclusion_proof: &log.proof(5),
        checkpoint: &log.checkpoint(&origin()).sign(&[&retired]).unwrap(),
        key: retired.verifier(),
    });
    let json = serde_json::to_vec(&receipt.unwrap()).unwrap();
    let options = Options {
        pinned: Some(retired.verifier()),
        history: Some(&keys),
        ..Options::default()
    };
    assert_eq!(verify(&json, &options).unwrap_err().place, "key");
    assert!(
        verify(
            &json,
            &Options {
                history: None,
                ..options
            }
        )
        .is_ok()
    );
}
