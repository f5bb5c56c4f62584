//! The master key changes without a sealed byte changing; files without a row are found and removed, others never.

use crate::store::Store;
use crate::tests::{Bed, on_both};
use crate::vault::{KeyPlace, Labels, MasterKey};
use crate::verify::tests::fixture::{fill, lines, verify};

const LABELS: Labels = Labels {
    totp: |person| format!("totp/{person}"),
    answer: "answer",
};

async fn verified(store: &Store) -> Vec<String> {
    let store = store.clone();
    tokio::task::spawn_blocking(move || lines(&verify(&store)))
        .await
        .expect("no panic")
}

async fn a_new_master_key_rewraps_keys_and_touches_no_sealed_byte(bed: Bed) {
    let store = bed.open();
    let reports = fill(&bed, &store).await;
    // The fixture's answers are no wrapped secrets; a real one is.
    store
        .write(|c| c.script("DELETE FROM idempotency"))
        .await
        .expect("writes");
    let large = store
        .report(reports[3])
        .await
        .expect("reads")
        .expect("there")
        .objects[0]
        .object;
    let before = store.sealed(large).await.expect("reads").expect("there");
    let old = store.vault().master_id().to_owned();
    drop(store);
    bed.closed();

    let place = KeyPlace::choose(None, None, bed.dir.path());
    let new = place.rotate(bed.outside.as_ref()).expect("a new key");
    let store = bed.open();
    assert_eq!(store.vault().master_id(), new.id());
    // Five objects, the log's key, the secret of the numbers; a second run finds nothing.
    assert_eq!(store.rewrap(LABELS).await.expect("rewraps"), 7);
    assert_eq!(store.rewrap(LABELS).await.expect("rewraps"), 0);
    let after = store.sealed(large).await.expect("reads").expect("there");
    assert_ne!(after.wrapped, before.wrapped);
    assert_eq!(after.master.as_deref(), Some(new.id()));
    assert_eq!(
        (after.sha256, after.place, after.salt),
        (before.sha256, before.place, before.salt)
    );
    drop(store);
    bed.closed();

    // Now the old key's line may go.
    std::fs::write(place.path(), new.text().as_bytes()).expect("the new key alone");
    let store = bed.open();
    assert_eq!(store.vault().lacks(&[old]).len(), 1);
    assert_eq!(verified(&store).await, Vec::<String>::new());
    let (act, ..) = bed.report(&store, "goes on");
    store.commit(act).await.expect("commits, so it signs");
    drop(store);
    bed.closed();

    // With another key alone nothing starts, and nothing is made in its place.
    std::fs::write(
        place.path(),
        MasterKey::from_bytes([1; 32]).text().as_bytes(),
    )
    .expect("another key");
    let refused = Store::open(bed.options())
        .map(drop)
        .expect_err("cannot sign");
    assert!(refused.to_string().contains(new.id()), "{refused}");
}

async fn a_file_without_a_row_is_removed_after_a_day_and_no_other(bed: Bed) {
    let store = bed.open();
    fill(&bed, &store).await;
    let lost = "ab/000000000000000000000000000000";
    store
        .vault()
        .objects()
        .put(lost, b"no commit came".to_vec())
        .expect("written");
    bed.outside.step(30 * 24 * 3_600_000_000);
    let found = store.orphans().await.expect("listed");
    assert_eq!(
        found.iter().map(|o| o.place.as_str()).collect::<Vec<_>>(),
        [lost]
    );
    // Named meanwhile, as if its commit came late: it stays.
    let update =
        "UPDATE sealed SET place = 'ab/000000000000000000000000000000' WHERE place IS NOT NULL";
    store.write(move |c| c.script(&format!("CREATE TABLE kept AS SELECT object, place FROM sealed WHERE place IS NOT NULL; {update}"))).await.expect("writes");
    assert_eq!(store.sweep_orphans(found.clone()).await.expect("sweeps"), 0);
    store
        .write(|c| c.script("UPDATE sealed SET place = (SELECT k.place FROM kept k WHERE k.object = sealed.object) WHERE place IS NOT NULL; DROP TABLE kept"))
        .await
        .expect("writes");
    assert_eq!(store.sweep_orphans(found).await.expect("sweeps"), 1);
    assert_eq!(store.orphans().await.expect("listed"), []);
    assert_eq!(verified(&store).await, Vec::<String>::new());
}

on_both!(
    a_new_master_key_rewraps_keys_and_touches_no_sealed_byte,
    a_file_without_a_row_is_removed_after_a_day_and_no_other,
);
