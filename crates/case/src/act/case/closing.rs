//! Proposing, signing and closing: the case's gate (domain.md, Lanes).

use super::from_here;
use crate::act::command::CaseCommand as Wish;
use crate::act::draft::{Draft, rationale};
use crate::act::org::MOST_LISTED;
use crate::act::{settle, tell};
use crate::actor::Actor;
use crate::case::event::{CaseEvent as E, Meaning, Outcome, Signature};
use crate::case::state::{CasePhase, CaseState};
use crate::closure::{self, Signing};
use crate::id::{CaseId, MessageId, ReportId};
use crate::object::ObjectRef;
use crate::policy::Duty;
use crate::refusal::Refusal;
use crate::report::event::Purpose;
use crate::report::state::Direction;
use crate::world::Look;
use sha2::{Digest, Sha256};

pub(super) fn decide(draft: &mut Draft<'_>, id: CaseId, wish: &Wish) -> Result<(), Refusal> {
    match wish {
        Wish::WriteNotice { report, text } => write_notice(draft, id, *report, text),
        Wish::ProposeClosure { outcome, text } => propose(draft, id, *outcome, text.as_ref()),
        Wish::WithdrawClosure => {
            draft.require(Duty::Handle)?;
            proposed(draft.the_case(id)?)?;
            draft.case_event(id, E::ClosureWithdrawn { voided: false });
            Ok(())
        }
        Wish::SendBackClosure { text } => {
            draft.require(Duty::Approve)?;
            rationale(text.as_ref())?;
            proposed(draft.the_case(id)?)?;
            draft.case_event(id, E::ClosureSentBack { text: text.clone() });
            Ok(())
        }
        Wish::ApproveClosure {
            digest,
            name,
            read,
            notices,
        } => {
            let case = draft.the_case(id)?;
            let outcome = proposed(case)?;
            let signature = signature(draft, digest, name, Meaning::ClosureApproval)?;
            may_close(draft, id, outcome, digest, read)?;
            let fresh: Vec<MessageId> = read
                .iter()
                .filter(|m| !case.messages_read.contains(m))
                .copied()
                .collect();
            for some in fresh.chunks(MOST_LISTED) {
                draft.case_event(
                    id,
                    E::MessagesRead {
                        messages: some.to_vec(),
                    },
                );
            }
            close_one(draft, id, signature, notices)
        }
        _ => Err(Refusal::NotFound),
    }
}

fn write_notice(
    draft: &mut Draft<'_>,
    id: CaseId,
    report: ReportId,
    text: &ObjectRef,
) -> Result<(), Refusal> {
    draft.require(Duty::Handle)?;
    let case = draft.the_case(id)?;
    from_here(
        !case.is_closed(),
        case,
        "Write to the reporter on the report's page.",
    )?;
    if !case.reports.contains(&report) {
        return Err(Refusal::Field {
            field: "Report",
            why: "choose a report of this case".into(),
        });
    }
    draft.case_event(
        id,
        E::NoticeWritten {
            report,
            text: text.clone(),
        },
    );
    Ok(())
}

fn propose(
    draft: &mut Draft<'_>,
    id: CaseId,
    outcome: Outcome,
    text: Option<&ObjectRef>,
) -> Result<(), Refusal> {
    draft.require(Duty::Handle)?;
    let case = draft.the_case(id)?;
    if case.proposal.is_some() {
        return Err(Refusal::AlreadySo(
            "a closure is proposed; withdraw it to propose another",
        ));
    }
    from_here(
        matches!(
            case.phase,
            CasePhase::Invalid | CasePhase::Accepted | CasePhase::Deferred
        ),
        case,
        "Review it first: a case closes from an exit of review, or when it was accepted.",
    )?;
    if case.duplicate.is_some() {
        return Err(Refusal::NotFromHere {
            state: "a duplicate",
            hint: "It closes with its root, in the same act.",
        });
    }
    if let Some(why) = closure::why_not_open(case, draft, outcome) {
        return Err(Refusal::OutcomeNotOpen { outcome, why });
    }
    rationale(text)?;
    no_gaps(case, draft, outcome)?;
    let digest = closure::digest(case, draft, outcome);
    draft.case_event(
        id,
        E::ClosureProposed {
            outcome,
            digest,
            text: text.cloned(),
        },
    );
    Ok(())
}

fn no_gaps(case: &CaseState, draft: &Draft<'_>, outcome: Outcome) -> Result<(), Refusal> {
    let gaps = closure::missing_for(case, draft, Some(outcome), draft.facts.now);
    if case.embargo.lives() {
        return Err(Refusal::EmbargoLives);
    }
    if gaps.is_empty() {
        return Ok(());
    }
    let sentences = gaps
        .into_iter()
        .map(|g| g.sentence.trim_end_matches('.').to_owned());
    Err(Refusal::ClosureGaps(sentences.collect()))
}

fn proposed(case: &CaseState) -> Result<Outcome, Refusal> {
    case.proposal
        .as_ref()
        .map(|p| p.outcome)
        .ok_or(Refusal::NotFromHere {
            state: "without a proposed closure",
            hint: "Somebody proposes the closure, another person signs it.",
        })
}

fn signature(
    draft: &Draft<'_>,
    digest: &str,
    name: &str,
    meaning: Meaning,
) -> Result<Signature, Refusal> {
    let person = draft.require(Duty::Approve)?;
    if name.trim().is_empty() || name.len() > 200 {
        return Err(Refusal::Field {
            field: "Name",
            why: "write your name as you sign".into(),
        });
    }
    Ok(Signature {
        person,
        name: name.trim().to_owned(),
        meaning,
        digest: digest.to_owned(),
    })
}

