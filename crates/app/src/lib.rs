//! See ARCHITECTURE.md.
pub mod secrets;
