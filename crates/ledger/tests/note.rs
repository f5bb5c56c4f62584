//! C2SP signed notes and checkpoints, and the keys that sign them.

#![allow(
    clippy::unwrap_used,
    reason = "helpers of a test: a failure here is a failure of the test"
)]

use vulnerary_ledger::checkpoint::CheckpointError;
use vulnerary_ledger::keys::KeyError;
use vulnerary_ledger::note::{NoteError, SignedNote};
use vulnerary_ledger::{Checkpoint, Hash, Origin, SignerKey, VerifierKey};

/// The example of golang.org/x/mod/sumdb/note, the format's first implementation.
const GO_SEED_BASE64: &str = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const GO_VKEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const GO_NOTE: &str = "If you think cryptography is the answer to your problem,\n\
    then you don't know what your problem is.\n\n\
    — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

fn go_signer() -> SignerKey {
    use base64::Engine as _;
    let typed = base64::engine::general_purpose::STANDARD
        .decode(GO_SEED_BASE64)
        .unwrap();
    SignerKey::from_seed("PeterNeumann", typed[1..].try_into().unwrap()).unwrap()
}

fn signer(origin: &Origin, n: u8) -> SignerKey {
    SignerKey::from_seed(&origin.to_string(), &[n; 32]).unwrap()
}

fn checkpoint() -> Checkpoint {
    Checkpoint {
        origin: Origin::new("k3v9q2", 1).unwrap(),
        size: 18_207,
        root: Hash::of(b"root"),
    }
}

#[test]
fn gos_note_example_is_verified_and_reproduced() {
    let key: VerifierKey = GO_VKEY.parse().unwrap();
    let note = SignedNote::parse(GO_NOTE).unwrap();
    assert_eq!(note.verify(&key), Ok(()));
    assert_eq!(note.to_string(), GO_NOTE);
    assert_eq!(go_signer().verifier().to_string(), GO_VKEY);
    assert_eq!(
        SignedNote::sign(&note.text, &[&go_signer()])
            .unwrap()
            .to_string(),
        GO_NOTE
    );
}

#[test]
fn the_go_checksum_databases_key_has_its_published_id() {
    let published = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";
    let key: VerifierKey = published.parse().unwrap();
    assert_eq!(
        (key.name(), key.to_string().as_str()),
        ("sum.golang.org", published)
    );
}

#[test]
fn a_changed_verifier_key_is_refused() {
    let cases = [
        (
            "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            KeyError::Id,
        ),
        (
            "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            KeyError::Id,
        ),
        (
            "PeterNeuman+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            KeyError::Id,
        ),
        (
            "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            KeyError::Name,
        ),
        (
            "PeterNeumann+c74f20a3+AhpC2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            KeyError::Syntax,
        ),
        (
            "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10Q=",
            KeyError::Syntax,
        ),
        ("PeterNeumann+c74f20a3", KeyError::Syntax),
        ("", KeyError::Syntax),
        // The point of order one: every message has a "signature" by it.
        (
            "PeterNeumann+c74f20a3+AQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            KeyError::Point,
        ),
    ];
    for (text, error) in cases {
        assert_eq!(text.parse::<VerifierKey>(), Err(error), "{text}");
    }
}

#[test]
fn any_flipped_bit_of_a_note_is_found() {
    let key: VerifierKey = GO_VKEY.parse().unwrap();
    for place in 0..GO_NOTE.len() {
        for bit in 0..8 {
            let mut bytes = GO_NOTE.as_bytes().to_vec();
            bytes[place] ^= 1 << bit;
            let Ok(text) = String::from_utf8(bytes) else {
                continue;
            };
            let found = SignedNote::parse(&text)
                .and_then(|note| note.verify(&key))
                .is_err();
            assert!(found, "byte {place}, bit {bit}");
        }
    }
}

