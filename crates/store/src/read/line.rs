//! Lines of lists.

use super::{opt_unword, unword};
use crate::error::StoreError;
use crate::sql::Row;
use jiff::Timestamp;
use vulnerary_case::case::event::{Lane, Outcome};
use vulnerary_case::case::state::{CasePhase, Stage};
use vulnerary_case::id::{CaseId, PersonId, ProductId, ReportId};
use vulnerary_case::policy::ClockCode;
use vulnerary_case::report::event::{ReporterKind, SetAsideCode};
use vulnerary_case::report::state::ReportPhase;
use vulnerary_case::source::{Channel, ReporterRole, Source, SourceState};

/// One case in a list.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseLine {
    /// Which.
    pub id: CaseId,
    /// Leaf index of `Opened`: the order of lists.
    pub idx: u64,
    /// `VC-…`
    pub number: String,
    /// Where it is.
    pub phase: CasePhase,
    /// Where the work stands.
    pub stage: Option<Stage>,
    /// How much care.
    pub lane: Lane,
    /// Of the report that opened it.
    pub source: Source,
    /// Of the report that opened it.
    pub role: Option<ReporterRole>,
    /// Of the report that opened it.
    pub channel: Channel,
    /// Product.
    pub product: Option<ProductId>,
    /// Owner.
    pub owner: Option<PersonId>,
    /// Circle.
    pub circle: String,
    /// A closure is proposed.
    pub proposed: bool,
    /// Places of lane M.
    pub occurrences: u64,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When its last event happened.
    pub changed_at: Timestamp,
    /// When a person first answered the report that opened it.
    pub acknowledged_at: Option<Timestamp>,
    /// Soonest deadline, and which clock it is.
    pub due: Option<(Timestamp, ClockCode)>,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// How.
    pub outcome: Option<Outcome>,
    /// Sequence number of its last event.
    pub version: u64,
    /// Its title, or its first report's.
    pub title: Option<String>,
    /// Key of the order by deadline: continue a list after (`sort_at`, `idx`).
    pub sort_at: i64,
}

impl CaseLine {
    pub(super) fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: CaseId(row.parse(0)?),
            idx: row.count(1)?,
            number: row.text(2)?.to_owned(),
            phase: unword(row, 3)?,
            stage: opt_unword(row, 4)?,
            lane: unword(row, 5)?,
            source: unword(row, 6)?,
            role: opt_unword(row, 7)?,
            channel: unword(row, 8)?,
            product: row.opt(9, Row::parse)?.map(ProductId),
            owner: row.opt(10, Row::parse)?.map(PersonId),
            circle: row.text(11)?.to_owned(),
            proposed: row.int(12)? != 0,
            occurrences: row.count(13)?,
            opened_at: row.instant(14)?,
            changed_at: row.instant(15)?,
            acknowledged_at: row.opt(16, Row::instant)?,
            due: row.opt(17, Row::instant)?.zip(opt_unword(row, 18)?),
            sort_at: row.int(19)?,
            closed_at: row.opt(20, Row::instant)?,
            outcome: opt_unword(row, 21)?,
            version: row.count(22)?,
            title: row.opt_text(23)?,
        })
    }
}

/// One report in a list.
#[derive(Clone, Debug, PartialEq)]
pub struct ReportLine {
    /// Which.
    pub id: ReportId,
    /// Leaf index of `Received`: the order of lists.
    pub idx: u64,
    /// `VR-…`
    pub number: String,
    /// Where it stands.
    pub phase: ReportPhase,
    /// Source.
    pub source: Source,
    /// How sure.
    pub source_state: SourceState,
    /// Channel.
    pub channel: Channel,
    /// How it can be answered.
    pub kind: ReporterKind,
    /// Role.
    pub role: Option<ReporterRole>,
    /// Circle.
    pub circle: String,
    /// When.
    pub received_at: Timestamp,
    /// When a person first answered.
    pub acknowledged_at: Option<Timestamp>,
    /// When it was closed or set aside.
    pub closed_at: Option<Timestamp>,
    /// Why it is in no case.
    pub set_aside: Option<SetAsideCode>,
    /// Soonest deadline, and which clock it is.
    pub due: Option<(Timestamp, ClockCode)>,
    /// Sequence number of its last event.
    pub version: u64,
    /// Display field `title`.
    pub title: Option<String>,
    /// Display field `sha256`.
    pub sha256: Option<String>,
}

impl ReportLine {
    pub(super) fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: ReportId(row.parse(0)?),
            idx: row.count(1)?,
            number: row.text(2)?.to_owned(),
            phase: unword(row, 3)?,
            source: unword(row, 4)?,
            source_state: unword(row, 5)?,
            channel: unword(row, 6)?,
            kind: unword(row, 7)?,
            role: opt_unword(row, 8)?,
            circle: row.text(9)?.to_owned(),
            received_at: row.instant(10)?,
            acknowledged_at: row.opt(11, Row::instant)?,
            closed_at: row.opt(12, Row::instant)?,
            set_aside: opt_unword(row, 13)?,
            due: row.opt(14, Row::instant)?.zip(opt_unword(row, 15)?),
            version: row.count(16)?,
            title: row.opt_text(17)?,
            sha256: row.opt_text(18)?,
        })
    }
}
