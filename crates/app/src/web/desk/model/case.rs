//! One case, as its pages show it.

use super::{Named, Position, ReportFile};
use jiff::Timestamp;
use std::collections::BTreeMap;
use vulnerary_case::case::event::{Lane, Outcome, Status};
use vulnerary_case::id::{CaseId, ProductId, ReleaseId};
use vulnerary_case::source::{ReporterRole, Source};

/// Vultron's states (standards/02).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of domain.md, Case")]
pub enum CaseState {
    Received,
    Invalid,
    Valid,
    Accepted,
    Deferred,
    Closed,
}

/// The standard's stages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// 9.3
    Review,
    /// 9.4
    Analysis,
    /// 9.5
    Addressing,
    /// 4.1.7
    Disclosure,
    /// Closed.
    Closed,
}

/// One deadline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clock {
    /// What is due, a verb: "acknowledge", "review", "update the reporter".
    pub what: String,
    /// When.
    pub due: Timestamp,
    /// Provisional regulator clocks, which a person must confirm or decline.
    pub provisional: bool,
}

/// Where the embargo stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Embargo {
    /// None.
    None,
    /// Proposed, with the end that was proposed.
    Proposed(Timestamp),
    /// Active until.
    Active(Timestamp),
    /// Active until the first, a revision to the second is proposed.
    Revise(Timestamp, Timestamp),
    /// Over.
    Exited,
}

/// Facts that were established (not claims).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// Public.
    pub public: bool,
    /// An exploit is public.
    pub exploit: bool,
    /// Attacks were seen.
    pub attacks: bool,
    /// A fix is ready.
    pub fix_ready: bool,
    /// A fix is deployed.
    pub fix_deployed: bool,
}

/// One line that closure still needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// A sentence in the imperative: "Score it in our context of use".
    pub sentence: String,
    /// The act that settles it, by its address part (`score`), where one form does.
    pub act: Option<String>,
    /// Who may, where not every handler: "safety role".
    pub who: Option<String>,
}

/// One line that is settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoneLine {
    /// What was found or done.
    pub sentence: String,
    /// By whom.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// After a reopening it wants confirming.
    pub to_confirm: bool,
}

/// One row of the status table.
#[derive(Clone, Debug, PartialEq)]
pub struct ReleaseLine {
    /// Product.
    pub product: ProductId,
    /// Release.
    pub release: ReleaseId,
    /// Version as the maker writes it.
    pub version: String,
    /// Shipped.
    pub released: bool,
    /// What was stated, if anything.
    pub status: Option<Status>,
    /// A fix was verified for this row.
    pub verified: bool,
    /// The row needs nothing more.
    pub settled: bool,
}

/// One event of the history, as one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimelineLine {
    /// When we recorded it.
    pub at: Timestamp,
    /// The sentence, with its actor.
    pub sentence: String,
    /// What somebody wrote with it; none where nothing was, or it was erased.
    pub said: Option<String>,
    /// Leaf index.
    pub index: u64,
}

/// A closure that waits for its signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Outcome.
    pub outcome: Outcome,
    /// Digest of the closure record.
    pub digest: String,
    /// Who proposed.
    pub by: Named,
    /// When.
    pub at: Timestamp,
    /// Rationale.
    pub why: Option<String>,
}

/// What was typed in earlier determinations, to start a form from: by field name.
pub type Typed = BTreeMap<String, String>;

/// One case with everything its page shows.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseFile {
    /// Which.
    pub id: CaseId,
    /// `VC-…`
    pub number: String,
    /// Version (seq) that this page shows; forms carry it.
    pub version: u64,
    /// Title; never empty.
    pub title: String,
    /// State.
    pub state: CaseState,
    /// Stage inside it.
    pub stage: Stage,
    /// Lane.
    pub lane: Lane,
    /// Product.
    pub product: Option<(ProductId, String)>,
    /// The source that opened it.
    pub source: Source,
    /// With its role.
    pub role: Option<ReporterRole>,
    /// Owner.
    pub owner: Option<Named>,
    /// Opened.
    pub opened: Timestamp,
    /// Outcome: decided at an exit or closure.
    pub outcome: Option<Outcome>,
    /// Deadlines, soonest first.
    pub clocks: Vec<Clock>,
    /// Embargo.
    pub embargo: Embargo,
    /// Facts.
    pub flags: Flags,
    /// "TLP:AMBER+STRICT".
    pub tlp: String,
    /// Reports in it.
    pub reports: Vec<ReportFile>,
    /// What closure still needs.
    pub gaps: Vec<Gap>,
    /// What is settled.
    pub done: Vec<DoneLine>,
    /// Status by release.
    pub releases: Vec<ReleaseLine>,
    /// What was answered before, for prefilling the form of an act.
    pub typed: BTreeMap<String, Typed>,
    /// How many places it shows.
    pub occurrences: u64,
    /// A closure waits for its signature.
    pub proposal: Option<Proposal>,
    /// Linked as duplicate of: id, number.
    pub duplicate_of: Option<(CaseId, String)>,
    /// Proposed as duplicate of, by.
    pub duplicate_proposed: Option<(CaseId, String, Named)>,
    /// Duplicates that close with it: numbers.
    pub duplicates: Vec<String>,
    /// A lower lane was proposed, by.
    pub lower_lane: Option<(Lane, Named)>,
    /// A provisional regulator clock waits for the regulatory role.
    pub awareness_claimed: Option<Timestamp>,
    /// History, newest first.
    pub timeline: Vec<TimelineLine>,
    /// Ledger position.
    pub position: Position,
}

/// One place where a machine finding shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OccurrenceLine {
    /// File, component or device, with its line.
    pub place: String,
    /// What the tool said.
    pub message: String,
    /// First and last run that showed it, in words.
    pub runs: String,
    /// In the tool's last run.
    pub present: bool,
}

/// A page of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OccurrencePage {
    /// The lines.
    pub lines: Vec<OccurrenceLine>,
    /// Where the next page starts.
    pub next: Option<String>,
}

/// One line of the closure record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordLine {
    /// What.
    pub name: String,
    /// As it will be filed.
    pub value: String,
}

/// One part of the closure record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordSection {
    /// Heading: "Review (9.3)".
    pub heading: String,
    /// Lines.
    pub lines: Vec<RecordLine>,
}

/// The closure record as it will be filed, or as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosureRecord {
    /// Lowercase hex SHA-256 of its canonical form: what is signed.
    pub digest: String,
    /// The parts in order.
    pub sections: Vec<RecordSection>,
    /// What changed since it was proposed, in sentences.
    pub since: Vec<String>,
    /// Messages that came in and that nobody ticked as read: id, from which report, text.
    pub unread: Vec<(vulnerary_case::id::MessageId, String, String)>,
    /// Why this person may not sign, where they may not.
    pub may_not: Option<String>,
}
