//! Source e: audit event log information (IEC 81001-5-1 9.2 e). **Only a specification so far.**
//!
//! No log source is read yet. What somebody saw in a log can be reported through the form, the desk or the command line
//! with `--source e`; it is kept and tracked like any other report.

use vulnerary_case::source::{SPECS, SourceSpec};

/// What the clause says of this source.
pub const SPEC: &SourceSpec = &SPECS[4];
