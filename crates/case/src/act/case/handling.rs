//! Owners, titles, products, lanes, notes, splits, occurrences.

use super::from_here;
use crate::act::command::{CaseCommand as Wish, OpenCase};
use crate::act::draft::{Draft, rationale};
use crate::actor::Actor;
use crate::case::event::{CaseEvent as E, Lane, Meaning, Signature};
use crate::id::{CaseId, PersonId, ReportId};
use crate::lane;
use crate::object::ObjectRef;
use crate::policy::Duty;
use crate::refusal::Refusal;
use crate::report::event::ReportEvent;
use crate::world::Look;

/// Notes, occurrences by run and reports of one case are bounded: pages and records show them all.
const MOST_NOTES: usize = 2_000;
const MOST_RUNS: usize = 10_000;

pub(super) fn decide(draft: &mut Draft<'_>, id: CaseId, wish: &Wish) -> Result<(), Refusal> {
    if let Wish::SeeOccurrences(seen) = wish {
        draft.machine_or(Duty::Handle)?;
        if draft.the_case(id)?.runs.len() >= MOST_RUNS {
            return Err(Refusal::Limit(format!(
                "A case is shown by at most {MOST_RUNS} runs."
            )));
        }
        draft.case_event(id, E::OccurrencesSeen(seen.clone()));
        return Ok(());
    }
    if let Wish::Recheck = wish {
        return draft.machine_or(Duty::Handle);
    }
    match wish {
        Wish::LowerLane { name, text } => return lower(draft, id, name, text.as_ref()),
        Wish::RefuseLowerLane { text } => return refuse_lower(draft, id, text.as_ref()),
        _ => {}
    }
    draft.require(Duty::Handle)?;
    let case = draft.the_case(id)?;
    let event = match wish {
        Wish::SetTitle { text } => E::TitleSet { text: text.clone() },
        Wish::SetProduct { product } => {
            draft.product(*product).ok_or(Refusal::NotFound)?;
            from_here(!case.is_closed(), case, "Open the case again first.")?;
            E::ProductSet { product: *product }
        }
        Wish::RaiseLane { lane, text } => return raise(draft, id, *lane, text.as_ref()),
        Wish::ProposeLowerLane { lane, text } => {
            return propose_lower(draft, id, *lane, text.as_ref());
        }
        Wish::Assign { owner } => {
            let roles = draft.org().policy().roles(Duty::Handle);
            if !draft.person(*owner).is_some_and(|p| p.has_any(roles)) {
                return Err(Refusal::Field {
                    field: "Owner",
                    why: "choose somebody who may sign in and works cases".into(),
                });
            }
            if case.owner == Some(*owner) {
                return Err(Refusal::AlreadySo("that person owns it"));
            }
            E::Assigned { owner: *owner }
        }
        Wish::AddNote { text } => {
            if case.notes.len() >= MOST_NOTES {
                return Err(Refusal::Limit(format!(
                    "A case has at most {MOST_NOTES} notes."
                )));
            }
            E::NoteAdded { text: text.clone() }
        }
        Wish::Split {
            into,
            reports,
            text,
        } => return split(draft, id, into, reports, text.as_ref()),
        Wish::AnswerInquiry { report, text } => {
            rationale(text.as_ref())?;
            if !case.questions.contains(report) {
                return Err(Refusal::NotFromHere {
                    state: "without such a question",
                    hint: "Only a report that was placed as a question is answered here.",
                });
            }
            E::InquiryAnswered {
                report: *report,
                text: text.clone(),
            }
        }
        Wish::RecordFielding {
            release,
            percent,
            text,
        } => {
            if *percent > 100 {
                return Err(Refusal::Field {
                    field: "Share",
                    why: "write a number from 0 to 100".into(),
                });
            }
            case.row(*release).ok_or(Refusal::NotFound)?;
            E::FieldingRecorded {
                release: *release,
                percent: *percent,
                text: text.clone(),
            }
        }
        _ => return Err(Refusal::NotFound),
    };
    draft.case_event(id, event);
    Ok(())
}

/// More care: one person may, with a reason. What opened the case decides M, T or A for ever; only H crosses.
fn raise(
    draft: &mut Draft<'_>,
    id: CaseId,
    wanted: Lane,
    text: Option<&ObjectRef>,
) -> Result<(), Refusal> {
    rationale(text)?;
    let case = draft.the_case(id)?;
    from_here(!case.is_closed(), case, "Open the case again first.")?;
    if wanted != Lane::H {
        return Err(Refusal::Field {
            field: "Lane",
            why: "what opened the case decides its lane; it can only be raised to H".into(),
        });
    }
    if case.lane == Lane::H {
        return Err(Refusal::AlreadySo("it has the full care of lane H"));
    }
    let event = E::LaneSet {
        lane: wanted,
        by_person: true,
        signature: None,
        text: text.cloned(),
    };
    draft.case_event(id, event);
    Ok(())
}

