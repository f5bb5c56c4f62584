//! What a reporter may know of a report's cases: where it stands, in their terms. Never an inner state, never another
//! reporter, never a case number.

use crate::web::public::ReporterStatus;
use crate::web::when::When;
use jiff::tz::TimeZone;
use vulnerary_case::case::event::{Outcome, Tier};
use vulnerary_case::case::state::{CasePhase, CaseState, Stage};
use vulnerary_case::report::state::{ReportPhase, ReportState};
use vulnerary_case::words;

/// Where a report stands. `notice` is the closing notice, opened; of several cases the one furthest behind speaks.
pub fn status(
    report: &ReportState,
    cases: &[CaseState],
    notice: Option<String>,
    zone: &TimeZone,
) -> ReporterStatus {
    match report.phase() {
        ReportPhase::SetAside => {
            let code = report.set_aside.as_ref().map(|s| words::set_aside(s.code));
            return ReporterStatus::SetAside {
                reason: code.unwrap_or_default().to_owned(),
            };
        }
        ReportPhase::Received | ReportPhase::Unreadable => return ReporterStatus::Received,
        ReportPhase::Placed | ReportPhase::Closed => {}
    }
    let Some(case) = cases.iter().min_by_key(|c| progress(c)) else {
        return ReporterStatus::Received;
    };
    match case.phase {
        CasePhase::Received if report.acknowledged_at.is_none() && case.reviewed_at.is_none() => {
            ReporterStatus::Received
        }
        CasePhase::Received | CasePhase::Valid => ReporterStatus::Review,
        CasePhase::Invalid => ReporterStatus::NotConfirmed { until: None },
        CasePhase::Deferred => ReporterStatus::Deferred {
            until: case.deferred_until.map(|at| When::day(at, zone)),
        },
        CasePhase::Accepted => match case.stage_of_accepted() {
            Stage::Review | Stage::Analysis => ReporterStatus::Analysis,
            Stage::Addressing => ReporterStatus::Addressing,
            Stage::Disclosure => ReporterStatus::Disclosure,
        },
        CasePhase::Closed => ReporterStatus::Closed {
            outcome: case.outcome().map(code).unwrap_or_default(),
            notice: notice.unwrap_or_default(),
        },
    }
}

/// How far a case is: an open one is always behind a closed one.
fn progress(case: &CaseState) -> u8 {
    match (case.phase, case.phase == CasePhase::Accepted) {
        (CasePhase::Closed, _) => 9,
        (CasePhase::Received, _) => 0,
        (CasePhase::Invalid, _) => 1,
        (CasePhase::Valid, _) => 2,
        (CasePhase::Deferred, _) => 3,
        (CasePhase::Accepted, _) => match case.stage_of_accepted() {
            Stage::Review | Stage::Analysis => 4,
            Stage::Addressing => 5,
            Stage::Disclosure => 6,
        },
    }
}

/// The outcome's code, as in docs/interfaces.md.
pub fn code(outcome: Outcome) -> String {
    serde_json::to_value(outcome)
        .ok()
        .and_then(|v| v.as_str().map(str::to_owned))
        .unwrap_or_default()
}

/// A tier in a word.
pub fn tier_word(tier: Tier) -> &'static str {
    match tier {
        Tier::Low => "low",
        Tier::Medium => "medium",
        Tier::High => "high",
        Tier::Critical => "critical",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_has_the_code_of_the_interface() {
        assert_eq!(code(Outcome::NotAffected), "not_affected");
        assert_eq!(code(Outcome::Fixed), "fixed");
    }
}
