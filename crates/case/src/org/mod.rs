//! The organisation: policy, calendar, set-up, keys, canaries, lists. One stream.

pub mod event;
pub mod state;
