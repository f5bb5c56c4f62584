//! Products and their releases.

pub mod event;
pub mod state;
