//! How each event changes a case. Total: never refuses, never reads policy; keeps every old arm for ever.

use crate::actor::Actor;
use crate::case::event::{CaseEvent, Lane, Opened, Reviewed, StatusRow};
use crate::case::state::{
    Awareness, AwarenessDecision, CasePhase, CaseState, Closure, Determination, DuplicateLink,
    Embargo, EmbargoPhase, Fielding, Flags, Notice, Proposal, Proposed, Review, Safety, Score,
};
use crate::case::terms::{Item, Outcome};
use crate::id::CaseId;
use crate::object::ObjectRef;
use crate::world::Meta;
use std::collections::{BTreeMap, BTreeSet};

fn determined<T>(value: T, text: Option<&ObjectRef>, meta: &Meta) -> Option<Determination<T>> {
    Some(Determination {
        value,
        text: text.cloned(),
        by: meta.actor.clone(),
        at: meta.at,
        confirmed: true,
        confirmed_by: None,
    })
}

fn proposed<T>(value: T, text: Option<&ObjectRef>, meta: &Meta) -> Proposed<T> {
    Proposed {
        value,
        by: meta.actor.clone(),
        at: meta.at,
        text: text.cloned(),
    }
}

impl CaseState {
    /// The state after the first event of a case.
    pub fn open(id: CaseId, opened: &Opened, meta: &Meta) -> Self {
        Self {
            id,
            version: 1,
            number: opened.number.clone(),
            opened_at: meta.at,
            changed_at: meta.at,
            lane: opened.lane,
            origin: opened.lane,
            raised_by_person: false,
            lower_lane: None,
            phase: CasePhase::Received,
            phase_since: meta.at,
            exit: None,
            deferred_stage: None,
            deferred_until: None,
            owner: opened.owner,
            owners: opened.owner.into_iter().collect(),
            title: None,
            product: opened.product,
            circle: opened.circle.clone(),
            group: opened.group.clone(),
            opened_by: opened.report,
            reports: vec![opened.report],
            questions: BTreeSet::new(),
            answered: BTreeSet::new(),
            runs: BTreeMap::new(),
            review: Review::default(),
            reviewed_at: None,
            accepted_at: None,
            analysis: BTreeMap::new(),
            score: None,
            status: vec![],
            safety: None,
            route: None,
            addressing: BTreeMap::new(),
            verified: None,
            disclosure: None,
            advisory_at: None,
            complaint: None,
            flags: Flags::default(),
            embargo: Embargo::default(),
            awareness: Awareness {
                claims: opened
                    .alarm
                    .map(|a| (opened.report, a))
                    .into_iter()
                    .collect(),
                ..Awareness::default()
            },
            duplicate: None,
            duplicate_proposed: None,
            not_duplicate_of: BTreeSet::new(),
            duplicates: BTreeSet::new(),
            split_into: vec![],
            notes: vec![],
            notices: vec![],
            proposal: None,
            sent_back: None,
            messages_read: BTreeSet::new(),
            approval: None,
            closures: vec![],
            set_aside: false,
            reopened: vec![],
            fielding: vec![],
        }
    }

    /// The state after one more event.
    #[must_use]
    pub fn evolve(mut self, event: &CaseEvent, meta: &Meta) -> Self {
        self.version += 1;
        self.changed_at = meta.at;
        self.evolve_handling(event, meta);
        self.evolve_determinations(event, meta);
        self.evolve_moves(event, meta);
        self.evolve_embargo(event, meta);
        self.evolve_duplicates(event, meta);
        self.evolve_closure(event, meta);
        if self.reviewed_at.is_none() && self.review_complete() {
            self.reviewed_at = Some(meta.at);
        }
        self
    }

    fn enter(&mut self, phase: CasePhase, meta: &Meta) {
        self.phase = phase;
        self.phase_since = meta.at;
    }

