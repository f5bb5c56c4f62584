//! A stage in memory: the core alone, with made-up seals.

use super::Stage;
use crate::act::{Command, decide, needs};
use crate::actor::Actor;
use crate::closure;
use crate::event::Event;
use crate::facts::Facts;
use crate::id::{ActId, CaseId, ObjectId, StreamId};
use crate::number::Numbers;
use crate::object::ObjectRef;
use crate::refusal::Refusal;
use crate::world::{Meta, State, World};
use jiff::Timestamp;
use uuid::Uuid;

/// One stored event.
pub type Stored = (StreamId, Meta, Event);

/// The core with everything loaded, and the history of what happened.
#[derive(Clone, Debug)]
pub struct Memory {
    /// Everything.
    pub world: World,
    /// Now: the time of the last act.
    pub now: Timestamp,
    /// Every event in order; empty where `keep_history` is off.
    pub history: Vec<Stored>,
    /// Whether to keep it.
    pub keep_history: bool,
    /// Whether to decide twice: with everything, and with only what `needs` names, as a store does.
    pub strict: bool,
    /// Jobs that acts made.
    pub jobs: Vec<crate::react::Effect>,
    /// Cases that dropped out of the last batch.
    pub dropped: Vec<(CaseId, Refusal)>,
    /// Events so far.
    pub events: u64,
    numbers: Numbers,
    counter: u64,
}

impl Memory {
    /// An empty maker at this time.
    pub fn new(now: Timestamp) -> Self {
        Self {
            world: World::new(),
            now,
            history: vec![],
            keep_history: true,
            strict: false,
            jobs: vec![],
            dropped: vec![],
            events: 0,
            numbers: Numbers {
                key: [7; 32],
                next_report: 0,
                next_case: 0,
            },
            counter: 0,
        }
    }

    /// Facts for a decision now.
    pub fn facts(&self, actor: &Actor) -> Facts {
        Facts {
            now: self.now,
            actor: actor.clone(),
            act: ActId(Uuid::from_u64_pair(0xAC7, self.events)),
            numbers: self.numbers.clone(),
        }
    }

    /// A world with only what `needs` names: the same loop as a store's.
    fn loaded(&self, command: &Command, facts: &Facts) -> World {
        let mut world = World::new();
        loop {
            let missing = needs(command, facts, &world);
            if missing.is_empty() {
                return world;
            }
            for stream in missing {
                world.insert(stream, self.world.get(&stream).cloned());
            }
        }
    }

    /// Decides without doing: what would follow.
    ///
    /// # Errors
    /// The refusal.
    pub fn try_act(
        &self,
        actor: &Actor,
        command: &Command,
    ) -> Result<crate::act::Decision, Refusal> {
        decide(&self.world, command, &self.facts(actor))
    }
}

impl Stage for Memory {
    /// With `strict`, panics where `needs` forgot a stream that the decision looked at.
    fn act(
        &mut self,
        at: Timestamp,
        actor: &Actor,
        command: &Command,
    ) -> Result<Vec<(StreamId, Event)>, Refusal> {
        self.now = self.now.max(at);
        let facts = self.facts(actor);
        let decision = decide(&self.world, command, &facts);
        if self.strict {
            assert_eq!(
                decide(&self.loaded(command, &facts), command, &facts),
                decision,
                "{command:?}"
            );
        }
        let decision = decision?;
        decision.advance(&mut self.numbers);
        let meta = Meta {
            at: self.now,
            actor: actor.clone(),
            act: facts.act,
        };
        for (stream, event) in &decision.events {
            if self.world.apply(stream, event, &meta).is_err() {
                return Err(Refusal::NotFound);
            }
            self.events += 1;
            if self.keep_history {
                self.history.push((*stream, meta.clone(), event.clone()));
            }
        }
        self.jobs.extend(decision.jobs);
        self.dropped = decision.dropped;
        Ok(decision.events)
    }

    fn seal(&mut self, text: &str) -> ObjectRef {
        self.counter += 1;
        let digest = crate::canonical::digest_of(&(self.counter, text));
        ObjectRef {
            object: ObjectId(Uuid::from_u64_pair(0x0B, self.counter)),
            length: text.len() as u64,
            sha256: digest.clone(),
            commitment: digest,
        }
    }

    fn fresh(&mut self) -> Uuid {
        self.counter += 1;
        Uuid::from_u64_pair(0x1D, self.counter)
    }

    fn state(&self, stream: &StreamId) -> Option<State> {
        self.world.get(stream).cloned()
    }

    fn closure_digest(&self, case: CaseId) -> Option<String> {
        let case = self.world.case(case)?;
        let outcome = closure::heading_for(case)?;
        Some(closure::digest(case, &self.world, outcome))
    }
}
