//! Runs, products, the organisation and people.

use crate::act::command::{OrgCommand, PersonCommand, ProductCommand, RunCommand};
use crate::act::draft::Draft;
use crate::act::settle;
use crate::actor::Role;
use crate::case::event::{Meaning, Signature};
use crate::event::Event;
use crate::id::{PersonId, ProductId, RunId, StreamId};
use crate::org::event::OrgEvent;
use crate::person::event::PersonEvent;
use crate::policy::Duty;
use crate::product::event::ProductEvent;
use crate::react::Effect;
use crate::refusal::Refusal;
use crate::run::event::RunEvent;
use crate::world::Look;

const MOST_RELEASES: usize = 1_000;
const MOST_PEOPLE: usize = 1_000;

fn field(field: &'static str, why: &str) -> Refusal {
    Refusal::Field {
        field,
        why: why.to_owned(),
    }
}

pub(crate) fn short(name: &'static str, text: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() || text.chars().count() > 200 {
        return Err(field(name, "write 1 to 200 characters"));
    }
    Ok(())
}

pub(crate) fn run(draft: &mut Draft<'_>, id: RunId, wish: &RunCommand) -> Result<(), Refusal> {
    draft.machine_or(Duty::Handle)?;
    let known = draft.run(id).map(|r| r.report);
    match wish {
        RunCommand::Record { lineage, .. } => short("Lineage", lineage)?,
        RunCommand::SeeOccurrences { parser, .. } => short("Parser", parser)?,
        RunCommand::Applied { .. } => {}
    }
    let event = match wish {
        RunCommand::Record {
            report,
            index,
            text,
            lineage,
            product,
        } => {
            if known.is_some() {
                return Err(Refusal::AlreadySo("this run is recorded"));
            }
            draft.the_report(*report)?;
            RunEvent::RunRecorded {
                report: *report,
                index: *index,
                text: text.clone(),
                lineage: lineage.clone(),
                product: *product,
            }
        }
        RunCommand::SeeOccurrences {
            parser,
            count,
            new,
            again,
            suppressed,
            no_longer_reported,
            list,
        } => RunEvent::OccurrencesSeen {
            parser: parser.clone(),
            count: *count,
            new: *new,
            again: *again,
            suppressed: *suppressed,
            no_longer_reported: *no_longer_reported,
            list: list.clone(),
        },
        RunCommand::Applied { opened, attached } => RunEvent::RunApplied {
            opened: *opened,
            attached: *attached,
        },
    };
    if known.is_none() && !matches!(event, RunEvent::RunRecorded { .. }) {
        return Err(Refusal::NotFound);
    }
    let applied = matches!(event, RunEvent::RunApplied { .. });
    draft.push(StreamId::Run(id), Event::Run(event));
    match known {
        Some(report) if applied => settle::report(draft, report),
        _ => Ok(()),
    }
}

pub(crate) fn product(
    draft: &mut Draft<'_>,
    id: ProductId,
    wish: &ProductCommand,
) -> Result<(), Refusal> {
    let event = match wish {
        ProductCommand::SignGate {
            release,
            name,
            digest,
            text,
        } => {
            let person = draft.require(Duty::Approve)?;
            short("Name", name)?;
            ProductEvent::GateSigned {
                release: *release,
                signature: Signature {
                    person,
                    name: name.trim().to_owned(),
                    meaning: Meaning::BatchApproval,
                    digest: digest.clone(),
                },
                text: text.clone(),
            }
        }
        _ => {
            draft.system_or(Duty::Administer)?;
            administered(wish)?
        }
    };
    match (draft.product(id), &event) {
        (None, ProductEvent::ProductAdded { .. }) => {}
        (None, _) => return Err(Refusal::NotFound),
        (Some(_), ProductEvent::ProductAdded { .. }) => {
            return Err(Refusal::AlreadySo("this product was added"));
        }
        (
            Some(product),
            ProductEvent::ReleaseAdded {
                release, version, ..
            },
        ) => {
            if product.releases.len() >= MOST_RELEASES {
                return Err(Refusal::Limit(format!(
                    "A product has at most {MOST_RELEASES} releases."
                )));
            }
            if product
                .releases
                .iter()
                .any(|r| r.id == *release || r.version == *version)
            {
                return Err(field("Version", "this product has that release already"));
            }
        }
        (
            Some(product),
            ProductEvent::ReleaseShipped { release, .. }
            | ProductEvent::ReleaseEnded { release, .. }
            | ProductEvent::GateSigned { release, .. },
        ) => {
            product.release(*release).ok_or(Refusal::NotFound)?;
        }
        (Some(_), ProductEvent::ProductRenamed { .. }) => {}
    }
    if matches!(event, ProductEvent::ReleaseShipped { .. }) {
        draft.job(Effect::Recheck { product: id });
    }
    draft.push(StreamId::Product(id), Event::Product(event));
    Ok(())
}

