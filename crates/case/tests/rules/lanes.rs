//! Care in proportion: lanes, exits, batches.

use crate::support::*;
use crate::{exit, review};
use vulnerary_case::act::{CaseCommand as C, Command, OnReceipt, ReportCommand as R};
use vulnerary_case::actor::Actor;
use vulnerary_case::case::event::*;
use vulnerary_case::closure;
use vulnerary_case::report::event::{Answer, Claims, ReporterKind, Told};
use vulnerary_case::report::state::ReportPhase;
use vulnerary_case::story::Stage as _;

#[test]
fn review_comes_before_validity_and_before_every_exit() {
    Case::given([])
        .when(ANNA, C::Validate { text: None })
        .refused("Review is not complete");
    Case::given([])
        .when(ANNA, exit(Outcome::NotSecurity))
        .refused("Review is not complete");
    Case::given([review()])
        .when(ANNA, C::Validate { text: None })
        .then(&["Validated"]);
    // Every single answer is needed.
    for left_out in 0..6 {
        let mut r = Reviewed {
            applicable: Some(Answer::Unknown),
            verifiable: Some(Answer::Unknown),
            threats: Some(Answer::Unknown),
            tier: Some(Tier::Low),
            safety_screen: Some(SafetyScreen::Unknown),
            harmed: Some(Answer::Unknown),
            text: because(),
        };
        match left_out {
            0 => r.applicable = None,
            1 => r.verifiable = None,
            2 => r.threats = None,
            3 => r.tier = None,
            4 => r.safety_screen = None,
            _ => r.harmed = None,
        }
        Case::given([C::Review(r)])
            .when(ANNA, C::Validate { text: None })
            .refused("Review is not complete");
    }
}

#[test]
fn an_exit_at_review_is_lane_hx_and_one_second_person() {
    let c = Case::given([review()])
        .when(ANNA, exit(Outcome::NotSecurity))
        .then(&["Invalidated", "LaneSet"]);
    assert_eq!(c.state().lane, Lane::Hx);
    let c = c
        .and(ANNA, notice(1))
        .and(ANNA, propose(Outcome::NotSecurity))
        .when_signed(CLEO);
    assert_eq!(c.state().outcome(), Some(Outcome::NotSecurity));
}

#[test]
fn three_exits_on_a_released_product_keep_lane_h() {
    for outcome in [
        Outcome::AlreadyFixed,
        Outcome::AcceptedDesignLimit,
        Outcome::ObsoleteProduct,
    ] {
        let c = Case::given([C::SetProduct { product: product() }, review()])
            .when(ANNA, exit(outcome))
            .then(&["Invalidated"]);
        assert_eq!(c.state().lane, Lane::H, "{outcome:?}");
    }
}

#[test]
fn a_machines_exit_of_that_kind_on_a_released_product_has_to_be_raised() {
    let invalid = || {
        Case::given_lane(
            Lane::M,
            [
                review(),
                C::Invalidate {
                    exit: Outcome::AlreadyFixed,
                    text: because(),
                },
            ],
        )
    };
    invalid()
        .when(ANNA, propose(Outcome::AlreadyFixed))
        .then(&["ClosureProposed"]);
    invalid()
        .and_do(ship)
        .when(ANNA, propose(Outcome::AlreadyFixed))
        .refused("raise it first");
}

#[test]
fn facts_raise_the_lane_in_the_same_decision() {
    // M becomes H when released and the safety screen is not "no".
    Case::given_lane(Lane::M, [])
        .and_do(ship)
        .when(ANNA, reviewed(Tier::Low, SafetyScreen::Unknown))
        .then(&["Reviewed", "LaneSet"]);
    Case::given_lane(Lane::T, [])
        .and_do(ship)
        .when(ANNA, reviewed(Tier::High, SafetyScreen::No))
        .then(&["Reviewed", "LaneSet"]);
    // Not released: it stays.
    Case::given_lane(Lane::M, [])
        .when(ANNA, reviewed(Tier::Critical, SafetyScreen::Possibly))
        .then(&["Reviewed"]);
    // Shipping is such a fact: a job asks again.
    let mut c = Case::given_lane(Lane::M, [reviewed(Tier::Critical, SafetyScreen::Possibly)]);
    ship(&mut c.m);
    c.when(ANNA, C::Recheck).then(&["LaneSet"]);
    // An exit that becomes grave.
    Case::given([
        C::SetProduct { product: product() },
        review(),
        exit(Outcome::NotSecurity),
    ])
    .when(ANNA, reviewed(Tier::High, SafetyScreen::No))
    .then(&["Reviewed", "LaneSet"]);
}

