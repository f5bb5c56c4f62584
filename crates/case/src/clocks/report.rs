//! Clocks of a report and of a run.

use super::{Deadline, by_rule};
use crate::policy::ClockCode as C;
use crate::report::event::{Purpose, ReporterKind};
use crate::report::state::{Direction, ReportPhase, ReportState};
use crate::run::state::RunState;
use crate::world::Look;

pub(super) fn clocks(report: &ReportState, look: &dyn Look) -> Vec<Deadline> {
    let mut all: Vec<Deadline> = vec![];
    match report.phase() {
        ReportPhase::Received => all.extend(by_rule(
            look,
            C::Unreadable,
            None,
            report.received_at,
            "Read it and place it in a case, or set it aside with a reason.",
        )),
        ReportPhase::Unreadable => all.extend(by_rule(
            look,
            C::Unreadable,
            None,
            report.unreadable_at.unwrap_or(report.received_at),
            "It could not be read: look at it, place it in a case or set it aside with a reason.",
        )),
        ReportPhase::Placed if answerable(report.kind) => all.extend(conversation(report, look)),
        ReportPhase::Placed | ReportPhase::SetAside | ReportPhase::Closed => {}
    }
    // Messages and disagreements are answered whatever else is done.
    all.extend(report.unanswered().and_then(|m| {
        by_rule(
            look,
            C::UnansweredMessage,
            None,
            m.at,
            "Answer the reporter's message.",
        )
    }));
    all.extend(
        report
            .disputes
            .iter()
            .find(|d| d.answer.is_none())
            .and_then(|d| {
                by_rule(
                    look,
                    C::Dispute,
                    None,
                    d.at,
                    "The reporter disagrees: another approver answers.",
                )
            }),
    );
    let owner = report
        .cases
        .iter()
        .find_map(|c| look.case(*c)?.owner)
        .or(look.org().policy().intake_owner);
    for deadline in &mut all {
        if deadline.code != C::Dispute {
            deadline.who = owner;
        }
    }
    all
}

fn answerable(kind: ReporterKind) -> bool {
    !matches!(kind, ReporterKind::Machine | ReporterKind::NoReturnPath)
}

fn conversation(report: &ReportState, look: &dyn Look) -> Option<Deadline> {
    let closed: Vec<_> = report
        .cases
        .iter()
        .filter_map(|c| look.case(*c)?.closed_at())
        .collect();
    if closed.len() == report.cases.len() && !report.cases.is_empty() {
        return told(report, closed.into_iter().max()?, look);
    }
    if report.acknowledged_at.is_none() {
        return by_rule(
            look,
            C::Acknowledge,
            None,
            report.received_at,
            "Answer the reporter with the next step and its date.",
        );
    }
    let last = report
        .messages
        .iter()
        .filter(|m| m.direction == Direction::Out)
        .map(|m| m.at)
        .max();
    let since = last.or(report.acknowledged_at)?;
    let analysed = report.cases.iter().all(|c| {
        look.case(*c)
            .is_some_and(|c| c.is_closed() || c.analysis_complete())
    });
    let code = if analysed { C::UpdateLater } else { C::Update };
    by_rule(
        look,
        code,
        None,
        since,
        "Tell the reporter what is new; \"nothing new, next by …\" is an answer.",
    )
}

/// All its cases are closed: the notice has to arrive.
fn told(report: &ReportState, closed: jiff::Timestamp, look: &dyn Look) -> Option<Deadline> {
    let notice = report
        .messages
        .iter()
        .rev()
        .find(|m| m.purpose == Purpose::ClosingNotice && m.at >= closed);
    let handed = notice.and_then(|m| m.handed_over.last()).map(|(_, at)| *at);
    let sentence = match (notice, handed) {
        (Some(m), _) if !m.bounced.is_empty() => {
            "The closing notice came back: try again on another day."
        }
        (_, Some(_)) => "The closing notice counts as told then, if it does not come back.",
        _ => "Hand the closing notice to the reporter.",
    };
    by_rule(look, C::Told, None, handed.unwrap_or(closed), sentence)
}

/// Per run one clock, none per occurrence. It stops when the run's report is closed.
pub(super) fn run_clocks(run: &RunState, look: &dyn Look) -> Vec<Deadline> {
    if look.report(run.report).is_some_and(ReportState::is_closed) {
        return vec![];
    }
    by_rule(
        look,
        C::Run,
        None,
        run.at,
        "Decide about the findings of this run.",
    )
    .into_iter()
    .collect()
}
