//! Acts of the first look: title, product, owner, lane, review, and where the case goes from there (9.3).

use super::{
    Asked, CaseAct, Wish, bare, need, why, why_optional, with_needed_text, with_text, written,
};
use crate::web::components::FieldError;
use crate::web::desk::form::{How, Question, Typed, ask, choices, date};
use crate::web::desk::model::CaseFile;
use crate::web::desk::words::{
    ANSWERS, EXITS, LANES, OUTCOMES, SCREENS, TIERS, chosen, sentence_start,
};
use uuid::Uuid;
use vulnerary_case::act::CaseCommand;
use vulnerary_case::case::event::{Lane, Meaning, Reviewed};
use vulnerary_case::id::{PersonId, ProductId};
use vulnerary_case::refusal::outcome_word;

type Case<'a> = Asked<'a, CaseFile>;
type Made = Result<Wish<CaseCommand>, FieldError>;

/// All of them.
pub static ACTS: &[CaseAct] = &[
    CaseAct {
        slug: "title",
        title: "Give it a title",
        decide: "What this case is called on lists.",
        follows: &["The title before stays in the history."],
        button: "Set the title",
        grave: false,
        signed: None,
        questions: title_questions,
        wish: title,
    },
    CaseAct {
        slug: "product",
        title: "Say which product it is about",
        decide: "The product whose releases the status table will list.",
        follows: &["The status table shows the releases of this product."],
        button: "Set the product",
        grave: false,
        signed: None,
        questions: product_questions,
        wish: product,
    },
    CaseAct {
        slug: "assign",
        title: "Give it to somebody",
        decide: "Who owns this case from now on.",
        follows: &[
            "The owner sees it in their inbox.",
            "An owner may not sign the closure.",
        ],
        button: "Assign",
        grave: false,
        signed: None,
        questions: assign_questions,
        wish: assign,
    },
    CaseAct {
        slug: "lane",
        title: "Change how much care it is owed",
        decide: "The lane: what closure will need, and who signs.",
        follows: &[
            "More care counts at once.",
            "Less care counts when a second person has agreed and signed.",
        ],
        button: "Record the lane",
        grave: false,
        signed: None,
        questions: lane_questions,
        wish: lane,
    },
    CaseAct {
        slug: "lane-agree",
        title: "Agree that it needs less care",
        decide: "Whether the lower lane that somebody proposed is right.",
        follows: &["The case needs less from now on."],
        button: "Sign and agree",
        grave: false,
        signed: Some(Meaning::LaneLowering),
        questions: |_| vec![why_optional()],
        wish: |a, t| {
            let name = a.look.name.clone();
            with_text(&[why()], t, move |text| CaseCommand::LowerLane {
                name,
                text,
            })
        },
    },
    CaseAct {
        slug: "lane-refuse",
        title: "Refuse less care",
        decide: "That the lane stays as it is.",
        follows: &["The proposal is over; its author reads your reason."],
        button: "Refuse",
        grave: false,
        signed: None,
        questions: |_| vec![why()],
        wish: |_, t| with_text(&[why()], t, |text| CaseCommand::RefuseLowerLane { text }),
    },
    CaseAct {
        slug: "review",
        title: "Review it",
        decide: "Whether this applies to us, can be verified, has related threats, how severe it seems, and whether it can contribute to harm (review, 9.3).",
        follows: &[
            "Every answer can be given on its own and replaced later.",
            "The tier starts the clock of the analysis.",
            "“Unknown, because …” is an answer.",
        ],
        button: "Record the review",
        grave: false,
        signed: None,
        questions: review_questions,
        wish: review,
    },
    CaseAct {
        slug: "validate",
        title: "Say that it is valid",
        decide: "That this is a vulnerability of ours that we take on.",
        follows: &[
            "The case can be accepted or deferred.",
            "Refused while a determination of review is empty.",
        ],
        button: "It is valid",
        grave: false,
        signed: None,
        questions: |_| vec![why()],
        wish: |_, t| with_text(&[why()], t, |text| CaseCommand::Validate { text }),
    },
    CaseAct {
        slug: "invalidate",
        title: "Leave by an exit of review",
        decide: "That the case ends here, and by which exit.",
        follows: &[
            "The reporter can add information until the clock of the exit runs out.",
            "Your reason must be one that the reporter could read.",
            "The closure needs a second person’s signature.",
        ],
        button: "Leave by this exit",
        grave: false,
        signed: None,
        questions: exit_questions,
        wish: exit,
    },
    CaseAct {
        slug: "accept",
        title: "Accept it",
        decide: "That work on it begins now: analysis, addressing, disclosure.",
        follows: &["The clocks of analysis and resolution run by the tier."],
        button: "Accept it",
        grave: false,
        signed: None,
        questions: |_| vec![why_optional()],
        wish: |_, t| with_text(&[why()], t, |text| CaseCommand::Accept { text }),
    },
    CaseAct {
        slug: "defer",
        title: "Defer it",
        decide: "That work on it waits, and until when.",
        follows: &[
            "The case remembers its stage and comes back on the date, after 12 months at the latest.",
        ],
        button: "Defer it",
        grave: false,
        signed: None,
        questions: |_| {
            vec![
                ask("until", "Until when?", How::Date)
                    .hint("The next release, or at most 12 months from now.")
                    .optional(),
                why(),
            ]
        },
        wish: defer,
    },
    CaseAct {
        slug: "reopen",
        title: "Open it again",
        decide: "That the closed case goes back to review.",
        follows: &[
            "Earlier determinations show as “confirm or replace” and count once confirmed.",
            "Its reports are open again, and so are those of its duplicates.",
        ],
        button: "Open it again",
        grave: false,
        signed: None,
        questions: |_| vec![why()],
        wish: |_, t| with_text(&[why()], t, |text| CaseCommand::Reopen { text }),
    },
    CaseAct {
        slug: "note",
        title: "Add a note",
        decide: "What colleagues should know. The reporter does not see it.",
        follows: &["The note stays in the history."],
        button: "Add the note",
        grave: false,
        signed: None,
        questions: note_questions,
        wish: |a, t| {
            with_needed_text(&note_questions(a), t, "note", |text| CaseCommand::AddNote {
                text,
            })
        },
    },
];

