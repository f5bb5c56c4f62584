//! The master key: made once, kept private, read from paper, rotated.

use super::{Fixed, plain, vault};
use crate::vault::{KeyPlace, MasterKey, ObjectKind, Vault, VaultError};
use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;

#[test]
fn a_first_start_makes_a_private_key_and_a_second_start_reads_it() {
    let dir = tempfile::tempdir().expect("a directory");
    let place = KeyPlace::choose(None, None, dir.path());
    let first =
        Vault::open_at(&place, dir.path(), &[], Arc::new(Fixed::default())).expect("a vault");
    let file = dir.path().join("keys/master");
    let mode = |path| {
        std::fs::metadata(path)
            .expect("metadata")
            .permissions()
            .mode()
            & 0o777
    };
    assert_eq!(mode(file.as_path()), 0o600);
    assert_eq!(mode(dir.path().join("keys").as_path()), 0o700);
    assert!(!place.is_exposed());
    let second =
        Vault::open_at(&place, dir.path(), &[], Arc::new(Fixed::default())).expect("a vault");
    assert_eq!(first.master_id(), second.master_id());
    assert_eq!(
        std::fs::read_dir(dir.path().join("keys"))
            .expect("a folder")
            .count(),
        1,
        "nothing left beside the key"
    );
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).expect("chmod");
    assert!(place.is_exposed());
}

#[test]
fn processes_that_start_at_once_agree_on_one_key() {
    let dir = tempfile::tempdir().expect("a directory");
    let place = KeyPlace::choose(None, None, dir.path());
    let path = place.path().to_owned();
    std::fs::create_dir_all(path.parent().expect("a parent")).expect("keys");
    let winner = MasterKey::from_bytes([9; 32]);
    std::fs::write(&path, winner.text().as_bytes()).expect("written by another process");
    let vault =
        Vault::open_at(&place, dir.path(), &[], Arc::new(Fixed::default())).expect("a vault");
    assert_eq!(vault.master_id(), winner.id());
}

#[test]
fn a_lost_key_is_never_replaced_by_a_new_one() {
    let dir = tempfile::tempdir().expect("a directory");
    let place = KeyPlace::choose(None, None, dir.path());
    let known = ["02e903f8cb8c12f3".to_owned()];
    let refused =
        Vault::open_at(&place, dir.path(), &known, Arc::new(Fixed::default())).map(|_| ());
    assert!(
        matches!(&refused, Err(VaultError::KeyMissing { needs, .. }) if needs.contains("02e903f8cb8c12f3")),
        "{refused:?}"
    );
    assert!(!place.path().exists());
    // The line of the recovery sheet, typed into the file, is the key again.
    std::fs::create_dir_all(dir.path().join("keys")).expect("keys");
    let typed = MasterKey::from_bytes([0x4d; 32])
        .text()
        .to_lowercase()
        .replace('-', " ")
        .replace('0', "o");
    std::fs::write(place.path(), typed).expect("written");
    let vault =
        Vault::open_at(&place, dir.path(), &known, Arc::new(Fixed::default())).expect("a vault");
    assert!(vault.lacks(&known).is_empty());
    assert_eq!(vault.lacks(&["ffffffffffffffff".to_owned()]).len(), 1);
}

#[test]
fn any_one_mistyped_character_of_the_sheet_is_noticed() {
    let text = MasterKey::from_bytes(std::array::from_fn(|i| (i * 37) as u8)).text();
    for (at, _) in text
        .char_indices()
        .filter(|(i, c)| *i > 4 && c.is_ascii_alphanumeric())
    {
        for other in "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
            .chars()
            .filter(|c| !text[at..].starts_with(*c))
        {
            let mut typed = text.to_string();
            typed.replace_range(at..at + 1, &other.to_string());
            // 24 bits of check: one in 16 million passes; none of these does.
            assert!(MasterKey::from_text(&typed).is_err(), "{at} {other}");
        }
    }
    for wrong in ["", "VMK1", "VMK2 0000", "VMK1 ÄÖÜ", &text[..text.len() - 1]] {
        assert!(MasterKey::from_text(wrong).is_err());
    }
}

