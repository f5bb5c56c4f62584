//! Stored inner hashes against the ones that the leaves give.

use super::Sink;
use super::statements as v;
use crate::error::StoreError;
use crate::sql::Conn;
use crate::sql::value::{self, Value};
use std::collections::BTreeMap;
use vulnerary_ledger::Node;

/// Compares the nodes that one batch of leaves completed. They lie side by side on each level.
pub(super) fn compare(conn: &mut Conn, made: &[Node], sink: &Sink) -> Result<(), StoreError> {
    let mut levels: BTreeMap<u8, Vec<&Node>> = BTreeMap::new();
    for node in made {
        levels.entry(node.level).or_default().push(node);
    }
    for (level, nodes) in levels {
        let (Some(first), Some(last)) = (nodes.first(), nodes.last()) else {
            continue;
        };
        let params = [
            Value::Int(i64::from(level)),
            value::int(first.index),
            value::int(last.index + 1),
        ];
        let mut stored = BTreeMap::new();
        for row in conn.query(&v::NODES, &params)? {
            stored.insert(row.count(0)?, row.blob(1)?.to_vec());
        }
        for node in nodes {
            let place = || format!("tree node {level}/{}", node.index);
            match stored.remove(&node.index) {
                None => sink.add(place(), "it is missing: proofs that need it cannot be made"),
                Some(hash) if hash != node.hash.0 => {
                    sink.add(place(), "it is not the hash of what is below it")
                }
                Some(_) => {}
            }
        }
    }
    Ok(())
}

/// Nodes that no leaf below `size` gives are found here only; read in one moment with the head.
pub(super) fn count(conn: &mut Conn, size: u64, sink: &Sink) -> Result<(), StoreError> {
    for row in conn.query(&v::NODES_OF_LEVEL, &[])? {
        let (level, count) = (row.count(0)?, row.count(1)?);
        let complete = if (1..64).contains(&level) {
            size >> level
        } else {
            0
        };
        if count > complete {
            sink.add(
                format!("tree nodes of level {level}"),
                format!("{count} are stored, and {complete} belong to the tree"),
            );
        }
    }
    Ok(())
}
