//! Permission is a handle, not an `if` (ARCHITECTURE.md, invariant 8).
//!
//! A page's handler asks for the handle it needs in its signature. Whoever cannot get one sees what anybody sees who
//! looks for something that is not there: 404. There are five:
//!
//! | handle | who gets it | what it can do |
//! |---|---|---|
//! | [`Signed`] | everybody with an account | their own sessions and password |
//! | [`Reader`] | handler, approver, safety, regulatory; auditor (masked) | read cases and reports |
//! | [`Worker`] | handler, approver, safety, regulatory | acts on cases and reports |
//! | [`Signer`] | a worker who has just proved password and code again | acts that carry a signature |
//! | [`Administrator`] | administrator | people, products, organisation, policy |
//!
//! Which role may record which determination is policy data, decided by the core inside the transaction: a handle is
//! the outer door, not the only one.

use crate::secrets::totp::TotpSecret;
use crate::web::desk::model::{
    Account, Around, BatchLine, CaseFile, ClosureRecord, ConstraintLine, Dashboard, HeldFile,
    InboxFilter, InboxPage, Named, NewReport, OccurrencePage, Organisation, PersonLine, PolicyPage,
    ProductLine, ReportFile, RunLine, SearchHit, Session,
};
use crate::web::desk::needs::{Act, Done, Later, Needs, Texts, Trouble, View};
use jiff::Timestamp;
use std::sync::Arc;
use vulnerary_case::act::{
    BatchCommand, CaseCommand, Command, OrgCommand, PersonCommand, ProductCommand, ReportCommand,
};
use vulnerary_case::actor::Role;
use vulnerary_case::case::event::Lane;
use vulnerary_case::id::{CaseId, PersonId, ProductId, ReportId};
use vulnerary_case::object::ObjectRef;

/// Somebody who is signed in.
#[derive(Clone)]
pub struct Signed {
    needs: Arc<dyn Needs>,
    person: Named,
    roles: Vec<Role>,
    session: [u8; 32],
}

impl std::fmt::Debug for Signed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signed")
            .field("person", &self.person.id)
            .finish_non_exhaustive()
    }
}

/// The command made from the sealed references of an act, one for each set of texts; none where one is missing.
pub type Make<C> = Box<dyn FnOnce(&[ObjectRef]) -> Option<C> + Send>;

impl Signed {
    /// Made by `web::session` from a session that is in force, and by nothing else.
    pub(crate) fn new(needs: Arc<dyn Needs>, account: Account, session: [u8; 32]) -> Self {
        Self {
            needs,
            person: account.person,
            roles: account.roles,
            session,
        }
    }

    /// Who.
    pub fn person(&self) -> &Named {
        &self.person
    }

    /// What they may do.
    pub fn roles(&self) -> &[Role] {
        &self.roles
    }

    /// The digest of the session that this request came with.
    pub fn session(&self) -> [u8; 32] {
        self.session
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        self.needs.now()
    }

    /// What surrounds every page.
    pub fn around(&self) -> Later<'_, Around> {
        self.needs.around()
    }

    /// My sessions.
    pub fn sessions(&self) -> Later<'_, Vec<Session>> {
        self.needs.sessions_of(self.person.id)
    }

    /// Takes a report that they enter: everybody inside may report (9.2-01). The number of its case.
    pub fn take_report(&self, report: NewReport) -> Later<'_, String> {
        self.needs.take_report(self.person.id, report)
    }

    /// Ends one of my sessions.
    pub fn end_session(&self, digest: [u8; 32]) -> Later<'_, ()> {
        self.needs.end_session(self.person.id, digest)
    }

    /// The house behind the desk, for this person's own credential.
    pub(crate) fn needs(&self) -> &Arc<dyn Needs> {
        &self.needs
    }

    fn holds(&self, any_of: &[Role]) -> bool {
        self.roles.iter().any(|role| any_of.contains(role))
    }

    /// The handle to read cases and reports.
    pub fn reader(&self) -> Option<Reader> {
        let worker = self.holds(&WORKING);
        (worker || self.holds(&[Role::Auditor])).then(|| Reader {
            signed: self.clone(),
            view: View {
                person: self.person.id,
                masked: !worker,
            },
        })
    }

    /// The handle to act on cases and reports.
    pub fn worker(&self) -> Option<Worker> {
        self.holds(&WORKING)
            .then(|| self.reader().map(Worker))
            .flatten()
    }

    /// The handle of an administrator.
    pub fn administrator(&self) -> Option<Administrator> {
        self.holds(&[Role::Administrator])
            .then(|| Administrator(self.clone()))
    }

    /// The handle of those who may see what holds for the whole organisation: readers and administrators.
    pub fn overseer(&self) -> Option<Overseer> {
        (self.reader().is_some() || self.administrator().is_some()).then(|| Overseer(self.clone()))
    }
}

/// Roles that work on cases.
const WORKING: [Role; 4] = [
    Role::Handler,
    Role::Approver,
    Role::Safety,
    Role::Regulatory,
];

