//! Reading: short transactions on a small pool of connections.

mod counts;
mod jobs;
mod line;
mod lists;
mod log;
mod occurrences;
mod one;
mod sealed;
mod search;

pub use counts::{Counts, JobCounts, Tallied};
pub use jobs::{FailedJob, Job};
pub use line::{CaseLine, ReportLine};
pub use lists::{CaseFilter, CaseOrder, Owner, Page, ReportFilter};
pub use log::{LogHead, Timed};
pub use occurrences::{Known, OccurrenceLine};
pub(crate) use sealed::sealed_row;
pub use search::Hit;

use crate::error::StoreError;
use crate::project::DEFAULT_CIRCLE;
use crate::sql::Row;
use crate::sql::value::{self, Value};
use serde::de::DeserializeOwned;

/// The circles that somebody may see. Lists and counters are keyed by circle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Circles(String);

impl Circles {
    /// These circles.
    pub fn of<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut list = String::from(",");
        for name in names {
            list.push_str(name);
            list.push(',');
        }
        Self(list)
    }

    fn value(&self) -> Value<'_> {
        value::text(self.0.as_str())
    }

    /// Whether this circle is one of them.
    pub fn has(&self, circle: &str) -> bool {
        self.0.contains(&format!(",{circle},"))
    }
}

impl Default for Circles {
    /// The one circle that everybody is in.
    fn default() -> Self {
        Self::of([DEFAULT_CIRCLE])
    }
}

/// Reads what `project::word` wrote.
fn unword<T: DeserializeOwned>(row: &Row, i: usize) -> Result<T, StoreError> {
    let word = serde_json::Value::String(row.text(i)?.to_owned());
    serde_json::from_value(word).map_err(|e| StoreError::Corrupt(format!("a word in a list: {e}")))
}

/// The same, or nothing.
fn opt_unword<T: DeserializeOwned>(row: &Row, i: usize) -> Result<Option<T>, StoreError> {
    row.opt(i, unword)
}
