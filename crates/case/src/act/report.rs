//! Wishes about one report.

use crate::act::admin::short;
use crate::act::command::ReportCommand as Wish;
use crate::act::draft::{Draft, rationale, same_version};
use crate::act::org::MOST_LISTED;
use crate::act::receive::{alarm_of, open_case};
use crate::act::settle;
use crate::act::tell;
use crate::actor::Actor;
use crate::case::event::CaseEvent;
use crate::case::state::CasePhase;
use crate::id::{CaseId, ReportId};
use crate::object::ObjectRef;
use crate::policy::Duty;
use crate::react::Effect;
use crate::refusal::Refusal;
use crate::report::event::{Purpose, ReportEvent as E, SetAsideCode};
use crate::report::state::ReportPhase;

/// A conversation has a limit, as everything: a reporter who needs more writes a report.
const MOST_MESSAGES: usize = 2_000;

pub(crate) fn decide(
    draft: &mut Draft<'_>,
    id: ReportId,
    seen: Option<u64>,
    wish: &Wish,
) -> Result<(), Refusal> {
    let report = draft.the_report(id)?;
    same_version(seen, report.version)?;
    match wish {
        Wish::Read { format } => {
            draft.machine_or(Duty::Handle)?;
            short("Format", format)?;
            draft.report_event(
                id,
                E::ReadAs {
                    format: format.clone(),
                },
            );
        }
        Wish::FindUnreadable { why } => {
            draft.machine_or(Duty::Handle)?;
            short("Why", why)?;
            draft.report_event(id, E::FoundUnreadable { why: why.clone() });
        }
        Wish::Open { open, .. } => {
            draft.machine_or(Duty::Handle)?;
            not_set_aside(draft, id)?;
            reopen_if_closed(draft, id, open.case)?;
            open_case(draft, id, open)?;
        }
        Wish::Place {
            case,
            question,
            text,
        } => place(draft, id, *case, *question, text.as_ref())?,
        Wish::SetAside { code, rule, text } => set_aside(draft, id, *code, rule, text.as_ref())?,
        Wish::PutBack { text } => put_back(draft, id, text.as_ref())?,
        Wish::Move { from, to, text } => move_between(draft, id, *from, *to, text.as_ref())?,
        Wish::ConfirmSource { source, role } => {
            draft.require(Duty::Handle)?;
            draft.report_event(
                id,
                E::SourceConfirmed {
                    source: *source,
                    role: *role,
                },
            );
        }
        Wish::Write {
            message,
            purpose,
            text,
        } => {
            may_write(draft, *purpose)?;
            room_for_message(draft, id)?;
            tell::write(draft, id, *message, *purpose, text)?;
        }
        Wish::Hear {
            message,
            text,
            files,
        } => {
            room_for_message(draft, id)?;
            hear(draft, id, *message, text, files)?;
        }
        Wish::Bounce { message } => tell::bounce(draft, id, *message)?,
        Wish::HandOver { message, via } => tell::hand_over(draft, id, *message, *via)?,
        Wish::Tell { how } => tell::tell(draft, id, *how)?,
        Wish::Dispute { text } => dispute(draft, id, text)?,
        Wish::AnswerDispute {
            message,
            text,
            reason,
        } => {
            tell::answer_dispute(draft, id, *message, text, reason.as_ref())?;
        }
        Wish::Withdraw { text } => {
            reporter_or_handler(draft, id)?;
            if draft.the_report(id)?.withdrawn_at.is_some() {
                return Err(Refusal::AlreadySo("the report is withdrawn"));
            }
            draft.report_event(id, E::Withdrawn { text: text.clone() });
        }
        Wish::Erase { text } => erase(draft, id, text.as_ref())?,
        Wish::PlaceHold { text } => {
            draft.require(Duty::Administer)?;
            draft.report_event(id, E::HoldPlaced { text: text.clone() });
        }
        Wish::LiftHold { text } => lift_hold(draft, id, text)?,
    }
    match wish {
        // One of many placings of a machine's file: the report itself is settled when its run is applied.
        Wish::Read { .. } | Wish::FindUnreadable { .. } | Wish::Open { .. } => Ok(()),
        Wish::Place { case, .. } => {
            settle::case(draft, *case)?;
            settle::report(draft, id)
        }
        _ => settle::report_and_cases(draft, id),
    }
}

/// The standard notice that a case was opened again is a rule's; an answer is always a person's.
fn may_write(draft: &Draft<'_>, purpose: Purpose) -> Result<(), Refusal> {
    match draft.facts.actor {
        Actor::Rule(..) if purpose == Purpose::Update => Ok(()),
        _ => draft.require(Duty::Handle).map(drop),
    }
}

