//! A backup written by the first version restores for ever: `golden/backup-v1`, with its master key beside it.

use super::bed::{load, save, verified};
use crate::backup::folder::{DUMPS, decode, encode};
use crate::backup::read_manifest;
use crate::tests::Bed;
use crate::verify::tests::fixture::{fill, lines};
use std::path::PathBuf;

fn golden() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden/backup-v1")
}

/// Writes the golden folder anew, where it is asked for by `VULNERARY_WRITE_GOLDEN=1`: only before the first release.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn write_golden() {
    if std::env::var_os("VULNERARY_WRITE_GOLDEN").is_none() {
        return;
    }
    let bed = Bed::sqlite();
    let store = bed.open();
    fill(&bed, &store).await;
    let _ = std::fs::remove_dir_all(golden());
    save(&store, &golden().join("folder")).await;
    std::fs::copy(bed.dir.path().join("keys/master"), golden().join("master")).expect("the key");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_golden_backup_restores_and_verifies() {
    let target = Bed::sqlite();
    std::fs::create_dir_all(target.dir.path().join("keys")).expect("a folder");
    std::fs::copy(
        golden().join("master"),
        target.dir.path().join("keys/master"),
    )
    .expect("the key");
    let restored = load(&golden().join("folder"), target.options())
        .await
        .expect("restores");
    assert_eq!(
        (restored.manifest.v, restored.manifest.size, restored.size),
        (1, 18, 19)
    );
    let found = verified(&target.open()).await;
    assert_eq!(lines(&found), Vec::<String>::new());
    assert_eq!(
        (
            found.counts.objects,
            found.counts.files,
            found.counts.erased
        ),
        (5, 1, 1)
    );
}

#[test]
fn every_golden_line_is_written_back_byte_for_byte() {
    let from = golden().join("folder");
    let manifest = read_manifest(&from).expect("a manifest");
    let text = std::fs::read_to_string(from.join("manifest.json")).expect("reads");
    assert_eq!(
        serde_json::to_string_pretty(&manifest).expect("writes") + "\n",
        text
    );
    let mut n = 0;
    for dump in DUMPS.iter().filter(|d| !d.sealed) {
        let lines = std::fs::read_to_string(from.join(format!("{}.jsonl", dump.table.name)))
            .expect("reads");
        for line in lines.lines() {
            let mut out = vec![];
            encode(&decode(dump, line).expect("a row"), &mut out).expect("writes");
            assert_eq!(String::from_utf8(out).expect("text"), format!("{line}\n"));
            n += 1;
        }
    }
    assert!(n > 40);
}
