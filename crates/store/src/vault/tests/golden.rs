//! The exact bytes, as another implementation writes them. These never change: a change is a new version.

use super::{plain, vault};
use crate::vault::{MasterKey, ObjectKind};
use serde::Deserialize;
use std::io::Read as _;

#[derive(Deserialize)]
struct Golden {
    master_id: String,
    recovery: String,
    secret_label: String,
    secret_plain: String,
    secret_hex: String,
    objects: Vec<GoldenObject>,
}

#[derive(Deserialize)]
struct GoldenObject {
    kind: String,
    plain_length: usize,
    object: String,
    sealed_sha256: String,
    sealed_length: u64,
    sealed_hex: Option<String>,
    wrapped_hex: String,
    salt_hex: String,
    commitment: String,
}

fn golden() -> Golden {
    serde_json::from_str(include_str!("../../../golden/sealed-object/golden.json"))
        .expect("golden.json")
}

#[test]
fn every_golden_object_is_sealed_to_exactly_these_bytes() {
    let golden = golden();
    assert!(golden.objects.len() >= 6);
    for want in golden.objects {
        let dir = tempfile::tempdir().expect("a directory");
        let vault = vault(dir.path());
        let kind = ObjectKind::from_word(&want.kind).expect("a kind");
        let sealed = vault.seal(kind, &plain(want.plain_length)).expect("sealed");
        let row = &sealed.row;
        let mut bytes = Vec::new();
        vault
            .sealed_bytes(row)
            .expect("bytes")
            .read_to_end(&mut bytes)
            .expect("read");
        assert_eq!(row.object.to_string(), want.object);
        assert_eq!(
            hex::encode(row.wrapped.as_ref().expect("a key")),
            want.wrapped_hex
        );
        assert_eq!(hex::encode(sealed.salt), want.salt_hex);
        assert_eq!(
            row.sha256, want.sealed_sha256,
            "{} bytes",
            want.plain_length
        );
        assert_eq!(bytes.len() as u64, want.sealed_length);
        assert_eq!(
            super::super::format::sealed_length(want.plain_length as u64),
            want.sealed_length
        );
        assert_eq!(row.commitment, want.commitment);
        if let Some(hex) = want.sealed_hex {
            assert_eq!(hex::encode(&bytes), hex);
        }
        assert_eq!(
            vault.open(row).expect("opens").as_slice(),
            plain(want.plain_length)
        );
    }
}

#[test]
fn the_recovery_text_and_a_wrapped_secret_are_exactly_these() {
    let golden = golden();
    let key = MasterKey::from_bytes([0x4d; 32]);
    assert_eq!(key.id(), golden.master_id);
    assert_eq!(key.text().as_str(), golden.recovery);
    let dir = tempfile::tempdir().expect("a directory");
    let vault = vault(dir.path());
    let blob = vault
        .wrap(&golden.secret_label, golden.secret_plain.as_bytes())
        .expect("wrapped");
    assert_eq!(hex::encode(&blob), golden.secret_hex);
    let secret = vault.unwrap(&golden.secret_label, &blob).expect("opens");
    assert_eq!(secret.as_slice(), golden.secret_plain.as_bytes());
}
