//! Determinations: review (9.3), analysis (9.4), addressing (9.5), disclosure (4.1.7), complaint, awareness.

use super::from_here;
use crate::act::command::CaseCommand as Wish;
use crate::act::draft::{Draft, rationale};
use crate::case::event::{CaseEvent as E, Disclosure, Item, Reviewed, StatusRow};
use crate::case::state::{CasePhase as P, CaseState};
use crate::case::terms::Status;
use crate::id::CaseId;
use crate::object::ObjectRef;
use crate::policy::Duty;
use crate::refusal::Refusal;
use crate::risk;
use crate::world::Look;

/// Rows in one wish; an event is at most 65,535 bytes.
const MOST_ROWS: usize = 200;

pub(super) fn decide(draft: &mut Draft<'_>, id: CaseId, wish: &Wish) -> Result<(), Refusal> {
    match wish {
        Wish::Review(reviewed) => review(draft, id, reviewed),
        Wish::Confirm { items } => confirm(draft, id, items),
        Wish::ClaimAwareness { .. }
        | Wish::ConfirmAwareness { .. }
        | Wish::DeclineAwareness { .. } => awareness(draft, id, wish),
        _ => later_stage(draft, id, wish),
    }
}

fn review(draft: &mut Draft<'_>, id: CaseId, r: &Reviewed) -> Result<(), Refusal> {
    draft.require(Duty::Review)?;
    let case = draft.the_case(id)?;
    open(case)?;
    let anything = r.applicable.is_some()
        || r.verifiable.is_some()
        || r.threats.is_some()
        || r.tier.is_some()
        || r.safety_screen.is_some()
        || r.harmed.is_some();
    if !anything {
        return Err(Refusal::Field {
            field: "Review",
            why: "answer at least one question".into(),
        });
    }
    rationale(r.text.as_ref())?;
    draft.case_event(id, E::Reviewed(r.clone()));
    Ok(())
}

/// After a reopening: earlier determinations stand. Each needs the role that may record it.
fn confirm(draft: &mut Draft<'_>, id: CaseId, items: &[Item]) -> Result<(), Refusal> {
    let case = draft.the_case(id)?;
    open(case)?;
    if items.is_empty() || items.len() > Item::ALL.len() {
        return Err(Refusal::Field {
            field: "Answers",
            why: "choose what you looked at again".into(),
        });
    }
    for item in items {
        match case.determined(*item) {
            Some(false) => {}
            Some(true) => return Err(Refusal::AlreadySo("one of these answers counts already")),
            None => {
                return Err(Refusal::Field {
                    field: "Answers",
                    why: format!(
                        "there is no earlier answer to confirm for \"{}\"",
                        crate::words::item(*item)
                    ),
                });
            }
        }
    }
    for item in items {
        draft.require(duty_of(*item))?;
    }
    draft.case_event(
        id,
        E::DeterminationsConfirmed {
            items: items.to_vec(),
        },
    );
    Ok(())
}

/// Which duty a determination is.
pub(crate) fn duty_of(item: Item) -> Duty {
    match item {
        Item::Applicable
        | Item::Verifiable
        | Item::Threats
        | Item::Tier
        | Item::SafetyScreen
        | Item::Harmed => Duty::Review,
        Item::Impact | Item::RootCause | Item::RelatedIssues => Duty::Analysis,
        Item::Score => Duty::Score,
        Item::Status => Duty::Status,
        Item::Safety => Duty::Safety,
        Item::Route | Item::SiblingsSwept | Item::ThirdPartiesTold | Item::ResidualRisk => {
            Duty::Addressing
        }
        Item::ResolutionVerified => Duty::Verification,
        Item::Disclosure => Duty::Disclosure,
        Item::Complaint => Duty::Complaint,
    }
}

fn open(case: &CaseState) -> Result<(), Refusal> {
    from_here(!case.is_closed(), case, "Open the case again first.")
}

/// 9.4 and 9.5 follow review: nothing reaches them while a 9.3 determination is empty.
fn after_review(case: &CaseState) -> Result<(), Refusal> {
    from_here(
        matches!(case.phase, P::Accepted | P::Deferred | P::Invalid),
        case,
        "Complete the review, then accept the case (or leave review by an exit).",
    )
}

