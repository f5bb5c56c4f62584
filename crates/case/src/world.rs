//! The loaded part of the record that one decision may look at.

use crate::actor::Actor;
use crate::case::event::CaseEvent;
use crate::case::state::CaseState;
use crate::event::Event;
use crate::id::{ActId, CaseId, PersonId, ProductId, ReportId, RunId, StreamId};
use crate::org::state::OrgState;
use crate::person::state::PersonState;
use crate::product::state::ProductState;
use crate::report::event::ReportEvent;
use crate::report::state::ReportState;
use crate::run::state::RunState;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What of an envelope a fold may see beside the event.
#[derive(Clone, Debug, PartialEq)]
pub struct Meta {
    /// When it was recorded.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// In which act.
    pub act: ActId,
}

/// The state of one stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "one variant per stream")]
pub enum State {
    Report(Box<ReportState>),
    Case(Box<CaseState>),
    Run(Box<RunState>),
    Product(Box<ProductState>),
    Person(Box<PersonState>),
    Org(Arc<OrgState>),
}

/// An event that cannot be folded: it is of another stream than its state, or a stream does not begin as it must.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("an event of {stream} does not follow from what came before it: the record is damaged")]
pub struct BrokenFold {
    /// The stream.
    pub stream: String,
}

impl State {
    /// One step of the fold. `state` is `None` before the first event of a stream.
    ///
    /// # Errors
    /// [`BrokenFold`] where the event cannot come here; a sound record has none.
    pub fn fold(
        state: Option<Self>,
        stream: &StreamId,
        event: &Event,
        meta: &Meta,
    ) -> Result<Self, BrokenFold> {
        let broken = || BrokenFold {
            stream: stream.to_string(),
        };
        Ok(match (stream, event, state) {
            (StreamId::Report(id), Event::Report(ReportEvent::Received(r)), None) => {
                Self::Report(Box::new(ReportState::receive(*id, r, meta)))
            }
            (StreamId::Report(_), Event::Report(e), Some(Self::Report(s))) => {
                Self::Report(Box::new(s.evolve(e, meta)))
            }
            (StreamId::Case(id), Event::Case(CaseEvent::Opened(o)), None) => {
                Self::Case(Box::new(CaseState::open(*id, o, meta)))
            }
            (StreamId::Case(_), Event::Case(e), Some(Self::Case(s))) => {
                Self::Case(Box::new(s.evolve(e, meta)))
            }
            (StreamId::Run(id), Event::Run(e), state) => {
                let state = match state {
                    None => None,
                    Some(Self::Run(s)) => Some(*s),
                    Some(_) => return Err(broken()),
                };
                Self::Run(Box::new(
                    RunState::evolve(state, *id, e, meta).ok_or_else(broken)?,
                ))
            }
            (StreamId::Product(id), Event::Product(e), state) => {
                let state = match state {
                    None => None,
                    Some(Self::Product(s)) => Some(*s),
                    Some(_) => return Err(broken()),
                };
                let next = ProductState::evolve(state, *id, e, meta).ok_or_else(broken)?;
                Self::Product(Box::new(next))
            }
            (StreamId::Person(id), Event::Person(e), state) => {
                let state = match state {
                    None => None,
                    Some(Self::Person(s)) => Some(*s),
                    Some(_) => return Err(broken()),
                };
                let next = PersonState::evolve(state, *id, e, meta).ok_or_else(broken)?;
                Self::Person(Box::new(next))
            }
            (StreamId::Org, Event::Org(e), None) => {
                Self::Org(Arc::new(OrgState::default().evolve(e, meta)))
            }
            (StreamId::Org, Event::Org(e), Some(Self::Org(s))) => {
                Self::Org(Arc::new(Arc::unwrap_or_clone(s).evolve(e, meta)))
            }
            _ => return Err(broken()),
        })
    }

    /// Sequence number of the last event.
    pub fn version(&self) -> u64 {
        match self {
            Self::Report(s) => s.version,
            Self::Case(s) => s.version,
            Self::Run(s) => s.version,
            Self::Product(s) => s.version,
            Self::Person(s) => s.version,
            Self::Org(s) => s.version,
        }
    }
}

