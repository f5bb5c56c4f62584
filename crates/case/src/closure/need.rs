//! What a closure needs: one match on lane and outcome, and one check per need.

use crate::case::event::{Disclosure, Lane, Outcome, Route, SafetyScreen};
use crate::case::state::{CasePhase, CaseState};
use crate::case::terms::{Item, Plan, Status};
use crate::clocks;
use crate::lane;
use crate::policy::{ClockCode, Duty};
use crate::report::event::{Purpose, ReporterKind};
use crate::report::state::Direction;
use crate::world::Look;
use jiff::Timestamp;
use serde::Serialize;

/// One thing that a closure may need. Order is the order of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each has a sentence in `says`")]
pub enum Need {
    Applicable,
    Verifiable,
    Threats,
    Tier,
    SafetyScreen,
    Harmed,
    ExitRationale,
    AskedTwice,
    Product,
    Impact,
    Seen,
    RootCause,
    RelatedIssues,
    Score,
    StatusRows,
    StatusSettled,
    Safety,
    Route,
    SiblingsSwept,
    ThirdPartiesTold,
    ResidualRisk,
    Verified,
    ConfirmedByRun,
    OutcomeFits,
    Disclosure,
    Advisory,
    Complaint,
    Awareness,
    Questions,
    NoEmbargo,
    RootClosed,
    Notices,
}

use Need as N;

const REVIEW: [Need; 6] = [
    N::Applicable,
    N::Verifiable,
    N::Threats,
    N::Tier,
    N::SafetyScreen,
    N::Harmed,
];
const ANALYSIS: [Need; 8] = [
    N::Product,
    N::Impact,
    N::RootCause,
    N::RelatedIssues,
    N::Score,
    N::StatusRows,
    N::StatusSettled,
    N::Safety,
];
const ADDRESSING: [Need; 7] = [
    N::Route,
    N::SiblingsSwept,
    N::ThirdPartiesTold,
    N::ResidualRisk,
    N::Verified,
    N::Disclosure,
    N::Advisory,
];
/// Holds for every closure, whatever lane or outcome.
const ALWAYS: [Need; 4] = [N::Awareness, N::Questions, N::NoEmbargo, N::Notices];

/// What a closure of this lane with this outcome needs: the one match (printed into docs/closure.md).
/// `None` is "not decided yet": what every accepted outcome of the lane needs.
pub fn needs(lane: Lane, outcome: Option<Outcome>) -> Vec<Need> {
    use Outcome as O;
    let own: Vec<&[Need]> = match (lane, outcome) {
        (_, Some(O::Duplicate)) => vec![&[N::SafetyScreen, N::RootClosed]],
        (Lane::H, Some(O::InsufficientInformation)) => {
            vec![
                &REVIEW,
                &[N::ExitRationale, N::AskedTwice],
                &ANALYSIS,
                &ADDRESSING,
                &[N::Complaint],
            ]
        }
        (Lane::H, Some(exit)) if super::is_exit(exit) => {
            vec![
                &REVIEW,
                &[N::ExitRationale],
                &ANALYSIS,
                &ADDRESSING,
                &[N::Complaint],
            ]
        }
        (Lane::H, _) => vec![
            &REVIEW,
            &ANALYSIS,
            &ADDRESSING,
            &[N::OutcomeFits, N::Complaint],
        ],
        (Lane::Hx, Some(O::InsufficientInformation)) => {
            vec![&REVIEW, &[N::ExitRationale, N::AskedTwice]]
        }
        (Lane::Hx, Some(O::CompanyIt)) => vec![&REVIEW, &[N::ExitRationale, N::ThirdPartiesTold]],
        (Lane::Hx, Some(O::AcceptedDesignLimit)) => {
            vec![&REVIEW, &[N::ExitRationale, N::ResidualRisk]]
        }
        (Lane::Hx, Some(O::ObsoleteProduct)) => {
            vec![&REVIEW, &[N::ExitRationale, N::Disclosure, N::Advisory]]
        }
        (Lane::Hx, _) => vec![&REVIEW, &[N::ExitRationale]],
        (Lane::M | Lane::A, Some(exit)) if super::is_exit(exit) => {
            vec![&REVIEW, &[N::ExitRationale]]
        }
        (Lane::M, Some(O::Fixed)) => {
            vec![
                &REVIEW,
                &[
                    N::ConfirmedByRun,
                    N::Score,
                    N::RootCause,
                    N::StatusRows,
                    N::StatusSettled,
                    N::OutcomeFits,
                ],
            ]
        }
        (Lane::M, _) => {
            vec![
                &REVIEW,
                &[
                    N::Score,
                    N::RootCause,
                    N::StatusRows,
                    N::StatusSettled,
                    N::Route,
                    N::OutcomeFits,
                ],
            ]
        }
        (Lane::T, Some(exit)) if super::is_exit(exit) => {
            vec![
                &REVIEW,
                &[N::ExitRationale, N::StatusRows, N::StatusSettled],
            ]
        }
        (Lane::T, _) => {
            vec![
                &REVIEW,
                &[
                    N::Score,
                    N::StatusRows,
                    N::StatusSettled,
                    N::Route,
                    N::OutcomeFits,
                ],
            ]
        }
        (Lane::A, _) => vec![&REVIEW, &[N::Seen]],
    };
    let mut all: Vec<Need> = own.concat();
    all.extend(ALWAYS);
    all.sort_unstable();
    all.dedup();
    all
}

