//! kill -9 of a child that writes, at seeded moments: nothing acknowledged is lost, nothing is there twice, no hole.

use super::bed::{Fake, PG, options, report};
use super::{Bed, on_both, sound};
use crate::store::Store;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use vulnerary_case::id::ReportId;

/// How many rounds; a release runs more.
const ROUNDS: &str = "VULNERARY_KILL_ROUNDS";
const DIR: &str = "VULNERARY_TEST_CHILD_DIR";
const URL: &str = "VULNERARY_TEST_CHILD_URL";
const SEED: &str = "VULNERARY_TEST_CHILD_SEED";
/// Acts of one child.
const ACTS: u64 = 60;

/// The child: commits the acts of its seed, two at a time, and says which reports were acknowledged.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child() {
    let (Ok(dir), Ok(seed)) = (std::env::var(DIR), std::env::var(SEED)) else {
        return;
    };
    let seed: u64 = seed.parse().expect("a seed");
    // Ids come from a generator of their own, so that a second run of the same seed sends the same acts.
    let (ids, outside) = (Fake::new(seed), Fake::new(seed + 1_000_000));
    outside.step(i64::try_from(seed).expect("small") * 10_000_000);
    let store =
        Store::open(options(Path::new(&dir), std::env::var(URL).ok(), outside)).expect("opens");
    let mut pair = vec![];
    for n in 0..ACTS {
        let (act, id, _) = report(&store, ids.as_ref(), &format!("Seed {seed}, report {n}"));
        let store = store.clone();
        pair.push(tokio::spawn(async move {
            store.commit(act).await.expect("commits");
            println!("ACK {id}");
        }));
        if pair.len() == 2 {
            for task in pair.drain(..) {
                task.await.expect("no panic");
            }
        }
    }
    println!("END");
}

fn spawn(bed: &Bed, seed: u64) -> Child {
    let mut command = Command::new(std::env::current_exe().expect("this test"));
    command.args([
        "tests::crash::child",
        "--exact",
        "--nocapture",
        "--test-threads=1",
    ]);
    command
        .env(DIR, bed.dir.path())
        .env(SEED, seed.to_string())
        .env_remove(PG);
    if let Some(url) = bed.url() {
        command.env(URL, url);
    }
    command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("a child")
}

/// What the child acknowledges; it is killed after that many lines, at a moment that the machine chooses.
fn run(mut child: Child, kill_after: Option<usize>) -> (Vec<ReportId>, bool) {
    let (mut acknowledged, mut ended) = (vec![], false);
    let out = BufReader::new(child.stdout.take().expect("piped"));
    for line in out.lines().map_while(Result::ok) {
        // The harness may write its own words before ours on the same line.
        if let Some((_, id)) = line.split_once("ACK ") {
            acknowledged.push(ReportId(id.parse().expect("an id")));
        }
        ended |= line.contains("END");
        if Some(acknowledged.len()) == kill_after {
            child.kill().expect("kill -9");
        }
    }
    child.wait().expect("ends");
    (acknowledged, ended)
}

async fn kill_nine(bed: Bed) {
    let rounds: u64 = std::env::var(ROUNDS)
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(10);
    let bed = Arc::new(bed);
    let (mut acts, mut killed) = (0, 0);
    for seed in 1..=rounds {
        let at = usize::try_from(seed * 7 % (ACTS - 4)).expect("small") + 1;
        let here = Arc::clone(&bed);
        let (first, cut, again, finished) = tokio::task::spawn_blocking(move || {
            let (first, ended) = run(spawn(&here, seed), Some(at));
            // The same acts once more, to the end: those that were committed are answered from the record.
            let (again, finished) = run(spawn(&here, seed), None);
            (first, !ended, again, finished)
        })
        .await
        .expect("no panic");
        assert!(
            finished && again.len() as u64 == ACTS,
            "seed {seed}: the second run acknowledges all"
        );
        assert!(
            first.len() >= at && first.iter().all(|id| again.contains(id)),
            "seed {seed}"
        );
        acts += ACTS;
        killed += u64::from(cut);
        let store = bed.open();
        for id in first {
            assert!(
                store.report(id).await.expect("reads").is_some(),
                "seed {seed}: report {id} was acknowledged"
            );
        }
        let head = sound::check(&store).await;
        // Steps of the children's clocks are recorded by the store itself.
        let steps = store.org().await.expect("reads").clock_steps;
        assert_eq!(
            head.size,
            3 * acts + steps,
            "seed {seed}: none lost, none twice"
        );
    }
    assert!(
        killed > rounds / 2,
        "only {killed} of {rounds} children were killed before their end"
    );
}

on_both!(kill_nine);
