//! Clocks: arithmetic over zones with summer time, holidays and months; policy history; wall clocks that jump.

mod support;

use jiff::civil::{Date, date, time};
use jiff::tz::TimeZoneDatabase;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use support::*;
use vulnerary_case::act::{CaseCommand as C, OrgCommand, ReportCommand as R};
use vulnerary_case::actor::Actor;
use vulnerary_case::calendar::Calendar;
use vulnerary_case::case::event::*;
use vulnerary_case::clocks::{Deadline, clocks, due};
use vulnerary_case::id::StreamId;
use vulnerary_case::policy::{ClockCode, Policy, Span};
use vulnerary_case::report::event::{Answer, Claims, Purpose};
use vulnerary_case::story::Stage as _;
use vulnerary_case::story::memory::Memory;

/// Zones that change by an hour, by half an hour, at midnight, or never; and one that once lost a whole day.
const ZONES: [&str; 8] = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Tehran",
    "America/Sao_Paulo",
    "Pacific/Apia",
    "Asia/Kathmandu",
];

fn calendar(zone: &str, holidays: Vec<Date>) -> Calendar {
    Calendar {
        zone: zone.into(),
        closes_at: "17:00".into(),
        weekdays: vec![1, 2, 3, 4, 5],
        holidays,
    }
}

fn any_instant() -> impl Strategy<Value = Timestamp> {
    // 2000 to 2060, to the second.
    (946_684_800_i64..2_840_140_800).prop_map(|s| Timestamp::from_second(s).expect("in range"))
}

fn any_span() -> impl Strategy<Value = Span> {
    prop_oneof![
        (1_u16..60).prop_map(Span::BusinessDays),
        (1_u16..400).prop_map(Span::Days),
        (1_u16..3_000).prop_map(Span::Hours),
        (1_u16..24).prop_map(Span::Months),
    ]
}

fn local(at: Timestamp, zone: &str) -> jiff::civil::DateTime {
    at.to_zoned_datetime(TimeZoneDatabase::bundled().get(zone).expect("a zone"))
        .datetime()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn a_deadline_lies_ahead_and_keeps_its_unit(at in any_instant(), span in any_span(), z in 0..ZONES.len(), h in 0_u16..365) {
        let zone = ZONES[z];
        let holiday = local(at, zone).date().checked_add(jiff::Span::new().days(i64::from(h))).expect("a day");
        let calendar = calendar(zone, vec![holiday]);
        let end = due(at, span, &calendar);
        prop_assert!(end > at);
        let (from, to) = (local(at, zone), local(end, zone));
        match span {
            Span::Hours(n) => prop_assert_eq!(end.duration_since(at), SignedDuration::from_hours(i64::from(n))),
            Span::Days(n) => {
                let day = from.date().checked_add(jiff::Span::new().days(i64::from(n))).expect("a day");
                // The same wall-clock time, unless summer time skips it (or Samoa skipped the whole day): then later.
                if to.date() == day && to.time() != from.time() {
                    prop_assert!(to.time() > from.time());
                } else {
                    prop_assert!(to.date() >= day);
                }
            }
            Span::Months(_) => prop_assert!(to.date() > from.date()),
            Span::BusinessDays(n) => {
                prop_assert_eq!(to.time(), time(17, 0, 0, 0));
                let mut working = 0;
                let mut day = from.date();
                while day < to.date() {
                    day = day.tomorrow().expect("a day");
                    let weekend = matches!(day.weekday(), jiff::civil::Weekday::Saturday | jiff::civil::Weekday::Sunday);
                    working += u16::from(!weekend && day != holiday);
                }
                prop_assert_eq!(working, n);
                prop_assert!(!matches!(to.date().weekday(), jiff::civil::Weekday::Saturday | jiff::civil::Weekday::Sunday));
                prop_assert!(to.date() != holiday);
            }
        }
    }

    #[test]
    fn who_begins_later_is_never_due_earlier(a in any_instant(), gap in 0_i64..10_000_000, span in any_span(), z in 0..ZONES.len()) {
        let calendar = calendar(ZONES[z], vec![]);
        let b = a + SignedDuration::from_secs(gap);
        // The hour that is lived twice in autumn is one wall-clock hour: there, and only there, two may change places.
        let twice = SignedDuration::from_hours(1);
        prop_assert!(due(a, span, &calendar) <= due(b, span, &calendar) + twice);
    }
}