/// Everything that has to hold at the moment of signing, checked again inside the transaction.
fn may_close(
    draft: &Draft<'_>,
    id: CaseId,
    outcome: Outcome,
    digest: &str,
    read: &[MessageId],
) -> Result<(), Refusal> {
    let case = draft.the_case(id)?;
    let Actor::Person(me) = draft.facts.actor else {
        return Err(Refusal::NeedsRole(crate::actor::Role::Approver));
    };
    closure::may_sign(case, draft, outcome, me).map_err(Refusal::MayNotSign)?;
    let as_proposed = case.proposal.as_ref().is_some_and(|p| p.digest == digest);
    if !as_proposed || closure::digest(case, draft, outcome) != digest {
        return Err(Refusal::DigestChanged);
    }
    if let Some(why) = closure::why_not_open(case, draft, outcome) {
        return Err(Refusal::OutcomeNotOpen { outcome, why });
    }
    no_gaps(case, draft, outcome)?;
    all_read(case, draft, read)
}

/// A message that came in after the proposal has to be ticked as read.
fn all_read(case: &CaseState, draft: &Draft<'_>, read: &[MessageId]) -> Result<(), Refusal> {
    let since = case.proposal.as_ref().map(|p| p.at);
    let unread = case
        .reports
        .iter()
        .filter_map(|r| draft.report(*r))
        .flat_map(|r| &r.messages)
        .any(|m| {
            m.direction == Direction::In
                && since.is_some_and(|s| m.at >= s)
                && !read.contains(&m.id)
                && !case.messages_read.contains(&m.id)
        });
    if unread {
        Err(Refusal::MessageUnread)
    } else {
        Ok(())
    }
}

/// One case of a batch signature: lanes and outcomes that a batch may carry; a changed record drops out.
pub(crate) fn sign_one(
    draft: &mut Draft<'_>,
    id: CaseId,
    digest: &str,
    name: &str,
) -> Result<(), Refusal> {
    let case = draft.the_case(id)?;
    let outcome = proposed(case)?;
    if closure::signing(case, outcome) == Signing::Individual {
        return Err(Refusal::MayNotSign(
            "this closure is signed one by one, on its own page",
        ));
    }
    let signature = signature(draft, digest, name, Meaning::BatchApproval)?;
    may_close(draft, id, outcome, digest, &[])?;
    close_one(draft, id, signature, &[])
}

/// ClosureApproved, Closed, the closing notices and what follows: one act. Duplicates close with their root.
pub(crate) fn close_one(
    draft: &mut Draft<'_>,
    id: CaseId,
    signature: Signature,
    notices: &[(ReportId, MessageId)],
) -> Result<(), Refusal> {
    let case = draft.the_case(id)?;
    let outcome = proposed(case)?;
    let digest = signature.digest.clone();
    let duplicates: Vec<CaseId> = case.duplicates.iter().copied().collect();
    draft.case_event(id, E::ClosureApproved(signature));
    draft.case_event(id, E::Closed { outcome, digest });
    send_notices(draft, id, notices)?;
    for duplicate in duplicates {
        close_if_root_closed(draft, duplicate)?;
    }
    Ok(())
}

/// A duplicate whose root is closed closes at once, as soon as nothing of its own is missing.
pub(crate) fn close_if_root_closed(draft: &mut Draft<'_>, id: CaseId) -> Result<(), Refusal> {
    let Some(case) = draft.case(id) else {
        return Ok(());
    };
    let Some(link) = case.duplicate.as_ref().filter(|_| !case.is_closed()) else {
        return Ok(());
    };
    if !draft.case(link.root).is_some_and(CaseState::is_closed) {
        return Ok(());
    }
    if !closure::missing_for(case, draft, Some(Outcome::Duplicate), draft.facts.now).is_empty() {
        return Ok(());
    }
    let digest = closure::digest(case, draft, Outcome::Duplicate);
    draft.case_event(
        id,
        E::Closed {
            outcome: Outcome::Duplicate,
            digest,
        },
    );
    send_notices(draft, id, &[])
}

/// The closing notices are messages of the same act; then each report may be told by rule and closed.
fn send_notices(
    draft: &mut Draft<'_>,
    id: CaseId,
    ids: &[(ReportId, MessageId)],
) -> Result<(), Refusal> {
    let case = draft.the_case(id)?;
    let closures = case.closures.len();
    let reports = case.reports.clone();
    let due = closure::notices_due(case, draft);
    let notices: Vec<(ReportId, ObjectRef)> = case
        .notices
        .iter()
        .filter(|n| due.contains(&n.report))
        .map(|n| (n.report, n.text.clone()))
        .collect();
    for (report, text) in notices {
        let message = ids
            .iter()
            .find(|(r, _)| *r == report)
            .map_or_else(|| message_id(id, report, closures), |(_, m)| *m);
        tell::write(draft, report, message, Purpose::ClosingNotice, &text)?;
    }
    for report in reports {
        if draft.report(report).is_some() {
            settle::report(draft, report)?;
        }
    }
    Ok(())
}

/// A message id that follows from case, report and closure, for closures that no form made (UUID version 8).
fn message_id(case: CaseId, report: ReportId, closures: usize) -> MessageId {
    let digest = Sha256::new()
        .chain_update(b"vulnerary/closing-notice/1")
        .chain_update(case.0.as_bytes())
        .chain_update(report.0.as_bytes())
        .chain_update(closures.to_be_bytes())
        .finalize();
    let mut bytes = [0_u8; 16];
    bytes.copy_from_slice(&digest[..16]);
    MessageId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}
