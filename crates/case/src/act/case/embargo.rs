//! Vultron's embargo machine and the facts that end it in the same decision.

use super::from_here;
use crate::act::command::CaseCommand as Wish;
use crate::act::draft::{Draft, rationale};
use crate::case::event::CaseEvent as E;
use crate::case::state::{CaseState, EmbargoPhase as P};
use crate::id::CaseId;
use crate::policy::Duty;
use crate::react::Effect;
use crate::refusal::Refusal;
use jiff::Timestamp;

pub(super) fn decide(draft: &mut Draft<'_>, id: CaseId, wish: &Wish) -> Result<(), Refusal> {
    if let Wish::BecamePublic { .. } | Wish::SawExploit { .. } | Wish::SawAttack { .. } = wish {
        return fact(draft, id, wish);
    }
    draft.require(Duty::Embargo)?;
    let case = draft.the_case(id)?;
    let now = draft.facts.now;
    let phase = case.embargo.phase;
    let event = match wish {
        Wish::ProposeEmbargo { until, text } => {
            from_here(!case.is_closed(), case, "Open the case again first.")?;
            if case.flags.public.is_some() || case.flags.exploit.is_some() {
                return Err(Refusal::AlreadyPublic);
            }
            in_phase(
                phase == P::None,
                phase,
                "An embargo is proposed once; agree, reject or revise it.",
            )?;
            later(*until, now)?;
            E::EmbargoProposed {
                until: *until,
                text: text.clone(),
            }
        }
        Wish::AcceptEmbargo => {
            in_phase(
                phase == P::Proposed,
                phase,
                "Only a proposed embargo is accepted.",
            )?;
            E::EmbargoAccepted {}
        }
        Wish::RejectEmbargo => {
            in_phase(
                phase == P::Proposed,
                phase,
                "Only a proposed embargo is rejected; one that holds is ended.",
            )?;
            E::EmbargoRejected {}
        }
        Wish::ReviseEmbargo { until, text } => {
            in_phase(
                phase == P::Active,
                phase,
                "Only an embargo that holds is revised.",
            )?;
            later(*until, now)?;
            E::EmbargoRevisionProposed {
                until: *until,
                text: text.clone(),
            }
        }
        Wish::AcceptRevision => {
            in_phase(phase == P::Revise, phase, "No new end is proposed.")?;
            E::EmbargoRevisionAccepted {}
        }
        Wish::RejectRevision => {
            in_phase(phase == P::Revise, phase, "No new end is proposed.")?;
            E::EmbargoRevisionRejected {}
        }
        Wish::UpholdEmbargo { text } => {
            rationale(text.as_ref())?;
            in_phase(
                case.embargo.lives() && case.flags.attacks.is_some(),
                phase,
                "This answers attacks seen under an embargo.",
            )?;
            E::EmbargoUpheld { text: text.clone() }
        }
        Wish::EndEmbargo { text } => {
            return end(draft, id, text.as_ref());
        }
        _ => return Err(Refusal::NotFound),
    };
    draft.case_event(id, event);
    Ok(())
}

fn in_phase(ok: bool, phase: P, hint: &'static str) -> Result<(), Refusal> {
    if ok {
        return Ok(());
    }
    Err(Refusal::NotFromHere {
        state: crate::words::embargo(phase),
        hint,
    })
}

fn later(until: Timestamp, now: Timestamp) -> Result<(), Refusal> {
    if until > now {
        return Ok(());
    }
    Err(Refusal::Field {
        field: "End",
        why: "choose a moment that is still to come".into(),
    })
}

/// An embargo can be ended at any time; one that was only proposed is rejected.
fn end(
    draft: &mut Draft<'_>,
    id: CaseId,
    text: Option<&crate::object::ObjectRef>,
) -> Result<(), Refusal> {
    match draft.the_case(id)?.embargo.phase {
        P::Active | P::Revise => draft.case_event(
            id,
            E::EmbargoEnded {
                text: text.cloned(),
            },
        ),
        P::Proposed => draft.case_event(id, E::EmbargoRejected {}),
        P::None | P::Exited => return Err(Refusal::AlreadySo("no embargo lives on this case")),
    }
    Ok(())
}

/// Facts are recordable in every state and never refused, not even twice: a second sighting has its own date and source.
fn fact(draft: &mut Draft<'_>, id: CaseId, wish: &Wish) -> Result<(), Refusal> {
    draft.machine_or(Duty::Handle)?;
    let case = draft.the_case(id)?;
    let (known_public, lives) = (case.flags.public.is_some(), case.embargo.lives());
    // On a closed case nobody is looking: somebody has to decide whether to open it again.
    if case.is_closed() {
        draft.job(Effect::Notify { case: id });
    }
    match wish {
        Wish::BecamePublic { happened_at, text } => {
            draft.case_event(
                id,
                E::BecamePublic {
                    happened_at: *happened_at,
                    text: text.clone(),
                },
            );
            over(draft, id)?;
        }
        Wish::SawExploit { happened_at, text } => {
            draft.case_event(
                id,
                E::ExploitSeen {
                    happened_at: *happened_at,
                    text: text.clone(),
                },
            );
            // A public exploit makes the vulnerability public.
            if !known_public {
                draft.case_event(
                    id,
                    E::BecamePublic {
                        happened_at: *happened_at,
                        text: None,
                    },
                );
            }
            over(draft, id)?;
        }
        Wish::SawAttack { happened_at, text } => {
            draft.case_event(
                id,
                E::AttackSeen {
                    happened_at: *happened_at,
                    text: text.clone(),
                },
            );
            if lives {
                draft.job(Effect::Notify { case: id });
            }
        }
        _ => {}
    }
    Ok(())
}

fn over(draft: &mut Draft<'_>, id: CaseId) -> Result<(), Refusal> {
    if draft.the_case(id).map(|c: &CaseState| c.embargo.lives())? {
        end(draft, id, None)?;
    }
    Ok(())
}
