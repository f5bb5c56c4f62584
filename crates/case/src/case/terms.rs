//! The words of a case: lanes, outcomes, determinations, the status table, signatures.

use crate::id::{PersonId, ProductId, ReleaseId};
use crate::object::ObjectRef;
use crate::report::event::Answer;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

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
#[expect(
    missing_docs,
    reason = "the variants are the outcomes of domain.md, each explained in `words`"
)]
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

/// One determination of a case, as an answer to "which". Order is the order of the closure record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is explained by `words::item`")]
pub enum Item {
    Applicable,
    Verifiable,
    Threats,
    Tier,
    SafetyScreen,
    Harmed,
    Impact,
    RootCause,
    RelatedIssues,
    Score,
    Status,
    Safety,
    Route,
    SiblingsSwept,
    ThirdPartiesTold,
    ResidualRisk,
    ResolutionVerified,
    Disclosure,
    Complaint,
}

impl Item {
    /// All of them, in order.
    pub const ALL: [Self; 19] = [
        Self::Applicable,
        Self::Verifiable,
        Self::Threats,
        Self::Tier,
        Self::SafetyScreen,
        Self::Harmed,
        Self::Impact,
        Self::RootCause,
        Self::RelatedIssues,
        Self::Score,
        Self::Status,
        Self::Safety,
        Self::Route,
        Self::SiblingsSwept,
        Self::ThirdPartiesTold,
        Self::ResidualRisk,
        Self::ResolutionVerified,
        Self::Disclosure,
        Self::Complaint,
    ];
}
