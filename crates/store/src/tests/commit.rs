//! Commits: exactly three events for a fresh report, once for ever, proofs that hold.

use super::{Bed, on_both};
use crate::act::Idempotency;
use jiff::SignedDuration;
use vulnerary_case::id::StreamId;

async fn a_report_is_three_events(bed: Bed) {
    let store = bed.open();
    let (act, report, case) = bed.report(&store, "Pump accepts any password\nDetails.");
    let done = store.commit(act).await.expect("commits");
    let streams: Vec<_> = done
        .events
        .iter()
        .map(|e| (e.leaf_index, e.stream, e.seq))
        .collect();
    assert_eq!(
        streams,
        [
            (0, StreamId::Report(report), 1),
            (1, StreamId::Report(report), 2),
            (2, StreamId::Case(case), 1)
        ]
    );
    assert!(!done.already_applied);
}

async fn the_same_act_is_applied_once(bed: Bed) {
    let store = bed.open();
    let (mut act, ..) = bed.report(&store, "Once");
    act.idempotency = Some(Idempotency {
        key_sha256: [7; 32],
        content_sha256: [8; 32],
        expires: "2026-11-25T09:00:00Z".parse().expect("an instant"),
        answer: b"wrapped".to_vec(),
    });
    let again = crate::Act::new(act.id, act.actor.clone(), act.commands.clone());
    let (mut twin, ..) = bed.report(&store, "Once");
    twin.idempotency.clone_from(&act.idempotency);
    let first = store.commit(act).await.expect("commits");
    for (retry, answer) in [(again, None), (twin, Some(b"wrapped".to_vec()))] {
        let second = store.commit(retry).await.expect("is answered");
        assert!(second.already_applied);
        assert_eq!(second.events, first.events);
        assert_eq!(second.checkpoint, first.checkpoint);
        assert_eq!(second.act, first.act);
        assert_eq!(second.answer, answer);
    }
}

async fn an_expired_key_is_another_report(bed: Bed) {
    let store = bed.open();
    let key = |now: jiff::Timestamp| Idempotency {
        key_sha256: [7; 32],
        content_sha256: [8; 32],
        expires: now + SignedDuration::from_hours(48),
        answer: vec![],
    };
    use crate::Outside;
    let (mut act, first, _) = bed.report(&store, "Monday");
    act.idempotency = Some(key(bed.outside.now()));
    store.commit(act).await.expect("commits");
    bed.outside.step(49 * 3_600_000_000);
    let (mut act, second, _) = bed.report(&store, "Wednesday");
    act.idempotency = Some(key(bed.outside.now()));
    let done = store.commit(act).await.expect("commits");
    assert!(!done.already_applied);
    assert_eq!(
        done.first().map(|e| e.stream),
        Some(StreamId::Report(second))
    );
    assert_ne!(first, second);
}

on_both!(
    a_report_is_three_events,
    the_same_act_is_applied_once,
    an_expired_key_is_another_report
);
