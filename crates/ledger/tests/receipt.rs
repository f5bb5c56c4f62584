//! The reporter's receipt: what it proves, and that no value of it can be changed unnoticed.

#![allow(
    clippy::unwrap_used,
    reason = "helpers of a test: a failure here is a failure of the test"
)]

mod example;

use example::{FILE, file_receipt, form_receipt, golden, json, origin, signer};
use proptest::prelude::*;
use serde_json::{Value, json as value};
use vulnerary_ledger::verify::{GivenFile, Options, verify};
use vulnerary_ledger::{Hash, Manifest};

#[test]
fn receipts_and_manifest_are_the_golden_ones_and_hold() {
    golden("manifest.json", &example::manifest().encode().unwrap());
    for (name, receipt) in [
        ("receipt-form.json", form_receipt()),
        ("receipt-file.json", file_receipt()),
    ] {
        golden(name, &json(&receipt));
        let verified = verify(&json(&receipt), &Options::default()).unwrap();
        assert_eq!(verified.receipt, receipt);
        assert!(
            verified.proven[0].contains("VR-7KQ4-M2X was received on 2026-11-23T18:05:12.345678Z")
        );
        let warning = &verified.warnings[0];
        assert!(
            warning.contains(&receipt.key) && warning.contains("if"),
            "{warning}"
        );
    }
}

#[test]
fn a_manifest_leaves_out_the_idempotency_key_and_spells_bytes() {
    let manifest = example::manifest();
    let names: Vec<_> = manifest
        .fields()
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(names, ["description", "serial"]);
    assert_eq!(manifest.fields()[1].1, Hash::of(b"\xff\xfe"));
    assert_eq!(manifest.files()[1].name, "scan%FF%201.bin");
    let bytes = manifest.encode().unwrap();
    assert_eq!(Manifest::decode(&bytes).as_ref(), Some(&manifest));
    let text = String::from_utf8(bytes).unwrap();
    for other in [
        text.replace("{\"v\":1,", "{ \"v\":1,"),
        text.replace("\"v\":1", "\"v\":2"),
        format!("{text}\n"),
    ] {
        assert_eq!(Manifest::decode(other.as_bytes()), None, "{other}");
    }
}

#[test]
fn a_pinned_key_settles_whose_receipt_it_is() {
    let (maker, other) = (signer(&origin(), 1), signer(&origin(), 2));
    let with = |key| Options {
        pinned: Some(key),
        ..Options::default()
    };
    let verified = verify(&json(&form_receipt()), &with(maker.verifier())).unwrap();
    assert_eq!(verified.warnings, Vec::<String>::new());
    let refused = verify(&json(&form_receipt()), &with(other.verifier())).unwrap_err();
    assert_eq!(refused.place, "key");
}

#[test]
fn a_file_is_compared_with_what_was_sent() {
    let check = |receipt, name, bytes| {
        let files = vec![GivenFile::new(name, bytes)];
        verify(
            &json(&receipt),
            &Options {
                files,
                ..Options::default()
            },
        )
    };
    let proven =
        |verified: vulnerary_ledger::verify::Verified| verified.proven.last().cloned().unwrap();
    assert!(
        proven(check(form_receipt(), FILE.0, FILE.1).unwrap())
            .contains("byte for byte, a file received")
    );
    assert!(
        proven(check(file_receipt(), "any name", FILE.1).unwrap())
            .contains("byte for byte, what was received")
    );
    let renamed = check(form_receipt(), "other.txt", FILE.1).unwrap();
    assert!(
        renamed
            .warnings
            .iter()
            .any(|w| w.contains("under the name crash log.txt")),
        "{renamed:?}"
    );
    let text = "The pump accepts a dose of -1 mL/h. Grüße".as_bytes();
    assert!(
        proven(check(form_receipt(), "mine.txt", text).unwrap()).contains("the field description")
    );
    for receipt in [form_receipt(), file_receipt()] {
        assert_eq!(
            check(receipt, FILE.0, b"panic at 0x41414142\n")
                .unwrap_err()
                .place,
            FILE.0
        );
    }
}

