//! A clock that runs behind the machine's, so that a year can be told in seconds and end now.

use crate::outside::Machine;
use jiff::{SignedDuration, Timestamp};
use std::sync::Mutex;
use vulnerary_store::Outside;

/// An outside whose time can be moved on.
pub trait Clock: Outside {
    /// Lets so much time pass.
    fn pass(&self, time: SignedDuration);
}

/// The machine's clock and randomness, so much behind; it never runs ahead of the machine.
#[derive(Debug)]
pub struct Past {
    behind: Mutex<SignedDuration>,
}

impl Past {
    /// So far in the past.
    pub fn new(behind: SignedDuration) -> Self {
        Self {
            behind: Mutex::new(behind.max(SignedDuration::ZERO)),
        }
    }

    /// The story is told: from here on the clock is the machine's.
    pub fn arrive(&self) {
        self.set(SignedDuration::ZERO);
    }

    fn behind(&self) -> SignedDuration {
        *self
            .behind
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn set(&self, behind: SignedDuration) {
        *self
            .behind
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner) = behind;
    }
}

impl Outside for Past {
    fn now(&self) -> Timestamp {
        let now = Machine.now();
        now.saturating_sub(self.behind()).unwrap_or(now)
    }

    fn fill(&self, bytes: &mut [u8]) {
        Machine.fill(bytes);
    }
}

impl Clock for Past {
    fn pass(&self, time: SignedDuration) {
        self.set(self.behind().saturating_sub(time).max(SignedDuration::ZERO));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_moves_on_and_never_runs_ahead() {
        let clock = Past::new(SignedDuration::from_hours(48));
        let then = clock.now();
        assert!(Machine.now().duration_since(then) >= SignedDuration::from_hours(48));
        clock.pass(SignedDuration::from_hours(24));
        assert!(clock.now().duration_since(then) >= SignedDuration::from_hours(24));
        clock.pass(SignedDuration::from_hours(240));
        assert!(clock.now() <= Machine.now());
    }
}
