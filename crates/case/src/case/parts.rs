//! What a case's state is made of.

use crate::actor::Actor;
use crate::case::event::{Alarm, Outcome, SafetyScreen, Signature, Tier};
use crate::case::terms::HarmSeverity;
use crate::id::{CaseId, PersonId, ReleaseId, ReportId};
use crate::object::ObjectRef;
use crate::report::event::Answer;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One recorded answer: who said what, when, and where the rationale is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Determination<T> {
    /// The answer.
    pub value: T,
    /// The rationale, sealed.
    pub text: Option<ObjectRef>,
    /// Who recorded it.
    pub by: Actor,
    /// When it was recorded.
    pub at: Timestamp,
    /// False after a reopening, until somebody confirms or replaces it. Only confirmed ones count.
    pub confirmed: bool,
    /// Who confirmed it after a reopening: an author of it, too.
    pub confirmed_by: Option<Actor>,
}

impl<T> Determination<T> {
    /// Whether this actor stands for it.
    pub fn is_of(&self, actor: &Actor) -> bool {
        self.by == *actor || self.confirmed_by.as_ref() == Some(actor)
    }
}

/// States of Vultron's report management, one per case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CasePhase {
    /// Review (9.3).
    Received,
    /// Left review by an exit; the reporter may add information.
    Invalid,
    /// To be prioritised.
    Valid,
    /// Analysis, addressing, disclosure.
    Accepted,
    /// Remembered until its return date.
    Deferred,
    /// Done.
    Closed,
}

/// Where the work stands (the standard's terms).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// 9.3.
    Review,
    /// 9.4.
    Analysis,
    /// 9.5.
    Addressing,
    /// 4.1.7.
    Disclosure,
}

/// Determinations of review (9.3).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Review {
    /// Applies to a product of ours.
    pub applicable: Option<Determination<Answer>>,
    /// Could be verified.
    pub verifiable: Option<Determination<Answer>>,
    /// Related threats were looked for.
    pub threats: Option<Determination<Answer>>,
    /// Severity tier.
    pub tier: Option<Determination<Tier>>,
    /// Can this contribute to harm.
    pub safety_screen: Option<Determination<SafetyScreen>>,
    /// Has anybody been harmed.
    pub harmed: Option<Determination<Answer>>,
}

/// A CVSS vector with its score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    /// `CVSS:3.1/…` or `CVSS:4.0/…`.
    pub vector: String,
    /// Score times ten, 0 to 100.
    pub score10: u8,
}

/// Impact on safety and effectiveness (9.4 f).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Safety {
    /// Whether it can contribute to harm, now that it is analysed.
    pub harm: SafetyScreen,
    /// Severity of harm.
    pub severity: Option<HarmSeverity>,
    /// Exploitability, not probability.
    pub exploitability: Option<Tier>,
    /// FDA 2016: controlled.
    pub controlled: Option<bool>,
}

/// Vultron's case-state flags, with when each was set. The vendor is always aware: we are the vendor.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flags {
    /// F.
    pub fix_ready: Option<Timestamp>,
    /// D.
    pub fix_deployed: Option<Timestamp>,
    /// P.
    pub public: Option<Timestamp>,
    /// X.
    pub exploit: Option<Timestamp>,
    /// A.
    pub attacks: Option<Timestamp>,
}

impl Flags {
    /// Six letters, for example `VfdPxa`.
    pub fn letters(&self) -> String {
        let of = |set: bool, c: char| if set { c.to_ascii_uppercase() } else { c };
        [
            'V',
            of(self.fix_ready.is_some(), 'f'),
            of(self.fix_deployed.is_some(), 'd'),
            of(self.public.is_some(), 'p'),
            of(self.exploit.is_some(), 'x'),
            of(self.attacks.is_some(), 'a'),
        ]
        .iter()
        .collect()
    }
}

/// Vultron's embargo states.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum EmbargoPhase {
    /// No embargo.
    #[default]
    None,
    /// Proposed.
    Proposed,
    /// Agreed.
    Active,
    /// A new end is proposed; the old one holds.
    Revise,
    /// Over.
    Exited,
}

/// The embargo of a case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Embargo {
    /// Where it stands.
    pub phase: EmbargoPhase,
    /// The agreed (or proposed) end; it only alarms.
    pub until: Option<Timestamp>,
    /// A proposed new end.
    pub revised_until: Option<Timestamp>,
    /// Terms.
    pub text: Option<ObjectRef>,
    /// Since when it is in this phase.
    pub since: Option<Timestamp>,
    /// When somebody decided to keep it although attacks were seen.
    pub upheld_at: Option<Timestamp>,
}

impl Embargo {
    /// Proposed, active or in revision.
    pub fn lives(&self) -> bool {
        matches!(
            self.phase,
            EmbargoPhase::Proposed | EmbargoPhase::Active | EmbargoPhase::Revise
        )
    }
}

/// A claim that may be reportable, and what the regulatory role said of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Awareness {
    /// Claims with the report that made each.
    pub claims: Vec<(ReportId, Alarm)>,
    /// The moment that the regulatory role confirmed or moved it to.
    pub confirmed: Option<AwarenessDecision>,
    /// Not reportable, because.
    pub declined: Option<AwarenessDecision>,
}

impl Awareness {
    /// The earliest claim.
    pub fn claimed_at(&self) -> Option<Timestamp> {
        self.claims.iter().map(|(_, a)| a.at).min()
    }
}

/// What the regulatory role decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AwarenessDecision {
    /// The moment (confirmed), or when it was declined.
    pub moment: Timestamp,
    /// Who.
    pub by: Actor,
    /// When it was recorded.
    pub at: Timestamp,
    /// Why.
    pub text: Option<ObjectRef>,
}

/// A link to the root of which this case is a duplicate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DuplicateLink {
    /// The root.
    pub root: CaseId,
    /// Who proposed it.
    pub first: PersonId,
    /// The second person's signature.
    pub signature: Signature,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub text: Option<ObjectRef>,
    /// Where the case was before, for undoing the link.
    pub from: CasePhase,
}

/// Something proposed by one person that a second has to answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Proposed<T> {
    /// What.
    pub value: T,
    /// Who.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub text: Option<ObjectRef>,
}

/// A closing notice to one report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Notice {
    /// To.
    pub report: ReportId,
    /// The text.
    pub text: ObjectRef,
    /// Who wrote it.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
}

/// A proposed closure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    /// The outcome.
    pub outcome: Outcome,
    /// Digest of the closure record when proposed.
    pub digest: String,
    /// Why.
    pub text: Option<ObjectRef>,
    /// Who.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
}

/// One closure of a case; a case may have several.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Closure {
    /// The outcome.
    pub outcome: Outcome,
    /// The digest that was signed.
    pub digest: String,
    /// Who proposed it.
    pub proposed_by: Option<Actor>,
    /// The signature; none where a duplicate closed with its root.
    pub signature: Option<Signature>,
    /// Rationale of the proposal.
    pub text: Option<ObjectRef>,
    /// When.
    pub at: Timestamp,
}

/// How often one run showed the case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// Places that were new.
    pub new: u64,
    /// Places that were known.
    pub again: u64,
    /// Places of the tool's last run that are not in this one.
    pub no_longer_reported: u64,
    /// When.
    pub at: Timestamp,
}

/// How far a fix has reached the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fielding {
    /// The release that carries the fix.
    pub release: ReleaseId,
    /// Share of devices, 0 to 100.
    pub percent: u8,
    /// When recorded.
    pub at: Timestamp,
}
