//! Acts of addressing and disclosure (9.5, 4.1.7), and the complaint determination.

use super::analysis::before;
use super::{Asked, CaseAct, Wish, need, why, why_optional, with_text};
use crate::web::components::FieldError;
use crate::web::desk::form::{How, Question, Typed, ask, choices};
use crate::web::desk::model::CaseFile;
use crate::web::desk::words::{DISCLOSURES, ROUTES, chosen};
use uuid::Uuid;
use vulnerary_case::act::CaseCommand;
use vulnerary_case::case::event::AddressingItem;
use vulnerary_case::id::ReleaseId;

type Case<'a> = Asked<'a, CaseFile>;
type Made = Result<Wish<CaseCommand>, FieldError>;

/// All of them.
pub static ACTS: &[CaseAct] = &[
    CaseAct {
        slug: "route",
        title: "Decide how it will be resolved",
        decide: "The route, with its change references (9.5).",
        follows: &["“Accept the risk” needs an individual signature at closure."],
        button: "Record the route",
        grave: false,
        signed: None,
        questions: route_questions,
        wish: route,
    },
    CaseAct {
        slug: "siblings",
        title: "Say that siblings were looked at",
        decide: "Which other products and revisions were looked at, and what was found (9.5).",
        follows: &["It becomes part of the closure record."],
        button: "Record it",
        grave: false,
        signed: None,
        questions: |a| answer(a, "siblings", "What was looked at, and what was found?"),
        wish: |a, t| planned(AddressingItem::SiblingsSwept, a, t),
    },
    CaseAct {
        slug: "third-parties",
        title: "Say which third parties were told",
        decide: "Who else has to know, and whether they do (9.5).",
        follows: &["It becomes part of the closure record."],
        button: "Record it",
        grave: false,
        signed: None,
        questions: |a| {
            answer(
                a,
                "third-parties",
                "Who was told, when, or why nobody has to be?",
            )
        },
        wish: |a, t| planned(AddressingItem::ThirdPartiesTold, a, t),
    },
    CaseAct {
        slug: "residual-risk",
        title: "Say what risk remains",
        decide: "What is left once the route is taken, and why that is acceptable (9.5).",
        follows: &["It becomes part of the closure record."],
        button: "Record it",
        grave: false,
        signed: None,
        questions: |a| answer(a, "residual-risk", "What risk remains?"),
        wish: |a, t| planned(AddressingItem::ResidualRisk, a, t),
    },
    CaseAct {
        slug: "fix-ready",
        title: "Say that a fix is ready",
        decide: "That a fix exists, and in which change.",
        follows: &["The reporter’s next update can say so."],
        button: "A fix is ready",
        grave: false,
        signed: None,
        questions: |_| vec![why().hint("Which change, which build.")],
        wish: |_, t| with_text(&[why()], t, |text| CaseCommand::FixReady { text }),
    },
    CaseAct {
        slug: "fix-deployed",
        title: "Say that the fix is deployed",
        decide: "That the fix has reached those who need it.",
        follows: &["Fielding goes on being followed after closure."],
        button: "The fix is deployed",
        grave: false,
        signed: None,
        questions: |_| vec![why().hint("Where, and how you know.")],
        wish: |_, t| with_text(&[why()], t, |text| CaseCommand::FixDeployed { text }),
    },
    CaseAct {
        slug: "verified",
        title: "Say that the resolution was verified",
        decide: "That it works and introduced no new problem (IEC 62304 9.7).",
        follows: &["It becomes part of the closure record, with your name."],
        button: "Record the verification",
        grave: false,
        signed: None,
        questions: |_| vec![why().hint("Which tests, on which build, with which result.")],
        wish: |_, t| with_text(&[why()], t, |text| CaseCommand::VerifyResolution { text }),
    },
    CaseAct {
        slug: "disclosure",
        title: "Decide on disclosure",
        decide: "Who will be told, and how (4.1.7).",
        follows: &[
            "Nothing is published by this: publishing is an act of its own.",
            "Nothing is published while an embargo lives.",
        ],
        button: "Record the decision",
        grave: false,
        signed: None,
        questions: disclosure_questions,
        wish: disclosure,
    },
    CaseAct {
        slug: "advisory",
        title: "Say that an advisory is out",
        decide: "That an advisory was published, and where.",
        follows: &["The vulnerability counts as public from now on."],
        button: "Record the advisory",
        grave: true,
        signed: None,
        questions: |_| {
            vec![
                ask("reference", "Where is it?", How::Line).hint("Its number and address."),
                why_optional(),
            ]
        },
        wish: |_, t| {
            with_text(&[ask("reference", "", How::Line), why()], t, |text| {
                CaseCommand::PublishAdvisory { text }
            })
        },
    },
    CaseAct {
        slug: "complaint",
        title: "Determine whether it is a complaint",
        decide: "Whether this is also a complaint (21 CFR 820.35, ISO 13485 8.2.2).",
        follows: &[
            "Only the regulatory role may record this.",
            "A complaint needs its reference in your complaint system.",
        ],
        button: "Record the determination",
        grave: false,
        signed: None,
        questions: complaint_questions,
        wish: complaint,
    },
    CaseAct {
        slug: "fielding",
        title: "Record how far the fix has reached",
        decide: "The share of devices in the field that run the release with the fix.",
        follows: &["Fielding has its own clock, also after closure."],
        button: "Record it",
        grave: false,
        signed: None,
        questions: fielding_questions,
        wish: fielding,
    },
];

