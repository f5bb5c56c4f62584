//! What the public record says about a secret text: a commitment that can be opened, and forgotten.
//!
//! An event holds HMAC-SHA256(key = salt, message = the 32 bytes of SHA-256(plaintext)). Whoever has
//! the salt (the reporter, in the receipt) can show what the text was; once the salt is erased, the
//! record says nothing about it, not even to somebody who guesses the text.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::hash::Hash;

/// Exactly 32 random bytes. The length is part of the format: HMAC fills a shorter key with zeros,
/// so with free lengths two salts would open one commitment.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Salt(pub [u8; 32]);

/// The commitment to a plaintext with this SHA-256. Envelopes spell it in lowercase hex.
#[must_use]
pub fn commitment(salt: &Salt, plaintext_sha256: &Hash) -> Hash {
    // RFC 2104: a key shorter than the block is filled with zeros. Done here because the fixed-size
    // constructor cannot fail.
    let mut block = [0; 64];
    block[..32].copy_from_slice(&salt.0);
    let mac = Hmac::<Sha256>::new(&block.into()).chain_update(plaintext_sha256.0);
    Hash(mac.finalize().into_bytes().into())
}

impl std::fmt::Debug for Salt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Salt(…)")
    }
}
