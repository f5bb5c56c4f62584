//! One conformance suite, run on both engines.

mod bed;
mod commit;
mod faults;
mod many;
mod reading;
mod sound;
mod statements;

pub(crate) use bed::{Bed, on_both};
