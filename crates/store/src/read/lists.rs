//! Lists: keyset-paged, so that a page costs the same at a thousand and at a million.

use super::{CaseLine, Circles, ReportLine};
use crate::error::StoreError;
use crate::project::word;
use crate::sql::value::{self, Value};
use crate::sql::{Sql, statements as q};
use crate::store::Store;
use jiff::Timestamp;
use std::collections::HashMap;
use vulnerary_case::case::event::Lane;
use vulnerary_case::case::state::{CasePhase, Stage};
use vulnerary_case::id::{CaseId, PersonId, ProductId, ReportId};
use vulnerary_case::report::state::ReportPhase;
use vulnerary_case::source::{Channel, Source};

/// No page is longer.
pub const MOST_LINES: usize = 1_000;

/// Whose cases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Owner {
    /// Anybody's.
    #[default]
    Anybody,
    /// Nobody's.
    Nobody,
    /// This person's.
    Person(PersonId),
}

/// Which cases. `Default` is all that the one circle sees.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseFilter {
    /// Who looks.
    pub circles: Circles,
    /// Of this phase.
    pub phase: Option<CasePhase>,
    /// At this stage.
    pub stage: Option<Stage>,
    /// Of this lane.
    pub lane: Option<Lane>,
    /// Of this source.
    pub source: Option<Source>,
    /// Of this channel.
    pub channel: Option<Channel>,
    /// Of this product.
    pub product: Option<ProductId>,
    /// Whose.
    pub owner: Owner,
    /// Open (`true`) or closed (`false`).
    pub open: Option<bool>,
    /// With a deadline that passed before this instant.
    pub overdue_at: Option<Timestamp>,
    /// With a closure proposed, or without.
    pub proposed: Option<bool>,
}

/// In which order, and after which line to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseOrder {
    /// Newest first; after the line with this `idx`.
    Newest(Option<u64>),
    /// Open ones, soonest deadline first; after the line with this `sort_at` and `idx`.
    Due(Option<(i64, u64)>),
}

/// Which reports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReportFilter {
    /// Who looks.
    pub circles: Circles,
    /// Of this phase.
    pub phase: Option<ReportPhase>,
    /// Of this source.
    pub source: Option<Source>,
    /// Of this channel.
    pub channel: Option<Channel>,
    /// Open (`true`), or closed or set aside (`false`).
    pub open: Option<bool>,
    /// With a deadline that passed before this instant.
    pub overdue_at: Option<Timestamp>,
    /// Received at or after.
    pub since: Option<Timestamp>,
    /// Received before.
    pub until: Option<Timestamp>,
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    /// Its lines.
    pub lines: Vec<T>,
    /// Whether there are more.
    pub more: bool,
}

impl<T> Page<T> {
    fn of(mut lines: Vec<T>, limit: usize) -> Self {
        let more = lines.len() > limit;
        lines.truncate(limit);
        Self { lines, more }
    }
}

fn flag(b: Option<bool>) -> Value<'static> {
    value::opt(b, |b| Value::Int(i64::from(b)))
}

fn words<T: serde::Serialize>(v: Option<T>) -> Value<'static> {
    value::opt(v, |v| value::text(word(&v)))
}

fn page_limit(limit: usize) -> usize {
    limit.clamp(1, MOST_LINES)
}

impl CaseFilter {
    /// The most selective index that this filter can use.
    fn newest(&self) -> &'static Sql {
        if matches!(self.owner, Owner::Person(_)) {
            &q::CASES_OF_OWNER
        } else if self.product.is_some() {
            &q::CASES_OF_PRODUCT
        } else if self.phase.is_some() {
            &q::CASES_OF_PHASE
        } else {
            &q::CASES_NEWEST
        }
    }

    fn params(&self) -> Vec<Value<'static>> {
        let owner = match self.owner {
            Owner::Anybody => Value::Null,
            Owner::Nobody => value::text("-"),
            Owner::Person(id) => value::shown(id),
        };
        vec![
            self.circles.value().into_owned(),
            words(self.phase),
            words(self.stage),
            words(self.lane),
            words(self.source),
            value::opt(self.product, value::shown),
            owner,
            flag(self.open),
            value::opt(self.overdue_at, value::at),
            flag(self.proposed),
            words(self.channel),
        ]
    }
}

