//! A commit is data: rows per table, written in one go (architecture §4).

use super::Tally;
use crate::error::StoreError;
use crate::sql::tables as t;
use crate::sql::value::{self, Value};
use crate::sql::{Conn, statements as q};
use std::collections::BTreeMap;

/// Everything that one transaction writes, row after row per table.
#[derive(Debug, Default)]
pub(crate) struct Rows<'a> {
    pub(crate) event: Vec<Value<'a>>,
    pub(crate) tree_node: Vec<Value<'a>>,
    pub(crate) checkpoint: Vec<Value<'a>>,
    pub(crate) act: Vec<Value<'a>>,
    pub(crate) idempotency: Vec<Value<'a>>,
    pub(crate) sealed: Vec<Value<'a>>,
    pub(crate) report: Vec<Value<'a>>,
    pub(crate) case: Vec<Value<'a>>,
    pub(crate) run: Vec<Value<'a>>,
    pub(crate) product: Vec<Value<'a>>,
    pub(crate) person: Vec<Value<'a>>,
    pub(crate) org: Vec<Value<'a>>,
    /// Links by report; written anew, because a report may leave a case.
    links: BTreeMap<String, Vec<String>>,
    tally: BTreeMap<Tally, i64>,
    /// By stream and field: the latest stands.
    pub(crate) display: BTreeMap<(String, &'static str), [Value<'a>; 4]>,
    pub(crate) track: Vec<Value<'a>>,
    /// By lineage, fingerprint and case: the latest stands.
    pub(crate) occurrence: BTreeMap<(&'a str, &'a str, String), [Value<'a>; 8]>,
    pub(crate) job: Vec<Value<'a>>,
}

impl Rows<'_> {
    /// The cases of a report.
    pub(crate) fn link(&mut self, report: &str, cases: impl Iterator<Item = String>) {
        self.links.insert(report.to_owned(), cases.collect());
    }

    /// Moves a counter from where something was to where it is.
    pub(crate) fn count(&mut self, was: &mut Option<Tally>, now: Tally) {
        if was.as_ref() == Some(&now) {
            return;
        }
        if let Some(was) = was.take() {
            *self.tally.entry(was).or_insert(0) -= 1;
        }
        *self.tally.entry(now.clone()).or_insert(0) += 1;
        *was = Some(now);
    }

    /// Writes all of it. `fresh` says of a report that no link of it can be there yet.
    pub(crate) fn write(
        self,
        conn: &mut Conn,
        fresh: impl Fn(&str) -> bool,
    ) -> Result<(), StoreError> {
        write_links(conn, self.links, fresh)?;
        conn.insert(
            &t::TALLY,
            &cells(self.tally.into_iter().filter(|(_, n)| *n != 0), tally_row),
        )?;
        conn.insert(&t::DISPLAY_TEXT, &cells(self.display, display_row))?;
        conn.insert(&t::OCCURRENCE, &cells(self.occurrence, occurrence_row))?;
        for (table, cells) in [
            (&t::EVENT, self.event),
            (&t::TREE_NODE, self.tree_node),
            (&t::CHECKPOINT, self.checkpoint),
            (&t::ACT, self.act),
            (&t::IDEMPOTENCY, self.idempotency),
            (&t::SEALED, self.sealed),
            (&t::REPORT, self.report),
            (&t::CASE, self.case),
            (&t::RUN, self.run),
            (&t::PRODUCT, self.product),
            (&t::PERSON, self.person),
            (&t::ORG, self.org),
            (&t::TRACK, self.track),
            (&t::JOB, self.job),
        ] {
            conn.insert(table, &cells)?;
        }
        Ok(())
    }
}

fn cells<'a, T>(
    rows: impl IntoIterator<Item = T>,
    row: impl Fn(T) -> Vec<Value<'a>>,
) -> Vec<Value<'a>> {
    rows.into_iter().flat_map(row).collect()
}

fn tally_row((key, n): (Tally, i64)) -> Vec<Value<'static>> {
    key.into_iter()
        .map(value::text)
        .chain([Value::Int(n)])
        .collect()
}

fn display_row<'a>(
    ((stream, field), rest): ((String, &'static str), [Value<'a>; 4]),
) -> Vec<Value<'a>> {
    [value::text(stream), value::text(field)]
        .into_iter()
        .chain(rest)
        .collect()
}

/// Key and rest of an occurrence.
type Occurrence<'a> = ((&'a str, &'a str, String), [Value<'a>; 8]);

fn occurrence_row<'a>(((lineage, fingerprint, case), rest): Occurrence<'a>) -> Vec<Value<'a>> {
    let key = [
        value::text(lineage),
        value::text(fingerprint),
        value::text(case),
    ];
    key.into_iter().chain(rest).collect()
}

fn write_links(
    conn: &mut Conn,
    links: BTreeMap<String, Vec<String>>,
    fresh: impl Fn(&str) -> bool,
) -> Result<(), StoreError> {
    let mut rows = vec![];
    for (report, cases) in links {
        if !fresh(&report) {
            conn.execute(&q::UNLINK_REPORT, &[value::text(report.as_str())])?;
        }
        rows.extend(
            cases
                .into_iter()
                .flat_map(|c| [value::text(report.clone()), value::text(c)]),
        );
    }
    conn.insert(&t::REPORT_CASE, &rows)
}
