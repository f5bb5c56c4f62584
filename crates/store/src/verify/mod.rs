//! Whether the record is what was recorded: leaves, tree, signatures, sealed objects, projections, acts.
//!
//! Works on a live system: it fixes the size N at its start, reads in short transactions, and judges what is below N. It
//! names each place that does not hold and goes on; it never stops at the first.

mod log;
mod nodes;
mod notes;
mod projections;
mod sealed;
mod standing;
pub(crate) mod statements;

#[cfg(test)]
pub(crate) mod tests;

pub(crate) use sealed::walk as references;
pub use standing::{Standing, standing_in};

use crate::error::{OpenError, StoreError};
use crate::log::{Head, keys};
use crate::sql::{Conn, Engine};
use crate::store::{Options, Store};
use crate::vault::Vault;
use std::cell::RefCell;
use std::rc::Rc;
use vulnerary_ledger::Hash;

/// Lines kept; more are counted. A record with more wrong places than this is not read line by line.
pub const MOST_LINES: usize = 10_000;

/// One place that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Where: `event 17`, `object 0190…`, `checkpoint of size 40`.
    pub place: String,
    /// What is wrong there, in words.
    pub what: String,
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

/// How much was looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Events, which are leaves.
    pub events: u64,
    /// Streams.
    pub streams: u64,
    /// Signed checkpoints.
    pub checkpoints: u64,
    /// Keys of the log.
    pub keys: u64,
    /// Acts' parts.
    pub acts: u64,
    /// Sealed objects that were opened and compared.
    pub objects: u64,
    /// Of these, in files.
    pub files: u64,
    /// Erased on record.
    pub erased: u64,
    /// Rows that are `fold(events)`.
    pub rows: u64,
}

/// What verification found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// Places that do not hold, in the order they were found; empty where all holds.
    pub lines: Vec<Finding>,
    /// How many more there are than [`MOST_LINES`].
    pub more: u64,
    /// What is worth knowing and no fault, in sentences.
    pub notes: Vec<String>,
    /// How much was looked at.
    pub counts: Counts,
    /// The log's origin.
    pub origin: String,
    /// The size that was judged.
    pub size: u64,
    /// Lowercase hex root at that size, as recomputed.
    pub root: String,
}

impl Findings {
    /// Whether everything holds.
    pub fn all_holds(&self) -> bool {
        self.lines.is_empty()
    }
}

/// How far it is.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// What is being read.
    pub stage: &'static str,
    /// How many of them.
    pub done: u64,
    /// Of how many, where known.
    pub of: Option<u64>,
}

/// Where findings go, shared by what runs at once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sink(Rc<RefCell<Findings>>);

impl Sink {
    pub(crate) fn add(&self, place: impl Into<String>, what: impl Into<String>) {
        let mut all = self.0.borrow_mut();
        if all.lines.len() < MOST_LINES {
            all.lines.push(Finding {
                place: place.into(),
                what: what.into(),
            });
        } else {
            all.more += 1;
        }
    }

    pub(crate) fn note(&self, sentence: impl Into<String>) {
        self.0.borrow_mut().notes.push(sentence.into());
    }

    pub(crate) fn count(&self, f: impl FnOnce(&mut Counts)) {
        f(&mut self.0.borrow_mut().counts);
    }

    fn take(&self) -> Findings {
        self.0.take()
    }
}

/// What verification needs.
pub(crate) struct Verifier<'a> {
    pub(crate) engine: &'a Engine,
    pub(crate) vault: &'a Vault,
    pub(crate) progress: &'a mut dyn FnMut(Progress),
}

/// The state at the start: everything is judged up to here.
pub(crate) struct Start {
    pub(crate) head: Head,
    pub(crate) keys: Vec<keys::LogKey>,
}

impl Verifier<'_> {
    /// Verifies everything below the size that the log has now.
    ///
    /// # Errors
    /// [`StoreError`] where it could not run; what is damaged is a finding, not an error.
    pub(crate) fn run(&mut self) -> Result<Findings, StoreError> {
        let sink = Sink::default();
        let mut conn = self.engine.reader()?;
        // Listed before the head is read: whatever is listed was committed with events below its size.
        let listed = sealed::list(&mut conn, &sink)?;
        let start = conn.snapshot(|c| start(c, &sink))?;
        let Some(start) = start else {
            return Ok(sink.take());
        };
        let mut refs = log::check(self, &mut conn, &start, &sink)?;
        secrets(&mut conn, self.vault, &start, &sink)?;
        sealed::check(self, &mut conn, listed, &refs, &sink)?;
        projections::check(self, &mut conn, &mut refs, &sink)?;
        let mut found = sink.take();
        found.origin = start.head.origin.clone();
        found.size = start.head.size();
        found.root = refs.root.to_hex();
        Ok(found)
    }

    pub(crate) fn tell(&mut self, stage: &'static str, done: u64, of: Option<u64>) {
        (self.progress)(Progress { stage, done, of });
    }
}

