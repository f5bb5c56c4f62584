//! A watched run: the large object and its directory are on disk before the commit, and the commit before the answer.

use crate::store::Store;
use crate::tests::Bed;
use crate::tests::bed::{Fake, options, report};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::Command;

const DATA: &str = "VULNERARY_WATCHED_DATA";

/// Run by the test below, watched; does nothing by itself.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child() {
    let Ok(data) = std::env::var(DATA) else {
        return;
    };
    let outside = Fake::new(3);
    let store = Store::open(options(&PathBuf::from(data), None, outside.clone())).expect("opens");
    let (act, ..) = report(&store, outside.as_ref(), &"large ".repeat(40_000));
    let place = act.sealed[0].row.place.clone().expect("a file");
    store.commit(act).await.expect("commits");
    let mut out = std::io::stdout().lock();
    writeln!(out, "ACKNOWLEDGED {place}")
        .and_then(|()| out.flush())
        .expect("says so");
}

/// Position of the first line from `from` on that has all of these.
fn find(lines: &[&str], from: usize, words: &[&str]) -> usize {
    let found = lines
        .iter()
        .skip(from)
        .position(|l| words.iter().all(|w| l.contains(w)));
    found.map_or_else(
        || panic!("no {words:?} after line {from} in\n{}", lines.join("\n")),
        |n| from + n,
    )
}

#[test]
fn file_and_directory_are_synced_before_the_commit_and_the_commit_before_the_answer() {
    let bed = Bed::sqlite();
    let data = bed.dir.path().canonicalize().expect("a path");
    // What the first start makes is not watched.
    drop(bed.open());
    let trace = tempfile::NamedTempFile::new().expect("a file");
    let run = Command::new("strace")
        .args([
            "-f",
            "-y",
            "-s",
            "300",
            "-e",
            "trace=fsync,fdatasync,rename,renameat,renameat2,pwrite64,write",
            "-o",
        ])
        .arg(trace.path())
        .arg(std::env::current_exe().expect("this test"))
        .args([
            "--exact",
            "vault::tests::watched::child",
            "--test-threads=1",
            "--nocapture",
        ])
        .env(DATA, &data)
        .output();
    let text = std::fs::read_to_string(trace.path()).unwrap_or_default();
    let run = match run {
        Ok(run) if !text.is_empty() => run,
        other => {
            let why = other.map_or_else(
                |e| e.to_string(),
                |run| String::from_utf8_lossy(&run.stderr).into_owned(),
            );
            eprintln!("\n*** strace MAY NOT WATCH HERE ({why}): this test DID NOT RUN ***\n");
            return;
        }
    };
    let said = String::from_utf8_lossy(&run.stdout).into_owned();
    assert!(
        run.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&run.stderr)
    );
    let place = said
        .split("ACKNOWLEDGED ")
        .nth(1)
        .and_then(|rest| rest.split_whitespace().next())
        .expect("a place");
    let lines: Vec<&str> = text.lines().collect();
    let blobs = data.join("blobs").display().to_string();
    let (folder, file) = (
        format!("{blobs}/{}", &place[..2]),
        format!("{blobs}/{place}"),
    );
    let wal = data.join("vulnerary.db-wal").display().to_string();

    let bytes = find(&lines, 0, &["sync(", &file]);
    let named = find(&lines, bytes, &["rename", &file]);
    let folder_synced = find(&lines, named, &["fsync(", &format!("<{folder}>")]);
    find(
        &lines[..folder_synced],
        0,
        &["fsync(", &format!("<{blobs}>")],
    );
    let written = find(&lines, folder_synced, &["pwrite64(", &wal]);
    let committed = find(&lines, written, &["sync(", &wal]);
    let answered = find(&lines, 0, &["write(", "ACKNOWLEDGED"]);
    assert!(
        committed < answered,
        "answered before the commit was on disk\n{text}"
    );
}
