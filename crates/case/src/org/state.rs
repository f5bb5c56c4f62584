//! What the organisation is: the fold of stream `org/…`. An organisation without events has the shipped policy.

use crate::calendar::Calendar;
use crate::case::event::Signature;
use crate::id::{PersonId, ReportId};
use crate::object::ObjectRef;
use crate::org::event::OrgEvent;
use crate::policy::Policy;
use crate::source::Channel;
use crate::world::Meta;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A policy with the time from which it holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PolicyInForce {
    /// From when.
    pub since: Timestamp,
    /// The rules.
    pub policy: Arc<Policy>,
    /// Digest.
    pub sha256: String,
}

/// A signed monthly list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MonthlyList {
    /// The signature.
    pub signature: Signature,
    /// How many were listed.
    pub listed: u64,
    /// The sample that was read, up to 256.
    pub read: Vec<ReportId>,
    /// How many were read.
    pub read_count: u64,
    /// When.
    pub at: Timestamp,
}

/// A canary of a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Canary {
    /// Last sent.
    pub sent_at: Option<Timestamp>,
    /// Last arrived.
    pub arrived_at: Option<Timestamp>,
}

/// The organisation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OrgState {
    /// Sequence number of the last event.
    pub version: u64,
    /// Name, contacts, address: sealed.
    pub text: Option<ObjectRef>,
    /// Adopted policies, oldest first; before the first, the shipped one holds.
    pub policies: Vec<PolicyInForce>,
    /// The calendar in force.
    pub calendar: Calendar,
    /// When the recovery sheet was confirmed.
    pub recovery_confirmed_at: Option<Timestamp>,
    /// Everybody who was ever added.
    pub people: BTreeSet<PersonId>,
    /// Monthly lists by month.
    pub monthly_lists: BTreeMap<String, MonthlyList>,
    /// Canaries by channel.
    pub canaries: BTreeMap<Channel, Canary>,
    /// Log reviews: month and when.
    pub log_reviews: Vec<(String, Timestamp)>,
    /// Software version of the last start.
    pub software: Option<String>,
    /// How often the wall clock stepped back.
    pub clock_steps: u64,
    /// Last restore.
    pub restored_at: Option<Timestamp>,
    /// Batches signed.
    pub batches_signed: u64,
}

impl OrgState {
    /// The policy in force now.
    pub fn policy(&self) -> &Policy {
        self.policies
            .last()
            .map_or(Policy::shipped().0, |p| &p.policy)
    }

    /// Its digest.
    pub fn policy_sha256(&self) -> &str {
        self.policies
            .last()
            .map_or(Policy::shipped().1, |p| &p.sha256)
    }

    /// The policy that was in force at an instant.
    pub fn policy_at(&self, at: Timestamp) -> &Policy {
        self.policies
            .iter()
            .rev()
            .find(|p| p.since <= at)
            .map_or(Policy::shipped().0, |p| &p.policy)
    }

    /// The state after one more event.
    #[must_use]
    pub fn evolve(mut self, event: &OrgEvent, meta: &Meta) -> Self {
        self.version += 1;
        match event {
            OrgEvent::OrganisationDescribed { text } => self.text = Some(text.clone()),
            OrgEvent::PolicyAdopted { policy, sha256 } => self.policies.push(PolicyInForce {
                since: meta.at,
                policy: Arc::new((**policy).clone()),
                sha256: sha256.clone(),
            }),
            OrgEvent::CalendarAdopted { calendar } => self.calendar = calendar.clone(),
            OrgEvent::RecoverySheetConfirmed {} => self.recovery_confirmed_at = Some(meta.at),
            OrgEvent::MonthlyListSigned {
                month,
                signature,
                listed,
                read,
                read_count,
                ..
            } => {
                let list = MonthlyList {
                    signature: signature.clone(),
                    listed: *listed,
                    read: read.clone(),
                    read_count: *read_count,
                    at: meta.at,
                };
                self.monthly_lists.insert(month.clone(), list);
            }
            OrgEvent::PersonJoined { person } => {
                self.people.insert(*person);
            }
            OrgEvent::LogReviewed { month, .. } => self.log_reviews.push((month.clone(), meta.at)),
            OrgEvent::LogRestored { .. } => self.restored_at = Some(meta.at),
            OrgEvent::SoftwareStarted { version } => self.software = Some(version.clone()),
            OrgEvent::ClockSteppedBack { .. } => self.clock_steps += 1,
            OrgEvent::CanarySent { channel } => self.canary(*channel).sent_at = Some(meta.at),
            OrgEvent::CanaryArrived { channel, .. } => {
                self.canary(*channel).arrived_at = Some(meta.at);
            }
            OrgEvent::BatchSigned { .. } => self.batches_signed += 1,
            OrgEvent::KeyRotated { .. } | OrgEvent::Exported { .. } => {}
        }
        self
    }

    fn canary(&mut self, channel: Channel) -> &mut Canary {
        self.canaries.entry(channel).or_insert(Canary {
            sent_at: None,
            arrived_at: None,
        })
    }
}
