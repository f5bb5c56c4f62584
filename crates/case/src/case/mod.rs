//! Cases: one suspected vulnerability each, tracked to closure.

pub mod event;
mod evolve;
mod parts;
pub mod state;
pub mod terms;
