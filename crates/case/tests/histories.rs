//! A frozen corpus of histories: what was once written is read for ever, and folds to what it folded to.
//!
//! `histories/NAME.jsonl` is one event a line. These files are never rewritten: a change of meaning is a new event type
//! (architecture §5). `histories/NAME.state.json` is the fold; fields may be added to it (`UPDATE_GOLDEN=1`).

mod support;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use support::*;
use vulnerary_case::act::{
    CaseCommand as C, Command, OnReceipt, OrgCommand, PersonCommand, ProductCommand,
    ReportCommand as R, RunCommand,
};
use vulnerary_case::actor::{Actor, Role};
use vulnerary_case::calendar::Calendar;
use vulnerary_case::case::event::*;
use vulnerary_case::event::{Event, sentence};
use vulnerary_case::id::*;
use vulnerary_case::org::event::OrgEvent;
use vulnerary_case::report::event::{Answer, Claims, Purpose, ReporterKind, SetAsideCode, Told};
use vulnerary_case::source::{Channel, Source};
use vulnerary_case::story::Stage as _;
use vulnerary_case::story::memory::Memory;
use vulnerary_case::world::{Meta, State};

#[derive(Serialize, Deserialize)]
struct Line {
    stream: String,
    seq: u64,
    at: jiff::Timestamp,
    actor: Actor,
    act: ActId,
    #[serde(rename = "type")]
    kind: String,
    body: Box<RawValue>,
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/histories")
}

fn update() -> bool {
    std::env::var_os("UPDATE_GOLDEN").is_some()
}

fn lines(m: &Memory) -> String {
    let mut seqs: BTreeMap<StreamId, u64> = BTreeMap::new();
    m.history
        .iter()
        .map(|(stream, meta, event)| {
            let seq = seqs.entry(*stream).or_default();
            *seq += 1;
            let (kind, body) = event.to_parts().expect("json");
            let line = Line {
                stream: stream.to_string(),
                seq: *seq,
                at: meta.at,
                actor: meta.actor.clone(),
                act: meta.act,
                kind,
                body,
            };
            serde_json::to_string(&line).expect("json") + "\n"
        })
        .collect()
}

/// The streams of a file, folded.
fn fold(text: &str) -> BTreeMap<String, State> {
    let mut states: BTreeMap<StreamId, State> = BTreeMap::new();
    for line in text.lines() {
        let line: Line = serde_json::from_str(line).expect("a line");
        let stream: StreamId = line.stream.parse().expect("a stream");
        let event = Event::from_parts(&stream, &line.kind, &line.body)
            .expect("an event that this version reads");
        let (kind, body) = event.to_parts().expect("json");
        assert_eq!(
            (kind.as_str(), body.get()),
            (line.kind.as_str(), line.body.get()),
            "written again it is the same bytes"
        );
        let meta = Meta {
            at: line.at,
            actor: line.actor,
            act: line.act,
        };
        let next = State::fold(states.remove(&stream), &stream, &event, &meta).expect("it follows");
        assert_eq!(next.version(), line.seq);
        states.insert(stream, next);
    }
    states
        .into_iter()
        .map(|(id, s)| (id.to_string(), s))
        .collect()
}

#[test]
fn frozen_histories_fold_to_what_they_folded_to() {
    for (name, story) in stories() {
        let path = folder().join(format!("{name}.jsonl"));
        if !path.exists() && update() {
            std::fs::create_dir_all(folder()).expect("a folder");
            std::fs::write(&path, lines(&story())).expect("written");
        }
        let text = std::fs::read_to_string(&path).unwrap_or_else(|e| {
            panic!("{}: {e}; UPDATE_GOLDEN=1 writes a new one", path.display())
        });
        let states = fold(&text);
        let json = serde_json::to_string_pretty(&states).expect("json") + "\n";
        let golden = folder().join(format!("{name}.state.json"));
        if update() {
            std::fs::write(&golden, &json).expect("written");
        }
        let want = std::fs::read_to_string(&golden).expect("a golden fold");
        assert!(
            json == want,
            "{name}: the fold changed; look at it, then UPDATE_GOLDEN=1"
        );
        let back: BTreeMap<String, State> = serde_json::from_str(&want).expect("states read back");
        assert!(back == states, "{name}: a state survives its own JSON");
    }
}

