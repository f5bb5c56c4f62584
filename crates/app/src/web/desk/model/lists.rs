//! Lines of lists: inbox, search, batch, runs, dashboard.

use super::{Clock, Named, Stage};
use jiff::Timestamp;
use vulnerary_case::case::event::{Lane, Outcome};
use vulnerary_case::id::CaseId;
use vulnerary_case::source::{ReporterRole, Source};

/// One line of the inbox: a case, or a report that is in none yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboxLine {
    /// `VC-…` or `VR-…`; its first letters say which.
    pub number: String,
    /// Title.
    pub title: String,
    /// Soonest deadline.
    pub due: Option<Clock>,
    /// Source.
    pub source: Source,
    /// With its role.
    pub role: Option<ReporterRole>,
    /// Product.
    pub product: Option<String>,
    /// Stage.
    pub stage: Stage,
    /// Lane; none for a report.
    pub lane: Option<Lane>,
    /// Owner.
    pub owner: Option<Named>,
    /// Places, for a machine finding.
    pub occurrences: u64,
    /// Outcome, where closed.
    pub outcome: Option<Outcome>,
}

/// Open, closed or both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Openness {
    /// Open only.
    #[default]
    Open,
    /// Closed only.
    Closed,
    /// Both.
    All,
}

/// The inbox's filters, as they stand in its address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InboxFilter {
    /// Open, closed or both.
    pub openness: Openness,
    /// Of one source.
    pub source: Option<Source>,
    /// Of one lane.
    pub lane: Option<Lane>,
    /// At one stage.
    pub stage: Option<Stage>,
    /// Of one product, by its id's text.
    pub product: Option<String>,
    /// Mine, or nobody's.
    pub owner: OwnerFilter,
    /// Past its time only.
    pub overdue: bool,
    /// Continue after this key (opaque).
    pub after: Option<String>,
}

/// Whose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OwnerFilter {
    /// Anybody's.
    #[default]
    Anybody,
    /// Mine.
    Mine,
    /// Nobody's.
    Nobody,
}

/// How much there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InboxCounts {
    /// Open.
    pub open: u64,
    /// Overdue.
    pub overdue: u64,
    /// Due within seven days.
    pub this_week: u64,
}

/// One page of the inbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboxPage {
    /// Lines, soonest due first.
    pub lines: Vec<InboxLine>,
    /// Where the next page starts.
    pub next: Option<String>,
    /// Counts over everything one may see, not over the filter.
    pub counts: InboxCounts,
    /// Products, for the filter: id's text and name.
    pub products: Vec<(String, String)>,
}

/// One thing found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchHit {
    /// `VC-…` or `VR-…`.
    pub number: String,
    /// Title.
    pub title: String,
    /// Where the words were found: "title", "sender", "identifier".
    pub found_in: String,
    /// State in a word.
    pub state: String,
}

/// One case that waits for a batch act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchLine {
    /// Which.
    pub case: CaseId,
    /// `VC-…`
    pub number: String,
    /// Title.
    pub title: String,
    /// Version (seq).
    pub version: u64,
    /// Lane.
    pub lane: Lane,
    /// Product's name.
    pub product: Option<String>,
    /// Places.
    pub occurrences: u64,
    /// Proposed outcome and digest, where a signature is all it waits for.
    pub proposal: Option<(Outcome, String)>,
    /// Why this person may not sign it, where they may not.
    pub may_not: Option<String>,
}

/// One run of a tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunLine {
    /// When.
    pub at: Timestamp,
    /// Tool and version.
    pub tool: String,
    /// Product.
    pub product: Option<String>,
    /// The report that carried it.
    pub report: String,
    /// New, again, suppressed, no longer reported.
    pub counts: [u64; 4],
}

/// How many open cases of one source stand at each stage: review, analysis, addressing, disclosure, closed in the period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StageCounts {
    /// The source.
    pub source: Source,
    /// Counts.
    pub counts: [u64; 5],
}

/// The four numbers; the medians with those of the period before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FourNumbers {
    /// Open cases now.
    pub open: u64,
    /// Overdue now.
    pub overdue: u64,
    /// Median hours until a person answered.
    pub acknowledge_hours: (Option<u64>, Option<u64>),
    /// Median hours until closed.
    pub close_hours: (Option<u64>, Option<u64>),
}

/// The dashboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dashboard {
    /// Since when.
    pub since: Timestamp,
    /// One row a source, in the clause's order.
    pub sources: Vec<StageCounts>,
    /// The four numbers.
    pub numbers: FourNumbers,
    /// The ten oldest.
    pub oldest: Vec<InboxLine>,
}
