//! Acts on a report: answer it, place it, set it aside, say where it came from, keep or erase it.

use super::{
    Asked, ReportAct, Wish, need, why, why_optional, with_needed_text, with_text, written,
};
use crate::web::components::FieldError;
use crate::web::desk::form::{How, Question, Typed, ask, choices};
use crate::web::desk::model::ReportFile;
use crate::web::desk::words::{CODES, PURPOSES, REPORTER_ROLES, chosen};
use uuid::Uuid;
use vulnerary_case::act::{OpenCase, ReportCommand};
use vulnerary_case::case::event::Lane;
use vulnerary_case::id::{CaseId, MessageId};
use vulnerary_case::report::event::Purpose;
use vulnerary_case::source::Source;

type Report<'a> = Asked<'a, ReportFile>;
type Made = Result<Wish<ReportCommand>, FieldError>;

/// All of them.
pub static ACTS: &[ReportAct] = &[
    ReportAct {
        slug: "acknowledge",
        title: "Acknowledge it",
        decide: "The first answer by a person: what happens next, and by when.",
        follows: &[
            "The reporter reads it on the page of their follow-up words, and by mail where they left an address.",
            "The clock of the acknowledgement stops; the clock of the next update starts.",
        ],
        button: "Send the acknowledgement",
        grave: false,
        signed: None,
        questions: |_| message("Write what you do next and by when."),
        wish: |a, t| write(a, t, Purpose::Acknowledgement),
    },
    ReportAct {
        slug: "write",
        title: "Write to the reporter",
        decide: "What the reporter reads.",
        follows: &[
            "The reporter reads it on the page of their follow-up words, and by mail where they left an address.",
            "It cannot be taken back.",
        ],
        button: "Send",
        grave: false,
        signed: None,
        questions: write_questions,
        wish: write_any,
    },
    ReportAct {
        slug: "set-aside",
        title: "Set it aside",
        decide: "That this report belongs in no case, and why.",
        follows: &[
            "The report is closed at once, on record.",
            "The monthly list shows it, and anybody can put it back.",
        ],
        button: "Set it aside",
        grave: false,
        signed: None,
        questions: aside_questions,
        wish: aside,
    },
    ReportAct {
        slug: "put-back",
        title: "Put it back",
        decide: "That it was wrong to set it aside.",
        follows: &["The report is open again and waits to be placed."],
        button: "Put it back",
        grave: false,
        signed: None,
        questions: |_| vec![why()],
        wish: |_, t| with_text(&[why()], t, |text| ReportCommand::PutBack { text }),
    },
    ReportAct {
        slug: "open",
        title: "Open a case for it",
        decide: "That this report is about something no case is about yet.",
        follows: &["A case opens in lane H, with the clocks of a human report."],
        button: "Open a case",
        grave: false,
        signed: None,
        questions: open_questions,
        wish: open,
    },
    ReportAct {
        slug: "place",
        title: "Place it in a case",
        decide: "That this report is about the vulnerability of an existing case.",
        follows: &["The case has one more report, and its reporter will be told its outcome."],
        button: "Place it",
        grave: false,
        signed: None,
        questions: place_questions,
        wish: place,
    },
    ReportAct {
        slug: "move",
        title: "Move it to another case",
        decide: "That it is in the wrong case.",
        follows: &["It leaves the one case and enters the other; both show it."],
        button: "Move it",
        grave: false,
        signed: None,
        questions: move_questions,
        wish: move_it,
    },
    ReportAct {
        slug: "source",
        title: "Confirm where it came from",
        decide: "Which of the clause’s seven sources spoke, and in which role.",
        follows: &["The source counts as confirmed, with your name."],
        button: "Confirm the source",
        grave: false,
        signed: None,
        questions: source_questions,
        wish: source,
    },
    ReportAct {
        slug: "answer-dispute",
        title: "Answer the disagreement",
        decide: "What we say to a reporter who disagrees with the outcome.",
        follows: &[
            "The reporter reads it.",
            "Whoever approved the closure may answer only where nobody else can, and says why.",
        ],
        button: "Send the answer",
        grave: false,
        signed: None,
        questions: dispute_questions,
        wish: dispute,
    },
    ReportAct {
        slug: "hold",
        title: "Place a legal hold",
        decide: "That nothing of this report may be erased for now.",
        follows: &["Erasure is refused until the hold is lifted."],
        button: "Place the hold",
        grave: false,
        signed: None,
        questions: |_| vec![why()],
        wish: |_, t| with_needed_text(&[why()], t, "why", |text| ReportCommand::PlaceHold { text }),
    },
    ReportAct {
        slug: "lift-hold",
        title: "Lift the legal hold",
        decide: "That the hold is over.",
        follows: &["Personal data can be erased again."],
        button: "Lift the hold",
        grave: false,
        signed: None,
        questions: |_| vec![why()],
        wish: |_, t| with_needed_text(&[why()], t, "why", |text| ReportCommand::LiftHold { text }),
    },
    ReportAct {
        slug: "erase",
        title: "Erase its personal data",
        decide: "That the content of this report is erased for ever.",
        follows: &[
            "Text, files, messages and names can no longer be read by anybody. This cannot be undone.",
            "That it was received, when, and what was decided stays on record.",
            "Backups made before hold it until they are overwritten; a restored one erases it again before it serves.",
        ],
        button: "Erase for ever",
        grave: true,
        signed: None,
        questions: erase_questions,
        wish: |_, t| with_text(&[why()], t, |text| ReportCommand::Erase { text }),
    },
];

