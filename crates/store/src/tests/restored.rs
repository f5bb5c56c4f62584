//! A database put back from a copy begins a new incarnation; a migrated or damaged one says what it is.

use super::{Bed, on_both, sound};
use crate::error::OpenError;
use crate::store::Store;
use vulnerary_ledger::note::SignedNote;
use vulnerary_ledger::{Checkpoint, VerifierKey};

fn copy(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).expect("a directory");
    for entry in std::fs::read_dir(from)
        .expect("reads")
        .map(|e| e.expect("an entry"))
    {
        if entry.file_type().expect("a type").is_file() {
            std::fs::copy(entry.path(), to.join(entry.file_name())).expect("copies");
        }
    }
}

#[tokio::test]
async fn behind_a_checkpoint_already_seen_a_new_incarnation_begins() {
    let bed = Bed::sqlite();
    let old = tempfile::tempdir().expect("a directory");
    let store = bed.open();
    let (act, ..) = bed.report(&store, "In the backup");
    store.commit(act).await.expect("commits");
    let first = store.log_head().await.expect("reads");
    drop(store);
    bed.closed();
    copy(bed.dir.path(), old.path());
    let store = bed.open();
    let (act, lost, _) = bed.report(&store, "After the backup");
    let receipt = store.commit(act).await.expect("commits");
    drop(store);
    bed.closed();
    // The old database comes back; what was seen stays.
    for name in ["vulnerary.db", "vulnerary.db-wal", "vulnerary.db-shm"] {
        let _ = std::fs::remove_file(bed.dir.path().join(name));
        let _ = std::fs::copy(old.path().join(name), bed.dir.path().join(name));
    }
    let store = bed.open();
    let head = sound::check(&store).await;
    assert_ne!(head.origin, first.origin);
    assert!(head.origin.ends_with("/2"));
    assert_eq!(head.size, first.size + 1, "LogRestored");
    assert_eq!(store.report(lost).await.expect("reads"), None);
    let keys = store.log_keys().await.expect("reads");
    assert_eq!(keys.len(), 2);
    assert_eq!(
        (keys[0].to_size, keys[1].from_size),
        (Some(first.size), first.size)
    );
    let key: VerifierKey = keys[0].vkey.parse().expect("a key");
    let seen = Checkpoint::open(
        &SignedNote::parse(&receipt.checkpoint).expect("a note"),
        &key,
    );
    assert!(
        seen.is_ok(),
        "the old receipt still verifies under the old key"
    );
    let (act, ..) = bed.report(&store, "After the restore");
    let done = store.commit(act).await.expect("commits");
    assert_eq!(
        done.size,
        head.size + 3,
        "sizes go on from what was restored"
    );
    drop(store);
    bed.closed();
    let again = bed.open();
    assert_eq!(
        again.log_head().await.expect("reads").origin,
        head.origin,
        "once"
    );
}

async fn a_changed_migration_is_refused(bed: Bed) {
    let store = bed.open();
    let script = "UPDATE migration SET sha256 = 'x' WHERE name = '0001_spine'";
    store
        .write(move |c| c.script(script))
        .await
        .expect("writes");
    drop(store);
    bed.closed();
    assert!(
        matches!(Store::open(bed.options()), Err(OpenError::Migration(name)) if name == "0001_spine")
    );
}

async fn newer_data_are_not_read(bed: Bed) {
    let store = bed.open();
    store
        .write(|c| c.script("UPDATE format SET min_reader = 99"))
        .await
        .expect("writes");
    drop(store);
    bed.closed();
    assert!(matches!(
        Store::open(bed.options()),
        Err(OpenError::Newer { needs: 99, have: 1 })
    ));
}

async fn older_projections_are_rebuilt_at_the_start(bed: Bed) {
    let store = bed.open();
    let (act, report, _) = bed.report(&store, "Stays");
    store.commit(act).await.expect("commits");
    let before = sound::projections(&store).await;
    store
        .write(|c| {
            c.script("DELETE FROM report; DELETE FROM tally; UPDATE format SET projection = 0")
        })
        .await
        .expect("writes");
    drop(store);
    let store = bed.open();
    assert!(store.report(report).await.expect("reads").is_some());
    assert_eq!(sound::projections(&store).await, before);
}

async fn a_leaf_that_was_changed_stops_a_rebuild(bed: Bed) {
    let store = bed.open();
    let (act, ..) = bed.report(&store, "Changed");
    store.commit(act).await.expect("commits");
    store
        .write(|c| c.script("UPDATE event SET seq = 9 WHERE idx = 1"))
        .await
        .expect("writes");
    store.rebuild().await.expect("a copy is not the record");
    store
        .write(|c| c.script("DELETE FROM event WHERE idx = 1"))
        .await
        .expect("writes");
    assert!(store.rebuild().await.is_err());
}

on_both!(
    a_changed_migration_is_refused,
    newer_data_are_not_read,
    older_projections_are_rebuilt_at_the_start,
    a_leaf_that_was_changed_stops_a_rebuild,
);
