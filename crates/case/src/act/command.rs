//! What somebody may want done. Texts are sealed before they get here: a command carries references only.

use crate::actor::Role;
use crate::calendar::Calendar;
use crate::case::event::{
    AddressingItem, Alarm, Analysed, Disclosure, Item, Lane, Meaning, OccurrencesSeen, Outcome,
    Reviewed, Route, SafetyAssessed, StatusRow,
};
use crate::id::{CaseId, MessageId, PersonId, ProductId, ReleaseId, ReportId, RunId};
use crate::object::ObjectRef;
use crate::policy::Policy;
use crate::product::event::SupportClass;
use crate::report::event::{Claims, ReporterKind, SetAsideCode};
use crate::source::{Channel, ReporterRole, Source, SourceState};
use jiff::Timestamp;

/// A wish, before it is decided. `seen` is the stream version (seq) that the author's form showed; an older one is refused.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "one variant per stream; see the inner types")]
pub enum Command {
    Receive(Box<ReceiveReport>),
    Report {
        report: ReportId,
        seen: Option<u64>,
        wish: ReportCommand,
    },
    Case {
        case: CaseId,
        seen: Option<u64>,
        wish: CaseCommand,
    },
    Batch(BatchCommand),
    Run {
        run: RunId,
        wish: RunCommand,
    },
    Product {
        product: ProductId,
        wish: ProductCommand,
    },
    Org(OrgCommand),
    Person {
        person: PersonId,
        wish: PersonCommand,
    },
}

/// A report came in by any channel. From a person it opens its own case in the same act: exactly three events.
#[derive(Clone, Debug, PartialEq)]
pub struct ReceiveReport {
    /// Made at the edge.
    pub report: ReportId,
    /// The clause's letter.
    pub source: Source,
    /// How sure.
    pub source_state: SourceState,
    /// How it came.
    pub channel: Channel,
    /// What is behind it for answering.
    pub kind: ReporterKind,
    /// Claimed role.
    pub role: Option<ReporterRole>,
    /// The bytes, sealed: manifest (or the one file) first.
    pub objects: Vec<ObjectRef>,
    /// When the sender says it happened.
    pub happened_at: Option<Timestamp>,
    /// Claims.
    pub claims: Claims,
    /// What to do with it at once.
    pub then: OnReceipt,
}

/// What follows receipt in the same act.
#[derive(Clone, Debug, PartialEq)]
pub enum OnReceipt {
    /// Open its own case (lane H).
    Open(OpenCase),
    /// Leave it received: a resumable job reads it (machine files).
    WaitForReading,
    /// Set it aside by a rule.
    SetAside {
        /// Code.
        code: SetAsideCode,
        /// `name@version`.
        rule: String,
    },
}

/// A case to open.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenCase {
    /// Made at the edge.
    pub case: CaseId,
    /// Lane by what opens it.
    pub lane: Lane,
    /// Product, where known.
    pub product: Option<ProductId>,
    /// Grouping key of a machine finding.
    pub group: Option<String>,
    /// Title, sealed; `None` leaves the display title derived from the report.
    pub title: Option<ObjectRef>,
}

/// Wishes about a report.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "named after the events they lead to")]
pub enum ReportCommand {
    Read {
        format: String,
    },
    FindUnreadable {
        why: String,
    },
    /// Open a case for a report that has none.
    Open {
        open: OpenCase,
        text: Option<ObjectRef>,
    },
    /// Also place it in an existing case; `question`: it only asks about it, which raises no lane.
    Place {
        case: CaseId,
        question: bool,
        text: Option<ObjectRef>,
    },
    SetAside {
        code: SetAsideCode,
        rule: Option<String>,
        text: Option<ObjectRef>,
    },
    PutBack {
        text: Option<ObjectRef>,
    },
    Move {
        from: CaseId,
        to: CaseId,
        text: Option<ObjectRef>,
    },
    ConfirmSource {
        source: Source,
        role: Option<ReporterRole>,
    },
    /// Write to the reporter. `Acknowledgement` also records Acknowledged; posting and mail are jobs of the same act.
    Write {
        message: MessageId,
        purpose: crate::report::event::Purpose,
        text: ObjectRef,
    },
    /// The reporter wrote (proved by the words, or by mail).
    Hear {
        message: MessageId,
        text: ObjectRef,
        files: Vec<(ObjectRef, ObjectRef)>,
    },
    Bounce {
        message: MessageId,
    },
    /// A worker handed a message to mail.
    HandOver {
        message: MessageId,
        via: Channel,
    },
    Dispute {
        text: ObjectRef,
    },
    /// `reason`: why the approver of the closure answers, where there is no other.
    AnswerDispute {
        message: MessageId,
        text: ObjectRef,
        reason: Option<ObjectRef>,
    },
    Withdraw {
        text: Option<ObjectRef>,
    },
    Erase {
        text: Option<ObjectRef>,
    },
    PlaceHold {
        text: ObjectRef,
    },
    LiftHold {
        text: ObjectRef,
    },
    /// The outcome counts as told: 48 h without a bounce, or two failures on different days.
    Tell {
        how: crate::report::event::Told,
    },
}

