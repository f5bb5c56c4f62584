//! Every act: its form, what it refuses, and the command it becomes.

use super::fake::{Fake, PASSWORD};
use super::{get_as, post_as, sample};
use crate::web::desk::acts::{Asked, case_acts, report_acts};
use crate::web::desk::form::{How, Question};
use crate::web::desk::frame::Look;
use std::sync::Arc;
use vulnerary_case::Refusal;
use vulnerary_case::act::{BatchCommand, CaseCommand, Command, ReportCommand};
use vulnerary_case::actor::Role;
use vulnerary_case::case::event::{Meaning, Outcome, Plan, SafetyScreen, Status, Tier};
use vulnerary_case::report::event::{Answer, Purpose};

fn look() -> Look {
    Look {
        now: sample::now(),
        zone: sample::around().zone,
        name: "Annika Hofmann".into(),
        roles: vec![Role::Handler],
    }
}

/// An answer that every question of this kind takes.
fn some_answer(question: &Question) -> String {
    match &question.how {
        How::Line if ["root", "case"].contains(&question.name.as_str()) => "VC-9HT2-B4K".into(),
        How::Line if question.name == "cwe" => "347".into(),
        How::Line | How::Text => format!("Words for {}.", question.name),
        How::Date => "2027-03-01".into(),
        How::DateTime => "2026-11-20T10:00".into(),
        How::Radios(o) | How::Select(o) | How::Ticks(o) => {
            o.last().map_or_else(String::new, |(v, _)| v.clone())
        }
        How::Tick => "yes".into(),
        How::Number => "50".into(),
    }
}

fn filled(questions: &[Question], house: &Fake) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = questions
        .iter()
        .map(|q| (q.name.clone(), some_answer(q)))
        .collect();
    fields.extend([
        ("seen".into(), "12".into()),
        ("password".into(), PASSWORD.into()),
        ("code".into(), house.code()),
    ]);
    fields
}

#[tokio::test]
async fn every_act_on_a_case_has_a_form_and_becomes_one_command_with_the_version_seen() {
    let (case, people, products, look) =
        (sample::case(), sample::people(), sample::products(), look());
    for act in case_acts() {
        let house = Arc::new(Fake::new().with_account(&[Role::Handler]).await);
        let path = format!("/desk/case/{}/{}", case.number, act.slug);
        let form = get_as(&house, &[Role::Handler], &path).await;
        assert_eq!(form.status, 200, "{}", act.slug);
        assert!(
            form.body.contains("name=\"seen\" value=\"12\""),
            "{}",
            act.slug
        );
        let asked = Asked {
            about: &case,
            people: &people,
            products: &products,
            look: &look,
            fresh: uuid::Uuid::nil(),
            found: &[],
        };
        let questions = (act.questions)(&asked);
        let fields = filled(&questions, &house);
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        let got = post_as(&house, &[Role::Handler], &path, &fields).await;
        assert_eq!(got.status, 303, "{}: {}", act.slug, got.body);
        let acts = house.acts();
        assert!(
            matches!(acts.as_slice(), [(_, _, Command::Case { case: id, seen: Some(12), .. })] if *id == case.id),
            "{}: {acts:?}",
            act.slug
        );
        let texts: Vec<&String> = acts[0].1.iter().flat_map(|t| t.values()).collect();
        for question in questions.iter().filter(|q| q.how == How::Text) {
            let words = some_answer(question);
            assert!(
                texts.contains(&&words),
                "{} loses {}",
                act.slug,
                question.name
            );
        }
    }
}

#[tokio::test]
async fn every_act_on_a_report_has_a_form_and_becomes_one_command() {
    let (report, products, look) = (sample::report(), sample::products(), look());
    for act in report_acts() {
        let house = Arc::new(Fake::new());
        let path = format!("/desk/report/{}/{}", report.number, act.slug);
        assert_eq!(
            get_as(&house, &[Role::Handler], &path).await.status,
            200,
            "{}",
            act.slug
        );
        let asked = Asked {
            about: &report,
            people: &[],
            products: &products,
            look: &look,
            fresh: uuid::Uuid::nil(),
            found: &[],
        };
        let fields = filled(&(act.questions)(&asked), &house);
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        let got = post_as(&house, &[Role::Handler], &path, &fields).await;
        assert_eq!(got.status, 303, "{}: {}", act.slug, got.body);
        assert!(
            matches!(
                house.acts().as_slice(),
                [(_, _, Command::Report { seen: Some(12), .. })]
            ),
            "{}",
            act.slug
        );
    }
}

