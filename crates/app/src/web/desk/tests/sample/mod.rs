//! Samples that every page is shown with: a case in analysis, a closed one, one of lane M, reports, people, products.

mod lists;
pub use lists::*;

use crate::web::desk::model::*;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use uuid::Uuid;
use vulnerary_case::case::event::{Justification, Lane, Outcome, Plan, Status};
use vulnerary_case::id::*;
use vulnerary_case::report::event::{Answer, Claims, Purpose, ReporterKind, SetAsideCode};
use vulnerary_case::source::{Channel, ReporterRole, Source, SourceState};

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub fn now() -> Timestamp {
    at("2026-11-24T10:00:00Z")
}

pub fn person(n: u128, name: &str) -> Named {
    Named {
        id: PersonId(Uuid::from_u128(n)),
        name: name.into(),
    }
}

pub fn release(n: u128) -> ReleaseId {
    ReleaseId(Uuid::from_u128(0x5000 + n))
}

pub fn around() -> Around {
    Around {
        organisation: "Example Infusion Systems".into(),
        zone: TimeZone::get("Europe/Berlin").unwrap(),
        recovery_sheet_confirmed: true,
        approvers: 2,
        has_product: true,
        alarms: vec![],
    }
}

fn line(at_text: &str, sentence: &str, said: Option<&str>, index: u64) -> TimelineLine {
    TimelineLine {
        at: at(at_text),
        sentence: sentence.into(),
        said: said.map(Into::into),
        index,
    }
}

fn field(name: &str, value: &str) -> TextField {
    TextField {
        name: name.into(),
        value: value.into(),
    }
}

pub fn report() -> ReportFile {
    ReportFile {
        id: ReportId(Uuid::from_u128(0x2001)),
        number: "VR-7KQ4-M2X".into(),
        version: 7,
        state: ReportState::Placed,
        source: Source::F,
        source_state: SourceState::Claimed,
        role: Some(ReporterRole::Researcher),
        channel: Channel::Form,
        kind: ReporterKind::Anonymous,
        contact: vec![],
        received: at("2026-11-23T17:05:12Z"),
        happened: None,
        acknowledged: Some(at("2026-11-24T08:12:00Z")),
        claims: Claims { danger_now: Some(Answer::No), harm: None, public: Some(Answer::No), exploited: Some(Answer::Unknown) },
        text: Some("The gateway (fw 4.1.2) takes /mnt/usb/update.bin without checking a signature.\nA shell script in it runs as root at the next boot. Tried on two units.\n\nSteps: format a stick as FAT32, put the attached update.bin on it, plug it in, restart.\u{202E}".into()),
        fields: vec![field("product", "IS-200 gateway"), field("version", "4.1.2"), field("impact", "<b>root</b> on the gateway")],
        headers: vec![field("content-type", "multipart/form-data")],
        files: vec![
            AttachedFile { index: 1, name: "update.bin".into(), bytes: 4096, sha256: "9f".repeat(32), erased: false },
            AttachedFile { index: 2, name: "serial-log.txt".into(), bytes: 31_020, sha256: "1c".repeat(32), erased: false },
        ],
        messages: vec![
            MessageLine { id: MessageId(Uuid::from_u128(0x3001)), at: at("2026-11-24T08:12:00Z"), by: Some(person(1, "Annika Hofmann")), purpose: Some(Purpose::Acknowledgement), text: Some("Thank you. We see the same on 4.1.2. Does it also start without the restart?".into()), delivery: "posted".into() },
            MessageLine { id: MessageId(Uuid::from_u128(0x3002)), at: at("2026-11-24T09:40:00Z"), by: None, purpose: None, text: Some("Yes, after about ten minutes, when the watchdog restarts the updater.".into()), delivery: String::new() },
        ],
        cases: vec![(CaseId(Uuid::from_u128(0x1001)), "VC-3PD8-T6R".into(), "Gateway runs commands from an unsigned update file".into())],
        set_aside_why: None,
        disputed: None,
        held: false,
        erased: false,
        told: None,
        timeline: vec![line("2026-11-24T08:12:00Z", "Annika Hofmann acknowledged the report and asked a question", None, 18_211), line("2026-11-23T17:05:12Z", "We received the report through the public form", None, 18_204)],
        position: Position { first: 18_204, last: 18_211, sha256: "9f2c1e8a77b0c5d4".repeat(4), checkpoint: "vulnerary/k3v9q2/1 · 18 207".into() },
    }
}

