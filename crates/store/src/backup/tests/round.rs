//! Backup, restore, verify; moving between engines; erasures that came after.

use super::bed::{bring_key, folder, holds, load, save, targets, verified};
use crate::sql::Sql;
use crate::store::Store;
use crate::tests::{Bed, on_both};
use crate::verify::tests::fixture::{administrator, erase, fill, lines};
use vulnerary_case::id::ReportId;

async fn number(store: &Store, report: ReportId) -> String {
    store
        .report(report)
        .await
        .expect("reads")
        .expect("there")
        .number
        .clone()
}

async fn count(store: &Store, text: &'static str) -> i64 {
    let sql = Sql {
        name: text,
        columns: "i",
        text,
    };
    store
        .read(move |c| c.query_one(&sql, &[])?.map_or(Ok(0), |row| row.int(0)))
        .await
        .expect("reads")
}

async fn a_restored_store_verifies_on_either_engine(bed: Bed) {
    let store = bed.open();
    let reports = fill(&bed, &store).await;
    let (_keep, to) = folder();
    let made = save(&store, &to).await;
    assert_eq!(made.damaged, Vec::<String>::new());
    assert_eq!((made.manifest.size, made.manifest.objects.files), (18, 1));
    assert!(
        !holds(&to, b"Monitor shows"),
        "no title, no text of anybody in plain"
    );
    let before = verified(&store).await;
    for target in targets().await {
        bring_key(bed.dir.path(), target.dir.path());
        let restored = load(&to, target.options()).await.expect("restores");
        assert_eq!(restored.size, 19, "LogRestored");
        assert_eq!(restored.origin, made.manifest.origin.replace("/1", "/2"));
        assert_eq!((restored.erased_again, restored.missing.len()), (0, 0));
        let copy = target.open();
        let found = verified(&copy).await;
        assert_eq!(lines(&found), Vec::<String>::new());
        assert_eq!(
            (
                found.counts.objects,
                found.counts.files,
                found.counts.erased
            ),
            (5, 1, 1)
        );
        assert_eq!(
            (found.counts.streams, found.counts.keys),
            (before.counts.streams, 2)
        );

        // Texts open, lists have their titles, words still lead to their report.
        let large = copy
            .report(reports[3])
            .await
            .expect("reads")
            .expect("there")
            .objects[0]
            .object;
        let plain = copy
            .unseal(large)
            .await
            .expect("reads")
            .expect("there")
            .expect("opens");
        assert_eq!(plain.as_slice(), "0123456789".repeat(20_000).as_bytes());
        assert_eq!(count(&copy, "SELECT count(*) FROM display_text").await, 3);
        assert_eq!(count(&copy, "SELECT count(*) FROM track").await, 2);
        assert_eq!(count(&copy, "SELECT count(*) FROM idempotency").await, 0);
        for report in &reports {
            assert_eq!(number(&copy, *report).await, number(&store, *report).await);
        }

        // It goes on; no number comes twice, though both logs go on from the same place.
        let (act, fresh, _) = target.report(&copy, "After the restore");
        copy.commit(act).await.expect("commits");
        let (act, twin, _) = bed.report(&store, "After the backup");
        store.commit(act).await.expect("commits");
        assert_ne!(number(&copy, fresh).await, number(&store, twin).await);
        assert_eq!(
            count(&copy, "SELECT next_report FROM log_head").await,
            (1 << 20) + 5
        );
        assert_eq!(lines(&verified(&copy).await), Vec::<String>::new());

        // And once more, to the engine that it came from or the other.
        let (_keep, again) = folder();
        save(&copy, &again).await;
        for third in targets().await {
            bring_key(bed.dir.path(), third.dir.path());
            let restored = load(&again, third.options()).await.expect("restores");
            assert!(restored.origin.ends_with("/3"));
            assert_eq!(lines(&verified(&third.open()).await), Vec::<String>::new());
        }
    }
}

async fn what_was_erased_after_the_backup_is_erased_again_before_it_serves(bed: Bed) {
    let store = bed.open();
    let admin = administrator(&bed, &store).await;
    let mut reports = vec![];
    for text in [
        "Kornblume one".to_owned(),
        format!("Kornblume {}", "two".repeat(40_000)),
        "Stays".to_owned(),
    ] {
        let (mut act, report, _) = bed.report(&store, &text);
        act.track = Some([reports.len() as u8; 32]);
        store.commit(act).await.expect("commits");
        reports.push(report);
    }
    let (_keep, to) = folder();
    let size = save(&store, &to).await.manifest.size;
    for report in &reports[..2] {
        erase(&bed, &store, &admin, *report).await;
        store.erase(*report).await.expect("erases");
    }
    for target in targets().await {
        bring_key(bed.dir.path(), target.dir.path());
        // The list lies beside the data; here it is brought along, as the checkpoint seen is.
        for beside in ["erasures", "seen-checkpoint"] {
            std::fs::copy(bed.dir.path().join(beside), target.dir.path().join(beside))
                .expect("copied");
        }
        let restored = load(&to, target.options()).await.expect("restores");
        assert_eq!(restored.erased_again, 2);
        assert_eq!(
            restored.size,
            size + 1 + 2,
            "LogRestored, and each erasure on record again"
        );
        let copy = target.open();
        assert!(!holds(target.dir.path(), b"Kornblume"));
        assert_eq!(count(&copy, "SELECT count(*) FROM display_text").await, 1);
        assert_eq!(count(&copy, "SELECT count(*) FROM track").await, 1);
        let found = verified(&copy).await;
        assert_eq!(lines(&found), Vec::<String>::new());
        assert_eq!((found.counts.erased, found.counts.files), (2, 0));
        // The record says how much of the old log is known to be lost.
        let last = store.log_head().await.expect("reads").size;
        let key = crate::sql::value::int(size);
        let leaf = copy
            .read(move |c| c.query_one(&crate::sql::statements::GET_LEAF, &[key]))
            .await;
        let leaf = leaf
            .expect("reads")
            .expect("there")
            .blob(0)
            .expect("bytes")
            .to_vec();
        let leaf = String::from_utf8(leaf).expect("text");
        assert!(
            leaf.contains("LogRestored") && leaf.contains(&format!("\"seen\":{last}")),
            "{leaf}"
        );
    }
}

async fn a_backup_beside_writers_holds_one_moment(bed: Bed) {
    let store = bed.open();
    fill(&bed, &store).await;
    let writer = {
        let store = store.clone();
        let acts: Vec<_> = (0..150)
            .map(|n| bed.report(&store, &format!("report {n}")).0)
            .collect();
        tokio::spawn(async move {
            for act in acts {
                store.commit(act).await.expect("commits");
            }
        })
    };
    let mut sizes = vec![];
    for _ in 0..3 {
        let (_keep, to) = folder();
        let made = save(&store, &to).await;
        sizes.push(made.manifest.size);
        let target = Bed::sqlite();
        bring_key(bed.dir.path(), target.dir.path());
        load(&to, target.options()).await.expect("restores");
        let found = verified(&target.open()).await;
        assert_eq!(lines(&found), Vec::<String>::new());
        assert_eq!(found.size, made.manifest.size + 1);
    }
    writer.await.expect("writes");
    assert!(sizes[0] >= 18);
}

on_both!(
    a_restored_store_verifies_on_either_engine,
    what_was_erased_after_the_backup_is_erased_again_before_it_serves,
    a_backup_beside_writers_holds_one_moment,
);
