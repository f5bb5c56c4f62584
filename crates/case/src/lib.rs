//! The functional core: what a report and a case may become, and why.
//!
//! Nothing here does I/O, reads a clock, draws randomness or knows SQL or HTTP. An edge loads a [`World`], makes a
//! [`act::Command`], calls [`act::decide`] with [`Facts`], and stores the events that come back. State is always
//! `fold(events)`: see [`event::Event`] and the `evolve` of each stream.

pub mod act;
pub mod actor;
pub mod calendar;
pub mod canonical;
pub mod case;
pub mod clocks;
pub mod closure;
pub mod event;
pub mod facts;
pub mod id;
pub mod lane;
pub mod number;
pub mod object;
pub mod org;
pub mod person;
pub mod policy;
pub mod product;
pub mod react;
pub mod refusal;
pub mod report;
pub mod risk;
pub mod run;
pub mod source;
#[cfg(feature = "stories")]
pub mod story;
pub mod words;
pub mod world;

pub use event::Event;
pub use facts::Facts;
pub use refusal::Refusal;
pub use world::World;
