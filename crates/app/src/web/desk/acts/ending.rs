//! Towards closure: notices, confirming after a reopening, proposing, taking back, sending back. Approving is a page of
//! its own (`desk::closure`), for its approver reads the whole record first.

use super::{Asked, CaseAct, Wish, bare, need, why, with_needed_text, with_text};
use crate::web::components::FieldError;
use crate::web::desk::form::{How, Question, Typed, ask};
use crate::web::desk::model::{CaseFile, CaseState};
use crate::web::desk::words::{EXITS, OUTCOMES, sentence_start};
use uuid::Uuid;
use vulnerary_case::act::CaseCommand;
use vulnerary_case::case::event::Item;
use vulnerary_case::id::ReportId;
use vulnerary_case::refusal::outcome_word;

type Case<'a> = Asked<'a, CaseFile>;
type Made = Result<Wish<CaseCommand>, FieldError>;

/// All of them.
pub static ACTS: &[CaseAct] = &[
    CaseAct {
        slug: "notice",
        title: "Write the closing notice",
        decide: "What the reporter will read when the case closes.",
        follows: &[
            "It is sent when the closure is approved, not before.",
            "It is part of what the approver signs.",
            "It must say how to disagree.",
        ],
        button: "Keep the notice",
        grave: false,
        signed: None,
        questions: notice_questions,
        wish: notice,
    },
    CaseAct {
        slug: "inquiry",
        title: "Record that a question was answered",
        decide: "That a report’s question is settled.",
        follows: &["It becomes part of the closure record."],
        button: "Record it",
        grave: false,
        signed: None,
        questions: inquiry_questions,
        wish: inquiry,
    },
    CaseAct {
        slug: "confirm",
        title: "Confirm earlier determinations",
        decide: "Which answers from before the reopening still hold.",
        follows: &["Confirmed answers count again; the others need new ones."],
        button: "Confirm these",
        grave: false,
        signed: None,
        questions: confirm_questions,
        wish: confirm,
    },
    CaseAct {
        slug: "propose-closure",
        title: "Propose to close it",
        decide: "The outcome. A second person then reads the whole record and signs.",
        follows: &[
            "A new determination or fact takes the proposal back by itself.",
            "You may not sign it yourself.",
        ],
        button: "Propose to close",
        grave: false,
        signed: None,
        questions: propose_questions,
        wish: propose,
    },
    CaseAct {
        slug: "withdraw-closure",
        title: "Take the proposal back",
        decide: "That the case is not ready to close.",
        follows: &["Nothing else changes."],
        button: "Take it back",
        grave: false,
        signed: None,
        questions: |_| vec![],
        wish: |_, _| bare(CaseCommand::WithdrawClosure),
    },
    CaseAct {
        slug: "send-back",
        title: "Send the closure back",
        decide: "What is missing before you would sign.",
        follows: &["The proposal is over; its author reads your reason."],
        button: "Send it back",
        grave: false,
        signed: None,
        questions: |_| vec![why().hint("What is missing.")],
        wish: |_, t| with_text(&[why()], t, |text| CaseCommand::SendBackClosure { text }),
    },
];

fn report_options(a: &Case<'_>) -> Vec<(String, String)> {
    a.about
        .reports
        .iter()
        .map(|r| (r.id.to_string(), r.number.clone()))
        .collect()
}

fn which_report(a: &Case<'_>) -> Question {
    let options = report_options(a);
    let only = if options.len() == 1 {
        options.first().map(|(id, _)| id.clone())
    } else {
        None
    };
    ask("report", "To which report?", How::Radios(options)).value(only.unwrap_or_default())
}

fn report_of(a: &Case<'_>, t: &Typed) -> Result<ReportId, FieldError> {
    let id = Uuid::parse_str(t.get("report"))
        .ok()
        .filter(|id| a.about.reports.iter().any(|r| r.id.0 == *id));
    need(id.map(ReportId), "report")
}

