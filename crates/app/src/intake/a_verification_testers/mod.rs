//! Source a: security verification and validation testers (IEC 81001-5-1 9.2 a).
//!
//! They speak in files. A SARIF 2.1.0 file becomes a report with its bytes, one run per tool run, and occurrences
//! grouped into cases of lane M; the same result again attaches; "no longer reported" is shown, never closed.

pub mod runs;

use vulnerary_case::source::{SPECS, SourceSpec};

/// What the clause says of this source.
pub const SPEC: &SourceSpec = &SPECS[0];