impl Store {
    /// A page of cases.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn cases(
        &self,
        filter: &CaseFilter,
        order: CaseOrder,
        limit: usize,
    ) -> Result<Page<CaseLine>, StoreError> {
        let limit = page_limit(limit);
        let mut params = filter.params();
        let sql = match order {
            CaseOrder::Newest(after) => {
                params.push(value::int(after.unwrap_or(i64::MAX as u64)));
                filter.newest()
            }
            CaseOrder::Due(after) => {
                let (sort_at, idx) = after.unwrap_or((i64::MIN, 0));
                params.extend([Value::Int(sort_at), value::int(idx)]);
                &q::CASES_BY_DUE
            }
        };
        params.push(value::int(limit as u64 + 1));
        self.read(move |c| {
            let lines = c
                .query(sql, &params)?
                .iter()
                .map(CaseLine::read)
                .collect::<Result<_, _>>()?;
            Ok(Page::of(lines, limit))
        })
        .await
    }

    /// A page of reports, newest first; after the line with this `idx`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn reports(
        &self,
        filter: &ReportFilter,
        after: Option<u64>,
        limit: usize,
    ) -> Result<Page<ReportLine>, StoreError> {
        let limit = page_limit(limit);
        let params = vec![
            filter.circles.value().into_owned(),
            words(filter.phase),
            words(filter.source),
            words(filter.channel),
            flag(filter.open),
            value::opt(filter.overdue_at, value::at),
            filter.since.map_or(Value::Int(i64::MIN), value::at),
            filter.until.map_or(Value::Int(i64::MAX), value::at),
            value::int(after.unwrap_or(i64::MAX as u64)),
            value::int(limit as u64 + 1),
        ];
        let sql = if filter.phase.is_some() {
            &q::REPORTS_OF_PHASE
        } else {
            &q::REPORTS_NEWEST
        };
        self.read(move |c| {
            let lines = c
                .query(sql, &params)?
                .iter()
                .map(ReportLine::read)
                .collect::<Result<_, _>>()?;
            Ok(Page::of(lines, limit))
        })
        .await
    }

    /// These cases as lines, in no order; those that are not there, or in no circle of `circles`, are left out.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn case_lines(
        &self,
        ids: &[CaseId],
        circles: &Circles,
    ) -> Result<Vec<CaseLine>, StoreError> {
        let keys: Vec<_> = ids.iter().map(value::shown).collect();
        let circles = circles.clone();
        self.read(move |c| {
            let lines = c.query_keys(&q::CASES_BY_ID, &keys)?;
            let lines = lines
                .iter()
                .map(CaseLine::read)
                .collect::<Result<Vec<_>, _>>()?;
            Ok(lines
                .into_iter()
                .filter(|l| circles.has(&l.circle))
                .collect())
        })
        .await
    }

    /// These reports as lines, in no order.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn report_lines(
        &self,
        ids: &[ReportId],
        circles: &Circles,
    ) -> Result<Vec<ReportLine>, StoreError> {
        let keys: Vec<_> = ids.iter().map(value::shown).collect();
        let circles = circles.clone();
        self.read(move |c| {
            let lines = c.query_keys(&q::REPORTS_BY_ID, &keys)?;
            let lines = lines
                .iter()
                .map(ReportLine::read)
                .collect::<Result<Vec<_>, _>>()?;
            Ok(lines
                .into_iter()
                .filter(|l| circles.has(&l.circle))
                .collect())
        })
        .await
    }

    /// Numbers of the reports of each of these cases, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn reports_of(
        &self,
        cases: &[CaseId],
    ) -> Result<HashMap<CaseId, Vec<String>>, StoreError> {
        let keys: Vec<_> = cases.iter().map(value::shown).collect();
        self.read(move |c| linked(&c.query_keys(&q::REPORTS_OF_CASES, &keys)?, CaseId))
            .await
    }

    /// Numbers of the cases of each of these reports, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn cases_of(
        &self,
        reports: &[ReportId],
    ) -> Result<HashMap<ReportId, Vec<String>>, StoreError> {
        let keys: Vec<_> = reports.iter().map(value::shown).collect();
        self.read(move |c| linked(&c.query_keys(&q::CASES_OF_REPORTS, &keys)?, ReportId))
            .await
    }
}

fn linked<I: std::hash::Hash + Eq>(
    rows: &[crate::sql::Row],
    id: impl Fn(uuid::Uuid) -> I,
) -> Result<HashMap<I, Vec<String>>, StoreError> {
    let mut out: HashMap<I, Vec<String>> = HashMap::new();
    for row in rows {
        out.entry(id(row.parse(0)?))
            .or_default()
            .push(row.text(1)?.to_owned());
    }
    Ok(out)
}