pub fn set_aside() -> ReportFile {
    ReportFile {
        number: "VR-BBBB-222".into(),
        id: ReportId(Uuid::from_u128(0x2002)),
        state: ReportState::SetAside(SetAsideCode::QuestionAnswered),
        set_aside_why: Some("They asked where the manual is.".into()),
        cases: vec![],
        acknowledged: None,
        messages: vec![],
        files: vec![],
        text: None,
        disputed: Some("It was not only a question.".into()),
        held: true,
        claims: Claims {
            danger_now: Some(Answer::Yes),
            ..Claims::default()
        },
        kind: ReporterKind::Person,
        contact: vec![
            field("name", "Robin Meyer"),
            field("email", "robin@hospital.example"),
        ],
        ..report()
    }
}

fn gap(sentence: &str, act: &str, who: Option<&str>) -> Gap {
    Gap {
        sentence: sentence.into(),
        act: Some(act.into()),
        who: who.map(Into::into),
    }
}

fn row(
    n: u128,
    version: &str,
    released: bool,
    status: Option<Status>,
    settled: bool,
) -> ReleaseLine {
    ReleaseLine {
        product: product_id(),
        release: release(n),
        version: version.into(),
        released,
        status,
        verified: false,
        settled,
    }
}

pub fn product_id() -> ProductId {
    ProductId(Uuid::from_u128(0x4001))
}

pub fn case() -> CaseFile {
    let done = |sentence: &str, by: &str| DoneLine {
        sentence: sentence.into(),
        by: by.into(),
        at: at("2026-11-24T09:02:00Z"),
        to_confirm: false,
    };
    CaseFile {
        id: CaseId(Uuid::from_u128(0x1001)),
        number: "VC-3PD8-T6R".into(),
        version: 12,
        title: "Gateway runs commands from an unsigned update file".into(),
        state: CaseState::Accepted,
        stage: Stage::Analysis,
        lane: Lane::H,
        product: Some((product_id(), "IS-200 gateway".into())),
        source: Source::F,
        role: Some(ReporterRole::Researcher),
        owner: Some(person(1, "Annika Hofmann")),
        opened: at("2026-11-23T17:05:12Z"),
        outcome: None,
        clocks: vec![
            Clock {
                what: "analysis".into(),
                due: at("2026-11-25T16:00:00Z"),
                provisional: false,
            },
            Clock {
                what: "update the reporter".into(),
                due: at("2026-12-07T16:00:00Z"),
                provisional: false,
            },
        ],
        embargo: Embargo::Proposed(at("2027-01-22T23:00:00Z")),
        flags: Flags::default(),
        tlp: "TLP:AMBER+STRICT".into(),
        reports: vec![report()],
        gaps: vec![
            gap("Score it in our context of use", "score", None),
            gap("Say what it does to safety", "safety", Some("safety role")),
            gap("Settle 3 of 4 releases in the status table", "status", None),
            gap("Name the root cause", "root-cause", None),
            gap(
                "Determine whether it is a complaint",
                "complaint",
                Some("regulatory role"),
            ),
            gap("Decide on disclosure", "disclosure", None),
            gap("Write the closing notice to VR-7KQ4-M2X", "notice", None),
        ],
        done: vec![
            done(
                "Review: applicable, verified on two units, threats named",
                "Annika Hofmann",
            ),
            done("Safety screen: possibly", "Annika Hofmann"),
        ],
        releases: vec![
            row(
                1,
                "4.2",
                false,
                Some(Status::Affected {
                    plan: Plan::FixIn {
                        release: release(1),
                    },
                }),
                true,
            ),
            row(
                2,
                "4.1",
                true,
                Some(Status::Affected {
                    plan: Plan::Undecided {},
                }),
                false,
            ),
            row(3, "4.0", true, None, false),
            row(
                4,
                "3.x",
                true,
                Some(Status::NotAffected {
                    justification: Justification::ComponentNotPresent,
                }),
                true,
            ),
        ],
        typed: [(
            "review".to_owned(),
            Typed::from([
                ("applicable".to_owned(), "yes".to_owned()),
                (
                    "applicable_why".to_owned(),
                    "Same on our two bench units.".to_owned(),
                ),
            ]),
        )]
        .into(),
        occurrences: 0,
        proposal: None,
        duplicate_of: None,
        duplicate_proposed: Some((
            CaseId(Uuid::from_u128(0x1003)),
            "VC-6C4J-WX1".into(),
            person(2, "Bogdan Ilić"),
        )),
        duplicates: vec![],
        lower_lane: None,
        awareness_claimed: None,
        timeline: vec![
            line(
                "2026-11-24T09:02:00Z",
                "Annika Hofmann validated the case",
                Some("Same on our two bench units."),
                18_214,
            ),
            line(
                "2026-11-23T17:05:12Z",
                "The case opened with report VR-7KQ4-M2X",
                None,
                18_206,
            ),
        ],
        position: Position {
            first: 18_206,
            last: 18_214,
            sha256: String::new(),
            checkpoint: "vulnerary/k3v9q2/1 · 18 214".into(),
        },
    }
}