/// Wishes about a case.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "named after the events they lead to")]
pub enum CaseCommand {
    SetTitle {
        text: ObjectRef,
    },
    SetProduct {
        product: ProductId,
    },
    /// Raising needs one person.
    RaiseLane {
        lane: Lane,
        text: Option<ObjectRef>,
    },
    /// Lowering needs two: this is the first.
    ProposeLowerLane {
        lane: Lane,
        text: Option<ObjectRef>,
    },
    /// The second person agrees (signed); `name` as it is at signing.
    LowerLane {
        name: String,
        text: Option<ObjectRef>,
    },
    RefuseLowerLane {
        text: Option<ObjectRef>,
    },
    /// After a reopening: these earlier determinations stand.
    Confirm {
        items: Vec<Item>,
    },
    Assign {
        owner: PersonId,
    },
    Review(Reviewed),
    Validate {
        text: Option<ObjectRef>,
    },
    Invalidate {
        exit: Outcome,
        text: Option<ObjectRef>,
    },
    Accept {
        text: Option<ObjectRef>,
    },
    Defer {
        until: Option<Timestamp>,
        text: Option<ObjectRef>,
    },
    Analyse(Analysed),
    Score {
        vector: String,
        text: Option<ObjectRef>,
    },
    StateStatus {
        rows: Vec<StatusRow>,
        text: Option<ObjectRef>,
    },
    AssessSafety(SafetyAssessed),
    DecideRoute {
        route: Route,
        text: Option<ObjectRef>,
    },
    PlanRemediation {
        item: AddressingItem,
        text: Option<ObjectRef>,
    },
    FixReady {
        text: Option<ObjectRef>,
    },
    FixDeployed {
        text: Option<ObjectRef>,
    },
    VerifyResolution {
        text: Option<ObjectRef>,
    },
    ProposeEmbargo {
        until: Timestamp,
        text: Option<ObjectRef>,
    },
    AcceptEmbargo,
    RejectEmbargo,
    ReviseEmbargo {
        until: Timestamp,
        text: Option<ObjectRef>,
    },
    AcceptRevision,
    RejectRevision,
    UpholdEmbargo {
        text: Option<ObjectRef>,
    },
    EndEmbargo {
        text: Option<ObjectRef>,
    },
    BecamePublic {
        happened_at: Option<Timestamp>,
        text: Option<ObjectRef>,
    },
    SawExploit {
        happened_at: Option<Timestamp>,
        text: Option<ObjectRef>,
    },
    SawAttack {
        happened_at: Option<Timestamp>,
        text: Option<ObjectRef>,
    },
    /// Somebody says that harm or exploitation was claimed, and since when the maker knows.
    ClaimAwareness {
        alarm: Alarm,
        report: ReportId,
    },
    ConfirmAwareness {
        at: Timestamp,
        text: Option<ObjectRef>,
    },
    DeclineAwareness {
        text: Option<ObjectRef>,
    },
    DecideDisclosure {
        decision: Disclosure,
        text: Option<ObjectRef>,
    },
    PublishAdvisory {
        text: Option<ObjectRef>,
    },
    AddNote {
        text: ObjectRef,
    },
    ProposeDuplicate {
        root: CaseId,
        text: Option<ObjectRef>,
    },
    /// The second person agrees (signed).
    LinkDuplicate {
        root: CaseId,
        name: String,
        text: Option<ObjectRef>,
    },
    RefuseDuplicate {
        root: CaseId,
        text: Option<ObjectRef>,
    },
    Unlink {
        text: Option<ObjectRef>,
    },
    /// Reports listed move to the new case.
    Split {
        into: OpenCase,
        reports: Vec<ReportId>,
        text: Option<ObjectRef>,
    },
    DetermineComplaint {
        complaint: bool,
        text: Option<ObjectRef>,
    },
    AnswerInquiry {
        report: ReportId,
        text: Option<ObjectRef>,
    },
    RecordFielding {
        release: ReleaseId,
        percent: u8,
        text: Option<ObjectRef>,
    },
    WriteNotice {
        report: ReportId,
        text: ObjectRef,
    },
    ProposeClosure {
        outcome: Outcome,
        text: Option<ObjectRef>,
    },
    WithdrawClosure,
    SendBackClosure {
        text: Option<ObjectRef>,
    },
    /// `digest` is what the approver saw; `read` are the messages ticked as read; `notices` one message id per report.
    ApproveClosure {
        digest: String,
        name: String,
        read: Vec<MessageId>,
        notices: Vec<(ReportId, MessageId)>,
    },
    Reopen {
        text: Option<ObjectRef>,
    },
    /// A fact outside the case changed (a release was shipped): look at lane and proposal again. Often no event.
    Recheck,
    /// A run shows it at these places (rule).
    SeeOccurrences(OccurrencesSeen),
}

