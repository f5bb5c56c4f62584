//! What a report is: the fold of its events.

use crate::actor::Actor;
use crate::id::{CaseId, MessageId, ObjectId, ReportId};
use crate::object::ObjectRef;
use crate::report::event::{
    Claims, Purpose, Received, ReportEvent, ReporterKind, SetAsideCode, Told,
};
use crate::source::{Channel, ReporterRole, Source, SourceState};
use crate::world::Meta;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Where a report stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportPhase {
    /// Its bytes are ours; a job reads it.
    Received,
    /// No parser could read it; it waits for a person.
    Unreadable,
    /// It is in one or more cases.
    Placed,
    /// It is in no case, on record.
    SetAside,
    /// All its cases are closed and it was told.
    Closed,
}

/// Which way a message went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From the reporter.
    In,
    /// To the reporter.
    Out,
}

/// One message of the conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// Which way.
    pub direction: Direction,
    /// What it is for; the reporter's are `Message`.
    pub purpose: Purpose,
    /// The text, sealed.
    pub text: ObjectRef,
    /// Who wrote it.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
    /// Where and when it reached the place where the reporter reads.
    pub handed_over: Vec<(Channel, Timestamp)>,
    /// When it came back.
    pub bounced: Vec<Timestamp>,
}

/// A file that came after the report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AddedFile {
    /// The bytes.
    pub file: ObjectRef,
    /// Name and claimed type.
    pub name: ObjectRef,
    /// Who added it.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
}

/// Why it is in no case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SetAside {
    /// Code.
    pub code: SetAsideCode,
    /// Rule and version; `None` where a person decided.
    pub rule: Option<String>,
    /// The rationale.
    pub text: Option<ObjectRef>,
    /// Who.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
}

/// How and when the outcome was told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OutcomeTold {
    /// How.
    pub how: Told,
    /// The message, where there was one.
    pub message: Option<MessageId>,
    /// When.
    pub at: Timestamp,
}

/// A disagreement with an outcome.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dispute {
    /// What the reporter wrote.
    pub text: ObjectRef,
    /// When.
    pub at: Timestamp,
    /// The answer.
    pub answer: Option<DisputeAnswer>,
}

/// The answer to a dispute.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DisputeAnswer {
    /// The text.
    pub text: ObjectRef,
    /// Who.
    pub by: Actor,
    /// The approver of the closure answered, because there was no other: an exception that evidence lists.
    pub same_approver: bool,
    /// When.
    pub at: Timestamp,
}

/// A report: `fold` of stream `report/…`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReportState {
    /// Its id.
    pub id: ReportId,
    /// Sequence number of its last event.
    pub version: u64,
    /// `VR-…`.
    pub number: String,
    /// When we recorded it.
    pub received_at: Timestamp,
    /// The clause's letter.
    pub source: Source,
    /// How sure.
    pub source_state: SourceState,
    /// How it arrived.
    pub channel: Channel,
    /// How it can be answered.
    pub kind: ReporterKind,
    /// Claimed or confirmed role.
    pub role: Option<ReporterRole>,
    /// Who recorded it.
    pub by: Actor,
    /// Digest of the policy in force at receipt.
    pub policy_sha256: String,
    /// The bytes.
    pub objects: Vec<ObjectRef>,
    /// When the sender says it happened.
    pub happened_at: Option<Timestamp>,
    /// What the reporter claims.
    pub claims: Claims,
    /// Format and parser version, where it was read.
    pub format: Option<String>,
    /// Why it could not be read.
    pub unreadable: Option<String>,
    /// Since when it is unreadable.
    pub unreadable_at: Option<Timestamp>,
    /// Cases it is in.
    pub cases: Vec<CaseId>,
    /// On record in no case.
    pub set_aside: Option<SetAside>,
    /// A person's first answer.
    pub acknowledged_at: Option<Timestamp>,
    /// The message that acknowledged.
    pub acknowledged_by: Option<MessageId>,
    /// Conversation, oldest first.
    pub messages: Vec<Message>,
    /// Files added later.
    pub files: Vec<AddedFile>,
    /// The outcome was told.
    pub told: Option<OutcomeTold>,
    /// Disagreements, oldest first.
    pub disputes: Vec<Dispute>,
    /// The reporter withdrew.
    pub withdrawn_at: Option<Timestamp>,
    /// Objects that were erased.
    pub erased: Vec<ObjectId>,
    /// When personal data was erased.
    pub erased_at: Option<Timestamp>,
    /// A legal hold, with its reason.
    pub hold: Option<ObjectRef>,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
}

impl ReportState {
    /// The state after `Received`.
    pub fn receive(id: ReportId, r: &Received, meta: &Meta) -> Self {
        Self {
            id,
            version: 1,
            number: r.number.clone(),
            received_at: meta.at,
            source: r.source,
            source_state: r.source_state,
            channel: r.channel,
            kind: r.kind,
            role: r.role,
            by: meta.actor.clone(),
            policy_sha256: r.policy_sha256.clone(),
            objects: r.objects.clone(),
            happened_at: r.happened_at,
            claims: r.claims,
            format: None,
            unreadable: None,
            unreadable_at: None,
            cases: vec![],
            set_aside: None,
            acknowledged_at: None,
            acknowledged_by: None,
            messages: vec![],
            files: vec![],
            told: None,
            disputes: vec![],
            withdrawn_at: None,
            erased: vec![],
            erased_at: None,
            hold: None,
            closed_at: None,
        }
    }

