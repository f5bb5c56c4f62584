//! Acts over many cases: in parts, once for ever, with those that dropped out named.

use super::{Bed, on_both, sound};
use crate::Act;
use crate::store::Store;
use crate::vault::ObjectKind;
use vulnerary_case::act::{BatchCommand, CaseCommand, Command, PersonCommand};
use vulnerary_case::actor::{Actor, Role};
use vulnerary_case::id::{ActId, CaseId, PersonId};

async fn somebody(bed: &Bed, store: &Store) -> PersonId {
    let person = PersonId(bed.id());
    let sealed = store
        .vault()
        .seal(ObjectKind::Person, b"{\"name\":\"Ada\"}")
        .expect("seals");
    let wish = PersonCommand::Add {
        text: sealed.reference.clone(),
        roles: vec![Role::Handler, Role::Administrator],
    };
    let mut act = Act::new(
        ActId(bed.id()),
        Actor::System,
        vec![Command::Person { person, wish }],
    );
    act.sealed.push(sealed);
    store.commit(act).await.expect("commits");
    person
}

fn assign(id: ActId, person: PersonId, cases: Vec<(CaseId, Option<u64>)>) -> Act {
    let wishes = vec![CaseCommand::Assign { owner: person }];
    Act::new(
        id,
        Actor::Person(person),
        vec![Command::Batch(BatchCommand::Each { cases, wishes })],
    )
}

async fn a_long_list_is_applied_in_parts(bed: Bed) {
    let store = bed.open();
    let person = somebody(&bed, &store).await;
    let mut cases = vec![];
    for i in 0..150 {
        let (act, _, case) = bed.report(&store, &format!("Report {i}"));
        store.commit(act).await.expect("commits");
        cases.push((case, Some(1)));
    }
    let stale = cases[70].0;
    cases[70].1 = Some(9);
    let id = ActId(bed.id());
    let before = store.log_head().await.expect("reads").size;
    let done = store
        .commit(assign(id, person, cases.clone()))
        .await
        .expect("commits");
    assert_eq!(done.events.len(), 149);
    assert_eq!(
        done.dropped.iter().map(|d| d.case).collect::<Vec<_>>(),
        [stale]
    );
    assert!(done.dropped[0].why.contains("changed"));
    let again = store
        .commit(assign(id, person, cases.clone()))
        .await
        .expect("is answered");
    assert!(again.already_applied);
    assert_eq!(
        (&again.events, &again.dropped),
        (&done.events, &done.dropped)
    );
    let head = sound::check(&store).await;
    assert!(head.size >= before + 149);
    let state = store
        .case(cases[149].0)
        .await
        .expect("reads")
        .expect("there");
    assert_eq!(state.owner, Some(person));
}

async fn what_a_crash_cut_short_goes_on(bed: Bed) {
    let store = bed.open();
    let (person, mut moved) = (somebody(&bed, &store).await, vec![]);
    for i in 0..150 {
        let (act, _, case) = bed.report(&store, &format!("Report {i}"));
        store.commit(act).await.expect("commits");
        moved.push((case, None));
    }
    // As after a crash between parts: the first part is there, the rest is not.
    let (half, other) = (ActId(bed.id()), somebody(&bed, &store).await);
    let first = crate::parts::split(assign(half, other, moved.clone())).swap_remove(0);
    let first = store
        .commit_part(first)
        .await
        .expect("commits")
        .events
        .len();
    assert!(first < 150);
    let rest = store
        .commit(assign(half, other, moved.clone()))
        .await
        .expect("goes on");
    assert_eq!((rest.already_applied, rest.events.len()), (false, 150));
    // A part whose every case refuses does not take back the others.
    let mut mixed = moved.clone();
    mixed
        .iter_mut()
        .take(first)
        .for_each(|(_, seen)| *seen = Some(77));
    let mixed = store
        .commit(assign(ActId(bed.id()), person, mixed))
        .await
        .expect("commits");
    assert_eq!(
        (mixed.events.len(), mixed.dropped.len()),
        (150 - first, first)
    );
    sound::check(&store).await;
}

async fn who_may_not_is_refused(bed: Bed) {
    let store = bed.open();
    let (act, _, case) = bed.report(&store, "One");
    store.commit(act).await.expect("commits");
    let nobody = PersonId(bed.id());
    let done = store
        .commit(assign(ActId(bed.id()), nobody, vec![(case, None)]))
        .await;
    match done {
        Err(crate::CommitError::Refused(_)) => {}
        Ok(done) => assert_eq!((done.events.len(), done.dropped.len()), (0, 1)),
        Err(other) => panic!("{other}"),
    }
    assert_eq!(
        store.case(case).await.expect("reads").expect("there").owner,
        None
    );
    sound::check(&store).await;
}

on_both!(
    a_long_list_is_applied_in_parts,
    what_a_crash_cut_short_goes_on,
    who_may_not_is_refused
);
