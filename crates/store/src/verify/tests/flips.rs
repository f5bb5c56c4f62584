//! Any flipped bit of the record is found and placed: 200 by default, `VULNERARY_FLIPS` for more.

use super::fixture::{fill, lines, raw, verify};
use crate::sql::value::Value;
use crate::sql::{Conn, Sql};
use crate::tests::{Bed, on_both};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::PathBuf;

/// How many, per engine.
fn flips() -> u64 {
    std::env::var("VULNERARY_FLIPS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(200)
}

/// A cell, or a file, and what its finding must name.
#[derive(Clone, Debug)]
enum Target {
    Cell {
        table: &'static str,
        column: &'static str,
        row: String,
        names: Vec<String>,
    },
    File {
        path: PathBuf,
        names: Vec<String>,
    },
}

/// Tables of the record: name, columns to flip, key column, other key column.
const TABLES: &[(&str, &[&str], &str)] = &[
    (
        "event",
        &[
            "idx",
            "stream",
            "seq",
            "type",
            "at",
            "actor",
            "act",
            "leaf",
            "leaf",
            "leaf",
            "leaf_hash",
        ],
        "idx",
    ),
    (
        "sealed",
        &[
            "object",
            "kind",
            "length",
            "sha256",
            "commitment",
            "salt",
            "wrapped",
            "master",
            "bytes",
            "bytes",
            "place",
        ],
        "object",
    ),
    (
        "checkpoint",
        &["origin", "size", "note", "note", "note"],
        "size",
    ),
    ("log_head", &["origin", "key_id", "size", "compact"], "id"),
    ("log_key", &["origin", "vkey", "from_size", "wrapped"], "id"),
    ("tree_node", &["hash"], "level * 1000 + idx"),
    (
        "act",
        &["act", "at", "first", "events", "origin", "size"],
        "first",
    ),
    (
        "report",
        &[
            "id",
            "idx",
            "version",
            "number",
            "phase",
            "source",
            "received_at",
            "due_at",
            "state",
            "state",
        ],
        "id",
    ),
    (
        "case_",
        &[
            "id",
            "idx",
            "version",
            "number",
            "phase",
            "lane",
            "source",
            "opened_at",
            "sort_at",
            "state",
            "state",
        ],
        "id",
    ),
    ("report_case", &["report", "case_"], "report"),
];

fn sql(columns: &'static str, text: String) -> Sql {
    let text: &'static str = Box::leak(text.into_boxed_str());
    Sql {
        name: text,
        columns,
        text,
    }
}

fn text_of(value: &Value<'_>) -> String {
    match value {
        Value::Int(n) => n.to_string(),
        Value::Text(t) => t.to_string(),
        _ => String::new(),
    }
}

/// Every cell of every row of the record, and every file.
fn targets(conn: &mut Conn, bed: &Bed) -> Vec<Target> {
    let mut out = vec![];
    for (table, columns, key) in TABLES {
        let kind = if ["idx", "size", "id", "first", "level * 1000 + idx"].contains(key)
            && !["report", "case_"].contains(table)
        {
            "i"
        } else {
            "t"
        };
        for row in conn
            .query(
                &sql(kind, format!("SELECT {key} FROM {table} ORDER BY 1")),
                &[],
            )
            .expect("rows")
        {
            let id = text_of(&row.0[0]);
            let quoted = if kind == "i" {
                id.clone()
            } else {
                format!("'{id}'")
            };
            let names = match *table {
                "event" => vec![format!("event {id}:"), format!("events {id} to {id}:")],
                "sealed" => vec![format!("object {id}:")],
                "checkpoint" => vec![
                    format!("checkpoint of size {id}:"),
                    "checkpoints of ".into(),
                ],
                "log_head" => vec![
                    "log head:".into(),
                    "checkpoint of size ".into(),
                    "event ".into(),
                ],
                "log_key" => vec!["log key ".into(), "log head:".into(), "checkpoint".into()],
                "tree_node" => vec!["tree node ".into()],
                "act" => vec![
                    format!("event {id}:"),
                    "acts:".into(),
                    "checkpoint of size".into(),
                    "act ".into(),
                ],
                "report" | "report_case" => {
                    vec![format!("report/{id}:"), format!("case/"), "counter".into()]
                }
                _ => vec![
                    format!("case/{id}:"),
                    "counter".into(),
                    "links to cases".into(),
                    "report/".into(),
                ],
            };
            for column in *columns {
                out.push(Target::Cell {
                    table,
                    column,
                    row: format!("{key} = {quoted}"),
                    names: names.clone(),
                });
            }
        }
    }
    for row in conn
        .query(
            &sql(
                "tt",
                "SELECT object, place FROM sealed WHERE place IS NOT NULL".into(),
            ),
            &[],
        )
        .expect("rows")
    {
        let path = bed.dir.path().join("blobs").join(text_of(&row.0[1]));
        for _ in 0..20 {
            out.push(Target::File {
                path: path.clone(),
                names: vec![format!("object {}:", text_of(&row.0[0]))],
            });
        }
    }
    out
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % below.max(1) as u64) as usize
    }
}

