//! What was committed is read back: lists, search, proofs, jobs, accounts.

use super::{Bed, on_both, sound};
use crate::read::Tallied;
use crate::{CaseFilter, CaseOrder, Circles, Outside, ReportFilter};
use jiff::SignedDuration;
use std::collections::BTreeSet;
use vulnerary_case::case::state::CasePhase;
use vulnerary_case::id::StreamId;
use vulnerary_case::source::Source;
use vulnerary_ledger::note::SignedNote;
use vulnerary_ledger::proof::{verify_consistency, verify_inclusion};
use vulnerary_ledger::{Checkpoint, VerifierKey, leaf_hash};

async fn a_receipt_can_be_proved(bed: Bed) {
    let store = bed.open();
    let mut commits = vec![];
    for i in 0..7 {
        let (act, ..) = bed.report(&store, &format!("Report {i}"));
        let again = crate::Act::new(act.id, act.actor.clone(), act.commands.clone());
        commits.push(store.commit(act).await.expect("commits"));
        commits.push(store.commit(again).await.expect("is answered"));
    }
    let key: VerifierKey = store.log_keys().await.expect("reads")[0]
        .vkey
        .parse()
        .expect("a key");
    let open = |note: &str| {
        Checkpoint::open(&SignedNote::parse(note).expect("a note"), &key).expect("signed")
    };
    for commit in &commits {
        let checkpoint = open(&commit.checkpoint);
        for e in &commit.events {
            let proof = store.proof_of(commit, e.leaf_index).await.expect("a proof");
            verify_inclusion(
                e.leaf_index,
                checkpoint.size,
                &leaf_hash(&e.leaf),
                &proof,
                &checkpoint.root,
            )
            .expect("holds");
            assert_eq!(
                store.leaf(e.leaf_index).await.expect("reads").as_ref(),
                Some(&e.leaf)
            );
        }
    }
    let (first, last) = (open(&commits[0].checkpoint), open(&commits[12].checkpoint));
    let proof = store
        .consistency_proof(first.size, last.size)
        .await
        .expect("reads")
        .expect("a proof");
    verify_consistency(first.size, last.size, &first.root, &last.root, &proof).expect("holds");
    assert_eq!(
        store
            .inclusion_proof(last.size, last.size)
            .await
            .expect("reads"),
        None
    );
}

async fn lists_are_paged_without_gap_or_repeat(bed: Bed) {
    let store = bed.open();
    let mut want = vec![];
    for i in 0..25 {
        let (act, _, case) = bed.report(&store, &format!("Report {i}"));
        store.commit(act).await.expect("commits");
        want.push(case);
    }
    let filter = CaseFilter {
        open: Some(true),
        source: Some(Source::F),
        ..CaseFilter::default()
    };
    for due in [false, true] {
        let (mut got, mut order) = (
            vec![],
            if due {
                CaseOrder::Due(None)
            } else {
                CaseOrder::Newest(None)
            },
        );
        loop {
            let page = store.cases(&filter, order, 7).await.expect("reads");
            got.extend(page.lines.iter().map(|l| l.id));
            let Some(last) = page.lines.last().filter(|_| page.more) else {
                break;
            };
            order = if due {
                CaseOrder::Due(Some((last.sort_at, last.idx)))
            } else {
                CaseOrder::Newest(Some(last.idx))
            };
        }
        assert_eq!(got.len(), 25);
        assert_eq!(got.iter().collect::<BTreeSet<_>>(), want.iter().collect());
        if !due {
            assert!(got.iter().rev().eq(&want), "newest first");
        }
    }
}