fn note_questions(_: &Case<'_>) -> Vec<Question> {
    vec![ask("note", "Note", How::Text)]
}

fn title_questions(a: &Case<'_>) -> Vec<Question> {
    vec![
        ask("title", "Title", How::Line)
            .hint("For example “Gateway runs commands from an unsigned update file”.")
            .value(&a.about.title),
    ]
}

fn title(a: &Case<'_>, t: &Typed) -> Made {
    with_needed_text(&title_questions(a), t, "title", |text| {
        CaseCommand::SetTitle { text }
    })
}

fn product_questions(a: &Case<'_>) -> Vec<Question> {
    let products = a
        .products
        .iter()
        .map(|p| (p.id.to_string(), p.name.clone()))
        .collect();
    let now = a
        .about
        .product
        .as_ref()
        .map(|(id, _)| id.to_string())
        .unwrap_or_default();
    vec![ask("product", "Product", How::Select(products)).value(now)]
}

fn product(_: &Case<'_>, t: &Typed) -> Made {
    let id = need(Uuid::parse_str(t.get("product")).ok(), "product")?;
    bare(CaseCommand::SetProduct {
        product: ProductId(id),
    })
}

fn assign_questions(a: &Case<'_>) -> Vec<Question> {
    let people = a
        .people
        .iter()
        .filter(|p| p.active)
        .map(|p| (p.person.id.to_string(), p.person.name.clone()))
        .collect();
    let now = a
        .about
        .owner
        .as_ref()
        .map(|o| o.id.to_string())
        .unwrap_or_default();
    vec![ask("owner", "Owner", How::Select(people)).value(now)]
}

fn assign(_: &Case<'_>, t: &Typed) -> Made {
    let id = need(Uuid::parse_str(t.get("owner")).ok(), "owner")?;
    bare(CaseCommand::Assign {
        owner: PersonId(id),
    })
}

fn lane_questions(a: &Case<'_>) -> Vec<Question> {
    let other = LANES
        .iter()
        .filter(|(_, lane, _)| *lane != a.about.lane)
        .map(|(v, _, w)| ((*v).into(), format!("{v}: {w}")))
        .collect();
    vec![ask("lane", "Which lane?", How::Radios(other)), why()]
}

/// How much care, least first: the core decides what crosses, this only chooses the form's command.
fn care(lane: Lane) -> u8 {
    match lane {
        Lane::A => 0,
        Lane::T => 1,
        Lane::M => 2,
        Lane::Hx => 3,
        Lane::H => 4,
    }
}

