//! Facts and agreements: what became known, embargo, awareness. Facts can be recorded in every state.

use super::{Asked, CaseAct, Wish, bare, why, why_optional, with_text};
use crate::web::components::FieldError;
use crate::web::desk::form::{How, Question, Typed, ask, date, date_time};
use crate::web::desk::model::CaseFile;
use jiff::Timestamp;
use vulnerary_case::act::CaseCommand;
use vulnerary_case::object::ObjectRef;

type Case<'a> = Asked<'a, CaseFile>;
type Made = Result<Wish<CaseCommand>, FieldError>;

/// All of them.
pub static ACTS: &[CaseAct] = &[
    CaseAct {
        slug: "public",
        title: "Record that it became public",
        decide: "That others can read about it, and since when.",
        follows: &["A proposed embargo is rejected, an active one ends."],
        button: "It is public",
        grave: true,
        signed: None,
        questions: |_| fact("Where can it be read?"),
        wish: |a, t| {
            happened(a, t, |happened_at, text| CaseCommand::BecamePublic {
                happened_at,
                text,
            })
        },
    },
    CaseAct {
        slug: "exploit",
        title: "Record that an exploit is public",
        decide: "That code or steps to use it are public, and since when.",
        follows: &[
            "It counts as public too.",
            "A proposed embargo is rejected, an active one ends.",
        ],
        button: "An exploit is public",
        grave: true,
        signed: None,
        questions: |_| fact("Where was it seen?"),
        wish: |a, t| {
            happened(a, t, |happened_at, text| CaseCommand::SawExploit {
                happened_at,
                text,
            })
        },
    },
    CaseAct {
        slug: "attack",
        title: "Record that attacks were seen",
        decide: "That somebody uses it against devices, and since when.",
        follows: &[
            "Regulator clocks may start: the regulatory role is asked.",
            "Where an embargo lives, you are asked within 24 hours whether it stays.",
        ],
        button: "Attacks were seen",
        grave: true,
        signed: None,
        questions: |_| fact("Where, and who says so?"),
        wish: |a, t| {
            happened(a, t, |happened_at, text| CaseCommand::SawAttack {
                happened_at,
                text,
            })
        },
    },
    CaseAct {
        slug: "awareness",
        title: "Confirm when we became aware",
        decide: "The moment from which regulator clocks run.",
        follows: &[
            "Only the regulatory role may record this.",
            "The provisional moment stays visible beside it.",
        ],
        button: "Confirm this moment",
        grave: false,
        signed: None,
        questions: awareness_questions,
        wish: awareness,
    },
    CaseAct {
        slug: "awareness-decline",
        title: "Decide that it is not reportable",
        decide: "That the provisional regulator clocks stop.",
        follows: &[
            "Only the regulatory role may record this.",
            "Your name, your reason and the rule’s version are filed.",
        ],
        button: "Not reportable",
        grave: true,
        signed: None,
        questions: |_| vec![why()],
        wish: |_, t| with_text(&[why()], t, |text| CaseCommand::DeclineAwareness { text }),
    },
    CaseAct {
        slug: "embargo",
        title: "Propose an embargo",
        decide: "Until when nobody publishes.",
        follows: &[
            "The reporter is asked.",
            "The end date only alarms: nothing is published by a timer.",
        ],
        button: "Propose the embargo",
        grave: false,
        signed: None,
        questions: until_questions,
        wish: |a, t| {
            until(a, t, |until, text| CaseCommand::ProposeEmbargo {
                until,
                text,
            })
        },
    },
    CaseAct {
        slug: "embargo-accept",
        title: "Record that the embargo is agreed",
        decide: "That both sides agree.",
        follows: &["Nothing about this case is published while it lives."],
        button: "It is agreed",
        grave: false,
        signed: None,
        questions: |_| vec![],
        wish: |_, _| bare(CaseCommand::AcceptEmbargo),
    },
    CaseAct {
        slug: "embargo-reject",
        title: "Record that the embargo is not agreed",
        decide: "That there is no embargo.",
        follows: &["The published policy goes on to apply."],
        button: "It is not agreed",
        grave: false,
        signed: None,
        questions: |_| vec![],
        wish: |_, _| bare(CaseCommand::RejectEmbargo),
    },
    CaseAct {
        slug: "embargo-revise",
        title: "Propose another end of the embargo",
        decide: "The new end.",
        follows: &["The old end holds until the new one is agreed."],
        button: "Propose the new end",
        grave: false,
        signed: None,
        questions: until_questions,
        wish: |a, t| {
            until(a, t, |until, text| CaseCommand::ReviseEmbargo {
                until,
                text,
            })
        },
    },
    CaseAct {
        slug: "embargo-revision-accept",
        title: "Record that the new end is agreed",
        decide: "That both sides agree to the new end.",
        follows: &["The new end holds."],
        button: "The new end holds",
        grave: false,
        signed: None,
        questions: |_| vec![],
        wish: |_, _| bare(CaseCommand::AcceptRevision),
    },
    CaseAct {
        slug: "embargo-revision-reject",
        title: "Record that the new end is not agreed",
        decide: "That the old end holds.",
        follows: &["The old end holds."],
        button: "The old end holds",
        grave: false,
        signed: None,
        questions: |_| vec![],
        wish: |_, _| bare(CaseCommand::RejectRevision),
    },
    CaseAct {
        slug: "embargo-uphold",
        title: "Keep the embargo in spite of attacks",
        decide: "That staying silent still protects more than it harms.",
        follows: &["Your reason is filed."],
        button: "Keep the embargo",
        grave: false,
        signed: None,
        questions: |_| vec![why()],
        wish: |_, t| with_text(&[why()], t, |text| CaseCommand::UpholdEmbargo { text }),
    },
    CaseAct {
        slug: "embargo-end",
        title: "End the embargo",
        decide: "That the embargo is over now.",
        follows: &[
            "It cannot come back on this case.",
            "The case can close, and its advisory can be published.",
        ],
        button: "End the embargo",
        grave: true,
        signed: None,
        questions: |_| vec![why_optional()],
        wish: |_, t| with_text(&[why()], t, |text| CaseCommand::EndEmbargo { text }),
    },
];

