//! What is not the record: jobs and accounts.

use super::{Bed, on_both};
use crate::Outside;
use crate::accounts::{Link, NewCredential, Session};
use jiff::SignedDuration;
use std::collections::BTreeSet;
use vulnerary_case::act::{Command, OnReceipt};
use vulnerary_case::id::PersonId;
use vulnerary_case::react::Effect;

async fn a_job_is_claimed_by_one_and_ends_explicitly(bed: Bed) {
    let (one, two) = (bed.open(), bed.open());
    let mut reports = BTreeSet::new();
    for i in 0..6 {
        let (mut act, report, _) = bed.report(&one, &format!("File {i}"));
        if let Command::Receive(r) = &mut act.commands[0] {
            r.then = OnReceipt::WaitForReading;
        }
        one.commit(act).await.expect("commits");
        reports.insert(report);
    }
    let lease = SignedDuration::from_secs(3_600);
    let (a, b) = tokio::join!(
        one.claim_jobs(&["read"], lease, 4),
        two.claim_jobs(&["read"], lease, 4)
    );
    let (a, b) = (a.expect("claims"), b.expect("claims"));
    let all: BTreeSet<_> = a.iter().chain(&b).map(|j| j.id.clone()).collect();
    assert_eq!(
        (a.len() + b.len(), all.len()),
        (6, 6),
        "no job is two workers'"
    );
    for job in a.iter().chain(&b) {
        assert!(matches!(job.effect, Effect::Read { report } if reports.contains(&report)));
    }
    assert_eq!(
        one.claim_jobs(&["read"], lease, 4).await.expect("claims"),
        []
    );
    let jobs: Vec<_> = a.into_iter().chain(b).collect();
    one.job_done(&jobs[0].id).await.expect("writes");
    one.job_retry(&jobs[1].id, bed.outside.now(), "not now")
        .await
        .expect("writes");
    two.job_fail(&jobs[2].id, "never").await.expect("writes");
    let again = two
        .claim_jobs(&["read", "mail"], lease, 10)
        .await
        .expect("claims");
    assert_eq!(
        again
            .iter()
            .map(|j| (&j.id, j.attempts))
            .collect::<Vec<_>>(),
        [(&jobs[1].id, 2)]
    );
    assert_eq!(two.failed_jobs().await.expect("reads")[0].why, "never");
    let counts = two.job_counts().await.expect("reads");
    assert_eq!((counts.all, counts.failed), (5, 1));
    bed.outside.step(3_600_000_000 + 1);
    assert_eq!(
        one.claim_jobs(&["read"], lease, 10)
            .await
            .expect("claims")
            .len(),
        4,
        "a lease runs out by itself"
    );
}

async fn accounts_are_used_once(bed: Bed) {
    let store = bed.open();
    let person = PersonId(bed.id());
    assert!(!store.any_credential().await.expect("reads"));
    let new = NewCredential {
        password: "$argon2id$x".into(),
        totp: vec![1],
        recovery: vec!["aa".into(), "bb".into()],
    };
    store.put_credential(person, new).await.expect("writes");
    assert!(store.use_step(person, 7).await.expect("writes"));
    for step in [7, 6] {
        assert!(
            !store.use_step(person, step).await.expect("writes"),
            "no code is good twice"
        );
    }
    assert!(store.use_recovery(person, "aa").await.expect("writes"));
    assert!(!store.use_recovery(person, "aa").await.expect("writes"));
    let stored = store
        .credential(person)
        .await
        .expect("reads")
        .expect("there");
    assert_eq!((stored.last_step, stored.recovery_left), (Some(7), 1));
}

async fn sessions_and_links_end(bed: Bed) {
    let store = bed.open();
    let person = PersonId(bed.id());
    let now = bed.outside.now();
    let session = |n: u8| Session {
        digest: [n; 32],
        person,
        created_at: now,
        seen_at: now,
        expires_at: now + SignedDuration::from_hours(1),
        agent: "Browser".into(),
    };
    store.put_session(session(1)).await.expect("writes");
    store.put_session(session(2)).await.expect("writes");
    store
        .touch_session([1; 32], now + SignedDuration::from_secs(9))
        .await
        .expect("writes");
    assert!(
        store
            .session([1; 32])
            .await
            .expect("reads")
            .expect("there")
            .seen_at
            > now
    );
    assert!(
        !store
            .end_session(PersonId(bed.id()), [1; 32])
            .await
            .expect("writes"),
        "not somebody else's"
    );
    assert!(store.end_session(person, [1; 32]).await.expect("writes"));
    assert_eq!(store.sessions_of(person).await.expect("reads").len(), 1);
    let expires_at = now + SignedDuration::from_hours(1);
    let link = Link {
        kind: "set_up".into(),
        digest: [9; 32],
        person: None,
        made_at: now,
        expires_at,
    };
    store.put_link(link).await.expect("writes");
    assert!(
        store
            .link("invitation", [9; 32])
            .await
            .expect("reads")
            .is_none()
    );
    assert!(
        store
            .link("set_up", [9; 32])
            .await
            .expect("reads")
            .is_some()
    );
    assert!(store.use_link("set_up", [9; 32]).await.expect("writes"));
    assert!(!store.use_link("set_up", [9; 32]).await.expect("writes"));
    bed.outside.step(2 * 3_600_000_000);
    store.sweep().await.expect("sweeps");
    assert_eq!(store.session([2; 32]).await.expect("reads"), None);
}

on_both!(
    a_job_is_claimed_by_one_and_ends_explicitly,
    accounts_are_used_once,
    sessions_and_links_end,
);
