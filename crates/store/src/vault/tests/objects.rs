//! Files: durable before the commit, names that stay inside, orphans listed.

use super::{plain, vault};
use crate::vault::{ObjectKind, Objects};
use std::process::Command;

#[test]
fn a_place_that_leads_out_of_the_folder_is_refused() {
    let dir = tempfile::tempdir().expect("a directory");
    std::fs::write(dir.path().join("secret"), "x").expect("written");
    let objects = Objects::open(dir.path()).expect("objects");
    let thirty = "0".repeat(30);
    for place in [
        "../secret",
        "/etc/passwd",
        "aa/../../secret",
        "",
        "aa",
        &format!("AA/{thirty}"),
        &format!("../{thirty}"),
    ] {
        assert!(objects.read(place).is_err(), "{place}");
        assert!(objects.remove(place).is_err(), "{place}");
        assert!(objects.put(place, vec![]).is_err(), "{place}");
    }
    assert!(
        objects
            .read(&format!("aa/{thirty}"))
            .expect("a name of ours")
            .is_none()
    );
}

#[test]
fn only_a_file_without_a_row_that_is_older_than_a_day_is_an_orphan() {
    let dir = tempfile::tempdir().expect("a directory");
    let vault = vault(dir.path());
    let kept = vault
        .seal(ObjectKind::File, &plain(70_000))
        .expect("sealed")
        .row
        .place
        .expect("a file");
    let lost = vault
        .seal(ObjectKind::File, &plain(80_000))
        .expect("sealed")
        .row
        .place
        .expect("a file");
    let staged = format!("{}/{}#1", &lost[..2], &lost[3..]);
    std::fs::write(dir.path().join("blobs").join(&staged), "half an upload").expect("written");
    let written = std::fs::metadata(dir.path().join("blobs").join(&lost))
        .expect("there")
        .modified()
        .expect("an instant");
    let written = jiff::Timestamp::try_from(written).expect("an instant");
    let orphans = |hours| {
        let now = written + jiff::SignedDuration::from_hours(hours);
        vault
            .objects()
            .orphans(now, |place| place == kept)
            .expect("listed")
    };
    assert_eq!(orphans(23), []);
    let found = orphans(25);
    let mut places: Vec<_> = found.iter().map(|o| o.place.clone()).collect();
    places.sort();
    let mut want = vec![lost.clone(), staged];
    want.sort();
    assert_eq!(places, want);
    vault.objects().sweep(&found).expect("removed");
    assert_eq!(orphans(25), []);
    assert!(vault.objects().read(&lost).expect("read").is_none());
    assert!(vault.objects().read(&kept).expect("read").is_some());
}

/// Run by the test below, watched; does nothing by itself.
#[test]
fn watched_child_seals_a_large_object() {
    let Ok(data) = std::env::var("VULNERARY_WATCHED_DATA") else {
        return;
    };
    let data = std::path::PathBuf::from(data);
    let sealed = vault(&data)
        .seal(ObjectKind::File, &plain(200_000))
        .expect("sealed");
    // Stands for the commit: opened only once the object is promised to be durable.
    std::fs::write(
        data.join("commit-marker"),
        sealed.row.place.expect("a file"),
    )
    .expect("written");
}

#[test]
fn a_watched_run_syncs_the_file_and_its_directory_before_the_commit() {
    let dir = tempfile::tempdir().expect("a directory");
    let trace = dir.path().join("trace");
    let run = Command::new("strace")
        .args([
            "-f",
            "-y",
            "-s",
            "200",
            "-e",
            "trace=fsync,fdatasync,rename,renameat,renameat2,openat,link,linkat",
            "-o",
        ])
        .arg(&trace)
        .arg(std::env::current_exe().expect("this test"))
        .args([
            "--exact",
            "vault::tests::objects::watched_child_seals_a_large_object",
            "--test-threads=1",
        ])
        .env("VULNERARY_WATCHED_DATA", dir.path())
        .output();
    let run = match run {
        Ok(run) => run,
        Err(e) => {
            eprintln!("SKIPPED: strace is not here ({e}); install it to watch the system calls");
            return;
        }
    };
    let text = std::fs::read_to_string(&trace).unwrap_or_default();
    if text.is_empty() {
        eprintln!(
            "SKIPPED: strace may not watch here: {}",
            String::from_utf8_lossy(&run.stderr)
        );
        return;
    }
    assert!(
        run.status.success(),
        "{}",
        String::from_utf8_lossy(&run.stderr)
    );
    let lines: Vec<&str> = text.lines().collect();
    let place =
        std::fs::read_to_string(dir.path().join("commit-marker")).expect("the child committed");
    let folder = dir
        .path()
        .canonicalize()
        .expect("a path")
        .join("blobs")
        .join(&place[..2])
        .display()
        .to_string();
    let file = format!("{folder}/{}", &place[3..]);
    let first = |what: &str, found: &dyn Fn(&str) -> bool| {
        lines
            .iter()
            .position(|l| found(l))
            .unwrap_or_else(|| panic!("no {what} in\n{text}"))
    };
    let synced = first("fsync of the file", &|l| {
        l.contains("fsync(") && l.contains(&file)
    });
    let named = first("rename", &|l| l.contains("rename") && l.contains(&file));
    let root_synced = first("fsync of blobs/", &|l| {
        l.contains("fsync(") && l.contains(&format!("<{}>", folder[..folder.len() - 3].to_owned()))
    });
    let committed = first("commit", &|l| l.contains("commit-marker"));
    assert!(synced < named, "named before its bytes were on disk");
    let folder_synced = lines[named..committed]
        .iter()
        .any(|l| l.contains("fsync(") && l.contains(&format!("<{folder}>")));
    assert!(folder_synced, "committed before the name was on disk");
    assert!(
        root_synced < committed,
        "committed before the new folder was on disk"
    );
}
