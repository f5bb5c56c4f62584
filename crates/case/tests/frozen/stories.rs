//! The stories behind the frozen histories. They make a history once; afterwards the file is what counts.

use crate::support::*;
use vulnerary_case::act::{
    CaseCommand as C, Command, OnReceipt, OrgCommand, PersonCommand, ProductCommand,
    ReportCommand as R, RunCommand,
};
use vulnerary_case::actor::{Actor, Role};
use vulnerary_case::calendar::Calendar;
use vulnerary_case::case::event::*;
use vulnerary_case::id::*;
use vulnerary_case::org::event::OrgEvent;
use vulnerary_case::report::event::{Answer, Claims, Purpose, ReporterKind, SetAsideCode, Told};
use vulnerary_case::source::{Channel, Source};
use vulnerary_case::story::Stage as _;
use vulnerary_case::story::memory::Memory;

pub type Story = (&'static str, fn() -> Memory);

pub fn stories() -> [Story; 6] {
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
