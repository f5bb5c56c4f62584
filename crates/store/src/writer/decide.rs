//! Decide and fold in memory, in order; later commands see earlier results (architecture §4, step 3).

use super::{Part, Writer};
use crate::act::{Dropped, Expect};
use crate::error::{CommitError, StoreError};
use crate::log::append::{Common, Pending};
use crate::project::load::load;
use crate::sql::{Conn, statements as q, value};
use jiff::Timestamp;
use std::collections::BTreeSet;
use vulnerary_case::Facts;
use vulnerary_case::act::{Command, OnReceipt, decide, needs};
use vulnerary_case::id::{ActId, StreamId};
use vulnerary_case::number::Numbers;
use vulnerary_case::react::Effect;
use vulnerary_case::refusal::Refusal;
use vulnerary_case::world::{Meta, State};

/// Rounds of loading until a decision has all it needs: links point to roots, so the real depth is below ten.
const MOST_ROUNDS: usize = 64;

/// What one transaction has gathered so far.
pub(super) struct Gathered {
    pub(super) at: Timestamp,
    pub(super) at_text: String,
    pub(super) numbers: Numbers,
    pub(super) events: Vec<Pending>,
    pub(super) touched: BTreeSet<StreamId>,
}

/// What one act led to.
pub(super) struct Decided {
    /// Its events: positions within the transaction.
    pub(super) act: ActId,
    pub(super) first: usize,
    pub(super) events: usize,
    pub(super) jobs: Vec<Effect>,
    pub(super) dropped: Vec<Dropped>,
    pub(super) undo: Undo,
}

/// How to take an act back.
pub(super) struct Undo {
    events: usize,
    numbers: Numbers,
    states: Vec<(StreamId, Option<State>)>,
}

impl Writer {
    /// Loads what these commands need, until nothing is missing.
    pub(super) fn load_for(
        &mut self,
        commands: &[(&Command, &Facts)],
        conn: &mut Conn,
    ) -> Result<(), StoreError> {
        for _ in 0..MOST_ROUNDS {
            let mut missing: BTreeSet<StreamId> = BTreeSet::new();
            for (command, facts) in commands {
                missing.extend(needs(command, facts, &self.world));
                missing.extend(
                    made_by(command)
                        .into_iter()
                        .filter(|s| !self.world.knows(s)),
                );
            }
            if missing.is_empty() {
                return Ok(());
            }
            self.load_streams(&missing, conn)?;
        }
        Err(StoreError::Corrupt(
            "a decision asks for ever more streams".into(),
        ))
    }

    /// Puts these streams into the world; what does not exist is put in as absent.
    pub(super) fn load_streams(
        &mut self,
        missing: &BTreeSet<StreamId>,
        conn: &mut Conn,
    ) -> Result<(), StoreError> {
        for stream in missing {
            self.world.insert(*stream, None);
        }
        for loaded in load(conn, missing)? {
            self.world.insert(loaded.stream, Some(loaded.state));
            self.marks.insert(loaded.stream, loaded.mark);
        }
        Ok(())
    }

    /// One act: all of its commands, or nothing of it.
    pub(super) fn decide_act(
        &mut self,
        part: &Part,
        got: &mut Gathered,
        conn: &mut Conn,
    ) -> Result<Result<Decided, CommitError>, StoreError> {
        #[cfg(test)]
        self.panic_for_test(part);
        let mut undo = Undo {
            events: got.events.len(),
            numbers: got.numbers.clone(),
            states: vec![],
        };
        let first = undo.events;
        let (mut jobs, mut dropped) = (vec![], vec![]);
        if let Some(no) = self.unmet(&part.act.expect, conn)? {
            return Ok(Err(no.into()));
        }
        let act = &part.act;
        let common = Common {
            at: got.at_text.clone(),
            actor: act.actor.to_string().into(),
            act: act.id.to_string().into(),
        };
        for command in &act.commands {
            let facts = Facts {
                now: got.at,
                actor: act.actor.clone(),
                act: act.id,
                numbers: got.numbers.clone(),
            };
            self.load_for(&[(command, &facts)], conn)?;
            let step = decide(&self.world, command, &facts)
                .map_err(CommitError::from)
                .and_then(|d| {
                    d.advance(&mut got.numbers);
                    jobs.extend(d.jobs);
                    dropped.extend(d.dropped.into_iter().map(|(case, no)| Dropped {
                        case,
                        why: no.to_string(),
                    }));
                    self.fold(d.events, &facts, &common, got, &mut undo)
                });
            if let Err(no) = step {
                self.take_back(undo, got);
                return Ok(Err(no));
            }
        }
        Ok(Ok(Decided {
            act: act.id,
            first,
            events: got.events.len() - first,
            jobs,
            dropped,
            undo,
        }))
    }

