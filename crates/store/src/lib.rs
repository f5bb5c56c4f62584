//! The only crate that knows SQL, engines, sealing and objects.
//!
//! [`Store::commit`] is the only way to write the record; everything else reads, or keeps what is not the record (jobs,
//! accounts). How a commit goes: `writer`. What is in the tables: `sql/migrations`.

pub mod accounts;
pub mod act;
pub mod backup;
mod ballast;
pub mod erase;
pub mod error;
mod log;
mod opening;
pub mod outside;
mod parts;
mod project;
pub mod read;
mod readers;
mod rebuild;
mod seen;
mod sql;
pub mod store;
mod turnstile;
pub mod vault;
pub mod verify;
mod writer;

#[cfg(test)]
mod tests;

pub use act::{Act, Committed, CommittedEvent, Display, Dropped, Expect, Idempotency, Occurrence};
pub use error::{CommitError, OpenError, StoreError};
pub use log::keys::LogKey;
pub use outside::Outside;
pub use read::{
    CaseFilter, CaseLine, CaseOrder, Circles, Job, Owner, Page, ReportFilter, ReportLine,
};
pub use store::{Options, Store};
pub use writer::Health;
