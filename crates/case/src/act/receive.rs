//! A report comes in: the one door.

use crate::act::command::{OnReceipt, OpenCase, ReceiveReport};
use crate::act::draft::Draft;
use crate::case::event::{Alarm, CaseEvent, Lane, Opened};
use crate::id::ReportId;
use crate::lane::is_of_a_person;
use crate::react::Effect;
use crate::refusal::Refusal;
use crate::report::event::{Answer, Received, ReportEvent, ReporterKind};
use crate::report::state::ReportState;
use crate::source::Channel;
use crate::world::Look;

/// Limits of one report: the edges are stricter.
const MOST_OBJECTS: usize = 200;

pub(crate) fn receive(draft: &mut Draft<'_>, r: &ReceiveReport) -> Result<(), Refusal> {
    draft.active_if_person()?;
    if r.objects.is_empty() {
        return Err(Refusal::Field {
            field: "Report",
            why: "it is empty: a description or a file makes a report".into(),
        });
    }
    if r.objects.len() > MOST_OBJECTS {
        return Err(Refusal::Limit(format!(
            "A report has at most {MOST_OBJECTS} parts."
        )));
    }
    let received = Received {
        number: draft.next_report_number()?,
        source: r.source,
        source_state: r.source_state,
        channel: r.channel,
        kind: r.kind,
        role: r.role,
        policy_sha256: draft.org().policy_sha256().to_owned(),
        objects: r.objects.clone(),
        happened_at: r.happened_at,
        claims: r.claims,
    };
    draft.report_event(r.report, ReportEvent::Received(received));
    match &r.then {
        OnReceipt::Open(open) => open_case(draft, r.report, open)?,
        OnReceipt::WaitForReading => draft.job(Effect::Read { report: r.report }),
        OnReceipt::SetAside { code, rule } => {
            let set_aside = ReportEvent::SetAside {
                code: *code,
                rule: Some(rule.clone()),
                text: None,
            };
            draft.report_event(r.report, set_aside);
        }
    }
    Ok(())
}

/// Opens a case for a report: `PlacedIn` and `Opened` (and a title, where one was given).
pub(crate) fn open_case(
    draft: &mut Draft<'_>,
    report: ReportId,
    open: &OpenCase,
) -> Result<(), Refusal> {
    let state = draft.the_report(report)?;
    let alarm = alarm_of(state);
    let lane = opening_lane(state.kind, open.lane);
    let owner = draft.org().policy().intake_owner;
    let opened = Opened {
        number: draft.next_case_number()?,
        lane,
        owner,
        report,
        // An unknown product is no reason to refuse a report: a person names it in review.
        product: open.product.filter(|id| draft.product(*id).is_some()),
        circle: None,
        group: open.group.clone(),
        alarm,
    };
    draft.report_event(report, ReportEvent::PlacedIn { case: open.case });
    draft.case_event(open.case, CaseEvent::Opened(opened));
    if let Some(title) = &open.title {
        draft.case_event(
            open.case,
            CaseEvent::TitleSet {
                text: title.clone(),
            },
        );
    }
    if alarm.is_some() {
        draft.job(Effect::Notify { case: open.case });
    }
    Ok(())
}

/// A person's report opens lane H; a machine's the lane of its source, never an exit.
fn opening_lane(kind: ReporterKind, wanted: Lane) -> Lane {
    if is_of_a_person(kind) || wanted == Lane::Hx {
        Lane::H
    } else {
        wanted
    }
}

/// Claims of harm, possible harm or exploitation start regulator clocks provisionally, from the earliest claimed
/// receipt by anyone acting for the maker: for a call, a letter or a mail that is when it came, never later than our
/// own record of it. (On a form the date is when the reporter found it, which is no receipt.)
pub(crate) fn alarm_of(report: &ReportState) -> Option<Alarm> {
    let yes = |a: Option<Answer>| a == Some(Answer::Yes);
    // "I do not know whether somebody was harmed" is no claim; "somebody is in danger now" is one of possible harm.
    let harm = yes(report.claims.harm) || yes(report.claims.danger_now);
    let exploited = yes(report.claims.exploited);
    let came = match report.channel {
        Channel::Hand | Channel::Mail | Channel::Desk => report.happened_at,
        _ => None,
    };
    let at = came.map_or(report.received_at, |c| c.min(report.received_at));
    (harm || exploited).then_some(Alarm {
        at,
        harm,
        exploited,
    })
}