/// Something in which streams can be looked up: a [`World`], or a decision in the making on top of one.
pub trait Look {
    /// The state of a stream, if it exists and was loaded.
    fn state(&self, stream: &StreamId) -> Option<&State>;

    /// The organisation (the shipped policy where nothing was adopted).
    fn org(&self) -> &OrgState;

    /// A loaded report.
    fn report(&self, id: ReportId) -> Option<&ReportState> {
        match self.state(&StreamId::Report(id))? {
            State::Report(s) => Some(s),
            _ => None,
        }
    }

    /// A loaded case.
    fn case(&self, id: CaseId) -> Option<&CaseState> {
        match self.state(&StreamId::Case(id))? {
            State::Case(s) => Some(s),
            _ => None,
        }
    }

    /// A loaded run.
    fn run(&self, id: RunId) -> Option<&RunState> {
        match self.state(&StreamId::Run(id))? {
            State::Run(s) => Some(s),
            _ => None,
        }
    }

    /// A loaded product.
    fn product(&self, id: ProductId) -> Option<&ProductState> {
        match self.state(&StreamId::Product(id))? {
            State::Product(s) => Some(s),
            _ => None,
        }
    }

    /// A loaded person.
    fn person(&self, id: PersonId) -> Option<&PersonState> {
        match self.state(&StreamId::Person(id))? {
            State::Person(s) => Some(s),
            _ => None,
        }
    }
}

impl Look for World {
    fn state(&self, stream: &StreamId) -> Option<&State> {
        self.get(stream)
    }

    fn org(&self) -> &OrgState {
        &self.org
    }
}

/// Loaded streams. A stream that does not exist is recorded as absent, so that loading ends.
#[derive(Clone, Debug, Default)]
pub struct World {
    streams: BTreeMap<StreamId, Option<State>>,
    org: Arc<OrgState>,
}

impl World {
    /// A world with nothing loaded.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a loaded stream in; `None` records that it does not exist.
    pub fn insert(&mut self, stream: StreamId, state: Option<State>) {
        if let Some(State::Org(org)) = &state {
            self.org = Arc::clone(org);
        }
        self.streams.insert(stream, state);
    }

    /// Whether this stream was looked up, found or not.
    pub fn knows(&self, stream: &StreamId) -> bool {
        self.streams.contains_key(stream)
    }

    /// Forgets everything: after a failed or unknown commit.
    pub fn clear(&mut self) {
        self.streams.clear();
        self.org = Arc::default();
    }

    /// The state of a stream, if it exists and was loaded.
    pub fn get(&self, stream: &StreamId) -> Option<&State> {
        self.streams.get(stream)?.as_ref()
    }

    /// Every loaded stream that exists.
    pub fn iter(&self) -> impl Iterator<Item = (&StreamId, &State)> {
        self.streams
            .iter()
            .filter_map(|(id, s)| s.as_ref().map(|s| (id, s)))
    }

    /// The organisation (the shipped policy where nothing was adopted).
    pub fn org(&self) -> &OrgState {
        &self.org
    }

    /// A loaded report.
    pub fn report(&self, id: ReportId) -> Option<&ReportState> {
        Look::report(self, id)
    }

    /// A loaded case.
    pub fn case(&self, id: CaseId) -> Option<&CaseState> {
        Look::case(self, id)
    }

    /// A loaded run.
    pub fn run(&self, id: RunId) -> Option<&RunState> {
        Look::run(self, id)
    }

    /// A loaded product.
    pub fn product(&self, id: ProductId) -> Option<&ProductState> {
        Look::product(self, id)
    }

    /// A loaded person.
    pub fn person(&self, id: PersonId) -> Option<&PersonState> {
        Look::person(self, id)
    }

    /// Folds one event in. The caller stores the same event.
    ///
    /// # Errors
    /// [`BrokenFold`], where the event does not follow: then this stream has to be loaded again.
    pub fn apply(
        &mut self,
        stream: &StreamId,
        event: &Event,
        meta: &Meta,
    ) -> Result<(), BrokenFold> {
        let before = self.streams.insert(*stream, None).flatten();
        // The organisation's own copy is let go first, so that the fold need not clone it.
        if matches!(stream, StreamId::Org) {
            self.org = Arc::default();
        }
        let next = State::fold(before, stream, event, meta)?;
        self.insert(*stream, Some(next));
        Ok(())
    }
}
