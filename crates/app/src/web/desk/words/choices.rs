//! Choices of forms: the value that a form sends, the core's value, and the words.

use crate::web::desk::model::Stage;
use vulnerary_case::actor::Role;
use vulnerary_case::case::event::{
    Disclosure, HarmSeverity, Justification, Lane, Outcome, Route, SafetyScreen, Tier,
};
use vulnerary_case::product::event::SupportClass;
use vulnerary_case::report::event::{Answer, Purpose, SetAsideCode};
use vulnerary_case::source::ReporterRole;

/// Value of an enum in a form, and its words: what a choice is made of.
pub type Choice<T> = (&'static str, T, &'static str);

/// The value of `choices` that a form sent, where it is one of them.
pub fn chosen<T: Copy>(choices: &[Choice<T>], value: &str) -> Option<T> {
    choices
        .iter()
        .find(|(name, _, _)| *name == value)
        .map(|(_, v, _)| *v)
}

/// The words of a value.
pub fn word_of<T: PartialEq>(choices: &'static [Choice<T>], value: &T) -> &'static str {
    choices
        .iter()
        .find(|(_, v, _)| v == value)
        .map_or("", |(_, _, words)| words)
}

/// Roles.
pub const ROLES: &[Choice<Role>] = &[
    ("handler", Role::Handler, "Handler: works cases"),
    (
        "approver",
        Role::Approver,
        "Approver: signs closures of others",
    ),
    (
        "safety",
        Role::Safety,
        "Safety: records what a vulnerability does to safety (ISO 14971)",
    ),
    (
        "regulatory",
        Role::Regulatory,
        "Regulatory: awareness, reportability, complaints",
    ),
    (
        "administrator",
        Role::Administrator,
        "Administrator: people, products, policy",
    ),
    (
        "auditor",
        Role::Auditor,
        "Auditor: reads everything, with identities masked",
    ),
    (
        "reporter",
        Role::Reporter,
        "Reporter: an internal person who reports",
    ),
];

/// Three-valued answers.
pub const ANSWERS: &[Choice<Answer>] = &[
    ("yes", Answer::Yes, "Yes"),
    ("no", Answer::No, "No"),
    ("unknown", Answer::Unknown, "Unknown, because …"),
];

/// Severity tiers.
pub const TIERS: &[Choice<Tier>] = &[
    ("low", Tier::Low, "Low"),
    ("medium", Tier::Medium, "Medium"),
    ("high", Tier::High, "High"),
    ("critical", Tier::Critical, "Critical"),
];

/// "Can this contribute to harm?"
pub const SCREENS: &[Choice<SafetyScreen>] = &[
    ("no", SafetyScreen::No, "No"),
    ("possibly", SafetyScreen::Possibly, "Possibly"),
    ("unknown", SafetyScreen::Unknown, "Unknown, because …"),
];

/// Severity of harm.
pub const HARMS: &[Choice<HarmSeverity>] = &[
    ("negligible", HarmSeverity::Negligible, "Negligible"),
    ("minor", HarmSeverity::Minor, "Minor"),
    ("serious", HarmSeverity::Serious, "Serious"),
    ("critical", HarmSeverity::Critical, "Critical"),
    ("catastrophic", HarmSeverity::Catastrophic, "Catastrophic"),
];

/// Routes of addressing (9.5).
pub const ROUTES: &[Choice<Route>] = &[
    (
        "change_control",
        Route::ChangeControl,
        "Change the product (problem resolution and change control)",
    ),
    (
        "intended_environment_change",
        Route::IntendedEnvironmentChange,
        "Change the intended environment",
    ),
    ("risk_accepted", Route::RiskAccepted, "Accept the risk"),
    (
        "transferred",
        Route::Transferred,
        "Hand it to whoever can resolve it",
    ),
    (
        "nothing_to_address",
        Route::NothingToAddress,
        "Nothing to address, because …",
    ),
];

/// Disclosure decisions (4.1.7).
pub const DISCLOSURES: &[Choice<Disclosure>] = &[
    (
        "public_advisory",
        Disclosure::PublicAdvisory,
        "Publish an advisory",
    ),
    (
        "tell_users",
        Disclosure::TellUsers,
        "Tell the users of the product",
    ),
    (
        "no_disclosure",
        Disclosure::NoDisclosure,
        "Nobody else needs to know, because …",
    ),
];

/// VEX justifications.
pub const JUSTIFICATIONS: &[Choice<Justification>] = &[
    (
        "component_not_present",
        Justification::ComponentNotPresent,
        "The component is not in it",
    ),
    (
        "vulnerable_code_not_present",
        Justification::VulnerableCodeNotPresent,
        "The vulnerable code is not in it",
    ),
    (
        "vulnerable_code_not_in_execute_path",
        Justification::VulnerableCodeNotInExecutePath,
        "The vulnerable code is never run",
    ),
    (
        "vulnerable_code_cannot_be_controlled_by_adversary",
        Justification::VulnerableCodeCannotBeControlledByAdversary,
        "An attacker cannot control the vulnerable code",
    ),
    (
        "inline_mitigations_already_exist",
        Justification::InlineMitigationsAlreadyExist,
        "What is built in already prevents it",
    ),
];

/// Lanes.
pub const LANES: &[Choice<Lane>] = &[
    ("H", Lane::H, "human report"),
    ("Hx", Lane::Hx, "human report, exit at review"),
    ("M", Lane::M, "machine finding"),
    ("T", Lane::T, "third-party vulnerability"),
    ("A", Lane::A, "audit indicator"),
];

/// Stages.
pub const STAGES: &[Choice<Stage>] = &[
    ("review", Stage::Review, "review"),
    ("analysis", Stage::Analysis, "analysis"),
    ("addressing", Stage::Addressing, "addressing"),
    ("disclosure", Stage::Disclosure, "disclosure"),
    ("closed", Stage::Closed, "closed"),
];

/// Support classes (IEC 81001-5-1 4.3).
pub const CLASSES: &[Choice<SupportClass>] = &[
    ("maintained", SupportClass::Maintained, "Maintained"),
    ("supported", SupportClass::Supported, "Supported"),
    ("required", SupportClass::Required, "Required"),
];

/// Codes of setting aside.
pub const CODES: &[Choice<SetAsideCode>] = &[
    ("spam", SetAsideCode::Spam, "Spam"),
    ("bounce", SetAsideCode::Bounce, "A mail that came back"),
    ("newsletter", SetAsideCode::Newsletter, "A newsletter"),
    ("canary", SetAsideCode::Canary, "A test of the channel"),
    (
        "question_answered",
        SetAsideCode::QuestionAnswered,
        "A question, answered",
    ),
    (
        "company_it",
        SetAsideCode::CompanyIt,
        "About company IT, handed over",
    ),
    (
        "misdirected_complaint",
        SetAsideCode::MisdirectedComplaint,
        "A complaint for another office, handed over",
    ),
    (
        "unreadable",
        SetAsideCode::Unreadable,
        "Unreadable, also for a person",
    ),
    (
        "no_results",
        SetAsideCode::NoResults,
        "A run without results",
    ),
    (
        "not_shipped",
        SetAsideCode::NotShipped,
        "About something that was never shipped",
    ),
    (
        "withdrawn_before_review",
        SetAsideCode::WithdrawnBeforeReview,
        "Withdrawn before review",
    ),
];

/// Purposes of a message that a person writes by hand.
pub const PURPOSES: &[Choice<Purpose>] = &[
    ("question", Purpose::Question, "A question"),
    ("update", Purpose::Update, "An update"),
    ("message", Purpose::Message, "Something else"),
];

/// Roles of reporters.
pub const REPORTER_ROLES: &[Choice<ReporterRole>] = &[
    ("integrator", ReporterRole::Integrator, "integrator"),
    ("operator", ReporterRole::Operator, "operator"),
    (
        "administrator",
        ReporterRole::Administrator,
        "administrator",
    ),
    ("maintenance", ReporterRole::Maintenance, "maintenance"),
    ("clinician", ReporterRole::Clinician, "clinician"),
    (
        "patient_or_caregiver",
        ReporterRole::PatientOrCaregiver,
        "patient or caregiver",
    ),
    ("distributor", ReporterRole::Distributor, "distributor"),
    ("importer", ReporterRole::Importer, "importer"),
    (
        "authorised_representative",
        ReporterRole::AuthorisedRepresentative,
        "authorised representative",
    ),
    ("supplier", ReporterRole::Supplier, "supplier"),
    ("developer", ReporterRole::Developer, "developer"),
    ("tester", ReporterRole::Tester, "tester"),
    (
        "contract_tester",
        ReporterRole::ContractTester,
        "contract tester",
    ),
    ("researcher", ReporterRole::Researcher, "researcher"),
    ("coordinator", ReporterRole::Coordinator, "coordinator"),
    ("authority", ReporterRole::Authority, "authority"),
    (
        "prefer_not_to_say",
        ReporterRole::PreferNotToSay,
        "prefers not to say",
    ),
];

/// All outcomes with their form values; the words are the core's.
pub const OUTCOMES: &[(&str, Outcome)] = &[
    ("duplicate", Outcome::Duplicate),
    ("not_security", Outcome::NotSecurity),
    ("other_vendor", Outcome::OtherVendor),
    ("not_verifiable", Outcome::NotVerifiable),
    ("insufficient_information", Outcome::InsufficientInformation),
    ("not_applicable", Outcome::NotApplicable),
    ("already_fixed", Outcome::AlreadyFixed),
    ("accepted_design_limit", Outcome::AcceptedDesignLimit),
    ("company_it", Outcome::CompanyIt),
    ("obsolete_product", Outcome::ObsoleteProduct),
    ("fixed", Outcome::Fixed),
    ("mitigated", Outcome::Mitigated),
    ("not_affected", Outcome::NotAffected),
    ("risk_accepted", Outcome::RiskAccepted),
    ("transferred", Outcome::Transferred),
    ("site_problem", Outcome::SiteProblem),
    ("benign", Outcome::Benign),
    ("unclear", Outcome::Unclear),
];

/// Outcomes that are exits of review (domain.md, Outcomes).
pub const EXITS: usize = 10;