#[test]
fn known_deadlines() {
    let berlin = |y, m, d, h| {
        date(y, m, d)
            .at(h, 0, 0, 0)
            .in_tz("Europe/Berlin")
            .expect("a zone")
            .timestamp()
    };
    let c = calendar("Europe/Berlin", vec![date(2026, 4, 3), date(2026, 4, 6)]);
    for (from, span, want, why) in [
        (
            berlin(2026, 11, 23, 9),
            Span::BusinessDays(3),
            berlin(2026, 11, 26, 17),
            "Monday to Thursday, end of the day",
        ),
        (
            berlin(2026, 11, 20, 22),
            Span::BusinessDays(3),
            berlin(2026, 11, 25, 17),
            "from Friday night",
        ),
        (
            berlin(2026, 11, 21, 9),
            Span::BusinessDays(1),
            berlin(2026, 11, 23, 17),
            "from Saturday",
        ),
        (
            berlin(2026, 4, 2, 9),
            Span::BusinessDays(1),
            berlin(2026, 4, 7, 17),
            "over Easter",
        ),
        (
            berlin(2026, 3, 28, 12),
            Span::Hours(24),
            berlin(2026, 3, 29, 13),
            "24 elapsed hours over the change to summer time",
        ),
        (
            berlin(2026, 3, 28, 12),
            Span::Days(1),
            berlin(2026, 3, 29, 12),
            "one day keeps the wall clock",
        ),
        (
            berlin(2026, 10, 24, 12),
            Span::Hours(72),
            berlin(2026, 10, 27, 11),
            "72 elapsed hours over the change back",
        ),
        (
            berlin(2026, 3, 28, 2),
            Span::Days(1),
            berlin(2026, 3, 29, 3),
            "02:00 does not exist that day",
        ),
        (
            berlin(2026, 1, 31, 9),
            Span::Months(1),
            berlin(2026, 2, 28, 23) + SignedDuration::from_secs(3_599),
            "the end of the last day of a shorter month",
        ),
    ] {
        assert_eq!(due(from, span, &c), want, "{why}");
    }
}

#[test]
fn a_calendar_without_a_working_day_still_ends() {
    let mut c = calendar("UTC", vec![]);
    c.weekdays.clear();
    assert!(c.check().is_err());
    assert!(due(BEGIN, Span::BusinessDays(3), &c) > BEGIN);
    assert_eq!(due(Timestamp::MAX, Span::Days(1), &c), Timestamp::MAX);
}

fn of_case(m: &Memory, code: ClockCode) -> Option<Deadline> {
    let state = m.state(&StreamId::Case(case_id(1))).expect("there");
    clocks(&state, &m.world)
        .into_iter()
        .find(|d| d.code == code)
}

fn of_report(m: &Memory, code: ClockCode) -> Option<Deadline> {
    let state = m.state(&StreamId::Report(report_id(1))).expect("there");
    clocks(&state, &m.world)
        .into_iter()
        .find(|d| d.code == code)
}

fn policy_with(code: ClockCode, within: Span) -> OrgCommand {
    let mut policy = Policy::default();
    for rule in policy.rules.iter_mut().filter(|r| r.code == code) {
        rule.within = within;
    }
    OrgCommand::AdoptPolicy {
        policy: Box::new(policy),
    }
}

