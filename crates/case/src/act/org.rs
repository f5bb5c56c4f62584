//! The organisation: contacts, policy, calendar, lists, reviews.

use super::admin::{field, short};
use crate::act::command::OrgCommand;
use crate::act::draft::Draft;
use crate::case::event::{Meaning, Signature};
use crate::org::event::OrgEvent;
use crate::policy::Duty;
use crate::react::Effect;
use crate::refusal::Refusal;
use crate::world::Look;

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
