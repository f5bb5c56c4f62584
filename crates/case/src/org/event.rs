//! What can have happened to the organisation.

use crate::calendar::Calendar;
use crate::case::event::Signature;
use crate::id::{PersonId, ProductId, ReportId};
use crate::object::ObjectRef;
use crate::policy::Policy;
use serde::{Deserialize, Serialize};

/// Events of stream `org/…`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "body")]
pub enum OrgEvent {
    /// Name, contacts, address (sealed: fields `name`, `email`, `phone`, `emergency_phone`, `address`). Latest wins.
    OrganisationDescribed {
        /// The sealed set.
        text: ObjectRef,
    },
    /// The policy in force from now on.
    PolicyAdopted {
        /// The rules.
        policy: Box<Policy>,
        /// Lowercase hex SHA-256 of its canonical JSON.
        sha256: String,
    },
    /// The calendar in force from now on.
    CalendarAdopted {
        /// Zone, weekdays, holidays.
        calendar: Calendar,
    },
    /// Somebody confirmed that the recovery sheet of the master key is in a safe place.
    RecoverySheetConfirmed {},
    /// The monthly list of set-aside reports was signed.
    MonthlyListSigned {
        /// `2026-11`.
        month: String,
        /// The signature.
        signature: Signature,
        /// How many were listed.
        listed: u64,
        /// The sample, up to 256; a longer one is in `list`.
        read: Vec<ReportId>,
        /// How many a second person read.
        #[serde(default)]
        read_count: u64,
        /// A longer sample, sealed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        list: Option<ObjectRef>,
    },
    /// Somebody was added; the organisation keeps the list so that a decision can see whether anybody else may sign.
    PersonJoined {
        /// Who.
        person: PersonId,
    },
    /// An audit log review was done (9.2 e).
    LogReviewed {
        /// `2026-11`.
        month: String,
        /// The product, where it is about one.
        product: Option<ProductId>,
        /// What was looked at and found, sealed.
        text: ObjectRef,
    },
    /// A new log key signs from here.
    KeyRotated {
        /// Old verifier key.
        old: String,
        /// New verifier key.
        new: String,
    },
    /// A restore began a new incarnation of the log.
    LogRestored {
        /// Origin before.
        old_origin: String,
        /// Size of the restored tree.
        size: u64,
        /// Its root, lowercase hex.
        root: String,
        /// `restore`, or `behind_seen_checkpoint`.
        reason: String,
        /// The highest size ever seen of the old log, where known: receipts beyond `size` are lost.
        seen: Option<u64>,
    },
    /// A process of this version started.
    SoftwareStarted {
        /// Version.
        version: String,
    },
    /// The wall clock stepped back.
    ClockSteppedBack {
        /// By how many milliseconds.
        by_ms: u64,
    },
    /// A canary was sent through a channel.
    CanarySent {
        /// Which channel.
        channel: crate::source::Channel,
    },
    /// It arrived as this report.
    CanaryArrived {
        /// Which channel.
        channel: crate::source::Channel,
        /// The report.
        report: ReportId,
    },
    /// Something left the system.
    Exported {
        /// What: `backup`, `evidence`.
        what: String,
    },
    /// A batch of closures was signed in one act (lanes M, T, A).
    BatchSigned {
        /// The signature over the list's digest.
        signature: Signature,
        /// How many cases.
        cases: u64,
    },
}
