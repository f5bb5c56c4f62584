//! Counts for the dashboard and for coverage: from counters kept in each commit, and from narrow indexes.

use super::{Circles, opt_unword, unword};
use crate::error::StoreError;
use crate::sql::value;
use crate::sql::{Conn, Row, Sql, statements as q};
use crate::store::Store;
use jiff::Timestamp;
use std::collections::BTreeMap;
use vulnerary_case::case::event::Lane;
use vulnerary_case::case::state::{CasePhase, Stage};
use vulnerary_case::report::state::ReportPhase;
use vulnerary_case::source::{Channel, Source};

/// How many stand where.
#[derive(Clone, Debug, PartialEq)]
pub enum Tallied {
    /// Reports.
    Reports {
        /// Source.
        source: Source,
        /// Phase.
        phase: ReportPhase,
        /// How many.
        n: u64,
    },
    /// Cases.
    Cases {
        /// Source of the report that opened them.
        source: Source,
        /// Lane.
        lane: Lane,
        /// Phase.
        phase: CasePhase,
        /// Stage; none where closed.
        stage: Option<Stage>,
        /// How many.
        n: u64,
    },
}

/// Counts of a period and of now.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counts {
    /// How many stand where now.
    pub tallied: Vec<Tallied>,
    /// Open cases past a deadline.
    pub overdue_cases: u64,
    /// The same by source.
    pub overdue_by_source: BTreeMap<Source, u64>,
    /// Open reports past a deadline.
    pub overdue_reports: u64,
    /// Reports received in the period, by source.
    pub received: BTreeMap<Source, u64>,
    /// Reports received in the period, by channel.
    pub received_by_channel: BTreeMap<Channel, u64>,
    /// Cases closed in the period, by source.
    pub closed: BTreeMap<Source, u64>,
    /// Median time to a person's answer, of reports received in the period, in microseconds.
    pub acknowledge_median: Option<i64>,
    /// Median time to closure, of cases closed in the period, in microseconds.
    pub close_median: Option<i64>,
}

impl Counts {
    /// Cases that are open now.
    pub fn open_cases(&self) -> u64 {
        let open = |t: &Tallied| match t {
            Tallied::Cases { phase, n, .. } if *phase != CasePhase::Closed => *n,
            _ => 0,
        };
        self.tallied.iter().map(open).sum()
    }
}

/// What waits in the outbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct JobCounts {
    /// All, given up ones included.
    pub all: u64,
    /// Given up.
    pub failed: u64,
    /// When the oldest was due.
    pub oldest_due: Option<Timestamp>,
}

impl Store {
    /// Counts of now, and of the period `since..until`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn counts(
        &self,
        circles: &Circles,
        now: Timestamp,
        since: Timestamp,
        until: Timestamp,
    ) -> Result<Counts, StoreError> {
        let circles = circles.clone();
        self.read(move |c| c.snapshot(|c| counts(c, &circles, now, since, until)))
            .await
    }

    /// How many open cases have a deadline before `until`: "due within seven days" is this less the overdue ones.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn cases_due_before(
        &self,
        circles: &Circles,
        until: Timestamp,
    ) -> Result<u64, StoreError> {
        let params = [circles.value().into_owned(), value::at(until)];
        self.read(move |c| one(c, &q::COUNT_OVERDUE, &params)).await
    }

    /// What waits in the outbox.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn job_counts(&self) -> Result<JobCounts, StoreError> {
        self.read(|c| {
            let Some(row) = c.query_one(&q::COUNT_JOBS, &[])? else {
                return Ok(JobCounts::default());
            };
            let all = row.count(0)?;
            let oldest_due = if all == 0 {
                None
            } else {
                Some(row.instant(1)?)
            };
            Ok(JobCounts {
                all,
                failed: row.count(2)?,
                oldest_due,
            })
        })
        .await
    }
}

fn one(conn: &mut Conn, sql: &Sql, params: &[value::Value<'_>]) -> Result<u64, StoreError> {
    conn.query_one(sql, params)?
        .map_or(Ok(0), |row| row.count(0))
}

fn grouped<K: Ord + serde::de::DeserializeOwned>(
    conn: &mut Conn,
    sql: &Sql,
    params: &[value::Value<'_>],
) -> Result<BTreeMap<K, u64>, StoreError> {
    conn.query(sql, params)?
        .iter()
        .map(|row| Ok((unword(row, 0)?, row.count(1)?)))
        .collect()
}

fn median(
    conn: &mut Conn,
    sql: &Sql,
    period: &[value::Value<'_>],
) -> Result<Option<i64>, StoreError> {
    let rows = conn.query(sql, period)?;
    rows.get(rows.len() / 2).map(|row| row.int(0)).transpose()
}

fn counts(
    conn: &mut Conn,
    circles: &Circles,
    now: Timestamp,
    since: Timestamp,
    until: Timestamp,
) -> Result<Counts, StoreError> {
    let seen = circles.value();
    let at_now = [seen.clone(), value::at(now)];
    let period = [seen.clone(), value::at(since), value::at(until)];
    let tallied = conn.query(&q::TALLIES, std::slice::from_ref(&seen))?;
    Ok(Counts {
        tallied: tallied.iter().map(read_tally).collect::<Result<_, _>>()?,
        overdue_cases: one(conn, &q::COUNT_OVERDUE, &at_now)?,
        overdue_by_source: grouped(conn, &q::OVERDUE_BY_SOURCE, &at_now)?,
        overdue_reports: one(conn, &q::COUNT_OVERDUE_REPORTS, &at_now)?,
        received: grouped(conn, &q::RECEIVED_BY_SOURCE, &period)?,
        received_by_channel: grouped(conn, &q::RECEIVED_BY_CHANNEL, &period)?,
        closed: grouped(conn, &q::CLOSED_BY_SOURCE, &period)?,
        acknowledge_median: median(conn, &q::HOURS_TO_ACKNOWLEDGE, &period[1..])?,
        close_median: median(conn, &q::HOURS_TO_CLOSE, &period[1..])?,
    })
}

fn read_tally(row: &Row) -> Result<Tallied, StoreError> {
    let (source, n) = (unword(row, 1)?, row.count(5)?);
    if row.text(0)? == "report" {
        return Ok(Tallied::Reports {
            source,
            phase: unword(row, 3)?,
            n,
        });
    }
    let stage = if row.text(4)?.is_empty() {
        None
    } else {
        opt_unword(row, 4)?
    };
    Ok(Tallied::Cases {
        source,
        lane: unword(row, 2)?,
        phase: unword(row, 3)?,
        stage,
        n,
    })
}
