//! Source a: security verification and validation testers (IEC 81001-5-1 9.2 a).
//!
//! They speak in files. A SARIF 2.1.0 file becomes a report with its bytes, one run per tool run, and occurrences
//! grouped into cases of lane M; the same result again attaches; "no longer reported" is shown, never closed.
//!
//! `runs` (what a file asks of us) and `plan` (how it is cut into acts) are pure; `apply` and `run` carry it out.

pub mod apply;
pub mod error;
mod ids;
mod job;
mod known;
mod open;
mod plan;
mod run;
pub mod runs;

pub use apply::{Progress, Reading, read_report};
pub use error::{ReadError, Unreadable};
pub use job::{ReadReports, read_now};
pub use run::Counts;

use vulnerary_case::source::{SPECS, SourceSpec};

/// What the clause says of this source.
pub const SPEC: &SourceSpec = &SPECS[0];
