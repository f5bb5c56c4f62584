//! Places of lane M.

use crate::error::StoreError;
use crate::sql::value;
use crate::sql::{Conn, Row, statements as q};
use crate::store::Store;
use jiff::Timestamp;
use std::collections::HashMap;
use vulnerary_case::id::{CaseId, RunId};

/// Rows read at a time.
const PAGE: u64 = 5_000;

/// One place in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OccurrenceLine {
    /// Key within a case, with the lineage: continue a list after them.
    pub fingerprint: String,
    /// Runs of one lineage are compared.
    pub lineage: String,
    /// First shown by.
    pub run_first: RunId,
    /// Last shown by: where the lineage has a newer run, it is no longer reported.
    pub run_last: RunId,
    /// When first.
    pub first_seen: Timestamp,
    /// When last.
    pub last_seen: Timestamp,
    /// The tool's level.
    pub level: String,
    /// The tool's rule.
    pub rule: String,
    /// Where.
    pub location: String,
    /// Suppressed in the tool.
    pub suppressed: bool,
}

/// What is known of a fingerprint of a lineage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Its case.
    pub case: CaseId,
    /// The run that showed it last.
    pub run_last: RunId,
    /// Suppressed then.
    pub suppressed: bool,
}

impl Store {
    /// A page of a case's places, after this fingerprint and lineage.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn occurrences(
        &self,
        case: CaseId,
        after: Option<(String, String)>,
        limit: usize,
    ) -> Result<Vec<OccurrenceLine>, StoreError> {
        let (fingerprint, lineage) = after.unwrap_or_default();
        let limit = value::int(limit.clamp(1, 1_000) as u64);
        let params = [
            value::shown(case),
            value::text(fingerprint),
            value::text(lineage),
            limit,
        ];
        self.read(move |c| {
            c.query(&q::OCCURRENCES, &params)?
                .iter()
                .map(line)
                .collect()
        })
        .await
    }

    /// How many places a case has.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn count_occurrences(&self, case: CaseId) -> Result<u64, StoreError> {
        self.read(move |c| {
            c.query_one(&q::COUNT_OCCURRENCES, &[value::shown(case)])?
                .map_or(Ok(0), |r| r.count(0))
        })
        .await
    }

    /// Everything known of a lineage, by fingerprint: what an import compares with. A fingerprint may be in several cases.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn known_occurrences(
        &self,
        lineage: &str,
    ) -> Result<HashMap<String, Vec<Known>>, StoreError> {
        let lineage = lineage.to_owned();
        self.read(move |c| c.snapshot(|c| known(c, &lineage))).await
    }
}

fn known(conn: &mut Conn, lineage: &str) -> Result<HashMap<String, Vec<Known>>, StoreError> {
    let mut out: HashMap<String, Vec<Known>> = HashMap::new();
    let (mut fingerprint, mut case) = (String::new(), String::new());
    loop {
        let after = [
            value::text(fingerprint.as_str()),
            value::text(case.as_str()),
        ];
        let [f, k] = after;
        let rows = conn.query(
            &q::OCCURRENCES_OF_LINEAGE,
            &[value::text(lineage), f, k, value::int(PAGE)],
        )?;
        for row in &rows {
            let known = Known {
                case: CaseId(row.parse(1)?),
                run_last: RunId(row.parse(2)?),
                suppressed: row.int(3)? != 0,
            };
            out.entry(row.text(0)?.to_owned()).or_default().push(known);
        }
        match rows.last() {
            Some(last) if rows.len() as u64 == PAGE => {
                fingerprint = last.text(0)?.to_owned();
                case = last.text(1)?.to_owned();
            }
            _ => return Ok(out),
        }
    }
}

fn line(row: &Row) -> Result<OccurrenceLine, StoreError> {
    let text = |i| row.text(i).map(str::to_owned);
    Ok(OccurrenceLine {
        fingerprint: text(0)?,
        lineage: text(1)?,
        run_first: RunId(row.parse(2)?),
        run_last: RunId(row.parse(3)?),
        first_seen: row.instant(4)?,
        last_seen: row.instant(5)?,
        level: text(6)?,
        rule: text(7)?,
        location: text(8)?,
        suppressed: row.int(9)? != 0,
    })
}
