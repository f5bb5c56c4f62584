//! Importing testers' files: the same again attaches, what is gone is shown, and neither a crash nor two imports at once
//! change the count. In process, over the real store.

mod import_bed;

use import_bed::{Bed, Fixture, beds, line};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use vulnerary::intake::a_verification_testers::read_report;
use vulnerary::intake::job::ReadReports;
use vulnerary::intake::reading::Counts;
use vulnerary::tracking::worker::{Handler, JobError, Running, Worker};
use vulnerary_case::react::Effect;
use vulnerary_case::report::state::ReportPhase;

fn counts(new: u64, again: u64, no_longer_reported: u64) -> Counts {
    Counts {
        new,
        again,
        suppressed: 0,
        no_longer_reported,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_file_again_is_a_new_report_that_attaches() {
    for bed in beds("again") {
        let store = bed.open();
        let fixture = Fixture::new(2_300, 45);
        let (first, one) = bed.import(&store, &fixture.bytes()).await;
        assert_eq!(one.counts, counts(2_300, 0, 0));
        assert_eq!((one.opened.len(), one.attached.len()), (45, 0));
        let (second, two) = bed.import(&store, &fixture.bytes()).await;
        assert_ne!(first, second);
        assert_eq!(two.counts, counts(0, 2_300, 0));
        assert_eq!((two.opened.len(), two.attached.len()), (0, 45));
        let numbers: BTreeSet<&String> = one.opened.iter().collect();
        assert_eq!(numbers, two.attached.iter().collect());
        assert_eq!(bed.places(&store).await, 2_300);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_gone_is_shown_and_not_closed_and_shifted_lines_are_the_same_places() {
    for bed in beds("gone") {
        let store = bed.open();
        let mut fixture = Fixture::new(1_200, 12);
        bed.import(&store, &fixture.bytes()).await;
        fixture.places.drain(0..100);
        fixture.places.extend(5_000..5_100);
        fixture.shift = 7;
        let (_, second) = bed.import(&store, &fixture.bytes()).await;
        assert_eq!(second.counts, counts(100, 1_100, 100));
        assert!(second.opened.is_empty(), "something was opened: {second:?}");
        let cases = bed.cases(&store).await;
        assert_eq!(cases.len(), 12);
        assert!(
            cases.iter().all(|c| c.closed_at.is_none()),
            "gone never closes"
        );
        let (_, third) = bed.import(&store, &fixture.bytes()).await;
        assert_eq!(
            third.counts,
            counts(0, 1_200, 0),
            "what was gone before is not gone again"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clean_run_shows_all_as_gone_and_is_set_aside_and_a_failed_one_shows_nothing() {
    let bed = Bed::sqlite();
    let store = bed.open();
    bed.import(&store, &Fixture::new(30, 3).bytes()).await;
    let failed = Fixture {
        failed: true,
        ..Fixture::new(20, 3)
    };
    let (_, some) = bed.import(&store, &failed.bytes()).await;
    assert_eq!(
        some.counts,
        counts(0, 20, 0),
        "a run that failed shows nothing as gone"
    );
    let (report, clean) = bed.import(&store, &Fixture::new(0, 3).bytes()).await;
    assert_eq!(
        clean.counts,
        counts(0, 0, 20),
        "what the run before showed is gone"
    );
    assert_eq!(
        clean.set_aside.as_ref().map(|(code, _)| *code),
        Some("no_results")
    );
    let state = store.report(report).await.unwrap().unwrap();
    assert_eq!(state.phase(), ReportPhase::SetAside);
    assert_eq!(
        state.set_aside.unwrap().rule.as_deref(),
        Some("no-results@1")
    );
    assert!(
        bed.cases(&store)
            .await
            .iter()
            .all(|c| c.closed_at.is_none())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suppressed_place_is_counted_and_not_gone() {
    let bed = Bed::sqlite();
    let store = bed.open();
    let fixture = Fixture::new(10, 2);
    bed.import(&store, &fixture.bytes()).await;
    let suppressed = Fixture {
        suppressed: 4,
        ..fixture
    };
    let (_, second) = bed.import(&store, &suppressed.bytes()).await;
    assert_eq!(
        second.counts,
        Counts {
            new: 0,
            again: 6,
            suppressed: 4,
            no_longer_reported: 0
        }
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn two_imports_of_one_file_at_once_count_each_place_once() {
    for bed in beds("twice") {
        let (one, two) = (bed.open(), bed.open());
        let bytes = Fixture::new(4_000, 60).bytes();
        let ((_, a), (_, b)) = tokio::join!(bed.import(&one, &bytes), bed.import(&two, &bytes));
        assert_eq!(
            a.counts.new + b.counts.new,
            4_000,
            "{:?} {:?}",
            a.counts,
            b.counts
        );
        assert_eq!(a.counts.again + b.counts.again, 4_000);
        let cases = bed.cases(&one).await;
        assert_eq!(cases.len(), 60, "one case a group");
        assert_eq!(cases.iter().map(|c| c.occurrences).sum::<u64>(), 4_000);
        assert_eq!(bed.places(&one).await, 4_000);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_report_read_by_two_at_once_is_read_once() {
    let bed = Bed::sqlite();
    let (one, two) = (bed.open(), bed.open());
    let report = bed.keep(&one, &Fixture::new(3_000, 20).bytes()).await;
    let (a, b) = (bed.acts(&one), bed.acts(&two));
    let (quiet, still) = (|_, _| {}, |_, _| {});
    let (a, b) = tokio::join!(
        read_report(&a, report, &quiet),
        read_report(&b, report, &still)
    );
    assert_eq!(a.unwrap().counts, counts(3_000, 0, 0));
    assert_eq!(b.unwrap().counts, counts(3_000, 0, 0));
    assert_eq!(
        bed.cases(&one)
            .await
            .iter()
            .map(|c| c.occurrences)
            .sum::<u64>(),
        3_000
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reading_that_was_cut_off_goes_on_and_says_the_same() {
    let mut midway = 0;
    for after in [0, 1, 2, 3] {
        let bed = Bed::sqlite();
        let store = bed.open();
        let mut fixture = Fixture::new(3_000, 50);
        bed.import(&store, &fixture.bytes()).await;
        fixture.places.drain(0..500);
        fixture.places.extend(9_000..9_300);
        let report = bed.keep(&store, &fixture.bytes()).await;
        let acts = bed.acts(&store);
        let (told, seen) = std::sync::mpsc::channel();
        let reading = tokio::spawn(async move {
            read_report(&acts, report, &move |done, _| told.send(done).unwrap_or(()))
                .await
                .map(drop)
        });
        // Cut off after this many parts (or, at the end, somewhere in what follows them).
        let cut = tokio::task::spawn_blocking(move || {
            for _ in 0..after {
                seen.recv_timeout(Duration::from_secs(10)).unwrap_or(0);
            }
        });
        cut.await.unwrap();
        reading.abort();
        midway += u32::from(reading.await.is_err());
        let again = read_report(&bed.acts(&store), report, &|_, _| {})
            .await
            .unwrap();
        assert_eq!(
            again.counts,
            counts(300, 2_500, 500),
            "cut after {after} parts"
        );
        let run = store.runs_of_report(report).await.unwrap().remove(0);
        let shown = run.shown.unwrap();
        assert_eq!(
            (shown.new, shown.again, shown.no_longer_reported),
            (300, 2_500, 500)
        );
        assert_eq!(bed.places(&store).await, 3_300);
    }
    assert!(
        midway > 1,
        "readings were hardly cut off ({midway}): the test shows nothing"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_sarif_waits_for_a_person_with_a_sentence_that_holds_no_word_of_it() {
    let bed = Bed::sqlite();
    let store = bed.open();
    let (report, reading) = bed
        .import(&store, br#"{"version":"2.0.0-PLANTED","runs":[]}"#)
        .await;
    assert!(reading.unreadable.unwrap().hint.contains("2.1.0"));
    let state = store.report(report).await.unwrap().unwrap();
    assert_eq!(state.phase(), ReportPhase::Unreadable);
    assert!(!state.unreadable.unwrap().contains("PLANTED"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_opens_its_own_case_and_is_not_read() {
    let bed = Bed::sqlite();
    let store = bed.open();
    let (report, reading) = bed
        .import(&store, b"The gateway takes an unsigned update.\n")
        .await;
    assert_eq!(
        (reading.opened.len(), reading.counts),
        (1, Counts::default())
    );
    assert_eq!(
        store.report(report).await.unwrap().unwrap().phase(),
        ReportPhase::Placed
    );
    assert_eq!(store.job_counts().await.unwrap().all, 0, "there is no job");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_vulnerability_seen_by_two_tools_is_one_case_and_another_product_another() {
    let bed = Bed::sqlite();
    let store = bed.open();
    let file = |tool: &str| {
        line(
            tool,
            r#"{"ruleId":"CVE-2024-12345","message":{"text":"old library"}}"#,
        )
    };
    let (_, one) = bed.import(&store, file("Grype").as_bytes()).await;
    let (_, two) = bed.import(&store, file("Trivy").as_bytes()).await;
    assert_eq!(one.opened, two.attached);
    assert_eq!(
        two.counts,
        counts(1, 0, 0),
        "another tool's place is a new place of the same case"
    );
    let (_, pump) = bed
        .import_about(&store, file("Grype").as_bytes(), "Pump")
        .await;
    assert_eq!(pump.opened.len(), 1);
    let (_, pump) = bed
        .import_about(&store, file("Grype").as_bytes(), " pump ")
        .await;
    assert_eq!(
        pump.counts,
        counts(0, 1, 0),
        "the same name in another spelling"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_file_of_the_corpus_has_occurrences_or_a_reason() {
    let Some(folder) = std::env::var_os("VULNERARY_CORPUS") else {
        eprintln!(
            "\n*** VULNERARY_CORPUS IS NOT SET: the real SARIF files were NOT imported ***\n"
        );
        return;
    };
    let bed = Bed::sqlite();
    let store = bed.open();
    let files = import_bed::files_under(&std::path::Path::new(&folder).join("sarif"));
    assert!(!files.is_empty(), "the corpus has no SARIF files");
    for path in files {
        let bytes = std::fs::read(&path).unwrap();
        if bytes.is_empty() {
            continue;
        }
        let (report, reading) = bed.import(&store, &bytes).await;
        let placed = reading.counts.new + reading.counts.again > 0 || !reading.opened.is_empty();
        let reason = reading.set_aside.is_some() || reading.unreadable.is_some();
        assert!(
            placed || reason,
            "{} was taken and nothing says what became of it",
            path.display()
        );
        let state = store.report(report).await.unwrap().unwrap();
        assert_ne!(state.phase(), ReportPhase::Received, "{}", path.display());
    }
}

/// A handler that answers every job to read alike.
struct Says(Result<(), JobError>);

impl Handler for Says {
    fn kinds(&self) -> &'static [&'static str] {
        &["read"]
    }
    fn run<'a>(&'a self, _: &'a Effect) -> Running<'a> {
        Box::pin(async move { self.0.clone() })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worker_reads_what_waits_and_says_of_each_job_how_it_ended() {
    let bed = Bed::sqlite();
    let store = bed.open();
    let worker = |handler: Arc<dyn Handler>| Worker::new(bed.acts(&store), vec![handler]);
    let report = bed.keep(&store, &Fixture::new(20, 2).bytes()).await;
    let later = Says(Err(JobError::Retry("busy".into())));
    assert_eq!(worker(Arc::new(later)).look().await.unwrap(), 1);
    let reads = || Arc::new(ReadReports::new(bed.acts(&store)));
    assert_eq!(worker(reads()).look().await.unwrap(), 0, "a retry waits");
    tokio::time::sleep(Duration::from_millis(2_300)).await;
    assert_eq!(worker(reads()).look().await.unwrap(), 1);
    assert_eq!(
        store.report(report).await.unwrap().unwrap().phase(),
        ReportPhase::Placed
    );
    assert_eq!(store.job_counts().await.unwrap().all, 0, "done is gone");
    bed.keep(&store, &Fixture::new(20, 2).bytes()).await;
    let never = Says(Err(JobError::Fail("no".into())));
    assert_eq!(worker(Arc::new(never)).look().await.unwrap(), 1);
    let failed = store.failed_jobs().await.unwrap();
    assert_eq!((failed.len(), failed[0].why.as_str()), (1, "no"));
}
