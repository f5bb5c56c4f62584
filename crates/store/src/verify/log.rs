//! The record itself, in order: leaves, their columns, streams, acts, tree.

use super::notes::{Roots, place};
use super::sealed::{Named, collect};
use super::statements as v;
use super::{Hash0, References, Sink, Start, Verifier, nodes};
use crate::error::StoreError;
use crate::sql::value::{self, Value};
use crate::sql::{Conn, Row, statements as q};
use jiff::Timestamp;
use serde_json::value::RawValue;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use vulnerary_case::Event;
use vulnerary_case::id::StreamId;
use vulnerary_case::org::event::OrgEvent;
use vulnerary_ledger::fsck::{Fsck, Row as LeafRow};
use vulnerary_ledger::{Envelope, Hash, Node};

/// Events a transaction.
const PAGE: u64 = 1_000;

/// Positions and instants of the events of each act of a page.
type Acts = BTreeMap<String, Vec<(u64, i64)>>;

/// What has to go on from page to page.
#[derive(Default)]
struct State {
    last_at: Option<Timestamp>,
    refs: References,
}

/// Checks everything below the start's size.
pub(super) fn check(
    verifier: &mut Verifier<'_>,
    conn: &mut Conn,
    start: &Start,
    sink: &Sink,
) -> Result<References, StoreError> {
    let size = start.head.size();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let failed = Rc::new(RefCell::new(None));
    let roots = Roots::new(verifier.engine.reader()?, start, sink.clone(), threads)?;
    let mut fsck = Fsck::new(roots.into_iter(failed.clone()), threads);
    let mut state = State::default();
    let (mut from, mut next) = (0, 0);
    while from < size {
        let to = size.min(from + PAGE);
        let rows = read(conn, from, to, sink)?;
        let mut made: Vec<Node> = vec![];
        let leaves: Vec<LeafRow<'_>> = rows.iter().filter_map(|r| leaf_row(r, sink)).collect();
        next = leaves.last().map_or(next, |leaf| leaf.index + 1);
        fsck.feed(&leaves, |node| made.push(node));
        nodes::compare(conn, &made, sink)?;
        let mut acts = Acts::new();
        for row in &rows {
            check_row(row, &mut state, &mut acts, sink)?;
        }
        check_acts(conn, &acts, sink)?;
        Roots::failure(&failed)?;
        from = to;
        verifier.tell("events", from, Some(size));
    }
    let (found, range) = fsck.finish();
    Roots::failure(&failed)?;
    for finding in found {
        place(sink, &finding.to_string());
    }
    if next < size {
        // A gap is found by the event after it; at the end there is none.
        sink.add(format!("events {next} to {}", size - 1), "missing");
    }
    sink.count(|c| c.streams = state.refs.streams.len() as u64);
    finish(conn, start, &range, sink)?;
    state.refs.root = Hash0(range.root());
    Ok(state.refs)
}

/// One page; where it cannot be read as a whole, row by row, so that the place is named.
fn read(conn: &mut Conn, from: u64, to: u64, sink: &Sink) -> Result<Vec<Row>, StoreError> {
    let mut page = |from, to| conn.query(&v::EVENTS, &[value::int(from), value::int(to)]);
    match page(from, to) {
        Err(StoreError::Corrupt(_)) => {}
        other => return other,
    }
    let mut rows = vec![];
    for idx in from..to {
        match page(idx, idx + 1) {
            Ok(mut one) => rows.append(&mut one),
            Err(StoreError::Corrupt(why)) => {
                sink.add(format!("event {idx}"), format!("it cannot be read: {why}"))
            }
            Err(e) => return Err(e),
        }
    }
    Ok(rows)
}

fn leaf_row<'r>(row: &'r Row, sink: &Sink) -> Option<LeafRow<'r>> {
    let index = row.count(0).ok()?;
    match (row.blob(7), row.blob(8).ok().and_then(Hash::from_slice)) {
        (Ok(leaf), Some(leaf_hash)) => Some(LeafRow {
            index,
            leaf,
            leaf_hash,
        }),
        // Counted as changed: an all-zero hash is no leaf's.
        (Ok(leaf), None) => Some(LeafRow {
            index,
            leaf,
            leaf_hash: Hash([0; 32]),
        }),
        _ => {
            sink.add(format!("event {index}"), "its bytes are missing");
            None
        }
    }
}

fn check_row(row: &Row, state: &mut State, acts: &mut Acts, sink: &Sink) -> Result<(), StoreError> {
    let idx = row.count(0)?;
    let place = || format!("event {idx}");
    sink.count(|c| c.events += 1);
    let envelope = match Envelope::decode(row.blob(7)?) {
        Ok(envelope) => envelope,
        Err(e) => {
            sink.add(place(), e.to_string());
            return Ok(());
        }
    };
    let at = envelope.at.parse::<Timestamp>().ok();
    let columns = [
        ("stream", row.text(1)? == envelope.stream),
        ("seq", row.count(2).ok() == Some(envelope.seq)),
        ("type", row.text(3)? == envelope.event_type),
        ("at", at.map(Timestamp::as_microsecond) == row.int(4).ok()),
        ("actor", row.text(5)? == envelope.actor),
        ("act", row.text(6)? == envelope.act),
    ];
    for (column, _) in columns.iter().filter(|(_, equal)| !equal) {
        sink.add(
            place(),
            format!("its column {column} is not what its bytes say"),
        );
    }
    check_seq(&envelope, state, sink, place);
    acts.entry(envelope.act.to_owned())
        .or_default()
        .push((idx, at.map_or(0, Timestamp::as_microsecond)));
    let event = match event_of(&envelope) {
        Ok(event) => event,
        Err(why) => {
            sink.add(place(), why);
            return Ok(());
        }
    };
    check_time(at, &event, state, sink, place);
    if matches!(
        event,
        Event::Org(OrgEvent::CalendarAdopted { .. } | OrgEvent::PolicyAdopted { .. })
    ) {
        state.refs.adoptions += 1;
    }
    collect(idx, &event, envelope.body, &mut state.refs.objects, sink);
    Ok(())
}

