//! Given, when, then: a maker with three people who hold every role, one product that was shipped, one report.
#![allow(dead_code, reason = "each test file uses its own part")]

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;
use vulnerary_case::Refusal;
use vulnerary_case::act::{
    CaseCommand, Command, OnReceipt, OpenCase, OrgCommand, PersonCommand, ProductCommand,
    ReceiveReport, ReportCommand,
};
use vulnerary_case::actor::{Actor, Role};
use vulnerary_case::case::event::*;
use vulnerary_case::case::state::CaseState;
use vulnerary_case::event::Event;
use vulnerary_case::id::*;
use vulnerary_case::object::ObjectRef;
use vulnerary_case::report::event::{Answer, Claims, ReporterKind};
use vulnerary_case::report::state::ReportState;
use vulnerary_case::source::{Channel, Source, SourceState};
use vulnerary_case::story::Stage;
use vulnerary_case::story::memory::Memory;

/// 5 January 2026, a Monday, 09:00 UTC.
pub const BEGIN: Timestamp = Timestamp::constant(1_767_603_600, 0);

pub fn id(n: u64) -> Uuid {
    Uuid::from_u64_pair(0x7E57, n)
}

pub const fn person(n: u64) -> PersonId {
    PersonId(Uuid::from_u64_pair(0x9E, n))
}

/// Does most of the work.
pub const ANNA: PersonId = person(1);
/// Does some.
pub const BELA: PersonId = person(2);
/// Signs.
pub const CLEO: PersonId = person(3);

pub fn actor(p: PersonId) -> Actor {
    Actor::Person(p)
}

/// A sealed text; its content does not matter to the core.
pub fn text(word: &str) -> ObjectRef {
    let digest = vulnerary_case::canonical::digest_of(&word);
    ObjectRef {
        object: ObjectId(id(77)),
        length: word.len() as u64,
        sha256: digest.clone(),
        commitment: digest,
    }
}

pub fn because() -> Option<ObjectRef> {
    Some(text("because"))
}

pub fn product() -> ProductId {
    ProductId(id(50))
}

pub fn release(n: u64) -> ReleaseId {
    ReleaseId(id(60 + n))
}

pub fn report_id(n: u64) -> ReportId {
    ReportId(id(100 + n))
}

pub fn case_id(n: u64) -> CaseId {
    CaseId(id(200 + n))
}

pub fn message(n: u64) -> MessageId {
    MessageId(id(300 + n))
}

/// A maker whose three people hold every role, with one shipped release.
pub fn maker() -> Memory {
    let mut m = Memory::new(BEGIN);
    m.strict = true;
    for p in [ANNA, BELA, CLEO] {
        let roles = vec![
            Role::Handler,
            Role::Approver,
            Role::Safety,
            Role::Regulatory,
            Role::Administrator,
        ];
        hire(&mut m, p, roles);
    }
    let wishes = [
        ProductCommand::Add {
            name: "Pump".into(),
        },
        ProductCommand::AddRelease {
            release: release(1),
            version: "1.0".into(),
            class: None,
        },
    ];
    for wish in wishes {
        ok(
            &mut m,
            ANNA,
            Command::Product {
                product: product(),
                wish,
            },
        );
    }
    m
}

pub fn hire(m: &mut Memory, p: PersonId, roles: Vec<Role>) {
    let wish = PersonCommand::Add {
        text: text("name"),
        roles,
    };
    m.act(BEGIN, &Actor::System, &Command::Person { person: p, wish })
        .expect("hired");
}

pub fn ship(m: &mut Memory) {
    let wish = ProductCommand::ShipRelease {
        release: release(1),
        happened_at: None,
    };
    ok(
        m,
        ANNA,
        Command::Product {
            product: product(),
            wish,
        },
    );
}

/// A report of this kind, as a command.
pub fn report_of(n: u64, kind: ReporterKind, claims: Claims, then: OnReceipt) -> Command {
    Command::Receive(Box::new(ReceiveReport {
        report: report_id(n),
        source: Source::F,
        source_state: SourceState::Claimed,
        channel: Channel::Form,
        kind,
        role: None,
        objects: vec![text("report")],
        happened_at: None,
        claims,
        then,
    }))
}

