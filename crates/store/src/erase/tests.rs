//! A word that somebody wrote is nowhere after erasure, and the record still holds.

use super::{destroy, list};
use crate::act::Idempotency;
use crate::error::StoreError;
use crate::sql::{Conn, Sql};
use crate::store::Store;
use crate::tests::{Bed, on_both};
use crate::vault::VaultError;
use crate::verify::tests::fixture::{administrator, erase, lines, verify};
use std::path::Path;
use vulnerary_case::actor::Actor;
use vulnerary_case::id::ReportId;

const WORD: &str = "Kornblumenfeld";

/// A report with the word everywhere: text, title, the answer kept for a retry, and a file of its own.
async fn plant(bed: &Bed, store: &Store, n: u8) -> ReportId {
    let text = format!(
        "{WORD} reads the pump's log\n{}",
        "and more ".repeat(usize::from(n) * 9_000)
    );
    let (mut act, report, _) = bed.report(store, &text);
    act.track = Some([n; 32]);
    act.idempotency = Some(Idempotency {
        key_sha256: [n; 32],
        content_sha256: [1; 32],
        expires: "2026-11-25T09:00:00Z".parse().expect("an instant"),
        answer: format!("{WORD} as an answer").into_bytes(),
    });
    store.commit(act).await.expect("commits");
    report
}

/// Files below `dir` that hold the word in any case.
fn grep(dir: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(dir)
        .expect("a folder")
        .map(|e| e.expect("an entry"))
    {
        if entry.path().is_dir() {
            grep(&entry.path(), found);
        } else {
            let bytes = std::fs::read(entry.path())
                .expect("reads")
                .to_ascii_lowercase();
            let word = WORD.to_ascii_lowercase();
            if bytes.windows(word.len()).any(|w| w == word.as_bytes()) {
                found.push(entry.path().display().to_string());
            }
        }
    }
}

fn count(conn: &mut Conn, text: &'static str) -> Result<i64, StoreError> {
    let sql = Sql {
        name: text,
        columns: "i",
        text,
    };
    conn.query_one(&sql, &[])?.map_or(Ok(0), |row| row.int(0))
}

async fn told(store: &Store, text: &'static str) -> i64 {
    store.read(move |c| count(c, text)).await.expect("reads")
}

async fn verified(store: &Store) -> crate::verify::Findings {
    let store = store.clone();
    tokio::task::spawn_blocking(move || verify(&store))
        .await
        .expect("runs")
}

async fn a_planted_word_is_nowhere_after_erasure(bed: Bed) {
    let store = bed.open();
    let admin = administrator(&bed, &store).await;
    let reports = [plant(&bed, &store, 0).await, plant(&bed, &store, 9).await];
    let (other, kept, _) = bed.report(&store, "Another report stays");
    let object = other.sealed[0].row.object;
    store.commit(other).await.expect("commits");
    let mut before = vec![];
    grep(bed.dir.path(), &mut before);
    assert_eq!(
        !before.is_empty(),
        bed.is_sqlite(),
        "the search itself works: {before:?}"
    );

    for report in reports {
        erase(&bed, &store, &admin, report).await;
    }
    let found = verified(&store).await;
    assert_eq!(
        lines(&found),
        Vec::<String>::new(),
        "on record, and the job has not come yet"
    );
    assert_eq!(
        (found.notes.len(), found.counts.erased),
        (2, 0),
        "{:?}",
        found.notes
    );
    let (mut objects, mut files) = (0, 0);
    for report in reports {
        let done = store.erase(report).await.expect("erases");
        (objects, files) = (objects + done.objects, files + done.files);
    }
    assert_eq!((objects, files), (2, 1));

    // Looked for while the store is open: its log counts too.
    let mut after = vec![];
    grep(bed.dir.path(), &mut after);
    assert_eq!(after, Vec::<String>::new());
    for text in [
        "SELECT count(*) FROM idempotency",
        "SELECT count(*) FROM track",
        "SELECT count(*) FROM sealed WHERE erased_at IS NOT NULL AND (salt IS NOT NULL OR wrapped IS NOT NULL OR bytes IS NOT NULL OR place IS NOT NULL OR master IS NOT NULL)",
        "SELECT count(*) FROM display_text WHERE lower(text) LIKE '%kornblume%'",
    ] {
        assert_eq!(told(&store, text).await, 0, "{text}");
    }
    let found = verified(&store).await;
    assert_eq!(lines(&found), Vec::<String>::new());
    assert_eq!((found.notes.len(), found.counts.erased), (0, 2));

    // The other report is as it was, and what was erased says so.
    let row = store.sealed(object).await.expect("reads").expect("there");
    assert_eq!(
        store.vault().open(&row).expect("opens").as_slice(),
        b"Another report stays"
    );
    assert!(
        matches!(store.erase(kept).await, Ok(done) if done.objects == 0),
        "nothing of it is erased on record"
    );
    let listed = list::by_report(list::read(&list::file(bed.dir.path())).expect("reads"));
    assert_eq!(listed.keys().copied().collect::<Vec<_>>(), {
        let mut all = reports.to_vec();
        all.sort_unstable();
        all
    });
    let gone = listed[&reports[0]][0];
    let row = store.sealed(gone).await.expect("reads").expect("there");
    assert!(matches!(
        store.vault().open(&row),
        Err(VaultError::Erased(_))
    ));
}

/// Wherever a crash stops it, the next run ends it.
async fn erasure_goes_on_where_it_stopped(bed: Bed) {
    let store = bed.open();
    let admin: Actor = administrator(&bed, &store).await;
    let report = plant(&bed, &store, 9).await;
    erase(&bed, &store, &admin, report).await;
    let targets = store
        .read(move |c| super::targets(c, report))
        .await
        .expect("reads");
    let objects: Vec<_> = targets.objects.into_iter().collect();
    // Stopped after the rows: the file is still there, without a key.
    let at = jiff::Timestamp::from_microsecond(1).expect("an instant");
    let done = store
        .write_locked(move |c, _| destroy(c, &objects, at))
        .await
        .expect("destroys");
    assert_eq!((done.0, done.1.len()), (1, 1));
    let place = done.1.into_values().next().expect("a file");
    assert!(
        store
            .vault()
            .objects()
            .read(&place)
            .expect("reads")
            .is_some()
    );
    let rest = store.erase(report).await.expect("goes on");
    assert_eq!((rest.objects, rest.files), (0, 1));
    assert!(
        store
            .vault()
            .objects()
            .read(&place)
            .expect("reads")
            .is_none()
    );
    assert_eq!(
        store.erase(report).await.expect("again"),
        super::Erased::default()
    );
    assert_eq!(lines(&verified(&store).await), Vec::<String>::new());
}

async fn what_is_not_erased_on_record_is_never_destroyed(bed: Bed) {
    let store = bed.open();
    let report = plant(&bed, &store, 0).await;
    assert_eq!(
        store.erase(report).await.expect("does nothing"),
        super::Erased::default()
    );
    assert_eq!(
        told(
            &store,
            "SELECT count(*) FROM sealed WHERE bytes IS NOT NULL"
        )
        .await,
        1
    );
    assert!(!list::file(bed.dir.path()).exists());
}

on_both!(
    a_planted_word_is_nowhere_after_erasure,
    erasure_goes_on_where_it_stopped,
    what_is_not_erased_on_record_is_never_destroyed,
);
