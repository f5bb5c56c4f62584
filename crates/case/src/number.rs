//! Report and case numbers: speakable, not guessable (architecture §5).
//!
//! A 30-bit Feistel permutation of a sequence, keyed by a secret wrapped in the store and never rotated; six Crockford
//! base32 characters and a check character: `VR-7KQ4-M2X`.

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