pub fn proposed() -> CaseFile {
    CaseFile {
        number: "VC-9HT2-B4K".into(),
        id: CaseId(Uuid::from_u128(0x1002)),
        title: "Login page leaks user names".into(),
        stage: Stage::Disclosure,
        gaps: vec![],
        outcome: Some(Outcome::Fixed),
        embargo: Embargo::Exited,
        duplicate_proposed: None,
        awareness_claimed: Some(at("2026-11-20T09:00:00Z")),
        lower_lane: Some((Lane::M, person(2, "Bogdan Ilić"))),
        proposal: Some(Proposal {
            outcome: Outcome::Fixed,
            digest: "ab".repeat(32),
            by: person(1, "Annika Hofmann"),
            at: at("2026-11-24T09:30:00Z"),
            why: Some("4.2.0 is out and verified.".into()),
        }),
        ..case()
    }
}

pub fn machine() -> CaseFile {
    CaseFile {
        number: "VC-6C4J-WX1".into(),
        id: CaseId(Uuid::from_u128(0x1003)),
        title: "Buffer access without check".into(),
        lane: Lane::M,
        state: CaseState::Closed,
        stage: Stage::Closed,
        outcome: Some(Outcome::Mitigated),
        source: Source::A,
        role: Some(ReporterRole::Tester),
        owner: None,
        clocks: vec![],
        product: None,
        releases: vec![],
        reports: vec![],
        gaps: vec![],
        occurrences: 212,
        duplicate_proposed: None,
        duplicates: vec!["VC-22MX-8RN".into()],
        embargo: Embargo::None,
        flags: Flags {
            public: true,
            exploit: false,
            attacks: true,
            fix_ready: true,
            fix_deployed: false,
        },
        ..case()
    }
}

pub fn record() -> ClosureRecord {
    let section = |heading: &str, lines: &[(&str, &str)]| RecordSection {
        heading: heading.into(),
        lines: lines
            .iter()
            .map(|(n, v)| RecordLine {
                name: (*n).into(),
                value: (*v).into(),
            })
            .collect(),
    };
    ClosureRecord {
        digest: "ab".repeat(32),
        sections: vec![
            section(
                "Review (9.3)",
                &[
                    ("Applies", "yes: IS-200 gateway 4.0 and 4.1"),
                    ("Verified", "yes: on two bench units"),
                    ("Safety screen", "possibly"),
                ],
            ),
            section(
                "Analysis (9.4)",
                &[
                    ("Score", "7.8 CVSS:3.1/AV:P/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H"),
                    ("Root cause", "CWE-347"),
                ],
            ),
            section(
                "Addressing (9.5)",
                &[
                    ("Route", "change control, CR-2291"),
                    ("Verified", "regression run 881, no new problem"),
                ],
            ),
            section(
                "Closing notice to VR-7KQ4-M2X",
                &[(
                    "Text",
                    "Thank you. The update now checks a signature.\nIf you disagree, write to us with your words.",
                )],
            ),
        ],
        since: vec!["A message came in from the reporter of VR-7KQ4-M2X".into()],
        unread: vec![(
            MessageId(Uuid::from_u128(0x3002)),
            "VR-7KQ4-M2X".into(),
            "Yes, after about ten minutes.".into(),
        )],
        may_not: None,
    }
}
