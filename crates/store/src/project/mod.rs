//! Projections: rows are `fold(events)`, written in the same transaction, rebuildable.

pub(crate) mod load;
pub(crate) mod rows;
mod word;

use crate::error::StoreError;
use crate::sql::value::{self, Value};
use rows::Rows;
use serde::Serialize;
use vulnerary_case::case::state::{CaseState, Stage};
use vulnerary_case::clocks::{Deadline, clocks};
use vulnerary_case::id::StreamId;
use vulnerary_case::number;
use vulnerary_case::policy::ClockCode;
use vulnerary_case::report::state::ReportState;
use vulnerary_case::run::state::RunState;
use vulnerary_case::world::{State, World};

/// The circle of whatever names none.
pub(crate) const DEFAULT_CIRCLE: &str = "all";

/// What a row keeps beside the state of its stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mark {
    /// Leaf index of the stream's first event: the order of lists.
    pub(crate) idx: u64,
    /// The sequence value that its number permutes.
    pub(crate) sequence: Option<u32>,
    /// Of the report that opened a case.
    pub(crate) opener: Option<Opener>,
    /// Where it was counted last.
    pub(crate) tally: Option<Tally>,
}

/// What a case's row says of the report that opened it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Opener {
    pub(crate) source: String,
    pub(crate) role: Option<String>,
    pub(crate) channel: String,
    pub(crate) acknowledged_at: Option<i64>,
}

/// Key of a counter: circle, what, source, lane, phase, stage.
pub(crate) type Tally = [String; 6];

/// The word of an enum as serde writes it.
pub(crate) fn word<T: Serialize>(v: &T) -> String {
    v.serialize(word::Word)
        .map(str::to_owned)
        .unwrap_or_default()
}

/// The state as it is stored.
fn json<T: Serialize>(state: &T) -> Result<Value<'static>, StoreError> {
    serde_json::to_string(state)
        .map(value::text)
        .map_err(|e| StoreError::Corrupt(e.to_string()))
}

fn soonest(state: &State, world: &World) -> Option<Deadline> {
    clocks(state, world).into_iter().next()
}

fn due(deadline: Option<&Deadline>) -> [Value<'static>; 2] {
    match deadline {
        Some(d) => [value::at(d.due), value::text(code_word(d.code))],
        None => [Value::Null, Value::Null],
    }
}

/// The word of a clock.
pub(crate) fn code_word(code: ClockCode) -> String {
    word(&code)
}

fn instant(at: Option<jiff::Timestamp>) -> Value<'static> {
    value::opt(at, value::at)
}

/// The sequence value of a stream's number.
pub(crate) fn sequence_of(key: &[u8; 32], state: &State) -> Option<u32> {
    match state {
        State::Report(s) => number::sequence(key, number::Kind::Report, &s.number),
        State::Case(s) => number::sequence(key, number::Kind::Case, &s.number),
        State::Run(_) | State::Product(_) | State::Person(_) | State::Org(_) => None,
    }
}

fn sequence(mark: &Mark) -> Value<'static> {
    value::opt(mark.sequence, |n| Value::Int(n.into()))
}

/// Adds the row of a stream. `mark` is what is known of it; its tally moves to where the state is now.
pub(crate) fn project(
    world: &World,
    stream: &StreamId,
    state: &State,
    mark: &mut Mark,
    rows: &mut Rows<'_>,
) -> Result<(), StoreError> {
    match state {
        State::Report(s) => report(world, state, s, mark, rows),
        State::Case(s) => case(world, state, s, mark, rows),
        State::Run(s) => run(s, mark, rows),
        State::Product(s) => {
            let version = value::int(s.version);
            rows.product.extend([
                value::shown(s.id),
                version,
                value::text(s.name.clone()),
                json(&**s)?,
            ]);
            Ok(())
        }
        State::Person(s) => {
            let active = Value::Int(i64::from(s.active));
            rows.person.extend([
                value::shown(s.id),
                value::int(s.version),
                active,
                json(&**s)?,
            ]);
            Ok(())
        }
        State::Org(s) => {
            let id = stream.to_string();
            let id = id.strip_prefix("org/").unwrap_or(&id).to_owned();
            rows.org
                .extend([value::text(id), value::int(s.version), json(&**s)?]);
            Ok(())
        }
    }
}

