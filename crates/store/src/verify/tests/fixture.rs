//! A store with something of everything that verification reads.

use crate::act::{Act, Idempotency};
use crate::sql::{Conn, Engine};
use crate::store::Store;
use crate::tests::Bed;
use crate::vault::ObjectKind;
use crate::verify::Findings;
use vulnerary_case::act::{Command, OrgCommand, PersonCommand, ProductCommand, ReportCommand};
use vulnerary_case::actor::{Actor, Role};
use vulnerary_case::id::{ActId, PersonId, ProductId, ReportId};
use vulnerary_case::org::event::OrgEvent;

/// Commits one command by the software itself.
pub(crate) async fn commit(bed: &Bed, store: &Store, command: Command) {
    let act = Act::new(ActId(bed.id()), Actor::System, vec![command]);
    store.commit(act).await.expect("commits");
}

/// Three small reports, one of 200,000 bytes, one erased; a product; several commits.
pub(crate) async fn fill(bed: &Bed, store: &Store) -> Vec<ReportId> {
    let mut reports = vec![];
    for text in [
        "Pump accepts any password",
        "Monitor shows another patient",
        "Erase me: Kornblume",
    ] {
        let (mut act, report, _) = bed.report(store, text);
        act.track = Some([reports.len() as u8; 32]);
        act.idempotency = Some(Idempotency {
            key_sha256: [reports.len() as u8; 32],
            content_sha256: [1; 32],
            expires: "2026-11-25T09:00:00Z".parse().expect("an instant"),
            answer: format!("words of {text}").into_bytes(),
        });
        store.commit(act).await.expect("commits");
        reports.push(report);
    }
    let (act, large, _) = bed.report(store, &"0123456789".repeat(20_000));
    store.commit(act).await.expect("commits");
    reports.push(large);
    let product = ProductId(bed.id());
    commit(
        bed,
        store,
        Command::Product {
            product,
            wish: ProductCommand::Add {
                name: "Pump".into(),
            },
        },
    )
    .await;
    commit(
        bed,
        store,
        Command::Org(OrgCommand::Record(Box::new(OrgEvent::Exported {
            what: "test".into(),
        }))),
    )
    .await;
    let admin = administrator(bed, store).await;
    erase(bed, store, &admin, reports[2]).await;
    store.erase(reports[2]).await.expect("erases");
    reports
}

/// The first person, who may erase.
pub(crate) async fn administrator(bed: &Bed, store: &Store) -> Actor {
    let person = PersonId(bed.id());
    let text = store
        .vault()
        .seal(ObjectKind::Person, br#"{"name":"Ada"}"#)
        .expect("seals");
    let wish = PersonCommand::Add {
        text: text.reference.clone(),
        roles: vec![Role::Administrator],
    };
    let mut act = Act::new(
        ActId(bed.id()),
        Actor::System,
        vec![Command::Person { person, wish }],
    );
    act.sealed.push(text);
    store.commit(act).await.expect("commits");
    Actor::Person(person)
}

/// Puts the erasure of a report on record.
pub(crate) async fn erase(bed: &Bed, store: &Store, admin: &Actor, report: ReportId) {
    let why = store
        .vault()
        .seal(ObjectKind::Text, b"asked by mail")
        .expect("seals");
    let wish = ReportCommand::Erase {
        text: Some(why.reference.clone()),
    };
    let mut act = Act::new(
        ActId(bed.id()),
        admin.clone(),
        vec![Command::Report {
            report,
            seen: None,
            wish,
        }],
    );
    act.sealed.push(why);
    store.commit(act).await.expect("commits");
}

pub(crate) fn engine(bed: &Bed) -> Engine {
    Engine::of(bed.dir.path(), bed.url()).expect("an engine")
}

/// A connection of the test's own, that may do what no store does.
pub(crate) fn raw(bed: &Bed) -> Conn {
    engine(bed).writer().expect("a connection")
}

pub(crate) fn verify(store: &Store) -> Findings {
    store.verify(&mut |_| {}).expect("runs")
}

/// The findings as lines.
pub(crate) fn lines(found: &Findings) -> Vec<String> {
    found.lines.iter().map(ToString::to_string).collect()
}
