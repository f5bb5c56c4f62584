//! Writing to a reporter, and when the outcome counts as told (domain.md, Report).

use crate::act::draft::{Draft, rationale};
use crate::actor::{Actor, Role};
use crate::id::{MessageId, PersonId, ReportId};
use crate::object::ObjectRef;
use crate::policy::{ClockCode, Duty};
use crate::react::Effect;
use crate::refusal::Refusal;
use crate::report::event::{Purpose, ReportEvent as E, ReporterKind, Told};
use crate::report::state::ReportState;
use crate::source::Channel;
use crate::world::Look;

/// Writes a message: it is on the track page (or the desk) with the commit, so posting is part of this act; mail is a job.
pub(crate) fn write(
    draft: &mut Draft<'_>,
    id: ReportId,
    message: MessageId,
    purpose: Purpose,
    text: &ObjectRef,
) -> Result<(), Refusal> {
    let report = draft.the_report(id)?;
    if report.message(message).is_some() {
        return Err(Refusal::AlreadySo("this message was written"));
    }
    let (kind, first) = (report.kind, report.acknowledged_at.is_none());
    draft.report_event(
        id,
        E::MessageComposed {
            message,
            purpose,
            text: text.clone(),
        },
    );
    match kind {
        ReporterKind::Person => {
            draft.report_event(
                id,
                E::MessageHandedOver {
                    message,
                    via: Channel::Form,
                },
            );
            draft.job(Effect::Mail {
                report: id,
                message,
            });
        }
        // Who relays has the follow-up words too: what is posted is theirs to hand on.
        ReporterKind::Anonymous | ReporterKind::Relayed => {
            draft.report_event(
                id,
                E::MessageHandedOver {
                    message,
                    via: Channel::Form,
                },
            );
        }
        ReporterKind::Staff => {
            draft.report_event(
                id,
                E::MessageHandedOver {
                    message,
                    via: Channel::Desk,
                },
            );
        }
        // Nobody reads a machine's.
        ReporterKind::Machine | ReporterKind::NoReturnPath => {}
    }
    if purpose == Purpose::Acknowledgement && first {
        draft.report_event(id, E::Acknowledged { message });
    }
    Ok(())
}

pub(crate) fn hand_over(
    draft: &mut Draft<'_>,
    id: ReportId,
    message: MessageId,
    via: Channel,
) -> Result<(), Refusal> {
    draft.machine_or(Duty::Handle)?;
    the_message(draft, id, message)?;
    draft.report_event(id, E::MessageHandedOver { message, via });
    Ok(())
}

pub(crate) fn bounce(
    draft: &mut Draft<'_>,
    id: ReportId,
    message: MessageId,
) -> Result<(), Refusal> {
    draft.machine_or(Duty::Handle)?;
    the_message(draft, id, message)?;
    draft.report_event(id, E::MessageBounced { message });
    Ok(())
}

fn the_message(draft: &Draft<'_>, id: ReportId, message: MessageId) -> Result<(), Refusal> {
    draft
        .the_report(id)?
        .message(message)
        .map(|_| ())
        .ok_or(Refusal::NotFound)
}

/// Records that the outcome was told, where that is true by now.
pub(crate) fn tell(draft: &mut Draft<'_>, id: ReportId, how: Told) -> Result<(), Refusal> {
    draft.machine_or(Duty::Handle)?;
    let report = draft.the_report(id)?;
    if report.told.is_some() {
        return Err(Refusal::AlreadySo("the outcome was told"));
    }
    match told(report, draft, draft.facts.now) {
        Some((true_how, message)) if true_how == how => {
            draft.report_event(id, E::OutcomeTold { how, message });
            Ok(())
        }
        _ => Err(Refusal::NotFromHere {
            state: "not told yet",
            hint: "The closing notice has to reach the reporter, and mail must not bounce for 48 hours; \
                   after two failures on different days it counts as unreachable.",
        }),
    }
}

