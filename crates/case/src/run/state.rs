//! What a run is: the fold of its events.

use crate::id::{ProductId, ReportId, RunId};
use crate::object::ObjectRef;
use crate::run::event::RunEvent;
use crate::world::Meta;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What a run showed, as counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shown {
    /// Parser and version.
    pub parser: String,
    /// How many results.
    pub count: u64,
    /// New.
    pub new: u64,
    /// Known.
    pub again: u64,
    /// Suppressed in the tool.
    pub suppressed: u64,
    /// Gone since the last run of the lineage.
    pub no_longer_reported: u64,
    /// Sealed list.
    pub list: ObjectRef,
    /// When.
    pub at: Timestamp,
}

/// A run: `fold` of stream `run/…`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunState {
    /// Its id.
    pub id: RunId,
    /// Sequence number of its last event.
    pub version: u64,
    /// The report that carried it.
    pub report: ReportId,
    /// Position within the report's file.
    pub index: u32,
    /// Tool, version, branch, commit: sealed.
    pub text: ObjectRef,
    /// Runs of one key are compared.
    pub lineage: String,
    /// Product, where known.
    pub product: Option<ProductId>,
    /// When recorded.
    pub at: Timestamp,
    /// What it showed.
    pub shown: Option<Shown>,
    /// When its results had all been applied: (when, cases opened, cases attached).
    pub applied: Option<(Timestamp, u64, u64)>,
}

impl RunState {
    /// The state after one more event; `None` where the stream does not begin with `RunRecorded`.
    pub fn evolve(state: Option<Self>, id: RunId, event: &RunEvent, meta: &Meta) -> Option<Self> {
        if let RunEvent::RunRecorded {
            report,
            index,
            text,
            lineage,
            product,
        } = event
            && state.is_none()
        {
            return Some(Self {
                id,
                version: 1,
                report: *report,
                index: *index,
                text: text.clone(),
                lineage: lineage.clone(),
                product: *product,
                at: meta.at,
                shown: None,
                applied: None,
            });
        }
        let mut state = state?;
        state.version += 1;
        match event {
            RunEvent::RunRecorded { .. } => {}
            RunEvent::OccurrencesSeen {
                parser,
                count,
                new,
                again,
                suppressed,
                no_longer_reported,
                list,
            } => {
                state.shown = Some(Shown {
                    parser: parser.clone(),
                    count: *count,
                    new: *new,
                    again: *again,
                    suppressed: *suppressed,
                    no_longer_reported: *no_longer_reported,
                    list: list.clone(),
                    at: meta.at,
                });
            }
            RunEvent::RunApplied { opened, attached } => {
                state.applied = Some((meta.at, *opened, *attached));
            }
        }
        Some(state)
    }
}
