//! Rows are `fold(events)`: every stream is folded again and its row made again, and both must be equal.
//!
//! Each page of rows is read with its streams in one moment, so that commits beside it do no harm.

use super::log::event_of;
use super::statements as v;
use super::{References, Sink, Verifier};
use crate::error::StoreError;
use crate::project::rows::Rows;
use crate::project::{Mark, project, sequence_of};
use crate::sql::value::{self, Value};
use crate::sql::{Conn, Row, Sql};
use std::collections::{BTreeMap, BTreeSet};
use vulnerary_case::actor::Actor;
use vulnerary_case::id::{ActId, StreamId};
use vulnerary_case::world::{Meta, State, World};
use vulnerary_ledger::Envelope;

/// Rows a transaction.
const PAGE: i64 = 100;

/// States of streams with the position of each one's first event.
type Folds = BTreeMap<StreamId, (u64, State)>;

/// One table of rows that are folds.
struct Folded {
    table: &'static crate::sql::tables::Table,
    sql: &'static Sql,
    kind: &'static str,
    /// The first of two adjacent columns that depend on the calendar in force when the row was written, and the sort key.
    due: &'static [usize],
    cells: for<'r> fn(&'r Rows<'static>) -> &'r Vec<Value<'static>>,
}

const TABLES: &[Folded] = &[
    Folded {
        table: &crate::sql::tables::REPORT,
        sql: &v::ROWS_REPORT,
        kind: "report",
        due: &[15, 16],
        cells: |r| &r.report,
    },
    Folded {
        table: &crate::sql::tables::CASE,
        sql: &v::ROWS_CASE,
        kind: "case",
        due: &[19, 20, 21],
        cells: |r| &r.case,
    },
    Folded {
        table: &crate::sql::tables::RUN,
        sql: &v::ROWS_RUN,
        kind: "run",
        due: &[],
        cells: |r| &r.run,
    },
    Folded {
        table: &crate::sql::tables::PRODUCT,
        sql: &v::ROWS_PRODUCT,
        kind: "product",
        due: &[],
        cells: |r| &r.product,
    },
    Folded {
        table: &crate::sql::tables::PERSON,
        sql: &v::ROWS_PERSON,
        kind: "person",
        due: &[],
        cells: |r| &r.person,
    },
    Folded {
        table: &crate::sql::tables::ORG,
        sql: &v::ROWS_ORG,
        kind: "org",
        due: &[],
        cells: |r| &r.org,
    },
];

/// Checks every row of every projection, and that every stream has one.
pub(super) fn check(
    verifier: &mut Verifier<'_>,
    conn: &mut Conn,
    refs: &mut References,
    sink: &Sink,
) -> Result<(), StoreError> {
    refs.numbers = *crate::log::keys::numbers(conn, verifier.vault)?;
    let mut org = None;
    let total = refs.streams.len() as u64;
    let mut done = 0;
    for table in TABLES {
        let mut after = String::new();
        while let Some(last) = conn.snapshot(|c| page(c, table, &after, refs, &mut org, sink))? {
            (after, done) = (last.0, done + last.1);
            verifier.tell("rows", done, Some(total));
        }
    }
    sink.count(|c| c.rows = done);
    let mut rowless: Vec<&String> = refs.streams.keys().collect();
    rowless.sort();
    for stream in rowless {
        sink.add(
            stream.as_str(),
            "its row is missing: rebuild the projections",
        );
    }
    conn.snapshot(|c| whole(c, sink))
}

