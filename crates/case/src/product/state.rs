//! What a product is: the fold of its events.

use crate::case::event::Signature;
use crate::id::{ProductId, ReleaseId};
use crate::product::event::{ProductEvent, SupportClass};
use crate::world::Meta;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One release (or range of releases).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Release {
    /// Its id.
    pub id: ReleaseId,
    /// Version or range as the maker writes it.
    pub version: String,
    /// Support class (IEC 81001-5-1 4.3).
    pub class: Option<SupportClass>,
    /// When it was added.
    pub added_at: Timestamp,
    /// When it was shipped.
    pub shipped_at: Option<Timestamp>,
    /// When its support ended.
    pub ended_at: Option<Timestamp>,
    /// Release gates signed, oldest first.
    pub gates: Vec<(Timestamp, Signature)>,
}

/// A product: `fold` of stream `product/…`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProductState {
    /// Its id.
    pub id: ProductId,
    /// Sequence number of its last event.
    pub version: u64,
    /// Its name.
    pub name: String,
    /// When it was added.
    pub added_at: Timestamp,
    /// Releases, in the order they were added.
    pub releases: Vec<Release>,
}

impl ProductState {
    /// A release by id.
    pub fn release(&self, id: ReleaseId) -> Option<&Release> {
        self.releases.iter().find(|r| r.id == id)
    }

    /// The state after one more event; `None` where the stream does not begin with `ProductAdded`.
    pub fn evolve(
        state: Option<Self>,
        id: ProductId,
        event: &ProductEvent,
        meta: &Meta,
    ) -> Option<Self> {
        if let ProductEvent::ProductAdded { name } = event
            && state.is_none()
        {
            return Some(Self {
                id,
                version: 1,
                name: name.clone(),
                added_at: meta.at,
                releases: vec![],
            });
        }
        let mut state = state?;
        state.version += 1;
        match event {
            ProductEvent::ProductAdded { name } | ProductEvent::ProductRenamed { name } => {
                state.name.clone_from(name);
            }
            ProductEvent::ReleaseAdded {
                release,
                version,
                class,
            } => {
                state.releases.push(Release {
                    id: *release,
                    version: version.clone(),
                    class: *class,
                    added_at: meta.at,
                    shipped_at: None,
                    ended_at: None,
                    gates: vec![],
                });
            }
            ProductEvent::ReleaseShipped {
                release,
                happened_at,
            } => {
                state.with(*release, |r| {
                    r.shipped_at = Some(happened_at.unwrap_or(meta.at))
                });
            }
            ProductEvent::ReleaseEnded {
                release,
                happened_at,
            } => {
                state.with(*release, |r| {
                    r.ended_at = Some(happened_at.unwrap_or(meta.at))
                });
            }
            ProductEvent::GateSigned {
                release, signature, ..
            } => {
                state.with(*release, |r| r.gates.push((meta.at, signature.clone())));
            }
        }
        Some(state)
    }

    fn with(&mut self, id: ReleaseId, f: impl FnOnce(&mut Release)) {
        if let Some(release) = self.releases.iter_mut().find(|r| r.id == id) {
            f(release);
        }
    }
}
