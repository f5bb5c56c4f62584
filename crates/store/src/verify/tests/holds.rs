//! A sound record has no findings, also while it grows; a removed or added row is one.

use super::fixture::{fill, lines, raw, verify};
use crate::tests::{Bed, on_both};
use crate::verify::verify_data;

async fn a_sound_store_has_no_findings(bed: Bed) {
    let store = bed.open();
    let (found, store) = tokio::task::spawn_blocking(move || (verify(&store), store))
        .await
        .expect("runs");
    assert_eq!(lines(&found), Vec::<String>::new(), "an empty one");
    fill(&bed, &store).await;
    let found = tokio::task::spawn_blocking(move || (verify(&store), store))
        .await
        .expect("runs");
    let (found, store) = found;
    assert_eq!(lines(&found), Vec::<String>::new());
    assert!(found.all_holds());
    let c = found.counts;
    assert_eq!(
        (c.events, found.size),
        (18, 18),
        "four reports of three events, and six"
    );
    assert_eq!((c.objects, c.files, c.erased), (5, 1, 1));
    assert_eq!(c.checkpoints, 9, "one of the empty log and one per commit");
    assert_eq!((c.keys, c.acts, c.streams, c.rows), (1, 8, 11, 11));
    drop(store);
    let options = bed.options();
    let again = tokio::task::spawn_blocking(move || verify_data(&options, &mut |_| {}))
        .await
        .expect("no panic");
    assert_eq!(again.expect("runs"), found, "the same without a store");
}

async fn it_may_run_while_others_write(bed: Bed) {
    let store = bed.open();
    fill(&bed, &store).await;
    let writing = {
        let store = store.clone();
        let acts: Vec<_> = (0..60)
            .map(|n| bed.report(&store, &format!("report {n}")).0)
            .collect();
        tokio::spawn(async move {
            for act in acts {
                store.commit(act).await.expect("commits");
            }
        })
    };
    for _ in 0..6 {
        let store = store.clone();
        let found = tokio::task::spawn_blocking(move || verify(&store))
            .await
            .expect("runs");
        assert_eq!(lines(&found), Vec::<String>::new());
    }
    writing.await.expect("writes");
}

/// Damages by SQL, and a word that the findings must have.
const DAMAGES: &[(&str, &str)] = &[
    ("DELETE FROM event WHERE idx = 4", "events 4 to 4"),
    ("DELETE FROM event WHERE idx = 17", "17"),
    ("DELETE FROM event WHERE idx >= 16", "16"),
    (
        "DELETE FROM checkpoint WHERE size = 6",
        "checkpoint of size 6",
    ),
    (
        "DELETE FROM checkpoint WHERE size = 18",
        "checkpoint of size 18",
    ),
    (
        "DELETE FROM tree_node WHERE level = 1 AND idx = 2",
        "tree node 1/2",
    ),
    (
        "INSERT INTO tree_node SELECT 2, 99, hash FROM tree_node WHERE level = 1 AND idx = 0",
        "tree nodes of level 2",
    ),
    ("DELETE FROM act WHERE first = 3", "act"),
    (
        "DELETE FROM sealed WHERE erased_at IS NULL",
        "its row is missing",
    ),
    ("DELETE FROM report_case", "links to cases"),
    ("DELETE FROM report", "its row is missing: rebuild"),
    ("UPDATE tally SET n = n + 1", "counter"),
    (
        "UPDATE sealed SET erased_at = 1, salt = NULL, wrapped = NULL, bytes = NULL, place = NULL",
        "marked as erased",
    ),
    ("UPDATE log_head SET size = size - 3", "log head"),
    ("DELETE FROM log_key", "log head"),
    (
        "INSERT INTO sealed SELECT '0190a000-0000-7000-8000-000000000000', kind, length, sha256, commitment, salt, wrapped, master, bytes, place, erased_at FROM sealed LIMIT 1",
        "no event names it",
    ),
    (
        "INSERT INTO event SELECT 18, stream, 99, type, at, actor, act, leaf, leaf_hash FROM event WHERE idx = 1",
        "event 18",
    ),
    (
        "UPDATE display_text SET object = '0190a000-0000-7000-8000-000000000000'",
        "is not there",
    ),
];

async fn whatever_is_removed_or_added_is_found(bed: Bed) {
    let store = bed.open();
    fill(&bed, &store).await;
    tokio::task::spawn_blocking(move || {
        let mut conn = raw(&bed);
        for (damage, word) in DAMAGES {
            // The verifier needs its own connection: the damage is committed, and undone from a copy of the tables.
            let tables = ["event", "checkpoint", "tree_node", "act", "sealed", "report_case", "report", "tally", "log_head", "log_key", "display_text"];
            for table in tables {
                conn.script(&format!("DROP TABLE IF EXISTS kept_{table}; CREATE TABLE kept_{table} AS SELECT * FROM {table}")).expect("kept");
            }
            conn.script(damage).expect("damaged");
            let found = verify(&store);
            assert!(lines(&found).iter().any(|l| l.contains(word)), "{damage}: {:#?}", lines(&found));
            for table in tables {
                conn.script(&format!("DELETE FROM {table}; INSERT INTO {table} SELECT * FROM kept_{table}; DROP TABLE kept_{table}")).expect("back");
            }
            assert_eq!(lines(&verify(&store)), Vec::<String>::new(), "put back after {damage}");
        }
    })
    .await
    .expect("no panic");
}

on_both!(
    a_sound_store_has_no_findings,
    it_may_run_while_others_write,
    whatever_is_removed_or_added_is_found
);
