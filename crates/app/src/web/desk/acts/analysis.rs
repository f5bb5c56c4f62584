//! Acts of analysis (9.4): impact, score, status of every release, safety, root cause, related issues.

use super::{Asked, CaseAct, Wish, need, why, with_text, written};
use crate::web::components::FieldError;
use crate::web::desk::form::{How, Question, Typed, ask, choices, date};
use crate::web::desk::model::{CaseFile, ReleaseLine};
use crate::web::desk::words::{HARMS, JUSTIFICATIONS, SCREENS, TIERS, chosen};
use uuid::Uuid;
use vulnerary_case::act::CaseCommand;
use vulnerary_case::case::event::{
    Analysed, AnalysisItem, Justification, Plan, SafetyAssessed, Status, StatusRow,
};
use vulnerary_case::id::ReleaseId;

type Case<'a> = Asked<'a, CaseFile>;
type Made = Result<Wish<CaseCommand>, FieldError>;

/// All of them.
pub static ACTS: &[CaseAct] = &[
    CaseAct {
        slug: "impact",
        title: "Say what it means in our context",
        decide: "What somebody could do with it, given the security context, the intended environment and the defence in depth (9.4 a).",
        follows: &["It becomes part of the closure record."],
        button: "Record the impact",
        grave: false,
        signed: None,
        questions: |a| finding(a, "impact", "What does it mean in our context?"),
        wish: |a, t| analysed(AnalysisItem::Impact, finding(a, "impact", ""), t),
    },
    CaseAct {
        slug: "root-cause",
        title: "Name the root cause",
        decide: "Why it could happen (9.4 d), with its CWE numbers.",
        follows: &["It becomes part of the closure record."],
        button: "Record the root cause",
        grave: false,
        signed: None,
        questions: root_cause_questions,
        wish: |a, t| analysed(AnalysisItem::RootCause, root_cause_questions(a), t),
    },
    CaseAct {
        slug: "related",
        title: "Say which issues are related",
        decide: "Whether the same cause shows elsewhere (9.4 e).",
        follows: &["It becomes part of the closure record."],
        button: "Record related issues",
        grave: false,
        signed: None,
        questions: |a| finding(a, "related", "Which issues are related?"),
        wish: |a, t| analysed(AnalysisItem::RelatedIssues, finding(a, "related", ""), t),
    },
    CaseAct {
        slug: "score",
        title: "Score it in our context of use",
        decide: "The CVSS vector, with the environmental metrics of the intended use (9.4 b).",
        follows: &[
            "The score stands in the closure record and in what we publish.",
            "A later score replaces it; both stay in the history.",
        ],
        button: "Record the score",
        grave: false,
        signed: None,
        questions: score_questions,
        wish: score,
    },
    CaseAct {
        slug: "status",
        title: "Settle the status of releases",
        decide: "For every release: affected or not, and what happens about it (9.4 c).",
        follows: &[
            "Closing needs every row settled.",
            "Advisories and VEX statements are made from this table.",
        ],
        button: "Record the status",
        grave: false,
        signed: None,
        questions: status_questions,
        wish: status,
    },
    CaseAct {
        slug: "safety",
        title: "Say what it does to safety",
        decide: "Whether it can contribute to harm, how severe the harm would be, and how exploitable it is (9.4 f; ISO 14971).",
        follows: &[
            "Only the safety role may record this.",
            "“Possibly” on a released product keeps the case in lane H.",
        ],
        button: "Record the safety assessment",
        grave: false,
        signed: None,
        questions: safety_questions,
        wish: safety,
    },
];

/// What was answered before to the question `name` of the act `act`.
pub fn before(a: &Case<'_>, act: &str, name: &str) -> String {
    a.about
        .typed
        .get(act)
        .and_then(|t| t.get(name))
        .cloned()
        .unwrap_or_default()
}

fn finding(a: &Case<'_>, act: &str, label: &str) -> Vec<Question> {
    vec![ask("finding", label, How::Text).value(before(a, act, "finding"))]
}

fn root_cause_questions(a: &Case<'_>) -> Vec<Question> {
    vec![
        ask("finding", "Why could it happen?", How::Text).value(before(a, "root-cause", "finding")),
        ask("cwe", "CWE numbers", How::Line)
            .hint("For example 347, 494.")
            .optional()
            .value(before(a, "root-cause", "cwe")),
    ]
}

