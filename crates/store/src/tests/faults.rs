//! What fails, fails alone and leaves nothing: the N-th write, a decision that panics, a full disk.

use super::{Bed, on_both, sound};
use crate::error::{CommitError, StoreError};
use crate::sql::conn::{Broken, Fault};
use crate::{Act, Health, Outside};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use vulnerary_case::id::StreamId;

/// Far more writes than opening makes.
const NEVER: i64 = i64::MAX;

fn fault(error: StoreError, for_good: bool) -> (Fault, Arc<Broken>) {
    let broken = Arc::new(Broken {
        left: AtomicI64::new(NEVER),
        for_good,
        error,
    });
    (Fault(Some(Arc::clone(&broken))), broken)
}

async fn every_write_may_fail(bed: Bed) {
    let (fault, broken) = fault(StoreError::Unavailable("made to fail".into()), true);
    let store = bed.open_with(fault);
    let mut n = 1;
    let mut failed = 0;
    loop {
        let (act, report, _) = bed.report(&store, "Fails somewhere");
        let retry = Act {
            sealed: act.sealed.clone(),
            ..Act::new(act.id, act.actor.clone(), act.commands.clone())
        };
        broken.left.store(n, Ordering::SeqCst);
        let result = store.commit(act).await;
        let reached = broken.left.swap(NEVER, Ordering::SeqCst) < 1;
        if !reached {
            assert!(result.is_ok());
            break;
        }
        failed += 1;
        assert!(
            matches!(result, Err(CommitError::Unavailable(_))),
            "write {n}: {result:?}"
        );
        assert_eq!(
            store.report(report).await.expect("reads"),
            None,
            "write {n} left something"
        );
        let done = store
            .commit(retry)
            .await
            .expect("the same act goes through");
        assert_eq!(
            done.first().map(|e| e.stream),
            Some(StreamId::Report(report))
        );
        n += 1;
    }
    assert!(failed > 8, "only {failed} writes were tried");
    assert_eq!(sound::check(&store).await.size, 3 * (failed + 1));
}

async fn one_write_that_fails_is_tried_again(bed: Bed) {
    let (fault, broken) = fault(StoreError::Unavailable("made to fail".into()), false);
    let store = bed.open_with(fault);
    for n in 1..8 {
        broken.left.store(n, Ordering::SeqCst);
        let (act, ..) = bed.report(&store, "Once more");
        store
            .commit(act)
            .await
            .expect("the second attempt goes through");
    }
    assert_eq!(sound::check(&store).await.size, 3 * 7);
}

async fn a_decision_that_panics_fails_alone(bed: Bed) {
    let store = bed.open();
    let acts: Vec<_> = (0..20)
        .map(|i| bed.report(&store, &format!("Report {i}")))
        .collect();
    let poison = acts[11].0.id;
    *store.inner().panic_on.lock().expect("not poisoned") = Some(poison);
    let waiting: Vec<_> = acts
        .into_iter()
        .map(|(act, ..)| {
            let store = store.clone();
            let id = act.id;
            tokio::spawn(async move { (id, store.commit(act).await) })
        })
        .collect();
    for task in waiting {
        let (id, result) = task.await.expect("no panic");
        assert_eq!(result.is_ok(), id != poison);
        assert!(id != poison || matches!(result, Err(CommitError::Defect(_))));
    }
    assert_eq!(sound::check(&store).await.size, 3 * 19);
}

async fn a_full_disk_is_said_and_ends(bed: Bed) {
    let (fault, broken) = fault(StoreError::Full, true);
    let store = bed.open_with(fault);
    assert!(bed.dir.path().join("ballast").exists());
    broken.left.store(1, Ordering::SeqCst);
    let (act, report, _) = bed.report(&store, "Full");
    let retry = Act {
        sealed: act.sealed.clone(),
        ..Act::new(act.id, act.actor.clone(), act.commands.clone())
    };
    assert!(matches!(store.commit(act).await, Err(CommitError::Full)));
    assert_eq!(store.health(), Health::DiskFull);
    assert!(
        !bed.dir.path().join("ballast").exists(),
        "the reserve was given up"
    );
    assert_eq!(store.report(report).await.expect("reading goes on"), None);
    broken.left.store(NEVER, Ordering::SeqCst);
    // Within the second it is not even tried; after it, it goes through.
    bed.outside.step(2_000_000);
    store.commit(retry).await.expect("commits");
    assert_eq!(store.health(), Health::Good);
    assert!(
        bed.dir.path().join("ballast").exists(),
        "the reserve is there again"
    );
    sound::check(&store).await;
}

async fn a_clock_that_steps_back_is_recorded_once(bed: Bed) {
    let store = bed.open();
    let (act, ..) = bed.report(&store, "Before");
    store.commit(act).await.expect("commits");
    bed.outside.step(-3_600_000_000);
    let before = bed.outside.now();
    for text in ["After", "Later"] {
        let (act, ..) = bed.report(&store, text);
        store.commit(act).await.expect("commits");
    }
    let org = store.org().await.expect("reads");
    assert_eq!(org.clock_steps, 1);
    let head = sound::check(&store).await;
    assert!(head.last_at > before, "instants are as read");
    assert_eq!(head.size, 3 * 3 + 1);
}

on_both!(
    every_write_may_fail,
    one_write_that_fails_is_tried_again,
    a_decision_that_panics_fails_alone,
    a_full_disk_is_said_and_ends,
    a_clock_that_steps_back_is_recorded_once,
);