#[test]
fn a_persons_report_makes_a_finding_lane_h_but_a_question_does_not() {
    let place = |question| R::Place {
        case: case_id(1),
        question,
        text: because(),
    };
    for (question, lane) in [(true, Lane::M), (false, Lane::H)] {
        let mut m = Case::given_lane(Lane::M, []).m;
        let command = report_of(
            2,
            ReporterKind::Anonymous,
            Claims::default(),
            OnReceipt::WaitForReading,
        );
        m.act(m.now, &Actor::Reporter(report_id(2)), &command)
            .expect("received");
        ok(&mut m, ANNA, about(2, place(question)));
        assert_eq!(case(&m, 1).lane, lane, "question: {question}");
    }
}

#[test]
fn raising_a_lane_takes_one_person_and_lowering_two() {
    let raised = || {
        Case::given_lane(
            Lane::M,
            [C::RaiseLane {
                lane: Lane::H,
                text: because(),
            }],
        )
    };
    assert_eq!(raised().state().lane, Lane::H);
    let lower = || C::LowerLane {
        name: "Bela".into(),
        text: because(),
    };
    raised()
        .when(BELA, lower())
        .refused("One person proposes it, another agrees");
    let proposed = || {
        raised().and(
            ANNA,
            C::ProposeLowerLane {
                lane: Lane::M,
                text: because(),
            },
        )
    };
    proposed().when(ANNA, lower()).refused("you proposed it");
    assert_eq!(proposed().and(BELA, lower()).state().lane, Lane::M);
    // Facts are stronger than two people.
    Case::given_lane(Lane::M, [])
        .and_do(ship)
        .and(ANNA, reviewed(Tier::Critical, SafetyScreen::No))
        .when(
            ANNA,
            C::ProposeLowerLane {
                lane: Lane::M,
                text: because(),
            },
        )
        .refused("the facts of this case ask for the care it has");
}

#[test]
fn a_batch_signature_drops_what_changed_and_names_it() {
    use vulnerary_case::act::BatchCommand;
    let mut m = maker();
    for n in 1..=3 {
        machine(&mut m, n, Lane::M);
    }
    let each = BatchCommand::Each {
        cases: (1..=3).map(|n| (case_id(n), None)).collect(),
        wishes: vec![
            review(),
            exit(Outcome::NotApplicable),
            propose(Outcome::NotApplicable),
        ],
    };
    ok(&mut m, ANNA, Command::Batch(each));
    let cases: Vec<_> = (1..=3)
        .map(|n| (case_id(n), m.closure_digest(case_id(n)).expect("proposed")))
        .collect();
    ok(
        &mut m,
        BELA,
        wish(2, reviewed(Tier::Medium, SafetyScreen::No)),
    );
    let sign = |name: &str| {
        Command::Batch(BatchCommand::Sign {
            cases: cases.clone(),
            name: name.into(),
            meaning: Meaning::BatchApproval,
        })
    };
    assert!(
        m.try_act(&actor(ANNA), &sign("Anna")).is_err(),
        "the author of all of it signs none of it"
    );
    ok(&mut m, CLEO, sign("Cleo"));
    assert_eq!(
        m.dropped.iter().map(|(c, _)| *c).collect::<Vec<_>>(),
        [case_id(2)]
    );
    assert!(case(&m, 1).is_closed() && !case(&m, 2).is_closed() && case(&m, 3).is_closed());
    assert_eq!(
        report(&m, 1).told.as_ref().map(|t| t.how),
        Some(Told::ByRule)
    );
    assert_eq!(report(&m, 1).phase(), ReportPhase::Closed);
}

#[test]
fn a_batch_carries_no_human_report_and_no_accepted_risk_of_lane_t() {
    let c = Case::given(worked_to_fixed())
        .and(ANNA, notice(1))
        .and(ANNA, propose(Outcome::Fixed));
    let digest = c.m.closure_digest(case_id(1)).expect("proposed");
    let sign = Command::Batch(vulnerary_case::act::BatchCommand::Sign {
        cases: vec![(case_id(1), digest)],
        name: "Cleo".into(),
        meaning: Meaning::BatchApproval,
    });
    let refused = c.m.try_act(&actor(CLEO), &sign).expect_err("one by one");
    assert!(refused.to_string().contains("signed one by one"));
    let t = Case::given_lane(
        Lane::T,
        [
            review(),
            C::Validate { text: None },
            C::Accept { text: None },
            C::StateStatus {
                rows: vec![row(
                    Status::Affected {
                        plan: Plan::RiskAccepted { until: None },
                    },
                    false,
                )],
                text: because(),
            },
        ],
    );
    assert_eq!(
        closure::signing(t.state(), Outcome::RiskAccepted),
        closure::Signing::Individual
    );
    assert_eq!(
        closure::signing(t.state(), Outcome::NotAffected),
        closure::Signing::Individual
    );
}
