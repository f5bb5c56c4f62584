//! Projections made anew: `rows = fold(events)`.

use crate::error::StoreError;
use crate::log::Head;
use crate::project::rows::Rows;
use crate::project::{Mark, project, sequence_of};
use crate::sql::value;
use crate::sql::{Conn, migrate, statements as q};
use crate::writer::{Writer, read_leaf};
use std::collections::HashMap;
use vulnerary_case::id::StreamId;
use vulnerary_case::world::{State, World};

/// Leaves read at a time.
const PAGE: u64 = 2_000;

/// Everything that is a fold of events. Display texts and occurrences are not: they come from sealed objects.
const EMPTY: &str = "DELETE FROM report; DELETE FROM case_; DELETE FROM report_case; DELETE FROM run; DELETE FROM product; \
     DELETE FROM person; DELETE FROM org; DELETE FROM tally";

/// The fold of all events up to `size`.
pub(crate) fn fold_all(
    conn: &mut Conn,
    size: u64,
) -> Result<(World, HashMap<StreamId, Mark>), StoreError> {
    let (mut world, mut marks) = (World::new(), HashMap::new());
    let mut next = 0;
    while next < size {
        let rows = conn.query(
            &q::LEAVES,
            &[value::int(next), value::int(size.min(next + PAGE))],
        )?;
        if rows.is_empty() {
            return Err(StoreError::Corrupt(format!("event {next} is not there")));
        }
        for row in rows {
            if row.count(0)? != next {
                return Err(StoreError::Corrupt(format!("event {next} is not there")));
            }
            let read = read_leaf(row.blob(1)?)?;
            world
                .apply(&read.stream, &read.event, &read.meta)
                .map_err(|e| StoreError::Corrupt(format!("event {next}: {e}")))?;
            if world.get(&read.stream).map(State::version) != Some(read.seq) {
                return Err(StoreError::Corrupt(format!(
                    "event {next} has a wrong place in its stream"
                )));
            }
            marks.entry(read.stream).or_insert(Mark {
                idx: next,
                ..Mark::default()
            });
            next += 1;
        }
    }
    Ok((world, marks))
}

/// Makes every projection anew, within a transaction that holds the head lock.
/// `numbers` is the secret of the number permutation.
pub(crate) fn rebuild_rows(
    conn: &mut Conn,
    size: u64,
    numbers: &[u8; 32],
) -> Result<(), StoreError> {
    let (world, mut marks) = fold_all(conn, size)?;
    conn.script(EMPTY)?;
    let mut rows = Rows::default();
    for (stream, state) in world.iter() {
        let mark = marks.entry(*stream).or_default();
        mark.sequence = sequence_of(numbers, state);
        project(&world, stream, state, mark, &mut rows)?;
    }
    rows.write(conn, |_| true)?;
    migrate::set_projection(conn, migrate::PROJECTION)
}

impl Writer {
    /// Makes every projection anew, under the head lock.
    pub(crate) fn rebuild(&mut self) -> Result<(), StoreError> {
        let numbers = self.numbers.clone();
        self.write(|conn| {
            let head = Head::lock(conn)?;
            rebuild_rows(conn, head.size(), &numbers)
        })?;
        self.forget();
        Ok(())
    }
}