impl Need {
    /// Short name.
    pub fn code(self) -> &'static str {
        match self {
            Self::Applicable => "applicable",
            Self::Verifiable => "verifiable",
            Self::Threats => "threats",
            Self::Tier => "tier",
            Self::SafetyScreen => "safety_screen",
            Self::Harmed => "harmed",
            Self::ExitRationale => "exit_rationale",
            Self::AskedTwice => "asked_twice",
            Self::Product => "product",
            Self::Impact => "impact",
            Self::Seen => "seen",
            Self::RootCause => "root_cause",
            Self::RelatedIssues => "related_issues",
            Self::Score => "score",
            Self::StatusRows => "status_rows",
            Self::StatusSettled => "status_settled",
            Self::Safety => "safety",
            Self::Route => "route",
            Self::SiblingsSwept => "siblings_swept",
            Self::ThirdPartiesTold => "third_parties_told",
            Self::ResidualRisk => "residual_risk",
            Self::Verified => "verified",
            Self::ConfirmedByRun => "confirmed_by_run",
            Self::OutcomeFits => "outcome_fits",
            Self::Disclosure => "disclosure",
            Self::Advisory => "advisory",
            Self::Complaint => "complaint",
            Self::Awareness => "awareness",
            Self::Questions => "questions",
            Self::NoEmbargo => "no_embargo",
            Self::RootClosed => "root_closed",
            Self::Notices => "notices",
        }
    }

    /// What is missing, in a sentence (also printed into docs/closure.md).
    pub fn says(self) -> &'static str {
        match self {
            Self::Applicable => "Say whether it applies to a product of ours (9.3 a)",
            Self::Verifiable => "Say whether it could be verified (9.3 b)",
            Self::Threats => "Say whether related threats were found (9.3 c)",
            Self::Tier => "Give it a severity tier (9.3)",
            Self::SafetyScreen => "Answer the safety screen: can this contribute to harm",
            Self::Harmed => "Say whether anybody has been harmed",
            Self::ExitRationale => "Give a reason for the exit that the reporter could read",
            Self::AskedTwice => "Ask every reporter twice and wait 30 days for an answer",
            Self::Product => "Name the product",
            Self::Impact => {
                "Describe the impact in the security context, the intended environment and the defence in depth (9.4 a)"
            }
            Self::Seen => "Describe what was seen on which devices, sites and versions",
            Self::RootCause => "Name the root cause (9.4 d)",
            Self::RelatedIssues => "Say which related issues were found (9.4 e)",
            Self::Score => "Score it in our context of use (9.4 b)",
            Self::StatusRows => "State the status of every release (9.4 c)",
            Self::StatusSettled => "Settle every row of the status table",
            Self::Safety => "Assess safety and effectiveness (9.4 f, ISO 14971)",
            Self::Route => "Decide how it is resolved (9.5)",
            Self::SiblingsSwept => "Say which other products and revisions were looked at (9.5)",
            Self::ThirdPartiesTold => "Say which third parties were told, or why none (9.5)",
            Self::ResidualRisk => "State the risk that remains (9.5)",
            Self::Verified => {
                "Record that the resolution was verified and brought no new problem (62304 9.7)"
            }
            Self::ConfirmedByRun => {
                "Show a later run without it, or record that the fix was verified"
            }
            Self::OutcomeFits => "Make the outcome agree with the status table and the route",
            Self::Disclosure => "Decide on disclosure (4.1.7)",
            Self::Advisory => "Publish the advisory that was decided (4.1.7)",
            Self::Complaint => {
                "Decide whether it is a complaint, because the product is released (21 CFR 820.35)"
            }
            Self::Awareness => {
                "Confirm or decline that it is reportable: somebody claims harm or exploitation"
            }
            Self::Questions => "Answer the questions that were asked about it",
            Self::NoEmbargo => "End the embargo",
            Self::RootClosed => "Close the case that it duplicates: it closes with it",
            Self::Notices => "Write the closing notice to every reporter",
        }
    }

    /// The command that settles it.
    pub fn form(self) -> &'static str {
        match self {
            Self::Applicable
            | Self::Verifiable
            | Self::Threats
            | Self::Tier
            | Self::SafetyScreen
            | Self::Harmed => "Review",
            Self::ExitRationale => "Invalidate",
            Self::AskedTwice => "Write",
            Self::Product => "SetProduct",
            Self::Impact | Self::Seen | Self::RootCause | Self::RelatedIssues => "Analyse",
            Self::Score => "Score",
            Self::StatusRows | Self::StatusSettled => "StateStatus",
            Self::Safety => "AssessSafety",
            Self::Route | Self::OutcomeFits => "DecideRoute",
            Self::SiblingsSwept | Self::ThirdPartiesTold | Self::ResidualRisk => "PlanRemediation",
            Self::Verified | Self::ConfirmedByRun => "VerifyResolution",
            Self::Disclosure => "DecideDisclosure",
            Self::Advisory => "PublishAdvisory",
            Self::Complaint => "DetermineComplaint",
            Self::Awareness => "ConfirmAwareness",
            Self::Questions => "AnswerInquiry",
            Self::NoEmbargo => "EndEmbargo",
            Self::RootClosed => "ApproveClosure",
            Self::Notices => "WriteNotice",
        }
    }

    /// Who may settle it, by the RACI table.
    pub fn duty(self) -> Duty {
        match self {
            Self::Applicable
            | Self::Verifiable
            | Self::Threats
            | Self::Tier
            | Self::SafetyScreen
            | Self::Harmed => Duty::Review,
            Self::Impact | Self::Seen | Self::RootCause | Self::RelatedIssues => Duty::Analysis,
            Self::Score => Duty::Score,
            Self::StatusRows | Self::StatusSettled => Duty::Status,
            Self::Safety => Duty::Safety,
            Self::Route
            | Self::SiblingsSwept
            | Self::ThirdPartiesTold
            | Self::ResidualRisk
            | Self::OutcomeFits => Duty::Addressing,
            Self::Verified | Self::ConfirmedByRun => Duty::Verification,
            Self::Disclosure | Self::Advisory => Duty::Disclosure,
            Self::Complaint => Duty::Complaint,
            Self::Awareness => Duty::Awareness,
            Self::NoEmbargo => Duty::Embargo,
            Self::RootClosed => Duty::Approve,
            Self::ExitRationale
            | Self::AskedTwice
            | Self::Product
            | Self::Questions
            | Self::Notices => Duty::Handle,
        }
    }

    /// The determination behind it, where it is one.
    pub fn item(self) -> Option<Item> {
        Some(match self {
            Self::Applicable => Item::Applicable,
            Self::Verifiable => Item::Verifiable,
            Self::Threats => Item::Threats,
            Self::Tier => Item::Tier,
            Self::SafetyScreen => Item::SafetyScreen,
            Self::Harmed => Item::Harmed,
            Self::Impact | Self::Seen => Item::Impact,
            Self::RootCause => Item::RootCause,
            Self::RelatedIssues => Item::RelatedIssues,
            Self::Score => Item::Score,
            Self::StatusRows | Self::StatusSettled => Item::Status,
            Self::Safety => Item::Safety,
            Self::Route => Item::Route,
            Self::SiblingsSwept => Item::SiblingsSwept,
            Self::ThirdPartiesTold => Item::ThirdPartiesTold,
            Self::ResidualRisk => Item::ResidualRisk,
            Self::Verified => Item::ResolutionVerified,
            Self::Disclosure => Item::Disclosure,
            Self::Complaint => Item::Complaint,
            _ => return None,
        })
    }

    /// Why the need is not met, or `None` where it is.
    pub fn unmet(
        self,
        case: &CaseState,
        look: &dyn Look,
        outcome: Option<Outcome>,
        now: Timestamp,
    ) -> Option<String> {
        let no = |missing: bool| missing.then(|| format!("{}.", self.says()));
        match self {
            Self::ExitRationale => no(case.phase == CasePhase::Invalid
                && case.exit.as_ref().is_none_or(|e| e.text.is_none())),
            Self::AskedTwice => no(!asked_twice(case, look, now)),
            Self::Product => no(case.product.is_none()),
            Self::Score | Self::RootCause if case.lane != Lane::H && !touches_field(case, look) => {
                None
            }
            Self::StatusRows => status_rows(case, look),
            Self::StatusSettled => no(case
                .status
                .iter()
                .any(|r| !r.confirmed || !CaseState::settled(&r.value))),
            Self::Verified if !case.needs_verification() => None,
            Self::ConfirmedByRun => no(!confirmed_by_run(case)),
            Self::OutcomeFits => outcome
                .and_then(|o| outcome_fits(case, o))
                .map(str::to_owned),
            Self::Advisory => {
                let due = case
                    .disclosure
                    .as_ref()
                    .is_some_and(|d| d.value == Disclosure::PublicAdvisory);
                no(due && case.advisory_at.is_none())
            }
            Self::Complaint if !lane::released(case, look) => None,
            Self::Awareness => {
                let a = &case.awareness;
                no(!a.claims.is_empty() && a.confirmed.is_none() && a.declined.is_none())
            }
            Self::Questions => no(case.questions.iter().any(|q| !case.answered.contains(q))),
            Self::NoEmbargo => no(case.embargo.lives()),
            Self::RootClosed => no(!case
                .duplicate
                .as_ref()
                .is_some_and(|d| look.case(d.root).is_some_and(CaseState::is_closed))),
            Self::Notices => {
                let due = super::notices_due(case, look);
                no(due
                    .iter()
                    .any(|r| !case.notices.iter().any(|n| n.report == *r)))
            }
            _ => match self.item() {
                Some(item) if case.determined(item) == Some(false) => Some(format!(
                    "{}: confirm or replace the earlier answer.",
                    self.says()
                )),
                Some(item) => no(!case.counts(item)),
                None => None,
            },
        }
    }
}

