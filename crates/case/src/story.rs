//! A fictional maker and its year: one seeded generator that tests, the demo and benchmarks share (feature `stories`).
//!
//! A story is told to a [`Stage`]: in tests that is [`memory::Memory`]; in the demo it is the real application, which
//! seals the texts and decides inside its own transactions.

mod finding;
mod human;
pub mod memory;
mod year;

pub use finding::{Came, Finding, Verdict};
pub use human::{Ending, HumanReport, Told};
pub use year::{Tally, Year};

use crate::act::Command;
use crate::actor::{Actor, Role};
use crate::event::Event;
use crate::id::{
    CaseId, MessageId, ObjectId, PersonId, ProductId, ReleaseId, ReportId, RunId, StreamId,
};
use crate::object::ObjectRef;
use crate::refusal::Refusal;
use crate::world::State;
use jiff::Timestamp;
use uuid::Uuid;

/// Where a story is played.
pub trait Stage {
    /// Lets this actor do this at that time. The stage's clock never goes back.
    ///
    /// # Errors
    /// The refusal, in words.
    fn act(
        &mut self,
        at: Timestamp,
        actor: &Actor,
        command: &Command,
    ) -> Result<Vec<(StreamId, Event)>, Refusal>;

    /// Seals a text (or a set of named fields as one text).
    fn seal(&mut self, text: &str) -> ObjectRef;

    /// A fresh id.
    fn fresh(&mut self) -> Uuid;

    /// The state of a stream, as of the last act.
    fn state(&self, stream: &StreamId) -> Option<State>;

    /// The digest of the closure record of a case with its proposed outcome, as an approver would be shown it.
    fn closure_digest(&self, case: CaseId) -> Option<String>;
}

/// SplitMix64: small, seeded, the same everywhere.
#[derive(Clone, Debug)]
pub struct Rng(u64);

impl Rng {
    /// A generator with this seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number under `n` (0 where `n` is 0).
    pub fn under(&mut self, n: u64) -> u64 {
        self.bits().checked_rem(n).unwrap_or(0)
    }

    /// True in about `percent` of 100.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.under(100) < percent
    }

    /// One of these.
    pub fn one<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        of.get(usize::try_from(self.under(of.len() as u64)).unwrap_or(0))
    }
}

/// The five people of the maker. Together they hold every role, and nobody signs what they decided.
#[derive(Clone, Copy, Debug)]
pub struct Team {
    /// Works cases; administrator.
    pub handler: PersonId,
    /// Works cases, too.
    pub developer: PersonId,
    /// Signs closures.
    pub approver: PersonId,
    /// ISO 14971.
    pub safety: PersonId,
    /// Regulatory affairs; signs closures when the approver is away.
    pub regulatory: PersonId,
}

impl Team {
    /// Adds the five people to an empty maker.
    ///
    /// # Errors
    /// Where the stage refuses.
    pub fn hire(stage: &mut dyn Stage, at: Timestamp) -> Result<Self, Refusal> {
        use crate::act::PersonCommand;
        let mut hire = |name: &str, roles: &[Role]| -> Result<PersonId, Refusal> {
            let person = PersonId(stage.fresh());
            let text = stage.seal(name);
            let wish = PersonCommand::Add {
                text,
                roles: roles.to_vec(),
            };
            stage.act(at, &Actor::System, &Command::Person { person, wish })?;
            Ok(person)
        };
        Ok(Self {
            handler: hire("Ines Halvorsen", &[Role::Handler, Role::Administrator])?,
            developer: hire("Bram Okafor", &[Role::Handler, Role::Reporter])?,
            approver: hire("Marta Lindqvist", &[Role::Approver])?,
            safety: hire("Dr. Yusuf Aydin", &[Role::Safety])?,
            regulatory: hire("Claire Dubois", &[Role::Regulatory, Role::Approver])?,
        })
    }
}

/// A product with its releases.
#[derive(Clone, Debug)]
pub struct Made {
    /// The product.
    pub product: ProductId,
    /// Its releases, oldest first.
    pub releases: Vec<ReleaseId>,
}

macro_rules! fresh {
    ($($(#[$doc:meta])* $name:ident $id:ident),+ $(,)?) => {$(
        $(#[$doc])*
        pub fn $name(stage: &mut dyn Stage) -> $id { $id(stage.fresh()) }
    )+};
}

fresh! {
    /// A fresh report id.
    report_id ReportId,
    /// A fresh case id.
    case_id CaseId,
    /// A fresh run id.
    run_id RunId,
    /// A fresh message id.
    message_id MessageId,
    /// A fresh object id.
    object_id ObjectId,
    /// A fresh product id.
    product_id ProductId,
    /// A fresh release id.
    release_id ReleaseId,
}

/// The case of an act that opened one.
pub(crate) fn opened(events: &[(StreamId, Event)]) -> Option<CaseId> {
    events
        .iter()
        .find_map(|(stream, event)| match (stream, event) {
            (StreamId::Case(id), Event::Case(crate::case::event::CaseEvent::Opened(_))) => {
                Some(*id)
            }
            _ => None,
        })
}