#[tokio::test]
async fn an_incomplete_form_comes_back_with_everything_typed_and_a_summary() {
    let house = Arc::new(Fake::new());
    let got = post_as(
        &house,
        &[Role::Handler],
        "/desk/case/VC-3PD8-T6R/safety",
        &[
            ("hazard", "Overdose <at> night"),
            ("severity", "serious"),
            ("seen", "12"),
        ],
    )
    .await;
    assert_eq!(got.status, 422);
    assert!(got.body.contains("<title>Error: "), "{}", got.body);
    assert!(got.body.contains("href=\"#f-harm\"") && got.body.contains("id=\"f-harm\""));
    assert!(got.body.contains("Overdose &lt;at&gt; night"));
    assert!(got.body.contains("value=\"serious\" checked"));
    assert!(house.acts().is_empty());
}

#[tokio::test]
async fn a_refusal_of_the_core_is_shown_in_its_words_and_nothing_typed_is_lost() {
    let house = Arc::new(Fake::new());
    house.refuse(Refusal::Changed { seen: 12, now: 13 });
    let got = post_as(
        &house,
        &[Role::Handler],
        "/desk/case/VC-3PD8-T6R/validate",
        &[("why", "It is ours."), ("seen", "12")],
    )
    .await;
    assert_eq!(got.status, 422);
    assert!(
        got.body
            .contains("Somebody changed this while you were writing")
            && got.body.contains("It is ours.")
    );
    house.refuse(Refusal::Field {
        field: "vector",
        why: "AV is missing.".into(),
    });
    let got = post_as(
        &house,
        &[Role::Handler],
        "/desk/case/VC-3PD8-T6R/score",
        &[("vector", "CVSS:3.1/"), ("why", "w"), ("seen", "12")],
    )
    .await;
    assert!(
        got.body.contains("href=\"#f-vector\">AV is missing."),
        "{}",
        got.body
    );
}

async fn command_of(path: &str, fields: &[(&str, &str)]) -> Command {
    let house = Arc::new(Fake::new());
    let got = post_as(&house, &[Role::Handler], path, fields).await;
    assert_eq!(got.status, 303, "{path}: {}", got.body);
    house.acts().remove(0).2
}

#[tokio::test]
async fn answers_become_the_values_that_were_chosen() {
    let case = "/desk/case/VC-3PD8-T6R";
    let Command::Case {
        wish: CaseCommand::Review(r),
        ..
    } = command_of(
        &format!("{case}/review"),
        &[
            ("applicable", "no"),
            ("tier", "high"),
            ("safety_screen", "possibly"),
        ],
    )
    .await
    else {
        panic!()
    };
    assert_eq!(
        (r.applicable, r.tier, r.safety_screen, r.harmed),
        (
            Some(Answer::No),
            Some(Tier::High),
            Some(SafetyScreen::Possibly),
            None
        )
    );

    let fix = format!("affected/fix/{}", sample::release(1));
    let (row3, row2) = (
        format!("row-{}", sample::release(3)),
        format!("row-{}", sample::release(2)),
    );
    let Command::Case {
        wish: CaseCommand::StateStatus { rows, .. },
        ..
    } = command_of(
        &format!("{case}/status"),
        &[(&row3, "fixed/verified"), (&row2, &fix), ("why", "w")],
    )
    .await
    else {
        panic!()
    };
    assert_eq!(rows.len(), 2, "only rows that change");
    assert_eq!(
        rows[0].status,
        Status::Affected {
            plan: Plan::FixIn {
                release: sample::release(1)
            }
        }
    );
    assert!(rows[1].status == Status::Fixed {} && rows[1].verified && rows[1].released);

    let Command::Case {
        wish: CaseCommand::ProposeClosure { outcome, .. },
        ..
    } = command_of(
        &format!("{case}/propose-closure"),
        &[("outcome", "mitigated"), ("why", "w")],
    )
    .await
    else {
        panic!()
    };
    assert_eq!(outcome, Outcome::Mitigated);

    let Command::Report {
        wish: ReportCommand::Write { purpose, .. },
        ..
    } = command_of(
        "/desk/report/VR-7KQ4-M2X/write",
        &[("purpose", "update"), ("message", "m")],
    )
    .await
    else {
        panic!()
    };
    assert_eq!(purpose, Purpose::Update);
}

#[tokio::test]
async fn unknown_needs_its_because() {
    let house = Arc::new(Fake::new());
    let got = post_as(
        &house,
        &[Role::Handler],
        "/desk/case/VC-3PD8-T6R/review",
        &[("harmed", "unknown")],
    )
    .await;
    assert!(
        got.status == 422 && got.body.contains("href=\"#f-harmed_why\""),
        "{}",
        got.body
    );
}