fn notice_questions(a: &Case<'_>) -> Vec<Question> {
    vec![
        which_report(a),
        ask("notice", "Notice", How::Text)
            .hint("What we found, what we did, what the reporter can do, and how to disagree.")
            .value(super::analysis::before(a, "notice", "notice")),
    ]
}

fn notice(a: &Case<'_>, t: &Typed) -> Made {
    let report = report_of(a, t)?;
    with_needed_text(&[ask("notice", "", How::Text)], t, "notice", move |text| {
        CaseCommand::WriteNotice { report, text }
    })
}

fn inquiry_questions(a: &Case<'_>) -> Vec<Question> {
    vec![
        which_report(a),
        ask("answer", "What was answered?", How::Text),
    ]
}

fn inquiry(a: &Case<'_>, t: &Typed) -> Made {
    let report = report_of(a, t)?;
    with_text(&[ask("answer", "", How::Text)], t, move |text| {
        CaseCommand::AnswerInquiry { report, text }
    })
}

/// Determinations that can be confirmed, with their words.
const ITEMS: [(&str, Item, &str); 19] = [
    (
        "applicable",
        Item::Applicable,
        "It applies to a product of ours",
    ),
    ("verifiable", Item::Verifiable, "It could be verified"),
    ("threats", Item::Threats, "Related threats"),
    ("tier", Item::Tier, "Severity tier"),
    ("safety_screen", Item::SafetyScreen, "Safety screen"),
    ("harmed", Item::Harmed, "Whether anybody was harmed"),
    ("impact", Item::Impact, "Impact in our context"),
    ("root_cause", Item::RootCause, "Root cause"),
    ("related_issues", Item::RelatedIssues, "Related issues"),
    ("score", Item::Score, "Score"),
    ("status", Item::Status, "Status of releases"),
    ("safety", Item::Safety, "Impact on safety"),
    ("route", Item::Route, "Route"),
    ("siblings_swept", Item::SiblingsSwept, "Siblings"),
    (
        "third_parties_told",
        Item::ThirdPartiesTold,
        "Third parties",
    ),
    ("residual_risk", Item::ResidualRisk, "Residual risk"),
    (
        "resolution_verified",
        Item::ResolutionVerified,
        "Verification of the resolution",
    ),
    ("disclosure", Item::Disclosure, "Disclosure decision"),
    ("complaint", Item::Complaint, "Complaint determination"),
];

fn confirm_questions(_: &Case<'_>) -> Vec<Question> {
    let options = ITEMS
        .iter()
        .map(|(value, _, words)| ((*value).into(), (*words).into()))
        .collect();
    vec![
        ask("items", "Which still hold?", How::Ticks(options))
            .hint("Tick only what you have looked at again."),
    ]
}

fn confirm(_: &Case<'_>, t: &Typed) -> Made {
    let items = ITEMS
        .iter()
        .filter(|(value, ..)| t.all("items").any(|v| v == *value))
        .map(|(_, item, _)| *item)
        .collect();
    bare(CaseCommand::Confirm { items })
}

fn propose_questions(a: &Case<'_>) -> Vec<Question> {
    let early = matches!(a.about.state, CaseState::Received | CaseState::Invalid);
    let outcomes = if early {
        &OUTCOMES[..EXITS]
    } else {
        &OUTCOMES[EXITS..]
    };
    let options = outcomes
        .iter()
        .map(|(value, o)| ((*value).into(), sentence_start(outcome_word(*o))))
        .collect();
    let decided = a
        .about
        .outcome
        .and_then(|o| OUTCOMES.iter().find(|(_, other)| *other == o))
        .map_or("", |(v, _)| *v);
    vec![
        ask("outcome", "With which outcome?", How::Radios(options)).value(decided),
        why(),
    ]
}

fn propose(_: &Case<'_>, t: &Typed) -> Made {
    let outcome = OUTCOMES
        .iter()
        .find(|(value, _)| *value == t.get("outcome"))
        .map(|(_, outcome)| *outcome);
    let outcome = need(outcome, "outcome")?;
    with_text(&[why()], t, move |text| CaseCommand::ProposeClosure {
        outcome,
        text,
    })
}