fn analysed(item: AnalysisItem, questions: Vec<Question>, t: &Typed) -> Made {
    let mut cwe = Vec::new();
    for part in t
        .get("cwe")
        .split([',', ';', ' '])
        .map(|p| p.trim().trim_start_matches("CWE-"))
        .filter(|p| !p.is_empty())
    {
        let number = part.parse().map_err(|_| {
            FieldError::new(
                "cwe",
                "Write CWE numbers with commas between, for example 347, 494.",
            )
        })?;
        cwe.push(number);
    }
    if cwe.len() > 20 {
        return Err(FieldError::new("cwe", "Name at most 20."));
    }
    let texts = written(&questions, t);
    Ok(Wish {
        texts,
        make: Box::new(move |refs| {
            Some(CaseCommand::Analyse(Analysed {
                item,
                cwe,
                text: refs.first().cloned(),
            }))
        }),
    })
}

fn score_questions(a: &Case<'_>) -> Vec<Question> {
    vec![
        ask("vector", "CVSS vector", How::Line)
            .hint("Version 4.0, 3.1 or 3.0, for example CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H.")
            .value(before(a, "score", "vector")),
        why().hint("Why these metrics, in our context of use.").value(before(a, "score", "why")),
    ]
}

fn score(_: &Case<'_>, t: &Typed) -> Made {
    let vector = t.get("vector").to_owned();
    with_text(&[why()], t, move |text| CaseCommand::Score { vector, text })
}

/// All answers that a row of the status table can have, as one list of choices.
fn row_choices(a: &Case<'_>) -> Vec<(String, String)> {
    let mut all = vec![(
        "under_investigation".to_owned(),
        "Under investigation".to_owned(),
    )];
    all.extend(JUSTIFICATIONS.iter().map(|(v, _, w)| {
        (
            format!("not_affected/{v}"),
            format!("Not affected: {}", lower_start(w)),
        )
    }));
    all.extend([
        (
            "affected/undecided".to_owned(),
            "Affected: nothing decided yet".to_owned(),
        ),
        (
            "affected/interim".to_owned(),
            "Affected: interim measure".to_owned(),
        ),
        (
            "affected/accepted".to_owned(),
            "Affected: risk accepted (say until when below)".to_owned(),
        ),
    ]);
    all.extend(a.about.releases.iter().map(|r| {
        (
            format!("affected/fix/{}", r.release),
            format!("Affected: fix planned in {}", r.version),
        )
    }));
    all.extend([
        ("fixed".to_owned(), "Fixed, not yet verified".to_owned()),
        ("fixed/verified".to_owned(), "Fixed and verified".to_owned()),
    ]);
    all
}

fn lower_start(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map_or_else(String::new, |c| c.to_lowercase().chain(chars).collect())
}

fn row_value(row: &ReleaseLine) -> String {
    match &row.status {
        None => String::new(),
        Some(Status::UnderInvestigation {}) => "under_investigation".into(),
        Some(Status::NotAffected { justification }) => {
            let name = JUSTIFICATIONS
                .iter()
                .find(|(_, j, _)| j == justification)
                .map_or("", |(v, ..)| *v);
            format!("not_affected/{name}")
        }
        Some(Status::Affected { plan }) => match plan {
            Plan::Undecided {} => "affected/undecided".into(),
            Plan::InterimMeasure {} => "affected/interim".into(),
            Plan::RiskAccepted { .. } => "affected/accepted".into(),
            Plan::FixIn { release } => format!("affected/fix/{release}"),
        },
        Some(Status::Fixed {}) if row.verified => "fixed/verified".into(),
        Some(Status::Fixed {}) => "fixed".into(),
    }
}

fn status_questions(a: &Case<'_>) -> Vec<Question> {
    let options = row_choices(a);
    let mut all: Vec<Question> = a
        .about
        .releases
        .iter()
        .map(|row| {
            let shipped = if row.released {
                "shipped"
            } else {
                "not shipped"
            };
            ask(
                &format!("row-{}", row.release),
                &format!("{} ({shipped})", row.version),
                How::Select(options.clone()),
            )
            .optional()
            .value(row_value(row))
        })
        .collect();
    all.push(
        ask("until", "Risk accepted until", How::Date)
            .hint("For rows whose risk is accepted.")
            .optional(),
    );
    all.push(why().hint("How you know. For “not affected”, also what would make it lapse."));
    all
}

