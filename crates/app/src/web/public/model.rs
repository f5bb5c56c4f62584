//! What the public pages show, as plain structs, and what they ask of the rest of the product, as one trait.

use std::{future::Future, sync::Arc};

use jiff::Timestamp;

use crate::{
    channels::form::{FormFile, FormLimits, FormReport, Note, RefusalCode, Spool},
    web::{limits::Guard, when::When},
};

/// What the public pages need. The process implements it over the store; tests implement it over nothing.
///
/// Words are always normalised (`secrets::words::normalise`). Nothing here may log them, nor any text.
pub trait PublicSite: Clone + Send + Sync + 'static {
    /// The time.
    fn now(&self) -> Timestamp;
    /// A fresh random idempotency key of at least 22 characters of `[A-Za-z0-9_-]`.
    fn fresh_key(&self) -> String;
    /// The network buckets and trusted proxies.
    fn guard(&self) -> &Guard;
    /// Where large files go while they are read.
    fn spool(&self) -> &dyn Spool;
    /// Counts a refusal (a metric and a log line with the code only).
    fn refused(&self, code: RefusalCode);
    /// Facts about the organisation and its policy.
    fn site(&self) -> impl Future<Output = Arc<SiteFacts>> + Send;
    /// Takes a report; answers once it is durable. The same key and content give the same receipt.
    fn receive(
        &self,
        form: FormReport,
    ) -> impl Future<Output = Result<ReceiptPage, PublicRefusal>> + Send;
    /// The report that these words open.
    fn track(
        &self,
        words: String,
    ) -> impl Future<Output = Result<Option<TrackView>, PublicRefusal>> + Send;
    /// Adds a message to the report that these words open; answers once it is durable, with the report as it is then.
    fn track_message(
        &self,
        words: String,
        message: TrackMessage,
    ) -> impl Future<Output = Result<Option<TrackView>, PublicRefusal>> + Send;
    /// The receipt of the report that these words open.
    fn receipt(
        &self,
        words: String,
    ) -> impl Future<Output = Result<Option<ReceiptFile>, PublicRefusal>> + Send;
    /// The policy in force.
    fn policy(&self) -> impl Future<Output = PolicyPage> + Send;
    /// All verifier keys of the log, for ever, as JSON.
    fn keys_json(&self) -> impl Future<Output = Result<String, PublicRefusal>> + Send;
    /// The last published checkpoint; `None` before the first.
    fn checkpoint(&self) -> impl Future<Output = Result<Option<String>, PublicRefusal>> + Send;
    /// Whether the process lives.
    fn healthy(&self) -> bool;
    /// Whether reports can be taken now; the error is a sentence for an administrator, without secrets.
    fn ready(&self) -> impl Future<Output = Result<(), String>> + Send;
}

/// What the public pages say about the organisation and its policy.
#[derive(Debug, Clone)]
pub struct SiteFacts {
    /// The organisation's name.
    pub organisation: String,
    /// Where somebody answers day and night.
    pub emergency_phone: Option<String>,
    /// Other ways to report: e-mail addresses, or URIs (`tel:`, `https:`), the preferred first.
    pub contacts: Vec<String>,
    /// The policy's promise: business days until a person answers.
    pub acknowledge_business_days: u32,
    /// The policy's promise: days between updates.
    pub update_days: u32,
    /// The policy's offer: days until publication, where it names any.
    pub disclosure_days: Option<u32>,
    /// By when a report sent now is answered.
    pub acknowledge_by: Option<When>,
    /// The address that makes every link, without a slash at the end.
    pub public_url: Option<String>,
    /// Whether this is a trial on one machine: security.txt then says that it is not valid yet.
    pub local_trial: bool,
    /// What the form takes.
    pub limits: FormLimits,
    /// Languages we answer in, RFC 5646 tags, the first being the pages' own.
    pub languages: Vec<String>,
}

impl SiteFacts {
    /// `public_url` where it is https and this is no trial: only then may it stand in security.txt (RFC 9116 §2.5).
    pub fn https_url(&self) -> Option<&str> {
        self.public_url
            .as_deref()
            .filter(|url| url.starts_with("https://") && !self.local_trial)
    }
}

