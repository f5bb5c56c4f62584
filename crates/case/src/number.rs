//! Report and case numbers: speakable, not guessable (architecture §5).
//!
//! A 30-bit Feistel permutation of a sequence, keyed by a secret wrapped in the store and never rotated; six Crockford
//! base32 characters and a check character: `VR-7KQ4-M2X`. This format lasts: golden values are in the tests.

use sha2::{Digest, Sha256};

/// The two kinds, each with its own permutation of its own sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `VR-…`
    Report,
    /// `VC-…`
    Case,
}

/// Where the next numbers come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Numbers {
    /// Secret key of the permutation.
    pub key: [u8; 32],
    /// Sequence of the next report, from 0.
    pub next_report: u32,
    /// Sequence of the next case, from 0.
    pub next_case: u32,
}

/// Size of the sequence: 2^30.
pub const LIMIT: u32 = 1 << 30;
const HALF: u32 = (1 << 15) - 1;
const ROUNDS: u8 = 8;
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

impl Kind {
    fn prefix(self) -> &'static str {
        match self {
            Self::Report => "VR",
            Self::Case => "VC",
        }
    }
}

impl Numbers {
    /// The number of the next report, without taking it.
    pub fn report(&self) -> Option<String> {
        format(&self.key, Kind::Report, self.next_report)
    }

    /// The number of the `ahead`-th next case, without taking it.
    pub fn case(&self, ahead: u32) -> Option<String> {
        format(&self.key, Kind::Case, self.next_case.checked_add(ahead)?)
    }
}

/// The number of a sequence value; `None` beyond [`LIMIT`].
pub fn format(key: &[u8; 32], kind: Kind, sequence: u32) -> Option<String> {
    (sequence < LIMIT).then(|| display(kind, permute(key, kind, sequence)))
}

/// The sequence value of a number, for lookups by sequence. `None` where it is no number of this kind.
pub fn sequence(key: &[u8; 32], kind: Kind, number: &str) -> Option<u32> {
    let canonical = parse(number)?;
    let rest = canonical.strip_prefix(kind.prefix())?;
    let value = rest
        .bytes()
        .filter(|b| *b != b'-')
        .take(6)
        .try_fold(0_u32, |v, b| Some(v << 5 | digit(b)?))?;
    Some(invert(key, kind, value))
}

/// Reads what a person typed: any case, `O` for 0, `I` or `L` for 1, spaces, missing or extra hyphens. Returns the
/// display form, or `None` where prefix, length, characters or check character are wrong.
pub fn parse(typed: &str) -> Option<String> {
    if typed.len() > 64 {
        return None;
    }
    let compact: Vec<u8> = typed
        .bytes()
        .filter(|b| !b.is_ascii_whitespace() && !matches!(b, b'-' | b'_' | b'.' | b'#'))
        .map(|b| b.to_ascii_uppercase())
        .collect();
    let kind = match compact.get(..2)? {
        b"VR" => Kind::Report,
        b"VC" => Kind::Case,
        _ => return None,
    };
    let body = compact.get(2..)?;
    if body.len() != 7 {
        return None;
    }
    let value = body
        .iter()
        .take(6)
        .try_fold(0_u32, |v, b| Some(v << 5 | digit(*b)?))?;
    let check = digit(*body.get(6)?)?;
    (check == check_digit(kind, value)).then(|| display(kind, value))
}

fn digit(b: u8) -> Option<u32> {
    let b = match b.to_ascii_uppercase() {
        b'O' => b'0',
        b'I' | b'L' => b'1',
        other => other,
    };
    ALPHABET
        .iter()
        .position(|c| *c == b)
        .and_then(|i| u32::try_from(i).ok())
}

fn letter(value: u32) -> char {
    ALPHABET
        .get((value & 31) as usize)
        .map_or('0', |b| char::from(*b))
}

/// Weighted sum with odd weights modulo 31 would leave pairs; a weighted sum over the field of 31 plus the kind finds
/// any one wrong character whose value differs modulo 31, and most swaps.
fn check_digit(kind: Kind, value: u32) -> u32 {
    let salt = match kind {
        Kind::Report => 7,
        Kind::Case => 13,
    };
    let sum = (0..6).fold(salt, |sum, i| sum + (value >> (5 * i) & 31) * (i + 2));
    sum % 31
}

