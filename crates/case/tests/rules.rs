//! The rules of domain.md, one by one: given, when, then.

mod support;

use support::*;
use vulnerary_case::act::{CaseCommand as C, Command, OnReceipt, ReportCommand as R};
use vulnerary_case::actor::{Actor, Role};
use vulnerary_case::case::event::*;
use vulnerary_case::case::state::{CasePhase, EmbargoPhase, Stage};
use vulnerary_case::closure;
use vulnerary_case::report::event::{Answer, Claims, Purpose, ReporterKind, SetAsideCode, Told};
use vulnerary_case::report::state::ReportPhase;
use vulnerary_case::source::Channel;
use vulnerary_case::story::Stage as _;

fn review() -> C {
    reviewed(Tier::Low, SafetyScreen::No)
}

fn exit(outcome: Outcome) -> C {
    C::Invalidate {
        exit: outcome,
        text: because(),
    }
}

#[test]
fn a_report_of_a_person_is_three_events_and_its_leaf_says_nothing_of_staff() {
    let mut m = maker();
    let events = receive(&mut m, 1, Claims::default());
    let names: Vec<String> = events
        .iter()
        .map(|(_, e)| e.to_parts().expect("json").0)
        .collect();
    assert_eq!(names, ["Received", "PlacedIn", "Opened"]);
    let body = events[0].1.to_parts().expect("json").1;
    for secret in ["lane", "owner", "circle", "case"] {
        assert!(
            !body.get().contains(secret),
            "Received must not say {secret}: {body}"
        );
    }
    assert_eq!(report(&m, 1).phase(), ReportPhase::Placed);
    assert_eq!(case(&m, 1).lane, Lane::H);
    assert_eq!(case(&m, 1).stage(), Some(Stage::Review));
}

#[test]
fn a_refusal_changes_nothing() {
    let m = Case::given([]).m;
    let before = m.world.case(case_id(1)).cloned();
    assert!(
        m.try_act(&actor(ANNA), &wish(1, C::Validate { text: None }))
            .is_err()
    );
    assert_eq!(m.world.case(case_id(1)).cloned(), before);
}

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
fn moves_are_refused_by_name_where_they_do_not_follow() {
    Case::given([])
        .when(ANNA, C::Accept { text: None })
        .refused("it is in review");
    Case::given([])
        .when(
            ANNA,
            C::Defer {
                until: None,
                text: because(),
            },
        )
        .refused("Only a valid or accepted case");
    Case::given([])
        .when(ANNA, C::Reopen { text: because() })
        .refused("It is open already");
    Case::given([review(), C::Validate { text: None }])
        .when(ANNA, exit(Outcome::NotSecurity))
        .refused("Exits are for review");
    Case::given([])
        .when(ANNA, propose(Outcome::Fixed))
        .refused("Review it first");
    Case::given([])
        .when(ANNA, analysis(Status::Fixed {}).remove(0))
        .refused("Complete the review");
    Case::given([review()])
        .when(ANNA, exit(Outcome::Fixed))
        .refused("it is no exit of review");
    Case::given([review()])
        .when(
            ANNA,
            C::Invalidate {
                exit: Outcome::NotSecurity,
                text: None,
            },
        )
        .refused("A rationale is needed");
}

#[test]
fn a_form_that_is_out_of_date_is_a_conflict_and_says_so() {
    let mut m = Case::given([]).m;
    let stale = Command::Case {
        case: case_id(1),
        seen: Some(1),
        wish: review(),
    };
    ok(&mut m, ANNA, stale.clone());
    let refused = m.act(m.now, &actor(ANNA), &stale).expect_err("stale");
    assert!(
        refused
            .to_string()
            .contains("everything you typed is still there")
    );
}

