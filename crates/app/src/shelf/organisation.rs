//! The organisation, people, products, policy, coverage; and the trait itself.

use super::accounts::session_of;
use super::{Shelf, undone, unread};
use crate::evidence::coverage::{Counted, Counts, Status, coverage};
use crate::secrets::password::Passwords;
use crate::secrets::token::Kind;
use crate::web::desk::model::*;
use crate::web::desk::needs::{Act, Done, Later, Needs, Settings, Texts, Trouble, View};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use vulnerary_case::act::{Command, OrgCommand};
use vulnerary_case::actor::Actor;
use vulnerary_case::case::event::Lane;
use vulnerary_case::clocks::zone;
use vulnerary_case::id::{PersonId, StreamId};
use vulnerary_case::policy::{ClockCode, Duty, Policy, Span};
use vulnerary_case::source::{Channel, Source};
use vulnerary_store::{Circles, Health, ReportFilter};

impl Shelf {
    async fn read_around(&self) -> Result<Around, Trouble> {
        let store = self.acts.store();
        let org = store.org().await.map_err(unread)?;
        let people = store.people().await.map_err(unread)?;
        let with = store
            .with_credential(&people.iter().map(|p| p.id).collect::<Vec<_>>())
            .await
            .map_err(unread)?;
        let roles = org.policy().roles(Duty::Approve).to_vec();
        let approvers = people
            .iter()
            .filter(|p| p.has_any(&roles) && with.contains(&p.id))
            .count();
        let name = store.display(&[StreamId::Org]).await.map_err(unread)?;
        let organisation = name
            .get(&StreamId::Org)
            .and_then(|f| f.get("name"))
            .cloned()
            .unwrap_or_default();
        let alarms = alarm(&store.health()).into_iter().collect();
        Ok(Around {
            organisation,
            zone: zone(&org.calendar),
            recovery_sheet_confirmed: org.recovery_confirmed_at.is_some(),
            approvers,
            has_product: !store.products().await.map_err(unread)?.is_empty(),
            alarms,
        })
    }

    async fn read_organisation(&self) -> Result<Organisation, Trouble> {
        let store = self.acts.store();
        let org = store.org().await.map_err(unread)?;
        let mut texts = Texts::new();
        if let Some(text) = &org.text {
            let opened = store.unseal(text.object).await.map_err(unread)?;
            texts = opened
                .and_then(Result::ok)
                .and_then(|b| serde_json::from_slice(&b).ok())
                .unwrap_or_default();
        }
        let mut field = |name: &str| texts.remove(name).unwrap_or_default();
        Ok(Organisation {
            version: org.version,
            name: field("name"),
            email: field("email"),
            phone: field("phone"),
            emergency_phone: field("emergency_phone"),
            address: field("address"),
        })
    }

    async fn list_people(&self) -> Result<Vec<PersonLine>, Trouble> {
        let store = self.acts.store();
        let people = store.people().await.map_err(unread)?;
        let ids: Vec<PersonId> = people.iter().map(|p| p.id).collect();
        let with = store.with_credential(&ids).await.map_err(unread)?;
        let streams: Vec<StreamId> = ids.iter().map(|p| StreamId::Person(*p)).collect();
        let shown = store.display(&streams).await.map_err(unread)?;
        let field = |id: PersonId, name: &str| {
            shown
                .get(&StreamId::Person(id))
                .and_then(|f| f.get(name))
                .cloned()
                .unwrap_or_default()
        };
        Ok(people
            .iter()
            .map(|p| PersonLine {
                person: Named {
                    id: p.id,
                    name: field(p.id, "name"),
                },
                version: p.version,
                email: field(p.id, "email"),
                roles: p.roles.iter().copied().collect(),
                active: p.active,
                credential: with.contains(&p.id),
            })
            .collect())
    }

    async fn list_products(&self) -> Result<Vec<ProductLine>, Trouble> {
        let store = self.acts.store();
        let mut lines = Vec::new();
        for p in store.products().await.map_err(unread)? {
            let filter = vulnerary_store::CaseFilter {
                product: Some(p.id),
                open: Some(true),
                ..Default::default()
            };
            let open = store
                .cases(&filter, vulnerary_store::CaseOrder::Newest(None), 1_000)
                .await
                .map_err(unread)?;
            let releases = p.releases.iter().rev().map(|r| ReleaseFact {
                id: r.id,
                version: r.version.clone(),
                class: r.class,
                shipped: r.shipped_at,
                ended: r.ended_at,
            });
            lines.push(ProductLine {
                id: p.id,
                version: p.version,
                name: p.name.clone(),
                releases: releases.collect(),
                open_cases: u64::try_from(open.lines.len()).unwrap_or(u64::MAX),
            });
        }
        Ok(lines)
    }