#[test]
fn a_clock_uses_the_policy_in_force_when_it_started() {
    let mut m = Case::given([]).m;
    let before = of_report(&m, ClockCode::Acknowledge).expect("a clock").due;
    wait(&mut m, 1);
    adopt(&mut m, policy_with(ClockCode::Acknowledge, Span::Hours(1)));
    assert_eq!(
        of_report(&m, ClockCode::Acknowledge).expect("a clock").due,
        before,
        "the promise given then holds"
    );
    wait(&mut m, 1);
    receive(&mut m, 2, Claims::default());
    let state = m.state(&StreamId::Report(report_id(2))).expect("there");
    let new = clocks(&state, &m.world)
        .into_iter()
        .find(|d| d.code == ClockCode::Acknowledge)
        .expect("a clock");
    assert_eq!(new.due, m.now + SignedDuration::from_hours(1));
}

#[test]
fn every_open_case_has_a_clock_in_every_state() {
    let has = |m: &Memory, what: &str| {
        let state = m.state(&StreamId::Case(case_id(1))).expect("there");
        assert!(!clocks(&state, &m.world).is_empty(), "no clock when {what}");
    };
    let mut m = Case::given([]).m;
    has(&m, "received");
    for w in worked_to_fixed() {
        let what = format!("{w:?}");
        ok(&mut m, ANNA, wish(1, w));
        has(&m, &what);
    }
    ok(
        &mut m,
        ANNA,
        wish(
            1,
            C::Defer {
                until: None,
                text: because(),
            },
        ),
    );
    has(&m, "deferred");
    let m = Case::given([
        reviewed(Tier::Low, SafetyScreen::No),
        C::Invalidate {
            exit: Outcome::NotSecurity,
            text: because(),
        },
    ])
    .m;
    has(&m, "invalid");
    let mut m = Case::given([]).m;
    receive(&mut m, 2, Claims::default());
    let root = case_id(2);
    ok(
        &mut m,
        ANNA,
        wish(
            1,
            C::ProposeDuplicate {
                root,
                text: because(),
            },
        ),
    );
    ok(
        &mut m,
        BELA,
        wish(
            1,
            C::LinkDuplicate {
                root,
                name: "Bela".into(),
                text: None,
            },
        ),
    );
    has(&m, "a duplicate without its safety screen");
    let screen = Reviewed {
        safety_screen: Some(SafetyScreen::No),
        text: because(),
        ..Reviewed::default()
    };
    ok(&mut m, ANNA, wish(1, C::Review(screen)));
    has(&m, "a duplicate that waits for its root");
    for lane in [Lane::M, Lane::T, Lane::A] {
        has(&Case::given_lane(lane, []).m, "a machine's");
    }
}

#[test]
fn a_report_is_acknowledged_answered_and_kept_informed() {
    let mut m = Case::given([]).m;
    assert!(of_report(&m, ClockCode::Acknowledge).is_some());
    let write = |n, purpose| {
        about(
            1,
            R::Write {
                message: message(n),
                purpose,
                text: text("hello"),
            },
        )
    };
    ok(&mut m, ANNA, write(1, Purpose::Acknowledgement));
    assert!(of_report(&m, ClockCode::Acknowledge).is_none());
    let update = of_report(&m, ClockCode::Update).expect("news are due").due;
    wait(&mut m, 24);
    ok(&mut m, ANNA, write(2, Purpose::Update));
    assert!(of_report(&m, ClockCode::Update).expect("again").due > update);
    wait(&mut m, 1);
    let hear = R::Hear {
        message: message(3),
        text: text("and?"),
        files: vec![],
    };
    m.act(m.now, &Actor::Reporter(report_id(1)), &about(1, hear))
        .expect("heard");
    assert_eq!(
        of_report(&m, ClockCode::UnansweredMessage)
            .expect("a clock")
            .since,
        m.now
    );
    wait(&mut m, 1);
    ok(&mut m, ANNA, write(4, Purpose::Message));
    assert!(of_report(&m, ClockCode::UnansweredMessage).is_none());
}

