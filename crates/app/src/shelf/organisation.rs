//! The organisation, people, products, policy, coverage.

use super::{Shelf, undone, unread};
use crate::evidence::coverage::{Status, of_period, title};
use crate::web::desk::model::*;
use crate::web::desk::needs::{Texts, Trouble};
use jiff::civil::Date;
use vulnerary_case::act::{Command, OrgCommand};
use vulnerary_case::actor::Actor;
use vulnerary_case::clocks::zone;
use vulnerary_case::id::{PersonId, StreamId};
use vulnerary_case::policy::{ClockCode, Duty, Policy, Span};
use vulnerary_store::Health;

impl Shelf {
    pub(super) async fn read_around(&self) -> Result<Around, Trouble> {
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

    pub(super) async fn read_organisation(&self) -> Result<Organisation, Trouble> {
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

    pub(super) async fn list_people(&self) -> Result<Vec<PersonLine>, Trouble> {
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

    pub(super) async fn list_products(&self) -> Result<Vec<ProductLine>, Trouble> {
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

    pub(super) async fn read_policy(&self) -> Result<PolicyPage, Trouble> {
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

    pub(super) async fn adopt(&self, person: PersonId, page: PolicyPage) -> Result<(), Trouble> {
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
        self.acts.apply(act).await.map_err(undone)?;
        Ok(())
    }

    pub(super) async fn read_coverage(&self) -> Result<Vec<ConstraintLine>, Trouble> {
        let now = self.acts.outside().now();
        let covered = of_period(self.acts.store(), now, 365)
            .await
            .map_err(unread)?;
        let lines = covered.constraints.into_iter().map(|c| ConstraintLine {
            id: c.id.to_owned(),
            what: title(c.id).to_owned(),
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
