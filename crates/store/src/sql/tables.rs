//! One description per table that a commit writes: names, types and key, from which both engines' inserts are made.

use super::value::Kind::{self, Blob, Int, Text};
use std::fmt::Write as _;

/// A table as rows are written to it. Columns stand in the order in which rows hand their values.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) columns: &'static [(&'static str, Kind)],
    pub(crate) write: Write,
}

/// What happens when the key is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Write {
    /// It must not be: what could conflict was read under the lock.
    Insert,
    /// The row is replaced: these many first columns are the key.
    Replace(usize),
    /// The last column is added to the stored one; the others are the key.
    Add,
    /// These many first columns are the key; only the named ones are set anew.
    Refresh(usize, &'static [&'static str]),
    /// It stays as it is.
    Keep,
}

impl Table {
    /// `(a, b, c)`.
    fn names(&self) -> String {
        self.columns
            .iter()
            .map(|(n, _)| *n)
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// One row: `INSERT … VALUES (?1, ?2, …)`.
    pub(crate) fn sqlite(&self) -> String {
        let places = (1..=self.columns.len())
            .map(|n| format!("?{n}"))
            .collect::<Vec<_>>()
            .join(", ");
        format!(
            "INSERT INTO {} ({}) VALUES ({places}){}",
            self.name,
            self.names(),
            self.conflict()
        )
    }

    /// Any number of rows in one statement: `INSERT … SELECT * FROM unnest($1::bigint[], …)`.
    pub(crate) fn postgres(&self) -> String {
        let mut arrays = String::new();
        for (i, (_, kind)) in self.columns.iter().enumerate() {
            let array = match kind {
                Int => "bigint[]",
                Text => "text[]",
                Blob => "bytea[]",
            };
            let comma = if i == 0 { "" } else { ", " };
            let _ = write!(arrays, "{comma}${}::{array}", i + 1);
        }
        format!(
            "INSERT INTO {} ({}) SELECT * FROM unnest({arrays}){}",
            self.name,
            self.names(),
            self.conflict()
        )
    }

    fn conflict(&self) -> String {
        let names: Vec<_> = self.columns.iter().map(|(n, _)| *n).collect();
        let (key, set) = match self.write {
            Write::Insert => return String::new(),
            Write::Keep => return " ON CONFLICT DO NOTHING".into(),
            Write::Replace(key) => (&names[..key], &names[key..]),
            Write::Refresh(key, set) => (&names[..key], set),
            Write::Add => names.split_at(names.len() - 1),
        };
        let set: Vec<_> = set
            .iter()
            .map(|n| match self.write {
                Write::Add => format!("{n} = {}.{n} + excluded.{n}", self.name),
                _ => format!("{n} = excluded.{n}"),
            })
            .collect();
        format!(
            " ON CONFLICT ({}) DO UPDATE SET {}",
            key.join(", "),
            set.join(", ")
        )
    }
}

macro_rules! tables {
    ($($id:ident = $name:literal $write:expr => { $($column:ident $kind:ident),+ $(,)? })+) => {
        $(pub(crate) const $id: Table = Table {
            name: $name,
            columns: &[$((stringify!($column), $kind)),+],
            write: $write,
        };)+
        /// Every table that a commit writes.
        #[cfg(test)]
        pub(crate) const ALL: &[&Table] = &[$(&$id),+];
    };
}

tables! {
    EVENT = "event" Write::Insert => { idx Int, stream Text, seq Int, type Text, at Int, actor Text, act Text, leaf Blob, leaf_hash Blob }
    TREE_NODE = "tree_node" Write::Insert => { level Int, idx Int, hash Blob }
    CHECKPOINT = "checkpoint" Write::Insert => { origin Text, size Int, note Text }
    ACT = "act" Write::Insert => { act Text, part Int, parts Int, at Int, first Int, events Int, origin Text, size Int, dropped Text }
    IDEMPOTENCY = "idempotency" Write::Replace(2) => { key_sha256 Blob, content_sha256 Blob, act Text, expires Int, answer Blob }
    SEALED = "sealed" Write::Insert => { object Text, kind Text, length Int, sha256 Text, commitment Text, salt Blob, wrapped Blob, master Text, bytes Blob, place Text, erased_at Int }
    REPORT = "report" Write::Replace(1) => { id Text, idx Int, version Int, number Text, phase Text, source Text, source_state Text, channel Text, kind Text, role Text, circle Text, received_at Int, acknowledged_at Int, closed_at Int, set_aside Text, due_at Int, due_code Text, state Text, sequence Int }
    CASE = "case_" Write::Replace(1) => { id Text, idx Int, version Int, number Text, phase Text, stage Text, lane Text, source Text, role Text, channel Text, product Text, owner Text, circle Text, grp Text, proposed Int, occurrences Int, opened_at Int, changed_at Int, acknowledged_at Int, due_at Int, due_code Text, sort_at Int, closed_at Int, outcome Text, state Text, sequence Int }
    REPORT_CASE = "report_case" Write::Keep => { report Text, case_ Text }
    RUN = "run" Write::Replace(1) => { id Text, idx Int, version Int, report Text, lineage Text, product Text, at Int, applied Int, state Text }
    PRODUCT = "product" Write::Replace(1) => { id Text, version Int, name Text, state Text }
    PERSON = "person" Write::Replace(1) => { id Text, version Int, active Int, state Text }
    ORG = "org" Write::Replace(1) => { id Text, version Int, state Text }
    TALLY = "tally" Write::Add => { circle Text, what Text, source Text, lane Text, phase Text, stage Text, n Int }
    DISPLAY_TEXT = "display_text" Write::Replace(2) => { stream Text, field Text, object Text, idx Int, text Text, folded Text }
    TRACK = "track" Write::Insert => { secret_sha256 Blob, report Text }
    OCCURRENCE = "occurrence" Write::Refresh(3, &["run_last", "last_seen", "level", "rule", "location", "suppressed"]) => { lineage Text, fingerprint Text, case_ Text, run_first Text, run_last Text, first_seen Int, last_seen Int, level Text, rule Text, location Text, suppressed Int }
    JOB = "job" Write::Insert => { id Text, kind Text, payload Text, due Int, attempts Int }
}