fn put_back(draft: &mut Draft<'_>, id: ReportId, text: Option<&ObjectRef>) -> Result<(), Refusal> {
    draft.require(Duty::Handle)?;
    rationale(text)?;
    if draft.the_report(id)?.set_aside.is_none() {
        return Err(Refusal::NotFromHere {
            state: "not set aside",
            hint: "There is nothing to put back.",
        });
    }
    let cases = draft.the_report(id)?.cases.clone();
    let text = text.cloned();
    draft.report_event(id, E::PutBack { text: text.clone() });
    for case in cases {
        if draft.the_case(case)?.set_aside {
            draft.case_event(case, CaseEvent::Reopened { text: text.clone() });
        }
    }
    Ok(())
}

fn lift_hold(draft: &mut Draft<'_>, id: ReportId, text: &ObjectRef) -> Result<(), Refusal> {
    draft.require(Duty::Administer)?;
    if draft.the_report(id)?.hold.is_none() {
        return Err(Refusal::AlreadySo("no hold is on this report"));
    }
    let text = text.clone();
    draft.report_event(id, E::HoldLifted { text });
    Ok(())
}

fn not_set_aside(draft: &Draft<'_>, id: ReportId) -> Result<(), Refusal> {
    match draft.the_report(id)?.set_aside {
        Some(_) => Err(Refusal::NotFromHere {
            state: "set aside",
            hint: "Put it back first; that is on record, too.",
        }),
        None => Ok(()),
    }
}

/// A closed report that enters another case is open again, and will be told again.
fn reopen_if_closed(draft: &mut Draft<'_>, id: ReportId, case: CaseId) -> Result<(), Refusal> {
    if draft.the_report(id)?.phase() == ReportPhase::Closed {
        draft.report_event(id, E::Reopened { case });
    }
    Ok(())
}

fn place(
    draft: &mut Draft<'_>,
    id: ReportId,
    case: CaseId,
    question: bool,
    text: Option<&ObjectRef>,
) -> Result<(), Refusal> {
    draft.machine_or(Duty::Handle)?;
    not_set_aside(draft, id)?;
    if matches!(draft.facts.actor, Actor::Person(_)) {
        rationale(text)?;
    }
    draft.the_case(case)?;
    if draft.the_report(id)?.cases.contains(&case) {
        return Err(Refusal::AlreadySo("the report is in this case"));
    }
    reopen_if_closed(draft, id, case)?;
    draft.report_event(id, E::PlacedIn { case });
    draft.case_event(
        case,
        CaseEvent::ReportAttached {
            report: id,
            question,
        },
    );
    claim_awareness(draft, id, case)
}

/// What a report claims starts the regulator clocks of the case it comes to.
fn claim_awareness(draft: &mut Draft<'_>, id: ReportId, case: CaseId) -> Result<(), Refusal> {
    if let Some(alarm) = alarm_of(draft.the_report(id)?) {
        draft.case_event(case, CaseEvent::AwarenessClaimed { alarm, report: id });
        draft.job(Effect::Notify { case });
    }
    Ok(())
}

fn set_aside(
    draft: &mut Draft<'_>,
    id: ReportId,
    code: SetAsideCode,
    rule: &Option<String>,
    text: Option<&ObjectRef>,
) -> Result<(), Refusal> {
    draft.machine_or(Duty::Handle)?;
    not_set_aside(draft, id)?;
    match rule {
        Some(rule) => short("Rule", rule)?,
        None => rationale(text)?,
    }
    let cases = draft.the_report(id)?.cases.clone();
    for case in &cases {
        own_case_before_review(draft, *case)?;
    }
    draft.report_event(
        id,
        E::SetAside {
            code,
            rule: rule.clone(),
            text: text.cloned(),
        },
    );
    for case in cases {
        draft.case_event(case, CaseEvent::ReportSetAside { report: id });
    }
    Ok(())
}

/// A placing can be reversed while nothing hangs on it: the report is alone in a case that is still in review, nobody
/// claims harm or exploitation, and nothing else was linked to it. Anything further closes by its closure.
fn own_case_before_review(draft: &Draft<'_>, case: CaseId) -> Result<(), Refusal> {
    let case = draft.the_case(case)?;
    let alone = case.reports.len() == 1 && case.runs.is_empty() && case.duplicates.is_empty();
    let untouched = case.phase == CasePhase::Received
        && case.duplicate.is_none()
        && case.closures.is_empty()
        && !case.embargo.lives();
    let claims = !case.awareness.claims.is_empty() && case.awareness.declined.is_none();
    if alone && untouched && !claims {
        return Ok(());
    }
    Err(Refusal::NotFromHere {
        state: "in a case with more to it",
        hint: "Work the case to an exit of review: that tells the reporter why, and a second person signs.",
    })
}

