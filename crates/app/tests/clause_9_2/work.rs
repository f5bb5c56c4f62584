//! What the tests of the clause have in common: a report arrives by the form, and three people work it to its closure.

use super::house::{House, holds};
use vulnerary::demo::maker::Who::{Annika, Bogdan, Yusuf};
use vulnerary::demo::pages::Fields;
use vulnerary::demo::public::Received;

/// Review (9.3) of something that is ours and cannot contribute to harm.
pub const REVIEW: Fields<'_> = &[
    ("applicable", "yes"),
    ("applicable_why", "Same behaviour on the bench unit."),
    ("verifiable", "yes"),
    ("threats", "no"),
    ("tier", "medium"),
    ("safety_screen", "no"),
    ("harmed", "no"),
];

/// Analysis (9.4), addressing (9.5) and disclosure (4.1.7) by the owner of the case.
pub const WORK: &[(&str, Fields<'_>)] = &[
    ("validate", &[("why", "It is ours.")]),
    ("accept", &[]),
    (
        "impact",
        &[(
            "finding",
            "Whoever is in the room can run commands on the gateway.",
        )],
    ),
    (
        "root-cause",
        &[("finding", "The updater trusts the stick."), ("cwe", "347")],
    ),
    (
        "related",
        &[("finding", "None: the pump has its own updater.")],
    ),
    (
        "score",
        &[
            ("vector", "CVSS:3.1/AV:P/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"),
            ("why", "Needs the stick."),
        ],
    ),
    (
        "status",
        &[
            ("row 4.1", "Fixed and verified"),
            ("row 4.2", "Fixed and verified"),
            ("why", "4.1.3 checks signatures."),
        ],
    ),
    (
        "route",
        &[
            ("route", "change_control"),
            ("references", "CR-2291"),
            ("why", "A patch release."),
        ],
    ),
    (
        "siblings",
        &[("answer", "The pump was looked at: not affected.")],
    ),
    ("third-parties", &[("answer", "Nobody else has to know.")]),
    ("residual-risk", &[("answer", "None left.")]),
    (
        "verified",
        &[("why", "Run 881 on build 4.1.3: passed, no regression.")],
    ),
    (
        "disclosure",
        &[
            ("decision", "no_disclosure"),
            ("why", "All gateways were updated by us."),
        ],
    ),
];

/// Two people work a report about the gateway to its closure: Annika decides and proposes, Yusuf records safety and
/// complaint, Bogdan signs. Before the signature it is not closed.
pub async fn work_to_closure(house: &House, report: &str, outcome: &str) -> String {
    let case = house
        .maker
        .case_of(report)
        .await
        .expect("as the story goes");
    house.days(1);
    house
        .report(
            Annika,
            report,
            "acknowledge",
            &[("message", "Thank you. We look at it until Thursday.")],
        )
        .await;
    house
        .case(Annika, &case, "product", &[("product", "IS-200 gateway")])
        .await;
    house.case(Annika, &case, "review", REVIEW).await;
    for (act, fields) in WORK {
        house.case(Annika, &case, act, fields).await;
    }
    let hazard = [
        ("harm", "no"),
        ("hazard", "None: the pump goes on without the gateway."),
    ];
    house.case(Yusuf, &case, "safety", &hazard).await;
    house
        .case(
            Yusuf,
            &case,
            "complaint",
            &[("complaint", "no"), ("why", "No device failed.")],
        )
        .await;
    house
        .case(
            Annika,
            &case,
            "notice",
            &[("notice", "Fixed in 4.1.3. Write to us if you disagree.")],
        )
        .await;
    house
        .case(
            Annika,
            &case,
            "propose-closure",
            &[("outcome", outcome), ("why", "4.1.3 is out.")],
        )
        .await;

    let own = house.maker.on_case(Annika, &case, "approve", &[]).await;
    assert!(own.is_err(), "nobody signs what they proposed: {own:?}");
    assert!(
        !house.case_state(&case).await.is_closed(),
        "a proposal closes nothing"
    );
    house.case(Bogdan, &case, "approve", &[]).await;
    case
}

/// A report through the public form, whose receipt verifies.
pub async fn form(house: &House, role: &str, more: Fields<'_>) -> Received {
    let mut fields = vec![
        (
            "description",
            "The gateway runs an unsigned update file from a USB stick.\nSteps: plug it in, wait.",
        ),
        ("product", "IS-200 gateway"),
        ("version", "4.1"),
        ("role", role),
    ];
    fields.extend_from_slice(more);
    let received = house
        .maker
        .pages
        .report(&fields)
        .await
        .expect("as the story goes");
    let verified = holds(received.json.to_string().as_bytes());
    assert_eq!(verified.receipt.report, received.report);
    received
}

/// What the reporter reads with the follow-up words after the closure.
pub async fn reporter_reads_the_outcome(house: &House, received: &Received) {
    let words = received
        .words
        .as_deref()
        .expect("an anonymous reporter has words");
    let page = house
        .maker
        .pages
        .track(words)
        .await
        .expect("as the story goes");
    assert!(
        page.contains("Fixed in 4.1.3. Write to us if you disagree."),
        "{page}"
    );
}

/// A tool's run with one finding of each of these rules.
pub fn sarif(rules: &[&str]) -> Vec<u8> {
    let result = |rule: &&str| {
        let place = serde_json::json!({"artifactLocation": {"uri": format!("src/{rule}.c")}, "region": {"startLine": 12}});
        serde_json::json!({"ruleId": rule, "level": "warning", "message": {"text": format!("{rule} was found here.")},
            "locations": [{"physicalLocation": place}], "partialFingerprints": {"primaryLocationLineHash": format!("{rule}:1")}})
    };
    let all: Vec<_> = ["unchecked-copy", "test-only-key"]
        .iter()
        .map(|r| serde_json::json!({"id": r}))
        .collect();
    let results: Vec<_> = rules.iter().map(result).collect();
    let run = serde_json::json!({"tool": {"driver": {"name": "fixture-scanner", "rules": all}}, "results": results});
    serde_json::json!({"version": "2.1.0", "runs": [run]})
        .to_string()
        .into_bytes()
}
