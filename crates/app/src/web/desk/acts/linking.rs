//! One vulnerability, two cases; or two vulnerabilities, one case.

use super::{Asked, CaseAct, Wish, need, why, why_optional, with_text, written};
use crate::web::components::FieldError;
use crate::web::desk::form::{How, Question, Typed, ask};
use crate::web::desk::model::CaseFile;
use uuid::Uuid;
use vulnerary_case::act::{CaseCommand, OpenCase};
use vulnerary_case::case::event::Meaning;
use vulnerary_case::id::{CaseId, ReportId};

type Case<'a> = Asked<'a, CaseFile>;
type Made = Result<Wish<CaseCommand>, FieldError>;

/// All of them.
pub static ACTS: &[CaseAct] = &[
    CaseAct {
        slug: "duplicate",
        title: "Propose that it is a duplicate",
        decide: "That another case is about the same vulnerability.",
        follows: &[
            "A second person agrees and signs, or refuses.",
            "It then closes with the other case, and needs only its own safety screen.",
            "One reporter learns nothing of another.",
        ],
        button: "Propose it",
        grave: false,
        signed: None,
        questions: duplicate_questions,
        wish: duplicate,
    },
    CaseAct {
        slug: "duplicate-agree",
        title: "Agree that it is a duplicate",
        decide: "Whether the two cases are the same vulnerability.",
        follows: &["The case is linked, and closes with its root in the same act."],
        button: "Sign and link",
        grave: false,
        signed: Some(Meaning::DuplicateApproval),
        questions: |_| vec![why_optional()],
        wish: agree,
    },
    CaseAct {
        slug: "duplicate-refuse",
        title: "Refuse the duplicate",
        decide: "That the two cases are not the same.",
        follows: &["The refusal is remembered."],
        button: "Refuse",
        grave: false,
        signed: None,
        questions: |_| vec![why()],
        wish: refuse,
    },
    CaseAct {
        slug: "unlink",
        title: "Undo the link",
        decide: "That this is not a duplicate after all.",
        follows: &["The case goes on by itself."],
        button: "Undo the link",
        grave: false,
        signed: None,
        questions: |_| vec![why()],
        wish: |_, t| with_text(&[why()], t, |text| CaseCommand::Unlink { text }),
    },
    CaseAct {
        slug: "split",
        title: "Split it",
        decide: "Which reports are about something else.",
        follows: &[
            "A new case opens with these reports.",
            "Both cases show where the other came from.",
        ],
        button: "Split it",
        grave: false,
        signed: None,
        questions: split_questions,
        wish: split,
    },
];

fn duplicate_questions(_: &Case<'_>) -> Vec<Question> {
    vec![
        ask("root", "Of which case?", How::Line).hint("Its number, for example VC-3PD8-T6R."),
        why(),
    ]
}

fn duplicate(a: &Case<'_>, t: &Typed) -> Made {
    let root = found(a, t, "root")?;
    if root == a.about.id {
        return Err(FieldError::new(
            "root",
            "That is this case. Write the number of the other one.",
        ));
    }
    with_text(&[why()], t, move |text| CaseCommand::ProposeDuplicate {
        root,
        text,
    })
}

fn found(a: &Case<'_>, t: &Typed, field: &str) -> Result<CaseId, FieldError> {
    let wanted = t.get(field).to_uppercase();
    let found = a
        .found
        .iter()
        .find(|(number, _)| *number == wanted)
        .map(|(_, id)| *id);
    found.ok_or_else(|| {
        FieldError::new(
            field,
            "There is no case with this number that you may see. Check it again.",
        )
    })
}

fn proposed(a: &Case<'_>) -> Result<CaseId, FieldError> {
    let root = a.about.duplicate_proposed.as_ref().map(|(id, ..)| *id);
    root.ok_or_else(|| FieldError::new("why", "Nobody proposes any more that this is a duplicate."))
}

fn agree(a: &Case<'_>, t: &Typed) -> Made {
    let (root, name) = (proposed(a)?, a.look.name.clone());
    with_text(&[why()], t, move |text| CaseCommand::LinkDuplicate {
        root,
        name,
        text,
    })
}

fn refuse(a: &Case<'_>, t: &Typed) -> Made {
    let root = proposed(a)?;
    with_text(&[why()], t, move |text| CaseCommand::RefuseDuplicate {
        root,
        text,
    })
}

fn split_questions(a: &Case<'_>) -> Vec<Question> {
    let reports = a
        .about
        .reports
        .iter()
        .map(|r| {
            (
                r.id.to_string(),
                format!("{}: {}", r.number, first_words(r.text.as_deref())),
            )
        })
        .collect();
    vec![
        ask(
            "reports",
            "Which reports are about something else?",
            How::Ticks(reports),
        ),
        ask("title", "Title of the new case", How::Line),
        why(),
    ]
}

fn first_words(text: Option<&str>) -> String {
    let text = text.unwrap_or("files only");
    let mut words: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(80)
        .collect();
    if text.chars().count() > 80 {
        words.push('…');
    }
    words
}

fn split(a: &Case<'_>, t: &Typed) -> Made {
    let mut reports = Vec::new();
    for value in t.all("reports") {
        let id = need(
            Uuid::parse_str(value)
                .ok()
                .filter(|id| a.about.reports.iter().any(|r| r.id.0 == *id)),
            "reports",
        )?;
        reports.push(ReportId(id));
    }
    let product = a.about.product.as_ref().map(|(id, _)| *id);
    let (case, lane) = (CaseId(a.fresh), a.about.lane);
    let mut texts = written(&[ask("title", "", How::Line)], t);
    texts.extend(written(&[why()], t));
    Ok(Wish {
        texts,
        make: Box::new(move |refs| {
            let [title, text] = refs else { return None };
            let into = OpenCase {
                case,
                lane,
                product,
                group: None,
                title: Some(title.clone()),
            };
            Some(CaseCommand::Split {
                into,
                reports,
                text: Some(text.clone()),
            })
        }),
    })
}
