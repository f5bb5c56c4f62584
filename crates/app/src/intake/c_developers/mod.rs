//! Source c: product developers and testers (IEC 81001-5-1 9.2 c).
//!
//! A signed-in person writes a report on the desk, or pipes it into `vulnerary report --source c`. Webhooks of code
//! hosts and tokens for pipelines come later.

use vulnerary_case::source::{SPECS, SourceSpec};

/// What the clause says of this source.
pub const SPEC: &SourceSpec = &SPECS[2];