/// How the outcome counts as told at `now`, if it does: all its cases are closed and the closing notice that followed
/// reached the place where this kind of reporter reads.
pub fn told(
    report: &ReportState,
    look: &dyn Look,
    now: jiff::Timestamp,
) -> Option<(Told, Option<MessageId>)> {
    let closed: Option<Vec<_>> = report
        .cases
        .iter()
        .map(|c| look.case(*c).and_then(|c| c.closed_at()))
        .collect();
    let last_closed = closed?.into_iter().max()?;
    if matches!(
        report.kind,
        ReporterKind::Machine | ReporterKind::NoReturnPath
    ) {
        return Some((Told::ByRule, None));
    }
    let notice = report.closing_notice().filter(|m| m.at >= last_closed)?;
    if bounced_on_two_days(report, last_closed, look) {
        return Some((Told::Unreachable, Some(notice.id)));
    }
    let (via, at) = *notice.handed_over.last()?;
    let how = match report.kind {
        ReporterKind::Anonymous => Told::Posted,
        ReporterKind::Staff => Told::Desk,
        ReporterKind::Relayed => Told::Relay,
        ReporterKind::Person if via == Channel::Mail => Told::Mailed,
        ReporterKind::Person => Told::Posted,
        ReporterKind::Machine | ReporterKind::NoReturnPath => Told::ByRule,
    };
    if report.kind == ReporterKind::Person {
        let rule = look.org().policy_at(at).rule(ClockCode::Told, None)?;
        let due = crate::clocks::due(at, rule.within, &look.org().calendar);
        if notice.bounced.iter().any(|b| *b >= at) || now < due {
            return None;
        }
    }
    Some((how, Some(notice.id)))
}

fn bounced_on_two_days(report: &ReportState, since: jiff::Timestamp, look: &dyn Look) -> bool {
    let zone = crate::clocks::zone(&look.org().calendar);
    let mut days: Vec<_> = report
        .messages
        .iter()
        .filter(|m| m.purpose == Purpose::ClosingNotice && m.at >= since)
        .flat_map(|m| &m.bounced)
        .map(|at| at.to_zoned_datetime(zone.clone()).date())
        .collect();
    days.sort_unstable();
    days.dedup();
    days.len() >= 2
}

/// Another approver answers where there is one; else the same, with a reason, listed as an exception in evidence.
pub(crate) fn answer_dispute(
    draft: &mut Draft<'_>,
    id: ReportId,
    message: MessageId,
    text: &ObjectRef,
    reason: Option<&ObjectRef>,
) -> Result<(), Refusal> {
    let me = draft.require(Duty::Approve)?;
    let report = draft.the_report(id)?;
    if !report.disputes.iter().any(|d| d.answer.is_none()) {
        return Err(Refusal::AlreadySo("no disagreement is open"));
    }
    let signers: Vec<PersonId> = signers_of(report, draft);
    let same_approver = signers.contains(&me);
    if same_approver {
        if another_approver(draft, &signers) {
            return Err(Refusal::MayNotSign(
                "you signed the outcome that the reporter disagrees with",
            ));
        }
        rationale(reason)?;
    }
    draft.report_event(
        id,
        E::DisputeAnswered {
            text: text.clone(),
            same_approver,
            reason: reason.cloned(),
        },
    );
    write(draft, id, message, Purpose::DisputeAnswer, text)
}

/// Who signed the last closure of its cases, or set it aside.
fn signers_of(report: &ReportState, look: &dyn Look) -> Vec<PersonId> {
    let set_aside = report.set_aside.as_ref().and_then(|s| match s.by {
        Actor::Person(id) => Some(id),
        _ => None,
    });
    report
        .cases
        .iter()
        .filter_map(|c| {
            look.case(*c)?
                .closures
                .last()?
                .signature
                .as_ref()
                .map(|s| s.person)
        })
        .chain(set_aside)
        .collect()
}

fn another_approver(draft: &Draft<'_>, signers: &[PersonId]) -> bool {
    let org = draft.org();
    let roles: &[Role] = org.policy().roles(Duty::Approve);
    org.people
        .iter()
        .any(|id| !signers.contains(id) && draft.person(*id).is_some_and(|p| p.has_any(roles)))
}