fn report(
    world: &World,
    state: &State,
    s: &ReportState,
    mark: &mut Mark,
    rows: &mut Rows<'_>,
) -> Result<(), StoreError> {
    let closed_at = s.closed_at.or(s.set_aside.as_ref().map(|a| a.at));
    let deadline = if closed_at.is_none() {
        soonest(state, world)
    } else {
        None
    };
    let [due_at, due_code] = due(deadline.as_ref());
    let (phase, source) = (word(&s.phase()), word(&s.source));
    let id = s.id.to_string();
    rows.report.extend([
        value::text(id.clone()),
        value::int(mark.idx),
        value::int(s.version),
        value::text(s.number.clone()),
        value::text(phase.clone()),
        value::text(source.clone()),
        value::text(word(&s.source_state)),
        value::text(word(&s.channel)),
        value::text(word(&s.kind)),
        value::opt(s.role.as_ref(), |r| value::text(word(r))),
        value::text(DEFAULT_CIRCLE),
        value::at(s.received_at),
        instant(s.acknowledged_at),
        instant(closed_at),
        value::opt(s.set_aside.as_ref(), |a| value::text(word(&a.code))),
        due_at,
        due_code,
        json(s)?,
        sequence(mark),
    ]);
    rows.link(&id, s.cases.iter().map(ToString::to_string));
    let now = [
        DEFAULT_CIRCLE.into(),
        "report".into(),
        source,
        String::new(),
        phase,
        String::new(),
    ];
    rows.count(&mut mark.tally, now);
    Ok(())
}

fn case(
    world: &World,
    state: &State,
    s: &CaseState,
    mark: &mut Mark,
    rows: &mut Rows<'_>,
) -> Result<(), StoreError> {
    let opener = opener(world, s, mark)?;
    let deadline = if s.is_closed() {
        None
    } else {
        soonest(state, world)
    };
    let [due_at, due_code] = due(deadline.as_ref());
    let sort_at = deadline.map_or(Value::Int(i64::MAX), |d| value::at(d.due));
    let circle = s.circle.clone().unwrap_or_else(|| DEFAULT_CIRCLE.into());
    let (phase, lane) = (word(&s.phase), word(&s.lane));
    let stage = s.stage().as_ref().map(word::<Stage>);
    let seen: u64 = s.runs.values().map(|r| r.new).sum();
    rows.case.extend([
        value::shown(s.id),
        value::int(mark.idx),
        value::int(s.version),
        value::text(s.number.clone()),
        value::text(phase.clone()),
        value::opt(stage.clone(), value::text),
        value::text(lane.clone()),
        value::text(opener.source.clone()),
        value::opt(opener.role, value::text),
        value::text(opener.channel),
        value::opt(s.product, value::shown),
        value::opt(s.owner, value::shown),
        value::text(circle.clone()),
        value::opt(s.group.clone(), value::text),
        Value::Int(i64::from(s.proposal.is_some())),
        value::int(seen),
        value::at(s.opened_at),
        value::at(s.changed_at),
        value::opt(opener.acknowledged_at, Value::Int),
        due_at,
        due_code,
        sort_at,
        instant(s.closed_at()),
        value::opt(s.outcome().as_ref(), |o| value::text(word(o))),
        json(s)?,
        sequence(mark),
    ]);
    let now = [
        circle,
        "case".into(),
        opener.source,
        lane,
        phase,
        stage.unwrap_or_default(),
    ];
    rows.count(&mut mark.tally, now);
    Ok(())
}

/// What the row says of the report that opened the case: as it is now, where it is loaded.
fn opener(world: &World, s: &CaseState, mark: &mut Mark) -> Result<Opener, StoreError> {
    if let Some(report) = world.report(s.opened_by) {
        mark.opener = Some(Opener {
            source: word(&report.source),
            role: report.role.as_ref().map(word),
            channel: word(&report.channel),
            acknowledged_at: report.acknowledged_at.map(jiff::Timestamp::as_microsecond),
        });
    }
    let gone = || StoreError::Corrupt(format!("the report that opened case {} is not there", s.id));
    mark.opener.clone().ok_or_else(gone)
}

fn run(s: &RunState, mark: &Mark, rows: &mut Rows<'_>) -> Result<(), StoreError> {
    rows.run.extend([
        value::shown(s.id),
        value::int(mark.idx),
        value::int(s.version),
        value::shown(s.report),
        value::text(s.lineage.clone()),
        value::opt(s.product, value::shown),
        value::at(s.at),
        Value::Int(i64::from(s.applied.is_some())),
        json(s)?,
    ]);
    Ok(())
}