#[test]
fn attacks_under_an_embargo_ask_within_24_hours() {
    let until = BEGIN + SignedDuration::from_hours(24 * 90);
    let mut m = Case::given([C::ProposeEmbargo { until, text: None }, C::AcceptEmbargo]).m;
    assert_eq!(
        of_case(&m, ClockCode::EmbargoEnd)
            .expect("the end alarms")
            .due,
        until
    );
    ok(
        &mut m,
        ANNA,
        wish(
            1,
            C::SawAttack {
                happened_at: None,
                text: None,
            },
        ),
    );
    assert_eq!(
        of_case(&m, ClockCode::EmbargoAttack).expect("asks").due,
        m.now + SignedDuration::from_hours(24)
    );
    ok(&mut m, ANNA, wish(1, C::UpholdEmbargo { text: because() }));
    assert!(of_case(&m, ClockCode::EmbargoAttack).is_none());
}

#[test]
fn the_moment_of_awareness_can_be_moved_and_both_stay_visible() {
    let mut m = maker();
    receive(
        &mut m,
        1,
        Claims {
            harm: Some(Answer::Yes),
            ..Claims::default()
        },
    );
    let all = |m: &Memory| {
        let state = m.state(&StreamId::Case(case_id(1))).expect("there");
        clocks(&state, &m.world)
            .into_iter()
            .filter(|d| d.code == ClockCode::Regulator)
            .collect::<Vec<_>>()
    };
    assert!(all(&m).iter().all(|d| d.provisional && d.since == BEGIN));
    let called = BEGIN - SignedDuration::from_hours(50);
    ok(
        &mut m,
        BELA,
        wish(
            1,
            C::ConfirmAwareness {
                at: called,
                text: because(),
            },
        ),
    );
    assert!(all(&m).iter().all(|d| !d.provisional && d.since == called));
    assert_eq!(
        case(&m, 1).awareness.claimed_at(),
        Some(BEGIN),
        "both instants stay visible"
    );
    let late = wish(
        1,
        C::ConfirmAwareness {
            at: m.now + SignedDuration::from_hours(1),
            text: because(),
        },
    );
    assert!(
        m.try_act(&actor(BELA), &late).is_err(),
        "nobody knew it in the future"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Wall clocks jump, forwards and back; time zones change; policy changes. Deadlines never panic, never lie before
    /// what started them, and never depend on what was adopted later.
    #[test]
    fn clocks_survive_random_years(steps in proptest::collection::vec((0_u8..12, -72_i64..2_000, 0..ZONES.len()), 1..40)) {
        let mut m = Case::given([]).m;
        for (what, hours, z) in steps {
            // Not `wait`: the clock may step back.
            m.now += SignedDuration::from_hours(hours);
            let wishes = worked_to_fixed();
            let command = match what {
                0 => vulnerary_case::act::Command::Org(OrgCommand::AdoptCalendar { calendar: calendar(ZONES[z], vec![]) }),
                1 => vulnerary_case::act::Command::Org(policy_with(ClockCode::Analysis, Span::Days(1 + z as u16))),
                2 => wish(1, C::SawAttack { happened_at: None, text: None }),
                3 => wish(1, C::ProposeEmbargo { until: m.now + SignedDuration::from_hours(99), text: None }),
                4 => wish(1, C::AcceptEmbargo),
                5 => about(1, R::Write { message: message(m.events), purpose: Purpose::Acknowledgement, text: text("hi") }),
                6 => wish(1, C::Defer { until: None, text: because() }),
                7 => wish(1, C::Accept { text: None }),
                _ => wish(1, wishes[(usize::from(what) * 7 + z) % wishes.len()].clone()),
            };
            let (at, by) = (m.now, actor(ANNA));
            let _ = m.act(at, &by, &command);
            for stream in [StreamId::Case(case_id(1)), StreamId::Report(report_id(1))] {
                let state = m.state(&stream).expect("there");
                for d in clocks(&state, &m.world) {
                    // An embargo's end is agreed, not computed.
                    prop_assert!(d.due > d.since || d.code == ClockCode::EmbargoEnd, "{d:?}");
                    prop_assert!(!d.sentence.is_empty() && !d.rule.is_empty());
                }
            }
        }
    }
}
