//! Why a case cannot close yet, what is signed, and who may sign (domain.md, Lanes).

mod need;
mod record;
mod sign;

pub use need::{Need, needs};
pub use record::{digest, record};
pub use sign::{Signing, eligible_approvers, may_sign, signing};

use crate::actor::Role;
use crate::case::event::{Lane, Outcome};
use crate::case::state::{CasePhase, CaseState};
use crate::id::ReportId;
use crate::lane;
use crate::policy::Duty;
use crate::world::Look;
use jiff::Timestamp;
use serde::Serialize;

/// One thing that a closure still needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// Short name of the need, for links and tests.
    pub code: &'static str,
    /// What is missing, in a sentence.
    pub sentence: String,
    /// The command that settles it: names the one form.
    pub form: &'static str,
    /// The duty, for the RACI table.
    pub duty: Duty,
    /// A role that may do it.
    pub role: Role,
}

/// Why the case cannot close yet, with the outcome it is heading for: the proposed one, its exit, its duplicate link, or
/// (while none is known) what every closure of its lane needs. Empty means that it can.
pub fn missing(case: &CaseState, look: &dyn Look, now: Timestamp) -> Vec<Gap> {
    missing_for(case, look, heading_for(case), now)
}

/// The outcome that the case is heading for, as far as the record says.
pub fn heading_for(case: &CaseState) -> Option<Outcome> {
    if case.duplicate.is_some() {
        return Some(Outcome::Duplicate);
    }
    case.proposal
        .as_ref()
        .map(|p| p.outcome)
        .or_else(|| case.exit.as_ref().map(|e| e.value))
}

/// Why the case cannot close yet with this outcome.
pub fn missing_for(
    case: &CaseState,
    look: &dyn Look,
    outcome: Option<Outcome>,
    now: Timestamp,
) -> Vec<Gap> {
    let policy = look.org().policy();
    let mut wanted = needs(case.lane, outcome);
    if case.phase == CasePhase::Deferred && case.duplicate.is_none() {
        wanted.push(Need::ResidualRisk);
    }
    wanted.sort_unstable();
    wanted.dedup();
    wanted
        .into_iter()
        .filter_map(|need| {
            let sentence = need.unmet(case, look, outcome, now)?;
            let duty = need.duty();
            let role = policy.roles(duty).first().copied().unwrap_or(Role::Handler);
            Some(Gap {
                code: need.code(),
                sentence,
                form: need.form(),
                duty,
                role,
            })
        })
        .collect()
}

/// The outcomes that are open to a case from where it is.
pub fn open_outcomes(case: &CaseState, look: &dyn Look) -> Vec<Outcome> {
    ALL_OUTCOMES
        .into_iter()
        .filter(|o| why_not_open(case, look, *o).is_none())
        .collect()
}

/// Every outcome, exits first.
pub const ALL_OUTCOMES: [Outcome; 18] = [
    Outcome::Duplicate,
    Outcome::NotSecurity,
    Outcome::OtherVendor,
    Outcome::NotVerifiable,
    Outcome::InsufficientInformation,
    Outcome::NotApplicable,
    Outcome::AlreadyFixed,
    Outcome::AcceptedDesignLimit,
    Outcome::CompanyIt,
    Outcome::ObsoleteProduct,
    Outcome::Fixed,
    Outcome::Mitigated,
    Outcome::NotAffected,
    Outcome::RiskAccepted,
    Outcome::Transferred,
    Outcome::SiteProblem,
    Outcome::Benign,
    Outcome::Unclear,
];

/// An exit of review.
pub fn is_exit(outcome: Outcome) -> bool {
    outcome <= Outcome::ObsoleteProduct
}

/// Why an outcome is not open to this case, or `None` where it is (domain.md, Outcomes).
pub fn why_not_open(case: &CaseState, look: &dyn Look, outcome: Outcome) -> Option<&'static str> {
    if case.duplicate.is_some() {
        return (outcome != Outcome::Duplicate)
            .then_some("it is linked as a duplicate; undo the link first.");
    }
    if outcome == Outcome::Duplicate {
        return Some(
            "no root is linked; propose the case that it duplicates, and a second person agrees.",
        );
    }
    match case.phase {
        CasePhase::Received => {
            return Some("review it first: then validate it, or leave review by an exit.");
        }
        CasePhase::Valid => return Some("accept it or defer it first."),
        CasePhase::Closed => return Some("the case is closed."),
        CasePhase::Invalid if !is_exit(outcome) => {
            return Some("the case left review by an exit; validate it first.");
        }
        CasePhase::Accepted | CasePhase::Deferred if is_exit(outcome) => {
            return Some(
                "exits are for review; this case was accepted, so say what came of the analysis.",
            );
        }
        _ => {}
    }
    let indicator = matches!(
        outcome,
        Outcome::SiteProblem | Outcome::Benign | Outcome::Unclear
    );
    if indicator && case.lane != Lane::A {
        return Some("it is for audit indicators.");
    }
    let of_product = matches!(
        outcome,
        Outcome::Fixed | Outcome::Mitigated | Outcome::RiskAccepted | Outcome::Transferred
    );
    if of_product && case.lane == Lane::A {
        return Some(
            "an indicator that turns out to be the product's needs lane H: raise it first.",
        );
    }
    if case.lane != Lane::H && lane::exit_needs_h(outcome) && lane::released(case, look) {
        return Some("on a released product this needs the full care of lane H: raise it first.");
    }
    None
}

/// The reports of a case that want a closing notice: everybody who can be told.
pub fn notices_due(case: &CaseState, look: &dyn Look) -> Vec<ReportId> {
    use crate::report::event::ReporterKind::{Machine, NoReturnPath};
    case.reports
        .iter()
        .copied()
        .filter(|id| {
            look.report(*id)
                .is_some_and(|r| !matches!(r.kind, Machine | NoReturnPath))
        })
        .collect()
}
