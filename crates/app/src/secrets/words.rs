//! Follow-up words: twelve random words of the 2,048 of BIP-39's English list (crate `bip39`, CC0), 132 bits.
//!
//! They are the reporter's only key to a report. Stored is [`digest`]; nobody can look the words up. They are not BIP-39
//! mnemonics (no checksum): only the list is used, for it is made of short words that are hard to confuse.

use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;

/// How many words.
pub const COUNT: usize = 12;
/// Random bytes that [`make`] wants: 132 of their 136 bits are used.
pub const ENTROPY: usize = 17;
/// Longest input that is looked at, bytes.
const MAX_INPUT: usize = 1024;

/// Why typed words cannot be anybody's.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotWords {
    /// Too few or too many.
    #[error("There are twelve words on your receipt; you typed {0}.")]
    Count(usize),
    /// One is not on the list.
    #[error(
        "Word {position} is not one of ours. Look at your receipt again; case, spaces and hyphens do not matter."
    )]
    Unknown {
        /// From 1.
        position: usize,
    },
}

/// Twelve words from random bytes.
pub fn make(entropy: &[u8; ENTROPY]) -> [&'static str; COUNT] {
    let list = bip39::Language::English.word_list();
    std::array::from_fn(|i| {
        let index = (0..11).fold(0usize, |n, b| {
            let bit = i * 11 + b;
            (n << 1) | usize::from(entropy[bit / 8] >> (7 - bit % 8) & 1)
        });
        list[index]
    })
}

/// Typed words as they are digested: lowercase, NFKD, one space between; case, spaces, hyphens, commas, full stops, line
/// breaks and leading numbers ("1. harbour") do not matter.
///
/// # Errors
/// [`NotWords`] where there are not twelve, or one is not on the list.
pub fn normalise(typed: &str) -> Result<String, NotWords> {
    if typed.len() > MAX_INPUT {
        return Err(NotWords::Count(typed.split_whitespace().count()));
    }
    let lower: String = typed.nfkd().flat_map(char::to_lowercase).collect();
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphabetic())
        .filter(|w| !w.is_empty())
        .collect();
    if words.len() != COUNT {
        return Err(NotWords::Count(words.len()));
    }
    let list = bip39::Language::English.word_list();
    match words.iter().position(|w| list.binary_search(w).is_err()) {
        Some(at) => Err(NotWords::Unknown { position: at + 1 }),
        None => Ok(words.join(" ")),
    }
}

/// What is stored: SHA-256("vulnerary/track/1" ‖ normalised words) (architecture §5).
pub fn digest(normalised: &str) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(b"vulnerary/track/1");
    hash.update(normalised.as_bytes());
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twelve_words_come_back_however_they_are_typed() {
        let words = make(&[0b1010_1010; ENTROPY]);
        let right = normalise(&words.join(" ")).unwrap();
        assert_eq!(right, words.join(" "));
        let numbered: String = words
            .iter()
            .enumerate()
            .map(|(i, w)| format!("{}. {}\n", i + 1, w.to_uppercase()))
            .collect();
        for typed in [
            words.join("-"),
            words.join("  ,\t"),
            format!("\u{feff} {} ", words.join("\r\n")),
            numbered,
        ] {
            assert_eq!(
                normalise(&typed).as_deref(),
                Ok(right.as_str()),
                "{typed:?}"
            );
        }
    }

    #[test]
    fn all_132_bits_choose_words() {
        let zero = make(&[0; ENTROPY]);
        for bit in 0..132 {
            let mut entropy = [0; ENTROPY];
            entropy[bit / 8] = 1 << (7 - bit % 8);
            assert_ne!(make(&entropy), zero, "bit {bit}");
        }
        assert_eq!(zero, ["abandon"; COUNT]);
        assert_eq!(make(&[255; ENTROPY]), ["zoo"; COUNT]);
    }

    #[test]
    fn wrong_words_are_named_by_their_place() {
        let mut words = make(&[3; ENTROPY]).to_vec();
        words[4] = "vulnerary";
        assert_eq!(
            normalise(&words.join(" ")),
            Err(NotWords::Unknown { position: 5 })
        );
        assert_eq!(normalise("zoo zoo"), Err(NotWords::Count(2)));
        assert_eq!(normalise(""), Err(NotWords::Count(0)));
        assert!(normalise(&"zoo ".repeat(10_000)).is_err());
    }

    /// The digest lasts: it is in every backup. `printf 'vulnerary/track/1zoo zoo …' | sha256sum`.
    #[test]
    fn the_digest_is_the_one_of_the_design() {
        let typed = ["zoo"; COUNT].join(" ");
        let independent = Sha256::digest(format!("vulnerary/track/1{typed}").as_bytes());
        assert_eq!(digest(&normalise(&typed).unwrap())[..], independent[..]);
    }

    #[test]
    fn the_list_is_sorted_and_whole() {
        let list = bip39::Language::English.word_list();
        assert_eq!(list.len(), 2048);
        assert!(list.is_sorted());
    }
}
