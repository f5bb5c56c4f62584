//! What can have happened to a case. Closed; verbs of a PSIRT person; never `FieldChanged` (domain.md, Events).

pub use crate::case::terms::*;
use crate::id::{CaseId, MessageId, PersonId, ProductId, ReleaseId, ReportId, RunId};
use crate::object::ObjectRef;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

fn is_false(b: &bool) -> bool {
    !*b
}

/// Events of stream `case/…`. `text` is always a sealed rationale set; nothing typed by a person is in an event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "body")]
pub enum CaseEvent {
    /// The case exists.
    Opened(Opened),
    /// One more report is about it.
    ReportAttached {
        /// The report.
        report: ReportId,
        /// It is just a question about it: it raises no lane.
        #[serde(default, skip_serializing_if = "is_false")]
        question: bool,
    },
    /// A report left it (moved or split).
    ReportDetached {
        /// The report.
        report: ReportId,
        /// Where it went.
        to: CaseId,
    },
    /// A run shows it at these places.
    OccurrencesSeen(OccurrencesSeen),
    /// It has a title.
    TitleSet {
        /// Sealed, field `title`.
        text: ObjectRef,
    },
    /// Product it is about.
    ProductSet {
        /// The product.
        product: ProductId,
    },
    /// How much care it is owed.
    LaneSet {
        /// The lane.
        lane: Lane,
        /// True where a person raised or lowered it; false where the facts did.
        by_person: bool,
        /// The second person's signature, where it was lowered.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        signature: Option<Signature>,
        /// The rationale.
        text: Option<ObjectRef>,
    },
    /// Somebody proposes less care; a second person has to agree.
    LaneLoweringProposed {
        /// The proposed lane.
        lane: Lane,
        /// The rationale.
        text: Option<ObjectRef>,
    },
    /// The second person did not agree.
    LaneLoweringRefused {
        /// The rationale.
        text: Option<ObjectRef>,
    },
    /// After a reopening: earlier determinations were looked at again and stand.
    DeterminationsConfirmed {
        /// Which.
        items: Vec<Item>,
    },
    /// Somebody owns it.
    Assigned {
        /// The owner.
        owner: PersonId,
    },
    /// Determinations of review (9.3). Each set field replaces the earlier answer.
    Reviewed(Reviewed),
    /// Vultron R→V, I→V.
    Validated {
        /// The rationale.
        text: Option<ObjectRef>,
    },
    /// Vultron R→I: leaves by an exit of review.
    Invalidated {
        /// The exit.
        exit: Outcome,
        /// A rationale that the reporter could read.
        text: Option<ObjectRef>,
    },
    /// Vultron V→A, D→A.
    Accepted {
        /// The rationale.
        text: Option<ObjectRef>,
    },
    /// Vultron V→D, A→D.
    Deferred {
        /// When it comes back (at most 12 months).
        until: Option<Timestamp>,
        /// The rationale.
        text: Option<ObjectRef>,
    },
    /// A determination of analysis (9.4).
    Analysed(Analysed),
    /// A CVSS vector in our context of use.
    Scored {
        /// Vector as typed and validated, for example `CVSS:3.1/AV:N/…`.
        vector: String,
        /// Score times ten, 0 to 100.
        score10: u8,
        /// Why this vector, in our context.
        text: Option<ObjectRef>,
    },
    /// Rows of the status table (product × release).
    StatusStated {
        /// Each row replaces the earlier one of its release.
        rows: Vec<StatusRow>,
        /// The rationale.
        text: Option<ObjectRef>,
    },
    /// Impact on safety and effectiveness (9.4 f; ISO 14971).
    SafetyAssessed(SafetyAssessed),
    /// The resolution route (9.5).
    RouteDecided {
        /// The route.
        route: Route,
        /// The rationale and change references, sealed.
        text: Option<ObjectRef>,
    },
    /// An answer of addressing (9.5).
    RemediationPlanned {
        /// Which.
        item: AddressingItem,
        /// The answer, sealed.
        text: Option<ObjectRef>,
    },
    /// Vultron f→F.
    FixReady {
        /// Rationale.
        text: Option<ObjectRef>,
    },
    /// Vultron d→D.
    FixDeployed {
        /// Rationale.
        text: Option<ObjectRef>,
    },
    /// The resolution was verified and introduced no new problem (62304 9.7).
    ResolutionVerified {
        /// Evidence, sealed.
        text: Option<ObjectRef>,
    },
    /// Embargo N→P, with an end.
    EmbargoProposed {
        /// When it would end; the end only alarms.
        until: Timestamp,
        /// Terms.
        text: Option<ObjectRef>,
    },
    /// P→A.
    EmbargoAccepted {},
    /// P→N.
    EmbargoRejected {},
    /// A→R.
    EmbargoRevisionProposed {
        /// New end.
        until: Timestamp,
        /// Terms.
        text: Option<ObjectRef>,
    },
    /// R→A with the new end.
    EmbargoRevisionAccepted {},
    /// R→A with the old end.
    EmbargoRevisionRejected {},
    /// Attacks were seen and the embargo is kept all the same, because.
    EmbargoUpheld {
        /// Why.
        text: Option<ObjectRef>,
    },
    /// A→X, R→X.
    EmbargoEnded {
        /// Why.
        text: Option<ObjectRef>,
    },
    /// Vultron p→P.
    BecamePublic {
        /// When, and who says so (in the text).
        happened_at: Option<Timestamp>,
        /// Where.
        text: Option<ObjectRef>,
    },
    /// Vultron x→X; implies P in the same decision.
    ExploitSeen {
        /// When.
        happened_at: Option<Timestamp>,
        /// Where.
        text: Option<ObjectRef>,
    },
    /// Vultron a→A.
    AttackSeen {
        /// When.
        happened_at: Option<Timestamp>,
        /// Where.
        text: Option<ObjectRef>,
    },
    /// A report claims harm, possible harm or exploitation: regulator clocks start provisionally.
    AwarenessClaimed {
        /// What is claimed, since when.
        alarm: Alarm,
        /// The report that claims it.
        report: ReportId,
    },
    /// The regulatory role confirmed (or moved) the moment.
    AwarenessConfirmed {
        /// The moment.
        at: Timestamp,
        /// The reason.
        text: Option<ObjectRef>,
    },
    /// Not reportable: name, reason, rule version.
    AwarenessDeclined {
        /// The reason.
        text: Option<ObjectRef>,
    },
    /// 9.5 → 4.1.7.
    DisclosureDecided {
        /// What.
        decision: Disclosure,
        /// The rationale.
        text: Option<ObjectRef>,
    },
    /// An advisory is out.
    AdvisoryPublished {
        /// Reference, sealed.
        text: Option<ObjectRef>,
    },
    /// A note of staff.
    NoteAdded {
        /// The note.
        text: ObjectRef,
    },
    /// The same thing as another case, its root; signed by two.
    LinkedAsDuplicate {
        /// The root (never itself a duplicate).
        root: CaseId,
        /// Who proposed it: the first of the two.
        first: PersonId,
        /// The second person's signature.
        signature: Signature,
        /// The rationale.
        text: Option<ObjectRef>,
    },
    /// Somebody proposed it; the second person has not answered.
    DuplicateProposed {
        /// The proposed root.
        root: CaseId,
        /// The rationale.
        text: Option<ObjectRef>,
    },
    /// Not the same after all (remembered).
    DuplicateRefused {
        /// The refused root.
        root: CaseId,
        /// The rationale.
        text: Option<ObjectRef>,
    },
    /// On the root: another case is its duplicate and closes with it.
    DuplicateJoined {
        /// The duplicate.
        case: CaseId,
    },
    /// On the root: the link was undone.
    DuplicateLeft {
        /// The former duplicate.
        case: CaseId,
    },
    /// The link was undone.
    Unlinked {
        /// The rationale.
        text: Option<ObjectRef>,
    },
    /// Part of it became a case of its own.
    SplitInto {
        /// The new case.
        case: CaseId,
        /// The rationale.
        text: Option<ObjectRef>,
    },
    /// Whether it is a complaint too (21 CFR 820.35, ISO 13485 8.2.2).
    ComplaintDetermined {
        /// Whether.
        complaint: bool,
        /// Reference and rationale, sealed.
        text: Option<ObjectRef>,
    },
    /// A question about it was answered.
    InquiryAnswered {
        /// The report that asked.
        report: ReportId,
        /// The answer.
        text: Option<ObjectRef>,
    },
    /// How far a fix has reached the field.
    FieldingRecorded {
        /// Release that carries the fix.
        release: ReleaseId,
        /// Share of devices, 0 to 100.
        percent: u8,
        /// Rationale.
        text: Option<ObjectRef>,
    },
    /// The closing notice to one report, as it will be sent.
    NoticeWritten {
        /// To.
        report: ReportId,
        /// The notice, sealed.
        text: ObjectRef,
    },
    /// Somebody proposes to close, with this outcome and this digest of the closure record.
    ClosureProposed {
        /// The outcome.
        outcome: Outcome,
        /// Lowercase hex SHA-256 of the canonical closure record.
        digest: String,
        /// Rationale.
        text: Option<ObjectRef>,
    },
    /// The proposer took it back, or a new determination or fact voided it.
    ClosureWithdrawn {
        /// True where a new determination or fact voided it.
        voided: bool,
    },
    /// The approver asks for more.
    ClosureSentBack {
        /// What is missing.
        text: Option<ObjectRef>,
    },
    /// Messages of its reports were ticked as read before signing.
    MessagesRead {
        /// Which.
        messages: Vec<MessageId>,
    },
    /// Signed. Name and meaning outlive erasure.
    ClosureApproved(Signature),
    /// Closed with its outcome.
    Closed {
        /// The outcome.
        outcome: Outcome,
        /// The digest that was signed, or the batch's.
        digest: String,
    },
    /// Its only report was set aside before review: it ends without an outcome. The monthly list reviews that.
    ReportSetAside {
        /// The report.
        report: ReportId,
    },
    /// Back to review; earlier determinations want confirming.
    Reopened {
        /// Why.
        text: Option<ObjectRef>,
    },
}

