//! How the writer is: what `readyz` and the desk say.

use super::Writer;
use crate::error::{CommitError, StoreError};
use jiff::SignedDuration;
use std::sync::Mutex;

/// How the store is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Health {
    /// It takes acts.
    #[default]
    Good,
    /// The disk is full; the reserve was given up so that what was under way could end. Free some space.
    DiskLow,
    /// The disk is full; nothing is stored. It is tried again each second.
    DiskFull,
    /// The engine cannot be reached.
    Unavailable(String),
    /// The record is damaged; nothing is written until the next start.
    Damaged(String),
}

/// Shared between the writer and whoever asks.
#[derive(Debug, Default)]
pub(crate) struct Watch(Mutex<Health>);

impl Watch {
    pub(crate) fn get(&self) -> Health {
        self.0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .clone()
    }

    pub(super) fn set(&self, health: Health) {
        *self
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner) = health;
    }

    /// Remembers what an error says of the store as a whole.
    pub(super) fn note(&self, e: &StoreError) {
        match e {
            StoreError::Unavailable(why) => self.set(Health::Unavailable(why.clone())),
            StoreError::Full => self.set(Health::DiskFull),
            StoreError::Busy(_) | StoreError::Corrupt(_) => {}
        }
    }

    /// The record itself cannot be read: latched until the next start.
    pub(super) fn damaged(&self, why: &str) {
        self.set(Health::Damaged(why.to_owned()));
    }
}

impl Writer {
    /// Why nothing is tried just now.
    pub(super) fn not_now(&self) -> Option<CommitError> {
        if let Health::Damaged(why) = self.watch.get() {
            return Some(CommitError::Corrupt(why));
        }
        let since = self.full_since?;
        let waited = self.outside.now().duration_since(since);
        // Also when the clock stepped back: better one attempt too many.
        (waited.is_positive() && waited < SignedDuration::from_secs(1)).then_some(CommitError::Full)
    }

    /// The disk is full: gives up the reserve. True where the commit may be tried again at once.
    pub(super) fn make_room(&mut self) -> bool {
        self.full_since = Some(self.outside.now());
        let room = self.ballast.release();
        self.watch.set(if room {
            Health::DiskLow
        } else {
            Health::DiskFull
        });
        tracing::error!(reserve_released = room, "the disk is full");
        room
    }

    /// A commit succeeded.
    pub(super) fn recovered(&mut self) {
        match self.watch.get() {
            Health::Good | Health::Damaged(_) => {}
            Health::Unavailable(_) => self.watch.set(Health::Good),
            Health::DiskLow | Health::DiskFull => {
                // The reserve is made again first: only then is there room enough to say that all is well.
                let health = if self.ballast.fill().is_ok() {
                    Health::Good
                } else {
                    Health::DiskLow
                };
                if health == Health::Good {
                    self.full_since = None;
                }
                self.watch.set(health);
            }
        }
    }
}
