//! People and their roles.

use crate::act::command::PersonCommand;
use crate::act::draft::Draft;
use crate::actor::{Actor, Role};
use crate::event::Event;
use crate::id::{PersonId, StreamId};
use crate::org::event::OrgEvent;
use crate::person::event::PersonEvent;
use crate::policy::Duty;
use crate::refusal::Refusal;
use crate::world::Look;

const MOST_PEOPLE: usize = 1_000;

pub(crate) fn person(
    draft: &mut Draft<'_>,
    id: PersonId,
    wish: &PersonCommand,
) -> Result<(), Refusal> {
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
