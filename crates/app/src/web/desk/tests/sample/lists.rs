//! Samples of lists: inbox, overview, coverage, people, products, policy, batches, runs.

use super::{at, person, product_id, release};
use crate::web::desk::model::*;
use uuid::Uuid;
use vulnerary_case::actor::Role;
use vulnerary_case::case::event::{Lane, Outcome};
use vulnerary_case::id::CaseId;
use vulnerary_case::product::event::SupportClass;
use vulnerary_case::source::{ReporterRole, Source};

pub fn inbox() -> InboxPage {
    let clock = |what: &str, due: &str| {
        Some(Clock {
            what: what.into(),
            due: at(due),
            provisional: false,
        })
    };
    let line = |number: &str,
                title: &str,
                due,
                source,
                role,
                product: Option<&str>,
                stage,
                lane,
                owner: Option<Named>,
                occurrences| InboxLine {
        number: number.into(),
        title: title.into(),
        due,
        source,
        role,
        product: product.map(Into::into),
        stage,
        lane,
        owner,
        occurrences,
        outcome: None,
    };
    InboxPage {
        lines: vec![
            line(
                "VC-9HT2-B4K",
                "Login page leaks user names",
                clock("acknowledge", "2026-11-24T07:00:00Z"),
                Source::D,
                Some(ReporterRole::Administrator),
                Some("Portal 2.3"),
                Stage::Review,
                Some(Lane::H),
                None,
                0,
            ),
            line(
                "VC-3PD8-T6R",
                "Gateway runs commands from an unsigned update file",
                clock("analysis", "2026-11-25T16:00:00Z"),
                Source::F,
                Some(ReporterRole::Researcher),
                Some("IS-200 gateway"),
                Stage::Analysis,
                Some(Lane::H),
                Some(person(1, "Annika Hofmann")),
                0,
            ),
            line(
                "VR-BBBB-222",
                "results-final.sarif",
                clock("read it", "2026-11-27T16:00:00Z"),
                Source::A,
                None,
                None,
                Stage::Review,
                None,
                None,
                0,
            ),
            line(
                "VC-22MX-8RN",
                "CVE-2026-20733 in mbed TLS",
                clock("status", "2026-11-30T16:00:00Z"),
                Source::G,
                None,
                Some("IS-200 gateway"),
                Stage::Review,
                Some(Lane::T),
                Some(person(2, "Bogdan Ilić")),
                7,
            ),
            line(
                "VC-6C4J-WX1",
                "Buffer access without check",
                clock("run 4.2-rc1", "2026-12-03T16:00:00Z"),
                Source::A,
                Some(ReporterRole::Tester),
                Some("IS-200 gateway"),
                Stage::Review,
                Some(Lane::M),
                None,
                212,
            ),
        ],
        next: Some("2026-12-03/VC-6C4J-WX1".into()),
        counts: InboxCounts {
            open: 14,
            overdue: 1,
            this_week: 3,
        },
        products: vec![(product_id().to_string(), "IS-200 gateway".into())],
    }
}

pub fn dashboard() -> Dashboard {
    let counts = [
        [3, 1, 0, 0, 9],
        [0, 1, 0, 0, 2],
        [1, 0, 2, 0, 5],
        [2, 3, 1, 1, 14],
        [0, 0, 0, 0, 0],
        [1, 1, 1, 0, 8],
        [12, 0, 3, 0, 40],
    ];
    Dashboard {
        since: at("2025-11-24T00:00:00Z"),
        sources: Source::ALL
            .iter()
            .zip(counts)
            .map(|(source, counts)| StageCounts {
                source: *source,
                counts,
            })
            .collect(),
        numbers: FourNumbers {
            open: 33,
            overdue: 1,
            acknowledge_hours: (Some(19), Some(31)),
            close_hours: (Some(24 * 41), None),
        },
        oldest: inbox().lines,
    }
}

pub fn coverage() -> Vec<ConstraintLine> {
    let line = |id: &str, what: &str, status, why: &str, received| ConstraintLine {
        id: id.into(),
        what: what.into(),
        status,
        why: why.into(),
        received,
        open: 2,
        closed: 1,
        overdue: 0,
    };
    vec![
        line(
            "9.2-01",
            "Internal entities can report",
            ConstraintStatus::Shown,
            "Three reports came in from people of ours.",
            3,
        ),
        line(
            "9.2-03",
            "Reports are received and tracked to closure",
            ConstraintStatus::Shown,
            "Every report is in a case or set aside on record.",
            61,
        ),
        line(
            "9.2-08",
            "(e) audit event log information is considered",
            ConstraintStatus::NotShown,
            "No log source is registered.",
            0,
        ),
        line(
            "9.2-10",
            "(g) notifications about widespread vulnerabilities",
            ConstraintStatus::ReadyNoReports,
            "The feed was fetched today; nothing matched.",
            0,
        ),
    ]
}