pub fn open(n: u64, lane: Lane) -> OpenCase {
    OpenCase {
        case: case_id(n),
        lane,
        product: Some(product()),
        group: None,
        title: None,
    }
}

/// Report `n` of an anonymous person, in its own case `n`.
pub fn receive(m: &mut Memory, n: u64, claims: Claims) -> Vec<(StreamId, Event)> {
    let command = report_of(
        n,
        ReporterKind::Anonymous,
        claims,
        OnReceipt::Open(open(n, Lane::H)),
    );
    m.act(m.now, &Actor::Reporter(report_id(n)), &command)
        .expect("received")
}

/// Machine report `n` with case `n` of this lane.
pub fn machine(m: &mut Memory, n: u64, lane: Lane) {
    let command = report_of(
        n,
        ReporterKind::Machine,
        Claims::default(),
        OnReceipt::WaitForReading,
    );
    m.act(m.now, &Actor::System, &command).expect("received");
    let wish = ReportCommand::Open {
        open: open(n, lane),
        text: None,
    };
    let command = Command::Report {
        report: report_id(n),
        seen: None,
        wish,
    };
    m.act(m.now, &Actor::System, &command).expect("opened");
}

pub fn ok(m: &mut Memory, by: PersonId, command: Command) -> Vec<(StreamId, Event)> {
    let at = m.now;
    match m.act(at, &actor(by), &command) {
        Ok(events) => events,
        Err(refusal) => panic!("{command:?} was refused: {refusal}"),
    }
}

pub fn wish(n: u64, wish: CaseCommand) -> Command {
    Command::Case {
        case: case_id(n),
        seen: None,
        wish,
    }
}

pub fn about(n: u64, wish: ReportCommand) -> Command {
    Command::Report {
        report: report_id(n),
        seen: None,
        wish,
    }
}

pub fn case(m: &Memory, n: u64) -> &CaseState {
    m.world.case(case_id(n)).expect("the case is there")
}

pub fn report(m: &Memory, n: u64) -> &ReportState {
    m.world.report(report_id(n)).expect("the report is there")
}

pub fn wait(m: &mut Memory, hours: i64) {
    m.now += SignedDuration::from_hours(hours);
}

pub fn reviewed(tier: Tier, safety: SafetyScreen) -> CaseCommand {
    CaseCommand::Review(Reviewed {
        applicable: Some(Answer::Yes),
        verifiable: Some(Answer::Yes),
        threats: Some(Answer::No),
        tier: Some(tier),
        safety_screen: Some(safety),
        harmed: Some(Answer::No),
        text: because(),
    })
}

pub fn row(status: Status, verified: bool) -> StatusRow {
    StatusRow {
        product: product(),
        release: release(1),
        status,
        released: false,
        verified,
    }
}

pub fn status(status: Status, verified: bool) -> CaseCommand {
    CaseCommand::StateStatus {
        rows: vec![row(status, verified)],
        text: because(),
    }
}

/// Everything of 9.4, each its own command.
pub fn analysis(of: Status) -> Vec<CaseCommand> {
    let prose = |item| {
        CaseCommand::Analyse(Analysed {
            item,
            cwe: vec![],
            text: because(),
        })
    };
    vec![
        prose(AnalysisItem::Impact),
        prose(AnalysisItem::RootCause),
        prose(AnalysisItem::RelatedIssues),
        CaseCommand::Score {
            vector: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N".into(),
            text: because(),
        },
        status(of, true),
        CaseCommand::AssessSafety(SafetyAssessed {
            harm: SafetyScreen::No,
            severity: None,
            exploitability: None,
            controlled: None,
            text: because(),
        }),
    ]
}

/// Everything of 9.5, 4.1.7 and the complaint determination.
pub fn addressing(route: Route) -> Vec<CaseCommand> {
    let prose = |item| CaseCommand::PlanRemediation {
        item,
        text: because(),
    };
    vec![
        CaseCommand::DecideRoute {
            route,
            text: because(),
        },
        prose(AddressingItem::SiblingsSwept),
        prose(AddressingItem::ThirdPartiesTold),
        prose(AddressingItem::ResidualRisk),
        CaseCommand::VerifyResolution { text: because() },
        CaseCommand::DecideDisclosure {
            decision: Disclosure::NoDisclosure,
            text: because(),
        },
        CaseCommand::DetermineComplaint {
            complaint: false,
            text: because(),
        },
    ]
}

