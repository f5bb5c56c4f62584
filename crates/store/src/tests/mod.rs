//! One conformance suite, run on both engines.

mod batch;
pub(crate) mod bed;
mod commit;
mod crash;
mod faults;
mod many;
mod outbox;
mod reading;
mod restored;
mod sound;
mod statements;

pub(crate) use bed::{Bed, on_both};
