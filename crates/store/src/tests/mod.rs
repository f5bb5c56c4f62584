//! One conformance suite, run on both engines.

mod bed;
mod commit;
mod statements;

pub(crate) use bed::{Bed, on_both};