#[tokio::test]
async fn a_closure_is_signed_with_fresh_password_and_code_over_what_was_shown() {
    let house = Arc::new(Fake::new().with_account(&[Role::Approver]).await);
    let path = "/desk/case/VC-9HT2-B4K/approve";
    let (digest, message) = ("ab".repeat(32), "00000000-0000-0000-0000-000000003002");
    let code = house.code();
    for (password, code) in [
        ("", ""),
        (PASSWORD, "123456"),
        ("wrong words entirely", code.as_str()),
    ] {
        let got = post_as(
            &house,
            &[Role::Approver],
            path,
            &[
                ("digest", &digest),
                ("seen", "12"),
                ("read", message),
                ("password", password),
                ("code", code),
            ],
        )
        .await;
        assert_eq!(got.status, 422);
        assert!(
            got.body.contains(&format!("value=\"{message}\" checked")),
            "the tick is still there"
        );
    }
    assert!(house.acts().is_empty(), "nothing was signed");
    let got = post_as(
        &house,
        &[Role::Approver],
        path,
        &[
            ("digest", &digest),
            ("seen", "12"),
            ("read", message),
            ("password", PASSWORD),
            ("code", &code),
        ],
    )
    .await;
    assert_eq!(got.location(), "/desk/case/VC-9HT2-B4K");
    let Command::Case {
        wish:
            CaseCommand::ApproveClosure {
                digest: signed,
                name,
                read,
                notices,
            },
        ..
    } = house.acts().remove(0).2
    else {
        panic!()
    };
    assert_eq!(
        (signed, name.as_str(), read.len(), notices.len()),
        (digest.clone(), "Annika Hofmann", 1, 1)
    );
    let again = post_as(
        &house,
        &[Role::Approver],
        path,
        &[
            ("digest", &digest),
            ("seen", "12"),
            ("password", PASSWORD),
            ("code", &code),
        ],
    )
    .await;
    assert_eq!(again.status, 422, "a code signs once");
}

#[tokio::test]
async fn one_signature_covers_the_ticked_closures_with_their_digests() {
    let house = Arc::new(Fake::new().with_account(&[Role::Approver]).await);
    let ticked = format!("{}/{}", sample::batch(true)[0].case, "ef".repeat(32));
    let path = "/desk/batch/sign?lane=M";
    let nothing = post_as(
        &house,
        &[Role::Approver],
        path,
        &[("password", PASSWORD), ("code", &house.code())],
    )
    .await;
    assert!(nothing.status == 422 && nothing.body.contains("Tick at least one case."));
    let got = post_as(
        &house,
        &[Role::Approver],
        path,
        &[
            ("case", &ticked),
            ("password", PASSWORD),
            ("code", &house.code()),
        ],
    )
    .await;
    assert_eq!(got.status, 200);
    assert!(
        got.body.contains("VC-2222-BBB</a>: it changed meanwhile"),
        "who dropped out is named"
    );
    let Command::Batch(BatchCommand::Sign { cases, meaning, .. }) = house.acts().remove(0).2 else {
        panic!()
    };
    assert_eq!(
        (cases, meaning),
        (
            vec![(sample::batch(true)[0].case, "ef".repeat(32))],
            Meaning::BatchApproval
        )
    );
}

#[tokio::test]
async fn one_review_for_many_is_one_act_with_each_version_seen() {
    let house = Arc::new(Fake::new());
    let ticked = format!("{}/4", sample::batch(false)[0].case);
    let fields = [
        ("case", ticked.as_str()),
        ("applicable", "yes"),
        ("verifiable", "yes"),
        ("threats", "no"),
        ("tier", "low"),
        ("safety_screen", "no"),
        ("harmed", "no"),
        ("next", "accept"),
        ("why", "Same pattern."),
    ];
    let got = post_as(
        &house,
        &[Role::Handler],
        "/desk/batch/review?lane=M",
        &fields,
    )
    .await;
    assert_eq!(got.status, 200, "{}", got.body);
    let Command::Batch(BatchCommand::Each { cases, wishes }) = house.acts().remove(0).2 else {
        panic!()
    };
    assert_eq!(cases, vec![(sample::batch(false)[0].case, Some(4))]);
    assert!(matches!(
        wishes.as_slice(),
        [
            CaseCommand::Review(_),
            CaseCommand::Validate { .. },
            CaseCommand::Accept { .. }
        ]
    ));
}
