//! Hostile bytes to typed documents, one file or folder per format.
//!
//! Everything here is a pure function of its input: no files, network, clock, randomness or
//! authority. A caller hands over bytes it has already stored; what comes back is a document, a
//! list of what was left out and why, or a refusal in words. Nothing here panics on input, opens
//! an address it read, or recurses on the depth of what it reads.
//!
//! - [`detect`]: what a file is, from its content alone.
//! - [`sarif`]: SARIF 2.1.0 into [`Run`]s and [`Occurrence`]s, streamed.
//! - [`grouping`]: which occurrences are one case.
//! - [`occurrences`]: the sealed list from which the rows of occurrences are rebuilt.
//! - [`text`]: making a stranger's text safe to show, and finding identifiers in it.

#![forbid(unsafe_code)]

pub mod detect;
pub mod grouping;
mod hash;
mod ignored;
mod occurrence;
pub mod occurrences;
pub mod sarif;
pub mod text;

pub use detect::{DocumentKind, Format, detect};
pub use ignored::{Ignored, IgnoredList};
pub use occurrence::{
    Baseline, Disposition, FingerprintBasis, Kind, Level, Occurrence, Results, Rule, Run, Severity,
};
