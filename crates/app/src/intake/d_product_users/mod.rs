//! Source d: product users (IEC 81001-5-1 9.2 d): integrators, operators, administrators, maintenance personnel.
//!
//! They use the public form. The role they name is a claim that decides between d and f until a person confirms it.

use vulnerary_case::source::{SPECS, SourceSpec};

/// What the clause says of this source.
pub const SPEC: &SourceSpec = &SPECS[3];