/// Reads the head, and compares with it what one moment must agree on.
fn start(conn: &mut Conn, sink: &Sink) -> Result<Option<Start>, StoreError> {
    let head = match Head::peek(conn) {
        Ok(Some(head)) => head,
        Ok(None) => {
            sink.add(
                "log head",
                "it is missing: nothing says how long the record is",
            );
            return Ok(None);
        }
        Err(StoreError::Corrupt(why)) => {
            sink.add("log head", why);
            return Ok(None);
        }
        Err(e) => return Err(e),
    };
    let size = head.size();
    if let Some(row) = conn.query_one(&statements::COUNT_EVENTS, &[])? {
        let (count, last) = (row.count(0)?, row.int(1)?);
        if last >= 0 && last as u64 >= size {
            sink.add(
                format!("event {last}"),
                format!("it is beyond the log's head, which says {size} events"),
            );
        }
        if count != size {
            sink.add(
                "log head",
                format!("it says {size} events, and {count} are stored"),
            );
        }
    }
    for row in conn.query(&statements::ORIGINS, &[])? {
        let (origin, most) = (row.text(0)?, row.count(2)?);
        if most > size {
            sink.add(
                format!("checkpoint of size {most}"),
                format!("it is of {origin}, and the log has only {size} events: events at its end were removed"),
            );
        }
    }
    nodes::count(conn, size, sink)?;
    let keys = keys::list(conn)?;
    if keys
        .last()
        .is_none_or(|k| k.id != head.key || k.origin != head.origin)
    {
        sink.add(
            "log head",
            "it names another key or origin than the log's newest key",
        );
    }
    Ok(Some(Start { head, keys }))
}

impl Store {
    /// Verifies this store beside whatever it does. Waits: call it on a blocking thread.
    ///
    /// # Errors
    /// [`StoreError`] where it could not run; what is damaged is a finding.
    pub fn verify(&self, progress: &mut dyn FnMut(Progress)) -> Result<Findings, StoreError> {
        Verifier {
            engine: &self.inner().engine,
            vault: self.vault(),
            progress,
        }
        .run()
    }
}

/// Verifies data without opening a store: nothing is made, migrated or begun, so this works beside a server and on data
/// that no server would open.
///
/// # Errors
/// [`OpenError`] where it could not run; what is damaged is a finding.
pub fn verify_data(
    options: &Options,
    progress: &mut dyn FnMut(Progress),
) -> Result<Findings, OpenError> {
    let engine = Engine::of(&options.data, options.database_url.as_deref())?;
    there_is_a_database(options, &engine)?;
    let mut conn = engine.reader()?;
    let known = keys::masters(&mut conn)?;
    let key = |e: crate::vault::VaultError| OpenError::Key(e.to_string());
    let vault = Vault::open_at(
        &options.master_key,
        &options.data,
        &known,
        options.outside.clone(),
    )
    .map_err(key)?;
    Ok(Verifier {
        engine: &engine,
        vault: &vault,
        progress,
    }
    .run()?)
}

/// Reading must not make one.
fn there_is_a_database(options: &Options, engine: &Engine) -> Result<(), OpenError> {
    match engine {
        Engine::Sqlite(file) if !file.exists() => Err(OpenError::Data {
            place: options.data.display().to_string(),
            why: "there is no database in it".into(),
        }),
        _ => Ok(()),
    }
}

/// The wrapped secrets of the log open, and are what the public halves say.
fn secrets(conn: &mut Conn, vault: &Vault, start: &Start, sink: &Sink) -> Result<(), StoreError> {
    for key in &start.keys {
        let place = format!("log key {}", key.id);
        match keys::signer(conn, vault, key.id) {
            Ok(signer) if signer.verifier().to_string() == key.vkey => {}
            Ok(_) => sink.add(place, "its secret half belongs to another key"),
            Err(StoreError::Corrupt(why)) => sink.add(place, why),
            Err(e) => return Err(e),
        }
    }
    match keys::numbers(conn, vault) {
        Err(StoreError::Corrupt(why)) => sink.add("secret of the numbers", why),
        Err(e) => return Err(e),
        Ok(_) => {}
    }
    Ok(())
}

/// What the events refer to.
#[derive(Debug, Default)]
pub(crate) struct References {
    /// Objects that an event names, by id, with what it says of them.
    pub(crate) objects: std::collections::HashMap<u128, sealed::Named>,
    /// Streams with the sequence number of their last event.
    pub(crate) streams: std::collections::HashMap<String, u64>,
    /// How often a calendar or a policy was adopted.
    pub(crate) adoptions: u64,
    /// The secret of report and case numbers.
    pub(crate) numbers: [u8; 32],
    /// The tree's root as recomputed.
    pub(crate) root: Hash0,
}

/// A root, of the empty tree until something was read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hash0(pub(crate) Hash);

impl Default for Hash0 {
    fn default() -> Self {
        Self(vulnerary_ledger::tree::empty_root())
    }
}

impl Hash0 {
    pub(crate) fn to_hex(self) -> String {
        self.0.to_hex()
    }
}
