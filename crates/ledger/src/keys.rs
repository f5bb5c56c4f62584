//! Signer and verifier keys: Ed25519, spelled as C2SP signed-note "vkey" strings.
//!
//! `name+<key id, 8 hex>+<base64 of 0x01 ‖ public key>`; the key id is the first four bytes of
//! SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key). The name is the log's origin, so a new incarnation of
//! the log has a new verifier key even where the Ed25519 key stays.

use std::{fmt, str::FromStr};

use ed25519_dalek::{Signature, Signer as _, SigningKey, Verifier as _, VerifyingKey};
use sha2::{Digest as _, Sha256};

use crate::hash::{decode_base64, encode_base64};

/// C2SP signed-note signature type: Ed25519.
const ED25519: u8 = 0x01;
/// Longer names are refused.
const MAX_NAME_BYTES: usize = 255;

/// Why a key cannot be read or made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Empty, too long, or with a space, control character or plus sign.
    #[error(
        "the key's name is empty, over 255 bytes, or has a space, a plus sign or a control character"
    )]
    Name,
    /// Not `name+id+base64` in its one spelling.
    #[error("the verifier key is not written as name+8 hex digits+base64 of an Ed25519 key")]
    Syntax,
    /// The id is not the one that name and key give.
    #[error("the verifier key's id does not belong to its name and key: a part of it was changed")]
    Id,
    /// Not a point of the curve, or one that no honest key has.
    #[error("the verifier key's 32 bytes are not a usable Ed25519 public key")]
    Point,
}

/// The key that signs checkpoints. Wiped from memory when dropped; never printed.
pub struct SignerKey {
    key: SigningKey,
    verifier: VerifierKey,
}

impl SignerKey {
    /// The key with this name (the log's origin) from 32 random bytes (RFC 8032 section 5.1.5).
    ///
    /// # Errors
    /// [`KeyError::Name`].
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Result<SignerKey, KeyError> {
        let key = SigningKey::from_bytes(seed);
        let verifier = VerifierKey::new(name, key.verifying_key())?;
        Ok(SignerKey { key, verifier })
    }

    /// The public half.
    #[must_use]
    pub fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    /// The 64-byte signature of `text`.
    pub(crate) fn sign(&self, text: &str) -> [u8; 64] {
        self.key.sign(text.as_bytes()).to_bytes()
    }
}

impl fmt::Debug for SignerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignerKey({})", self.verifier)
    }
}

/// The public key that checks a checkpoint, with the name it signs under.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    id: [u8; 4],
    key: VerifyingKey,
}

impl VerifierKey {
    fn new(name: &str, key: VerifyingKey) -> Result<VerifierKey, KeyError> {
        if !is_key_name(name) {
            return Err(KeyError::Name);
        }
        if key.is_weak() {
            return Err(KeyError::Point);
        }
        let digest = Sha256::new()
            .chain_update(name)
            .chain_update([b'\n', ED25519])
            .chain_update(key.as_bytes())
            .finalize();
        let id = [digest[0], digest[1], digest[2], digest[3]];
        Ok(VerifierKey {
            name: name.to_owned(),
            id,
            key,
        })
    }

    /// The name: the log's origin.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key id that signature lines carry.
    #[must_use]
    pub fn id(&self) -> [u8; 4] {
        self.id
    }

    /// The 32 bytes of the Ed25519 public key (the same under every name).
    #[must_use]
    pub fn public_key(&self) -> &[u8; 32] {
        self.key.as_bytes()
    }

    /// True when `signature` is this key's signature of `text` (RFC 8032 section 5.1.7 without cofactor, as
    /// Go's verifiers do it; weak keys were refused when the key was read). Half the time of a check
    /// of a long log goes here, so R is compared as bytes and not decompressed.
    pub(crate) fn verifies(&self, text: &str, signature: &[u8]) -> bool {
        Signature::from_slice(signature)
            .is_ok_and(|signature| self.key.verify(text.as_bytes(), &signature).is_ok())
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let typed = [&[ED25519], self.key.as_bytes().as_slice()].concat();
        write!(
            f,
            "{}+{}+{}",
            self.name,
            hex::encode(self.id),
            encode_base64(&typed)
        )
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for VerifierKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<VerifierKey, KeyError> {
        // Base64 may hold plus signs, names and ids may not: split from the left.
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(KeyError::Syntax);
        };
        let typed = decode_base64(key).ok_or(KeyError::Syntax)?;
        let [ED25519, bytes @ ..] = typed.as_slice() else {
            return Err(KeyError::Syntax);
        };
        let bytes: &[u8; 32] = bytes.try_into().map_err(|_| KeyError::Syntax)?;
        let point = VerifyingKey::from_bytes(bytes).map_err(|_| KeyError::Point)?;
        let verifier = VerifierKey::new(name, point)?;
        match id == hex::encode(verifier.id) {
            true => Ok(verifier),
            false => Err(KeyError::Id),
        }
    }
}

/// C2SP signed-note: a name is not empty and has no Unicode space and no plus sign.
pub(crate) fn is_key_name(name: &str) -> bool {
    (1..=MAX_NAME_BYTES).contains(&name.len())
        && !name
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || c == '+')
}