/// Why something was not taken or cannot be shown now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PublicRefusal {
    /// Too much at once.
    Busy {
        /// Seconds until it is worth trying again.
        retry_after: u32,
    },
    /// No room to keep it.
    StorageFull,
    /// A failure of ours.
    Failed {
        /// The number under which our log has it.
        reference: String,
    },
}

/// A report was taken.
#[derive(Debug, Clone)]
pub struct ReceiptPage {
    /// `VR-…`
    pub report: String,
    /// When, to the second.
    pub received_at: When,
    /// The twelve words, one space between.
    pub words: String,
    /// By when a person answers.
    pub acknowledge_by: Option<When>,
    /// What was taken although it was not as expected.
    pub notes: Vec<Note>,
    /// The files taken.
    pub files: Vec<FileLine>,
    /// What proves it.
    pub proof: Proof,
    /// The receipt as JSON (architecture §5), an object, without the words.
    pub receipt_json: String,
}

/// The proof, as the page shows it.
#[derive(Debug, Clone)]
pub struct Proof {
    /// Of the manifest or the file, lowercase hex.
    pub sha256: String,
    /// Position in the log, from 0.
    pub leaf_index: u64,
    /// The log's origin.
    pub log: String,
    /// The signed checkpoint, as it is.
    pub checkpoint: String,
    /// The verifier key.
    pub key: String,
    /// SHA-256 of the policy in force, lowercase hex.
    pub policy_sha256: String,
}

/// The receipt as a file.
#[derive(Debug, Clone)]
pub struct ReceiptFile {
    /// `VR-…`
    pub report: String,
    /// The JSON of architecture §5, never with the words.
    pub json: String,
}

/// One file, by name and size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileLine {
    /// Its name as sent, lossily.
    pub name: String,
    /// Its length.
    pub bytes: u64,
}

/// What a reporter writes.
#[derive(Debug)]
pub struct TrackMessage {
    /// The text, raw.
    pub text: Vec<u8>,
    /// Files.
    pub files: Vec<FormFile>,
    /// It says that the reporter disagrees with the outcome.
    pub disagree: bool,
    /// So that a reload does not send twice.
    pub idempotency_key: Option<String>,
}

/// A report as its reporter sees it.
#[derive(Debug, Clone)]
pub struct TrackView {
    /// `VR-…`
    pub report: String,
    /// When it came.
    pub received_at: When,
    /// Where it stands.
    pub status: ReporterStatus,
    /// By when what happens next happens, with its clock in words.
    pub next: Vec<(When, String)>,
    /// Messages both ways, oldest first.
    pub messages: Vec<MessageLine>,
    /// The files the reporter sent.
    pub files: Vec<FileLine>,
}

/// One message.
#[derive(Debug, Clone)]
pub struct MessageLine {
    /// When.
    pub at: When,
    /// Who of us wrote, as reporters may know them; `None` for the reporter.
    pub from_us: Option<String>,
    /// The text.
    pub text: String,
    /// Files with it.
    pub files: Vec<FileLine>,
}

/// Where a report stands, in the reporter's terms: never an inner state, never another reporter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReporterStatus {
    /// Nobody has looked yet.
    Received,
    /// Somebody reviews it (9.3).
    Review,
    /// We could not confirm it; more would help.
    NotConfirmed {
        /// Until when we wait.
        until: Option<When>,
    },
    /// Confirmed; analysed (9.4).
    Analysis,
    /// Being addressed (9.5).
    Addressing,
    /// Being prepared for publication (4.1.7).
    Disclosure,
    /// Put off.
    Deferred {
        /// When we look again.
        until: Option<When>,
    },
    /// Set aside without a case.
    SetAside {
        /// Our reason, as written to the reporter.
        reason: String,
    },
    /// Closed.
    Closed {
        /// The outcome's code (design/domain.md).
        outcome: String,
        /// The closing notice.
        notice: String,
    },
    /// Received, then lost in a restore.
    LostInRestore {
        /// When.
        at: When,
    },
}

/// The policy page.
#[derive(Debug, Clone)]
pub struct PolicyPage {
    /// Its number.
    pub version: String,
    /// Since when it is in force.
    pub since: Option<When>,
    /// Its SHA-256, lowercase hex, as on receipts.
    pub sha256: String,
    /// Every clock: what is due, within which time, and where the number comes from.
    pub clocks: Vec<[String; 3]>,
    /// The organisation's own sections: heading and paragraphs.
    pub sections: Vec<(String, Vec<String>)>,
}
