//! The closure record: what an approver reads and signs. Canonical JSON without anything a person typed (texts appear
//! as references with their commitments), so that it outlives erasure.

use crate::canonical;
use crate::case::event::Outcome;
use crate::case::state::{CaseState, Determination};
use crate::world::Look;
use serde::Serialize;
use serde_json::{Value, json};

/// The closure record of a case with this outcome. Anything in it that changes after the proposal voids the proposal;
/// what is not in it (notes, messages, owners, titles) does not.
pub fn record(case: &CaseState, look: &dyn Look, outcome: Outcome) -> Value {
    json!({
        "v": 1,
        "case": case.id,
        "number": case.number,
        "lane": case.lane,
        "outcome": outcome,
        "opened_at": case.opened_at,
        "reopened": case.reopened,
        "reports": reports(case, look),
        "product": case.product,
        "exit": det(case.exit.as_ref()),
        "review": {
            "applicable": det(case.review.applicable.as_ref()),
            "verifiable": det(case.review.verifiable.as_ref()),
            "threats": det(case.review.threats.as_ref()),
            "tier": det(case.review.tier.as_ref()),
            "safety_screen": det(case.review.safety_screen.as_ref()),
            "harmed": det(case.review.harmed.as_ref()),
        },
        "analysis": {
            "prose": each(case.analysis.iter()),
            "score": det(case.score.as_ref()),
            "status": case.status.iter().map(|d| det(Some(d))).collect::<Vec<_>>(),
            "safety": det(case.safety.as_ref()),
        },
        "addressing": {
            "route": det(case.route.as_ref()),
            "prose": each(case.addressing.iter()),
            "verified": det(case.verified.as_ref()),
        },
        "disclosure": { "decision": det(case.disclosure.as_ref()), "advisory_at": case.advisory_at },
        "complaint": det(case.complaint.as_ref()),
        "flags": plain(&case.flags),
        "embargo": plain(&case.embargo.phase),
        "awareness": plain(&case.awareness),
        "duplicate_of": case.duplicate.as_ref().map(|d| json!({"root": d.root, "first": d.first, "signature": plain(&d.signature)})),
        "duplicates": case.duplicates,
        "occurrences": plain(&case.runs),
        "notices": case.notices.iter().map(|n| json!({"report": n.report, "text": plain(&n.text)})).collect::<Vec<_>>(),
    })
}

/// Lowercase hex SHA-256 of the canonical closure record.
pub fn digest(case: &CaseState, look: &dyn Look, outcome: Outcome) -> String {
    canonical::digest(&record(case, look, outcome))
}

fn plain<T: Serialize>(value: &T) -> Value {
    serde_json::to_value(value).unwrap_or(Value::Null)
}

fn det<T: Serialize>(d: Option<&Determination<T>>) -> Value {
    d.map_or(Value::Null, plain)
}

fn each<'a, K: Serialize + 'a, T: Serialize + 'a>(
    map: impl Iterator<Item = (&'a K, &'a Determination<T>)>,
) -> Value {
    map.map(|(k, d)| json!({"item": k, "answer": plain(d)}))
        .collect()
}

fn reports(case: &CaseState, look: &dyn Look) -> Value {
    case.reports
        .iter()
        .map(|id| {
            let report = look.report(*id);
            json!({
                "report": id,
                "number": report.map(|r| r.number.as_str()),
                "source": report.map(|r| r.source),
                "source_state": report.map(|r| r.source_state),
                "received_at": report.map(|r| r.received_at),
                "withdrawn_at": report.and_then(|r| r.withdrawn_at),
                "question": case.questions.contains(id),
            })
        })
        .collect()
}