    fn evolve_handling(&mut self, event: &CaseEvent, meta: &Meta) {
        match event {
            CaseEvent::ReportAttached { report, question } => {
                if !self.reports.contains(report) {
                    self.reports.push(*report);
                }
                if *question {
                    self.questions.insert(*report);
                } else {
                    self.questions.remove(report);
                }
            }
            CaseEvent::ReportDetached { report, .. } => {
                self.reports.retain(|r| r != report);
                self.questions.remove(report);
                self.notices.retain(|n| n.report != *report);
                self.awareness.claims.retain(|(r, _)| r != report);
            }
            CaseEvent::OccurrencesSeen(seen) => {
                let entry = self.runs.entry(seen.run).or_default();
                entry.new += seen.new;
                entry.again += seen.again;
                entry.no_longer_reported += seen.no_longer_reported;
                entry.at = meta.at;
            }
            CaseEvent::TitleSet { text } => self.title = Some(text.clone()),
            CaseEvent::ProductSet { product } => self.product = Some(*product),
            CaseEvent::LaneSet {
                lane, by_person, ..
            } => {
                self.lane = *lane;
                self.lower_lane = None;
                self.raised_by_person = *by_person && *lane == Lane::H;
            }
            CaseEvent::LaneLoweringProposed { lane, text } => {
                self.lower_lane = Some(proposed(*lane, text.as_ref(), meta));
            }
            CaseEvent::LaneLoweringRefused { .. } => self.lower_lane = None,
            CaseEvent::Assigned { owner } => {
                self.owner = Some(*owner);
                self.owners.insert(*owner);
            }
            CaseEvent::NoteAdded { text } => self.notes.push(proposed((), Some(text), meta)),
            CaseEvent::InquiryAnswered { report, .. } => {
                self.answered.insert(*report);
            }
            CaseEvent::SplitInto { case, .. } => self.split_into.push(*case),
            CaseEvent::FieldingRecorded {
                release, percent, ..
            } => {
                self.fielding.retain(|f| f.release != *release);
                self.fielding.push(Fielding {
                    release: *release,
                    percent: *percent,
                    at: meta.at,
                });
            }
            _ => {}
        }
    }

    fn evolve_determinations(&mut self, event: &CaseEvent, meta: &Meta) {
        match event {
            CaseEvent::Reviewed(reviewed) => self.evolve_review(reviewed, meta),
            CaseEvent::Analysed(a) => {
                if let Some(d) = determined(a.cwe.clone(), a.text.as_ref(), meta) {
                    self.analysis.insert(a.item, d);
                }
            }
            CaseEvent::Scored {
                vector,
                score10,
                text,
            } => {
                let score = Score {
                    vector: vector.clone(),
                    score10: *score10,
                };
                self.score = determined(score, text.as_ref(), meta);
            }
            CaseEvent::StatusStated { rows, text } => {
                for row in rows {
                    self.state_row(row, text.as_ref(), meta);
                }
            }
            CaseEvent::SafetyAssessed(s) => {
                let safety = Safety {
                    harm: s.harm,
                    severity: s.severity,
                    exploitability: s.exploitability,
                    controlled: s.controlled,
                };
                self.safety = determined(safety, s.text.as_ref(), meta);
            }
            CaseEvent::RouteDecided { route, text } => {
                self.route = determined(*route, text.as_ref(), meta);
            }
            CaseEvent::RemediationPlanned { item, text } => {
                if let Some(d) = determined((), text.as_ref(), meta) {
                    self.addressing.insert(*item, d);
                }
            }
            CaseEvent::ResolutionVerified { text } => {
                self.verified = determined((), text.as_ref(), meta);
            }
            CaseEvent::DisclosureDecided { decision, text } => {
                self.disclosure = determined(*decision, text.as_ref(), meta);
            }
            CaseEvent::ComplaintDetermined { complaint, text } => {
                self.complaint = determined(*complaint, text.as_ref(), meta);
            }
            CaseEvent::AdvisoryPublished { .. } => self.advisory_at = Some(meta.at),
            CaseEvent::DeterminationsConfirmed { items } => {
                for item in items {
                    self.confirm(*item, &meta.actor);
                }
            }
            CaseEvent::AwarenessClaimed { alarm, report } => {
                self.awareness.claims.push((*report, *alarm));
            }
            CaseEvent::AwarenessConfirmed { at, text } => {
                self.awareness.confirmed = Some(decided(*at, text.as_ref(), meta));
                self.awareness.declined = None;
            }
            CaseEvent::AwarenessDeclined { text } => {
                self.awareness.declined = Some(decided(meta.at, text.as_ref(), meta));
                self.awareness.confirmed = None;
            }
            _ => {}
        }
    }