    /// Where it stands.
    pub fn phase(&self) -> ReportPhase {
        if self.set_aside.is_some() {
            ReportPhase::SetAside
        } else if self.closed_at.is_some() {
            ReportPhase::Closed
        } else if !self.cases.is_empty() {
            ReportPhase::Placed
        } else if self.unreadable.is_some() {
            ReportPhase::Unreadable
        } else {
            ReportPhase::Received
        }
    }

    /// Whether nobody has to do anything about it any more.
    pub fn is_closed(&self) -> bool {
        matches!(self.phase(), ReportPhase::Closed | ReportPhase::SetAside)
    }

    /// The message with this id.
    pub fn message(&self, id: MessageId) -> Option<&Message> {
        self.messages.iter().find(|m| m.id == id)
    }

    /// The oldest message of the reporter that nobody answered after it.
    pub fn unanswered(&self) -> Option<&Message> {
        let last_out = self
            .messages
            .iter()
            .filter(|m| m.direction == Direction::Out)
            .map(|m| m.at)
            .max();
        self.messages
            .iter()
            .find(|m| m.direction == Direction::In && last_out.is_none_or(|out| m.at > out))
    }

    /// The last closing notice since it was opened (again).
    pub fn closing_notice(&self) -> Option<&Message> {
        self.messages
            .iter()
            .rev()
            .find(|m| m.purpose == Purpose::ClosingNotice)
    }

    /// The state after one more event.
    #[must_use]
    pub fn evolve(mut self, event: &ReportEvent, meta: &Meta) -> Self {
        self.version += 1;
        match event {
            ReportEvent::Received(_) => {}
            ReportEvent::ReadAs { format } => {
                self.format = Some(format.clone());
                self.unreadable = None;
                self.unreadable_at = None;
            }
            ReportEvent::FoundUnreadable { why } => {
                self.unreadable = Some(why.clone());
                self.unreadable_at = Some(meta.at);
            }
            ReportEvent::PlacedIn { case } => self.place(*case),
            ReportEvent::Moved { from, to, .. } => {
                self.cases.retain(|c| c != from);
                self.place(*to);
            }
            ReportEvent::SetAside { code, rule, text } => {
                self.set_aside = Some(SetAside {
                    code: *code,
                    rule: rule.clone(),
                    text: text.clone(),
                    by: meta.actor.clone(),
                    at: meta.at,
                });
            }
            ReportEvent::PutBack { .. } => self.set_aside = None,
            ReportEvent::SourceConfirmed { source, role } => {
                self.source = *source;
                self.source_state = SourceState::Confirmed;
                self.role = role.or(self.role);
            }
            ReportEvent::Withdrawn { .. } => {
                self.withdrawn_at.get_or_insert(meta.at);
            }
            ReportEvent::PersonalDataErased { objects, .. } => {
                self.erased.extend(objects);
                self.erased_at = Some(meta.at);
            }
            ReportEvent::HoldPlaced { text } => self.hold = Some(text.clone()),
            ReportEvent::HoldLifted { .. } => self.hold = None,
            ReportEvent::Closed {} => self.closed_at = Some(meta.at),
            ReportEvent::Reopened { .. } => {
                self.closed_at = None;
                self.told = None;
            }
            _ => self.evolve_conversation(event, meta),
        }
        self
    }

    fn place(&mut self, case: CaseId) {
        if !self.cases.contains(&case) {
            self.cases.push(case);
        }
    }

    fn evolve_conversation(&mut self, event: &ReportEvent, meta: &Meta) {
        let message = |id: MessageId, direction, purpose, text: &ObjectRef| Message {
            id,
            direction,
            purpose,
            text: text.clone(),
            by: meta.actor.clone(),
            at: meta.at,
            handed_over: vec![],
            bounced: vec![],
        };
        match event {
            ReportEvent::Acknowledged { message } => {
                self.acknowledged_at.get_or_insert(meta.at);
                self.acknowledged_by.get_or_insert(*message);
            }
            ReportEvent::MessageComposed {
                message: id,
                purpose,
                text,
            } => {
                self.messages
                    .push(message(*id, Direction::Out, *purpose, text));
            }
            ReportEvent::MessageReceived { message: id, text } => {
                self.messages
                    .push(message(*id, Direction::In, Purpose::Message, text));
            }
            ReportEvent::MessageHandedOver { message, via } => {
                if let Some(m) = self.messages.iter_mut().find(|m| m.id == *message) {
                    m.handed_over.push((*via, meta.at));
                }
            }
            ReportEvent::MessageBounced { message } => {
                if let Some(m) = self.messages.iter_mut().find(|m| m.id == *message) {
                    m.bounced.push(meta.at);
                }
            }
            ReportEvent::FileAdded { file, name } => self.files.push(AddedFile {
                file: file.clone(),
                name: name.clone(),
                by: meta.actor.clone(),
                at: meta.at,
            }),
            ReportEvent::OutcomeTold { how, message } => {
                self.told = Some(OutcomeTold {
                    how: *how,
                    message: *message,
                    at: meta.at,
                });
            }
            ReportEvent::Disputed { text } => {
                self.disputes.push(Dispute {
                    text: text.clone(),
                    at: meta.at,
                    answer: None,
                });
            }
            ReportEvent::DisputeAnswered {
                text,
                same_approver,
                ..
            } => {
                if let Some(d) = self.disputes.iter_mut().find(|d| d.answer.is_none()) {
                    d.answer = Some(DisputeAnswer {
                        text: text.clone(),
                        by: meta.actor.clone(),
                        same_approver: *same_approver,
                        at: meta.at,
                    });
                }
            }
            _ => {}
        }
    }
}
