//! What a case is: the fold of its events. Public fields, because pages show them; only `evolve` writes them.

use crate::actor::Actor;
use crate::case::event::{
    AddressingItem, Alarm, AnalysisItem, Disclosure, Item, Lane, Outcome, Route, SafetyScreen,
    Signature, StatusRow, Tier,
};
use crate::case::terms::{HarmSeverity, Plan, Status};
use crate::id::{CaseId, MessageId, PersonId, ProductId, ReleaseId, ReportId, RunId};
use crate::object::ObjectRef;
use crate::report::event::Answer;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

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

/// A case: `fold` of stream `case/…`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseState {
    /// Its id.
    pub id: CaseId,
    /// Sequence number of its last event.
    pub version: u64,
    /// `VC-…`.
    pub number: String,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When its last event happened.
    pub changed_at: Timestamp,
    /// How much care it is owed.
    pub lane: Lane,
    /// The lane of what opened it: decides M, T or A for ever.
    pub origin: Lane,
    /// A person raised the lane; facts do not lower it again.
    pub raised_by_person: bool,
    /// A proposal to lower the lane.
    pub lower_lane: Option<Proposed<Lane>>,
    /// Where it is.
    pub phase: CasePhase,
    /// Since when.
    pub phase_since: Timestamp,
    /// The exit of review, in Invalid.
    pub exit: Option<Determination<Outcome>>,
    /// The stage at which it was deferred.
    pub deferred_stage: Option<Stage>,
    /// When a deferred case comes back.
    pub deferred_until: Option<Timestamp>,
    /// Who owns it.
    pub owner: Option<PersonId>,
    /// Everybody who owned it since the last reopening.
    pub owners: BTreeSet<PersonId>,
    /// Title, sealed, field `title`.
    pub title: Option<ObjectRef>,
    /// Product.
    pub product: Option<ProductId>,
    /// Circle of people who may see it.
    pub circle: Option<String>,
    /// Grouping key of a machine finding.
    pub group: Option<String>,
    /// The report that opened it.
    pub opened_by: ReportId,
    /// Reports in it.
    pub reports: Vec<ReportId>,
    /// Those that only ask about it.
    pub questions: BTreeSet<ReportId>,
    /// Questions that were answered.
    pub answered: BTreeSet<ReportId>,
    /// Occurrences by run.
    pub runs: BTreeMap<RunId, Seen>,
    /// Review (9.3).
    pub review: Review,
    /// When review first became complete since the last reopening.
    pub reviewed_at: Option<Timestamp>,
    /// When it was accepted since the last reopening.
    pub accepted_at: Option<Timestamp>,
    /// Analysis (9.4) in prose; the value is the list of CWE numbers.
    pub analysis: BTreeMap<AnalysisItem, Determination<Vec<u32>>>,
    /// Score (9.4 b).
    pub score: Option<Determination<Score>>,
    /// Status table (9.4 c), ordered by product and release.
    pub status: Vec<Determination<StatusRow>>,
    /// Safety (9.4 f).
    pub safety: Option<Determination<Safety>>,
    /// Route (9.5).
    pub route: Option<Determination<Route>>,
    /// Addressing (9.5) in prose.
    pub addressing: BTreeMap<AddressingItem, Determination<()>>,
    /// The resolution was verified (62304 9.7).
    pub verified: Option<Determination<()>>,
    /// Disclosure decision (4.1.7).
    pub disclosure: Option<Determination<Disclosure>>,
    /// When an advisory was published.
    pub advisory_at: Option<Timestamp>,
    /// Complaint determination.
    pub complaint: Option<Determination<bool>>,
    /// Vultron flags.
    pub flags: Flags,
    /// Embargo.
    pub embargo: Embargo,
    /// Regulator awareness.
    pub awareness: Awareness,
    /// The root, where it is a duplicate.
    pub duplicate: Option<DuplicateLink>,
    /// A proposed root.
    pub duplicate_proposed: Option<Proposed<CaseId>>,
    /// Roots that were refused.
    pub not_duplicate_of: BTreeSet<CaseId>,
    /// Its duplicates, where it is a root.
    pub duplicates: BTreeSet<CaseId>,
    /// Cases split from it.
    pub split_into: Vec<CaseId>,
    /// Notes.
    pub notes: Vec<Proposed<()>>,
    /// Closing notices, one per report.
    pub notices: Vec<Notice>,
    /// The proposed closure.
    pub proposal: Option<Proposal>,
    /// Since the last proposal: sent back, with what is missing.
    pub sent_back: Option<Proposed<()>>,
    /// Messages ticked as read.
    pub messages_read: BTreeSet<MessageId>,
    /// An approval in the act that closes it.
    pub approval: Option<Signature>,
    /// Closures, oldest first.
    pub closures: Vec<Closure>,
    /// It ended without an outcome, because its only report was set aside before review.
    pub set_aside: bool,
    /// How often and when it was reopened.
    pub reopened: Vec<Timestamp>,
    /// Fielding, by release.
    pub fielding: Vec<Fielding>,
}

impl CaseState {
    /// Whether it is closed.
    pub fn is_closed(&self) -> bool {
        self.phase == CasePhase::Closed
    }

    /// When it was closed, if it is.
    pub fn closed_at(&self) -> Option<Timestamp> {
        self.is_closed().then_some(self.phase_since)
    }

