//! What a person is: the fold of their events.

use crate::actor::Role;
use crate::id::PersonId;
use crate::object::ObjectRef;
use crate::person::event::PersonEvent;
use crate::world::Meta;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A person: `fold` of stream `person/…`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PersonState {
    /// Their id.
    pub id: PersonId,
    /// Sequence number of the last event.
    pub version: u64,
    /// Name and address, sealed.
    pub text: ObjectRef,
    /// What they may do.
    pub roles: BTreeSet<Role>,
    /// Whether they may sign in.
    pub active: bool,
    /// When they were added.
    pub added_at: Timestamp,
    /// When password and one-time code were last set.
    pub credential_at: Option<Timestamp>,
}

impl PersonState {
    /// Active and holding any of these roles.
    pub fn has_any(&self, roles: &[Role]) -> bool {
        self.active && roles.iter().any(|r| self.roles.contains(r))
    }

    /// The state after one more event; `None` where the stream does not begin with `PersonAdded`.
    pub fn evolve(
        state: Option<Self>,
        id: PersonId,
        event: &PersonEvent,
        meta: &Meta,
    ) -> Option<Self> {
        if let PersonEvent::PersonAdded { text } = event
            && state.is_none()
        {
            return Some(Self {
                id,
                version: 1,
                text: text.clone(),
                roles: BTreeSet::new(),
                active: true,
                added_at: meta.at,
                credential_at: None,
            });
        }
        let mut state = state?;
        state.version += 1;
        match event {
            PersonEvent::PersonAdded { text } | PersonEvent::PersonDescribed { text } => {
                state.text = text.clone();
            }
            PersonEvent::RoleGranted { role } => {
                state.roles.insert(*role);
            }
            PersonEvent::RoleRevoked { role } => {
                state.roles.remove(role);
            }
            PersonEvent::CredentialSet {} => state.credential_at = Some(meta.at),
            PersonEvent::Deactivated {} => state.active = false,
            PersonEvent::Reactivated {} => state.active = true,
        }
        Some(state)
    }
}