/// Reads cases and reports, as much of them as this person may see.
#[derive(Clone, Debug)]
pub struct Reader {
    signed: Signed,
    view: View,
}

impl Reader {
    /// Who.
    pub fn signed(&self) -> &Signed {
        &self.signed
    }

    /// Whether identities are masked.
    pub fn masked(&self) -> bool {
        self.view.masked
    }

    /// Whether this person may act too.
    pub fn works(&self) -> bool {
        !self.view.masked
    }

    /// A page of the inbox.
    pub fn inbox(&self, filter: InboxFilter) -> Later<'_, InboxPage> {
        self.signed.needs.inbox(self.view, filter)
    }

    /// A case by number.
    pub fn case<'a>(&'a self, number: &'a str) -> Later<'a, Option<CaseFile>> {
        self.signed.needs.case(self.view, number)
    }

    /// A report by number.
    pub fn report<'a>(&'a self, number: &'a str) -> Later<'a, Option<ReportFile>> {
        self.signed.needs.report(self.view, number)
    }

    /// A report's file.
    pub fn file<'a>(&'a self, number: &'a str, index: usize) -> Later<'a, Option<HeldFile>> {
        self.signed.needs.file(self.view, number, index)
    }

    /// A page of a case's occurrences.
    pub fn occurrences<'a>(
        &'a self,
        number: &'a str,
        after: Option<String>,
    ) -> Later<'a, Option<OccurrencePage>> {
        self.signed.needs.occurrences(self.view, number, after)
    }

    /// The closure record.
    pub fn closure_record<'a>(&'a self, number: &'a str) -> Later<'a, Option<ClosureRecord>> {
        self.signed.needs.closure_record(self.view, number)
    }

    /// Search.
    pub fn search<'a>(&'a self, words: &'a str) -> Later<'a, Vec<SearchHit>> {
        self.signed.needs.search(self.view, words)
    }

    /// Runs.
    pub fn runs(&self) -> Later<'_, Vec<RunLine>> {
        self.signed.needs.runs(self.view)
    }

    /// Picture and numbers.
    pub fn dashboard(&self) -> Later<'_, Dashboard> {
        self.signed.needs.dashboard(self.view)
    }
}

/// Acts on cases and reports.
#[derive(Clone, Debug)]
pub struct Worker(Reader);

impl std::ops::Deref for Worker {
    type Target = Reader;
    fn deref(&self) -> &Reader {
        &self.0
    }
}

/// Whether fresh password and code were right (21 CFR 11.200).
#[derive(Debug)]
pub enum SignatureCheck {
    /// They were.
    Right(Signer),
    /// They were not.
    Wrong,
}

impl Worker {
    fn act(&self, texts: Vec<Texts>, command: Make<Command>) -> Later<'_, Done> {
        self.0.signed.needs.act(Act {
            person: self.0.view.person,
            texts,
            command,
        })
    }

    /// One act on a case. Acts that need a signature are on [`Signer`]; here the core refuses them by their own rules.
    pub fn on_case(
        &self,
        case: CaseId,
        seen: u64,
        texts: Vec<Texts>,
        make: Make<CaseCommand>,
    ) -> Later<'_, Done> {
        let command = Box::new(move |refs: &[ObjectRef]| {
            make(refs).map(|wish| Command::Case {
                case,
                seen: Some(seen),
                wish,
            })
        });
        self.act(texts, command)
    }

    /// One act on a report.
    pub fn on_report(
        &self,
        report: ReportId,
        seen: u64,
        texts: Vec<Texts>,
        make: Make<ReportCommand>,
    ) -> Later<'_, Done> {
        let command = Box::new(move |refs: &[ObjectRef]| {
            make(refs).map(|wish| Command::Report {
                report,
                seen: Some(seen),
                wish,
            })
        });
        self.act(texts, command)
    }

    /// The same wish on many cases. One that refuses is left out and named.
    pub fn on_each(&self, texts: Vec<Texts>, make: Make<BatchCommand>) -> Later<'_, Done> {
        self.act(
            texts,
            Box::new(move |refs: &[ObjectRef]| make(refs).map(Command::Batch)),
        )
    }

    /// Cases of a lane that wait for review or for a signature.
    pub fn batch(&self, lane: Lane, proposed: bool) -> Later<'_, Vec<BatchLine>> {
        self.0.signed.needs.batch(self.0.view, lane, proposed)
    }

    /// People, for the choice of an owner.
    pub fn people(&self) -> Later<'_, Vec<PersonLine>> {
        self.0.signed.needs.people()
    }

    /// Products, for the choice of one.
    pub fn products(&self) -> Later<'_, Vec<ProductLine>> {
        self.0.signed.needs.products()
    }

    /// A new random id for what an act makes.
    pub fn new_uuid(&self) -> uuid::Uuid {
        new_uuid(self.0.signed.needs.as_ref())
    }

    /// The only way to a [`Signer`]: password and code again, now.
    ///
    /// # Errors
    /// Where the store or the hasher fails.
    pub async fn sign(&self, password: &str, code: &str) -> Result<SignatureCheck, Trouble> {
        let needs = &self.0.signed.needs;
        let account = needs.account(self.0.view.person).await?;
        let stored = account.as_ref().and_then(|a| a.password.as_deref());
        if !needs.passwords().verify(password, stored).await? {
            return Ok(SignatureCheck::Wrong);
        }
        let step = account
            .as_ref()
            .and_then(|a| step_now(needs.as_ref(), a.totp.as_ref(), a.last_step, code));
        match step {
            Some(step) if needs.use_step(self.0.view.person, step).await? => {
                Ok(SignatureCheck::Right(Signer(self.clone())))
            }
            _ => Ok(SignatureCheck::Wrong),
        }
    }
}

