//! What a case is: the fold of its events. Public fields, because pages show them; only `evolve` writes them.

pub use crate::case::parts::*;

use crate::case::event::{
    AddressingItem, AnalysisItem, Disclosure, Item, Lane, Outcome, Route, Signature, StatusRow,
};
use crate::case::terms::{Plan, Status};
use crate::id::{CaseId, MessageId, PersonId, ProductId, ReleaseId, ReportId, RunId};
use crate::object::ObjectRef;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

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

    /// TLP 2.0 label of the case and of what leaves it: AMBER+STRICT until disclosure.
    pub fn tlp(&self) -> &'static str {
        let disclosed = self.flags.public.is_some();
        if disclosed {
            "TLP:CLEAR"
        } else {
            "TLP:AMBER+STRICT"
        }
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
