//! One conformance suite, run on both engines.

mod bed;
mod commit;

pub(crate) use bed::{Bed, on_both};
