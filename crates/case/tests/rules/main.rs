//! The rules of domain.md, one by one: given, when, then.

mod closing;
mod lanes;
mod moves;
mod people;
#[path = "../support/mod.rs"]
mod support;

use support::*;
use vulnerary_case::act::CaseCommand as C;
use vulnerary_case::case::event::*;

fn review() -> C {
    reviewed(Tier::Low, SafetyScreen::No)
}

fn exit(outcome: Outcome) -> C {
    C::Invalidate {
        exit: outcome,
        text: because(),
    }
}
