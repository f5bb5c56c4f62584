//! Stored checkpoints, page by page: note, signature, key range; and roots in ascending order for the tree.

use super::statements as v;
use super::{Sink, Start};
use crate::error::StoreError;
use crate::log::keys::LogKey;
use crate::sql::Conn;
use crate::sql::value::{self, Value};
use std::collections::VecDeque;
use vulnerary_ledger::fsck::{StoredNote, check_notes};
use vulnerary_ledger::{Hash, VerifierKey};

const PAGE: i64 = 2_000;

/// Gives size and root of every checkpoint that is sound by itself; what is not goes to the sink.
pub(super) struct Roots {
    conn: Conn,
    sink: Sink,
    origins: Vec<String>,
    keys: Vec<(LogKey, VerifierKey)>,
    last: i64,
    size: u64,
    threads: usize,
    ready: VecDeque<(u64, Hash)>,
    failed: Option<StoreError>,
}

impl Roots {
    pub(super) fn new(
        mut conn: Conn,
        start: &Start,
        sink: Sink,
        threads: usize,
    ) -> Result<Self, StoreError> {
        let (mut keys, mut origins) = (vec![], vec![]);
        for key in &start.keys {
            sink.count(|c| c.keys += 1);
            if origins.last() != Some(&key.origin) {
                origins.push(key.origin.clone());
            }
            match key.vkey.parse::<VerifierKey>() {
                Ok(vkey) if vkey.name() == key.origin => keys.push((key.clone(), vkey)),
                Ok(_) => sink.add(format!("log key {}", key.id), "its name is not its origin"),
                Err(e) => sink.add(format!("log key {}", key.id), e.to_string()),
            }
        }
        for row in conn.query(&v::ORIGINS, &[])? {
            let origin = row.text(0)?;
            if !origins.iter().any(|o| o == origin) {
                sink.add(
                    format!("checkpoints of {origin}"),
                    "no key of the log has this origin",
                );
            }
        }
        origins.reverse();
        let size = start.head.size();
        Ok(Self {
            conn,
            sink,
            origins,
            keys,
            last: -1,
            size,
            threads,
            ready: VecDeque::new(),
            failed: None,
        })
    }

    /// Reads the next page; false where there is none.
    fn page(&mut self) -> Result<bool, StoreError> {
        let Some(origin) = self.origins.last().cloned() else {
            return Ok(false);
        };
        let params = [
            value::text(origin.as_str()),
            Value::Int(self.last),
            value::int(self.size),
            Value::Int(PAGE),
        ];
        let rows = self.conn.query(&v::CHECKPOINTS, &params)?;
        if rows.is_empty() {
            self.origins.pop();
            self.last = -1;
            return Ok(true);
        }
        let mut stored = Vec::with_capacity(rows.len());
        for row in &rows {
            self.last = row.int(0)?;
            let size = row.count(0)?;
            let signs = |k: &&(LogKey, VerifierKey)| {
                k.0.origin == origin
                    && k.0.from_size <= size
                    && k.0.to_size.is_none_or(|to| size <= to)
            };
            let keys: Vec<&VerifierKey> = self
                .keys
                .iter()
                .filter(signs)
                .map(|(_, vkey)| vkey)
                .collect();
            stored.push((size, row.text(1)?, keys));
        }
        let notes: Vec<_> = stored
            .iter()
            .map(|(size, note, keys)| StoredNote {
                size: *size,
                note,
                keys: keys.as_slice(),
            })
            .collect();
        for checked in check_notes(&notes, self.threads) {
            match checked {
                Ok(root) => self.ready.push_back(root),
                Err(finding) => place(&self.sink, &finding.to_string()),
            }
        }
        self.sink.count(|c| c.checkpoints += rows.len() as u64);
        Ok(true)
    }

    /// Why reading stopped early, if it did.
    pub(super) fn failure(
        failed: &std::cell::RefCell<Option<StoreError>>,
    ) -> Result<(), StoreError> {
        failed.borrow_mut().take().map_or(Ok(()), Err)
    }

    /// As an iterator; a failure ends it and is kept in `failed`.
    pub(super) fn into_iter(
        mut self,
        failed: std::rc::Rc<std::cell::RefCell<Option<StoreError>>>,
    ) -> impl Iterator<Item = (u64, Hash)> {
        std::iter::from_fn(move || {
            loop {
                if let Some(next) = self.ready.pop_front() {
                    return Some(next);
                }
                match self.page() {
                    Ok(true) => {}
                    Ok(false) => return None,
                    Err(e) => {
                        self.failed = Some(e.clone());
                        *failed.borrow_mut() = Some(e);
                        return None;
                    }
                }
            }
        })
    }
}

/// The ledger's findings begin with their place: `event 17: …`.
pub(super) fn place(sink: &Sink, sentence: &str) {
    match sentence.split_once(": ") {
        Some((place, what)) => sink.add(place, what),
        None => sink.add("log", sentence),
    }
}