    fn evolve_review(&mut self, r: &Reviewed, meta: &Meta) {
        let text = r.text.as_ref();
        fn set<T: Copy>(
            slot: &mut Option<Determination<T>>,
            value: Option<T>,
            text: Option<&ObjectRef>,
            meta: &Meta,
        ) {
            if let Some(value) = value {
                *slot = determined(value, text, meta);
            }
        }
        set(&mut self.review.applicable, r.applicable, text, meta);
        set(&mut self.review.verifiable, r.verifiable, text, meta);
        set(&mut self.review.threats, r.threats, text, meta);
        set(&mut self.review.tier, r.tier, text, meta);
        set(&mut self.review.safety_screen, r.safety_screen, text, meta);
        set(&mut self.review.harmed, r.harmed, text, meta);
    }

    fn state_row(&mut self, row: &StatusRow, text: Option<&ObjectRef>, meta: &Meta) {
        let key = |r: &StatusRow| (r.product, r.release);
        self.status.retain(|r| key(&r.value) != key(row));
        let at = self.status.partition_point(|r| key(&r.value) < key(row));
        if let Some(d) = determined(row.clone(), text, meta) {
            self.status.insert(at, d);
        }
    }

    fn evolve_moves(&mut self, event: &CaseEvent, meta: &Meta) {
        match event {
            CaseEvent::Validated { .. } => {
                self.enter(CasePhase::Valid, meta);
                self.exit = None;
            }
            CaseEvent::Invalidated { exit, text } => {
                self.enter(CasePhase::Invalid, meta);
                self.exit = determined(*exit, text.as_ref(), meta);
            }
            CaseEvent::Accepted { .. } => {
                self.enter(CasePhase::Accepted, meta);
                self.accepted_at.get_or_insert(meta.at);
                self.deferred_until = None;
                self.deferred_stage = None;
            }
            CaseEvent::Deferred { until, .. } => {
                self.deferred_stage = self.stage();
                self.deferred_until = *until;
                self.enter(CasePhase::Deferred, meta);
            }
            CaseEvent::FixReady { .. } => {
                self.flags.fix_ready.get_or_insert(meta.at);
            }
            CaseEvent::FixDeployed { .. } => {
                self.flags.fix_ready.get_or_insert(meta.at);
                self.flags.fix_deployed.get_or_insert(meta.at);
            }
            CaseEvent::BecamePublic { .. } => {
                self.flags.public.get_or_insert(meta.at);
            }
            CaseEvent::ExploitSeen { .. } => {
                self.flags.exploit.get_or_insert(meta.at);
            }
            CaseEvent::AttackSeen { .. } => {
                self.flags.attacks.get_or_insert(meta.at);
                self.embargo.upheld_at = None;
            }
            _ => {}
        }
    }