/// Body of `Opened`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    /// `VC-XXX-XXX`.
    pub number: String,
    /// What opened it decides lanes M, T and A for ever.
    pub lane: Lane,
    /// Who owns it from the first second, where the policy names somebody.
    pub owner: Option<PersonId>,
    /// The report that opened it.
    pub report: ReportId,
    /// Product, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<ProductId>,
    /// Who may see it (default circle: `all`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub circle: Option<String>,
    /// Grouping key of a machine finding, hashed: lowercase hex SHA-256 of (product, tool, rule or identifier).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Earliest claimed receipt of a claim of harm or exploitation: regulator clocks start provisionally.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alarm: Option<Alarm>,
}

/// A claim that starts regulator clocks provisionally (domain.md, Clocks).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alarm {
    /// Earliest claimed receipt by anyone acting for the maker.
    pub at: Timestamp,
    /// Harm or possible harm is claimed.
    pub harm: bool,
    /// Active exploitation is claimed.
    pub exploited: bool,
}

/// Body of `OccurrencesSeen` on a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OccurrencesSeen {
    /// The run.
    pub run: RunId,
    /// The report that carried it.
    pub report: ReportId,
    /// How many places were new.
    pub new: u64,
    /// How many were known.
    pub again: u64,
    /// How many of this case were in the tool's last run and are not in this one. Shown; never closes.
    pub no_longer_reported: u64,
}