fn answer(a: &Case<'_>, act: &str, label: &str) -> Vec<Question> {
    vec![ask("answer", label, How::Text).value(before(a, act, "answer"))]
}

fn planned(item: AddressingItem, _: &Case<'_>, t: &Typed) -> Made {
    with_text(&[ask("answer", "", How::Text)], t, move |text| {
        CaseCommand::PlanRemediation { item, text }
    })
}

fn route_questions(a: &Case<'_>) -> Vec<Question> {
    vec![
        ask("route", "Which route?", How::Radios(choices(ROUTES)))
            .value(before(a, "route", "route")),
        ask("references", "Change references", How::Line)
            .hint("For example CR-2291, ticket or change-request numbers.")
            .optional()
            .value(before(a, "route", "references")),
        why().value(before(a, "route", "why")),
    ]
}

fn route(a: &Case<'_>, t: &Typed) -> Made {
    let route = need(chosen(ROUTES, t.get("route")), "route")?;
    with_text(&route_questions(a), t, move |text| {
        CaseCommand::DecideRoute { route, text }
    })
}

fn disclosure_questions(a: &Case<'_>) -> Vec<Question> {
    vec![
        ask(
            "decision",
            "Who will be told?",
            How::Radios(choices(DISCLOSURES)),
        )
        .value(before(a, "disclosure", "decision")),
        why().value(before(a, "disclosure", "why")),
    ]
}

fn disclosure(_: &Case<'_>, t: &Typed) -> Made {
    let decision = need(chosen(DISCLOSURES, t.get("decision")), "decision")?;
    with_text(&[why()], t, move |text| CaseCommand::DecideDisclosure {
        decision,
        text,
    })
}

fn complaint_questions(_: &Case<'_>) -> Vec<Question> {
    let options = vec![
        ("yes".into(), "Yes, it is a complaint too".into()),
        ("no".into(), "No".into()),
    ];
    vec![
        ask("complaint", "Is it a complaint?", How::Radios(options)),
        ask("reference", "Reference in your complaint system", How::Line).optional(),
        why(),
    ]
}

fn complaint(a: &Case<'_>, t: &Typed) -> Made {
    let complaint = t.get("complaint") == "yes";
    if complaint && t.get("reference").is_empty() {
        return Err(FieldError::new(
            "reference",
            "Write the complaint’s reference, so that the two can be reconciled.",
        ));
    }
    with_text(&complaint_questions(a), t, move |text| {
        CaseCommand::DetermineComplaint { complaint, text }
    })
}

fn fielding_questions(a: &Case<'_>) -> Vec<Question> {
    let releases = a
        .about
        .releases
        .iter()
        .map(|r| (r.release.to_string(), r.version.clone()))
        .collect();
    vec![
        ask(
            "release",
            "Which release carries the fix?",
            How::Select(releases),
        ),
        ask(
            "percent",
            "Share of devices that run it, in percent",
            How::Number,
        ),
        why_optional().hint("How you know."),
    ]
}

fn fielding(_: &Case<'_>, t: &Typed) -> Made {
    let release = ReleaseId(need(Uuid::parse_str(t.get("release")).ok(), "release")?);
    let percent = t.get("percent").parse::<u8>().ok().filter(|p| *p <= 100);
    let percent =
        percent.ok_or_else(|| FieldError::new("percent", "Write a number from 0 to 100."))?;
    with_text(&[why()], t, move |text| CaseCommand::RecordFielding {
        release,
        percent,
        text,
    })
}