fn fact(where_label: &str) -> Vec<Question> {
    vec![
        ask("happened", "Since when?", How::DateTime)
            .hint("As far as is known, in the organisation’s time zone.")
            .optional(),
        ask("why", where_label, How::Text),
    ]
}

fn happened(
    a: &Case<'_>,
    t: &Typed,
    make: impl FnOnce(Option<Timestamp>, Option<ObjectRef>) -> CaseCommand + Send + 'static,
) -> Made {
    let at = date_time(t.get("happened"), &a.look.zone);
    if at.is_some_and(|at| at > a.look.now) {
        return Err(FieldError::new(
            "happened",
            "This is in the future. Write when it happened.",
        ));
    }
    with_text(&[why()], t, move |text| make(at, text))
}

fn awareness_questions(a: &Case<'_>) -> Vec<Question> {
    let claimed = a.about.awareness_claimed.map(|at| {
        at.to_zoned_datetime(a.look.zone.clone())
            .strftime("%Y-%m-%dT%H:%M")
            .to_string()
    });
    vec![
        ask(
            "at",
            "When did anybody acting for us first know?",
            How::DateTime,
        )
        .hint("In the organisation’s time zone. Filled in: the earliest claimed receipt.")
        .value(claimed.unwrap_or_default()),
        why(),
    ]
}

fn awareness(a: &Case<'_>, t: &Typed) -> Made {
    let at = date_time(t.get("at"), &a.look.zone)
        .ok_or_else(|| FieldError::new("at", "Write date and time as in 2027-01-31T17:00."))?;
    with_text(&[why()], t, move |text| CaseCommand::ConfirmAwareness {
        at,
        text,
    })
}

fn until_questions(_: &Case<'_>) -> Vec<Question> {
    vec![
        ask("until", "Until when?", How::Date),
        why_optional().hint("Terms that were discussed."),
    ]
}

fn until(
    a: &Case<'_>,
    t: &Typed,
    make: impl FnOnce(Timestamp, Option<ObjectRef>) -> CaseCommand + Send + 'static,
) -> Made {
    let at = date(t.get("until"), &a.look.zone).filter(|at| *at > a.look.now);
    let at =
        at.ok_or_else(|| FieldError::new("until", "Write a day to come, as year-month-day."))?;
    with_text(&[why()], t, move |text| make(at, text))
}
