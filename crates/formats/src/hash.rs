//! Hashes over lists of parts that cannot be confused with one another.

use sha2::{Digest, Sha256};

/// SHA-256 over `parts`, each preceded by its length in bytes (u64, big endian), so that
/// `["ab", "c"]` and `["a", "bc"]` differ. The first part names the purpose and its version.
pub(crate) fn of_parts(parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    hasher.finalize().into()
}

/// [`of_parts`] in lowercase hex.
pub(crate) fn hex_of_parts(parts: &[&[u8]]) -> String {
    hex::encode(of_parts(parts))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moving_a_byte_between_parts_changes_the_hash() {
        assert_ne!(of_parts(&[b"ab", b"c"]), of_parts(&[b"a", b"bc"]));
        assert_ne!(of_parts(&[b"abc"]), of_parts(&[b"abc", b""]));
    }
}
