//! What can have happened to a run.

use crate::id::{ProductId, ReportId};
use crate::object::ObjectRef;
use serde::{Deserialize, Serialize};

/// Events of stream `run/…`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "body")]
pub enum RunEvent {
    /// A report carried this run.
    RunRecorded {
        /// The report.
        report: ReportId,
        /// Position of the run within the report's file, from 0.
        index: u32,
        /// Tool name, version, product as text, branch, commit: sealed.
        text: ObjectRef,
        /// Key of (tool, product, category): lowercase hex SHA-256. Runs of one key are compared.
        lineage: String,
        /// The product, where known.
        product: Option<ProductId>,
    },
    /// What it showed.
    OccurrencesSeen {
        /// Parser and version.
        parser: String,
        /// How many.
        count: u64,
        /// New, known, suppressed, gone.
        new: u64,
        /// Known from earlier runs.
        again: u64,
        /// Suppressed in the tool.
        suppressed: u64,
        /// In the last run of this lineage and not in this one.
        no_longer_reported: u64,
        /// A sealed canonical JSONL from which the rows are rebuilt.
        list: ObjectRef,
    },
    /// The resumable job that applied it has finished.
    RunApplied {
        /// Cases opened.
        opened: u64,
        /// Cases attached.
        attached: u64,
    },
}