fn lane(a: &Case<'_>, t: &Typed) -> Made {
    let lane = need(chosen(LANES, t.get("lane")), "lane")?;
    let raises = care(lane) > care(a.about.lane);
    with_text(&[why()], t, move |text| {
        if raises {
            CaseCommand::RaiseLane { lane, text }
        } else {
            CaseCommand::ProposeLowerLane { lane, text }
        }
    })
}

const REVIEW: [(&str, &str, &str); 6] = [
    (
        "applicable",
        "Does it apply to a product of ours?",
        "Which, and how you know.",
    ),
    (
        "verifiable",
        "Could it be verified?",
        "On what, with which steps; or what is missing.",
    ),
    (
        "threats",
        "Were related threats looked for?",
        "The threats, and the entry of the threat model.",
    ),
    (
        "tier",
        "How severe does it seem?",
        "A first judgement; the score comes with the analysis.",
    ),
    (
        "safety_screen",
        "Can this contribute to harm?",
        "Think of what the device does for the patient.",
    ),
    (
        "harmed",
        "Has anybody been harmed?",
        "Yes or unknown brings the regulatory role in.",
    ),
];

fn review_questions(a: &Case<'_>) -> Vec<Question> {
    let before = a.about.typed.get("review");
    let old = |name: &str| {
        before
            .and_then(|t| t.get(name))
            .cloned()
            .unwrap_or_default()
    };
    REVIEW
        .iter()
        .flat_map(|(name, label, hint)| {
            let options = match *name {
                "tier" => choices(TIERS),
                "safety_screen" => choices(SCREENS),
                _ => choices(ANSWERS),
            };
            let reason = format!("{name}_why");
            [
                ask(name, label, How::Radios(options))
                    .optional()
                    .value(old(name)),
                ask(&reason, "Because", How::Text)
                    .hint(hint)
                    .optional()
                    .value(old(&reason)),
            ]
        })
        .collect()
}

fn review(a: &Case<'_>, t: &Typed) -> Made {
    let answer = |name| chosen(ANSWERS, t.get(name));
    let reviewed = Reviewed {
        applicable: answer("applicable"),
        verifiable: answer("verifiable"),
        threats: answer("threats"),
        tier: chosen(TIERS, t.get("tier")),
        safety_screen: chosen(SCREENS, t.get("safety_screen")),
        harmed: answer("harmed"),
        text: None,
    };
    if reviewed == Reviewed::default() {
        return Err(FieldError::new(
            "applicable",
            "Answer at least one question.",
        ));
    }
    for (name, ..) in REVIEW {
        if t.get(name) == "unknown" && t.get(&format!("{name}_why")).is_empty() {
            return Err(FieldError::new(
                format!("{name}_why"),
                "Say why it is unknown: that is what makes it an answer.",
            ));
        }
    }
    let texts = written(&review_questions(a), t);
    Ok(Wish {
        texts,
        make: Box::new(move |refs| {
            Some(CaseCommand::Review(Reviewed {
                text: refs.first().cloned(),
                ..reviewed
            }))
        }),
    })
}

fn exit_questions(_: &Case<'_>) -> Vec<Question> {
    let exits = OUTCOMES[..EXITS]
        .iter()
        .filter(|(value, _)| *value != "duplicate")
        .map(|(value, outcome)| ((*value).into(), sentence_start(outcome_word(*outcome))))
        .collect();
    vec![
        ask("exit", "By which exit?", How::Radios(exits))
            .hint("A duplicate is linked to its root by a form of its own."),
        why().hint("Write it so that the reporter could read it."),
    ]
}

fn exit(_: &Case<'_>, t: &Typed) -> Made {
    let found = OUTCOMES[..EXITS]
        .iter()
        .find(|(value, _)| *value == t.get("exit"))
        .map(|(_, outcome)| *outcome);
    let exit = need(found, "exit")?;
    with_text(&[why()], t, move |text| CaseCommand::Invalidate {
        exit,
        text,
    })
}

fn defer(a: &Case<'_>, t: &Typed) -> Made {
    let until = date(t.get("until"), &a.look.zone);
    with_text(&[why()], t, move |text| CaseCommand::Defer { until, text })
}
