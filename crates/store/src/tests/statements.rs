//! Every statement is prepared on both engines after migration, and answers with the columns that its list says.

use super::{Bed, on_both};
use crate::sql::tables::{ALL as TABLES, Write};
use crate::sql::{Engine, Kind, statements};
use tokio_postgres::types::Type;

/// Every list of statements.
fn all() -> impl Iterator<Item = &'static crate::sql::Sql> {
    let rooms = [
        crate::verify::statements::ALL,
        crate::erase::statements::ALL,
        crate::backup::statements::ALL,
        crate::vault::upkeep::ALL,
    ];
    let rooms = rooms.into_iter().flatten();
    statements::ALL.iter().chain(rooms).copied()
}

async fn every_statement_is_prepared(bed: Bed) {
    drop(bed.open());
    let checked = std::thread::spawn(move || {
        let engine = match bed.url() {
            None => Engine::Sqlite(bed.dir.path().join("vulnerary.db")),
            Some(url) => Engine::Postgres(url.into()),
        };
        let mut conn = engine.writer().expect("connects");
        let inserts = TABLES
            .iter()
            .map(|t| (t.name, "", t.sqlite(), t.postgres()));
        let selects = all().map(|s| (s.name, s.columns, s.for_sqlite(), s.for_postgres()));
        let mut n = 0;
        for (name, columns, sqlite, postgres) in inserts.chain(selects) {
            let want: Vec<Kind> = crate::sql::Sql {
                name: "",
                text: "",
                columns,
            }
            .kinds()
            .collect();
            if bed.is_sqlite() {
                let got = conn.sqlite().expect("SQLite").columns_of(&sqlite);
                assert_eq!(
                    got.unwrap_or_else(|e| panic!("{name}: {e}")),
                    want.len(),
                    "{name}"
                );
            } else {
                let got = conn.postgres().expect("PostgreSQL").columns_of(&postgres);
                let got = got.unwrap_or_else(|e| panic!("{name}: {e}\n{postgres}"));
                assert_eq!(
                    got,
                    want.iter().map(|k| pg(*k)).collect::<Vec<_>>(),
                    "{name}"
                );
            }
            n += 1;
        }
        n
    });
    assert!(checked.join().expect("all are prepared") > 60);
}

fn pg(kind: Kind) -> Type {
    match kind {
        Kind::Text => Type::TEXT,
        Kind::Int => Type::INT8,
        Kind::Blob => Type::BYTEA,
    }
}

#[test]
fn names_are_unique() {
    let mut names: Vec<_> = all()
        .map(|s| s.name)
        .chain(TABLES.iter().map(|t| t.name))
        .collect();
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all);
}

#[test]
fn the_record_is_only_ever_inserted() {
    let event = TABLES
        .iter()
        .find(|t| t.name == "event")
        .expect("there is one");
    assert_eq!(event.write, Write::Insert);
    assert!(!event.postgres().contains("CONFLICT"));
    for s in all() {
        let text = s.text.to_uppercase();
        for change in ["UPDATE EVENT", "DELETE FROM EVENT", "INTO EVENT"] {
            assert!(!text.contains(change), "{}", s.name);
        }
    }
}

on_both!(every_statement_is_prepared);
