//! Why the core says no: a closed list, each a sentence to act on.

use crate::actor::Role;
use crate::case::event::Outcome;

/// A refusal. Nothing was written. Every sentence says what to do instead.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[expect(missing_docs, reason = "each variant's sentence is its documentation")]
pub enum Refusal {
    #[error(
        "Somebody changed this while you were writing. Look at what happened since, then send your form again; everything you typed is still there."
    )]
    Changed { seen: u64, now: u64 },
    #[error("There is nothing here with that number that you may see.")]
    NotFound,
    #[error("This needs the role {}. Ask an administrator, or somebody who holds it.", role_word(*.0))]
    NeedsRole(Role),
    #[error("This step does not follow from where the case is: it is {state}. {hint}")]
    NotFromHere {
        state: &'static str,
        hint: &'static str,
    },
    #[error("Review is not complete: {}.", .0.join("; "))]
    ReviewIncomplete(Vec<String>),
    #[error("It cannot close yet: {}.", .0.join("; "))]
    ClosureGaps(Vec<String>),
    #[error("The outcome \"{}\" is not open to this case: {why}", outcome_word(*.outcome))]
    OutcomeNotOpen { outcome: Outcome, why: &'static str },
    #[error("You may not sign this: {0}. Another person has to.")]
    MayNotSign(&'static str),
    #[error(
        "What you signed is no longer what would be filed. Read the closure record again, then sign."
    )]
    DigestChanged,
    #[error("A message came in since the proposal. Tick it as read, then sign.")]
    MessageUnread,
    #[error("An embargo lives on this case. End it first; it can be ended at any time.")]
    EmbargoLives,
    #[error(
        "An embargo can no longer be agreed: the vulnerability or an exploit is already public."
    )]
    AlreadyPublic,
    #[error("A rationale is needed: say why in a sentence.")]
    RationaleMissing,
    #[error("{field}: {why}")]
    Field { field: &'static str, why: String },
    #[error("This was already done ({0}).")]
    AlreadySo(&'static str),
    #[error("A legal hold is on this report. Lift it first.")]
    HoldInForce,
    #[error("{0}")]
    Limit(String),
    #[error(
        "Two people are needed, and only one is here. Ask an administrator to add somebody who may sign."
    )]
    NobodyElse,
}

/// The word of a role.
pub fn role_word(role: Role) -> &'static str {
    match role {
        Role::Handler => "handler",
        Role::Approver => "approver",
        Role::Safety => "safety",
        Role::Regulatory => "regulatory",
        Role::Administrator => "administrator",
        Role::Auditor => "auditor",
        Role::Reporter => "reporter",
    }
}

/// The words of an outcome.
pub fn outcome_word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Duplicate => "duplicate",
        Outcome::NotSecurity => "not a security issue",
        Outcome::OtherVendor => "another vendor's",
        Outcome::NotVerifiable => "not verifiable",
        Outcome::InsufficientInformation => "not enough information",
        Outcome::NotApplicable => "does not apply",
        Outcome::AlreadyFixed => "already fixed",
        Outcome::AcceptedDesignLimit => "an accepted limit of the design",
        Outcome::CompanyIt => "company IT, handed over",
        Outcome::ObsoleteProduct => "a product out of support",
        Outcome::Fixed => "fixed",
        Outcome::Mitigated => "mitigated",
        Outcome::NotAffected => "not affected",
        Outcome::RiskAccepted => "risk accepted",
        Outcome::Transferred => "transferred",
        Outcome::SiteProblem => "a problem of the site",
        Outcome::Benign => "benign",
        Outcome::Unclear => "unclear",
    }
}
