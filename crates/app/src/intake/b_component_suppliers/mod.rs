//! Source b: third-party component suppliers (IEC 81001-5-1 9.2 b). **Only a specification so far.**
//!
//! A supplier can use the public form today: its report is kept, opens a case and is tracked like any other, and a
//! person confirms its source. Reading supplier advisories (CSAF, VEX) by itself comes later.

use vulnerary_case::source::{SPECS, SourceSpec};

/// What the clause says of this source.
pub const SPEC: &SourceSpec = &SPECS[1];