fn move_between(
    draft: &mut Draft<'_>,
    id: ReportId,
    from: CaseId,
    to: CaseId,
    text: Option<&ObjectRef>,
) -> Result<(), Refusal> {
    draft.require(Duty::Handle)?;
    rationale(text)?;
    draft.the_case(to)?;
    let left = draft.the_case(from)?;
    if !draft.the_report(id)?.cases.contains(&from) {
        return Err(Refusal::NotFromHere {
            state: "not in that case",
            hint: "Open the report and look at where it is now.",
        });
    }
    if draft.the_report(id)?.cases.contains(&to) {
        return Err(Refusal::AlreadySo("the report is in that case"));
    }
    if left.reports.len() == 1 {
        return Err(Refusal::NotFromHere {
            state: "the only report of its case",
            hint: "Link the case as a duplicate of the other one: a case without a report would be tracked for nobody.",
        });
    }
    reopen_if_closed(draft, id, to)?;
    draft.report_event(
        id,
        E::Moved {
            from,
            to,
            text: text.cloned(),
        },
    );
    draft.case_event(from, CaseEvent::ReportDetached { report: id, to });
    draft.case_event(
        to,
        CaseEvent::ReportAttached {
            report: id,
            question: false,
        },
    );
    claim_awareness(draft, id, to)?;
    settle::case(draft, from)
}

/// A fact: recordable in every state, never refused for where the report is.
fn hear(
    draft: &mut Draft<'_>,
    id: ReportId,
    message: crate::id::MessageId,
    text: &ObjectRef,
    files: &[(ObjectRef, ObjectRef)],
) -> Result<(), Refusal> {
    match draft.facts.actor {
        Actor::Reporter(of) if of != id => return Err(Refusal::NotFound),
        Actor::Person(_) => draft.require(Duty::Handle).map(|_| ())?,
        _ => {}
    }
    draft.report_event(
        id,
        E::MessageReceived {
            message,
            text: text.clone(),
        },
    );
    for (file, name) in files {
        draft.report_event(
            id,
            E::FileAdded {
                file: file.clone(),
                name: name.clone(),
            },
        );
    }
    Ok(())
}

fn room_for_message(draft: &Draft<'_>, id: ReportId) -> Result<(), Refusal> {
    if draft.the_report(id)?.messages.len() >= MOST_MESSAGES {
        return Err(Refusal::Limit(format!(
            "This conversation has {MOST_MESSAGES} messages, which is the most. Please send a new report that names this one."
        )));
    }
    Ok(())
}

fn reporter_or_handler(draft: &Draft<'_>, id: ReportId) -> Result<(), Refusal> {
    match draft.facts.actor {
        Actor::Reporter(of) if of == id => Ok(()),
        Actor::Reporter(_) => Err(Refusal::NotFound),
        _ => draft.require(Duty::Handle).map(|_| ()),
    }
}

fn dispute(draft: &mut Draft<'_>, id: ReportId, text: &ObjectRef) -> Result<(), Refusal> {
    reporter_or_handler(draft, id)?;
    let report = draft.the_report(id)?;
    if report.disputes.iter().any(|d| d.answer.is_none()) {
        return Err(Refusal::AlreadySo(
            "you disagreed, and the answer is still to come; add a message",
        ));
    }
    let somewhere_closed = report.set_aside.is_some()
        || report.cases.iter().any(|c| {
            crate::world::Look::case(draft, *c).is_some_and(|c| c.is_closed() || c.exit.is_some())
        });
    if !somewhere_closed {
        return Err(Refusal::NotFromHere {
            state: "still being worked on",
            hint: "There is no outcome yet to disagree with; send a message instead.",
        });
    }
    let cases = report.cases.clone();
    draft.report_event(id, E::Disputed { text: text.clone() });
    for case in cases {
        draft.job(Effect::Notify { case });
    }
    Ok(())
}

/// `PersonalDataErased` first; the job that destroys keys follows it.
fn erase(draft: &mut Draft<'_>, id: ReportId, text: Option<&ObjectRef>) -> Result<(), Refusal> {
    draft.require(Duty::Administer)?;
    rationale(text)?;
    let report = draft.the_report(id)?;
    if report.hold.is_some() {
        return Err(Refusal::HoldInForce);
    }
    let mut objects: Vec<_> = report.objects.iter().map(|o| o.object).collect();
    objects.extend(report.messages.iter().map(|m| m.text.object));
    objects.extend(
        report
            .files
            .iter()
            .flat_map(|f| [f.file.object, f.name.object]),
    );
    objects.extend(report.disputes.iter().map(|d| d.text.object));
    objects.retain(|o| !report.erased.contains(o));
    objects.sort_unstable();
    objects.dedup();
    if objects.is_empty() {
        return Err(Refusal::AlreadySo("everything of this report was erased"));
    }
    for some in objects.chunks(MOST_LISTED) {
        let objects = some.to_vec();
        let text = text.cloned();
        draft.report_event(id, E::PersonalDataErased { objects, text });
    }
    draft.job(Effect::Erase { report: id });
    Ok(())
}
