//! Many writers at once: head equals events, no hole, no fork.

use super::{Bed, on_both, sound};
use crate::error::CommitError;
use crate::{Act, Expect};
use std::collections::BTreeSet;
use vulnerary_case::act::{Command, OnReceipt, ProductCommand};
use vulnerary_case::actor::Actor;
use vulnerary_case::id::{ActId, ProductId, StreamId};

async fn sixteen_writers_on_two_stores(bed: Bed) {
    let (one, two) = (bed.open(), bed.open());
    let mut tasks = vec![];
    for n in 0..16 {
        let store = if n % 2 == 0 { one.clone() } else { two.clone() };
        let acts: Vec<_> = (0..12)
            .map(|i| bed.report(&store, &format!("Writer {n}, report {i}")))
            .collect();
        tasks.push(tokio::spawn(async move {
            let mut numbers = vec![];
            for (act, report, _) in acts {
                let done = store.commit(act).await.expect("commits");
                assert_eq!(done.events.len(), 3);
                let state = store
                    .report(report)
                    .await
                    .expect("reads")
                    .expect("is there at once");
                numbers.push(state.number);
            }
            numbers
        }));
    }
    let mut numbers = BTreeSet::new();
    for task in tasks {
        numbers.extend(task.await.expect("no panic"));
    }
    assert_eq!(numbers.len(), 16 * 12, "no number is given twice");
    assert_eq!(sound::check(&one).await.size, 3 * 16 * 12);
    sound::check(&two).await;
}

async fn two_stores_see_each_others_changes(bed: Bed) {
    let (one, two) = (bed.open(), bed.open());
    let product = ProductId(bed.id());
    let act = |wish| {
        Act::new(
            ActId(bed.id()),
            Actor::System,
            vec![Command::Product { product, wish }],
        )
    };
    one.commit(act(ProductCommand::Add {
        name: "Pump".into(),
    }))
    .await
    .expect("commits");
    for (i, store) in [&two, &one, &two, &two, &one].into_iter().enumerate() {
        let name = format!("Pump {i}");
        let done = store
            .commit(act(ProductCommand::Rename { name: name.clone() }))
            .await
            .expect("commits");
        assert_eq!(
            done.events[0].seq,
            i as u64 + 2,
            "the cache of the other store was void"
        );
        assert_eq!(one.products().await.expect("reads")[0].name, name);
    }
    sound::check(&one).await;
}

async fn of_two_that_expect_the_same_one_is_refused(bed: Bed) {
    let store = bed.open();
    let mut tasks = vec![];
    for _ in 0..6 {
        let (mut act, ..) = bed.report(&store, "A finding");
        if let Command::Receive(r) = &mut act.commands[0]
            && let OnReceipt::Open(open) = &mut r.then
        {
            open.group = Some("g".repeat(64));
        }
        act.expect = vec![Expect::NoCaseInGroup("g".repeat(64))];
        let store = store.clone();
        tasks.push(tokio::spawn(async move { store.commit(act).await }));
    }
    let mut opened = 0;
    for task in tasks {
        match task.await.expect("no panic") {
            Ok(_) => opened += 1,
            Err(CommitError::Refused(_)) => {}
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(opened, 1);
    assert_eq!(
        store
            .cases_in_groups(&["g".repeat(64)])
            .await
            .expect("reads")
            .len(),
        1
    );
    sound::check(&store).await;
}

async fn a_refused_command_takes_its_whole_act_back(bed: Bed) {
    let store = bed.open();
    let product = ProductId(bed.id());
    let (mut act, report, case) = bed.report(&store, "Will not be");
    let add = |name: &str| Command::Product {
        product,
        wish: ProductCommand::Add { name: name.into() },
    };
    act.commands.extend([add("Pump"), add("Pump again")]);
    assert!(matches!(
        store.commit(act).await,
        Err(CommitError::Refused(_))
    ));
    assert_eq!(store.report(report).await.expect("reads"), None);
    assert_eq!(store.case(case).await.expect("reads"), None);
    assert_eq!(store.product(product).await.expect("reads"), None);
    let (act, ..) = bed.report(&store, "Will be");
    let done = store.commit(act).await.expect("commits");
    assert_eq!(
        done.events[0].leaf_index, 0,
        "the refused act took no place"
    );
    let stale = Act {
        expect: vec![Expect::Version(StreamId::Product(product), 1)],
        ..Act::new(ActId(bed.id()), Actor::System, vec![add("Pump")])
    };
    assert!(matches!(
        store.commit(stale).await,
        Err(CommitError::Refused(_))
    ));
    sound::check(&store).await;
}

on_both!(
    sixteen_writers_on_two_stores,
    two_stores_see_each_others_changes,
    of_two_that_expect_the_same_one_is_refused,
    a_refused_command_takes_its_whole_act_back,
);
