//! Plain words for the enums that pages show, one place for each.

mod sentence;

pub use sentence::sentence;

use crate::case::event::{Disclosure, Item, Lane, Outcome, Route, SafetyScreen, Tier};
use crate::case::state::{CasePhase, EmbargoPhase, Stage};
use crate::report::event::{Answer, ReporterKind, SetAsideCode, Told};
use crate::report::state::ReportPhase;

pub use crate::refusal::{outcome_word as outcome, role_word as role};

/// Where a case is.
pub fn phase(phase: CasePhase) -> &'static str {
    match phase {
        CasePhase::Received => "in review",
        CasePhase::Invalid => "left review by an exit",
        CasePhase::Valid => "valid, to be prioritised",
        CasePhase::Accepted => "accepted",
        CasePhase::Deferred => "deferred",
        CasePhase::Closed => "closed",
    }
}

/// Stage of the work.
pub fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Review => "review",
        Stage::Analysis => "analysis",
        Stage::Addressing => "addressing",
        Stage::Disclosure => "disclosure",
    }
}

/// How much care a case is owed.
pub fn lane(lane: Lane) -> &'static str {
    match lane {
        Lane::H => "human report",
        Lane::Hx => "human report, exit at review",
        Lane::M => "machine finding",
        Lane::T => "third-party vulnerability",
        Lane::A => "audit indicator",
    }
}

/// Where an embargo stands.
pub fn embargo(phase: EmbargoPhase) -> &'static str {
    match phase {
        EmbargoPhase::None => "without an embargo",
        EmbargoPhase::Proposed => "under a proposed embargo",
        EmbargoPhase::Active => "under embargo",
        EmbargoPhase::Revise => "under embargo, with a new end proposed",
        EmbargoPhase::Exited => "past its embargo",
    }
}

/// Where a report stands, for staff.
pub fn report_phase(phase: ReportPhase) -> &'static str {
    match phase {
        ReportPhase::Received => "received",
        ReportPhase::Unreadable => "could not be read",
        ReportPhase::Placed => "in a case",
        ReportPhase::SetAside => "set aside",
        ReportPhase::Closed => "closed",
    }
}

/// Why a report is in no case.
pub fn set_aside(code: SetAsideCode) -> &'static str {
    match code {
        SetAsideCode::Spam => "spam",
        SetAsideCode::Bounce => "a bounce",
        SetAsideCode::Newsletter => "a newsletter",
        SetAsideCode::Canary => "a canary of our own",
        SetAsideCode::QuestionAnswered => "a question, answered",
        SetAsideCode::CompanyIt => "about company IT, handed over",
        SetAsideCode::MisdirectedComplaint => "a complaint, handed to complaint handling",
        SetAsideCode::Unreadable => "unreadable",
        SetAsideCode::NoResults => "a run without results",
        SetAsideCode::NotShipped => "about something that is not shipped",
        SetAsideCode::WithdrawnBeforeReview => "withdrawn before review",
    }
}

/// Severity tier.
pub fn tier(tier: Tier) -> &'static str {
    match tier {
        Tier::Low => "low",
        Tier::Medium => "medium",
        Tier::High => "high",
        Tier::Critical => "critical",
    }
}

/// Yes, no, not known.
pub fn answer(answer: Answer) -> &'static str {
    match answer {
        Answer::Yes => "yes",
        Answer::No => "no",
        Answer::Unknown => "unknown",
    }
}

/// Can it contribute to harm.
pub fn safety_screen(screen: SafetyScreen) -> &'static str {
    match screen {
        SafetyScreen::No => "no",
        SafetyScreen::Possibly => "possibly",
        SafetyScreen::Unknown => "unknown",
    }
}

/// How it is resolved.
pub fn route(route: Route) -> &'static str {
    match route {
        Route::ChangeControl => "change control",
        Route::IntendedEnvironmentChange => "a change of the intended environment",
        Route::RiskAccepted => "the risk is accepted",
        Route::Transferred => "handed over",
        Route::NothingToAddress => "nothing to address",
    }
}

/// Disclosure decision.
pub fn disclosure(decision: Disclosure) -> &'static str {
    match decision {
        Disclosure::PublicAdvisory => "a public advisory",
        Disclosure::TellUsers => "users are told",
        Disclosure::NoDisclosure => "nobody else needs to know",
    }
}

/// How the outcome was told.
pub fn told(told: Told) -> &'static str {
    match told {
        Told::Posted => "on the follow-up page",
        Told::Desk => "on the desk",
        Told::Mailed => "by mail",
        Told::Relay => "through the person who relayed it",
        Told::ByRule => "by the run record",
        Told::Unreachable => "tried on two days, unreachable",
    }
}

/// Who is behind a report, for answering.
pub fn reporter_kind(kind: ReporterKind) -> &'static str {
    match kind {
        ReporterKind::Person => "a person with a contact",
        ReporterKind::Anonymous => "a person without a name",
        ReporterKind::Staff => "a colleague",
        ReporterKind::Machine => "a machine",
        ReporterKind::Relayed => "relayed by somebody",
        ReporterKind::NoReturnPath => "no way to answer",
    }
}

/// A determination.
pub fn item(item: Item) -> &'static str {
    match item {
        Item::Applicable => "applies to our product (9.3 a)",
        Item::Verifiable => "verifiable (9.3 b)",
        Item::Threats => "related threats (9.3 c)",
        Item::Tier => "severity tier (9.3)",
        Item::SafetyScreen => "safety screen",
        Item::Harmed => "anybody harmed",
        Item::Impact => "impact in context (9.4 a)",
        Item::RootCause => "root cause (9.4 d)",
        Item::RelatedIssues => "related issues (9.4 e)",
        Item::Score => "score (9.4 b)",
        Item::Status => "status of releases (9.4 c)",
        Item::Safety => "safety and effectiveness (9.4 f)",
        Item::Route => "resolution route (9.5)",
        Item::SiblingsSwept => "other products looked at (9.5)",
        Item::ThirdPartiesTold => "third parties told (9.5)",
        Item::ResidualRisk => "residual risk (9.5)",
        Item::ResolutionVerified => "resolution verified (62304 9.7)",
        Item::Disclosure => "disclosure decision (4.1.7)",
        Item::Complaint => "complaint determination",
    }
}

/// The words of an outcome as a noun for a list.
pub fn outcomes() -> impl Iterator<Item = (Outcome, &'static str)> {
    crate::closure::ALL_OUTCOMES
        .into_iter()
        .map(|o| (o, outcome(o)))
}