fn display(kind: Kind, value: u32) -> String {
    let mut out = String::with_capacity(11);
    out.push_str(kind.prefix());
    out.push('-');
    for i in (0..6).rev() {
        out.push(letter(value >> (5 * i)));
        if i == 2 {
            out.push('-');
        }
    }
    out.push(letter(check_digit(kind, value)));
    out
}

fn permute(key: &[u8; 32], kind: Kind, value: u32) -> u32 {
    let (mut left, mut right) = (value >> 15, value & HALF);
    for round in 0..ROUNDS {
        (left, right) = (right, left ^ round_value(key, kind, round, right));
    }
    left << 15 | right
}

fn invert(key: &[u8; 32], kind: Kind, value: u32) -> u32 {
    let (mut left, mut right) = (value >> 15, value & HALF);
    for round in (0..ROUNDS).rev() {
        (left, right) = (right ^ round_value(key, kind, round, left), left);
    }
    left << 15 | right
}

/// HMAC-SHA256 of (kind, round, half), truncated to 15 bits.
fn round_value(key: &[u8; 32], kind: Kind, round: u8, half: u32) -> u32 {
    let message = [kind.prefix().as_bytes(), &[round], &half.to_be_bytes()].concat();
    let mac = hmac(key, &message);
    u32::from_be_bytes([0, 0, mac[0], mac[1]]) & HALF
}

/// RFC 2104 over SHA-256 for our 32-byte key (shorter than the block): written out, because a crate more for eight
/// lines is dearer than the eight lines.
fn hmac(key: &[u8; 32], message: &[u8]) -> [u8; 32] {
    let (mut inner, mut outer) = ([0x36_u8; 64], [0x5c_u8; 64]);
    for (i, k) in key.iter().enumerate() {
        inner[i] ^= k;
        outer[i] ^= k;
    }
    let digest = Sha256::new()
        .chain_update(inner)
        .chain_update(message)
        .finalize();
    Sha256::new()
        .chain_update(outer)
        .chain_update(digest)
        .finalize()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KEY: [u8; 32] = *b"0123456789abcdef0123456789abcdef";

    #[test]
    fn hmac_is_rfc_4231s() {
        // RFC 4231 test case 1 has a 20-byte key; zero-padding to 32 bytes gives the same block.
        let mut key = [0_u8; 32];
        key[..20].fill(0x0b);
        assert_eq!(
            hex::encode(hmac(&key, b"Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        );
    }

    #[test]
    fn numbers_are_golden_because_they_last() {
        let seen: Vec<_> = (0..3)
            .flat_map(|n| [format(&KEY, Kind::Report, n), format(&KEY, Kind::Case, n)])
            .flatten()
            .collect();
        insta::assert_snapshot!(seen.join("\n"));
    }

    proptest! {
        #[test]
        fn it_is_a_bijection(value in 0..LIMIT, kind in prop_oneof![Just(Kind::Report), Just(Kind::Case)]) {
            let mixed = permute(&KEY, kind, value);
            prop_assert!(mixed < LIMIT);
            prop_assert_eq!(invert(&KEY, kind, mixed), value);
        }

        #[test]
        fn what_people_type_is_understood(value in 0..LIMIT) {
            let number = format(&KEY, Kind::Report, value).expect("in range");
            let sloppy = number.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
            prop_assert_eq!(parse(&sloppy), Some(number.clone()));
            prop_assert_eq!(parse(&number.replace('-', "")), Some(number.clone()));
            prop_assert_eq!(sequence(&KEY, Kind::Report, &number), Some(value));
            prop_assert_eq!(sequence(&KEY, Kind::Case, &number), None);
        }

        #[test]
        fn one_wrong_character_is_found(value in 0..LIMIT, at in 0_usize..6, to in 0_u32..31) {
            let number = format(&KEY, Kind::Case, value).expect("in range");
            let place = [3, 4, 5, 6, 8, 9][at];
            let mut wrong: Vec<char> = number.chars().collect();
            let was = digit(wrong[place] as u8).expect("a digit");
            prop_assume!(was % 31 != to);
            wrong[place] = letter(to);
            prop_assert_eq!(parse(&wrong.into_iter().collect::<String>()), None);
        }
    }

    #[test]
    fn rubbish_is_no_number() {
        for text in [
            "",
            "VR",
            "VX-7KQ4-M2X",
            "VR-7KQ4-M2",
            "VR-7KQ4-M2XX",
            "é",
            "VR-UUUU-UUU",
            &"V".repeat(1000),
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