#[test]
fn roles_decide_who_records_what() {
    let mut m = Case::given([]).m;
    let (reads, works) = (person(9), person(10));
    hire(&mut m, reads, vec![Role::Auditor]);
    hire(&mut m, works, vec![Role::Handler]);
    let refuse = |m: &vulnerary_case::story::memory::Memory, by, w: C| {
        m.try_act(&actor(by), &wish(1, w))
            .expect_err("refused")
            .to_string()
    };
    assert!(refuse(&m, reads, review()).contains("needs the role handler"));
    assert!(
        refuse(&m, works, C::DeclineAwareness { text: because() })
            .contains("needs the role regulatory")
    );
    assert!(
        m.try_act(&Actor::System, &wish(1, review())).is_err(),
        "no machine makes a determination"
    );
    let gone = Command::Person {
        person: works,
        wish: vulnerary_case::act::PersonCommand::Deactivate,
    };
    ok(&mut m, ANNA, gone);
    assert!(
        refuse(&m, works, review()).contains("needs the role"),
        "who may not sign in may do nothing"
    );
}

#[test]
fn the_whole_way_from_a_report_to_a_signed_closure() {
    let c = Case::given(worked_to_fixed())
        .and(ANNA, notice(1))
        .and(ANNA, propose(Outcome::Fixed))
        .when_signed(CLEO)
        .then(&[
            "ClosureApproved",
            "Closed",
            "MessageComposed",
            "MessageHandedOver",
            "OutcomeTold",
            "Closed",
        ]);
    assert_eq!(c.state().outcome(), Some(Outcome::Fixed));
    assert_eq!(report(&c.m, 1).phase(), ReportPhase::Closed);
    let signature = c.state().closures[0].signature.clone().expect("signed");
    assert_eq!(
        (signature.person, signature.meaning),
        (CLEO, Meaning::ClosureApproval)
    );
}

#[test]
fn what_is_missing_is_named_with_its_form_and_role() {
    let c = Case::given([
        C::SetProduct { product: product() },
        review(),
        C::Validate { text: None },
        C::Accept { text: None },
    ]);
    let gaps = closure::missing(c.state(), &c.m.world, c.m.now);
    let codes: Vec<&str> = gaps.iter().map(|g| g.code).collect();
    assert_eq!(
        codes,
        [
            "impact",
            "root_cause",
            "related_issues",
            "score",
            "status_rows",
            "safety",
            "route",
            "siblings_swept",
            "third_parties_told",
            "residual_risk",
            "disclosure",
            "complaint",
            "notices"
        ]
    );
    let safety = gaps.iter().find(|g| g.code == "safety").expect("a gap");
    assert_eq!((safety.form, safety.role), ("AssessSafety", Role::Safety));
}

#[test]
fn nobody_signs_what_they_proposed_owned_or_decided() {
    let ready = || Case::given(worked_to_fixed()).and(ANNA, notice(1));
    ready()
        .and(BELA, propose(Outcome::Fixed))
        .when_signed(BELA)
        .refused("you proposed it");
    ready()
        .and(BELA, propose(Outcome::Fixed))
        .when_signed(ANNA)
        .refused("you recorded one of the determinations");
    ready()
        .and(ANNA, C::Assign { owner: CLEO })
        .and(ANNA, C::Assign { owner: BELA })
        .and(ANNA, propose(Outcome::Fixed))
        .when_signed(CLEO)
        .refused("owned it since");
    ready()
        .and(CLEO, reviewed(Tier::Medium, SafetyScreen::No))
        .and(ANNA, propose(Outcome::Fixed))
        .when_signed(CLEO)
        .refused("you recorded one of the determinations");
    ready()
        .and(ANNA, propose(Outcome::Fixed))
        .when_signed(BELA)
        .then(&[
            "ClosureApproved",
            "Closed",
            "MessageComposed",
            "MessageHandedOver",
            "OutcomeTold",
            "Closed",
        ]);
}