    async fn read_policy(&self) -> Result<PolicyPage, Trouble> {
        let org = self.acts.store().org().await.map_err(unread)?;
        let policy = org.policy();
        let names = self.names().await?;
        let days = |code, otherwise| {
            policy
                .rule(code, None)
                .map_or(otherwise, |r| days_of(r.within))
        };
        Ok(PolicyPage {
            version: org.version,
            adopted: org.policies.last().map(|p| p.since),
            sha256: org.policy_sha256().to_owned(),
            acknowledge_days: days(ClockCode::Acknowledge, 3),
            update_days: days(ClockCode::Update, 14),
            zone: org.calendar.zone.clone(),
            closes_at: org.calendar.closes_at.clone(),
            holidays: org
                .calendar
                .holidays
                .iter()
                .map(ToString::to_string)
                .collect(),
            intake_owner: policy.intake_owner.map(|id| Named {
                id,
                name: names.get(&id).cloned().unwrap_or_default(),
            }),
            terms: terms(policy),
        })
    }

    async fn adopt(&self, person: PersonId, page: PolicyPage) -> Result<(), Trouble> {
        let org = self.acts.store().org().await.map_err(unread)?;
        let mut policy = org.policy().clone();
        policy.intake_owner = page.intake_owner.map(|o| o.id);
        set_days(
            &mut policy,
            ClockCode::Acknowledge,
            Span::BusinessDays(short(page.acknowledge_days)),
        );
        set_days(
            &mut policy,
            ClockCode::Update,
            Span::Days(short(page.update_days)),
        );
        let mut calendar = org.calendar.clone();
        calendar.zone = page.zone;
        calendar.closes_at = page.closes_at;
        calendar.holidays = page
            .holidays
            .iter()
            .filter_map(|h| Date::strptime("%Y-%m-%d", h).ok())
            .collect();
        let mut act = self.acts.begin(Actor::Person(person));
        act.expect.push(vulnerary_store::act::Expect::Version(
            StreamId::Org,
            page.version,
        ));
        if policy != *org.policy() {
            act.commands.push(Command::Org(OrgCommand::AdoptPolicy {
                policy: Box::new(policy),
            }));
        }
        if calendar != org.calendar {
            act.commands
                .push(Command::Org(OrgCommand::AdoptCalendar { calendar }));
        }
        if act.commands.is_empty() {
            return Ok(());
        }
        self.acts.commit(act).await.map_err(undone)?;
        Ok(())
    }

    async fn read_coverage(&self) -> Result<Vec<ConstraintLine>, Trouble> {
        let now = self.acts.outside().now();
        let counted = self.counted(now).await?;
        let lines = coverage(&counted, now)
            .constraints
            .into_iter()
            .map(|c| ConstraintLine {
                id: c.id.to_owned(),
                what: constraint_words(c.id),
                status: match c.status {
                    Status::Shown => ConstraintStatus::Shown,
                    Status::ReadyNoReports => ConstraintStatus::ReadyNoReports,
                    Status::NotShown => ConstraintStatus::NotShown,
                },
                why: c.why,
                received: c.received,
                open: c.open,
                closed: c.closed,
                overdue: c.overdue,
            });
        Ok(lines.collect())
    }

    /// Counts of the last year, from the store's counters and narrow lists.
    async fn counted(&self, now: Timestamp) -> Result<Counted, Trouble> {
        let store = self.acts.store();
        let since = now
            .saturating_sub(SignedDuration::from_hours(365 * 24))
            .unwrap_or(now);
        let counts = store
            .counts(&Circles::default(), now, since, now)
            .await
            .map_err(unread)?;
        let mut counted = Counted::default();
        for (slot, source) in counted.sources.iter_mut().zip(Source::ALL) {
            let open: u64 = counts
                .tallied
                .iter()
                .map(|t| match t {
                    vulnerary_store::read::Tallied::Cases {
                        source: of,
                        stage,
                        n,
                        ..
                    } if *of == source && stage.is_some() => *n,
                    _ => 0,
                })
                .sum();
            *slot = Counts {
                received: counts.received.get(&source).copied().unwrap_or(0),
                open,
                closed: counts.closed.get(&source).copied().unwrap_or(0),
                overdue: counts.overdue_by_source.get(&source).copied().unwrap_or(0),
            };
        }
        counted.public_form = self.by_channel(&[Channel::Form], since).await?;
        counted.internal = self
            .by_channel(
                &[Channel::Desk, Channel::Cli, Channel::Api, Channel::Upload],
                since,
            )
            .await?;
        let org = store.org().await.map_err(unread)?;
        counted.form_canary = org
            .canaries
            .get(&Channel::Form)
            .and_then(|c| c.arrived_at)
            .filter(|at| *at >= since);
        let unowned = vulnerary_store::CaseFilter {
            open: Some(true),
            owner: vulnerary_store::Owner::Nobody,
            ..Default::default()
        };
        let page = store
            .cases(&unowned, vulnerary_store::CaseOrder::Newest(None), 1_000)
            .await
            .map_err(unread)?;
        counted.unowned = u64::try_from(page.lines.len()).unwrap_or(u64::MAX);
        Ok(counted)
    }

