//! Who or what speaks: the seven sources of IEC 81001-5-1 clause 9.2, `a` to `g`.

use serde::{Deserialize, Serialize};

/// The clause's seven.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "each is spelled out in SPECS")]
pub enum Source {
    A,
    B,
    C,
    D,
    E,
    F,
    G,
}

/// What one source means. One entry drives pages, command line, documentation and tests.
#[derive(Debug)]
pub struct SourceSpec {
    /// The source.
    pub source: Source,
    /// `a` to `g`.
    pub letter: char,
    /// One word for lists: tester, supplier, …
    pub word: &'static str,
    /// The clause's words.
    pub clause: &'static str,
    /// Reference, for example `IEC 81001-5-1 9.2 a)`.
    pub reference: &'static str,
    /// Constraint id of domain.md.
    pub constraint: &'static str,
    /// The channels that carry it.
    pub channels: &'static [Channel],
    /// Who may file it.
    pub who: &'static str,
    /// How it is acknowledged.
    pub acknowledgement: Acknowledgement,
    /// What is built: `true` where intake understands the source, `false` where it is only this spec so far.
    pub built: bool,
}

/// How a report of a source is acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acknowledgement {
    /// A person's message with the next step and date.
    ByPerson,
    /// The run record answers.
    ByRunRecord,
}

/// How a report arrives. Source is not channel: mail serves b, d and f.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the words of architecture §1")]
pub enum Channel {
    Form,
    Mail,
    Api,
    Webhook,
    Upload,
    Syslog,
    Poll,
    /// Phone, letter, visit.
    Hand,
    /// The command line on the host.
    Cli,
    /// The desk: signed-in people.
    Desk,
}

/// How sure we are of the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceState {
    /// The sender says so.
    Claimed,
    /// A channel's default.
    Assumed,
    /// A person confirmed it.
    Confirmed,
}

/// Role of the reporter (domain.md, Report).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the words of domain.md")]
pub enum ReporterRole {
    Integrator,
    Operator,
    Administrator,
    Maintenance,
    Clinician,
    PatientOrCaregiver,
    Distributor,
    Importer,
    AuthorisedRepresentative,
    Supplier,
    Developer,
    Tester,
    ContractTester,
    Researcher,
    Coordinator,
    Authority,
    PreferNotToSay,
}

impl ReporterRole {
    /// The source that a claimed role means (claimed, until a person confirms it).
    pub fn source(self) -> Source {
        match self {
            Self::Tester | Self::ContractTester => Source::A,
            Self::Supplier => Source::B,
            Self::Developer => Source::C,
            Self::Researcher | Self::Coordinator | Self::PreferNotToSay => Source::F,
            Self::Authority => Source::G,
            _ => Source::D,
        }
    }
}

use Acknowledgement::{ByPerson, ByRunRecord};
use Channel::{Api, Cli, Desk, Form, Hand, Mail, Poll, Syslog, Upload, Webhook};

/// One entry per source (IEC 81001-5-1:2021 clause 9.2 a to g, paraphrased; standards/01).
pub static SPECS: [SourceSpec; 7] = [
    SourceSpec {
        source: Source::A,
        letter: 'a',
        word: "tester",
        clause: "security verification and validation testers",
        reference: "IEC 81001-5-1 9.2 a)",
        constraint: "9.2-04",
        channels: &[Upload, Api, Cli, Desk, Mail],
        who: "testers with an account or a token; contract testers through the public form",
        acknowledgement: ByRunRecord,
        built: true,
    },
    SourceSpec {
        source: Source::B,
        letter: 'b',
        word: "supplier",
        clause: "third-party component suppliers",
        reference: "IEC 81001-5-1 9.2 b)",
        constraint: "9.2-05",
        channels: &[Form, Mail, Poll],
        who: "anybody",
        acknowledgement: ByPerson,
        built: false,
    },
    SourceSpec {
        source: Source::C,
        letter: 'c',
        word: "developer",
        clause: "product developers and testers",
        reference: "IEC 81001-5-1 9.2 c)",
        constraint: "9.2-06",
        channels: &[Desk, Api, Webhook, Cli],
        who: "people with an account, or a token",
        acknowledgement: ByPerson,
        built: true,
    },
    SourceSpec {
        source: Source::D,
        letter: 'd',
        word: "user",
        clause: "product users: integrators, operators, administrators, maintenance personnel",
        reference: "IEC 81001-5-1 9.2 d)",
        constraint: "9.2-07",
        channels: &[Form, Mail, Hand],
        who: "anybody",
        acknowledgement: ByPerson,
        built: true,
    },
    SourceSpec {
        source: Source::E,
        letter: 'e',
        word: "audit log",
        clause: "audit event log information",
        reference: "IEC 81001-5-1 9.2 e)",
        constraint: "9.2-08",
        channels: &[Syslog, Upload],
        who: "registered log sources",
        acknowledgement: ByRunRecord,
        built: false,
    },
    SourceSpec {
        source: Source::F,
        letter: 'f',
        word: "researcher",
        clause: "security researchers",
        reference: "IEC 81001-5-1 9.2 f)",
        constraint: "9.2-09",
        channels: &[Form, Mail],
        who: "anybody, without a name if they wish",
        acknowledgement: ByPerson,
        built: true,
    },
    SourceSpec {
        source: Source::G,
        letter: 'g',
        word: "monitoring",
        clause: "data and notifications about widespread vulnerabilities from monitoring (6.2)",
        reference: "IEC 81001-5-1 9.2 g)",
        constraint: "9.2-10",
        channels: &[Poll, Mail, Upload],
        who: "configured feeds; authorities",
        acknowledgement: ByRunRecord,
        built: false,
    },
];

impl Source {
    /// All seven, in the clause's order.
    pub const ALL: [Self; 7] = [
        Self::A,
        Self::B,
        Self::C,
        Self::D,
        Self::E,
        Self::F,
        Self::G,
    ];

    /// What this source means.
    pub fn spec(self) -> &'static SourceSpec {
        match self {
            Self::A => &SPECS[0],
            Self::B => &SPECS[1],
            Self::C => &SPECS[2],
            Self::D => &SPECS[3],
            Self::E => &SPECS[4],
            Self::F => &SPECS[5],
            Self::G => &SPECS[6],
        }
    }

    /// The source of a letter `a` to `g`.
    pub fn of_letter(letter: char) -> Option<Self> {
        SPECS.iter().find(|s| s.letter == letter).map(|s| s.source)
    }
}
