//! Who may sign a closure, and whether a batch signature may carry it (domain.md, Lanes).

use crate::actor::Actor;
use crate::case::event::{Lane, Outcome, Plan, Status};
use crate::case::state::{CaseState, Determination};
use crate::id::PersonId;
use crate::policy::Duty;
use crate::world::Look;
use serde::Serialize;

/// How a closure is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Signing {
    /// One person, one closure record.
    Individual,
    /// One fresh authentication over a list.
    Batch,
}

/// How the closure of this case with this outcome is signed.
pub fn signing(case: &CaseState, outcome: Outcome) -> Signing {
    let risk = outcome == Outcome::RiskAccepted
        || case.status.iter().any(|r| {
            matches!(
                r.value.status,
                Status::Affected {
                    plan: Plan::RiskAccepted { .. }
                }
            )
        });
    let exploited = case.flags.exploit.is_some() || case.flags.attacks.is_some();
    let individual = match case.lane {
        Lane::H | Lane::Hx => true,
        Lane::M | Lane::A => false,
        Lane::T => {
            risk || (exploited && matches!(outcome, Outcome::NotAffected | Outcome::NotApplicable))
                || super::need::may_harm(case)
        }
    };
    if individual {
        Signing::Individual
    } else {
        Signing::Batch
    }
}

/// Whether this person may sign the proposed closure; the error says why not.
///
/// # Errors
/// A clause that completes "You may not sign this: …".
pub fn may_sign(
    case: &CaseState,
    look: &dyn Look,
    outcome: Outcome,
    person: PersonId,
) -> Result<(), &'static str> {
    let actor = Actor::Person(person);
    let roles = look.org().policy().roles(Duty::Approve);
    if !look.person(person).is_some_and(|p| p.has_any(roles)) {
        return Err("you do not hold the role that signs closures");
    }
    if case.proposal.as_ref().is_some_and(|p| p.by == actor) {
        return Err("you proposed it");
    }
    if case.owners.contains(&person) {
        return Err("you own it, or owned it since it was last opened");
    }
    // One batch signature for lane M is by a non-author, too.
    let authors_matter = signing(case, outcome) == Signing::Individual || case.lane == Lane::M;
    if authors_matter && is_author(case, &actor) {
        return Err("you recorded one of the determinations that it relies on");
    }
    Ok(())
}

/// Whether the actor stands for any determination that counts.
pub(crate) fn is_author(case: &CaseState, actor: &Actor) -> bool {
    fn by<T>(d: Option<&Determination<T>>, actor: &Actor) -> bool {
        d.is_some_and(|d| d.confirmed && d.is_of(actor))
    }
    let r = &case.review;
    by(r.applicable.as_ref(), actor)
        || by(r.verifiable.as_ref(), actor)
        || by(r.threats.as_ref(), actor)
        || by(r.tier.as_ref(), actor)
        || by(r.safety_screen.as_ref(), actor)
        || by(r.harmed.as_ref(), actor)
        || by(case.exit.as_ref(), actor)
        || case.analysis.values().any(|d| by(Some(d), actor))
        || by(case.score.as_ref(), actor)
        || case.status.iter().any(|d| by(Some(d), actor))
        || by(case.safety.as_ref(), actor)
        || by(case.route.as_ref(), actor)
        || case.addressing.values().any(|d| by(Some(d), actor))
        || by(case.verified.as_ref(), actor)
        || by(case.disclosure.as_ref(), actor)
        || by(case.complaint.as_ref(), actor)
}

/// Everybody loaded who may sign; with none, the case waits and the desk says so from day one.
pub fn eligible_approvers(case: &CaseState, look: &dyn Look, outcome: Outcome) -> Vec<PersonId> {
    look.org()
        .people
        .iter()
        .copied()
        .filter(|p| may_sign(case, look, outcome, *p).is_ok())
        .collect()
}
