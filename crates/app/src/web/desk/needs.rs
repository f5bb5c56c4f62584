//! What the desk needs from the rest of the house, as one trait: reads that answer with [`model`](super::model) structs,
//! and one way to write. Pages never hold a [`Needs`]; they hold a handle of `crate::access`, which holds one.
//!
//! Implemented over the store by `desk::shelf`, and in memory by the tests. Every read takes a [`View`], so that what
//! one may not see is `None`, a masked name or not counted, and never a page that says "forbidden".

use super::model::{
    Account, Around, BatchLine, CaseFile, ClosureRecord, ConstraintLine, Credential, Dashboard,
    HeldFile, InboxFilter, InboxPage, Link, NewReport, OccurrencePage, Organisation, PersonLine,
    PolicyPage, ProductLine, ReportFile, RunLine, SearchHit, Session,
};
use crate::secrets::password::Passwords;
use crate::secrets::token::Kind;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use vulnerary_case::Refusal;
use vulnerary_case::act::Command;
use vulnerary_case::case::event::Lane;
use vulnerary_case::id::PersonId;
use vulnerary_case::object::ObjectRef;

/// What a method answers, later.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = Result<T, Trouble>> + Send + 'a>>;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The core said no, in words. Nothing was written.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store cannot be reached just now.
    #[error("the store is not available just now")]
    Unavailable,
    /// A defect of ours; the page shows a reference number, the log the rest.
    #[error(transparent)]
    Defect(#[from] anyhow::Error),
}

/// Who looks, and how much of a person they may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View {
    /// Who looks: the circle of each case is compared with it.
    pub person: PersonId,
    /// True for an auditor: reporters' identities are masked, and each sealed object viewed is logged.
    pub masked: bool,
}

/// A set of texts that becomes one sealed object: field to text (`why`, `title`, `threats`, …).
pub type Texts = BTreeMap<String, String>;

/// One act: who, what texts are to be sealed with it, and the command made from the sealed references.
pub struct Act {
    /// Who acts.
    pub person: PersonId,
    /// Each becomes one sealed object, in this order.
    pub texts: Vec<Texts>,
    /// Makes the command from the references, in the same order; none where there are fewer than texts (a defect).
    #[expect(clippy::type_complexity, reason = "named where it stands")]
    pub command: Box<dyn FnOnce(&[ObjectRef]) -> Option<Command> + Send>,
}

impl std::fmt::Debug for Act {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Act")
            .field("person", &self.person)
            .finish_non_exhaustive()
    }
}

/// What an act did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// Number of the case that was opened, where one was.
    pub opened: Option<String>,
    /// Cases of a batch that were left out, each with why: number, sentence.
    pub left_out: Vec<(String, String)>,
    /// How many cases of a batch it was done for.
    pub applied: u64,
}

/// What the desk needs from the process's configuration.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `public_url` without a slash at the end: makes every link and the Origin check.
    pub public_url: String,
    /// The recovery sheet: what to print of the master key (its file, its id, its text). Shown to administrators until
    /// somebody confirmed.
    pub recovery_sheet: Option<String>,
}

