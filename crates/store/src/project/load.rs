//! Streams by key list, from their rows.

use super::{Mark, Opener, Tally};
use crate::error::StoreError;
use crate::sql::value;
use crate::sql::{Conn, Row, Sql, statements as q};
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;
use vulnerary_case::id::{CaseId, PersonId, ProductId, ReportId, RunId, StreamId};
use vulnerary_case::world::State;

/// One stream as stored.
pub(crate) struct Loaded {
    pub(crate) stream: StreamId,
    pub(crate) state: State,
    pub(crate) mark: Mark,
}

type ReadRow = fn(&Row) -> Result<Loaded, StoreError>;

/// Reads the state of a row.
pub(crate) fn state<T: DeserializeOwned>(row: &Row, column: usize) -> Result<T, StoreError> {
    serde_json::from_str(row.text(column)?)
        .map_err(|e| StoreError::Corrupt(format!("a stored state cannot be read: {e}")))
}

/// Loads these streams. What does not exist is not in the answer.
pub(crate) fn load(
    conn: &mut Conn,
    streams: &BTreeSet<StreamId>,
) -> Result<Vec<Loaded>, StoreError> {
    let mut keys: [Vec<value::Value<'static>>; 6] = Default::default();
    for stream in streams {
        let (table, id) = match stream {
            StreamId::Report(id) => (0, id.0),
            StreamId::Case(id) => (1, id.0),
            StreamId::Run(id) => (2, id.0),
            StreamId::Product(id) => (3, id.0),
            StreamId::Person(id) => (4, id.0),
            StreamId::Org => (5, Uuid::nil()),
        };
        if let Some(list) = keys.get_mut(table) {
            list.push(value::shown(id));
        }
    }
    let mut out = Vec::with_capacity(streams.len());
    let readers: [(&Sql, ReadRow); 6] = [
        (&q::LOAD_REPORTS, report),
        (&q::LOAD_CASES, case),
        (&q::LOAD_RUNS, run),
        (&q::LOAD_PRODUCTS, |row| {
            let stream = StreamId::Product(ProductId(row.parse(0)?));
            Ok(Loaded {
                stream,
                state: State::Product(Box::new(state(row, 1)?)),
                mark: Mark::default(),
            })
        }),
        (&q::LOAD_PERSONS, |row| {
            let stream = StreamId::Person(PersonId(row.parse(0)?));
            Ok(Loaded {
                stream,
                state: State::Person(Box::new(state(row, 1)?)),
                mark: Mark::default(),
            })
        }),
        (&q::LOAD_ORGS, |row| {
            let state = State::Org(Arc::new(state(row, 1)?));
            Ok(Loaded {
                stream: StreamId::Org,
                state,
                mark: Mark::default(),
            })
        }),
    ];
    for ((sql, read), keys) in readers.into_iter().zip(&keys) {
        if !keys.is_empty() {
            for row in conn.query_keys(sql, keys)? {
                out.push(read(&row)?);
            }
        }
    }
    Ok(out)
}

fn sequence(row: &Row, column: usize) -> Result<Option<u32>, StoreError> {
    let wrong = |_| StoreError::Corrupt("a number sequence ran out".into());
    u32::try_from(row.int(column)?).map(Some).map_err(wrong)
}

fn report(row: &Row) -> Result<Loaded, StoreError> {
    let text = |i| row.text(i).map(str::to_owned);
    let tally: Tally = [
        text(2)?,
        "report".into(),
        text(3)?,
        String::new(),
        text(4)?,
        String::new(),
    ];
    let mark = Mark {
        idx: row.count(1)?,
        sequence: sequence(row, 5)?,
        opener: None,
        tally: Some(tally),
    };
    let stream = StreamId::Report(ReportId(row.parse(0)?));
    Ok(Loaded {
        stream,
        state: State::Report(Box::new(state(row, 6)?)),
        mark,
    })
}

fn case(row: &Row) -> Result<Loaded, StoreError> {
    let text = |i| row.text(i).map(str::to_owned);
    let stage = row.opt_text(9)?.unwrap_or_default();
    let tally: Tally = [text(2)?, "case".into(), text(3)?, text(7)?, text(8)?, stage];
    let opener = Opener {
        source: text(3)?,
        role: row.opt_text(4)?,
        channel: text(5)?,
        acknowledged_at: row.opt(6, Row::int)?,
    };
    let mark = Mark {
        idx: row.count(1)?,
        sequence: sequence(row, 11)?,
        opener: Some(opener),
        tally: Some(tally),
    };
    let stream = StreamId::Case(CaseId(row.parse(0)?));
    Ok(Loaded {
        stream,
        state: State::Case(Box::new(state(row, 10)?)),
        mark,
    })
}

fn run(row: &Row) -> Result<Loaded, StoreError> {
    let stream = StreamId::Run(RunId(row.parse(0)?));
    let mark = Mark {
        idx: row.count(1)?,
        ..Mark::default()
    };
    Ok(Loaded {
        stream,
        state: State::Run(Box::new(state(row, 2)?)),
        mark,
    })
}