pub(super) fn event_of(envelope: &Envelope<'_>) -> Result<Event, String> {
    let stream: StreamId = envelope
        .stream
        .parse()
        .map_err(|e: vulnerary_case::id::NoStream| e.to_string())?;
    let body: &RawValue = envelope.body;
    Event::from_parts(&stream, envelope.event_type, body).map_err(|e| e.to_string())
}

fn check_seq(envelope: &Envelope<'_>, state: &mut State, sink: &Sink, place: impl Fn() -> String) {
    match state.refs.streams.get_mut(envelope.stream) {
        Some(last) => {
            if envelope.seq != *last + 1 {
                sink.add(
                    place(),
                    format!(
                        "it is number {} of {}, after number {last}",
                        envelope.seq, envelope.stream
                    ),
                );
            }
            *last = envelope.seq;
        }
        None => {
            if envelope.seq != 1 {
                sink.add(
                    place(),
                    format!(
                        "it is number {} of {}, which has no earlier one",
                        envelope.seq, envelope.stream
                    ),
                );
            }
            state
                .refs
                .streams
                .insert(envelope.stream.to_owned(), envelope.seq);
        }
    }
}

/// A clock that steps back is on record: the event that says so, or a restore, is what may come before the one before.
fn check_time(
    at: Option<Timestamp>,
    event: &Event,
    state: &mut State,
    sink: &Sink,
    place: impl Fn() -> String,
) {
    let explained = matches!(
        event,
        Event::Org(OrgEvent::ClockSteppedBack { .. } | OrgEvent::LogRestored { .. })
    );
    if let (Some(at), Some(last)) = (at, state.last_at)
        && at < last
        && !explained
    {
        sink.add(
            place(),
            "it is earlier than the event before it, and no step of the clock is on record there",
        );
    }
    state.last_at = at.or(state.last_at);
}

/// Each event lies in one part of its act, and each part was signed.
fn check_acts(conn: &mut Conn, acts: &Acts, sink: &Sink) -> Result<(), StoreError> {
    let keys: Vec<Value<'_>> = acts.keys().map(|act| value::text(act.as_str())).collect();
    let mut parts: BTreeMap<String, Vec<(u64, u64, i64)>> = BTreeMap::new();
    let mut signed = BTreeSet::new();
    for row in conn.query_keys(&q::GET_ACTS, &keys)? {
        parts.entry(row.text(0)?.to_owned()).or_default().push((
            row.count(4)?,
            row.count(5)?,
            row.int(3)?,
        ));
        signed.insert((
            row.text(6)?.to_owned(),
            row.count(7)?,
            row.text(0)?.to_owned(),
        ));
    }
    for (act, events) in acts {
        let parts = parts.get(act).map_or(&[][..], Vec::as_slice);
        for (idx, at) in events {
            let mut of: Vec<i64> = parts
                .iter()
                .filter(|(first, n, _)| (*first..first + n).contains(idx))
                .map(|(_, _, at)| *at)
                .collect();
            match (of.len(), of.pop()) {
                (1, Some(part_at)) if part_at == *at => {}
                (1, _) => sink.add(
                    format!("event {idx}"),
                    format!("act {act} is of another instant"),
                ),
                (0, _) => sink.add(
                    format!("event {idx}"),
                    format!("act {act} does not have it among its events"),
                ),
                _ => sink.add(
                    format!("event {idx}"),
                    format!("two parts of act {act} have it"),
                ),
            }
        }
    }
    for (origin, size, act) in signed {
        if conn
            .query_one(
                &q::GET_CHECKPOINT,
                &[value::text(origin.as_str()), value::int(size)],
            )?
            .is_none()
        {
            sink.add(
                format!("checkpoint of size {size}"),
                format!("it is missing: act {act} was answered with it"),
            );
        }
    }
    Ok(())
}

fn finish(
    conn: &mut Conn,
    start: &Start,
    range: &vulnerary_ledger::CompactRange,
    sink: &Sink,
) -> Result<(), StoreError> {
    let size = start.head.size();
    if range.size() == size && range.encode() != start.head.range.encode() {
        sink.add("log head", "its tree is not the tree of the events");
    }
    if size > 0
        && conn
            .query_one(
                &q::GET_CHECKPOINT,
                &[value::text(start.head.origin.as_str()), value::int(size)],
            )?
            .is_none()
    {
        sink.add(
            format!("checkpoint of size {size}"),
            "it is missing: the log's head is not signed",
        );
    }
    if let Some(row) = conn.query_one(&v::ACT_TOTALS, &[value::int(size)])? {
        let (events, acts) = (row.count(0)?, row.count(1)?);
        sink.count(|c| c.acts = acts);
        if events != size {
            sink.add(
                "acts",
                format!("together they have {events} events, and the log has {size}"),
            );
        }
    }
    for row in conn.query(&v::INCOMPLETE_ACTS, &[])? {
        sink.note(format!(
            "Act {} is applied in {} of {} parts: a job goes on with it.",
            row.text(0)?,
            row.int(2)?,
            row.int(1)?
        ));
    }
    Ok(())
}

impl Named {
    /// For messages.
    pub(super) fn place(object: u128) -> String {
        format!("object {}", uuid::Uuid::from_u128(object))
    }
}