#[test]
fn a_new_determination_or_fact_voids_a_proposal() {
    let proposed = || {
        Case::given(worked_to_fixed())
            .and(ANNA, notice(1))
            .and(ANNA, propose(Outcome::Fixed))
    };
    proposed()
        .when(BELA, reviewed(Tier::Low, SafetyScreen::No))
        .then(&["Reviewed", "ClosureWithdrawn"]);
    proposed()
        .when(
            BELA,
            C::SawAttack {
                happened_at: None,
                text: None,
            },
        )
        .then(&["AttackSeen", "ClosureWithdrawn"]);
    proposed()
        .when(BELA, C::AddNote { text: text("hm") })
        .then(&["NoteAdded"]);
    proposed()
        .when(BELA, C::Assign { owner: BELA })
        .then(&["Assigned"]);
    proposed()
        .when_about(Actor::Reporter(report_id(1)), R::Withdraw { text: None })
        .then(&["Withdrawn", "ClosureWithdrawn"]);
    // A digest of before is not what would be filed.
    let c = proposed();
    let old = approve(&c.m, 1, &[]);
    c.and(BELA, reviewed(Tier::Low, SafetyScreen::No))
        .and(BELA, propose(Outcome::Fixed))
        .when(CLEO, old)
        .refused("What you signed is no longer what would be filed");
}