fn later_stage(draft: &mut Draft<'_>, id: CaseId, wish: &Wish) -> Result<(), Refusal> {
    let (duty, event) = match wish {
        Wish::Analyse(a) => {
            if a.cwe.len() > 20 {
                return Err(Refusal::Field {
                    field: "CWE",
                    why: "name at most 20".into(),
                });
            }
            rationale(a.text.as_ref())?;
            (Duty::Analysis, E::Analysed(a.clone()))
        }
        Wish::Score { vector, text } => {
            let scored = risk::score(vector)?;
            rationale(text.as_ref())?;
            (
                Duty::Score,
                E::Scored {
                    vector: scored.vector,
                    score10: scored.score10,
                    text: text.clone(),
                },
            )
        }
        Wish::StateStatus { rows, text } => {
            let rows = checked_rows(draft, rows)?;
            rationale(text.as_ref())?;
            (
                Duty::Status,
                E::StatusStated {
                    rows,
                    text: text.clone(),
                },
            )
        }
        Wish::AssessSafety(s) => {
            rationale(s.text.as_ref())?;
            (Duty::Safety, E::SafetyAssessed(s.clone()))
        }
        Wish::DecideRoute { route, text } => {
            rationale(text.as_ref())?;
            (
                Duty::Addressing,
                E::RouteDecided {
                    route: *route,
                    text: text.clone(),
                },
            )
        }
        Wish::PlanRemediation { item, text } => {
            rationale(text.as_ref())?;
            (
                Duty::Addressing,
                E::RemediationPlanned {
                    item: *item,
                    text: text.clone(),
                },
            )
        }
        Wish::VerifyResolution { text } => {
            rationale(text.as_ref())?;
            (
                Duty::Verification,
                E::ResolutionVerified { text: text.clone() },
            )
        }
        Wish::DecideDisclosure { decision, text } => {
            rationale(text.as_ref())?;
            (
                Duty::Disclosure,
                E::DisclosureDecided {
                    decision: *decision,
                    text: text.clone(),
                },
            )
        }
        Wish::PublishAdvisory { text } => return advisory(draft, id, text.as_ref()),
        Wish::DetermineComplaint { complaint, text } => {
            rationale(text.as_ref())?;
            draft.require(Duty::Complaint)?;
            open(draft.the_case(id)?)?;
            // Whether it is a complaint, too, is known from the first reading: it does not wait for review.
            let event = E::ComplaintDetermined {
                complaint: *complaint,
                text: text.clone(),
            };
            draft.case_event(id, event);
            return Ok(());
        }
        _ => return Err(Refusal::NotFound),
    };
    draft.require(duty)?;
    let case = draft.the_case(id)?;
    open(case)?;
    after_review(case)?;
    draft.case_event(id, event);
    Ok(())
}

/// Nothing is published while an embargo lives.
fn advisory(draft: &mut Draft<'_>, id: CaseId, text: Option<&ObjectRef>) -> Result<(), Refusal> {
    draft.require(Duty::Disclosure)?;
    let case = draft.the_case(id)?;
    after_review(case)?;
    if case.embargo.lives() {
        return Err(Refusal::EmbargoLives);
    }
    if !case
        .disclosure
        .as_ref()
        .is_some_and(|d| d.confirmed && d.value != Disclosure::NoDisclosure)
    {
        return Err(Refusal::NotFromHere {
            state: "without a decision to disclose",
            hint: "Decide on disclosure first.",
        });
    }
    let known = case.flags.public.is_some();
    let public = case
        .disclosure
        .as_ref()
        .is_some_and(|d| d.value == Disclosure::PublicAdvisory);
    draft.case_event(
        id,
        E::AdvisoryPublished {
            text: text.cloned(),
        },
    );
    if public && !known {
        draft.case_event(
            id,
            E::BecamePublic {
                happened_at: Some(draft.facts.now),
                text: None,
            },
        );
    }
    draft.job(crate::react::Effect::RefreshPages);
    Ok(())
}

/// Rows of known releases; "released" is what the product's record says, not what the form says.
fn checked_rows(draft: &Draft<'_>, rows: &[StatusRow]) -> Result<Vec<StatusRow>, Refusal> {
    if rows.is_empty() || rows.len() > MOST_ROWS {
        return Err(Refusal::Field {
            field: "Status",
            why: format!("state 1 to {MOST_ROWS} rows at a time"),
        });
    }
    rows.iter()
        .map(|row| {
            let release = draft
                .product(row.product)
                .and_then(|p| p.release(row.release))
                .ok_or(Refusal::NotFound)?;
            let fixed = row.status == Status::Fixed {};
            Ok(StatusRow {
                released: release.shipped_at.is_some(),
                verified: row.verified && fixed,
                ..row.clone()
            })
        })
        .collect()
}

fn awareness(draft: &mut Draft<'_>, id: CaseId, wish: &Wish) -> Result<(), Refusal> {
    let case = draft.the_case(id)?;
    let event = match wish {
        // A fact: recordable in every state.
        Wish::ClaimAwareness { alarm, report } => {
            draft.require(Duty::Handle)?;
            if !case.reports.contains(report) {
                return Err(Refusal::Field {
                    field: "Report",
                    why: "choose a report of this case".into(),
                });
            }
            not_later(draft, alarm.at)?;
            draft.case_event(
                id,
                E::AwarenessClaimed {
                    alarm: *alarm,
                    report: *report,
                },
            );
            draft.job(crate::react::Effect::Notify { case: id });
            return Ok(());
        }
        Wish::ConfirmAwareness { at, text } => {
            not_later(draft, *at)?;
            rationale(text.as_ref())?;
            E::AwarenessConfirmed {
                at: *at,
                text: text.clone(),
            }
        }
        Wish::DeclineAwareness { text } => {
            rationale(text.as_ref())?;
            E::AwarenessDeclined { text: text.clone() }
        }
        _ => return Err(Refusal::NotFound),
    };
    draft.require(Duty::Awareness)?;
    draft.case_event(id, event);
    Ok(())
}

fn not_later(draft: &Draft<'_>, at: jiff::Timestamp) -> Result<(), Refusal> {
    if at <= draft.facts.now {
        return Ok(());
    }
    Err(Refusal::Field {
        field: "Moment",
        why: "nobody can have known it at a time still to come".into(),
    })
}
