//! A house in memory: samples for reading, a notebook for writing.

use super::sample;
use crate::secrets::password::Passwords;
use crate::secrets::token::{Kind, digest, text};
use crate::secrets::totp::TotpSecret;
use crate::web::desk::model::*;
use crate::web::desk::needs::{Act, Done, Later, Needs, Settings, Texts, Trouble, View};
use jiff::Timestamp;
use std::collections::HashMap;
use std::sync::Mutex;
use uuid::Uuid;
use vulnerary_case::Refusal;
use vulnerary_case::act::Command;
use vulnerary_case::actor::Role;
use vulnerary_case::case::event::Lane;
use vulnerary_case::id::{ObjectId, PersonId};
use vulnerary_case::object::ObjectRef;

pub const PASSWORD: &str = "seven green boats at noon";
pub const SECRET: [u8; 20] = *b"12345678901234567890";

/// The house.
pub struct Fake {
    settings: Settings,
    passwords: Passwords,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    random: u64,
    accounts: HashMap<PersonId, Account>,
    recovery: Vec<(PersonId, String)>,
    sessions: HashMap<[u8; 32], Session>,
    links: Vec<(Kind, Link)>,
    acts: Vec<(PersonId, Vec<Texts>, Command)>,
    refuse: Option<Refusal>,
    later: i64,
    bare_house: bool,
}

fn ready<'a, T: Send + 'a>(value: T) -> Later<'a, T> {
    Box::pin(async move { Ok(value) })
}

impl Fake {
    pub fn new() -> Self {
        Self::at("http://127.0.0.1:8080")
    }

    pub fn at(public_url: &str) -> Self {
        let settings = Settings {
            public_url: public_url.into(),
            recovery_sheet: Some("Vulnerary master key\n4F1C 22A0 …".into()),
        };
        Self {
            settings,
            passwords: Passwords::with_cost(64, 1, 2),
            inner: Mutex::default(),
        }
    }

    fn inner(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap()
    }

    /// Somebody with these roles, able to sign in, as person 1.
    pub async fn with_account(self, roles: &[Role]) -> Self {
        let hashed = self.passwords.hash(PASSWORD, [3; 16]).await.unwrap();
        self.add(roles, Some(hashed));
        self
    }

    fn add(&self, roles: &[Role], password: Option<String>) -> PersonId {
        let person = sample::person(1, "Annika Hofmann");
        let id = person.id;
        let account = Account {
            person,
            email: "annika@example.com".into(),
            roles: roles.to_vec(),
            active: true,
            password,
            totp: Some(TotpSecret(SECRET)),
            last_step: None,
            recovery_left: 1,
        };
        let mut inner = self.inner();
        if !inner.accounts.contains_key(&id) {
            inner.recovery.push((
                id,
                crate::secrets::recovery::digest(id.0, "AAAA-BBBB-CCCC-DDDD").unwrap(),
            ));
        }
        let entry = inner.accounts.entry(id).or_insert(account);
        entry.roles = roles.to_vec();
        id
    }

    /// A session of somebody with these roles; answers its cookie.
    pub fn signed_in(&self, roles: &[Role]) -> String {
        let person = self.add(roles, None);
        let token = text(&[9; 32]);
        let now = self.now();
        let session = Session {
            digest: digest(Kind::Session, &token).unwrap(),
            person,
            started: now,
            used: now,
            browser: "Firefox on Linux".into(),
        };
        self.inner().sessions.insert(session.digest, session);
        format!(
            "{}={token}",
            crate::web::session::cookie_name(self.settings.public_url.starts_with("https"))
        )
    }

    pub fn acts(&self) -> Vec<(PersonId, Vec<Texts>, Command)> {
        self.inner().acts.clone()
    }

    pub fn refuse(&self, refusal: Refusal) {
        self.inner().refuse = Some(refusal);
    }

    pub fn sessions(&self) -> usize {
        self.inner().sessions.len()
    }

    /// Lets time pass.
    pub fn pass(&self, seconds: i64) {
        self.inner().later += seconds;
    }

    pub fn deactivate(&self) {
        for account in self.inner().accounts.values_mut() {
            account.active = false;
        }
    }

    pub fn code(&self) -> String {
        TotpSecret(SECRET).code_at(u64::try_from(self.now().as_second()).unwrap())
    }

    /// A link of this kind; answers its token.
    pub fn link_of(&self, kind: Kind, person: Option<PersonId>) -> String {
        let token = text(&[7; 32]);
        let link = Link {
            digest: digest(kind, &token).unwrap(),
            person,
            until: self.now() + jiff::SignedDuration::from_hours(1),
        };
        self.inner().links.push((kind, link));
        token
    }

    /// As on the first day: nothing confirmed, nobody to sign.
    pub fn first_day(self) -> Self {
        self.inner().bare_house = true;
        self
    }

    fn cases(&self) -> Vec<CaseFile> {
        vec![sample::case(), sample::proposed(), sample::machine()]
    }
}

