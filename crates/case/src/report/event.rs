//! What can have happened to a report. Closed; fields are only added, as optional (architecture §5).

use crate::id::{CaseId, MessageId};
use crate::object::ObjectRef;
use crate::source::{Channel, ReporterRole, Source, SourceState};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Events of stream `report/…` (domain.md, Events).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "body")]
pub enum ReportEvent {
    /// The bytes are ours. Its leaf goes to the reporter, so nothing of staff, lane, circle or case is in it.
    Received(Received),
    /// A parser understood it.
    ReadAs {
        /// Format name and parser version, for example `sarif-2.1.0@1`.
        format: String,
    },
    /// No parser could; it waits with owner and clock.
    FoundUnreadable {
        /// Why, in a sentence of ours (never of the sender's).
        why: String,
    },
    /// It is in this case.
    PlacedIn {
        /// The case.
        case: CaseId,
    },
    /// It is in no case, on record. Closes it.
    SetAside {
        /// Why.
        code: SetAsideCode,
        /// The rule and its version, or none where a person decided.
        rule: Option<String>,
        /// The rationale, where a person wrote one.
        text: Option<ObjectRef>,
    },
    /// A person reversed the setting aside.
    PutBack {
        /// The rationale.
        text: Option<ObjectRef>,
    },
    /// It was moved between cases.
    Moved {
        /// Left.
        from: CaseId,
        /// Entered.
        to: CaseId,
        /// The rationale.
        text: Option<ObjectRef>,
    },
    /// A person confirmed or corrected whom it came from.
    SourceConfirmed {
        /// The clause's letter.
        source: Source,
        /// The role, where it matters (d).
        role: Option<ReporterRole>,
    },
    /// A person answered with the next step and date. The automatic receipt is not this.
    Acknowledged {
        /// The message that acknowledged.
        message: MessageId,
    },
    /// A message was written (by staff to the reporter).
    MessageComposed {
        /// The message.
        message: MessageId,
        /// What it is for.
        purpose: Purpose,
        /// The text.
        text: ObjectRef,
    },
    /// A message reached the place where the reporter reads: posted on the track page, the desk, or handed to mail.
    MessageHandedOver {
        /// The message.
        message: MessageId,
        /// Where.
        via: Channel,
    },
    /// It did not reach.
    MessageBounced {
        /// The message.
        message: MessageId,
    },
    /// The reporter wrote.
    MessageReceived {
        /// The message.
        message: MessageId,
        /// The text.
        text: ObjectRef,
    },
    /// The reporter, or staff for them, added a file.
    FileAdded {
        /// The sealed bytes.
        file: ObjectRef,
        /// Name and claimed type, sealed.
        name: ObjectRef,
    },
    /// The reporter knows the outcome (or was unreachable, tried on record).
    OutcomeTold {
        /// How they were told.
        how: Told,
        /// The message, where there was one.
        message: Option<MessageId>,
    },
    /// The reporter disagrees with the outcome.
    Disputed {
        /// What they wrote.
        text: ObjectRef,
    },
    /// An approver answered a dispute.
    DisputeAnswered {
        /// The answer, which is also sent.
        text: ObjectRef,
        /// True where the same approver answered because there was no other: an exception that evidence lists.
        same_approver: bool,
        /// Why the same approver answered.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<ObjectRef>,
    },
    /// The reporter withdrew; a fact that closes no case.
    Withdrawn {
        /// Why, where they said.
        text: Option<ObjectRef>,
    },
    /// Sealed content was erased; the job that destroys keys follows this event.
    PersonalDataErased {
        /// The objects erased.
        objects: Vec<crate::id::ObjectId>,
        /// Legal basis or request, sealed.
        text: Option<ObjectRef>,
    },
    /// A legal hold stops erasure.
    HoldPlaced {
        /// Why.
        text: ObjectRef,
    },
    /// The hold is over.
    HoldLifted {
        /// Why.
        text: ObjectRef,
    },
    /// Everything it was placed in is closed and it was told.
    Closed {},
    /// A case of it was opened again, or it was placed in an open one: it is open, and will be told again.
    Reopened {
        /// The case.
        case: CaseId,
    },
}

/// Body of `Received`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Received {
    /// `VR-XXX-XXX`, speakable and not guessable.
    pub number: String,
    /// The clause's letter.
    pub source: Source,
    /// How sure we are of it.
    pub source_state: SourceState,
    /// How it arrived.
    pub channel: Channel,
    /// What is behind it for answering.
    pub kind: ReporterKind,
    /// The role the reporter claims.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<ReporterRole>,
    /// Lowercase hex SHA-256 of the policy in force.
    pub policy_sha256: String,
    /// The bytes: first the manifest (or the one file), then one per file.
    pub objects: Vec<ObjectRef>,
    /// When the sender says it happened or was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub happened_at: Option<Timestamp>,
    /// What the reporter claims; claims move no flag.
    #[serde(default, skip_serializing_if = "Claims::is_empty")]
    pub claims: Claims,
}

/// Claims of the reporter, shown as claims.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// Somebody is in danger now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub danger_now: Option<Answer>,
    /// Somebody was harmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub harm: Option<Answer>,
    /// It is public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public: Option<Answer>,
    /// It is being exploited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exploited: Option<Answer>,
}

impl Claims {
    /// Whether nothing was claimed.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A three-valued answer: silence is `Option::None` around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Yes.
    Yes,
    /// No.
    No,
    /// They do not know.
    Unknown,
}

/// How a reporter can be answered (domain.md, Report).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReporterKind {
    /// Gave a contact (sealed in the report); also has the follow-up words.
    Person,
    /// Follow-up words only.
    Anonymous,
    /// Signed in.
    Staff,
    /// A channel's machine; answered by its run record.
    Machine,
    /// Somebody relays for them.
    Relayed,
    /// No way back (a letter without a sender).
    NoReturnPath,
}

/// Why a report is in no case (domain.md).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "the variants are the codes of domain.md, each a plain word"
)]
pub enum SetAsideCode {
    Spam,
    Bounce,
    Newsletter,
    Canary,
    QuestionAnswered,
    CompanyIt,
    MisdirectedComplaint,
    Unreadable,
    NoResults,
    NotShipped,
    WithdrawnBeforeReview,
}

/// What a message to the reporter is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// First answer by a person, with the next step and date.
    Acknowledgement,
    /// A question.
    Question,
    /// Regular update.
    Update,
    /// Anything else.
    Message,
    /// The closing notice: outcome, and how to disagree.
    ClosingNotice,
    /// The answer to a dispute.
    DisputeAnswer,
}

/// How the outcome was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// Posted on the track page.
    Posted,
    /// Posted on the desk.
    Desk,
    /// Handed to mail and no bounce for 48 h.
    Mailed,
    /// To the relay.
    Relay,
    /// By rule: machines and reporters without a return path.
    ByRule,
    /// Unreachable after two failures on different days.
    Unreachable,
}