    /// Reports of these channels; of each, the newest thousand are looked at.
    async fn by_channel(&self, channels: &[Channel], since: Timestamp) -> Result<Counts, Trouble> {
        let now = self.acts.outside().now();
        let mut counts = Counts::default();
        for channel in channels {
            let filter = ReportFilter {
                channel: Some(*channel),
                since: Some(since),
                ..ReportFilter::default()
            };
            for line in self
                .acts
                .store()
                .reports(&filter, None, 1_000)
                .await
                .map_err(unread)?
                .lines
            {
                counts.received += 1;
                let closed = line.closed_at.is_some();
                counts.closed += u64::from(closed);
                counts.open += u64::from(!closed);
                counts.overdue += u64::from(!closed && line.due.is_some_and(|(due, _)| due < now));
            }
        }
        Ok(counts)
    }
}

/// What the desk says of a store that does not take acts.
fn alarm(health: &Health) -> Option<String> {
    let words = match health {
        Health::Good => return None,
        Health::DiskLow => {
            "The disk is full, and the reserve is in use. Free some space now.".into()
        }
        Health::DiskFull => "The disk is full: nothing is stored until there is space.".into(),
        Health::Unavailable(why) => {
            format!("The database cannot be reached: {why}. Nothing is stored until it is back.")
        }
        Health::Damaged(why) => {
            format!("The record is damaged: {why}. Nothing is written; run “vulnerary verify”.")
        }
    };
    Some(words)
}

fn short(days: u32) -> u16 {
    u16::try_from(days).unwrap_or(u16::MAX)
}

fn days_of(span: Span) -> u32 {
    match span {
        Span::BusinessDays(n) | Span::Days(n) | Span::Hours(n) | Span::Months(n) => u32::from(n),
    }
}

fn set_days(policy: &mut Policy, code: ClockCode, within: Span) {
    if let Some(rule) = policy
        .rules
        .iter_mut()
        .find(|r| r.code == code && r.tier.is_none())
    {
        rule.within = within;
    }
}

fn terms(policy: &Policy) -> Vec<TermLine> {
    let own = policy.rules.iter().map(|r| TermLine {
        what: match r.tier {
            Some(tier) => format!(
                "{} ({})",
                super::loaded::clock_word(r.code),
                vulnerary_case::words::tier(tier)
            ),
            None => super::loaded::clock_word(r.code).to_owned(),
        },
        within: r.within.to_string(),
        source: format!("{}, {}", r.source, r.dated),
    });
    let regulators = policy.regulators.iter().map(|r| TermLine {
        what: format!("{} to {}", r.what, r.to),
        within: r.within.to_string(),
        source: format!("{}, {}", r.source, r.dated),
    });
    own.chain(regulators).collect()
}

/// A constraint in words.
fn constraint_words(id: &str) -> String {
    match id {
        "9.2-01" => "People inside the organisation can report".into(),
        "9.2-02" => "People outside can report".into(),
        "9.2-03" => "Reports are received and tracked to closure".into(),
        other => {
            let of = Source::ALL
                .iter()
                .map(|s| s.spec())
                .find(|s| s.constraint == other);
            of.map_or_else(
                || other.to_owned(),
                |s| format!("({}) {}", s.letter, s.clause),
            )
        }
    }
}

/// A future over `self`, boxed.
macro_rules! later {
    ($body:expr) => {
        Box::pin(async move { $body })
    };
}

