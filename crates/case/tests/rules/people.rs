//! Reporters, roles, what is told, disputed, erased and set aside.

use crate::support::*;
use crate::{exit, review};
use vulnerary_case::act::{CaseCommand as C, Command, OnReceipt, ReportCommand as R};
use vulnerary_case::actor::{Actor, Role};
use vulnerary_case::case::event::*;
use vulnerary_case::case::state::CasePhase;
use vulnerary_case::report::event::{Answer, Claims, ReporterKind, SetAsideCode, Told};
use vulnerary_case::report::state::ReportPhase;
use vulnerary_case::source::Channel;
use vulnerary_case::story::Stage as _;

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