    /// The outcome, if it is closed (none where its report was set aside).
    pub fn outcome(&self) -> Option<Outcome> {
        let closed = self.is_closed() && !self.set_aside;
        closed
            .then(|| self.closures.last().map(|c| c.outcome))
            .flatten()
    }

    /// Where the work stands: review, analysis, addressing, disclosure; `None` when closed.
    pub fn stage(&self) -> Option<Stage> {
        match self.phase {
            CasePhase::Closed => None,
            CasePhase::Deferred => Some(self.deferred_stage.unwrap_or(Stage::Analysis)),
            CasePhase::Accepted => Some(self.stage_of_accepted()),
            CasePhase::Received | CasePhase::Invalid | CasePhase::Valid => Some(Stage::Review),
        }
    }

    /// The first stage with something open. Addressing comes when analysis is complete, disclosure after addressing.
    pub fn stage_of_accepted(&self) -> Stage {
        if !self.analysis_complete() {
            Stage::Analysis
        } else if !self.addressing_complete() {
            Stage::Addressing
        } else {
            Stage::Disclosure
        }
    }

    /// Every determination of 9.3 is recorded and counts.
    pub fn review_complete(&self) -> bool {
        [
            Item::Applicable,
            Item::Verifiable,
            Item::Threats,
            Item::Tier,
            Item::SafetyScreen,
            Item::Harmed,
        ]
        .iter()
        .all(|item| self.counts(*item))
    }

    /// Every determination of 9.4 is recorded and counts (lane H's measure).
    pub fn analysis_complete(&self) -> bool {
        [
            Item::Impact,
            Item::RootCause,
            Item::RelatedIssues,
            Item::Score,
            Item::Status,
            Item::Safety,
        ]
        .iter()
        .all(|item| self.counts(*item))
            && self
                .status
                .iter()
                .all(|r| !matches!(r.value.status, Status::UnderInvestigation {}))
    }

    /// Every determination of 9.5 that comes before disclosure is recorded and counts.
    pub fn addressing_complete(&self) -> bool {
        [
            Item::Route,
            Item::SiblingsSwept,
            Item::ThirdPartiesTold,
            Item::ResidualRisk,
        ]
        .iter()
        .all(|item| self.counts(*item))
            && (self.counts(Item::ResolutionVerified) || !self.needs_verification())
    }

    /// Whether the route changes something that has to be verified.
    pub fn needs_verification(&self) -> bool {
        self.route.as_ref().is_some_and(|r| {
            matches!(
                r.value,
                Route::ChangeControl | Route::IntendedEnvironmentChange
            )
        })
    }

    /// Whether a determination is recorded and counts (is confirmed).
    pub fn counts(&self, item: Item) -> bool {
        self.determined(item) == Some(true)
    }

    /// `None`: not recorded; `Some(false)`: recorded before a reopening and to be confirmed or replaced; `Some(true)`:
    /// recorded and counts.
    pub fn determined(&self, item: Item) -> Option<bool> {
        fn ok<T>(d: Option<&Determination<T>>) -> Option<bool> {
            d.map(|d| d.confirmed)
        }
        match item {
            Item::Applicable => ok(self.review.applicable.as_ref()),
            Item::Verifiable => ok(self.review.verifiable.as_ref()),
            Item::Threats => ok(self.review.threats.as_ref()),
            Item::Tier => ok(self.review.tier.as_ref()),
            Item::SafetyScreen => ok(self.review.safety_screen.as_ref()),
            Item::Harmed => ok(self.review.harmed.as_ref()),
            Item::Impact => ok(self.analysis.get(&AnalysisItem::Impact)),
            Item::RootCause => ok(self.analysis.get(&AnalysisItem::RootCause)),
            Item::RelatedIssues => ok(self.analysis.get(&AnalysisItem::RelatedIssues)),
            Item::Score => ok(self.score.as_ref()),
            Item::Status => {
                (!self.status.is_empty()).then(|| self.status.iter().all(|r| r.confirmed))
            }
            Item::Safety => ok(self.safety.as_ref()),
            Item::Route => ok(self.route.as_ref()),
            Item::SiblingsSwept => ok(self.addressing.get(&AddressingItem::SiblingsSwept)),
            Item::ThirdPartiesTold => ok(self.addressing.get(&AddressingItem::ThirdPartiesTold)),
            Item::ResidualRisk => ok(self.addressing.get(&AddressingItem::ResidualRisk)),
            Item::ResolutionVerified => ok(self.verified.as_ref()),
            Item::Disclosure => ok(self.disclosure.as_ref()),
            Item::Complaint => ok(self.complaint.as_ref()),
        }
    }

    /// Occurrences over all runs: (places known, places of the last runs that are no longer reported).
    pub fn occurrences(&self) -> (u64, u64) {
        self.runs.values().fold((0, 0), |(n, gone), s| {
            (n + s.new, gone + s.no_longer_reported)
        })
    }

    /// The row of a release.
    pub fn row(&self, release: ReleaseId) -> Option<&Determination<StatusRow>> {
        self.status.iter().find(|r| r.value.release == release)
    }

    /// A row is settled: not affected, fixed and verified, or affected with a plan.
    pub fn settled(row: &StatusRow) -> bool {
        match &row.status {
            Status::UnderInvestigation {} => false,
            Status::NotAffected { .. } => true,
            Status::Affected { plan } => !matches!(plan, Plan::Undecided {}),
            Status::Fixed {} => row.verified,
        }
    }
}
