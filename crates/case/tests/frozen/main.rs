//! A frozen corpus of histories: what was once written is read for ever, and folds to what it folded to.
//!
//! `histories/NAME.jsonl` is one event a line. These files are never rewritten: a change of meaning is a new event type
//! (architecture §5). `histories/NAME.state.json` is the fold; fields may be added to it (`UPDATE_GOLDEN=1`).

mod stories;
#[path = "../support/mod.rs"]
mod support;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use stories::stories;
use support::*;
use vulnerary_case::actor::Actor;
use vulnerary_case::event::{Event, sentence};
use vulnerary_case::id::*;
use vulnerary_case::story::memory::Memory;
use vulnerary_case::world::{Meta, State};

#[derive(Serialize, Deserialize)]
struct Line {
    stream: String,
    seq: u64,
    at: jiff::Timestamp,
    actor: Actor,
    act: ActId,
    #[serde(rename = "type")]
    kind: String,
    body: Box<RawValue>,
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/histories")
}

fn update() -> bool {
    std::env::var_os("UPDATE_GOLDEN").is_some()
}

fn lines(m: &Memory) -> String {
    let mut seqs: BTreeMap<StreamId, u64> = BTreeMap::new();
    m.history
        .iter()
        .map(|(stream, meta, event)| {
            let seq = seqs.entry(*stream).or_default();
            *seq += 1;
            let (kind, body) = event.to_parts().expect("json");
            let line = Line {
                stream: stream.to_string(),
                seq: *seq,
                at: meta.at,
                actor: meta.actor.clone(),
                act: meta.act,
                kind,
                body,
            };
            serde_json::to_string(&line).expect("json") + "\n"
        })
        .collect()
}

/// The streams of a file, folded.
fn fold(text: &str) -> BTreeMap<String, State> {
    let mut states: BTreeMap<StreamId, State> = BTreeMap::new();
    for line in text.lines() {
        let line: Line = serde_json::from_str(line).expect("a line");
        let stream: StreamId = line.stream.parse().expect("a stream");
        let event = Event::from_parts(&stream, &line.kind, &line.body)
            .expect("an event that this version reads");
        let (kind, body) = event.to_parts().expect("json");
        assert_eq!(
            (kind.as_str(), body.get()),
            (line.kind.as_str(), line.body.get()),
            "written again it is the same bytes"
        );
        let meta = Meta {
            at: line.at,
            actor: line.actor,
            act: line.act,
        };
        let next = State::fold(states.remove(&stream), &stream, &event, &meta).expect("it follows");
        assert_eq!(next.version(), line.seq);
        states.insert(stream, next);
    }
    states
        .into_iter()
        .map(|(id, s)| (id.to_string(), s))
        .collect()
}

#[test]
fn frozen_histories_fold_to_what_they_folded_to() {
    for (name, story) in stories() {
        let path = folder().join(format!("{name}.jsonl"));
        if !path.exists() && update() {
            std::fs::create_dir_all(folder()).expect("a folder");
            std::fs::write(&path, lines(&story())).expect("written");
        }
        let text = std::fs::read_to_string(&path).unwrap_or_else(|e| {
            panic!("{}: {e}; UPDATE_GOLDEN=1 writes a new one", path.display())
        });
        let states = fold(&text);
        let json = serde_json::to_string_pretty(&states).expect("json") + "\n";
        let golden = folder().join(format!("{name}.state.json"));
        if update() {
            std::fs::write(&golden, &json).expect("written");
        }
        let want = std::fs::read_to_string(&golden).expect("a golden fold");
        assert!(
            json == want,
            "{name}: the fold changed; look at it, then UPDATE_GOLDEN=1"
        );
        let back: BTreeMap<String, State> = serde_json::from_str(&want).expect("states read back");
        assert!(back == states, "{name}: a state survives its own JSON");
    }
}

/// Names of the variants of the event enums, from their source: a new event without a history is found.
fn variants() -> BTreeSet<(&'static str, String)> {
    let files = [
        (
            "report",
            include_str!("../../src/report/event.rs"),
            "pub enum ReportEvent {",
        ),
        (
            "case",
            include_str!("../../src/case/event.rs"),
            "pub enum CaseEvent {",
        ),
        (
            "run",
            include_str!("../../src/run/event.rs"),
            "pub enum RunEvent {",
        ),
        (
            "product",
            include_str!("../../src/product/event.rs"),
            "pub enum ProductEvent {",
        ),
        (
            "person",
            include_str!("../../src/person/event.rs"),
            "pub enum PersonEvent {",
        ),
        (
            "org",
            include_str!("../../src/org/event.rs"),
            "pub enum OrgEvent {",
        ),
    ];
    let mut all = BTreeSet::new();
    for (stream, source, head) in files {
        let body = source
            .split(head)
            .nth(1)
            .expect("the enum")
            .split("\n}")
            .next()
            .expect("its end");
        for line in body
            .lines()
            .filter(|l| l.starts_with("    ") && !l.starts_with("     "))
        {
            let name: String = line
                .trim()
                .chars()
                .take_while(char::is_ascii_alphanumeric)
                .collect();
            if name.starts_with(|c: char| c.is_ascii_uppercase()) {
                all.insert((stream, name));
            }
        }
    }
    all
}

#[test]
fn every_event_is_in_a_history_and_has_its_sentence() {
    let mut seen = BTreeSet::new();
    for (name, _) in stories() {
        let text =
            std::fs::read_to_string(folder().join(format!("{name}.jsonl"))).expect("a history");
        for line in text.lines() {
            let line: Line = serde_json::from_str(line).expect("a line");
            let stream: StreamId = line.stream.parse().expect("a stream");
            let event = Event::from_parts(&stream, &line.kind, &line.body).expect("an event");
            let words = sentence(&event);
            assert!(
                words.ends_with('.') && words.starts_with(|c: char| c.is_uppercase()),
                "{}: \"{words}\"",
                line.kind
            );
            let kind = line.stream.split('/').next().expect("a kind").to_owned();
            seen.insert((kind, line.kind));
        }
    }
    let missing: Vec<_> = variants()
        .into_iter()
        .filter(|(s, n)| !seen.contains(&((*s).to_owned(), n.clone())))
        .collect();
    assert!(missing.is_empty(), "no history has: {missing:?}");
}

#[test]
fn an_unknown_event_is_an_error_and_never_skipped() {
    let body = RawValue::from_string("{}".into()).expect("json");
    let stream = StreamId::Case(case_id(1));
    let error = Event::from_parts(&stream, "Teleported", &body).expect_err("unknown");
    assert!(error.to_string().contains("Teleported"));
    let error = Event::from_parts(&stream, "Closed", &body).expect_err("a field is missing");
    assert!(error.to_string().contains("outcome"));
}
