//! The one writer thread of a process: a bounded queue, group commit, and what happens when a commit fails.
//!
//! What a crash leaves: before COMMIT nothing; after it everything, and the sender, who got no answer, sends the same act
//! again and is answered from the record. After any failure the writer forgets what it cached.

mod batch;
mod carried;
mod decide;
mod earlier;
mod fate;

mod health;
mod restored;
mod rows;

pub(crate) use earlier::read_leaf;
pub use health::Health;
pub(crate) use health::Watch;

use crate::act::{Act, Committed};
use crate::ballast::Ballast;
use crate::error::{CommitError, StoreError};
use crate::outside::Outside;
use crate::project::Mark;
use crate::seen::Seen;
use crate::sql::conn::Fault;
use crate::sql::{Conn, Engine};
use crate::turnstile::Turnstile;
use crate::vault::Vault;
use jiff::Timestamp;
use std::collections::{HashMap, VecDeque};
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use tokio::sync::oneshot;
use vulnerary_case::act::{BatchCommand, Command};
use vulnerary_case::id::{CaseId, StreamId};
use vulnerary_case::world::World;
use vulnerary_ledger::SignerKey;
use zeroize::Zeroizing;

/// How many acts may wait; more are answered "busy".
pub(crate) const QUEUE: usize = 4_096;
/// Acts of one transaction at most.
const MOST_ACTS: usize = 128;
/// Streams that stay cached between transactions at most.
const MOST_CACHED: usize = 2_048;

/// One transaction's share of an act.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) act: Act,
    pub(crate) part: i64,
    pub(crate) parts: i64,
}

impl Part {
    /// The cases of a batch.
    pub(crate) fn cases(&self) -> Vec<CaseId> {
        match self.act.commands.as_slice() {
            [Command::Batch(BatchCommand::Each { cases, .. })] => {
                cases.iter().map(|(c, _)| *c).collect()
            }
            [Command::Batch(BatchCommand::Sign { cases, .. })] => {
                cases.iter().map(|(c, _)| *c).collect()
            }
            _ => vec![],
        }
    }
}

pub(crate) type Answer = oneshot::Sender<Result<Committed, CommitError>>;

/// Something that the writer thread runs between transactions of acts.
pub(crate) type Task = Box<dyn FnOnce(&mut Writer) + Send>;

/// What the writer is asked to do.
pub(crate) enum Work {
    /// Apply an act.
    Act(Box<Part>, Answer),
    /// Something else that writes, in its own transaction.
    Task(Task),
}

/// Why a transaction did not happen, or may not have.
#[derive(Debug)]
pub(super) enum Failure {
    Store(StoreError),
    Panic(String),
}

impl From<StoreError> for Failure {
    fn from(e: StoreError) -> Self {
        Self::Store(e)
    }
}

impl From<Failure> for CommitError {
    fn from(f: Failure) -> Self {
        match f {
            Failure::Store(e) => e.into(),
            Failure::Panic(what) => Self::Defect(what),
        }
    }
}

/// State of the writer thread.
pub(crate) struct Writer {
    pub(crate) engine: Engine,
    pub(crate) vault: Vault,
    pub(crate) outside: Arc<dyn Outside>,
    pub(crate) turnstile: Option<Arc<Turnstile>>,
    pub(crate) seen: Seen,
    pub(crate) ballast: Ballast,
    pub(crate) watch: Arc<Watch>,
    pub(crate) numbers: Zeroizing<[u8; 32]>,
    pub(crate) fault: Fault,
    conn: Option<Conn>,
    signer: Option<(i64, SignerKey)>,
    world: World,
    marks: HashMap<StreamId, Mark>,
    epoch: Option<i64>,
    full_since: Option<Timestamp>,
    #[cfg(test)]
    pub(crate) panic_on: Arc<std::sync::Mutex<Option<vulnerary_case::id::ActId>>>,
    /// The directory stays in use until this thread has ended, too. Last, so that the connection is closed before.
    _in_use: Arc<File>,
}