#[test]
fn a_message_since_the_proposal_has_to_be_ticked_as_read() {
    let hear = R::Hear {
        message: message(1),
        text: text("wait!"),
        files: vec![],
    };
    let c = Case::given(worked_to_fixed())
        .and(ANNA, notice(1))
        .and(ANNA, propose(Outcome::Fixed))
        .later(1)
        .when_about(Actor::Reporter(report_id(1)), hear)
        .then(&["MessageReceived"])
        .when_signed(CLEO)
        .refused("Tick it as read");
    let ticked = approve(&c.m, 1, &[message(1)]);
    let c = c.when(CLEO, ticked).then(&[
        "MessagesRead",
        "ClosureApproved",
        "Closed",
        "MessageComposed",
        "MessageHandedOver",
        "OutcomeTold",
        "Closed",
    ]);
    assert!(c.state().messages_read.contains(&message(1)));
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
fn an_embargo_follows_vultron_and_ends_with_publicity() {
    let until = BEGIN + jiff::SignedDuration::from_hours(24 * 90);
    let propose_embargo = || C::ProposeEmbargo { until, text: None };
    Case::given([])
        .when(ANNA, C::AcceptEmbargo)
        .refused("without an embargo");
    Case::given([propose_embargo()])
        .when(ANNA, propose_embargo())
        .refused("proposed once");
    let active = || Case::given([propose_embargo(), C::AcceptEmbargo]);
    assert_eq!(active().state().embargo.phase, EmbargoPhase::Active);
    active()
        .when(
            ANNA,
            C::SawExploit {
                happened_at: None,
                text: None,
            },
        )
        .then(&["ExploitSeen", "BecamePublic", "EmbargoEnded"]);
    active()
        .when(
            ANNA,
            C::BecamePublic {
                happened_at: None,
                text: None,
            },
        )
        .then(&["BecamePublic", "EmbargoEnded"]);
    Case::given([propose_embargo()])
        .when(
            ANNA,
            C::BecamePublic {
                happened_at: None,
                text: None,
            },
        )
        .then(&["BecamePublic", "EmbargoRejected"]);
    // Attacks ask, they do not end it.
    let c = active()
        .when(
            ANNA,
            C::SawAttack {
                happened_at: None,
                text: None,
            },
        )
        .then(&["AttackSeen"]);
    assert!(c.state().embargo.lives());
    Case::given([C::BecamePublic {
        happened_at: None,
        text: None,
    }])
    .when(ANNA, propose_embargo())
    .refused("already public");
    Case::given([C::SawExploit {
        happened_at: None,
        text: None,
    }])
    .when(ANNA, propose_embargo())
    .refused("already public");
    let revised = active().and(
        ANNA,
        C::ReviseEmbargo {
            until: until + jiff::SignedDuration::from_hours(24),
            text: None,
        },
    );
    let c = revised.and(ANNA, C::RejectRevision);
    assert_eq!(
        (c.state().embargo.phase, c.state().embargo.until),
        (EmbargoPhase::Active, Some(until))
    );
}

#[test]
fn nothing_closes_or_is_published_under_an_embargo() {
    let until = BEGIN + jiff::SignedDuration::from_hours(24 * 900);
    let c = Case::given(worked_to_fixed())
        .and(ANNA, notice(1))
        .and(ANNA, C::ProposeEmbargo { until, text: None })
        .and(ANNA, C::AcceptEmbargo);
    let c = c
        .when(ANNA, propose(Outcome::Fixed))
        .refused("An embargo lives");
    let c = c.and(
        ANNA,
        C::DecideDisclosure {
            decision: Disclosure::PublicAdvisory,
            text: because(),
        },
    );
    c.when(ANNA, C::PublishAdvisory { text: None })
        .refused("An embargo lives");
}

#[test]
fn a_decided_advisory_has_to_be_out_before_closing() {
    let c = Case::given(worked_to_fixed())
        .and(
            ANNA,
            C::DecideDisclosure {
                decision: Disclosure::PublicAdvisory,
                text: because(),
            },
        )
        .and(ANNA, notice(1))
        .when(ANNA, propose(Outcome::Fixed))
        .refused("Publish the advisory");
    assert_eq!(c.state().stage(), Some(Stage::Disclosure));
    c.when(ANNA, C::PublishAdvisory { text: None })
        .then(&["AdvisoryPublished", "BecamePublic"])
        .when(ANNA, propose(Outcome::Fixed))
        .then(&["ClosureProposed"]);
}

#[test]
fn an_outcome_agrees_with_table_and_route() {
    let with = |of: Status, route, outcome| {
        let mut wishes = worked_to_fixed();
        wishes.push(status(of, true));
        wishes.push(C::DecideRoute {
            route,
            text: because(),
        });
        Case::given(wishes)
            .and(ANNA, notice(1))
            .when(ANNA, propose(outcome))
    };
    let not_affected = || Status::NotAffected {
        justification: Justification::ComponentNotPresent,
    };
    with(not_affected(), Route::ChangeControl, Outcome::Fixed)
        .refused("needs a release in which it is fixed");
    with(not_affected(), Route::ChangeControl, Outcome::NotAffected).refused("nothing to address");
    with(
        not_affected(),
        Route::NothingToAddress,
        Outcome::NotAffected,
    )
    .then(&["ClosureProposed"]);
    with(
        Status::Fixed {},
        Route::NothingToAddress,
        Outcome::NotAffected,
    )
    .refused("every row to be not affected");
    with(
        Status::UnderInvestigation {},
        Route::ChangeControl,
        Outcome::Fixed,
    )
    .refused("Settle every row");
    with(
        Status::Affected {
            plan: Plan::Undecided {},
        },
        Route::RiskAccepted,
        Outcome::RiskAccepted,
    )
    .refused("Settle every row");
    with(
        Status::Affected {
            plan: Plan::RiskAccepted { until: None },
        },
        Route::RiskAccepted,
        Outcome::RiskAccepted,
    )
    .then(&["ClosureProposed"]);
    with(Status::Fixed {}, Route::ChangeControl, Outcome::Benign).refused("audit indicators");
    let mut unverified = worked_to_fixed();
    unverified.push(status(Status::Fixed {}, false));
    Case::given(unverified)
        .and(ANNA, notice(1))
        .when(ANNA, propose(Outcome::Fixed))
        .refused("Settle every row");
}

#[test]
fn not_enough_information_means_asked_twice_and_thirty_days() {
    let ask = |n| R::Write {
        message: message(n),
        purpose: Purpose::Question,
        text: text("which version?"),
    };
    let start =
        || Case::given([review(), exit(Outcome::InsufficientInformation)]).and(ANNA, notice(1));
    let outcome = || propose(Outcome::InsufficientInformation);
    start()
        .later(24 * 40)
        .when(ANNA, outcome())
        .refused("Ask every reporter twice");
    let asked = start()
        .when_about(actor(ANNA), ask(1))
        .when_about(actor(ANNA), ask(2));
    let asked = asked
        .later(24 * 29)
        .when(ANNA, outcome())
        .refused("Ask every reporter twice");
    asked
        .later(24 * 2)
        .when(ANNA, outcome())
        .then(&["ClosureProposed"]);
    let answered = start()
        .when_about(actor(ANNA), ask(1))
        .when_about(actor(ANNA), ask(2))
        .later(1)
        .when_about(
            Actor::Reporter(report_id(1)),
            R::Hear {
                message: message(3),
                text: text("4.2"),
                files: vec![],
            },
        );
    answered
        .later(24 * 40)
        .when(ANNA, outcome())
        .refused("Ask every reporter twice");
}

#[test]
fn claims_start_regulator_clocks_and_only_regulatory_stops_them() {
    let mut m = maker();
    ship(&mut m);
    receive(
        &mut m,
        1,
        Claims {
            exploited: Some(Answer::Yes),
            ..Claims::default()
        },
    );
    let state = m
        .state(&vulnerary_case::id::StreamId::Case(case_id(1)))
        .expect("there");
    let clocks = vulnerary_case::clocks::clocks(&state, &m.world);
    let cra: Vec<_> = clocks
        .iter()
        .filter(|d| d.sentence.contains("eu-cra-24h"))
        .collect();
    assert_eq!(cra.len(), 1);
    assert!(cra[0].provisional);
    assert_eq!(cra[0].due, BEGIN + jiff::SignedDuration::from_hours(24));
    assert!(
        !clocks.iter().any(|d| d.sentence.contains("eu-mdr")),
        "nobody claims harm"
    );
    assert!(case(&m, 1).flags.attacks.is_none(), "a claim moves no flag");

    for w in [review(), exit(Outcome::NotSecurity), notice(1)] {
        ok(&mut m, ANNA, wish(1, w));
    }
    let refused = m
        .try_act(&actor(ANNA), &wish(1, propose(Outcome::NotSecurity)))
        .expect_err("undecided");
    assert!(
        refused
            .to_string()
            .contains("Confirm or decline that it is reportable")
    );
    ok(
        &mut m,
        BELA,
        wish(1, C::DeclineAwareness { text: because() }),
    );
    ok(&mut m, ANNA, wish(1, propose(Outcome::NotSecurity)));
    let state = m
        .state(&vulnerary_case::id::StreamId::Case(case_id(1)))
        .expect("there");
    let clocks = vulnerary_case::clocks::clocks(&state, &m.world);
    assert!(
        !clocks
            .iter()
            .any(|d| d.code == vulnerary_case::policy::ClockCode::Regulator)
    );
}

#[test]
fn a_reopened_case_wants_its_answers_confirmed_or_replaced() {
    let closed = || {
        Case::given(worked_to_fixed())
            .and(ANNA, notice(1))
            .and(ANNA, propose(Outcome::Fixed))
            .when_signed(CLEO)
    };
    let c = closed()
        .when(BELA, C::Reopen { text: because() })
        .then(&["Reopened", "Reopened"]);
    assert_eq!(c.state().phase, CasePhase::Received);
    assert_eq!(c.state().closures.len(), 1);
    assert_eq!(report(&c.m, 1).phase(), ReportPhase::Placed);
    assert!(report(&c.m, 1).told.is_none());
    let c = c
        .when(BELA, C::Validate { text: None })
        .refused("confirm or replace the earlier answer");
    let items = vec![
        Item::Applicable,
        Item::Verifiable,
        Item::Threats,
        Item::Tier,
        Item::SafetyScreen,
        Item::Harmed,
    ];
    let c = c
        .when(
            BELA,
            C::Confirm {
                items: items.clone(),
            },
        )
        .then(&["DeterminationsConfirmed"]);
    let c = c.when(BELA, C::Confirm { items }).refused("already done");
    let c = c
        .when(BELA, C::Validate { text: None })
        .then(&["Validated"]);
    // Who confirmed stands for the answer, too.
    assert!(
        c.state()
            .review
            .tier
            .as_ref()
            .is_some_and(|d| d.is_of(&actor(BELA)) && d.is_of(&actor(ANNA)))
    );
}

#[test]
fn duplicates_are_signed_by_two_and_close_with_their_root() {
    let two = || {
        let mut c = Case::given(worked_to_fixed()).and(ANNA, notice(1));
        receive(&mut c.m, 2, Claims::default());
        c
    };
    let link = |root| C::LinkDuplicate {
        root: case_id(root),
        name: "Bela".into(),
        text: None,
    };
    let mut m = two().m;
    let suggest = C::ProposeDuplicate {
        root: case_id(1),
        text: because(),
    };
    let refused = m
        .try_act(&actor(BELA), &wish(2, link(1)))
        .expect_err("nobody proposed");
    assert!(refused.to_string().contains("One person proposes the root"));
    ok(&mut m, ANNA, wish(2, suggest.clone()));
    let refused = m
        .try_act(&actor(ANNA), &wish(2, link(1)))
        .expect_err("one person");
    assert!(refused.to_string().contains("you proposed it"));
    ok(&mut m, BELA, wish(2, link(1)));
    assert_eq!(case(&m, 2).phase, CasePhase::Invalid);
    assert!(case(&m, 1).duplicates.contains(&case_id(2)));
    let chain = C::ProposeDuplicate {
        root: case_id(2),
        text: because(),
    };
    assert!(
        m.try_act(&actor(ANNA), &wish(1, chain)).is_err(),
        "no chains"
    );
    // Only its own safety screen, and a notice to its reporter.
    let screen = Reviewed {
        safety_screen: Some(SafetyScreen::No),
        text: because(),
        ..Reviewed::default()
    };
    ok(&mut m, ANNA, wish(2, C::Review(screen)));
    ok(&mut m, ANNA, wish(2, notice(2)));
    assert!(!case(&m, 2).is_closed(), "not before its root");
    assert!(
        m.try_act(&actor(ANNA), &wish(2, propose(Outcome::Duplicate)))
            .is_err()
    );
    ok(&mut m, ANNA, wish(1, propose(Outcome::Fixed)));
    let sign = approve(&m, 1, &[]);
    ok(&mut m, CLEO, wish(1, sign));
    assert_eq!(case(&m, 2).outcome(), Some(Outcome::Duplicate));
    assert_eq!(report(&m, 2).phase(), ReportPhase::Closed);
    // Linking to a closed root closes as soon as nothing of its own is missing.
    receive(&mut m, 3, Claims::default());
    ok(&mut m, ANNA, wish(3, suggest));
    ok(&mut m, BELA, wish(3, link(1)));
    assert!(!case(&m, 3).is_closed());
    let screen = Reviewed {
        safety_screen: Some(SafetyScreen::No),
        text: because(),
        ..Reviewed::default()
    };
    ok(&mut m, ANNA, wish(3, C::Review(screen)));
    ok(&mut m, ANNA, wish(3, notice(3)));
    assert!(case(&m, 3).is_closed());
    // Reopening the root tells their reporters.
    ok(&mut m, ANNA, wish(1, C::Reopen { text: because() }));
    for n in [1, 2, 3] {
        let job = vulnerary_case::react::Effect::TellReopened {
            report: report_id(n),
        };
        assert!(m.jobs.contains(&job), "report {n} is told");
    }
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

#[test]
fn a_contact_counts_as_told_after_48_hours_without_a_bounce() {
    let mut m = maker();
    ship(&mut m);
    let command = report_of(
        1,
        ReporterKind::Person,
        Claims::default(),
        OnReceipt::Open(open(1, Lane::H)),
    );
    m.act(BEGIN, &Actor::Reporter(report_id(1)), &command)
        .expect("received");
    for w in [
        review(),
        exit(Outcome::NotSecurity),
        notice(1),
        propose(Outcome::NotSecurity),
    ] {
        ok(&mut m, ANNA, wish(1, w));
    }
    let sign = approve(&m, 1, &[]);
    ok(&mut m, CLEO, wish(1, sign));
    assert_eq!(report(&m, 1).phase(), ReportPhase::Placed, "not told yet");
    let sent = report(&m, 1).closing_notice().expect("a notice").id;
    let by = |how| about(1, R::Tell { how });
    ok(
        &mut m,
        ANNA,
        about(
            1,
            R::HandOver {
                message: sent,
                via: Channel::Mail,
            },
        ),
    );
    wait(&mut m, 47);
    assert!(m.try_act(&Actor::System, &by(Told::Mailed)).is_err());
    wait(&mut m, 2);
    let mut bounced = m.clone();
    m.act(m.now, &Actor::System, &by(Told::Mailed))
        .expect("told");
    assert_eq!(report(&m, 1).phase(), ReportPhase::Closed);
    // Two failures on different days count as unreachable, one does not.
    let bounce = about(1, R::Bounce { message: sent });
    bounced
        .act(bounced.now, &Actor::System, &bounce)
        .expect("bounced");
    assert!(bounced.try_act(&Actor::System, &by(Told::Mailed)).is_err());
    assert!(
        bounced
            .try_act(&Actor::System, &by(Told::Unreachable))
            .is_err()
    );
    wait(&mut bounced, 24);
    bounced
        .act(bounced.now, &Actor::System, &bounce)
        .expect("bounced");
    bounced
        .act(bounced.now, &Actor::System, &by(Told::Unreachable))
        .expect("unreachable");
    assert_eq!(report(&bounced, 1).phase(), ReportPhase::Closed);
}

#[test]
fn setting_aside_reverses_a_placing_while_nothing_hangs_on_it() {
    let aside = || R::SetAside {
        code: SetAsideCode::Spam,
        rule: None,
        text: because(),
    };
    let c = Case::given([])
        .when_about(actor(ANNA), aside())
        .then(&["SetAside", "ReportSetAside"]);
    assert!(c.state().is_closed() && c.state().outcome().is_none());
    let c = c
        .when_about(actor(BELA), R::PutBack { text: because() })
        .then(&["PutBack", "Reopened"]);
    assert_eq!(
        (c.state().phase, report(&c.m, 1).phase()),
        (CasePhase::Received, ReportPhase::Placed)
    );
    Case::given([review(), exit(Outcome::NotSecurity)])
        .when_about(actor(ANNA), aside())
        .refused("Work the case to an exit");
    let mut m = maker();
    receive(
        &mut m,
        1,
        Claims {
            harm: Some(Answer::Yes),
            ..Claims::default()
        },
    );
    assert!(
        m.try_act(&actor(ANNA), &about(1, aside())).is_err(),
        "a claim of harm is not set aside"
    );
}

#[test]
fn a_dispute_is_answered_by_another_approver_where_there_is_one() {
    let closed = || {
        Case::given(worked_to_fixed())
            .and(ANNA, notice(1))
            .and(ANNA, propose(Outcome::Fixed))
            .when_signed(CLEO)
    };
    let dispute = || R::Dispute { text: text("no!") };
    Case::given([])
        .when_about(Actor::Reporter(report_id(1)), dispute())
        .refused("no outcome yet");
    let c = closed()
        .when_about(Actor::Reporter(report_id(1)), dispute())
        .then(&["Disputed"]);
    let answer = |reason| R::AnswerDispute {
        message: message(5),
        text: text("we looked again"),
        reason,
    };
    let c = c
        .when_about(actor(CLEO), answer(because()))
        .refused("you signed the outcome");
    let c = c.when_about(actor(BELA), answer(None)).then(&[
        "DisputeAnswered",
        "MessageComposed",
        "MessageHandedOver",
    ]);
    assert!(
        !report(&c.m, 1).disputes[0]
            .answer
            .as_ref()
            .expect("answered")
            .same_approver
    );
    // With no other approver the same answers, with a reason, and it is marked.
    let mut m = closed().m;
    for p in [ANNA, BELA] {
        ok(
            &mut m,
            CLEO,
            Command::Person {
                person: p,
                wish: vulnerary_case::act::PersonCommand::Revoke {
                    role: Role::Approver,
                },
            },
        );
    }
    m.act(m.now, &Actor::Reporter(report_id(1)), &about(1, dispute()))
        .expect("disputed");
    assert!(
        m.try_act(&actor(CLEO), &about(1, answer(None))).is_err(),
        "a reason is needed"
    );
    ok(&mut m, CLEO, about(1, answer(because())));
    assert!(
        report(&m, 1).disputes[0]
            .answer
            .as_ref()
            .expect("answered")
            .same_approver
    );
}

#[test]
fn a_hold_stops_erasure_and_erasure_names_every_object_once() {
    let c = Case::given([])
        .when_about(
            actor(ANNA),
            R::PlaceHold {
                text: text("court"),
            },
        )
        .then(&["HoldPlaced"]);
    let erase = || R::Erase { text: because() };
    let c = c.when_about(actor(ANNA), erase()).refused("legal hold");
    let c = c
        .when_about(actor(ANNA), R::LiftHold { text: text("over") })
        .then(&["HoldLifted"]);
    let c = c
        .when_about(actor(ANNA), erase())
        .then(&["PersonalDataErased"]);
    assert_eq!(report(&c.m, 1).erased.len(), 1);
    c.when_about(actor(ANNA), erase())
        .refused("everything of this report was erased");
}

#[test]
fn a_split_leaves_no_case_without_a_report() {
    let mut c = Case::given([]);
    receive(&mut c.m, 2, Claims::default());
    let into = || open(9, Lane::H);
    let all = C::Split {
        into: into(),
        reports: vec![report_id(1)],
        text: because(),
    };
    let c = c.when(ANNA, all).refused("at least one report stays");
    let c = c
        .when(
            ANNA,
            C::Split {
                into: into(),
                reports: vec![],
                text: because(),
            },
        )
        .then(&["PlacedIn", "Opened", "SplitInto"]);
    assert_eq!(report(&c.m, 1).cases, [case_id(1), case_id(9)]);
    let away = about(
        2,
        R::Move {
            from: case_id(2),
            to: case_id(1),
            text: because(),
        },
    );
    let refused =
        c.m.try_act(&actor(ANNA), &away)
            .expect_err("its only report");
    assert!(refused.to_string().contains("Link the case as a duplicate"));
}

#[test]
fn the_reporter_reaches_only_their_own_report() {
    let mut c = Case::given([]);
    receive(&mut c.m, 2, Claims::default());
    let hear = R::Hear {
        message: message(1),
        text: text("hello"),
        files: vec![],
    };
    c.when_about(Actor::Reporter(report_id(2)), hear)
        .refused("nothing here");
}

#[test]
fn the_last_administrator_cannot_go() {
    let mut m = vulnerary_case::story::memory::Memory::new(BEGIN);
    hire(&mut m, ANNA, vec![Role::Administrator]);
    let go = Command::Person {
        person: ANNA,
        wish: vulnerary_case::act::PersonCommand::Deactivate,
    };
    assert!(m.try_act(&actor(ANNA), &go).is_err());
    hire(&mut m, BELA, vec![Role::Administrator]);
    ok(&mut m, ANNA, go);
}

#[test]
fn the_monthly_list_needs_its_sample() {
    let m = maker();
    let sign = |listed, read: u64| {
        Command::Org(vulnerary_case::act::OrgCommand::SignMonthlyList {
            month: "2026-01".into(),
            name: "Cleo".into(),
            digest: String::new(),
            listed,
            read: (0..read).map(report_id).collect(),
            list: None,
        })
    };
    assert!(m.try_act(&actor(CLEO), &sign(350, 34)).is_err(), "10 %");
    assert!(m.try_act(&actor(CLEO), &sign(350, 35)).is_ok());
    assert!(
        m.try_act(&actor(CLEO), &sign(100, 19)).is_err(),
        "at least 20"
    );
    assert!(
        m.try_act(&actor(CLEO), &sign(5, 5)).is_ok(),
        "all, where there are fewer"
    );
}