#[test]
fn a_rotated_key_seals_from_now_on_and_old_things_open_and_can_be_rewrapped() {
    let dir = tempfile::tempdir().expect("a directory");
    let place = KeyPlace::choose(None, None, dir.path());
    let outside = Arc::new(Fixed::default());
    let old = Vault::open_at(&place, dir.path(), &[], outside.clone()).expect("a vault");
    let sealed = old.seal(ObjectKind::Message, b"hello").expect("sealed");
    let secret = old.wrap("numbers", b"secret").expect("wrapped");
    let new_key = place.rotate(outside.as_ref()).expect("rotated");
    let new = Vault::open_at(&place, dir.path(), &[], outside.clone()).expect("a vault");
    assert_eq!(new.master_id(), new_key.id());
    assert_ne!(new.master_id(), old.master_id());
    assert_eq!(new.open(&sealed.row).expect("opens").as_slice(), b"hello");

    let mut row = sealed.row.clone();
    let (wrapped, master) = new
        .rewrap_row(&row)
        .expect("rewrapped")
        .expect("was another key");
    (row.wrapped, row.master) = (Some(wrapped), Some(master));
    assert_eq!(new.rewrap_row(&row).expect("nothing to do"), None);
    let secret = new
        .rewrap("numbers", &secret)
        .expect("rewrapped")
        .expect("was another key");
    assert_eq!(new.rewrap("numbers", &secret).expect("nothing to do"), None);

    // With the new key alone, everything rewrapped opens, and the row's seal is untouched.
    let alone = Vault::with_keys(vec![new_key], dir.path(), outside).expect("a vault");
    assert_eq!(row.bytes, sealed.row.bytes);
    assert_eq!(alone.open(&row).expect("opens").as_slice(), b"hello");
    assert_eq!(
        alone.unwrap("numbers", &secret).expect("opens").as_slice(),
        b"secret"
    );
    assert!(matches!(
        alone.open(&sealed.row),
        Err(VaultError::OtherKey(_))
    ));
}

#[test]
fn the_flag_goes_before_the_credential_and_the_credential_before_the_data_directory() {
    let dir = tempfile::tempdir().expect("a directory");
    let (flag, data) = (dir.path().join("flag"), dir.path().join("data"));
    let credential = dir.path().join("vulnerary-master");
    assert_eq!(
        KeyPlace::choose(None, Some(dir.path()), &data).path(),
        data.join("keys/master")
    );
    std::fs::write(
        &credential,
        MasterKey::from_bytes([1; 32]).text().as_bytes(),
    )
    .expect("written");
    assert_eq!(
        KeyPlace::choose(None, Some(dir.path()), &data).path(),
        credential
    );
    assert_eq!(
        KeyPlace::choose(Some(&flag), Some(dir.path()), &data).path(),
        flag
    );
    // What is given from outside is never made here.
    let place = KeyPlace::choose(Some(&flag), None, &data);
    assert!(matches!(
        place.keys(&[], &Fixed::default()),
        Err(VaultError::KeyMissing { .. })
    ));
    assert!(matches!(
        place.rotate(&Fixed::default()),
        Err(VaultError::KeyFile { .. })
    ));
    assert!(!flag.exists());
}

#[test]
fn a_secret_opens_for_its_own_purpose_only() {
    let dir = tempfile::tempdir().expect("a directory");
    let vault = vault(dir.path());
    let blob = vault.wrap("totp/a", &plain(20)).expect("wrapped");
    assert!(vault.unwrap("totp/b", &blob).is_err());
    for at in 0..blob.len() {
        let mut changed = blob.clone();
        changed[at] ^= 1;
        assert!(vault.unwrap("totp/a", &changed).is_err(), "byte {at}");
        assert!(vault.unwrap("totp/a", &blob[..at]).is_err(), "cut at {at}");
    }
}