/// Released and affected: a machine finding or a match then needs score, cause and releases.
fn touches_field(case: &CaseState, look: &dyn Look) -> bool {
    lane::released(case, look)
        && case
            .status
            .iter()
            .any(|r| matches!(r.value.status, Status::Affected { .. } | Status::Fixed {}))
}

/// Every release of the product has a row. A machine finding on what was never shipped needs none.
fn status_rows(case: &CaseState, look: &dyn Look) -> Option<String> {
    if case.lane == Lane::M && !lane::released(case, look) {
        return None;
    }
    let product = case.product.and_then(|p| look.product(p));
    let missing: Vec<&str> = product
        .iter()
        .flat_map(|p| &p.releases)
        .filter(|r| case.row(r.id).is_none())
        .map(|r| r.version.as_str())
        .collect();
    if !missing.is_empty() {
        return Some(format!(
            "State the status of every release (9.4 c): none yet for {}.",
            missing.join(", ")
        ));
    }
    // An exit without a product has nothing to state a status of; everything else needs a row.
    let exit_without_product = case.phase == CasePhase::Invalid && case.product.is_none();
    (case.status.is_empty() && !exit_without_product).then(|| format!("{}.", N::StatusRows.says()))
}

/// The last run that showed the case or looked for it found nothing, or a person verified the fix.
fn confirmed_by_run(case: &CaseState) -> bool {
    let last = case.runs.values().max_by_key(|s| s.at);
    let gone = last.is_some_and(|s| s.no_longer_reported > 0 && s.new == 0 && s.again == 0);
    gone || case.counts(Item::ResolutionVerified)
}

