//! Duplicates: links to a root, signed by two, closed with the root (domain.md, Duplicates).

use super::{closing, from_here};
use crate::act::command::CaseCommand as Wish;
use crate::act::draft::{Draft, rationale};
use crate::actor::Actor;
use crate::case::event::{CaseEvent as E, Meaning, Signature};
use crate::case::state::CaseState;
use crate::id::CaseId;
use crate::object::ObjectRef;
use crate::policy::Duty;
use crate::refusal::Refusal;

pub(super) fn decide(draft: &mut Draft<'_>, id: CaseId, wish: &Wish) -> Result<(), Refusal> {
    match wish {
        Wish::ProposeDuplicate { root, text } => {
            draft.require(Duty::Handle)?;
            rationale(text.as_ref())?;
            linkable(draft, id, *root)?;
            draft.case_event(
                id,
                E::DuplicateProposed {
                    root: *root,
                    text: text.clone(),
                },
            );
            Ok(())
        }
        Wish::LinkDuplicate { root, name, text } => link(draft, id, *root, name, text.as_ref()),
        Wish::RefuseDuplicate { root, text } => {
            draft.require(Duty::Handle)?;
            rationale(text.as_ref())?;
            open(draft.the_case(id)?)?;
            draft.case_event(
                id,
                E::DuplicateRefused {
                    root: *root,
                    text: text.clone(),
                },
            );
            Ok(())
        }
        Wish::Unlink { text } => {
            draft.require(Duty::Handle)?;
            rationale(text.as_ref())?;
            let case = draft.the_case(id)?;
            open(case)?;
            let Some(link) = &case.duplicate else {
                return Err(Refusal::AlreadySo("it is linked to no other case"));
            };
            let root = link.root;
            draft.case_event(id, E::Unlinked { text: text.clone() });
            draft.case_event(root, E::DuplicateLeft { case: id });
            crate::act::settle::case(draft, root)
        }
        _ => Err(Refusal::NotFound),
    }
}

fn open(case: &CaseState) -> Result<(), Refusal> {
    from_here(!case.is_closed(), case, "Open the case again first.")
}

fn linkable(draft: &Draft<'_>, id: CaseId, root: CaseId) -> Result<(), Refusal> {
    let case = draft.the_case(id)?;
    open(case)?;
    let field = |why: &str| Refusal::Field {
        field: "Root",
        why: why.into(),
    };
    if id == root {
        return Err(field("a case is no duplicate of itself"));
    }
    if case.duplicate.is_some() {
        return Err(Refusal::AlreadySo("it is linked already"));
    }
    if draft.the_case(root)?.duplicate.is_some() {
        return Err(field("that case is a duplicate itself: link to its root"));
    }
    if !case.duplicates.is_empty() {
        return Err(field(
            "other cases are duplicates of this one: link them to the root first",
        ));
    }
    if case.embargo.lives() {
        return Err(Refusal::EmbargoLives);
    }
    Ok(())
}

/// The second person agrees. Linking to a closed root closes at once, where nothing of its own is missing.
fn link(
    draft: &mut Draft<'_>,
    id: CaseId,
    root: CaseId,
    name: &str,
    text: Option<&ObjectRef>,
) -> Result<(), Refusal> {
    let me = draft
        .require(Duty::Approve)
        .or_else(|_| draft.require(Duty::Handle))?;
    linkable(draft, id, root)?;
    let case = draft.the_case(id)?;
    let Some(proposed) = case.duplicate_proposed.as_ref().filter(|p| p.value == root) else {
        return Err(Refusal::NotFromHere {
            state: "without such a proposal",
            hint: "One person proposes the root, another agrees.",
        });
    };
    let Actor::Person(first) = proposed.by else {
        return Err(Refusal::NotFound);
    };
    if first == me {
        return Err(Refusal::MayNotSign("you proposed it"));
    }
    let signature = Signature {
        person: me,
        name: name.into(),
        meaning: Meaning::DuplicateApproval,
        digest: crate::canonical::digest_of(&(id, root)),
    };
    let text = text.or(proposed.text.as_ref()).cloned();
    let proposal = case.proposal.is_some();
    if proposal {
        draft.case_event(id, E::ClosureWithdrawn { voided: true });
    }
    draft.case_event(
        id,
        E::LinkedAsDuplicate {
            root,
            first,
            signature,
            text,
        },
    );
    draft.case_event(root, E::DuplicateJoined { case: id });
    crate::act::settle::case(draft, root)?;
    closing::close_if_root_closed(draft, id)
}
