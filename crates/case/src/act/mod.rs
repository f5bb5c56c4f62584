//! Acts: one decision by one person or rule. [`decide`] is the only way from a command to events.
//!
//! An edge asks [`needs`] which streams to load until nothing is missing, then calls [`decide`]; the events that come
//! back are folded into the world at once, so that a later command of the same batch sees them.

pub mod command;

pub use command::{
    BatchCommand, CaseCommand, Command, OpenCase, OrgCommand, PersonCommand, ProductCommand, ReceiveReport,
    ReportCommand, RunCommand,
};
