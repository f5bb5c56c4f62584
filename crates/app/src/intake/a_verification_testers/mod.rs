//! Source a: security verification and validation testers (IEC 81001-5-1 9.2 a).
//!
//! They speak in files. A SARIF 2.1.0 file becomes a report with its bytes, one run per tool run, and occurrences
//! grouped into cases of lane M; the same result again attaches; "no longer reported" is shown, never closed.
//!
//! `runs` (what a file asks of us) and `plan` (how it is cut into acts) are pure; `apply` and `run` carry it out.

mod apply;
mod ids;
mod known;
mod open;
mod plan;
mod refused;
mod run;
pub mod runs;

pub use apply::read_report;

use super::reading::{BeingRead, Progress};
use crate::tracking::act::Acts;
use vulnerary_case::id::ReportId;
use vulnerary_case::source::{SPECS, SourceSpec};

/// What the clause says of this source.
pub const SPEC: &SourceSpec = &SPECS[0];

/// [`read_report`], as intake calls it.
pub fn reader<'a>(acts: &'a Acts, report: ReportId, progress: Progress<'a>) -> BeingRead<'a> {
    Box::pin(read_report(acts, report, progress))
}