/// What a writer is made of.
pub(crate) struct Parts {
    pub(crate) engine: Engine,
    pub(crate) vault: Vault,
    pub(crate) outside: Arc<dyn Outside>,
    pub(crate) turnstile: Option<Arc<Turnstile>>,
    pub(crate) seen: Seen,
    pub(crate) ballast: Ballast,
    pub(crate) watch: Arc<Watch>,
    pub(crate) numbers: Zeroizing<[u8; 32]>,
    pub(crate) fault: Fault,
    pub(crate) in_use: Arc<File>,
}

struct Waiting {
    part: Part,
    answer: Answer,
}

impl Writer {
    pub(crate) fn new(parts: Parts) -> Self {
        let Parts {
            engine,
            vault,
            outside,
            turnstile,
            seen,
            ballast,
            watch,
            numbers,
            fault,
            in_use,
        } = parts;
        Self {
            engine,
            vault,
            outside,
            turnstile,
            seen,
            ballast,
            watch,
            numbers,
            fault,
            _in_use: in_use,
            conn: None,
            signer: None,
            world: World::new(),
            marks: HashMap::new(),
            epoch: None,
            full_since: None,
            #[cfg(test)]
            panic_on: Arc::default(),
        }
    }

    /// Runs until every sender is gone.
    pub(crate) fn run(mut self, queue: &Receiver<Work>) {
        let mut waiting: VecDeque<Waiting> = VecDeque::new();
        let mut tasks: Vec<Task> = vec![];
        loop {
            if waiting.is_empty() {
                match queue.recv() {
                    Ok(Work::Act(part, answer)) => waiting.push_back(Waiting {
                        part: *part,
                        answer,
                    }),
                    Ok(Work::Task(task)) => tasks.push(task),
                    Err(_) => return,
                }
            }
            while waiting.len() < MOST_ACTS {
                match queue.try_recv() {
                    Ok(Work::Act(part, answer)) => waiting.push_back(Waiting {
                        part: *part,
                        answer,
                    }),
                    Ok(Work::Task(task)) => tasks.push(task),
                    Err(_) => break,
                }
            }
            if !waiting.is_empty() {
                self.round(&mut waiting);
            }
            for task in tasks.drain(..) {
                // A task answers for itself; one that panics drops its answer, and whoever waits for it sees that.
                if catch_unwind(AssertUnwindSafe(|| task(&mut self))).is_err() {
                    self.forget();
                }
            }
        }
    }

    /// One transaction over what waits, and what to do when it fails.
    fn round(&mut self, waiting: &mut VecDeque<Waiting>) {
        if let Some(no) = self.not_now() {
            waiting.drain(..).for_each(|w| reply(w, Err(no.clone())));
            return;
        }
        let parts: Vec<&Part> = waiting.iter().map(|w| &w.part).collect();
        match self.attempt(&parts) {
            Ok(results) => {
                self.recovered();
                let n = results.len().min(waiting.len());
                waiting
                    .drain(..n)
                    .zip(results)
                    .for_each(|(w, result)| reply(w, result));
            }
            Err(Failure::Store(e @ StoreError::Busy(_))) => {
                waiting
                    .drain(..)
                    .for_each(|w| reply(w, Err(e.clone().into())));
            }
            Err(Failure::Store(StoreError::Full)) if !self.make_room() => {
                waiting
                    .drain(..)
                    .for_each(|w| reply(w, Err(CommitError::Full)));
            }
            Err(_) => self.one_by_one(waiting),
        }
    }

