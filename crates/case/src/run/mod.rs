//! Runs: one tool, one time, many results.

pub mod event;
pub mod state;
