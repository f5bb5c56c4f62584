//! One act over many cases. A case that refuses drops out and is named; the others go through.

use crate::act::case;
use crate::act::command::{BatchCommand, CaseCommand};
use crate::act::draft::{Draft, same_version};
use crate::canonical;
use crate::case::event::{Meaning, Signature};
use crate::id::CaseId;
use crate::org::event::OrgEvent;
use crate::policy::Duty;
use crate::refusal::Refusal;

/// Cases in one act; a page offers at most as many.
const MOST_CASES: usize = 1_000;

pub(crate) fn decide(draft: &mut Draft<'_>, batch: &BatchCommand) -> Result<(), Refusal> {
    match batch {
        BatchCommand::Each { cases, wishes } => each(draft, cases, wishes),
        BatchCommand::Sign {
            cases,
            name,
            meaning,
        } => {
            if *meaning != Meaning::BatchApproval {
                return Err(Refusal::Field {
                    field: "Meaning",
                    why: "a list is signed as read and approved".into(),
                });
            }
            sign(draft, cases, name)
        }
    }
}

fn sized(count: usize) -> Result<(), Refusal> {
    if count == 0 {
        return Err(Refusal::Field {
            field: "Cases",
            why: "choose at least one".into(),
        });
    }
    if count > MOST_CASES {
        return Err(Refusal::Limit(format!(
            "Choose at most {MOST_CASES} cases at once."
        )));
    }
    Ok(())
}

fn each(
    draft: &mut Draft<'_>,
    cases: &[(CaseId, Option<u64>)],
    wishes: &[CaseCommand],
) -> Result<(), Refusal> {
    sized(cases.len())?;
    if wishes.iter().any(is_signature) {
        return Err(Refusal::MayNotSign(
            "a signature over many cases is a list of its own",
        ));
    }
    let mut first = None;
    for (id, seen) in cases {
        let part = draft.part(|inner| {
            same_version(*seen, inner.the_case(*id)?.version)?;
            wishes
                .iter()
                .try_for_each(|wish| case::apply(inner, *id, wish))
        });
        match part {
            Ok(part) => draft.merge(part),
            Err(why) => {
                first.get_or_insert_with(|| why.clone());
                draft.drop_case(*id, why);
            }
        }
    }
    nothing_done(draft, first)
}

fn is_signature(wish: &CaseCommand) -> bool {
    matches!(
        wish,
        CaseCommand::ApproveClosure { .. }
            | CaseCommand::LinkDuplicate { .. }
            | CaseCommand::LowerLane { .. }
    )
}

/// A batch of which nothing is left is a refusal: the first reason, in words.
fn nothing_done(draft: &Draft<'_>, first: Option<Refusal>) -> Result<(), Refusal> {
    match first {
        Some(why) if draft.events_so_far() == 0 => Err(why),
        _ => Ok(()),
    }
}

/// One fresh authentication over a list of (case, digest of its closure record).
fn sign(draft: &mut Draft<'_>, cases: &[(CaseId, String)], name: &str) -> Result<(), Refusal> {
    let person = draft.require(Duty::Approve)?;
    sized(cases.len())?;
    let mut first = None;
    let mut signed = 0_u64;
    for (id, digest) in cases {
        match draft.part(|inner| case::sign_one(inner, *id, digest, name)) {
            Ok(part) => {
                draft.merge(part);
                signed += 1;
            }
            Err(why) => {
                first.get_or_insert_with(|| why.clone());
                draft.drop_case(*id, why);
            }
        }
    }
    nothing_done(draft, first)?;
    let signature = Signature {
        person,
        name: name.trim().to_owned(),
        meaning: Meaning::BatchApproval,
        digest: canonical::digest_of(&cases),
    };
    draft.org_event(OrgEvent::BatchSigned {
        signature,
        cases: signed,
    });
    Ok(())
}
