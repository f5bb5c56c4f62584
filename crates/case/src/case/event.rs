//! What can have happened to a case. Closed; verbs of a PSIRT person; never `FieldChanged` (domain.md, Events).

use crate::id::{CaseId, PersonId, ProductId, ReleaseId, ReportId, RunId};
use crate::object::ObjectRef;
use crate::report::event::Answer;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

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
        /// The second person, who agreed to lower it.
        second: Option<PersonId>,
        /// The rationale.
        text: Option<ObjectRef>,
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
        /// Earliest claimed receipt by anyone acting for the maker.
        at: Timestamp,
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
        /// The second signature; the first is the actor.
        second: PersonId,
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
    /// Signed. Name and meaning outlive erasure.
    ClosureApproved(Signature),
    /// Closed with its outcome.
    Closed {
        /// The outcome.
        outcome: Outcome,
        /// The digest that was signed, or the batch's.
        digest: String,
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

/// How much care a case is owed (domain.md, Lanes).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Lane {
    /// Human report, accepted.
    H,
    /// Human report, exit at review.
    Hx,
    /// Machine finding.
    M,
    /// Third-party vulnerability.
    T,
    /// Audit indicator.
    A,
}

/// How a case ended (domain.md, Outcomes). Exits of review first, then outcomes of accepted cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the variants are the outcomes of domain.md, each explained in `words`")]
pub enum Outcome {
    Duplicate,
    NotSecurity,
    OtherVendor,
    NotVerifiable,
    InsufficientInformation,
    NotApplicable,
    AlreadyFixed,
    AcceptedDesignLimit,
    CompanyIt,
    ObsoleteProduct,
    Fixed,
    Mitigated,
    NotAffected,
    RiskAccepted,
    Transferred,
    SiteProblem,
    Benign,
    Unclear,
}

/// Body of `Reviewed` (9.3). "Unknown, because …" is an answer: the because is in the text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Reviewed {
    /// Applies to a product of ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applicable: Option<Answer>,
    /// Could be verified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verifiable: Option<Answer>,
    /// Related threats were looked for; the threats are in the text, field `threats`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threats: Option<Answer>,
    /// Severity tier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<Tier>,
    /// Can this contribute to harm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub safety_screen: Option<SafetyScreen>,
    /// Has anybody been harmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub harmed: Option<Answer>,
    /// Rationales by field, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<ObjectRef>,
}

/// Severity tier of review; drives clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "plain words")]
pub enum Tier {
    Low,
    Medium,
    High,
    Critical,
}

/// "Can this contribute to harm?"
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "plain words")]
pub enum SafetyScreen {
    No,
    Possibly,
    Unknown,
}

/// Body of `Analysed`: one determination of 9.4.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Analysed {
    /// Which.
    pub item: AnalysisItem,
    /// CWE numbers, for the root cause.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cwe: Vec<u32>,
    /// The finding, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<ObjectRef>,
}

/// Determinations of 9.4 that are prose (score, versions and safety have events of their own).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnalysisItem {
    /// 9.4 a: security context, intended environment, defence in depth.
    Impact,
    /// 9.4 d.
    RootCause,
    /// 9.4 e.
    RelatedIssues,
}

/// Answers of 9.5 that are prose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddressingItem {
    /// Other products and revisions were looked at.
    SiblingsSwept,
    /// Third parties were told, or need not be.
    ThirdPartiesTold,
    /// What risk remains.
    ResidualRisk,
}

/// How it will be resolved (9.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// Problem resolution and change control.
    ChangeControl,
    /// The intended-environment specification is updated.
    IntendedEnvironmentChange,
    /// The risk is accepted.
    RiskAccepted,
    /// Handed to whoever can resolve it.
    Transferred,
    /// Analysis found nothing to address.
    NothingToAddress,
}

/// The disclosure decision (4.1.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Disclosure {
    /// A public advisory is due.
    PublicAdvisory,
    /// Users of the product are told.
    TellUsers,
    /// Nobody else needs to know, because.
    NoDisclosure,
}

/// One row of the status table (domain.md).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StatusRow {
    /// Product.
    pub product: ProductId,
    /// Release.
    pub release: ReleaseId,
    /// Status.
    pub status: Status,
    /// True where the release was shipped.
    pub released: bool,
    /// A fix was verified for this row.
    #[serde(default)]
    pub verified: bool,
}

/// Status of one release.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum Status {
    /// Not settled.
    UnderInvestigation {},
    /// With a VEX justification.
    NotAffected {
        /// Justification.
        justification: Justification,
    },
    /// Affected.
    Affected {
        /// What happens about it.
        plan: Plan,
    },
    /// Fixed in this release.
    Fixed {},
}

/// VEX justifications (CSAF flags, OpenVEX).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the labels of the CSAF and OpenVEX standards")]
pub enum Justification {
    ComponentNotPresent,
    VulnerableCodeNotPresent,
    VulnerableCodeNotInExecutePath,
    VulnerableCodeCannotBeControlledByAdversary,
    InlineMitigationsAlreadyExist,
}

/// What happens about an affected release.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "plan")]
pub enum Plan {
    /// Nothing decided: the row is not settled.
    Undecided {},
    /// A fix is planned in this release.
    FixIn {
        /// The release.
        release: ReleaseId,
    },
    /// An interim measure.
    InterimMeasure {},
    /// Accepted until then.
    RiskAccepted {
        /// Until.
        until: Option<Timestamp>,
    },
}

/// Body of `SafetyAssessed` (ISO 14971; exploitability, not probability).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SafetyAssessed {
    /// Whether it can contribute to harm, now that it is analysed.
    pub harm: SafetyScreen,
    /// Severity of harm, where there may be harm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<HarmSeverity>,
    /// Exploitability.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exploitability: Option<Tier>,
    /// FDA 2016: controlled or uncontrolled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub controlled: Option<bool>,
    /// Hazard, sequence of events, harm: sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<ObjectRef>,
}

/// Severity of patient harm (FDA 2016 postmarket guidance, ISO 14971).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the five words of the guidance")]
pub enum HarmSeverity {
    Negligible,
    Minor,
    Serious,
    Critical,
    Catastrophic,
}

/// A signature with its meaning (21 CFR 11.50, 11.200: fresh password and one-time code, checked at the edge).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Signature {
    /// Who.
    pub person: PersonId,
    /// Name as it was at signing, so that it outlives erasure.
    pub name: String,
    /// What the signature means.
    pub meaning: Meaning,
    /// Lowercase hex SHA-256 of what was signed.
    pub digest: String,
}

/// What a signature means (21 CFR 11.50).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Meaning {
    /// "I read the closure record and approve that this case closes with this outcome."
    ClosureApproval,
    /// "I agree that this is a duplicate."
    DuplicateApproval,
    /// "I agree that it needs less care."
    LaneLowering,
    /// "I read this list and approve it."
    BatchApproval,
}
