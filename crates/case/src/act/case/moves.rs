//! The moves of Vultron's report management, with review before validity (domain.md, Case).

use super::from_here;
use crate::act::command::CaseCommand as Wish;
use crate::act::draft::{Draft, rationale};
use crate::case::event::{CaseEvent as E, Lane, Outcome};
use crate::case::state::{CasePhase as P, CaseState};
use crate::closure::{self, Need};
use crate::id::CaseId;
use crate::lane;
use crate::object::ObjectRef;
use crate::policy::{Duty, Span};
use crate::react::Effect;
use crate::refusal::Refusal;
use crate::report::event::ReportEvent;
use crate::world::Look;
use jiff::Timestamp;

pub(super) fn decide(draft: &mut Draft<'_>, id: CaseId, wish: &Wish) -> Result<(), Refusal> {
    draft.require(Duty::Handle)?;
    let case = draft.the_case(id)?;
    match wish {
        Wish::Validate { text } => {
            from_here(
                matches!(case.phase, P::Received | P::Invalid),
                case,
                "Only a case in review, or one that left it by an exit, is validated.",
            )?;
            no_link(case)?;
            review_complete(case, draft)?;
            let exited = case.lane == Lane::Hx;
            draft.case_event(id, E::Validated { text: text.clone() });
            if exited {
                back_to_h(draft, id);
            }
        }
        Wish::Invalidate { exit, text } => invalidate(draft, id, *exit, text.as_ref())?,
        Wish::Accept { text } => {
            from_here(
                matches!(case.phase, P::Valid | P::Deferred),
                case,
                "A case is accepted when it is valid, or when it comes back from deferral.",
            )?;
            no_link(case)?;
            draft.case_event(id, E::Accepted { text: text.clone() });
        }
        Wish::Defer { until, text } => defer(draft, id, *until, text.as_ref())?,
        Wish::FixReady { text } => {
            if case.flags.fix_ready.is_some() {
                return Err(Refusal::AlreadySo("the fix is ready"));
            }
            draft.case_event(id, E::FixReady { text: text.clone() });
        }
        Wish::FixDeployed { text } => {
            if case.flags.fix_deployed.is_some() {
                return Err(Refusal::AlreadySo("the fix is deployed"));
            }
            if case.flags.fix_ready.is_none() {
                draft.case_event(id, E::FixReady { text: text.clone() });
            }
            draft.case_event(id, E::FixDeployed { text: text.clone() });
        }
        Wish::Reopen { text } => reopen(draft, id, text.as_ref())?,
        _ => return Err(Refusal::NotFound),
    }
    Ok(())
}

/// Lane Hx is for an exit at review only.
fn back_to_h(draft: &mut Draft<'_>, id: CaseId) {
    let event = E::LaneSet {
        lane: Lane::H,
        by_person: false,
        signature: None,
        text: None,
    };
    draft.case_event(id, event);
}

fn no_link(case: &CaseState) -> Result<(), Refusal> {
    from_here(
        case.duplicate.is_none(),
        case,
        "It is linked as a duplicate: undo the link first.",
    )
}

/// Both ways out of review are refused while a determination is empty (or not confirmed after a reopening).
fn review_complete(case: &CaseState, draft: &Draft<'_>) -> Result<(), Refusal> {
    let open: Vec<String> = [
        Need::Applicable,
        Need::Verifiable,
        Need::Threats,
        Need::Tier,
        Need::SafetyScreen,
        Need::Harmed,
    ]
    .into_iter()
    .filter_map(|need| need.unmet(case, draft, None, draft.facts.now))
    .map(|s| s.trim_end_matches('.').to_owned())
    .collect();
    if open.is_empty() {
        Ok(())
    } else {
        Err(Refusal::ReviewIncomplete(open))
    }
}

fn invalidate(
    draft: &mut Draft<'_>,
    id: CaseId,
    exit: Outcome,
    text: Option<&ObjectRef>,
) -> Result<(), Refusal> {
    let case = draft.the_case(id)?;
    from_here(
        case.phase == P::Received,
        case,
        "Exits are for review. A case further on closes with what came of the analysis.",
    )?;
    if exit == Outcome::Duplicate {
        return Err(Refusal::OutcomeNotOpen {
            outcome: exit,
            why: "propose the case that it duplicates, and a second person agrees.",
        });
    }
    if !closure::is_exit(exit) {
        return Err(Refusal::OutcomeNotOpen {
            outcome: exit,
            why: "it is no exit of review: validate and accept the case first.",
        });
    }
    rationale(text)?;
    review_complete(case, draft)?;
    let lane = lane::after_exit(case, draft, exit);
    let before = case.lane;
    draft.case_event(
        id,
        E::Invalidated {
            exit,
            text: text.cloned(),
        },
    );
    if lane != before {
        draft.case_event(
            id,
            E::LaneSet {
                lane,
                by_person: false,
                signature: None,
                text: None,
            },
        );
    }
    Ok(())
}

fn defer(
    draft: &mut Draft<'_>,
    id: CaseId,
    until: Option<Timestamp>,
    text: Option<&ObjectRef>,
) -> Result<(), Refusal> {
    let case = draft.the_case(id)?;
    from_here(
        matches!(case.phase, P::Valid | P::Accepted),
        case,
        "Only a valid or accepted case is deferred.",
    )?;
    rationale(text)?;
    let now = draft.facts.now;
    if until.is_some_and(|u| {
        u <= now || u > crate::clocks::due(now, Span::Months(12), &draft.org().calendar)
    }) {
        return Err(Refusal::Field {
            field: "Return date",
            why: "choose a day from tomorrow to 12 months from now".into(),
        });
    }
    draft.case_event(
        id,
        E::Deferred {
            until,
            text: text.cloned(),
        },
    );
    Ok(())
}

/// Back to review. Its reports are open again and their reporters are told; so are those of its duplicates.
fn reopen(draft: &mut Draft<'_>, id: CaseId, text: Option<&ObjectRef>) -> Result<(), Refusal> {
    let case = draft.the_case(id)?;
    from_here(case.phase == P::Closed, case, "It is open already.")?;
    rationale(text)?;
    let reports = case.reports.clone();
    let duplicates: Vec<CaseId> = case.duplicates.iter().copied().collect();
    let exited = case.lane == Lane::Hx;
    // A duplicate that is opened by itself is no duplicate any more: its root goes its own way.
    if let Some(root) = case.duplicate.as_ref().map(|d| d.root) {
        draft.case_event(
            id,
            E::Unlinked {
                text: text.cloned(),
            },
        );
        draft.case_event(root, E::DuplicateLeft { case: id });
    }
    draft.case_event(
        id,
        E::Reopened {
            text: text.cloned(),
        },
    );
    if exited {
        back_to_h(draft, id);
    }
    for report in reports {
        if draft
            .report(report)
            .is_some_and(|r| r.told.is_some() || r.closed_at.is_some())
        {
            draft.report_event(report, ReportEvent::Reopened { case: id });
        }
        draft.job(Effect::TellReopened { report });
    }
    for duplicate in duplicates {
        let reports = draft
            .case(duplicate)
            .map(|c| c.reports.clone())
            .unwrap_or_default();
        for report in reports {
            draft.job(Effect::TellReopened { report });
        }
    }
    draft.job(Effect::Notify { case: id });
    Ok(())
}