fn message(hint: &str) -> Vec<Question> {
    vec![ask("message", "Message", How::Text).hint(hint)]
}

fn write(a: &Report<'_>, t: &Typed, purpose: Purpose) -> Made {
    let message_id = MessageId(a.fresh);
    with_needed_text(&message(""), t, "message", move |text| {
        ReportCommand::Write {
            message: message_id,
            purpose,
            text,
        }
    })
}

fn write_questions(_: &Report<'_>) -> Vec<Question> {
    let mut all = vec![ask(
        "purpose",
        "What is it?",
        How::Radios(choices(PURPOSES)),
    )];
    all.extend(message("Plain text. Do not name other reporters or cases."));
    all
}

fn write_any(a: &Report<'_>, t: &Typed) -> Made {
    write(a, t, need(chosen(PURPOSES, t.get("purpose")), "purpose")?)
}

fn aside_questions(_: &Report<'_>) -> Vec<Question> {
    vec![
        ask("code", "Why is it in no case?", How::Radios(choices(CODES))),
        why(),
    ]
}

fn aside(_: &Report<'_>, t: &Typed) -> Made {
    let code = need(chosen(CODES, t.get("code")), "code")?;
    with_text(&[why()], t, move |text| ReportCommand::SetAside {
        code,
        rule: None,
        text,
    })
}

fn open_questions(a: &Report<'_>) -> Vec<Question> {
    let products = a
        .products
        .iter()
        .map(|p| (p.id.to_string(), p.name.clone()))
        .collect();
    vec![
        ask("title", "Title", How::Line).hint("What the case is called on lists."),
        ask("product", "Product", How::Select(products)).optional(),
        why_optional(),
    ]
}

fn open(a: &Report<'_>, t: &Typed) -> Made {
    let product = Uuid::parse_str(t.get("product"))
        .ok()
        .map(vulnerary_case::id::ProductId);
    let case = CaseId(a.fresh);
    let mut texts = written(&[ask("title", "", How::Line)], t);
    texts.extend(written(&[why()], t));
    Ok(Wish {
        texts,
        make: Box::new(move |refs| {
            let (title, rest) = refs.split_first()?;
            let open = OpenCase {
                case,
                lane: Lane::H,
                product,
                group: None,
                title: Some(title.clone()),
            };
            Some(ReportCommand::Open {
                open,
                text: rest.first().cloned(),
            })
        }),
    })
}

