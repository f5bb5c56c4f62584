//! Small secrets under the master key: XChaCha20-Poly1305 with a random nonce of 24 bytes.
//!
//! An object's wrapped key is nonce ‖ ciphertext ‖ tag (72 bytes) with the object's 16 bytes as AAD; its master key is named
//! beside it. Every other secret says itself which master key it needs: version 1 (1), master id (8), nonce, ciphertext,
//! tag, with AAD `vulnerary/secret/1` ‖ 0 ‖ label. The two kinds of AAD differ in length, so neither passes for the other.

use super::error::VaultError;
use super::master::MasterKey;
use crate::outside::Outside;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

const NONCE: usize = 24;
const VERSION: u8 = 1;
const ID: usize = 8;

fn encrypt(
    master: &MasterKey,
    aad: &[u8],
    secret: &[u8],
    outside: &dyn Outside,
) -> Result<Vec<u8>, VaultError> {
    let mut nonce = [0u8; NONCE];
    outside.fill(&mut nonce);
    let cipher = XChaCha20Poly1305::new(master.bytes().into());
    let sealed = cipher
        .encrypt(&XNonce::from(nonce), Payload { msg: secret, aad })
        .map_err(|_| VaultError::TooLong(secret.len() as u64))?;
    Ok([nonce.as_slice(), &sealed].concat())
}

fn decrypt(master: &MasterKey, aad: &[u8], bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, sealed) = bytes.split_first_chunk::<NONCE>()?;
    let cipher = XChaCha20Poly1305::new(master.bytes().into());
    cipher
        .decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad })
        .ok()
        .map(Zeroizing::new)
}

/// An object's key, wrapped.
pub(super) fn wrap_key(
    master: &MasterKey,
    object: &[u8; 16],
    key: &[u8; 32],
    outside: &dyn Outside,
) -> Result<Vec<u8>, VaultError> {
    encrypt(master, object, key, outside)
}

/// The key back; `None` where it was changed, or belongs to another object.
pub(super) fn unwrap_key(
    master: &MasterKey,
    object: &[u8; 16],
    wrapped: &[u8],
) -> Option<Zeroizing<[u8; 32]>> {
    let plain = decrypt(master, object, wrapped)?;
    let mut key = Zeroizing::new([0u8; 32]);
    (plain.len() == 32).then(|| key.copy_from_slice(&plain))?;
    Some(key)
}

fn label_aad(label: &str) -> Vec<u8> {
    [b"vulnerary/secret/1\0".as_slice(), label.as_bytes()].concat()
}

/// A small secret, wrapped for one purpose.
pub(super) fn wrap(
    master: &MasterKey,
    label: &str,
    secret: &[u8],
    outside: &dyn Outside,
) -> Result<Vec<u8>, VaultError> {
    let id = hex::decode(master.id()).unwrap_or_default();
    let sealed = encrypt(master, &label_aad(label), secret, outside)?;
    Ok([&[VERSION], id.as_slice(), &sealed].concat())
}

/// Which master key a wrapped secret needs, lowercase hex.
pub(super) fn master_of(blob: &[u8]) -> Option<String> {
    let (version, rest) = blob.split_first()?;
    (*version == VERSION && rest.len() > ID).then(|| hex::encode(&rest[..ID]))
}

/// The secret back; `None` where it was changed, or wrapped for another purpose.
pub(super) fn unwrap(master: &MasterKey, label: &str, blob: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    decrypt(master, &label_aad(label), blob.get(1 + ID..)?)
}
