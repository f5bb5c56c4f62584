//! One report, as its page shows it.

use super::{Named, TimelineLine};
use jiff::Timestamp;
use vulnerary_case::id::{CaseId, MessageId, ReportId};
use vulnerary_case::report::event::{Claims, Purpose, ReporterKind, SetAsideCode};
use vulnerary_case::source::{Channel, ReporterRole, Source, SourceState};

/// Where a report is (docs/interfaces.md).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportState {
    /// Taken; nothing read it yet.
    Received,
    /// No parser could read it; it waits for a person.
    Unreadable,
    /// In one or more cases.
    Placed,
    /// In no case, on record.
    SetAside(SetAsideCode),
    /// Settled and told.
    Closed,
}

/// One field of the form as it arrived: name and text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextField {
    /// `description`, `product`, … as sent.
    pub name: String,
    /// As sent; shown through `plain_text`.
    pub value: String,
}

/// One file of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttachedFile {
    /// Position, for its address.
    pub index: usize,
    /// Name as the sender gave it.
    pub name: String,
    /// Bytes.
    pub bytes: u64,
    /// Lowercase hex SHA-256.
    pub sha256: String,
    /// Whether it was erased on record.
    pub erased: bool,
}

/// The bytes of one file, for a download.
#[derive(Clone, Debug)]
pub struct HeldFile {
    /// Name as the sender gave it.
    pub name: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// One message of the conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageLine {
    /// Which.
    pub id: MessageId,
    /// When.
    pub at: Timestamp,
    /// Who of us wrote; nobody where the reporter did.
    pub by: Option<Named>,
    /// What it is for, where we wrote.
    pub purpose: Option<Purpose>,
    /// The text, or none where it was erased.
    pub text: Option<String>,
    /// How it stands: "posted", "handed to mail", "bounced". Empty for the reporter's.
    pub delivery: String,
}

/// Where it stands in the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// Index of the first leaf.
    pub first: u64,
    /// Index of the last leaf.
    pub last: u64,
    /// Lowercase hex SHA-256 of what was received; empty for a case.
    pub sha256: String,
    /// The checkpoint's first lines.
    pub checkpoint: String,
}

/// One report with everything its page shows.
#[derive(Clone, Debug, PartialEq)]
pub struct ReportFile {
    /// Which.
    pub id: ReportId,
    /// `VR-…`
    pub number: String,
    /// Version (seq) that this page shows; forms carry it.
    pub version: u64,
    /// Where it is.
    pub state: ReportState,
    /// The clause's letter.
    pub source: Source,
    /// How sure.
    pub source_state: SourceState,
    /// Role.
    pub role: Option<ReporterRole>,
    /// How it came.
    pub channel: Channel,
    /// How the reporter can be answered.
    pub kind: ReporterKind,
    /// Name and contact as given, or none (anonymous, masked or erased).
    pub contact: Vec<TextField>,
    /// When we recorded it.
    pub received: Timestamp,
    /// When the sender says it happened.
    pub happened: Option<Timestamp>,
    /// Acknowledged by a person.
    pub acknowledged: Option<Timestamp>,
    /// What the reporter claims.
    pub claims: Claims,
    /// The main text (`description`, or a mail's body); none where erased or a file only.
    pub text: Option<String>,
    /// The other fields as sent.
    pub fields: Vec<TextField>,
    /// Headers of the request or mail, folded away.
    pub headers: Vec<TextField>,
    /// Files.
    pub files: Vec<AttachedFile>,
    /// Conversation, oldest first.
    pub messages: Vec<MessageLine>,
    /// Cases it is in: id, number, title.
    pub cases: Vec<(CaseId, String, String)>,
    /// Rationale of setting aside, where there is one.
    pub set_aside_why: Option<String>,
    /// The reporter disagrees, and nobody answered yet.
    pub disputed: Option<String>,
    /// A legal hold is on it.
    pub held: bool,
    /// Its personal data was erased.
    pub erased: bool,
    /// The outcome was told.
    pub told: Option<Timestamp>,
    /// History, newest first.
    pub timeline: Vec<TimelineLine>,
    /// Ledger position.
    pub position: Position,
}