#[test]
fn malformed_notes_are_refused() {
    let line = GO_NOTE.lines().last().unwrap();
    let cases = [
        String::new(),
        "text\n".to_owned(),
        "text\n\n".to_owned(),
        format!("text\n\n{line}"),
        format!("text\n\n{line}\n{line}\n"),
        format!("te\txt\n\n{line}\n"),
        format!("te\rxt\n\n{line}\n"),
        format!("text\n\n{}\n", line.replace('—', "-")),
        format!("text\n\n{} \n", line),
        "text\n\n— name AAAAAA==\n".to_owned(),
        "text\n\n— name\n".to_owned(),
        "text\n\n— na+me AAAAAAA=\n".to_owned(),
        format!("{}\n\n{line}\n", "x".repeat(17_000)),
        format!(
            "text\n\n{}",
            (0..17)
                .map(|i| format!("— n{i} AAAAAAA=\n"))
                .collect::<String>()
        ),
    ];
    for note in cases {
        let read = SignedNote::parse(&note);
        assert!(
            matches!(read, Err(NoteError::Malformed(_))),
            "{note:?} gave {read:?}"
        );
    }
    assert!(
        SignedNote::parse("text\n\nmore\n\n— name AAAAAAA=\n").is_ok(),
        "text may hold blank lines"
    );
}

#[test]
fn a_rotation_checkpoint_carries_both_keys_and_each_verifies_alone() {
    let checkpoint = checkpoint();
    let (old, new) = (signer(&checkpoint.origin, 1), signer(&checkpoint.origin, 2));
    let note = checkpoint.sign(&[&new, &old]).unwrap();
    let read = SignedNote::parse(&note.to_string()).unwrap();
    for key in [old.verifier(), new.verifier()] {
        assert_eq!(Checkpoint::open(&read, key), Ok(checkpoint.clone()));
        let alone = read.only_by(key).unwrap();
        assert_eq!(alone.signatures.len(), 1);
        assert_eq!(Checkpoint::open(&alone, key), Ok(checkpoint.clone()));
    }
    let stranger = signer(&checkpoint.origin, 3);
    let not_signed = Err(NoteError::NotSignedBy(stranger.verifier().to_string()).into());
    assert_eq!(Checkpoint::open(&read, stranger.verifier()), not_signed);
}

#[test]
fn a_key_of_another_log_neither_signs_nor_verifies_a_checkpoint() {
    let checkpoint = checkpoint();
    let foreign = signer(&checkpoint.origin.next().unwrap(), 1);
    let refused = Err(CheckpointError::ForeignKey(foreign.verifier().to_string()));
    assert_eq!(checkpoint.sign(&[&foreign]), refused);
    let note = SignedNote::sign(&checkpoint.text(), &[&foreign]).unwrap();
    let refused = Err(CheckpointError::ForeignKey(foreign.verifier().to_string()));
    assert_eq!(Checkpoint::open(&note, foreign.verifier()), refused);
}

#[test]
fn a_checkpoint_text_has_one_spelling() {
    let good = checkpoint().text();
    assert_eq!(Checkpoint::parse_text(&good), Ok(checkpoint()));
    let root = checkpoint().root.to_base64();
    let cases = [
        format!("vulnerary/k3v9q2/1\n018207\n{root}\n"),
        format!("vulnerary/k3v9q2/1\n+18207\n{root}\n"),
        format!("vulnerary/k3v9q2/1\n-1\n{root}\n"),
        format!("vulnerary/k3v9q2/1\n9223372036854775808\n{root}\n"),
        format!("vulnerary/k3v9q2/01\n18207\n{root}\n"),
        format!("vulnerary/k3v9q2/0\n18207\n{root}\n"),
        format!("vulnerary/K3V9Q2/1\n18207\n{root}\n"),
        format!("vulnerary/k3v9q2\n18207\n{root}\n"),
        format!("other/k3v9q2/1\n18207\n{root}\n"),
        format!("{good}extension\n"),
        format!("{good}\n"),
        good.trim_end().to_owned(),
        good.replace('=', ""),
    ];
    for text in cases {
        assert!(Checkpoint::parse_text(&text).is_err(), "{text:?}");
    }
}

#[test]
fn a_signer_key_never_prints_its_seed() {
    let shown = format!("{:?}", go_signer());
    assert_eq!(shown, format!("SignerKey({GO_VKEY})"));
}