impl Needs for Fake {
    fn now(&self) -> Timestamp {
        sample::now() + jiff::SignedDuration::from_secs(self.inner().later)
    }
    fn fill(&self, bytes: &mut [u8]) {
        let mut inner = self.inner();
        for byte in bytes {
            inner.random = inner
                .random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            *byte = (inner.random >> 56) as u8;
        }
    }
    fn settings(&self) -> &Settings {
        &self.settings
    }
    fn passwords(&self) -> &Passwords {
        &self.passwords
    }
    fn around(&self) -> Later<'_, Around> {
        let first = self.inner().bare_house;
        let around = sample::around();
        ready(if first {
            Around {
                organisation: String::new(),
                recovery_sheet_confirmed: false,
                approvers: 1,
                has_product: false,
                alarms: vec!["The clock of this machine stepped back by 3 seconds.".into()],
                ..around
            }
        } else {
            around
        })
    }
    fn account_by_email<'a>(&'a self, email: &'a str) -> Later<'a, Option<Account>> {
        ready(
            self.inner()
                .accounts
                .values()
                .find(|a| a.email.eq_ignore_ascii_case(email))
                .cloned(),
        )
    }
    fn account(&self, person: PersonId) -> Later<'_, Option<Account>> {
        ready(self.inner().accounts.get(&person).cloned())
    }
    fn use_step(&self, person: PersonId, step: u64) -> Later<'_, bool> {
        let mut inner = self.inner();
        let account = inner.accounts.get_mut(&person).unwrap();
        let fresh = account.last_step.is_none_or(|last| step > last);
        account.last_step = Some(account.last_step.unwrap_or(0).max(step));
        ready(fresh)
    }
    fn use_recovery<'a>(&'a self, person: PersonId, digest: &'a str) -> Later<'a, bool> {
        let mut inner = self.inner();
        let before = inner.recovery.len();
        inner
            .recovery
            .retain(|(p, d)| !(*p == person && d == digest));
        ready(inner.recovery.len() < before)
    }
    fn set_credential(&self, person: PersonId, credential: Credential) -> Later<'_, ()> {
        let mut inner = self.inner();
        if let Some(account) = inner.accounts.get_mut(&person) {
            account.password = Some(credential.password);
            account.totp = Some(credential.totp);
            account.last_step = Some(credential.last_step);
            account.recovery_left = credential.recovery.len();
        }
        ready(())
    }
    fn set_password(&self, person: PersonId, password: String) -> Later<'_, ()> {
        if let Some(account) = self.inner().accounts.get_mut(&person) {
            account.password = Some(password);
        }
        ready(())
    }
    fn put_session(&self, session: Session) -> Later<'_, ()> {
        self.inner().sessions.insert(session.digest, session);
        ready(())
    }
    fn session(&self, digest: [u8; 32]) -> Later<'_, Option<Session>> {
        ready(self.inner().sessions.get(&digest).cloned())
    }
    fn touch_session(&self, digest: [u8; 32], at: Timestamp) -> Later<'_, ()> {
        if let Some(session) = self.inner().sessions.get_mut(&digest) {
            session.used = at;
        }
        ready(())
    }
    fn sessions_of(&self, person: PersonId) -> Later<'_, Vec<Session>> {
        ready(
            self.inner()
                .sessions
                .values()
                .filter(|s| s.person == person)
                .cloned()
                .collect(),
        )
    }
    fn end_session(&self, person: PersonId, digest: [u8; 32]) -> Later<'_, ()> {
        self.inner()
            .sessions
            .retain(|d, s| !(*d == digest && s.person == person));
        ready(())
    }
    fn put_link(&self, link: Link) -> Later<'_, ()> {
        self.inner().links.push((Kind::Invitation, link));
        ready(())
    }
    fn link(&self, kind: Kind, digest: [u8; 32]) -> Later<'_, Option<Link>> {
        let now = self.now();
        ready(
            self.inner()
                .links
                .iter()
                .find(|(k, l)| *k == kind && l.digest == digest && l.until > now)
                .map(|(_, l)| l.clone()),
        )
    }
    fn use_link(&self, kind: Kind, digest: [u8; 32]) -> Later<'_, bool> {
        let mut inner = self.inner();
        let before = inner.links.len();
        inner
            .links
            .retain(|(k, l)| !(*k == kind && l.digest == digest));
        ready(inner.links.len() < before)
    }
    fn add_first_person<'a>(&'a self, name: &'a str, email: &'a str) -> Later<'a, PersonId> {
        let id = self.add(&[Role::Administrator, Role::Handler], None);
        if let Some(account) = self.inner().accounts.get_mut(&id) {
            account.person.name = name.into();
            account.email = email.into();
        }
        ready(id)
    }
    fn inbox(&self, _: View, filter: InboxFilter) -> Later<'_, InboxPage> {
        let empty = self.inner().bare_house || filter.overdue;
        let page = sample::inbox();
        ready(if empty {
            InboxPage {
                lines: vec![],
                next: None,
                counts: InboxCounts::default(),
                ..page
            }
        } else {
            page
        })
    }
    fn case<'a>(&'a self, view: View, number: &'a str) -> Later<'a, Option<CaseFile>> {
        let mut found = self.cases().into_iter().find(|c| c.number == number);
        if let (Some(case), true) = (&mut found, view.masked) {
            case.reports.iter_mut().for_each(|r| r.contact.clear());
        }
        ready(found)
    }
    fn report<'a>(&'a self, view: View, number: &'a str) -> Later<'a, Option<ReportFile>> {
        let mut found = [sample::report(), sample::set_aside()]
            .into_iter()
            .find(|r| r.number == number);
        if let (Some(report), true) = (&mut found, view.masked) {
            report.contact.clear();
        }
        ready(found)
    }
    fn file<'a>(&'a self, _: View, number: &'a str, index: usize) -> Later<'a, Option<HeldFile>> {
        let report = sample::report();
        ready(
            (number == report.number)
                .then(|| {
                    report
                        .files
                        .iter()
                        .find(|f| f.index == index)
                        .map(|f| HeldFile {
                            name: f.name.clone(),
                            bytes: b"<script>1</script>".to_vec(),
                        })
                })
                .flatten(),
        )
    }
    fn occurrences<'a>(
        &'a self,
        _: View,
        number: &'a str,
        _: Option<String>,
    ) -> Later<'a, Option<OccurrencePage>> {
        ready(
            self.cases()
                .iter()
                .any(|c| c.number == number)
                .then(sample::occurrences),
        )
    }
    fn closure_record<'a>(
        &'a self,
        view: View,
        number: &'a str,
    ) -> Later<'a, Option<ClosureRecord>> {
        let mut record = sample::record();
        if view.masked {
            record.may_not = Some("Auditors do not sign.".into());
        }
        ready(
            self.cases()
                .iter()
                .any(|c| c.number == number)
                .then_some(record),
        )
    }
    fn batch(&self, _: View, lane: Lane, proposed: bool) -> Later<'_, Vec<BatchLine>> {
        ready(if lane == Lane::M {
            sample::batch(proposed)
        } else {
            vec![]
        })
    }
    fn search<'a>(&'a self, _: View, words: &'a str) -> Later<'a, Vec<SearchHit>> {
        let hit = |number: &str, title: &str| SearchHit {
            number: number.into(),
            title: title.into(),
            found_in: "title".into(),
            state: "analysis".into(),
        };
        ready(match words {
            "nothing" => vec![],
            "vc-3pd8-t6r" => vec![hit("VC-3PD8-T6R", "Gateway")],
            _ => vec![
                hit("VC-3PD8-T6R", "Gateway runs commands"),
                hit("VR-7KQ4-M2X", "Gateway"),
            ],
        })
    }
    fn runs(&self, _: View) -> Later<'_, Vec<RunLine>> {
        ready(sample::runs())
    }
    fn coverage(&self, _: View) -> Later<'_, Vec<ConstraintLine>> {
        ready(sample::coverage())
    }
    fn dashboard(&self, _: View) -> Later<'_, Dashboard> {
        ready(sample::dashboard())
    }
    fn organisation(&self) -> Later<'_, Organisation> {
        ready(Organisation {
            version: 3,
            name: "Example Infusion Systems".into(),
            email: "psirt@example.com".into(),
            phone: String::new(),
            emergency_phone: "+49 30 5555 0100".into(),
            address: "Example Street 1\nBerlin".into(),
        })
    }
    fn people(&self) -> Later<'_, Vec<PersonLine>> {
        ready(sample::people())
    }
    fn products(&self) -> Later<'_, Vec<ProductLine>> {
        ready(sample::products())
    }
    fn policy(&self) -> Later<'_, PolicyPage> {
        ready(sample::policy())
    }
    fn act(&self, act: Act) -> Later<'_, Done> {
        let reference = |n: usize| ObjectRef {
            object: ObjectId(Uuid::from_u128(n as u128)),
            length: 1,
            sha256: String::new(),
            commitment: String::new(),
        };
        let refs: Vec<ObjectRef> = (0..act.texts.len()).map(reference).collect();
        let mut inner = self.inner();
        if let Some(refusal) = inner.refuse.take() {
            return Box::pin(async move { Err(Trouble::Refused(refusal)) });
        }
        let command = (act.command)(&refs).unwrap();
        inner.acts.push((act.person, act.texts, command));
        ready(Done {
            applied: 1,
            left_out: vec![("VC-2222-BBB".into(), "it changed meanwhile".into())],
            opened: None,
        })
    }
    fn take_report(&self, _: PersonId, report: NewReport) -> Later<'_, String> {
        assert!(report.fields.iter().any(|(name, _)| name == "description"));
        ready("VC-3PD8-T6R".to_owned())
    }
    fn adopt_policy(&self, _: PersonId, _: PolicyPage) -> Later<'_, ()> {
        ready(())
    }
}
