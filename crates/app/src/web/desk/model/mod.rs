//! What the desk's pages show: plain structs, filled by an adapter from the store and the core, or by samples in tests.
//! Pages are pure functions of these; nothing here reads or decides.

mod case;
mod lists;
mod organisation;
mod report;

pub use case::{
    CaseFile, CaseState, Clock, ClosureRecord, DoneLine, Embargo, Flags, Gap, OccurrenceLine,
    OccurrencePage, Proposal, RecordLine, RecordSection, ReleaseLine, Stage, TimelineLine, Typed,
};
pub use lists::{
    BatchLine, Dashboard, FourNumbers, InboxCounts, InboxFilter, InboxLine, InboxPage, Openness,
    OwnerFilter, RunLine, SearchHit, StageCounts,
};
pub use organisation::{
    Account, Around, ConstraintLine, ConstraintStatus, Credential, Link, Named, Organisation,
    PersonLine, PolicyPage, ProductLine, ReleaseFact, Session, TermLine,
};
pub use report::{
    AttachedFile, HeldFile, MessageLine, Position, ReportFile, ReportState, TextField,
};

/// A report that somebody signed in enters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewReport {
    /// The clause's letter.
    pub source: vulnerary_case::source::Source,
    /// It came by phone, letter or visit; else it is their own.
    pub by_hand: bool,
    /// `description`, `product`, `impact`, `name`: those that were filled in.
    pub fields: Vec<(String, String)>,
}