    fn evolve_embargo(&mut self, event: &CaseEvent, meta: &Meta) {
        let phase = match event {
            CaseEvent::EmbargoProposed { until, text } => {
                self.embargo.until = Some(*until);
                self.embargo.text = text.clone();
                EmbargoPhase::Proposed
            }
            CaseEvent::EmbargoAccepted {} | CaseEvent::EmbargoRevisionRejected {} => {
                self.embargo.revised_until = None;
                EmbargoPhase::Active
            }
            CaseEvent::EmbargoRejected {} => {
                self.embargo.until = None;
                EmbargoPhase::None
            }
            CaseEvent::EmbargoRevisionProposed { until, .. } => {
                self.embargo.revised_until = Some(*until);
                EmbargoPhase::Revise
            }
            CaseEvent::EmbargoRevisionAccepted {} => {
                self.embargo.until = self.embargo.revised_until.take().or(self.embargo.until);
                EmbargoPhase::Active
            }
            CaseEvent::EmbargoUpheld { .. } => {
                self.embargo.upheld_at = Some(meta.at);
                return;
            }
            CaseEvent::EmbargoEnded { .. } => {
                self.embargo.revised_until = None;
                EmbargoPhase::Exited
            }
            _ => return,
        };
        self.embargo.phase = phase;
        self.embargo.since = Some(meta.at);
    }

    fn evolve_duplicates(&mut self, event: &CaseEvent, meta: &Meta) {
        match event {
            CaseEvent::DuplicateProposed { root, text } => {
                self.duplicate_proposed = Some(proposed(*root, text.as_ref(), meta));
            }
            CaseEvent::LinkedAsDuplicate {
                root,
                first,
                signature,
                text,
            } => {
                self.duplicate_proposed = None;
                self.duplicate = Some(DuplicateLink {
                    root: *root,
                    first: *first,
                    signature: signature.clone(),
                    at: meta.at,
                    text: text.clone(),
                    from: self.phase,
                });
                match self.phase {
                    CasePhase::Received | CasePhase::Invalid => {
                        self.enter(CasePhase::Invalid, meta);
                        self.exit = determined(Outcome::Duplicate, text.as_ref(), meta);
                    }
                    CasePhase::Valid | CasePhase::Accepted | CasePhase::Deferred => {
                        self.deferred_stage = self.stage();
                        self.deferred_until = None;
                        self.enter(CasePhase::Deferred, meta);
                    }
                    CasePhase::Closed => {}
                }
            }
            CaseEvent::DuplicateRefused { root, .. } => {
                self.duplicate_proposed = None;
                self.not_duplicate_of.insert(*root);
            }
            CaseEvent::Unlinked { .. } => {
                if let Some(link) = self.duplicate.take() {
                    let back = match link.from {
                        // An exit "duplicate" is no exit any more: review it.
                        CasePhase::Invalid | CasePhase::Closed => CasePhase::Received,
                        // A deferred duplicate without a return date would be forgotten.
                        CasePhase::Deferred => CasePhase::Accepted,
                        phase => phase,
                    };
                    self.enter(back, meta);
                    self.exit = None;
                    self.not_duplicate_of.insert(link.root);
                }
            }
            CaseEvent::DuplicateJoined { case } => {
                self.duplicates.insert(*case);
            }
            CaseEvent::DuplicateLeft { case } => {
                self.duplicates.remove(case);
            }
            _ => {}
        }
    }

    fn evolve_closure(&mut self, event: &CaseEvent, meta: &Meta) {
        match event {
            CaseEvent::NoticeWritten { report, text } => {
                self.notices.retain(|n| n.report != *report);
                let at = self.notices.partition_point(|n| n.report < *report);
                let notice = Notice {
                    report: *report,
                    text: text.clone(),
                    by: meta.actor.clone(),
                    at: meta.at,
                };
                self.notices.insert(at, notice);
            }
            CaseEvent::ClosureProposed {
                outcome,
                digest,
                text,
            } => {
                self.sent_back = None;
                self.proposal = Some(Proposal {
                    outcome: *outcome,
                    digest: digest.clone(),
                    text: text.clone(),
                    by: meta.actor.clone(),
                    at: meta.at,
                });
            }
            CaseEvent::ClosureWithdrawn { .. } => self.proposal = None,
            CaseEvent::ClosureSentBack { text } => {
                self.proposal = None;
                self.sent_back = Some(proposed((), text.as_ref(), meta));
            }
            CaseEvent::MessagesRead { messages } => self.messages_read.extend(messages),
            CaseEvent::ClosureApproved(signature) => self.approval = Some(signature.clone()),
            CaseEvent::Closed { outcome, digest } => {
                let proposal = self.proposal.take();
                self.closures.push(Closure {
                    outcome: *outcome,
                    digest: digest.clone(),
                    proposed_by: proposal.as_ref().map(|p| p.by.clone()),
                    signature: self.approval.take(),
                    text: proposal.and_then(|p| p.text),
                    at: meta.at,
                });
                self.enter(CasePhase::Closed, meta);
            }
            CaseEvent::ReportSetAside { .. } => {
                self.proposal = None;
                self.set_aside = true;
                self.enter(CasePhase::Closed, meta);
            }
            CaseEvent::Reopened { .. } => self.reopen(meta),
            _ => {}
        }
    }