/// The lane to which a case in H may be lowered: that of what opened it, or the exit at review. `None` where the facts
/// ask for H.
fn lowest(draft: &Draft<'_>, id: CaseId) -> Result<Option<Lane>, Refusal> {
    let case = draft.the_case(id)?;
    let mut lowered = case.clone();
    lowered.raised_by_person = false;
    let lane = match (case.lane, case.origin, &case.exit) {
        (Lane::H, Lane::H | Lane::Hx, Some(exit)) => lane::after_exit(&lowered, draft, exit.value),
        (Lane::H, Lane::M | Lane::T | Lane::A, _) => {
            lowered.lane = case.origin;
            lane::by_facts(&lowered, draft)
        }
        _ => return Ok(None),
    };
    Ok((lane != Lane::H).then_some(lane))
}

fn propose_lower(
    draft: &mut Draft<'_>,
    id: CaseId,
    wanted: Lane,
    text: Option<&ObjectRef>,
) -> Result<(), Refusal> {
    rationale(text)?;
    let case = draft.the_case(id)?;
    from_here(!case.is_closed(), case, "Open the case again first.")?;
    if lowest(draft, id)? != Some(wanted) {
        return Err(Refusal::Field {
            field: "Lane",
            why: "the facts of this case ask for the care it has: correct a determination if one is wrong".into(),
        });
    }
    draft.case_event(
        id,
        E::LaneLoweringProposed {
            lane: wanted,
            text: text.cloned(),
        },
    );
    Ok(())
}

/// The second person: not the one who proposed it.
fn second_person(draft: &Draft<'_>, first: &Actor) -> Result<PersonId, Refusal> {
    let me = draft
        .require(Duty::Approve)
        .or_else(|_| draft.require(Duty::Handle))?;
    if *first == Actor::Person(me) {
        return Err(Refusal::MayNotSign("you proposed it"));
    }
    Ok(me)
}

fn lower(
    draft: &mut Draft<'_>,
    id: CaseId,
    name: &str,
    text: Option<&ObjectRef>,
) -> Result<(), Refusal> {
    let case = draft.the_case(id)?;
    let Some(proposed) = &case.lower_lane else {
        return Err(Refusal::NotFromHere {
            state: "without a proposal to lower its lane",
            hint: "One person proposes it, another agrees.",
        });
    };
    let person = second_person(draft, &proposed.by)?;
    let lane = proposed.value;
    if lowest(draft, id)? != Some(lane) {
        return Err(Refusal::NotFromHere {
            state: "owed its present care by new facts",
            hint: "Refuse the proposal, or propose again.",
        });
    }
    let digest = crate::canonical::digest_of(&(id, lane));
    let signature = Signature {
        person,
        name: name.into(),
        meaning: Meaning::LaneLowering,
        digest,
    };
    let event = E::LaneSet {
        lane,
        by_person: true,
        signature: Some(signature),
        text: text.cloned(),
    };
    draft.case_event(id, event);
    Ok(())
}

fn refuse_lower(
    draft: &mut Draft<'_>,
    id: CaseId,
    text: Option<&ObjectRef>,
) -> Result<(), Refusal> {
    draft
        .require(Duty::Approve)
        .or_else(|_| draft.require(Duty::Handle))?;
    if draft.the_case(id)?.lower_lane.is_none() {
        return Err(Refusal::AlreadySo("no lowering is proposed"));
    }
    draft.case_event(
        id,
        E::LaneLoweringRefused {
            text: text.cloned(),
        },
    );
    Ok(())
}

/// Part of a case becomes a case of its own. Listed reports move; with none listed, the report that opened the case is
/// in both.
fn split(
    draft: &mut Draft<'_>,
    id: CaseId,
    into: &OpenCase,
    reports: &[ReportId],
    text: Option<&ObjectRef>,
) -> Result<(), Refusal> {
    rationale(text)?;
    let case = draft.the_case(id)?;
    from_here(!case.is_closed(), case, "Open the case again first.")?;
    if reports.iter().any(|r| !case.reports.contains(r)) {
        return Err(Refusal::Field {
            field: "Reports",
            why: "choose reports of this case".into(),
        });
    }
    if reports.len() >= case.reports.len() {
        return Err(Refusal::Field {
            field: "Reports",
            why: "at least one report stays; choose none, and the first report is in both cases"
                .into(),
        });
    }
    let opening = reports.first().copied().unwrap_or(case.opened_by);
    let lane = if case.lane == Lane::Hx {
        Lane::H
    } else {
        case.lane
    };
    let open = OpenCase {
        lane,
        ..into.clone()
    };
    let moving = !reports.is_empty();
    crate::act::receive::open_case(draft, opening, &open)?;
    for report in reports {
        if *report != opening {
            draft.case_event(
                open.case,
                E::ReportAttached {
                    report: *report,
                    question: false,
                },
            );
        }
        if moving {
            let moved = ReportEvent::Moved {
                from: id,
                to: open.case,
                text: text.cloned(),
            };
            draft.report_event(*report, moved);
            draft.case_event(
                id,
                E::ReportDetached {
                    report: *report,
                    to: open.case,
                },
            );
        }
    }
    draft.case_event(
        id,
        E::SplitInto {
            case: open.case,
            text: text.cloned(),
        },
    );
    crate::act::settle::case(draft, open.case)
}
