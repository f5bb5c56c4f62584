//! Acts that were applied before are answered from the record.

use crate::act::{Committed, CommittedEvent, Dropped};
use crate::error::StoreError;
use crate::sql::value::{self, Value};
use crate::sql::{Conn, Row, statements as q};
use jiff::Timestamp;
use vulnerary_case::Event;
use vulnerary_case::actor::Actor;
use vulnerary_case::id::{ActId, StreamId};
use vulnerary_case::world::Meta;
use vulnerary_ledger::Envelope;

/// Row `act`.
#[derive(Clone, Debug)]
pub(crate) struct Applied {
    pub(crate) act: ActId,
    pub(crate) part: i64,
    at: Timestamp,
    first: u64,
    events: u64,
    origin: String,
    size: u64,
    dropped: Vec<Dropped>,
}

/// A leaf read back.
pub(crate) struct Read {
    pub(crate) stream: StreamId,
    pub(crate) seq: u64,
    pub(crate) event: Event,
    pub(crate) meta: Meta,
}

/// Reads a leaf. What cannot be read stops everything: it is damaged, or of a newer version.
pub(crate) fn read_leaf(leaf: &[u8]) -> Result<Read, StoreError> {
    let corrupt = |e: &dyn std::fmt::Display| StoreError::Corrupt(e.to_string());
    let envelope = Envelope::decode(leaf).map_err(|e| corrupt(&e))?;
    let stream: StreamId = envelope.stream.parse().map_err(|e| corrupt(&e))?;
    let event =
        Event::from_parts(&stream, envelope.event_type, envelope.body).map_err(|e| corrupt(&e))?;
    let at: Timestamp = envelope.at.parse().map_err(|e| corrupt(&e))?;
    let actor: Actor = envelope.actor.parse().map_err(|e| corrupt(&e))?;
    let act = ActId(envelope.act.parse().map_err(|e| corrupt(&e))?);
    Ok(Read {
        stream,
        seq: envelope.seq,
        event,
        meta: Meta { at, actor, act },
    })
}

/// Which of these acts (all their parts) were applied.
pub(crate) fn find(conn: &mut Conn, acts: &[ActId]) -> Result<Vec<Applied>, StoreError> {
    let keys: Vec<Value<'_>> = acts.iter().map(value::shown).collect();
    conn.query_keys(&q::GET_ACTS, &keys)?
        .iter()
        .map(applied)
        .collect()
}

fn applied(row: &Row) -> Result<Applied, StoreError> {
    let dropped = row.text(8)?;
    let dropped = if dropped == "[]" {
        vec![]
    } else {
        serde_json::from_str(dropped).map_err(|e| StoreError::Corrupt(e.to_string()))?
    };
    Ok(Applied {
        act: ActId(row.parse(0)?),
        part: row.int(1)?,
        at: row.instant(3)?,
        first: row.count(4)?,
        events: row.count(5)?,
        origin: row.text(6)?.to_owned(),
        size: row.count(7)?,
        dropped,
    })
}

impl Applied {
    /// What its commit answered.
    pub(crate) fn committed(
        self,
        conn: &mut Conn,
        answer: Option<Vec<u8>>,
    ) -> Result<Committed, StoreError> {
        let range = [value::int(self.first), value::int(self.first + self.events)];
        let mut events = vec![];
        for row in conn.query(&q::LEAVES, &range)? {
            let leaf = row.blob(1)?;
            let read = read_leaf(leaf)?;
            let (stream, seq, event) = (read.stream, read.seq, read.event);
            events.push(CommittedEvent {
                leaf_index: row.count(0)?,
                stream,
                seq,
                event,
                leaf: leaf.to_vec(),
            });
        }
        if events.len() as u64 != self.events {
            return Err(StoreError::Corrupt(format!(
                "act {} has {} of its events",
                self.act,
                events.len()
            )));
        }
        let key = [value::text(self.origin), value::int(self.size)];
        let note = conn.query_one(&q::GET_CHECKPOINT, &key)?.ok_or_else(|| {
            StoreError::Corrupt(format!("the checkpoint of act {} is not there", self.act))
        })?;
        Ok(Committed {
            act: self.act,
            at: self.at,
            events,
            dropped: self.dropped,
            checkpoint: note.text(0)?.to_owned(),
            size: self.size,
            already_applied: true,
            answer,
            nodes: None,
        })
    }
}