    fn reopen(&mut self, meta: &Meta) {
        self.enter(CasePhase::Received, meta);
        self.reopened.push(meta.at);
        self.exit = None;
        self.set_aside = false;
        self.deferred_stage = None;
        self.deferred_until = None;
        self.reviewed_at = None;
        self.accepted_at = None;
        self.sent_back = None;
        self.notices.clear();
        self.owners = self.owner.into_iter().collect();
        for item in Item::ALL {
            self.unconfirm(item);
        }
    }

    fn unconfirm(&mut self, item: Item) {
        self.each(item, |confirmed, _| *confirmed = false);
    }

    fn confirm(&mut self, item: Item, actor: &Actor) {
        self.each(item, |confirmed, by| {
            *confirmed = true;
            *by = Some(actor.clone());
        });
    }

    /// Visits the confirmation of one determination (every row, for the status table).
    fn each(&mut self, item: Item, mut f: impl FnMut(&mut bool, &mut Option<Actor>)) {
        use crate::case::event::{AddressingItem as Ad, AnalysisItem as An};
        fn on<T>(
            d: Option<&mut Determination<T>>,
            f: &mut impl FnMut(&mut bool, &mut Option<Actor>),
        ) {
            if let Some(d) = d {
                f(&mut d.confirmed, &mut d.confirmed_by);
            }
        }
        match item {
            Item::Applicable => on(self.review.applicable.as_mut(), &mut f),
            Item::Verifiable => on(self.review.verifiable.as_mut(), &mut f),
            Item::Threats => on(self.review.threats.as_mut(), &mut f),
            Item::Tier => on(self.review.tier.as_mut(), &mut f),
            Item::SafetyScreen => on(self.review.safety_screen.as_mut(), &mut f),
            Item::Harmed => on(self.review.harmed.as_mut(), &mut f),
            Item::Impact => on(self.analysis.get_mut(&An::Impact), &mut f),
            Item::RootCause => on(self.analysis.get_mut(&An::RootCause), &mut f),
            Item::RelatedIssues => on(self.analysis.get_mut(&An::RelatedIssues), &mut f),
            Item::Score => on(self.score.as_mut(), &mut f),
            Item::Status => self.status.iter_mut().for_each(|r| on(Some(r), &mut f)),
            Item::Safety => on(self.safety.as_mut(), &mut f),
            Item::Route => on(self.route.as_mut(), &mut f),
            Item::SiblingsSwept => on(self.addressing.get_mut(&Ad::SiblingsSwept), &mut f),
            Item::ThirdPartiesTold => on(self.addressing.get_mut(&Ad::ThirdPartiesTold), &mut f),
            Item::ResidualRisk => on(self.addressing.get_mut(&Ad::ResidualRisk), &mut f),
            Item::ResolutionVerified => on(self.verified.as_mut(), &mut f),
            Item::Disclosure => on(self.disclosure.as_mut(), &mut f),
            Item::Complaint => on(self.complaint.as_mut(), &mut f),
        }
    }
}

fn decided(moment: jiff::Timestamp, text: Option<&ObjectRef>, meta: &Meta) -> AwarenessDecision {
    AwarenessDecision {
        moment,
        by: meta.actor.clone(),
        at: meta.at,
        text: text.cloned(),
    }
}
