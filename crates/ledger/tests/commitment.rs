//! The commitment, against HMAC written out from RFC 2104.

use vulnerary_ledger::Hash;
use vulnerary_ledger::commitment::{Salt, commitment};

fn hmac_by_hand(key: [u8; 32], message: &[u8]) -> Hash {
    let pad = |with: u8| {
        let mut block = [with; 64];
        (0..32).for_each(|i| block[i] ^= key[i]);
        block
    };
    let inner = Hash::of(&[&pad(0x36), message].concat());
    Hash::of(&[pad(0x5c).as_slice(), &inner.0].concat())
}

#[test]
fn it_is_hmac_of_the_raw_digest_under_the_raw_salt() {
    for n in 0..8u8 {
        let (salt, digest) = (std::array::from_fn(|i| n ^ i as u8), Hash::of(&[n]));
        assert_eq!(
            commitment(&Salt(salt), &digest),
            hmac_by_hand(salt, &digest.0)
        );
    }
    let digest = Hash::of(b"x");
    assert_ne!(
        commitment(&Salt([1; 32]), &digest),
        commitment(&Salt([2; 32]), &digest)
    );
}

#[test]
fn a_salt_is_never_printed() {
    assert_eq!(format!("{:?}", Salt([7; 32])), "Salt(…)");
}