    fn fold(
        &mut self,
        events: Vec<(StreamId, vulnerary_case::Event)>,
        facts: &Facts,
        common: &Common,
        got: &mut Gathered,
        undo: &mut Undo,
    ) -> Result<(), CommitError> {
        let meta = Meta {
            at: facts.now,
            actor: facts.actor.clone(),
            act: facts.act,
        };
        let mut nonces = vec![0_u8; events.len() * 16];
        self.outside.fill(&mut nonces);
        let (nonces, _) = nonces.as_chunks::<16>();
        for ((stream, event), nonce) in events.into_iter().zip(nonces) {
            if !undo.states.iter().any(|(s, _)| *s == stream) {
                undo.states.push((stream, self.world.get(&stream).cloned()));
            }
            let before = self.world.get(&stream).map_or(0, State::version);
            self.world
                .apply(&stream, &event, &meta)
                .map_err(|e| CommitError::Corrupt(e.to_string()))?;
            let seq = self.world.get(&stream).map_or(0, State::version);
            if seq != before + 1 {
                return Err(CommitError::Defect(format!(
                    "stream {stream} went from {before} to {seq} by one event"
                )));
            }
            let pending =
                Pending::new(stream, seq, event, common, *nonce).map_err(CommitError::Defect)?;
            got.touched.insert(stream);
            got.events.push(pending);
        }
        Ok(())
    }

    /// Takes an act back, as if it had never been decided.
    pub(super) fn take_back(&mut self, undo: Undo, got: &mut Gathered) {
        got.events.truncate(undo.events);
        got.numbers = undo.numbers;
        for (stream, state) in undo.states {
            self.world.insert(stream, state);
        }
    }

    /// The first expectation that does not hold.
    fn unmet(&mut self, expect: &[Expect], conn: &mut Conn) -> Result<Option<Refusal>, StoreError> {
        for e in expect {
            match e {
                Expect::Version(stream, seen) => {
                    if !self.world.knows(stream) {
                        self.load_streams(&BTreeSet::from([*stream]), conn)?;
                    }
                    let now = self.world.get(stream).map_or(0, State::version);
                    if now != *seen {
                        return Ok(Some(Refusal::Changed { seen: *seen, now }));
                    }
                }
                Expect::NoCaseInGroup(group) => {
                    let stored =
                        conn.query_keys(&q::CASES_IN_GROUP, &[value::text(group.as_str())])?;
                    let here = |s: &State| matches!(s, State::Case(c) if c.group.as_deref() == Some(group));
                    if !stored.is_empty() || self.world.iter().any(|(_, s)| here(s)) {
                        return Ok(Some(Refusal::AlreadySo(
                            "another import opened the case of this finding",
                        )));
                    }
                }
            }
        }
        Ok(None)
    }

    #[cfg(test)]
    fn panic_for_test(&self, part: &Part) {
        assert!(
            *self.panic_on.lock().expect("not poisoned") != Some(part.act.id),
            "made to panic"
        );
    }
}

/// Streams that a command makes: looked up, so that an id that is there already is refused and not overwritten.
fn made_by(command: &Command) -> Vec<StreamId> {
    match command {
        Command::Receive(r) => {
            let report = StreamId::Report(r.report);
            match &r.then {
                OnReceipt::Open(open) => vec![report, StreamId::Case(open.case)],
                OnReceipt::WaitForReading | OnReceipt::SetAside { .. } => vec![report],
            }
        }
        Command::Report {
            wish: vulnerary_case::act::ReportCommand::Open { open, .. },
            ..
        } => {
            vec![StreamId::Case(open.case)]
        }
        Command::Case {
            wish: vulnerary_case::act::CaseCommand::Split { into, .. },
            ..
        } => {
            vec![StreamId::Case(into.case)]
        }
        _ => vec![],
    }
}