/// Names of the variants of the event enums, from their source: a new event without a history is found.
fn variants() -> BTreeSet<(&'static str, String)> {
    let files = [
        (
            "report",
            include_str!("../src/report/event.rs"),
            "pub enum ReportEvent {",
        ),
        (
            "case",
            include_str!("../src/case/event.rs"),
            "pub enum CaseEvent {",
        ),
        (
            "run",
            include_str!("../src/run/event.rs"),
            "pub enum RunEvent {",
        ),
        (
            "product",
            include_str!("../src/product/event.rs"),
            "pub enum ProductEvent {",
        ),
        (
            "person",
            include_str!("../src/person/event.rs"),
            "pub enum PersonEvent {",
        ),
        (
            "org",
            include_str!("../src/org/event.rs"),
            "pub enum OrgEvent {",
        ),
    ];
    let mut all = BTreeSet::new();
    for (stream, source, head) in files {
        let body = source
            .split(head)
            .nth(1)
            .expect("the enum")
            .split("\n}")
            .next()
            .expect("its end");
        for line in body
            .lines()
            .filter(|l| l.starts_with("    ") && !l.starts_with("     "))
        {
            let name: String = line
                .trim()
                .chars()
                .take_while(char::is_ascii_alphanumeric)
                .collect();
            if name.starts_with(|c: char| c.is_ascii_uppercase()) {
                all.insert((stream, name));
            }
        }
    }
    all
}

#[test]
fn every_event_is_in_a_history_and_has_its_sentence() {
    let mut seen = BTreeSet::new();
    for (name, _) in stories() {
        let text =
            std::fs::read_to_string(folder().join(format!("{name}.jsonl"))).expect("a history");
        for line in text.lines() {
            let line: Line = serde_json::from_str(line).expect("a line");
            let stream: StreamId = line.stream.parse().expect("a stream");
            let event = Event::from_parts(&stream, &line.kind, &line.body).expect("an event");
            let words = sentence(&event);
            assert!(
                words.ends_with('.') && words.starts_with(|c: char| c.is_uppercase()),
                "{}: \"{words}\"",
                line.kind
            );
            let kind = line.stream.split('/').next().expect("a kind").to_owned();
            seen.insert((kind, line.kind));
        }
    }
    let missing: Vec<_> = variants()
        .into_iter()
        .filter(|(s, n)| !seen.contains(&((*s).to_owned(), n.clone())))
        .collect();
    assert!(missing.is_empty(), "no history has: {missing:?}");
}

#[test]
fn an_unknown_event_is_an_error_and_never_skipped() {
    let body = RawValue::from_string("{}".into()).expect("json");
    let stream = StreamId::Case(case_id(1));
    let error = Event::from_parts(&stream, "Teleported", &body).expect_err("unknown");
    assert!(error.to_string().contains("Teleported"));
    let error = Event::from_parts(&stream, "Closed", &body).expect_err("a field is missing");
    assert!(error.to_string().contains("outcome"));
}