/// The step of a right code, now.
pub(crate) fn step_now(
    needs: &dyn Needs,
    totp: Option<&TotpSecret>,
    last: Option<u64>,
    code: &str,
) -> Option<u64> {
    let seconds = u64::try_from(needs.now().as_second()).ok()?;
    totp?.step_of(code, seconds, last)
}

/// A new time-ordered UUID (v7) from the house's time and randomness.
pub(crate) fn new_uuid(needs: &dyn Needs) -> uuid::Uuid {
    let mut random = [0; 10];
    needs.fill(&mut random);
    let millis = u64::try_from(needs.now().as_millisecond()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

/// A worker who has just proved password and code again: one signature.
#[derive(Debug)]
pub struct Signer(Worker);

impl Signer {
    /// The name to sign with, as it is now.
    pub fn name(&self) -> String {
        self.0.0.signed.person.name.clone()
    }

    /// An act on a case that carries a signature: approve a closure, agree to a duplicate or to less care. Takes the
    /// signer: one proof, one signature.
    ///
    /// # Errors
    /// As the core refuses.
    pub async fn on_case(
        self,
        case: CaseId,
        seen: u64,
        texts: Vec<Texts>,
        make: Make<CaseCommand>,
    ) -> Result<Done, Trouble> {
        self.0.on_case(case, seen, texts, make).await
    }

    /// One signature over many closures.
    ///
    /// # Errors
    /// As the core refuses.
    pub async fn on_batch(self, make: Make<BatchCommand>) -> Result<Done, Trouble> {
        self.0
            .act(
                vec![],
                Box::new(move |refs: &[ObjectRef]| make(refs).map(Command::Batch)),
            )
            .await
    }
}

/// People, products, organisation, policy. Reads no case.
#[derive(Clone, Debug)]
pub struct Administrator(Signed);

impl Administrator {
    /// Who.
    pub fn signed(&self) -> &Signed {
        &self.0
    }

    /// The organisation.
    pub fn organisation(&self) -> Later<'_, Organisation> {
        self.0.needs.organisation()
    }

    /// Everybody.
    pub fn people(&self) -> Later<'_, Vec<PersonLine>> {
        self.0.needs.people()
    }

    /// All products.
    pub fn products(&self) -> Later<'_, Vec<ProductLine>> {
        self.0.needs.products()
    }

    /// The policy in force.
    pub fn policy(&self) -> Later<'_, PolicyPage> {
        self.0.needs.policy()
    }

    /// Adopts policy numbers and calendar.
    pub fn adopt_policy(&self, page: PolicyPage) -> Later<'_, ()> {
        self.0.needs.adopt_policy(self.0.person.id, page)
    }

    /// An act on a person.
    pub fn on_person(
        &self,
        person: PersonId,
        texts: Vec<Texts>,
        make: Make<PersonCommand>,
    ) -> Later<'_, Done> {
        self.act(
            texts,
            Box::new(move |refs: &[ObjectRef]| {
                make(refs).map(|wish| Command::Person { person, wish })
            }),
        )
    }

    /// An act on a product.
    pub fn on_product(&self, product: ProductId, wish: ProductCommand) -> Later<'_, Done> {
        self.act(
            vec![],
            Box::new(move |_: &[ObjectRef]| Some(Command::Product { product, wish })),
        )
    }

    /// An act on the organisation.
    pub fn on_organisation(&self, texts: Vec<Texts>, make: Make<OrgCommand>) -> Later<'_, Done> {
        self.act(
            texts,
            Box::new(move |refs: &[ObjectRef]| make(refs).map(Command::Org)),
        )
    }

    /// A new random id.
    pub fn new_uuid(&self) -> uuid::Uuid {
        new_uuid(self.0.needs.as_ref())
    }

    fn act(&self, texts: Vec<Texts>, command: Make<Command>) -> Later<'_, Done> {
        self.0.needs.act(Act {
            person: self.0.person.id,
            texts,
            command,
        })
    }
}

/// Sees what holds for the whole organisation, without any case: coverage.
#[derive(Clone, Debug)]
pub struct Overseer(Signed);

impl Overseer {
    /// Who.
    pub fn signed(&self) -> &Signed {
        &self.0
    }

    /// The ten constraints.
    pub fn coverage(&self) -> Later<'_, Vec<ConstraintLine>> {
        let masked = self.0.worker().is_none();
        self.0.needs.coverage(View {
            person: self.0.person.id,
            masked,
        })
    }
}
