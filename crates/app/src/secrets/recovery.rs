//! Recovery codes: what signs a person in once when the app is lost. Eighty random bits each, stored as digests.

use sha2::{Digest, Sha256};

/// How many a person gets at once.
pub const COUNT: usize = 10;
/// Random bytes that [`make`] wants.
pub const ENTROPY: usize = COUNT * 10;

const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Ten codes like `7KQ4-M2XA-9D3F-R6TW` from random bytes. Shown once; only [`digest`] is stored.
pub fn make(entropy: &[u8; ENTROPY]) -> Vec<String> {
    entropy
        .chunks_exact(10)
        .map(|chunk| {
            let number = chunk.iter().fold(0u128, |n, &b| (n << 8) | u128::from(b));
            let code: String = (0..16)
                .map(|i| char::from(CROCKFORD[(number >> (75 - 5 * i)) as usize & 31]))
                .collect();
            [&code[..4], &code[4..8], &code[8..12], &code[12..]].join("-")
        })
        .collect()
}

/// What is stored of a code: lowercase hex SHA-256 over the domain, the person and the code without case, spaces and
/// hyphens; letters that look like digits are read as digits. `None` where the text is no such code.
pub fn digest(person: uuid::Uuid, code: &str) -> Option<String> {
    let plain: String = code
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect();
    let right = plain.len() == 16 && plain.bytes().all(|b| CROCKFORD.contains(&b));
    right.then(|| {
        let mut hash = Sha256::new();
        hash.update(b"vulnerary/recovery/1");
        hash.update(person.as_bytes());
        hash.update(plain.as_bytes());
        hex::encode(hash.finalize())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn ten_codes_differ_and_are_typed_loosely() {
        let mut entropy = [0; ENTROPY];
        for (i, b) in entropy.iter_mut().enumerate() {
            *b = (i * 37 % 251) as u8;
        }
        let codes = make(&entropy);
        let mut unique = codes.clone();
        unique.sort();
        unique.dedup();
        assert_eq!(unique.len(), COUNT);
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let stored = digest(one, &codes[0]).unwrap();
        assert_eq!(
            digest(one, &codes[0].to_lowercase().replace('-', " ")),
            Some(stored.clone())
        );
        assert_ne!(digest(other, &codes[0]), Some(stored));
        assert_eq!(
            digest(one, "O000-IIII-LLLL-0000"),
            digest(one, "0000-1111-1111-0000")
        );
        assert_eq!(digest(one, "123456"), None);
    }

    #[test]
    fn every_bit_counts() {
        let zero = make(&[0; ENTROPY]);
        for i in 0..10 {
            for bit in 0..8 {
                let mut entropy = [0; ENTROPY];
                entropy[i] = 1 << bit;
                assert_ne!(make(&entropy)[0], zero[0], "byte {i} bit {bit}");
            }
        }
    }
}