/// One page; gives the last id and how many rows, `None` at the end.
fn page(
    conn: &mut Conn,
    table: &Folded,
    after: &str,
    refs: &mut References,
    org: &mut Option<Folds>,
    sink: &Sink,
) -> Result<Option<(String, u64)>, StoreError> {
    let rows = conn.query(table.sql, &[value::text(after), Value::Int(PAGE)])?;
    let Some(last) = rows.last() else {
        return Ok(None);
    };
    let last = last.text(0)?.to_owned();
    let mut streams = BTreeMap::new();
    for row in &rows {
        let name = format!("{}/{}", table.kind, row.text(0)?);
        refs.streams.remove(&name);
        match name.parse::<StreamId>() {
            Ok(stream) => drop(streams.insert(stream, row)),
            Err(e) => sink.add(name.escape_default().to_string(), e.to_string()),
        }
    }
    let ids: BTreeSet<StreamId> = streams.keys().copied().collect();
    let folded = fold(conn, &ids, sink)?;
    let mut world = World::new();
    around(conn, &folded, org, &mut world)?;
    for (stream, (first, state)) in &folded {
        let Some(row) = streams.get(stream) else {
            continue;
        };
        compare(
            table,
            row,
            stream,
            Mark {
                idx: *first,
                sequence: sequence_of(&refs.numbers, state),
                ..Mark::default()
            },
            &world,
            refs.adoptions,
            sink,
        )?;
    }
    if table.kind == "report" {
        links(conn, &rows, &world, sink)?;
    }
    Ok(Some((last, rows.len() as u64)))
}

/// Each stream's state from its events, and the position of its first.
fn fold(conn: &mut Conn, streams: &BTreeSet<StreamId>, sink: &Sink) -> Result<Folds, StoreError> {
    let keys: Vec<Value<'_>> = streams.iter().map(value::shown).collect();
    let mut states: BTreeMap<StreamId, (u64, Option<State>)> = BTreeMap::new();
    let mut broken = BTreeSet::new();
    for row in conn.query_keys(&v::LEAVES, &keys)? {
        let Ok(stream) = row.text(1)?.parse::<StreamId>() else {
            continue;
        };
        let slot = states.entry(stream).or_insert((row.count(0)?, None));
        match step(slot.1.take(), &stream, row.blob(2)?) {
            Ok(next) => slot.1 = Some(next),
            // Said once: what comes after cannot be judged.
            Err(why) => drop(
                broken
                    .insert(stream)
                    .then(|| sink.add(format!("event {}", row.int(0).unwrap_or(-1)), why)),
            ),
        }
    }
    for stream in streams.iter().filter(|s| !states.contains_key(s)) {
        sink.add(stream.to_string(), "there is a row, and no event began it");
    }
    Ok(states
        .into_iter()
        .filter(|(stream, _)| !broken.contains(stream))
        .filter_map(|(stream, (first, state))| Some((stream, (first, state?))))
        .collect())
}

fn step(state: Option<State>, stream: &StreamId, leaf: &[u8]) -> Result<State, String> {
    let envelope = Envelope::decode(leaf).map_err(|e| e.to_string())?;
    let event = event_of(&envelope)?;
    let meta = Meta {
        at: envelope
            .at
            .parse()
            .map_err(|_| "its instant cannot be read".to_owned())?,
        actor: envelope.actor.parse::<Actor>().map_err(|e| e.to_string())?,
        act: ActId(
            envelope
                .act
                .parse()
                .map_err(|_| "its act cannot be read".to_owned())?,
        ),
    };
    State::fold(state, stream, &event, &meta).map_err(|e| e.to_string())
}

/// What the rows' deadlines and openers hang on, folded too: nothing here relies on a stored row.
fn around(
    conn: &mut Conn,
    folded: &Folds,
    org: &mut Option<Folds>,
    world: &mut World,
) -> Result<(), StoreError> {
    let unheard = Sink::default();
    let version = conn
        .query_one(&v::VERSION_OF_STREAM, &[value::shown(StreamId::Org)])?
        .map_or(Ok(0), |row| row.count(0))?;
    let known = org
        .as_ref()
        .and_then(|o| o.get(&StreamId::Org))
        .map_or(0, |(_, state)| state.version());
    if version != known {
        *org = Some(fold(conn, &BTreeSet::from([StreamId::Org]), &unheard)?);
    }
    let wanted: BTreeSet<StreamId> = folded
        .values()
        .flat_map(|(_, state)| linked(state))
        .filter(|s| !folded.contains_key(s))
        .collect();
    // What is wrong with these is said where their own rows are checked.
    let others = fold(conn, &wanted, &unheard)?;
    for (stream, (_, state)) in org.iter().flatten().chain(&others).chain(folded) {
        world.insert(*stream, Some(state.clone()));
    }
    Ok(())
}

