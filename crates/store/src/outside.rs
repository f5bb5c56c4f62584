//! The one door to time and randomness for this crate (ARCHITECTURE.md, invariant 9).

/// The world outside: what the store may not find out by itself.
pub trait Outside: Send + Sync {
    /// Now.
    fn now(&self) -> jiff::Timestamp;
    /// Fills `bytes` from the system's random generator; never returns on less.
    fn fill(&self, bytes: &mut [u8]);
}
