//! Is the record sound? Head equals events, no hole, tree and signature hold, rows are the fold.

use crate::read::LogHead;
use crate::sql::value;
use crate::sql::{Conn, Sql, statements as q};
use crate::store::Store;
use crate::writer::read_leaf;
use std::collections::BTreeMap;
use vulnerary_ledger::note::SignedNote;
use vulnerary_ledger::{Checkpoint, CompactRange, VerifierKey, leaf_hash};

const PROJECTIONS: &[Sql] = &[
    Sql {
        name: "D1",
        columns: "",
        text: "SELECT * FROM report ORDER BY id",
    },
    Sql {
        name: "D2",
        columns: "",
        text: "SELECT * FROM case_ ORDER BY id",
    },
    Sql {
        name: "D3",
        columns: "",
        text: "SELECT * FROM report_case ORDER BY report, case_",
    },
    Sql {
        name: "D4",
        columns: "",
        text: "SELECT * FROM run ORDER BY id",
    },
    Sql {
        name: "D5",
        columns: "",
        text: "SELECT * FROM product ORDER BY id",
    },
    Sql {
        name: "D6",
        columns: "",
        text: "SELECT * FROM person ORDER BY id",
    },
    Sql {
        name: "D7",
        columns: "",
        text: "SELECT * FROM org ORDER BY id",
    },
    Sql {
        name: "D8",
        columns: "",
        text: "SELECT * FROM tally WHERE n <> 0 ORDER BY circle, what, source, lane, phase, stage",
    },
];

/// Every projection as text.
pub(crate) async fn projections(store: &Store) -> Vec<String> {
    let dump = |c: &mut Conn| {
        let mut out = vec![];
        for sql in PROJECTIONS {
            out.extend(
                c.query(sql, &[])?
                    .into_iter()
                    .map(|row| format!("{} {row:?}", sql.name)),
            );
        }
        Ok(out)
    };
    store.read(move |c| c.snapshot(dump)).await.expect("reads")
}

/// Checks everything, and gives the head.
pub(crate) async fn check(store: &Store) -> LogHead {
    let head = store.log_head().await.expect("reads");
    let leaves = store
        .read(|c| {
            c.query(&q::LEAVES, &[value::int(0), value::int(i64::MAX as u64)])?
                .iter()
                .map(|row| Ok((row.count(0)?, row.blob(1)?.to_vec())))
                .collect::<Result<Vec<_>, _>>()
        })
        .await
        .expect("reads");
    assert_eq!(leaves.len() as u64, head.size, "head equals events");
    let (mut range, mut seqs) = (CompactRange::new(), BTreeMap::new());
    for (i, (idx, leaf)) in leaves.iter().enumerate() {
        assert_eq!(*idx, i as u64, "no hole");
        range.append(leaf_hash(leaf), |_| {}).expect("grows");
        let read = read_leaf(leaf).expect("is an envelope");
        let seq = seqs.entry(read.stream).or_insert(0_u64);
        *seq += 1;
        assert_eq!(read.seq, *seq, "no hole in {}", read.stream);
    }
    assert_eq!(range.root(), head.root);
    let keys = store.log_keys().await.expect("reads");
    let key: VerifierKey = keys.last().expect("a key").vkey.parse().expect("a key");
    let (size, note) = store.checkpoint().await.expect("there is one");
    let open = Checkpoint::open(&SignedNote::parse(&note).expect("a note"), &key).expect("signed");
    assert_eq!(
        (size, open.size, open.root),
        (head.size, head.size, head.root)
    );
    let before = projections(store).await;
    store.rebuild().await.expect("rebuilds");
    let after = projections(store).await;
    for (b, a) in before.iter().zip(&after) {
        assert_eq!(b, a, "rows are the fold");
    }
    assert_eq!(before.len(), after.len());
    head
}