    /// After a failure: each act on its own, so that only the one at fault fails. An act that was committed after all is
    /// found under the lock and answered from the record.
    fn one_by_one(&mut self, waiting: &mut VecDeque<Waiting>) {
        while let Some(w) = waiting.pop_front() {
            let mut result = self.attempt(&[&w.part]);
            if matches!(&result, Err(Failure::Store(StoreError::Unavailable(_)))) {
                result = self.attempt(&[&w.part]);
            }
            match result {
                Ok(mut results) => {
                    self.recovered();
                    let lost = || {
                        Err(CommitError::Defect(
                            "an act was left without an answer".into(),
                        ))
                    };
                    reply(w, results.pop().unwrap_or_else(lost));
                }
                Err(f) => {
                    if let Failure::Store(e) = &f {
                        self.watch.note(e);
                    }
                    reply(w, Err(f.into()));
                }
            }
        }
    }

    /// One transaction; whatever goes wrong, nothing of it stays in memory.
    fn attempt(&mut self, parts: &[&Part]) -> Result<Vec<Result<Committed, CommitError>>, Failure> {
        let result = catch_unwind(AssertUnwindSafe(|| self.transaction(parts)))
            .unwrap_or_else(|panic| Err(Failure::Panic(panic_text(panic.as_ref()))));
        match &result {
            Ok(_) => self.trim(),
            Err(f) => {
                tracing::warn!(acts = parts.len(), failure = ?f, "a commit failed; it is replayed act by act");
                self.forget();
                if matches!(f, Failure::Store(StoreError::Unavailable(_))) {
                    self.conn = None;
                }
            }
        }
        result
    }

    /// Forgets everything that was cached, and ends what is open.
    pub(crate) fn forget(&mut self) {
        self.world.clear();
        self.marks.clear();
        self.epoch = None;
        self.signer = None;
        if self.conn.as_mut().is_some_and(|c| c.rollback().is_err()) {
            self.conn = None;
        }
    }

    /// Keeps the cache small: what every decision needs stays.
    fn trim(&mut self) {
        if self.marks.len() <= MOST_CACHED {
            return;
        }
        let mut kept = World::new();
        for (stream, state) in self.world.iter() {
            if matches!(
                stream,
                StreamId::Org | StreamId::Person(_) | StreamId::Product(_)
            ) {
                kept.insert(*stream, Some(state.clone()));
            }
        }
        self.marks.retain(|stream, _| kept.knows(stream));
        self.world = kept;
    }

    /// Waits for this process's turn (SQLite), then runs `f` on the connection. Nothing is open when this returns.
    pub(crate) fn in_turn<T, E: From<StoreError>>(
        &mut self,
        f: impl FnOnce(&mut Self, &mut Conn) -> Result<T, E>,
    ) -> Result<T, E> {
        let turnstile = self.turnstile.clone();
        let unavailable =
            |e: std::io::Error| StoreError::Unavailable(format!("the turnstile: {e}"));
        let _turn = turnstile
            .as_ref()
            .map(|t| t.pass())
            .transpose()
            .map_err(unavailable)?;
        let mut conn = match self.conn.take() {
            Some(conn) => conn,
            None => {
                let mut conn = self.engine.writer()?;
                conn.fault = self.fault.clone();
                conn
            }
        };
        // A panic in `f` drops the connection, and with it what was open.
        let result = f(self, &mut conn);
        if result.is_ok() || conn.rollback().is_ok() {
            self.conn = Some(conn);
        }
        result
    }

    /// A write that is no act, in its own transaction.
    pub(crate) fn write<T>(
        &mut self,
        f: impl FnOnce(&mut Conn) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let result = self.in_turn(|_, conn| conn.write(f));
        if let Err(e) = &result {
            self.watch.note(e);
            self.forget();
            if matches!(e, StoreError::Unavailable(_)) {
                self.conn = None;
            }
        }
        result
    }
}

fn reply(w: Waiting, result: Result<Committed, CommitError>) {
    // Whoever waited may have gone; the record has it.
    drop(w.answer.send(result));
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    // Only texts that a program's author wrote come here as &str; formatted ones could carry data and are left out.
    panic
        .downcast_ref::<&'static str>()
        .map_or("a decision panicked", |s| s)
        .to_owned()
}