/// From review to everything that a fix needs.
pub fn worked_to_fixed() -> Vec<CaseCommand> {
    let mut all = vec![
        CaseCommand::SetProduct { product: product() },
        reviewed(Tier::Medium, SafetyScreen::No),
        CaseCommand::Validate { text: None },
        CaseCommand::Accept { text: None },
    ];
    all.extend(analysis(Status::Fixed {}));
    all.extend(addressing(Route::ChangeControl));
    all
}

pub fn notice(n: u64) -> CaseCommand {
    CaseCommand::WriteNotice {
        report: report_id(n),
        text: text("notice"),
    }
}

pub fn propose(outcome: Outcome) -> CaseCommand {
    CaseCommand::ProposeClosure {
        outcome,
        text: because(),
    }
}

/// Signs what is proposed now.
pub fn approve(m: &Memory, n: u64, read: &[MessageId]) -> CaseCommand {
    let digest = m.closure_digest(case_id(n)).unwrap_or_default();
    CaseCommand::ApproveClosure {
        digest,
        name: "Cleo".into(),
        read: read.to_vec(),
        notices: vec![],
    }
}

/// `Case::given([...])`: a person's report about the shipped pump, then these wishes by Anna.
pub struct Case {
    pub m: Memory,
    result: Result<Vec<(StreamId, Event)>, Refusal>,
}

impl Case {
    pub fn given(wishes: impl IntoIterator<Item = CaseCommand>) -> Self {
        let mut m = maker();
        ship(&mut m);
        receive(&mut m, 1, Claims::default());
        for w in wishes {
            ok(&mut m, ANNA, wish(1, w));
        }
        Self {
            m,
            result: Ok(vec![]),
        }
    }

    pub fn given_lane(lane: Lane, wishes: impl IntoIterator<Item = CaseCommand>) -> Self {
        let mut m = maker();
        machine(&mut m, 1, lane);
        for w in wishes {
            ok(&mut m, ANNA, wish(1, w));
        }
        Self {
            m,
            result: Ok(vec![]),
        }
    }

    pub fn later(mut self, hours: i64) -> Self {
        wait(&mut self.m, hours);
        self
    }

    pub fn and(mut self, by: PersonId, w: CaseCommand) -> Self {
        ok(&mut self.m, by, wish(1, w));
        self
    }

    pub fn and_do(mut self, f: impl FnOnce(&mut Memory)) -> Self {
        f(&mut self.m);
        self
    }

    pub fn when(mut self, by: PersonId, w: CaseCommand) -> Self {
        let at = self.m.now;
        self.result = self.m.act(at, &actor(by), &wish(1, w));
        self
    }

    pub fn when_signed(mut self, by: PersonId) -> Self {
        let w = approve(&self.m, 1, &[]);
        let at = self.m.now;
        self.result = self.m.act(at, &actor(by), &wish(1, w));
        self
    }

    pub fn when_about(mut self, by: Actor, w: ReportCommand) -> Self {
        let at = self.m.now;
        self.result = self.m.act(at, &by, &about(1, w));
        self
    }

    /// The names of the events, in order.
    #[track_caller]
    pub fn then(self, names: &[&str]) -> Self {
        let events = match &self.result {
            Ok(events) => events,
            Err(refusal) => panic!("refused: {refusal}"),
        };
        let got: Vec<String> = events
            .iter()
            .map(|(_, e)| e.to_parts().expect("json").0)
            .collect();
        assert_eq!(got, names);
        self
    }

    /// The refusal says this.
    #[track_caller]
    pub fn refused(self, says: &str) -> Self {
        match &self.result {
            Ok(events) => panic!("not refused: {events:?}"),
            Err(refusal) => {
                let sentence = refusal.to_string();
                assert!(
                    sentence.contains(says),
                    "\"{sentence}\" does not say \"{says}\""
                );
            }
        }
        self
    }

    pub fn state(&self) -> &CaseState {
        case(&self.m, 1)
    }
}

pub fn adopt(m: &mut Memory, command: OrgCommand) {
    ok(m, ANNA, Command::Org(command));
}