/// One act over many cases. `store` applies acts over 256 events in parts.
#[derive(Clone, Debug, PartialEq)]
pub enum BatchCommand {
    /// The same wish to each case: review, assign, reject. A case that refuses drops out and is named in the answer.
    Each {
        /// The cases with the version seen.
        cases: Vec<(CaseId, Option<u64>)>,
        /// The wishes, in order, applied to each.
        wishes: Vec<CaseCommand>,
    },
    /// One signature over many closures (lanes M, T, A): each case with the digest of its closure record as shown.
    /// Cases must have a proposed closure. A case that changed drops out and is named.
    Sign {
        /// Case and digest.
        cases: Vec<(CaseId, String)>,
        /// Name as it is at signing.
        name: String,
        /// What the signature means.
        meaning: Meaning,
    },
}

/// Wishes about a run.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "named after the events they lead to")]
pub enum RunCommand {
    Record {
        report: ReportId,
        index: u32,
        text: ObjectRef,
        lineage: String,
        product: Option<ProductId>,
    },
    SeeOccurrences {
        parser: String,
        count: u64,
        new: u64,
        again: u64,
        suppressed: u64,
        no_longer_reported: u64,
        list: ObjectRef,
    },
    Applied {
        opened: u64,
        attached: u64,
    },
}

/// Wishes about a product.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "named after the events they lead to")]
pub enum ProductCommand {
    Add {
        name: String,
    },
    Rename {
        name: String,
    },
    AddRelease {
        release: ReleaseId,
        version: String,
        class: Option<SupportClass>,
    },
    ShipRelease {
        release: ReleaseId,
        happened_at: Option<Timestamp>,
    },
    EndRelease {
        release: ReleaseId,
        happened_at: Option<Timestamp>,
    },
    /// The release gate: residual risks accepted. `digest` is what was signed.
    SignGate {
        release: ReleaseId,
        name: String,
        digest: String,
        text: Option<ObjectRef>,
    },
}

/// Wishes about the organisation.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "named after the events they lead to")]
pub enum OrgCommand {
    Describe {
        text: ObjectRef,
    },
    AdoptPolicy {
        policy: Box<Policy>,
    },
    AdoptCalendar {
        calendar: Calendar,
    },
    ConfirmRecoverySheet,
    SoftwareStarted {
        version: String,
    },
    /// The monthly list of set-aside reports. `digest` is what was signed.
    SignMonthlyList {
        month: String,
        name: String,
        digest: String,
        listed: u64,
        read: Vec<ReportId>,
        /// The sealed sample, needed where it is longer than 256.
        list: Option<ObjectRef>,
    },
    ReviewLog {
        month: String,
        product: Option<ProductId>,
        text: ObjectRef,
    },
    /// By `store` on restore or key rotation.
    Record(Box<crate::org::event::OrgEvent>),
}

/// Wishes about a person.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "named after the events they lead to")]
pub enum PersonCommand {
    /// With `roles` at once. The first person may be added by `system` (set-up, command line).
    Add {
        text: ObjectRef,
        roles: Vec<Role>,
    },
    Describe {
        text: ObjectRef,
    },
    Grant {
        role: Role,
    },
    Revoke {
        role: Role,
    },
    SetCredential,
    Deactivate,
    Reactivate,
}
