//! Wishes about one case.

mod closing;
mod duplicate;
mod embargo;
mod handling;
mod moves;
mod record;

pub(crate) use closing::{close_if_root_closed, sign_one};

use crate::act::command::CaseCommand as Wish;
use crate::act::draft::{Draft, same_version};
use crate::act::settle;
use crate::case::state::CaseState;
use crate::id::CaseId;
use crate::refusal::Refusal;

pub(crate) fn decide(
    draft: &mut Draft<'_>,
    id: CaseId,
    seen: Option<u64>,
    wish: &Wish,
) -> Result<(), Refusal> {
    same_version(seen, draft.the_case(id)?.version)?;
    apply(draft, id, wish)
}

/// One wish, and what follows from it by itself.
pub(crate) fn apply(draft: &mut Draft<'_>, id: CaseId, wish: &Wish) -> Result<(), Refusal> {
    match wish {
        Wish::SetTitle { .. }
        | Wish::SetProduct { .. }
        | Wish::RaiseLane { .. }
        | Wish::ProposeLowerLane { .. }
        | Wish::LowerLane { .. }
        | Wish::RefuseLowerLane { .. }
        | Wish::Assign { .. }
        | Wish::AddNote { .. }
        | Wish::Split { .. }
        | Wish::AnswerInquiry { .. }
        | Wish::RecordFielding { .. }
        | Wish::Recheck
        | Wish::SeeOccurrences(_) => handling::decide(draft, id, wish)?,
        Wish::Review(_)
        | Wish::Analyse(_)
        | Wish::Score { .. }
        | Wish::StateStatus { .. }
        | Wish::AssessSafety(_)
        | Wish::DecideRoute { .. }
        | Wish::PlanRemediation { .. }
        | Wish::VerifyResolution { .. }
        | Wish::DecideDisclosure { .. }
        | Wish::PublishAdvisory { .. }
        | Wish::DetermineComplaint { .. }
        | Wish::Confirm { .. }
        | Wish::ClaimAwareness { .. }
        | Wish::ConfirmAwareness { .. }
        | Wish::DeclineAwareness { .. } => record::decide(draft, id, wish)?,
        Wish::Validate { .. }
        | Wish::Invalidate { .. }
        | Wish::Accept { .. }
        | Wish::Defer { .. }
        | Wish::FixReady { .. }
        | Wish::FixDeployed { .. }
        | Wish::Reopen { .. } => moves::decide(draft, id, wish)?,
        Wish::ProposeEmbargo { .. }
        | Wish::AcceptEmbargo
        | Wish::RejectEmbargo
        | Wish::ReviseEmbargo { .. }
        | Wish::AcceptRevision
        | Wish::RejectRevision
        | Wish::UpholdEmbargo { .. }
        | Wish::EndEmbargo { .. }
        | Wish::BecamePublic { .. }
        | Wish::SawExploit { .. }
        | Wish::SawAttack { .. } => embargo::decide(draft, id, wish)?,
        Wish::ProposeDuplicate { .. }
        | Wish::LinkDuplicate { .. }
        | Wish::RefuseDuplicate { .. }
        | Wish::Unlink { .. } => duplicate::decide(draft, id, wish)?,
        Wish::WriteNotice { .. }
        | Wish::ProposeClosure { .. }
        | Wish::WithdrawClosure
        | Wish::SendBackClosure { .. }
        | Wish::ApproveClosure { .. } => closing::decide(draft, id, wish)?,
    }
    settle::case(draft, id)
}

/// Refuses a wish that does not follow from where the case is.
fn from_here(ok: bool, case: &CaseState, hint: &'static str) -> Result<(), Refusal> {
    if ok {
        Ok(())
    } else {
        Err(Refusal::NotFromHere {
            state: state_word(case),
            hint,
        })
    }
}

/// Where it is, in words.
fn state_word(case: &CaseState) -> &'static str {
    crate::words::phase(case.phase)
}
