//! Source g: data and notifications about widespread vulnerabilities from monitoring (IEC 81001-5-1 9.2 g, 6.2).
//! **Only a specification so far.**
//!
//! No feed is read yet. A notification can be taken in by hand: `vulnerary import FILE --source g`.

use vulnerary_case::source::{SPECS, SourceSpec};

/// What the clause says of this source.
pub const SPEC: &SourceSpec = &SPECS[6];