fn administered(wish: &ProductCommand) -> Result<ProductEvent, Refusal> {
    Ok(match wish {
        ProductCommand::Add { name } => {
            short("Name", name)?;
            ProductEvent::ProductAdded {
                name: name.trim().to_owned(),
            }
        }
        ProductCommand::Rename { name } => {
            short("Name", name)?;
            ProductEvent::ProductRenamed {
                name: name.trim().to_owned(),
            }
        }
        ProductCommand::AddRelease {
            release,
            version,
            class,
        } => {
            short("Version", version)?;
            ProductEvent::ReleaseAdded {
                release: *release,
                version: version.trim().to_owned(),
                class: *class,
            }
        }
        ProductCommand::ShipRelease {
            release,
            happened_at,
        } => ProductEvent::ReleaseShipped {
            release: *release,
            happened_at: *happened_at,
        },
        ProductCommand::EndRelease {
            release,
            happened_at,
        } => ProductEvent::ReleaseEnded {
            release: *release,
            happened_at: *happened_at,
        },
        ProductCommand::SignGate { .. } => return Err(Refusal::NotFound),
    })
}

pub(crate) fn org(draft: &mut Draft<'_>, wish: &OrgCommand) -> Result<(), Refusal> {
    let event = match wish {
        OrgCommand::SoftwareStarted { version } => {
            draft.system_or(Duty::Administer)?;
            OrgEvent::SoftwareStarted {
                version: version.clone(),
            }
        }
        OrgCommand::Record(event) => {
            draft.machine_or(Duty::Administer)?;
            (**event).clone()
        }
        OrgCommand::SignMonthlyList { .. } => monthly_list(draft, wish)?,
        OrgCommand::ReviewLog {
            month,
            product,
            text,
        } => {
            draft.require(Duty::Analysis)?;
            OrgEvent::LogReviewed {
                month: month.clone(),
                product: *product,
                text: text.clone(),
            }
        }
        OrgCommand::Describe { .. }
        | OrgCommand::AdoptPolicy { .. }
        | OrgCommand::AdoptCalendar { .. }
        | OrgCommand::ConfirmRecoverySheet => {
            draft.system_or(Duty::Administer)?;
            settings(draft, wish)?
        }
    };
    draft.org_event(event);
    Ok(())
}

/// Lists over this length are sealed objects, not event bodies (architecture §5).
pub(crate) const MOST_LISTED: usize = 256;

fn monthly_list(draft: &Draft<'_>, wish: &OrgCommand) -> Result<OrgEvent, Refusal> {
    let OrgCommand::SignMonthlyList {
        month,
        name,
        digest,
        listed,
        read,
        list,
    } = wish
    else {
        return Err(Refusal::NotFound);
    };
    let person = draft.require(Duty::Approve)?;
    short("Name", name)?;
    short("Month", month)?;
    if draft.org().monthly_lists.contains_key(month) {
        return Err(Refusal::AlreadySo("the list of this month is signed"));
    }
    let read_count = read.len() as u64;
    if read_count < sample_size(*listed) {
        let why = format!(
            "read at least {} of the {listed} reports",
            sample_size(*listed)
        );
        return Err(Refusal::Field {
            field: "Sample",
            why,
        });
    }
    if read.len() > MOST_LISTED && list.is_none() {
        return Err(field(
            "Sample",
            "a sample of more than 256 reports goes into a sealed list",
        ));
    }
    let signature = Signature {
        person,
        name: name.trim().to_owned(),
        meaning: Meaning::BatchApproval,
        digest: digest.clone(),
    };
    Ok(OrgEvent::MonthlyListSigned {
        month: month.clone(),
        signature,
        listed: *listed,
        read: if read.len() > MOST_LISTED {
            vec![]
        } else {
            read.clone()
        },
        read_count,
        list: list.clone(),
    })
}

