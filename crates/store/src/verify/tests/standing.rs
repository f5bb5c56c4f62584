//! An older receipt gets a truthful answer after a restore.

use super::fixture::fill;
use crate::act::Committed;
use crate::backup::tests::bed::{bring_key, folder, load, save, targets};
use crate::store::Store;
use crate::tests::{Bed, on_both};
use crate::verify::{Standing, standing_in};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use vulnerary_ledger::Receipt;
use vulnerary_ledger::note::SignedNote;

/// The receipt of a commit, as far as standing reads it; that it holds by itself is the ledger's to say.
fn receipt(done: &Committed) -> Receipt {
    let first = done.first().expect("an event");
    let note = SignedNote::parse(&done.checkpoint).expect("a note");
    Receipt {
        v: 1,
        report: String::new(),
        received_at: String::new(),
        manifest: None,
        sha256: String::new(),
        files: vec![],
        salt: String::new(),
        leaf: STANDARD.encode(&first.leaf),
        leaf_index: first.leaf_index,
        inclusion_proof: vec![],
        checkpoint: done.checkpoint.clone(),
        log: note.text.lines().next().expect("an origin").to_owned(),
        key: String::new(),
        policy_sha256: String::new(),
    }
}

async fn commit(bed: &Bed, store: &Store, text: &str) -> Receipt {
    let (act, ..) = bed.report(store, text);
    receipt(&store.commit(act).await.expect("commits"))
}

async fn an_older_receipt_is_answered_truthfully(bed: Bed) {
    let store = bed.open();
    fill(&bed, &store).await;
    let kept = commit(&bed, &store, "In the backup").await;
    let (_keep, to) = folder();
    let size = save(&store, &to).await.manifest.size;
    let lost = [
        commit(&bed, &store, "After it").await,
        commit(&bed, &store, "And another").await,
    ];
    for r in lost.iter().chain([&kept]) {
        assert_eq!(store.standing(r).await.expect("answers"), Standing::Held);
    }
    for target in targets().await {
        bring_key(bed.dir.path(), target.dir.path());
        load(&to, target.options()).await.expect("restores");
        let copy = target.open();
        assert_eq!(copy.standing(&kept).await.expect("answers"), Standing::Held);
        // Also once other events stand where the lost ones stood.
        for _ in 0..2 {
            for r in &lost {
                let standing = copy.standing(r).await.expect("answers");
                assert!(
                    matches!(standing, Standing::Lost { size: back, .. } if back == size),
                    "{standing:?}"
                );
                assert!(
                    standing
                        .to_string()
                        .starts_with("Received, then lost in the restore of 2026-11-"),
                    "{standing}"
                );
            }
            let fresh = commit(&target, &copy, "After the restore").await;
            assert_eq!(
                copy.standing(&fresh).await.expect("answers"),
                Standing::Held
            );
            assert!(matches!(
                store.standing(&fresh).await.expect("answers"),
                Standing::Differs | Standing::Behind { .. }
            ));
        }
        let (options, r) = (target.options(), lost[0].clone());
        drop(copy);
        let offline = tokio::task::spawn_blocking(move || standing_in(&options, &r))
            .await
            .expect("no panic");
        assert!(matches!(offline.expect("answers"), Standing::Lost { .. }));
    }
    let mut forged = kept.clone();
    forged.leaf = STANDARD.encode("{}");
    assert_eq!(
        store.standing(&forged).await.expect("answers"),
        Standing::Differs
    );
    let mut ahead = kept.clone();
    ahead.leaf_index = 1_000;
    assert!(matches!(
        store.standing(&ahead).await.expect("answers"),
        Standing::Behind { .. }
    ));
    let mut other = kept.clone();
    other.log = "vulnerary/otherlog/1".into();
    assert!(matches!(
        store.standing(&other).await.expect("answers"),
        Standing::OtherLog { .. }
    ));
    other.log = "nothing".into();
    assert_eq!(
        store.standing(&other).await.expect("answers"),
        Standing::Unreadable
    );
}

on_both!(an_older_receipt_is_answered_truthfully);