fn status(a: &Case<'_>, t: &Typed) -> Made {
    let until = date(t.get("until"), &a.look.zone);
    let mut rows = Vec::new();
    for line in &a.about.releases {
        let name = format!("row-{}", line.release);
        let value = t.get(&name);
        if value.is_empty() || (value == row_value(line) && !value.ends_with("accepted")) {
            continue;
        }
        let (status, verified) = row_status(value, until)
            .ok_or_else(|| FieldError::new(&name, "Choose one of the list."))?;
        rows.push(StatusRow {
            product: line.product,
            release: line.release,
            status,
            released: line.released,
            verified,
        });
    }
    if rows.is_empty() {
        let first = a
            .about
            .releases
            .first()
            .map_or_else(|| "why".to_owned(), |r| format!("row-{}", r.release));
        return Err(FieldError::new(first, "Change at least one row."));
    }
    with_text(&[why()], t, move |text| CaseCommand::StateStatus {
        rows,
        text,
    })
}

fn row_status(value: &str, until: Option<jiff::Timestamp>) -> Option<(Status, bool)> {
    let affected = |plan| Some((Status::Affected { plan }, false));
    let mut parts = value.splitn(3, '/');
    match (parts.next()?, parts.next(), parts.next()) {
        ("under_investigation", None, None) => Some((Status::UnderInvestigation {}, false)),
        ("fixed", None, None) => Some((Status::Fixed {}, false)),
        ("fixed", Some("verified"), None) => Some((Status::Fixed {}, true)),
        ("not_affected", Some(why), None) => {
            let justification: Justification = chosen(JUSTIFICATIONS, why)?;
            Some((Status::NotAffected { justification }, false))
        }
        ("affected", Some("undecided"), None) => affected(Plan::Undecided {}),
        ("affected", Some("interim"), None) => affected(Plan::InterimMeasure {}),
        ("affected", Some("accepted"), None) => affected(Plan::RiskAccepted { until }),
        ("affected", Some("fix"), Some(id)) => affected(Plan::FixIn {
            release: ReleaseId(Uuid::parse_str(id).ok()?),
        }),
        _ => None,
    }
}

fn safety_questions(a: &Case<'_>) -> Vec<Question> {
    let old = |name: &str| before(a, "safety", name);
    vec![
        ask(
            "harm",
            "Can it contribute to harm?",
            How::Radios(choices(SCREENS)),
        )
        .value(old("harm")),
        ask(
            "severity",
            "How severe would the harm be?",
            How::Radios(choices(HARMS)),
        )
        .optional()
        .value(old("severity")),
        ask(
            "exploitability",
            "How exploitable is it?",
            How::Radios(choices(TIERS)),
        )
        .hint("Exploitability, not probability: attackers choose.")
        .optional()
        .value(old("exploitability")),
        ask(
            "controlled",
            "Is the residual risk controlled?",
            How::Radios(vec![
                ("yes".into(), "Controlled".into()),
                ("no".into(), "Uncontrolled".into()),
            ]),
        )
        .hint("As the FDA’s guidance of 2016 uses the words.")
        .optional()
        .value(old("controlled")),
        ask("hazard", "Hazard, sequence of events and harm", How::Text).value(old("hazard")),
    ]
}

fn safety(a: &Case<'_>, t: &Typed) -> Made {
    let harm = need(chosen(SCREENS, t.get("harm")), "harm")?;
    let assessed = SafetyAssessed {
        harm,
        severity: chosen(HARMS, t.get("severity")),
        exploitability: chosen(TIERS, t.get("exploitability")),
        controlled: match t.get("controlled") {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        },
        text: None,
    };
    let texts = written(&safety_questions(a), t);
    Ok(Wish {
        texts,
        make: Box::new(move |refs| {
            Some(CaseCommand::AssessSafety(SafetyAssessed {
                text: refs.first().cloned(),
                ..assessed
            }))
        }),
    })
}