/// Two questions to each reporter who can be asked, and no answer in the 30 days since the first of the two.
fn asked_twice(case: &CaseState, look: &dyn Look, now: Timestamp) -> bool {
    case.reports
        .iter()
        .filter_map(|id| look.report(*id))
        .all(|report| {
            if matches!(
                report.kind,
                ReporterKind::Machine | ReporterKind::NoReturnPath
            ) {
                return true;
            }
            let asked: Vec<Timestamp> = report
                .messages
                .iter()
                .filter(|m| m.direction == Direction::Out && m.purpose == Purpose::Question)
                .map(|m| m.at)
                .collect();
            let Some(first) = asked.iter().rev().nth(1).copied() else {
                return false;
            };
            let rule = look
                .org()
                .policy_at(first)
                .rule(ClockCode::InvalidWindow, None);
            let waited =
                rule.is_some_and(|r| clocks::due(first, r.within, &look.org().calendar) <= now);
            let answered = report
                .messages
                .iter()
                .any(|m| m.direction == Direction::In && m.at > first);
            waited && !answered
        })
}

/// Why the outcome contradicts what was decided, or `None`.
fn outcome_fits(case: &CaseState, outcome: Outcome) -> Option<&'static str> {
    let rows = || case.status.iter().map(|r| &r.value);
    let route = case.route.as_ref().map(|r| r.value);
    let any = |f: fn(&Status) -> bool| rows().any(|r| f(&r.status));
    let fixed = any(|s| *s == Status::Fixed {});
    let affected = any(|s| matches!(s, Status::Affected { .. }));
    // Lane M on what was never shipped has no table to agree with.
    let table = !case.status.is_empty();
    match outcome {
        Outcome::Fixed if table && !fixed => Some(
            "\"Fixed\" needs a release in which it is fixed; state its status, or choose another outcome.",
        ),
        Outcome::Fixed if rows().any(|r| promised_only(case, &r.status)) => {
            Some("A row says that it will be fixed in a release whose row is not \"fixed\" yet.")
        }
        Outcome::NotAffected if affected || fixed => {
            Some("\"Not affected\" needs every row to be not affected.")
        }
        Outcome::NotAffected if case.lane == Lane::H && route != Some(Route::NothingToAddress) => {
            Some("\"Not affected\" needs the route \"nothing to address, because\".")
        }
        Outcome::Mitigated
            if table
                && !any(|s| {
                    matches!(
                        s,
                        Status::Affected {
                            plan: Plan::InterimMeasure {}
                        }
                    )
                })
                && route != Some(Route::IntendedEnvironmentChange) =>
        {
            Some(
                "\"Mitigated\" needs an interim measure in a row, or a change of the intended environment.",
            )
        }
        Outcome::RiskAccepted if route != Some(Route::RiskAccepted) => {
            Some("\"Risk accepted\" needs that route, with its reason.")
        }
        Outcome::Transferred if route != Some(Route::Transferred) => {
            Some("\"Transferred\" needs that route, with who took it over.")
        }
        _ => None,
    }
}

fn promised_only(case: &CaseState, status: &Status) -> bool {
    match status {
        Status::Affected {
            plan: Plan::FixIn { release },
        } => !case
            .row(*release)
            .is_some_and(|r| r.value.status == Status::Fixed {} && r.value.verified),
        _ => false,
    }
}

/// Whether safety is anything but "no".
pub(super) fn may_harm(case: &CaseState) -> bool {
    case.review
        .safety_screen
        .as_ref()
        .is_some_and(|d| d.value != SafetyScreen::No)
        || case
            .safety
            .as_ref()
            .is_some_and(|d| d.value.harm != SafetyScreen::No)
}