async fn filters_show_what_they_say(bed: Bed) {
    let store = bed.open();
    let mut want = vec![];
    for i in 0..25 {
        let (act, _, case) = bed.report(&store, &format!("Report {i}"));
        store.commit(act).await.expect("commits");
        want.push(case);
    }
    let filter = CaseFilter::default();
    let first = store
        .cases(&filter, CaseOrder::Newest(None), 1)
        .await
        .expect("reads")
        .lines
        .remove(0);
    assert_eq!(
        first.title.as_deref(),
        Some("Report 24"),
        "a case without a title shows its report's"
    );
    assert!(first.due.is_some(), "a fresh case has a clock");
    for (other, n) in [
        (
            CaseFilter {
                source: Some(Source::A),
                ..CaseFilter::default()
            },
            0,
        ),
        (
            CaseFilter {
                open: Some(false),
                ..CaseFilter::default()
            },
            0,
        ),
        (
            CaseFilter {
                phase: Some(CasePhase::Received),
                ..CaseFilter::default()
            },
            25,
        ),
        (
            CaseFilter {
                circles: Circles::of(["another"]),
                ..CaseFilter::default()
            },
            0,
        ),
    ] {
        assert_eq!(
            store
                .cases(&other, CaseOrder::Newest(None), 100)
                .await
                .expect("reads")
                .lines
                .len(),
            n
        );
    }
    let reports = store
        .reports(&ReportFilter::default(), None, 10)
        .await
        .expect("reads");
    assert_eq!((reports.lines.len(), reports.more), (10, true));
    let numbers = store.reports_of(&[want[3]]).await.expect("reads");
    assert_eq!(numbers[&want[3]].len(), 1);
    assert!(
        store
            .report_by_number(&numbers[&want[3]][0].to_lowercase())
            .await
            .expect("reads")
            .is_some()
    );
}

async fn search_finds_titles_and_numbers(bed: Bed) {
    let store = bed.open();
    let mut last = None;
    for title in [
        "Infusion PUMP opens",
        "100% of devices",
        "100x of devices",
        "Ünïcode",
    ] {
        let (act, report, _) = bed.report(&store, title);
        store.commit(act).await.expect("commits");
        last = Some(report);
    }
    let circles = Circles::default();
    for (words, n) in [
        ("pump", 1),
        ("100%", 1),
        ("of dev", 2),
        ("ünÏ", 1),
        ("nothing", 0),
        ("%", 1),
        ("", 0),
    ] {
        assert_eq!(
            store
                .search(words, &circles, 50)
                .await
                .expect("reads")
                .len(),
            n,
            "{words}"
        );
    }
    let number = store
        .report(last.expect("one"))
        .await
        .expect("reads")
        .expect("there")
        .number;
    let hits = store
        .search(&number.replace('-', " "), &circles, 50)
        .await
        .expect("reads");
    assert_eq!(
        hits.iter().map(|h| h.field.as_str()).collect::<Vec<_>>(),
        ["number"]
    );
    assert_eq!(
        store
            .search("pump", &Circles::of(["another"]), 50)
            .await
            .expect("reads"),
        []
    );
}

async fn counters_are_what_the_rows_say(bed: Bed) {
    let store = bed.open();
    for i in 0..5 {
        let (act, ..) = bed.report(&store, &format!("Report {i}"));
        store.commit(act).await.expect("commits");
    }
    let now = bed.outside.now();
    let week = SignedDuration::from_hours(24 * 7);
    let counts = store
        .counts(&Circles::default(), now, now - week, now + week)
        .await
        .expect("reads");
    assert_eq!(counts.open_cases(), 5);
    assert_eq!(counts.received.get(&Source::F), Some(&5));
    assert!(counts.tallied.iter().any(|t| matches!(
        t,
        Tallied::Reports {
            source: Source::F,
            n: 5,
            ..
        }
    )));
    assert_eq!(counts.overdue_cases, 0);
    let later = now + SignedDuration::from_hours(24 * 365);
    let counts = store
        .counts(&Circles::default(), later, now, later)
        .await
        .expect("reads");
    assert_eq!(counts.overdue_cases, 5);
    sound::check(&store).await;
}

async fn a_timeline_and_a_world(bed: Bed) {
    let store = bed.open();
    let (act, report, case) = bed.report(&store, "One");
    store.commit(act).await.expect("commits");
    let timeline = store
        .timeline(StreamId::Report(report), 0, 100)
        .await
        .expect("reads");
    assert_eq!(timeline.iter().map(|t| t.seq).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(
        store
            .timeline(StreamId::Report(report), 1, 100)
            .await
            .expect("reads")
            .len(),
        1
    );
    let world = store
        .world(&[StreamId::Report(report)])
        .await
        .expect("reads");
    assert!(world.report(report).is_some() && world.case(case).is_some());
    let object = world.report(report).expect("there").objects[0].object;
    let plain = store
        .unseal(object)
        .await
        .expect("reads")
        .expect("there")
        .expect("opens");
    assert_eq!(plain.as_slice(), b"One");
}

on_both!(
    a_receipt_can_be_proved,
    lists_are_paged_without_gap_or_repeat,
    filters_show_what_they_say,
    search_finds_titles_and_numbers,
    counters_are_what_the_rows_say,
    a_timeline_and_a_world,
);
