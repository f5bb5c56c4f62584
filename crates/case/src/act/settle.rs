//! What follows by itself in the same decision: lanes raised by facts, proposals voided, reports told by rule and closed.

use crate::act::draft::Draft;
use crate::act::tell;
use crate::case::event::CaseEvent;
use crate::closure;
use crate::id::{CaseId, ReportId};
use crate::lane;
use crate::refusal::Refusal;
use crate::report::event::{ReportEvent, ReporterKind, Told};
use crate::report::state::ReportPhase;
use crate::world::Look;

/// After anything changed on a case.
pub(crate) fn case(draft: &mut Draft<'_>, id: CaseId) -> Result<(), Refusal> {
    let state = draft.the_case(id)?;
    if state.is_closed() {
        return Ok(());
    }
    let lane = lane::by_facts(state, draft);
    if lane != state.lane {
        draft.case_event(
            id,
            CaseEvent::LaneSet {
                lane,
                by_person: false,
                signature: None,
                text: None,
            },
        );
    }
    let state = draft.the_case(id)?;
    let voided = state
        .proposal
        .as_ref()
        .is_some_and(|p| closure::digest(state, draft, p.outcome) != p.digest);
    if voided {
        draft.case_event(id, CaseEvent::ClosureWithdrawn { voided: true });
    }
    // A duplicate whose root is closed waits only for what is missing of its own.
    super::case::close_if_root_closed(draft, id)
}

/// After anything changed on a report: its cases see it, and it closes where everything is done.
pub(crate) fn report_and_cases(draft: &mut Draft<'_>, id: ReportId) -> Result<(), Refusal> {
    let cases = draft.the_report(id)?.cases.clone();
    for c in cases {
        if draft.case(c).is_some() {
            case(draft, c)?;
        }
    }
    report(draft, id)
}

/// A report closes when every case it is in is closed and it was told.
pub(crate) fn report(draft: &mut Draft<'_>, id: ReportId) -> Result<(), Refusal> {
    let state = draft.the_report(id)?;
    if state.phase() != ReportPhase::Placed {
        return Ok(());
    }
    let all_closed = state
        .cases
        .iter()
        .all(|c| draft.case(*c).is_some_and(|c| c.is_closed()));
    if !all_closed {
        return Ok(());
    }
    if state.told.is_none() {
        match tell::told(state, draft, draft.facts.now) {
            // A person's 48 hours, and two failures, are recorded by an act of their own.
            Some((how, message))
                if state.kind != ReporterKind::Person && how != Told::Unreachable =>
            {
                draft.report_event(id, ReportEvent::OutcomeTold { how, message });
            }
            _ => return Ok(()),
        }
    }
    draft.report_event(id, ReportEvent::Closed {});
    Ok(())
}
