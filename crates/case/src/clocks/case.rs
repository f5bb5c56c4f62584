//! Clocks of a case.

use super::{Deadline, by_rule, due};
use crate::case::event::{Alarm, Lane, Tier};
use crate::case::state::{CasePhase, CaseState, DuplicateLink};
use crate::case::terms::{Item, Status};
use crate::policy::{ClockCode as C, Trigger};
use crate::world::Look;
use jiff::Timestamp;

pub(super) fn clocks(case: &CaseState, look: &dyn Look) -> Vec<Deadline> {
    let mut all: Vec<Deadline> = Vec::new();
    if case.is_closed() {
        all.extend(fielding(case, look));
    } else {
        all.extend(work(case, look));
        all.extend(proposal(case, look));
        all.extend(embargo(case, look));
    }
    all.extend(regulators(case, look));
    for deadline in &mut all {
        if !matches!(deadline.code, C::Approve | C::Regulator) {
            deadline.who = deadline.who.or(case.owner);
        }
    }
    all
}

/// Since when it is worked on: opened, or reopened.
fn began(case: &CaseState) -> Timestamp {
    case.reopened.last().copied().unwrap_or(case.opened_at)
}

fn tier(case: &CaseState) -> Option<Tier> {
    case.review
        .tier
        .as_ref()
        .filter(|d| d.confirmed)
        .map(|d| d.value)
}

fn work(case: &CaseState, look: &dyn Look) -> Vec<Deadline> {
    // Machine findings, matches and indicators have one clock (per run one, none per occurrence).
    if matches!(case.lane, Lane::M | Lane::T | Lane::A) && case.phase != CasePhase::Deferred {
        return by_rule(
            look,
            C::Run,
            None,
            began(case),
            "Decide about this finding and propose its closure.",
        )
        .into_iter()
        .collect();
    }
    if let Some(link) = &case.duplicate {
        return duplicate(case, link, look).into_iter().collect();
    }
    match case.phase {
        CasePhase::Received => {
            by_rule(look, C::Review, tier(case), began(case), "Complete the review: does it apply, can it be verified, how severe is it, can it harm.")
                .into_iter()
                .collect()
        }
        CasePhase::Invalid => {
            by_rule(look, C::InvalidWindow, None, case.phase_since, "The reporter may add information until then; after that the case can close.")
                .into_iter()
                .collect()
        }
        CasePhase::Valid => {
            by_rule(look, C::Review, tier(case), case.phase_since, "Accept it or defer it.").into_iter().collect()
        }
        CasePhase::Accepted => accepted(case, look),
        CasePhase::Deferred => deferred(case, look),
        CasePhase::Closed => vec![],
    }
}

/// A duplicate waits for its root, and shows the root's clock; what it needs of its own has one, too.
fn duplicate(case: &CaseState, link: &DuplicateLink, look: &dyn Look) -> Option<Deadline> {
    let root = look.case(link.root);
    let own = |since, sentence| by_rule(look, C::Review, None, since, sentence);
    if !case.counts(Item::SafetyScreen) {
        return own(link.at, "Answer the safety screen of this duplicate.");
    }
    match root {
        Some(root) if !root.is_closed() => {
            let mut deadline = work(root, look).into_iter().min_by_key(|d| d.due)?;
            deadline.sentence = "It is a duplicate and closes with its root.".into();
            Some(deadline)
        }
        root => own(
            root.and_then(CaseState::closed_at).unwrap_or(link.at),
            "Its root is closed: settle what is missing, and this duplicate closes at once.",
        ),
    }
}

fn accepted(case: &CaseState, look: &dyn Look) -> Vec<Deadline> {
    let since = case.accepted_at.unwrap_or(case.phase_since);
    let analysis = (!case.analysis_complete())
        .then(|| {
            by_rule(
                look,
                C::Analysis,
                tier(case),
                since,
                "Complete the analysis.",
            )
        })
        .flatten();
    let resolve = by_rule(
        look,
        C::Resolve,
        tier(case),
        began(case),
        "Resolve it and close the case.",
    );
    analysis.into_iter().chain(resolve).collect()
}