impl Needs for Shelf {
    fn now(&self) -> Timestamp {
        self.acts.outside().now()
    }
    fn fill(&self, bytes: &mut [u8]) {
        self.acts.outside().fill(bytes);
    }
    fn settings(&self) -> &Settings {
        &self.settings
    }
    fn passwords(&self) -> &Passwords {
        &self.passwords
    }
    fn around(&self) -> Later<'_, Around> {
        later!(self.read_around().await)
    }
    fn account_by_email<'a>(&'a self, email: &'a str) -> Later<'a, Option<Account>> {
        later!(self.find_account(email).await)
    }
    fn account(&self, person: PersonId) -> Later<'_, Option<Account>> {
        later!(self.read_account(person).await)
    }
    fn use_step(&self, person: PersonId, step: u64) -> Later<'_, bool> {
        later!(
            self.acts
                .store()
                .use_step(person, step)
                .await
                .map_err(unread)
        )
    }
    fn use_recovery<'a>(&'a self, person: PersonId, digest: &'a str) -> Later<'a, bool> {
        later!(
            self.acts
                .store()
                .use_recovery(person, digest)
                .await
                .map_err(unread)
        )
    }
    fn set_credential(&self, person: PersonId, credential: Credential) -> Later<'_, ()> {
        later!(self.keep_credential(person, credential).await)
    }
    fn set_password(&self, person: PersonId, password: String) -> Later<'_, ()> {
        later!({
            self.acts
                .store()
                .put_password(person, password)
                .await
                .map_err(unread)?;
            self.note_credential(person).await
        })
    }
    fn put_session(&self, session: Session) -> Later<'_, ()> {
        later!(self.keep_session(session).await)
    }
    fn session(&self, digest: [u8; 32]) -> Later<'_, Option<Session>> {
        later!(Ok(self
            .acts
            .store()
            .session(digest)
            .await
            .map_err(unread)?
            .map(session_of)))
    }
    fn touch_session(&self, digest: [u8; 32], at: Timestamp) -> Later<'_, ()> {
        later!(
            self.acts
                .store()
                .touch_session(digest, at)
                .await
                .map_err(unread)
        )
    }
    fn sessions_of(&self, person: PersonId) -> Later<'_, Vec<Session>> {
        later!(Ok(self
            .acts
            .store()
            .sessions_of(person)
            .await
            .map_err(unread)?
            .into_iter()
            .map(session_of)
            .collect()))
    }
    fn end_session(&self, person: PersonId, digest: [u8; 32]) -> Later<'_, ()> {
        later!({
            self.acts
                .store()
                .end_session(person, digest)
                .await
                .map_err(unread)?;
            Ok(())
        })
    }
    fn put_link(&self, link: Link) -> Later<'_, ()> {
        later!(self.keep_link(link).await)
    }
    fn link(&self, kind: Kind, digest: [u8; 32]) -> Later<'_, Option<Link>> {
        later!(self.find_link(kind, digest).await)
    }
    fn use_link(&self, kind: Kind, digest: [u8; 32]) -> Later<'_, bool> {
        later!(self.spend_link(kind, digest).await)
    }
    fn add_first_person<'a>(&'a self, name: &'a str, email: &'a str) -> Later<'a, PersonId> {
        later!(self.add_first(name, email).await)
    }
    fn inbox(&self, view: View, filter: InboxFilter) -> Later<'_, InboxPage> {
        later!(self.list_inbox(view, filter).await)
    }
    fn case<'a>(&'a self, view: View, number: &'a str) -> Later<'a, Option<CaseFile>> {
        later!(self.read_case(view, number).await)
    }
    fn report<'a>(&'a self, view: View, number: &'a str) -> Later<'a, Option<ReportFile>> {
        later!(self.read_report(view, number).await)
    }
    fn file<'a>(
        &'a self,
        view: View,
        number: &'a str,
        index: usize,
    ) -> Later<'a, Option<HeldFile>> {
        later!(self.read_file(view, number, index).await)
    }
    fn occurrences<'a>(
        &'a self,
        _: View,
        number: &'a str,
        after: Option<String>,
    ) -> Later<'a, Option<OccurrencePage>> {
        later!(self.list_places(number, after).await)
    }
    fn closure_record<'a>(
        &'a self,
        view: View,
        number: &'a str,
    ) -> Later<'a, Option<ClosureRecord>> {
        later!(self.read_record(view, number).await)
    }
    fn batch(&self, view: View, lane: Lane, proposed: bool) -> Later<'_, Vec<BatchLine>> {
        later!(self.list_batch(view, lane, proposed).await)
    }
    fn search<'a>(&'a self, view: View, words: &'a str) -> Later<'a, Vec<SearchHit>> {
        later!(self.find(view, words).await)
    }
    fn runs(&self, _: View) -> Later<'_, Vec<RunLine>> {
        later!(self.list_runs().await)
    }
    fn coverage(&self, _: View) -> Later<'_, Vec<ConstraintLine>> {
        later!(self.read_coverage().await)
    }
    fn dashboard(&self, _: View) -> Later<'_, Dashboard> {
        later!(self.overview().await)
    }
    fn organisation(&self) -> Later<'_, Organisation> {
        later!(self.read_organisation().await)
    }
    fn people(&self) -> Later<'_, Vec<PersonLine>> {
        later!(self.list_people().await)
    }
    fn products(&self) -> Later<'_, Vec<ProductLine>> {
        later!(self.list_products().await)
    }
    fn policy(&self) -> Later<'_, PolicyPage> {
        later!(self.read_policy().await)
    }
    fn act(&self, act: Act) -> Later<'_, Done> {
        later!(self.do_act(act).await)
    }
    fn adopt_policy(&self, person: PersonId, page: PolicyPage) -> Later<'_, ()> {
        later!(self.adopt(person, page).await)
    }
}