/// A second person reads a random 10 %, at least 20 (or all, where there are fewer).
pub fn sample_size(listed: u64) -> u64 {
    listed.div_ceil(10).max(20).min(listed)
}

fn settings(draft: &mut Draft<'_>, wish: &OrgCommand) -> Result<OrgEvent, Refusal> {
    Ok(match wish {
        OrgCommand::Describe { text } => {
            draft.job(Effect::RefreshPages);
            OrgEvent::OrganisationDescribed { text: text.clone() }
        }
        OrgCommand::AdoptPolicy { policy } => {
            policy.check().map_err(|why| Refusal::Field {
                field: "Policy",
                why,
            })?;
            if policy
                .intake_owner
                .is_some_and(|p| !draft.person(p).is_some_and(|p| p.active))
            {
                return Err(field("Intake owner", "choose somebody who may sign in"));
            }
            draft.job(Effect::RefreshPages);
            OrgEvent::PolicyAdopted {
                policy: policy.clone(),
                sha256: policy.sha256(),
            }
        }
        OrgCommand::AdoptCalendar { calendar } => {
            calendar.check().map_err(|why| Refusal::Field {
                field: "Calendar",
                why,
            })?;
            draft.job(Effect::RefreshPages);
            OrgEvent::CalendarAdopted {
                calendar: calendar.clone(),
            }
        }
        _ => OrgEvent::RecoverySheetConfirmed {},
    })
}

pub(crate) fn person(
    draft: &mut Draft<'_>,
    id: PersonId,
    wish: &PersonCommand,
) -> Result<(), Refusal> {
    use crate::actor::Actor;
    let own = draft.facts.actor == Actor::Person(id);
    match wish {
        // Everybody sets their own password; an administrator, or the host, resets it.
        PersonCommand::SetCredential | PersonCommand::Describe { .. } if own => {
            draft.active_if_person()?;
        }
        _ => draft.system_or(Duty::Administer)?,
    }
    let stream = StreamId::Person(id);
    if let PersonCommand::Add { text, roles } = wish {
        if draft.person(id).is_some() {
            return Err(Refusal::AlreadySo("this person was added"));
        }
        if draft.org().people.len() >= MOST_PEOPLE {
            return Err(Refusal::Limit(format!(
                "There are at most {MOST_PEOPLE} people."
            )));
        }
        draft.push(
            stream,
            Event::Person(PersonEvent::PersonAdded { text: text.clone() }),
        );
        for role in roles {
            draft.push(
                stream,
                Event::Person(PersonEvent::RoleGranted { role: *role }),
            );
        }
        draft.org_event(OrgEvent::PersonJoined { person: id });
        return Ok(());
    }
    let state = draft.person(id).ok_or(Refusal::NotFound)?;
    let event = match wish {
        PersonCommand::Describe { text } => PersonEvent::PersonDescribed { text: text.clone() },
        PersonCommand::Grant { role } if state.roles.contains(role) => {
            return Err(Refusal::AlreadySo("they hold this role"));
        }
        PersonCommand::Grant { role } => PersonEvent::RoleGranted { role: *role },
        PersonCommand::Revoke { role } => {
            if *role == Role::Administrator {
                another_administrator(draft, id)?;
            }
            PersonEvent::RoleRevoked { role: *role }
        }
        PersonCommand::SetCredential => PersonEvent::CredentialSet {},
        PersonCommand::Deactivate => {
            another_administrator(draft, id)?;
            PersonEvent::Deactivated {}
        }
        PersonCommand::Reactivate => PersonEvent::Reactivated {},
        PersonCommand::Add { .. } => return Err(Refusal::NotFound),
    };
    draft.push(stream, Event::Person(event));
    Ok(())
}

/// The last administrator cannot go: nobody could add another.
fn another_administrator(draft: &Draft<'_>, leaving: PersonId) -> Result<(), Refusal> {
    let admin = |id: &PersonId| {
        draft
            .person(*id)
            .is_some_and(|p| p.has_any(&[Role::Administrator]))
    };
    if !admin(&leaving) {
        return Ok(());
    }
    if draft
        .org()
        .people
        .iter()
        .any(|id| *id != leaving && admin(id))
    {
        return Ok(());
    }
    Err(Refusal::NobodyElse)
}