fn found(a: &Report<'_>, t: &Typed, field: &str) -> Result<CaseId, FieldError> {
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

fn place_questions(_: &Report<'_>) -> Vec<Question> {
    vec![
        ask("case", "Which case?", How::Line).hint("Its number, for example VC-3PD8-T6R."),
        ask("question", "It is only a question about it", How::Tick).optional(),
        why_optional(),
    ]
}

fn place(a: &Report<'_>, t: &Typed) -> Made {
    let (case, question) = (found(a, t, "case")?, t.get("question") == "yes");
    with_text(&[why()], t, move |text| ReportCommand::Place {
        case,
        question,
        text,
    })
}

fn move_questions(a: &Report<'_>) -> Vec<Question> {
    let cases: Vec<_> = a
        .about
        .cases
        .iter()
        .map(|(id, number, title)| (id.to_string(), format!("{number}: {title}")))
        .collect();
    let only = if cases.len() == 1 {
        cases.first().map(|(id, _)| id.clone())
    } else {
        None
    };
    vec![
        ask("from", "Out of which case?", How::Radios(cases)).value(only.unwrap_or_default()),
        ask("case", "Into which case?", How::Line).hint("Its number, for example VC-3PD8-T6R."),
        why(),
    ]
}

fn move_it(a: &Report<'_>, t: &Typed) -> Made {
    let from = Uuid::parse_str(t.get("from"))
        .ok()
        .filter(|id| a.about.cases.iter().any(|(case, ..)| case.0 == *id));
    let (from, to) = (CaseId(need(from, "from")?), found(a, t, "case")?);
    with_text(&[why()], t, move |text| ReportCommand::Move {
        from,
        to,
        text,
    })
}

fn source_questions(a: &Report<'_>) -> Vec<Question> {
    let sources = Source::ALL
        .iter()
        .map(|s| {
            (
                s.spec().letter.to_string(),
                format!("{}) {}", s.spec().letter, s.spec().clause),
            )
        })
        .collect();
    let role = a
        .about
        .role
        .and_then(|r| REPORTER_ROLES.iter().find(|(_, other, _)| *other == r))
        .map_or("", |(v, ..)| *v);
    vec![
        ask("source", "Which source?", How::Radios(sources))
            .value(a.about.source.spec().letter.to_string()),
        ask(
            "role",
            "In which role?",
            How::Select(choices(REPORTER_ROLES)),
        )
        .optional()
        .value(role),
    ]
}

fn source(_: &Report<'_>, t: &Typed) -> Made {
    let source = need(
        t.get("source").chars().next().and_then(Source::of_letter),
        "source",
    )?;
    let role = chosen(REPORTER_ROLES, t.get("role"));
    super::bare(ReportCommand::ConfirmSource { source, role })
}

fn dispute_questions(_: &Report<'_>) -> Vec<Question> {
    let mut all = message("What you looked at again, and what follows from it.");
    all.push(
        ask(
            "reason",
            "Why do you answer, if you approved the closure?",
            How::Text,
        )
        .hint("Leave it empty if somebody else approved it.")
        .optional(),
    );
    all
}

fn dispute(a: &Report<'_>, t: &Typed) -> Made {
    let message_id = MessageId(a.fresh);
    let mut texts = written(&message(""), t);
    texts.extend(written(&[ask("reason", "", How::Text)], t));
    Ok(Wish {
        texts,
        make: Box::new(move |refs| {
            let (text, rest) = refs.split_first()?;
            Some(ReportCommand::AnswerDispute {
                message: message_id,
                text: text.clone(),
                reason: rest.first().cloned(),
            })
        }),
    })
}

fn erase_questions(_: &Report<'_>) -> Vec<Question> {
    vec![
        why().hint("Whose request, or which legal basis."),
        ask(
            "sure",
            "I understand that nobody can bring it back",
            How::Tick,
        ),
    ]
}