/// What the desk needs from the rest of the house.
pub trait Needs: Send + Sync + 'static {
    /// Now (from `Outside`).
    fn now(&self) -> Timestamp;
    /// Randomness (from `Outside`).
    fn fill(&self, bytes: &mut [u8]);
    /// Configuration.
    fn settings(&self) -> &Settings;
    /// The password hasher, one a process.
    fn passwords(&self) -> &Passwords;

    /// What surrounds every page.
    fn around(&self) -> Later<'_, Around>;

    /// The account that signs in with this mail address (compared without case).
    fn account_by_email<'a>(&'a self, email: &'a str) -> Later<'a, Option<Account>>;
    /// The account of a person.
    fn account(&self, person: PersonId) -> Later<'_, Option<Account>>;
    /// Remembers that the code of `step` was used; false where it, or a later one, was used before. Atomic.
    fn use_step(&self, person: PersonId, step: u64) -> Later<'_, bool>;
    /// Uses up a recovery code by its digest; false where there is none such. Atomic.
    fn use_recovery<'a>(&'a self, person: PersonId, digest: &'a str) -> Later<'a, bool>;
    /// Stores a credential (wrapping the app's secret) and records CredentialSet by `person`, in one act.
    fn set_credential(&self, person: PersonId, credential: Credential) -> Later<'_, ()>;
    /// Stores a new password only, keeping the app and its codes; records CredentialSet.
    fn set_password(&self, person: PersonId, password: String) -> Later<'_, ()>;

    /// Keeps a session.
    fn put_session(&self, session: Session) -> Later<'_, ()>;
    /// The session of a token's digest.
    fn session(&self, digest: [u8; 32]) -> Later<'_, Option<Session>>;
    /// Notes that it was used.
    fn touch_session(&self, digest: [u8; 32], at: Timestamp) -> Later<'_, ()>;
    /// All sessions of a person.
    fn sessions_of(&self, person: PersonId) -> Later<'_, Vec<Session>>;
    /// Ends a session of `person`; one of somebody else's is not touched.
    fn end_session(&self, person: PersonId, digest: [u8; 32]) -> Later<'_, ()>;

    /// Keeps an invitation.
    fn put_link(&self, link: Link) -> Later<'_, ()>;
    /// The link of a digest, where it still works. The set-up link works until the first person has a credential.
    fn link(&self, kind: Kind, digest: [u8; 32]) -> Later<'_, Option<Link>>;
    /// Uses it up; false where it was used before. Atomic.
    fn use_link(&self, kind: Kind, digest: [u8; 32]) -> Later<'_, bool>;
    /// Adds the very first person (set-up, as `system`) with every role of a one-person start.
    fn add_first_person<'a>(&'a self, name: &'a str, email: &'a str) -> Later<'a, PersonId>;

    /// A page of the inbox.
    fn inbox(&self, view: View, filter: InboxFilter) -> Later<'_, InboxPage>;
    /// A case by its number (`VC-…`).
    fn case<'a>(&'a self, view: View, number: &'a str) -> Later<'a, Option<CaseFile>>;
    /// A report by its number (`VR-…`).
    fn report<'a>(&'a self, view: View, number: &'a str) -> Later<'a, Option<ReportFile>>;
    /// The bytes of a report's file.
    fn file<'a>(&'a self, view: View, number: &'a str, index: usize)
    -> Later<'a, Option<HeldFile>>;
    /// Occurrences of a case, a page of them.
    fn occurrences<'a>(
        &'a self,
        view: View,
        number: &'a str,
        after: Option<String>,
    ) -> Later<'a, Option<OccurrencePage>>;
    /// The closure record as it would be filed now (or was), seen by somebody who may want to sign.
    fn closure_record<'a>(
        &'a self,
        view: View,
        number: &'a str,
    ) -> Later<'a, Option<ClosureRecord>>;
    /// Cases of a lane that wait for review (`proposed` false) or for a signature (`proposed` true); at most 500.
    fn batch(&self, view: View, lane: Lane, proposed: bool) -> Later<'_, Vec<BatchLine>>;
    /// Search by number, identifier, title and sender; at most 50.
    fn search<'a>(&'a self, view: View, words: &'a str) -> Later<'a, Vec<SearchHit>>;
    /// Runs, newest first; at most 100.
    fn runs(&self, view: View) -> Later<'_, Vec<RunLine>>;
    /// The ten constraints.
    fn coverage(&self, view: View) -> Later<'_, Vec<ConstraintLine>>;
    /// The picture and the numbers.
    fn dashboard(&self, view: View) -> Later<'_, Dashboard>;

    /// The organisation.
    fn organisation(&self) -> Later<'_, Organisation>;
    /// Everybody.
    fn people(&self) -> Later<'_, Vec<PersonLine>>;
    /// All products.
    fn products(&self) -> Later<'_, Vec<ProductLine>>;
    /// The policy in force.
    fn policy(&self) -> Later<'_, PolicyPage>;

    /// Seals the texts, makes the command and commits it: the only way to write. The core re-checks the person's role
    /// inside the transaction.
    fn act(&self, act: Act) -> Later<'_, Done>;
    /// Takes a report that somebody signed in enters; the number of its case. Durable when it answers.
    fn take_report(&self, person: PersonId, report: NewReport) -> Later<'_, String>;
    /// Adopts policy numbers and calendar (the adapter knows the rest of the policy): acknowledge business days, update
    /// days, zone, end of the working day, holidays, intake owner.
    fn adopt_policy(&self, person: PersonId, page: PolicyPage) -> Later<'_, ()>;
}