type Story = (&'static str, fn() -> Memory);

fn stories() -> [Story; 6] {
    [
        ("fixed-disclosed-disputed-reopened", whole_way),
        ("embargo-and-facts", embargo),
        ("duplicates-split-move", duplicates),
        ("machine-lanes", machines),
        ("people-products-organisation", house),
        ("conversation-and-erasure", conversation),
    ]
}

fn do_all(m: &mut Memory, n: u64, wishes: Vec<C>) {
    for w in wishes {
        wait(m, 1);
        ok(m, ANNA, wish(n, w));
    }
}

fn whole_way() -> Memory {
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
    do_all(
        &mut m,
        1,
        vec![
            C::SetTitle {
                text: text("title"),
            },
            C::Assign { owner: ANNA },
        ],
    );
    do_all(&mut m, 1, worked_to_fixed());
    do_all(
        &mut m,
        1,
        vec![
            C::FixReady { text: None },
            C::FixDeployed { text: None },
            C::DecideDisclosure {
                decision: Disclosure::PublicAdvisory,
                text: because(),
            },
            C::PublishAdvisory { text: because() },
            C::ConfirmAwareness {
                at: BEGIN,
                text: because(),
            },
            C::DeclineAwareness { text: because() },
            notice(1),
            propose(Outcome::Fixed),
            C::WithdrawClosure,
            propose(Outcome::Fixed),
        ],
    );
    ok(
        &mut m,
        CLEO,
        wish(1, C::SendBackClosure { text: because() }),
    );
    do_all(&mut m, 1, vec![propose(Outcome::Fixed)]);
    wait(&mut m, 1);
    let hear = R::Hear {
        message: message(1),
        text: text("wait"),
        files: vec![(text("file"), text("name"))],
    };
    m.act(m.now, &Actor::Reporter(report_id(1)), &about(1, hear))
        .expect("heard");
    let sign = approve(&m, 1, &[message(1)]);
    ok(&mut m, CLEO, wish(1, sign));
    do_all(
        &mut m,
        1,
        vec![C::RecordFielding {
            release: release(1),
            percent: 40,
            text: None,
        }],
    );
    m.act(
        m.now,
        &Actor::Reporter(report_id(1)),
        &about(1, R::Dispute { text: text("no") }),
    )
    .expect("disputed");
    ok(
        &mut m,
        BELA,
        about(
            1,
            R::AnswerDispute {
                message: message(2),
                text: text("we looked again"),
                reason: None,
            },
        ),
    );
    do_all(
        &mut m,
        1,
        vec![
            C::Reopen { text: because() },
            C::Confirm {
                items: vec![Item::Tier, Item::Harmed],
            },
        ],
    );
    m
}

fn embargo() -> Memory {
    let until = BEGIN + jiff::SignedDuration::from_hours(24 * 90);
    let later = until + jiff::SignedDuration::from_hours(24);
    let mut m = maker();
    for n in [1, 2, 3] {
        receive(&mut m, n, Claims::default());
    }
    do_all(
        &mut m,
        1,
        vec![
            C::ProposeEmbargo {
                until,
                text: because(),
            },
            C::AcceptEmbargo,
            C::ReviseEmbargo {
                until: later,
                text: None,
            },
            C::RejectRevision,
            C::ReviseEmbargo {
                until: later,
                text: None,
            },
            C::AcceptRevision,
            C::SawAttack {
                happened_at: Some(BEGIN),
                text: because(),
            },
            C::UpholdEmbargo { text: because() },
            C::SawExploit {
                happened_at: None,
                text: None,
            },
        ],
    );
    do_all(
        &mut m,
        2,
        vec![
            C::ProposeEmbargo { until, text: None },
            C::RejectEmbargo,
            C::BecamePublic {
                happened_at: None,
                text: None,
            },
        ],
    );
    do_all(
        &mut m,
        3,
        vec![
            C::ClaimAwareness {
                alarm: Alarm {
                    at: BEGIN,
                    harm: true,
                    exploited: false,
                },
                report: report_id(3),
            },
            reviewed(Tier::Low, SafetyScreen::No),
            C::Validate { text: None },
            C::Accept { text: None },
            C::Defer {
                until: Some(until),
                text: because(),
            },
            C::Accept { text: None },
            C::AddNote { text: text("note") },
        ],
    );
    m
}

fn duplicates() -> Memory {
    let mut m = maker();
    for n in [1, 2, 3, 4] {
        receive(&mut m, n, Claims::default());
    }
    let suggest = |root| C::ProposeDuplicate {
        root: case_id(root),
        text: because(),
    };
    let link = |root| C::LinkDuplicate {
        root: case_id(root),
        name: "Bela".into(),
        text: None,
    };
    do_all(&mut m, 2, vec![suggest(1)]);
    ok(&mut m, BELA, wish(2, link(1)));
    do_all(&mut m, 2, vec![C::Unlink { text: because() }]);
    do_all(
        &mut m,
        3,
        vec![
            suggest(1),
            C::RefuseDuplicate {
                root: case_id(1),
                text: because(),
            },
        ],
    );
    ok(
        &mut m,
        ANNA,
        about(
            4,
            R::Place {
                case: case_id(1),
                question: true,
                text: because(),
            },
        ),
    );
    do_all(
        &mut m,
        1,
        vec![C::AnswerInquiry {
            report: report_id(4),
            text: because(),
        }],
    );
    do_all(
        &mut m,
        1,
        vec![C::Split {
            into: open(9, Lane::H),
            reports: vec![],
            text: because(),
        }],
    );
    ok(
        &mut m,
        ANNA,
        about(
            1,
            R::Place {
                case: case_id(2),
                question: false,
                text: because(),
            },
        ),
    );
    ok(
        &mut m,
        ANNA,
        about(
            1,
            R::Move {
                from: case_id(2),
                to: case_id(3),
                text: because(),
            },
        ),
    );
    ok(
        &mut m,
        ANNA,
        about(
            2,
            R::SetAside {
                code: SetAsideCode::Spam,
                rule: None,
                text: because(),
            },
        ),
    );
    ok(&mut m, ANNA, about(2, R::PutBack { text: because() }));
    m
}

fn machines() -> Memory {
    let mut m = maker();
    machine(&mut m, 1, Lane::M);
    let system = |m: &mut Memory, command: Command| {
        m.act(m.now, &Actor::System, &command).expect("done");
    };
    system(
        &mut m,
        about(
            1,
            R::Read {
                format: "sarif-2.1.0@1".into(),
            },
        ),
    );
    let run = RunId(id(400));
    let of_run = |wish| Command::Run { run, wish };
    system(
        &mut m,
        of_run(RunCommand::Record {
            report: report_id(1),
            index: 0,
            text: text("tool"),
            lineage: "l".into(),
            product: Some(product()),
        }),
    );
    system(
        &mut m,
        of_run(RunCommand::SeeOccurrences {
            parser: "sarif@1".into(),
            count: 3,
            new: 2,
            again: 1,
            suppressed: 0,
            no_longer_reported: 0,
            list: text("list"),
        }),
    );
    system(
        &mut m,
        wish(
            1,
            C::SeeOccurrences(OccurrencesSeen {
                run,
                report: report_id(1),
                new: 2,
                again: 1,
                no_longer_reported: 0,
            }),
        ),
    );
    system(
        &mut m,
        of_run(RunCommand::Applied {
            opened: 1,
            attached: 0,
        }),
    );
    do_all(
        &mut m,
        1,
        vec![
            C::RaiseLane {
                lane: Lane::H,
                text: because(),
            },
            C::ProposeLowerLane {
                lane: Lane::M,
                text: because(),
            },
            C::RefuseLowerLane { text: because() },
            C::ProposeLowerLane {
                lane: Lane::M,
                text: because(),
            },
        ],
    );
    ok(
        &mut m,
        BELA,
        wish(
            1,
            C::LowerLane {
                name: "Bela".into(),
                text: None,
            },
        ),
    );
    do_all(
        &mut m,
        1,
        vec![
            reviewed(Tier::Low, SafetyScreen::No),
            C::Invalidate {
                exit: Outcome::NotApplicable,
                text: because(),
            },
            propose(Outcome::NotApplicable),
        ],
    );
    let digest = m.closure_digest(case_id(1)).expect("proposed");
    let sign = vulnerary_case::act::BatchCommand::Sign {
        cases: vec![(case_id(1), digest)],
        name: "Cleo".into(),
        meaning: Meaning::BatchApproval,
    };
    ok(&mut m, CLEO, Command::Batch(sign));
    let command = report_of(
        2,
        ReporterKind::Machine,
        Claims::default(),
        OnReceipt::WaitForReading,
    );
    system(&mut m, command);
    system(
        &mut m,
        about(
            2,
            R::FindUnreadable {
                why: "It is no JSON.".into(),
            },
        ),
    );
    let rule = OnReceipt::SetAside {
        code: SetAsideCode::NoResults,
        rule: "no-results@1".into(),
    };
    system(
        &mut m,
        report_of(3, ReporterKind::Machine, Claims::default(), rule),
    );
    m
}

fn house() -> Memory {
    let mut m = maker();
    ship(&mut m);
    let of_product = |wish| Command::Product {
        product: product(),
        wish,
    };
    let of_bela = |wish| Command::Person { person: BELA, wish };
    for command in [
        of_product(ProductCommand::Rename {
            name: "Pump 2".into(),
        }),
        of_product(ProductCommand::EndRelease {
            release: release(1),
            happened_at: Some(BEGIN),
        }),
        of_product(ProductCommand::SignGate {
            release: release(1),
            name: "Anna".into(),
            digest: "d".into(),
            text: None,
        }),
        of_bela(PersonCommand::Describe {
            text: text("Bela B."),
        }),
        of_bela(PersonCommand::Grant {
            role: Role::Auditor,
        }),
        of_bela(PersonCommand::Revoke {
            role: Role::Auditor,
        }),
        of_bela(PersonCommand::SetCredential),
        of_bela(PersonCommand::Deactivate),
        of_bela(PersonCommand::Reactivate),
    ] {
        wait(&mut m, 1);
        ok(&mut m, ANNA, command);
    }
    for wish in [
        OrgCommand::Describe {
            text: text("Maker Ltd"),
        },
        OrgCommand::AdoptPolicy {
            policy: Box::default(),
        },
        OrgCommand::AdoptCalendar {
            calendar: Calendar {
                zone: "Europe/Berlin".into(),
                ..Calendar::default()
            },
        },
        OrgCommand::ConfirmRecoverySheet,
        OrgCommand::SoftwareStarted {
            version: "0.1.0".into(),
        },
        OrgCommand::SignMonthlyList {
            month: "2026-01".into(),
            name: "Anna".into(),
            digest: "d".into(),
            listed: 1,
            read: vec![report_id(1)],
            list: None,
        },
        OrgCommand::ReviewLog {
            month: "2026-01".into(),
            product: Some(product()),
            text: text("log"),
        },
    ] {
        adopt(&mut m, wish);
    }
    for event in [
        OrgEvent::KeyRotated {
            old: "a".into(),
            new: "b".into(),
        },
        OrgEvent::LogRestored {
            old_origin: "o".into(),
            size: 3,
            root: "r".into(),
            reason: "restore".into(),
            seen: Some(4),
        },
        OrgEvent::ClockSteppedBack { by_ms: 12 },
        OrgEvent::CanarySent {
            channel: Channel::Form,
        },
        OrgEvent::CanaryArrived {
            channel: Channel::Form,
            report: report_id(1),
        },
        OrgEvent::Exported {
            what: "backup".into(),
        },
    ] {
        let command = Command::Org(OrgCommand::Record(Box::new(event)));
        m.act(m.now, &Actor::System, &command).expect("recorded");
    }
    m
}

fn conversation() -> Memory {
    let mut m = maker();
    let command = report_of(
        1,
        ReporterKind::Person,
        Claims::default(),
        OnReceipt::Open(open(1, Lane::H)),
    );
    m.act(m.now, &Actor::Reporter(report_id(1)), &command)
        .expect("received");
    let reporter = |m: &mut Memory, w: R| {
        wait(m, 1);
        m.act(m.now, &Actor::Reporter(report_id(1)), &about(1, w))
            .expect("heard");
    };
    ok(
        &mut m,
        ANNA,
        about(
            1,
            R::ConfirmSource {
                source: Source::D,
                role: None,
            },
        ),
    );
    ok(
        &mut m,
        ANNA,
        about(
            1,
            R::Write {
                message: message(1),
                purpose: Purpose::Acknowledgement,
                text: text("thanks"),
            },
        ),
    );
    ok(
        &mut m,
        ANNA,
        about(
            1,
            R::HandOver {
                message: message(1),
                via: Channel::Mail,
            },
        ),
    );
    ok(
        &mut m,
        ANNA,
        about(
            1,
            R::Bounce {
                message: message(1),
            },
        ),
    );
    reporter(
        &mut m,
        R::Hear {
            message: message(2),
            text: text("hello"),
            files: vec![(text("file"), text("name"))],
        },
    );
    reporter(
        &mut m,
        R::Withdraw {
            text: Some(text("never mind")),
        },
    );
    do_all(
        &mut m,
        1,
        vec![
            reviewed(Tier::Low, SafetyScreen::No),
            C::Invalidate {
                exit: Outcome::NotSecurity,
                text: because(),
            },
            notice(1),
            propose(Outcome::NotSecurity),
        ],
    );
    let sign = approve(&m, 1, &[]);
    ok(&mut m, CLEO, wish(1, sign));
    wait(&mut m, 49);
    m.act(
        m.now,
        &Actor::System,
        &about(1, R::Tell { how: Told::Posted }),
    )
    .expect("told");
    ok(
        &mut m,
        ANNA,
        about(
            1,
            R::PlaceHold {
                text: text("court"),
            },
        ),
    );
    ok(&mut m, ANNA, about(1, R::LiftHold { text: text("over") }));
    ok(&mut m, ANNA, about(1, R::Erase { text: because() }));
    m
}
