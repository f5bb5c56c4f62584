//! Reports: what one sender sent at one time.

pub mod event;
pub mod state;