/// A deferred case comes back at its date, and after 12 months at most.
fn deferred(case: &CaseState, look: &dyn Look) -> Vec<Deadline> {
    let mut deadline = by_rule(
        look,
        C::DeferredReturn,
        None,
        case.phase_since,
        "It was deferred until then: accept it, or close it with a decision about the risk that remains.",
    );
    if let (Some(d), Some(until)) = (deadline.as_mut(), case.deferred_until) {
        d.due = d.due.min(until);
    }
    deadline.into_iter().collect()
}

fn proposal(case: &CaseState, look: &dyn Look) -> Option<Deadline> {
    let p = case.proposal.as_ref()?;
    by_rule(
        look,
        C::Approve,
        None,
        p.at,
        "A second person reads the closure record and signs, or sends it back.",
    )
}

fn embargo(case: &CaseState, look: &dyn Look) -> Vec<Deadline> {
    if !case.embargo.lives() {
        return vec![];
    }
    let since = case.embargo.since.unwrap_or(case.opened_at);
    let end = case.embargo.until.map(|until| Deadline {
        code: C::EmbargoEnd,
        due: until,
        since,
        sentence: "The embargo was agreed until then. Nothing happens by itself: end it, or agree a new date.".into(),
        rule: "the agreed terms".into(),
        who: None,
        provisional: false,
    });
    let attack = case
        .flags
        .attacks
        .filter(|_| case.embargo.upheld_at.is_none())
        .and_then(|at| {
            by_rule(
                look,
                C::EmbargoAttack,
                None,
                at,
                "Attacks were seen: end the embargo, or say why it is kept.",
            )
        });
    end.into_iter().chain(attack).collect()
}

/// Packs start provisionally from the earliest claim; the regulatory role confirms, moves or declines.
fn regulators(case: &CaseState, look: &dyn Look) -> Vec<Deadline> {
    let awareness = &case.awareness;
    if awareness.declined.is_some() {
        return vec![];
    }
    let harm = |a: &Alarm| a.harm;
    let exploited = |a: &Alarm| a.exploited;
    let first = |f: &dyn Fn(&Alarm) -> bool| {
        awareness
            .claims
            .iter()
            .filter(|(_, a)| f(a))
            .map(|(_, a)| a.at)
            .min()
    };
    let confirmed = awareness.confirmed.as_ref().map(|d| d.moment);
    let unclaimed = awareness.claims.is_empty();
    let policy_since = awareness
        .claimed_at()
        .or(confirmed)
        .unwrap_or(case.opened_at);
    let packs = &look.org().policy_at(policy_since).regulators;
    packs
        .iter()
        .filter_map(|pack| {
            let claimed = pack
                .on
                .iter()
                .filter_map(|t| match t {
                    Trigger::Harm => first(&harm),
                    Trigger::Exploited => first(&exploited),
                })
                .min();
            // What was confirmed without a claim may be any of it.
            let since = match (claimed, confirmed) {
                (Some(_), Some(moment)) => moment,
                (Some(at), None) => at,
                (None, Some(moment)) if unclaimed => moment,
                (None, _) => return None,
            };
            Some(Deadline {
                code: C::Regulator,
                due: due(since, pack.within, &look.org().calendar),
                since,
                sentence: format!("{} ({}): {}.", pack.code, pack.to, pack.what),
                rule: format!("{} ({})", pack.within, pack.source),
                who: None,
                provisional: confirmed.is_none(),
            })
        })
        .collect()
}

/// Fielding runs on after closure until every fixed release has reached all devices.
fn fielding(case: &CaseState, look: &dyn Look) -> Option<Deadline> {
    let closed = case.closed_at()?;
    let open = case.status.iter().any(|row| {
        row.value.status == Status::Fixed {}
            && row.value.released
            && !case
                .fielding
                .iter()
                .any(|f| f.release == row.value.release && f.percent == 100)
    });
    let since = case
        .fielding
        .iter()
        .map(|f| f.at)
        .max()
        .unwrap_or(closed)
        .max(closed);
    open.then(|| {
        by_rule(
            look,
            C::Fielding,
            None,
            since,
            "Record how far the fix has reached the field.",
        )
    })
    .flatten()
}
