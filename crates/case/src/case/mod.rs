//! Cases: one suspected vulnerability each, tracked to closure.

pub mod event;
mod evolve;
pub mod state;
pub mod terms;
