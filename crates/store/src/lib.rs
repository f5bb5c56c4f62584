//! The only crate that knows SQL, engines, sealing and objects.

pub mod error;
pub mod outside;
mod sql;
pub mod vault;

pub use error::{CommitError, OpenError, StoreError};
pub use outside::Outside;
