//! Care in proportion: which lane the facts of a case ask for (domain.md, Lanes). A pure function of facts.

use crate::case::event::{Disclosure, Lane, Outcome, SafetyScreen, Status, Tier};
use crate::case::state::CaseState;
use crate::report::event::ReporterKind;
use crate::world::Look;

/// Whether anything the case is about was shipped: a release of its product, or a row of its status table.
pub fn released(case: &CaseState, world: &dyn Look) -> bool {
    case.status.iter().any(|row| row.value.released)
        || case
            .product
            .and_then(|id| world.product(id))
            .is_some_and(|p| p.releases.iter().any(|r| r.shipped_at.is_some()))
}

/// The lane that the facts ask for: never lower than the case's, except that an exit at review needs less than analysis.
///
/// A person's raise stands until two people lower it (`raised_by_person`).
pub fn by_facts(case: &CaseState, world: &dyn Look) -> Lane {
    let released = released(case, world);
    match case.lane {
        Lane::M | Lane::T | Lane::A if machine_becomes_h(case, world, released) => Lane::H,
        Lane::Hx if released && grave(case) => Lane::H,
        lane => lane,
    }
}

/// The lane after leaving review by an exit: H becomes Hx where the exit and the facts allow it.
pub fn after_exit(case: &CaseState, world: &dyn Look, exit: Outcome) -> Lane {
    let released = released(case, world);
    let needs_h = released && (grave(case) || exit_needs_h(exit));
    match case.lane {
        Lane::H if !needs_h && !case.raised_by_person => Lane::Hx,
        Lane::Hx if needs_h => Lane::H,
        lane => lane,
    }
}

/// `already_fixed`, `accepted_design_limit` and `obsolete_product` on a released product need lane H.
pub fn exit_needs_h(exit: Outcome) -> bool {
    matches!(
        exit,
        Outcome::AlreadyFixed | Outcome::AcceptedDesignLimit | Outcome::ObsoleteProduct
    )
}

/// Safety screen not "no", or tier high or critical, or exploited with an affected release.
fn grave(case: &CaseState) -> bool {
    let unsafe_screen = [
        case.review.safety_screen.as_ref().map(|d| d.value),
        case.safety.as_ref().map(|d| d.value.harm),
    ]
    .into_iter()
    .flatten()
    .any(|s| s != SafetyScreen::No);
    let high = case
        .review
        .tier
        .as_ref()
        .is_some_and(|d| d.value >= Tier::High);
    let affected = case
        .status
        .iter()
        .any(|r| matches!(r.value.status, Status::Affected { .. }));
    let exploited = case.flags.exploit.is_some() || case.flags.attacks.is_some();
    unsafe_screen || high || (exploited && affected)
}

fn machine_becomes_h(case: &CaseState, world: &dyn Look, released: bool) -> bool {
    let own_advisory = case
        .disclosure
        .as_ref()
        .is_some_and(|d| d.value == Disclosure::PublicAdvisory);
    let by_person = case.reports.iter().any(|id| {
        !case.questions.contains(id) && world.report(*id).is_some_and(|r| is_of_a_person(r.kind))
    });
    by_person || (released && (grave(case) || own_advisory))
}

/// Whether a report is a person's (or an authority's), so that its case is owed lane H.
pub fn is_of_a_person(kind: ReporterKind) -> bool {
    kind != ReporterKind::Machine
}