/// One bit of the value changed, so that the column still takes it.
fn flipped(value: &Value<'static>, random: &mut Random) -> Option<Value<'static>> {
    Some(match value {
        Value::Null => return None,
        Value::Int(n) => Value::Int(n ^ (1 << random.next(40))),
        Value::Blob(b) if b.is_empty() => return None,
        Value::Blob(b) => {
            let mut b = b.to_vec();
            let at = random.next(b.len());
            b[at] ^= 1 << random.next(8);
            Value::Blob(b.into())
        }
        Value::Text(t) if t.is_empty() => return None,
        Value::Text(t) => {
            let mut b = t.as_bytes().to_vec();
            let at = random.next(b.len());
            b[at] ^= 1 << random.next(7);
            let text = String::from_utf8(b).ok().filter(|t| !t.contains('\0'))?;
            Value::Text(text.into())
        }
    })
}

fn flip_file(path: &PathBuf, at: u64, bit: usize) {
    let mut file = std::fs::OpenOptions::new()
        .read(true)
        .write(true)
        .open(path)
        .expect("opens");
    let mut byte = [0];
    file.seek(SeekFrom::Start(at)).expect("seeks");
    file.read_exact(&mut byte).expect("reads");
    byte[0] ^= 1 << bit;
    file.seek(SeekFrom::Start(at)).expect("seeks");
    file.write_all(&byte).expect("writes");
}

fn kind_of(value: &Value<'_>) -> &'static str {
    match value {
        Value::Int(_) => "i",
        Value::Blob(_) => "b",
        _ => "t",
    }
}

async fn any_flipped_bit_is_found_and_placed(bed: Bed) {
    let store = bed.open();
    fill(&bed, &store).await;
    tokio::task::spawn_blocking(move || {
        let mut conn = raw(&bed);
        let targets = targets(&mut conn, &bed);
        let mut random = Random(0x5eed);
        let mut done = 0;
        while done < flips() {
            let target = &targets[random.next(targets.len())];
            let (what, names) = match target {
                Target::File { path, names } => {
                    let names = names.clone();
                    let length = std::fs::metadata(path).expect("there").len();
                    let (at, bit) = (random.next(length as usize) as u64, random.next(8));
                    flip_file(path, at, bit);
                    let found = lines(&verify(&store));
                    flip_file(path, at, bit);
                    (format!("{target:?} byte {at}: {found:#?}"), (names, found))
                }
                Target::Cell {
                    table,
                    column,
                    row,
                    names,
                } => {
                    let select = format!("SELECT {column}, {column} FROM {table} WHERE {row}");
                    let Some(value) = conn
                        .query(&sql("", select), &[])
                        .expect("a cell")
                        .pop()
                        .map(|r| r.0[0].clone())
                    else {
                        continue;
                    };
                    let Some(new) = flipped(&value, &mut random) else {
                        continue;
                    };
                    // By its own new value where the key itself changed.
                    let key = if row.starts_with(&format!("{column} =")) {
                        match &new {
                            Value::Int(n) => format!("{column} = {n}"),
                            other => format!("{column} = '{}'", text_of(other).replace('\'', "''")),
                        }
                    } else {
                        row.clone()
                    };
                    // A row that says it is of another size is named by that size.
                    let mut names = names.clone();
                    names.extend(
                        (*table == "checkpoint" && *column == "size")
                            .then(|| format!("checkpoint of size {}:", text_of(&new))),
                    );
                    if key != *row
                        && conn
                            .query(
                                &sql("", format!("SELECT {column} FROM {table} WHERE {key}")),
                                &[],
                            )
                            .map_or(true, |rows| !rows.is_empty())
                    {
                        continue; // Another row has that key: they could not be told apart afterwards.
                    }
                    let set = |row: &str| {
                        sql(
                            kind_of(&value),
                            format!("UPDATE {table} SET {column} = $1 WHERE {row}"),
                        )
                    };
                    if conn.execute(&set(row), std::slice::from_ref(&new)).is_err() {
                        continue; // A unique index or a check of the engine refused it.
                    }
                    let found = lines(&verify(&store));
                    assert!(
                        conn.execute(&set(&key), std::slice::from_ref(&value))
                            .expect("put back")
                            > 0
                    );
                    (
                        format!("{table}.{column} of {row}: {value:?} became {new:?}: {found:#?}"),
                        (names, found),
                    )
                }
            };
            let (names, found) = names;
            assert!(
                found
                    .iter()
                    .any(|l| names.iter().any(|n| l.contains(n.as_str()))),
                "flip {done}: {what}"
            );
            done += 1;
        }
        assert_eq!(
            lines(&verify(&store)),
            Vec::<String>::new(),
            "everything was put back"
        );
    })
    .await
    .expect("no panic");
}

on_both!(any_flipped_bit_is_found_and_placed);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn text_that_is_no_text_any_more_is_placed_too() {
    let bed = Bed::sqlite();
    let store = bed.open();
    fill(&bed, &store).await;
    let mut conn = raw(&bed);
    conn.script("UPDATE event SET actor = CAST(x'ff' AS TEXT) WHERE idx = 4")
        .expect("changed");
    conn.script("UPDATE sealed SET sha256 = CAST(x'ff' AS TEXT) WHERE object = (SELECT min(object) FROM sealed)").expect("changed");
    let found = lines(&verify(&store));
    assert!(
        found
            .iter()
            .any(|l| l.starts_with("event 4: it cannot be read")),
        "{found:#?}"
    );
    assert!(
        found
            .iter()
            .any(|l| l.starts_with("object ") && l.contains("cannot be read")),
        "{found:#?}"
    );
}