/// Each case changes one value; the error must name a place that leads to it.
#[test]
fn every_field_is_bound() {
    let original: Value = serde_json::from_slice(&json(&form_receipt())).unwrap();
    let file: Value = serde_json::from_slice(&json(&file_receipt())).unwrap();
    let other_key = signer(&origin().next().unwrap(), 1).verifier().to_string();
    let two_lines = format!(
        "{}— stranger AAAAAAA=\n",
        original["checkpoint"].as_str().unwrap()
    );
    let cases = [
        ("v", value!(2), "v"),
        ("report", value!("VR-7KQ4-M2Y"), "report"),
        (
            "received_at",
            value!("2026-11-23T18:05:12.345679Z"),
            "received_at",
        ),
        ("manifest", Value::Null, "files"),
        ("manifest", value!("e30="), "sha256"),
        ("sha256", file["sha256"].clone(), "sha256"),
        (
            "sha256",
            value!(original["sha256"].as_str().unwrap().to_uppercase()),
            "sha256",
        ),
        ("files", value!([]), "files"),
        (
            "salt",
            value!("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
            "sha256",
        ),
        // The same salt with a zero byte more: the same HMAC key, so its length must be checked.
        (
            "salt",
            value!("BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcA"),
            "salt",
        ),
        ("leaf", file["leaf"].clone(), "sha256"),
        ("leaf", value!("e30="), "leaf"),
        ("leaf_index", value!(4), "inclusion_proof"),
        ("leaf_index", value!(11), "inclusion_proof"),
        ("inclusion_proof", value!([]), "inclusion_proof"),
        ("checkpoint", file["checkpoint"].clone(), "inclusion_proof"),
        ("checkpoint", value!(two_lines), "checkpoint"),
        ("log", value!("vulnerary/k3v9q2/2"), "log"),
        ("key", value!(other_key), "log"),
        ("policy_sha256", file["sha256"].clone(), "policy_sha256"),
        ("another", value!(1), "receipt"),
    ];
    for (field, to, place) in cases {
        let mut changed = original.clone();
        changed[field] = to;
        assert_ne!(changed, original, "the case changes nothing");
        let error = verify(changed.to_string().as_bytes(), &Options::default())
            .expect_err(&format!("{field} was changed unnoticed: {changed}"));
        assert_eq!(error.place, place, "{field}: {error}");
    }
}

#[test]
fn each_field_must_be_there() {
    let original: Value = serde_json::from_slice(&json(&form_receipt())).unwrap();
    for field in original.as_object().unwrap().keys() {
        let mut without = original.clone();
        without.as_object_mut().unwrap().remove(field);
        assert!(
            verify(without.to_string().as_bytes(), &Options::default()).is_err(),
            "{field}"
        );
    }
    let as_array: Vec<_> = original.as_object().unwrap().values().collect();
    assert!(verify(value!(as_array).to_string().as_bytes(), &Options::default()).is_err());
}

/// With `files` empty, only the recorded channel says that there was a manifest.
#[test]
fn a_form_cannot_pass_as_a_file() {
    let mut receipt = example::bare_form_receipt();
    assert!(verify(&json(&receipt), &Options::default()).is_ok());
    receipt.manifest = None;
    assert_eq!(
        verify(&json(&receipt), &Options::default())
            .unwrap_err()
            .place,
        "manifest"
    );
}

#[test]
fn the_servers_answer_to_a_program_is_taken_with_warnings() {
    let mut answer: Value = serde_json::from_slice(&json(&form_receipt())).unwrap();
    answer["secret"] = value!("harbour violin copper meadow");
    answer["track_url"] = value!("/track");
    let verified = verify(answer.to_string().as_bytes(), &Options::default()).unwrap();
    for word in ["`secret`", "`track_url`"] {
        assert!(
            verified.warnings.iter().any(|w| w.contains(word)),
            "{:?}",
            verified.warnings
        );
    }
    assert!(
        !format!("{verified:?}").contains("harbour"),
        "the words must not travel further"
    );
}

/// True when `bytes` still states what the original states: then, and only then, it may verify.
fn same_value(bytes: &[u8], original: &Value) -> bool {
    serde_json::from_slice::<Value>(bytes).is_ok_and(|read| read == *original)
}

#[test]
fn every_flipped_bit_that_alters_a_value_is_found() {
    for receipt in [form_receipt(), file_receipt()] {
        let bytes = serde_json::to_vec(&receipt).unwrap();
        let original: Value = serde_json::from_slice(&bytes).unwrap();
        for place in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[place] ^= 1 << (place % 8);
            if !same_value(&changed, &original) {
                let found = verify(&changed, &Options::default()).is_err();
                assert!(found, "byte {place} of {}", String::from_utf8_lossy(&bytes));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn any_edit_that_alters_a_value_is_found(
        pretty: bool, at in any::<prop::sample::Index>(), length in 0usize..3,
        insert in prop::collection::vec(any::<u8>(), 0..3),
    ) {
        let receipt = form_receipt();
        let bytes = if pretty { json(&receipt) } else { serde_json::to_vec(&receipt).unwrap() };
        let original: Value = serde_json::from_slice(&bytes).unwrap();
        let start = at.index(bytes.len());
        let end = (start + length).min(bytes.len());
        let mut changed = bytes.clone();
        changed.splice(start..end, insert);
        let holds = verify(&changed, &Options::default()).is_ok();
        prop_assert_eq!(holds, same_value(&changed, &original), "{}", String::from_utf8_lossy(&changed));
    }
}