fn linked(state: &State) -> Vec<StreamId> {
    match state {
        State::Report(r) => r.cases.iter().map(|c| StreamId::Case(*c)).collect(),
        State::Case(c) => vec![StreamId::Report(c.opened_by)],
        State::Run(r) => vec![StreamId::Report(r.report)],
        State::Product(_) | State::Person(_) | State::Org(_) => vec![],
    }
}

fn compare(
    table: &Folded,
    row: &Row,
    stream: &StreamId,
    mut mark: Mark,
    world: &World,
    adoptions: u64,
    sink: &Sink,
) -> Result<(), StoreError> {
    let Some(state) = world.get(stream) else {
        return Ok(());
    };
    let mut made = Rows::default();
    if let Err(e) = project(world, stream, state, &mut mark, &mut made) {
        sink.add(stream.to_string(), e.to_string());
        return Ok(());
    }
    let cells = (table.cells)(&made);
    for (i, (column, _)) in table.table.columns.iter().enumerate() {
        if row.0.get(i) == cells.get(i) {
            continue;
        }
        if table.due.contains(&i) && adoptions > 1 {
            sink.note(format!(
                "The deadline shown for {stream} is of an earlier calendar or policy."
            ));
        } else {
            sink.add(
                stream.to_string(),
                format!("its column {column} is not what its events give"),
            );
        }
    }
    Ok(())
}

/// Links of these reports' rows.
fn links(conn: &mut Conn, rows: &[Row], world: &World, sink: &Sink) -> Result<(), StoreError> {
    let keys = rows
        .iter()
        .map(|r| r.text(0).map(value::text))
        .collect::<Result<Vec<_>, _>>()?;
    let mut stored: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in conn.query_keys(&v::LINKS, &keys)? {
        stored
            .entry(row.text(0)?.to_owned())
            .or_default()
            .insert(row.text(1)?.to_owned());
    }
    for row in rows {
        let id = row.text(0)?;
        let Some(State::Report(report)) = format!("report/{id}")
            .parse()
            .ok()
            .and_then(|stream: StreamId| world.get(&stream).cloned())
        else {
            continue;
        };
        let want: BTreeSet<String> = report.cases.iter().map(ToString::to_string).collect();
        if stored.remove(id).unwrap_or_default() != want {
            sink.add(
                format!("report/{id}"),
                "its links to cases are not what its events give",
            );
        }
    }
    Ok(())
}

/// What only the whole tables show.
fn whole(conn: &mut Conn, sink: &Sink) -> Result<(), StoreError> {
    type Counts = BTreeMap<Vec<String>, i64>;
    let read = |rows: Vec<Row>| -> Result<Counts, StoreError> {
        rows.iter()
            .map(|row| {
                let key = (0..5)
                    .map(|i| row.text(i).map(str::to_owned))
                    .collect::<Result<Vec<_>, _>>()?;
                Ok((key, row.int(5)?))
            })
            .collect()
    };
    let counted = read(conn.query(&v::RECOUNT, &[])?)?;
    let stored = read(conn.query(&v::TALLIES, &[])?)?;
    let keys: BTreeSet<&Vec<String>> = counted.keys().chain(stored.keys()).collect();
    for key in keys {
        let (counted, stored) = (
            counted.get(key).unwrap_or(&0),
            stored.get(key).unwrap_or(&0),
        );
        if counted != stored {
            sink.add(
                format!("counter {}", key.join(" ")),
                format!("it says {stored}, and there are {counted}"),
            );
        }
    }
    for row in conn.query(&v::STRAY_LINKS, &[])? {
        sink.add(
            format!("report/{}", row.text(0)?),
            format!("it is linked to case {} and does not exist", row.text(1)?),
        );
    }
    for row in conn.query(&v::STRAY_DISPLAY, &[])? {
        let (stream, field, object) = (row.text(0)?, row.text(1)?, row.text(2)?);
        sink.add(
            stream,
            format!("its {field} is shown from object {object}, which was erased or is not there"),
        );
    }
    for row in conn.query(&v::STRAY_TRACKS, &[])? {
        sink.add(
            format!("report/{}", row.text(0)?),
            "follow-up words lead to it, and it does not exist",
        );
    }
    Ok(())
}
