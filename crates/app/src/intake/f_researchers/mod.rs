//! Source f: security researchers (IEC 81001-5-1 9.2 f). They use the public form and may stay anonymous: the twelve
//! follow-up words on the receipt are then the only way back.

use vulnerary_case::source::{SPECS, SourceSpec};

/// What the clause says of this source.
pub const SPEC: &SourceSpec = &SPECS[5];
