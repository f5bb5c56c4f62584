//! Rows of every stream that a transaction touched.

use super::Writer;
use super::decide::Gathered;
use crate::error::StoreError;
use crate::log::Head;
use crate::project::rows::Rows;
use crate::project::{Mark, project};
use std::collections::BTreeSet;
use vulnerary_case::id::StreamId;
use vulnerary_case::world::State;

impl Writer {
    /// Marks of the streams that begin in this transaction: numbers were given in the order of the events.
    fn mark_new(&mut self, got: &Gathered, base: u64, head: &Head) -> BTreeSet<String> {
        let mut fresh = BTreeSet::new();
        let (mut report, mut case) = (head.next_report, head.next_case);
        for (i, e) in got.events.iter().enumerate().filter(|(_, e)| e.seq == 1) {
            let next = match e.stream {
                StreamId::Report(id) => {
                    fresh.insert(id.to_string());
                    Some(&mut report)
                }
                StreamId::Case(_) => Some(&mut case),
                _ => None,
            };
            let sequence = next.map(|n| std::mem::replace(n, n.saturating_add(1)));
            let idx = base + i as u64;
            let mark = Mark {
                idx,
                sequence,
                ..Mark::default()
            };
            self.marks.insert(e.stream, mark);
        }
        fresh
    }

    /// Rows of every stream that an event touched, and of those whose deadlines hang on them. Gives the reports that began
    /// in this transaction.
    pub(super) fn project_all(
        &mut self,
        got: &Gathered,
        base: u64,
        head: &Head,
        rows: &mut Rows<'_>,
    ) -> Result<BTreeSet<String>, StoreError> {
        let fresh = self.mark_new(got, base, head);
        let mut streams = got.touched.clone();
        for stream in &got.touched {
            match self.world.get(stream) {
                Some(State::Report(r)) => {
                    streams.extend(r.cases.iter().map(|c| StreamId::Case(*c)))
                }
                Some(State::Case(c)) => {
                    streams.extend(c.reports.iter().map(|r| StreamId::Report(*r)))
                }
                _ => {}
            }
        }
        for stream in streams {
            let Some(state) = self.world.get(&stream) else {
                continue;
            };
            let mark = self.marks.entry(stream).or_default();
            project(&self.world, &stream, state, mark, rows)?;
        }
        Ok(fresh)
    }
}
