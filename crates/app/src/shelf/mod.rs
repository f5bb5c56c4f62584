//! The desk's needs, over the store: loads states, events and opened texts, and makes what pages show of them.
//!
//! `loaded`, `case`, `closure`, `report`, `typed` are pure; `read` opens, `lists` lists, `accounts` knows who may sign
//! in, `write` makes acts.

pub mod accounts;
pub mod case;
pub mod closure;
mod lists;
pub mod loaded;
mod needs;
mod organisation;
mod read;
pub mod report;
mod typed;
mod write;

#[cfg(test)]
mod tests;

use crate::secrets::password::Passwords;
use crate::tracking::Acts;
use crate::tracking::act::CommitError;
use crate::web::desk::needs::{Settings, Trouble};
use std::sync::Arc;
use vulnerary_store::StoreError;

/// The house behind the desk. Cloning is cheap.
#[derive(Clone)]
pub struct Shelf {
    acts: Acts,
    settings: Arc<Settings>,
    passwords: Passwords,
}

impl std::fmt::Debug for Shelf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Shelf")
    }
}

impl Shelf {
    /// Over an open installation.
    pub fn new(acts: Acts, settings: Settings) -> Self {
        Self {
            acts,
            settings: Arc::new(settings),
            passwords: Passwords::default(),
        }
    }

    /// The same with another cost of passwords: for tests and the demonstration.
    #[must_use]
    pub fn with_passwords(mut self, passwords: Passwords) -> Self {
        self.passwords = passwords;
        self
    }
}

/// What a failed read means to the desk.
fn unread(why: StoreError) -> Trouble {
    match why {
        StoreError::Corrupt(_) => Trouble::Defect(anyhow::anyhow!(why)),
        _ => Trouble::Unavailable,
    }
}

/// What a failed act means to the desk.
fn undone(why: CommitError) -> Trouble {
    match why {
        CommitError::Refused(refusal) => Trouble::Refused(refusal),
        CommitError::Corrupt(_) | CommitError::Defect(_) => Trouble::Defect(anyhow::anyhow!(why)),
        _ => Trouble::Unavailable,
    }
}
