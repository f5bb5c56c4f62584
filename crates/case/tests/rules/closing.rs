//! What closing needs, who signs, what voids it, what reopens it.

use crate::support::*;
use crate::{exit, review};
use vulnerary_case::act::{CaseCommand as C, ReportCommand as R};
use vulnerary_case::actor::{Actor, Role};
use vulnerary_case::case::event::*;
use vulnerary_case::case::state::{CasePhase, EmbargoPhase, Stage};
use vulnerary_case::closure;
use vulnerary_case::report::event::{Claims, Purpose};
use vulnerary_case::report::state::ReportPhase;

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
