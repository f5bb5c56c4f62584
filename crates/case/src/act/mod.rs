//! Acts: one decision by one person or rule. [`decide`] is the only way from a command to events.
//!
//! An edge asks [`needs`] which streams to load until nothing is missing, then calls [`decide`]; it folds the events that
//! come back into the world (`World::apply`) at once, so that a later command of the same batch sees them.

mod admin;
mod batch;
mod case;
pub mod command;
mod draft;
mod needs;
mod org;
mod person;
mod receive;
mod report;
mod settle;
pub mod tell;

pub use command::{
    BatchCommand, CaseCommand, Command, OnReceipt, OpenCase, OrgCommand, PersonCommand,
    ProductCommand, ReceiveReport, ReportCommand, RunCommand,
};
pub use needs::needs;
pub use org::sample_size;

use crate::event::Event;
use crate::facts::Facts;
use crate::id::{CaseId, StreamId};
use crate::number::Numbers;
use crate::react::Effect;
use crate::refusal::Refusal;
use crate::world::World;
use draft::Draft;

/// What follows from a command.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decision {
    /// Events in order; the caller gives each the next sequence number of its stream.
    pub events: Vec<(StreamId, Event)>,
    /// Jobs for the outbox, in the same transaction.
    pub jobs: Vec<Effect>,
    /// Cases of a batch that dropped out, and why. Empty for anything else.
    pub dropped: Vec<(CaseId, Refusal)>,
}

impl Decision {
    /// Moves the sequences past the numbers that this decision took.
    pub fn advance(&self, numbers: &mut Numbers) {
        use crate::case::event::CaseEvent;
        use crate::report::event::ReportEvent;
        for (_, event) in &self.events {
            match event {
                Event::Report(ReportEvent::Received(_)) => numbers.next_report += 1,
                Event::Case(CaseEvent::Opened(_)) => numbers.next_case += 1,
                _ => {}
            }
        }
    }
}

/// Decides. Pure: the world is unchanged, also on refusal.
///
/// # Errors
/// A [`Refusal`], in words.
pub fn decide(world: &World, command: &Command, facts: &Facts) -> Result<Decision, Refusal> {
    let mut draft = Draft::new(world, facts);
    match command {
        Command::Receive(receive) => receive::receive(&mut draft, receive)?,
        Command::Report { report, seen, wish } => {
            report::decide(&mut draft, *report, *seen, wish)?;
        }
        Command::Case { case, seen, wish } => case::decide(&mut draft, *case, *seen, wish)?,
        Command::Batch(batch) => batch::decide(&mut draft, batch)?,
        Command::Run { run, wish } => admin::run(&mut draft, *run, wish)?,
        Command::Product { product, wish } => admin::product(&mut draft, *product, wish)?,
        Command::Org(wish) => org::org(&mut draft, wish)?,
        Command::Person { person, wish } => person::person(&mut draft, *person, wish)?,
    }
    draft.done()?;
    Ok(draft.into_decision())
}
