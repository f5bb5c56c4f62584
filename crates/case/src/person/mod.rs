//! People on the maker's side.

pub mod event;
pub mod state;
