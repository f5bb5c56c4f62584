//! kill -9 during a restore, at seeded moments: nothing of it counts, no store opens, and the same restore ends it.

use super::bed::{bring_key, folder, load, save, verified};
use crate::backup::restore;
use crate::error::OpenError;
use crate::store::Store;
use crate::tests::bed::{Fake, options};
use crate::tests::{Bed, on_both};
use crate::verify::tests::fixture::{fill, lines};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

const FROM: &str = "VULNERARY_TEST_RESTORE_FROM";
const TO: &str = "VULNERARY_TEST_RESTORE_TO";
const URL: &str = "VULNERARY_TEST_RESTORE_URL";
/// How many rounds; a release runs more.
const ROUNDS: &str = "VULNERARY_KILL_ROUNDS";

/// Run by the test below; does nothing by itself.
#[test]
fn child() {
    let (Ok(from), Ok(to)) = (std::env::var(FROM), std::env::var(TO)) else {
        return;
    };
    let to = PathBuf::from(to);
    restore(
        &PathBuf::from(from),
        &options(&to, std::env::var(URL).ok(), Fake::new(9)),
        &mut |_| {
            let mut out = std::io::stdout().lock();
            writeln!(out, "STEP")
                .and_then(|()| out.flush())
                .expect("says so");
        },
    )
    .expect("restores");
}

async fn a_killed_restore_counts_for_nothing_and_is_run_again(bed: Bed) {
    let source = Bed::sqlite();
    let store = source.open();
    fill(&source, &store).await;
    for n in 0..120 {
        let (act, ..) = source.report(
            &store,
            &format!("{n}: {}", "x".repeat(40_000 + (n % 4) * 20_000)),
        );
        store.commit(act).await.expect("commits");
    }
    let (_keep, from) = folder();
    let made = save(&store, &from).await;
    bring_key(source.dir.path(), bed.dir.path());
    let rounds = std::env::var(ROUNDS)
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(6_u64);
    let mut interrupted = 0;
    for round in 0..rounds {
        let mut command = Command::new(std::env::current_exe().expect("this test"));
        command.args([
            "--exact",
            "backup::tests::kill::child",
            "--test-threads=1",
            "--nocapture",
        ]);
        command
            .env(FROM, &from)
            .env(TO, bed.dir.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        if let Some(url) = bed.url() {
            command.env(URL, url);
        }
        let mut child = command.spawn().expect("a child");
        // Somewhere from the first checks to the last rows, and a little later.
        let steps = 12 + (round * 29 % 70) as usize;
        let out = BufReader::new(child.stdout.take().expect("piped"));
        // Kept open until after the kill: a child that may not speak would end by itself.
        let mut told = out
            .lines()
            .map_while(Result::ok)
            .filter(|line| line.contains("STEP"));
        let seen = told.by_ref().take(steps).count();
        tokio::time::sleep(Duration::from_micros(round * 731 % 3_000)).await;
        let _ = child.kill();
        let ended = child.wait().expect("ends").success();
        if ended {
            eprintln!("round {round} ended after {seen} steps, before it was killed");
            break;
        }
        if bed.dir.path().join("restoring").exists() {
            interrupted += 1;
            let refused = Store::open(bed.options()).expect_err("no store opens");
            assert!(matches!(refused, OpenError::Restoring(_)), "{refused}");
        }
    }
    assert!(
        interrupted > 0,
        "no restore was interrupted half-way: the test shows nothing"
    );
    bed.closed();
    match load(&from, bed.options()).await {
        Ok(restored) => assert_eq!(restored.size, made.manifest.size + 1),
        // The last child had ended just before it was killed.
        Err(e) => assert!(e.to_string().contains("holds a log already"), "{e}"),
    }
    let store = bed.open();
    let found = verified(&store).await;
    assert_eq!(lines(&found), Vec::<String>::new());
    assert_eq!(found.size, made.manifest.size + 1);
}

on_both!(a_killed_restore_counts_for_nothing_and_is_run_again);