pub fn people() -> Vec<PersonLine> {
    let line = |n, name: &str, email: &str, roles: &[Role], active, credential| PersonLine {
        person: person(n, name),
        version: 2,
        email: email.into(),
        roles: roles.to_vec(),
        active,
        credential,
    };
    vec![
        line(
            1,
            "Annika Hofmann",
            "annika@example.com",
            &[Role::Handler, Role::Administrator],
            true,
            true,
        ),
        line(
            2,
            "Bogdan Ilić",
            "bogdan@example.com",
            &[Role::Handler, Role::Approver],
            true,
            true,
        ),
        line(
            3,
            "Chidi Okafor",
            "chidi@example.com",
            &[Role::Safety],
            true,
            false,
        ),
        line(
            4,
            "Dana Left",
            "dana@example.com",
            &[Role::Auditor],
            false,
            true,
        ),
    ]
}

pub fn products() -> Vec<ProductLine> {
    let fact = |n, version: &str, class, shipped: Option<&str>| ReleaseFact {
        id: release(n),
        version: version.into(),
        class,
        shipped: shipped.map(at),
        ended: None,
    };
    vec![ProductLine {
        id: product_id(),
        version: 5,
        name: "IS-200 gateway".into(),
        releases: vec![
            fact(1, "4.2", None, None),
            fact(
                2,
                "4.1",
                Some(SupportClass::Maintained),
                Some("2026-03-02T00:00:00Z"),
            ),
            fact(
                4,
                "3.x",
                Some(SupportClass::Supported),
                Some("2024-01-10T00:00:00Z"),
            ),
        ],
        open_cases: 5,
    }]
}

pub fn policy() -> PolicyPage {
    PolicyPage {
        version: 9,
        adopted: Some(at("2026-09-02T08:00:00Z")),
        sha256: "cd".repeat(32),
        acknowledge_days: 3,
        update_days: 14,
        zone: "Europe/Berlin".into(),
        closes_at: "17:00".into(),
        holidays: vec!["2026-12-25".into(), "2027-01-01".into()],
        intake_owner: Some(person(1, "Annika Hofmann")),
        terms: vec![TermLine {
            what: "A person answers".into(),
            within: "3 working days".into(),
            source: "ISO/IEC 29147:2018 6.2.5, 1 Oct 2018".into(),
        }],
    }
}

pub fn batch(proposed: bool) -> Vec<BatchLine> {
    let line = |n: u128, number: &str, title: &str, may_not: Option<&str>| BatchLine {
        case: CaseId(Uuid::from_u128(0x1100 + n)),
        number: number.into(),
        title: title.into(),
        version: 4,
        lane: Lane::M,
        product: Some("IS-200 gateway".into()),
        occurrences: 12 * u64::try_from(n).unwrap(),
        proposal: proposed.then(|| (Outcome::Mitigated, "ef".repeat(32))),
        may_not: may_not.map(Into::into),
    };
    vec![
        line(1, "VC-1111-AAA", "Use of a weak hash", None),
        line(
            2,
            "VC-2222-BBB",
            "Format string from input",
            Some("You proposed it."),
        ),
    ]
}

pub fn occurrences() -> OccurrencePage {
    OccurrencePage {
        lines: vec![
            OccurrenceLine {
                place: "src/update/read.c:212".into(),
                message: "Buffer access without check".into(),
                runs: "since run 4.1-rc3, 2 Nov".into(),
                present: true,
            },
            OccurrenceLine {
                place: "src/usb/mount.c:18".into(),
                message: "Buffer access without check".into(),
                runs: "run 4.1-rc3".into(),
                present: false,
            },
        ],
        next: Some("k2".into()),
    }
}

pub fn runs() -> Vec<RunLine> {
    vec![RunLine {
        at: at("2026-11-22T20:00:00Z"),
        tool: "CodeQL 2.19".into(),
        product: Some("IS-200 gateway".into()),
        report: "VR-CCCC-333".into(),
        counts: [212, 31, 4, 9],
    }]
}
