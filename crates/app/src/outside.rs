//! Time, randomness and the network, in one value (ARCHITECTURE.md, invariant 9).
//!
//! Everything else takes an `Arc<dyn Outside>`; clippy's disallowed-methods bans the rest.

use jiff::Timestamp;
use std::sync::Arc;
use uuid::Uuid;
use vulnerary_store::Outside;

/// The machine's clock and random source.
#[derive(Debug, Default)]
pub struct Machine;

impl Outside for Machine {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place where the clock is read"
    )]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    /// Fills with the operating system's randomness. A machine without any is not one to keep secrets on: stop.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place where randomness is drawn"
    )]
    fn fill(&self, bytes: &mut [u8]) {
        if let Err(why) = getrandom::fill(bytes) {
            tracing::error!(%why, "the operating system gives no randomness; stopping");
            std::process::abort();
        }
    }
}

/// A new time-ordered UUID (v7) from `outside`.
pub fn new_uuid(outside: &dyn Outside) -> Uuid {
    let mut random = [0; 10];
    outside.fill(&mut random);
    let millis = u64::try_from(outside.now().as_millisecond()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

/// `N` random bytes.
pub fn random<const N: usize>(outside: &dyn Outside) -> [u8; N] {
    let mut bytes = [0; N];
    outside.fill(&mut bytes);
    bytes
}

/// Shared handle.
pub type SharedOutside = Arc<dyn Outside>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_v7_and_differ() {
        let a = new_uuid(&Machine);
        let b = new_uuid(&Machine);
        assert_eq!(a.get_version_num(), 7);
        assert_ne!(a, b);
    }
}
