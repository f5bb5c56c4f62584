//! Sealed objects: what goes in comes out, and nothing else opens.

use super::{Fixed, plain, vault};
use crate::vault::format::{CHUNK, HEADER, TAG};
use crate::vault::{Fault, ObjectKind, ROW_LIMIT, SealedRow, VaultError};
use proptest::prelude::*;
use std::io::Read as _;

fn bytes_of(row: &SealedRow, dir: &std::path::Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    vault(dir)
        .sealed_bytes(row)
        .expect("bytes")
        .read_to_end(&mut bytes)
        .expect("read");
    bytes
}

/// The row with these sealed bytes in it.
fn with_bytes(row: &SealedRow, bytes: Vec<u8>) -> SealedRow {
    SealedRow {
        bytes: Some(bytes),
        place: None,
        ..row.clone()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn what_is_sealed_in_any_pieces_opens_as_it_was(
        length in prop_oneof![0usize..300, 65_500usize..65_600, 131_000usize..131_100, 0usize..400_000],
        piece in 1usize..200_000,
    ) {
        let dir = tempfile::tempdir().expect("a directory");
        let vault = vault(dir.path());
        let bytes = plain(length);
        let mut sealer = vault.sealer(ObjectKind::File, length as u64).expect("a sealer");
        for part in bytes.chunks(piece) {
            sealer.push(part).expect("taken");
        }
        let sealed = sealer.finish().expect("sealed");
        prop_assert_eq!(sealed.row.place.is_some(), length as u64 > ROW_LIMIT);
        prop_assert_eq!(sealed.reference.length, length as u64);
        let opened = vault.open(&sealed.row).expect("opens");
        prop_assert_eq!(opened.as_slice(), bytes.as_slice());
        prop_assert_eq!(vault.check(&sealed.row).expect("read"), vec![]);
    }
}

#[test]
fn neither_another_object_nor_another_kind_nor_another_key_opens_it() {
    let dir = tempfile::tempdir().expect("a directory");
    let vault = vault(dir.path());
    let a = vault.seal(ObjectKind::Text, b"alpha").expect("sealed").row;
    let b = vault.seal(ObjectKind::Text, b"gamma").expect("sealed").row;
    let kind = SealedRow {
        kind: ObjectKind::Message,
        ..a.clone()
    };
    let bytes = SealedRow {
        bytes: b.bytes.clone(),
        ..a.clone()
    };
    let key = SealedRow {
        wrapped: b.wrapped.clone(),
        ..a.clone()
    };
    for row in [kind, bytes, key] {
        assert!(matches!(vault.open(&row), Err(VaultError::Changed { .. })));
    }
    let mut other = a.clone();
    other.object = b.object;
    assert!(vault.open(&other).is_err());
    assert_eq!(vault.open(&a).expect("opens").as_slice(), b"alpha");
}

#[test]
fn chunks_cannot_be_cut_off_swapped_doubled_or_appended() {
    let dir = tempfile::tempdir().expect("a directory");
    let vault = vault(dir.path());
    let row = vault
        .seal(ObjectKind::File, &plain(3 * CHUNK))
        .expect("sealed")
        .row;
    let whole = bytes_of(&row, dir.path());
    let sealed_chunk = CHUNK + TAG;
    let chunk =
        |n: usize| whole[HEADER + n * sealed_chunk..HEADER + (n + 1) * sealed_chunk].to_vec();
    let header = whole[..HEADER].to_vec();
    assert_eq!(
        whole,
        [header.clone(), chunk(0), chunk(1), chunk(2)].concat()
    );
    let forged = [
        [header.clone(), chunk(0), chunk(1)].concat(),
        [header.clone(), chunk(1), chunk(0), chunk(2)].concat(),
        [header.clone(), chunk(0), chunk(0), chunk(1), chunk(2)].concat(),
        [header.clone(), chunk(0), chunk(1), chunk(2), chunk(2)].concat(),
        [whole.clone(), vec![0]].concat(),
        header,
        vec![],
    ];
    for bytes in forged {
        assert!(vault.open(&with_bytes(&row, bytes)).is_err());
    }
}

#[test]
fn every_flipped_bit_of_a_small_object_is_found() {
    let dir = tempfile::tempdir().expect("a directory");
    let vault = vault(dir.path());
    let row = vault
        .seal(ObjectKind::Text, &plain(40))
        .expect("sealed")
        .row;
    let whole = row.bytes.clone().expect("in the row");
    for bit in 0..whole.len() * 8 {
        let mut bytes = whole.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        let row = with_bytes(&row, bytes);
        assert!(vault.open(&row).is_err(), "bit {bit}");
        let faults = vault.check(&row).expect("read");
        assert!(
            faults.contains(&Fault::Digest) && faults.iter().any(|f| matches!(f, Fault::Seal(_))),
            "{faults:?}"
        );
    }
}

#[test]
fn check_names_each_way_a_row_can_be_wrong() {
    let dir = tempfile::tempdir().expect("a directory");
    let vault = vault(dir.path());
    let row = vault
        .seal(ObjectKind::File, &plain(100_000))
        .expect("sealed")
        .row;
    let faults = |row: &SealedRow| vault.check(row).expect("read");
    assert_eq!(
        faults(&SealedRow {
            sha256: "00".repeat(32),
            ..row.clone()
        }),
        [Fault::Digest]
    );
    assert_eq!(
        faults(&SealedRow {
            commitment: "00".repeat(32),
            ..row.clone()
        }),
        [Fault::Commitment]
    );
    assert_eq!(
        faults(&SealedRow {
            salt: Some([1; 32]),
            ..row.clone()
        }),
        [Fault::Commitment]
    );
    assert_eq!(
        faults(&SealedRow {
            length: 99_999,
            ..row.clone()
        }),
        [Fault::Length]
    );
    vault
        .objects()
        .remove(row.place.as_deref().expect("a file"))
        .expect("removed");
    assert_eq!(faults(&row), [Fault::Missing]);
    assert!(matches!(vault.open(&row), Err(VaultError::Missing(..))));
}

#[test]
fn an_erased_row_says_so_and_is_told_from_a_missing_one() {
    let dir = tempfile::tempdir().expect("a directory");
    let vault = vault(dir.path());
    let row = vault.seal(ObjectKind::Message, b"x").expect("sealed").row;
    let gone = SealedRow {
        salt: None,
        wrapped: None,
        master: None,
        bytes: None,
        place: None,
        ..row
    };
    assert!(matches!(vault.open(&gone), Err(VaultError::Missing(..))));
    let erased = SealedRow {
        erased_at: Some(crate::Outside::now(&Fixed::default())),
        ..gone
    };
    assert!(matches!(vault.open(&erased), Err(VaultError::Erased(_))));
}

#[test]
fn over_the_limit_nothing_is_stored() {
    let dir = tempfile::tempdir().expect("a directory");
    let vault = vault(dir.path());
    let mut endless = std::io::repeat(7);
    let refused = vault
        .seal_from(ObjectKind::File, &mut endless, 300_000)
        .map(|_| ());
    assert!(matches!(refused, Err(VaultError::TooLong(300_000))));
    let left: Vec<_> = walk(&dir.path().join("blobs"));
    assert_eq!(
        left,
        Vec::<std::path::PathBuf>::new(),
        "an upload was left behind"
    );
    let exact = vault
        .seal_from(
            ObjectKind::File,
            &mut std::io::repeat(7).take(300_000),
            300_000,
        )
        .expect("sealed");
    assert_eq!(exact.reference.length, 300_000);
}

/// Every file below.
fn walk(dir: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(dir)
        .expect("a folder")
        .map(|e| e.expect("an entry").path());
    entries
        .flat_map(|p| if p.is_dir() { walk(&p) } else { vec![p] })
        .collect()
}

#[test]
fn sealing_the_same_text_twice_shows_nothing_in_common() {
    let dir = tempfile::tempdir().expect("a directory");
    let vault = vault(dir.path());
    let (a, b) = (
        vault.seal(ObjectKind::Text, b"same"),
        vault.seal(ObjectKind::Text, b"same"),
    );
    let (a, b) = (a.expect("sealed"), b.expect("sealed"));
    assert_eq!(a.plain_sha256, b.plain_sha256);
    assert_ne!(a.row.commitment, b.row.commitment);
    assert_ne!(a.row.sha256, b.row.sha256);
    assert_ne!(a.row.object, b.row.object);
    assert!(
        !format!("{:?}", vault).contains("4d4d"),
        "keys are not in debug output"
    );
}
